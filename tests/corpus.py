"""The files of pydicom's package and of pydicom-data: real and broken ones of many makers, for tests to read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import data_store
import pydicom.data

__all__ = ["FILES", "file_id"]

ROOTS: Final = (Path(pydicom.data.__file__).parent, Path(data_store.__file__).parent)
NO_DICOM: Final = frozenset((".py", ".pyc", ".json", ".txt", ".md", ".dump", ".icc", ".gz", ".xml", ".csv"))
"""Suffixes of what else is in the packages."""


def _files() -> list[Path]:
    found = (path for root in ROOTS for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if path.suffix not in NO_DICOM and path.name != "README")


FILES: Final = _files()


def file_id(path: Path) -> str:
    """How a file is called in the names of tests."""
    return path.name if sum(path.name == other.name for other in FILES) == 1 else "/".join(path.parts[-3:])

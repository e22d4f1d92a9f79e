"""Where the fact files of the standard lie: beside the repository, in ``shared/standard``. They are not part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DICTIONARIES = ROOT / "dictionaries"
RULES = DICTIONARIES / "rules"
STANDARD = ROOT.parent / "shared" / "standard"

needs_facts = pytest.mark.skipif(
    not STANDARD.is_dir(), reason="the fact files of the standard are not beside the repository"
)


def part(edition: str, number: int) -> Path:
    """The DocBook file of a part, for example ``part("2015b", 6)``."""
    return STANDARD / "docbook" / edition / f"part{number:02}.xml.xz"

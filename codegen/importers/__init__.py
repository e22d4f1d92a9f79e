"""`import`: sources of the standard in, YAML dictionaries out, one module a part of the standard.

`run` looks into a folder: parts of the standard in NEMA's DocBook, or the layout of fact files that `facts.MANIFEST`
lists. It reads them and returns the texts of the dictionaries; nothing is written if anything is not as expected.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..docbook import identify
from ..yaml_io import dump
from .base import ImportFault, Report, Source
from .dictionary import HEADS, Dictionary
from .from_docbook import PARTS, from_docbook
from .from_facts import from_facts, has_facts

__all__ = ["ImportFault", "Report", "Source", "run"]

Progress = Callable[[str], None]


def run(folder: Path, rules: Path, progress: Progress = lambda _: None, report: Report | None = None) -> dict[str, str]:
    """The dictionaries made from what is in ``folder``: path such as ``standard/elements.yaml`` -> text.

    ``rules`` is the folder of vr.yaml and errata.yaml; ``report`` is filled with the tables of the DocBook parts.

    Raises:
        ImportFault: a source is not as expected, or nothing is recognised.
        OSError: a file cannot be read.
    """
    progress(f"looking into {folder}")
    parts = _docbook_parts(folder)
    if parts:
        files = from_docbook(parts, rules, progress, report or Report())
    elif has_facts(folder):
        files = from_facts(folder, rules, progress, report or Report())
    else:
        expected = "part06.xml and other parts in NEMA's DocBook, or the fact files of codegen's manifest"
        raise ImportFault(str(folder), "", "", expected, sorted(path.name for path in folder.iterdir())[:10])
    texts = {path: dump(file.content, comment=file.head) for path, file in files.items()}
    texts["standard/sources.yaml"] = dump(_sources(files), comment=HEADS["sources"])
    return texts


def _sources(files: dict[str, Dictionary]) -> dict[str, Any]:
    """Edition, origin and digest of the sources of each dictionary."""
    edition = max(file.edition for path, file in files.items() if path.startswith("standard/"))
    rows: dict[str, Any] = {}
    for path, file in files.items():
        folder = path.rpartition("/")[0]
        sources = {source.name: _without_name(source) for source in file.sources}
        row = {"edition": file.edition, **dict(file.other_editions), "sources": sources}
        rows.setdefault(path if folder == "standard" else folder, row)
    return {"edition": edition, "files": rows}


def _without_name(source: Source) -> dict[str, str]:
    return {key: value for key, value in source.to_yaml().items() if key != "name"}


def _docbook_parts(folder: Path) -> dict[str, tuple[Path, str]]:
    """Part number -> (file, edition) of the DocBook files that lie in a folder."""
    parts: dict[str, tuple[Path, str]] = {}
    for path in sorted(folder.iterdir()):
        if not path.name.endswith((".xml", ".xml.xz")) or (part := identify(path)) is None:
            continue
        if part.number in parts:
            raise ImportFault(path.name, "", "", f"PS3.{part.number} once", parts[part.number][0].name)
        parts[part.number] = (path, part.edition)
    return {number: found for number, found in parts.items() if number in PARTS}

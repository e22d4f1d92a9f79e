"""`diff`: what changed from one set of dictionaries to another, as a table with a row a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from .model.elements import elements_from_yaml
from .model.uids import uids_from_yaml
from .yaml_io import load

__all__ = ["compare_dictionaries"]

_HEAD: Final = ("change", "what", "which", "field", "from", "to")
_ELEMENT_FIELDS: Final = ("name", "keyword", "vr", "vm", "retired", "note")
_UID_FIELDS: Final = ("name", "keyword", "type", "info", "retired")
_WIDEST: Final = 48
"""Characters that a column is lined up for; what is longer stands out."""

Fields = Mapping[str, str]


def compare_dictionaries(a: Path, b: Path) -> list[str]:
    """A table of lines, the head first: one line for each row added or removed and each field changed.

    Raises:
        SchemaError: a dictionary is not as its model asks.
        OSError: neither folder has a dictionary to compare.
    """
    rows: list[tuple[str, ...]] = [_HEAD]
    compared = 0
    for name, kind, read in (
        ("elements.yaml", "element", _elements),
        ("commands.yaml", "command", _elements),
        ("uids.yaml", "UID", _uids),
    ):
        old, new = _find(a, name), _find(b, name)
        if old is not None and new is not None:
            compared += 1
            rows.extend((change, kind, *rest) for change, *rest in _changes(read(old), read(new)))
    if not compared:
        raise FileNotFoundError(f"{a} and {b} have no dictionary in common")
    return _table(rows)


def _find(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / "standard" / name) if path.is_file()), None)


def _elements(path: Path) -> dict[str, Fields]:
    return {e.tag: {key: getattr(e, key) for key in _ELEMENT_FIELDS} for e in elements_from_yaml(load(path))}


def _uids(path: Path) -> dict[str, Fields]:
    return {u.uid: {key: str(getattr(u, key)) for key in _UID_FIELDS} for u in uids_from_yaml(load(path))}


def _changes(old: Mapping[str, Fields], new: Mapping[str, Fields]) -> Iterator[tuple[str, str, str, str, str]]:
    for key in sorted(old.keys() | new.keys()):
        if key not in old:
            yield "added", key, "name", "", new[key]["name"]
        elif key not in new:
            yield "removed", key, "name", old[key]["name"], ""
        else:
            for name, value in old[key].items():
                if new[key][name] != value:
                    yield "changed", key, name, value, new[key][name]


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [min(max(map(len, column)), _WIDEST) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]

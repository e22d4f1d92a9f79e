"""What the dictionaries were made of (standard/sources.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..yaml_io import mapping, text

__all__ = ["DictionarySource", "sources_from_yaml"]


@dataclass(frozen=True)
class DictionarySource:
    """One dictionary, or folder of them: its edition, and its sources as (file, edition, origin, SHA-256)."""

    dictionary: str
    edition: str
    sources: tuple[tuple[str, str, str, str], ...]


def sources_from_yaml(data: Any) -> tuple[DictionarySource, ...]:
    """The rows of a file ``{edition: ..., files: {dictionary: {edition: ..., sources: {file: row}}}}``."""
    found = []
    for dictionary, entry in mapping(mapping(data, "").get("files"), "files").items():
        where = f"files.{dictionary}"
        rows = mapping(mapping(entry, where).get("sources"), f"{where}.sources")
        sources = tuple(
            (name, text(row, "edition", where), text(row, "origin", where), text(row, "sha256", where))
            for name, row in rows.items()
        )
        found.append(DictionarySource(dictionary, text(entry, "edition", where), sources))
    return tuple(found)

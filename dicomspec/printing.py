"""Datasets as text: one element a line, items indented below their sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.sequence import Sequence

__all__ = ["line", "lines", "meta_lines"]

INDENT: Final = "   "
DEEPEST: Final = 200
"""Deeper levels are indented no more: the text of thousands of levels would be made of blanks alone."""


def lines(body: Elements, depth: int | None = None) -> Iterator[str]:
    """The lines that print ``body``, with sequences down to ``depth`` levels (None: all)."""
    stack: list[tuple[Iterator[Any], int]] = [(iter(body), 0)]
    while stack:
        entries, level = stack[-1]
        entry = next(entries, None)
        if entry is None:
            stack.pop()
        elif isinstance(entry, Elements):
            yield INDENT * min(level, DEEPEST) + "---------"
            stack.append((iter(entry), level))
        elif entry.VR == "SQ" and isinstance(entry.value, Sequence):
            yield INDENT * min(level, DEEPEST) + f"{_head(entry, whole=True)} {len(entry.value)} item(s) ----"
            if depth is None or level < depth:
                stack.append((iter(entry.value), level + 1))
        else:
            yield INDENT * min(level, DEEPEST) + line(entry)


def meta_lines(meta: Elements | None) -> Iterator[str]:
    """The lines that print file meta elements above their dataset; none if there are none."""
    if meta is not None and len(meta):
        yield "Dataset.file_meta -------------------------------"
        yield from lines(meta)
        yield "-------------------------------------------------"


def line(element: DataElement) -> str:
    """One element, as ``(0018, 5100) Patient Position                    CS: 'HFS'``."""
    return f"{_head(element)} {element.VR}: {element.repval}"


def _head(element: DataElement, whole: bool = False) -> str:
    tag, name = element.tag, element.name
    return f"({tag >> 16:04x}, {tag & 0xFFFF:04x}) {name if whole else name[:35]:35}"

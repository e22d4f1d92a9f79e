"""Tables of NEMA's DocBook editions of the standard, read with one pass over the XML.

A row is a tuple of cells in column order; a cell that spans rows or columns stands in each place it covers. Text is
cleaned of what NEMA's tool adds for line breaking: zero-width spaces vanish, runs of blanks become one.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree as ET

__all__ = ["Cell", "DocBookError", "Part", "Row", "Table", "clean", "identify", "open_text", "read_tables"]

_DB: Final = "{http://docbook.org/ns/docbook}"
_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_INVISIBLE: Final = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_TABLE: Final = f"{_DB}table"
_SECTION: Final = f"{_DB}section"
_ENTRY: Final = f"{_DB}varlistentry"
_PARA: Final = f"{_DB}para"
_LINKS: Final = (f"{_DB}olink", f"{_DB}xref", f"{_DB}link")
_BLOCKS: Final = ("para", "title", "listitem", "note", "term")
_POINTER: Final = re.compile(r"(?:(?:sect|table|chapter|figure)_)?((?:PS3|CID|TID|[A-Z0-9])[_.].*|[A-Z0-9])")
_EDITION: Final = re.compile(r"DICOM PS ?3\.(\d+) (\d{4}[a-z]?) - ")


class DocBookError(Exception):
    """The file is not a part of the standard in DocBook."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text, whether all of that is italic, NEMA's mark of what is retired, and where its links point.

    A link is the label of its target, such as ``"A.3"`` or ``"CID 29"``, whether or not it prints as that.
    """

    text: str
    italic: bool = False
    links: tuple[str, ...] = ()


Row = tuple[Cell, ...]


@dataclass
class Table:
    """One table: label such as ``"6-1"``, caption, header texts and body rows.

    `faults` lists rows, counted from 1, whose spans leave holes or overlap. `terms` is what the lists of the section
    before the table say, term -> text, such as ``"Type:"`` -> ``"Extensible"``.
    """

    label: str
    caption: str
    header: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    terms: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What the head of a file says: part number and edition, ``("6", "2015b")``."""

    number: str
    edition: str


def open_text(path: Path) -> IO[bytes]:
    """The bytes of a file, decompressed if it ends in ``.xz``."""
    return lzma.open(path, "rb") if path.suffix == ".xz" else path.open("rb")


def clean(text: str) -> str:
    """Text without zero-width characters, with runs of white space as one blank."""
    return " ".join(text.translate(_INVISIBLE).split())


def identify(path: Path) -> Part | None:
    """Part and edition of a DocBook file, None if it is none; reads only the head."""
    try:
        with open_text(path) as stream:
            for count, (_, node) in enumerate(ET.iterparse(stream)):
                if node.tag == f"{_DB}subtitle":
                    found = _EDITION.match(clean("".join(node.itertext())))
                    return Part(found[1], found[2]) if found else None
                if count > 20:
                    return None
    except (ET.ParseError, lzma.LZMAError, EOFError):
        return None
    return None


def read_tables(path: Path, sections: tuple[str, ...] = ()) -> Iterator[Table]:
    """All labelled tables of a part, in order.

    A section without a table whose label begins with one of ``sections`` is given as an empty table of its label.

    Raises:
        DocBookError: the file is not well-formed XML.
    """
    depth = entries = 0
    seen: set[str] = set()
    terms: list[dict[str, str]] = [{}]  # of the sections around, the innermost last
    with open_text(path) as stream:
        try:
            for event, node in ET.iterparse(stream, ("start", "end")):
                tag, step = node.tag, 1 if event == "start" else -1
                if tag == _TABLE:
                    depth += step
                    if step < 0 and depth == 0:
                        table = _table(node)
                        table.terms = dict(terms[-1])
                        seen.add(table.label)
                        yield table
                        node.clear()
                elif depth:
                    continue
                elif tag == _SECTION:
                    if step > 0:
                        terms.append({})
                        continue
                    told, label = terms.pop(), _section_label(node)
                    if sections and label.startswith(sections) and label not in seen:
                        yield Table(label, _text(node.find(f"{_DB}title")), terms=told)
                    node.clear()
                elif tag == _ENTRY:
                    entries += step
                    if step < 0 and not entries:
                        terms[-1].update(_term(node))
                        node.clear()
                elif step < 0 and tag == _PARA and not entries:
                    node.clear()
        except ET.ParseError as error:
            raise DocBookError(f"{path.name} is not well-formed XML: {error}") from error


def _text(node: ET.Element | None) -> str:
    return clean("".join(node.itertext())) if node is not None else ""


def _section_label(node: ET.Element) -> str:
    """The label as links name it."""
    return (node.get(_ID) or "").removeprefix("sect_").replace("_", " ") or node.get("label", "")


def _term(node: ET.Element) -> Iterator[tuple[str, str]]:
    """Term and text of an entry of a list."""
    yield _text(node.find(f"{_DB}term")), _text(node.find(f"{_DB}listitem"))


def _table(node: ET.Element) -> Table:
    caption = node.find(f"{_DB}caption")
    if caption is None:
        caption = node.find(f"{_DB}title")
    table = Table(node.get("label") or (node.get(_ID) or "").removeprefix("table_"), _text(caption))
    heads = _grid(node.findall(f"{_DB}thead/{_DB}tr"), [])
    table.header = tuple(_join(column) for column in zip(*heads, strict=False)) if heads else ()
    table.rows = _grid(node.findall(f"{_DB}tbody/{_DB}tr"), table.faults)
    return table


def _join(column: tuple[Cell, ...]) -> str:
    """Header text of a column: the texts of all header rows, each once."""
    return " ".join(dict.fromkeys(cell.text for cell in column if cell.text))


def _grid(trs: list[ET.Element], faults: list[tuple[int, str]]) -> list[Row]:
    """Rows with row and column spans filled in."""
    rows: list[Row] = []
    open_spans: dict[int, tuple[int, Cell]] = {}
    for index, tr in enumerate(trs):
        cells = iter(node for node in tr if node.tag in (f"{_DB}td", f"{_DB}th"))
        row: list[Cell] = []
        spans: dict[int, tuple[int, Cell]] = {}
        while True:
            while (column := len(row)) in open_spans:
                left, cell = open_spans.pop(column)
                row.append(cell)
                if left > 1:
                    spans[column] = (left - 1, cell)
            if (node := next(cells, None)) is None:
                break
            cell = _cell(node)
            height = int(node.get("rowspan") or 1)
            for column in range(len(row), len(row) + int(node.get("colspan") or 1)):
                if column in open_spans:
                    faults.append((index + 1, f"two cells in column {column + 1}"))
                row.append(cell)
                if height > 1:
                    spans[column] = (height - 1, cell)
        if open_spans:
            faults.append((index + 1, "a hole before a cell that spans rows"))
        open_spans = spans
        rows.append(tuple(row))
    if open_spans:
        faults.append((len(trs), "a cell that spans more rows than there are"))
    return rows


def _cell(node: ET.Element) -> Cell:
    pieces: list[tuple[str, bool]] = []
    _collect(node, False, pieces)
    text = clean("".join(piece for piece, _ in pieces))
    links = tuple(label for link in node.iter() if link.tag in _LINKS and (label := _label(link)))
    return Cell(text, bool(text) and all(italic for piece, italic in pieces if clean(piece)), links)


def _label(node: ET.Element) -> str:
    """What the pointer of a cross-reference says of its target: ``PS3.4``, ``CID 2``, ``C.7-1``."""
    label = _POINTER.fullmatch(node.get("targetptr") or node.get("linkend") or "")
    return label[1].replace("_", " ") if label else ""


def _link(node: ET.Element) -> str:
    """What an empty cross-reference prints, as far as the pointer tells; no titles."""
    style = node.get("xrefstyle", "")
    return "" if "title" in style and "label" not in style else _label(node)


def _collect(node: ET.Element, italic: bool, pieces: list[tuple[str, bool]]) -> None:
    """The texts below ``node`` with their slant; blocks are set apart by a blank."""
    inside = italic or (node.tag == f"{_DB}emphasis" and node.get("role") == "italic")
    pieces.append((node.text or _link(node), inside))
    for child in node:
        block = child.tag.removeprefix(_DB) in _BLOCKS
        if block:
            pieces.append((" ", inside))
        _collect(child, inside, pieces)
        pieces.append((" " if block else "", inside))
        pieces.append((child.tail or "", inside))

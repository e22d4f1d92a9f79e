"""PS3.3 in NEMA's DocBook, read in one pass: attribute tables, tables of modules and functional groups, sections.

What has been taken out of an element is dropped at once, so that memory stays flat. A table whose head is known must
have rows of that form; any other table is noted in the report as not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from ..docbook import DocBookError, clean, open_text
from .base import Errata, ImportFault, Report, TableRead
from .part03_tables import PART, AttributeTable, Line, Part03, Section, UseRow, UseTable
from .part03_text import Block, Listing

__all__ = ["read_docbook"]

_DB: Final = "{http://docbook.org/ns/docbook}"
_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_SECTIONS: Final = tuple(f"{_DB}{name}" for name in ("section", "chapter", "appendix"))
_TAG: Final = re.compile(r"\(([0-9A-Fx]{4}),([0-9A-Fx]{4})\)")
_TYPES: Final = ("1", "1C", "2", "2C", "3", "")
_EXAMPLES: Final = "5."
"""Chapter 5 explains how tables are to be read."""
_NONE: Final = ("-", "\u2013", "\u2014", "None", "N/A")


def read_docbook(path: Path, edition: str, errata: Errata, report: Report) -> Part03:
    """The tables and sections of a PS3.3; every table is noted in the report.

    Raises:
        ImportFault: a table is not of the form that its head promises.
        DocBookError: the file is not well-formed XML.
    """
    reader = _Reader(Part03(), edition, errata, report)
    with open_text(path) as stream:
        try:
            for event, node in ET.iterparse(stream, ("start", "end")):
                reader.start(node) if event == "start" else reader.end(node)
        except ET.ParseError as error:
            raise DocBookError(f"{path.name} is not well-formed XML: {error}") from error
    errata.finish()
    return reader.part


class _Reader:
    """Takes the events of the parser; `open` are the tags from the root, `labels` those of the sections around."""

    def __init__(self, part: Part03, edition: str, errata: Errata, report: Report) -> None:
        self.part = part
        self.edition = edition
        self.errata = errata
        self.report = report
        self.open: list[str] = []
        self.sections: list[tuple[str, list[str], list[Block]]] = []

    def start(self, node: ET.Element) -> None:
        self.open.append(node.tag)
        if node.tag in _SECTIONS:
            label = node.get("label") or (node.get(_ID) or "").removeprefix("sect_").removeprefix("chapter_")
            self.sections.append((label, [], []))

    def end(self, node: ET.Element) -> None:
        self.open.pop()
        parent = self.open[-1] if self.open else ""
        if node.tag in _SECTIONS:
            label, title, blocks = self.sections.pop()
            if label and label not in self.part.sections:
                self.part.sections[label] = Section(label, " ".join(title), tuple(blocks))
            node.clear()
        elif parent in _SECTIONS:
            _, title, blocks = self.sections[-1]
            if node.tag == f"{_DB}title":
                title.append(_text(node))
            elif node.tag == f"{_DB}table":
                self._table(node)
            else:
                blocks.extend(_blocks(node))
            node.clear()
        elif node.tag == f"{_DB}table" and f"{_DB}table" not in self.open:
            self._table(node)
            node.clear()

    # --- tables ---

    def _table(self, node: ET.Element) -> None:
        caption = node.find(f"{_DB}caption")
        caption = caption if caption is not None else node.find(f"{_DB}title")
        title = _text(caption) if caption is not None else ""
        label = node.get("label") or (node.get(_ID) or "").removeprefix("table_")
        head = [_text(cell) for cell in node.findall(f"{_DB}thead/{_DB}tr/*")]
        rows = node.findall(f"{_DB}tbody/{_DB}tr")
        section, _, blocks = self.sections[-1] if self.sections else ("", [], [])
        table = _Found(label, title, section, head, rows)
        read, left = 0, []
        if label in self.part.tables or label in self.part.uses:
            left = ["the table: another of that label was read"]
        elif label.startswith(_EXAMPLES):
            left = ["the table: an example"]
        elif _is_attributes(head):
            read, left = self._attributes(table)
        elif head[:2] == ["IE", "Module"] or (head and head[0].lower().startswith("functional group")):
            read, left = self._uses(table)
        elif head and re.match(r"(Enumerated Value|Defined Term)s?\b", head[0]):
            values = [cells[0] for row in rows if (cells := [_text(cell) for cell in row])]
            blocks.append(Listing(head[0].removesuffix(" Name"), tuple(values)))
            read = len(rows)
        self.report.tables.append(TableRead(PART, self.edition, label, title, len(rows), read, tuple(left)))

    def _attributes(self, table: _Found) -> tuple[int, list[str]]:
        typed = len(table.head) > 3
        lines: list[Line] = []
        left: list[str] = []
        for number, row in enumerate(table.rows, 1):
            made = self._line(table, number, list(row), typed)
            if isinstance(made, Line):
                lines.append(made)
            else:
                left.append(f"row {number}: {made}")
        self.part.tables[table.label] = AttributeTable(table.label, table.caption, table.section, tuple(lines))
        return len(lines), left

    def _line(self, table: _Found, number: int, cells: list[ET.Element], typed: bool) -> Line | str:
        """A row as a line, or why it is left out."""
        spans = [int(cell.get("colspan") or 1) for cell in cells]
        width = len(table.head)
        if sum(spans) != width or any(int(cell.get("rowspan") or 1) > 1 for cell in cells):
            raise ImportFault(PART, table.label, number, f"{width} columns, none over several rows", spans)
        first = _text(cells[0])
        depth, name = _depth(first)
        tagged = len(cells) == width and _TAG.fullmatch(_text(cells[1]).upper().replace("X", "x"))
        if not tagged and name.lower().startswith(("include", "optionally")):
            return self._include(table, number, cells, depth, name)
        if len(cells) == 1:
            return f"no attribute: {name[:60]!r}"
        if spans[0] > 1 and name.lower().startswith("any "):
            return Line(number, depth, name, open=True)
        if len(cells) < width:
            raise ImportFault(
                PART, table.label, number, f"{width} cells, or an include", [_text(c)[:40] for c in cells]
            )
        texts = [first, _text(cells[1]), _text(cells[2]) if typed else ""]
        first, tag, kind = self.errata.correct(table.label, table.head[:3], texts)
        depth, name = _depth(first)
        tag = re.sub(r"[0-9A-F]{4}(?=[,)])", lambda m: m[0], tag.upper().replace("X", "x"))
        if not tag and name.lower().startswith("any "):
            return Line(number, depth, name, open=True)
        kind = "" if kind in _NONE else kind
        if not _TAG.fullmatch(tag) or kind not in _TYPES:
            raise ImportFault(PART, table.label, number, "name, tag and type", [first, tag, kind])
        blocks = tuple(block for child in cells[-1] for block in _blocks(child))
        return Line(number, depth, name, tag, kind, blocks=blocks)

    def _include(self, table: _Found, number: int, cells: list[ET.Element], depth: int, name: str) -> Line | str:
        links = [link for cell in cells[:1] for link in cell.iter(f"{_DB}xref")]
        labels = [label for link in links if (label := (link.get("linkend") or "")).startswith("table_")]
        if not labels:
            return Line(number, depth, name, open=True) if "ttribute" in name else f"no table is named: {name[:60]!r}"
        after = name.partition(f"Table {labels[0].removeprefix('table_')}")[2].lstrip(' .\u201d"')
        notes = [after, *(_text(cell) for cell in cells[1:])]
        return Line(
            number, depth, name, include=labels[0].removeprefix("table_"), note="\n".join(n for n in notes if n)
        )

    def _uses(self, table: _Found) -> tuple[int, list[str]]:
        groups = len(table.head) == 3
        rows: list[UseRow] = []
        entity, left_rows = "", 0
        for number, row in enumerate(table.rows, 1):
            cells = list(row)
            if not groups and not left_rows:
                entity = _text(cells[0])
                left_rows = int(cells[0].get("rowspan") or 1)
                cells = cells[1:]
            left_rows -= 1
            if len(cells) != 3:
                raise ImportFault(PART, table.label, number, "name, section and usage", [_text(cell) for cell in cells])
            texts = (_text(cells[0]), _text(cells[1]), _text(cells[2]))
            name, reference, usage = self.errata.correct(table.label, table.head[-3:], texts)
            rows.append(UseRow(number, entity, name, reference.removeprefix("Section "), usage))
        self.part.uses[table.label] = UseTable(table.label, table.caption, table.section, tuple(rows), groups)
        return len(rows), []


@dataclass(frozen=True)
class _Found:
    label: str
    caption: str
    section: str
    head: list[str]
    rows: list[ET.Element]


def _is_attributes(head: list[str]) -> bool:
    words = [word.lower() for word in head]
    return (
        len(words) in (3, 4)
        and words[0] in ("attribute name", "key")
        and words[1] == "tag"
        and words[-1].endswith("description")
    )


def _depth(text: str) -> tuple[int, str]:
    found = re.match(r"[>\s]*", text)
    marks = found[0] if found else ""
    return marks.count(">"), text[len(marks) :]


# --- text --------------------------------------------------------------------------------------------------------

_POINTERS: Final = (("sect_CID_", "CID "), ("sect_TID_", "TID "), ("sect_", "Section "), ("table_", "Table "))


def _link(node: ET.Element) -> str:
    """What an empty cross-reference prints; titles are not known here."""
    target = node.get("targetptr") or node.get("linkend") or ""
    for start, words in _POINTERS:
        if target.startswith(start):
            return words + target.removeprefix(start)
    return target.replace("_", " ") if target.startswith(("chapter_", "PS3")) else ""


def _pieces(node: ET.Element) -> Iterator[str]:
    yield node.text or (_link(node) if node.tag in (f"{_DB}xref", f"{_DB}olink") else "")
    for child in node:
        block = child.tag in (f"{_DB}para", f"{_DB}title", f"{_DB}listitem", f"{_DB}note", f"{_DB}term")
        yield " " if block else ""
        yield from _pieces(child)
        yield " " if block else ""
        yield child.tail or ""


def _text(node: ET.Element) -> str:
    return clean("".join(_pieces(node)))


def _blocks(node: ET.Element) -> Iterator[Block]:
    """Paragraphs and value lists of an element in reading order; notes are not normative and are left out."""
    name = node.tag.removeprefix(_DB)
    if name == "variablelist":
        title = node.find(f"{_DB}title")
        terms = [_text(term) for term in node.iter(f"{_DB}term")]
        yield Listing(_text(title) if title is not None else "", tuple(terms))
    elif name in ("orderedlist", "itemizedlist"):
        for item in node.findall(f"{_DB}listitem"):
            for child in item:
                yield from _blocks(child)
    elif name == "para":
        nested = node.find(f"{_DB}variablelist")
        if text := _text(node) if nested is None else clean(node.text or ""):
            yield text
        if nested is not None:
            yield from _blocks(nested)

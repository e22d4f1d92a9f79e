"""What the importers share: faults, errata, the check of a table's rows, and where facts came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from ..docbook import Cell, Row, Table, open_text, read_tables
from ..model.vr import VR, VRRules
from ..yaml_io import SchemaError, load, only_keys, text

__all__ = [
    "Errata",
    "Erratum",
    "ImportFault",
    "Report",
    "Source",
    "TableForm",
    "TableRead",
    "checked_rows",
    "digest",
    "known_vrs",
    "vr_rules",
]

_SCOPES: Final = ("editions", "source", "table", "row", "column", "found", "correct", "missing", "reason")


class ImportFault(Exception):
    """A source is not as the importer expects, so nothing was imported.

    Attributes:
        part, table, row: where: part or file, table label, row counted from 1 or what names it.
        expected, found: what should stand there and what does.
    """

    def __init__(self, part: str, table: str, row: object, expected: str, found: object) -> None:
        super().__init__(part, table, row, expected, found)
        self.part = part
        self.table = table
        self.row = row
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        table = f", table {self.table}" if self.table else ""
        row = f", row {self.row}" if self.row not in ("", None) else ""
        return f"{self.part}{table}{row}: expected {self.expected}, found {self.found!r}"


@dataclass(frozen=True)
class Source:
    """One file that facts came from; the digest is that of its uncompressed content."""

    name: str
    edition: str
    origin: str
    sha256: str

    def to_yaml(self) -> dict[str, str]:
        return {"name": self.name, "edition": self.edition, "origin": self.origin, "sha256": self.sha256}


def digest(path: Path) -> str:
    """SHA-256 of the uncompressed content."""
    with open_text(path) as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def vr_rules(rules: Path) -> dict[str, VR]:
    """The VRs of ``vr.yaml`` by their codes."""
    return {vr.code: vr for vr in VRRules.from_yaml(load(rules / "vr.yaml")).vrs}


def known_vrs(rules: Path) -> frozenset[str]:
    """The VRs of ``vr.yaml``."""
    return frozenset(load(rules / "vr.yaml")["vrs"])


# --- what was read -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableRead:
    """One table of a part: how many rows it has, and how many of them went into a dictionary.

    `left` names rows that did not, and why; a table of which nothing was taken has no need to.
    """

    part: str
    edition: str
    table: str
    caption: str
    rows: int
    read: int = 0
    left: tuple[str, ...] = ()


@dataclass
class Report:
    """Every table of the parts that an import looked into."""

    tables: list[TableRead] = field(default_factory=list)

    def walk(self, path: Path, part: str, edition: str, sections: tuple[str, ...] = ()) -> Iterator[Table]:
        """The tables of a part as `read_tables` gives them, each noted as not read until `took` is called for it."""
        for table in read_tables(path, sections):
            self.tables.append(TableRead(part, edition, table.label, table.caption, len(table.rows)))
            yield table

    def took(self, read: int, left: Iterable[str] = ()) -> None:
        """Note how many rows of the table that `walk` gave last went into a dictionary, and name the others."""
        self.tables[-1] = replace(self.tables[-1], read=read, left=tuple(left))


# --- errata ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Erratum:
    """One correction of a cell of a source.

    Attributes:
        scope: ``(part or file, edition)`` pairs it holds for.
        table: table label, ``""`` where the source has none.
        row: first cell of the row as the source has it, ``""`` for every row with that cell.
        column: header of the cell.
        found, correct: its text before and after.
        missing: the row ends before that cell; `found` is not compared then.
        reason: why.
    """

    source: str
    editions: tuple[str, ...]
    table: str
    row: str
    column: str
    found: str
    correct: str
    missing: bool
    reason: str

    @classmethod
    def from_yaml(cls, data: Any, where: str) -> Erratum:
        only_keys(data, _SCOPES, where)
        editions = data.get("editions")
        if not isinstance(editions, list) or not editions:
            raise SchemaError("errata.yaml", f"{where}.editions", "a list of editions", editions)
        reason = text(data, "reason", where)
        if not reason:
            raise SchemaError("errata.yaml", f"{where}.reason", "a reason", reason)
        return cls(
            source=text(data, "source", where),
            editions=tuple(editions),
            table=text(data, "table", where, ""),
            row=text(data, "row", where, ""),
            column=text(data, "column", where),
            found=text(data, "found", where, ""),
            correct=text(data, "correct", where),
            missing=text(data, "missing", where, "no") == "yes",
            reason=reason,
        )


@dataclass
class Errata:
    """The corrections that hold for one source in one edition; each must be used at least once."""

    source: str
    edition: str
    entries: tuple[Erratum, ...]
    used: set[Erratum] = field(default_factory=set)

    @classmethod
    def load(cls, rules: Path, source: str, edition: str) -> Errata:
        data = load(rules / "errata.yaml")
        rows = [Erratum.from_yaml(row, f"errata[{i}]") for i, row in enumerate(data["errata"])]
        return cls(source, edition, tuple(e for e in rows if e.source == source and edition in e.editions))

    @classmethod
    def none(cls, source: str, edition: str) -> Errata:
        return cls(source, edition, ())

    def correct(self, table: str, header: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
        """The cells of a row, corrected."""
        result = list(cells)
        for entry in self.entries:
            if entry.table != table or (entry.row and entry.row != cells[0]) or entry.column not in header:
                continue
            place = header.index(entry.column)
            if entry.missing and place == len(result):
                result.append(entry.correct)
            elif not entry.missing and place < len(result) and result[place] == entry.found:
                result[place] = entry.correct
            else:
                continue
            self.used.add(entry)
        return tuple(result)

    def finish(self, tables: Iterable[str] | None = None) -> None:
        """Complain about a correction that nothing needed.

        Raises:
            ImportFault: the source has been mended, or reads otherwise; the erratum has to be looked at again.
        """
        for entry in self.entries:
            if entry not in self.used and (tables is None or entry.table in tables):
                expected = f"{entry.column} {entry.found!r}, which errata.yaml corrects to {entry.correct!r}"
                raise ImportFault(f"{self.source} {self.edition}", entry.table, entry.row, expected, "no such cell")


# --- DocBook tables ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableForm:
    """How a table is headed: field name -> header texts it may have; a field in `optional` may be absent."""

    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()


def checked_rows(part: str, table: Table, form: TableForm, errata: Errata) -> Iterator[tuple[int, dict[str, str], Row]]:
    """The rows of a table as (row counted from 1, text by field, cells), corrected and checked.

    Raises:
        ImportFault: the header is not that of the form, spans do not fit, or a row has too few or too many cells.
    """
    fields = _fields(part, table, form)
    for row, problem in table.faults:
        raise ImportFault(part, table.label, row, "spans that fit", problem)
    for index, cells in enumerate(table.rows, 1):
        texts = errata.correct(table.label, table.header, [cell.text for cell in cells])
        if len(texts) != len(table.header):
            raise ImportFault(part, table.label, index, f"{len(table.header)} cells", list(texts))
        yield index, dict(zip(fields, texts, strict=True)), cells


def _fields(part: str, table: Table, form: TableForm) -> list[str]:
    """The field names in column order."""
    fields: list[str] = []
    for header in table.header:
        names = [name for name, texts in form.columns.items() if header in texts and name not in fields]
        if not names:
            wanted = ", ".join(texts[0] or "(blank)" for texts in form.columns.values())
            raise ImportFault(part, table.label, "head", f"the columns {wanted}", list(table.header))
        fields.append(names[0])
    if lacking := [name for name in form.columns if name not in fields and name not in form.optional]:
        raise ImportFault(part, table.label, "head", f"columns for {', '.join(lacking)}", list(table.header))
    return fields


def all_italic(cells: Iterable[Cell]) -> bool:
    """Whether every cell with text is italic."""
    marks = [cell.italic for cell in cells if cell.text]
    return bool(marks) and all(marks)

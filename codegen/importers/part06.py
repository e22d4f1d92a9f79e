"""PS3.6, Data Dictionary: tables 6-1, 7-1, 8-1, 9-1 (elements), A-1 to A-4 (UIDs), B.1 (palettes)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..docbook import Row, Table
from ..model.elements import TAG_PATTERN, Element
from ..model.palettes import Palette
from ..model.uids import Uid
from .base import Errata, ImportFault, Report, TableForm, all_italic, checked_rows

__all__ = ["ELEMENT_TABLES", "UID_PATTERN", "UID_TABLES", "Part06", "check_element", "read_part06"]

PART: Final = "PS3.6"
ELEMENT_TABLES: Final = ("6-1", "7-1", "8-1", "9-1")
UID_TABLES: Final = ("A-1", "A-2", "A-3", "A-4")

_ELEMENTS: Final = TableForm(
    {
        "tag": ("Tag",),
        "name": ("Name",),
        "keyword": ("Keyword",),
        "vr": ("VR",),
        "vm": ("VM",),
        "status": ("", "Status"),
    },
    frozenset({"status"}),
)
_UIDS: Final = {
    "A-1": TableForm(
        {
            "uid": ("UID Value",),
            "name": ("UID Name",),
            "keyword": ("UID Keyword", "Keyword"),
            "type": ("UID Type",),
            "info": ("Part",),
        },
        frozenset({"keyword"}),
    ),
    "A-2": TableForm(
        {
            "uid": ("UID Value",),
            "name": ("UID Name",),
            "keyword": ("UID Keyword", "Keyword"),
            "info": ("Normative Reference",),
        },
        frozenset({"keyword"}),
    ),
    "A-3": TableForm(
        {
            "uid": ("Context UID", "UID Value"),
            "info": ("Context Identifier",),
            "name": ("Context Group Name",),
            "comment": ("Comment", "Comments"),
        },
        frozenset({"comment"}),
    ),
    "A-4": TableForm(
        {
            "uid": ("UID Value",),
            "name": ("UID Name",),
            "keyword": ("UID Keyword", "Keyword"),
            "type": ("UID Type",),
            "info": ("Part",),
        },
        frozenset({"keyword"}),
    ),
}
_PALETTES: Final = TableForm(
    {
        "uid": ("Well-known SOP Instance UID",),
        "label": ("Content Label (0070,0080)",),
        "name": ("Content Description (0070,0081)",),
        "section": ("Section",),
        "url": ("URL of Reference Encoded Instance",),
    },
    frozenset({"url"}),
)
_COLOURS: Final = TableForm({"red": ("Red",), "green": ("Green",), "blue": ("Blue",)})
_PALETTE_TABLE: Final = re.compile(r"(B\.1\.\d+)\.2-([12])")
_UID_TYPE: Final = {"A-2": "Well-known frame of reference", "A-3": "Context Group Name"}

# Items and delimiters have no VR; the table refers to a note instead.
_NO_VR: Final = re.compile(r"See Note( \d+)?")
# "RET", "RET (2004)", "DICONDE", "DICOS", each perhaps with a pointer to a note.
_STATUS: Final = re.compile(r"(RET(?: ?\(\d{4}[a-z]?\))?|DICONDE|DICOS|)(?: ?-? ?(See Note(?: \d+)?))?")
_KEYWORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_VM: Final = re.compile(r"\d+(-(\d*n|\d+))?( or \d+)*")
UID_PATTERN: Final = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
_RETIRED_NAME: Final = re.compile(r"(.*?) ?\((?:Retired|RETIRED|retired)\)")


@dataclass(frozen=True)
class Part06:
    """Elements, UIDs and palettes in the order of the tables, and how many rows each table has."""

    elements: tuple[Element, ...]
    uids: tuple[Uid, ...]
    rows: dict[str, int]
    palettes: tuple[Palette, ...] = ()


def read_part06(path: Path, edition: str, vrs: frozenset[str], errata: Errata, report: Report | None = None) -> Part06:
    """Elements and UIDs of a PS3.6 in DocBook.

    Raises:
        ImportFault: something is not as expected: a header, a cell, a VR, a tag that stands twice.
    """
    elements: list[Element] = []
    uids: list[Uid] = []
    rows: dict[str, int] = {}
    palettes = _Palettes(errata)
    report = report or Report()
    for table in report.walk(path, PART, edition):
        if table.label in ELEMENT_TABLES:
            elements.extend(_elements(table, vrs, errata))
        elif table.label in UID_TABLES:
            uids.extend(_uids(table, errata))
        else:
            if palettes.takes(table):
                report.took(len(table.rows))
            continue
        rows[table.label] = len(table.rows)
        report.took(len(table.rows))
    for label in ("6-1", "A-1"):
        if label not in rows:
            raise ImportFault(f"{PART} {edition}", label, "", "the table", "none of that label")
    uids = _joined(uids)
    refuse_doubles(PART, [(e.table, e.tag) for e in elements] + [(u.table, u.uid) for u in uids])
    refuse_doubles(PART, [(e.table, e.keyword) for e in elements if e.keyword])
    errata.finish()
    return Part06(tuple(elements), tuple(uids), rows, palettes.found())


class _Palettes:
    """The palettes of Annex B: the list of them, and of each the table of its colours.

    Later editions define others by segments; those are left, and the report tells so.
    """

    def __init__(self, errata: Errata) -> None:
        self.errata = errata
        self.listed: list[dict[str, str]] = []
        self.colours: dict[str, tuple[str, ...]] = {}

    def takes(self, table: Table) -> bool:
        """Whether the table is one of those; it is read then."""
        if table.label == "B.1-1":
            self.listed = [cells for _, cells, _ in checked_rows(PART, table, _PALETTES, self.errata)]
            return True
        place = _PALETTE_TABLE.fullmatch(table.label)
        if place is None:
            return False
        if place[2] == "1":
            cells = [cell.text for row in table.rows for cell in row]
            if cells != ["256", "0", "8"]:
                raise ImportFault(PART, table.label, 1, "256 entries of 8 bits from 0 on", cells)
        elif table.header == ("Red", "Green", "Blue"):
            rows = checked_rows(PART, table, _COLOURS, self.errata)
            self.colours[place[1]] = tuple(self._colour(table.label, row, cells) for row, cells, _ in rows)
        else:
            return False
        return True

    def _colour(self, label: str, row: int, cells: dict[str, str]) -> str:
        if not all(cell.isdecimal() and int(cell) < 256 for cell in cells.values()):
            raise ImportFault(PART, label, row, "three numbers below 256", cells)
        return "".join(f"{int(cells[name]):02X}" for name in ("red", "green", "blue"))

    def found(self) -> tuple[Palette, ...]:
        for section, colours in self.colours.items():
            if len(colours) != 256:
                raise ImportFault(PART, f"{section}.2-2", "", "256 rows", len(colours))
        return tuple(
            Palette(row["label"], row["uid"], row["name"], self.colours[row["section"]])
            for row in self.listed
            if row["section"] in self.colours
        )


def _joined(uids: list[Uid]) -> list[Uid]:
    """Without the rows of A-1 that A-2 repeats with the normative reference, as editions up to 2015b do."""
    again = {(uid.uid, uid.name) for uid in uids if uid.table == "A-2"}
    return [uid for uid in uids if uid.table != "A-1" or (uid.uid, uid.name) not in again]


def refuse_doubles(part: str, keys: list[tuple[str, str]]) -> None:
    """Raise an `ImportFault` for the first (table, key) whose key stands twice."""
    seen: set[str] = set()
    for table, key in keys:
        if key in seen:
            raise ImportFault(part, table, key, "each tag, UID and keyword once", f"{key} twice")
        seen.add(key)


def _elements(table: Table, vrs: frozenset[str], errata: Errata) -> Iterator[Element]:
    for row, cells, raw in checked_rows(PART, table, _ELEMENTS, errata):
        status = _STATUS.fullmatch(cells.get("status", ""))
        if status is None:
            raise ImportFault(PART, table.label, row, "a status such as RET (2004)", cells["status"])
        retired = status[1].replace("RET(", "RET (") if status[1].startswith("RET") else ""
        _check_slant(table.label, row, bool(retired), raw)
        element = Element(
            tag=cells["tag"],
            name=cells["name"],
            keyword=cells["keyword"],
            vr="" if _NO_VR.fullmatch(cells["vr"]) and cells["tag"].startswith("(FFFE,") else cells["vr"],
            vm=cells["vm"],
            retired=retired,
            note="" if retired else status[1],
            table=table.label,
        )
        check_element(PART, element, row, vrs)
        yield element


def _check_slant(label: str, row: int, retired: bool, raw: Row) -> None:
    """Retired rows are italic throughout and say RET: a row that does one only is not understood."""
    if all_italic(raw) != retired:
        raise ImportFault(PART, label, row, "italic text and RET together", [cell.text for cell in raw])


def check_element(part: str, element: Element, row: object, vrs: frozenset[str]) -> None:
    """Raise an `ImportFault` unless each cell is of its kind; only a retired row may be blank."""
    checks = (
        ("a tag such as (0010,0010)", element.tag, TAG_PATTERN.fullmatch(element.tag) is not None),
        ("a name", element.name, bool(element.name) or bool(element.retired)),
        ("a keyword", element.keyword, bool(_KEYWORD.fullmatch(element.keyword)) or not element.name),
        ("known VRs", element.vr, vrs.issuperset(element.vrs)),
        ("a VR", element.vr, bool(element.vr) or not element.name or element.tag.startswith("(FFFE,")),
        ("a multiplicity", element.vm, bool(_VM.fullmatch(element.vm)) or not (element.name or element.vm)),
    )
    for expected, found, good in checks:
        if not good:
            raise ImportFault(part, element.table, row, expected, found)


def _uids(table: Table, errata: Errata) -> Iterator[Uid]:
    label = table.label
    for row, cells, _ in checked_rows(PART, table, _UIDS[label], errata):
        if len(cells["uid"]) > 64 or not UID_PATTERN.fullmatch(cells["uid"]):
            raise ImportFault(PART, label, row, "a UID", cells["uid"])
        if not (kind := cells.get("type") or _UID_TYPE.get(label, "")):
            raise ImportFault(PART, label, row, "a UID type", cells.get("type"))
        retired = _RETIRED_NAME.fullmatch(cells["name"])
        info = cells["info"]
        yield Uid(
            uid=cells["uid"],
            name=retired[1] if retired else cells["name"],
            keyword=cells.get("keyword", ""),
            type=kind,
            info=f"CID {info}" if label == "A-3" and info.isdigit() else info,
            retired=bool(retired),
            table=label,
        )

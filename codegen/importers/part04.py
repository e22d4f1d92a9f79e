"""PS3.4, Service Classes: the SOP classes of storage and of media storage, tables B.5-1 and I.4-1.

The column of the IOD is a link to its section in PS3.3; which IOD that is, the dictionaries of PS3.3 tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..docbook import Table
from ..model.sop_classes import SopClass
from .base import Errata, ImportFault, Report, TableForm, checked_rows
from .part06 import UID_PATTERN, refuse_doubles

__all__ = ["SOP_CLASS_TABLES", "read_part04"]

PART: Final = "PS3.4"
SOP_CLASS_TABLES: Final = ("B.5-1", "I.4-1")

_COLUMNS: Final = {
    "name": ("SOP Class Name",),
    "uid": ("SOP Class UID",),
    "iod": ("IOD Specification (defined in PS3.3)", "IOD Specification", "IOD"),
    "specialization": ("Specialization",),
}
_FORM: Final = TableForm(_COLUMNS, frozenset({"specialization"}))
_SECTION: Final = re.compile(r"[A-F](?:\.\d+)+")


def read_part04(path: Path, edition: str, errata: Errata, report: Report | None = None) -> list[SopClass]:
    """The SOP classes of a PS3.4 in DocBook, each with the section of PS3.3 that defines its IOD.

    Raises:
        ImportFault: something is not as expected.
    """
    classes: list[SopClass] = []
    report = report or Report()
    for table in report.walk(path, PART, edition):
        if table.label in SOP_CLASS_TABLES:
            found = list(_sop_classes(table, errata))
            refuse_doubles(PART, [(table.label, entry.uid) for entry in found])
            classes += found
            report.took(len(found))
    if not any(entry.table == SOP_CLASS_TABLES[0] for entry in classes):
        raise ImportFault(f"{PART} {edition}", SOP_CLASS_TABLES[0], "", "the table", "none of that label")
    errata.finish()
    return classes


def _sop_classes(table: Table, errata: Errata) -> Iterator[SopClass]:
    for row, cells, raw in checked_rows(PART, table, _FORM, errata):
        if not UID_PATTERN.fullmatch(cells["uid"]):
            raise ImportFault(PART, table.label, row, "a SOP Class UID", cells["uid"])
        # The cell may name a second section, of PS3.4 itself, that specialises the IOD.
        sections = [link for cell in raw[2:] for link in cell.links if _SECTION.fullmatch(link)]
        own = [link for link in sections if not link.startswith(table.label[0] + ".")] or sections
        if not own:
            raise ImportFault(PART, table.label, row, "a link to the IOD", raw[2].text)
        yield SopClass(cells["uid"], section=own[0], table=table.label)

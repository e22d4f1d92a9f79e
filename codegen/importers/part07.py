"""PS3.7, Message Exchange: the command elements of tables E.1-1 and E.2-1 (retired)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..model.elements import Element
from .base import Errata, ImportFault, Report, TableForm, checked_rows
from .part06 import check_element, refuse_doubles

__all__ = ["COMMAND_TABLES", "read_part07"]

PART: Final = "PS3.7"
COMMAND_TABLES: Final = ("E.1-1", "E.2-1")

_COLUMNS: Final = {
    "tag": ("Tag",),
    "name": ("Message Field",),
    "keyword": ("Keyword",),
    "vr": ("VR",),
    "vm": ("VM",),
    "description": ("Description of Field",),
}
_FORM: Final = TableForm(_COLUMNS, frozenset({"description"}))


def read_part07(
    path: Path, edition: str, vrs: frozenset[str], errata: Errata, report: Report | None = None
) -> list[Element]:
    """The command elements of a PS3.7 in DocBook; those of table E.2-1 are retired.

    Raises:
        ImportFault: something is not as expected.
    """
    elements: list[Element] = []
    report = report or Report()
    for table in report.walk(path, PART, edition):
        if table.label not in COMMAND_TABLES:
            continue
        for row, cells, _ in checked_rows(PART, table, _FORM, errata):
            element = Element(
                tag=cells["tag"],
                name=cells["name"],
                keyword=cells["keyword"],
                vr=cells["vr"],
                vm=cells["vm"],
                retired="RET" if table.label == "E.2-1" else "",
                table=table.label,
            )
            check_element(PART, element, row, vrs)
            elements.append(element)
        report.took(len(table.rows))
    for label in COMMAND_TABLES:
        if not any(element.table == label for element in elements):
            raise ImportFault(f"{PART} {edition}", label, "", "the table", "none of that label")
    refuse_doubles(PART, [(e.table, e.tag) for e in elements])
    refuse_doubles(PART, [(e.table, e.keyword) for e in elements])
    errata.finish()
    return elements

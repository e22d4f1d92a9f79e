"""PS3.5, Data Structures and Encoding: table 6.2-1, against which the rules written by hand are checked.

The table tells names and lengths in words; ``rules/vr.yaml`` has them as numbers. An import leaves the rules alone and
reports each VR that they lack or have otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ..docbook import Table
from ..model.vr import VR
from .base import Errata, ImportFault, Report, TableForm, checked_rows

__all__ = ["VrRow", "differences", "read_part05"]

PART: Final = "PS3.5"
VR_TABLE: Final = "6.2-1"

_FORM: Final = TableForm(
    {
        "name": ("VR Name",),
        "definition": ("Definition",),
        "repertoire": ("Character Repertoire",),
        "length": ("Length of Value",),
    }
)
_NAME: Final = re.compile(r"([A-Z]{2}) (.+)")
_LENGTH: Final = re.compile(r"(\d+) (bytes|chars) (maximum|fixed)")
# "2^32-2 bytes": the exponent is printed above the line.
_LONGEST: Final = re.compile(r"232-(\d+) bytes maximum")
_QUERY: Final = re.compile(r"Range Matching .*? length is (\d+) bytes maximum", re.IGNORECASE)
_UNITS: Final = {"bytes": "bytes", "chars": "characters"}


class VrRow(NamedTuple):
    """What the table says of a VR; a length of 0 is one that it leaves to other sections."""

    code: str
    name: str
    max_length: int
    unit: str
    fixed: bool
    query_max_length: int


def read_part05(
    path: Path, edition: str, rules: Mapping[str, VR], errata: Errata, report: Report | None = None
) -> list[VrRow]:
    """The rows of table 6.2-1; those that the rules have otherwise are named in the report.

    Raises:
        ImportFault: something is not as expected.
    """
    rows: list[VrRow] = []
    report = report or Report()
    for table in report.walk(path, PART, edition):
        if table.label == VR_TABLE:
            rows += _rows(table, errata)
            wrong = [found for row in rows if (found := "; ".join(differences(row, rules.get(row.code))))]
            report.took(len(rows) - len(wrong), wrong)
    if not rows:
        raise ImportFault(f"{PART} {edition}", VR_TABLE, "", "the table", "none of that label")
    errata.finish()
    return rows


def _rows(table: Table, errata: Errata) -> Iterator[VrRow]:
    for row, cells, _ in checked_rows(PART, table, _FORM, errata):
        if not (name := _NAME.fullmatch(cells["name"])):
            raise ImportFault(PART, table.label, row, "a VR and its name", cells["name"])
        length, longest = _LENGTH.match(cells["length"]), _LONGEST.match(cells["length"])
        query = _QUERY.search(cells["length"])
        yield VrRow(
            code=name[1],
            name=name[2],
            max_length=int(length[1]) if length else 2**32 - int(longest[1]) if longest else 0,
            unit=_UNITS[length[2]] if length else "bytes",
            fixed=length is not None and length[3] == "fixed",
            query_max_length=int(query[1]) if query else 0,
        )


def differences(row: VrRow, rule: VR | None) -> list[str]:
    """What the table says of a VR that the rules have otherwise, in words."""
    if rule is None:
        return [f"{row.code} {row.name}: not in rules/vr.yaml"]
    told = {"name": row.name, "max_length": row.max_length, "query_max_length": row.query_max_length}
    if row.max_length:
        told |= {"length_unit": row.unit, "fixed": row.fixed}
    return [
        f"{row.code} {field}: {found}, but {getattr(rule, field)} in rules/vr.yaml"
        for field, found in told.items()
        if found not in (0, getattr(rule, field)) or (found is False and getattr(rule, field))
    ]

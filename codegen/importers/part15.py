"""PS3.15, Security and System Management Profiles: the tables of Annex E, attribute confidentiality.

E.1-1 with a column a profile, the codes of E.1-1a, the concepts of E.3.4-1 and the safe private elements of E.3.10-1.
Editions before 2021b lack E.1-1a, before 2019c E.3.4-1 too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..docbook import Table
from ..model.confidentiality import PRIVATE, AttributeActions, ConceptActions, Confidentiality, SafePrivate
from ..model.elements import TAG_PATTERN
from ..model.terminology import Code
from .base import Errata, ImportFault, Report, TableForm, checked_rows
from .part06 import refuse_doubles

__all__ = ["read_part15"]

PART: Final = "PS3.15"

_PROFILES: Final = {
    "basic": ("Basic Prof.", "Basic Profile"),
    "retain-safe-private": ("Rtn. Safe Priv. Opt.", "Retain Safe Private Option"),
    "retain-uids": ("Rtn. UIDs Opt.", "Retain UIDs Option"),
    "retain-device-identity": ("Rtn. Dev. Id. Opt.", "Retain Device Ident. Option"),
    "retain-institution-identity": ("Rtn. Inst. Id. Opt.",),
    "retain-patient-characteristics": ("Rtn. Pat. Chars. Opt.", "Retain Patient Chars. Option"),
    "retain-longitudinal-full-dates": ("Rtn. Long. Full Dates Opt.", "Retain Long. Full Dates Option"),
    "retain-longitudinal-modified-dates": ("Rtn. Long. Modif. Dates Opt.", "Retain Long. Modif. Dates Option"),
    "clean-descriptors": ("Clean Desc. Opt.", "Clean Desc. Option"),
    "clean-structured-content": ("Clean Struct. Cont. Opt.", "Clean Struct. Cont. Option"),
    "clean-graphics": ("Clean Graph. Opt.", "Clean Graph. Option"),
}
_OPTIONAL: Final = frozenset(_PROFILES) - {"basic"}
_ATTRIBUTES: Final = TableForm(
    {
        "name": ("Attribute Name",),
        "tag": ("Tag",),
        "retired": ("Retd. (from PS3.6)", "Retired (from PS3.6)"),
        "standard": ("In Std. Comp. IOD (from PS3.3)",),
        **_PROFILES,
    },
    _OPTIONAL,
)
_CONCEPTS: Final = TableForm(
    {
        "meaning": ("Code Meaning",),
        "value": ("Code Value",),
        "scheme": ("Coding Scheme Designator",),
        "type": ("Value Type",),
        "retired": ("Retd. (from PS3.16)",),
        "standard": ("In Std. Tpl. (from PS3.16)",),
        **_PROFILES,
    },
    _OPTIONAL,
)
_SAFE: Final = TableForm(
    {"tag": ("Data Element",), "creator": ("Private Creator",), "vr": ("VR",), "vm": ("VM",), "meaning": ("Meaning",)}
)
_ACTION: Final = re.compile(r"[DZXKCU](?:/[DZXKCU])*\*?")
_ODD_GROUPS: Final = "(gggg,eeee) where gggg is odd"
_NOTE: Final = re.compile(r" \(see Note \d+\)")
_FLAGS: Final = {"Y": True, "N": False, "": None}
_VM: Final = re.compile(r"\d+(-(\d*n|\d+))?")


def read_part15(
    path: Path, edition: str, vrs: frozenset[str], errata: Errata, report: Report | None = None
) -> Confidentiality:
    """The confidentiality profiles of a PS3.15 in DocBook.

    Raises:
        ImportFault: something is not as expected: a header, a tag, an action, a row that stands twice.
    """
    actions: list[str] = []
    attributes: list[AttributeActions] = []
    concepts: list[ConceptActions] = []
    safe: list[SafePrivate] = []
    report = report or Report()
    for table in report.walk(path, PART, edition):
        left: list[str] = []
        if table.label == "E.1-1":
            attributes.extend(_attributes(table, errata, left))
        elif table.label == "E.1-1a":
            actions.extend(_actions(table))
        elif table.label == "E.3.4-1":
            concepts.extend(_concepts(table, errata))
        elif table.label == "E.3.10-1":
            safe.extend(_safe(table, vrs, errata))
        else:
            continue
        report.took(len(table.rows) - len(left), left)
    for label, rows in (("E.1-1", attributes), ("E.3.10-1", safe)):
        if not rows:
            raise ImportFault(f"{PART} {edition}", label, "", "the table", "none of that label")
    _check(attributes, concepts, safe, actions)
    errata.finish()
    creators = list(dict.fromkeys(row.creator for row in safe))
    safe.sort(key=lambda row: creators.index(row.creator))
    return Confidentiality(tuple(attributes), tuple(concepts), tuple(safe), tuple(actions))


def _check(
    attributes: list[AttributeActions], concepts: list[ConceptActions], safe: list[SafePrivate], actions: list[str]
) -> None:
    """No row twice, and no action that table E.1-1a does not explain, where there is that table."""
    refuse_doubles(PART, [("E.3.4-1", f"{row.code.key} {row.type}") for row in concepts])
    refuse_doubles(PART, [("E.3.10-1", f"{row.creator} {row.tag}") for row in safe])
    rows: list[tuple[str, str, AttributeActions | ConceptActions]] = [("E.1-1", row.tag, row) for row in attributes]
    rows += [("E.3.4-1", row.code.key, row) for row in concepts]
    for label, key, row in rows:
        if unknown := set(row.actions.values()).difference(actions or row.actions.values()):
            raise ImportFault(PART, label, key, f"one of the actions {', '.join(actions)}", *sorted(unknown)[:1])


def _row_actions(table: Table, row: int, cells: dict[str, str]) -> dict[str, str]:
    found = {profile: cells[profile] for profile in _PROFILES if cells.get(profile)}
    for action in found.values():
        if not _ACTION.fullmatch(action):
            raise ImportFault(PART, table.label, row, "an action code such as X/Z", action)
    if "basic" not in found:
        raise ImportFault(PART, table.label, row, "an action of the basic profile", cells)
    return found


def _row_flag(table: Table, row: int, cells: dict[str, str], key: str) -> bool | None:
    if cells[key] not in _FLAGS:
        raise ImportFault(PART, table.label, row, "Y or N", cells[key])
    return _FLAGS[cells[key]]


def _attributes(table: Table, errata: Errata, left: list[str]) -> Iterator[AttributeActions]:
    """Of a tag that stands twice the first row counts, as 2019c and 2023b have it; the other is named in ``left``."""
    seen: set[str] = set()
    for row, cells, _ in checked_rows(PART, table, _ATTRIBUTES, errata):
        tag = PRIVATE if cells["tag"] == _ODD_GROUPS else cells["tag"].replace(" ", "")
        if not cells["name"] or (tag != PRIVATE and not TAG_PATTERN.fullmatch(tag)):
            raise ImportFault(PART, table.label, row, "a name and a tag such as (0010,0010)", cells)
        if tag in seen:
            left.append(f"row {row}, {tag} {cells['name']}: an earlier row has that tag")
            continue
        seen.add(tag)
        yield AttributeActions(
            tag=tag,
            name=_NOTE.sub("", cells["name"]),
            actions=_row_actions(table, row, cells),
            retired=_row_flag(table, row, cells, "retired"),
            standard=_row_flag(table, row, cells, "standard"),
        )


def _actions(table: Table) -> Iterator[str]:
    """The codes of E.1-1a, which has no head; what they mean is told in sentences."""
    for row, cells in enumerate(table.rows, 1):
        if len(cells) != 2 or not _ACTION.fullmatch(cells[0].text):
            raise ImportFault(PART, table.label, row, "an action code and its meaning", [cell.text for cell in cells])
        yield cells[0].text


def _concepts(table: Table, errata: Errata) -> Iterator[ConceptActions]:
    for row, cells, _ in checked_rows(PART, table, _CONCEPTS, errata):
        if not (cells["meaning"] and cells["value"] and cells["scheme"] and cells["type"]):
            raise ImportFault(PART, table.label, row, "meaning, code value, scheme and value type", cells)
        code = Code(cells["scheme"], cells["value"], cells["meaning"])
        yield ConceptActions(code, cells["type"], _row_actions(table, row, cells))


def _safe(table: Table, vrs: frozenset[str], errata: Errata) -> Iterator[SafePrivate]:
    for row, cells, _ in checked_rows(PART, table, _SAFE, errata):
        group, _, element = cells["tag"].partition(",")
        tag = f"{group},{element[:2]}{element[2:].upper()}"
        vr = " or ".join(sorted(cells["vr"].split("/")))
        checks = (
            ("a tag such as (7053,xx00)", tag, TAG_PATTERN.fullmatch(tag) is not None and element[:2] == "xx"),
            ("a private creator", cells["creator"], bool(cells["creator"])),
            ("known VRs, or none", vr, not vr or vrs.issuperset(vr.split(" or "))),
            ("a multiplicity", cells["vm"], _VM.fullmatch(cells["vm"]) is not None),
        )
        for expected, found, good in checks:
            if not good:
                raise ImportFault(PART, table.label, row, expected, found)
        yield SafePrivate(cells["creator"], tag, vr, cells["vm"], cells["meaning"])

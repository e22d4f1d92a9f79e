"""PS3.16, Content Mapping Resource: context groups (Annex B), DICOM's own codes (Annex D), templates (Annex A).

A context group or template is a section with a list of terms (Type, Version, UID, ...) and a table labelled
``CID n`` or ``TID n``; a group whose codes the standard takes from elsewhere has no table. Rows whose first cell reads
``Include CID n``, and rows of value type INCLUDE, are includes. Dozens of kinds of further columns are passed over; a
row that is no code and no content item is named in the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from ..conditions import sentence_hash
from ..docbook import Row, Table
from ..model.terminology import Code, ContextGroup, Template, TemplateRow
from ..model.uids import Uid
from .base import Errata, ImportFault, Report

__all__ = ["Part16", "named_contexts", "read_part16"]

T = TypeVar("T")

PART: Final = "PS3.16"

_GROUP: Final = re.compile(r"CID (\d+[a-z]?)")
_TEMPLATE: Final = re.compile(r"TID (\d+\w*)")
_CODES: Final = "D-1"
_PARAMETERS: Final = "Parameters"

# Field -> heading, which in older editions names the attribute as well: "Code Value (0008,0100)".
_GROUP_COLUMNS: Final = {
    "scheme": ("Coding Scheme Designator",),
    "value": ("Code Value",),
    "meaning": ("Code Meaning",),
}
_CODE_COLUMNS: Final = {"value": ("Code Value",), "meaning": ("Code Meaning",), "notes": ("Notes",)}
_TEMPLATE_COLUMNS: Final = {
    "row": ("", "Row", "Row Number"),
    "level": ("NL",),
    "relation": ("Rel with Parent", "Relationship with Parent"),
    "type": ("VT", "Value Type"),
    "concept": ("Concept Name",),
    "vm": ("VM",),
    "use": ("Req Type", "Requirement Type"),
    "condition": ("Condition",),
    "values": ("Value Set Constraint",),
}
_OPTIONAL: Final = ("row", "level", "relation", "condition", "values", "notes")
_ATTRIBUTE: Final = re.compile(r" ?\([0-9A-F]{4},[0-9A-F]{4}\)")


@dataclass(frozen=True)
class Part16:
    """What PS3.16 says."""

    groups: tuple[ContextGroup, ...]
    codes: tuple[Code, ...]
    templates: tuple[Template, ...]


def read_part16(
    path: Path, edition: str, errata: Errata, report: Report | None = None, uids: tuple[Uid, ...] = ()
) -> Part16:
    """Context groups, codes and templates of a PS3.16 in DocBook.

    ``uids``: those of PS3.6; table A-3 registers the UIDs of context groups, which PS3.16 misprints now and then.

    Raises:
        ImportFault: a table has not the columns that are needed, or something stands twice.
    """
    groups: dict[str, ContextGroup] = {}
    codes: tuple[Code, ...] = ()
    templates: dict[str, Template] = {}
    report = report or Report()
    registered = {uid.info: uid.uid for uid in uids if uid.table == "A-3"}
    for table in report.walk(path, PART, edition, ("CID ",)):
        left: list[str] = []
        notes: list[str] = []
        if match := _GROUP.fullmatch(table.label):
            group = _registered(_group(match[1], table, errata, left), registered, notes)
            _keep(groups, match[1], group, len(group.members), left)
        elif (match := _TEMPLATE.fullmatch(table.label)) and table.caption != _PARAMETERS:
            template = _template(match[1], table, errata, left)
            _keep(templates, match[1], template, len(template.rows), left)
        elif table.label == _CODES:
            codes = tuple(_own_codes(table, errata, left))
        else:
            continue
        report.took(len(table.rows) - len(left), (*left, *notes))
    for label, found in (("CID", groups), (_CODES, codes)):
        if not found:
            raise ImportFault(f"{PART} {edition}", label, "", "the table", "none of that label")
    errata.finish()
    return Part16(tuple(groups.values()), codes, tuple(templates.values()))


def named_contexts(uids: tuple[Uid, ...], groups: tuple[ContextGroup, ...]) -> tuple[Uid, ...]:
    """The UIDs, those of context groups with the names that PS3.6 table A-3 only links to."""
    known = {f"CID {group.cid}": group for group in groups}
    return tuple(
        replace(uid, name=known[uid.info].name) if uid.table == "A-3" and not uid.name and uid.info in known else uid
        for uid in uids
    )


def _keep(known: dict[str, T], number: str, found: T, size: int, left: list[str]) -> None:
    """Of two tables with one label the first counts, as where a template is shown again in the section of another."""
    if number in known:
        left.extend(f"row {row}: an earlier table has that label" for row in range(1, size + 1))
    known.setdefault(number, found)


def _rows(
    table: Table, columns: Mapping[str, tuple[str, ...]], errata: Errata, left: list[str]
) -> Iterator[tuple[int, dict[str, str], Row]]:
    """The rows as (row counted from 1, text by field, cells); further columns are passed over, cells may be missing.

    Rows with spans that do not fit are named in ``left``.
    """
    header = [_ATTRIBUTE.sub("", text) for text in table.header]
    places: dict[str, int] = {}
    for name, texts in columns.items():
        found = [place for place, text in enumerate(header) if text in texts]
        if found:
            places[name] = found[0]
        elif name not in _OPTIONAL:
            raise ImportFault(PART, table.label, "head", f"a column {texts[0]}", list(table.header))
    faults = dict(table.faults)
    left.extend(f"row {row}: {problem}" for row, problem in faults.items())
    for index, cells in enumerate(table.rows, 1):
        if index in faults:
            continue
        texts = errata.correct(table.label, table.header, [cell.text for cell in cells])
        yield index, {name: texts[at] if at < len(texts) else "" for name, at in places.items()}, cells


def _shown(cells: Row) -> str:
    """The beginning of a row, for the report."""
    return " ".join(cell.text for cell in cells if cell.text)[:80]


def _flag(table: Table, term: str, yes: str, no: str) -> bool | None:
    """What a term of the section says, None if it is not there or says something else."""
    text = table.terms.get(term, "").lower()
    return True if text.startswith(yes) else False if text.startswith(no) else None


# --- context groups and codes ------------------------------------------------------------------------------------


def _group(cid: str, table: Table, errata: Errata, left: list[str]) -> ContextGroup:
    members: dict[str, Code | str] = {}
    for row, cells, raw in _rows(table, _GROUP_COLUMNS, errata, left) if table.rows else ():
        if raw and raw[0].text.startswith("Include"):
            found = _linked(raw[0].links, _GROUP) or _searched(raw[0].text, _GROUP)
            if not found:
                raise ImportFault(PART, table.label, row, "an include of a context group", raw[0].text)
            key, member = f"+{found}", found
            members[key] = member
            continue
        scheme, value = cells["scheme"], cells["value"].replace(" ", "")
        if not (scheme and value):
            left.append(f"row {row}: no code: {_shown(raw)}")
            continue
        code = Code(scheme, value, cells["meaning"])
        if code.key in members:
            left.append(f"row {row}, {code}: an earlier row has that code")
        else:
            members[code.key] = code
    return ContextGroup(
        cid=cid,
        name=re.sub(rf"^CID {cid} ", "", table.caption),
        keyword=table.terms.get("Keyword:", ""),
        uid=table.terms.get("UID:", ""),
        version=table.terms.get("Version:", ""),
        extensible=_flag(table, "Type:", "ext", "non"),
        members=tuple(members.values()),
    )


def _registered(group: ContextGroup, registered: Mapping[str, str], notes: list[str]) -> ContextGroup:
    """The group with the UID that is registered for it."""
    uid = registered.get(f"CID {group.cid}", group.uid)
    if group.uid and uid != group.uid:
        notes.append(f"UID {group.uid}: PS3.6 table A-3 registers {uid}")
    return replace(group, uid=uid)


def _linked(links: tuple[str, ...], pattern: re.Pattern[str]) -> str:
    """The number that the first link to a context group or template names."""
    return next((match[1] for link in links if (match := pattern.fullmatch(link))), "")


def _searched(text: str, pattern: re.Pattern[str]) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _own_codes(table: Table, errata: Errata, left: list[str]) -> Iterator[Code]:
    seen: set[str] = set()
    for row, cells, raw in _rows(table, _CODE_COLUMNS, errata, left):
        value = cells["value"].replace(" ", "")
        if not value or not cells["meaning"] or value in seen:
            left.append(f"row {row}: no code, or one of an earlier row: {_shown(raw)}")
            continue
        seen.add(value)
        yield Code("DCM", value, cells["meaning"], cells.get("notes", "").lower().startswith("retired"))


# --- templates ---------------------------------------------------------------------------------------------------

_TYPES: Final = frozenset(
    {
        *("CODE", "COMPOSITE", "CONTAINER", "DATE", "DATETIME", "IMAGE", "INCLUDE", "NUM", "PNAME", "SCOORD"),
        *("SCOORD3D", "TABLE", "TCOORD", "TEXT", "TIME", "UIDREF", "WAVEFORM"),
    }
)
_CODED: Final = (
    r"(?:EV|DT) ?\( ?(?P<value>[^,]+?) ?, ?(?P<scheme>[^,]+?) ?, ?"
    r"(?:[\"“”](?P<quoted>.*?)[\"“”] ?\)|(?P<plain>[^)]*?) ?\))"
)
_GROUPED: Final = r"(?P<kind>[BDE])?CID ?\(?(?P<cid>\d+[a-z]?)\)?"
_PARAMETER: Final = r"\$\w+"
_ONE: Final = re.compile(rf"{_CODED}|{_GROUPED}|{_PARAMETER}")
_UNITS: Final = re.compile(r"UNITS ?= ?")
_USE: Final = re.compile(r"[MU]C?\b")
_UNKNOWN: Final = "?"


def _template(tid: str, table: Table, errata: Errata, left: list[str]) -> Template:
    rows = []
    for row, cells, raw in _rows(table, _TEMPLATE_COLUMNS, errata, left):
        types = [word for word in re.findall(r"\w+", cells["type"]) if word.upper() not in ("OR", "AND")]
        if not types or not _TYPES.issuperset(types):
            left.append(f"row {row}: no content item: {_shown(raw)}")
            continue
        include = _included(cells, raw) if types == ["INCLUDE"] else ""
        if types == ["INCLUDE"] and not include:
            left.append(f"row {row}: an include that names no template: {_shown(raw)}")
            continue
        rows.append(_template_row(cells, include or " ".join(types), bool(include)))
    return Template(
        tid=tid,
        name=re.sub(rf"^TID {tid} ", "", table.caption),
        extensible=_flag(table, "Type:", "ext", "non"),
        ordered=_flag(table, "Order:", "signif", "no"),
        root=_flag(table, "Root:", "yes", "no"),
        rows=tuple(rows),
    )


def _included(cells: dict[str, str], raw: Row) -> str:
    """The number of the template that a row includes; empty if it names none."""
    links = tuple(link for cell in raw for link in cell.links)
    return _linked(links, _TEMPLATE) or _searched(cells["concept"], _TEMPLATE)


def _template_row(cells: dict[str, str], what: str, included: bool) -> TemplateRow:
    """A row; ``what`` is its value type, or the template that is included."""
    use = _USE.match(cells["use"])
    relation = cells.get("relation", "")
    condition = cells.get("condition", "")
    values, units = _value_set(cells.get("values", ""))
    return TemplateRow(
        row=cells.get("row", ""),
        level=cells.get("level", "").count(">") or relation.count(">"),
        relation=relation.replace(">", "").strip(),
        type="" if included else what,
        include=what if included else "",
        concept="" if included else _constraint(cells["concept"]),
        vm=cells["vm"].replace(" ", ""),
        use=use[0] if use else "",
        when=_UNKNOWN if condition else "",
        src=sentence_hash(condition) if condition else "",
        text=condition,
        values=values,
        units=units,
    )


def _value_set(text: str) -> tuple[str, str]:
    """Constraint of the value, and that of the units, which stands behind ``UNITS =``."""
    match = _UNITS.search(text)
    if match is None:
        return _constraint(text), ""
    units = _ONE.match(text, match.end())
    rest = text[: match.start()] + (text[units.end() :] if units else "")
    return _constraint(rest.strip()), _written(units) if units else _UNKNOWN


def _constraint(text: str) -> str:
    """A code, a context group or a parameter, several with "; " between them; ``"?"`` for anything else."""
    found = [_written(match) for match in _ONE.finditer(text)]
    return "; ".join(found) if found or not text else _UNKNOWN


def _written(match: re.Match[str]) -> str:
    if match["value"]:
        return str(Code(match["scheme"], match["value"].replace(" ", ""), match["quoted"] or match["plain"] or ""))
    if match["cid"]:
        return f"{match['kind'] or ''}CID {match['cid']}"
    return match[0]

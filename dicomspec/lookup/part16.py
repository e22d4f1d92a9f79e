"""Context groups, templates and codes (PS3.16)."""

from __future__ import annotations

import re
from typing import Final

from dicomspec.edition import Edition
from dicomspec.lookup.answers import Answer, answer

__all__ = ["PART16", "context_group", "terms_named"]

PART16: Final = (("context group", "context_groups", "CONTEXT_GROUPS"), ("template", "templates", "TEMPLATES"))
"""What things of PS3.16 are called, and their tables."""

_NUMBERED: Final = re.compile(r"([cCtT][iI][dD]) ?(\w+)")
_DIGIT: Final = re.compile(r"\d")


def terms_named(word: str, edition: Edition) -> list[Answer]:
    """Context groups and templates by number or name, and codes such as ``DCM 121071``."""
    number = _NUMBERED.fullmatch(word)
    if number and number[1].upper() == "CID":
        return [context_group(number[2], edition)] if number[2] in edition.context_groups() else []
    if number and number[1].upper() == "TID":
        return [_template(number[2], edition)] if number[2] in edition.templates() else []
    scheme, _, value = word.partition(" ")
    if value and (scheme.isupper() or _DIGIT.search(value)) and (found := _code(scheme, value, edition)):
        return [found]
    groups, templates = (edition.table(table)[constant] for _, table, constant in PART16)
    lowered = word.lower()
    named = [context_group(cid, edition) for cid, row in groups.items() if lowered in (row[0].lower(), row[1].lower())]
    return named + [_template(tid, edition) for tid, row in templates.items() if lowered == row[0].lower()]


def context_group(cid: str, edition: Edition) -> Answer:
    """A context group with its codes."""
    group = edition.context_group(cid)
    facts = {
        "name": group.name,
        "keyword": group.keyword,
        "UID": group.uid,
        "version": group.version,
        "extensible": {True: "yes", False: "no", None: ""}[group.extensible],
        "defined in": "PS3.16 Annex B",
    }
    rows = [{"scheme": code.scheme, "value": code.value, "meaning": code.meaning} for code in group.codes]
    groups = edition.table("context_groups")["CONTEXT_GROUPS"]
    included = [{"CID": each, "name": groups[each][0] if each in groups else ""} for each in group.includes]
    return answer("context group", f"CID {cid}", facts, {"codes": rows, "includes": included})


def _template(tid: str, edition: Edition) -> Answer:
    template = edition.template(tid)
    facts = {
        "name": template.name,
        "extensible": {True: "yes", False: "no", None: ""}[template.extensible],
        "order is significant": {True: "yes", False: "no", None: ""}[template.ordered],
        "defined in": "PS3.16 Annex A",
    }
    rows = [
        {
            "row": row.row,
            "": ">" * row.level,
            "relation": row.relation,
            "type": f"include TID {row.include}" if row.include else row.type,
            "concept": row.concept,
            "VM": row.vm,
            "use": row.use,
            "condition": row.text or ("a condition" if row.when else ""),
            "values": row.values,
            "units": row.units,
        }
        for row in template.rows
    ]
    return answer("template", f"TID {tid}", facts, {"rows": rows})


def _code(scheme: str, value: str, edition: Edition) -> Answer | None:
    """A code of a coding scheme, whose name may be in any case."""
    schemes = edition.table("codes")["MEANINGS"]
    scheme = next((name for name in schemes if name.lower() == scheme.lower()), scheme)
    meaning = edition.meaning(scheme, value)
    if not meaning:
        return None
    retired = value in edition.table("codes")["RETIRED"].get(scheme, ())
    holding = [
        {"CID": cid, "name": edition.context_group(cid).name}
        for cid in edition.context_groups()
        if any((code.scheme, code.value) == (scheme, value) for code in edition.context_group(cid).codes)
    ]
    facts = {"scheme": scheme, "value": value, "meaning": meaning, "retired": "yes" if retired else ""}
    return answer("code", f"{scheme} {value}", facts, {"context groups": holding})

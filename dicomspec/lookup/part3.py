"""IODs, modules and macros (PS3.3), and who uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from dicomspec.edition import Edition
from dicomspec.errors import EditionError
from dicomspec.iods import Attribute, Condition, Include, Iod, Module, Row, Use, included
from dicomspec.lookup.answers import Answer, Table, answer, condition_text, few, section_text

__all__ = ["iod_tables", "iods_named", "modules_named", "used_by"]


def iods_named(word: str, edition: Edition) -> list[Answer]:
    """The IOD of an identifier or name."""
    try:
        iod = edition.iod(re.sub(r"(?i) iod$", "", word))
    except EditionError:
        return []
    names = edition.table("uids")["UIDS"]
    classes = (f"{uid} {names[uid][0] if uid in names else ''}".strip() for uid in iod.sop_classes)
    facts = {
        "identifier": iod.id,
        "section": section_text(iod.section),
        "table": iod.table,
        "SOP classes": ", ".join(classes),
    }
    return [answer("IOD", iod.name, facts, iod_tables(iod, edition))]


def iod_tables(iod: Iod, edition: Edition, head: str = "") -> dict[str, Table]:
    """The modules and functional groups of an IOD; ``head`` stands before what the tables are called."""
    return {
        f"{head}modules": [_use(use, edition) for use in iod.modules],
        f"{head}functional groups": [_use(use, edition, macro=True) for use in iod.functional_groups],
    }


def _use(use: Use, edition: Edition, macro: bool = False) -> dict[str, str]:
    module = edition.macro(use.id) if macro else edition.module(use.id)
    entity = {} if macro else {"entity": use.entity}
    where = {"condition": condition_text(use.condition), "section": section_text(module.section)}
    return {**entity, "macro" if macro else "module": module.name, "use": use.use, **where}


def modules_named(word: str, edition: Edition) -> list[Answer]:
    """The module, the macro, or both, of an identifier or name."""
    found: dict[str, Module] = {}
    name = re.sub(r"(?i) (module|macro)$", "", word)
    for find in (edition.module, edition.macro):
        try:
            module = find(name)
        except EditionError:
            continue
        found[f"{module.id} {module.is_macro}"] = module
    return [_module(module, edition) for module in found.values()]


def _module(module: Module, edition: Edition) -> Answer:
    users = _users_in(edition)
    facts = {
        "identifier": module.id,
        "section": section_text(module.section),
        "table": module.table,
        "used by": ", ".join(users.iods.get(module.id, ())),
        "included by": ", ".join(users.including.get(module.id, ())),
    }
    rows = [_line(depth, row, edition) for depth, row in _walk(module.rows)]
    return answer("macro" if module.is_macro else "module", module.name, facts, {"attributes": rows})


def _line(depth: int, row: Row, edition: Edition) -> dict[str, str]:
    """A row of a module: sequences are told by > before the attributes in them, as in the standard."""
    lead = ">" * depth
    if isinstance(row, Attribute):
        tag = edition.tag_for_keyword(row.keyword)
        vr = edition.vr(tag) if tag is not None else ""
        lists = "; ".join(", ".join(found.values) for found in row.values)
        return _cells(f"{lead}{row.keyword}", row.type, vr or "", lists, row.condition)
    if isinstance(row, Include):
        groups = ", ".join(f"{each.kind.upper()} {each.number}" for each in row.constraints)
        return _cells(f"{lead}include {edition.macro(row.macro).name}", "", "", groups, row.condition)
    return _cells(f"{lead}any attributes", "", "", "", None)


def _cells(attribute: str, kind: str, vr: str, values: str, condition: Condition | None) -> dict[str, str]:
    found = {"attribute": attribute, "type": kind, "VR": vr, "values": values}
    return {**found, "condition": condition_text(condition)}


# --- who uses what ---


def used_by(module: Module, edition: Edition) -> str:
    """The IODs of a module, or the modules that include a macro: by name if they are few."""
    users = _users_in(edition)
    if including := users.including.get(module.id):
        return few(including, "modules and macros")
    return few(users.iods.get(module.id, []), "IODs")


class _Users(NamedTuple):
    """The names of the IODs that have a module or functional group, and of the modules that include a macro."""

    iods: dict[str, list[str]]
    including: dict[str, list[str]]


_known_users: Final[WeakKeyDictionary[Edition, _Users]] = WeakKeyDictionary()


def _users_in(edition: Edition) -> _Users:
    """Those of an edition, gathered once."""
    users = _known_users.get(edition)
    if users is None:
        users = _Users({}, {})
        for name, _, _, _, modules, groups in edition.table("iods")["IODS"].values():
            for used in dict.fromkeys(use[0] for use in (*modules, *groups)):
                users.iods.setdefault(used, []).append(name)
        for name, _, _, rows in (
            *edition.table("modules")["MODULES"].values(),
            *edition.table("macros")["MACROS"].values(),
        ):
            for macro in dict.fromkeys(included(rows)):
                users.including.setdefault(macro, []).append(name)
        _known_users[edition] = users
    return users


def _walk(rows: tuple[Row, ...], depth: int = 0) -> Iterator[tuple[int, Row]]:
    """Rows as they are written, with the level of sequences."""
    for row in rows:
        yield depth, row
        if isinstance(row, Attribute):
            yield from _walk(row.rows, depth + 1)

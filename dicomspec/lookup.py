"""What the standard says of a keyword, tag, UID, IOD, module, or text: the answers of ``dicomspec lookup``.

An answer is facts and tables, as text, for a screen or for JSON. Tables of an edition are loaded as they are needed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from dicomspec._generated.transfer_syntaxes import TRANSFER_SYNTAXES
from dicomspec.edition import Edition, ElementEntry
from dicomspec.errors import EditionError, TagError, UnknownKeywordError
from dicomspec.iods import Attribute, Condition, Include, Iod, Module, Place, Row, Use
from dicomspec.tag import PRIVATE, Tag, creator_tag

__all__ = ["Answer", "Match", "look_up", "search", "suggestions"]

Table = list[dict[str, str]]

_UID: Final = re.compile(r"[0-9]+(\.[0-9]+){3,}")
_PRIVATE_TAG: Final = re.compile(r"\(?([0-9A-Fa-f]{4}),\s*[xX]{2}([0-9A-Fa-f]{2})\)?")


_PART3: Final = (("IOD", "iods", "IODS"), ("module", "modules", "MODULES"), ("macro", "macros", "MACROS"))
"""What things of PS3.3 are called, and their tables."""


class Answer(NamedTuple):
    """What the standard says of one thing.

    Attributes:
        kind: such as ``"element"``, ``"UID"``, ``"IOD"``, ``"module"``.
        title: what it is called.
        facts: by label.
        tables: by heading; each row has the same keys.
    """

    kind: str
    title: str
    facts: dict[str, str]
    tables: dict[str, Table]


class Match(NamedTuple):
    """One thing whose name has a text in it; ``key`` is what to look up for all of it."""

    kind: str
    key: str
    name: str


def look_up(text: str, edition: Edition) -> list[Answer]:
    """The answers for the things that are called exactly so: by keyword, tag, UID, name or identifier."""
    word = text.strip()
    if not word:
        return []
    for find in (_element_of, _private_of, _uid_of):  # of these there is but one, and the rest need not be loaded
        if (answer := find(word, edition)) is not None:
            return [answer]
    found: list[Answer] = []
    for find_all in (_elements, _uids, _iods, _modules, _creators):
        found += find_all(word, edition)
    return found


# --- elements -------------------------------------------------------------------------------------------------------


def _element_of(word: str, edition: Edition) -> Answer | None:
    """The element of a tag or keyword."""
    try:
        tag = edition.tag_for(word)
    except (TagError, UnknownKeywordError):
        return None
    entry = edition.find(tag)
    return _element(tag, edition, entry) if entry is not None else None


def _elements(word: str, edition: Edition) -> list[Answer]:
    """The elements of a name, or of a keyword in another case."""
    names = edition.table("element_names")["ELEMENTS"]
    lowered = word.lower()
    return [
        _element(Tag(number), edition, ElementEntry(*row))
        for number, row in names.items()
        if lowered in (row[2].lower(), row[3].lower())
    ]


def _element(tag: Tag, edition: Edition, entry: ElementEntry) -> Answer:
    facts = {
        "tag": str(tag),
        "keyword": entry.keyword,
        "name": entry.name,
        "VR": entry.vr,
        "VM": entry.vm,
        "retired": entry.retired,
        **_history(tag, edition),
    }
    places = _places(tag, edition)
    tables = {"used in": [_place(place, edition) for place in places], "values": _values(places)}
    return _answer("element", entry.keyword or entry.name, facts, tables)


def _answer(kind: str, title: str, facts: dict[str, str], tables: dict[str, Table]) -> Answer:
    return Answer(
        kind,
        title,
        {label: text for label, text in facts.items() if text},
        {heading: rows for heading, rows in tables.items() if rows},
    )


def _history(tag: Tag, edition: Edition) -> dict[str, str]:
    """Since when there is an element, where it is defined, and what else is said there."""
    if edition.repeater(tag) is None and tag not in edition.table("element_names")["ELEMENTS"]:
        return {"defined in": "PS3.5 7.8.1" if tag.is_private_creator else "PS3.5 7.2"}  # every group has it
    history = edition.table("element_history")
    table = next((label for label, tags in history["TABLES"].items() if tag in tags), "6-1")
    since = next((first for first, tags in history["SINCE"].items() if tag in tags), "2013 or before")
    return {
        "since": since if history["HAS_SINCE"] else "",
        "note": history["NOTES"].get(tag, ""),
        "defined in": f"{'PS3.7' if table.startswith('E') else 'PS3.6'} table {table}",
    }


def _places(tag: Tag, edition: Edition) -> tuple[Place, ...]:
    try:
        return edition.uses(tag)
    except EditionError:  # an edition without PS3.3
        return ()


def _place(place: Place, edition: Edition) -> dict[str, str]:
    row, module = place.attribute, place.module
    return {
        "type": row.type,
        "in": f"{module.name} {'macro' if module.is_macro else 'module'}",
        "below": " > ".join(place.path),
        "condition": _condition(row.condition),
        "section": f"PS3.3 {module.section}",
        "of": _used_by(module, edition),
    }


def _values(places: tuple[Place, ...]) -> Table:
    """Enumerated Values and Defined Terms."""
    return [
        {
            "values": ", ".join(found.values),
            "what": "Enumerated Values" if found.enumerated else "Defined Terms",
            "of value": str(found.position or ""),
            "in": place.module.name,
            "condition": _condition(found.condition),
        }
        for place in places
        for found in place.attribute.values
    ]


def _condition(found: Condition | None) -> str:
    """In the words of the standard, if the edition has them, else as expression."""
    if found is None:
        return ""
    return found.text or (found.when if found.when != "?" else "a condition that no dataset tells")


def _used_by(module: Module, edition: Edition) -> str:
    """The IODs of a module, or the modules that include a macro: by name if they are few."""
    users = _users_in(edition)
    if including := users.including.get(module.id):
        return _few(including, "modules and macros")
    return _few(users.iods.get(module.id, []), "IODs")


def _few(names: list[str], what: str) -> str:
    return ", ".join(names) if len(names) <= 2 else f"{len(names)} {what}"


class _Users(NamedTuple):
    """The names of the IODs that have a module or functional group, and of the modules that include a macro."""

    iods: dict[str, list[str]]
    including: dict[str, list[str]]


_known_users: Final[WeakKeyDictionary[Edition, _Users]] = WeakKeyDictionary()


def _users_in(edition: Edition) -> _Users:
    users = _known_users.get(edition)
    if users is None:
        users = _known_users[edition] = _Users({}, {})
        for iod in map(edition.iod, edition.iods()):
            for name in dict.fromkeys(use.id for use in (*iod.modules, *iod.functional_groups)):
                users.iods.setdefault(name, []).append(iod.name)
        for module in (*map(edition.module, edition.modules()), *map(edition.macro, edition.macros())):
            included = (row.macro for _, row in _walk(module.rows) if isinstance(row, Include))
            for name in dict.fromkeys(included):
                users.including.setdefault(name, []).append(module.name)
    return users


def _walk(rows: tuple[Row, ...], depth: int = 0) -> Iterator[tuple[int, Row]]:
    """Rows as they are written, with the level of sequences."""
    for row in rows:
        yield depth, row
        if isinstance(row, Attribute):
            yield from _walk(row.rows, depth + 1)


# --- private elements -----------------------------------------------------------------------------------------------


def _private_of(word: str, edition: Edition) -> Answer | None:
    """What private dictionaries have under a tag, whosoever the creator is."""
    if match := _PRIVATE_TAG.fullmatch(word):
        tag = int(match[1], 16) << 16 | 0x1000 | int(match[2], 16)
    else:
        try:
            tag = int(edition.tag_for(word))
        except (TagError, UnknownKeywordError):
            return None
    if not tag & PRIVATE or creator_tag(tag) is None:
        return None
    rows = [
        {"creator": creator, "VR": entry.vr, "VM": entry.vm, "name": entry.name}
        for creator in edition.creators()
        if (entry := edition.private(creator, tag)) is not None
    ]
    title = f"({tag >> 16:04X},xx{tag & 0xFF:02X})"
    return _answer("private element", title, {"tag": title}, {"creators": rows}) if rows else None


def _creators(word: str, edition: Edition) -> list[Answer]:
    key = " ".join(word.split()).upper()
    rows = [
        {"tag": tag, "VR": entry.vr, "VM": entry.vm, "name": entry.name}
        for tag, entry in edition.private_elements(word)
    ]
    return [_answer("private creator", key, {"elements": str(len(rows))}, {"elements": rows})] if rows else []


# --- UIDs -----------------------------------------------------------------------------------------------------------


def _uid_of(word: str, edition: Edition) -> Answer | None:
    """The entry of a UID, or of its keyword."""
    if not _UID.fullmatch(word) and not word.isidentifier():
        return None
    table = edition.table("uids")
    uid = table["KEYWORDS"].get(word, word)
    return _uid(uid, edition) if uid in table["UIDS"] else None


def _uids(word: str, edition: Edition) -> list[Answer]:
    """The UIDs of a name, or of a context group."""
    lowered = word.lower()
    group = f"cid {lowered.removeprefix('cid').strip()}" if re.fullmatch(r"(?i)cid ?\d+", word) else ""
    return [
        _uid(uid, edition)
        for uid, row in edition.table("uids")["UIDS"].items()
        if lowered in (row[0].lower(), row[4].lower()) or (group and row[2].lower() == group)
    ]


def _uid(uid: str, edition: Edition) -> Answer:
    name, kind, info, retired, keyword = edition.table("uids")["UIDS"][uid]
    facts = {
        "UID": uid,
        "name": name,
        "keyword": keyword,
        "type": kind,
        "defined in": info,
        "retired": "yes" if retired else "",
        **_syntax(uid),
    }
    iods = _iods_of_class(uid, edition)
    tables: dict[str, Table] = {}
    for iod in iods:
        facts["IOD"] = ", ".join(each.name for each in iods)
        tables |= _iod_tables(iod, edition, f"{iod.name} IOD: " if len(iods) > 1 else "")
    return _answer("UID", keyword or name or uid, facts, tables)


def _syntax(uid: str) -> dict[str, str]:
    row = TRANSFER_SYNTAXES.get(uid)
    if row is None:
        return {}
    return {
        "byte order": row.endian,
        "VR in the file": row.vr,
        "pixels": f"{row.pixels}{', video' if row.video else ''}",
        "compression": f"{row.loss}{f' ({row.family})' if row.family else ''}",
        "deflated": "yes" if row.deflated else "",
    }


def _iods_of_class(uid: str, edition: Edition) -> tuple[Iod, ...]:
    try:
        return edition.sop_class(uid)
    except EditionError:  # an edition without PS3.3
        return ()


# --- IODs and modules -----------------------------------------------------------------------------------------------


def _iods(word: str, edition: Edition) -> list[Answer]:
    try:
        iod = edition.iod(re.sub(r"(?i) iod$", "", word))
    except EditionError:
        return []
    names = edition.table("uids")["UIDS"]
    classes = (f"{uid} {names[uid][0] if uid in names else ''}".strip() for uid in iod.sop_classes)
    facts = {
        "identifier": iod.id,
        "section": f"PS3.3 {iod.section}",
        "table": iod.table,
        "SOP classes": ", ".join(classes),
    }
    return [_answer("IOD", iod.name, facts, _iod_tables(iod, edition))]


def _iod_tables(iod: Iod, edition: Edition, head: str = "") -> dict[str, Table]:
    return {
        f"{head}modules": [_use(use, edition) for use in iod.modules],
        f"{head}functional groups": [_use(use, edition, macro=True) for use in iod.functional_groups],
    }


def _use(use: Use, edition: Edition, macro: bool = False) -> dict[str, str]:
    module = edition.macro(use.id) if macro else edition.module(use.id)
    entity = {} if macro else {"entity": use.entity}
    where = {"condition": _condition(use.condition), "section": f"PS3.3 {module.section}"}
    return {**entity, "macro" if macro else "module": module.name, "use": use.use, **where}


def _modules(word: str, edition: Edition) -> list[Answer]:
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
        "section": f"PS3.3 {module.section}",
        "table": module.table,
        "used by": ", ".join(users.iods.get(module.id, ())),
        "included by": ", ".join(users.including.get(module.id, ())),
    }
    rows = [_line(depth, row, edition) for depth, row in _walk(module.rows)]
    return _answer("macro" if module.is_macro else "module", module.name, facts, {"attributes": rows})


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
    return {**found, "condition": _condition(condition)}


# --- search ---------------------------------------------------------------------------------------------------------


def search(text: str, edition: Edition) -> list[Match]:
    """What has all words of a text in its name or keyword, those that start with it first."""
    words = text.lower().split()
    found = [each for each in _names(edition) if all(word in f"{each.key} {each.name}".lower() for word in words)]
    return sorted(found, key=lambda each: not each.name.lower().startswith(text.lower())) if words else []


def suggestions(text: str, edition: Edition, count: int = 5) -> list[str]:
    """What is called most like a text, the best first."""
    names: dict[str, str] = {}
    for each in _names(edition):
        if not each.key[0].isdigit():
            names[each.key.lower()] = each.key
            names.setdefault(each.name.lower(), each.key)
    near = difflib.get_close_matches(text.lower(), names, count)
    return list(dict.fromkeys(names[word] for word in near))


def _names(edition: Edition) -> Iterator[Match]:
    """Everything that has a name."""
    for tag, row in edition.table("element_names")["ELEMENTS"].items():
        yield Match("element", row[3] or str(Tag(tag)), row[2])
    for _, _, _, keyword in edition.repeaters:
        tag = edition.tag_for_keyword(keyword)
        if tag is not None:
            yield Match("element", keyword, edition.description(tag))
    for uid, (name, kind, info, _, keyword) in edition.table("uids")["UIDS"].items():
        yield Match("context group" if info.startswith("CID") else kind or "UID", keyword or uid, name)
    for kind, table, constant in (
        ("IOD", "iods", "IODS"),
        ("module", "modules", "MODULES"),
        ("macro", "macros", "MACROS"),
    ):
        try:
            rows = edition.table(table)[constant]
        except EditionError:  # an edition without PS3.3
            continue
        for name, row in rows.items():
            yield Match(kind, name, row[0])
    for creator in edition.creators():
        yield Match("private creator", creator, "")

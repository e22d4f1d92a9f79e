"""Data elements (PS3.6, PS3.7) and private ones (PS3.5 7.8)."""

from __future__ import annotations

import re
from typing import Final

from dicomspec.edition import Edition, ElementEntry
from dicomspec.errors import TagError, UnknownKeywordError
from dicomspec.iods import Place
from dicomspec.lookup.answers import Answer, Table, answer, condition_text, section_text
from dicomspec.lookup.part3 import used_by
from dicomspec.tag import PRIVATE, Tag, creator_tag

__all__ = ["creators_named", "element_of", "elements_named", "private_of"]

_PRIVATE_TAG: Final = re.compile(r"\(?([0-9A-Fa-f]{4}),\s*[xX]{2}([0-9A-Fa-f]{2})\)?")


def element_of(word: str, edition: Edition) -> Answer | None:
    """The element of a tag or keyword."""
    try:
        tag = edition.tag_for(word)
    except (TagError, UnknownKeywordError):
        return None
    entry = edition.find(tag)
    return _element(tag, edition, entry) if entry is not None else None


def elements_named(word: str, edition: Edition) -> list[Answer]:
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
        "de-identification": ", ".join(
            f"{profile} {action}" for profile, action in edition.confidentiality(tag).items()
        ),
    }
    places = edition.uses(tag)
    tables = {"used in": [_place(place, edition) for place in places], "values": _values(places)}
    return answer("element", entry.keyword or entry.name, facts, tables)


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


def _place(place: Place, edition: Edition) -> dict[str, str]:
    row, module = place.attribute, place.module
    return {
        "type": row.type,
        "in": f"{module.name} {'macro' if module.is_macro else 'module'}",
        "below": " > ".join(place.path),
        "condition": condition_text(row.condition),
        "section": section_text(module.section),
        "of": used_by(module, edition),
    }


def _values(places: tuple[Place, ...]) -> Table:
    """Enumerated Values and Defined Terms."""
    return [
        {
            "values": ", ".join(found.values),
            "what": "Enumerated Values" if found.enumerated else "Defined Terms",
            "of value": str(found.position or ""),
            "in": place.module.name,
            "condition": condition_text(found.condition),
        }
        for place in places
        for found in place.attribute.values
    ]


def private_of(word: str, edition: Edition) -> Answer | None:
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
    return answer("private element", title, {"tag": title}, {"creators": rows}) if rows else None


def creators_named(word: str, edition: Edition) -> list[Answer]:
    """The private creator of a name, case and blanks apart."""
    key = " ".join(word.split()).upper()
    rows = [
        {"tag": tag, "VR": entry.vr, "VM": entry.vm, "name": entry.name}
        for tag, entry in edition.private_elements(word)
    ]
    return [answer("private creator", key, {"elements": str(len(rows))}, {"elements": rows})] if rows else []

"""What the standard says of a keyword, tag, UID, IOD, module, or text: the answers of ``dicomspec lookup``.

Tables of an edition are loaded as they are needed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final

from dicomspec.edition import Edition
from dicomspec.lookup.answers import Answer, Match
from dicomspec.lookup.elements import creators_named, element_of, elements_named, private_of
from dicomspec.lookup.part3 import iods_named, modules_named
from dicomspec.lookup.part16 import PART16, terms_named
from dicomspec.lookup.uids import uid_of, uids_named
from dicomspec.tag import Tag

__all__ = ["Answer", "Match", "look_up", "search", "suggestions"]

_PART3: Final = (("IOD", "iods", "IODS"), ("module", "modules", "MODULES"), ("macro", "macros", "MACROS"))
"""What things of PS3.3 are called, and their tables."""


def look_up(text: str, edition: Edition) -> list[Answer]:
    """The answers for the things that are called exactly so: by keyword, tag, UID, name or identifier."""
    word = text.strip()
    if not word:
        return []
    for find in (element_of, private_of, uid_of):  # of these there is but one, and the rest need not be loaded
        if (only := find(word, edition)) is not None:
            return [only]
    found: list[Answer] = []
    for find_all in (elements_named, terms_named, uids_named, iods_named, modules_named, creators_named):
        found += find_all(word, edition)
    return found


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
        if not info.startswith("CID "):
            yield Match(kind or "UID", keyword or uid, name)
    for kind, table, constant in (
        ("IOD", "iods", "IODS"),
        ("module", "modules", "MODULES"),
        ("macro", "macros", "MACROS"),
    ):
        for name, row in edition.table(table)[constant].items():
            yield Match(kind, name, row[0])
    for kind, table, constant in PART16:
        for number, row in edition.table(table)[constant].items():
            yield Match(kind, f"{'CID' if table == 'context_groups' else 'TID'} {number}", row[0])
    for creator in edition.creators():
        yield Match("private creator", creator, "")

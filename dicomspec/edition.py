"""The dictionary in use, as a value: what PS3.6 and PS3.7 say of a tag, and what vendors say of private ones.

`default()` is the edition that was shipped. Its tables of VRs and keywords are loaded at once, because every file needs
them; names, multiplicities and private dictionaries when first asked for. The functions with pydicom's names
(`dictionary_VR` and so on) ask the default edition.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Final, NamedTuple

from ._generated import elements as _shipped
from .errors import TagError, UnknownKeywordError
from .tag import PRIVATE, Tag, names_creator, tag_number

__all__ = [
    "DEFAULT",
    "Edition",
    "ElementEntry",
    "PrivateEntry",
    "default",
    "dictionary_VM",
    "dictionary_VR",
    "dictionary_description",
    "dictionary_has_tag",
    "dictionary_is_retired",
    "dictionary_keyword",
    "keyword_for_tag",
    "nearest_keywords",
    "private_dictionary_VM",
    "private_dictionary_VR",
    "private_dictionary_description",
    "repeater_has_tag",
    "tag_for",
    "tag_for_keyword",
]


class ElementEntry(NamedTuple):
    """What the dictionary says of an element (PS3.6 section 6).

    `vr` may be several, such as ``"US or SS"``; `retired` is empty, or such as ``"RET (2004)"``.
    """

    vr: str
    vm: str
    name: str
    keyword: str
    retired: str


class PrivateEntry(NamedTuple):
    """What a private dictionary says of an element; `name` may be empty."""

    vr: str
    vm: str
    name: str


_Names = tuple[Mapping[int, tuple[str, str, str, str, str]], Mapping[tuple[int, int], tuple[str, str, str, str, str]]]
_Vendor = tuple[
    Mapping[str, Mapping[int, tuple[str, str, str]]], Mapping[str, tuple[tuple[int, int, str, str, str], ...]]
]

_GROUP_LENGTH: Final = ElementEntry("UL", "1", "Group Length", "", "RET")
_PRIVATE_CREATOR: Final = ElementEntry("LO", "1", "Private Creator", "", "")


@cache
def _shipped_names() -> _Names:
    module = import_module(f"{__package__}._generated.element_names")
    return module.ELEMENTS, module.REPEATERS


@cache
def _shipped_vendors() -> Mapping[str, str]:
    vendors: Mapping[str, str] = import_module(f"{__package__}._generated.private").VENDORS
    return vendors


@cache
def _shipped_vendor(name: str) -> _Vendor:
    module = import_module(f"{__package__}._generated.private.{name}")
    return module.CREATORS, module.MASKED


@dataclass(frozen=True, eq=False)
class Edition:
    """The dictionaries of one edition of the standard. Not to be changed; its tables are for reading only.

    Attributes:
        name: such as ``"2026d"``.
        vrs: tag -> VR as printed in the standard ("US or SS"); no repeating groups, use `vr` for those.
        keywords: keyword -> tag; no repeating groups.
        repeaters: (mask, value, VR, keyword) of the elements of repeating groups.
    """

    name: str
    vrs: dict[int, str] = field(repr=False)
    keywords: dict[str, int] = field(repr=False)
    repeaters: tuple[tuple[int, int, str, str], ...] = field(repr=False)
    _names: Callable[[], _Names] = field(repr=False)
    _vendors: Callable[[], Mapping[str, str]] = field(repr=False)
    _vendor: Callable[[str], _Vendor] = field(repr=False)
    _masks: dict[int, dict[int, tuple[int, int, str, str]]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.repeaters:
            self._masks.setdefault(row[0], {})[row[1]] = row

    # --- elements of the standard ---

    def find(self, tag: int) -> ElementEntry | None:
        """The entry of a tag, or None; those of repeating groups, group lengths and private creators included."""
        names, repeating = self._names()
        if (row := names.get(tag)) is not None:
            return ElementEntry(*row)
        if (found := self.repeater(tag)) is not None:
            return ElementEntry(*repeating[found[:2]])
        return _by_rule(tag)

    def entry(self, tag: object) -> ElementEntry:
        """The entry of a tag (number, pair, text or keyword).

        Raises:
            TagError: it does not name a tag, or the dictionary does not have it.
        """
        number = self.tag_for(tag)
        if (entry := self.find(number)) is None:
            raise TagError(f"{number} is not in the dictionary of {self.name}", path=str(number), reference="PS3.6")
        return entry

    def has(self, tag: object) -> bool:
        """Whether the dictionary has the tag, repeating groups included."""
        try:
            return self.find(self.tag_for(tag)) is not None
        except (TagError, UnknownKeywordError):
            return False

    def repeater(self, tag: int) -> tuple[int, int, str, str] | None:
        """The element of a repeating group that a tag belongs to (PS3.5 7.6); not in odd groups, nor its length."""
        if tag & PRIVATE or not tag & 0xFFFF:
            return None
        rows = (values.get(tag & mask) for mask, values in self._masks.items())
        return next((row for row in rows if row is not None), None)

    def vr(self, tag: int) -> str | None:
        """The VR of a tag as printed in the standard, None if the dictionary has none for it."""
        if (vr := self.vrs.get(tag)) is not None:
            return vr
        if (row := self.repeater(tag)) is not None:
            return row[2]
        entry = _by_rule(tag)
        return entry.vr if entry else None

    def vm(self, tag: object) -> str:
        """Value multiplicity, such as ``"1-n"``. Raises `TagError` as `entry` does; so the functions below."""
        return self.entry(tag).vm

    def description(self, tag: object) -> str:
        """Name of the element."""
        return self.entry(tag).name

    def keyword(self, tag: int) -> str:
        """Keyword of a tag, empty if it has none."""
        entry = self.find(tag)
        return entry.keyword if entry else ""

    def retired(self, tag: object) -> str:
        """Empty, or how the standard marks the element as retired: ``"RET (2004)"``."""
        return self.entry(tag).retired

    # --- names ---

    def tag_for_keyword(self, keyword: str) -> int | None:
        """The tag of a keyword, None if there is none; the first tag of a repeating group."""
        tag = self.keywords.get(keyword)
        if tag is None:
            tag = next((value for _, value, _, name in self.repeaters if name == keyword), None)
        return tag

    def nearest_keywords(self, word: str, count: int = 3) -> list[str]:
        """The keywords that are most like ``word``, the best first."""
        lowered = {keyword.lower(): keyword for keyword in self.keywords}
        return [lowered[near] for near in difflib.get_close_matches(word.lower(), lowered, count)]

    def tag_for(self, value: object) -> Tag:
        """The tag that ``value`` names: as `Tag` takes it, or a keyword.

        Raises:
            UnknownKeywordError: it reads as a keyword that the dictionary lacks; the message names the nearest ones.
            TagError: it does not name a tag.
        """
        if isinstance(value, str):
            if (number := self.tag_for_keyword(value)) is not None:
                return Tag(number)
            if value.isidentifier():
                try:
                    return Tag(value)
                except TagError:
                    raise self.unknown(value) from None
        return Tag(tag_number(value))

    def unknown(self, word: str) -> UnknownKeywordError:
        """The error for a word that is no keyword."""
        near = self.nearest_keywords(word)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        return UnknownKeywordError(f"{word!r} is not a keyword of the dictionary of {self.name}{hint}", path=word)

    # --- private elements ---

    def private(self, creator: str, tag: int) -> PrivateEntry | None:
        """The entry of a private element, None if no dictionary has it (PS3.5 7.8).

        ``creator`` is compared without case and extra blanks; of ``tag`` the group and the last byte count.
        """
        key = " ".join(creator.split()).upper()
        if (vendor := self._vendors().get(key)) is None:
            return None
        creators, masked = self._vendor(vendor)
        if (row := creators.get(key, {}).get((tag >> 16 & 0xFFFF) << 8 | tag & 0xFF)) is not None:
            return PrivateEntry(*row)
        rows = masked.get(key, ())
        return next((PrivateEntry(*rest) for mask, value, *rest in rows if tag & mask == value), None)

    def private_entry(self, creator: str, tag: int) -> PrivateEntry:
        """As `private`.

        Raises:
            TagError: no private dictionary has it; the message says whether the creator is known.
        """
        if (entry := self.private(creator, tag)) is not None:
            return entry
        known = " ".join(creator.split()).upper() in self._vendors()
        reason = "is not in its dictionary" if known else "has no dictionary"
        message = f"private creator {creator!r} {reason}" if not known else f"{Tag(tag)} of {creator!r} {reason}"
        raise TagError(message, path=str(Tag(tag)), reference="PS3.5 7.8")


def _by_rule(tag: int) -> ElementEntry | None:
    """Elements that every group has: its length, and in odd groups the private creators (PS3.5 7.2, 7.8.1)."""
    if tag & 0xFFFF == 0:
        return _GROUP_LENGTH
    if names_creator(tag):
        return _PRIVATE_CREATOR
    return None


DEFAULT: Final = Edition(
    _shipped.EDITION,
    _shipped.VRS,
    _shipped.KEYWORDS,
    _shipped.REPEATERS,
    _shipped_names,
    _shipped_vendors,
    _shipped_vendor,
)
"""The edition that was shipped."""


def default() -> Edition:
    """The edition that was shipped."""
    return DEFAULT


def tag_for(value: object) -> Tag:
    """The tag that ``value`` names in the default edition: as `Edition.tag_for`, with its errors."""
    return DEFAULT.tag_for(value)


# --- pydicom's functions, on the default edition -----------------------------------------------------------------


def dictionary_VR(tag: object) -> str:  # noqa: N802 - pydicom's name
    """VR as printed in the standard. Raises `TagError` for an unknown tag; so the functions below."""
    return DEFAULT.entry(tag).vr


def dictionary_VM(tag: object) -> str:  # noqa: N802 - pydicom's name
    """Value multiplicity."""
    return DEFAULT.entry(tag).vm


def dictionary_description(tag: object) -> str:
    """Name of the element."""
    return DEFAULT.entry(tag).name


def dictionary_keyword(tag: object) -> str:
    """Keyword of the element."""
    return DEFAULT.entry(tag).keyword


def dictionary_has_tag(tag: object) -> bool:
    """Whether the dictionary has the tag itself; see `repeater_has_tag` for repeating groups."""
    try:
        return tag_for(tag) in DEFAULT._names()[0]
    except (TagError, UnknownKeywordError):
        return False


def dictionary_is_retired(tag: object) -> bool:
    """Whether the element is retired."""
    return bool(DEFAULT.entry(tag).retired)


def keyword_for_tag(tag: object) -> str:
    """Keyword of the element, empty if the dictionary does not have it."""
    return DEFAULT.keyword(tag_for(tag))


def tag_for_keyword(keyword: str) -> int | None:
    """Tag of a keyword, None if there is none."""
    return DEFAULT.tag_for_keyword(keyword)


def nearest_keywords(word: str, count: int = 3) -> list[str]:
    """The keywords that are most like ``word``, the best first."""
    return DEFAULT.nearest_keywords(word, count)


def repeater_has_tag(tag: int) -> bool:
    """Whether a tag belongs to a repeating group of the dictionary."""
    return DEFAULT.repeater(tag) is not None


def private_dictionary_VR(tag: object, private_creator: str) -> str:  # noqa: N802 - pydicom's name
    """VR of a private element. Raises `TagError` for an unknown one; so the functions below."""
    return DEFAULT.private_entry(private_creator, tag_for(tag)).vr


def private_dictionary_VM(tag: object, private_creator: str) -> str:  # noqa: N802 - pydicom's name
    """Value multiplicity of a private element."""
    return DEFAULT.private_entry(private_creator, tag_for(tag)).vm


def private_dictionary_description(tag: object, private_creator: str) -> str:
    """Name of a private element, empty if it has none."""
    return DEFAULT.private_entry(private_creator, tag_for(tag)).name

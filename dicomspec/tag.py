"""Tags: 32-bit numbers that know their group and element (PS3.5 7.1, PS3.6 section 5).

`Tag` is an `int`, so it is compared, hashed and sorted as one. Keywords are those of the shipped dictionary;
`dicomspec.edition` knows the repeating groups and other editions as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import index
from typing import Any, Final

from ._generated.elements import KEYWORDS
from ._generated.wire import FIRST_PRIVATE_CREATOR, LAST_PRIVATE_CREATOR
from .errors import TagError

__all__ = ["Tag"]

PRIVATE: Final = 0x10000
"""The bit of a tag that is set in odd groups, which are private (PS3.5 7.8)."""

_TEXT: Final = re.compile(r"\(?\s*(?:0x)?([0-9A-Fa-f]{1,4})\s*,\s*(?:0x)?([0-9A-Fa-f]{1,4})\s*\)?")
_NUMBER: Final = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{1,8})")


class Tag(int):
    """A tag, ``(gggg,eeee)``.

    Made of a number, of two numbers (or hexadecimal texts) for group and element, of a pair of them, or of text:
    ``Tag(0x00100010)``, ``Tag(0x10, 0x10)``, ``Tag((0x10, 0x10))``, ``Tag("0010", "0010")``, ``Tag("(0010,0010)")``,
    ``Tag("00100010")``, or a keyword of the shipped dictionary, ``Tag("PatientName")``.

    Raises:
        TagError: what is given does not name a tag.
    """

    __slots__ = ()

    def __new__(cls, value: object = 0, element: object = None) -> Tag:
        if element is not None:
            return int.__new__(cls, _pair(value, element))
        return int.__new__(cls, tag_number(value))

    @property
    def group(self) -> int:
        return self >> 16

    @property
    def element(self) -> int:
        return self & 0xFFFF

    elem = element

    @property
    def is_private(self) -> bool:
        """Whether the group is odd (PS3.5 7.8)."""
        return bool(self & PRIVATE)

    @property
    def is_private_creator(self) -> bool:
        """Whether the tag holds a private creator: (gggg,0010) to (gggg,00FF) of an odd group (PS3.5 7.8.1)."""
        return names_creator(self)

    @property
    def json_key(self) -> str:
        """Eight hexadecimal digits, the key in the DICOM JSON model (PS3.18 F.2.2)."""
        return f"{int(self):08X}"

    def __str__(self) -> str:
        return f"({self >> 16:04X},{self & 0xFFFF:04X})"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return int.__eq__(self, other)
        try:
            return int.__eq__(self, tag_number(other))
        except TagError:
            return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        return int.__lt__(self, tag_number(other))

    def __le__(self, other: Any) -> bool:
        return int.__le__(self, tag_number(other))

    def __gt__(self, other: Any) -> bool:
        return int.__gt__(self, tag_number(other))

    def __ge__(self, other: Any) -> bool:
        return int.__ge__(self, tag_number(other))

    __hash__ = int.__hash__

    def __reduce__(self) -> tuple[type[Tag], tuple[int]]:
        return Tag, (int(self),)


def tag_number(value: object) -> int:
    """The number of what names a tag without a dictionary: int, pair, or text.

    Raises:
        TagError: it does not name a tag.
    """
    if isinstance(value, int):
        if 0 <= value <= 0xFFFFFFFF:
            return int(value)
        raise TagError(f"a tag is a number from 0 to 0xFFFFFFFF, not {int(value):#x}", reference="PS3.5 7.1")
    if isinstance(value, str):
        if (number := KEYWORDS.get(value)) is not None:
            return number
        if match := _TEXT.fullmatch(value.strip()):
            return int(match[1], 16) << 16 | int(match[2], 16)
        if match := _NUMBER.fullmatch(value.strip()):
            return int(match[1], 16)
    elif isinstance(value, (tuple, list, Sequence)) and len(value) == 2:
        return _pair(value[0], value[1])
    raise TagError(f"{value!r} does not name a tag", reference="PS3.5 7.1")


def names_creator(tag: int) -> bool:
    """As `Tag.is_private_creator`, of any number."""
    return bool(tag & PRIVATE) and FIRST_PRIVATE_CREATOR <= tag & 0xFFFF <= LAST_PRIVATE_CREATOR


def creator_tag(tag: int) -> int | None:
    """The tag that names the creator of a private element; None if the element is in nobody's block (PS3.5 7.8.1)."""
    creator = tag & 0xFFFF0000 | tag >> 8 & 0xFF
    return creator if names_creator(creator) else None


def _pair(group: object, element: object) -> int:
    return _half(group) << 16 | _half(element)


def _half(value: object) -> int:
    """Group or element as a number: an int, or hexadecimal text."""
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value.strip())
        number = int(match[1], 16) if match else -1
    else:
        try:
            number = index(value)  # type: ignore[arg-type]
        except TypeError:
            number = -1
    if not 0 <= number <= 0xFFFF:
        raise TagError(f"group and element are numbers from 0 to 0xFFFF, not {value!r}", reference="PS3.5 7.1")
    return number

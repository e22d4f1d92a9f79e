"""Elements whose value needs nothing but its own bytes: most elements of most files, so they have a short way.

What is not plain (other character sets, values that break their VR, sequences, bulk data) is left to `reading`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias

from dicomspec.edition import DEFAULT, Edition
from dicomspec.element import DataElement
from dicomspec.values import charset
from dicomspec.wire.encoding import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Encoding

__all__ = ["LAZY_FROM", "PlainReader", "ascii_text", "blank_element", "no_plain", "plain_reader"]

LAZY_FROM: Final = EXPLICIT_LITTLE.scanner.LAZY_FROM
"""Binary values of this many bytes or more stay in the source until their value is asked for."""

_ESCAPE: Final = charset.ESCAPE.decode("ascii")

PlainReader: TypeAlias = "Callable[[Any, int, int], DataElement | None]"
"""From a reading, a tag and the offset of a header to the element, or to None if it is not plain."""

blank_element = partial(object.__new__, DataElement)
"""A new element with nothing in it, for readers."""


def _plain_reader(encoding: Encoding, edition: Edition = DEFAULT) -> PlainReader:
    """What decodes an element whose value needs nothing but its own bytes; None for all others.

    A closure, because most elements of most files come through here.
    """
    head, known, vrs = encoding.scanner.HEADER, encoding.plain, edition.vrs
    size, implicit = encoding.scanner.SHORT_SIZE, encoding.implicit
    new, cls = object.__new__, DataElement

    def plain(reading: Any, tag: int, slot: int) -> DataElement | None:
        buffer = reading.buffer
        if implicit:
            _, _, length = head(buffer, slot)
            row = known.get(vrs.get(tag))
        else:
            _, _, code, length = head(buffer, slot)
            row = known.get(code)
        if row is None or length >= LAZY_FROM:
            return None
        vr, number_size, number, decode, value = row
        if length == number_size and number is not None:
            (value,) = number(buffer, slot + size)
        elif length:
            try:
                value = decode(buffer[slot + size : slot + size + length], ascii_text)
            except ValueError:  # not in ASCII, or not of this VR
                return None
        element = new(cls)
        element._tag = tag
        element.VR = vr
        element._value = value
        element._source = reading
        element._slot = slot
        element._dirty = False
        element.private_creator = None
        return element

    return plain


_PLAIN_READERS: Final = {
    encoding: _plain_reader(encoding) for encoding in (EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG)
}


def plain_reader(encoding: Encoding, edition: Edition) -> PlainReader:
    """What decodes plain elements of an encoding; the edition tells the VRs where the file does not."""
    return _PLAIN_READERS[encoding] if edition is DEFAULT else _plain_reader(encoding, edition)


def no_plain(reading: Any, tag: int, slot: int) -> None:
    """In place of a plain reader, where a limit must be watched at each value."""


def ascii_text(data: bytes) -> str:
    """Text that needs no character set; others are a ValueError, escape sequences among them."""
    text = data.decode("ascii")
    if _ESCAPE in text:
        raise ValueError("an escape sequence")
    return text

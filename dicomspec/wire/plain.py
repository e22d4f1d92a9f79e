"""Elements whose value needs nothing but its own bytes: most elements of most files, so they have a short way.

What is not plain (other character sets, values that break their VR, sequences, bulk data) is left to `reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from dicomspec._generated.vr import VRS
from dicomspec.edition import DEFAULT, Edition
from dicomspec.element import DataElement
from dicomspec.elements import ALL, NO_VALUES
from dicomspec.values import MultiValue, charset
from dicomspec.values.text import PADDING
from dicomspec.wire.encoding import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Encoding, Plain

__all__ = ["LAZY_FROM", "Rows", "ascii_text", "read_plain", "read_value", "read_values", "rows_for"]

LAZY_FROM: Final = EXPLICIT_LITTLE.scanner.LAZY_FROM
"""Binary values of this many bytes or more stay in the source until their value is asked for."""

_ESCAPE: Final = charset.ESCAPE.decode("ascii")


def ascii_text(data: bytes) -> str:
    """Text that needs no character set; others are a ValueError, escape sequences among them."""
    text = data.decode("ascii")
    if _ESCAPE in text:
        raise ValueError("an escape sequence")
    return text


class Rows:
    """What the generated readers ask about a header, by its first bytes as a number; filled as headers are met.

    A row has what `look_up` of the scanner tells, and the VR ("": its value needs more than its own bytes), what reads
    the numbers (or None), how a single text is stripped (or None), the class that it or several numbers become (or
    None), the decoder (None for numbers, and for no bytes), and the value of no bytes.
    """

    __slots__ = ("_encoding", "_plain", "_vrs", "known")
    text = staticmethod(ascii_text)
    make = staticmethod(partial(object.__new__, DataElement))

    def __init__(self, encoding: Encoding, edition: Edition, plain: dict[Any, Plain]) -> None:
        self.known: dict[int, Row] = {}
        self._encoding, self._vrs, self._plain = encoding, edition.vrs, plain

    def new(self, key: int) -> Row:
        """The row of a header that is not among the known ones."""
        scanner = self._encoding.scanner
        tag, size, form = head = scanner.look_up(key)
        vr: Any = self._vrs.get(tag) if scanner.IMPLICIT else scanner.HEADER(scanner.KEY.pack(key), 0)[2]
        plain = self._plain.get(vr)
        row: Row = (*head, "", None, None, None, None, None)
        if plain is not None and tag >= 0 and form is scanner.WHOLE and size - scanner.SHORT_SIZE < LAZY_FROM:
            name, numbers, strip, of_class, decode, empty = plain
            count, rest = divmod(size - scanner.SHORT_SIZE, VRS[name].size or 1)
            if not count and not rest:
                row = (*head, name, None, None, None, None, empty)
            elif numbers is not None and not rest:
                row = (*head, name, numbers(count), None, MultiValue if count > 1 else None, None, None)
            else:
                row = (*head, name, None, strip, of_class, decode, None)
        if len(self.known) >= scanner.MOST_HEADS:
            self.known.clear()
        self.known[key] = row
        return row


Row: TypeAlias = "tuple[Any, ...]"

_ROWS: Final = {
    encoding: Rows(encoding, DEFAULT, encoding.plain) for encoding in (EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG)
}


def rows_for(encoding: Encoding, edition: Edition, longest: int) -> Rows:
    """The rows of an encoding; an edition keeps its own, since it tells the VRs where the file does not.

    Where values may be ``longest`` bytes at most, and plain ones are longer, none counts as plain.
    """
    if longest < LAZY_FROM:
        return Rows(encoding, edition, {})
    if edition is DEFAULT:
        return _ROWS[encoding]
    kept = edition._kept.setdefault("rows", {})
    rows: Rows | None = kept.get(encoding.name)
    return rows or kept.setdefault(encoding.name, Rows(encoding, edition, encoding.plain))


def read_plain(reading: Any, tag: int, slot: int) -> DataElement | None:
    """The element whose header stands at ``slot``; None if its value needs more than its own bytes."""
    buffer, scanner = reading.buffer, reading.scanner
    (key,) = scanner.HEAD(buffer, slot)
    try:
        _, size, _, vr, number, strip, of_class, decode, value = reading.rows.known[key]
    except KeyError:
        _, size, _, vr, number, strip, of_class, decode, value = reading.rows.new(key)
    if not vr:
        return None
    if number is not None:
        value = number(buffer, slot + scanner.SHORT_SIZE)
        value = value[0] if of_class is None else of_class(value)
    elif decode is not None:
        raw = buffer[slot + scanner.SHORT_SIZE : slot + size]
        try:
            if strip is None:
                value = decode(raw, ascii_text)
            else:
                value = raw.decode("ascii")
                if "\\" in value or _ESCAPE in value:
                    value = decode(raw, ascii_text)
                else:
                    value = strip(value, PADDING)
                    if of_class is not None:
                        value = of_class(value)
        except ValueError:  # not in ASCII, or not of this VR
            return None
    element = _new(DataElement)
    element._tag = tag
    element.VR = vr
    element._value = value
    element._source = reading
    element._slot = slot
    element._dirty = False
    element.private_creator = None
    return element


_new = object.__new__


def read_value(reading: Any, body: Any, tag: int, slot: int) -> Any:
    """The value of the element whose header stands at ``slot``. A single one is kept without its element, if its own
    bytes tell it; several can be changed in place, and have one."""
    if reading.source.is_watched:
        reading.source.check()
    buffer, scanner = reading.buffer, reading.scanner
    (key,) = scanner.HEAD(buffer, slot)
    try:
        _, size, _, vr, number, strip, of_class, decode, value = reading.rows.known[key]
    except KeyError:
        _, size, _, vr, number, strip, of_class, decode, value = reading.rows.new(key)
    if number is not None and of_class is None:
        (value,) = number(buffer, slot + scanner.SHORT_SIZE)
    elif not vr or number is not None:
        return body._decode(tag, slot).value
    elif decode is not None:
        raw = buffer[slot + scanner.SHORT_SIZE : slot + size]
        if _BACKSLASH_BYTE in raw or _ESCAPE_BYTE in raw:
            return body._decode(tag, slot).value
        try:
            if strip is None:
                value = decode(raw, ascii_text)
                if type(value) is MultiValue:
                    return body._decode(tag, slot).value
            else:
                value = strip(raw.decode("ascii"), PADDING)
                if of_class is not None:
                    value = of_class(value)
        except ValueError:  # not in ASCII, or not of this VR
            return body._decode(tag, slot).value
    if body._values is NO_VALUES:
        body.__dict__["_values"] = {}
    body._values[tag] = value
    return value


def read_values(reading: Any, body: Any, tags: Sequence[int]) -> list[Any]:
    """The values of several elements, None where there is none; nothing behind the last is scanned unless one lacks."""
    if body._pos < body._end and tags:
        reading.advance(body, min(max(tags) + 1, ALL))
    slots, kept = body._slots, body._values
    found = []
    for tag in tags:
        slot = slots.get(tag)
        plainly = type(slot) is int and tag not in kept
        found.append(read_value(reading, body, tag, slot) if plainly else body._value(tag, None))
    return found


_BACKSLASH_BYTE, _ESCAPE_BYTE = b"\\\x1b"  # as numbers: those are found in bytes without further ado

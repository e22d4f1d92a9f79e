"""Element headers as broken files have them (PS3.5 7.1).

A header is read in the encoding of the file or in the forms that the file should not have; `plausible` and `leads_on`
weigh whether bytes are an element, and `next_thread` finds the next place that certainly is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from dicomspec._generated import vr as rules
from dicomspec._generated import wire as names
from dicomspec.edition import Edition
from dicomspec.elements import ALL, Elements, MapT, Origin
from dicomspec.files import Buffer
from dicomspec.tag import PRIVATE
from dicomspec.wire.encoding import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Encoding
from dicomspec.wire.options import ReadOptions

__all__ = [
    "DELIMITERS",
    "Header",
    "Recoverable",
    "is_delimiter",
    "is_item",
    "items_encoding",
    "next_thread",
    "other_forms",
    "plausible",
    "read_header",
    "vr_bytes",
]

SEARCHED: Final = 1 << 16
"""How far implicit VR, where nothing marks an element, is searched for the next one."""


class Recoverable(Origin, Protocol):
    """What recovering needs of a reading."""

    buffer: Buffer
    encoding: Encoding
    edition: Edition
    ends: dict[int, int]
    inner: dict[int, Encoding]
    irregular: dict[int, tuple[str, int]]
    repaired: dict[int, list[tuple[int, int]]]
    options: ReadOptions
    make: type[Elements]

    def body(self, cls: type[MapT], start: int, end: int, last: int) -> MapT: ...

    def in_encoding(self, encoding: Encoding) -> Recoverable: ...

    def report(
        self,
        body: Elements,
        tag: int | None,
        offset: int | None,
        code: str,
        severity: str,
        message: str,
        reference: str,
    ) -> None: ...


class Header(NamedTuple):
    """An element header, as it can be read.

    Attributes:
        vr: "" where the dictionary must tell.
        value: offset of the value.
        encoding: the encoding in which it makes sense.
        regular: whether it is well formed in the encoding of the file.
    """

    tag: int
    vr: str
    value: int
    length: int
    encoding: Encoding
    regular: bool

    @property
    def after(self) -> int:
        """Where the element ends; for undefined length, where the value starts."""
        return self.value if self.length == names.UNDEFINED_LENGTH else self.value + self.length


def read_header(encoding: Encoding, buffer: Buffer, pos: int, end: int) -> Header | None:
    """The header at ``pos`` in an encoding; None if it has no known VR or is cut off."""
    scanner = encoding.scanner
    if pos + scanner.ITEM_SIZE > end:
        return None
    if encoding.implicit:
        group, element, length = scanner.ITEM(buffer, pos)
        return Header(group << 16 | element, "", pos + scanner.ITEM_SIZE, length, encoding, True)
    group, element, vr, length = scanner.HEADER(buffer, pos)
    if vr in scanner.SHORT:
        return Header(group << 16 | element, scanner.NAMES[vr], pos + scanner.SHORT_SIZE, length, encoding, True)
    if vr in scanner.LONG and pos + scanner.LONG_SIZE <= end:
        (length,) = scanner.LENGTH(buffer, pos + scanner.SHORT_SIZE)
        return Header(group << 16 | element, scanner.NAMES[vr], pos + scanner.LONG_SIZE, length, encoding, True)
    return None


def vr_bytes(buffer: Buffer, pos: int) -> bytes:
    """What stands where explicit VR has the VR, of the header at ``pos``; for whole headers."""
    code: bytes = EXPLICIT_LITTLE.scanner.HEADER(buffer, pos)[2]
    return code


def other_forms(encoding: Encoding, buffer: Buffer, pos: int, end: int) -> Iterator[Header]:
    """The header at ``pos`` in the forms that its encoding does not give it."""
    if pos + encoding.scanner.ITEM_SIZE > end:
        return
    if encoding.implicit:
        explicit = read_header(EXPLICIT_LITTLE, buffer, pos, end)
        if explicit is not None:
            yield explicit._replace(regular=False)
        return
    scanner = encoding.scanner
    group, element, vr, length = scanner.HEADER(buffer, pos)
    tag, name = group << 16 | element, scanner.NAMES.get(vr, "")
    if vr in scanner.LONG and pos + scanner.LONG_SIZE > end:  # cut off
        return
    if pos + scanner.LONG_SIZE <= end and not length:  # what would be the short length is the reserved zeros
        (long,) = scanner.LENGTH(buffer, pos + scanner.SHORT_SIZE)
        yield Header(tag, name, pos + scanner.LONG_SIZE, long, encoding, False)
    yield Header(tag, name, pos + scanner.SHORT_SIZE, length, encoding, False)
    if not encoding.big_endian:
        implicit = read_header(IMPLICIT_LITTLE, buffer, pos, end)
        assert implicit is not None
        yield implicit._replace(regular=False)


def is_delimiter(reading: Recoverable, pos: int, end: int) -> bool:
    """Whether an item or a delimiter stands at ``pos``."""
    if pos + reading.encoding.scanner.ITEM_SIZE > end:
        return False
    return reading.encoding.item(reading.buffer, pos)[0] in DELIMITERS


def is_item(reading: Recoverable, pos: int) -> bool:
    """Whether the tag of an item stands at ``pos``, where the source is long enough for its header."""
    return reading.encoding.item(reading.buffer, pos)[0] == names.ITEM


def plausible(reading: Recoverable, pos: int, end: int, last: int) -> bool:
    """Whether an element of a tag above ``last`` seems to start at ``pos``."""
    header = read_header(reading.encoding, reading.buffer, pos, end)
    if header is None or not last < header.tag < ALL:
        return False
    vrs = reading.edition.vrs.get(header.tag, "")
    if not reading.encoding.implicit and header.vr in vrs.split(" or "):
        return True
    if header.length != names.UNDEFINED_LENGTH and header.after > end:
        return False
    if header.length == names.UNDEFINED_LENGTH and not is_delimiter(reading, header.value, end):
        return False
    if not reading.encoding.implicit or vrs or header.tag & PRIVATE:
        return True
    return reading.edition.vr(header.tag) is not None and header.length <= 8  # a group length, a repeating group


def leads_on(reading: Recoverable, header: Header, end: int) -> bool:
    """Whether what follows the element is the end, the end of an item or sequence, or an element of a higher tag."""
    if header.length == names.UNDEFINED_LENGTH:
        return is_delimiter(reading, header.value, end)
    if header.after > end or (is_delimiter(reading, header.after, end) and is_item(reading, header.after)):
        return False
    return follows(reading, header.after, end, header.tag)


def follows(reading: Recoverable, pos: int, end: int, last: int) -> bool:
    """Whether something can go on at ``pos``: the end, a delimiter, or an element above ``last``."""
    return pos == end or is_delimiter(reading, pos, end) or plausible(reading, pos, end, last)


# -- which encoding the items of a sequence have -----------------------------------------------------------


def items_encoding(reading: Recoverable, vr: str, start: int, end: int) -> Encoding:
    """The encoding of the items at ``start``: that around them, implicit in UN, or what their first element says.

    Args:
        vr: as written in the header of the sequence.
    """
    found = reading.inner.get(start)
    if found is None:
        found = _items_encoding(reading, vr, start, end)
        if vr == "UN" or reading.encoding.implicit or found is not reading.encoding:  # the answer may hang on ``end``
            reading.inner[start] = found
    return found


def _items_encoding(reading: Recoverable, vr: str, start: int, end: int) -> Encoding:
    base = IMPLICIT_LITTLE if vr == "UN" else reading.encoding
    size = base.scanner.ITEM_SIZE
    pos = start
    if vr == "UN" and reading.encoding.big_endian and is_delimiter(reading, pos, end):
        return reading.encoding
    while pos + 2 * size <= end:
        tag, length = base.item(reading.buffer, pos)
        pos += size
        if tag != names.ITEM:
            return base
        if length:
            break
    else:
        return base
    stop = min(pos + length, end)
    return _first_encoding(reading, base, pos, stop) if pos + size <= stop else base


def _first_encoding(reading: Recoverable, base: Encoding, pos: int, end: int) -> Encoding:
    """The encoding of the element at ``pos``, where ``base`` is expected."""
    buffer = reading.buffer
    vr = vr_bytes(buffer, pos)
    if not base.implicit:
        if vr in base.scanner.NAMES or base.big_endian or is_delimiter(reading, pos, end):
            return base
        return IMPLICIT_LITTLE if plausible(reading.in_encoding(IMPLICIT_LITTLE), pos, end, 0) else base
    if vr not in EXPLICIT_LITTLE.scanner.NAMES:
        return base
    explicit = reading.encoding if not reading.encoding.implicit else EXPLICIT_LITTLE
    header = read_header(explicit, buffer, pos, end)
    implicit = read_header(IMPLICIT_LITTLE, buffer, pos, end)
    assert implicit is not None
    fits = implicit.after <= end and implicit.length != names.UNDEFINED_LENGTH
    return base if fits or header is None or header.after > end else explicit


# -- finding the thread again ------------------------------------------------------------------------------


def next_thread(reading: Recoverable, pos: int, end: int, last: int, delimiters: bool = False) -> int:
    """The next offset at which an element certainly starts, or a delimiter if ``delimiters``. 0: none.

    Certain is an element whose tag and VR are as in the dictionary and that leads on to another.
    """
    encoding = reading.encoding
    if encoding.implicit:
        return _next_implicit(reading, pos, end, last, delimiters)
    pattern = _MARKS[encoding.big_endian] if delimiters else _ANY_VR
    for match in pattern.finditer(reading.buffer, pos, end):
        start = match.start() - 4
        if len(match[0]) == 4:
            return match.start()
        header = read_header(encoding, reading.buffer, start, end) if start >= pos else None
        if header is None or not last < header.tag < ALL:
            continue
        if header.vr in reading.edition.vrs.get(header.tag, "").split(" or ") and leads_on(reading, header, end):
            return start
    return 0


def _next_implicit(reading: Recoverable, pos: int, end: int, last: int, delimiters: bool) -> int:
    vrs = reading.edition.vrs
    head = reading.encoding.scanner.ITEM
    for start in range(pos, min(pos + SEARCHED, end - reading.encoding.scanner.ITEM_SIZE + 1)):
        group, element, _ = head(reading.buffer, start)
        tag = group << 16 | element
        if tag in vrs and last < tag < ALL:
            header = read_header(reading.encoding, reading.buffer, start, end)
            if header is not None and leads_on(reading, header, end):
                return start
        elif delimiters and tag in DELIMITERS:
            return start
    return 0


DELIMITERS: Final = {
    names.ITEM: "an item",
    names.ITEM_DELIMITATION: "an item delimiter",
    names.SEQUENCE_DELIMITATION: "a sequence delimiter",
}
_VR_BYTES: Final = b"|".join(vr.encode() for vr in sorted(rules.VRS))
_ANY_VR: Final = re.compile(_VR_BYTES)
_MARKS: Final = {
    big: re.compile(
        b"|".join(
            re.escape(code[:4]) for code in (scanner.ITEM_UNDEFINED, scanner.ITEM_DELIMITER, scanner.SEQUENCE_DELIMITER)
        )
        + b"|"
        + _VR_BYTES
    )
    for big, scanner in ((False, EXPLICIT_LITTLE.scanner), (True, EXPLICIT_BIG.scanner))
}

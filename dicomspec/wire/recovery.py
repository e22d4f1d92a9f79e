"""What is not as the standard wants: each thing the scanner stops at is named, kept, and read as far as it goes.

`recover` looks at one place. Its answer is an element that is not as its header says (a `Span`), or bytes that belong
to no element (an `Extra`); either way an issue tells what it was, and scanning goes on behind it. Work is linear in the
size: what is passed over once is not looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, Protocol

from dicomspec._generated import vr as rules
from dicomspec._generated import wire as names
from dicomspec.elements import ALL, Elements, Origin, Slot
from dicomspec.errors import ReadError
from dicomspec.files import Buffer
from dicomspec.wire.encoding import BEFORE_DATASET, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Encoding

__all__ = ["items", "looks_explicit", "plausible", "recover"]

MAX_OPEN: Final = 64
"""Sequences without a regular end that are followed into one another; deeper ones are kept as they are."""


class Reading(Origin, Protocol):
    """What is needed of a reading here."""

    buffer: Buffer
    encoding: Encoding
    edition: Any
    ends: dict[int, int]
    repaired: dict[int, list[tuple[int, int]]]
    open_items: list[Elements]
    options: Any
    make: type[Elements]

    def body(self, cls: type[Elements], start: int, end: int, last: int) -> Elements: ...

    def in_encoding(self, encoding: Encoding) -> Any: ...

    def report(
        self, body: Elements, tag: int | None, offset: int | None, code: str, severity: str, message: str, reference: str
    ) -> None: ...

    def vr_of(self, body: Elements, tag: int, vr: str, start: int, end: int) -> str: ...


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


def recover(reading: Reading, body: Elements) -> None:
    """Deal with what stands at ``body._pos``, where the scanner stopped; moves ``body._pos`` on."""
    for handler in HANDLERS:
        if handler(reading, body):
            return
    raise AssertionError("the last handler takes everything")  # pragma: no cover


# -- bytes that are no element -----------------------------------------------------------------------------


def _skip(body: Elements, after: int, tag: int = -1) -> bool:
    """Keep the bytes up to ``after`` as they are, in no slot."""
    if body._extra is None:
        body._extra = []
    body._extra.append((body._pos, after, tag))
    body._pos = after
    return True


def _tail(reading: Reading, body: Elements) -> bool:
    """Fewer bytes than a header has."""
    left = body._end - body._pos
    if left >= reading.encoding.scanner.ITEM_SIZE:
        return False
    message = f"{left} bytes behind the last element are too few for another; kept"
    reading.report(body, None, body._pos, "trailing-bytes", "error", message, "PS3.5 7.1")
    return _skip(body, body._end)


def _delimiter(reading: Reading, body: Elements) -> bool:
    """An item or delimiter tag: the end of an item of undefined length, or a stray."""
    pos, size = body._pos, reading.encoding.scanner.ITEM_SIZE
    group, element, length = reading.encoding.scanner.ITEM(reading.buffer, pos)
    tag = group << 16 | element
    if tag not in _DELIMITERS:
        return False
    if reading.open_items and reading.open_items[-1] is body:
        if tag != names.ITEM_DELIMITATION:
            message = "the item ends without its delimiter; it was taken to end here"
            reading.report(body, None, pos, "missing-delimiter", "error", message, "PS3.5 7.5.2")
        body._end = pos
        return True
    after = pos + size
    if tag == names.ITEM and length != names.UNDEFINED_LENGTH and after + length <= body._end:
        after += length
    message = f"{_DELIMITERS[tag]} outside a sequence; its {after - pos} bytes are kept and passed over"
    reading.report(body, None, pos, "stray-delimiter", "error", message, "PS3.5 7.5")
    return _skip(body, after)


def _zeros(reading: Reading, body: Elements) -> bool:
    """Zeros up to the end."""
    buffer, pos, end = reading.buffer, body._pos, body._end
    if any(buffer[pos : pos + 8]) or any(buffer[pos : min(end, pos + 64)]) or _NOT_ZERO.search(buffer, pos, end):
        return False
    message = f"{end - pos} zero bytes behind the last element; kept"
    reading.report(body, None, pos, "trailing-zeros", "warning", message, "PS3.10 7.2")
    return _skip(body, end)


def _garbage(reading: Reading, body: Elements) -> bool:
    """Nothing that reads as an element: passed over up to the next place that certainly is one, or the end."""
    pos, end = body._pos, body._end
    after = _next_element(reading, pos + 1, end, body._last) or end
    what = "up to the next element" if after < end else "up to the end"
    message = f"{after - pos} bytes {what} are no element; kept"
    reading.report(body, None, pos, "garbage", "error", message, "PS3.5 7.1")
    return _skip(body, after)


# -- elements that are not as they should be ---------------------------------------------------------------


def _element(reading: Reading, body: Elements) -> bool:
    """An element, if the bytes can be read as one in some encoding."""
    header = _parse(reading, body)
    if header is None:
        return False
    start = body._pos
    after, exact = _extent(reading, body, header)
    regular = header.regular and exact
    slot: Slot = start if regular else (header.vr or _vr_in(reading, body, header), start, header.value, after)
    tag = header.tag
    if after - header.value & 1 and header.length & 1:
        message = f"the value length {header.length} is odd"
        reading.report(body, tag, start, "odd-length", "warning", message, "PS3.5 7.1.1")
    if tag in body._slots:
        message = "the element stands here a second time; the first one counts, this one is kept"
        reading.report(body, tag, start, "duplicate", "error", message, "PS3.5 7.1")
        return _skip(body, after, tag)
    if tag <= body._last:
        if tag <= BEFORE_DATASET:
            message = f"group {tag >> 16:04X} does not belong into a dataset"
            reading.report(body, tag, start, "group", "error", message, "PS3.5 7.1")
        else:
            message = f"stands behind a higher tag ({body._last >> 16:04X},{body._last & 0xFFFF:04X})"
            reading.report(body, tag, start, "order", "error", message, "PS3.5 7.1")
        body._sorted = False
    body._slots[tag] = slot
    body._last = max(tag, body._last)
    body._pos = after
    return True


def _parse(reading: Reading, body: Elements) -> Header | None:
    """The header at ``body._pos``, in the first form that makes sense."""
    pos, end, encoding = body._pos, body._end, reading.encoding
    declared = _read_header(encoding, reading.buffer, pos, end)
    if declared is not None and (_fits(declared, end) or _is_truncated(reading, body, declared)):
        return declared
    for header in _other_forms(reading, pos, end):
        if _fits(header, end) and _leads_on(reading, header, end):
            message = f"the header reads as {_FORMS[header.encoding.implicit]}, against the encoding of the file"
            if header.encoding is encoding or not header.vr:
                vr = bytes(reading.buffer[pos + 4 : pos + 6])
                message = f"{vr!r} is no value representation; read as {header.vr or 'the dictionary says'}"
            reading.report(body, header.tag, pos, "vr", "error", message, "PS3.5 7.1.2")
            return header
    return None


def _read_header(encoding: Encoding, buffer: Buffer, pos: int, end: int) -> Header | None:
    """The header at ``pos`` in this encoding; None if it has no known VR or is cut off."""
    scanner = encoding.scanner
    if encoding.implicit:
        group, element, length = scanner.ITEM(buffer, pos)
        return Header(group << 16 | element, "", pos + scanner.ITEM_SIZE, length, encoding, True)
    group, element, vr, length = scanner.HEADER(buffer, pos)
    if vr in scanner.SHORT:
        return Header(group << 16 | element, scanner.NAMES[vr], pos + scanner.SHORT_SIZE, length, encoding, True)
    if vr in scanner.LONG and pos + scanner.LONG_SIZE <= end:
        (length,) = scanner.LENGTH(buffer, pos + 8)
        return Header(group << 16 | element, scanner.NAMES[vr], pos + scanner.LONG_SIZE, length, encoding, True)
    return None


def _other_forms(reading: Reading, pos: int, end: int) -> Iterator[Header]:
    """The header at ``pos`` in the forms that the file's encoding does not give it."""
    buffer, encoding = reading.buffer, reading.encoding
    if encoding.implicit:
        explicit = _read_header(EXPLICIT_LITTLE, buffer, pos, end)
        if explicit is not None:
            yield explicit._replace(regular=False)
        return
    scanner = encoding.scanner
    group, element, vr, length = scanner.HEADER(buffer, pos)
    tag = group << 16 | element
    name = "UN" if vr.isalpha() and vr.isupper() else ""
    if pos + scanner.LONG_SIZE <= end and not any(buffer[pos + 6 : pos + 8]):
        yield Header(tag, name, pos + scanner.LONG_SIZE, scanner.LENGTH(buffer, pos + 8)[0], encoding, False)
    yield Header(tag, name, pos + scanner.SHORT_SIZE, length, encoding, False)
    if not encoding.big_endian:
        implicit = _read_header(IMPLICIT_LITTLE, buffer, pos, end)
        assert implicit is not None
        yield implicit._replace(regular=False)


def _fits(header: Header, end: int) -> bool:
    return header.length == names.UNDEFINED_LENGTH or header.value + header.length <= end


def _is_truncated(reading: Reading, body: Elements, header: Header) -> bool:
    """Whether a value that reaches past the end can be taken as one that was cut off."""
    tag = header.tag
    if not (body._last < tag < ALL):
        return False
    return not reading.encoding.implicit or bool(tag & 0x10000) or tag in reading.edition.vrs


def _leads_on(reading: Reading, header: Header, end: int) -> bool:
    """Whether what follows the element is the end, a delimiter, or an element of a higher tag."""
    if header.length == names.UNDEFINED_LENGTH:
        return bool(_is_item(reading, header.value, end))
    after = header.value + header.length
    return after == end or plausible(reading, after, end, header.tag)


def _is_item(reading: Reading, pos: int, end: int) -> bool:
    scanner = reading.encoding.scanner
    if pos + scanner.ITEM_SIZE > end:
        return False
    group, element, _ = scanner.ITEM(reading.buffer, pos)
    return group << 16 | element in _DELIMITERS


def plausible(reading: Reading, pos: int, end: int, last: int) -> bool:
    """Whether an element of a tag above ``last`` seems to start at ``pos``, or a delimiter stands there."""
    scanner = reading.encoding.scanner
    if pos + scanner.ITEM_SIZE > end:
        return False
    header = _read_header(reading.encoding, reading.buffer, pos, end)
    if header is None:
        return False
    if header.tag in _DELIMITERS:
        return True
    if not last < header.tag < ALL or not _fits(header, end):
        return False
    if not reading.encoding.implicit or header.tag in reading.edition.vrs or header.tag & 0x10000:
        return True
    return reading.edition.vr(header.tag) is not None and header.length <= 8  # a group length, a repeating group


def _vr_in(reading: Reading, body: Elements, header: Header) -> str:
    """The VR of an element whose header has none, by the dictionary."""
    return reading.vr_of(body, header.tag, "", header.value, header.value)


# -- where a value ends ------------------------------------------------------------------------------------


def _extent(reading: Reading, body: Elements, header: Header) -> tuple[int, bool]:
    """Where the element ends, and whether its header says so."""
    within = reading if header.encoding is reading.encoding else reading.in_encoding(header.encoding)
    vr = header.vr or _vr_in(reading, body, header)
    if header.length == names.UNDEFINED_LENGTH:
        return _open_extent(within, body, header, vr)
    after = header.value + header.length
    exact = after <= body._end
    if not exact:
        after = body._end
        if not reading.encoding.implicit and header.tag >> 16 != names.PIXEL_DATA >> 16 and vr != "SQ":
            after = _next_element(reading, header.value, body._end, header.tag) or after
        found = f"the value length {header.length} reaches past the end; the {after - header.value} bytes there were taken"
        reading.report(body, header.tag, body._pos, "value-past-end", "error", found, "PS3.5 7.1.1")
    if vr == "SQ":
        reached = _items_end(within, body, header, after)
        return reached, exact and reached == after
    return after, exact


def _items_end(reading: Reading, body: Elements, header: Header, after: int) -> int:
    """Where a sequence of defined length ends: where its items do, if something else follows them there."""
    scanner, spans = reading.encoding.scanner, list[tuple[int, int]]()
    depth = reading.options.max_depth
    reached: int = scanner.items(reading.buffer, header.value, after, spans, reading.ends, depth)
    if reached == after or not spans or not plausible(reading, reached, body._end, header.tag):
        return after
    if _is_item(reading, reached, after):
        return after
    message = f"the sequence length {header.length} reaches past its items; it was taken to end with them"
    reading.report(body, header.tag, body._pos, "sequence-length", "error", message, "PS3.5 7.5")
    reading.repaired[header.value] = spans
    return reached


def _open_extent(reading: Reading, body: Elements, header: Header, vr: str) -> tuple[int, bool]:
    """Where a value of undefined length ends that has no regular end."""
    ends, depth = reading.ends, reading.options.max_depth
    start, end = header.value, body._end
    holds_items = vr in _SEQUENCES
    if holds_items:
        inner = reading.in_encoding(IMPLICIT_LITTLE) if vr == "UN" else reading
        after = ends.get(start) or inner.encoding.scanner.measure(reading.buffer, start, end, ends, depth)
    else:
        after = ends.get(start) or reading.encoding.scanner.measure_fragments(reading.buffer, start, end, ends)
    if after:
        return after, True
    if not holds_items:
        return _measure_fragments(reading, body, header, end), False
    return _measure_items(inner, body, header, end), False


def _measure_fragments(reading: Reading, body: Elements, header: Header, end: int) -> int:
    """Where fragments end that have no delimiter (PS3.5 A.4)."""
    scanner, pos = reading.encoding.scanner, header.value
    size = scanner.ITEM_SIZE
    while pos + size <= end:
        group, element, length = scanner.ITEM(reading.buffer, pos)
        tag = group << 16 | element
        if tag == names.SEQUENCE_DELIMITATION:
            _delimiter_length(reading, body, header.tag, pos, length)
            return pos + size
        if tag != names.ITEM:
            break
        if pos + size + length > end:
            message = f"the fragment at byte {pos} is cut off: {end - pos - size} of its {length} bytes are there"
            reading.report(body, header.tag, pos, "fragment-past-end", "error", message, "PS3.5 A.4")
            return end
        pos += size + length
    if pos == header.value:
        message = "undefined length, but no fragments; all up to the end was taken"
        reading.report(body, header.tag, pos, "no-fragments", "error", message, "PS3.5 A.4")
        return end
    message = "the fragments end without a sequence delimiter; they were taken to end here"
    reading.report(body, header.tag, pos, "missing-delimiter", "error", message, "PS3.5 A.4")
    return pos


def _delimiter_length(reading: Reading, body: Elements, tag: int, pos: int, length: int) -> None:
    if length:
        message = f"the delimiter has length {length}, not 0; passed over"
        reading.report(body, tag, pos, "delimiter-length", "error", message, "PS3.5 7.5")


def _measure_items(reading: Reading, body: Elements, header: Header, end: int) -> int:
    """Where a sequence ends in which something is not regular; notes its items in ``repaired``."""
    if len(reading.open_items) >= MAX_OPEN:
        message = "too many sequences without an end inside one another; what follows was kept as it is"
        reading.report(body, header.tag, header.value, "nesting", "error", message, "PS3.5 7.5")
        return end
    spans: list[tuple[int, int]] = []
    pos = header.value
    size = reading.encoding.scanner.ITEM_SIZE
    while pos + size <= end:
        group, element, length = reading.encoding.scanner.ITEM(reading.buffer, pos)
        tag = group << 16 | element
        if tag == names.SEQUENCE_DELIMITATION:
            _delimiter_length(reading, body, header.tag, pos, length)
            reading.repaired[header.value] = spans
            return pos + size
        if tag == names.ITEM:
            pos = _measure_item(reading, body, header.tag, spans, pos, length, end)
        elif tag == names.ITEM_DELIMITATION:
            message = "an item delimiter between items; passed over"
            reading.report(body, header.tag, pos, "stray-delimiter", "error", message, "PS3.5 7.5")
            pos += size
        else:
            break
    message = "the sequence ends without its delimiter; it was taken to end here"
    reading.report(body, header.tag, pos, "missing-delimiter", "error", message, "PS3.5 7.5.2")
    reading.repaired[header.value] = spans
    return pos


def _measure_item(
    reading: Reading, body: Elements, tag: int, spans: list[tuple[int, int]], pos: int, length: int, end: int
) -> int:
    """Where the item at ``pos`` ends, its delimiter included; notes it in ``spans``."""
    scanner = reading.encoding.scanner
    start = pos + scanner.ITEM_SIZE
    if length != names.UNDEFINED_LENGTH:
        if start + length > end:
            message = f"the item length {length} reaches past the end; the {end - start} bytes there were taken"
            reading.report(body, tag, pos, "item-past-end", "error", message, "PS3.5 7.5")
        spans.append((pos, min(start + length, end)))
        return min(start + length, end)
    after: int = reading.ends.get(start) or scanner.measure(
        reading.buffer, start, end, reading.ends, reading.options.max_depth, True
    )
    if after:
        spans.append((pos, after - scanner.ITEM_SIZE))
        return after
    item = reading.body(reading.make, start, end, BEFORE_DATASET)
    item._parent, item._place = body, (tag, len(spans), (body._place[2] if body._place else 0) + 1)
    reading.open_items.append(item)
    try:
        reading.advance(item, ALL)
    finally:
        reading.open_items.pop()
    spans.append((pos, item._end))
    return _behind_item(reading, item._end, end)


def _behind_item(reading: Reading, pos: int, end: int) -> int:
    scanner = reading.encoding.scanner
    if pos + scanner.ITEM_SIZE <= end:
        group, element, _ = scanner.ITEM(reading.buffer, pos)
        if group << 16 | element == names.ITEM_DELIMITATION:
            return pos + int(scanner.ITEM_SIZE)
    return pos


def items(
    reading: Reading, body: Elements, tag: int, spans: list[tuple[int, int]], pos: int, end: int
) -> int:
    """Go on where the items of a sequence are not regular; returns how far the sequence could be read."""
    scanner = reading.encoding.scanner
    size = scanner.ITEM_SIZE
    while pos + size <= end:
        group, element, length = scanner.ITEM(reading.buffer, pos)
        found = group << 16 | element
        if found == names.ITEM:
            pos = _measure_item(reading, body, tag, spans, pos, length, end)
        elif found in _DELIMITERS:
            message = f"{_DELIMITERS[found]} in a sequence of defined length; passed over"
            reading.report(body, tag, pos, "stray-delimiter", "error", message, "PS3.5 7.5.1")
            pos += size
        elif plausible(reading, pos, end, BEFORE_DATASET):
            message = "elements without an item around them; read as one item"
            reading.report(body, tag, pos, "missing-item", "error", message, "PS3.5 7.5")
            spans.append((pos - size, end))
            return end
        else:
            break
    if pos < end and spans:
        message = f"{end - pos} bytes behind the last item are no item; kept while the sequence is not changed"
        reading.report(body, tag, pos, "trailing-bytes", "error", message, "PS3.5 7.5")
    return pos


# -- finding the thread again ------------------------------------------------------------------------------


def _next_element(reading: Reading, pos: int, end: int, last: int) -> int:
    """The next offset at which an element certainly starts: tag and VR as in the dictionary, and it leads on. 0: none."""
    encoding = reading.encoding
    if encoding.implicit:
        return 0
    for match in _ANY_VR.finditer(reading.buffer, pos + 4, end):
        start = match.start() - 4
        if start + encoding.scanner.SHORT_SIZE > end:
            break
        header = _read_header(encoding, reading.buffer, start, end)
        if header is None or not last < header.tag < ALL or not _fits(header, end):
            continue
        if header.vr in reading.edition.vrs.get(header.tag, "").split(" or ") and _leads_on(reading, header, end):
            return start
    return 0


def looks_explicit(reading: Reading, start: int, end: int) -> bool:
    """Whether the first element in the first item at ``start`` has an explicit VR."""
    scanner = reading.encoding.scanner
    pos = start + scanner.ITEM_SIZE
    if reading.encoding.implicit or pos + scanner.SHORT_SIZE > end:
        return False
    header = _read_header(reading.encoding, reading.buffer, pos, end)
    return header is not None and header.tag < ALL


def raise_strict(reading: Any) -> None:
    """Raise the first issue, by offset."""
    issues = sorted(reading.findings.issues, key=lambda issue: (issue.offset is not None, issue.offset or 0))
    if issues:
        raise ReadError.from_issue(issues[0])


_DELIMITERS: Final = {
    names.ITEM: "an item",
    names.ITEM_DELIMITATION: "an item delimiter",
    names.SEQUENCE_DELIMITATION: "a sequence delimiter",
}
_FORMS: Final = {True: "implicit VR", False: "explicit VR"}
_SEQUENCES: Final = frozenset(vr for vr, rule in rules.VRS.items() if rule.undefined_length.endswith("sequence"))
_NOT_ZERO: Final = re.compile(b"[^\\0]")
_ANY_VR: Final = re.compile(b"|".join(vr.encode() for vr in sorted(rules.VRS)))

HANDLERS: Final = (_tail, _delimiter, _zeros, _element, _garbage)

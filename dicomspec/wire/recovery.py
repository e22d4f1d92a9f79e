"""What is not as the standard wants: each thing the scanner stops at is named, kept, and read as far as it goes.

`recover` looks at one place. Its answer is an element that is not as its header says (a `Span`), or bytes that belong
to no element (an `Extra`); either way an issue tells what it was, and scanning goes on behind it. Work is linear in the
size: what is passed over once is not looked at again.
"""

from __future__ import annotations

import re
from typing import Final

from dicomspec._generated import wire as names
from dicomspec.elements import ALL, Elements, Slot
from dicomspec.tag import PRIVATE, Tag
from dicomspec.wire.encoding import BEFORE_DATASET
from dicomspec.wire.extents import choose, extent
from dicomspec.wire.headers import DELIMITERS, Header, Recoverable, next_thread, vr_bytes

__all__ = ["recover"]


def recover(reading: Recoverable, body: Elements) -> None:
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


def _tail(reading: Recoverable, body: Elements) -> bool:
    """Fewer bytes than a header has."""
    left = body._end - body._pos
    if left >= reading.encoding.scanner.ITEM_SIZE:
        return False
    message = f"{left} bytes behind the last element are too few for another; kept"
    reading.report(body, None, body._pos, "trailing-bytes", "error", message, "PS3.5 7.1")
    return _skip(body, body._end)


def _delimiter(reading: Recoverable, body: Elements) -> bool:
    """An item or delimiter tag: the end of an item of undefined length, or a stray."""
    pos, size = body._pos, reading.encoding.scanner.ITEM_SIZE
    tag, length = reading.encoding.item(reading.buffer, pos)
    if tag not in DELIMITERS:
        return False
    after = pos + size
    if tag == names.ITEM and length != names.UNDEFINED_LENGTH and after + length <= body._end:
        after += length
    message = f"{DELIMITERS[tag]} outside a sequence; its {after - pos} bytes are kept and passed over"
    reading.report(body, None, pos, "stray-delimiter", "error", message, "PS3.5 7.5")
    return _skip(body, after)


def _zeros(reading: Recoverable, body: Elements) -> bool:
    """Zeros where an element should start."""
    buffer, pos, end = reading.buffer, body._pos, body._end
    if any(buffer[pos : pos + reading.encoding.scanner.ITEM_SIZE]):
        return False
    found = _NOT_ZERO.search(buffer, pos, end)
    if found is None:
        message = f"{end - pos} zero bytes behind the last element; kept"
        reading.report(body, None, pos, "trailing-zeros", "warning", message, "PS3.10 7.2")
        return _skip(body, end)
    after = found.start() - reading.encoding.big_endian  # the first byte of a big endian tag is most often zero
    message = f"{after - pos} zero bytes between elements; kept"
    reading.report(body, None, pos, "garbage", "error", message, "PS3.5 7.1")
    return _skip(body, after)


def _garbage(reading: Recoverable, body: Elements) -> bool:
    """Nothing that reads as an element: passed over up to the next place that certainly is one, or the end."""
    pos, end = body._pos, body._end
    after = next_thread(reading, pos + 1, end, body._last) or end
    what = "up to the next element" if after < end else "up to the end"
    message = f"{after - pos} bytes {what} are no element; kept"
    reading.report(body, None, pos, "garbage", "error", message, "PS3.5 7.1")
    return _skip(body, after)


# -- elements that are not as they should be ---------------------------------------------------------------


def _element(reading: Recoverable, body: Elements) -> bool:
    """An element, if the bytes can be read as one in some encoding."""
    header = choose(reading, body._pos, body._end)
    if header is None or not _is_element(reading, body, header):
        return False
    start, tag = body._pos, header.tag
    if not header.regular:
        reading.irregular[start] = header.vr, header.length
        _note_form(reading, body, header)
    after, exact = extent(reading, body, header)
    slot: Slot = start if header.regular and exact else (header.vr, start, header.value, after)
    if after - header.value & 1 and header.length & 1 and header.length != names.UNDEFINED_LENGTH:
        message = f"the value length {header.length} is odd"
        reading.report(body, tag, start, "odd-length", "error", message, "PS3.5 7.1.1")
    if tag in body._slots:
        message = "the element stands here a second time; the first one counts, this one is kept"
        reading.report(body, tag, start, "duplicate", "error", message, "PS3.5 7.1")
        return _skip(body, after, tag)
    if tag <= body._last:
        if tag <= BEFORE_DATASET:
            message = f"group {tag >> 16:04X} does not belong into a dataset"
            reading.report(body, tag, start, "group", "error", message, "PS3.5 7.1")
        else:
            message = f"stands behind a higher tag {Tag(body._last)}"
            reading.report(body, tag, start, "order", "error", message, "PS3.5 7.1")
        body._sorted = False
    body._slots[tag] = slot
    body._last = max(tag, body._last)
    body._pos = after
    return True


def _is_element(reading: Recoverable, body: Elements, header: Header) -> bool:
    """Whether a header that reads well is likely to be one: garbage reads well too where no VR is written."""
    tag = header.tag
    if tag >= ALL:
        return False
    if not reading.encoding.implicit or body._last < tag or tag in reading.edition.vrs:
        return True
    return bool(tag & PRIVATE) or reading.edition.vr(tag) is not None


def _note_form(reading: Recoverable, body: Elements, header: Header) -> None:
    if header.encoding is reading.encoding:
        vr = vr_bytes(reading.buffer, body._pos)
        known = "with a header of the wrong form" if header.vr else "no value representation; the dictionary's is used"
        message = f"{vr!r} is {known}"
    else:
        message = f"the header reads as {header.encoding.name}, not as {reading.encoding.name} like what is around it"
    reading.report(body, header.tag, body._pos, "vr", "error", message, "PS3.5 7.1.2")


_NOT_ZERO: Final = re.compile(b"[^\\0]")

HANDLERS: Final = (_tail, _delimiter, _zeros, _element, _garbage)

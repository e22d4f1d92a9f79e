"""The DICOM file: preamble, file meta elements, dataset (PS3.10 7).

`read` finds out what a source is, picks the encoding of its dataset, and gives back the two maps. It reads sources
that lack the preamble, the file meta elements, or a true transfer syntax, and says so.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Final, NamedTuple

from dicomspec import edition
from dicomspec._generated import vr as rules
from dicomspec._generated import wire as names
from dicomspec.elements import Elements, MapT, Slot
from dicomspec.errors import InvalidDicomError, Issue, LimitError
from dicomspec.files import Source
from dicomspec.values import NUMBER_READERS_LITTLE
from dicomspec.wire import headers
from dicomspec.wire.encoding import (
    BEFORE_DATASET,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    Encoding,
    Syntax,
    encoding_of,
    syntax_of,
)
from dicomspec.wire.findings import Findings
from dicomspec.wire.options import ReadOptions
from dicomspec.wire.reading import Reading

__all__ = ["Part10", "read", "read_bare"]

META_FIRST: Final = (names.META_GROUP << 16) - 1
META_STOP: Final = (names.META_GROUP + 1) << 16
META_BYTES: Final = names.META_GROUP.to_bytes(2, "little")
_META_EITHER: Final = (META_BYTES, META_BYTES[::-1])
FEWEST_ISSUES: Final = 1000
BYTES_AN_ISSUE: Final = 64
"""How many issues of one file are kept: some, and one more for so many bytes."""

GROUP_LENGTH_SIZE: Final = rules.VRS["UL"].size
PREFIX_WITHIN: Final = 1 << 12
"""The prefix is looked for in so many bytes."""

INFLATE_STEP: Final = 1 << 24
FEED_STEP: Final = 1 << 16


class Part10(NamedTuple):
    """A file as it was read.

    Attributes:
        source: the bytes.
        start: offset of the dataset; what stands before is preamble and file meta elements.
        preamble: its 128 bytes, or None.
        meta: the file meta elements; empty if there are none.
        syntax: how the dataset is encoded.
        findings: the issues.
    """

    source: Source
    start: int
    preamble: bytes | None
    meta: Elements
    syntax: Syntax
    findings: Findings


def read(
    source: Source, options: ReadOptions, make: type[Elements], make_meta: type[Elements], top: type[MapT]
) -> tuple[Part10, MapT]:
    """The file in ``source``, and its dataset; that becomes ``top``, its items ``make``, the file meta ``make_meta``.

    Raises:
        InvalidDicomError: nothing says that this is DICOM, and ``options.force`` is false.
        LimitError: a limit of the options was reached.
    """
    findings = Findings(FEWEST_ISSUES + len(source.buffer) // BYTES_AN_ISSUE)
    preamble, start = _preamble(source, options, findings)
    slots: dict[int, Slot] = {}
    begin, last = _scan_meta(source, start, slots)
    told = _told_syntax(source, slots) if begin else None
    if told is not None and not told.deflated and _begins(source, begin, told.encoding):  # all is as it should be
        reading = Reading(source, told.encoding, options, findings, make, told.encapsulated)
        meta = make_meta.from_source(reading.in_encoding(EXPLICIT_LITTLE), start, begin, begin, last, slots)
        dataset = top.from_source(reading, begin, begin, len(source.buffer), BEFORE_DATASET)
        return Part10(source, begin, preamble, meta, told, findings), dataset
    meta = _meta(source, start, options, findings, make_meta)
    start = meta._end
    syntax = _syntax(source, start, meta, findings, options)
    begin, end = start, len(source.buffer)
    if syntax.deflated and begin < end:
        inflated = _inflate(source, start, options, findings)
        reading = Reading(inflated, syntax.encoding, options, findings, make)
        begin, end = 0, len(inflated.buffer)
    else:
        reading = Reading(source, syntax.encoding, options, findings, make, syntax.encapsulated)
    command = not meta._slots and not syntax.deflated and _group(source, start) == names.COMMAND_GROUP
    dataset = top.from_source(reading, begin, begin, end, -1 if command else BEFORE_DATASET)
    return Part10(source, start, preamble, meta, syntax, findings), dataset


def read_bare(source: Source, options: ReadOptions, make: type[MapT], implicit: bool, big_endian: bool) -> MapT:
    """The elements of a dataset without preamble and file meta elements, in a known encoding."""
    findings = Findings(FEWEST_ISSUES + len(source.buffer) // BYTES_AN_ISSUE)
    reading = Reading(source, encoding_of(implicit, big_endian), options, findings, make)
    return reading.body(make, 0, len(source.buffer), BEFORE_DATASET)


# -- what comes before the dataset -------------------------------------------------------------------------


def _preamble(source: Source, options: ReadOptions, findings: Findings) -> tuple[bytes | None, int]:
    """The preamble, and where the file meta elements or the dataset start."""
    buffer = source.buffer
    size, prefix = names.PREAMBLE_SIZE, names.PREFIX
    if buffer[size : size + len(prefix)] == prefix:
        return buffer[:size], size + len(prefix)
    if buffer[: len(prefix)] == prefix:
        _note(findings, "preamble", 0, "the prefix DICM stands at the start, without the preamble of 128 bytes")
        return None, len(prefix)
    at = bytes(buffer[:PREFIX_WITHIN]).find(prefix + META_BYTES)
    if at >= 0:
        _note(findings, "preamble", 0, f"the prefix DICM stands at byte {at}, not {size}; what is before it is kept")
        return None, at + len(prefix)
    for start in (0, 1, 2, size, size - len(prefix), size + len(prefix)):
        if _guess(source, start, options, findings) is not None:
            what = f", {start} bytes before it were passed over" if start else ""
            _note(findings, "preamble", 0, f"no preamble and prefix; the file starts with an element{what}")
            return None, start
    if options.force:
        _note(findings, "preamble", 0, "nothing says that this is DICOM; read as it was asked for")
        return None, 0
    what = f"{source.name}: " if source.name else ""
    if not len(buffer):
        raise InvalidDicomError(f"{what}empty: there is no byte to read")
    raise InvalidDicomError(
        f"{what}not a DICOM file: no prefix DICM behind 128 bytes, and no element at the start"
        " (force=True reads it anyway)",
        offset=0,
        reference="PS3.10 7.1",
    )


def _note(
    findings: Findings, code: str, offset: int, message: str, severity: str = "error", section: str = "7.1"
) -> None:
    findings.add(Issue(code, severity, "", offset, message, f"PS3.10 {section}"))


def _group(source: Source, start: int) -> int | None:
    """The first two bytes as a group number, in the byte order that makes it a small one."""
    data = bytes(source.buffer[start : start + 2])
    if len(data) < 2:
        return None
    return min(int.from_bytes(data, "little"), int.from_bytes(data, "big"))


def _meta(source: Source, start: int, options: ReadOptions, findings: Findings, make: type[Elements]) -> Elements:
    """The file meta elements at ``start``; they are Explicit VR Little Endian (PS3.10 7.1)."""
    encoding = EXPLICIT_LITTLE
    end = len(source.buffer)
    slots: dict[int, Slot] = {}
    pos, last = _scan_meta(source, start, slots)
    if pos:
        return make.from_source(Reading(source, EXPLICIT_LITTLE, options, findings, make), start, pos, pos, last, slots)
    if _group(source, start) != names.META_GROUP:
        if start >= names.PREAMBLE_SIZE:
            _note(findings, "meta", start, "there are no file meta elements")
        end = start
    else:
        encoding = _guess(source, start, options, Findings()) or EXPLICIT_LITTLE
        if encoding is not EXPLICIT_LITTLE:
            _note(findings, "meta", start, f"the file meta elements are {encoding.name}, not Explicit VR Little Endian")
    reading = Reading(source, encoding, options, findings, make)
    meta = reading.body(make, start, _counted_end(reading, start, end), META_FIRST)
    reading.advance(meta, META_STOP)
    meta._end = meta._pos
    if end > start:
        _check_group_length(meta, start, findings)
    return meta


def _scan_meta(source: Source, start: int, slots: dict[int, Slot]) -> tuple[int, int]:
    """Index the file meta elements, if they are as they should be, and as many as their group length says.

    Returns where they end, or 0; and the last of the tags.
    """
    buffer = source.buffer
    first = start + len(_META_OPENING)
    if buffer[start:first] != _META_OPENING or first + GROUP_LENGTH_SIZE > len(buffer):
        return 0, 0
    (length,) = _GROUP_LENGTH(buffer, first)
    pos, last = _scan(buffer, start, len(buffer), slots, META_FIRST, META_STOP, {}, 0)
    # The scanner may have stopped at an irregular one.
    if first + GROUP_LENGTH_SIZE + length != pos or buffer[pos : pos + 2] in _META_EITHER:
        return 0, 0
    return pos, last


_META_OPENING: Final[bytes] = EXPLICIT_LITTLE.scanner.encode_header(names.META_GROUP_LENGTH, "UL", GROUP_LENGTH_SIZE)
_GROUP_LENGTH: Final = NUMBER_READERS_LITTLE["UL"](1)
_scan: Final = EXPLICIT_LITTLE.scanner.scan


def _counted_end(reading: Reading, start: int, end: int) -> int:
    """Where the file meta elements end by their group length; ``end`` if elements do not end there."""
    scanner, slots = reading.encoding.scanner, dict[int, int]()
    pos, _ = scanner.scan(reading.buffer, start, end, slots, META_FIRST, names.META_GROUP_LENGTH + 1, {}, 0)
    if names.META_GROUP_LENGTH not in slots:
        return end
    element = reading.element(reading.body(Elements, start, pos, META_FIRST), names.META_GROUP_LENGTH, start)
    counted = pos + element.value if isinstance(element.value, int) else end
    if counted > end or _group_at(reading, counted) == names.META_GROUP:
        return end
    reached, _ = scanner.scan(reading.buffer, start, counted, slots, META_FIRST, META_STOP, {}, 0)
    return counted if reached == counted else end


def _group_at(reading: Reading, pos: int) -> int:
    scanner = reading.encoding.scanner
    return int(scanner.ITEM(reading.buffer, pos)[0]) if pos + scanner.ITEM_SIZE <= len(reading.buffer) else -1


def _check_group_length(meta: Elements, start: int, findings: Findings) -> None:
    element = meta._element(names.META_GROUP_LENGTH)
    if element is None:
        _note(findings, "meta-group-length", start, "the file meta elements have no group length", "warning")
        return
    raw = element.raw
    assert raw is not None
    found = meta._end - raw[3]
    if element.value != found:
        message = f"the file meta group length is {element.value}, but {found} bytes of file meta elements follow"
        _note(findings, "meta-group-length", raw[1], message)


# -- which encoding ----------------------------------------------------------------------------------------


def _syntax(source: Source, start: int, meta: Elements, findings: Findings, options: ReadOptions) -> Syntax:
    """How the dataset at ``start`` is encoded: as the transfer syntax says, unless its first element says otherwise."""
    told = _told_syntax(source, meta._slots)
    if told is not None and not told.deflated and _begins(source, start, told.encoding):
        return told  # all is as it should be
    element = meta._element(names.TRANSFER_SYNTAX_UID)
    uid = str(element.value).strip(" \0") if element is not None and element.value else ""
    if uid:
        syntax = syntax_of(uid)
        if not syntax.known:
            message = f"the transfer syntax {uid} is not in the dictionary; read as Explicit VR Little Endian"
            _note(findings, "transfer-syntax", start, message, "info")
    else:
        syntax = Syntax("", EXPLICIT_LITTLE)
        if len(meta):
            _note(
                findings,
                "transfer-syntax",
                start,
                "the file meta elements have no transfer syntax; the encoding was guessed",
            )
    if start >= len(source.buffer):
        return syntax if uid else Syntax("", IMPLICIT_LITTLE)
    if uid and not syntax.deflated and _begins(source, start, syntax.encoding):
        return syntax
    found = _guess(source, start, options, Findings(), syntax.encoding)
    if syntax.deflated:
        if found is None or not _certain(source, start, found):
            return syntax
        message = f"the dataset is not deflated, as the transfer syntax {uid} says, but plain {found.name}"
        _note(findings, "transfer-syntax", start, message)
        return Syntax(uid, found)
    if found is None or found is syntax.encoding:
        return syntax
    if uid:
        message = f"the dataset is {found.name}, not {syntax.encoding.name} as the transfer syntax {uid} says"
        _note(findings, "transfer-syntax", start, message)
    return Syntax(uid, found, False, syntax.encapsulated, syntax.known)


def _told_syntax(source: Source, slots: dict[int, Slot]) -> Syntax | None:
    """The syntax that regular file meta elements tell, if it is a known one."""
    slot = slots.get(names.TRANSFER_SYNTAX_UID)
    if type(slot) is not int:
        return None
    _, _, vr, length = EXPLICIT_LITTLE.scanner.HEADER(source.buffer, slot)
    start = slot + EXPLICIT_LITTLE.scanner.SHORT_SIZE
    return _known_syntax(source.buffer[start : start + length]) if vr == b"UI" else None


@lru_cache(maxsize=256)
def _known_syntax(value: bytes) -> Syntax | None:
    syntax = syntax_of(value.rstrip(b"\0").decode("latin-1"))
    return syntax if syntax.known else None


def _begins(source: Source, start: int, encoding: Encoding) -> bool:
    """Whether an element that the dictionary knows certainly starts here, in this encoding."""
    buffer = source.buffer
    if start + encoding.scanner.SHORT_SIZE > len(buffer):
        return False
    if encoding.implicit:
        tag, length = encoding.item(buffer, start)
        fits = start + encoding.scanner.SHORT_SIZE + length <= len(buffer)
        explicit = headers.vr_bytes(buffer, start) in _VRS
        return fits and not explicit and tag & 0xFFFF != 0 and tag in edition.DEFAULT.vrs
    group, element, vr, _ = encoding.scanner.HEADER(buffer, start)
    return vr in _VRS and group << 16 | element in edition.DEFAULT.vrs


def _guess(
    source: Source, start: int, options: ReadOptions, findings: Findings, first: Encoding = EXPLICIT_LITTLE
) -> Encoding | None:
    """The first encoding in which an element can start at ``start``; ``first`` is tried first."""
    others = (EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG)
    end = len(source.buffer)
    for encoding in (first, *(other for other in others if other is not first)):
        reading = Reading(source, encoding, options, findings, Elements)
        if _starts(reading, start, end):
            return encoding
    return None


def _starts(reading: Reading, start: int, end: int) -> bool:
    """Whether a dataset, file meta elements or a command set in this encoding can start here."""
    if not headers.plausible(reading, start, end, -1):
        return False
    group, element, _ = reading.encoding.scanner.ITEM(reading.buffer, start)
    tag = group << 16 | element
    if reading.encoding.implicit and EXPLICIT_LITTLE.scanner.HEADER(reading.buffer, start)[2] in _VRS:
        return False
    if element == 0:  # a group length
        header = headers.read_header(reading.encoding, reading.buffer, start, end)
        return header is not None and header.length == GROUP_LENGTH_SIZE
    return tag in edition.DEFAULT.vrs or group in _ODD_FIRST


_VRS: Final = frozenset(EXPLICIT_LITTLE.scanner.NAMES)
_ODD_FIRST: Final = range(0x0001, 0x0020, 2)


def _certain(source: Source, start: int, encoding: Encoding) -> bool:
    """Whether an element in this encoding stands here, and not a deflate stream that happens to look like one."""
    if not encoding.implicit and headers.vr_bytes(source.buffer, start) in _VRS:
        return True
    try:
        zlib.decompressobj(-zlib.MAX_WBITS).decompress(source.buffer[start : start + FEED_STEP], FEED_STEP)
    except zlib.error:
        return True
    return False


# -- deflated datasets (PS3.5 A.5) -------------------------------------------------------------------------


def _inflate(source: Source, start: int, options: ReadOptions, findings: Findings) -> Source:
    """The inflated dataset; what could be had of it if the stream is broken."""
    data = memoryview(source.buffer)[start:]
    found = _inflate_parts(data, -zlib.MAX_WBITS, options.max_inflated)
    if not found.parts:
        wrapped = _inflate_parts(data, zlib.MAX_WBITS, options.max_inflated)
        if wrapped.parts:
            found = wrapped
            message = "the dataset has a zlib header, not a bare deflate stream"
            findings.add(Issue("deflate", "error", "", start, message, "PS3.5 A.5"))
    if found.fault:
        size = sum(map(len, found.parts))
        message = (
            f"the deflate stream is broken ({found.fault}) behind {found.read} bytes; {size} bytes could be inflated"
        )
        findings.add(Issue("deflate-broken", "error", "", start + found.read, message, "PS3.5 A.5"))
    elif data[found.read :].tobytes().strip(b"\0"):
        message = f"{len(data) - found.read} bytes behind the deflate stream; kept while nothing is changed"
        findings.add(Issue("trailing-bytes", "error", "", start + found.read, message, "PS3.5 A.5"))
    return Source(b"".join(found.parts), source.name)


class _Inflated(NamedTuple):
    """What came out of a stream, how many bytes of it were read, and what was wrong, if anything."""

    parts: list[bytes]
    read: int
    fault: str


def _inflate_parts(data: memoryview, bits: int, limit: int) -> _Inflated:
    inflater = zlib.decompressobj(bits)
    parts: list[bytes] = []
    size = pos = 0
    step = FEED_STEP
    while pos < len(data):
        before = inflater.copy() if step > 1 else None
        try:
            new = _feed(inflater, data[pos : pos + step], limit - size, limit)
        except zlib.error as error:
            if before is None:
                return _Inflated(parts, pos, str(error))
            inflater, step = before, 1  # byte by byte, to have all that comes before the fault
            continue
        parts += new
        size += sum(map(len, new))
        pos = min(pos + step, len(data))
        if inflater.eof:
            return _Inflated(parts, pos - len(inflater.unused_data), "")
    return _Inflated(parts, pos, "it ends early")


def _feed(inflater: zlib._Decompress, data: memoryview, left: int, limit: int) -> list[bytes]:
    parts: list[bytes] = []
    size = 0
    rest: memoryview | bytes = data
    while True:
        part = inflater.decompress(rest, INFLATE_STEP)
        rest = inflater.unconsumed_tail
        size += len(part)
        if size > left:
            raise LimitError(f"the dataset inflates to more than max_inflated bytes, {limit}", reference="PS3.5 A.5")
        if part:
            parts.append(part)
        if inflater.eof or not rest:
            return parts

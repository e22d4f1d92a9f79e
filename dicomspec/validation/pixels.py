"""Pixel data against the attributes that describe it: lengths, fragments and offset tables (PS3.5 8, A.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from dicomspec._generated import wire as names
from dicomspec._generated.transfer_syntaxes import TRANSFER_SYNTAXES, TransferSyntaxRow
from dicomspec.element import DataElement
from dicomspec.validation.nodes import File, Node
from dicomspec.validation.rule import Finding, file_rule
from dicomspec.wire.encoding import syntax_of
from dicomspec.wire.reading import Reading

__all__: list[str] = []

PIXEL_DATA: Final = 0x7FE00010
NUMBERS: Final = {PIXEL_DATA: 0, 0x7FE00008: 32, 0x7FE00009: 64}
"""Pixel Data, Float Pixel Data, Double Float Pixel Data, with the bits of a sample where they are fixed."""

ROWS, COLUMNS, FRAMES, SAMPLES, ALLOCATED = 0x00280010, 0x00280011, 0x00280008, 0x00280002, 0x00280100
PHOTOMETRIC: Final = 0x00280004
EXTENDED, EXTENDED_LENGTHS = 0x7FE00001, 0x7FE00002


def frames_of(node: Node) -> int:
    """Number of Frames, 1 where there is none."""
    value = node.number(FRAMES)
    return int(value) if value is not None and value > 0 else 1


def _row(file: File) -> TransferSyntaxRow:
    """Properties of the transfer syntax; those of Explicit VR Little Endian where it is not known."""
    return TRANSFER_SYNTAXES.get(file.transfer_syntax) or TRANSFER_SYNTAXES["1.2.840.10008.1.2.1"]


@file_rule(
    "pixel-length", "pixel", "error", "pixel data of another length than rows, columns and frames give", "PS3.5 8.1.1"
)
def pixel_length(file: File) -> Iterator[Finding]:
    top = file.top
    for tag, fixed in NUMBERS.items():
        element = top.body._element(tag) if tag in top.body else None
        raw = None if element is None else element.raw
        if element is None or element.is_undefined_length or (raw is None and _row(file).encapsulated):
            continue
        length = raw[3] - raw[2] if raw is not None else len(element.value or b"")
        bits = fixed or top.number(ALLOCATED)
        rows, columns, samples = top.number(ROWS), top.number(COLUMNS), top.number(SAMPLES) or 1
        if rows is None or columns is None or not bits:
            continue
        planes = 2 if samples == 3 and top.value(PHOTOMETRIC) in ("YBR_FULL_422", "YBR_PARTIAL_422") else samples
        total = int(rows) * int(columns) * int(planes) * int(bits) * frames_of(top)
        wanted = (total + 7) // 8
        wanted += wanted % 2 if raw is not None else length % 2  # what was put in is padded when it is written
        if length != wanted:
            how = f"{rows} rows x {columns} columns x {samples} samples x {bits} bits x {frames_of(top)} frames"
            yield Finding(tag, f"{length} bytes; {how} take {wanted}")


@file_rule("frames-number", "pixel", "error", "a Number of Frames below 1", "PS3.3 C.7.6.6")
def frames_number(file: File) -> Iterator[Finding]:
    value = file.top.number(FRAMES)
    if value is not None and value < 1:
        yield Finding(FRAMES, f"{value}; a multi-frame image has at least one frame")


@file_rule(
    "encapsulation", "pixel", "error", "pixel data that is not encapsulated as the transfer syntax has it", "PS3.5 A.4"
)
def encapsulation(file: File) -> Iterator[Finding]:
    element = file.top.body._element(PIXEL_DATA) if PIXEL_DATA in file.top.body else None
    if element is None or not file.transfer_syntax or element.raw is None:
        return
    try:
        wants = syntax_of(file.transfer_syntax).encapsulated
    except KeyError:
        return
    if wants and not element.is_undefined_length:
        yield Finding(PIXEL_DATA, "native, but the transfer syntax has it compressed, in fragments")
    elif not wants and element.is_undefined_length:
        yield Finding(PIXEL_DATA, "in fragments, but the transfer syntax has it native")


class Fragment(NamedTuple):
    """Offset of an item of encapsulated pixel data, of its content, and the length of that."""

    start: int
    content: int
    length: int


def fragments(element: DataElement) -> list[Fragment]:
    """The items of encapsulated pixel data, the Basic Offset Table first; none if it is not encapsulated."""
    raw = element.raw
    if raw is None or not element.is_undefined_length or not isinstance(raw[0], Reading):
        return []
    reading, pos, end = raw[0], raw[2], raw[3]
    size = reading.encoding.scanner.ITEM_SIZE
    found = []
    while pos + size <= end:
        tag, length = reading.encoding.item(reading.buffer, pos)
        if tag != names.ITEM or length == names.UNDEFINED_LENGTH:
            break
        found.append(Fragment(pos, pos + size, length))
        pos += size + length
    return found


@file_rule("fragments", "pixel", "error", "fewer fragments than frames, or fragments of odd length", "PS3.5 A.4")
def fragment_count(file: File) -> Iterator[Finding]:
    element = file.top.body._element(PIXEL_DATA) if PIXEL_DATA in file.top.body else None
    found = fragments(element) if element is not None else []
    if not found:
        return
    frames = 1 if _row(file).video else frames_of(file.top)
    if len(found) - 1 < frames:
        yield Finding(PIXEL_DATA, f"{len(found) - 1} fragments; each of {frames} frames has one at least")
    for number, fragment in enumerate(found):
        if fragment.length % 2:
            yield Finding(
                PIXEL_DATA, f"fragment {number} has {fragment.length} bytes; the number is even", offset=fragment.start
            )


@file_rule("offset-table", "pixel", "error", "an offset table that does not point to fragments", "PS3.5 A.4")
def offset_table(file: File) -> Iterator[Finding]:
    element = file.top.body._element(PIXEL_DATA) if PIXEL_DATA in file.top.body else None
    found = fragments(element) if element is not None else []
    if element is None or element.raw is None or not found:
        return
    source = element.raw[0]
    table = source.value_bytes(found[0].content, found[0].content + found[0].length)
    basic = list(struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4]))
    yield from _offsets(file, PIXEL_DATA, "Basic Offset Table", basic, found, bool(table))
    extended = file.top.value(EXTENDED) if EXTENDED in file.top.body else None
    if isinstance(extended, bytes):
        offsets = list(struct.unpack(f"<{len(extended) // 8}Q", extended[: len(extended) // 8 * 8]))
        yield from _offsets(file, EXTENDED, "Extended Offset Table", offsets, found, True)
        if table:
            yield Finding(
                EXTENDED, "beside a Basic Offset Table; of the two only one has offsets", "", "PS3.3 C.7.6.3.1.8"
            )


def _offsets(
    file: File, tag: int, what: str, offsets: list[int], found: list[Fragment], there: bool
) -> Iterator[Finding]:
    if not there or len(found) < 2:
        return
    frames = frames_of(file.top)
    if len(offsets) != frames:
        yield Finding(tag, f"the {what} has {len(offsets)} offsets for {frames} frames", offset=found[0].start)
    first = found[1].start
    starts = {fragment.start - first for fragment in found[1:]}
    last = -1
    for frame, offset in enumerate(offsets, 1):
        if offset not in starts:
            yield Finding(
                tag, f"{what}: offset {offset} of frame {frame} is not where a fragment starts", offset=found[0].start
            )
            return
        if offset <= last or (frame == 1 and offset):
            why = "the first frame starts at 0" if frame == 1 else "frames stand one behind the other"
            yield Finding(tag, f"{what}: offset {offset} of frame {frame}; {why}", offset=found[0].start)
            return
        last = offset

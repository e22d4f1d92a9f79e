"""Encapsulated pixel data (PS3.5 A.4): fragments, frames and offset tables, found and made.

Buffers are the value of Pixel Data: a Basic Offset Table item, then fragments, with or without a delimiter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import Any, Final

from dicomspec._generated import wire as names
from dicomspec.errors import Issue, PixelError

__all__ = [
    "Index",
    "basic_table",
    "encapsulate",
    "encapsulate_extended",
    "extended_tables",
    "fragment",
    "generate_fragments",
    "generate_frames",
    "get_frame",
    "index_frames",
    "item",
    "join",
    "parse_basic_offsets",
    "parse_fragments",
]

_ITEM: Final = Struct("<HHI")
_ITEM_GROUP: Final = names.ITEM >> 16
_ITEM_ELEMENT: Final = names.ITEM & 0xFFFF
_STARTS: Final = (b"\xff\xd8", b"\xff\x4f\xff\x51", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ")
"""How JPEG, JPEG 2000 and JPEG XL streams begin."""

Span = tuple[int, int]


@dataclass
class Index:
    """Where the frames are.

    Attributes:
        frames: the spans of the fragments of each frame.
        offsets: the Basic Offset Table.
        issues: what was wrong.
    """

    frames: list[list[Span]]
    offsets: list[int] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def _items(buffer: Any, issues: list[Issue]) -> list[Span]:
    """The spans of all items, the offset table among them."""
    found: list[Span] = []
    pos, end, size = 0, len(buffer), _ITEM.size
    while pos + size <= end:
        group, element, length = _ITEM.unpack_from(buffer, pos)
        if group != _ITEM_GROUP or element != _ITEM_ELEMENT:
            if group << 16 | element != names.SEQUENCE_DELIMITATION:
                _note(issues, "fragments", pos, f"({group:04X},{element:04X}) stands where a fragment was expected")
            break
        start, pos = pos + size, pos + size + length
        if pos > end:
            _note(issues, "fragment-past-end", start, f"the fragment is cut off: {end - start} of its {length} bytes")
        found.append((start, min(pos, end)))
    return found


def index_frames(buffer: Any, frames: int = 1, extended: tuple[Sequence[int], Sequence[int]] | None = None) -> Index:
    """Find the frames of encapsulated data by its offset tables, or by how its fragments begin.

    Args:
        buffer: the value of Pixel Data.
        frames: how many there should be.
        extended: offsets and lengths of the Extended Offset Table (PS3.3 C.7.6.3.1.8).
    """
    issues: list[Issue] = []
    items = _items(buffer, issues)
    if not items:
        _note(issues, "fragments", 0, "there are no fragments")
        return Index([], [], issues)
    start, end = items[0]
    count = (end - start) // 4
    offsets = list(Struct(f"<{count}I").unpack_from(buffer, start))
    fragments = items[1:]
    found = _by_extended(items, extended, issues) or _by_offsets(items, offsets, frames, issues)
    if found is None:
        found = _by_content(buffer, fragments, frames)
    if len(found) != frames:
        _note(issues, "frame-count", 0, f"Number of Frames is {frames}, but the data have {len(found)}")
    return Index(found, offsets, issues)


def _by_extended(
    items: list[Span], extended: tuple[Sequence[int], Sequence[int]] | None, issues: list[Issue]
) -> list[list[Span]] | None:
    if extended is None or len(items) < 2:
        return None
    base = items[0][1]
    by_offset = {start - _ITEM.size - base: (start, end) for start, end in items[1:]}
    found: list[list[Span]] = []
    for offset, length in zip(*extended, strict=False):
        span = by_offset.get(offset)
        if span is None or span[1] - span[0] < length:
            _note(issues, "offset-table", 0, f"the Extended Offset Table leads to no fragment ({offset}); not used")
            return None
        found.append([(span[0], span[0] + length)])
    return found or None


def _by_offsets(items: list[Span], offsets: list[int], frames: int, issues: list[Issue]) -> list[list[Span]] | None:
    if not offsets:
        return None
    base = items[0][1]
    fragments = items[1:]
    starts = {start - _ITEM.size - base for start, _ in fragments}
    wrong = len(offsets) != frames or offsets[0] != 0 or offsets != sorted(set(offsets)) or not starts >= set(offsets)
    if wrong:
        _note(issues, "offset-table", 0, "the Basic Offset Table does not lead to the fragments; not used")
        return None
    firsts, found = set(offsets), list[list[Span]]()
    for start, end in fragments:
        if start - _ITEM.size - base in firsts:
            found.append([])
        found[-1].append((start, end))
    return found


def _by_content(buffer: Any, fragments: list[Span], frames: int) -> list[list[Span]]:
    if frames == 1 and fragments:
        starts = sum(bytes(buffer[start : start + 12]).startswith(_STARTS) for start, _ in fragments)
        return [fragments] if starts < 2 or starts < len(fragments) else [[each] for each in fragments]
    if len(fragments) <= frames:
        return [[each] for each in fragments]
    found: list[list[Span]] = []
    for start, end in fragments:
        if not found or bytes(buffer[start : start + 12]).startswith(_STARTS):
            found.append([])
        found[-1].append((start, end))
    return found if len(found) > 1 else [[each] for each in fragments]


def _note(issues: list[Issue], code: str, offset: int, message: str) -> None:
    issues.append(Issue(code, "error", "PixelData", offset, message, "PS3.5 A.4"))


# -- pydicom's names -----------------------------------------------------------------------------------------------


def parse_basic_offsets(buffer: Any, *, endianness: str = "<") -> list[int]:
    """The Basic Offset Table, empty if it has no offsets."""
    data = _whole(buffer)
    return index_frames(data, max(1, _ITEM.unpack_from(data, 0)[2] // 4)).offsets if len(data) >= _ITEM.size else []


def parse_fragments(buffer: Any, *, endianness: str = "<") -> tuple[int, list[int]]:
    """The number of items, and their offsets in the buffer."""
    items = _items(_whole(buffer), [])
    return len(items), [start - _ITEM.size for start, _ in items]


def generate_fragments(buffer: Any, *, endianness: str = "<") -> Iterator[bytes]:
    """The fragments, without the offset table."""
    data = _whole(buffer)
    for start, end in _items(data, [])[1:]:
        yield bytes(data[start:end])


def generate_frames(
    buffer: Any, *, number_of_frames: int | None = None, extended_offsets: Any = None, endianness: str = "<"
) -> Iterator[bytes]:
    """The encoded frames, one by one.

    Args:
        buffer: the value of Pixel Data, or a file object that stands at its start.
        number_of_frames: needed where there is no offset table and frames have several fragments.
        extended_offsets: offsets and lengths of the Extended Offset Table, as `bytes` or lists.
    """
    data = _whole(buffer)
    for spans in index_frames(data, number_of_frames or _expected(data), _extended(extended_offsets)).frames:
        yield join(data, spans)


def get_frame(
    buffer: Any, index: int, *, number_of_frames: int | None = None, extended_offsets: Any = None, endianness: str = "<"
) -> bytes:
    """The encoded frame of a number, from 0.

    Raises:
        PixelError: there is none of that number.
    """
    data = _whole(buffer)
    frames = index_frames(data, number_of_frames or _expected(data), _extended(extended_offsets)).frames
    if not 0 <= index < len(frames):
        raise PixelError(f"there is no frame {index}: the data have {len(frames)}")
    return join(data, frames[index])


def join(buffer: Any, spans: list[Span]) -> bytes:
    """The bytes of one frame."""
    if len(spans) == 1:
        return bytes(buffer[slice(*spans[0])])
    return b"".join([buffer[start:end] for start, end in spans])


def _expected(data: Any) -> int:
    items = _items(data, [])
    return max(1, (items[0][1] - items[0][0]) // 4 or len(items) - 1) if items else 1


def _whole(buffer: Any) -> Any:
    return buffer.read() if hasattr(buffer, "read") else memoryview(buffer)


def _extended(given: Any) -> tuple[list[int], list[int]] | None:
    if given is None:
        return None
    first, second = (
        list(Struct(f"<{len(each) // 8}Q").unpack(each)) if isinstance(each, bytes) else list(each) for each in given
    )
    return first, second


def item(content: bytes) -> bytes:
    """A fragment or offset table with its header, padded to an even length."""
    length = len(content) + (len(content) & 1)
    return _ITEM.pack(_ITEM_GROUP, _ITEM_ELEMENT, length) + content + b"\0" * (length - len(content))


def fragment(frame: bytes, fragments: int = 1) -> list[bytes]:
    """A frame as items; each fragment has an even length."""
    length = -(-len(frame) // fragments)
    length += length & 1
    return [item(frame[start : start + length]) for start in range(0, len(frame), length)] if frame else [item(b"")]


def encapsulate(frames: Iterable[bytes], fragments_per_frame: int = 1, has_bot: bool = True) -> bytes:
    """The value of Pixel Data for encoded frames, without delimiter.

    Args:
        has_bot: whether to fill in the Basic Offset Table.

    Raises:
        PixelError: the offsets do not fit into 32 bits: use `encapsulate_extended`, or no table.
    """
    parts: list[bytes] = []
    offsets: list[int] = []
    at = 0
    for frame in frames:
        offsets.append(at)
        items = fragment(frame, fragments_per_frame)
        parts += items
        at += sum(map(len, items))
    return b"".join([item(basic_table(offsets) if has_bot else b""), *parts])


def basic_table(offsets: list[int]) -> bytes:
    """The content of a Basic Offset Table.

    Raises:
        PixelError: the offsets do not fit into 32 bits.
    """
    if offsets and offsets[-1] > 0xFFFFFFFF:
        raise PixelError(
            "the frames are too large for a Basic Offset Table; use the extended one", reference="PS3.5 A.4"
        )
    return Struct(f"<{len(offsets)}I").pack(*offsets)


def extended_tables(offsets: list[int], lengths: list[int]) -> tuple[bytes, bytes]:
    """The values of Extended Offset Table and Extended Offset Table Lengths (PS3.3 C.7.6.3.1.8)."""
    table = Struct(f"<{len(offsets)}Q")
    return table.pack(*offsets), table.pack(*lengths)


def encapsulate_extended(frames: Iterable[bytes]) -> tuple[bytes, bytes, bytes]:
    """The values of Pixel Data, Extended Offset Table and Extended Offset Table Lengths (PS3.3 C.7.6.3.1.8)."""
    found = list(frames)
    lengths = [len(frame) for frame in found]
    offsets, at = [], 0
    for length in lengths:
        offsets.append(at)
        at += _ITEM.size + length + (length & 1)
    return encapsulate(found, has_bot=False), *extended_tables(offsets, lengths)

"""DICOM byte strings made by hand, for tests.

Nothing of dicomspec is used here, so that what reads these bytes is held against the standard (PS3.5 7, PS3.10 7) and
not against its own encoder. Each function takes the encoding last: `IMPLICIT`, `LITTLE` (the default) or `BIG`. What a
broken file says of itself can be set apart from what it holds: ``length``, ``vr``, ``closed``.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

IMPLICIT = "implicit"
LITTLE = "little"
BIG = "big"

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD

IMPLICIT_UID = "1.2.840.10008.1.2"
LITTLE_UID = "1.2.840.10008.1.2.1"
DEFLATED_UID = "1.2.840.10008.1.2.1.99"
BIG_UID = "1.2.840.10008.1.2.2"
JPEG_UID = "1.2.840.10008.1.2.4.50"
RLE_UID = "1.2.840.10008.1.2.5"

LONG_FORM = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])
NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
NULL_PADDED = frozenset(["UI", "OB", "UN"])

Value = "bytes | str | int | float | list[int] | list[float]"


def order(encoding: str) -> str:
    """The byte order as `struct` writes it."""
    return ">" if encoding == BIG else "<"


def tag_bytes(tag: int, encoding: str = LITTLE) -> bytes:
    return struct.pack(order(encoding) + "HH", tag >> 16, tag & 0xFFFF)


def value_bytes(vr: str, value: object, encoding: str = LITTLE) -> bytes:
    """A value as its VR stores it; bytes are taken as they are."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, str):
        data = value.encode("utf-8")
        return data + (b"\0" if vr in NULL_PADDED else b" ") * (len(data) & 1)
    numbers = value if isinstance(value, list) else [value]
    if vr == "AT":
        return b"".join(tag_bytes(number, encoding) for number in numbers)
    return struct.pack(f"{order(encoding)}{len(numbers)}{NUMBERS[vr]}", *numbers)


def header(tag: int, vr: str | bytes, length: int, encoding: str = LITTLE, long: bool | None = None) -> bytes:
    """An element header; ``vr`` may be any two bytes, ``long`` tells the form for those that are no VR."""
    if encoding == IMPLICIT:
        return tag_bytes(tag) + struct.pack("<I", length)
    code = vr if isinstance(vr, bytes) else vr.encode("ascii")
    if long is None:
        long = code.decode("latin-1") in LONG_FORM
    form = "2xI" if long else "H"
    return tag_bytes(tag, encoding) + code + struct.pack(order(encoding) + form, length)


def element(
    tag: int,
    vr: str | bytes,
    value: object = b"",
    encoding: str = LITTLE,
    *,
    length: int | None = None,
    long: bool | None = None,
) -> bytes:
    """An element; ``length`` is what its header says, by default the truth."""
    data = value_bytes(vr if isinstance(vr, str) else "UN", value, encoding)
    return header(tag, vr, len(data) if length is None else length, encoding, long) + data


def delimiter(tag: int, length: int = 0, encoding: str = LITTLE) -> bytes:
    """An item header, item delimiter or sequence delimiter."""
    return tag_bytes(tag, encoding) + struct.pack(order(encoding) + "I", length)


def item(content: bytes = b"", encoding: str = LITTLE, *, length: int | None = None, closed: bool = True) -> bytes:
    """An item or fragment; ``length=UNDEFINED`` ends it with a delimiter if ``closed``."""
    head = delimiter(ITEM, len(content) if length is None else length, encoding)
    end = delimiter(ITEM_END, 0, encoding) if length == UNDEFINED and closed else b""
    return head + content + end


def sequence(
    tag: int,
    items: Iterable[bytes] = (),
    encoding: str = LITTLE,
    *,
    length: int | None = None,
    closed: bool = True,
    vr: str | bytes = "SQ",
) -> bytes:
    """A sequence of items; ``length=UNDEFINED`` ends it with a delimiter if ``closed``."""
    content = b"".join(items)
    end = delimiter(SEQUENCE_END, 0, encoding) if length == UNDEFINED and closed else b""
    return header(tag, vr, len(content) if length is None else length, encoding, vr != "SQ" or None) + content + end


def fragments(
    tag: int,
    parts: Iterable[bytes],
    encoding: str = LITTLE,
    *,
    vr: str = "OB",
    closed: bool = True,
    offsets: bytes = b"",
) -> bytes:
    """Encapsulated data: the offset table and the parts as fragments (PS3.5 A.4)."""
    content = item(offsets, encoding) + b"".join(item(part, encoding) for part in parts)
    end = delimiter(SEQUENCE_END, 0, encoding) if closed else b""
    return header(tag, vr, UNDEFINED, encoding) + content + end


def meta(
    syntax: str | None = LITTLE_UID, encoding: str = LITTLE, *, group_length: int | None = -1, more: bytes = b""
) -> bytes:
    """File meta elements; ``group_length`` is what they say, -1 for the truth, None for leaving it out."""
    content = element(0x00020001, "OB", b"\0\1", encoding)
    content += element(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.7", encoding)
    content += element(0x00020003, "UI", "1.2.3.4", encoding)
    if syntax is not None:
        content += element(0x00020010, "UI", syntax, encoding)
    content += element(0x00020012, "UI", "1.2.3", encoding) + more
    if group_length is None:
        return content
    return element(0x00020000, "UL", len(content) if group_length < 0 else group_length, encoding) + content


def file(
    dataset: bytes,
    syntax: str | None = LITTLE_UID,
    *,
    head: bytes | None = None,
    preamble: bytes | None = bytes(128),
    prefix: bytes = b"DICM",
) -> bytes:
    """A file (PS3.10 7): ``head`` stands for the file meta elements, ``preamble=None`` leaves out what is before them."""
    opening = b"" if preamble is None else preamble + prefix
    return opening + (meta(syntax) if head is None else head) + dataset


def deflate(data: bytes, bits: int = -15, end: bool = True) -> bytes:
    """A deflate stream, bare by default (PS3.5 A.5), padded to even length; without its end if not ``end``."""
    packer = zlib.compressobj(wbits=bits)
    if not end:
        return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)
    packed = packer.compress(data) + packer.flush()
    return packed + bytes(len(packed) & 1)


def nested(depth: int, form: str = "defined", core: bytes = b"", tag: int = 0x0040A730) -> bytes:
    """``depth`` sequences in one another around ``core``.

    ``form``: "defined" or "undefined" lengths, "mixed" (sequences and items take turns), "items" (some items alone).
    """
    heads: list[bytes] = []
    tails: list[bytes] = []
    size = len(core)
    for level in range(depth):
        open_item = form == "undefined" or (form == "mixed" and level % 2 == 0) or (form == "items" and level % 3 != 0)
        open_sequence = form == "undefined" or (form == "mixed" and level % 2 == 1)
        head = delimiter(ITEM, UNDEFINED if open_item else size)
        tail = delimiter(ITEM_END) if open_item else b""
        size += len(head) + len(tail)
        outer = header(tag, "SQ", UNDEFINED if open_sequence else size)
        end = delimiter(SEQUENCE_END) if open_sequence else b""
        size += len(outer) + len(end)
        heads += [head, outer]
        tails += [tail, end]
    return b"".join(reversed(heads)) + core + b"".join(tails)

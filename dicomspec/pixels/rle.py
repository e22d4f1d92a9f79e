"""RLE (PS3.5 Annex G): segments of PackBits runs, one for each byte of each sample."""

from __future__ import annotations

from struct import Struct
from typing import Final

import numpy as np

from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array, Image

__all__ = ["decode", "encode", "pack", "unpack"]

_HEADER: Final = Struct("<16I")
_LONGEST: Final = 128
_STEPS: Final = [*range(2, 130), 1, *[2] * 127]
"""Bytes from one run header to the next."""
_SIZES: Final = np.array([*range(1, 129), 0, *range(128, 1, -1)])
"""Bytes that the run of a header gives."""


def decode(data: bytes, image: Image) -> Array:
    """One frame, shape of the image.

    Raises:
        PixelError: the header is not one, or segments are short or missing.
    """
    if len(data) < _HEADER.size:
        raise PixelError(f"an RLE frame of {len(data)} bytes has no header", reference="PS3.5 G.5")
    size = image.dtype.itemsize
    count, *offsets = _HEADER.unpack_from(data)
    if count != image.samples * size:
        raise PixelError(f"the RLE frame has {count} segments, not {image.samples * size}", reference="PS3.5 G.2")
    pixels = image.rows * image.columns
    if pixels > (len(data) - _HEADER.size) * 64:  # two bytes give 128 at most
        raise PixelError(f"{len(data)} bytes of RLE cannot hold {pixels} pixels", reference="PS3.5 G.3")
    planes = np.empty((image.samples, size, pixels), "u1")
    ends = [*offsets[1:count], len(data)]
    for segment in range(count):
        found = unpack(data[offsets[segment] : ends[segment]], pixels)
        if len(found) < pixels:
            raise PixelError(f"RLE segment {segment} gives {len(found)} of {pixels} bytes", reference="PS3.5 G.3")
        planes[segment // size, segment % size] = found[:pixels]
    order = planes[:, ::-1] if image.dtype.newbyteorder("=").str[0] == "<" else planes
    found = np.ascontiguousarray(order.transpose(2, 0, 1)).view(image.dtype)
    return found.reshape(image.shape)


def unpack(data: bytes, expected: int) -> Array:
    """PackBits runs as bytes; as many as there are, or a little more than ``expected``.

    The run headers are followed one by one; what they say is carried out for all of them at once.
    """
    heads: list[int] = []
    pos, end, steps, add = 0, len(data), _STEPS, heads.append
    while pos < end:
        add(pos)
        pos += steps[data[pos]]
    source = np.frombuffer(data, "u1")
    starts = np.array(heads, np.intp)
    codes = source[starts]
    sizes = _SIZES[codes]
    ends = np.cumsum(sizes)
    last = int(np.searchsorted(ends, expected)) + 1
    starts, codes, sizes, ends = starts[:last], codes[:last], sizes[:last], ends[:last]
    if not len(ends):
        return source[:0]
    literal = codes < _LONGEST
    # the source of each byte: that of the run, and one more for each byte of a literal
    at = np.repeat((starts + 1 - np.where(literal, ends - sizes, 0)).astype(np.int32), sizes)
    moving = np.repeat(literal, sizes)
    at += np.arange(len(at), dtype=np.int32) * moving
    keep = at < end
    return source[at if keep.all() else at[: int(np.argmin(keep))]]


def encode(frame: Array, image: Image) -> bytes:
    """One frame; runs do not cross rows (PS3.5 G.3.1)."""
    size = image.dtype.itemsize
    values = np.ascontiguousarray(frame, image.dtype.newbyteorder("<")).reshape(image.rows, image.columns, -1)
    planes = values.view("u1").reshape(image.rows, image.columns, values.shape[2], size)
    if values.shape[2] * size > 15:
        raise PixelError(f"RLE has at most 15 segments, not {values.shape[2] * size}", reference="PS3.5 G.2")
    parts = [pack(planes[:, :, sample, byte]) for sample in range(values.shape[2]) for byte in reversed(range(size))]
    offsets, at = [], _HEADER.size
    for part in parts:
        offsets.append(at)
        at += len(part)
    return _HEADER.pack(len(parts), *offsets, *[0] * (15 - len(offsets))) + b"".join(parts)


def pack(rows: Array) -> bytes:
    """The rows of a plane of bytes as PackBits runs, padded to an even length."""
    flat = np.ascontiguousarray(rows).reshape(-1)
    columns = rows.shape[1]
    first = np.empty(len(flat), bool)
    first[0] = True
    np.not_equal(flat[1:], flat[:-1], out=first[1:])
    first[::columns] = True
    starts = np.flatnonzero(first)
    lengths = np.diff(starts, append=len(flat))
    repeats = lengths > 2
    # neighbours that do not repeat, in one row, are one literal
    opens = np.empty(len(starts), bool)
    opens[0] = True
    opens[1:] = repeats[1:] | repeats[:-1] | (starts[1:] % columns == 0)
    starts, repeats = starts[opens], repeats[opens]
    lengths = np.diff(starts, append=len(flat))
    pieces = -(-lengths // _LONGEST)
    of = np.repeat(np.arange(len(starts)), pieces)
    number = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = starts[of] + number * _LONGEST
    lengths = np.minimum(lengths[of] - number * _LONGEST, _LONGEST)
    repeats = repeats[of] & (lengths > 1)
    payload = np.where(repeats, 1, lengths)
    ends = np.cumsum(payload + 1)
    out = np.empty(int(ends[-1]) + int(ends[-1] & 1), "u1")
    out[-1] = 0
    heads = ends - payload - 1
    out[heads] = np.where(repeats, 257 - lengths, lengths - 1)
    shift = np.repeat(starts - (heads + 1), payload)
    target = np.arange(len(shift)) + np.repeat(heads + 1 - (np.cumsum(payload) - payload), payload)
    out[target] = flat[target + shift]
    return out.tobytes()

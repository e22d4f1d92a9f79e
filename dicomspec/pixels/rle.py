"""RLE (PS3.5 Annex G): segments of PackBits runs, one for each byte of each sample."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Any, Final

import numpy as np

from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array, Image

__all__ = ["decode", "encode", "pack", "unpack"]

_HEADER: Final = Struct("<16I")
_LONGEST: Final = 128
_AT_ONCE: Final = 2048
"""Runs that are carried out together: more take more memory, fewer more time."""
_STEPS: Final = [*range(2, 130), 1, *[2] * 127]
"""Bytes from one run header to the next."""
_SIZES: Final = np.array([*range(1, 129), 0, *range(128, 1, -1)])
"""Bytes that the run of a header gives."""


def decode(data: bytes, image: Image, unpack: Callable[[bytes, int], Any] | None = None) -> Array:
    """One frame, shape of the image.

    Args:
        unpack: what makes bytes of a segment, such as a quicker one of a library; by default `unpack` below.

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
    found = np.empty((pixels, image.samples, size), "u1")
    ends = [*offsets[1:count], len(data)]
    little = np.little_endian
    for segment in range(count):
        sample, byte = divmod(segment, size)
        values = (unpack or _unpack)(data[offsets[segment] : ends[segment]], pixels)
        if len(values) < pixels:
            raise PixelError(f"RLE segment {segment} gives {len(values)} of {pixels} bytes", reference="PS3.5 G.3")
        found[:, sample, size - 1 - byte if little else byte] = np.frombuffer(values, "u1", pixels)
        del values  # before the next is made
    return found.view(image.dtype).reshape(image.shape)


def unpack(data: bytes, expected: int) -> Array:
    """PackBits runs as bytes, ``expected`` of them or as many as there are.

    The run headers are followed one by one; what some thousands of them say is then carried out at once.
    """
    out = np.empty(expected, "u1")
    source = np.frombuffer(data, "u1")
    pos, end, done, steps = 0, len(data), 0, _STEPS
    while pos < end and done < expected:
        heads: list[int] = []
        add = heads.append
        while pos < end and len(heads) < _AT_ONCE:
            add(pos)
            pos += steps[data[pos]]
        piece = _carry_out(source, np.array(heads, np.intp))[: expected - done]
        out[done : done + len(piece)] = piece
        done += len(piece)
    return out[:done]


_unpack: Final = unpack


def _carry_out(source: Array, starts: Array) -> Array:
    """The bytes that the runs at ``starts`` give."""
    codes = source[starts]
    sizes = _SIZES[codes]
    literal = codes < _LONGEST
    # the source of each byte: that of the run, and one more for each byte of a literal
    at = np.repeat((starts + 1 - np.where(literal, np.cumsum(sizes) - sizes, 0)).astype(np.int32), sizes)
    at += np.arange(len(at), dtype=np.int32) * np.repeat(literal, sizes)
    keep = at < len(source)
    found: Array = source[at if keep.all() else at[: int(np.argmin(keep))]]
    return found


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

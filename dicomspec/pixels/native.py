"""Stored values in native form (PS3.5 8.1, 8.2): bits, bytes, planes, shared colour; and helpers of the field."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array, Image, describe

__all__ = [
    "correct_bits",
    "expand_ybr422",
    "get_expected_length",
    "native_bytes",
    "native_frames",
    "pack_bits",
    "reshape_pixel_array",
    "rgb_to_ybr",
    "unpack_bits",
    "ybr_to_rgb",
]

_TO_RGB: Final = np.array([[1, 1, 1], [0, -0.114 * 1.772 / 0.587, 1.772], [1.402, -0.299 * 1.402 / 0.587, 0]])


def native_frames(data: Any, image: Image, first: int, count: int, *, swap: bool = False) -> Array:
    """Frames of native pixel data, shape (count, rows, columns[, samples]); a view on the data where that can be.

    Args:
        data: all bytes of the value.
        first, count: which frames.
        swap: whether the bytes of words are to be swapped (8 bits in big endian words).

    Raises:
        PixelError: the data end before.
    """
    bits = image.native_bits
    if (first + count) * bits > len(data) * 8:
        raise PixelError(f"the pixel data end before frame {first + count - 1}: {len(data)} bytes", code="short-pixels")
    if swap:
        data = np.frombuffer(data, "u1", len(data) & ~1).view("u2").byteswap().tobytes()
    if image.bits_allocated == 1:
        start = first * bits
        packed = np.frombuffer(data, "u1", (start + count * bits + 7) // 8 - start // 8, start // 8)
        flat = np.unpackbits(packed, bitorder="little")[start % 8 :][: count * bits]
    else:
        dtype = image.dtype.newbyteorder(">" if image.big_endian else "<")
        flat = np.frombuffer(data, dtype, count * bits // image.bits_allocated, first * bits // 8)
    if image.subsampled:
        flat = _expand(flat)
    if image.planar == 1 and not image.subsampled:
        flat = flat.reshape(count, image.samples, image.rows, image.columns).transpose(0, 2, 3, 1)
    found: Array = flat.reshape(count, *image.shape)
    return found


def native_bytes(frames: Array, image: Image) -> bytes:
    """Native bytes of whole frames, colour by pixel; without padding."""
    if image.bits_allocated == 1:
        return pack_bits(frames, pad=False)
    return np.ascontiguousarray(frames, image.dtype.newbyteorder(">" if image.big_endian else "<")).tobytes()


def correct_bits(array: Array, image: Image) -> Array:
    """Stored values without what else may be in the unused bits, signed ones extended; the same array if all is well.

    Bits above High Bit may hold overlays or nothing (PS3.5 8.1.1).
    """
    stored = image.bits_stored
    if image.is_float or image.bits_allocated == 1 or stored >= image.bits_allocated or not array.size:
        return array
    low, high = (-(1 << stored - 1), (1 << stored - 1) - 1) if image.signed else (0, (1 << stored) - 1)
    if array.max() <= high and array.min() >= low:
        return array
    shift = image.bits_allocated - stored
    found: Array = (array << shift) >> shift if image.signed else array & array.dtype.type(high)
    return found


def ybr_to_rgb(array: Array) -> Array:
    """YBR_FULL to RGB (PS3.3 C.7.6.3.1.2), 8 or 16 bits; last axis colour."""
    bits = array.dtype.itemsize * 8
    values = array.astype(np.float32)
    values[..., 1:] -= 1 << bits - 1
    found = values @ _TO_RGB.astype(np.float32)
    found += np.float32(0.5)
    np.floor(found, out=found)
    np.clip(found, 0, (1 << bits) - 1, out=found)
    return found.astype(array.dtype)


def rgb_to_ybr(array: Array) -> Array:
    """RGB to YBR_FULL, as `ybr_to_rgb` the other way."""
    bits = array.dtype.itemsize * 8
    found = array.astype(np.float32) @ np.linalg.inv(_TO_RGB).astype(np.float32)
    found[..., 1:] += 1 << bits - 1
    np.floor(found + np.float32(0.5), out=found)
    np.clip(found, 0, (1 << bits) - 1, out=found)
    return found.astype(array.dtype)


def _expand(flat: Array) -> Array:
    """Y Y Cb Cr of two pixels to Y Cb Cr of each."""
    pairs = flat.reshape(-1, 4)
    found = np.empty((len(pairs), 6), flat.dtype)
    found[:, 0], found[:, 3] = pairs[:, 0], pairs[:, 1]
    found[:, 1] = found[:, 4] = pairs[:, 2]
    found[:, 2] = found[:, 5] = pairs[:, 3]
    return found.reshape(-1)


def expand_ybr422(src: Any, bits_allocated: int) -> bytes:
    """YBR_FULL_422 bytes as YBR_FULL bytes: the colour of two pixels is repeated (PS3.3 C.7.6.3.1.2)."""
    return _expand(np.frombuffer(src, f"<u{bits_allocated // 8}")).tobytes()


def pack_bits(arr: Any, pad: bool = True) -> bytes:
    """Values 0 and 1 as bits, the first one lowest (PS3.5 8.1.1); ``pad``: to an even number of bytes.

    Raises:
        PixelError: there are other values.
    """
    values = np.asarray(arr).reshape(-1)
    if values.size and (values.max() > 1 or values.min() < 0):
        raise PixelError("only values 0 and 1 can be packed into bits", reference="PS3.5 8.1.1")
    packed = np.packbits(values.astype("u1"), bitorder="little").tobytes()
    return packed + b"\0" * (len(packed) & 1 if pad else 0)


def unpack_bits(src: Any, as_array: bool = True) -> Any:
    """Bits as values 0 and 1, one a byte; an array, or bytes."""
    found = np.unpackbits(np.frombuffer(src, "u1"), bitorder="little")
    return found if as_array else found.tobytes()


def get_expected_length(ds: Elements, unit: str = "bytes") -> int:
    """Length of the native pixel data of a dataset in ``"bytes"``, without padding, or in ``"pixels"``."""
    image = describe(ds)
    return image.pixels * image.frames if unit == "pixels" else (image.native_bits * image.frames + 7) // 8


def reshape_pixel_array(ds: Elements, arr: Array) -> Array:
    """A flat array of native values in the shape that the header of a dataset gives."""
    image = describe(ds)
    if arr.size != image.pixels * image.frames:
        raise PixelError(f"{arr.size} values are not the {image.pixels * image.frames} that the header asks for")
    if image.planar == 1 and image.samples > 1:
        arr = arr.reshape(image.frames, image.samples, image.rows, image.columns).transpose(0, 2, 3, 1)
    shaped: Array = arr.reshape(image.frames, *image.shape)
    return shaped[0] if image.frames == 1 else shaped

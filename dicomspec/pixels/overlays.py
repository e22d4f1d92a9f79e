"""Overlay planes: bits that are shown over an image (PS3.3 C.9.2, C.9.3), apart or in unused bits of the pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels.frames import Frames
from dicomspec.pixels.image import Array
from dicomspec.pixels.tables import is_big_endian

__all__ = ["overlay_array", "overlay_groups", "overlay_mask"]

_FIRST, _LAST = 0x6000, 0x601E
_ROWS, _COLUMNS, _FRAMES, _ORIGIN, _FIRST_FRAME = 0x10, 0x11, 0x15, 0x50, 0x51
_BITS, _BIT, _DATA = 0x100, 0x102, 0x3000
_CODE: Final = "overlay"
_REFERENCE: Final = "PS3.3 C.9.2"


def overlay_groups(ds: Elements) -> list[int]:
    """The groups that have an overlay plane: of 6000 to 601E those with Overlay Rows and Overlay Columns."""
    groups = range(_FIRST, _LAST + 1, 2)
    return [group for group in groups if all(group << 16 | each in ds for each in (_ROWS, _COLUMNS))]


@dataclass(frozen=True)
class _Plane:
    """An overlay plane by its header; `first` is the image frame, from 0, that its first frame is for."""

    group: int
    rows: int
    columns: int
    frames: int
    top: int
    left: int
    first: int

    def path(self, element: int) -> str:
        return f"({self.group:04X},{element:04X})"


def _value(ds: Elements, group: int, element: int) -> Any:
    found = ds._element(group << 16 | element)
    return None if found is None or found.value == "" else found.value


def _plane(ds: Elements, group: int) -> _Plane:
    if not _FIRST <= group <= 0x60FF:
        raise PixelError(f"{group:04X} is no group of overlays: 6000 to 60FF are", code=_CODE, reference=_REFERENCE)
    origin = _value(ds, group, _ORIGIN)
    top, left = origin if isinstance(origin, (list, tuple)) and len(origin) == 2 else (1, 1)
    first = _value(ds, group, _FIRST_FRAME)
    numbers = [_value(ds, group, _ROWS), _value(ds, group, _COLUMNS), _value(ds, group, _FRAMES) or 1, top, left]
    for element, number in zip((_ROWS, _COLUMNS, _FRAMES), numbers, strict=False):
        if not isinstance(number, int) or number < 1:
            what = "is missing" if number is None else f"{number!r} is not possible"
            raise PixelError(what, code=_CODE, path=f"({group:04X},{element:04X})", reference=_REFERENCE)
    rows, columns, frames, top, left = map(int, numbers)
    start = first - 1 if isinstance(first, int) and first > 0 else 0
    return _Plane(group, rows, columns, frames, top, left, start)


def overlay_array(ds: Elements, group: int = _FIRST) -> Array:
    """An overlay plane.

    Args:
        ds: the dataset.
        group: of the plane, 0x6000 to 0x60FF.

    Returns:
        uint8 of 0 and 1, shape (rows, columns), or (frames, rows, columns) if there are several. The data may also be
        in a bit of the pixels (retired; Overlay Bit Position).

    Raises:
        PixelError: there is no such plane, its data are too short, or the pixels that have it cannot be decoded.
    """
    plane = _plane(ds, group)
    found = _frames(ds, plane, 0, plane.frames)
    return found[0] if plane.frames == 1 else found


def _frames(ds: Elements, plane: _Plane, start: int, count: int) -> Array:
    """Frames of a plane, shape (count, rows, columns)."""
    element = ds._element(plane.group << 16 | _DATA)
    if element is None or not element.value:
        return _embedded(ds, plane, start, count)
    pixels = plane.rows * plane.columns
    data = memoryview(element.value)
    if len(data) * 8 < pixels * plane.frames:
        raise PixelError(
            f"the overlay has {len(data)} bytes, {(pixels * plane.frames + 7) // 8} are needed",
            code=_CODE,
            path=plane.path(_DATA),
            reference="PS3.5 8.1.2",
        )
    if element.VR == "OW" and is_big_endian(element):
        data = memoryview(np.frombuffer(data, ">u2", len(data) // 2).astype("<u2").tobytes())
    begin, end = start * pixels, (start + count) * pixels
    packed = np.frombuffer(data[begin // 8 : (end + 7) // 8], np.uint8)
    bits = np.unpackbits(packed, bitorder="little")[begin % 8 :]
    return bits[: end - begin].reshape(count, plane.rows, plane.columns)


def _embedded(ds: Elements, plane: _Plane, start: int, count: int) -> Array:
    """Frames of a plane in one bit of the pixels."""
    bit = _value(ds, plane.group, _BIT)
    frames = Frames(ds, raw=True)
    image = frames.image
    low = image.high_bit - image.bits_stored + 1
    if not isinstance(bit, int) or not 0 <= bit < image.bits_allocated or low <= bit <= image.high_bit:
        raise PixelError("the plane has no data, nor a bit of the pixels", code=_CODE, path=plane.path(_DATA))
    if (plane.rows, plane.columns) != (image.rows, image.columns) or image.samples != 1 or image.is_float:
        raise PixelError("a plane in the pixels has the size of the image", code=_CODE, path=plane.path(_BIT))
    # all bits as they are, not only those that are stored values
    frames.image = replace(image, bits_stored=image.bits_allocated, high_bit=image.bits_allocated - 1, signed=False)
    if start + count > len(frames):
        raise PixelError(f"the image has {len(frames)} frames only", code=_CODE, path=plane.path(_FRAMES))
    chosen = range(start, start + count)
    return np.stack([(frames.stored(number) >> bit & 1).astype(np.uint8) for number in chosen])


def overlay_mask(ds: Elements, group: int, frame: int, shape: tuple[int, int]) -> Array | None:
    """Which pixels of a frame (from 0) an overlay covers: bool of ``shape``; None if it is not for that frame.

    Overlay Origin counts from 1 and may lie outside of the image; what does not fit is cut off. A plane of one frame is
    for all frames of the image, one of several for as many from Image Frame Origin on.
    """
    plane = _plane(ds, group)
    number = frame - plane.first
    if plane.frames == 1:
        number = 0
    elif not 0 <= number < plane.frames:
        return None
    is_apart = bool(_value(ds, group, _DATA))
    bits = _frames(ds, plane, number if is_apart or plane.frames > 1 else frame, 1)[0]
    mask = np.zeros(shape, bool)
    top, left = plane.top - 1, plane.left - 1
    part = bits[max(0, -top) : max(0, shape[0] - top), max(0, -left) : max(0, shape[1] - left)]
    if part.size:
        row, column = max(0, top), max(0, left)
        mask[row : row + part.shape[0], column : column + part.shape[1]] = part
    return mask

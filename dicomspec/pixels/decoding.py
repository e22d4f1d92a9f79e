"""From pixel data to arrays (PS3.3 C.7.6.3, PS3.5 8): for datasets and for files that need not be read whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from dicomspec.elements import Elements
from dicomspec.errors import LimitError
from dicomspec.files import open_source
from dicomspec.pixels.frames import Frames
from dicomspec.pixels.image import MAX_BYTES, Array
from dicomspec.wire import part10
from dicomspec.wire.options import ReadOptions

__all__ = ["frames_of", "iter_pixels", "open_pixels", "pixel_array"]


def open_pixels(src: Any) -> tuple[Elements, str | None]:
    """The element map of a dataset, path or file object, and its transfer syntax (None: the map tells it)."""
    if isinstance(src, Elements):
        return src, None
    file, body = part10.read(open_source(src), ReadOptions(), Elements, Elements, Elements)
    return body, file.syntax.uid


def frames_of(src: Any, *, raw: bool = False, decoding_plugin: str = "", max_bytes: int = MAX_BYTES) -> Frames:
    """The frames of a dataset, path or file object, as a sequence that decodes them when they are asked for."""
    body, syntax = open_pixels(src)
    return Frames(body, syntax, raw=raw, plugin=decoding_plugin, max_bytes=max_bytes)


def pixel_array(
    src: Any, *, index: int | None = None, raw: bool = False, decoding_plugin: str = "", max_bytes: int = MAX_BYTES
) -> Array:
    """The pixels as an array.

    Native data are not copied where their values can be used as they are: the array is then a read-only view.

    Args:
        src: a dataset, or the path or file object of one.
        index: one frame alone, from 0.
        raw: leave colour as it is stored; else YBR becomes RGB.
        decoding_plugin: name of the codec to use, such as ``"imagecodecs"``.
        max_bytes: that a decoded array may take.

    Returns:
        Shape (rows, columns), with several samples a pixel (rows, columns, samples), with several frames
        (frames, ...). The type is that of the stored values (PS3.5 8.1): unsigned, signed or float; bits as 0 and 1.

    Raises:
        PixelError: the header does not tell what the pixels are, a frame is broken, or a codec is missing.
        LimitError: the array would be larger than ``max_bytes``.
    """
    frames = frames_of(src, raw=raw, decoding_plugin=decoding_plugin, max_bytes=max_bytes)
    if index is not None:
        return frames[index]
    found = frames.all()
    if found is not None:
        return found[0] if len(frames) == 1 else found
    if len(frames) == 1:
        return frames[0]
    total = len(frames) * frames.image.frame_bytes
    if total > max_bytes:
        raise LimitError(f"the frames take {total} bytes, more than the limit of {max_bytes}; take them one by one")
    if not len(frames):
        raise LimitError("there are no frames", code="short-pixels", path="PixelData")
    shape, dtype = frames.image.shape, frames.image.dtype
    whole = np.empty((len(frames), *shape), dtype)
    for number, frame in enumerate(frames):
        whole[number] = frame
    return whole


def iter_pixels(
    src: Any, *, indices: Iterable[int] | None = None, raw: bool = False, decoding_plugin: str = ""
) -> Iterator[Array]:
    """The frames one after the other, as `pixel_array` gives them; ``indices``: those alone."""
    frames = frames_of(src, raw=raw, decoding_plugin=decoding_plugin)
    yield from (frames if indices is None else (frames[number] for number in indices))

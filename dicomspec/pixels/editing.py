"""Pixels changed in place: what was not touched stays byte for byte, compressed or not (PS3.5 A.4).

Frames are shown as `Dataset.frames` shows them. At the end those that differ are brought back into what is stored: of
native data only the values that changed, of compressed data only the frames that changed, each encoded again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels import header
from dicomspec.pixels.encapsulated import basic_table, extended_tables, fragment, item
from dicomspec.pixels.encoding import check_options, encode_frame, is_lossy, target_of
from dicomspec.pixels.frames import Frames
from dicomspec.pixels.image import Array, Image
from dicomspec.pixels.native import rgb_to_ybr
from dicomspec.pixels.spool import Spool
from dicomspec.wire.encoding import syntax_of
from dicomspec.wire.reading import Reading

__all__ = ["EditedFrames", "edit_pixels"]


class EditedFrames:
    """The frames of a dataset as arrays that can be written into: ``frames[3][100:200] = 0``, ``frames[0] = array``.

    A frame that was looked at is kept until the end, twice: as it was, and as it is.
    """

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._before: dict[int, Array] = {}
        self._now: dict[int, Array] = {}

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, index: int) -> Array:
        number = range(len(self))[index]
        if number not in self._now:
            self._before[number] = self._frames[number]
            self._now[number] = self._before[number].copy()
        return self._now[number]

    def __setitem__(self, index: int, values: Any) -> None:
        self[index][...] = values

    def __iter__(self) -> Iterator[Array]:
        return (self[index] for index in range(len(self)))

    def changed(self) -> dict[int, tuple[Array, Array]]:
        """By number of the frame: what differs, as a mask of pixels, and the new values."""
        found = {}
        for number, now in self._now.items():
            differs = now != self._before[number]
            if differs.any():
                found[number] = differs.any(axis=-1) if differs.ndim == 3 else differs, now
        return found


@contextmanager
def edit_pixels(
    ds: Elements,
    *,
    encoding_plugin: str = "",
    decoding_plugin: str = "",
    verify: bool = True,
    new_uid: bool | None = None,
    **options: Any,
) -> Iterator[EditedFrames]:
    """Change pixels; on leaving the block the dataset gets them, unless an exception leaves it.

    Args:
        ds: the dataset.
        encoding_plugin, decoding_plugin: names of codecs.
        verify: decode what was encoded without loss, and compare.
        new_uid: give a new SOP Instance UID; by default if a frame had to be compressed with loss. Whether a change
            matters to who reads the image, and asks for one, nobody but you can tell (PS3.3 C.7.6.1.1.2).
        options: of the encoder, as for `set_pixels`. JPEG 2000 and HTJ2K lose nothing by default where they need not.

    Raises:
        PixelError: a frame cannot be decoded, or not be encoded again; the dataset is as it was.
    """
    frames = Frames(ds, plugin=decoding_plugin)
    if frames.is_video:
        raise PixelError("frames of a video stream cannot be changed one by one", code="video")
    if options and frames.image.row is not None:
        check_options(frames.image.row, options, encoding_plugin)
    edited = EditedFrames(frames)
    yield edited
    changed = edited.changed()
    if not changed:
        return
    if frames.encapsulated:
        lossy = _replace_frames(ds, frames, changed, encoding_plugin, verify, options)
    else:
        lossy = False
        _patch(ds, frames, changed)
    header.forget_extremes(ds)
    if new_uid or (new_uid is None and lossy):
        header.give_new_uid(ds)


def _to_stored(frames: Frames, number: int, mask: Array, now: Array) -> Array:
    """A frame as it is stored, with new values where the mask says; unused bits stay."""
    image = frames.image
    words: Array = (frames.words(number) if frames.has_words else frames.stored(number)).copy()
    if frames.colour.startswith("YBR_FULL"):
        now = rgb_to_ybr(now)
    words[mask] = _merged(words[mask], now[mask], image, number)
    return words


def _merged(old: Array, new: Array, image: Image, number: int) -> Array:
    """New values in place of old words, whose unused bits stay if they hold anything but the sign (PS3.5 8.1.1)."""
    if image.is_float or image.bits_stored == image.bits_allocated:
        return new
    low, sign = (1 << image.bits_stored) - 1, 1 << image.bits_stored - 1

    def number_of(words: Array) -> Array:
        found: Array = ((words & low) ^ sign) - sign if image.signed else words & low
        return found

    wide_old, wide_new = old.astype(np.int64), new.astype(np.int64)
    if not np.array_equal(number_of(wide_new), wide_new):
        raise PixelError(
            f"frame {number} has values that do not fit into {image.bits_stored} bits",
            path="BitsStored",
            reference="PS3.5 8.1.1",
        )
    plain = number_of(wide_old) == wide_old
    found: Array = np.where(plain, wide_new, (wide_old & ~low) | (wide_new & low)).astype(old.dtype)
    return found


# -- native ------------------------------------------------------------------------------------------------


def _patch(ds: Elements, frames: Frames, changed: Mapping[int, tuple[Array, Array]]) -> None:
    image = frames.image
    if image.subsampled:
        raise PixelError(
            "native pixels that share their colour (YBR_FULL_422) cannot be edited: transcode them first",
            path="PhotometricInterpretation",
        )
    spool = _spool_like(ds, frames)
    spool.write(frames.data)
    bits = image.native_bits
    for number, (mask, now) in changed.items():
        stored = _to_stored(frames, number, mask, now)
        start = number * bits
        if image.bits_allocated == 1:
            first, last = start // 8, (start + bits + 7) // 8
            flat = np.unpackbits(np.frombuffer(spool.read(first, last), "u1"), bitorder="little")
            flat[start % 8 : start % 8 + bits] = stored.reshape(-1)
            spool.patch(first, np.packbits(flat, bitorder="little").tobytes())
        else:
            planes = stored.transpose(2, 0, 1) if image.planar == 1 else stored
            spool.patch(start // 8, frames.in_source_order(planes))
    _put(ds, image, spool)


def _spool_like(ds: Elements, frames: Frames) -> Spool:
    """Where a value can be written that takes the place of the one that there is."""
    image = frames.image
    element = ds._element(image.tag)
    assert element is not None
    raw = element.raw
    if raw is not None and isinstance(raw[0], Reading):
        encoding = raw[0].encoding
    else:
        encoding = syntax_of(image.syntax).encoding
    return Spool(image.tag, element.VR, encoding, frames.encapsulated)


def _put(ds: Elements, image: Image, spool: Spool) -> None:
    """The new value; one that was small stays in the element that it was in."""
    element = ds._element(image.tag)
    assert element is not None
    found = spool.element()
    if found.raw is None:
        element.value = found.value
    else:
        ds.add(found)


# -- encapsulated ------------------------------------------------------------------------------------------


def _replace_frames(
    ds: Elements,
    frames: Frames,
    changed: Mapping[int, tuple[Array, Array]],
    plugin: str,
    verify: bool,
    options: Mapping[str, Any],
) -> bool:
    """Encode the changed frames again; returns whether something was lost."""
    image, row = frames.image, frames.image.row
    assert row is not None
    if row.loss == "either" and not options and image.photometric != "YBR_ICT":
        options = {"lossless": True}
    lossy = is_lossy(row, options)
    target = replace(target_of(image, row, frames.colour, lossy), photometric=image.photometric)
    before = after = 0
    new: dict[int, bytes] = {}
    for number, (mask, now) in changed.items():
        as_rgb = frames.colour == "RGB" or (lossy and row.family in ("jpeg", "jpeg-xl"))
        stored = now if as_rgb else _to_stored(frames, number, mask, now)
        new[number] = encode_frame(stored, target, row, plugin, verify, options)
        before, after = before + stored.nbytes, after + len(new[number])
    spool, tables = _assembled(ds, frames, new)
    header.put_tables(ds, tables)
    _put(ds, image, spool)
    if lossy:
        header.mark_lossy(ds, row, before / max(1, after))
    return lossy


def _assembled(ds: Elements, frames: Frames, new: Mapping[int, bytes]) -> tuple[Spool, tuple[bytes, bytes] | None]:
    """The value of Pixel Data with some frames replaced, and the Extended Offset Table where there was one."""
    places = frames.places
    assert places is not None
    spool = _spool_like(ds, frames)
    offsets: list[int] = []
    lengths: list[int] = []
    spool.write(item(bytes(4 * len(places.frames) if places.offsets else 0)))
    start = spool.size
    for number, spans in enumerate(places.frames):
        offsets.append(spool.size - start)
        if number in new:
            lengths.append(len(new[number]))
            pieces = fragment(new[number])
        else:
            lengths.append(sum(end - begin for begin, end in spans))
            pieces = [item(bytes(frames.data[begin:end])) for begin, end in spans]
        for piece in pieces:
            spool.write(piece)
    if places.offsets:
        spool.patch(0, item(basic_table(offsets)))
    return spool, extended_tables(offsets, lengths) if frames.has_extended_table else None

"""The frames of an image: found at once, decoded one by one when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, Final, overload

import numpy as np

from dicomspec._generated import wire as names
from dicomspec.elements import Elements
from dicomspec.errors import DicomError, Issue, LimitError, PixelError
from dicomspec.pixels.codecs import decoder_for
from dicomspec.pixels.encapsulated import Index, index_frames, join
from dicomspec.pixels.image import MAX_BYTES, Array, Image, describe
from dicomspec.pixels.native import correct_bits, native_frames, ybr_to_rgb
from dicomspec.pixels.streams import Stream, read_stream, size_of_jpegxl
from dicomspec.pixels.video import video_frame, video_frames
from dicomspec.wire.reading import Reading

__all__ = ["WORD_FAMILIES", "Frames"]

WORD_FAMILIES: Final = ("none", "rle", "deflated-frame")
"""Families of codecs that keep all bits allocated."""


class Frames(Sequence[Array]):
    """The frames of a dataset as arrays of shape (rows, columns) or (rows, columns, samples).

    Nothing is kept: ``frames[7]`` decodes one frame, and going through them takes the memory of one.

    Args:
        body: the dataset.
        syntax: UID of its transfer syntax; None to take that of the file meta elements.
        raw: stored colour, without making YBR RGB.
        plugin: name of the codec to use.
        max_bytes: of one decoded frame.

    Attributes:
        image: the header.
        issues: what was found wrong so far.
        data: the value of the pixel data, in the byte order of its source.
        places: where the frames are; None for native data.
        has_extended_table: whether there is an Extended Offset Table.
    """

    def __init__(
        self,
        body: Elements,
        syntax: str | None = None,
        *,
        raw: bool = False,
        plugin: str = "",
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.image: Image = describe(body, syntax)
        self.issues: list[Issue] = []
        self._origin = body._origin
        self._raw, self._plugin = raw, plugin
        self.data, self._at, self._undefined, vr = _value(body, self.image.tag)
        self.places: Index | None = None
        self.has_extended_table = False
        self._swap = self.image.big_endian and vr == "OW" and self.image.bits_allocated == 8
        if self.image.frame_bytes > max_bytes:
            raise LimitError(f"a frame takes {self.image.frame_bytes} bytes, more than the limit of {max_bytes}")
        if self.encapsulated:
            extended = _extended(body)
            self.has_extended_table = extended is not None
            self.places = index_frames(self.data, self.image.frames, extended)
            for issue in self.places.issues:
                if self.is_video and issue.code == "frame-count":  # all frames are in one stream
                    continue
                self._report(issue.code, issue.message, issue.reference, issue.offset)
            self._count = len(self.places.frames)
            if self.is_video:
                self._count = self.image.frames
        else:
            self._count = self._native_count()

    @property
    def encapsulated(self) -> bool:
        """Whether the data are in fragments: by the transfer syntax, or by the undefined length of the element."""
        return self.image.encapsulated or self._undefined

    @property
    def is_video(self) -> bool:
        """Whether the frames are those of one video stream."""
        row = self.image.row
        return row is not None and row.video and self.encapsulated

    def _native_count(self) -> int:
        bits, have = self.image.native_bits, len(self.data) * 8
        expected = self.image.frames
        if have < bits * expected:
            found = have // bits
            where = f"the pixel data have {len(self.data)} bytes, {(bits * expected + 7) // 8} are needed"
            if not found:
                raise PixelError(
                    f"{where} for the one frame" if expected == 1 else where,
                    code="short-pixels",
                    path="PixelData",
                    reference="PS3.5 8.1.1",
                )
            self._report("short-pixels", f"{where}; {found} of {expected} frames are there")
            return found
        extra = have // bits - expected if bits >= 8 * 8 else 0
        if extra:
            self._report("frame-count", f"Number of Frames is {expected}, but the data have {expected + extra}")
        elif have - bits * expected >= 16:
            self._report(
                "pixel-padding", f"{(have - bits * expected) // 8} bytes follow the last frame", severity="warning"
            )
        return expected + extra

    def _report(
        self, code: str, message: str, reference: str = "PS3.5 8.1.1", at: int | None = None, severity: str = "error"
    ) -> None:
        offset = self._at if at is None or self._at is None else self._at + at
        issue = Issue(code, severity, "PixelData", offset, message, reference)
        if issue not in self.issues:
            self.issues.append(issue)
            if isinstance(self._origin, Reading):
                self._origin.findings.add(issue)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Array: ...
    @overload
    def __getitem__(self, index: slice) -> list[Array]: ...
    def __getitem__(self, index: int | slice) -> Array | list[Array]:
        if isinstance(index, slice):
            return [self._shown(each) for each in range(self._count)[index]]
        return self._shown(self._number(index))

    def __iter__(self) -> Iterator[Array]:
        if self.is_video:
            return islice(video_frames(self.raw(0), self.image), self._count)
        return (self._shown(index) for index in range(self._count))

    def __repr__(self) -> str:
        return f"<{self._count} frames of {' x '.join(map(str, self.image.shape))}, {self.image.dtype}>"

    def _number(self, index: int) -> int:
        found = index + self._count if index < 0 else index
        if not 0 <= found < self._count:
            raise IndexError(f"there is no frame {index}: there are {self._count}")
        return found

    def _shown(self, index: int) -> Array:
        return self._decode(index, rgb=not self._raw)

    def raw(self, index: int) -> bytes:
        """The encoded bytes of one frame: its fragments, or native values (of 1 bit: only if it starts with a byte).

        Of a video it is the whole stream, whatever the number.
        """
        index = self._number(index)
        if self.is_video and self.places is not None:
            return b"".join(join(self.data, spans) for spans in self.places.frames)
        if self.places is not None:
            return join(self.data, self.places.frames[index])
        bits = self.image.native_bits
        return bytes(self.data[index * bits // 8 : ((index + 1) * bits + 7) // 8])

    @cached_property
    def colour(self) -> str:
        """Photometric Interpretation of what `stored` gives: the colours that only a codec makes are RGB again."""
        image, row = self.image, self.image.row
        if image.samples != 3:
            return image.photometric
        if self.is_video:
            return "RGB"
        if row is not None and self.places is not None and self._count:
            stream = read_stream(self.raw(0)) if row.family in ("jpeg2000", "htj2k") else None
            if (row.family == "jpeg" and row.loss == "lossy") or (stream is not None and stream.transformed):
                return "RGB"
        if image.photometric in ("YBR_RCT", "YBR_ICT", "XYB") or (row is not None and row.family == "jpeg-xl"):
            return "RGB"
        return "YBR_FULL" if image.subsampled else image.photometric

    def stored(self, index: int, *, drop_unused_bits: bool = True) -> Array:
        """The stored values of one frame, in the colour that `colour` tells.

        Raises:
            PixelError: there is something in the bits above Bits Stored, and ``drop_unused_bits`` is false.
        """
        words = self.words(index)
        found = correct_bits(words, self.image)
        if found is not words and not drop_unused_bits:
            self._refuse_more_bits(index, words)
        return found

    @property
    def has_words(self) -> bool:
        """Whether the bits above Bits Stored are kept too: in native data, and where they are stored byte by byte."""
        row = self.image.row
        return self.places is None or (row is not None and row.family in WORD_FAMILIES)

    def words(self, index: int) -> Array:
        """As `stored`, with whatever the bits above Bits Stored hold."""
        return self._decode(self._number(index), rgb=self.colour == "RGB", plain=True)

    def _native(self, first: int, count: int) -> Array:
        return native_frames(self.data, self.image, first, count, swap=self._swap)

    def in_source_order(self, words: Array) -> bytes:
        """Native words as the bytes that stand for them in `data`."""
        order = self.image.dtype.newbyteorder(">" if self.image.big_endian else "<")
        ordered = np.ascontiguousarray(words, order)
        data: bytes = ordered.view("u2").byteswap().tobytes() if self._swap else ordered.tobytes()
        return data

    def _refuse_more_bits(self, index: int, words: Array) -> None:
        """An error for bits that stand above Bits Stored (PS3.5 8.1.1)."""
        mask = ~((1 << self.image.bits_stored) - 1)
        if np.any(words.astype(np.int64) & mask):
            raise PixelError(
                f"frame {index} has something in the bits above Bits Stored, such as an overlay, that would be lost",
                code="unused-bits",
                path="PixelData",
                reference="PS3.5 8.1.1",
            )

    def all(self) -> Array | None:
        """All frames at once, for native data: a view on them where that can be. None for encapsulated data."""
        if self.places is not None:
            return None
        return self._finish(self._native(0, self._count), rgb=not self._raw, convert=True)

    def _decode(self, index: int, *, rgb: bool, plain: bool = False) -> Array:
        """One frame; ``plain``: as it comes out of the codec."""
        image = self.image
        if self.places is None:
            found: Array = self._native(index, 1)[0]
            return found if plain else self._finish(found, rgb=rgb, convert=True)
        row = image.row
        if row is None or not row.encapsulated:
            raise PixelError(
                f"the pixel data are encapsulated, but the transfer syntax {image.syntax or '(none)'} is not",
                path="TransferSyntaxUID",
                reference="PS3.5 A.4",
            )
        if row.video:
            return video_frame(self.raw(0), image, index)
        stream = None
        data: Any
        if row.family in WORD_FAMILIES and len(spans := self.places.frames[index]) == 1:
            data = self.data[slice(*spans[0])]  # not copied
        else:
            data = self.raw(index)
            stream = read_stream(data)
        if stream is not None:
            self._compare(stream, index)
        elif row.family == "jpeg-xl" and (size := size_of_jpegxl(data)) is not None:
            self._compare_size(size, index)
        found = self._shaped(self._first_that_can(data, row, rgb), index)
        if plain:
            return found
        by_codec = (row.family == "jpeg" and row.loss == "lossy") or row.family == "jpeg-xl"
        by_codec = by_codec or (stream is not None and stream.transformed)
        return self._finish(found, rgb=rgb, convert=not by_codec)

    def _first_that_can(self, data: Any, row: Any, rgb: bool) -> Array:
        problems = []
        for name, decode in decoder_for(row, self._plugin):
            try:
                return decode(data, self.image, rgb=rgb)
            except DicomError:
                raise
            except Exception as error:  # each library has its own
                problems.append(f"{name}: {' '.join(str(error).split()) or type(error).__name__}")
        raise PixelError(f"the frame cannot be decoded as {row.keyword} ({'; '.join(problems)})", path="PixelData")

    def _compare_size(self, size: tuple[int, int], index: int) -> None:
        if sorted(size) != sorted((self.image.rows, self.image.columns)):  # it may be turned when it is decoded
            raise PixelError(
                f"the codestream of frame {index} is {size[0]} x {size[1]}, the header says "
                f"{self.image.rows} x {self.image.columns}",
                code="codestream",
                path="PixelData",
                reference="PS3.5 8.2.15",
            )

    def _compare(self, stream: Stream, index: int) -> None:
        """Tell where codestream and header disagree; a size that differs is an error."""
        image = self.image
        if (stream.rows, stream.columns, stream.samples) != (image.rows, image.columns, image.samples):
            said = f"{stream.rows} x {stream.columns} x {stream.samples}"
            raise PixelError(
                f"the codestream of frame {index} is {said}, the header says "
                f"{image.rows} x {image.columns} x {image.samples}",
                code="codestream",
                path="PixelData",
                reference="PS3.5 8.2",
            )
        if stream.precision != image.bits_stored:
            self._report(
                "codestream-bits",
                f"the codestream has {stream.precision} bits, Bits Stored is {image.bits_stored}",
                "PS3.5 8.2",
                severity="warning",
            )
        if stream.kind == "jpeg2000" and stream.signed != image.signed:
            self._report(
                "codestream-sign",
                f"the codestream is {'' if stream.signed else 'un'}signed, Pixel Representation"
                f" says {'' if image.signed else 'un'}signed; that was followed",
                "PS3.5 8.2.4",
            )
        if stream.boxed:
            self._report(
                "codestream-header", "the JPEG 2000 codestream has a JP2 header", "PS3.5 A.4.4", severity="warning"
            )

    def _shaped(self, found: Array, index: int) -> Array:
        image = self.image
        if found.size != image.pixels:
            raise PixelError(
                f"frame {index} decodes to {found.size} values, {image.pixels} are needed", path="PixelData"
            )
        if found.dtype == image.dtype:
            return found.reshape(image.shape)
        if found.dtype.kind == "f" or image.is_float:
            return found.astype(image.dtype).reshape(image.shape)
        same = found.view(image.dtype) if found.dtype.itemsize == image.dtype.itemsize else found.astype(image.dtype)
        return same.reshape(image.shape)

    def _finish(self, found: Array, *, rgb: bool, convert: bool) -> Array:
        image = self.image
        found = correct_bits(found, image)
        if rgb and convert and image.samples == 3 and image.photometric in ("YBR_FULL", "YBR_FULL_422"):
            return ybr_to_rgb(found)
        return found


def _value(body: Elements, tag: int) -> tuple[Any, int | None, bool, str]:
    """The bytes of the pixel data (a view on the source where that can be), their offset, whether they have undefined
    length, and the VR."""
    element = body._element(tag)
    assert element is not None
    raw = element.raw
    if raw is None or not isinstance(raw[0], Reading):
        value = element.value or b""
        if not isinstance(value, (bytes, bytearray, memoryview)):
            value = np.asarray(value).tobytes()
        return memoryview(value), None, value[:4] == b"\xfe\xff\x00\xe0" and tag == names.PIXEL_DATA, element.VR
    _, _, start, end = raw
    reading = raw[0]
    reading.source.check()
    return memoryview(reading.buffer)[start:end], start, reading.is_undefined(raw), element.VR


def _extended(body: Elements) -> tuple[list[int], list[int]] | None:
    """Offsets and lengths of the Extended Offset Table."""
    offsets, lengths = body.get("ExtendedOffsetTable"), body.get("ExtendedOffsetTableLengths")
    if not isinstance(offsets, bytes) or not isinstance(lengths, bytes) or not offsets or not lengths:
        return None
    first, second = (np.frombuffer(each, "<u8", len(each) // 8).tolist() for each in (offsets, lengths))
    return first, second

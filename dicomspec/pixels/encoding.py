"""From arrays to pixel data, and from one transfer syntax to another (PS3.5 8.2, A.4).

A dataset is changed at the end, when every frame has been encoded: an error leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from dicomspec._generated import wire as names
from dicomspec._generated.transfer_syntaxes import FAMILIES, TransferSyntaxRow
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels import header
from dicomspec.pixels.codecs import BUILT_IN, decoder_for, encoders_for
from dicomspec.pixels.encapsulated import basic_table, extended_tables, fragment, item
from dicomspec.pixels.frames import WORD_FAMILIES, Frames
from dicomspec.pixels.image import Array, Image, syntax_of_body
from dicomspec.pixels.image import transfer_syntax as syntax_named
from dicomspec.pixels.native import correct_bits, native_bytes, ybr_to_rgb
from dicomspec.pixels.spool import Spool
from dicomspec.sequence import Sequence

__all__ = ["check_options", "encode_frame", "is_lossy", "set_pixels", "target_of", "transcode"]

DEFAULT_SYNTAX: Final = "ExplicitVRLittleEndian"
CAN_BE_GIVEN: Final = ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "YBR_FULL")
TABLES: Final = ("basic", "extended", "none")
_YBR: Final = ("YBR_FULL", "YBR_FULL_422")
_RCT_FAMILIES: Final = ("jpeg2000", "htj2k")
_OPTIONS: Final[Mapping[str, tuple[str, tuple[str, ...], float, float]]] = {
    "quality": ("jpeg", ("lossy",), 1, 100),
    "error": ("jpeg-ls", ("lossy",), 0, 255),
    "psnr": ("jpeg2000", ("either",), 1, 1000),
    "step": ("htj2k", ("either",), 1e-6, 1),
    "distance": ("jpeg-xl", ("either",), 0, 25),
    "effort": ("jpeg-xl", ("lossless", "either"), 1, 10),
    "level": ("deflated-frame", ("lossless",), 0, 9),
    "lossless": ("", ("either",), 0, 1),
}
"""Option of the encoders here -> the family that has it ("" for each), with which loss, and its range."""
_SINGLE_BITS: Final = ("none", "deflated-frame")
"""Families that take frames of one bit as they are."""


def is_lossy(row: TransferSyntaxRow, options: Mapping[str, Any]) -> bool:
    """Whether an encoder that is given these options loses something."""
    if row.family == "jpeg-ls" and row.loss == "lossy":
        return int(options.get("error", 2)) > 0
    return row.loss == "lossy" or (row.loss == "either" and not options.get("lossless", False))


def check_options(row: TransferSyntaxRow, options: Mapping[str, Any], plugin: str = "") -> None:
    """Refuse options of an encoder that would do nothing, or cannot be; a codec of others may have its own.

    Raises:
        PixelError: the option is not known, not of the transfer syntax, or out of range.
    """
    if plugin and plugin not in BUILT_IN:
        return
    for name, value in options.items():
        family, losses, least, most = _OPTIONS.get(name, ("", (), 0, 0))
        if row.loss not in losses or family not in ("", row.family) or not row.encapsulated:
            of_row = [each for each, (of, loss, *_) in _OPTIONS.items() if row.loss in loss and of in ("", row.family)]
            raise PixelError(f"{row.keyword} has no option {name!r}: it has {', '.join(of_row) or 'none'}")
        if not isinstance(value, (int, float)) or not least <= value <= most:
            raise PixelError(f"{name} is from {least} to {most}, not {value!r}")


def target_of(image: Image, row: TransferSyntaxRow, colour: str, lossy: bool) -> Image:
    """The header of an image after encoding.

    Args:
        image: what there is.
        row: the transfer syntax.
        colour: Photometric Interpretation of the values that are encoded.
        lossy: whether the encoder may lose something.

    Raises:
        PixelError: the transfer syntax cannot hold such values.
    """
    if image.is_float and (row.encapsulated or row.pixels != "native"):
        raise PixelError(f"{row.keyword} cannot hold values of floating point", reference="PS3.3 C.7.6.24")
    if not row.encapsulated and row.pixels != "native":
        raise PixelError(f"{row.keyword} has no pixel data in the dataset", path="TransferSyntaxUID")
    if row.video:
        raise PixelError(f"{row.keyword} is a video stream, which cannot be made of frames here", code="video")
    family = FAMILIES.get(row.family)
    limit, reference = (64, "") if family is None else (family.bits, family.section)
    if image.bits_stored > limit or (row.encapsulated and image.bits_allocated == 1 and row.family not in _SINGLE_BITS):
        raise PixelError(f"{row.keyword} cannot hold {image.bits_stored} bits", path="BitsStored", reference=reference)
    if lossy and image.photometric == "PALETTE COLOR":
        raise PixelError(
            "indices of a palette do not survive lossy compression",
            path="PhotometricInterpretation",
            reference=reference,
        )
    target = replace(image, syntax=row.uid, photometric=colour, planar=0, big_endian=row.endian == "big")
    if image.samples == 1 or not row.encapsulated:
        return target
    if colour in _YBR and row.family == "jpeg-xl" and not lossy:
        raise PixelError(f"{row.keyword} cannot hold {colour}", path="PhotometricInterpretation", reference=reference)
    if row.family == "jpeg" and lossy:
        colour = "YBR_FULL_422"
    elif row.family in _RCT_FAMILIES and colour == "RGB":
        colour = "YBR_ICT" if lossy else "YBR_RCT"
    elif row.family == "jpeg-xl" and lossy:
        colour = "XYB"
    return replace(target, photometric=colour)


def encode_frame(
    frame: Array, image: Image, row: TransferSyntaxRow, plugin: str, verify: bool, options: Mapping[str, Any]
) -> bytes:
    """One frame, encoded.

    Args:
        frame: stored values; RGB where `image` has a colour that the codec makes of it.
        image: the header as it will be.
        verify: decode what was made without loss, and compare.

    Raises:
        PixelError: the encoder refuses the values, or does not give back what it was given.
    """
    data = _first_that_can(frame, image, row, plugin, options)
    if verify and row.family not in _SINGLE_BITS and not is_lossy(row, options):
        name, decode = decoder_for(row)[0]
        found = decode(data, image, rgb=False).reshape(frame.shape).astype(frame.dtype)
        if not np.array_equal(correct_bits(found, image), correct_bits(frame, image)):
            raise PixelError(f"{name} does not give back the {image.bits_stored} bit values that were encoded")
    return data


def _first_that_can(
    frame: Array, image: Image, row: TransferSyntaxRow, plugin: str, options: Mapping[str, Any]
) -> bytes:
    problems: list[PixelError] = []
    for encode in encoders_for(row, plugin):
        try:
            return encode(frame, image, row, options)
        except PixelError as error:
            problems.append(error)
        except Exception as error:  # each library has its own
            said = " ".join(str(error).split())
            problems.append(PixelError(f"the frame cannot be encoded as {row.keyword}: {said}"))
    raise problems[0]


class _Encoded:
    """Encodes frames one after the other, and counts bytes."""

    def __init__(
        self, image: Image, row: TransferSyntaxRow, plugin: str, verify: bool, options: Mapping[str, Any]
    ) -> None:
        self.image, self.row, self.plugin, self.verify, self.options = image, row, plugin, verify, options
        self.lossy = is_lossy(row, options)
        self.before = self.after = 0

    def value(self, frames: Iterable[Array], table: str) -> tuple[DataElement, tuple[bytes, bytes] | None]:
        """The pixel data, and the Extended Offset Table."""
        spool = header.spool_for(self.image)
        if not self.row.encapsulated:
            self._native(frames, spool)
            return spool.element(), None
        offsets: list[int] = []
        lengths: list[int] = []
        spool.write(item(bytes(4 * self.image.frames if table == "basic" else 0)))
        start = spool.size
        for frame in frames:
            data = self._one(frame)
            offsets.append(spool.size - start)
            lengths.append(len(data))
            for piece in fragment(data):
                spool.write(piece)
        if table == "basic":
            spool.patch(0, item(basic_table(offsets)))
        return spool.element(), extended_tables(offsets, lengths) if table == "extended" else None

    def _native(self, frames: Iterable[Array], spool: Spool) -> None:
        if self.image.native_bits % 8:  # frames share bytes
            frames = [np.stack(list(frames))]
        for frame in frames:
            spool.write(native_bytes(frame, self.image))

    def _one(self, frame: Array) -> bytes:
        frame = np.ascontiguousarray(frame, self.image.dtype)
        data = encode_frame(frame, self.image, self.row, self.plugin, self.verify, self.options)
        self.before += frame.nbytes
        self.after += len(data)
        return data

    @property
    def ratio(self) -> float:
        return self.before / max(1, self.after)


def set_pixels(
    ds: Elements,
    array: Any,
    transfer_syntax: str = "",
    *,
    photometric: str = "",
    bits_stored: int | None = None,
    offset_table: str = "basic",
    encoding_plugin: str = "",
    verify: bool = True,
    new_uid: bool | None = None,
    **options: Any,
) -> None:
    """Put an array in as the pixels of a dataset, and make the Image Pixel module say what it is.

    Args:
        ds: the dataset.
        array: shape (rows, columns), (frames, rows, columns), (rows, columns, 3), (frames, rows, columns, 3); integers
            of 8 to 64 bits, bool (one bit a pixel), float32 or float64 (Float and Double Float Pixel Data). Colour as
            `photometric` says.
        transfer_syntax: UID, keyword or short name; by default that of the dataset, else Explicit VR Little Endian.
        photometric: MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB or YBR_FULL; by default that of the dataset if it is
            grey and the array too, else MONOCHROME2 or RGB. A codec may store RGB otherwise; the attribute tells.
        bits_stored: by default that of the dataset if the values fit, else all bits of the type.
        offset_table: ``"basic"``, ``"extended"`` or ``"none"``.
        encoding_plugin: name of the codec to use.
        verify: decode what was encoded without loss, and compare.
        new_uid: give a new SOP Instance UID; by default if the compression is lossy.
        options: of the encoder: ``quality`` (JPEG, 1 to 100), ``error`` (JPEG-LS, grey levels), ``psnr`` (JPEG 2000,
            dB), ``step`` (HTJ2K, of quantization), ``distance`` (JPEG XL), ``lossless=True`` (where the syntax leaves
            it open), ``level`` (deflate), ``effort`` (JPEG XL).

    Raises:
        PixelError: the array is no image, or the transfer syntax cannot hold it; the dataset is as it was.
    """
    row = syntax_named(transfer_syntax or syntax_of_body(ds) or DEFAULT_SYNTAX)
    check_options(row, options, encoding_plugin)
    values = np.asarray(array)
    if photometric not in ("", *CAN_BE_GIVEN):
        raise PixelError(
            f"{photometric!r} cannot be given: {', '.join(CAN_BE_GIVEN)} can", path="PhotometricInterpretation"
        )
    image = header.image_of(values, ds, row, photometric, bits_stored)
    colour = image.photometric
    work = _Encoded(_checked(image, row, colour, options), row, encoding_plugin, verify, options)
    frames = values.reshape(image.frames, *image.shape)
    value, tables = work.value(_to_encode(frames, colour, row, work.lossy), _table(offset_table))
    header.write_header(ds, work.image)
    header.put_value(ds, work.image, value, tables)
    header.forget_extremes(ds, values)
    _finish(ds, row, work, new_uid)


def _checked(image: Image, row: TransferSyntaxRow, colour: str, options: Mapping[str, Any]) -> Image:
    return target_of(image, row, colour, row.encapsulated and is_lossy(row, options))


def _table(name: str) -> str:
    if name not in TABLES:
        raise PixelError(f"{name!r} is no offset table: {', '.join(TABLES)}")
    return name


def _to_encode(frames: Iterable[Array], colour: str, row: TransferSyntaxRow, lossy: bool) -> Iterator[Array]:
    """The frames in the colour that the encoder wants: lossy JPEG and JPEG XL make their own of RGB."""
    convert = colour in _YBR and lossy and row.family in ("jpeg", "jpeg-xl")
    for frame in frames:
        yield ybr_to_rgb(frame) if convert else frame


def _finish(ds: Elements, row: TransferSyntaxRow, work: _Encoded, new_uid: bool | None) -> None:
    lossy = row.encapsulated and work.lossy
    if lossy:
        header.mark_lossy(ds, row, work.ratio)
    if new_uid or (new_uid is None and lossy):
        header.give_new_uid(ds)
    set_syntax(ds, row)


def set_syntax(ds: Elements, row: TransferSyntaxRow) -> None:
    """Make the file meta elements tell the transfer syntax."""
    ensure = getattr(ds, "ensure_file_meta", None)
    if ensure is None:  # an item: its file tells
        return
    ensure()
    if syntax_of_body(ds) != row.uid:
        meta: Any = getattr(ds, "file_meta", None)
        meta.TransferSyntaxUID = row.uid


def transcode(
    ds: Elements,
    transfer_syntax: str,
    *,
    offset_table: str = "basic",
    encoding_plugin: str = "",
    decoding_plugin: str = "",
    verify: bool = True,
    drop_unused_bits: bool = False,
    new_uid: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> None:
    """Bring a dataset into another transfer syntax, frame by frame.

    Without loss the stored values stay what they are; the colour of lossy JPEG, RCT and ICT becomes RGB. Pixel data in
    sequences (icons) are made native.

    Args:
        ds: the dataset.
        transfer_syntax: UID, keyword or short name.
        offset_table, encoding_plugin, verify, new_uid, options: as for `set_pixels`.
        decoding_plugin: name of the codec that decodes.
        drop_unused_bits: give up what stands in bits above Bits Stored, such as an embedded overlay, where the new
            transfer syntax has no room for it; else that is an error.
        progress: called with the number of frames done, and of all, after each.

    Raises:
        PixelError: frames are missing or cannot be decoded, or the transfer syntax cannot hold them; the dataset is as
            it was.
    """
    row = syntax_named(transfer_syntax)
    check_options(row, options, encoding_plugin)
    if syntax_of_body(ds) == row.uid:
        return
    inner = [body for body in _icons(ds) if _is_encapsulated(body)]
    icons = [_decoded(body, ds, decoding_plugin) for body in inner]
    has_pixels = any(tag in ds for tag in (names.PIXEL_DATA, names.FLOAT_PIXEL_DATA, names.DOUBLE_FLOAT_PIXEL_DATA))
    if not has_pixels:
        set_syntax(ds, row)
    else:
        frames = Frames(ds, raw=True, plugin=decoding_plugin)
        swapped = frames.image.big_endian != (row.endian == "big")
        if frames.encapsulated or row.encapsulated or row.pixels != "native" or swapped:
            _transcode(
                ds,
                frames,
                row,
                _table(offset_table),
                encoding_plugin,
                verify,
                drop_unused_bits,
                new_uid,
                progress,
                options,
            )
        else:
            set_syntax(ds, row)
    for body, (image, value) in zip(inner, icons, strict=True):
        header.write_header(body, image)
        header.put_value(body, image, value)


def _transcode(
    ds: Elements,
    frames: Frames,
    row: TransferSyntaxRow,
    table: str,
    plugin: str,
    verify: bool,
    drop_unused_bits: bool,
    new_uid: bool | None,
    progress: Callable[[int, int], None] | None,
    options: Mapping[str, Any],
) -> None:
    source = frames.image
    if len(frames) != source.frames:
        raise PixelError(
            f"the pixel data have {len(frames)} frames, Number of Frames is {source.frames}: mend it first",
            path="NumberOfFrames",
            reference="PS3.3 C.7.6.6",
        )
    colour = frames.colour
    work = _Encoded(_checked(source, row, colour, options), row, plugin, verify, options)
    keeps_words = frames.has_words and row.family in WORD_FAMILIES

    def take(index: int) -> Array:
        return frames.words(index) if keeps_words else frames.stored(index, drop_unused_bits=drop_unused_bits)

    def counted() -> Iterator[Array]:
        for done, frame in enumerate(frames if frames.is_video else map(take, range(len(frames))), 1):
            yield frame
            if progress is not None:
                progress(done, len(frames))

    value, tables = work.value(_to_encode(counted(), colour, row, work.lossy), table)
    was_lossy = source.row is not None and source.row.loss == "lossy" and source.encapsulated
    header.write_header(ds, work.image)
    header.put_value(ds, work.image, value, tables)
    if was_lossy and not work.lossy and not ds.get("LossyImageCompression"):
        header.say_lossy(ds)
    _finish(ds, row, work, new_uid)


def _icons(ds: Elements) -> Iterator[Elements]:
    """The items, at any depth, that have pixel data of their own."""
    stack = [ds]
    while stack:
        for element in stack.pop():
            if isinstance(element.value, Sequence):
                for item in element.value:
                    stack.append(item)
                    if names.PIXEL_DATA in item:
                        yield item


def _is_encapsulated(body: Elements) -> bool:
    element = body._element(names.PIXEL_DATA)
    return element is not None and element.is_undefined_length


def _decoded(body: Elements, ds: Elements, plugin: str) -> tuple[Image, DataElement]:
    """An icon in native form."""
    frames = Frames(body, syntax_of_body(ds), raw=True, plugin=plugin)
    image = replace(frames.image, syntax="", photometric=frames.colour, planar=0)
    spool = header.spool_for(image)
    for index in range(len(frames)):
        spool.write(native_bytes(frames.stored(index), image))
    return image, spool.element()

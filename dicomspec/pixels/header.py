"""The Image Pixel module for pixels that are put in (PS3.3 C.7.6.3, C.7.6.24, C.7.6.25), and what lossy compression
asks of a dataset (PS3.3 C.7.6.1.1.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dicomspec._generated import wire as names
from dicomspec._generated.transfer_syntaxes import FAMILIES, TransferSyntaxRow
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array, Image
from dicomspec.pixels.spool import Spool
from dicomspec.sequence import Sequence
from dicomspec.uid import generate_uid
from dicomspec.wire.encoding import encoding_of

__all__ = [
    "forget_extremes",
    "give_new_uid",
    "image_of",
    "mark_lossy",
    "put_tables",
    "put_value",
    "say_lossy",
    "spool_for",
    "write_header",
]

_GREY: Final = ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
_FLOAT_TAGS: Final = {4: names.FLOAT_PIXEL_DATA, 8: names.DOUBLE_FLOAT_PIXEL_DATA}
_FLOAT_VRS: Final = {names.FLOAT_PIXEL_DATA: "OF", names.DOUBLE_FLOAT_PIXEL_DATA: "OD"}
_OF_INTEGERS: Final = ("BitsStored", "HighBit", "PixelRepresentation")
_TABLES: Final = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")
_OF_VALUES: Final = ("SmallestImagePixelValue", "LargestImagePixelValue")


def image_of(
    array: Array, body: Elements, row: TransferSyntaxRow, photometric: str = "", bits_stored: int | None = None
) -> Image:
    """The header that an array of stored values needs.

    Args:
        array: (rows, columns), (frames, rows, columns), (rows, columns, 3) or (frames, rows, columns, 3).
        body: what its attributes say is kept where it fits the array.
        row: the transfer syntax.
        photometric: Photometric Interpretation; by default that of the dataset if it is grey, else MONOCHROME2 or RGB.
        bits_stored: by default that of the dataset if the values fit, else all bits of the type.

    Raises:
        PixelError: no image has an array of such a shape or type.
    """
    said = str(photometric or body.get("PhotometricInterpretation") or "").strip()
    samples = _samples(array, photometric)
    shape = array.shape if samples == 1 else array.shape[:-1]
    if len(shape) not in (2, 3) or not array.size:
        raise PixelError(f"an array of shape {array.shape} is no image: (frames, rows, columns[, 3]) is")
    if max(shape[-2:]) > 0xFFFF:
        raise PixelError(f"{shape[-2]} x {shape[-1]} pixels are more than Rows and Columns can tell")
    if (said in _GREY) != (samples == 1) or not (photometric or said in _GREY):
        said = "MONOCHROME2" if samples == 1 else "RGB"
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "f" and size in _FLOAT_TAGS:
        tag, allocated = _FLOAT_TAGS[size], size * 8
    elif kind == "b" or (kind in "ui" and size <= 8):
        tag, allocated = names.PIXEL_DATA, 1 if kind == "b" else size * 8
    else:
        raise PixelError(f"values of type {array.dtype} cannot be stored: integers, bool, float32 and float64 can")
    stored = _stored(array, body, allocated, bits_stored)
    return Image(
        syntax=row.uid,
        tag=tag,
        rows=shape[-2],
        columns=shape[-1],
        frames=shape[0] if len(shape) == 3 else 1,
        samples=samples,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=stored - 1,
        signed=kind == "i",
        planar=0,
        photometric=said,
        big_endian=row.endian == "big",
    )


def _samples(array: Array, photometric: str) -> int:
    """Samples a pixel: a last axis of three is colour, unless a grey Photometric Interpretation was asked for."""
    could = array.ndim in (3, 4) and array.shape[-1] == 3
    if photometric and photometric not in _GREY and not could:
        raise PixelError(f"{photometric} needs three values a pixel, the last axis of {array.shape} has not")
    return 3 if could and (array.ndim == 4 or photometric not in _GREY) else 1


def _stored(array: Array, body: Elements, allocated: int, asked: int | None) -> int:
    if array.dtype.kind in "fb":
        return allocated
    said = asked
    if said is None:
        said = body.get("BitsStored") if body.get("BitsAllocated") == allocated else None
    if said is None or not isinstance(said, int):
        return allocated
    if not 0 < said <= allocated:
        raise PixelError(f"{said} bits do not fit into {allocated}", path="BitsStored", reference="PS3.5 8.1.1")
    low, high = (-(1 << said - 1), (1 << said - 1) - 1) if array.dtype.kind == "i" else (0, (1 << said) - 1)
    if low <= int(array.min()) and int(array.max()) <= high:
        return said
    if asked is None:
        return allocated
    raise PixelError(
        f"values from {array.min()} to {array.max()} do not fit into {said} bits",
        path="BitsStored",
        reference="PS3.5 8.1.1",
    )


def write_header(body: Elements, image: Image) -> None:
    """Make the Image Pixel attributes say what an image is; others are left alone."""
    values: dict[str, Any] = {
        "SamplesPerPixel": image.samples,
        "PhotometricInterpretation": image.photometric,
        "Rows": image.rows,
        "Columns": image.columns,
        "BitsAllocated": image.bits_allocated,
    }
    if image.is_float:
        _drop(body, *_OF_INTEGERS)
    else:
        values |= {
            "BitsStored": image.bits_stored,
            "HighBit": image.high_bit,
            "PixelRepresentation": int(image.signed),
        }
    if image.frames > 1 or "NumberOfFrames" in body:
        values["NumberOfFrames"] = image.frames
    if image.samples > 1:
        values["PlanarConfiguration"] = image.planar
    else:
        _drop(body, "PlanarConfiguration")
    for keyword, value in values.items():
        if body.get(keyword) != value:
            setattr(body, keyword, value)


def spool_for(image: Image) -> Spool:
    """Where the pixel data of an image can be written."""
    row = image.row
    implicit = row is not None and row.vr == "implicit"
    words = implicit or (not image.encapsulated and image.bits_allocated > 8)
    vr = _FLOAT_VRS.get(image.tag) or ("OW" if words else "OB")
    return Spool(image.tag, vr, encoding_of(implicit, image.big_endian), image.encapsulated)


def put_value(body: Elements, image: Image, value: DataElement, tables: tuple[bytes, bytes] | None = None) -> None:
    """Put in the pixel data, and the Extended Offset Table if there is one."""
    for tag in {names.PIXEL_DATA, *_FLOAT_VRS} - {image.tag}:
        body.pop(tag, None)
    put_tables(body, tables)
    body.add(value)


def put_tables(body: Elements, tables: tuple[bytes, bytes] | None) -> None:
    """Put in the Extended Offset Table and its lengths, or take them away."""
    for keyword, table in zip(_TABLES, tables or (None, None), strict=True):
        if table is None:
            _drop(body, keyword)
        else:
            setattr(body, keyword, table)


def forget_extremes(body: Elements, array: Array | None = None) -> None:
    """Set Smallest and Largest Image Pixel Value, if they are there, to those of new values; without any, drop them."""
    for keyword in _OF_VALUES:
        if keyword not in body:
            continue
        if array is None or array.dtype.kind not in "ui" or array.dtype.itemsize > 2:
            _drop(body, keyword)
            continue
        extreme = array.min() if keyword.startswith("Smallest") else array.max()
        tag = int(body._edition.tag_for(keyword))
        body.add(DataElement(tag, "SS" if array.dtype.kind == "i" else "US", int(extreme)))


def _drop(body: Elements, *keywords: str) -> None:
    for keyword in keywords:
        if keyword in body:
            delattr(body, keyword)


def say_lossy(body: Elements) -> None:
    """Lossy Image Compression 01 (PS3.3 C.7.6.1.1.5)."""
    setattr(body, "LossyImageCompression", "01")  # noqa: B010 (typed are datasets, not all maps)


def mark_lossy(body: Elements, row: TransferSyntaxRow, ratio: float) -> None:
    """Say that the pixels lost something: Lossy Image Compression, its ratio and method behind those of earlier steps,
    Image Type and Frame Type DERIVED (PS3.3 C.7.6.1.1.2, C.7.6.1.1.5)."""
    say_lossy(body)
    for keyword, value in (
        ("LossyImageCompressionRatio", round(ratio, 2)),
        ("LossyImageCompressionMethod", FAMILIES[row.family].method),
    ):
        setattr(body, keyword, [*_values(body.get(keyword)), value])
    for each in (body, *_frame_types(body)):
        for keyword in ("ImageType", "FrameType"):
            parts = _values(each.get(keyword))
            if parts and parts[0] != "DERIVED":
                setattr(each, keyword, ["DERIVED", *parts[1:]])


def _values(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _frame_types(body: Elements) -> Iterator[Elements]:
    """The items of functional groups that have a Frame Type."""
    for keyword in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for groups in body.get(keyword) or ():
            for element in groups:
                if isinstance(element.value, Sequence):
                    yield from (item for item in element.value if "FrameType" in item)


def give_new_uid(body: Elements) -> None:
    """Make it another instance: a new SOP Instance UID, in the file meta elements too."""
    if "SOPInstanceUID" not in body:
        return
    uid = generate_uid()
    setattr(body, "SOPInstanceUID", uid)  # noqa: B010
    meta = getattr(body, "file_meta", None)
    if meta is not None and "MediaStorageSOPInstanceUID" in meta:
        meta.MediaStorageSOPInstanceUID = uid

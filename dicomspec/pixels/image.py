"""What an image is, by its header: the Image Pixel module (PS3.3 C.7.6.3) and the transfer syntax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dicomspec._generated import wire as names
from dicomspec._generated.transfer_syntaxes import TRANSFER_SYNTAXES, TransferSyntaxRow
from dicomspec.elements import Elements
from dicomspec.errors import LimitError, PixelError
from dicomspec.wire.reading import Reading

__all__ = ["MAX_BYTES", "Image", "describe", "syntax_of_body", "transfer_syntax"]

Array = npt.NDArray[Any]

MAX_BYTES: Final = 1 << 34
"""Bytes that a decoded array may take by default."""

_FLOATS: Final = {names.FLOAT_PIXEL_DATA: 32, names.DOUBLE_FLOAT_PIXEL_DATA: 64}
_SHORT_NAMES: Final = {
    "rle": "RLELossless",
    "jpeg": "JPEGBaseline8Bit",
    "jpeg-lossless": "JPEGLosslessSV1",
    "jpegls": "JPEGLSLossless",
    "jpeg-ls": "JPEGLSLossless",
    "jpegls-near": "JPEGLSNearLossless",
    "j2k": "JPEG2000Lossless",
    "j2k-lossy": "JPEG2000",
    "htj2k": "HTJ2KLossless",
    "htj2k-lossy": "HTJ2K",
    "jxl": "JPEGXLLossless",
    "jxl-lossy": "JPEGXL",
    "deflated": "DeflatedImageFrameCompression",
    "native": "ExplicitVRLittleEndian",
    "implicit": "ImplicitVRLittleEndian",
}
"""What people type -> keyword of the syntax."""


@dataclass(frozen=True)
class Image:
    """An image by its header.

    Attributes:
        syntax: UID of the transfer syntax; "" where none is told.
        tag: of Pixel Data, Float Pixel Data or Double Float Pixel Data.
        rows, columns, frames, samples: numbers of them; `samples` are those of a pixel.
        bits_allocated, bits_stored, high_bit: PS3.5 8.1.1.
        signed: whether the stored values are two's complement.
        planar: Planar Configuration; 1 for planes of colour.
        photometric: Photometric Interpretation.
        big_endian: whether native values are big endian.
    """

    syntax: str
    tag: int
    rows: int
    columns: int
    frames: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar: int
    photometric: str
    big_endian: bool = False

    @property
    def row(self) -> TransferSyntaxRow | None:
        """The properties of the transfer syntax."""
        return TRANSFER_SYNTAXES.get(self.syntax)

    @property
    def encapsulated(self) -> bool:
        return self.row is not None and self.row.encapsulated

    @property
    def is_float(self) -> bool:
        return self.tag in _FLOATS

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of an array of stored values, in the byte order of the machine."""
        if self.is_float:
            return np.dtype(f"f{self.bits_allocated // 8}")
        return np.dtype(f"{'i' if self.signed else 'u'}{max(1, self.bits_allocated // 8)}")

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one frame: (rows, columns), or (rows, columns, samples)."""
        return (self.rows, self.columns) if self.samples == 1 else (self.rows, self.columns, self.samples)

    @property
    def pixels(self) -> int:
        """Number of values in one frame."""
        return self.rows * self.columns * self.samples

    @property
    def frame_bytes(self) -> int:
        """Bytes of one decoded frame."""
        return self.pixels * self.dtype.itemsize

    @property
    def subsampled(self) -> bool:
        """Whether native values of two pixels share their colour (PS3.3 C.7.6.3.1.2, YBR_FULL_422)."""
        return self.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422") and self.samples == 3

    @property
    def native_bits(self) -> int:
        """Bits of one frame in native form."""
        if self.subsampled:
            return self.rows * self.columns * 2 * self.bits_allocated
        return self.pixels * self.bits_allocated


def transfer_syntax(name: str) -> TransferSyntaxRow:
    """The transfer syntax of a UID, keyword (``"HTJ2KLossless"``) or short name (``"rle"``, ``"j2k"``, ``"native"``).

    Raises:
        PixelError: there is none of that name.
    """
    text = str(name).strip()
    row = TRANSFER_SYNTAXES.get(text)
    wanted = _SHORT_NAMES.get(text.lower(), text).lower()
    row = row or next((each for each in TRANSFER_SYNTAXES.values() if each.keyword.lower() == wanted), None)
    if row is None:
        raise PixelError(
            f"{text!r} is no transfer syntax: give a UID, a keyword such as HTJ2KLossless, or one of"
            f" {', '.join(_SHORT_NAMES)}"
        )
    return row


def syntax_of_body(body: Elements) -> str:
    """The UID of the transfer syntax of a dataset, by its file meta elements; "" where nothing tells."""
    meta = getattr(body, "file_meta", None)
    return str(meta.get("TransferSyntaxUID") or "").strip(" \0") if meta is not None else ""


def describe(body: Elements, syntax: str | None = None) -> Image:
    """The image in a dataset.

    Raises:
        PixelError: the dataset has no pixels, or its header does not tell what they are.
        LimitError: numbers that no file can hold.
    """
    uid = syntax_of_body(body) if syntax is None else syntax
    tag = next((each for each in (names.PIXEL_DATA, *_FLOATS) if each in body), None)
    if tag is None:
        raise PixelError("the dataset has no Pixel Data, Float Pixel Data or Double Float Pixel Data", code="no-pixels")
    allocated = _FLOATS.get(tag) or _number(body, "BitsAllocated")
    stored = allocated if tag in _FLOATS else _number(body, "BitsStored", allocated)
    samples = _number(body, "SamplesPerPixel", 1)
    image = Image(
        syntax=uid,
        tag=tag,
        rows=_number(body, "Rows"),
        columns=_number(body, "Columns"),
        frames=_number(body, "NumberOfFrames", 1) or 1,
        samples=samples,
        bits_allocated=allocated,
        bits_stored=stored if 0 < stored <= allocated else allocated,
        high_bit=_number(body, "HighBit", stored - 1),
        signed=bool(_number(body, "PixelRepresentation", 0)) and tag not in _FLOATS,
        planar=_number(body, "PlanarConfiguration", 0) if samples > 1 else 0,
        photometric=str(body.get("PhotometricInterpretation") or ("MONOCHROME2" if samples == 1 else "RGB")).strip(),
        big_endian=_is_big(body, tag, uid),
    )
    _check(image)
    return image


def _number(body: Elements, keyword: str, default: int | None = None) -> int:
    value = body.get(keyword)
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if value is None or value == "":
        if default is None:
            raise PixelError(
                "is missing, and without it the pixels cannot be read",
                code="image-pixel",
                path=keyword,
                reference="PS3.3 C.7.6.3",
            )
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise PixelError(f"{value!r} is no number", code="image-pixel", path=keyword) from None


def _is_big(body: Elements, tag: int, uid: str) -> bool:
    """Whether words are big endian: as in the source; a value that was put in as the transfer syntax says."""
    element = body._element(tag)
    raw = element.raw if element is not None else None
    if raw is not None and isinstance(raw[0], Reading):
        return raw[0].encoding.big_endian
    row = TRANSFER_SYNTAXES.get(uid)
    return row is not None and row.endian == "big"


def _check(image: Image) -> None:
    for keyword, value in (
        ("Rows", image.rows),
        ("Columns", image.columns),
        ("NumberOfFrames", image.frames),
        ("SamplesPerPixel", image.samples),
    ):
        if value < 1:
            raise PixelError(f"{value} is not possible", code="image-pixel", path=keyword, reference="PS3.3 C.7.6.3")
    if image.bits_allocated not in (1, 8, 16, 32, 64):
        raise PixelError(
            f"{image.bits_allocated} bits are not supported: 1, 8, 16, 32 and 64 are",
            code="image-pixel",
            path="BitsAllocated",
            reference="PS3.5 8.1.1",
        )
    if image.samples > 4:
        raise LimitError(f"{image.samples} samples a pixel are not possible", path="SamplesPerPixel")

"""Codecs of other libraries, loaded when a frame needs them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from dicomspec._generated.transfer_syntaxes import TransferSyntaxRow
from dicomspec.errors import PixelError
from dicomspec.pixels import rle
from dicomspec.pixels.image import Array, Image
from dicomspec.pixels.streams import read_stream

__all__ = ["IMAGECODECS", "IMAGECODECS_ENCODERS", "PILLOW", "PYJPEGLS", "PYJPEGLS_ENCODERS", "PYLIBJPEG"]


def is_ycbcr(data: bytes, image: Image) -> bool:
    """Whether the components of a JPEG are YCbCr: as the codestream says, else as the header does."""
    stream = read_stream(data)
    if stream is None or stream.samples != 3 or stream.process == 0xC3:
        return False
    said = stream.ycbcr
    if said is not None and not (stream.jfif and stream.adobe is None and image.photometric == "RGB"):
        return said
    return image.photometric.startswith("YBR")


# -- imagecodecs -------------------------------------------------------------------------------------------


def _codecs() -> Any:
    import imagecodecs

    return imagecodecs


def _ic_jpeg(data: bytes, image: Image, *, rgb: bool) -> Array:
    codecs = _codecs()
    if image.samples != 3:
        plain: Array = codecs.jpeg_decode(data)
        return plain
    space = "YCBCR" if is_ycbcr(data, image) else "RGB"
    found: Array = codecs.jpeg8_decode(data, colorspace=space, outcolorspace="RGB" if rgb else space)
    return found


def _ic(name: str) -> Callable[..., Array]:
    def decode(data: bytes, image: Image, *, rgb: bool) -> Array:
        found: Array = getattr(_codecs(), name)(data)
        return found

    return decode


def _ic_jpeg2000(data: bytes, image: Image, *, rgb: bool) -> Array:
    found: Array = _codecs().jpeg2k_decode(data, numthreads=0 if image.pixels > 1 << 20 else 1)
    return found


def _ic_htj2k(data: bytes, image: Image, *, rgb: bool) -> Array:
    codecs = _codecs()
    if not hasattr(codecs, "htj2k_decode"):  # before 2026; OpenJPEG can, but for large numbers
        return _ic_jpeg2000(data, image, rgb=rgb)
    found: Array = codecs.htj2k_decode(data, planar=False)
    return found


def _ic_rle(data: bytes, image: Image, *, rgb: bool) -> Array:
    size = image.dtype.itemsize
    if image.samples == 1 and image.pixels * size <= len(data) * 64:  # two bytes give 128 at most
        out = np.empty(image.pixels * size, "u1")
        try:  # straight into the frame; it wants segments that are neither short nor padded with more than they need
            if len(_codecs().dicomrle_decode(data, np.dtype(f"<u{size}"), out=out)) == len(out):
                frame: Array = out.view(image.dtype.newbyteorder("<")).astype(image.dtype, copy=False)
                return frame
        except Exception:  # what is wrong is told below
            pass
        del out
    packbits = _codecs().packbits_decode
    return rle.decode(data, image, lambda segment, expected: packbits(segment))


IMAGECODECS: Final[Mapping[str, Callable[..., Array]]] = {
    "rle": _ic_rle,
    "jpeg": _ic_jpeg,
    "jpeg-ls": _ic("jpegls_decode"),
    "jpeg2000": _ic_jpeg2000,
    "htj2k": _ic_htj2k,
    "jpeg-xl": _ic("jpegxl_decode"),
}


def _contiguous(frame: Array) -> Array:
    return np.ascontiguousarray(frame)


def _ic_encode_jpeg(frame: Array, image: Image, row: TransferSyntaxRow, options: Mapping[str, Any]) -> bytes:
    """JPEG 8 bit, 12 bit extended, and lossless with predictor 1; colour comes as RGB unless it is lossless."""
    lossless = row.loss == "lossless"
    if row.keyword not in _JPEG_ENCODED:
        raise PixelError(f"{row.keyword} is not encoded: {', '.join(_JPEG_ENCODED)} are", code="codec")
    limit = 16 if lossless else _JPEG_ENCODED[row.keyword]
    if image.bits_stored > limit:
        raise PixelError(
            f"{row.keyword} cannot hold {image.bits_stored} bits", path="BitsStored", reference="PS3.5 8.2.1"
        )
    if not lossless and image.signed:
        raise PixelError(
            f"{row.keyword} cannot hold signed values", path="PixelRepresentation", reference="PS3.5 8.2.1"
        )
    values = _unsigned(frame, image)
    found: bytes
    if lossless:
        if (
            image.samples == 3 and image.photometric != "RGB"
        ):  # libjpeg-turbo marks it as RGB, or gives back other values
            raise PixelError(f"{image.photometric} is not encoded as {row.keyword}: JPEG-LS can", code="codec")
        space = {"colorspace": "RGB", "outcolorspace": "RGB"} if image.samples == 3 else {}
        found = _codecs().jpeg8_encode(values, lossless=True, predictor=1, bitspersample=image.bits_stored, **space)
        return found
    if limit == 8 and values.dtype.itemsize > 1:
        raise PixelError(f"{row.keyword} needs Bits Allocated 8", path="BitsAllocated", reference="PS3.5 8.2.1")
    more: dict[str, Any] = {}
    if image.samples == 3:
        shared = image.photometric == "YBR_FULL_422"
        more = {"colorspace": "RGB", "outcolorspace": "RGB" if image.photometric == "RGB" else "YCBCR"}
        more["subsampling"] = "422" if shared else "444"
    bits = 12 if values.dtype.itemsize > 1 else None
    found = _codecs().jpeg8_encode(values, options.get("quality", 90), bitspersample=bits, **more)
    return found


_JPEG_ENCODED: Final = {"JPEGBaseline8Bit": 8, "JPEGExtended12Bit": 12, "JPEGLossless": 16, "JPEGLosslessSV1": 16}
"""Those that are not retired, and the bits they hold."""


def _unsigned(frame: Array, image: Image) -> Array:
    """The stored bits alone, as unsigned numbers."""
    values = _contiguous(frame).view(f"u{frame.dtype.itemsize}")
    if image.bits_stored < image.bits_allocated:
        values = values & values.dtype.type((1 << image.bits_stored) - 1)
    return values


def _ic_encode_jpegls(frame: Array, image: Image, row: TransferSyntaxRow, options: Mapping[str, Any]) -> bytes:
    values, error = _unsigned(frame, image), _jpegls_error(row, options)
    try:
        found: bytes = _codecs().jpegls_encode(values, error, bitspersample=max(2, image.bits_stored))
    except TypeError:  # before 2026.10: the precision is that of the type
        if image.bits_stored != image.bits_allocated:
            raise PixelError(
                f"this imagecodecs encodes 8 or 16 bits as {row.keyword}, not {image.bits_stored}: pyjpegls can",
                code="codec",
            ) from None
        found = _codecs().jpegls_encode(values, error)
    return found


def _jpegls_error(row: TransferSyntaxRow, options: Mapping[str, Any]) -> int:
    """How far a value may be off; 2 grey levels if nothing else is asked for."""
    return 0 if row.loss == "lossless" else int(options.get("error", 2))


_JPEG2000_BITS: Final = 24
"""OpenJPEG gives something else back for values that are larger."""
_TRANSFORMED: Final = ("YBR_RCT", "YBR_ICT")
"""Colours that a multiple component transformation makes of RGB (PS3.3 C.7.6.3.1.2)."""


def _ic_encode_jpeg2000(frame: Array, image: Image, row: TransferSyntaxRow, options: Mapping[str, Any]) -> bytes:
    if row.keyword.startswith("JPEG2000MC"):
        raise PixelError(f"{row.keyword} is not encoded: its transformations are those of Part 2", code="codec")
    if image.bits_stored > _JPEG2000_BITS:
        raise PixelError(f"more than {_JPEG2000_BITS} bits are not encoded as {row.keyword}: HTJ2K can", code="codec")
    lossless = row.loss == "lossless" or options.get("lossless", False)
    found: bytes = _codecs().jpeg2k_encode(
        _contiguous(frame),
        None if lossless else options.get("psnr", 60),
        codecformat="j2k",
        reversible=lossless,
        mct=image.photometric in _TRANSFORMED,
        bitspersample=image.bits_stored,
        colorspace="SRGB" if image.samples == 3 else "GRAY",
    )
    return found


def _ic_encode_htj2k(frame: Array, image: Image, row: TransferSyntaxRow, given: Mapping[str, Any]) -> bytes:
    lossless = row.loss == "lossless" or given.get("lossless", False)
    if not hasattr(_codecs(), "htj2k_encode"):
        raise PixelError(f"{row.keyword} wants imagecodecs of 2026, which is for Python 3.11 and newer", code="codec")
    options = {"reversible": lossless, "rgb": image.photometric in _TRANSFORMED}
    if row.keyword.endswith("RPCL"):
        options["tlm"] = True  # PS3.5 A.4.4
    values, step = _contiguous(frame), None if lossless else given.get("step", 0.001)
    try:
        found: bytes = _codecs().htj2k_encode(
            values, step, bitspersample=image.bits_stored, prog_order="RPCL", **options
        )
    except TypeError:  # before 2026.10: RPCL always, and the precision of the type, in which lossy values might not fit
        if not lossless and image.bits_stored != image.bits_allocated:
            raise PixelError(
                f"{row.keyword} of {image.bits_stored} bits wants imagecodecs of 2026.10", code="codec"
            ) from None
        found = _codecs().htj2k_encode(values, step, **options)
    return found


def _ic_encode_jpegxl(frame: Array, image: Image, row: TransferSyntaxRow, options: Mapping[str, Any]) -> bytes:
    if row.loss == "recompression":
        raise PixelError(f"{row.keyword} is made of JPEG frames, not of pixels", reference="PS3.5 A.4.12")
    if image.signed:
        raise PixelError("JPEG XL cannot hold signed values", path="PixelRepresentation", reference="PS3.5 8.2.15")
    lossless = row.loss == "lossless" or options.get("lossless", False)
    more: dict[str, Any] = {"lossless": True} if lossless else {"distance": options.get("distance", 1.0)}
    found: bytes = _codecs().jpegxl_encode(
        _contiguous(frame), usecontainer=False, effort=options.get("effort"), bitspersample=image.bits_stored, **more
    )
    return found


IMAGECODECS_ENCODERS: Final[Mapping[str, Callable[..., bytes]]] = {
    "jpeg": _ic_encode_jpeg,
    "jpeg-ls": _ic_encode_jpegls,
    "jpeg2000": _ic_encode_jpeg2000,
    "htj2k": _ic_encode_htj2k,
    "jpeg-xl": _ic_encode_jpegxl,
}


# -- pyjpegls ----------------------------------------------------------------------------------------------


def _pyjpegls(data: bytes, image: Image, *, rgb: bool) -> Array:
    import jpeg_ls

    found: Array = jpeg_ls.decode(np.frombuffer(data, "u1"))
    return found


def _pyjpegls_encode(frame: Array, image: Image, row: TransferSyntaxRow, options: Mapping[str, Any]) -> bytes:
    import jpeg_ls

    mode = {} if image.samples == 1 else {"interleave_mode": 2}
    size = (image.rows, image.columns, image.samples, max(2, image.bits_stored))
    return bytes(jpeg_ls.encode_buffer(_unsigned(frame, image).tobytes(), *size, _jpegls_error(row, options), **mode))


PYJPEGLS: Final[Mapping[str, Callable[..., Array]]] = {"jpeg-ls": _pyjpegls}
PYJPEGLS_ENCODERS: Final[Mapping[str, Callable[..., bytes]]] = {"jpeg-ls": _pyjpegls_encode}


# -- pylibjpeg ---------------------------------------------------------------------------------------------


def _pylibjpeg_jpeg(data: bytes, image: Image, *, rgb: bool) -> Array:
    import libjpeg

    convert = rgb and image.samples == 3 and is_ycbcr(data, image)
    found: Array = libjpeg.decode(data, colour_transform=1 if convert else 0)
    return found


def _pylibjpeg_jpeg2000(data: bytes, image: Image, *, rgb: bool) -> Array:
    import openjpeg

    found: Array = openjpeg.decode(data)
    return found


PYLIBJPEG: Final[Mapping[str, Callable[..., Array]]] = {
    "jpeg": _pylibjpeg_jpeg,
    "jpeg-ls": _pylibjpeg_jpeg,
    "jpeg2000": _pylibjpeg_jpeg2000,
    "htj2k": _pylibjpeg_jpeg2000,
}


# -- Pillow ------------------------------------------------------------------------------------------------


def _pillow(data: bytes, image: Image, *, rgb: bool) -> Array:
    from PIL import Image as PillowImage

    with PillowImage.open(io.BytesIO(data)) as opened:
        if image.samples == 3 and opened.format == "JPEG":
            if not is_ycbcr(data, image):
                raise PixelError("Pillow decodes JPEG colour as YCbCr, and this is not", code="codec")
            opened.draft("RGB" if rgb else "YCbCr", opened.size)
        return np.asarray(opened)


PILLOW: Final[Mapping[str, Callable[..., Array]]] = {"jpeg": _pillow, "jpeg2000": _pillow}

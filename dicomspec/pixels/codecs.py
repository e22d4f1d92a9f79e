"""The registry of codecs: who decodes and encodes which family of transfer syntaxes.

A codec is found by the family of the syntax, a property of ``transfer_syntaxes.yaml``. A package brings its own by an
entry point of the group ``dicomspec.codecs`` that names a `Codec`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any, Final, Protocol

from dicomspec._generated.transfer_syntaxes import TransferSyntaxRow
from dicomspec.errors import LimitError, PixelError
from dicomspec.pixels import libraries, rle
from dicomspec.pixels.image import Array, Image
from dicomspec.pixels.native import native_bytes, native_frames

__all__ = ["BUILT_IN", "Codec", "Decoder", "Encoder", "decoder_for", "encoders_for", "register"]


class Decoder(Protocol):
    """Decodes one frame: stored values in the shape of the image, in the colour of the codestream.

    With ``rgb`` a JPEG whose components are YCbCr comes back as RGB.
    """

    def __call__(self, data: bytes, image: Image, *, rgb: bool) -> Array: ...


class Encoder(Protocol):
    """Encodes one frame of stored values for a transfer syntax; `options` are those of the user."""

    def __call__(self, frame: Array, image: Image, row: TransferSyntaxRow, options: Mapping[str, Any]) -> bytes: ...


@dataclass(frozen=True)
class Codec:
    """A library, or code of our own.

    Attributes:
        name: what users call it: ``decoding_plugin=name``.
        package: what must be importable; "" for none.
        decoders, encoders: by family: ``jpeg``, ``jpeg-ls``, ``jpeg2000``, ``htj2k``, ``jpeg-xl``, ``rle``, ...
    """

    name: str
    package: str = ""
    decoders: Mapping[str, Decoder] = field(default_factory=dict)
    encoders: Mapping[str, Encoder] = field(default_factory=dict)

    @property
    def available(self) -> bool:
        return not self.package or _installed(self.package)


@cache
def _installed(package: str) -> bool:
    return find_spec(package) is not None


def _rle_decode(data: bytes, image: Image, *, rgb: bool) -> Array:
    return rle.decode(data, image)


def _rle_encode(frame: Array, image: Image, row: TransferSyntaxRow, options: Mapping[str, Any]) -> bytes:
    return rle.encode(frame, image)


def _inflate(data: bytes, image: Image, *, rgb: bool) -> Array:
    """A deflated frame (PS3.5 A.4.13); inflates no further than the frame is large."""
    expected = (image.native_bits + 7) // 8
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = inflater.decompress(data, expected + 2)
    except zlib.error as error:
        raise PixelError(f"the deflated frame is broken: {error}", reference="PS3.5 A.4.13") from None
    if len(found) > expected + 1:
        raise LimitError(f"the deflated frame gives more than the {expected} bytes of a frame")
    return _copy_in(found, image, rgb=rgb)


def _deflate(frame: Array, image: Image, row: TransferSyntaxRow, options: Mapping[str, Any]) -> bytes:
    deflater = zlib.compressobj(options.get("level", 6), wbits=-zlib.MAX_WBITS)
    return deflater.compress(_plain(frame, image)) + deflater.flush()


def _plain(frame: Array, image: Image) -> bytes:
    return native_bytes(frame.transpose(2, 0, 1) if image.planar == 1 else frame, image)


def _copy_in(data: bytes, image: Image, *, rgb: bool) -> Array:
    frame: Array = native_frames(data, image, 0, 1)[0]
    return frame


def _copy_out(frame: Array, image: Image, row: TransferSyntaxRow, options: Mapping[str, Any]) -> bytes:
    return _plain(frame, image)


OWN: Final = Codec(
    "own",
    "",
    {"rle": _rle_decode, "deflated-frame": _inflate, "none": _copy_in},
    {"rle": _rle_encode, "deflated-frame": _deflate, "none": _copy_out},
)
_BUILT_IN: Final = (
    Codec("imagecodecs", "imagecodecs", libraries.IMAGECODECS, libraries.IMAGECODECS_ENCODERS),
    OWN,
    Codec("pyjpegls", "jpeg_ls", libraries.PYJPEGLS, libraries.PYJPEGLS_ENCODERS),
    Codec("pylibjpeg", "pylibjpeg", libraries.PYLIBJPEG),
    Codec("pillow", "PIL", libraries.PILLOW),
)
BUILT_IN: Final = frozenset(codec.name for codec in _BUILT_IN)
"""Names of the codecs that are known here."""
_added: list[Codec] = []


def register(codec: Codec) -> None:
    """Add a codec; it comes before those that are there."""
    _added.insert(0, codec)


@cache
def _plugged() -> tuple[Codec, ...]:
    return tuple(point.load() for point in entry_points(group="dicomspec.codecs"))


def _choices(plugin: str) -> list[Codec]:
    every = [*_added, *_plugged(), *_BUILT_IN]
    if not plugin:
        return [codec for codec in every if codec.available]
    found = [codec for codec in every if codec.name == plugin]
    if not found:
        raise PixelError(f"there is no codec {plugin!r}; there are {', '.join(codec.name for codec in every)}")
    if not found[0].available:
        raise PixelError(f"the codec {plugin} is not installed: pip install {found[0].package}", code="codec")
    return found


def decoder_for(row: TransferSyntaxRow, plugin: str = "") -> list[tuple[str, Callable[..., Array]]]:
    """The names and decoders for a transfer syntax, the best first.

    Raises:
        PixelError: there is none; the message tells what to install.
    """
    found = [(codec.name, codec.decoders[row.family]) for codec in _choices(plugin) if row.family in codec.decoders]
    if not found:
        raise _missing(row, "decode", plugin, any(row.family in codec.decoders for codec in _BUILT_IN))
    return found


def encoders_for(row: TransferSyntaxRow, plugin: str = "") -> list[Encoder]:
    """The encoders for a transfer syntax, the best first.

    Raises:
        PixelError: as for `decoder_for`.
    """
    found = [codec.encoders[row.family] for codec in _choices(plugin) if row.family in codec.encoders]
    if not found:
        raise _missing(row, "encode", plugin, any(row.family in codec.encoders for codec in _BUILT_IN))
    return found


def _missing(row: TransferSyntaxRow, what: str, plugin: str, known: bool) -> PixelError:
    if plugin:
        return PixelError(f"{plugin} does not {what} {row.keyword}", code="codec")
    if known:
        return PixelError(f"nothing installed can {what} {row.keyword}: pip install 'dicomspec[pixels]'", code="codec")
    return PixelError(f"no codec can {what} {row.keyword} ({row.family})", code="codec")

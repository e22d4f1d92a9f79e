"""What the headers of codestreams say: size, precision, sign, colour (ISO 10918-1 B.2, 14495-1 C.2, 15444-1 A); of
JPEG XL the size (ISO 18181-1 D.2, 18181-2)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct, error
from typing import Final

__all__ = ["Stream", "read_stream", "size_of_jpegxl"]

_FRAME: Final = Struct(">BHHB")
_SIZE: Final = Struct(">HIIIIIIIIH")
_LENGTH: Final = Struct(">H")
_SOC_SIZ: Final = b"\xff\x4f\xff\x51"
_JPEG: Final = b"\xff\xd8"
_BOX: Final = Struct(">I4s")
_XL: Final = b"\xff\x0a"
_XL_CONTAINER: Final = b"\0\0\0\x0cJXL "
_XL_BITS: Final = (9, 13, 18, 30)
_XL_RATIOS: Final = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
"""Width to height, where only the height is told."""
_FRAMES: Final = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
"""Start of frame markers; F7 is that of JPEG-LS."""


@dataclass(frozen=True)
class Stream:
    """The header of a codestream.

    Attributes:
        kind: ``"jpeg"``, ``"jpeg-ls"`` or ``"jpeg2000"`` (HTJ2K too).
        rows, columns, samples, precision: as for an image; precision in bits.
        signed: for JPEG 2000.
        process: the start of frame marker of JPEG, such as 0xC0; else 0.
        ids: component identifiers of JPEG.
        adobe: the transform of the APP14 segment (0 none, 1 YCbCr), or None.
        jfif: whether there is a JFIF segment.
        transformed: whether JPEG 2000 has a multiple component transformation.
        boxed: whether JPEG 2000 has a JP2 header, which does not belong there (PS3.5 A.4.4).
    """

    kind: str
    rows: int
    columns: int
    samples: int
    precision: int
    signed: bool = False
    process: int = 0
    ids: bytes = b""
    adobe: int | None = None
    jfif: bool = False
    transformed: bool = False
    boxed: bool = False

    @property
    def ycbcr(self) -> bool | None:
        """Whether a JPEG with three components says that they are YCbCr; None if it does not say."""
        if self.adobe is not None:
            return self.adobe == 1
        if self.ids in (b"RGB", b"rgb"):
            return False
        return True if self.jfif else None


def read_stream(data: bytes) -> Stream | None:
    """The header of a codestream; None if there is none that can be read."""
    try:
        if data[:2] == _JPEG:
            return _jpeg(data)
        at = data.find(_SOC_SIZ, 0, 4096)
        return _jpeg2000(data, at) if at >= 0 else None
    except (error, IndexError):
        return None


def _jpeg(data: bytes) -> Stream | None:
    pos, adobe, jfif = 2, None, False
    while True:
        pos = data.index(b"\xff", pos) if b"\xff" in data[pos:] else len(data)
        marker = data[pos + 1]
        if marker in (0xFF, 0, 1, *range(0xD0, 0xD9)):
            pos += 1 if marker == 0xFF else 2
            continue
        (length,) = _LENGTH.unpack_from(data, pos + 2)
        body = pos + 4
        if marker in _FRAMES:
            precision, rows, columns, samples = _FRAME.unpack_from(data, body)
            ids = bytes(data[body + 6 + 3 * each] for each in range(samples))
            kind = "jpeg-ls" if marker == 0xF7 else "jpeg"
            return Stream(kind, rows, columns, samples, precision, process=marker, ids=ids, adobe=adobe, jfif=jfif)
        if marker in (0xDA, 0xD9):
            return None
        if marker == 0xEE and data[body : body + 5] == b"Adobe":
            adobe = data[body + 11]
        jfif = jfif or (marker == 0xE0 and data[body : body + 4] == b"JFIF")
        pos += 2 + length


def _jpeg2000(data: bytes, at: int) -> Stream:
    _, right, bottom, left, top, _, _, _, _, samples = _SIZE.unpack_from(data, at + 6)
    depth = data[at + 6 + _SIZE.size]
    pos, transformed = at + 4 + _LENGTH.unpack_from(data, at + 4)[0], False
    while data[pos] == 0xFF and data[pos + 1] not in (0x90, 0x93):
        if data[pos + 1] == 0x52:
            transformed = data[pos + 8] == 1
        pos += 2 + _LENGTH.unpack_from(data, pos + 2)[0]
    return Stream(
        "jpeg2000",
        bottom - top,
        right - left,
        samples,
        (depth & 0x7F) + 1,
        bool(depth & 0x80),
        transformed=transformed,
        boxed=at > 0,
    )


def size_of_jpegxl(data: bytes) -> tuple[int, int] | None:
    """Rows and columns of a JPEG XL codestream, bare or in a container; None if there is none."""
    try:
        at = _xl_codestream(data)
    except error:
        return None
    if at is None or bytes(data[at : at + 2]) != _XL:
        return None
    bits = int.from_bytes(data[at + 2 : at + 14], "little")

    def take(count: int) -> int:
        nonlocal bits
        found = bits & ((1 << count) - 1)
        bits >>= count
        return found

    small = take(1)

    def side() -> int:
        return (take(5) + 1) * 8 if small else take(_XL_BITS[take(2)]) + 1

    rows = side()
    ratio = take(3)
    if not ratio:
        return rows, side()
    width, height = _XL_RATIOS[ratio - 1]
    return rows, rows * width // height


def _xl_codestream(data: bytes) -> int | None:
    """Where the codestream begins."""
    if bytes(data[: len(_XL_CONTAINER)]) != _XL_CONTAINER:
        return 0
    pos = 0
    while True:
        length, kind = _BOX.unpack_from(data, pos)
        if kind in (b"jxlc", b"jxlp"):
            header = 16 if length == 1 else 8
            return pos + header + (4 if kind == b"jxlp" else 0)
        if length < 8:  # to the end, or too long to stand before the pixels
            return None
        pos += length

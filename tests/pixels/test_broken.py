"""Broken and hostile pixel data: an error before memory is taken, or an issue and the frames that can be had."""

from __future__ import annotations

import io
import tracemalloc
import zlib
from typing import Any

import numpy as np
import pytest

from dicomspec import Dataset, dcmread
from dicomspec.errors import DicomError, LimitError, PixelError
from dicomspec.pixels import pixel_array
from dicomspec.pixels.streams import size_of_jpegxl
from tests import builders as b

RLE = "1.2.840.10008.1.2.5"
DEFLATED = "1.2.840.10008.1.2.8.1"


def built(data: bytes, syntax: str = "1.2.840.10008.1.2.1", **attributes: Any) -> Dataset:
    """A dataset of 4 x 4 pixels of 8 bits that was written and read."""
    ds = Dataset()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = syntax
    values = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "SOPInstanceUID": "1.2.3", "Rows": 4, "Columns": 4}
    values |= {"SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "BitsAllocated": 8, "BitsStored": 8}
    values |= {"HighBit": 7, "PixelRepresentation": 0} | attributes
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    ds.add_new("PixelData", "OB", data)
    target = io.BytesIO()
    ds.save_as(target, enforce_file_format=True)
    return dcmread(target.getvalue())


def items(*parts: bytes, table: bytes = b"") -> bytes:
    return b"".join(b.item(part) for part in (table, *parts))


def frames_of(count: int, value: int = 7) -> list[bytes]:
    ds = Dataset()
    ds.set_pixels(np.full((count, 4, 4), value, "u1"), "rle")
    return [ds.frames.raw(number) for number in range(count)]


@pytest.mark.parametrize(
    "syntax", ["1.2.840.10008.1.2.1", RLE, DEFLATED, "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.90"]
)
def test_a_hostile_header_takes_no_memory(syntax: str) -> None:
    data = items(b"\xff\xd8\xff\xd9") if syntax != "1.2.840.10008.1.2.1" else b"\0\0"
    ds = built(
        data, syntax, Rows=65535, Columns=65535, NumberOfFrames=10_000, BitsAllocated=16, BitsStored=16, HighBit=15
    )
    tracemalloc.start()
    with pytest.raises(DicomError):
        ds.pixel_array
    with pytest.raises(DicomError):
        list(ds.frames)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


def test_a_deflate_bomb_is_not_inflated() -> None:
    deflater = zlib.compressobj(9, wbits=-15)
    bomb = deflater.compress(bytes(50 << 20)) + deflater.flush()
    ds = built(items(bomb), DEFLATED)
    tracemalloc.start()
    with pytest.raises(LimitError):
        ds.pixel_array
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_limit_can_be_set() -> None:
    ds = built(bytes(16))
    with pytest.raises(LimitError, match="16 bytes"):
        pixel_array(ds, max_bytes=15)


def test_short_native_data_give_the_frames_that_are_whole() -> None:
    ds = built(bytes(16) + bytes([9] * 16) + bytes(4), NumberOfFrames=3)
    assert ds.pixel_array.shape == (2, 4, 4)
    assert [issue.code for issue in ds.issues] == ["short-pixels"]
    with pytest.raises(PixelError, match="16 are needed"):
        built(bytes(4)).pixel_array


def test_more_native_frames_than_the_header_says() -> None:
    ds = built(bytes(48), NumberOfFrames=2)
    assert len(ds.frames) == 3
    assert [issue.code for issue in ds.issues] == ["frame-count"]


def test_padding_behind_native_data_is_told() -> None:
    ds = built(bytes(20))
    assert ds.pixel_array.shape == (4, 4)
    assert [(issue.code, issue.severity) for issue in ds.issues] == [("pixel-padding", "warning")]


def test_encapsulated_frames_that_are_not_as_many() -> None:
    ds = built(items(*frames_of(3)), RLE, NumberOfFrames=2)
    assert ds.pixel_array.shape == (3, 4, 4)
    assert [issue.code for issue in ds.issues] == ["frame-count"]


def test_a_wrong_offset_table_is_not_followed() -> None:
    ds = built(items(*frames_of(2), table=b"\0\0\0\0\x07\0\0\0"), RLE, NumberOfFrames=2)
    assert (ds.pixel_array == 7).all()
    assert [issue.code for issue in ds.issues] == ["offset-table"]


def test_a_missing_delimiter() -> None:
    first = built(items(*frames_of(2)), RLE, NumberOfFrames=2)
    target = io.BytesIO()
    first.save_as(target)
    ds = dcmread(target.getvalue()[:-8])
    assert ds.pixel_array.shape == (2, 4, 4)
    assert ds.issues


def test_the_last_fragment_breaks_off() -> None:
    first = built(items(*frames_of(3)), RLE, NumberOfFrames=3)
    target = io.BytesIO()
    first.save_as(target)
    ds = dcmread(target.getvalue()[:-14])
    frames = ds.frames
    assert (frames[0] == 7).all()
    assert (frames[1] == 7).all()
    assert ds.issues


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (b"", "no header"),
        (b"\x02\0\0\0" + bytes(60), "2 segments, not 1"),
        (b"\x01\0\0\0\x40\0\0\0" + bytes(56) + b"\0\x05", "gives 1 of 16"),
    ],
    ids=["empty", "segments", "short"],
)
def test_rle_that_is_none(frame: bytes, message: str) -> None:
    with pytest.raises(PixelError, match=message):
        built(items(frame), RLE).pixel_array


def test_a_codestream_of_another_size_is_refused_and_of_other_bits_told() -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    frame = imagecodecs.jpeg2k_encode(np.zeros((5, 4), "u1"), codecformat="j2k", reversible=True)
    with pytest.raises(PixelError, match="5 x 4 x 1, the header says 4 x 4 x 1"):
        built(items(frame), "1.2.840.10008.1.2.4.90").pixel_array
    frame = imagecodecs.jpeg2k_encode(np.full((4, 4), -3, "i2"), codecformat="j2k", reversible=True, bitspersample=12)
    ds = built(items(frame), "1.2.840.10008.1.2.4.90", BitsAllocated=16, BitsStored=16, HighBit=15)
    assert (ds.pixel_array == 65533).all()
    assert [issue.code for issue in ds.issues] == ["codestream-bits", "codestream-sign"]


def test_compressed_data_in_a_native_syntax_are_refused() -> None:
    data = b.file(
        b.element(0x00280010, "US", 4) + b.element(0x00280011, "US", 4) + b.element(0x00280100, "US", 8)
        + b.fragments(0x7FE00010, frames_of(1))
    )  # fmt: skip
    with pytest.raises(PixelError, match="encapsulated, but the transfer syntax"):
        dcmread(data).pixel_array


def test_a_frame_that_is_not_there() -> None:
    frames = built(bytes(16)).frames
    with pytest.raises(IndexError, match="no frame 1"):
        frames[1]


@pytest.mark.parametrize("container", [False, True])
def test_a_larger_jpeg_xl_is_not_decoded(container: bool) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    stream = imagecodecs.jpegxl_encode(np.zeros((300, 400), "u1"), lossless=True, usecontainer=container)
    assert size_of_jpegxl(stream) == (300, 400)
    with pytest.raises(PixelError, match="300 x 400") as caught:
        built(items(stream), "1.2.840.10008.1.2.4.110").pixel_array
    assert caught.value.code == "codestream"
    right = built(items(stream), "1.2.840.10008.1.2.4.110", Rows=300, Columns=400)
    assert right.pixel_array.shape == (300, 400)


def test_sizes_of_jpeg_xl() -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    for shape in ((8, 8), (1, 1), (40, 80), (37, 41), (1080, 1920), (9000, 3)):
        assert size_of_jpegxl(imagecodecs.jpegxl_encode(np.zeros(shape, "u1"), lossless=True, effort=1)) == shape
    assert size_of_jpegxl(b"") is size_of_jpegxl(b"\0\0\0\x0cJXL \r\n\x87\n") is None

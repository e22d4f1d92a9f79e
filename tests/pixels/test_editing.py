"""Pixels changed in place: the frame that was changed is another, all else is byte for byte what it was."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from dicomspec import Dataset, dcmread, pixels
from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array
from tests.corpus import FILES, file_id

LOSSLESS: Final = (
    "native",
    "implicit",
    "ExplicitVRBigEndian",
    "deflated",
    "rle",
    "jpeg-lossless",
    "jpegls",
    "j2k",
    "htj2k",
)


def stack(frames: int = 4, samples: int = 1, dtype: str = "u2") -> Array:
    rng = np.random.default_rng(5)
    shape = (frames, 40, 50, 3) if samples == 3 else (frames, 40, 50)
    return rng.integers(0, 200, shape).astype(dtype)


def made(array: Array, name: str, **options: Any) -> Dataset:
    """A dataset that was written and read."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID, ds.PatientID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3", "42"
    ds.set_pixels(array, name, **options)
    return written(ds)


def written(ds: Dataset) -> Dataset:
    target = io.BytesIO()
    ds.save_as(target, enforce_file_format=True)
    return dcmread(target.getvalue(), strict=True)


@pytest.mark.parametrize("name", LOSSLESS)
@pytest.mark.parametrize("samples", [1, 3])
def test_one_frame_is_changed(name: str, samples: int) -> None:
    array = stack(samples=samples, dtype="u1" if samples == 3 else "u2")
    ds = made(array, name)
    raw = [ds.frames.raw(number) for number in range(4)]
    with ds.edit_pixels() as frames:
        assert len(frames) == 4
        frames[2][10:20, 5:8] = 0
        frames[-1]  # looked at, not changed
    expected = array.copy()
    expected[2, 10:20, 5:8] = 0
    back = written(ds)
    assert np.array_equal(back.pixel_array, expected)
    assert [back.frames.raw(number) == raw[number] for number in range(4)] == [True, True, False, True]
    assert (back.SOPInstanceUID, "LossyImageCompression" in back) == ("1.2.3", False)


@pytest.mark.parametrize("name", ["jpeg", "jpegls-near", "j2k-lossy", "htj2k-lossy"])
def test_loss_in_one_frame_only(name: str) -> None:
    ds = made(stack(dtype="u1", samples=3), name)
    raw, shown = [ds.frames.raw(number) for number in range(4)], ds.pixel_array
    ratios = ds.LossyImageCompressionRatio
    with ds.edit_pixels() as frames:
        frames[1][:8] = 255
    back = written(ds)
    assert [back.frames.raw(number) == raw[number] for number in range(4)] == [True, False, True, True]
    assert back.frames[1][:7].min() > 230
    assert np.array_equal(back.frames[0], shown[0])
    assert np.atleast_1d(back.LossyImageCompressionRatio)[0] == np.atleast_1d(ratios)[0]
    assert back.SOPInstanceUID != "1.2.3"


@pytest.mark.parametrize("name", ["j2k-lossy", "htj2k-lossy"])
def test_a_grey_frame_loses_nothing_more_where_the_stream_allows_it(name: str) -> None:
    ds = made(stack(), name)
    uid = ds.SOPInstanceUID
    expected = ds.frames[1].copy()
    expected[:8] = 7
    with ds.edit_pixels() as frames:
        frames[1][:8] = 7
    back = written(ds)
    assert np.array_equal(back.frames[1], expected)
    assert back.SOPInstanceUID == uid


@pytest.mark.parametrize("table", ["basic", "extended", "none"])
def test_offset_tables_follow(table: str) -> None:
    ds = made(stack(), "rle", offset_table=table)
    with ds.edit_pixels() as frames:
        frames[0] = 0
    back = written(ds)
    assert len(pixels.parse_basic_offsets(back.PixelData)) == (4 if table == "basic" else 0)
    assert ("ExtendedOffsetTable" in back) == (table == "extended")
    assert np.array_equal(back.frames[3], stack()[3])
    assert not back.issues


def test_frames_of_several_fragments_keep_them() -> None:
    ds = made(stack(2), "rle")
    ds.PixelData = pixels.encapsulate([ds.frames.raw(0), ds.frames.raw(1)], fragments_per_frame=3)
    with ds.edit_pixels() as frames:
        frames[0][:] = 1
    assert pixels.parse_fragments(ds.PixelData)[0] == 1 + 1 + 3
    assert np.array_equal(written(ds).frames[1], stack(2)[1])


def test_nothing_happens_without_a_change_or_after_an_error() -> None:
    ds = made(stack(), "jpegls")
    before = ds["PixelData"].raw
    with ds.edit_pixels() as frames:
        frames[0][:] = frames[0]
    with pytest.raises(ZeroDivisionError), ds.edit_pixels() as frames:
        frames[0][:] = 0
        1 / 0
    assert ds["PixelData"].raw == before


def test_bits_share_bytes() -> None:
    array = np.random.default_rng(1).random((3, 5, 7)) > 0.5
    ds = made(array, "native")
    with ds.edit_pixels() as frames:
        frames[1][2] = 1
    expected = array.copy()
    expected[1, 2] = 1
    assert np.array_equal(written(ds).pixel_array, expected)


@pytest.mark.parametrize("planar", [0, 1])
def test_planes(planar: int) -> None:
    array = stack(2, 3, "u1")
    ds = made(array, "native")
    if planar:
        ds.PlanarConfiguration = 1
        ds.PixelData = array.transpose(0, 3, 1, 2).tobytes()
    with ds.edit_pixels() as frames:
        frames[1][3, 4] = (1, 2, 3)
    expected = array.copy()
    expected[1, 3, 4] = (1, 2, 3)
    assert np.array_equal(written(ds).pixel_array, expected)


def test_unused_bits_stay() -> None:
    ds = made(np.full((1, 4, 4), 0x8123, "u2"), "native")
    ds.BitsStored, ds.HighBit = 12, 11
    with ds.edit_pixels() as frames:
        frames[0][0, 0] = 0xFFF
    assert np.frombuffer(ds.PixelData, "<u2").tolist() == [0x8FFF] + [0x8123] * 15
    with pytest.raises(PixelError, match="do not fit into 12 bits"), ds.edit_pixels() as frames:
        frames[0][0, 0] = 0x1000


def test_signed_values() -> None:
    ds = made(np.zeros((1, 4, 4), "i2"), "native", bits_stored=12)
    with ds.edit_pixels() as frames:
        frames[0][0, 0] = -5
    assert written(ds).pixel_array[0, 0] == -5


def test_ybr_is_shown_as_rgb_and_only_what_changed_is_converted() -> None:
    path = next(path for path in FILES if path.name == "SC_ybr_full_uncompressed.dcm")
    ds = dcmread(path)
    before = np.frombuffer(ds.PixelData, "u1").reshape(100, 100, 3)
    with ds.edit_pixels() as frames:
        frames[0][50:60] = 0
    after = np.frombuffer(ds.PixelData, "u1").reshape(100, 100, 3)
    assert np.array_equal(np.delete(after, np.s_[50:60], 0), np.delete(before, np.s_[50:60], 0))
    assert (after[50:60] == (0, 128, 128)).all()


def test_shared_colour_cannot_be_edited() -> None:
    path = next(path for path in FILES if path.name == "SC_ybr_full_422_uncompressed.dcm")
    with pytest.raises(PixelError, match="transcode them first"), dcmread(path).edit_pixels() as frames:
        frames[0][0] = 0


def test_extremes_and_a_new_uid() -> None:
    ds = made(stack(), "native")
    ds.SmallestImagePixelValue = 0
    with ds.edit_pixels(new_uid=True) as frames:
        frames[0][0] = 60000
    assert "SmallestImagePixelValue" not in ds
    assert ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID != "1.2.3"


SMALL: Final = [path for path in FILES if path.stat().st_size < 400_000 and "PixelData" in dcmread(path, force=True)][
    ::6
]


@pytest.mark.parametrize("path", SMALL, ids=file_id)
def test_real_files(path: Path) -> None:
    ds = dcmread(path)
    try:
        frames = ds.frames
        before = [frame.copy() for frame in frames]
    except PixelError:
        pytest.skip("no image")
    raw = [frames.raw(number) for number in range(len(frames))]
    with ds.edit_pixels() as edited:
        edited[-1][:3, :3] = edited[-1][0, 0]
    expected = before[-1].copy()
    expected[:3, :3] = before[-1][0, 0]
    target = io.BytesIO()
    ds.save_as(target)
    back = dcmread(target.getvalue()).frames
    assert [back.raw(number) for number in range(len(raw) - 1)] == raw[:-1] or frames.image.bits_allocated == 1
    off = 20 if ds.get("LossyImageCompression") == "01" and back.image.samples == 3 else 0
    assert np.abs(back[-1].astype(float) - expected).max() <= off

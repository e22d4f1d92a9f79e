"""Arrays put in, and datasets brought into other transfer syntaxes: values, headers, offset tables, what is refused."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import pydicom
import pytest

from dicomspec import Dataset, dcmread, pixels, validate
from dicomspec._generated.transfer_syntaxes import FAMILIES
from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array
from tests.corpus import FILES, file_id

Y, X = np.mgrid[0:40, 0:50]
WAVE: Final = (np.sin(X / 9) + np.cos(Y / 7) + 2) / 4

NATIVE: Final = (
    "native",
    "implicit",
    "ExplicitVRBigEndian",
    "deflated",
    "EncapsulatedUncompressedExplicitVRLittleEndian",
)
LOSSLESS: Final = ("rle", "jpeg-lossless", "JPEGLossless", "jpegls", "j2k", "htj2k", "HTJ2KLosslessRPCL", "jxl")
LOSSY: Final = {
    "jpeg": (8, "YBR_FULL_422"),
    "JPEGExtended12Bit": (12, "YBR_FULL_422"),
    "jpegls-near": (2, "RGB"),
    "j2k-lossy": (16, "YBR_ICT"),
    "htj2k-lossy": (4, "YBR_ICT"),
    "jxl-lossy": (70, "XYB"),
}
"""Name -> how far 12 bit values may be off, and the colour that RGB becomes (PS3.5 8.2)."""
RCT: Final = ("j2k", "htj2k", "HTJ2KLosslessRPCL")


def wave(dtype: str, bits: int, samples: int = 1, frames: int = 1) -> Array:
    values = WAVE * ((1 << bits) - 1) - (1 << bits - 1 if dtype[0] == "i" else 0)
    if samples == 3:
        values = np.stack([values, values * 0.5, values[::-1]], -1)
    return (np.stack([values] * frames) if frames > 1 else values).astype(dtype)


def written(ds: Dataset) -> bytes:
    target = io.BytesIO()
    ds.save_as(target, enforce_file_format=True)
    return target.getvalue()


def new() -> Dataset:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.ImageType = ["ORIGINAL", "PRIMARY"]
    return ds


ARRAYS: Final = {
    "u8": (wave("u1", 8), 8),
    "u12, frames": (wave("u2", 12, frames=3), 12),
    "u16": (wave("u2", 16), 16),
    "i12": (wave("i2", 12), 12),
    "i16, frames": (wave("i2", 16, frames=2), 16),
    "rgb": (wave("u1", 8, 3), 8),
    "rgb, frames": (wave("u1", 8, 3, 2), 8),
    "u32": (wave("u4", 32), 32),
    "bits": (WAVE[None, :37, :41] > np.array([0.3, 0.6, 0.9])[:, None, None], None),
    "float": (WAVE.astype("f4"), None),
    "double, frames": (np.stack([WAVE, WAVE * 2]), None),
}
CANNOT: Final = {
    "deflated": ("float", "double, frames"),
    "EncapsulatedUncompressedExplicitVRLittleEndian": ("float", "double, frames"),
    "rle": ("bits", "float", "double, frames"),
    "jpeg-lossless": ("u32", "bits", "float", "double, frames"),
    "JPEGLossless": ("u32", "bits", "float", "double, frames"),
    "jpegls": ("u32", "bits", "float", "double, frames"),
    "j2k": ("u32", "bits", "float", "double, frames"),
    "htj2k": ("bits", "float", "double, frames"),
    "HTJ2KLosslessRPCL": ("bits", "float", "double, frames"),
    "jxl": ("i12", "i16, frames", "u32", "bits", "float", "double, frames"),
}


@pytest.mark.parametrize("name", [*NATIVE, *LOSSLESS])
@pytest.mark.parametrize("kind", ARRAYS)
def test_what_is_put_in_comes_out(name: str, kind: str) -> None:
    array, bits = ARRAYS[kind]
    ds = new()
    if kind in CANNOT.get(name, ()):
        with pytest.raises(PixelError):
            ds.set_pixels(array, name, bits_stored=bits)
        assert "Rows" not in ds
        return
    ds.set_pixels(array, name, bits_stored=bits)
    assert np.array_equal(ds.pixel_array, array)
    back = dcmread(written(ds), strict=True)
    assert np.array_equal(back.pixel_array, array)
    assert {issue.code for issue in back.issues} <= {"codestream-bits"}  # an older imagecodecs
    assert (ds.SOPInstanceUID, ds.get("LossyImageCompression")) == ("1.2.3", None)
    colour = "YBR_RCT" if name in RCT else "RGB"
    assert ds.PhotometricInterpretation == (colour if "rgb" in kind else "MONOCHROME2")


@pytest.mark.parametrize("name", ["native", "ExplicitVRBigEndian", "rle", "jpeg-lossless", "jpegls", "j2k", "htj2k"])
@pytest.mark.parametrize("kind", ["u8", "u12, frames", "i16, frames", "rgb"])
def test_pydicom_reads_what_is_put_in(name: str, kind: str) -> None:
    array, bits = ARRAYS[kind]
    ds = new()
    ds.set_pixels(array, name, bits_stored=bits)
    assert np.array_equal(pydicom.dcmread(io.BytesIO(written(ds))).pixel_array, array)


@pytest.mark.parametrize("name", LOSSY)
@pytest.mark.parametrize("samples", [1, 3])
def test_loss_is_small_and_told(name: str, samples: int) -> None:
    off, colour = LOSSY[name]
    bits = 12 if samples == 1 and name != "jpeg" else 8
    array = wave("u2" if bits == 12 else "u1", bits, samples)
    ds = new()
    ds.LossyImageCompression, ds.LossyImageCompressionRatio = "01", 2
    ds.LossyImageCompressionMethod = "ISO_14495_1"
    ds.set_pixels(array, name, bits_stored=bits)
    back = dcmread(written(ds))
    assert 0 < np.abs(back.pixel_array.astype(int) - array).max() <= off
    assert back.PhotometricInterpretation == (colour if samples == 3 else "MONOCHROME2")
    assert back.LossyImageCompression == "01"
    assert back.LossyImageCompressionRatio[0] == 2
    assert back.LossyImageCompressionRatio[1] == pytest.approx(array.nbytes / len(back.frames.raw(0)), rel=0.02)
    row = pixels.transfer_syntax(name)
    assert back.LossyImageCompressionMethod == ["ISO_14495_1", FAMILIES[row.family].method]
    assert back.ImageType == ["DERIVED", "PRIMARY"]
    assert back.SOPInstanceUID != "1.2.3"
    assert back.file_meta.MediaStorageSOPInstanceUID == back.SOPInstanceUID


def test_methods_are_defined_terms_of_the_standard() -> None:
    ds = new()

    for family in FAMILIES.values():
        ds.LossyImageCompressionMethod = family.method
        assert not [issue for issue in validate(ds) if issue.path.startswith("LossyImageCompressionMethod")]


def test_more_loss_when_asked() -> None:
    sizes = []
    for quality in (20, 95):
        ds = new()
        ds.set_pixels(wave("u1", 8), "jpeg", quality=quality)
        sizes.append(len(ds.PixelData))
    assert sizes[0] < sizes[1]


def test_a_syntax_that_leaves_it_open_can_be_lossless() -> None:
    for name in ("j2k-lossy", "htj2k-lossy", "jxl-lossy"):
        ds = new()
        ds.set_pixels(wave("u1", 8, 3), name, lossless=True)
        assert np.array_equal(ds.pixel_array, wave("u1", 8, 3))
        assert "LossyImageCompression" not in ds


@pytest.mark.parametrize("table", ["basic", "extended", "none"])
def test_offset_tables(table: str) -> None:
    ds = new()
    array = wave("u1", 8, frames=3)
    ds.set_pixels(array, "rle", offset_table=table)
    back = dcmread(written(ds))
    assert len(pixels.parse_basic_offsets(back.PixelData)) == (3 if table == "basic" else 0)
    assert ("ExtendedOffsetTable" in back) == (table == "extended")
    assert np.array_equal(back.frames[2], array[2])
    ds.transcode("native")
    assert "ExtendedOffsetTable" not in ds


def test_the_header_says_what_the_array_is() -> None:
    ds = new()
    ds.PlanarConfiguration, ds.SmallestImagePixelValue, ds.LargestImagePixelValue = 1, 5, 6
    ds.set_pixels(wave("i2", 12, frames=2), bits_stored=12)
    found = [ds.Rows, ds.Columns, ds.NumberOfFrames, ds.SamplesPerPixel, ds.BitsAllocated, ds.BitsStored, ds.HighBit]
    assert found == [40, 50, 2, 1, 16, 12, 11]
    assert (ds.PixelRepresentation, ds.PhotometricInterpretation, "PlanarConfiguration" in ds) == (
        1,
        "MONOCHROME2",
        False,
    )
    smallest = ds["SmallestImagePixelValue"]
    assert (smallest.VR, smallest.value, ds.LargestImagePixelValue) == (
        "SS",
        wave("i2", 12).min(),
        wave("i2", 12).max(),
    )
    ds.set_pixels(WAVE.astype("f4"))
    assert ("PixelData" in ds, "FloatPixelData" in ds, "BitsStored" in ds) == (False, True, False)
    ds.set_pixels(wave("u1", 8, 3))
    assert (ds.PhotometricInterpretation, ds.PlanarConfiguration, ds.NumberOfFrames) == ("RGB", 0, 1)


def test_what_the_dataset_says_is_kept_where_it_fits() -> None:
    ds = new()
    ds.PhotometricInterpretation, ds.BitsAllocated, ds.BitsStored = "MONOCHROME1", 16, 12
    ds.set_pixels(wave("u2", 12))
    assert (ds.PhotometricInterpretation, ds.BitsStored) == ("MONOCHROME1", 12)
    ds.set_pixels(wave("u2", 13))
    assert ds.BitsStored == 16
    with pytest.raises(PixelError, match="do not fit into 12 bits"):
        ds.set_pixels(wave("u2", 13), bits_stored=12)
    ds.set_pixels(wave("u1", 8, frames=4)[..., :3], photometric="MONOCHROME2")  # though the last axis is 3
    assert (ds.NumberOfFrames, ds.Columns) == (4, 3)


@pytest.mark.parametrize(
    ("array", "options", "message"),
    [
        (np.zeros(5, "u1"), {}, "is no image"),
        (np.zeros((0, 5), "u1"), {}, "is no image"),
        (np.zeros((2, 2), "c8"), {}, "cannot be stored"),
        (np.zeros((1, 70000), "u1"), {}, "more than Rows and Columns"),
        (np.zeros((2, 2), "u1"), {"photometric": "RGB"}, "three values a pixel"),
        (np.zeros((2, 2, 3), "u1"), {"photometric": "YBR_ICT"}, "cannot be given"),
        (np.zeros((2, 2), "u1"), {"transfer_syntax": "MPEG2MPML"}, "video"),
        (np.zeros((2, 2), "u1"), {"transfer_syntax": "JPEG3"}, "no transfer syntax"),
        (np.zeros((2, 2), "u1"), {"transfer_syntax": "JPEG2000MC"}, "not encoded"),
        (np.zeros((2, 2), "u1"), {"transfer_syntax": "JPEGExtended35"}, "not encoded"),
        (np.zeros((2, 2), "u1"), {"transfer_syntax": "JPIPReferenced"}, "no pixel data"),
        (np.zeros((2, 2), "u1"), {"transfer_syntax": "rle", "offset_table": "large"}, "no offset table"),
        (np.zeros((2, 2), "i1"), {"transfer_syntax": "jpeg"}, "signed"),
        (np.zeros((2, 2), "u2"), {"transfer_syntax": "jpeg", "bits_stored": 8}, "Bits Allocated 8"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(array: Array, options: dict[str, Any], message: str) -> None:
    ds = new()
    before = written(ds)
    with pytest.raises(PixelError, match=message):
        ds.set_pixels(array, **options)
    assert written(ds) == before


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("j2k-lossy", {"qualty": 5}, "has no option 'qualty': it has psnr, lossless"),
        ("rle", {"quality": 50}, "RLELossless has no option 'quality': it has none"),
        ("native", {"lossless": True}, "has no option 'lossless'"),
        ("jpegls", {"error": 1}, "has no option 'error'"),
        ("jpegls-near", {"error": "x"}, "error is from 0 to 255, not 'x'"),
        ("j2k-lossy", {"psnr": -5}, "psnr is from 1 to 1000, not -5"),
        ("jpeg", {"quality": 300}, "quality is from 1 to 100, not 300"),
    ],
)
def test_options_that_would_do_nothing_are_refused(name: str, options: dict[str, Any], message: str) -> None:
    ds = new()
    with pytest.raises(PixelError, match=message):
        ds.set_pixels(wave("u1", 8), name, **options)
    ds.set_pixels(wave("u1", 8))
    with pytest.raises(PixelError, match=message):
        ds.transcode(name, **options)
    with pytest.raises(PixelError, match="has no option 'psnr'"), ds.edit_pixels(psnr=50):
        pass
    assert ds.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"


SMALL: Final = [
    path for path in FILES if "PixelData" in (ds := dcmread(path, force=True)) and path.stat().st_size < 300_000
][::4]


@pytest.mark.parametrize("path", SMALL, ids=file_id)
def test_files_keep_their_values_in_each_lossless_syntax(path: Path) -> None:
    source = dcmread(path)
    try:
        frames = source.frames
        expected = [frames.stored(number) for number in range(len(frames))]
    except PixelError:
        pytest.skip("no image")
    for name in ("native", "ExplicitVRBigEndian", *LOSSLESS):
        ds = dcmread(path)
        try:
            ds.transcode(name)
        except PixelError as error:
            assert name in CANNOT  # by bits, sign or colour
            assert error.path or error.code == "codec"
            continue
        back = dcmread(written(ds))
        found = back.frames
        assert len(found) == len(expected)
        assert all(np.array_equal(found.stored(number), frame) for number, frame in enumerate(expected))
        others = {element.tag for element in source} - {element.tag for element in back}
        assert {f"{tag:08X}"[:4] for tag in others} <= {"0028", "7FE0"}
        if name == "native" and source.file_meta.get("TransferSyntaxUID"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                assert np.array_equal(pydicom.dcmread(io.BytesIO(written(ds))).pixel_array, back.pixel_array)


def test_a_dataset_that_is_in_the_syntax_is_left_alone() -> None:
    path = next(path for path in FILES if path.name == "MR_small_RLE.dcm")
    ds = dcmread(path)
    ds.transcode("rle")
    target = io.BytesIO()
    ds.save_as(target)
    assert target.getvalue() == path.read_bytes()


def test_loss_that_was_is_not_forgotten() -> None:
    path = next(path for path in FILES if path.name == "SC_rgb_jpeg_dcmtk.dcm")
    ds = dcmread(path)
    ds.pop("LossyImageCompression", None)
    uid = ds.SOPInstanceUID
    ds.transcode("rle")
    assert (ds.LossyImageCompression, ds.PhotometricInterpretation, ds.SOPInstanceUID) == ("01", "RGB", uid)


def test_bits_that_would_be_lost_are_an_error() -> None:
    ds = new()
    ds.set_pixels(wave("u2", 16))
    ds.BitsStored, ds.HighBit = 12, 11
    for name in ("jpegls", "j2k", "jpeg-lossless"):
        with pytest.raises(PixelError, match="above Bits Stored"):
            ds.transcode(name)
    words = ds.PixelData
    ds.transcode("rle")
    ds.transcode("native")
    assert ds.PixelData == words
    ds.transcode("jpegls", drop_unused_bits=True)
    assert np.array_equal(ds.pixel_array, wave("u2", 16) & 0xFFF)


def test_frames_that_are_missing_are_an_error() -> None:
    ds = new()
    ds.set_pixels(wave("u1", 8, frames=3))
    ds.NumberOfFrames = 4
    with pytest.raises(PixelError, match="3 frames, Number of Frames is 4"):
        ds.transcode("rle")


def test_icons_become_native() -> None:
    icon = Dataset()
    icon.set_pixels(wave("u1", 8), "native")
    ds = new()
    ds.set_pixels(wave("u2", 12), "jpegls")
    inner = Dataset()
    inner.set_pixels(wave("u1", 8), "jpegls")
    ds.IconImageSequence = [inner]
    back = dcmread(written(ds))
    back.transcode("native")
    again = dcmread(written(back), strict=True)
    assert again.IconImageSequence[0].PixelData == icon.PixelData
    assert np.array_equal(again.pixel_array, wave("u2", 12))


def test_frame_types_become_derived() -> None:
    ds = new()
    ds.set_pixels(wave("u1", 8))
    group, frame_type = Dataset(), Dataset()
    frame_type.FrameType = ["ORIGINAL", "PRIMARY", "NONE", "NONE"]
    group.MRImageFrameTypeSequence = [frame_type]
    ds.SharedFunctionalGroupsSequence = [group]
    ds.transcode("jpeg")
    assert ds.SharedFunctionalGroupsSequence[0].MRImageFrameTypeSequence[0].FrameType[0] == "DERIVED"


@pytest.mark.parametrize("name", ["native", "rle", "jpegls", "htj2k"])
def test_validation_finds_no_fault_before_it_is_written(name: str) -> None:
    ds = dcmread(next(path for path in FILES if path.name == "CT_small.dcm"))
    ds.set_pixels(ds.pixel_array[:9, :7], name)
    assert [issue for issue in validate(ds, min_severity="warning") if issue.path.startswith("PixelData")] == []


def test_progress_is_told() -> None:
    ds = new()
    ds.set_pixels(wave("u1", 8, frames=3))
    steps: list[tuple[int, int]] = []
    ds.transcode("rle", progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_names_of_pydicom() -> None:
    array = wave("u1", 8, 3)
    ds = new()
    ds.set_pixel_data(array, "RGB", 8)
    assert ds.SOPInstanceUID != "1.2.3"
    uid = ds.SOPInstanceUID
    ds.compress("1.2.840.10008.1.2.5", generate_instance_uid=False, encapsulate_ext=True)
    assert ("ExtendedOffsetTable" in ds, ds.SOPInstanceUID == uid) == (True, True)
    ds.compress("1.2.840.10008.1.2.4.81", array, jls_error=1)
    assert 0 < np.abs(ds.pixel_array.astype(int) - array).max() <= 1
    ds.decompress()
    assert ds.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    ds = dcmread(next(path for path in FILES if path.name == "SC_ybr_full_uncompressed.dcm"))
    expected = ds.pixel_array
    ds.transcode("rle")
    ds.decompress()
    assert (ds.PhotometricInterpretation, np.array_equal(ds.pixel_array, expected)) == ("RGB", True)
    with pytest.raises(PixelError, match="ratio"):
        ds.compress("j2k", j2k_cr=[2])

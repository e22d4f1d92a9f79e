"""Palettes, segments, colour spaces and ICC profiles."""

from __future__ import annotations

import numpy as np
import pydicom
import pydicom.pixels
import pytest

import dicomspec
from dicomspec import Dataset, pixels
from dicomspec._generated.palettes import PALETTES
from dicomspec._generated.uids import UIDS
from dicomspec.errors import PixelError
from dicomspec.pixels.palette import expand_segments
from tests.corpus import FILES

BY_NAME = {path.name: path for path in FILES}
WITH_PALETTE = (
    "OBXXXX1A.dcm",
    "OT-PAL-8-face.dcm",
    "examples_palette.dcm",
    "gdcm-US-ALOKA-16.dcm",
    "gdcm-US-ALOKA-16_big.dcm",
)


@pytest.mark.parametrize("name", WITH_PALETTE)
@pytest.mark.filterwarnings("ignore")
def test_pydicom_gives_the_same_colours(name):
    ours, theirs = dicomspec.dcmread(BY_NAME[name]), pydicom.dcmread(BY_NAME[name], force=True)
    stored = ours.pixel_array
    expected = pydicom.pixels.apply_color_lut(stored, theirs)
    found = pixels.apply_color_lut(stored, ours)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def test_a_palette_of_a_big_endian_file():
    """The same as in little endian: pydicom takes the words of OW (PS3.5 6.2) for little endian here, and sees dark."""
    little, big = (dicomspec.dcmread(BY_NAME[name]) for name in ("OBXXXX1A.dcm", "OBXXXX1A_expb.dcm"))
    values = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(pixels.apply_color_lut(values, big), pixels.apply_color_lut(values, little))


@pytest.mark.parametrize("uid", PALETTES)
@pytest.mark.filterwarnings("ignore")  # pydicom takes labels for broken UIDs
def test_well_known_palettes(uid):
    label, colours = PALETTES[uid]
    assert UIDS[uid][1] == "Well-known SOP Instance"
    assert len(bytes.fromhex(colours)) == 3 * 256
    values = np.arange(256, dtype=np.uint8)
    found = pixels.apply_color_lut(values, palette=label)
    np.testing.assert_array_equal(found, pixels.apply_color_lut(values, palette=uid))
    np.testing.assert_array_equal(found, pydicom.pixels.apply_color_lut(values, palette=label))


def test_a_palette_that_is_not_known():
    with pytest.raises(PixelError, match=r"HOT_IRON, PET, HOT_METAL_BLUE, PET_20_STEP"):
        pixels.apply_color_lut(np.zeros(1, np.uint8), palette="RAINBOW")


SEGMENTS = [
    # words, entries, bits, expected
    pytest.param([0, 3, 10, 30, 20], 3, 8, [10, 30, 20], id="discrete"),
    pytest.param([0, 1, 10, 1, 4, 20], 5, 8, [10, 12, 15, 18, 20], id="linear, up"),
    pytest.param([0, 1, 20, 1, 2, 10], 3, 16, [20, 15, 10], id="linear, down"),
    pytest.param([0, 1, 7, 1, 3, 7], 4, 8, [7, 7, 7, 7], id="linear, level"),
    pytest.param([0, 1, 0, 1, 2, 65534], 3, 16, [0, 32767, 65534], id="linear, 16 bit"),
    # the first segment is 3 words long: the second starts at byte 3 of 8 bits, at byte 6 of 16
    pytest.param([0, 1, 0, 1, 2, 4, 0, 1, 9, 2, 2, 3, 0, 0, 0], 7, 8, [0, 2, 4, 9, 6, 4, 9], id="indirect, 8 bit"),
    pytest.param([0, 1, 0, 1, 2, 4, 0, 1, 9, 2, 2, 6, 0], 7, 16, [0, 2, 4, 9, 6, 4, 9], id="indirect, 16 bit"),
    pytest.param([0, 2, 1, 2, 0], 2, 8, [1, 2], id="padded"),
]


@pytest.mark.parametrize(("words", "entries", "bits", "expected"), SEGMENTS)
def test_segments(words, entries, bits, expected):
    found = expand_segments(words, entries, bits)
    assert found.dtype.itemsize * 8 == bits
    assert found.tolist() == expected


BROKEN = [
    pytest.param([1, 2, 9], "nothing to start from", id="linear first"),
    pytest.param([0, 9, 1, 2], "end within one", id="cut discrete"),
    pytest.param([0, 1, 1, 1, 3], "end within one", id="cut linear"),
    pytest.param([0, 1, 1, 2, 1, 0], "end within one", id="cut indirect"),
    pytest.param([0, 1, 1, 3, 1, 0], "unknown kind 3", id="kind"),
    pytest.param([0, 1, 1, 2, 1, 1, 0], "where no segment starts", id="odd offset"),
    pytest.param([0, 1, 1, 2, 1, 0, 9], "where no segment starts", id="far offset"),
    pytest.param([0, 1, 1, 2, 1, 6, 0], "copies another that copies", id="itself"),
    pytest.param([0, 1, 1], "make 1 entries, the descriptor says 4", id="few"),
    pytest.param([0, 1, 1, 0, 0, *[2, 65535, 6, 0] * 9], "more segments than|unknown kind|copies", id="empty ones"),
]


@pytest.mark.parametrize(("words", "message"), BROKEN)
def test_broken_segments(words, message):
    with pytest.raises(PixelError, match=message) as caught:
        expand_segments(words, 4, 16, "Red")
    assert (caught.value.code, caught.value.path) == ("lut", "Red")


def test_many_empty_segments_end():
    """65,535 segments of no entries, copied again and again: told before time is lost."""
    words = [0, 1, 1, *[0, 0] * 65535, *[2, 65535, 6, 0] * 1000]
    with pytest.raises(PixelError, match="more segments than"):
        expand_segments(words, 4, 16)


def with_palette(first: int = 0, bits: int = 8, **data: bytes) -> Dataset:
    ds = Dataset()
    ds.PixelRepresentation = 0
    for channel in ("Red", "Green", "Blue"):
        ds.add_new(f"{channel}PaletteColorLookupTableDescriptor", "US", [2, first, bits])
        ds.add_new(f"{channel}PaletteColorLookupTableData", "OW", data.get(channel.lower(), b"\1\2"))
    return ds


def test_a_palette_takes_what_is_outside_to_its_ends():
    found = pixels.apply_color_lut(np.array([0, 5, 6, 9]), with_palette(5, red=b"\x0a\x14"))
    assert found[..., 0].tolist() == [10, 10, 20, 20]


def test_alpha():
    ds = with_palette()
    ds.add_new("AlphaPaletteColorLookupTableData", "OW", b"\x00\xff")
    assert pixels.apply_color_lut(np.array([0, 1]), ds).tolist() == [[1, 1, 1, 0], [2, 2, 2, 255]]


def test_palettes_that_are_not_there():
    with pytest.raises(PixelError, match="no palette"):
        pixels.apply_color_lut(np.zeros(1), Dataset())
    short = with_palette(green=b"\1")
    with pytest.raises(PixelError, match=r"GreenPaletteColorLookupTableData.* has 1 entries"):
        pixels.apply_color_lut(np.zeros(1), short)
    supplemental = with_palette()
    supplemental.PixelPresentation = "MIXED"
    with pytest.raises(PixelError, match="render"):
        pixels.apply_color_lut(np.zeros(1), supplemental)


COLOURS = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), np.uint8)


@pytest.mark.parametrize(("current", "desired"), [("RGB", "YBR_FULL"), ("YBR_FULL", "RGB"), ("YBR_FULL_422", "RGB")])
def test_pydicom_converts_the_same(current, desired):
    expected = pydicom.pixels.convert_color_space(COLOURS, current, desired)
    np.testing.assert_array_equal(pixels.convert_color_space(COLOURS, current, desired), expected)
    again = COLOURS.copy()
    assert pixels.convert_color_space(again, current, desired, per_frame=True) is again
    np.testing.assert_array_equal(again, expected)


def test_partial_range():
    ends = np.array([[[16, 128, 128], [235, 128, 128], [81, 90, 240]]], np.uint8)
    found = pixels.convert_color_space(ends, "YBR_PARTIAL_422", "RGB")
    assert found[0, :2].tolist() == [[0, 0, 0], [255, 255, 255]]
    np.testing.assert_allclose(found[0, 2], [255, 0, 0], atol=1)


def test_conversions_that_are_not_possible():
    with pytest.raises(PixelError, match="HSV"):
        pixels.convert_color_space(COLOURS, "HSV", "RGB")
    with pytest.raises(PixelError, match="float64"):
        pixels.convert_color_space(COLOURS.astype(float), "RGB", "YBR_FULL")


def test_icc_profiles():
    cms = pytest.importorskip("PIL.ImageCms")
    profile = cms.ImageCmsProfile(cms.createProfile("sRGB")).tobytes()
    ours, theirs = Dataset({"ICCProfile": profile}), pydicom.Dataset()
    theirs.ICCProfile = profile
    expected = pydicom.pixels.apply_icc_profile(COLOURS.copy(), theirs)
    np.testing.assert_array_equal(pixels.apply_icc_profile(COLOURS, ours), expected)
    slide = Dataset({"OpticalPathSequence": [Dataset({"ICCProfile": profile})]})
    np.testing.assert_array_equal(pixels.apply_icc_profile(COLOURS[0], slide), expected[0])
    for broken in (b"", b"\0" * 200, profile[:300]):
        with pytest.raises(PixelError):
            pixels.create_icc_transform(icc_profile=broken)

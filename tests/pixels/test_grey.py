"""Modality, VOI and presentation transformation: the formulas of PS3.3 C.11, and pydicom's arrays on its files."""

from __future__ import annotations

import math

import numpy as np
import pydicom
import pydicom.pixels
import pytest

import dicomspec
from dicomspec import Dataset, pixels, uid
from dicomspec.errors import PixelError
from tests.corpus import FILES, file_id

WANTED = ("ModalityLUTSequence", "VOILUTSequence", "WindowCenter", "RescaleSlope", "PresentationLUTShape")
NATIVE = (uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian)


def grey_files() -> list:
    found = []
    for path in FILES:
        if path.suffix != ".dcm" or path.stat().st_size > 3_000_000:
            continue
        try:
            ds = dicomspec.dcmread(path)
        except dicomspec.DicomError:
            continue
        native = getattr(ds, "file_meta", {}).get("TransferSyntaxUID") in NATIVE
        if native and "PixelData" in ds and ds.get("SamplesPerPixel") == 1 and any(each in ds for each in WANTED):
            found.append(path)
    return found


@pytest.mark.parametrize("path", grey_files(), ids=file_id)
@pytest.mark.filterwarnings("ignore")
def test_pydicom_gives_the_same(path):
    ours, theirs = dicomspec.dcmread(path), pydicom.dcmread(path, force=True)
    try:
        stored = theirs.pixel_array
    except (AttributeError, ValueError):
        pytest.skip("pydicom cannot decode it")
    if stored.ndim > 2:
        stored = stored[0]
    for group in theirs.get("SharedFunctionalGroupsSequence", []):  # pydicom does not look there (PS3.3 C.7.6.16)
        for item in (*group.get("PixelValueTransformationSequence", []), *group.get("FrameVOILUTSequence", [])):
            theirs.update(item)
    for name in ("apply_modality_lut", "apply_voi_lut", "apply_presentation_lut"):
        if name == "apply_voi_lut" and not str(ours.PhotometricInterpretation).startswith("MONO"):
            continue
        expected, found = getattr(pydicom.pixels, name)(stored, theirs), getattr(pixels, name)(stored, ours)
        assert found.dtype == expected.dtype, name
        np.testing.assert_array_equal(found, expected, name)


def image(**values) -> Dataset:
    ds = Dataset()
    ds.PhotometricInterpretation, ds.BitsAllocated, ds.BitsStored, ds.PixelRepresentation = "MONOCHROME2", 16, 12, 0
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def table(first: int, bits: int, entries: list[int], **more) -> Dataset:
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if first < 0 else "US", [len(entries) & 0xFFFF, first, bits])
    item.add_new("LUTData", "US", entries)
    for keyword, value in more.items():
        setattr(item, keyword, value)
    return item


CENTER, WIDTH, LOW, HIGH = 40.0, 400.0, 0.0, 255.0


def linear(x: float) -> float:
    """PS3.3 C.11.2.1.2.1, as it stands there."""
    if x <= CENTER - 0.5 - (WIDTH - 1) / 2:
        return LOW
    if x > CENTER - 0.5 + (WIDTH - 1) / 2:
        return HIGH
    return ((x - (CENTER - 0.5)) / (WIDTH - 1) + 0.5) * (HIGH - LOW) + LOW


def linear_exact(x: float) -> float:
    """PS3.3 C.11.2.1.3.2."""
    if x <= CENTER - WIDTH / 2:
        return LOW
    if x > CENTER + WIDTH / 2:
        return HIGH
    return ((x - CENTER) / WIDTH + 0.5) * (HIGH - LOW) + LOW


def sigmoid(x: float) -> float:
    """PS3.3 C.11.2.1.3.1."""
    return (HIGH - LOW) / (1 + math.exp(-4 * (x - CENTER) / WIDTH)) + LOW


@pytest.mark.parametrize(
    ("function", "formula"), [("", linear), ("LINEAR", linear), ("LINEAR_EXACT", linear_exact), ("SIGMOID", sigmoid)]
)
def test_windows(function, formula):
    values = np.arange(-400, 500)
    ds = image(BitsStored=8, WindowCenter=CENTER, WindowWidth=WIDTH, VOILUTFunction=function)
    np.testing.assert_allclose(pixels.apply_windowing(values, ds), [formula(x) for x in values.tolist()], atol=1e-9)


def test_the_narrowest_window_is_a_threshold():
    ds = image(BitsStored=8, WindowCenter=10, WindowWidth=1)
    assert pixels.apply_windowing(np.array([8, 9, 10, 11]), ds).tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize(("function", "width"), [("LINEAR", 0.5), ("LINEAR_EXACT", 0), ("SIGMOID", -1), ("CUBIC", 9)])
def test_windows_that_are_not_possible(function, width):
    with pytest.raises(PixelError, match=r"WindowWidth|VOILUTFunction"):
        pixels.apply_windowing(np.zeros(3), image(WindowCenter=1, WindowWidth=width, VOILUTFunction=function))


def test_a_window_by_number_or_explanation():
    ds = image(BitsStored=8, WindowCenter=[10, 100], WindowWidth=[1, 1], WindowCenterWidthExplanation=["LOW", "HIGH"])
    values = np.array([50])
    assert pixels.apply_voi_lut(values, ds).tolist() == [255]
    assert pixels.apply_voi_lut(values, ds, 1).tolist() == pixels.apply_voi_lut(values, ds, "high").tolist() == [0]
    with pytest.raises(PixelError, match=r"no window 2: there are 2"):
        pixels.apply_voi_lut(values, ds, 2)
    with pytest.raises(PixelError, match=r"no window 'BONE'"):
        pixels.apply_voi_lut(values, ds, "BONE")


def test_a_negative_slope_keeps_the_direction_of_the_window():
    """The output of a window rises with its input (PS3.3 C.11.2.1.2): pydicom lets it fall, as it takes the range that
    stored values give in their order, which is from the greatest to the least here."""
    ds = image(BitsStored=8, RescaleSlope=-1, RescaleIntercept=0, WindowCenter=-100, WindowWidth=1)
    assert pixels.apply_windowing(np.array([-200.0, 0.0]), ds).tolist() == [-255, 0]


def test_a_table_takes_what_is_outside_to_its_ends():
    ds = image(ModalityLUTSequence=[table(-2, 16, [7, 8, 900])], PixelRepresentation=1)
    values = np.array([-32768, -3, -2, -1, 0, 1, 32767], np.int16)
    found = pixels.apply_modality_lut(values, ds)
    assert (found.dtype, found.tolist()) == (np.uint16, [7, 7, 7, 8, 900, 900, 900])


def test_a_table_of_65536_entries_says_0():
    ds = image(VOILUTSequence=[table(0, 16, list(range(65535, -1, -1)))])
    assert pixels.apply_voi(np.array([0, 1, 65535], np.uint16), ds).tolist() == [65535, 65534, 0]


def test_a_table_of_bytes_with_more_than_256_entries():
    """pydicom wraps the places of such a table around after 256."""
    ds = image(VOILUTSequence=[table(0, 8, [n // 4 for n in range(1024)])])
    assert pixels.apply_voi(np.array([0, 300, 1023], np.uint16), ds).tolist() == [0, 75, 255]


def test_entries_of_bytes_in_words():
    item = Dataset()
    item.LUTDescriptor = [4, 0, 8]
    item.add_new("LUTData", "OW", bytes([1, 2, 3, 4]))
    assert pixels.apply_modality_lut(np.arange(4), image(ModalityLUTSequence=[item])).tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("descriptor", "data"),
    [([0, 0, 16], [1, 2]), ([2, 0, 17], [1, 2]), ([2, 0, 0], [1, 2]), ([2, 0], [1, 2]), ([3, 0, 16], [1, 2])],
)
def test_broken_tables(descriptor, data):
    item = Dataset()
    item.add_new("LUTDescriptor", "US", descriptor)
    item.add_new("LUTData", "US", data)
    with pytest.raises(PixelError) as caught:
        pixels.apply_modality_lut(np.zeros(3, np.uint16), image(ModalityLUTSequence=[item]))
    assert caught.value.code == "lut"


@pytest.mark.parametrize(
    "keyword", ["ModalityLUTSequence", "VOILUTSequence", "PresentationLUTSequence", "SharedFunctionalGroupsSequence"]
)
@pytest.mark.parametrize("value", [7, [1, 2]])
def test_what_should_be_a_sequence_and_is_none(keyword, value):
    """A broken VR, as explicit files may have: nothing is to be applied then."""
    ds = image()
    ds.add_new(keyword, "US", value)
    values = np.arange(4)
    for step in (pixels.apply_modality_lut, pixels.apply_voi_lut, pixels.apply_presentation_lut):
        assert step(values, ds) is values


def test_tables_of_words():
    item = Dataset()
    item.LUTDescriptor = [2, 0, 8]
    item.add_new("LUTData", "LO", ["A", "B"])
    with pytest.raises(PixelError, match="no numbers"):
        pixels.apply_modality_lut(np.zeros(3, np.uint16), image(ModalityLUTSequence=[item]))


def test_frames_have_values_of_their_own():
    """PS3.3 C.7.6.16.2.9 and C.7.6.16.2.10."""
    ds = image(BitsStored=8)
    ds.PerFrameFunctionalGroupsSequence = [Dataset(), Dataset()]
    for group, slope in zip(ds.PerFrameFunctionalGroupsSequence, (2, 3), strict=True):
        item = Dataset({"RescaleSlope": slope, "RescaleIntercept": 1, "RescaleType": "US"})
        group.PixelValueTransformationSequence = [item]
    shared = Dataset()
    shared.FrameVOILUTSequence = [Dataset({"WindowCenter": 20, "WindowWidth": 1})]
    ds.SharedFunctionalGroupsSequence = [shared]
    frames = np.full((2, 1, 1), 8, np.uint8)
    values = pixels.apply_modality_lut(frames, ds)
    assert values.ravel().tolist() == [17, 25]
    assert pixels.apply_modality_lut(frames[1], ds, frame=1).tolist() == [[25]]
    assert pixels.apply_voi_lut(values, ds).ravel().tolist() == [1, 3 * 255 + 1]


def test_presentation():
    values = np.array([0, 1, 3], np.uint8)
    assert pixels.apply_presentation_lut(values, image(PresentationLUTShape="IDENTITY")).tolist() == [0, 1, 3]
    inverse = image(PresentationLUTShape="INVERSE")
    assert pixels.apply_presentation_lut(values, inverse).tolist() == [3, 2, 0]
    assert pixels.apply_presentation_lut(values, inverse, low=0, high=255).tolist() == [255, 254, 252]
    by_table = image(PresentationLUTSequence=[table(0, 10, [0, 100, 200, 1000])])
    assert pixels.apply_presentation_lut(values, by_table).tolist() == [0, 100, 1000]
    with pytest.raises(PixelError, match="LIN OD"):
        pixels.apply_presentation_lut(values, image(PresentationLUTShape="LIN OD"))


def test_inverting_does_not_wrap_around():
    values = np.array([-30000, 30000], np.int16)
    assert pixels.apply_presentation_lut(values, image(PresentationLUTShape="INVERSE")).tolist() == [60000, 0]


def test_padding():
    values = np.array([-2000, -1, 0, 5], np.int16)
    ds = image(PixelRepresentation=1)
    assert pixels.padding_mask(values, ds) is None
    ds.add_new("PixelPaddingValue", "US", 65536 - 2000)  # the wrong VR
    assert pixels.padding_mask(values, ds).tolist() == [True, False, False, False]
    ds.add_new("PixelPaddingRangeLimit", "SS", -1)
    assert pixels.padding_mask(values, ds).tolist() == [True, True, False, False]


def test_real_world_values():
    linear = Dataset({"LUTLabel": "SUV", "RealWorldValueSlope": 0.5, "RealWorldValueIntercept": 1})
    linear.add_new("RealWorldValueFirstValueMapped", "US", 1)
    linear.add_new("RealWorldValueLastValueMapped", "US", 3)
    by_table = Dataset({"LUTLabel": "ADC", "RealWorldValueLUTData": [10.5, 20.5]})
    by_table.add_new("RealWorldValueFirstValueMapped", "US", 2)
    by_table.add_new("RealWorldValueLastValueMapped", "US", 3)
    ds = image(RealWorldValueMappingSequence=[linear, by_table])
    values = np.arange(5, dtype=np.uint16)
    np.testing.assert_array_equal(pixels.apply_real_world_values(values, ds), [np.nan, 1.5, 2, 2.5, np.nan])
    np.testing.assert_array_equal(
        pixels.apply_real_world_values(values, ds, "ADC"), [np.nan, np.nan, 10.5, 20.5, np.nan]
    )
    by_table.RealWorldValueLUTData = [10.5]
    with pytest.raises(PixelError, match="1 entries for the values 2 to 3"):
        pixels.apply_real_world_values(values, ds, 1)
    with pytest.raises(PixelError, match="no Real World"):
        pixels.apply_real_world_values(values, image())

"""Pictures for a screen: the whole pipeline, on made images whose pictures can be told, and on the files of the corpus."""

from __future__ import annotations

import numpy as np
import pytest

import dicomspec
from dicomspec import Dataset, examples, pixels
from dicomspec.errors import DicomError, LimitError, PixelError
from tests.corpus import FILES, file_id

SMALL = [path for path in FILES if path.suffix == ".dcm" and path.stat().st_size < 150_000]


@pytest.mark.parametrize("path", SMALL, ids=file_id)
def test_every_image_becomes_a_picture(path):
    """Of the size of the image, and with something in it; what cannot be is told by the errors of the library."""
    try:
        ds = dicomspec.dcmread(path)
    except DicomError:
        return
    try:
        first = ds.frames[0]
    except (DicomError, IndexError):
        return
    picture = pixels.render(ds)
    assert (picture.dtype, picture.shape[:2]) == (np.uint8, first.shape[:2])
    assert picture.ndim == 2 or picture.shape[2] == 3
    assert picture.min() < picture.max() or first.min() == first.max()


def image(stored, **values) -> Dataset:
    array = np.asarray(stored)
    ds = Dataset({"Rows": array.shape[0], "Columns": array.shape[1], "PhotometricInterpretation": "MONOCHROME2"})
    bits = array.dtype.itemsize * 8
    ds.update({"BitsAllocated": bits, "BitsStored": bits, "HighBit": bits - 1, "SamplesPerPixel": 1})
    ds.PixelRepresentation = int(array.dtype.kind == "i")
    if array.ndim == 3:
        ds.update({"SamplesPerPixel": 3, "PlanarConfiguration": 0, "PhotometricInterpretation": "RGB"})
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = dicomspec.uid.ExplicitVRLittleEndian
    ds.add_new("PixelData", "OW", array.tobytes())
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


CT = np.array([[-1024, -160], [40, 241]], np.int16)


def test_windows():
    ds = image(CT + 1024, RescaleSlope=1, RescaleIntercept=-1024)
    assert pixels.render(ds, window=(40, 400)).tolist() == [[0, 0], [128, 255]]
    assert pixels.render(ds).tolist() == [[0, 174], [214, 255]]  # no window: all values
    ds.WindowCenter, ds.WindowWidth, ds.WindowCenterWidthExplanation = [40, -1000], [1, 1], ["A", "B"]
    assert pixels.render(ds).tolist() == [[0, 0], [255, 255]]
    assert pixels.render(ds, window=1).tolist() == pixels.render(ds, window="b").tolist() == [[0, 255], [255, 255]]
    assert pixels.render(ds, window="auto").tolist() == [[0, 174], [214, 255]]
    with pytest.raises(PixelError, match="no window"):
        pixels.render(ds, window="C")
    with pytest.raises(PixelError, match="width of 0 is not possible"):
        pixels.render(ds, window=(40, 0))


def test_the_grey_of_a_window_is_that_of_its_formula():
    path = examples.path("ct")
    ds = dicomspec.dcmread(path)
    values = pixels.apply_modality_lut(ds.pixel_array, ds)
    low, high = 40 - 0.5 - 399 / 2, 40 - 0.5 + 399 / 2
    expected = np.clip((values - low) / (high - low), 0, 1) * 255
    np.testing.assert_allclose(pixels.render(path, window=(40, 400), overlays=False), expected, atol=0.5)


def test_monochrome1_and_shapes_invert_once():
    stored = np.array([[0, 51], [204, 255]], np.uint8)
    inverted = [[255, 204], [51, 0]]
    assert pixels.render(image(stored)).tolist() == stored.tolist()
    assert pixels.render(image(stored, PhotometricInterpretation="MONOCHROME1")).tolist() == inverted
    assert pixels.render(image(stored, PresentationLUTShape="INVERSE")).tolist() == inverted
    both = image(stored, PhotometricInterpretation="MONOCHROME1", PresentationLUTShape="INVERSE")
    assert pixels.render(both).tolist() == inverted


def test_padding_is_black_and_does_not_count():
    stored = np.array([[-2000, 0], [100, 200]], np.int16)
    ds = image(stored, PixelPaddingValue=-2000)
    assert pixels.render(ds).tolist() == [[0, 0], [128, 255]]
    ds.PhotometricInterpretation = "MONOCHROME1"
    assert pixels.render(ds).tolist() == [[0, 255], [128, 0]]


def test_one_bit_is_black_and_white_even_if_all_is_white():
    ds = image(np.full((2, 2), 0, np.uint8), BitsAllocated=1, BitsStored=1, HighBit=0, PixelData=b"\x0f\x00")
    assert pixels.render(ds).tolist() == [[255, 255], [255, 255]]


def test_floats():
    ds = image(np.zeros((2, 2), np.uint16))
    del ds.PixelData, ds.BitsStored
    ds.BitsAllocated = 32
    ds.FloatPixelData = np.array([[0, 0.5], [1, np.nan]], "f4").tobytes()
    assert pixels.render(ds).tolist() == [[0, 128], [255, 0]]


def add_palette(ds: Dataset, first: int, colours, bits: int = 16) -> None:
    for at, channel in enumerate(("Red", "Green", "Blue")):
        ds.add_new(f"{channel}PaletteColorLookupTableDescriptor", "US", [len(colours), first, bits])
        data = np.array([colour[at] for colour in colours], "<u2").tobytes()
        ds.add_new(f"{channel}PaletteColorLookupTableData", "OW", data)


def test_palettes_of_16_bits():
    ds = image(np.array([[0, 1], [2, 3]], np.uint8), PhotometricInterpretation="PALETTE COLOR")
    add_palette(ds, 1, [(0, 0, 65535), (0x8080, 0, 0)])
    assert pixels.render(ds).tolist() == [[[0, 0, 255]] * 2, [[128, 0, 0]] * 2]


def test_a_supplemental_palette_colours_its_own_values():
    """PS3.3 C.7.6.19: below the first value mapped it is grey, with its window."""
    ds = image(
        np.array([[0, 50], [100, 101]], np.uint16), WindowCenter=50.5, WindowWidth=101, PixelPresentation="MIXED"
    )
    ds.BitsStored = 8
    add_palette(ds, 100, [(65535, 0, 0), (0, 65535, 0)])
    found = pixels.render(ds).tolist()
    assert found[1] == [[255, 0, 0], [0, 255, 0]]
    assert found[0] == [[0, 0, 0], [128, 128, 128]]


def test_a_palette_for_grey():
    stored = np.array([[0, 255]], np.uint8)
    assert pixels.render(image(stored), palette="HOT_IRON").tolist() == [[[0, 0, 0], [255, 255, 255]]]
    with pytest.raises(PixelError, match="RAINBOW"):
        pixels.render(image(stored), palette="RAINBOW")


def test_colour():
    stored = np.array([[[255, 0, 10], [1, 2, 3]]], np.uint8)
    assert pixels.render(image(stored)).tolist() == stored.tolist()
    assert pixels.render(image(stored.astype(np.uint16) * 257)).tolist() == stored.tolist()
    ybr = pixels.convert_color_space(stored, "RGB", "YBR_FULL")
    np.testing.assert_allclose(pixels.render(image(ybr, PhotometricInterpretation="YBR_FULL")), stored, atol=2)
    with pytest.raises(PixelError, match="HSV"):
        pixels.render(image(stored, PhotometricInterpretation="HSV"))


def test_frames_have_windows_of_their_own():
    ds = image(np.array([[0, 10], [0, 10]], np.uint8), Rows=1, NumberOfFrames=2)
    groups = []
    for center in (5, 20):
        group = Dataset()
        group.FrameVOILUTSequence = [Dataset({"WindowCenter": center, "WindowWidth": 1})]
        groups.append(group)
    ds.PerFrameFunctionalGroupsSequence = groups
    assert pixels.render(ds, 0).tolist() == [[0, 255]]
    assert pixels.render(ds, 1).tolist() == pixels.render(ds, -1).tolist() == [[0, 0]]
    with pytest.raises(IndexError):
        pixels.render(ds, 2)


def test_square_pixels():
    stored = np.array([[0, 255], [0, 255]], np.uint8)
    assert pixels.render(image(stored, PixelSpacing=[1, 1]), square=True).shape == (2, 2)
    assert pixels.render(image(stored, PixelSpacing=[2, 1]), square=True).shape == (4, 2)
    wide = pixels.render(image(stored, PixelAspectRatio=[1, 3]), square=True)
    assert wide.tolist() == [[0, 0, 85, 170, 255, 255]] * 2
    assert pixels.render(image(stored, PixelSpacing=[0, 1], PixelAspectRatio=[0, 0]), square=True).shape == (2, 2)
    with pytest.raises(LimitError):
        pixels.render(image(stored, PixelSpacing=[900000, 0.001]), square=True)


def test_montage():
    stored = np.arange(5, dtype=np.uint8).repeat(4).reshape(10, 2)
    ds = image(stored, Rows=2, NumberOfFrames=5, WindowCenter=2.5, WindowWidth=1)
    found = pixels.montage(ds, columns=3)
    assert found.shape == (4, 6)
    assert (found[::2, ::2] > 0).tolist() == [[False, False, False], [True, True, False]]
    assert pixels.montage(ds, columns=3, width=3).shape == (2, 3)
    assert pixels.montage(ds, most=2, columns=2).tolist() == [[0, 0, 255, 255]] * 2
    with pytest.raises(TypeError, match="colour"):
        pixels.montage(ds, colour=1)


def test_png():
    codecs = pytest.importorskip("imagecodecs")
    for picture in (np.arange(6, dtype=np.uint8).reshape(2, 3), np.arange(18, dtype=np.uint8).reshape(2, 3, 3)):
        np.testing.assert_array_equal(codecs.png_decode(pixels.encode_png(picture)), picture)

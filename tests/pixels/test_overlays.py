"""Overlay planes: apart, of several frames, in bits of the pixels, and where they lie over the image."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest

import dicomspec
from dicomspec import Dataset, pixels
from dicomspec.errors import PixelError
from tests.corpus import FILES

BY_NAME = {path.name: path for path in FILES}


@pytest.mark.parametrize("name", ["MR-SIEMENS-DICOM-WithOverlays.dcm", "examples_overlay.dcm"])
def test_pydicom_gives_the_same(name):
    ours, theirs = dicomspec.dcmread(BY_NAME[name]), pydicom.dcmread(BY_NAME[name])
    assert pixels.overlay_groups(ours) == [0x6000]
    found, expected = ours.overlay_array(0x6000), theirs.overlay_array(0x6000)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def image(frames: int = 1) -> Dataset:
    """4 x 6 pixels of 0, 12 of 16 bits."""
    ds = Dataset({"Rows": 4, "Columns": 6, "BitsAllocated": 16, "BitsStored": 12, "HighBit": 11})
    ds.update({"PixelRepresentation": 0, "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2"})
    ds.NumberOfFrames = frames
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = dicomspec.uid.ExplicitVRLittleEndian
    ds.add_new("PixelData", "OW", bytes(frames * 48))
    return ds


def overlay(
    ds: Dataset, bits: np.ndarray, group: int = 0x6000, origin: tuple[int, int] = (1, 1), first: int = 0
) -> None:
    ds.add_new((group, 0x10), "US", bits.shape[-2])
    ds.add_new((group, 0x11), "US", bits.shape[-1])
    if bits.ndim == 3:
        ds.add_new((group, 0x15), "IS", len(bits))
    ds.add_new((group, 0x40), "CS", "G")
    ds.add_new((group, 0x50), "SS", list(origin))
    if first:
        ds.add_new((group, 0x51), "US", first)
    ds.add_new((group, 0x100), "US", 1)
    ds.add_new((group, 0x3000), "OW", pixels.pack_bits(bits))


def drawn(ds: Dataset, frame: int = 0) -> list[list[int]]:
    """Rows and columns of the pixels that an overlay covers."""
    picture = pixels.render(ds, frame, overlay_color=(9, 8, 7))
    if picture.ndim == 2:
        return []
    covered = (picture == (9, 8, 7)).all(axis=-1)
    assert (picture[~covered] == 0).all()
    return np.argwhere(covered).tolist()


def test_several_frames():
    bits = np.random.default_rng(0).integers(0, 2, (3, 3, 3), np.uint8)  # frames start within bytes
    ds = image(frames=4)
    overlay(ds, bits, first=2)
    np.testing.assert_array_equal(ds.overlay_array(), bits)
    assert drawn(ds, 0) == []
    for frame in (1, 2, 3):
        assert drawn(ds, frame) == np.argwhere(bits[frame - 1]).tolist()


@pytest.mark.parametrize(
    ("origin", "covered"),
    [((1, 1), [[0, 0], [1, 1]]), ((3, 5), [[2, 4], [3, 5]]), ((0, 0), [[0, 0]]), ((4, 6), [[3, 5]]), ((9, -9), [])],
)
def test_origin(origin, covered):
    ds = image()
    overlay(ds, np.eye(2, dtype=np.uint8), origin=origin)
    assert drawn(ds) == covered
    assert pixels.render(ds, overlays=False).ndim == 2


@pytest.mark.parametrize("signed", [0, 1])
@pytest.mark.parametrize("syntax", [dicomspec.uid.ExplicitVRLittleEndian, dicomspec.uid.RLELossless])
def test_bits_of_the_pixels(signed, syntax):
    """Bits 12 and 15 of pixels of 12 bits have planes; the image is the rest (PS3.5 8.1.2 of 2004 and before)."""
    ds = image()
    ds.PixelRepresentation = signed
    stored = np.arange(24, dtype=np.uint16).reshape(4, 6)
    first, second = np.eye(4, 6, dtype=np.uint16), np.eye(4, 6, 2, dtype=np.uint16)
    ds.PixelData = (stored | first << 12 | second << 15).astype("<u2").tobytes()
    for group, bit in ((0x6000, 12), (0x6002, 15)):
        overlay(ds, np.zeros((4, 6), np.uint8), group)
        del ds[group, 0x3000]
        ds.add_new((group, 0x102), "US", bit)
    if syntax == dicomspec.uid.RLELossless:
        rows = ds.PixelData
        planes = [rows[1::2], rows[0::2]]
        segments = b"".join(bytes([len(plane) - 1]) + plane + b"\0" * (len(plane) + 1 & 1) for plane in planes)
        half = len(segments) // 2
        head = np.array([2, 64, 64 + half, *[0] * 13], "<u4").tobytes()
        ds.PixelData = pixels.encapsulate([head + segments])
        ds.file_meta.TransferSyntaxUID = syntax
    np.testing.assert_array_equal(ds.pixel_array, stored)
    np.testing.assert_array_equal(ds.overlay_array(0x6000), first)
    np.testing.assert_array_equal(ds.overlay_array(0x6002), second)


def test_planes_that_are_broken():
    ds = image()
    with pytest.raises(PixelError, match=r"\(6000,0010\): is missing"):
        ds.overlay_array(0x6000)
    with pytest.raises(PixelError, match="0028 is no group of overlays"):
        ds.overlay_array(0x0028)
    overlay(ds, np.zeros((4, 6), np.uint8))
    ds[0x6000, 0x10].value = 60000
    ds[0x6000, 0x11].value = 60000
    with pytest.raises(PixelError, match="has 4 bytes, 450000000 are needed"):
        ds.overlay_array(0x6000)
    del ds[0x6000, 0x3000]
    with pytest.raises(PixelError, match="no data, nor a bit"):
        ds.overlay_array(0x6000)
    ds.add_new((0x6000, 0x102), "US", 3)  # a bit of the stored values
    with pytest.raises(PixelError, match="no data, nor a bit"):
        ds.overlay_array(0x6000)

"""Pixels as arrays: those of the packages' files against pydicom, every form of native data, frames one by one."""

from __future__ import annotations

import warnings
from base64 import b64decode
from pathlib import Path
from typing import Any, Final

import numpy as np
import pydicom
import pydicom.pixels
import pytest

from dicomspec import Dataset, dcmread, pixels
from dicomspec.errors import PixelError
from tests.corpus import FILES, file_id

KEYWORDS: Final = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
IMAGES: Final = [path for path in FILES if any(keyword in dcmread(path, force=True) for keyword in KEYWORDS)]

LOSSY_JPEG: Final = 5
"""How far values of lossy JPEG may be off: libraries differ in the inverse cosine transform (ISO 10918-2 has limits for it)
and in how they spread colour that pixels share. With GDCM, pydicom gives the same, but for one 12 bit file."""
ONLY_HERE: Final = {
    "OT-PAL-8-face.dcm": "no transfer syntax is told: Implicit VR Little Endian is the default (PS3.5 10.1)",
    "emri_small_jpeg_2k_lossless_too_short.dcm": "all frames are there, the delimiter behind them is not, which is an issue",
    "no_meta.dcm": "no transfer syntax is told: Implicit VR Little Endian is the default (PS3.5 10.1)",
    "JPEG-lossy.dcm": "Bits Stored is 8 in the header, 12 in the codestream, which counts (PS3.5 8.2)",
}
"""Files that pydicom does not decode, and why they can be decoded."""
REFUSED: Final = {
    "JPEG2000-embedded-sequence-delimiter.dcm": "codestream",
    "MR_truncated.dcm": "short-pixels",
    "badVR.dcm": "image-pixel",
    "meta_missing_tsyntax.dcm": "image-pixel",
    "nested_priv_SQ.dcm": "image-pixel",
}
"""Files without an image, and the kind of the error."""


def with_pydicom(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(path, force=True).pixel_array


@pytest.mark.parametrize("path", [path for path in IMAGES if path.name not in REFUSED], ids=file_id)
def test_arrays_are_those_of_pydicom(path: Path) -> None:
    found = dcmread(path, force=True).pixel_array
    if path.name in ONLY_HERE:
        assert found.ndim in (2, 3)
        return
    expected = with_pydicom(path)
    assert (found.shape, found.dtype.newbyteorder("=")) == (expected.shape, expected.dtype.newbyteorder("="))
    row = pixels.transfer_syntax(dcmread(path, force=True).file_meta.get("TransferSyntaxUID") or "native")
    if row.family == "jpeg" and row.loss == "lossy":
        assert np.abs(found.astype(int) - expected).max() <= LOSSY_JPEG
    else:
        assert np.array_equal(found, expected)


@pytest.mark.parametrize("path", [path for path in IMAGES if path.name in REFUSED], ids=file_id)
def test_what_is_no_image_is_refused(path: Path) -> None:
    with pytest.raises(PixelError) as caught:
        dcmread(path, force=True).pixel_array
    assert caught.value.code == REFUSED[path.name]


@pytest.mark.parametrize("path", [path for path in IMAGES if path.name not in REFUSED][::8], ids=file_id)
def test_frames_are_those_of_the_array(path: Path) -> None:
    ds = dcmread(path, force=True)
    whole = ds.pixel_array
    frames = ds.frames
    expected = whole if len(frames) > 1 else whole[np.newaxis]
    assert len(frames) == len(expected)
    assert np.array_equal(frames[-1], expected[-1])
    assert all(np.array_equal(a, b) for a, b in zip(frames, expected, strict=True))
    assert np.array_equal(pixels.pixel_array(path, index=0), expected[0])


def test_stored_colour_is_left_alone_when_asked() -> None:
    path = next(path for path in FILES if path.name == "SC_ybr_full_uncompressed.dcm")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = pydicom.pixels.pixel_array(path, raw=True)
    assert np.array_equal(pixels.pixel_array(path, raw=True), expected)


def image(data: bytes, **attributes: Any) -> Dataset:
    """A dataset of 2 x 3 pixels, 8 bits, native."""
    ds = Dataset()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = attributes.pop("syntax", "1.2.840.10008.1.2.1")
    values = {"Rows": 2, "Columns": 3, "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2"}
    values |= {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "PixelRepresentation": 0} | attributes
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    ds.add_new("PixelData", "OW" if values["BitsAllocated"] > 8 else "OB", data)
    return ds


def test_native_data_are_not_copied_and_not_changed_by_accident() -> None:
    data = bytes(range(6))
    found = image(data).pixel_array
    assert found.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert not found.flags.writeable
    assert np.shares_memory(found, np.frombuffer(data, "u1"))


@pytest.mark.parametrize(
    ("data", "attributes", "expected"),
    [
        (b"\x2a\x00", {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}, [[0, 1, 0], [1, 0, 1]]),
        (b"\xff\xff\x01\x00\x02\x00" * 2, {"BitsAllocated": 16, "BitsStored": 12, "HighBit": 11}, [[4095, 1, 2]] * 2),
        (
            b"\xff\x0f\x01\x00\xff\xff" * 2,
            {"BitsAllocated": 16, "BitsStored": 12, "HighBit": 11, "PixelRepresentation": 1},
            [[-1, 1, -1]] * 2,
        ),
        (
            bytes(range(18)),
            {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 1},
            [[[0, 6, 12], [1, 7, 13], [2, 8, 14]], [[3, 9, 15], [4, 10, 16], [5, 11, 17]]],
        ),
        (
            b"\x00\x01\x02\x03\x04\x05",
            {"BitsAllocated": 8, "NumberOfFrames": 2, "Rows": 1},
            [[[0, 1, 2]], [[3, 4, 5]]],
        ),
    ],
    ids=["bits", "unused bits", "signed", "planes", "frames"],
)
def test_native_forms(data: bytes, attributes: dict[str, Any], expected: Any) -> None:
    assert image(data, **attributes).pixel_array.tolist() == expected


def test_memory_of_a_pass_is_that_of_two_frames() -> None:
    import tracemalloc

    ds = Dataset()
    frame = np.arange(256 * 256, dtype="u2").reshape(256, 256)
    ds.set_pixels(np.stack([frame + number for number in range(20)]), "rle")
    tracemalloc.start()
    total = sum(int(each[0, 0]) for each in ds.frames)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == sum(range(20))
    assert peak < 12 * frame.nbytes  # of one frame: the plan of its runs; of all 20: 20 times that


def test_a_codec_can_be_named_and_must_be_there() -> None:
    path = next(path for path in FILES if path.name == "JPEG2000.dcm")
    with pytest.raises(PixelError, match="there is no codec 'nothing'"):
        pixels.pixel_array(path, decoding_plugin="nothing")
    assert np.array_equal(pixels.pixel_array(path, decoding_plugin="pylibjpeg"), pixels.pixel_array(path))


PROGRESSIVE: Final = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYU"
    "GBIUFRT/wgALCAAQABgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABwj/2gAIAQEAAAABB1ZVnRWVf//EABYQAAMAAAAAAAAAAAAAAAAAAAADBf/a"
    "AAgBAQABBQKakmpJqSakmpJqT//EABUQAQEAAAAAAAAAAAAAAAAAAAAB/9oACAEBAAY/AoiIiP/EABUQAQEAAAAAAAAAAAAAAAAAAABR/9oACAEB"
    "AAE/IYkSJEiRP//aAAgBAQAAABC3/8QAFRABAQAAAAAAAAAAAAAAAAAAAKH/2gAIAQEAAT8QnJycnJyc/9k="
)
"""16 x 24 pixels of 8 x + 3 y modulo 256, in six scans of spectral selection and successive approximation."""


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"])
def test_retired_jpeg_processes(syntax: str) -> None:
    pytest.importorskip("imagecodecs")
    y, x = np.mgrid[:16, :24]
    ds = image(pixels.encapsulate([PROGRESSIVE]), syntax=syntax, Rows=16, Columns=24)
    assert np.abs(ds.pixel_array - (x * 8 + y * 3)).max() <= 1

"""Pixel data that go by way of a temporary file: the same datasets as without, in little memory."""

from __future__ import annotations

import copy
import io
import pickle
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from dicomspec import Dataset, dcmread
from dicomspec.errors import PixelError
from dicomspec.pixels import spool

SYNTAXES = ("native", "implicit", "ExplicitVRBigEndian", "rle", "DeflatedImageFrameCompression")


def image(values: np.ndarray, syntax: str) -> Dataset:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.set_pixels(values, syntax)
    return ds


def written(ds: Dataset) -> bytes:
    target = io.BytesIO()
    ds.save_as(target, enforce_file_format=True)
    return target.getvalue()


@pytest.mark.parametrize("dtype", ["u1", "u2"])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_files_are_the_same(syntax: str, dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(105, dtype=dtype).reshape(3, 5, 7)
    plain = [image(values, syntax)]
    for name in SYNTAXES:
        plain.append(dcmread(written(plain[0])))
        plain[-1].transcode(name, offset_table="extended")
    monkeypatch.setattr(spool, "IN_MEMORY", 16)
    spooled = [image(values, syntax)]
    assert spooled[0]["PixelData"].raw is not None
    for name in SYNTAXES:
        spooled.append(dcmread(written(spooled[0])))
        spooled[-1].transcode(name, offset_table="extended")
    for expected, found in zip(plain, spooled, strict=True):
        assert written(found) == written(expected)
        assert np.array_equal(found.pixel_array, values)
        assert written(copy.deepcopy(found)) == written(pickle.loads(pickle.dumps(found))) == written(expected)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_edited_frames(syntax: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(105, dtype="u1").reshape(3, 5, 7)
    ds, spooled = image(values, syntax), image(values, syntax)
    with ds.edit_pixels() as frames:
        frames[1][2:4, 3] = 200
    monkeypatch.setattr(spool, "IN_MEMORY", 16)
    for each in (spooled, dcmread(written(spooled))):
        with each.edit_pixels() as frames:
            frames[1][2:4, 3] = 200
        assert each["PixelData"].raw is not None
        assert written(each) == written(ds)


def test_what_is_in_a_file_is_read_from_there(tmp_path: Path) -> None:
    frame = np.arange(512 * 512, dtype="u2").reshape(512, 512) // 64
    ds = image(np.stack([frame] * 60), "rle")
    ds.save_as(tmp_path / "rle.dcm")
    ds = dcmread(tmp_path / "rle.dcm")
    tracemalloc.start()
    ds.transcode("native")  # 30 MB
    ds.save_as(tmp_path / "native.dcm")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.5 * spool.IN_MEMORY
    assert np.array_equal(dcmread(tmp_path / "native.dcm").frames[59], frame)


def test_an_error_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 16)
    ds = image(np.arange(105, dtype="u1").reshape(3, 5, 7), "rle")
    before = written(ds)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise PixelError("enough")

    with pytest.raises(PixelError, match="enough"):
        ds.transcode("native", progress=stop)
    assert written(ds) == before

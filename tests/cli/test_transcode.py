"""``dicomspec transcode``: a file in another transfer syntax."""

from __future__ import annotations

import numpy as np
import pytest

from dicomspec import dcmread, examples


@pytest.mark.parametrize(
    ("name", "syntax"), [("rle", "RLELossless"), ("JPEG2000Lossless", "JPEG2000Lossless"), ("deflated", "")]
)
def test_without_loss(run, tmp_path, name, syntax):
    out = tmp_path / "out.dcm"
    ran = run("transcode", examples.path("ct"), out, "--to", name)
    assert (ran.code, ran.out, ran.err) == (0, [], [])
    found, before = dcmread(out, strict=True), dcmread(examples.path("ct"))
    assert np.array_equal(found.pixel_array, before.pixel_array)
    assert found.SOPInstanceUID == before.SOPInstanceUID
    assert not syntax or found.file_meta.TransferSyntaxUID.keyword == syntax


def test_options(run, tmp_path):
    out = tmp_path / "out.dcm"
    ran = run("transcode", examples.path("ct"), out, "--to", "jpegls-near", "--error", 3, "--offset-table", "extended")
    assert (ran.code, ran.err) == (0, [])
    found, before = dcmread(out), dcmread(examples.path("ct"))
    assert 0 < np.abs(found.pixel_array.astype(int) - before.pixel_array).max() <= 3
    assert "ExtendedOffsetTable" in found
    assert found.SOPInstanceUID != before.SOPInstanceUID
    run("transcode", examples.path("ct"), out, "--to", "jpegls-near", "--keep-uid", "--force")
    assert dcmread(out).SOPInstanceUID == before.SOPInstanceUID


def test_what_is_there_is_not_replaced(run, tmp_path):
    out = tmp_path / "out.dcm"
    out.write_bytes(b"mine")
    ran = run("transcode", examples.path("ct"), out, "--to", "rle")
    assert (ran.code, ran.err) == (2, [f"dicomspec: {out} exists; --force replaces it"])
    assert out.read_bytes() == b"mine"
    assert run("transcode", examples.path("ct"), out, "--to", "rle", "--force").code == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [("gif", "is no transfer syntax"), ("jpeg", "cannot hold"), ("MPEG2MPML", "video")],
)
def test_what_cannot_be(run, tmp_path, name, message):
    ran = run("transcode", examples.path("ct"), tmp_path / "out.dcm", "--to", name)
    assert ran.code == 2
    assert message in ran.err[0]
    assert not (tmp_path / "out.dcm").exists()


def test_a_dataset_without_pixels(run, tmp_path):
    ran = run("transcode", examples.path("rtplan"), tmp_path / "out.dcm", "--to", "ExplicitVRLittleEndian")
    assert ran.code == 0
    assert dcmread(tmp_path / "out.dcm").BeamSequence[1].BeamName == "PA"

"""``dicomspec scan``: a line a file, as CSV and as JSON."""

from __future__ import annotations

import csv
import json

from dicomspec import examples

KEYS = ("-k", "PatientName", "-k", "Rows", "-k", "ImageType", "-k", "BeamSequence", "-k", "PixelData")


def test_csv(run):
    plan, ct = examples.path("rtplan"), examples.path("ct")
    ran = run("scan", plan, ct, *KEYS)
    assert (ran.code, ran.err) == (0, [])
    assert list(csv.reader(ran.out)) == [
        ["file", "PatientName", "Rows", "ImageType", "BeamSequence", "PixelData"],
        [str(plan), "Last^First^mid^pre", "", "", "2 items", ""],
        [str(ct), "Last^First^mid^pre", "64", "ORIGINAL\\PRIMARY\\AXIAL", "", "8192 bytes"],
    ]


def test_json(run):
    ran = run("scan", examples.path("ct"), *KEYS, "--format", "json", "--jobs", "2")
    assert json.loads(ran.out[0]) == {
        "file": str(examples.path("ct")),
        "PatientName": "Last^First^mid^pre",
        "Rows": 64,
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "BeamSequence": None,
        "PixelData": "8192 bytes",
    }


def test_what_cannot_be_read_is_told(run, tmp_path):
    (tmp_path / "notes.txt").write_text("These are notes, and not DICOM.")
    ran = run("scan", tmp_path / "notes.txt", examples.path("ct"), "-k", "Modality")
    assert ran.code == 2
    assert len(ran.out) == 2
    assert "not a DICOM file" in ran.err[0]
    assert run("scan", tmp_path, examples.path("ct"), "-k", "Modality").code == 0  # passed over in a folder


def test_a_wrong_keyword_is_told(run):
    ran = run("scan", examples.path("ct"), "-k", "PatientsName")
    assert ran.code == 2
    assert "did you mean PatientName" in ran.err[0]

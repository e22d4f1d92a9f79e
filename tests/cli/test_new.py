"""``dicomspec new``: what it makes, what it tells, what it refuses."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dicomspec import dcmread, validate

PDF = [
    *("PatientName=Doe^Jane", "PatientID=42", "Modality=DOC", "ConversionType=WSD", "BurnedInAnnotation=NO"),
    *("DocumentTitle=Report", "MIMETypeOfEncapsulatedDocument=application/pdf", "InstanceNumber=1", "SeriesNumber=1"),
]


def sets(*pairs: str) -> list[str]:
    return [part for pair in pairs for part in ("--set", pair)]


def test_without_a_file_it_tells_what_is_missing(run):
    ran = run("new", "CTImage", *sets("PatientID=42", "PatientName=Doe^Jane"))
    assert ran.code == 1
    assert ran.out[0].split() == ["where", "message", "reference"]
    assert any(line.startswith("RescaleSlope ") and "(Type 1)" in line for line in ran.out)
    assert not any(line.startswith("PatientID") for line in ran.out)


def test_what_conforms_is_written(run, tmp_path):
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 ")
    out = str(tmp_path / "report.dcm")
    arguments = ["new", "encapsulated-pdf", *sets(*PDF, f"EncapsulatedDocument=@{tmp_path / 'report.pdf'}")]
    assert run(*arguments, out).code == 1  # Type 2 is missing
    ran = run(*arguments, "--empty-type-2", out)
    assert (ran.code, ran.out) == (0, [])
    ds = dcmread(out)
    assert (ds.PatientName, ds.DocumentTitle) == ("Doe^Jane", "Report")
    assert ds.EncapsulatedDocument.startswith(b"%PDF-1.7")
    assert validate(out).ok
    again = run(*arguments, "--empty-type-2", out)
    assert again.code == 2
    assert "exists" in again.err[0]
    assert run(*arguments, "--empty-type-2", "--force", out).code == 0


def test_items_numbers_and_several_values(run, tmp_path):
    out = str(tmp_path / "plan.dcm")
    values = ["BeamSequence[0].BeamNumber=1", "BeamSequence[1].BeamNumber=2", "BeamSequence[1].BeamName=PA"]
    values += ["(300a,0002)=A", "BeamSequence[0].ControlPointSequence[0].IsocenterPosition=1\\2.5\\-3"]
    assert run("new", "rtplan", *sets(*values), "--no-check", out).code == 0
    ds = dcmread(out)
    assert (ds.RTPlanLabel, ds.BeamSequence[1].BeamName) == ("A", "PA")
    assert ds.BeamSequence[0].ControlPointSequence[0].IsocenterPosition == [1, 2.5, -3]
    values = ["Rows=64", "PixelRepresentation=7", "ImageType=ORIGINAL\\PRIMARY\\AXIAL", "TableSpeed=1.5"]
    assert run("new", "CTImage", *sets(*values), "--no-check", "--force", out).code == 0
    ds = dcmread(out)
    assert (ds.Rows, ds.PixelRepresentation, ds.TableSpeed) == (64, 7, 1.5)
    assert ds.ImageType == ["ORIGINAL", "PRIMARY", "AXIAL"]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["ctimag"], "did you mean CTImage"),
        (["CTImage", "--set", "PatientID"], "is not KEYWORD=VALUE"),
        (["CTImage", *sets("Rows=x")], "Rows: 'x' is no number"),
        (["CTImage", *sets("Roows=1")], "did you mean Rows"),
        (["CTImage", *sets("PixelData=5")], "as @FILE"),
        (["CTImage", *sets("PixelData=@no-such-file")], "no-such-file: No such file"),
        (["CTImage", *sets("PatientSex=X")], "none of the enumerated values M, F, O"),
        (["CTImage", *sets("BeamSequence=")], "is a sequence"),
        (["CTImage", *sets("BeamSequence[0].BeamName=1")], "no attribute of CTImage"),
        (["RTPlan", *sets("BeamSequence[1].BeamName=1")], "BeamSequence has 0 items; the next one is [0]"),
        (["DigitalXRayImage"], "give SOPClassUID"),
    ],
)
def test_errors(run, arguments, part):
    ran = run("new", *arguments)
    assert ran.code == 2
    assert len(ran.err) == 1
    assert part in ran.err[0]


def test_standard_output():
    command = [sys.executable, "-m", "dicomspec", "new", "RTPlan", "--no-check", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert dcmread(done.stdout).Modality == "RTPLAN"

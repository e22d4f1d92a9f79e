"""``dicomspec show``."""

from __future__ import annotations

import pytest

from dicomspec import dicomio, examples
from tests import builders

PLAN = examples.path("rtplan")


def test_tree(run):
    ran = run("show", PLAN)
    assert ran.code == 0
    assert ran.out[0].startswith(f"{PLAN}  RT Plan Storage  Implicit VR Little Endian")
    assert "├─ (0010,0010) PatientName  PN  'Last^First^mid^pre'" in ran.out
    at = ran.out.index("├─ (300A,00B0) BeamSequence  2 items")
    assert ran.out[at + 1 : at + 3] == ["│  ├─ [0]", "│  │  ├─ (300A,00B2) TreatmentMachineName  SH  'unit001'"]
    assert ran.out[-1].startswith("└─ (300E,0002) ApprovalStatus")


def test_every_element_is_shown_once(run):
    ran = run("show", PLAN)
    ds = dicomio.read_file(PLAN)
    tags = [line.lstrip("│├└─ ")[:11] for line in ran.out if line.lstrip("│├└─ ").startswith("(")]
    assert tags == [str(element.tag) for element in ds.iterall()]


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("BeamSequence[1].BeamName", "(300A,00C2) BeamName  LO  'PA'"),
        ("BeamSequence[-1].BeamName", "(300A,00C2) BeamName  LO  'PA'"),
        ("(300A,00B0)[0].(300A,00C2)", "(300A,00C2) BeamName  LO  'AP'"),
        ("300a00b0[0].300A,00C2", "(300A,00C2) BeamName  LO  'AP'"),
        ("BeamSequence", "(300A,00B0) BeamSequence  2 items"),
        ("BeamSequence[0]", "├─ (300A,00B2) TreatmentMachineName  SH  'unit001'"),
        ("TransferSyntaxUID", "(0002,0010) TransferSyntaxUID  UI  Implicit VR Little Endian"),
    ],
)
def test_path(run, path, first):
    ran = run("show", PLAN, path)
    assert ran.code == 0
    assert ran.out[0].startswith(first)


def test_depth(run):
    counts = [len(run("show", PLAN, *options).out) for options in (["--top"], ["--depth", 1], ["--depth", 2], [])]
    assert counts == sorted(set(counts))
    assert run("show", PLAN, "--top").out == run("show", PLAN, "--depth", 0).out
    assert run("show", PLAN, "BeamSequence", "--depth", 0).out == ["(300A,00B0) BeamSequence  2 items"]


def test_grep_tells_paths_that_show_takes(run):
    ran = run("show", PLAN, "--grep", "POSITION")
    assert "PatientSetupSequence[0].PatientPosition  CS  'HFS'" in ran.out
    for line in ran.out:
        path, _, rest = line.partition("  ")
        assert run("show", PLAN, path, "--depth", 0).out[0].endswith(rest)


@pytest.mark.parametrize(
    ("text", "found"),
    [("last^first", ["PatientName"]), ("(0010,0020)", ["PatientID"]), ("patient's name", ["PatientName"]), ("xyz", [])],
)
def test_grep_looks_at_tag_name_and_value(run, text, found):
    ran = run("show", PLAN, "--grep", text)
    assert [line.split("  ")[0] for line in ran.out] == found


def test_grep_below_a_path(run):
    for path in ("BeamSequence[1]", "BeamSequence"):
        lines = run("show", PLAN, path, "--grep", "beamname").out
        assert lines[-1] == "BeamSequence[1].BeamName  LO  'PA'"


def test_several_files(run):
    ran = run("show", PLAN, examples.path("ct"), "Modality")
    modality = "(0008,0060) Modality  CS  "
    assert ran.out == [str(PLAN), f"{modality}'RTPLAN'", str(examples.path("ct")), f"{modality}'CT'"]


def test_meta_and_private(run, tmp_path):
    body = builders.element(0x00090010, "LO", "MAKER") + builders.element(0x00091001, "LO", "secret")
    file = tmp_path / "private.dcm"
    file.write_bytes(builders.file(body + builders.element(0x00100020, "LO", "1")))
    assert any("secret" in line for line in run("show", file).out)
    assert not any("(0009" in line for line in run("show", file, "--no-private").out)
    assert "├─ (0002,0010) TransferSyntaxUID  UI  Explicit VR Little Endian" in run("show", file, "--meta").out
    assert not any("(0002" in line for line in run("show", file).out)


def test_width(run):
    whole, cut = run("show", PLAN).out, run("show", PLAN, "--width", 40).out
    assert len(whole) == len(cut)
    assert max(map(len, cut)) == 40 < max(map(len, whole))


def test_issues_are_not_silent(run, tmp_path):
    file = tmp_path / "bad.dcm"
    file.write_bytes(builders.file(builders.element(0x00200013, "IS", "1A")))
    ran = run("show", file)
    assert "└─ (0020,0013) InstanceNumber  IS  '1A'" in ran.out
    assert ran.err == [f"dicomspec: {file}: 1 issue in reading; dicomspec validate tells them"]
    assert ran.code == 0


def test_deep_nesting(run, tmp_path):
    file = tmp_path / "deep.dcm"
    file.write_bytes(builders.file(builders.nested(1000, "undefined")))
    ran = run("show", file)
    assert ran.code == 0
    assert sum("ContentSequence" in line for line in ran.out) == 1000
    assert max(map(len, ran.out)) < 250


def test_what_is_no_dicom_is_named_once(run):
    ran = run("show", __file__)
    assert ran.code == 2
    assert ran.err[0].count(__file__) == 1

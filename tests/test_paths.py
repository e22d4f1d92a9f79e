"""Paths: what they find, and what is said when they find nothing."""

from __future__ import annotations

import pytest

from dicomspec import DataElement, Dataset, DicomError, dcmread, examples, paths
from dicomspec.errors import PathError, UnknownKeywordError


@pytest.fixture(scope="module")
def plan() -> Dataset:
    return dcmread(examples.path("rtplan"))


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("PatientName", [("PatientName", None)]),
        ("BeamSequence[0].BeamName", [("BeamSequence", 0), ("BeamName", None)]),
        (" BeamSequence[ -1 ] ", [("BeamSequence", -1)]),
        ("(300A,00B0)[12].(300A, 00C2)", [("(300A,00B0)", 12), ("(300A, 00C2)", None)]),
        ("300A00B0[0].300A,00C2", [("300A00B0", 0), ("300A,00C2", None)]),
    ],
)
def test_parse(text, steps):
    assert paths.parse(text) == steps
    assert paths.parse(".".join(map(str, paths.parse(text)))) == steps


@pytest.mark.parametrize(
    "text", ["", " ", ".", "a.", ".a", "a..b", "a[", "a[0", "a[x]", "a]", "[0]", "a[0][1]", "a[0]b", "(a"]
)
def test_no_path(text):
    with pytest.raises(PathError, match="is no path"):
        paths.parse(text)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("PatientName", "Last^First^mid^pre"),
        ("BeamSequence[1].BeamName", "PA"),
        ("BeamSequence[-2].ControlPointSequence[0].GantryAngle", 0),
        ("(300a,00b0)[0].(300A,00C2)", "AP"),
        ("TransferSyntaxUID", "1.2.840.10008.1.2"),
    ],
)
def test_elements(plan, path, value):
    element = paths.find(plan, path)
    assert isinstance(element, DataElement)
    assert element.value == value


def test_items(plan):
    assert paths.find(plan, "BeamSequence[1]") is plan.BeamSequence[1]
    assert isinstance(paths.find(plan, "BeamSequence[1]"), Dataset)


@pytest.mark.parametrize(
    ("path", "kind", "at", "message"),
    [
        ("BeemSequence[0]", UnknownKeywordError, "BeemSequence", "did you mean BeamSequence"),
        ("BeamSequence[0].BeamNam", UnknownKeywordError, "BeamSequence[0].BeamNam", "did you mean BeamName"),
        ("BeamSequence[0].BeamDescription", PathError, "BeamSequence[0].BeamDescription", "BeamSequence[0] has no"),
        ("BeamSequence[2]", PathError, "BeamSequence[2]", "has 2 items, numbered from 0"),
        ("BeamSequence[-3]", PathError, "BeamSequence[-3]", "has 2 items, numbered from 0"),
        ("BeamSequence.BeamName", PathError, "BeamSequence", "say which item, as in BeamSequence[0].BeamName"),
        ("PatientName[0]", PathError, "PatientName[0]", "is no sequence (its VR is PN)"),
        ("PatientName.BeamName", PathError, "PatientName", "there is no BeamName in it"),
        ("PatientSize", PathError, "PatientSize", "the dataset has no PatientSize; there are Patient"),
        ("(zz)", PathError, "(zz)", "neither a keyword nor a tag"),
    ],
)
def test_what_is_not_there(plan, path, kind, at, message):
    with pytest.raises(kind) as caught:
        paths.find(plan, path)
    error = caught.value
    assert isinstance(error, DicomError)
    assert error.path == at
    assert message in error.message


def test_paths_of_issues_can_be_followed():
    ds = Dataset()
    ds.add_new(0x00091001, "LO", "x")
    assert paths.find(ds, paths.step_of(ds[0x00091001])).value == "x"

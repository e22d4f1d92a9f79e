"""What dciodvfy, dicom-validator and pydicom let pass, in real files: each with the file as it was beside it."""

from __future__ import annotations

import io
import struct
from functools import cache
from pathlib import Path
from typing import Any, Final

import pydicom.data
import pytest

import dicomspec
from dicomspec import Dataset, dcmread
from dicomspec.edition import DEFAULT
from dicomspec.validation import Report
from dicomspec.validation.nodes import File
from dicomspec.validation.terms import codes
from tests.corpus import FILES
from tests.validation.clean import clean, written

FOLDER = Path(pydicom.data.__file__).parent


def file(name: str) -> bytes:
    return next(path for path in FILES if path.name == name).read_bytes()


def put(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


def errors(data: bytes, *groups: str) -> list[tuple[str, str]]:
    return [(issue.rule, issue.path) for issue in dicomspec.validate(data, only=groups).errors]


# --- text that is not UTF-8 where the file says that it is ----------------------------------------------------------

NAME = "Wang^XiaoDong=王^小東=".encode()
BAD_UTF8 = {
    "cut": NAME[:-5] + b"\xe5\xb0=" + b"  ",
    "latin 1": NAME[:-1] + b"\xfc",
    "overlong": NAME[:-2] + b"\xc0\xaf",
    "surrogate": NAME[:-3] + b"\xed\xa0\x80",
    "beyond Unicode": NAME[:-4] + b"\xf5\x80\x80\x80",
}


@pytest.mark.parametrize("kind", BAD_UTF8)
def test_text_that_is_no_utf8(kind):
    data, bad = file("chrX1.dcm"), BAD_UTF8[kind]
    assert len(bad) == len(NAME)
    assert errors(data, "charset") == []
    (found,) = dicomspec.validate(put(data, NAME, bad), only="charset").errors
    assert (found.rule, found.path, found.edition) == ("charset", "PatientName", "2026d")
    assert found.offset == data.index(NAME)


def test_text_that_is_no_utf8_in_an_item_two_levels_down():
    ds = dcmread(io.BytesIO(clean("Basic text SR")))
    ds.SpecificCharacterSet = "ISO_IR 192"
    leaf = Dataset({"ValueType": "TEXT", "RelationshipType": "CONTAINS", "TextValue": "Größe"})
    ds.ContentSequence = [
        Dataset({"ValueType": "CONTAINER", "RelationshipType": "CONTAINS", "ContentSequence": [leaf]})
    ]
    data = written(ds)
    assert errors(data, "charset") == []
    bad = put(data, "Größe".encode(), "Größe".encode("latin-1") + b"  ")
    assert errors(bad, "charset") == [("charset", "ContentSequence[0].ContentSequence[0].TextValue")]


# --- codes that are not of the context group that the standard defines -----------------------------------------------


def coded(name: str, keyword: str, value: str, scheme: str) -> Report:
    ds = dcmread(io.BytesIO(clean(name)))
    setattr(ds, keyword, [Dataset({"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": "Meaning"})])
    return dicomspec.validate(written(ds), only="code")


def test_codes_outside_a_group_that_may_be_extended():
    """CID 4031 Common Anatomic Regions may be: what is outside of it is worth a look, a code of one's own is not."""
    assert coded("CT", "AnatomicRegionSequence", "69536005", "SCT") == []
    assert coded("CT", "AnatomicRegionSequence", "L1", "99LOCAL") == []
    (found,) = coded("CT", "AnatomicRegionSequence", "121071", "DCM")
    assert (found.rule, found.severity, found.path) == (
        "code-outside",
        "warning",
        "AnatomicRegionSequence[0].CodeValue",
    )
    assert "CID " in found.message


@pytest.mark.parametrize(("value", "scheme"), [("113076", "DCM"), ("L1", "99LOCAL")])
def test_codes_outside_a_group_that_may_not_be_extended(value, scheme):
    """CID 4014 View for Mammography: there is no other code, not of one's own either."""
    assert coded("MG", "ViewCodeSequence", "399162004", "SCT").errors == []  # cranio-caudal
    (found,) = coded("MG", "ViewCodeSequence", value, scheme).errors
    assert (found.rule, found.path) == ("code-outside", "ViewCodeSequence[0].CodeValue")
    assert "which may not be extended" in found.message


def test_groups_that_are_suggestions_or_one_of_several():
    item = Dataset({"CodeValue": "L1", "CodingSchemeDesignator": "99LOCAL", "CodeMeaning": "Right"})
    ds = Dataset({"AnatomicRegionModifierSequence": [item]})
    subject = File(ds, DEFAULT)

    def found(groups: list[tuple[str, str]]) -> list[str]:
        element = ds["AnatomicRegionModifierSequence"]
        return [finding.severity for _, finding in codes(subject, subject.top, element, groups)]

    assert found([("dcid", "244")]) == [""]  # as bad as the rule has it
    assert found([("bcid", "244")]) == []
    assert found([("dcid", "244"), ("dcid", "2")]) == []  # one of the two may be extended


# --- offsets of a DICOMDIR -------------------------------------------------------------------------------------------


@cache
def directory() -> tuple[bytes, Any]:
    data = (FOLDER / "test_files/dicomdirtests/DICOMDIR").read_bytes()
    return data, dcmread(io.BytesIO(data))


OFFSETS = {
    "OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity": None,
    "OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity": None,
    "OffsetOfTheNextDirectoryRecord": 4,
    "OffsetOfReferencedLowerLevelDirectoryEntity": 0,
}


@pytest.mark.parametrize("shift", [2, 8, -14, 100_000_000])
@pytest.mark.parametrize("keyword", OFFSETS)
def test_offsets_beside_a_record(keyword, shift):
    data, ds = directory()
    number = OFFSETS[keyword]
    body = ds if number is None else ds.DirectoryRecordSequence[number]
    if not body[keyword].value:
        number, body = next((n, each) for n, each in enumerate(ds.DirectoryRecordSequence) if each[keyword].value)
    start = body[keyword].raw[2]
    bad = data[:start] + struct.pack("<I", body[keyword].value + shift) + data[start + 4 :]
    where = keyword if number is None else f"DirectoryRecordSequence[{number}].{keyword}"
    assert errors(data, "dicomdir") == []
    assert ("dicomdir-offset", where) in errors(bad, "dicomdir")


def test_offsets_to_the_wrong_record():
    """A record that is there, but not the one that follows."""
    data, ds = directory()
    records = list(ds.DirectoryRecordSequence)
    number, record = next((n, each) for n, each in enumerate(records) if each.OffsetOfTheNextDirectoryRecord)
    start = record["OffsetOfTheNextDirectoryRecord"].raw[2]
    for target in (records[0]._begin, record._begin):  # a circle
        bad = data[:start] + struct.pack("<I", target) + data[start + 4 :]
        assert "dicomdir-links" in {rule for rule, _ in errors(bad, "dicomdir")}, number


# --- a fault in the last frame alone ---------------------------------------------------------------------------------


LAST: Final = {
    "attribute-missing": ("PlanePositionSequence[0].ImagePositionPatient", None),
    "attribute-empty": ("FrameContentSequence[0].DimensionIndexValues", ""),
    "vm": ("PlanePositionSequence[0].ImagePositionPatient", ["1", "2"]),
    "value-characters": ("FrameContentSequence[0].StackID", "a\x01"),
    "attribute-unexpected": ("FrameContentSequence[0].PatientName", "Doe"),
    "value-form": ("FrameContentSequence[0].FrameAcquisitionDateTime", "20260230"),
}
"""Rule -> what breaks it: path in the frame, and value; None takes it out."""


@pytest.mark.parametrize("rule", LAST)
def test_a_nested_fault_in_the_last_frame_alone(rule):
    ds = dcmread(io.BytesIO(file("eCT_Supplemental.dcm")), check=False)
    before = {(issue.rule, issue.path) for issue in dicomspec.validate(ds)}
    path, value = LAST[rule]
    sequence, keyword = path.split("[0].")
    item = ds.PerFrameFunctionalGroupsSequence[-1][sequence].value[0]
    if value is None:
        delattr(item, keyword)
    else:
        setattr(item, keyword, value)
    target = io.BytesIO()
    ds.save_as(target)
    found = [
        i for i in dicomspec.validate(target.getvalue()) if (i.rule, i.path) not in before and i.severity != "info"
    ]
    where = f"PerFrameFunctionalGroupsSequence[{ds.NumberOfFrames - 1}].{path}"
    assert [(issue.rule, issue.path, issue.frame) for issue in found] == [(rule, where, ds.NumberOfFrames)]


# --- functional groups that are called like a module -----------------------------------------------------------------


def test_functional_groups_that_are_called_like_a_module():
    """Real World Value Mapping is a macro (C.7.6.16.2.11), and a module of another IOD (C.25.2)."""
    ds = dcmread(io.BytesIO(clean("Enhanced MR")))
    unit = Dataset({"CodeValue": "1", "CodingSchemeDesignator": "UCUM", "CodeMeaning": "no units"})
    mapping = {
        "RealWorldValueFirstValueMapped": 0,
        "RealWorldValueLastValueMapped": 9,
        "RealWorldValueIntercept": 0.0,
        "RealWorldValueSlope": 1.0,
        "LUTExplanation": "Text",
        "LUTLabel": "TEXT",
        "MeasurementUnitsCodeSequence": [unit],
    }
    ds.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence = [Dataset(mapping)]
    assert dicomspec.validate(written(ds), only="iod", min_severity="warning") == []
    del ds.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0].LUTLabel
    where = "SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0].LUTLabel"
    assert errors(written(ds), "iod") == [("attribute-missing", where)]

"""`DataElement`: one element on its own."""

from __future__ import annotations

import copy
import datetime as dt
import io
import pickle
from decimal import Decimal
from typing import Any, Final

import pytest

from dicomspec import DataElement, Dataset, MultiValue, PersonName, Sequence, Tag, dcmread
from dicomspec.errors import DicomError, TagError, ValueRuleError
from tests import builders as b

VALUES: Final[list[tuple[str, str, Any, Any, int]]] = [
    # keyword, VR, what is given, the value, VM
    ("PatientID", "LO", "17", "17", 1),
    ("PatientID", "LO", None, "", 0),
    ("PatientID", "LO", "", "", 0),
    ("ImageType", "CS", ["A", "B"], ["A", "B"], 2),
    ("ImageType", "CS", "A\\B", ["A", "B"], 2),
    ("ImageType", "CS", ["A"], "A", 1),
    ("ImageType", "CS", ("A", "B"), ["A", "B"], 2),
    ("PatientComments", "LT", "a\\b", "a\\b", 1),
    ("SliceThickness", "DS", "2.50", 2.5, 1),
    ("SliceThickness", "DS", 3, 3.0, 1),
    ("SliceThickness", "DS", Decimal("0.1"), Decimal("0.1"), 1),
    ("PixelSpacing", "DS", "1\\2.5", [1.0, 2.5], 2),
    ("SliceThickness", "DS", None, None, 0),
    ("InstanceNumber", "IS", "12", 12, 1),
    ("InstanceNumber", "IS", 7.0, 7, 1),
    ("Rows", "US", 5, 5, 1),
    ("Rows", "US", None, None, 0),
    ("FrameIncrementPointer", "AT", 0x00181063, 0x00181063, 1),
    ("FrameIncrementPointer", "AT", ["FrameTime", (0x18, 0x1065)], [0x00181063, 0x00181065], 2),
    ("StudyDate", "DA", dt.date(2024, 1, 31), "20240131", 1),
    ("StudyTime", "TM", dt.time(10, 11, 12), "101112", 1),
    ("PatientName", "PN", "Doe^John", "Doe^John", 1),
    ("OperatorsName", "PN", ["A^B", "C"], ["A^B", "C"], 2),
    ("PixelData", "OW", b"\1\2", b"\1\2", 1),
    ("PixelData", "OW", bytearray(b"\1\2"), b"\1\2", 1),
    ("PixelData", "OB", b"", None, 0),
    ("PixelData", "OB or OW", b"\1\2", b"\1\2", 1),
    ("SmallestImagePixelValue", "US or SS", -3, -3, 1),
    ("SmallestImagePixelValue", "US or SS", None, None, 0),
    ("LUTDescriptor", "US or SS", [256, 0, 16], [256, 0, 16], 3),
    ("LUTData", "US or OW", [1, 2], [1, 2], 2),
    ("LUTData", "US or OW", b"\1\0", b"\1\0", 1),
]


@pytest.mark.parametrize(("keyword", "vr", "given", "value", "vm"), VALUES)
def test_values(keyword: str, vr: str, given: Any, value: Any, vm: int) -> None:
    element = DataElement(keyword, vr, given)
    assert element.value == value
    assert type(element.value) is not bool
    assert (element.VM, element.is_empty, element.keyword) == (vm, vm == 0, keyword)
    assert isinstance(element.value, list) == (vm > 1)
    other = DataElement(keyword, vr)
    assert other.is_empty
    other.value = given
    assert other == element
    other.clear()
    assert other.is_empty
    for twin in (copy.copy(element), copy.deepcopy(element), pickle.loads(pickle.dumps(element))):
        assert twin == element
        assert type(twin.value) is type(element.value)


def test_names() -> None:
    element = DataElement((0x0010, 0x0010), "PN", "A")
    assert element.tag == Tag("PatientName")
    assert (element.name, element.keyword, element.is_retired, element.is_private) == (
        "Patient's Name",
        "PatientName",
        False,
        False,
    )
    assert DataElement(0x00080010, "SH", "x").is_retired
    unknown = DataElement(0x00091001, "LO", "x")
    assert (unknown.keyword, unknown.is_private) == ("", True)
    assert "Private" in unknown.name
    assert DataElement(0x00090010, "LO", "x").name == "Private Creator"
    assert DataElement(0x60003000, "OW", b"").keyword == "OverlayData"
    assert DataElement(0x60023000, "OW", b"").keyword == "OverlayData"
    assert DataElement(0x00280000, "UL", 1).name == "Group Length"


def test_errors() -> None:
    with pytest.raises(ValueRuleError, match="no value representation"):
        DataElement("PatientID", "XX", "17")
    with pytest.raises((TagError, DicomError)):
        DataElement("Nonsense", "LO", "17")
    with pytest.raises(ValueRuleError, match="Rows"):
        DataElement("Rows", "US", "seven")
    with pytest.raises(ValueRuleError):
        DataElement("PixelData", "OB", "text")
    with pytest.raises(ValueRuleError):
        DataElement("BeamSequence", "SQ", Dataset())
    element = DataElement("Rows", "US", 7)
    with pytest.raises(ValueRuleError):
        element.value = "seven"
    assert element.value == 7


def test_printed() -> None:
    assert str(DataElement("PatientID", "LO", "17")) == "(0010,0020) Patient ID                          LO: '17'"
    assert DataElement("PixelData", "OB", bytes(100)).repval == "Array of 100 bytes"
    assert DataElement("SOPClassUID", "UI", "1.2.840.10008.5.1.4.1.1.2").repval == "CT Image Storage"
    assert DataElement("SliceThickness", "DS", None).repval == "None"
    assert DataElement("ImageType", "CS", ["A", "B"]).repval == "['A', 'B']"


def test_original_text() -> None:
    ds = dcmread(
        b.file(
            b.element(0x00180050, "DS", "1.50") + b.element(0x00200013, "IS", "+007") + b.element(0x00280010, "US", 7)
        )
    )
    assert (ds.SliceThickness, ds["SliceThickness"].original_string, ds["SliceThickness"].repval) == (
        1.5,
        "1.50",
        "'1.50'",
    )
    assert (ds.InstanceNumber, ds["InstanceNumber"].original_string) == (7, "+007")
    assert ds["Rows"].original_string is None
    ds.SliceThickness = 2
    assert ds["SliceThickness"].original_string is None
    assert ds["SliceThickness"].raw is None


def test_types() -> None:
    assert isinstance(DataElement("PatientName", "PN", "A^B").value, PersonName)
    assert isinstance(DataElement("ImageType", "CS", ["A", "B"]).value, MultiValue)
    assert isinstance(DataElement("BeamSequence", "SQ", []).value, Sequence)
    assert DataElement("BeamSequence", "SQ", []).is_empty
    assert DataElement("BeamSequence", "SQ", [Dataset()]).VM == 1
    given = ["A", "B"]
    element = DataElement("ImageType", "CS", given)
    given.append("C")
    assert element.value == ["A", "B"]


def test_equality() -> None:
    assert DataElement("PatientID", "LO", "1") != DataElement("PatientID", "LO", "2")
    assert DataElement("PatientID", "LO", "1") != DataElement("PatientID", "SH", "1")
    assert DataElement("PixelData", "OB or OW", b"ab") == DataElement("PixelData", "OW", b"ab")
    assert DataElement("PatientID", "LO", "1") != "1"
    with pytest.raises(TypeError):
        hash(DataElement("PatientID", "LO", "1"))


def test_large_values_wait() -> None:
    ds = dcmread(b.file(b.element(0x7FE00010, "OW", bytes(10_000))))
    element = ds["PixelData"]
    assert element.repval == "Array of 10000 bytes"
    assert element.VM == 1
    assert len(element.value) == 10_000
    assert not element.is_undefined_length
    ds = dcmread(b.file(b.fragments(0x7FE00010, [b"abcd"]), b.JPEG_UID))
    assert ds["PixelData"].is_undefined_length
    assert ds.PixelData == b.item(b"") + b.item(b"abcd")


@pytest.mark.parametrize(
    ("keyword", "given", "value", "written"),
    [
        ("SliceThickness", "1.50", 1.5, b"1.50"),
        ("SliceThickness", " +2.0e1 ", 20.0, b"+2.0e1"),
        ("SliceThickness", "0.1234567890123400000", 0.12345678901234, b"0.12345678901234"),  # DS has 16 characters
        ("PixelSpacing", ["0.50", "0.50"], [0.5, 0.5], b"0.50\\0.50 "),
        ("PixelSpacing", "0.50\\0.5", [0.5, 0.5], b"0.50\\0.5"),
        ("SeriesNumber", "007", 7, b"007 "),
        ("SeriesNumber", "+7", 7, b"+7"),
        ("SeriesNumber", "7", 7, b"7 "),
    ],
)
def test_numbers_given_as_text_are_written_as_that(keyword: str, given: object, value: object, written: bytes) -> None:
    ds = Dataset()
    setattr(ds, keyword, given)
    for one in (ds, copy.deepcopy(ds), pickle.loads(pickle.dumps(ds))):
        assert one[keyword].value == value
        target = io.BytesIO()
        one.save_as(target, implicit_vr=True, little_endian=True)
        assert target.getvalue()[8:] == written


def test_original_string_of_what_was_given() -> None:
    assert DataElement("SliceThickness", "DS", "1.50").original_string == "1.50"
    assert DataElement("SliceThickness", "DS", 1.5).original_string is None
    assert DataElement("SeriesNumber", "IS", "007").original_string == "007"

"""Rules that hold when a value is assigned: VR, VM, length, characters, form; and the switch that turns them off."""

from __future__ import annotations

import copy
import io
import pickle
from decimal import Decimal
from typing import Any, Final

import pytest

from dicomspec import DataElement, Dataset, dcmread
from dicomspec.edition import DEFAULT
from dicomspec.element import accept, check_enumerated
from dicomspec.errors import ValueRuleError
from dicomspec.values import COERCE
from dicomspec.values.checks import quick_for
from tests import builders as b

REFUSED: Final[list[tuple[str, Any, str, str]]] = [
    # keyword, value, code of the rule, section
    ("Rows", "x", "value", "PS3.5 6.2"),
    ("Rows", 1.5, "value", "PS3.5 6.2"),
    ("Rows", 65536, "value", "PS3.5 6.2"),
    ("Rows", [1, 2], "vm", "PS3.5 6.4"),
    ("PatientID", 5, "value", "PS3.5 6.2"),
    ("PatientID", "x" * 65, "value-too-long", "PS3.5 6.2"),
    ("PatientID", "a\nb", "value-characters", "PS3.5 6.2"),
    ("PatientID", "a\x1bb", "value-characters", "PS3.5 6.2"),
    ("PatientID", "ä" * 65, "value-too-long", "PS3.5 6.2"),
    ("PatientID", "a\\b", "vm", "PS3.5 6.4"),
    ("AccessionNumber", "x" * 17, "value-too-long", "PS3.5 6.2"),
    ("Modality", "ct", "value-characters", "PS3.5 6.2"),
    ("Modality", "X" * 17, "value-too-long", "PS3.5 6.2"),
    ("ImageType", ["ORIGINAL"], "vm", "PS3.5 6.4"),
    ("ImageType", "ORIGINAL", "vm", "PS3.5 6.4"),
    ("ImageType", ["ORIGINAL", "Primary"], "value-characters", "PS3.5 6.2"),
    ("ImagePositionPatient", [1, 2], "vm", "PS3.5 6.4"),
    ("ImagePositionPatient", [1.0, 2.0], "vm", "PS3.5 6.4"),
    ("ImagePositionPatient", 1.0, "vm", "PS3.5 6.4"),
    ("ImageOrientationPatient", [1.0] * 7, "vm", "PS3.5 6.4"),
    ("PatientName", "a^b^c^d^e^f", "value-name", "PS3.5 6.2.1"),
    ("PatientName", "a=b=c=d", "value-name", "PS3.5 6.2.1"),
    ("PatientName", "x" * 65, "value-too-long", "PS3.5 6.2"),
    ("PatientAge", "42", "value-form", "PS3.5 6.2"),
    ("StudyDate", "2026-01-02", "value-form", "PS3.5 6.2"),
    ("StudyDate", "20260230", "value-form", "PS3.5 6.2"),
    ("StudyTime", "25", "value-form", "PS3.5 6.2"),
    ("AcquisitionDateTime", "2026013", "value-form", "PS3.5 6.2"),
    ("SOPInstanceUID", "1.02.3", "value-form", "PS3.5 9.1"),
    ("SOPInstanceUID", "1.2." + "3" * 61, "value-too-long", "PS3.5 6.2"),
    ("SOPInstanceUID", "not a uid", "value-characters", "PS3.5 6.2"),
    ("SliceThickness", "1.23456789012345678", "value-too-long", "PS3.5 6.2"),
    ("SliceThickness", Decimal("1.23456789012345678"), "value-too-long", "PS3.5 6.2"),
    ("SliceThickness", float("nan"), "value", "PS3.5 6.2"),
    ("InstanceNumber", 1 << 31, "value-form", "PS3.5 6.2"),
    ("InstanceNumber", "0000000000001", "value-too-long", "PS3.5 6.2"),
    ("ExaminedBodyThickness", 1e300, "value-form", "PS3.5 6.2"),
    ("PatientComments", "x" * 10241, "value-too-long", "PS3.5 6.2"),
    ("PatientComments", "\x07", "value-characters", "PS3.5 6.2"),
    ("RetrieveURL", "http://exämple", "value-characters", "PS3.5 6.2"),
    ("StationAETitle", "x" * 17, "value-too-long", "PS3.5 6.2"),
    ("PixelData", "text", "value", "PS3.5 6.2"),
    ("BeamSequence", ["beam"], "value", "PS3.5 7.5"),
]
ACCEPTED: Final[list[tuple[str, Any]]] = [
    ("Rows", 65535),
    ("Rows", "512"),
    ("PatientID", "x" * 64),
    ("PatientID", "ä" * 64),
    ("PatientID", ""),
    ("Modality", "CT"),
    ("ImageType", ["ORIGINAL", "PRIMARY", "M_SE"]),
    ("ImageType", None),
    ("ImagePositionPatient", [1, "2", Decimal("3.5")]),
    ("ImagePositionPatient", []),
    ("PatientName", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    ("PatientAge", "042Y"),
    ("StudyDate", "20240229"),
    ("StudyDate", "20240101-20240229"),  # a range, the key of a query
    ("StudyTime", "1015-"),
    ("StudyTime", "101500.25"),
    ("AcquisitionDateTime", "20260102101500+0100"),
    ("SOPInstanceUID", "1.2." + "3" * 60),
    ("SliceThickness", 1 / 3),
    ("InstanceNumber", "+7"),
    ("InstanceNumber", -(1 << 31)),
    ("ExaminedBodyThickness", 1.5),
    ("ExaminedBodyThickness", float("inf")),
    ("PatientComments", "a\\b\r\n"),
    ("ReferencedFrameNumber", [1, 2, 3]),
    ("SmallestImagePixelValue", -3),
    ("LUTData", bytes(6)),
    ("LUTDescriptor", [256, 0, 16]),
]


def text_alone(ds: Dataset) -> bytes:
    target = io.BytesIO()
    ds.save_as(target, implicit_vr=True, little_endian=True)
    return target.getvalue()


@pytest.mark.parametrize(("keyword", "value", "code", "section"), REFUSED)
def test_what_breaks_a_rule_is_refused_at_once(keyword: str, value: Any, code: str, section: str) -> None:
    ds = Dataset()
    with pytest.raises(ValueRuleError) as caught:
        setattr(ds, keyword, value)
    error = caught.value
    assert (error.code, error.path, error.issue.reference) == (code, keyword, section)
    assert keyword in str(error)
    assert section in str(error)
    assert keyword not in ds
    vr = DEFAULT.vrs[DEFAULT.keywords[keyword]]
    for assign in (
        lambda: Dataset({keyword: value}),
        lambda: ds.update({keyword: value}),
        lambda: ds.setdefault(keyword, value),
        *(
            []
            if code == "vm"
            else [
                lambda: ds.add_new(keyword, vr, value),
                lambda: DataElement(keyword, vr, value),
                lambda: setattr(DataElement(keyword, vr), "value", value),
            ]
        ),
    ):
        with pytest.raises(ValueRuleError, match=keyword):
            assign()
    assert not ds


@pytest.mark.parametrize(("keyword", "value"), ACCEPTED)
def test_what_keeps_the_rules_is_taken(keyword: str, value: Any) -> None:
    ds = Dataset()
    setattr(ds, keyword, value)
    vr = DEFAULT.vrs[DEFAULT.keywords[keyword]]
    again = DataElement(keyword, vr, value)
    assert again == ds[keyword]
    assert type(again.value) is type(ds[keyword].value)
    ds[keyword].value = value
    assert again == ds[keyword]


@pytest.mark.parametrize("vr", sorted(COERCE))
def test_the_quick_way_gives_what_the_long_way_gives(vr: str) -> None:
    values = [value for _, value in ACCEPTED] + [value for _, value, _, _ in REFUSED]
    values += [1.5, 0, -1, "1.2.3", "A^B", "a^b^c", "012D", "x\\y", "é", True, b"ab", 10**400, 1e39, "A", "*", " a "]
    quick = quick_for(vr, "1")
    taken = 0
    for value in values:
        made = quick(value)
        if made is not None:
            long = accept(0x00091001, vr, value)
            assert (made, type(made)) == (long, type(long))
            taken += 1
    assert taken or vr in ("AT", "UN", "LT", "ST", "UR", "UT") or vr[0] == "O"


@pytest.mark.parametrize("vr", ["CS", "DS", "FD", "FL", "IS", "LO", "PN", "SS", "UI", "US"])
def test_the_quick_way_takes_lists_whole_or_not_at_all(vr: str) -> None:
    good: list[Any] = [["A", "B"], ["1.2", "1.3"], [1, 2], [1.5, 2], [-1, 40000]]
    quick = quick_for(vr, "2-n")
    made = [made for values in good if (made := quick(values)) is not None]
    assert made == [accept(0x00091001, vr, list(values)) for values in made]
    assert made
    for values in (
        [],
        ["A"],
        [None, "A"],
        [1, "x"],
        ["a\nb", "A"],
        [float("nan"), 1.0],
        [1, 1e39j],
        [10**400, 1],
        [True, 1],
    ):
        assert quick(values) is None


def test_one_argument_turns_it_off() -> None:
    ds = Dataset(check=False)
    ds.PatientID = "x" * 65
    ds.ImagePositionPatient = [1, 2]
    ds.add_new("Modality", "CS", "ct")
    ds["Modality"].value = "mr"
    ds.update({"StudyDate": "yesterday"})
    ds.private_block(0x0009, "ACME", create=True).add_new(1, "CS", "lower")
    for twin in (copy.copy(ds), copy.deepcopy(ds), pickle.loads(pickle.dumps(ds))):
        twin.PatientID = "y" * 65
        assert twin.Modality == "mr"
    with pytest.raises(ValueRuleError):  # what the VR cannot hold it cannot hold
        ds.Rows = "x"
    assert len(dcmread(io.BytesIO(text_alone(ds)), force=True).PatientID) == 65


def test_a_broken_file_stays_as_it_is() -> None:
    data = b.file(b.element(0x00080060, "CS", "ct") + b.element(0x00100020, "LO", "x" * 70))
    ds = dcmread(data)
    target = io.BytesIO()
    ds.save_as(target)
    assert target.getvalue() == data
    twin = Dataset()
    twin.add(ds["PatientID"])  # elements are taken as they are, values are looked at
    with pytest.raises(ValueRuleError):
        twin.PatientID = ds.PatientID
    with pytest.raises(ValueRuleError):
        ds["Modality"].value = "mr"
    assert ds.Modality == "ct"
    loose = dcmread(data, check=False)
    loose["Modality"].value = "mr"
    loose.PatientID = loose.PatientID + "y"
    assert (loose.Modality, len(loose.PatientID)) == ("mr", 71)


def test_characters_outside_the_character_set() -> None:
    ds = Dataset()
    ds.PatientName = "Müller"  # an item may get its character set from the dataset around it
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientName = "Müller^Jürgen"
    with pytest.raises(ValueRuleError, match="ISO_IR 192") as caught:
        ds.PatientName = "山田"
    assert (caught.value.code, caught.value.path) == ("charset", "PatientName")
    read = dcmread(b.file(b.element(0x00100020, "LO", "x")))
    with pytest.raises(ValueRuleError, match="PatientID"):
        read.PatientID = "ü"
    read.SpecificCharacterSet = "ISO_IR 192"
    read.PatientID = "ü"


def test_characters_of_items_are_those_of_the_dataset_around_them() -> None:
    item = b.item(b.element(0x00080104, "LO", "x"))
    data = b.file(b.element(0x00080005, "CS", "ISO_IR 100") + b.sequence(0x0040A168, [item]))
    read = dcmread(data)
    inner = read.ConceptCodeSequence[0]
    inner.CodeMeaning = "ü"
    with pytest.raises(ValueRuleError):
        inner.CodeMeaning = "山"
    read.SpecificCharacterSet = "ISO_IR 192"
    inner.CodeMeaning = "山"


def test_repeating_groups_and_private_elements() -> None:
    ds = Dataset()
    ds.update({0x60020050: [1, 1]})
    with pytest.raises(ValueRuleError, match="OverlayOrigin"):
        ds.update({0x60020050: [1, 1, 1]})
    ds.add_new(0x60020050, "SS", [1, 1, 1])  # who names the VR knows what he does
    ds.add_new(0x00091001, "DS", [1, 2, 3])  # how many only its creator knows
    with pytest.raises(ValueRuleError, match="0009,1002"):
        ds.add_new(0x00091002, "CS", "lower")


def test_enumerated_values() -> None:
    tag = DEFAULT.keywords["PatientSex"]
    check_enumerated(tag, "M", ("M", "F", "O"), "PS3.3 C.7.1.1")
    check_enumerated(tag, "", ("M", "F", "O"), "PS3.3 C.7.1.1")
    with pytest.raises(ValueRuleError) as caught:
        check_enumerated(tag, ["M", "X"], ("M", "F", "O"), "PS3.3 C.7.1.1")
    assert (caught.value.code, caught.value.path) == ("enumerated-value", "PatientSex")
    assert str(caught.value) == "PatientSex: 'X' is none of the enumerated values M, F, O [PS3.3 C.7.1.1]"

"""Each rule: one file that breaks it, and one that does not."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from functools import cache

import pytest

import dicomspec
from dicomspec import Dataset, dcmread
from dicomspec.errors import DicomError
from dicomspec.validation import RULES, Report, engine
from dicomspec.validation import many as many  # its rules are in the table by being loaded
from tests import builders
from tests.validation import faults
from tests.validation.clean import clean, written

BY_FAULTS = {rule for _, rules, _ in faults.FAULTS for rule in rules}


@cache
def _bytes(name: str) -> bytes:
    return clean(name)


def changed(name: str, **values: object) -> bytes:
    """A clean file with other values; None takes an attribute out."""
    ds = dcmread(io.BytesIO(_bytes(name)), check=False)
    for keyword, value in values.items():
        if value is None:
            delattr(ds, keyword)
        else:
            setattr(ds, keyword, value)
    return written(ds)


def spliced(name: str, keyword: str, value: bytes) -> bytes:
    data = _bytes(name)
    return faults.put_value(data, dcmread(io.BytesIO(data)), keyword, value)


def inserted(name: str, *elements: tuple[int, str, bytes]) -> bytes:
    data = _bytes(name)
    for each in elements:
        data = faults.insert(data, dcmread(io.BytesIO(data)), *each)
    return data


def item(**values: object) -> Dataset:
    return Dataset(dict(values))


def encapsulated(parts: list[bytes], offsets: bytes = b"") -> bytes:
    """A multi-frame file of JPEG fragments."""
    data = _bytes("SC multi-frame")
    ds = dcmread(io.BytesIO(data))
    start = faults.at(ds, "PixelData")[0]
    return faults.put_value(data[:start], ds, "TransferSyntaxUID", builders.JPEG_UID.encode()) + builders.fragments(
        0x7FE00010, parts, offsets=offsets
    )


def directory(first: int = 0, kind: str = "PATIENT", next_offset: int = 0, **more: object) -> bytes:
    """A DICOMDIR of one record."""
    ds = Dataset()
    ds.FileSetID = "SET"
    ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = first
    ds.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = first
    ds.FileSetConsistencyFlag = 0
    record = item(OffsetOfTheNextDirectoryRecord=next_offset, RecordInUseFlag=0xFFFF, PatientName="A", PatientID="1")
    record.OffsetOfReferencedLowerLevelDirectoryEntity = 0
    record.DirectoryRecordType = kind
    for keyword, value in more.items():
        setattr(record, keyword, value)
    ds.DirectoryRecordSequence = [record]
    ds.file_meta = dicomspec.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.1.3.10"
    ds.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    target = io.BytesIO()
    ds.save_as(target, enforce_file_format=True)
    return target.getvalue()


def pointed(**more: object) -> bytes:
    """A DICOMDIR whose offsets are right, before what ``more`` does to it."""
    sure = dcmread(io.BytesIO(directory()))
    return directory(first=sure.DirectoryRecordSequence[0]._begin, **more)


def content(**values: object) -> bytes:
    return changed("Basic text SR", ContentSequence=[item(**values)])


def nested(keyword: str, **values: object) -> dict[str, object]:
    """A sequence of a clean file, with other values in its items."""
    name = next(name for name in NESTED if keyword in dcmread(io.BytesIO(_bytes(name))))
    items = dcmread(io.BytesIO(_bytes(name)), check=False)[keyword].value
    for each in items:
        each.update(values)
    return {keyword: list(items)}


NESTED = ("ECG", "Segmentation", "RT structure set", "Enhanced CT", "Presentation state", "Surface segmentation")


def surface(**values: object) -> dict[str, object]:
    whole = nested("SurfaceSequence")
    whole["SurfaceSequence"][0].SurfacePointsSequence[0].update(values)
    return whole


def framed(change: Callable[[Dataset], None]) -> bytes:
    """An Enhanced CT with something changed in the content of its last frame."""
    ds = dcmread(io.BytesIO(_bytes("Enhanced CT")))
    change(ds.PerFrameFunctionalGroupsSequence[-1].FrameContentSequence[0])
    return written(ds)


def inserted_vr(name: str, keyword: str, vr: str) -> bytes:
    data = _bytes(name)
    ds = dcmread(io.BytesIO(data))
    return faults.put_value(data, ds, keyword, ds[keyword].value, vr)


def plan(*weights: float) -> bytes:
    """An RT Plan whose control points have these weights."""
    points = [item(ControlPointIndex=n, CumulativeMetersetWeight=weight) for n, weight in enumerate(weights)]
    return changed(
        "RT plan", BeamSequence=[item(FinalCumulativeMetersetWeight=weights[-1], ControlPointSequence=points)]
    )


CODE = [item(CodeValue="121071", CodingSchemeDesignator="DCM", CodeMeaning="Finding")]

BREAKS = {
    "value-size": lambda: inserted("CT", (0x7FE00008, "OF", b"\0" * 6)),
    "value-padding": lambda: inserted("CT", (0x00104000, "LT", b"abc\0")),
    "value-name": lambda: spliced("CT", "PatientName", b"a=b=c=d"),
    "uid-arc": lambda: spliced("CT", "StudyInstanceUID", b"1.40.1"),
    "uid-root": lambda: spliced("CT", "StudyInstanceUID", b"1.2.840.10008.1.2.99"),
    "meta-missing": lambda: faults.drop(_bytes("CT"), dcmread(io.BytesIO(_bytes("CT"))), "ImplementationClassUID"),
    "meta-private": lambda: builders.file(
        builders.element(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7"),
        head=builders.meta(more=builders.element(0x00020102, "OB", b"\0\0")),
    ),
    "preamble-use": lambda: b"II" + _bytes("CT")[2:],
    "sop-class-retired": lambda: changed("CT", SOPClassUID="1.2.840.10008.5.1.4.1.1.5"),
    "sop-class-unknown": lambda: changed("CT", SOPClassUID="1.2.3.4"),
    "count": lambda: changed("ECG", **nested("WaveformSequence", NumberOfWaveformChannels=3)),
    "multiple": lambda: changed("Surface segmentation", **surface(PointCoordinatesData=bytes(8))),
    "frame-vector": lambda: changed("NM", EnergyWindowVector=[1, 2]),
    "running-number": lambda: changed("Segmentation", **nested("SegmentSequence", SegmentNumber=2)),
    "unique-number": lambda: changed("RT structure set", StructureSetROISequence=[item(ROINumber=1)] * 2),
    "reference-number": lambda: changed(
        "Enhanced CT", **nested("DimensionIndexSequence", DimensionOrganizationUID="1.2.3")
    ),
    "least-number": lambda: changed("CT", Rows=0),
    "pixel-vr": lambda: inserted_vr("CT", "PixelData", "OB"),
    "photometric-syntax": lambda: encapsulated([b"\xff\xd8"] * 3).replace(b"MONOCHROME2 ", b"YBR_FULL    "),
    "lossy": lambda: encapsulated([b"\xff\xd8"] * 3),
    "fragment-start": lambda: encapsulated([b"\xff\xd9"] * 3),
    "dimension-values": lambda: framed(lambda content: setattr(content, "DimensionIndexValues", [1, 2])),
    "dimension-pointer": lambda: changed(
        "Enhanced CT", **nested("DimensionIndexSequence", DimensionIndexPointer=0x00209128)
    ),
    "tiles": lambda: changed("VL whole slide", DimensionOrganizationType="TILED_FULL", TotalPixelMatrixRows=400),
    "patient-orientation": lambda: changed("CR", PatientOrientation=["L", "R A"]),
    "aspect-ratio": lambda: changed("SC", PixelAspectRatio=["1", "1"]),
    "overlay": lambda: inserted(
        "CT",
        (0x60000010, "US", b"\x04\0"),
        (0x60000011, "US", b"\x04\0"),
        (0x60003000, "OW", bytes(8)),
    ),
    "displayed-area": lambda: changed(
        "Presentation state",
        **nested(
            "DisplayedAreaSelectionSequence",
            DisplayedAreaTopLeftHandCorner=[5, 5],
            DisplayedAreaBottomRightHandCorner=[1, 1],
        ),
    ),
    "calibration": lambda: changed("CR", PixelSpacing=["1", "1"], ImagerPixelSpacing=["2", "2"]),
    "waveform-length": lambda: changed("ECG", **nested("WaveformSequence", NumberOfWaveformSamples=50)),
    "graphic-data": lambda: content(RelationshipType="CONTAINS", ValueType="SCOORD", GraphicType="CIRCLE", GraphicData=[1, 2]),
    "meterset": lambda: plan(1, 50),
    "timezone": lambda: changed("CT", TimezoneOffsetFromUTC="+25:0"),
    "document-length": lambda: changed("Encapsulated PDF", EncapsulatedDocumentLength=700),
    "code-length": lambda: changed(
        "CT",
        AnatomicRegionSequence=[item(LongCodeValue="1", CodingSchemeDesignator="99A", CodeMeaning="Finding")],
    ),
    "sequence-empty": lambda: changed("CT", OtherPatientIDsSequence=[]),
    "common-reference": lambda: changed(
        "Registration",
        ReferencedImageSequence=[
            item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2", ReferencedSOPInstanceUID="1.2.9")
        ],
    ),
    "value-count": lambda: changed("CT", ImageType=["ORIGINAL", "PRIMARY"]),
    "image-type": lambda: changed("CT", ImageType="ORIGINAL"),
    "frame-pointer": lambda: changed("SC multi-frame", FrameTime=None),
    "frames-number": lambda: spliced("SC multi-frame", "NumberOfFrames", b"0"),
    "charset-term": lambda: changed("CT", SpecificCharacterSet="ISO_IR 999"),
    "window": lambda: changed("CT", WindowCenter=["1", "2"], WindowWidth="5"),
    "spacing": lambda: changed("CT", PixelSpacing=["0", "1"]),
    "lut": lambda: inserted(
        "CT", (0x00281101, "US", struct.pack("<3H", 256, 0, 16)), (0x00281201, "OW", bytes(100))
    ),
    "encapsulation": lambda: spliced("CT", "TransferSyntaxUID", builders.JPEG_UID.encode()),
    "fragments": lambda: encapsulated([b"\xff\xd8"]),
    "offset-table": lambda: encapsulated([b"\xff\xd8"] * 3, struct.pack("<3I", 0, 9, 20)),
    "dicomdir-offset": lambda: directory(first=100),
    "dicomdir-links": lambda: pointed(kind="SERIES"),
    "dicomdir-syntax": lambda: directory().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0\0\0"),
    "dicomdir-keys": lambda: pointed(PatientID=""),
    "code-outside": lambda: changed(
        "CT",
        AnatomicRegionSequence=[item(CodeValue="121071", CodingSchemeDesignator="DCM", CodeMeaning="Finding")],
    ),
    "code-unknown": lambda: changed(
        "CT", AnatomicRegionSequence=[item(CodeValue="999999", CodingSchemeDesignator="DCM", CodeMeaning="Finding")]
    ),
    "code-meaning": lambda: builders.file(
        builders.sequence(0x00081032, [builders.item(builders.element(0x00080100, "SH", "1234"))])
    ),
    "sr-value": lambda: changed(
        "Basic text SR",
        SOPClassUID="1.2.3.4",
        ContentSequence=[item(RelationshipType="CONTAINS", ValueType="TEXT", ConceptNameCodeSequence=CODE)],
    ),
    "sr-relationship": lambda: content(
        RelationshipType="SELECTED FROM", ValueType="TEXT", ConceptNameCodeSequence=CODE, TextValue="x"
    ),
    "sr-reference": lambda: content(RelationshipType="CONTAINS", ReferencedContentItemIdentifier=[1, 7]),
    "sr-coordinates": lambda: content(
        RelationshipType="CONTAINS", ValueType="SCOORD", GraphicType="POINT", GraphicData=[1, 2]
    ),
    "sr-evidence": lambda: content(
        RelationshipType="CONTAINS",
        ValueType="IMAGE",
        ReferencedSOPSequence=[item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2", ReferencedSOPInstanceUID="1.2.9")],
    ),
    "defined-term": lambda: changed("CT", TypeOfPatientID="NO TERM"),
    "group-frames": lambda: spliced("Enhanced CT", "NumberOfFrames", b"7"),
    "group-missing": lambda: without_group("Enhanced CT"),
    "group-twice": lambda: with_group_twice("Enhanced CT"),
}  # fmt: skip
"""Rule -> a file that breaks it."""


def without_group(name: str) -> bytes:
    """The last frame lacks its position."""
    ds = dcmread(io.BytesIO(_bytes(name)))
    del ds.PerFrameFunctionalGroupsSequence[-1].PlanePositionSequence
    return written(ds)


def with_group_twice(name: str) -> bytes:
    ds = dcmread(io.BytesIO(_bytes(name)))
    ds.SharedFunctionalGroupsSequence[0].PlanePositionSequence = [item(ImagePositionPatient=["0", "0", "0"])]
    return written(ds)


@pytest.mark.parametrize("rule", BREAKS)
def test_rules(rule):
    found = dicomspec.validate(BREAKS[rule]()).filter(rule=rule)
    assert found, rule
    assert all(issue.reference.startswith("PS3.") and issue.edition for issue in found)
    for name in ("CT", "Enhanced CT", "Basic text SR"):
        assert not dicomspec.validate(_bytes(name)).filter(rule=rule, min_severity="warning")


OF_CONDITIONS = {"attribute-forbidden", "module-forbidden", "condition-unknown"}
OF_OTHERS = {"unreadable"}


def test_every_rule_is_tested():
    here = {rule.id for rule in RULES.values() if rule.scope not in ("read", "files")}
    assert here <= set(BREAKS) | BY_FAULTS | OF_CONDITIONS | OF_OTHERS


# --- the last frame alone, and frames in the report -----------------------------------------------------------------


def test_a_fault_in_the_last_frame():
    (issue,) = dicomspec.validate(without_group("Enhanced CT")).filter(min_severity="warning")
    assert (issue.path, issue.frame) == ("PerFrameFunctionalGroupsSequence[2].PlanePositionSequence", 3)
    assert issue.offset is not None


# --- conditions of includes -----------------------------------------------------------------------------------------


def test_the_condition_of_an_include_is_asked_where_it_stands():
    """Content items by value have a type at any depth; those by reference have none (C.17.3.2.5)."""
    reference = item(RelationshipType="INFERRED FROM", ReferencedContentItemIdentifier=[1, 1])
    words = item(
        RelationshipType="CONTAINS",
        ValueType="TEXT",
        ConceptNameCodeSequence=CODE,
        TextValue="x",
        ContentSequence=[reference],
    )
    box = {"RelationshipType": "CONTAINS", "ValueType": "CONTAINER", "ContinuityOfContent": "SEPARATE"}
    good = changed("Comprehensive SR", ContentSequence=[item(**box, ContentSequence=[words])])
    assert not dicomspec.validate(good, min_severity="warning")
    del words.ValueType
    bad = changed("Comprehensive SR", ContentSequence=[item(**box, ContentSequence=[words])])
    paths = {issue.path for issue in dicomspec.validate(bad, min_severity="error")}
    assert "ContentSequence[0].ContentSequence[0].ValueType" in paths


# --- the report -----------------------------------------------------------------------------------------------------


def test_report():
    report = dicomspec.validate(spliced("CT", "StudyInstanceUID", b"1.2.03"))
    assert isinstance(report, Report)
    assert not report.ok
    assert [issue.rule for issue in report.errors] == ["uid-form"]
    assert report[0].severity == "error"
    assert set(report.group_by("group")["uid"].group_by("rule")) == {"uid-form"}
    assert report.filter(path="StudyInstanceUID", certain=True) == report.errors
    assert report.to_dict()["issues"][0] == report[0].to_dict()
    assert report.to_dict()["counts"]["error"] == 1


def test_only_and_ignore():
    data = spliced("CT", "StudyInstanceUID", b"1.2.03")
    assert {issue.rule for issue in dicomspec.validate(data, only="uid")} == {"uid-form"}
    assert not dicomspec.validate(data, ignore=["uid", "iod"], min_severity="error")
    with pytest.raises(ValueError, match="no rule and no group"):
        dicomspec.validate(data, only="nonsense")
    with pytest.raises(ValueError, match="'bad' is no severity; there are error, warning, info"):
        dicomspec.validate(data, min_severity="bad")


def test_datasets_that_were_built_or_changed():
    ds = dcmread(io.BytesIO(_bytes("CT")))
    ds.PatientSex = "X"
    (issue,) = dicomspec.validate(ds, min_severity="warning")
    assert (issue.rule, issue.path, issue.offset) == ("enumerated-value", "PatientSex", None)
    assert dicomspec.validate(Dataset(), only="iod")


def test_too_many_findings_are_told(monkeypatch):
    data = changed("CT", PatientID="a\x01", PatientName="b\x01", StudyID="c\x01")
    assert not dicomspec.validate(data).filter(rule="findings-limit")
    monkeypatch.setattr(engine, "MOST", 2)
    (issue,) = dicomspec.validate(data).filter(rule="findings-limit")
    assert issue.severity == "warning"
    assert "more than 2 findings" in issue.message


def test_no_finding_twice():
    for name in ("CT", "Enhanced CT"):
        for fault in faults.faults(_bytes(name)):
            issues = [(issue.rule, issue.path, issue.message) for issue in dicomspec.validate(fault.data)]
            assert len(issues) == len(set(issues))


@pytest.mark.parametrize(
    ("terms", "right"),
    [
        ("ISO_IR 100", True),
        (["", "ISO 2022 IR 87"], True),
        (["ISO 2022 IR 13", "ISO 2022 IR 87"], True),
        ("ISO_IR_100", False),
        (["ISO_IR 192", "ISO 2022 IR 87"], False),
        (["ISO 2022 IR 6", "GB18030"], False),
    ],
)
def test_character_sets(terms, right):
    issues = dicomspec.validate(changed("CT", SpecificCharacterSet=terms)).filter(group="charset")
    assert [issue.rule for issue in issues] == ([] if right else ["charset-term"])


# --- broken values --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "keyword", "value"),
    [
        ("CT", "StudyInstanceUID", "1.²".encode()),
        ("SC multi-frame", "FrameIncrementPointer", b"\x18\0"),
        ("CT", "Modality", b"\xff"),
    ],
)
def test_broken_values_do_not_stop_it(name, keyword, value):
    assert dicomspec.validate(spliced(name, keyword, value)).errors


def test_damage_does_not_stop_it():
    chance = random.Random(20261126)
    names = ["CT", "Enhanced CT", "Comprehensive SR", "SC multi-frame", "RT plan", "Segmentation", "General ECG"]
    for _ in range(300):
        data = bytearray(_bytes(chance.choice(names)))
        for _ in range(chance.choice((1, 3, 20))):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(1, 3))
        try:
            dicomspec.validate(bytes(data))
        except DicomError:
            pass

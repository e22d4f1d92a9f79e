"""Functional groups in typed classes: the class of a frame, what it gives, and what it does not let be changed."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pydicom.data
import pytest

import dicomspec
from dicomspec import Dataset, Tag, generate_uid, iods
from dicomspec._generated.typed_names import CLASSES
from dicomspec.edition import default
from dicomspec.errors import DicomError, UnknownKeywordError, ValueRuleError
from dicomspec.typed import SequenceOf, Value
from dicomspec.typed_groups import GroupOf
from dicomspec.validation import validate

STUB = Path(dicomspec.__file__).parent / "_generated" / "typed.pyi"
EnhancedCTImage: Any = iods.EnhancedCTImage
PATH = pydicom.data.get_testdata_file("eCT_Supplemental.dcm")


@pytest.fixture
def ct() -> Any:
    return EnhancedCTImage.read(PATH)


def test_a_frame_has_its_groups_and_the_shared_ones(ct):
    frames = ct.functional_groups
    assert len(frames) == ct.NumberOfFrames == 2
    positions = [frame.PlanePositionSequence[0].ImagePositionPatient for frame in frames]
    per_frame = ct.dataset.PerFrameFunctionalGroupsSequence
    assert positions == [item.PlanePositionSequence[0].ImagePositionPatient for item in per_frame]
    assert frames[-1].PixelMeasuresSequence[0].PixelSpacing == [0.388672, 0.388672]
    assert frames[1].groups.number == 1
    assert frames[1].groups.is_shared("PixelMeasuresSequence")
    assert frames[0].FrameAnatomySequence[0].AnatomicRegionSequence[0].CodeMeaning == "Brain"
    assert len(frames[0].RespiratorySynchronizationSequence) == 0


def test_other_groups_are_refused(ct):
    frame = ct.functional_groups[0]
    for keyword in ("MREchoSequence", "PlanePosition", "PatientName"):
        with pytest.raises(
            UnknownKeywordError, match=rf"'{keyword}' is no attribute of EnhancedCTImageFrame; see its \.groups"
        ):
            getattr(frame, keyword)
        with pytest.raises(UnknownKeywordError, match=keyword):
            setattr(frame, keyword, [])
    assert not hasattr(iods.CTImage, "functional_groups")


def test_changes_of_a_frame_are_of_that_frame(ct):
    first, second = ct.functional_groups
    first.PlanePositionSequence[0].ImagePositionPatient = [1, 2, 3]
    first.RespiratorySynchronizationSequence.append().NominalPercentageOfRespiratoryPhase = 50
    assert ct.dataset.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient == [1, 2, 3]
    assert second.PlanePositionSequence[0].ImagePositionPatient != [1, 2, 3]
    assert len(first.RespiratorySynchronizationSequence) == 1
    assert len(second.RespiratorySynchronizationSequence) == 0
    other = EnhancedCTImage.functional_groups.frame.PlanePositionSequence.item()
    other.ImagePositionPatient = [7, 8, 9]
    second.PlanePositionSequence = [other]
    assert ct.functional_groups[1].PlanePositionSequence[0].ImagePositionPatient == [7, 8, 9]
    with pytest.raises(ValueRuleError):
        second.PlanePositionSequence[0].ImagePositionPatient = [1]
    del first.RespiratorySynchronizationSequence
    assert "RespiratorySynchronizationSequence" not in first.groups


def _assign(frame):
    frame.PixelMeasuresSequence = []


def _remove(frame):
    del frame.PixelMeasuresSequence


def _append(frame):
    frame.PixelMeasuresSequence.append()


def _value(frame):
    frame.PixelMeasuresSequence[0].SliceThickness = 9


def _part(frame):
    frame.PixelMeasuresSequence[0].PixelSpacing[0] = 9


def _add(frame):
    next(iter(frame.CTImageFrameTypeSequence)).FrameType += ["X"]


def _delete(frame):
    del frame.PixelMeasuresSequence[0].SliceThickness


def _take_out(frame):
    del frame.PixelMeasuresSequence[0]


def _take_out_below(frame):
    del frame.FrameAnatomySequence[0].AnatomicRegionSequence[:]


def _below(frame):
    frame.FrameAnatomySequence[0].AnatomicRegionSequence[0].CodeMeaning = "x"


def _append_below(frame):
    frame.FrameAnatomySequence[0].AnatomicRegionSequence.append()


@pytest.mark.parametrize(
    "change",
    [_assign, _remove, _append, _value, _part, _add, _delete, _take_out, _take_out_below, _below, _append_below],
    ids=lambda f: f.__name__,
)
def test_what_all_frames_share_is_not_changed_through_one(ct, change):
    before = str(ct.dataset)
    with pytest.raises(DicomError, match="all frames share") as caught:
        change(ct.functional_groups[1])
    assert caught.value.code == "shared-group"
    assert str(ct.dataset) == before
    change(ct.functional_groups.shared)
    assert str(ct.dataset) != before


def test_shared_items_are_of_their_class_and_refuse_other_keywords(ct):
    item = ct.functional_groups[0].PixelMeasuresSequence[0]
    assert isinstance(item, EnhancedCTImage.functional_groups.frame.PixelMeasuresSequence.item)
    for name in ("Rows", "PixelSpacings"):
        with pytest.raises(UnknownKeywordError, match=name):
            setattr(item, name, 1)


def test_unshare_lets_a_frame_be_changed(ct):
    ct.functional_groups.unshare("PixelMeasuresSequence")
    _value(ct.functional_groups[1])
    first, second = ct.functional_groups
    assert (first.PixelMeasuresSequence[0].SliceThickness, second.PixelMeasuresSequence[0].SliceThickness) == (10, 9)


def test_an_object_is_built():
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2.1"
    ct = EnhancedCTImage(ds)
    ct.NumberOfFrames = 2
    with pytest.raises(DicomError, match="no functional groups"):
        ct.functional_groups[0]
    with pytest.raises(DicomError, match=r"no such item; functional_groups.ensure\(\)"):
        ct.functional_groups.shared.PixelMeasuresSequence.append()
    ct.functional_groups.ensure()
    ct.functional_groups.shared.PixelMeasuresSequence.append().PixelSpacing = [1, 1]
    for number, frame in enumerate(ct.functional_groups):
        frame.PlanePositionSequence.append().ImagePositionPatient = [0, 0, number]
    assert ds.PerFrameFunctionalGroupsSequence[1].PlanePositionSequence[0].ImagePositionPatient == [0, 0, 1]


def build_segmentation() -> Any:
    seg: Any = iods.Segmentation.new(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.66.4",
        PatientName="Doe^Jane",
        PatientID="42",
        PatientBirthDate="19800101",
        PatientSex="F",
        StudyID="1",
        AccessionNumber="",
        ReferringPhysicianName="",
        StudyTime="120000",
        SeriesNumber=1,
        InstanceNumber=1,
        Manufacturer="x",
        ManufacturerModelName="x",
        DeviceSerialNumber="1",
        SoftwareVersions="1",
        FrameOfReferenceUID=generate_uid(),
        PositionReferenceIndicator="",
        ContentLabel="LIVER",
        ContentDescription="",
        ContentCreatorName="",
        ImageType=["DERIVED", "PRIMARY"],
        SegmentationType="BINARY",
        LossyImageCompression="00",
        SamplesPerPixel=1,
        Rows=8,
        Columns=8,
        PhotometricInterpretation="MONOCHROME2",
        BitsAllocated=1,
        BitsStored=1,
        HighBit=0,
        PixelRepresentation=0,
        BurnedInAnnotation="NO",
        PixelData=bytes(24),
    )
    segment = seg.SegmentSequence.append(SegmentNumber=1, SegmentLabel="Liver", SegmentAlgorithmType="MANUAL")
    category = {"CodeValue": "123037004", "CodingSchemeDesignator": "SCT", "CodeMeaning": "Anatomical Structure"}
    segment.SegmentedPropertyCategoryCodeSequence.append(**category)
    kind = {"CodeValue": "10200004", "CodingSchemeDesignator": "SCT", "CodeMeaning": "Liver"}
    segment.SegmentedPropertyTypeCodeSequence.append(**kind)
    organization = seg.DimensionOrganizationSequence.append(DimensionOrganizationUID=generate_uid())
    seg.DimensionIndexSequence.append(
        DimensionIndexPointer=Tag("ImagePositionPatient"),
        FunctionalGroupPointer=Tag("PlanePositionSequence"),
        DimensionOrganizationUID=organization.DimensionOrganizationUID,
    )
    groups = seg.functional_groups
    groups.ensure(frames=3)
    groups.shared.PixelMeasuresSequence.append(PixelSpacing=[1, 1], SliceThickness=2)
    groups.shared.PlaneOrientationSequence.append(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    for number, frame in enumerate(groups):
        frame.FrameContentSequence.append(DimensionIndexValues=[number + 1])
        frame.PlanePositionSequence.append(ImagePositionPatient=[0, 0, number * 2])
        frame.SegmentIdentificationSequence.append(ReferencedSegmentNumber=1)
    return seg


def test_a_segmentation_is_built_as_the_standard_asks_for(tmp_path):
    seg = build_segmentation()
    assert seg.missing() == []
    path = tmp_path / "seg.dcm"
    seg.save_as(path)  # refuses what does not conform
    read: Any = iods.Segmentation.read(path)
    assert [frame.PlanePositionSequence[0].ImagePositionPatient[2] for frame in read.functional_groups] == [0, 2, 4]
    if shutil.which("dciodvfy") is not None:
        done = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
        assert "Error" not in done.stdout + done.stderr
    seg.functional_groups.unshare("PlaneOrientationSequence")
    seg.functional_groups[2].PlaneOrientationSequence = []
    assert [issue.frame for issue in validate(seg.dataset, min_severity="error")] == [3]


def test_the_class_tells_of_its_groups():
    groups = EnhancedCTImage.functional_groups
    assert "pixel-measures" in repr(groups)
    use = groups.frame.ContrastBolusUsageSequence.use
    assert (use.use, use.condition.when) == ("C", next(u for u in groups.uses if u.id == use.id).condition.when)


def test_frames_of_all_iods_are_what_the_stub_says():
    stubs = {node.name: node for node in ast.parse(STUB.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}

    def told(name: str) -> set[str]:
        lines = (line for line in stubs[name].body if isinstance(line, ast.AnnAssign))
        own = {ast.unparse(line.target) for line in lines}
        return own.union(*(told(ast.unparse(base)) for base in stubs[name].bases if ast.unparse(base) in stubs))

    seen = 0
    for name, iod in CLASSES.items():
        groups = getattr(getattr(iods, name), "functional_groups", None)
        assert (groups is not None) == bool(default().iod(iod).functional_groups) == (f"{name}Frame" in stubs)
        if groups is None:
            continue
        frame = groups.frame
        own = {word for place in frame.__mro__ for word, field in vars(place).items() if isinstance(field, Value)}
        assert own == told(f"{name}Frame")
        sequences = [getattr(frame, word) for word in own if isinstance(getattr(frame, word), SequenceOf)]
        assert all(isinstance(field, GroupOf) for field in sequences if field.type)
        seen += len(sequences)
    assert seen > 400


def test_the_items_that_hold_them_have_those_of_the_iod():
    ct = iods.EnhancedCTImage.new()
    shared = ct.SharedFunctionalGroupsSequence.append()
    shared.PixelMeasuresSequence.append(PixelSpacing=[0.5, 0.5])
    ct.PerFrameFunctionalGroupsSequence.append().PlanePositionSequence.append(ImagePositionPatient=[0, 0, 1])
    assert ct.functional_groups[0].PixelMeasuresSequence[0].PixelSpacing == [0.5, 0.5]
    with pytest.raises(UnknownKeywordError, match="no attribute of EnhancedCTImageGroups"):
        shared.PatientName = "Doe^Jane"
    video = iods.RealTimeVideoEndoscopicImage
    assert video.CurrentFrameFunctionalGroupsSequence.item is video.SharedFunctionalGroupsSequence.item

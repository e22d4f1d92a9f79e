"""Scripts as people write them, for the type checkers: nothing here may be complained of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from typing_extensions import assert_type

import dicomspec
from dicomspec import UID, MultiValue, PersonName, Sequence, dcmread
from dicomspec.dataset import Dataset, FileMetaDataset
from dicomspec.iods import CTImage, EnhancedCTImage, EnhancedMRImage, EnhancedSR, RTBeamsTreatmentRecord, RTPlan
from dicomspec.values import DA


def look(path: str) -> None:
    ds = dcmread(path)
    assert_type(ds, Dataset)
    assert_type(ds.Rows, "int | None")
    assert_type(ds.PatientName, PersonName)
    assert_type(ds.PatientName.family_name, str)
    assert_type(ds.StudyDate, DA)
    assert_type(ds.SOPClassUID, UID)
    assert_type(ds.SliceThickness, "float | None")
    assert_type(ds.ImagePositionPatient, "MultiValue[float] | None")
    assert_type(ds.ImageType, MultiValue[str])
    assert_type(ds.PixelData, "bytes | None")
    assert_type(ds.BeamSequence, Sequence[Dataset])
    assert_type(ds.BeamSequence[0].BeamName, str)
    assert_type(ds.file_meta, FileMetaDataset)
    assert_type(ds.file_meta.TransferSyntaxUID, UID)
    if ds.Rows is not None and ds.Columns is not None:
        print(ds.Rows * ds.Columns)
    if ds.ImagePositionPatient is not None:
        print(ds.ImagePositionPatient[2] + 1.0)
    for beam in ds.BeamSequence:
        print(beam.BeamNumber, beam["BeamName"].VR, beam.get("BeamDescription", ""))
    print("PatientName" in ds, ds[0x0010, 0x0010].value, ds.StudyDate.date(), [issue.path for issue in ds.issues])


def change(ds: Dataset) -> None:
    ds.Rows = 512
    ds.PatientName = "Doe^Jane"
    ds.StudyDate = date(2026, 1, 2)
    ds.SliceThickness = "1.25"
    ds.SliceThickness = Decimal("1.25")
    ds.ImagePositionPatient = [0, 0.5, "1"]
    ds.ImageType = ["ORIGINAL", "PRIMARY"]
    ds.InstanceNumber = "7"
    ds.PixelData = bytearray(4)
    ds.BeamSequence = [Dataset()]
    ds.BeamSequence.append(Dataset())
    ds.BeamSequence[0].BeamName = None
    del ds.SliceThickness
    ds.save_as("changed.dcm")


def build() -> Dataset:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.1")
    ds.SOPInstanceUID = dicomspec.generate_uid()
    ds.add_new(0x00091001, "LO", "private")
    return ds


def typed(ds: Dataset) -> None:
    ct = CTImage.read("ct.dcm")
    ct = CTImage(ds)
    assert_type(ct.dataset, Dataset)
    assert_type(ct.RescaleSlope, float)
    assert_type(ct.Rows, int)
    assert_type(ct.SliceThickness, "float | None")
    assert_type(ct.ImageType, "list[str]")
    assert_type(ct.PatientName, "PersonName | None")
    assert_type(ct.DerivationCodeSequence[0].CodeMeaning, str)
    ct.RescaleSlope = 2
    ct.RescaleSlope = "1.5"
    ct.ImageType = ["DERIVED", "SECONDARY"]
    ct.DerivationCodeSequence.append().CodeMeaning = "Resampled"
    assert_type(CTImage.RescaleSlope.VR, str)
    del ct.SliceThickness
    plan = RTPlan(ds)
    for beam in plan.BeamSequence:
        assert_type(beam.BeamNumber, int)
        assert_type(beam.ControlPointSequence[0].NominalBeamEnergy, "float | None")
    assert_type(EnhancedMRImage(ds).NumberOfFrames, int)
    assert_type(RTBeamsTreatmentRecord(ds).TreatmentSessionBeamSequence[0].BeamName, "str | None")
    EnhancedSR(ds).ContentSequence[0].ReferencedSOPSequence[0].ReferencedFrameNumber = [1, 2]


def frames(ds: Dataset) -> None:
    ct = EnhancedCTImage(ds)
    for frame in ct.functional_groups:
        assert_type(frame.PlanePositionSequence[0].ImagePositionPatient, "list[float]")
        assert_type(frame.FrameContentSequence[0].StackID, "str | None")
        assert_type(frame.groups.is_shared("PixelMeasuresSequence"), bool)
    last = ct.functional_groups[-1]
    last.RespiratorySynchronizationSequence.append().NominalPercentageOfRespiratoryPhase = 50
    last.PlanePositionSequence[0].ImagePositionPatient = [0, 0, "1.5"]
    ct.functional_groups.shared.PixelMeasuresSequence[0].PixelSpacing = [1, 1]
    assert_type(len(ct.functional_groups[1:]), int)
    assert_type(EnhancedCTImage.functional_groups.frame.PixelMeasuresSequence.VR, str)
    assert_type(EnhancedCTImage.functional_groups.uses[0].use, str)
    item = ct.PerFrameFunctionalGroupsSequence[0]
    assert_type(item.PlanePositionSequence[0].ImagePositionPatient, "list[float]")
    plain = ds.functional_groups[0]
    assert_type(plain.PlanePositionSequence, Sequence[Dataset])
    plain.PlanePositionSequence = [Dataset()]
    ds.functional_groups.unshare("PixelMeasuresSequence")


def built() -> None:
    ct = CTImage.new(PatientID="42", PatientName="Doe^Jane")
    assert_type(ct, CTImage)
    code = ct.DerivationCodeSequence.append(CodeValue="1", CodeMeaning="Resampled")
    assert_type(code.CodeValue, "str | None")
    for issue in ct.missing():
        print(issue.path, issue.message)
    assert_type(ct.empty_type_2(), "list[str]")
    ct.save_as("new.dcm", overwrite=False)
    ct.save_as("new.dcm", check=False)

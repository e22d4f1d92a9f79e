"""Mistakes as people make them: both type checkers have to refuse each line that is marked, with that rule."""

from __future__ import annotations

from dicomspec import Dataset, dcmread
from dicomspec.iods import CTImage, EnhancedCTImage


def look(ds: Dataset) -> None:
    ds.Rows * 2  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand, reportUnusedExpression]
    if ds.SliceThickness > 1:  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand]
        return
    ds.ImagePositionPatient[0]  # type: ignore[index]  # pyright: ignore[reportOptionalSubscript]
    ds.PatientName.familyname  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ds.BeamSequence.BeamName  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ds.BeamSequence[0].BeamNam  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ds.StudyDate.year()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ds.PixelData[0]  # type: ignore[index]  # pyright: ignore[reportOptionalSubscript]
    width: float = ds.WindowWidth  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    rows: str = ds.Rows  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    beam: Dataset = ds.BeamSequence  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    print(width, rows, beam)


def change(ds: Dataset) -> None:
    ds.Rows = "x"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.Rows = 1.5  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.Rows = [1, 2]  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.PatientName = 5  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.PatientID = ["1", "2"]  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.StudyDate = 20260102  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.ImagePositionPatient = [b"2"]  # type: ignore[list-item]  # pyright: ignore[reportAttributeAccessIssue]
    ds.ImagePositionPatient = 1.0  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.ImageType = 1  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.PixelData = "text"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.BeamSequence = Dataset()  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.BeamSequence = ["beam"]  # type: ignore[list-item]  # pyright: ignore[reportAttributeAccessIssue]
    ds.BeamSequence.append({"BeamName": "1"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ds.file_meta = Dataset()  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ds.SOPInstanceUID = 1.2  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]


def mistype(ds: Dataset) -> None:
    ds.PatientsName  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ds.patientname = "Doe^Jane"  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ds.file_meta.TransferSyntax  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ds.pixelarray  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ds.save("new.dcm")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ds.save_as("new.dcm", write_like_original=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    dcmread("old.dcm").Row  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    Dataset(checks=False)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def typed(ct: CTImage) -> None:
    ct.BeamSequence  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ct.Rows = "x"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ct.ImageType = 3  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    slope: str = ct.RescaleSlope  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    print(slope)


def frames(ds: Dataset, ct: EnhancedCTImage, plain: CTImage) -> None:
    frame = ct.functional_groups[0]
    frame.MREchoSequence  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    frame.PlanePositionSequence.ImagePositionPatient  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    frame.PlanePositionSequence[0].ImagePosition  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    frame.PlanePositionSequence[0].ImagePositionPatient = 1.0  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    frame.FrameContentSequence[0].StackID = 5  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    frame.PlanePositionSequence = "x"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    ct.functional_groups.PlanePositionSequence  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ct.functional_groups.shared.PixelMeasuresSequence[0].Pixelspacing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    plain.functional_groups  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ds.functional_groups[0].PlanePosition  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

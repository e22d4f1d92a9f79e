"""Makes the files in dicomspec/_examples: ``python -m tools.make_examples [--check]``.

They are built with the typed classes, which refuse to save what does not conform, and hold nothing that changes from
run to run: dates are fixed, and UIDs are derived from texts. The patients are invented.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dicomspec import generate_uid, uid
from dicomspec.iods import CTImage, EnhancedSR, MultiframeGrayscaleByteSecondaryCaptureImage, RTPlan
from dicomspec.typed import Items, ObjectDefinition

FOLDER = Path(__file__).resolve().parent.parent / "dicomspec" / "_examples"
DATE, TIME = "20260102", "101500"


def code(sequence: Items[Any], value: str, scheme: str, meaning: str) -> None:
    """Put a coded entry into a sequence (PS3.3 8.8)."""
    sequence.append(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def made(*names: str) -> uid.UID:
    """A UID that is the same every time."""
    return generate_uid(entropy_srcs=["dicomspec example", *names])


def common(name: str, modality: str) -> dict[str, Any]:
    """What all of them share: patient, study, series, equipment, SOP (PS3.3 C.7, C.12.1)."""
    return {
        "InstanceCreationDate": DATE,
        "InstanceCreationTime": TIME,
        "SOPInstanceUID": made(name, "instance"),
        "StudyDate": DATE,
        "StudyTime": TIME,
        "AccessionNumber": "A1",
        "Modality": modality,
        "Manufacturer": "dicomspec",
        "ReferringPhysicianName": "Doctor^Example",
        "ManufacturerModelName": "examples",
        "PatientName": "Last^First^mid^pre",
        "PatientID": "id00001",
        "PatientBirthDate": "19600229",
        "PatientSex": "O",
        "DeviceSerialNumber": "1",
        "SoftwareVersions": "1",
        "StudyInstanceUID": made(name, "study"),
        "SeriesInstanceUID": made(name, "series"),
        "StudyID": "study1",
        "SeriesNumber": 1,
        "InstanceNumber": 1,
    }


def ct() -> CTImage:
    """A slice through a cylinder of water with a denser rod (PS3.3 A.3)."""
    size, middle = 64, 31.5
    pixels = bytearray()
    for row in range(size):
        for column in range(size):
            from_middle = (row - middle) ** 2 + (column - middle) ** 2
            from_rod = (row - 20) ** 2 + (column - 40) ** 2
            number = 24 if from_middle > 28**2 else 1424 if from_rod <= 16 else 1024
            pixels += number.to_bytes(2, "little")
    return CTImage.new(
        **common("ct", "CT"),
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        AcquisitionDate=DATE,
        ContentDate=DATE,
        AcquisitionTime=TIME,
        ContentTime=TIME,
        BodyPartExamined="CHEST",
        SliceThickness=5,
        KVP=120,
        PatientPosition="HFS",
        FrameOfReferenceUID=made("ct", "frame of reference"),
        PositionReferenceIndicator="",
        AcquisitionNumber=1,
        ImagePositionPatient=[-158.75, -158.75, 42.5],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        SliceLocation=42.5,
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        Rows=size,
        Columns=size,
        PixelSpacing=[5, 5],
        BitsAllocated=16,
        BitsStored=12,
        HighBit=11,
        PixelRepresentation=0,
        WindowCenter=40,
        WindowWidth=400,
        RescaleIntercept=-1024,
        RescaleSlope=1,
        RescaleType="HU",
        PixelData=bytes(pixels),
    )


def rtplan() -> RTPlan:
    """Two opposed beams (PS3.3 A.20)."""
    plan = RTPlan.new(
        **common("rtplan", "RTPLAN"),
        OperatorsName="Operator^Example",
        FrameOfReferenceUID=made("rtplan", "frame of reference"),
        PositionReferenceIndicator="",
        RTPlanLabel="Plan1",
        RTPlanName="Two beams",
        RTPlanDate=DATE,
        RTPlanTime=TIME,
        RTPlanGeometry="PATIENT",
        ApprovalStatus="UNAPPROVED",
    )
    plan.DoseReferenceSequence.append(
        DoseReferenceNumber=1,
        DoseReferenceStructureType="COORDINATES",
        DoseReferenceDescription="iso",
        DoseReferencePointCoordinates=[0, 0, -50],
        DoseReferenceType="TARGET",
        TargetPrescriptionDose=50,
    )
    group = plan.FractionGroupSequence.append(
        FractionGroupNumber=1,
        NumberOfFractionsPlanned=25,
        NumberOfBeams=2,
        NumberOfBrachyApplicationSetups=0,
    )
    for number, (name, angle) in enumerate((("AP", 0), ("PA", 180)), 1):
        beam(plan, number, name, angle)
        group.ReferencedBeamSequence.append(BeamMeterset=100, ReferencedBeamNumber=number)
    plan.PatientSetupSequence.append(PatientPosition="HFS", PatientSetupNumber=1)
    plan.ReferencedStructureSetSequence.append(
        ReferencedSOPClassUID=uid.RTStructureSetStorage,
        ReferencedSOPInstanceUID=made("rtplan", "structure set"),
    )
    return plan


def beam(plan: RTPlan, number: int, name: str, angle: int) -> None:
    """A static photon beam of 10 by 10 cm (PS3.3 C.8.8.14)."""
    beam = plan.BeamSequence.append(
        TreatmentMachineName="unit001",
        PrimaryDosimeterUnit="MU",
        SourceAxisDistance=1000,
        BeamNumber=number,
        BeamName=name,
        BeamType="STATIC",
        RadiationType="PHOTON",
        TreatmentDeliveryType="TREATMENT",
        NumberOfWedges=0,
        NumberOfCompensators=0,
        NumberOfBoli=0,
        NumberOfBlocks=0,
        FinalCumulativeMetersetWeight=1,
        NumberOfControlPoints=2,
        ReferencedPatientSetupNumber=1,
    )
    start = beam.ControlPointSequence.append(
        ControlPointIndex=0,
        NominalBeamEnergy=6,
        DoseRateSet=400,
        GantryAngle=angle,
        GantryRotationDirection="NONE",
        BeamLimitingDeviceAngle=0,
        BeamLimitingDeviceRotationDirection="NONE",
        PatientSupportAngle=0,
        PatientSupportRotationDirection="NONE",
        TableTopEccentricAngle=0,
        TableTopEccentricRotationDirection="NONE",
        TableTopVerticalPosition=None,
        TableTopLongitudinalPosition=None,
        TableTopLateralPosition=None,
        IsocenterPosition=[0, 0, -50],
        SourceToSurfaceDistance=900,
        CumulativeMetersetWeight=0,
        TableTopPitchAngle=0,
        TableTopPitchRotationDirection="NONE",
        TableTopRollAngle=0,
        TableTopRollRotationDirection="NONE",
    )
    for axis in ("X", "Y"):
        beam.BeamLimitingDeviceSequence.append(RTBeamLimitingDeviceType=axis, NumberOfLeafJawPairs=1)
        start.BeamLimitingDevicePositionSequence.append(RTBeamLimitingDeviceType=axis, LeafJawPositions=[-50, 50])
    beam.ControlPointSequence.append(ControlPointIndex=1, CumulativeMetersetWeight=1)


def sr() -> EnhancedSR:
    """An Enhanced SR document: findings with a text and a length (PS3.3 A.35.2)."""
    document = EnhancedSR.new(
        **common("sr", "SR"),
        ContentDate=DATE,
        ContentTime=TIME,
        ReferencedPerformedProcedureStepSequence=[],
        ValueType="CONTAINER",
        ContinuityOfContent="SEPARATE",
        PerformedProcedureCodeSequence=[],
        CompletionFlag="COMPLETE",
        VerificationFlag="UNVERIFIED",
    )
    code(document.ConceptNameCodeSequence, "126000", "DCM", "Imaging Measurement Report")
    findings = document.ContentSequence.append(
        RelationshipType="CONTAINS", ValueType="CONTAINER", ContinuityOfContent="SEPARATE"
    )
    code(findings.ConceptNameCodeSequence, "121070", "DCM", "Findings")
    comment = findings.ContentSequence.append(
        RelationshipType="CONTAINS",
        ValueType="TEXT",
        TextValue="A single nodule, 12.5 mm ± 0.5 mm.\r\nNo other finding.",
    )
    code(comment.ConceptNameCodeSequence, "121106", "DCM", "Comment")
    length = findings.ContentSequence.append(RelationshipType="CONTAINS", ValueType="NUM")
    code(length.ConceptNameCodeSequence, "103339001", "SCT", "Long axis length")
    measured = length.MeasuredValueSequence.append(NumericValue=12.5)
    code(measured.MeasurementUnitsCodeSequence, "mm", "UCUM", "millimeter")
    return document


def multiframe() -> MultiframeGrayscaleByteSecondaryCaptureImage:
    """Four frames of a bar that moves, as Secondary Capture, each frame RLE compressed (PS3.3 A.8.3, PS3.5 annex G)."""
    size, count = 32, 4
    frames = [bytes(255 if column // 8 == frame else row * 4 for row in range(size) for column in range(size))
              for frame in range(count)]  # fmt: skip
    return MultiframeGrayscaleByteSecondaryCaptureImage.new(
        **common("multiframe", "OT"),
        ImageType=["DERIVED", "SECONDARY"],
        ContentDate=DATE,
        ContentTime=TIME,
        ConversionType="SYN",
        FrameTime=100,
        PatientOrientation="",
        Laterality="",
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        NumberOfFrames=count,
        FrameIncrementPointer=0x00181063,
        Rows=size,
        Columns=size,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PixelRepresentation=0,
        BurnedInAnnotation="NO",
        RecognizableVisualFeatures="NO",
        RescaleIntercept=0,
        RescaleSlope=1,
        RescaleType="US",
        PresentationLUTShape="IDENTITY",
        LossyImageCompression="00",
        PixelData=encapsulated([rle_frame(frame, size) for frame in frames]),
    )


def rle_frame(pixels: bytes, columns: int) -> bytes:
    """A frame of one byte a pixel: the header for a single segment, and its runs, row by row (PS3.5 G.3 to G.5)."""
    runs = bytearray()
    for start in range(0, len(pixels), columns):
        row = pixels[start : start + columns]
        at = 0
        while at < columns:
            length = next((n for n in range(1, columns - at) if row[at + n] != row[at]), columns - at)
            runs += bytes([257 - length, row[at]]) if length > 1 else bytes([0, row[at]])
            at += length
    header = [1, 64, *[0] * 14]
    return b"".join(number.to_bytes(4, "little") for number in header) + runs + b"\0" * (len(runs) % 2)


def encapsulated(frames: list[bytes]) -> bytes:
    """Items for the Basic Offset Table and for each frame (PS3.5 A.4)."""
    offsets, at = [], 0
    for frame in frames:
        offsets.append(at)
        at += 8 + len(frame)
    table = b"".join(offset.to_bytes(4, "little") for offset in offsets)
    return b"".join(b"\xfe\xff\x00\xe0" + len(part).to_bytes(4, "little") + part for part in (table, *frames))


SYNTAXES: dict[str, tuple[Callable[[], ObjectDefinition], uid.UID]] = {
    "ct": (ct, uid.ExplicitVRLittleEndian),
    "multiframe": (multiframe, uid.RLELossless),
    "rtplan": (rtplan, uid.ImplicitVRLittleEndian),
    "sr": (sr, uid.ExplicitVRLittleEndian),
}


def build() -> dict[str, bytes]:
    """The files, by name."""
    files = {}
    for name, (make, syntax) in SYNTAXES.items():
        example = make()
        meta = example.dataset.file_meta
        meta.TransferSyntaxUID = syntax
        meta.ImplementationClassUID = made("implementation")
        meta.ImplementationVersionName = "DICOMSPEC_EX"
        target = io.BytesIO()
        example.save_as(target)
        files[f"{name}.dcm"] = target.getvalue()
    return files


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` name those that differ; returns the exit code."""
    check = "--check" in arguments
    different = 0
    for name, data in build().items():
        path = FOLDER / name
        if path.exists() and path.read_bytes() == data:
            continue
        different += 1
        print(f"{name} {'differs' if check else 'written'}")
        if not check:
            path.write_bytes(data)
    return 1 if check and different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

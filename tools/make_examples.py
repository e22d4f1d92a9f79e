"""Makes the files in dicomspec/_examples: ``python -m tools.make_examples [--check]``.

They are built with the public API, and hold nothing that changes from run to run: dates are fixed, and UIDs are derived
from texts. The patients are invented.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from dicomspec import Dataset, FileMetaDataset, Sequence, generate_uid, uid

FOLDER = Path(__file__).resolve().parent.parent / "dicomspec" / "_examples"
DATE, TIME = "20260102", "101500"
CHARSET = "ISO_IR 192"


def dataset(**values: Any) -> Dataset:
    """A dataset of keywords and values."""
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def items(*datasets: Dataset) -> Sequence[Dataset]:
    """A sequence."""
    return Sequence(datasets)


def code(value: str, scheme: str, meaning: str) -> Sequence[Dataset]:
    """A coded entry (PS3.3 8.8), as the only item of a sequence."""
    return items(dataset(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning))


def made(*names: str) -> uid.UID:
    """A UID that is the same every time."""
    return generate_uid(entropy_srcs=["dicomspec example", *names])


def common(name: str, sop_class: str, modality: str, **values: Any) -> Dataset:
    """What all of them share: patient, study, series, equipment, SOP (PS3.3 C.7, C.12.1)."""
    return dataset(
        SpecificCharacterSet=CHARSET,
        SOPClassUID=sop_class,
        SOPInstanceUID=made(name, "instance"),
        StudyDate=DATE,
        StudyTime=TIME,
        AccessionNumber="A1",
        Modality=modality,
        Manufacturer="dicomspec",
        ReferringPhysicianName="Doctor^Example",
        ManufacturerModelName="examples",
        PatientName="Last^First^mid^pre",
        PatientID="id00001",
        PatientBirthDate="19600229",
        PatientSex="O",
        DeviceSerialNumber="1",
        SoftwareVersions="1",
        StudyInstanceUID=made(name, "study"),
        SeriesInstanceUID=made(name, "series"),
        StudyID="study1",
        SeriesNumber=1,
        InstanceNumber=1,
        **values,
    )


def ct() -> Dataset:
    """A slice through a cylinder of water with a denser rod (PS3.3 A.3)."""
    size, middle = 64, 31.5
    pixels = bytearray()
    for row in range(size):
        for column in range(size):
            from_middle = (row - middle) ** 2 + (column - middle) ** 2
            from_rod = (row - 20) ** 2 + (column - 40) ** 2
            number = 24 if from_middle > 28**2 else 1424 if from_rod <= 16 else 1024
            pixels += number.to_bytes(2, "little")
    return common(
        "ct",
        uid.CTImageStorage,
        "CT",
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


def rtplan() -> Dataset:
    """Two opposed beams (PS3.3 A.20)."""
    beams = [beam(1, "AP", 0), beam(2, "PA", 180)]
    return common(
        "rtplan",
        uid.RTPlanStorage,
        "RTPLAN",
        InstanceCreationDate=DATE,
        InstanceCreationTime=TIME,
        OperatorsName="Operator^Example",
        FrameOfReferenceUID=made("rtplan", "frame of reference"),
        PositionReferenceIndicator="",
        RTPlanLabel="Plan1",
        RTPlanName="Two beams",
        RTPlanDate=DATE,
        RTPlanTime=TIME,
        RTPlanGeometry="PATIENT",
        DoseReferenceSequence=items(
            dataset(
                DoseReferenceNumber=1,
                DoseReferenceStructureType="COORDINATES",
                DoseReferenceDescription="iso",
                DoseReferencePointCoordinates=[0, 0, -50],
                DoseReferenceType="TARGET",
                TargetPrescriptionDose=50,
            )
        ),
        FractionGroupSequence=items(
            dataset(
                FractionGroupNumber=1,
                NumberOfFractionsPlanned=25,
                NumberOfBeams=len(beams),
                NumberOfBrachyApplicationSetups=0,
                ReferencedBeamSequence=items(
                    *(dataset(BeamMeterset=100, ReferencedBeamNumber=each.BeamNumber) for each in beams)
                ),
            )
        ),
        BeamSequence=items(*beams),
        PatientSetupSequence=items(dataset(PatientPosition="HFS", PatientSetupNumber=1)),
        ReferencedStructureSetSequence=items(
            dataset(
                ReferencedSOPClassUID=uid.RTStructureSetStorage,
                ReferencedSOPInstanceUID=made("rtplan", "structure set"),
            )
        ),
        ApprovalStatus="UNAPPROVED",
    )


def beam(number: int, name: str, angle: int) -> Dataset:
    """A static photon beam of 10 by 10 cm (PS3.3 C.8.8.14)."""
    jaws = [
        dataset(RTBeamLimitingDeviceType="X", NumberOfLeafJawPairs=1),
        dataset(RTBeamLimitingDeviceType="Y", NumberOfLeafJawPairs=1),
    ]
    positions = [dataset(RTBeamLimitingDeviceType=axis, LeafJawPositions=[-50, 50]) for axis in ("X", "Y")]
    start = dataset(
        ControlPointIndex=0,
        NominalBeamEnergy=6,
        DoseRateSet=400,
        BeamLimitingDevicePositionSequence=items(*positions),
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
    return dataset(
        TreatmentMachineName="unit001",
        PrimaryDosimeterUnit="MU",
        SourceAxisDistance=1000,
        BeamLimitingDeviceSequence=items(*jaws),
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
        ControlPointSequence=items(start, dataset(ControlPointIndex=1, CumulativeMetersetWeight=1)),
        ReferencedPatientSetupNumber=1,
    )


def sr() -> Dataset:
    """An Enhanced SR document: findings with a text and a length (PS3.3 A.35.2)."""
    length = dataset(
        RelationshipType="CONTAINS",
        ValueType="NUM",
        ConceptNameCodeSequence=code("103339001", "SCT", "Long axis length"),
        MeasuredValueSequence=items(
            dataset(MeasurementUnitsCodeSequence=code("mm", "UCUM", "millimeter"), NumericValue=12.5)
        ),
    )
    comment = dataset(
        RelationshipType="CONTAINS",
        ValueType="TEXT",
        ConceptNameCodeSequence=code("121106", "DCM", "Comment"),
        TextValue="A single nodule, 12.5 mm ± 0.5 mm.\r\nNo other finding.",
    )
    findings = dataset(
        RelationshipType="CONTAINS",
        ValueType="CONTAINER",
        ConceptNameCodeSequence=code("121070", "DCM", "Findings"),
        ContinuityOfContent="SEPARATE",
        ContentSequence=items(comment, length),
    )
    return common(
        "sr",
        uid.EnhancedSRStorage,
        "SR",
        ContentDate=DATE,
        ContentTime=TIME,
        ReferencedPerformedProcedureStepSequence=items(),
        ValueType="CONTAINER",
        ConceptNameCodeSequence=code("126000", "DCM", "Imaging Measurement Report"),
        ContinuityOfContent="SEPARATE",
        PerformedProcedureCodeSequence=items(),
        CompletionFlag="COMPLETE",
        VerificationFlag="UNVERIFIED",
        ContentSequence=items(findings),
    )


def multiframe() -> Dataset:
    """Four frames of a bar that moves, as Secondary Capture, each frame RLE compressed (PS3.3 A.8.3, PS3.5 annex G)."""
    size, count = 32, 4
    frames = [bytes(255 if column // 8 == frame else row * 4 for row in range(size) for column in range(size))
              for frame in range(count)]  # fmt: skip
    return common(
        "multiframe",
        uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
        "OT",
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


SYNTAXES = {
    "ct": (ct, uid.ExplicitVRLittleEndian),
    "multiframe": (multiframe, uid.RLELossless),
    "rtplan": (rtplan, uid.ImplicitVRLittleEndian),
    "sr": (sr, uid.ExplicitVRLittleEndian),
}


def build() -> dict[str, bytes]:
    """The files, by name."""
    files = {}
    for name, (make, syntax) in SYNTAXES.items():
        ds = make()
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = syntax
        ds.file_meta.ImplementationClassUID = made("implementation")
        ds.file_meta.ImplementationVersionName = "DICOMSPEC_EX"
        target = io.BytesIO()
        ds.save_as(target, enforce_file_format=True)
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

"""Faults of datasets: attributes taken out, emptied or given other values, at any depth, by a table.

A row says where (a path; ``[]`` stands for the last item), what is done, and by which rules it may be told. It is for
every clean file that has the attribute.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from dicomspec import Dataset, dcmread
from dicomspec.edition import DEFAULT
from dicomspec.errors import DicomError
from tests.validation.clean import written

GONE = (
    "attribute-missing",
    "group-missing",
    "common-reference",
    "sop-class-unknown",
    "sr-value",
    "code-meaning",
    "attribute-forbidden",
)
EMPTY = ("attribute-empty", "attribute-missing", "item-count", "code-meaning", "sr-value", "sop-class-unknown")
FORM = ("value", "value-form", "value-characters", "value-too-long")


class Seed(NamedTuple):
    """A row of the table: `told` is where it is told, if that is not at the attribute itself."""

    path: str
    what: str
    change: Callable[[Dataset, str], Any]
    rules: tuple[str, ...]
    told: str = ""
    but: tuple[str, ...] = ()


def gone(body: Dataset, keyword: str) -> None:
    delattr(body, keyword)


def emptied(body: Dataset, keyword: str) -> None:
    tag = DEFAULT.keywords[keyword]
    body.add_new(tag, body[tag].VR, [] if body[tag].VR == "SQ" else None)


def to(value: Any, vr: str = "") -> Callable[[Dataset, str], Any]:
    """Give it a value; of one that is no number for a DS or IS, the bytes to put in its place."""

    def change(body: Dataset, keyword: str) -> bytes | None:
        tag = DEFAULT.keywords[keyword]
        used = vr or (body[tag].VR if tag in body else DEFAULT.vr(tag).split(" or ")[-1])
        try:
            body.add_new(tag, used, value)
        except DicomError:
            text = "\\".join(value) if isinstance(value, list) else value
            text += " " * (len(text) % 2)
            body.add_new(tag, used, ["1"] * (len(text) // 2))
            return text.encode()
        return None

    return change


def again(body: Dataset, keyword: str) -> None:
    """Its last item a second time."""
    element = body[keyword]
    element.value.append(Dataset({each.keyword: each.value for each in element.value[-1] if each.VR != "SQ"}))


def first_gone(body: Dataset, keyword: str) -> None:
    del body[keyword].value[0]


TABLE: list[Seed] = []
_BYTES_SC = ("SC multi-frame", "SC multi-frame word", "SC multi-frame true color")
NO_FAULT = {
    ("ImageType", "emptied"): ("US", "US multi-frame"),
    ("PixelSpacing", "emptied"): ("NM",),
    ("NumberOfDetectors", "3"): ("NM",),
    ("SharedFunctionalGroupsSequence", "gone"): _BYTES_SC,
    ("PerFrameFunctionalGroupsSequence", "gone"): _BYTES_SC,
    ("Rows", "5"): ("MR spectroscopy",),
    ("PerFrameFunctionalGroupsSequence[].FrameContentSequence", "gone"): ("VL whole slide",),
}
"""What is no fault in some SOP classes: Type 2, user options, no pixels."""


def row(path: str, change: Callable[[Dataset, str], Any], *rules: str, what: str = "", told: str = "") -> None:
    name = what or getattr(change, "__name__", "")
    if path.startswith("SharedFunctionalGroupsSequence[]"):
        told = "*"  # in the frames, if it is in none
    TABLE.append(Seed(path, f"{path} {name}", change, rules, told, NO_FAULT.get((path, name), ())))


_GONE = (
    "PatientID PatientBirthDate PatientSex StudyTime ReferringPhysicianName StudyID AccessionNumber SeriesNumber "
    "InstanceNumber Manufacturer SOPClassUID Columns BitsAllocated BitsStored HighBit PixelRepresentation SamplesPerPixel "
    "PhotometricInterpretation PixelData ImageType ContentDate ContentTime ContentLabel FrameOfReferenceUID "
    "ImagePositionPatient ImageOrientationPatient PixelSpacing SliceThickness KVP RescaleIntercept RescaleSlope "
    "ScanningSequence SequenceVariant ConversionType LossyImageCompression BurnedInAnnotation PresentationLUTShape "
    "NumberOfFrames SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence DimensionOrganizationSequence "
    "SharedFunctionalGroupsSequence[].PixelMeasuresSequence SharedFunctionalGroupsSequence[].PlaneOrientationSequence "
    "PerFrameFunctionalGroupsSequence[].FrameContentSequence "
    "PerFrameFunctionalGroupsSequence[].PlanePositionSequence "
    "PerFrameFunctionalGroupsSequence[].PlanePositionSequence[].ImagePositionPatient "
    "SegmentSequence SegmentSequence[].SegmentNumber SegmentSequence[].SegmentLabel SegmentSequence[].SegmentAlgorithmType "
    "SegmentSequence[].SegmentedPropertyTypeCodeSequence SegmentationType ReferencedSeriesSequence "
    "ReferencedSeriesSequence[].SeriesInstanceUID WaveformSequence WaveformSequence[].SamplingFrequency "
    "WaveformSequence[].WaveformData WaveformSequence[].ChannelDefinitionSequence "
    "WaveformSequence[].ChannelDefinitionSequence[].ChannelSourceSequence AcquisitionContextSequence "
    "MIMETypeOfEncapsulatedDocument EncapsulatedDocument DocumentTitle CompletionFlag VerificationFlag ValueType "
    "ContinuityOfContent ConceptNameCodeSequence ReferencedPerformedProcedureStepSequence RTPlanLabel RTPlanGeometry "
    "DoseUnits DoseType DoseSummationType DoseGridScaling GridFrameOffsetVector StructureSetLabel StructureSetROISequence "
    "StructureSetROISequence[].ROINumber ROIContourSequence RTROIObservationsSequence RTImageLabel RTImagePlane "
    "FractionGroupSequence EnergyWindowInformationSequence DetectorInformationSequence NumberOfEnergyWindows "
    "NumberOfDetectors FrameIncrementPointer Units DecayCorrection SeriesType CorrectedImage AnatomicRegionSequence "
    "ViewCodeSequence PresentationIntentType ImageLaterality OpticalPathSequence TotalPixelMatrixColumns "
    "RegistrationSequence DisplayedAreaSelectionSequence PresentationCreationDate "
    "RealWorldValueMappingSequence SurfaceSequence TrackSetSequence AnnotationGroupSequence"
)
for _path in _GONE.split():
    row(_path, gone, *GONE)

_EMPTIED = (
    "SOPClassUID Rows Columns BitsAllocated ImageType PhotometricInterpretation FrameOfReferenceUID ImagePositionPatient "
    "ImageOrientationPatient PixelSpacing RescaleSlope PixelData ConversionType SegmentSequence SegmentationType "
    "SegmentSequence[].SegmentLabel SegmentSequence[].SegmentedPropertyTypeCodeSequence WaveformSequence "
    "WaveformSequence[].ChannelDefinitionSequence EncapsulatedDocument MIMETypeOfEncapsulatedDocument CompletionFlag "
    "ValueType RTPlanLabel RTPlanGeometry DoseUnits DoseType DoseSummationType StructureSetLabel RTImageLabel "
    "ContentLabel ContentDate PresentationCreationDate SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence "
    "PerFrameFunctionalGroupsSequence[].PlanePositionSequence "
    "PerFrameFunctionalGroupsSequence[].PlanePositionSequence[].ImagePositionPatient Units DecayCorrection SeriesType "
    "PresentationIntentType PresentationLUTShape LossyImageCompression BurnedInAnnotation NumberOfFrames "
    "FrameIncrementPointer ReferencedSeriesSequence RegistrationSequence"
)
for _path in _EMPTIED.split():
    row(_path, emptied, *EMPTY)

_LISTED = ("enumerated-value", "defined-term")
for _path, _values in {
    "Modality": ["XX", "NOTAMODALITY"],
    "PatientSex": ["U", "MALE"],
    "PhotometricInterpretation": ["MONOCHROME3", "GRAY"],
    "PixelRepresentation": [2],
    "PlanarConfiguration": [7],
    "BurnedInAnnotation": ["MAYBE"],
    "LossyImageCompression": ["02"],
    "ConversionType": ["SCAN"],
    "PresentationLUTShape": ["LINEAR"],
    "PresentationIntentType": ["FOR VIEWING"],
    "ScanningSequence": ["XX"],
    "SequenceVariant": ["YY"],
    "Units": ["FURLONGS"],
    "DecayCorrection": ["SOMETIMES"],
    "DoseUnits": ["RAD"],
    "DoseType": ["REAL"],
    "DoseSummationType": ["SUM"],
    "RTPlanGeometry": ["NOWHERE"],
    "RTImagePlane": ["OBLIQUE"],
    "SegmentationType": ["TERNARY"],
    "SegmentSequence[].SegmentAlgorithmType": ["MAGIC"],
    "CompletionFlag": ["DONE"],
    "VerificationFlag": ["YES"],
    "ValueType": ["BOX"],
    "ContinuityOfContent": ["MIXED"],
    "WaveformSequence[].WaveformOriginality": ["COPIED"],
    "WaveformSequence[].WaveformSampleInterpretation": ["XX"],
    "WaveformSequence[].WaveformBitsAllocated": [24],
    "MIMETypeOfEncapsulatedDocument": [],
    "ContentQualification": ["GOOD"],
    "VolumetricProperties": ["SOLID"],
    "PixelPresentation": ["GREY"],
    "SpecimenLabelInImage": ["PERHAPS"],
    "PositionerMotion": ["WOBBLY"],
    "RadiationSetting": ["HIGH"],
    "PixelIntensityRelationship": ["EXP"],
    "PatientPosition": ["UPSIDE"],
}.items():
    for _value in _values:
        row(_path, to(_value), *_LISTED, "value-characters", "bits", "samples", what=f"is {_value}")
for _position, _value in ((0, "REAL"), (1, "TERTIARY")):
    row(
        "ImageType",
        lambda body, keyword, at=_position, value=_value: to(
            [value if place == at else part for place, part in enumerate(body.ImageType)]
        )(body, keyword),
        *_LISTED,
        what=f"value {_position + 1} is {_value}",
    )

# --- values -----------------------------------------------------------------------------------------------------------

for _path, _value, _rules in (
    ("StudyDate", "1996.10.29", FORM),
    ("StudyDate", "2026-1-2", FORM),
    ("StudyTime", "10:15:00", FORM),
    ("StudyTime", "101500.1234567", FORM),
    ("ContentTime", "246000", FORM),
    ("PatientBirthDate", "20260230", FORM),
    ("PatientName", "a" * 70, FORM),
    ("StudyID", "S" * 17, FORM),
    ("SeriesNumber", "99999999999", FORM),
    ("SeriesNumber", "12a", FORM),
    ("InstanceNumber", "1 2", FORM),
    ("Manufacturer", "M" * 65, FORM),
    ("SliceThickness", "1,5", FORM),
    ("PixelSpacing", ["0.5", "wide"], FORM),
    ("RescaleSlope", "1.2.3", FORM),
    ("KVP", "12e", FORM),
    ("Modality", "ct", ("value-characters", "enumerated-value", "defined-term")),
    ("PatientSex", "female", ("value-characters", "enumerated-value")),
    ("AcquisitionDateTime", "20261399", FORM),
    ("StudyInstanceUID", "1.2.840.abc", ("uid-form",)),
    ("SeriesInstanceUID", "1.2.3.", ("uid-form",)),
    ("SOPInstanceUID", "3.1.2", ("uid-form", "uid-meta")),
    ("FrameOfReferenceUID", "1..2", ("uid-form",)),
    ("FrameOfReferenceUID", "1.2." + "3" * 70, ("uid-form",)),
    ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.999", ("uid-root", "uid-meta", "sop-class-unknown")),
    ("ImagePositionPatient", ["1", "2"], ("vm",)),
    ("ImageOrientationPatient", ["1", "0", "0", "0", "1"], ("vm",)),
    ("PixelSpacing", ["1"], ("vm",)),
    ("PatientID", ["A", "B"], ("vm",)),
    ("Rows", [4, 4], ("vm",)),
    ("SpecificCharacterSet", "ISO_IR 999", ("defined-term", "charset", "enumerated-value")),
):
    row(_path, to(_value), *_rules, what=f"is {str(_value)[:24]}")
row("TimezoneOffsetFromUTC", to("+2500", "SH"), "timezone", what="+2500")
row("PatientName", to("A=B=C=D"), "value-name", what="four groups")

# --- pixels -----------------------------------------------------------------------------------------------------------

row("HighBit", to(0), "bits", "enumerated-value", what="0")
row("BitsStored", to(17), "bits", "enumerated-value", what="17")
row("BitsAllocated", to(12), "bits", "enumerated-value", "pixel-length", what="12")
row("Rows", to(5), "pixel-length", what="5", told="PixelData")
row("Columns", to(0), "least-number", what="0")
row("SamplesPerPixel", to(3), "samples", "enumerated-value", what="3")
row("NumberOfFrames", to("0"), "frames-number", "group-frames", what="0")
row("NumberOfFrames", to("7"), "pixel-length", "group-frames", "count", "frame-vector", what="7", told="*")
row("PixelSpacing", to(["0", "1"]), "spacing", what="0")
row("PixelSpacing", to(["-1", "1"]), "spacing", what="-1")
row("WindowWidth", to("0"), "window", what="0")
row("WindowWidth", to(["1", "2"]), "window", what="two")
row("ImageOrientationPatient", to(["1", "0", "0", "1", "0", "0"]), "orientation", what="parallel")
row("ImageOrientationPatient", to(["2", "0", "0", "0", "1", "0"]), "orientation", what="no unit vector")
row("PatientOrientation", to(["X", "F"]), "patient-orientation", what="X")
row("PatientOrientation", to(["L", "L"]), "patient-orientation", what="twice L")
row("PatientOrientation", to(["RL", "F"]), "patient-orientation", what="RL")
row("Rows", lambda body, _: body.add_new(0x00280034, "IS", ["1", "1"]), "aspect-ratio", "attribute-forbidden",
    what="aspect 1:1", told="PixelAspectRatio")  # fmt: skip
row("ImageType", lambda body, _: to(body.ImageType[:1])(body, "ImageType"), "image-type", "value-count", "vm",
    what="one value")  # fmt: skip

# --- frames, items, counts --------------------------------------------------------------------------------------------

_FRAME = "PerFrameFunctionalGroupsSequence[]"
row("PerFrameFunctionalGroupsSequence", first_gone, "group-frames", what="one less")
row("SharedFunctionalGroupsSequence", again, "item-count", what="two")
row(f"{_FRAME}.FrameContentSequence[].DimensionIndexValues", to([1, 2, 3]), "dimension-values", what="three")
row(f"{_FRAME}.FrameContentSequence[].DimensionIndexValues", to([0]), "dimension-values", what="0")
row(f"{_FRAME}.PlanePositionSequence[].ImagePositionPatient", to(["1", "x", "2"]), *FORM, what="x")
row("DimensionIndexSequence[].DimensionIndexPointer", to(0x00189087), "dimension-pointer", what="elsewhere")
row("DimensionIndexSequence[].DimensionOrganizationUID", to("1.2.3.4"), "reference-number", what="another")
row("SegmentSequence[].SegmentNumber", to(5), "running-number", what="5")
row("SegmentSequence", again, "running-number", "attribute-missing", what="twice", told="*")
row("SurfaceSequence[].SurfaceNumber", to(2), "running-number", what="2")
row("NumberOfSurfaces", to(9), "count", what="9")
row("WaveformSequence[].NumberOfWaveformChannels", to(3), "count", what="3")
row("WaveformSequence[].NumberOfWaveformSamples", to(99), "waveform-length", what="99", told="*")
row("EnergyWindowVector", to([1, 1, 2]), "frame-vector", what="2")
row("EnergyWindowVector", to([1, 1]), "frame-vector", what="too few")
row("EnergyWindowVector", to([0, 1, 1]), "frame-vector", what="0")
row("NumberOfEnergyWindows", to(4), "frame-vector", "count", what="4")
row("NumberOfDetectors", to(3), "count", "frame-vector", what="3")
row("StructureSetROISequence", again, "unique-number", "attribute-missing", what="twice", told="*")
row("ROIContourSequence[].ReferencedROINumber", to(77), "reference-number", what="77")
row("RTROIObservationsSequence[].ReferencedROINumber", to(77), "reference-number", what="77")
row("FractionGroupSequence[].NumberOfBeams", to(4), "count", "attribute-missing", what="4", told="*")
row("GridFrameOffsetVector", to(["0", "1"]), "count", what="two", told="*")
row("BeamSequence[].NumberOfControlPoints", to(5), "count", what="5")
row("BeamSequence[].NumberOfWedges", to(2), "count", "attribute-missing", what="2", told="*")

# --- content of reports -----------------------------------------------------------------------------------------------

_BOX = "ContentSequence[]"
_NUM = f"{_BOX}.ContentSequence[]"
_POINTS = f"{_NUM}.ContentSequence[]"
_PICTURE = f"{_POINTS}.ContentSequence[]"
for _path in (
    f"{_BOX}.RelationshipType",
    f"{_BOX}.ContinuityOfContent",
    f"{_NUM}.ValueType",
    f"{_NUM}.RelationshipType",
    f"{_NUM}.ConceptNameCodeSequence",
    f"{_NUM}.MeasuredValueSequence",
    f"{_NUM}.MeasuredValueSequence[].NumericValue",
    f"{_NUM}.MeasuredValueSequence[].MeasurementUnitsCodeSequence",
    f"{_POINTS}.GraphicType",
    f"{_POINTS}.GraphicData",
    f"{_PICTURE}.ReferencedSOPSequence",
    f"{_PICTURE}.ReferencedSOPSequence[].ReferencedSOPInstanceUID",
):
    row(_path, gone, *GONE, "sr-evidence")
row(f"{_NUM}.RelationshipType", to("OWNS"), "enumerated-value", what="OWNS")
row(f"{_NUM}.ValueType", to("NUMBER"), "enumerated-value", what="NUMBER")
row(f"{_NUM}.RelationshipType", to("SELECTED FROM"), "sr-relationship", what="SELECTED FROM")
row(f"{_POINTS}.GraphicType", to("ELLIPSE"), "graphic-data", what="ELLIPSE", told="*")
row(f"{_POINTS}.GraphicData", to([1.0, 2.0, 3.0]), "graphic-data", what="three numbers")
row(f"{_POINTS}.ContentSequence", gone, "sr-coordinates", what="not SELECTED FROM")
row(f"{_PICTURE}.ReferencedSOPSequence", again, "item-count", what="twice")
row(f"{_PICTURE}.ReferencedSOPSequence[].ReferencedSOPInstanceUID", to("1.2.9"), "sr-evidence", what="no evidence")
row(f"{_PICTURE}.ReferencedSOPSequence[].ReferencedSOPClassUID", to("1.2.840.10008.5.1.4.1.1.4"), "sr-evidence",
    what="another class")  # fmt: skip

# --- codes ------------------------------------------------------------------------------------------------------------

for _path in (
    "SegmentSequence[].SegmentedPropertyTypeCodeSequence",
    "WaveformSequence[].ChannelDefinitionSequence[].ChannelSourceSequence",
    "ConceptNameCodeSequence",
    "ViewCodeSequence",
    "AnatomicRegionSequence",
):
    row(f"{_path}[].CodeMeaning", gone, *GONE)
    row(f"{_path}[].CodingSchemeDesignator", gone, *GONE)
    row(f"{_path}[].CodeValue", gone, *GONE)
    row(f"{_path}[].CodeMeaning", emptied, *EMPTY)
    row(_path, emptied, *EMPTY)
    row(f"{_path}[].CodeValue", to("999999"), "code-outside", "code-unknown", what="no code")
row("ConceptNameCodeSequence[].LongCodeValue", to("SHORT", "UC"), "code-length", "attribute-forbidden", what="short")
row("ConceptNameCodeSequence", again, "item-count", "attribute-missing", what="twice")


def seeds(data: bytes, name: str = "") -> Iterator[tuple[str, bytes, str, frozenset[str]]]:
    """All faults of the table that a file can be given: what, the file, where it is told, by which rules."""
    for seed in TABLE:
        ds = dcmread(io.BytesIO(data), check=False)
        found = _place(ds, seed.path)
        if found is None or name in seed.but:
            continue
        body, keyword, path = found
        if keyword not in body and seed.change in (gone, emptied, again, first_gone):
            continue
        if keyword not in body and not seed.path.endswith(("TimezoneOffsetFromUTC", "LongCodeValue")):
            continue
        if seed.change in (emptied, again, first_gone) and body[keyword].is_empty:
            continue
        put = seed.change(body, keyword)
        made = written(ds)
        if put:
            start, end = _value(made, path)
            assert end - start == len(put)
            made = made[:start] + put + made[end:]
        if made != data:
            yield seed.what, made, seed.told or path, frozenset(seed.rules)


def _value(data: bytes, path: str) -> tuple[int, int]:
    """Where the value of an element stands."""
    *steps, last = path.split(".")
    ds = dcmread(io.BytesIO(data))
    for step in steps:
        keyword, _, index = step.rstrip("]").partition("[")
        ds = ds[keyword].value[int(index)]
    raw = ds[last].raw
    assert raw is not None
    return raw[2], raw[3]


def _place(ds: Dataset, path: str) -> tuple[Dataset, str, str] | None:
    """The map that a path leads to, the keyword at its end, and the path with numbers; None if it is not there."""
    *steps, last = path.split(".")
    whole = []
    for step in steps:
        keyword = step.removesuffix("[]")
        items = ds.get(keyword)
        if not items:
            return None
        whole.append(f"{keyword}[{len(items) - 1}]")
        ds = items[-1]
    return ds, last, ".".join([*whole, last])

"""Clean files of many SOP classes, filled from the IODs themselves: what they require, with values that they allow."""

from __future__ import annotations

import io
import math
from typing import Any

import dicomspec
from dicomspec import Dataset, FileMetaDataset
from dicomspec.edition import DEFAULT
from dicomspec.validation.plan import Plan, plan_of

SOP_CLASSES = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "CR": "1.2.840.10008.5.1.4.1.1.1",
    "DX": "1.2.840.10008.5.1.4.1.1.1.1",
    "MG": "1.2.840.10008.5.1.4.1.1.1.2",
    "US": "1.2.840.10008.5.1.4.1.1.6.1",
    "NM": "1.2.840.10008.5.1.4.1.1.20",
    "PT": "1.2.840.10008.5.1.4.1.1.128",
    "SC": "1.2.840.10008.5.1.4.1.1.7",
    "SC multi-frame": "1.2.840.10008.5.1.4.1.1.7.2",
    "XA": "1.2.840.10008.5.1.4.1.1.12.1",
    "RF": "1.2.840.10008.5.1.4.1.1.12.2",
    "RT image": "1.2.840.10008.5.1.4.1.1.481.1",
    "RT dose": "1.2.840.10008.5.1.4.1.1.481.2",
    "RT structure set": "1.2.840.10008.5.1.4.1.1.481.3",
    "RT plan": "1.2.840.10008.5.1.4.1.1.481.5",
    "RT ion plan": "1.2.840.10008.5.1.4.1.1.481.8",
    "Enhanced CT": "1.2.840.10008.5.1.4.1.1.2.1",
    "Enhanced MR": "1.2.840.10008.5.1.4.1.1.4.1",
    "Segmentation": "1.2.840.10008.5.1.4.1.1.66.4",
    "Basic text SR": "1.2.840.10008.5.1.4.1.1.88.11",
    "Comprehensive SR": "1.2.840.10008.5.1.4.1.1.88.33",
    "Presentation state": "1.2.840.10008.5.1.4.1.1.11.1",
    "ECG": "1.2.840.10008.5.1.4.1.1.9.1.1",
    "Encapsulated PDF": "1.2.840.10008.5.1.4.1.1.104.1",
    "VL photographic": "1.2.840.10008.5.1.4.1.1.77.1.4",
    "OP 8 bit": "1.2.840.10008.5.1.4.1.1.77.1.5.1",
    "Registration": "1.2.840.10008.5.1.4.1.1.66.1",
    "DX for processing": "1.2.840.10008.5.1.4.1.1.1.1.1",
    "Intra-oral": "1.2.840.10008.5.1.4.1.1.1.3",
    "US multi-frame": "1.2.840.10008.5.1.4.1.1.3.1",
    "SC multi-frame word": "1.2.840.10008.5.1.4.1.1.7.3",
    "SC multi-frame true color": "1.2.840.10008.5.1.4.1.1.7.4",
    "Enhanced MR color": "1.2.840.10008.5.1.4.1.1.4.3",
    "Enhanced PET": "1.2.840.10008.5.1.4.1.1.130",
    "Enhanced XA": "1.2.840.10008.5.1.4.1.1.12.1.1",
    "Enhanced US volume": "1.2.840.10008.5.1.4.1.1.6.2",
    "MR spectroscopy": "1.2.840.10008.5.1.4.1.1.4.2",
    "Breast tomosynthesis": "1.2.840.10008.5.1.4.1.1.13.1.3",
    "Parametric map": "1.2.840.10008.5.1.4.1.1.30",
    "Surface segmentation": "1.2.840.10008.5.1.4.1.1.66.5",
    "Tractography": "1.2.840.10008.5.1.4.1.1.66.6",
    "Deformable registration": "1.2.840.10008.5.1.4.1.1.66.3",
    "Fiducials": "1.2.840.10008.5.1.4.1.1.66.2",
    "Real world values": "1.2.840.10008.5.1.4.1.1.67",
    "VL endoscopic": "1.2.840.10008.5.1.4.1.1.77.1.1",
    "VL whole slide": "1.2.840.10008.5.1.4.1.1.77.1.6",
    "Ophthalmic tomography": "1.2.840.10008.5.1.4.1.1.77.1.5.4",
    "Visual acuity": "1.2.840.10008.5.1.4.1.1.78.5",
    "Enhanced SR": "1.2.840.10008.5.1.4.1.1.88.22",
    "Dose SR": "1.2.840.10008.5.1.4.1.1.88.67",
    "Key objects": "1.2.840.10008.5.1.4.1.1.88.59",
    "Color presentation state": "1.2.840.10008.5.1.4.1.1.11.2",
    "Blending presentation state": "1.2.840.10008.5.1.4.1.1.11.4",
    "General ECG": "1.2.840.10008.5.1.4.1.1.9.1.2",
    "Hemodynamic": "1.2.840.10008.5.1.4.1.1.9.2.1",
    "Voice": "1.2.840.10008.5.1.4.1.1.9.4.1",
    "Encapsulated CDA": "1.2.840.10008.5.1.4.1.1.104.2",
    "Encapsulated STL": "1.2.840.10008.5.1.4.1.1.104.3",
    "RT beams record": "1.2.840.10008.5.1.4.1.1.481.4",
    "RT brachy record": "1.2.840.10008.5.1.4.1.1.481.6",
    "RT ion record": "1.2.840.10008.5.1.4.1.1.481.9",
    "RT radiation set": "1.2.840.10008.5.1.4.1.1.481.12",
    "Annotations": "1.2.840.10008.5.1.4.1.1.91.1",
    "CT protocol": "1.2.840.10008.5.1.4.1.1.200.2",
    "Raw data": "1.2.840.10008.5.1.4.1.1.66",
}

FRAMES = 3
BY_VR: dict[str, Any] = {
    "AE": "STATION", "AS": "030Y", "AT": 0x00181063, "CS": "NONE", "DA": "20260102", "DS": "1", "DT": "20260102101500",
    "FD": 1.0, "FL": 1.0, "IS": "1", "LO": "TEXT", "LT": "Text", "OB": b"\0\0", "OD": bytes(8), "OF": bytes(4),
    "OL": bytes(4), "OV": bytes(8), "OW": b"\0\0", "PN": "Doe^Jane", "SH": "TEXT", "SL": 1, "SS": 1, "ST": "Text",
    "SV": 1, "TM": "101500", "UC": "Text", "UL": 1, "UN": b"\0\0", "UR": "https://example.org/", "US": 1, "UT": "Text",
    "UV": 1,
}  # fmt: skip

FIXED: dict[str, Any] = {
    "Rows": 4, "Columns": 4, "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "BitsAllocated": 16,
    "BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0, "PixelSpacing": ["0.5", "0.5"],
    "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"], "ImagePositionPatient": ["0", "0", "0"],
    "PatientSex": "F", "PatientID": "ID1", "SpecificCharacterSet": "ISO_IR 192", "ImageType": ["ORIGINAL", "PRIMARY"],
    "FrameType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], "CodeValue": "113076", "CodingSchemeDesignator": "DCM",
    "CodeMeaning": "Segmentation", "WindowWidth": "100", "WindowCenter": "50", "BurnedInAnnotation": "NO",
    "NumberOfFrames": "3", "PixelPresentation": "MONOCHROME", "LUTDescriptor": [256, 0, 16], "LUTData": [0] * 256,
    "MIMETypeOfEncapsulatedDocument": "application/pdf", "DimensionOrganizationUID": "1.2.826.0.1.3680043.8.498.1",
    "PointCoordinatesData": bytes(12), "PatientOrientation": ["L", "F"], "GraphicData": [1.0, 1.0],
    **{f"{colour}PaletteColorLookupTableDescriptor": [256, 0, 16] for colour in ("Red", "Green", "Blue")},
    **{f"{colour}PaletteColorLookupTableData": bytes(512) for colour in ("Red", "Green", "Blue")},
}  # fmt: skip

MODALITY = {
    "CT": "CT",
    "MR": "MR",
    "CR": "CR",
    "US": "US",
    "US multi-frame": "US",
    "NM": "NM",
    "PT": "PT",
    "XA": "XA",
    "RF": "RF",
    "Encapsulated PDF": "DOC",
    "Encapsulated CDA": "DOC",
    "DX": "DX",
    "MG": "MG",
    "Parametric map": "MR",
    "DX for processing": "DX",
    "Intra-oral": "IO",
}
"""Of IODs that do not have it as an Enumerated Value."""  # fmt: skip

COLOR = {
    "SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7,
    "PlanarConfiguration": 0,
}  # fmt: skip

OVERRIDES: dict[str, dict[str, Any]] = {
    "CT": {"ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"]},
    "MR": {"ImageType": ["ORIGINAL", "PRIMARY", "OTHER"]},
    "Enhanced CT": {"ImageType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]},
    "Enhanced MR": {"ImageType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]},
    "Enhanced MR color": {"ImageType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], **COLOR},
    "Enhanced PET": {"ImageType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]},
    "Breast tomosynthesis": {"ImageType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]},
    "VL photographic": COLOR,
    "VL endoscopic": COLOR,
    "SC multi-frame true color": COLOR,
    "NM": {"ImageType": ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"]},
    "XA": {"ImageType": ["ORIGINAL", "PRIMARY", "SINGLE PLANE"]},
    "RF": {"ImageType": ["ORIGINAL", "PRIMARY", "SINGLE PLANE"]},
    "RT image": {"ImageType": ["ORIGINAL", "PRIMARY", "PORTAL"]},
    "VL whole slide": {"ImageType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], "SpecimenLabelInImage": "NO"},
    "Encapsulated CDA": {"MIMETypeOfEncapsulatedDocument": "text/XML"},
    "Encapsulated STL": {"MIMETypeOfEncapsulatedDocument": "model/stl"},
    "MR spectroscopy": {"FrameType": ["ORIGINAL", "PRIMARY", "SPECTROSCOPY", "NONE"]},
    "US": {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7},
    "SC multi-frame": {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7},
    "OP 8 bit": {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7},
    "Segmentation": {"ImageType": ["DERIVED", "PRIMARY"], "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "SegmentationType": "FRACTIONAL"},
    "MG": {"ImageType": ["ORIGINAL", "PRIMARY", ""]},
    "DX": {"ImageType": ["ORIGINAL", "PRIMARY", ""]},
    "RT dose": {"DoseUnits": "GY"},
    "Basic text SR": {"ValueType": "CONTAINER"},
    "Comprehensive SR": {"ValueType": "CONTAINER"},
}  # fmt: skip


class Builder:
    """Fills one dataset; UIDs are counted, so that the same name gives the same file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.uids = 0
        self.fixed = FIXED | {"SOPClassUID": SOP_CLASSES[name]} | OVERRIDES.get(name, {})
        if name in MODALITY:
            self.fixed["Modality"] = MODALITY[name]

    def uid(self) -> str:
        self.uids += 1
        return f"1.2.826.0.1.3680043.8.498.{sum(map(ord, self.name))}.{self.uids}"

    def fill(self, body: Dataset, plan: Plan, modules: set[str] | None, depth: int = 0) -> None:
        """Put in what a level requires without condition."""
        for tag, demands in sorted(plan.demands.items()):
            used = [d for d in demands if (modules is None or d.module in modules) and not d.guards]
            kinds = {demand.attribute.type for demand in used}
            if not kinds & {"1", "2"} or tag in body or tag >> 24 in (0x50, 0x60):
                continue
            self.put(body, plan, tag, empty="1" not in kinds, depth=depth)

    def put(self, body: Dataset, plan: Plan, tag: int, empty: bool = False, depth: int = 0) -> None:
        """Put in one attribute."""
        vr = (DEFAULT.vr(tag) or "UN").split(" or ")[0]
        keyword = DEFAULT.keyword(tag)
        if vr == "SQ":
            body.add_new(tag, "SQ", [])
            if not empty and depth < 12:
                self.items(body, plan, tag, depth)
        else:
            body.add_new(tag, vr, None if empty and keyword not in self.fixed else self.value(plan, tag, keyword, vr))

    def items(self, body: Dataset, plan: Plan, tag: int, depth: int) -> None:
        count = max([1, *(d.attribute.items.least for d in plan.known(tag) if d.attribute.items is not None)])
        if DEFAULT.keyword(tag) == "PerFrameFunctionalGroupsSequence":
            count = FRAMES
        inner = plan.below(tag)
        for _ in range(count):
            item = Dataset()
            if inner is not None and inner is not plan.groups:
                self.fill(item, inner, None, depth + 1)
            if "CodeMeaning" in item:
                item.update(self.code(plan, tag))
            body[tag].value.append(item)

    def code(self, plan: Plan, tag: int) -> dict[str, Any]:
        """A code of the context group of a sequence."""
        groups = [number for demand in plan.known(tag) for kind, number in demand.groups if kind == "dcid"]
        codes = sorted(DEFAULT.codes_of(groups[0])) if groups else []
        scheme, value = codes[0] if codes else ("DCM", "113076")
        return {"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": "Meaning"}

    def value(self, plan: Plan, tag: int, keyword: str, vr: str) -> Any:
        if keyword in self.fixed:
            return self.fixed[keyword]
        if vr == "UI":
            return self.uid()
        lists = [each for demand in plan.known(tag) for each in demand.attribute.values]
        firm = [each for each in lists if each.condition is None] or lists
        entry = DEFAULT.find(tag)
        vms = [demand.attribute.vm for demand in plan.known(tag)] + [entry.vm if entry is not None else "1"]
        count = max(int(vm.split("-")[0]) for vm in vms if vm[:1].isdigit())
        made = []
        for position in range(1, count + 1):
            mine = sorted((each for each in firm if each.position in (0, position)), key=lambda each: len(each.values))
            common = [v for v in (mine[0].values if mine else ()) if all(v in each.values for each in mine)]
            made.append(_typed(common[0], vr) if common else BY_VR[vr])
        return made[0] if count == 1 else made


def _typed(text: str, vr: str) -> Any:
    if vr in ("US", "UL", "SS", "SL"):
        return int(text[:-1], 16) if text.endswith("H") else int(text)
    return text


def clean(name: str) -> bytes:
    """The bytes of a clean file."""
    builder = Builder(name)
    iod = DEFAULT.sop_class(SOP_CLASSES[name])[0]
    plan = plan_of(DEFAULT, iod)
    ds = Dataset()
    builder.fill(ds, plan, {use.id for use in iod.modules if use.use == "M"})
    if plan.groups is not None:
        _groups(builder, ds, plan)
    if any(use.id == "image-pixel" and use.use == "M" for use in iod.modules):
        _pixels(builder, ds, iod)
    if "FrameIncrementPointer" in ds:
        ds.FrameIncrementPointer = 0x00540010 if builder.name == "NM" else 0x00181063
        setattr(ds, *(("EnergyWindowVector", [1] * FRAMES) if builder.name == "NM" else ("FrameTime", "40")))
    if "ValueType" in ds:
        ds.ContinuityOfContent = "SEPARATE"
        ds.ConceptNameCodeSequence = [
            Dataset({"CodeValue": "113076", "CodingSchemeDesignator": "DCM", "CodeMeaning": "x"})
        ]
    for group in ds.get("WaveformSequence") or ():
        group.add_new(0x54001010, "OW" if group.WaveformBitsAllocated > 8 else "OB", bytes(2))
    if name == "Comprehensive SR":
        _tree(ds)
    _finish(builder, ds, plan)
    if "PerFrameFunctionalGroupsSequence" in ds and "DimensionIndexSequence" in ds:
        _dimensions(ds)
        _finish(builder, ds, plan)
    return written(ds)


def _groups(builder: Builder, ds: Dataset, plan: Plan) -> None:
    """Functional groups: what describes a frame in each frame, the rest shared."""
    ds.SharedFunctionalGroupsSequence = [Dataset()]
    ds.PerFrameFunctionalGroupsSequence = [Dataset() for _ in range(FRAMES)]
    assert plan.groups is not None
    for use in plan.groups.uses:
        if use.use == "M":
            of_frames = use.id in ("frame-content", "plane-position-patient")
            targets = ds.PerFrameFunctionalGroupsSequence if of_frames else ds.SharedFunctionalGroupsSequence
            for number, target in enumerate(targets):
                builder.fill(target, plan.groups, {use.id})
                if use.id == "plane-position-patient":
                    target.PlanePositionSequence[0].ImagePositionPatient = ["0", "0", str(number)]


def _dimensions(ds: Dataset) -> None:
    """One dimension: the position in the stack."""
    for number, frame in enumerate(ds.PerFrameFunctionalGroupsSequence, 1):
        if "FrameContentSequence" not in frame:
            frame.FrameContentSequence = [Dataset()]
        content = frame.FrameContentSequence[0]
        content.StackID, content.InStackPositionNumber, content.DimensionIndexValues = "1", number, number
    for index in ds.DimensionIndexSequence:
        index.DimensionIndexPointer, index.FunctionalGroupPointer = 0x00209057, 0x00209111


def _pixels(builder: Builder, ds: Dataset, iod: Any) -> None:
    for keyword in (
        "Rows",
        "Columns",
        "SamplesPerPixel",
        "PhotometricInterpretation",
        "BitsAllocated",
        "BitsStored",
        "HighBit",
        "PixelRepresentation",
    ):
        setattr(ds, keyword, builder.fixed[keyword])
    if ds.SamplesPerPixel > 1:
        ds.PlanarConfiguration = 0
    frames = int(ds.get("NumberOfFrames") or 1)
    size = math.ceil(ds.Rows * ds.Columns * ds.SamplesPerPixel * ds.BitsAllocated * frames / 8)
    ds.add_new(0x7FE00010, "OB" if ds.BitsAllocated <= 8 else "OW", bytes(size + size % 2))


def _code(value: str, meaning: str, scheme: str = "DCM") -> list[Dataset]:
    return [Dataset({"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning})]


def _tree(ds: Dataset) -> None:
    """Content items at several depths: a container with an image, a text, and a distance between two of its points."""
    image = {"ReferencedSOPClassUID": SOP_CLASSES["CT"], "ReferencedSOPInstanceUID": "1.2.826.0.1.3680043.8.498.2"}

    def item(relationship: str, kind: str, **values: Any) -> Dataset:
        return Dataset({"RelationshipType": relationship, "ValueType": kind} | values)

    def picture(relationship: str) -> Dataset:
        return item(relationship, "IMAGE", ReferencedSOPSequence=[Dataset(image)])

    points = item("INFERRED FROM", "SCOORD", GraphicType="POLYLINE", GraphicData=[1.0, 1.0, 2.0, 2.0])
    points.ContentSequence = [picture("SELECTED FROM")]
    value = Dataset({"NumericValue": "3.5", "MeasurementUnitsCodeSequence": _code("mm", "millimeter", "UCUM")})
    distance = item("CONTAINS", "NUM", ConceptNameCodeSequence=_code("121206", "Distance"))
    distance.update({"MeasuredValueSequence": [value], "ContentSequence": [points]})
    text = item("CONTAINS", "TEXT", ConceptNameCodeSequence=_code("121106", "Comment"), TextValue="Text")
    box = item(
        "CONTAINS", "CONTAINER", ContinuityOfContent="SEPARATE", ContentSequence=[text, picture("CONTAINS"), distance]
    )
    ds.ContentSequence = [box]
    series = Dataset({"SeriesInstanceUID": "1.2.826.0.1.3680043.8.498.3", "ReferencedSOPSequence": [Dataset(image)]})
    study = Dataset({"StudyInstanceUID": "1.2.826.0.1.3680043.8.498.4", "ReferencedSeriesSequence": [series]})
    ds.CurrentRequestedProcedureEvidenceSequence = [study]


MISSING = ("attribute-missing", "attribute-empty", "group-missing", "common-reference")


def _finish(builder: Builder, ds: Dataset, plan: Plan) -> None:
    """Put in what conditions ask for, as long as they ask."""
    for _ in range(60):
        report = dicomspec.validate(ds, only="iod,groups,terms")
        missing = [issue for issue in report if issue.rule in MISSING]
        forbidden = [issue for issue in report if issue.rule in ("attribute-forbidden", "attribute-unexpected")]
        if not missing and not forbidden:
            return
        for issue in forbidden[:1]:
            body, _, tag = _place(ds, plan, issue.path)
            if tag in body:
                del body[tag]
        alternatives = [issue for issue in missing if "as no " in issue.message]
        for issue in [issue for issue in missing if issue not in alternatives] or alternatives[:1]:
            body, level, tag = _place(ds, plan, issue.path)
            if issue.rule == "group-missing":
                body = ds.SharedFunctionalGroupsSequence[0]
                if issue.path.endswith("FrameContentSequence"):
                    _dimensions(ds)  # never shared
                    continue
            if level is not None and (tag not in body or issue.rule == "attribute-empty"):
                builder.put(body, level, tag)


def _place(ds: Dataset, plan: Plan, path: str) -> tuple[Dataset, Plan | None, int]:
    """The map that a path leads to, its plan, and the tag at the end."""
    *steps, last = path.split(".")
    level: Plan | None = plan
    for step in steps:
        keyword, _, index = step.rstrip("]").partition("[")
        ds = getattr(ds, keyword)[int(index)]
        level = None if level is None else level.below(DEFAULT.keywords[keyword])
    return ds, level, int(DEFAULT.tag_for(last))


def written(ds: Dataset, explicit: bool = True) -> bytes:
    """The dataset as a file."""
    if not getattr(ds, "file_meta", None):
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1" if explicit else "1.2.840.10008.1.2"
    target = io.BytesIO()
    ds.save_as(target, enforce_file_format=True)
    return target.getvalue()

"""What is measured on: the files of the pydicom packages, and large ones made here.

The large ones are made once, into ``benchmarks/.cache``, under a name that changes with this file.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import dicomspec
from dicomspec import examples

__all__ = ["Sizes", "build_groups", "dicomdir", "package_files", "prepare", "small_files"]

CACHE: Final = Path(__file__).resolve().parent / ".cache"
EXPLICIT_LITTLE: Final = "1.2.840.10008.1.2.1"
ROOT_UID: Final = "2.25.1"


@dataclass(frozen=True)
class Sizes:
    """How large the generated files are."""

    groups: int = 20_000
    contours: int = 50_000
    frames: int = 400  # of half a megabyte
    records: int = 5_000
    files: int = 10_000
    elements: int = 20_000
    depth: int = 2_000


QUICK: Final = Sizes(groups=100, contours=200, frames=4, records=40, files=40, elements=500, depth=50)


def package_files(limit: int | None = None) -> list[Path]:
    """The DICOM files of pydicom and pydicom-data, or ``limit`` of them, spread evenly."""
    try:
        import data_store  # type: ignore[import-untyped]
        import pydicom.data
    except ImportError:
        return []
    roots = (Path(pydicom.data.__file__).parent, Path(data_store.__file__).parent)
    found = sorted(path for root in roots for path in root.rglob("*") if path.is_file() and _is_part10(path))
    return found if not limit or limit >= len(found) else [found[i * len(found) // limit] for i in range(limit)]


def _is_part10(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"


def prepare(name: str, size: int, make: Callable[[Any, int], Any]) -> Path:
    """The file that ``make(dicomspec, size)`` gives, from the cache if it is there."""
    path = _folder() / f"{name}-{size}.dcm"
    if not path.exists():
        make(dicomspec, size).save_as(path)
    return path


def _folder() -> Path:
    folder = CACHE / f"{zlib.crc32(Path(__file__).read_bytes()):08x}"
    if not folder.exists():
        shutil.rmtree(CACHE, ignore_errors=True)
        folder.mkdir(parents=True)
        (CACHE / ".gitignore").write_text("*\n")
    return folder


def new_dataset(library: Any, sop_class: str) -> Any:
    """A dataset that can be written to a file; ``library`` is any that has pydicom's names."""
    ds = library.Dataset()
    ds.file_meta = meta = library.FileMetaDataset()
    meta.MediaStorageSOPClassUID = ds.SOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = f"{ROOT_UID}.1"
    meta.TransferSyntaxUID = EXPLICIT_LITTLE
    ds.PatientName, ds.PatientID = "Family^Given", "id0001"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = f"{ROOT_UID}.2", f"{ROOT_UID}.3"
    ds.StudyDate, ds.StudyTime, ds.InstanceNumber = "20260102", "101500", 1
    return ds


def build_groups(library: Any, count: int) -> Any:
    """An enhanced multi-frame CT image of ``count`` functional group items (PS3.3 C.7.6.16), built by assignment."""
    new = library.Dataset
    ds = new_dataset(library, "1.2.840.10008.5.1.4.1.1.2.1")
    ds.Modality, ds.NumberOfFrames = "CT", count
    groups = []
    for number in range(1, count + 1):
        content, position, transformation, item = new(), new(), new(), new()
        content.FrameAcquisitionNumber = number
        content.DimensionIndexValues = [1, number]
        content.StackID = "1"
        content.InStackPositionNumber = number
        position.ImagePositionPatient = [-180.5, -170.25, number * 0.625]
        transformation.RescaleIntercept = -1024
        transformation.RescaleSlope = 1
        transformation.RescaleType = "HU"
        item.FrameContentSequence = library.Sequence([content])
        item.PlanePositionSequence = library.Sequence([position])
        item.PixelValueTransformationSequence = library.Sequence([transformation])
        groups.append(item)
    ds.PerFrameFunctionalGroupsSequence = library.Sequence(groups)
    return ds


def contours(library: Any, count: int) -> Any:
    """An RT structure set of ``count`` contours of six points, fifty regions (PS3.3 C.8.8.6)."""
    new = library.Dataset
    ds = new_dataset(library, "1.2.840.10008.5.1.4.1.1.481.3")
    ds.Modality, ds.StructureSetLabel = "RTSTRUCT", "benchmark"
    regions = [new() for _ in range(min(50, count))]
    of_region: list[list[Any]] = [[] for _ in regions]
    for number in range(count):
        contour, image = new(), new()
        image.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        image.ReferencedSOPInstanceUID = f"{ROOT_UID}.4.{number % 500}"
        contour.ContourImageSequence = library.Sequence([image])
        contour.ContourGeometricType = "CLOSED_PLANAR"
        contour.NumberOfContourPoints = 6
        contour.ContourData = [(number * 7 + axis * 13) % 4000 / 8 - 250 for axis in range(18)]
        of_region[number % len(regions)].append(contour)
    for index, region in enumerate(regions):
        region.ROIDisplayColor = [255, index, 0]
        region.ReferencedROINumber = index + 1
        region.ContourSequence = library.Sequence(of_region[index])
    ds.ROIContourSequence = library.Sequence(regions)
    return ds


def multiframe(library: Any, frames: int) -> Any:
    """A multi-frame image of 512 x 512 pixels of 16 bits."""
    ds = new_dataset(library, "1.2.840.10008.5.1.4.1.1.7.3")
    ds.Modality, ds.NumberOfFrames, ds.Rows, ds.Columns = "OT", frames, 512, 512
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = 1, "MONOCHROME2", 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    ds.add_new(0x7FE00010, "OW", bytes(range(256)) * (512 * 512 * 2 // 256 * frames))
    return ds


def elements(library: Any, count: int) -> Any:
    """A dataset of ``count`` private text elements, two hundred in a block."""
    ds = new_dataset(library, "1.2.840.10008.5.1.4.1.1.66")
    for number in range(count):
        group, element = 0x0029 + 2 * (number // 200), 0x1000 + number % 200
        if element == 0x1000:
            ds.add_new(group << 16 | 0x0010, "LO", "BENCHMARK")
        ds.add_new(group << 16 | element, "LO", f"value {number}")
    return ds


def nested(library: Any, depth: int) -> Any:
    """A report whose content is nested ``depth`` items deep."""
    inner = library.Dataset()
    inner.TextValue = "innermost"
    for level in range(depth):
        outer = library.Dataset()
        outer.TextValue = f"level {level}"
        outer.ContentSequence = library.Sequence([inner])
        inner = outer
    ds = new_dataset(library, "1.2.840.10008.5.1.4.1.1.88.33")
    ds.ContentSequence = library.Sequence([inner])
    return ds


def dicomdir(count: int) -> Path:
    """A DICOMDIR of ``count`` records in one patient, with true offsets (PS3.3 F.3)."""
    path = prepare("dicomdir", count, _records)
    ds = dicomspec.dcmread(path)
    records = ds.DirectoryRecordSequence
    if records[0].OffsetOfReferencedLowerLevelDirectoryEntity == 0:  # all lengths are fixed: fill the offsets in
        starts = [record._begin for record in records]
        for index, record in enumerate(records):
            image = index >= 3
            record.OffsetOfTheNextDirectoryRecord = starts[index + 1] if image and index + 1 < len(starts) else 0
            record.OffsetOfReferencedLowerLevelDirectoryEntity = 0 if image else starts[index + 1]
        ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = starts[0]
        ds.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = starts[0]
        ds.save_as(path)
    return path


def _records(library: Any, count: int) -> Any:
    ds = new_dataset(library, "1.2.840.10008.1.3.10")
    ds.FileSetID = "BENCHMARK"
    ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    ds.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = 0
    ds.FileSetConsistencyFlag = 0
    records = []
    for number in range(count):
        record = library.Dataset()
        record.OffsetOfTheNextDirectoryRecord = record.OffsetOfReferencedLowerLevelDirectoryEntity = 0
        record.RecordInUseFlag = 0xFFFF
        record.DirectoryRecordType = kind = (["PATIENT", "STUDY", "SERIES"] + ["IMAGE"] * count)[number]
        if kind == "PATIENT":
            record.PatientName, record.PatientID = "Family^Given", "id0001"
        elif kind == "STUDY":
            record.StudyDate, record.StudyTime, record.StudyID = "20260102", "101500", "1"
            record.StudyInstanceUID = f"{ROOT_UID}.2"
        elif kind == "SERIES":
            record.Modality, record.SeriesInstanceUID, record.SeriesNumber = "CT", f"{ROOT_UID}.3", 1
        else:
            record.ReferencedFileID = ["IMAGES", f"IM{number:06}"]
            record.ReferencedSOPClassUIDInFile = "1.2.840.10008.5.1.4.1.1.2"
            record.ReferencedSOPInstanceUIDInFile = f"{ROOT_UID}.5.{number}"
            record.ReferencedTransferSyntaxUIDInFile = EXPLICIT_LITTLE
            record.InstanceNumber = number
        records.append(record)
    ds.DirectoryRecordSequence = library.Sequence(records)
    return ds


def small_files(count: int) -> list[Path]:
    """``count`` slices: the bundled CT example under other UIDs and numbers."""
    folder = _folder() / f"slices-{count}"
    paths = [folder / f"{number:05}.dcm" for number in range(count)]
    if not (folder / "complete").exists():
        folder.mkdir(exist_ok=True)
        source = Path(examples.path("ct")).read_bytes()
        for number, path in enumerate(paths):
            ds = dicomspec.dcmread(source)
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{ROOT_UID}.6.{number}"
            ds.InstanceNumber = number
            ds.PatientID = f"id{number // 100}"
            ds.save_as(path)
        (folder / "complete").touch()
    return paths

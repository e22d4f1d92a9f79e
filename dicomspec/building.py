"""Building objects that conform: what a new one starts with, what it still lacks, and whether it may be written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from dicomspec import paths
from dicomspec._generated import wire as names
from dicomspec.dataset import Dataset
from dicomspec.edition import default
from dicomspec.errors import ConformanceError, DicomError, Issue, PathError
from dicomspec.iods import Attribute, Iod
from dicomspec.uid import UID, ExplicitVRLittleEndian, generate_uid
from dicomspec.validation import RULES, Report, validate

__all__ = ["empty_type_2", "fill", "missing", "refuse"]

CHARACTER_SET: Final = "ISO_IR 192"

UIDS: Final = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")
"""What tells a new object from all others; made where a mandatory module has it as Type 1."""

CREATED: Final = ("InstanceCreation", "Content", "PresentationCreation", "RTPlan", "StructureSet")
"""Dates and times of when the object was made: ``InstanceCreationDate`` and ``InstanceCreationTime``, and so on."""

LACKS: Final = ("attribute-missing", "attribute-empty", "group-missing")
"""The rules about what has to be there."""

FILLED: Final = ("meta", "preamble")
"""Rules about what saving fills in."""

OF_FILE: Final = frozenset(rule.id for rule in RULES.values() if rule.scope == "read")
"""What reading a file found: it is written again as it is, unless it was changed."""


def fill(ds: Dataset, iod: Iod, given: Mapping[str, Any]) -> None:
    """Fill in what a new object of an IOD has, but for what is given: SOP class, UIDs, character set, dates.

    The date of the study is filled in if the study is new too.

    Raises:
        DicomError: the IOD has several SOP classes, and none is given.
    """
    now = datetime.now()
    types = _types(iod)
    sop_class = given.get("SOPClassUID") or _sop_class(iod)
    values: dict[str, Any] = {"SpecificCharacterSet": CHARACTER_SET, "SOPClassUID": sop_class}
    values.update({keyword: generate_uid() for keyword in UIDS if types.get(keyword) == "1"})
    for stem in CREATED if "StudyInstanceUID" in given else (*CREATED, "Study"):
        if types.get(f"{stem}Date") in ("1", "2") or stem == "InstanceCreation":
            values[f"{stem}Date"] = now.strftime("%Y%m%d")
            values[f"{stem}Time"] = now.strftime("%H%M%S")
    for keyword, value in values.items():
        if keyword in types and (keyword not in given or keyword == "SOPClassUID"):
            setattr(ds, keyword, value)
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    if "SOPClassUID" not in types:  # a DICOMDIR
        ds.file_meta.MediaStorageSOPClassUID = UID(sop_class)
        ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()


def _types(iod: Iod) -> dict[str, str]:
    """The types of the attributes of the mandatory modules, without those in sequences and in macros."""
    found: dict[str, str] = {}
    for use in iod.modules:
        if use.use == "M":
            for row in default().module(use.id).rows:
                if isinstance(row, Attribute):
                    found[row.keyword] = min(row.type or "3", found.get(row.keyword, "3"))
    return found


def _sop_class(iod: Iod) -> str:
    if len(iod.sop_classes) == 1:
        return iod.sop_classes[0]
    known = " or ".join(f"{uid} ({UID(uid).name})" for uid in iod.sop_classes) or "which the dictionary does not tell"
    message = f"the {iod.name} IOD does not say its SOP class; give SOPClassUID, {known}"
    raise DicomError(message, path="SOPClassUID", code="sop-class", reference=f"PS3.3 {iod.section}")


def missing(ds: Dataset) -> Report:
    """What is required and missing, or has no value though it is Type 1."""
    return validate(ds, only=LACKS, min_severity="error")


def empty_type_2(ds: Dataset) -> list[str]:
    """Put in without a value what is Type 2 and missing; what is asked for in what is put in, too.

    Returns:
        the paths of what was put in.
    """
    put = []
    for issue in missing(ds).filter(rule="attribute-missing"):
        body, tag = _place(ds, issue.path)
        body.add_new(tag, default().vr(tag) or "UN", None)
        put.append(issue.path)
    for issue in missing(ds).filter(rule="attribute-empty"):
        if issue.path in put:  # Type 1, then
            body, tag = _place(ds, issue.path)
            del body[tag]
            put.remove(issue.path)
    return put


def _place(ds: Dataset, path: str) -> tuple[Any, int]:
    """The dataset or item that an element is in, or would be, and its tag."""
    steps = paths.parse(path)
    above = ".".join(map(str, steps[:-1]))
    return (paths.find(ds, above) if above else ds), int(paths.tag_of(steps[-1], path))


def refuse(ds: Dataset, name: str) -> None:
    """Raise the error of an object that does not conform.

    Raises:
        ConformanceError: there are findings of severity ``"error"``; it has them all.
    """
    _same_uids(ds)
    issues = [issue for issue in validate(ds, ignore=FILLED, min_severity="error") if _stands(ds, issue)]
    if issues:
        raise ConformanceError(f"the {name} does not conform", issues=issues)


def _same_uids(ds: Dataset) -> None:
    """The file meta elements tell the UIDs of the dataset, which may have new ones (PS3.10 7.1)."""
    meta = getattr(ds, "file_meta", None)
    for keyword, source in names.META_FROM_DATASET.items():
        if meta and meta.get(keyword) and ds.get(source):
            setattr(meta, keyword, ds.get(source))


def _stands(ds: Dataset, issue: Issue) -> bool:
    """Whether what reading found is still so: the element was not changed, nor deleted."""
    if issue.code not in OF_FILE or not issue.path:
        return True
    try:
        found = paths.find(ds, issue.path)
    except (PathError, IndexError):
        return False
    return isinstance(found, Dataset) or found.raw is not None

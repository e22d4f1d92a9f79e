"""Many files: finding them in folders, zip files and DICOMDIRs, looking at each, and whether they agree (PS3.3 C.7)."""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent import futures
from typing import Any, Final, NamedTuple

from dicomspec import dicomio
from dicomspec.edition import Edition
from dicomspec.elements import Elements
from dicomspec.errors import DicomError, InvalidDicomError, Issue
from dicomspec.validation.engine import validate
from dicomspec.validation.nodes import DIRECTORY, Node
from dicomspec.validation.report import Report
from dicomspec.validation.rule import RULES, chosen, named

__all__ = ["Options", "Result", "agreement", "find", "look_at"]

DUPLICATE: Final = named("files-duplicate", "files", "error", "two files with one SOP Instance UID", "PS3.5 9", "files")
PATIENT: Final = named("files-patient", "files", "error", "a study of several patients", "PS3.3 C.7.2.1", "files")
STUDY: Final = named(
    "files-study", "files", "warning", "study attributes that disagree in a study", "PS3.3 C.7.2.1", "files"
)
SERIES: Final = named(
    "files-series", "files", "error", "series attributes that disagree in a series", "PS3.3 C.7.3.1", "files"
)
REFERENCE: Final = named(
    "files-reference", "files", "info", "a referenced instance that is not among the files", "PS3.3 10.8", "files"
)
DIRECTORY_FILE: Final = named(
    "dicomdir-file", "dicomdir", "error", "a record of a DICOMDIR that names no file", "PS3.10 8.6", "files"
)
DIRECTORY_UID: Final = named(
    "dicomdir-uid",
    "dicomdir",
    "error",
    "a record of a DICOMDIR with other UIDs than its file",
    "PS3.3 F.3.2.2",
    "files",
)
DIRECTORY_LACKS: Final = named(
    "dicomdir-lacks", "dicomdir", "warning", "a file beside a DICOMDIR that has no record", "PS3.10 8.6", "files"
)

STUDY_UID, SERIES_UID, INSTANCE, CLASS = 0x0020000D, 0x0020000E, 0x00080018, 0x00080016
OF_PATIENT: Final = (0x00100020, 0x00100010, 0x00100030, 0x00100040)
OF_STUDY: Final = (0x00080020, 0x00080030, 0x00080050, 0x00200010, 0x00080090)
OF_SERIES: Final = (STUDY_UID, 0x00080060, 0x00200011, 0x0008103E, 0x00200060)
KEPT: Final = (CLASS, INSTANCE, STUDY_UID, SERIES_UID, *OF_PATIENT, *OF_STUDY, *OF_SERIES)
REFERENCED: Final = 0x00081155
STANDARD_INPUT: Final = "-"
MOST_REFERENCES: Final = 1000


class Options(NamedTuple):
    """How files are looked at."""

    edition: Edition
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_severity: str = "info"


class Place(NamedTuple):
    """Where a file is: its path, or that of the zip file it is in and its name there; `named` by the user, or found."""

    path: str
    member: str = ""
    named: bool = True

    def __str__(self) -> str:
        return f"{self.path}:{self.member}" if self.member else self.path


class Record(NamedTuple):
    """A file that a DICOMDIR names."""

    path: str
    sop_class: str
    instance: str
    where: str
    offset: int | None


class Result(NamedTuple):
    """What looking at one file gave.

    Attributes:
        issues: each with the name of the file.
        error: why it could not be read; empty if it could.
        skipped: not DICOM, and not named by the user.
        facts: the values that files of a study or series have in common, by tag.
        references: SOP Instance UIDs it refers to.
        records: of a DICOMDIR.
    """

    name: str
    issues: list[Issue]
    error: str = ""
    skipped: bool = False
    facts: dict[int, str] = {}
    references: tuple[tuple[str, str], ...] = ()
    records: tuple[Record, ...] = ()


# --- finding them ---------------------------------------------------------------------------------------------------


def find(names: Iterable[str]) -> list[Place]:
    """The files that are meant: those in folders and zip files, and those that a named DICOMDIR refers to."""
    found: dict[Place, None] = {}
    for name in names:
        if os.path.isdir(name):
            found.update(dict.fromkeys(_in_folder(name)))
        elif name != STANDARD_INPUT and zipfile.is_zipfile(name):
            with zipfile.ZipFile(name) as archive:
                members = [info.filename for info in archive.infolist() if not info.is_dir()]
            found.update((Place(name, member, False), None) for member in sorted(members))
        else:
            found[Place(name)] = None
            if os.path.basename(name).upper() == "DICOMDIR":
                found.update((Place(path), None) for path in _referenced(name))
    return list(found)


def _in_folder(folder: str) -> Iterator[Place]:
    for here, folders, files in os.walk(folder):
        folders.sort()
        for file in sorted(files):
            yield Place(os.path.join(here, file), named=False)


def _referenced(name: str) -> list[str]:
    try:
        directory = dicomio.read_file(name)
        return [record.path for record in _records(directory, name) if os.path.exists(record.path)]
    except (DicomError, OSError):
        return []


def _records(body: Elements, name: str) -> Iterator[Record]:
    """The files that a DICOMDIR names."""
    for node in Node(body).children(0x00041220):
        parts = node.value(0x00041500)
        if parts:
            steps = [parts] if isinstance(parts, str) else map(str, parts)
            path = name[: len(name) - len(re.split(r"[/\\:]", name)[-1])] + "/".join(steps)
            sop_class, instance = (str(node.value(tag) or "") for tag in (0x00041510, 0x00041511))
            yield Record(path, sop_class, instance, node.path(0x00041500, body._edition), node.offset(0x00041500))


# --- looking at them ------------------------------------------------------------------------------------------------


def look_at(places: list[Place], options: Options, jobs: int = 1) -> Iterator[Result]:
    """The results in the order of the files; with several ``jobs``, that many processes work."""
    if jobs <= 1 or len(places) < 2 or any(place.path == STANDARD_INPUT for place in places):
        yield from (_one(place, options) for place in places)
        return
    step = max(1, min(32, len(places) // (jobs * 4)))
    with futures.ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_one, places, [options] * len(places), chunksize=step)


def _one(place: Place, options: Options) -> Result:
    name = str(place)
    try:
        ds = dicomio.read_file(_source(place), edition=options.edition)
        report = validate(ds, only=options.only, ignore=options.ignore, min_severity=options.min_severity)
        issues = [_in_file(issue, name) for issue in report]
        is_directory = str(ds.file_meta.get("MediaStorageSOPClassUID") or "") == DIRECTORY
        records = tuple(_records(ds, name)) if is_directory else ()
        return Result(name, issues, "", False, _facts(ds), _references(ds), records)
    except InvalidDicomError as error:
        return Result(name, [], str(error), not place.named)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return Result(name, [], f"{where}{error.strerror or error}")
    except (DicomError, MemoryError, RecursionError, zipfile.BadZipFile, NotImplementedError) as error:
        return Result(name, [], str(error) or type(error).__name__)


def _source(place: Place) -> Any:
    if not place.member:
        return sys.stdin.buffer if place.path == STANDARD_INPUT else place.path
    with zipfile.ZipFile(place.path) as archive:
        return io.BytesIO(archive.read(place.member))


def _in_file(issue: Issue, name: str) -> Issue:
    code, severity, path, offset, message = issue.code, issue.severity, issue.path, issue.offset, issue.message
    return Issue(
        code, severity, path, offset, message, issue.reference, issue.edition, issue.certain, issue.frame, name
    )


def _facts(body: Elements) -> dict[int, str]:
    node = Node(body)
    return {tag: "" if (value := node.value(tag)) is None else str(value) for tag in KEPT}


def _references(body: Elements) -> tuple[tuple[str, str], ...]:
    """Paths and SOP Instance UIDs of what the dataset refers to."""
    found: dict[str, str] = {}
    stack = [Node(body)]
    while stack and len(found) < MOST_REFERENCES:
        node = stack.pop()
        uid = node.value(REFERENCED)
        if isinstance(uid, str):
            found.setdefault(uid, node.path(REFERENCED, body._edition))
        for element in node.body:
            if element.VR == "SQ":
                stack.extend(node.children(element._tag))
    return tuple((path, uid) for uid, path in found.items())


# --- whether they agree ---------------------------------------------------------------------------------------------


def agreement(results: list[Result], options: Options) -> Report:
    """What is wrong among files that are right one by one."""
    wanted = {rule.id for rule in chosen(options.only, options.ignore) if rule.scope == "files"}
    edition = options.edition
    found = [*_duplicates(results), *_disagreements(results, edition), *_missing(results), *_directories(results)]
    issues = [
        Issue(
            rule, severity or RULES[rule].severity, path, offset, text, RULES[rule].reference, edition.name, file=name
        )
        for rule, name, path, offset, text, severity in found
        if rule in wanted
    ]
    return Report(issues, edition.name, len(results)).filter(min_severity=options.min_severity)


_Found = Iterator["tuple[str, str, str, int | None, str, str]"]


def _duplicates(results: list[Result]) -> _Found:
    first: dict[str, str] = {}
    for result in results:
        uid = result.facts.get(INSTANCE, "")
        if uid and uid in first:
            message = f"{uid} is also that of {first[uid]}; each instance has a UID of its own"
            yield DUPLICATE, result.name, "SOPInstanceUID", None, message, ""
        elif uid:
            first[uid] = result.name


def _disagreements(results: list[Result], edition: Edition) -> _Found:
    kinds = (
        (STUDY_UID, OF_PATIENT, PATIENT, "study"),
        (STUDY_UID, OF_STUDY, STUDY, "study"),
        (SERIES_UID, OF_SERIES, SERIES, "series"),
    )
    for key, tags, rule, what in kinds:
        groups: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            if result.facts.get(key):
                groups[result.facts[key]].append(result)
        for members in groups.values():
            first = members[0]
            for tag in tags:
                odd = [each for each in members if each.facts[tag] != first.facts[tag]]
                for other in odd:
                    message = f"{other.facts[tag]!r}; in {first.name}, of the same {what}, it is {first.facts[tag]!r}"
                    mild = "warning" if tag not in (0x00100020, STUDY_UID, 0x00080060) else ""
                    yield rule, other.name, edition.keyword(tag), None, message, mild


def _missing(results: list[Result]) -> _Found:
    if len(results) < 2:
        return
    known = {result.facts.get(INSTANCE) for result in results}
    for result in results:
        for path, uid in result.references:
            if uid not in known:
                yield REFERENCE, result.name, path, None, f"{uid} is not among the {len(results)} files", ""


def _directories(results: list[Result]) -> _Found:
    by_path = {_full(result.name): result for result in results if not result.records}
    named_in: dict[str, set[str]] = defaultdict(set)  # folder -> what its directories name
    first: dict[str, str] = {}
    for result in results:
        if result.records:
            folder = os.path.dirname(_full(result.name))
            first.setdefault(folder, result.name)
        for record in result.records:
            path = _full(record.path)
            named_in[folder].add(path)
            if path not in by_path and not os.path.exists(path):
                yield DIRECTORY_FILE, result.name, record.where, record.offset, f"there is no file {record.path}", ""
            elif path in by_path:
                yield from _against(result, record, by_path[path])
    for path, other in by_path.items():
        above = next((folder for folder in _above(path) if folder in first), None)
        if above is not None and path not in named_in[above] and other.facts.get(INSTANCE):
            yield DIRECTORY_LACKS, other.name, "", None, f"{first[above]} has no record of it", ""


def _full(name: str) -> str:
    return os.path.normcase(os.path.abspath(name))


def _above(path: str) -> Iterator[str]:
    """The folders that a path is in, the innermost first."""
    while (folder := os.path.dirname(path)) != path:
        yield folder
        path = folder


def _against(directory: Result, record: Record, file: Result) -> _Found:
    for what, said, real in (
        ("SOP Class UID", record.sop_class, file.facts.get(CLASS, "")),
        ("SOP Instance UID", record.instance, file.facts.get(INSTANCE, "")),
    ):
        if said and real and said != real:
            message = f"{what} {said}, but {file.name} has {real}"
            yield DIRECTORY_UID, directory.name, record.where, record.offset, message, ""

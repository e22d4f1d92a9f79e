"""Faults to put into clean files, each with what has to be found: made of bytes, so that nothing but the fault changes.

Those of datasets are in `tests.validation.seeds`. ``python -m tests.validation.faults`` puts all of them into all clean
files, and prints how many are found, by SOP class and by rule.
"""

from __future__ import annotations

import io
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import dicomspec
from dicomspec import Dataset, dcmread
from dicomspec.edition import DEFAULT
from dicomspec.tag import Tag
from tests.validation.clean import SOP_CLASSES, clean
from tests.validation.seeds import seeds


class Fault(NamedTuple):
    """A fault: what was done, the file, where (a path; empty or ``*`` for anywhere) and by which rules it may be told."""

    what: str
    data: bytes
    path: str
    rules: frozenset[str]


Put = Callable[[bytes, Dataset], "tuple[bytes, str] | None"]
FAULTS: list[tuple[str, frozenset[str], Put]] = []
WANTED = 0.96
"""The share of faults that is to be found."""

LONG = ("OB", "OW", "SQ", "UT", "UC", "UN", "UR", "OF", "OD", "OL", "OV", "SV", "UV")


def fault(*rules: str) -> Callable[[Put], Put]:
    def add(put: Put) -> Put:
        FAULTS.append((put.__name__, frozenset(rules), put))
        return put

    return add


def faults(data: bytes, name: str = "") -> Iterator[Fault]:
    """All faults that a file can be given, but those that are none in that SOP class of `SOP_CLASSES`."""
    for what, rules, put in FAULTS:
        made = put(data, dcmread(io.BytesIO(data)))
        if made is not None:
            yield Fault(what, made[0], made[1], rules)
    yield from (Fault(*seed) for seed in seeds(data, name))


def told(fault: Fault) -> str:
    """The rule that tells a fault, as an error or a warning; "" if none does."""
    for issue in dicomspec.validate(fault.data, min_severity="warning"):
        if issue.rule in fault.rules and fault.path in ("", "*", issue.path):
            return issue.rule
    return ""


# --- bytes ----------------------------------------------------------------------------------------------------------


def element(tag: int, vr: str, value: bytes) -> bytes:
    """An element in Explicit VR Little Endian, as it is given."""
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    return head + (struct.pack("<HI", 0, len(value)) if vr in LONG else struct.pack("<H", len(value))) + value


def at(ds: Dataset, keyword: str) -> tuple[int, int, int, str]:
    """Where an element of the dataset or its file meta starts, its value, its end; its VR."""
    tag = DEFAULT.keywords[keyword]
    found = (ds.file_meta if tag >> 16 == 2 else ds)[tag]
    raw = found.raw
    assert raw is not None
    return raw[1], raw[2], raw[3], found.VR


def put_value(data: bytes, ds: Dataset, keyword: str, value: bytes, vr: str = "") -> bytes:
    """The file with another value (padded), or another VR, of one element."""
    start, _, end, old = at(ds, keyword)
    value += (b"\0" if (vr or old) in ("UI", "OB") else b" ") * (len(value) % 2)
    return data[:start] + element(DEFAULT.keywords[keyword], vr or old, value) + data[end:]


def drop(data: bytes, ds: Dataset, keyword: str) -> bytes:
    start, _, end, _ = at(ds, keyword)
    return data[:start] + data[end:]


def insert(data: bytes, ds: Dataset, tag: int, vr: str, value: bytes) -> bytes:
    """The file with one more element, where its tag belongs."""
    later = [each for each in ds if each._tag > tag]
    place = later[0].raw[1] if later else len(data)
    return data[:place] + element(tag, vr, value) + data[place:]


def has(ds: Dataset, *keywords: str) -> bool:
    return all(keyword in ds and not ds[keyword].is_empty for keyword in keywords)


# --- missing, empty, unexpected -------------------------------------------------------------------------------------


def _missing(keyword: str) -> None:
    def put(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
        return (drop(data, ds, keyword), keyword) if keyword in ds else None

    put.__name__ = f"without {keyword}"
    fault("attribute-missing", "sop-class-unknown")(put)


def _empty(keyword: str) -> None:
    def put(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
        return (put_value(data, ds, keyword, b""), keyword) if has(ds, keyword) else None

    put.__name__ = f"empty {keyword}"
    fault("attribute-empty", "attribute-missing")(put)


for _keyword in (
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "Modality",
    "PatientName",
    "StudyDate",
    "Rows",
):
    _missing(_keyword)
for _keyword in ("StudyInstanceUID", "Modality", "SOPInstanceUID"):
    _empty(_keyword)


@fault("attribute-unexpected")
def of_another_iod(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return (
        None
        if "StructureSetLabel" in ds or "CreatorVersionUID" in ds
        else (insert(data, ds, 0x30060002, "SH", b"LABEL "), "StructureSetLabel")
    )


@fault("retired")
def retired(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return insert(data, ds, 0x00101000, "LO", b"OLD ID"), "OtherPatientIDs"


# --- values ---------------------------------------------------------------------------------------------------------


def _value(keyword: str, value: bytes, *rules: str, what: str = "") -> None:
    def put(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
        return (put_value(data, ds, keyword, value), keyword) if keyword in ds else None

    put.__name__ = what or f"{keyword} {value.decode('latin-1')[:20]}"
    fault(*rules)(put)


_value("StudyDate", b"20261301", "value", "value-form")
_value("StudyDate", b"2026AB01", "value", "value-form", "value-characters")
_value("StudyTime", b"256199", "value", "value-form")
_value("PatientBirthDate", b"20230230", "value", "value-form")
_value("StudyInstanceUID", b"1.2.03.4", "uid-form")
_value("SeriesInstanceUID", b"1.2.826.0." + b"1" * 60, "uid-form", what="long UID")
_value("MediaStorageSOPInstanceUID", b"1.2.3.4.5.6.7.8.9", "uid-meta")
_value("StudyInstanceUID", b"1.2.840.10008.99.1", "uid-root")
_value("AccessionNumber", b"A" * 17, "value-too-long", what="long SH")
_value("PatientSex", b"X", "enumerated-value")
_value("PatientSex", b"f", "value-characters")
_value("PatientID", b"A" * 66, "value-too-long", what="long LO")
_value("PatientName", b"A^B^C^D^E^F^G", "value-name")
_value("StudyID", b"A\\B", "vm")
_value("PatientName", b"M\xfcller", "charset")
_value("BurnedInAnnotation", b"PERHAPS", "enumerated-value", "defined-term")
_value("ImageType", b"UNREAL\\PRIMARY\\AXIAL\\NONE", "enumerated-value")
_value("SeriesNumber", b"1.5", "value", "value-form", "value-characters")
_value("MediaStorageSOPClassUID", b"1.2.840.10008.5.1.4.1.1.12.77", "uid-meta", "uid-root")
_value("FileMetaInformationVersion", b"\0\2", "meta-version")


@fault("vr-dictionary")
def another_vr(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return put_value(data, ds, "PatientID", b"ID", "SH"), "PatientID"


@fault("uid-distinct")
def series_is_study(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return put_value(data, ds, "SeriesInstanceUID", str(ds.StudyInstanceUID).encode()), "SeriesInstanceUID"


@fault("private-creator")
def private_without_creator(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return insert(data, ds, 0x00191001, "LO", b"SECRET"), str(Tag(0x00191001))


@fault("not-in-dictionary")
def unknown_tag(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return insert(data, ds, 0x0008FFF0, "LO", b"OURS"), str(Tag(0x0008FFF0))


# --- encoding -------------------------------------------------------------------------------------------------------


@fault("trailing-bytes", "trailing-zeros", "garbage", "value-past-end")
def trailing_bytes(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return data + b"\xfe\xff\x00", ""


@fault("duplicate", "order")
def twice(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    start, _, end, _ = at(ds, "PatientID")
    return data[:end] + data[start:end] + data[end:], "PatientID"


@fault("order")
def out_of_order(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    start, _, end, _ = at(ds, "PatientID")
    first = at(ds, "StudyInstanceUID")[0]
    return data[:start] + data[end:first] + data[first:] + data[start:end], "PatientID"


@fault("group-length")
def wrong_group_length(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return insert(data, ds, 0x00100000, "UL", struct.pack("<I", 4)), str(Tag(0x00100000))


@fault("meta-group-length")
def wrong_meta_length(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    _, value, _, _ = at(ds, "FileMetaInformationGroupLength")
    return data[:value] + struct.pack("<I", 2) + data[value + 4 :], ""


@fault("preamble")
def no_preamble(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return data[132:], ""


# --- images ---------------------------------------------------------------------------------------------------------


@fault("bits")
def high_bit(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return (put_value(data, ds, "HighBit", struct.pack("<H", 14)), "HighBit") if "HighBit" in ds else None


@fault("pixel-length")
def short_pixels(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    return (put_value(data, ds, "PixelData", bytes(ds.PixelData[:-2])), "PixelData") if "PixelData" in ds else None


@fault("samples")
def more_samples(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    found = has(ds, "SamplesPerPixel") and ds.SamplesPerPixel == 1
    return (put_value(data, ds, "SamplesPerPixel", struct.pack("<H", 3)), "SamplesPerPixel") if found else None


@fault("orientation")
def cosines(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    keyword = "ImageOrientationPatient"
    return (put_value(data, ds, keyword, b"1\\0\\0\\1\\0\\0"), keyword) if keyword in ds else None


# --- items ----------------------------------------------------------------------------------------------------------


@fault("item-count")
def two_items(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    keyword = "SharedFunctionalGroupsSequence"
    if keyword not in ds:
        return None
    _, value, end, _ = at(ds, keyword)
    return put_value(data, ds, keyword, data[value:end] * 2), keyword


@fault("value", "value-form", "value-characters", "vm", "enumerated-value")
def last_frame(data: bytes, ds: Dataset) -> tuple[bytes, str] | None:
    """One digit in the last frame alone."""
    if "PerFrameFunctionalGroupsSequence" not in ds:
        return None
    last = ds.PerFrameFunctionalGroupsSequence[-1]
    if "PlanePositionSequence" not in last or has(last, "PlanePositionSequence") is False:
        return None
    position = last.PlanePositionSequence[0]["ImagePositionPatient"]
    start = position.raw[2]
    number = len(ds.PerFrameFunctionalGroupsSequence) - 1
    path = f"PerFrameFunctionalGroupsSequence[{number}].PlanePositionSequence[0].ImagePositionPatient"
    return data[:start] + b"x" + data[start + 1 :], path


# --- the table ------------------------------------------------------------------------------------------------------


def main(names: list[str]) -> int:
    """Print what is found of all faults; 1 if that is less than it should be, or a clean file has findings."""
    by_rule: Counter[str] = Counter()
    missed: list[str] = []
    total = unclean = 0
    print(f"{'SOP class':28} faults  found")
    for name in names or SOP_CLASSES:
        data = clean(name)
        unclean += bool(dicomspec.validate(data, min_severity="warning"))
        rules = [(fault, told(fault)) for fault in faults(data, name)]
        by_rule.update(rule for _, rule in rules if rule)
        missed += [f"{name}: {fault.what}" for fault, rule in rules if not rule]
        total += len(rules)
        print(f"{name:28} {len(rules):6} {sum(bool(rule) for _, rule in rules):6}")
    print(f"\n{'told by':28} faults")
    for rule, count in by_rule.most_common():
        print(f"{rule:28} {count:6}")
    found = total - len(missed)
    print(f"\n{found:,} of {total:,} faults found ({found / total:.1%}); clean files with findings: {unclean}")
    for line in missed:
        print("missed:", line)
    return 0 if found >= WANTED * total and not unclean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

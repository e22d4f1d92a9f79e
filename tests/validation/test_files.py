"""Files among each other, DICOMDIRs against files, and files of all kinds: none makes it crash."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import dicomspec
from dicomspec import DicomError, dcmread
from dicomspec.edition import DEFAULT
from dicomspec.validation.many import Options, agreement, find, look_at
from tests.corpus import FILES
from tests.validation.clean import clean, written
from tests.validation.test_rules import changed, directory

BROKEN = sorted((Path(__file__).parent.parent / "fuzz" / "corpus").glob("*.dcm"))


def among(folder: Path, **files: bytes) -> list[tuple[str, str, str]]:
    """Rule, file and path of what is wrong among files."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    options = Options(DEFAULT)
    report = agreement(list(look_at(find([str(folder)]), options)), options)
    return [(issue.rule, Path(issue.file).name, issue.path) for issue in report]


def test_two_instances_agree(tmp_path):
    assert among(tmp_path, A=clean("CT"), B=changed("CT", SOPInstanceUID="1.2.3")) == []


def test_disagreements(tmp_path):
    other = changed("CT", SOPInstanceUID="1.2.3", PatientID="ID2", StudyID="9", Modality="MR")
    assert among(tmp_path, A=clean("CT"), B=clean("CT"), C=other) == [
        ("files-duplicate", "B", "SOPInstanceUID"),
        ("files-series", "C", "Modality"),
        ("files-patient", "C", "PatientID"),
        ("files-study", "C", "StudyID"),
    ]


def test_missing_references(tmp_path):
    item = dicomspec.Dataset(
        {"ReferencedSOPClassUID": "1.2.840.10008.5.1.4.1.1.2", "ReferencedSOPInstanceUID": "1.2.9"}
    )
    referring = changed("CT", SOPInstanceUID="1.2.3", ReferencedImageSequence=[item])
    found = among(tmp_path, A=clean("CT"), B=referring)
    assert found == [("files-reference", "B", "ReferencedImageSequence[0].ReferencedSOPInstanceUID")]


def test_directory_against_files(tmp_path):
    (tmp_path / "IMAGES").mkdir()
    (tmp_path / "IMAGES" / "A").write_bytes(clean("CT"))
    (tmp_path / "IMAGES" / "B").write_bytes(changed("CT", SOPInstanceUID="1.2.3"))
    more = {"ReferencedSOPClassUIDInFile": "1.2.840.10008.5.1.4.1.1.2", "ReferencedSOPInstanceUIDInFile": "1.2.9"}
    record = directory(ReferencedFileID=["IMAGES", "A"], **more)
    assert among(tmp_path, DICOMDIR=record) == [
        ("dicomdir-uid", "DICOMDIR", "DirectoryRecordSequence[0].ReferencedFileID"),
        ("dicomdir-lacks", "B", ""),
    ]
    gone = directory(ReferencedFileID=["IMAGES", "C"], **more)
    assert ("dicomdir-file", "DICOMDIR", "DirectoryRecordSequence[0].ReferencedFileID") in among(
        tmp_path, DICOMDIR=gone
    )
    assert [place.path for place in find([str(tmp_path / "DICOMDIR")])] == [str(tmp_path / "DICOMDIR")]


def test_files_belong_to_the_nearest_directory(tmp_path):
    for number, folder in enumerate((tmp_path, tmp_path / "INNER")):
        folder.mkdir(exist_ok=True)
        (folder / "A").write_bytes(changed("CT", SOPInstanceUID=f"1.2.{number}", InstanceNumber=number))
        (folder / "B").write_bytes(changed("CT", SOPInstanceUID=f"1.3.{number}", InstanceNumber=number))
        more = {"ReferencedSOPClassUIDInFile": "1.2.840.10008.5.1.4.1.1.2"}
        record = directory(ReferencedFileID="A", ReferencedSOPInstanceUIDInFile=f"1.2.{number}", **more)
        (folder / "DICOMDIR").write_bytes(record)
    assert among(tmp_path) == [("dicomdir-lacks", "B", "")] * 2


@pytest.mark.parametrize("folder", ["", "disc/"])
def test_directory_in_a_zip_file(tmp_path, folder):
    more = {"ReferencedSOPClassUIDInFile": "1.2.840.10008.5.1.4.1.1.2", "ReferencedSOPInstanceUIDInFile": "1.2.9"}
    packed = tmp_path / "disc.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{folder}DICOMDIR", directory(ReferencedFileID=["IMAGES", "A"], **more))
        archive.writestr(f"{folder}IMAGES/A", changed("CT", SOPInstanceUID="1.2.9"))
        archive.writestr(f"{folder}IMAGES/B", changed("CT", SOPInstanceUID="1.2.3"))
    options = Options(DEFAULT)
    report = agreement(list(look_at(find([str(packed)]), options)), options)
    assert [(issue.rule, issue.file) for issue in report] == [("dicomdir-lacks", f"{packed}:{folder}IMAGES/B")]


def test_no_file_makes_it_crash():
    for path in [*FILES, *BROKEN]:
        try:
            report = dicomspec.validate(path)
        except DicomError:
            continue
        assert all(issue.message for issue in report), path


@pytest.mark.parametrize("name", ["CT", "Enhanced MR"])
def test_cut_files(name):
    data = clean(name)
    for end in range(132, len(data), 97):
        dicomspec.validate(data[:end])


def test_reading_is_not_disturbed():
    data = clean("Enhanced CT")
    ds = dcmread(data)
    dicomspec.validate(ds)
    assert written(ds) == data

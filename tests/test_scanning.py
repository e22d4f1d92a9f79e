"""Scanning: rows in the order of the files, the same from one process and from two, and none lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dicomspec import examples, read_file
from dicomspec.errors import UnknownKeywordError
from dicomspec.scanning import CHUNK, Row, scan
from tests import builders

KEYS = ("PatientName", 0x00080060, "(0020,0013)", "ImageType", "PatientSetupSequence")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in examples.names():
        shutil.copy(examples.path(name), tmp_path / f"{name}.dcm")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "other.dcm").write_bytes(builders.file(builders.element(0x00100010, "PN", "Other ")))
    (tmp_path / "notes.txt").write_text("These are notes, and not DICOM.")
    return tmp_path


def test_values_are_those_of_the_files(folder: Path) -> None:
    for row in scan(folder, KEYS):
        ds = read_file(row.path)
        expected = [ds[key].value if key in ds else None for key in KEYS]
        assert (list(row.values), row.error) == (expected, "")


def test_order_is_that_of_names(folder: Path) -> None:
    paths = [Path(row.path) for row in scan([folder / "sr.dcm", folder], ["Modality"])]
    files = sorted(folder.glob("*.dcm"))
    assert paths == [folder / "sr.dcm", *files, folder / "below" / "other.dcm"]


def test_two_processes_give_the_same(folder: Path) -> None:
    files = [*(folder / f"{name}.dcm" for name in examples.names()), folder / "missing.dcm"] * (CHUNK // 2)
    rows = list(scan(files, KEYS, jobs=2))
    assert rows == list(scan(files, KEYS))
    assert [row.path for row in rows] == list(map(str, files))
    assert all(bool(row.error) == row.path.endswith("missing.dcm") for row in rows)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_not_dicom_is_an_error_only_if_it_is_named(folder: Path, jobs: int) -> None:
    assert not any(row.path.endswith(".txt") or type(row.path) is not str for row in scan(folder, KEYS, jobs=jobs))
    (row,) = scan(folder / "notes.txt", KEYS, jobs=jobs)
    assert row.values == (None,) * len(KEYS)
    assert "not a DICOM file" in row.error


def test_rows_come_as_they_are_asked_for() -> None:
    given: list[Path] = []

    def endless():
        while True:
            given.append(examples.path("ct"))
            yield given[-1]

    rows = scan(endless(), "Modality", jobs=2)
    assert [next(rows).values for _ in range(3)] == [("CT",)] * 3
    rows.close()
    assert len(given) < 20 * CHUNK


def test_options_are_those_of_reading(folder: Path) -> None:
    rows = {Path(row.path).name: row for row in scan(folder, "PatientName", force=True)}
    assert rows["notes.txt"] == Row(str(folder / "notes.txt"), (None,))


def test_what_is_wrong_with_the_question_is_told_at_once() -> None:
    with pytest.raises(UnknownKeywordError, match="did you mean PatientName"):
        scan("nowhere", ["PatientsName"])
    with pytest.raises(ValueError, match="at least 1, not 0"):
        scan("nowhere", ["PatientName"], jobs=0)

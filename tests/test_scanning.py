"""Scanning: rows in the order of the files, the same from one process and from two, and none lost."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dicomspec import examples, read_file, scanning
from dicomspec.errors import UnknownKeywordError
from dicomspec.scanning import CHUNK, Row, scan
from dicomspec.uid import UID
from dicomspec.values import DA, MultiValue, PersonName
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


@pytest.fixture
def read_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits with the first file until another process has started, and leaves files to it."""
    rows, waits = scanning._rows, [0.2]

    def slow(*given):
        time.sleep(waits.pop() if waits else 0.002)
        return rows(*given)

    monkeypatch.setattr(scanning, "CHUNK", 1)
    monkeypatch.setattr(scanning, "_rows", slow)


def test_values_are_those_of_the_files(folder: Path) -> None:
    for row in scan(folder, KEYS):
        ds = read_file(row.path)
        expected = [ds[key].value if key in ds else None for key in KEYS]
        assert (list(row.values), row.error) == (expected, "")


def test_order_is_that_of_names(folder: Path) -> None:
    paths = [Path(row.path) for row in scan([folder / "sr.dcm", folder], ["Modality"])]
    files = sorted(folder.glob("*.dcm"))
    assert paths == [folder / "sr.dcm", *files, folder / "below" / "other.dcm"]


def test_two_processes_give_the_same(folder: Path, read_elsewhere: None) -> None:
    files = [*(folder / f"{name}.dcm" for name in examples.names()), folder / "missing.dcm"] * (CHUNK // 2)
    rows = list(scan(files, KEYS, jobs=2))
    assert rows == list(scan(files, KEYS))
    assert [row.path for row in rows] == list(map(str, files))
    assert all(bool(row.error) == row.path.endswith("missing.dcm") for row in rows)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_not_dicom_is_an_error_only_if_it_is_named(folder: Path, jobs: int, read_elsewhere: None) -> None:
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
    assert len(given) < 40 * CHUNK


def test_options_are_those_of_reading(folder: Path) -> None:
    rows = {Path(row.path).name: row for row in scan(folder, "PatientName", force=True)}
    assert rows["notes.txt"] == Row(str(folder / "notes.txt"), (None,))


def test_what_is_wrong_with_the_question_is_told_at_once() -> None:
    with pytest.raises(UnknownKeywordError, match="did you mean PatientName"):
        scan("nowhere", ["PatientsName"])
    with pytest.raises(ValueError, match="at least 1, not 0"):
        scan("nowhere", ["PatientName"], jobs=0)


def test_values_of_all_kinds_come_from_another_process() -> None:
    columns = [
        (UID("1.2"), UID("1.3")),
        (PersonName("A^B"), None),
        ("a\0b", "c"),
        ("a", PersonName("b")),
        (1, 2),
        (1.5, None),
        (MultiValue(["A", "B"]), ""),
        (DA("20260102"),) * 2,
        ("", ""),
    ]
    for column in columns:
        found = tuple(scanning._unpacked(pickle.loads(pickle.dumps(scanning._packed(column)))))
        assert (found, *map(type, found)) == (column, *map(type, column))


def test_long_paths_come_to_another_process_as_well(folder: Path) -> None:
    long = folder / ("x" * 200) / ("y" * 200)
    long.mkdir(parents=True)
    files = [long / f"{number}{'z' * 100}.dcm" for number in range(3)]
    for file in files:
        shutil.copy(examples.path("ct"), file)
    paths = [path for file in files for path in (file, folder / "ct.dcm")] * CHUNK * 10
    assert list(scan(paths, KEYS, jobs=3)) == list(scan(paths, KEYS))


def test_a_process_that_is_killed_is_told() -> None:
    rows = scan([examples.path("ct")] * CHUNK * 200, "Modality", jobs=2)
    next(rows)
    (process,) = multiprocessing.active_children()
    process.kill()
    with pytest.raises(ChildProcessError, match="ended before it was done"):
        list(rows)
    assert not multiprocessing.active_children()


def test_what_another_process_raises_is_raised_here(folder: Path) -> None:
    class Odd(Exception):
        """Cannot be pickled."""

    for error, expected in ((KeyError("x"), KeyError), (Odd("x"), RuntimeError)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scanning, "read_file", lambda path, error=error: (_ for _ in ()).throw(error))
            found = pickle.loads(scanning._answer(["one"], KEYS, {}))
        assert type(found) is expected


_SCRIPT = """
import multiprocessing, sys
from dicomspec.scanning import scan

def paths():
    while not all(process.has_started for process in rows.gi_frame.f_locals["processes"]):
        yield sys.argv[2]
    for _ in range(500):
        yield sys.argv[2]

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    rows = scan(paths(), ["Modality", "InstanceNumber"], jobs=3)
    first = next(rows)
    assert first.values[0] == "CT"
    assert {*rows} == {first}
    assert not multiprocessing.active_children()
"""


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_however_processes_start(method: str, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(_SCRIPT)
    command = [sys.executable, "-W", "error", str(tmp_path / "script.py"), method, str(examples.path("ct"))]
    environment = {**os.environ, "PYTHONPATH": str(Path(scanning.__file__).parents[1])}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")

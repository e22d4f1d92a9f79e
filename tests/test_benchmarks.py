"""The benchmarks compare like with like, and tell when they do not; how quick things are is not tested."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import dicomspec
from benchmarks import __main__ as program
from benchmarks import data, measure, report, validation, works
from benchmarks.peers import LIBRARIES, OURS, PEERS, TEN, as_text, plain
from benchmarks.results import Cell, Result, Settings
from benchmarks.works import FILE_WORKS
from dicomspec import examples
from dicomspec.edition import DEFAULT
from dicomspec.validation import RULES

QUICK = data.QUICK


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(data, "CACHE", tmp_path / "cache")
    folder = tmp_path / "work"
    folder.mkdir()
    return Settings(folder, quick=True, files=4)


@pytest.mark.parametrize("source", ["groups", "contours", "multiframe", "dicomdir"])
@pytest.mark.parametrize("work", sorted(FILE_WORKS))
def test_pydicom_gives_the_same_answer_on_generated_files(settings, work, source):
    (row,) = works.run(settings, [f"{work}/{source}"])
    assert (row.peers["pydicom"].files, row.peers["pydicom"].of) == (1, 1)
    assert row.ours > 0
    assert row.peers["pydicom"].ratio > 0


@pytest.mark.parametrize("name", ["build", "save", "scan", "growth-decode/items", "growth-change/depth"])
def test_other_rows_agree_with_pydicom(settings, name):
    rows = {row.name: row for row in works.run(settings, [name])}
    assert rows[name].peers["pydicom"].files == 1
    assert not program.is_wrong(rows[name])


def test_rows_of_typed_classes(settings):
    rows = {row.name: row for row in works.run(settings, ["typed"])}
    assert len(rows) == 6
    assert all(row.ours > 0 for row in rows.values())
    assert "x the dataset alone" in rows["typed-read"].note


def test_dicom_validator_goes_by_the_same_iods():
    error_handler = pytest.importorskip("dicom_validator.validator.error_handler")
    iod_validator = pytest.importorskip("dicom_validator.validator.iod_validator")
    info = validation.dicom_info(DEFAULT)
    assert set(info.iods) == {uid for name in DEFAULT.iods() for uid in DEFAULT.iod(name).sop_classes}
    assert info.modules["general-image"]["(0020,0013)"] == {"name": "Instance Number", "type": "2"}
    modality = {"op": "=", "tag": "(0008,0060)", "index": 0, "values": ["CT", "MR"]}
    made = validation._Tables(DEFAULT)
    assert made.either("Modality in {CT, MR}") == modality
    absent = {"op": "-", "tag": "(0028,0010)", "index": 0}
    assert made.either("Modality in {CT, MR} and no Rows") == {"and": [modality, absent]}
    assert made.either("count(Rows) > 1") is None
    conditions = [row for module in info.modules.values() for row in module.values() if "cond" in row]
    assert len(conditions) > 500
    ds = LIBRARIES["pydicom"].open(str(examples.path("ct")))
    del ds.Modality
    silent = error_handler.NullValidationResultHandler()
    result = iod_validator.IODValidator(ds, info, error_handler=silent).validate()
    assert 0x00080060 in {int(tag.tag) for errors in result.module_errors.values() for tag in errors}


def test_validating_counts_what_is_checked(settings):
    pytest.importorskip("dicom_validator")
    (row,) = works.run(settings, ["validate-file"])
    cell = row.peers["dicom-validator"]
    assert 0 < cell.files <= cell.of == 4
    more, kinds, less, others = map(
        int, re.findall(r"(\d+) checks a file of (\d+) kinds, there (\d+) of (\d+)", row.note)[0]
    )
    assert more > less > 0
    assert kinds == len(RULES) > others == 7


class Lying:
    """pydicom, with one value read otherwise."""

    package = "pydicom"

    def __init__(self) -> None:
        self.library = LIBRARIES["pydicom"]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.library, name)

    def values(self, ds: Any) -> list[Any]:
        return [(tag, "other" if tag == 0x00100010 else value) for tag, value in self.library.values(ds)]


def test_a_file_that_a_peer_reads_otherwise_is_not_measured(settings, monkeypatch):
    monkeypatch.setitem(works.LIBRARIES, "pydicom", Lying())
    (row,) = works.run(settings, ["decode/groups"])
    cell = row.peers["pydicom"]
    assert (cell.files, cell.of, cell.differ) == (0, 1, [f"groups-{QUICK.groups}.dcm"])
    assert program.is_wrong(row)


def test_a_changed_file_must_hold_the_change(settings, monkeypatch):
    monkeypatch.setattr(type(OURS), "change", lambda self, path, target: self.copy(path, target))
    with pytest.raises(AssertionError):
        works.answer(FILE_WORKS["change"], OURS, data.dicomdir(QUICK.records), settings.folder)


def test_the_program_fails_when_pydicom_differs(settings, monkeypatch, capsys):
    monkeypatch.setitem(works.LIBRARIES, "pydicom", Lying())
    assert program.main(["--quick", "--only", "decode/groups"]) == 1
    assert "decode/groups" in capsys.readouterr().err


def test_the_program_writes_json_and_profiles(settings, capsys, tmp_path):
    target = tmp_path / "out.json"
    assert program.main(["--quick", "--only", "ten/groups", "--json", str(target)]) == 0
    assert '"name": "ten/groups"' in target.read_text()
    assert program.main(["--quick", "--profile", "decode/groups"]) == 0
    assert "tottime" in capsys.readouterr().out


def test_generated_files_say_what_is_in_them(settings):
    ds = dicomspec.dcmread(data.prepare("groups", 7, data.build_groups))
    assert len(ds.PerFrameFunctionalGroupsSequence) == ds.NumberOfFrames == 7
    ds = dicomspec.dcmread(data.prepare("contours", 60, data.contours))
    assert sum(len(region.ContourSequence) for region in ds.ROIContourSequence) == 60
    ds = dicomspec.dcmread(data.prepare("nested", 30, data.nested))
    depth = 0
    while sequence := ds.get("ContentSequence"):
        ds, depth = sequence[0], depth + 1
    assert (depth, ds.TextValue) == (31, "innermost")
    files = data.small_files(5)
    assert len({dicomspec.dcmread(path).SOPInstanceUID for path in files}) == 5


def test_the_offsets_of_the_dicomdir_lead_to_its_records(settings):
    path = data.dicomdir(10)
    ds, content = dicomspec.dcmread(path), path.read_bytes()
    offset, found = ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, []
    starts = {record._begin: record for record in ds.DirectoryRecordSequence}
    while offset:
        assert content[offset : offset + 4] == b"\xfe\xff\x00\xe0"
        record = starts[offset]
        found.append(record.DirectoryRecordType)
        offset = record.OffsetOfReferencedLowerLevelDirectoryEntity or record.OffsetOfTheNextDirectoryRecord
    assert found == ["PATIENT", "STUDY", "SERIES"] + ["IMAGE"] * 7
    assert ds.issues == []


def test_measuring_takes_turns_and_gives_the_middle():
    order: list[str] = []
    clock = iter(range(1000))
    pair = measure.in_turn(lambda: order.append("a"), lambda: order.append("b"), 2, clock=lambda: float(next(clock)))
    assert order == ["a", "b", "a", "b", "a", "b"]
    assert (pair.ours, pair.ratio) == (1.0, 1.0)


@pytest.mark.skipif(not measure.private(), reason="there is no /proc/self/status")
def test_memory_is_that_of_the_process_of_the_library(settings):
    path = str(data.prepare("multiframe", 40, data.multiframe))  # 20 MB
    held, peak = measure.memory("decode", "pydicom", path)
    assert peak >= held > 15e6


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", None), ("a ", "a"), ([1], 1.0), ([1, "b"], [1.0, "b"]), (b"\0", b"\0"), (None, None), (float("nan"), "nan")],
)
def test_plain_values(value, expected):
    assert plain(value) == expected


def test_text_of_values_of_different_types_is_the_same():
    assert as_text([1, "x ", None, 2.0]) == as_text(["1", "x", "", 2]) == ["1", "x", "", "2"]
    assert len(TEN) == 10


ROW = Result("open/x", "open", "x", ours=0.002, peers={"pydicom": Cell(9.0, 1, 1)}, reach={"pydicom": 10})


def test_what_is_missed_is_said():
    assert ROW.missed() == ["pydicom"]
    assert report.cells(ROW) == ["open", "x", "2 ms", "9.0x", *"-" * (len(PEERS) - 1), "10x pydicom **missed**"]


@pytest.mark.parametrize(
    "readme",
    ["a\n<!-- benchmarks -->\n\n## Next\n", "a\n<!-- benchmarks -->\nold\n<!-- /benchmarks -->\n\n## Next\n"],
)
def test_the_table_goes_into_its_place(readme):
    text = report.into_readme(readme, [ROW])
    assert text.startswith("a\n<!-- benchmarks -->\n\n| work |")
    assert text.endswith("<!-- /benchmarks -->\n\n## Next\n")
    assert "old" not in text
    assert report.into_readme(text, [ROW]) == text


def test_without_a_place_the_readme_is_left_alone():
    with pytest.raises(ValueError, match="no line"):
        report.into_readme("nothing", [ROW])


def test_files_that_end_the_process_are_left_out(tmp_path, monkeypatch):
    names = [str(tmp_path / name) for name in ("a", "b", "deadly", "c")]
    script = "import os, sys\nfor n, line in enumerate(sys.stdin, 1):\n    'deadly' in line and os.abort()\n    print(n, flush=True)"
    run = measure.subprocess.run
    monkeypatch.setattr(measure.subprocess, "run", lambda command, **rest: run([command[0], "-c", script], **rest))
    assert [path.name for path in measure.survivors("any", [Path(name) for name in names])] == ["a", "b", "c"]

"""``dicomspec check``: issues as tables and as JSON, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dicomspec import examples
from tests import builders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good file, a bad one below it, and one that is not DICOM."""
    (tmp_path / "below").mkdir()
    (tmp_path / "good.dcm").write_bytes(examples.path("ct").read_bytes())
    (tmp_path / "below" / "bad.dcm").write_bytes(builders.file(builders.element(0x00200013, "IS", "1A")))
    (tmp_path / "notes.txt").write_text("These are notes, and not DICOM.")
    return tmp_path


@pytest.mark.parametrize("name", examples.names())
def test_examples_have_no_issues(run, name):
    path = examples.path(name)
    assert run("check", path) == (0, [f"{path}: no issues"], [])


def test_table(run, folder):
    bad = folder / "below" / "bad.dcm"
    ran = run("check", bad)
    assert ran.code == 1
    assert ran.out[0] == f"{bad}: 1 issue"
    assert ran.out[1].split() == ["severity", "code", "where", "byte", "message", "reference"]
    words = ran.out[2].split()
    assert words[:3] == ["error", "value", "InstanceNumber"]
    assert words[-2:] == ["PS3.5", "6.2"]
    assert bad.read_bytes()[int(words[3]) :].startswith(b"1A")


def test_folders_are_walked(run, folder):
    ran = run("check", folder)
    assert ran.code == 1
    assert [line.rpartition(":")[0] for line in ran.out if line.startswith(str(folder))] == [
        str(folder / "good.dcm"),
        str(folder / "below" / "bad.dcm"),
    ]
    assert ran.err == ["dicomspec: 1 file passed over: not DICOM"]


def test_json(run, folder):
    ran = run("check", "--format", "json", folder)
    assert ran.code == 1
    good, notes, bad = json.loads("\n".join(ran.out))
    assert good == {"file": str(folder / "good.dcm"), "readable": True, "issues": []}
    assert notes["readable"] is False
    assert "not a DICOM file" in notes["error"]
    (issue,) = bad["issues"]
    assert set(issue) == {"code", "severity", "path", "offset", "message", "reference"}
    assert issue["path"] == "InstanceNumber"


def test_json_of_an_empty_folder(run, tmp_path):
    ran = run("check", "--format", "json", tmp_path)
    assert (ran.code, json.loads("\n".join(ran.out))) == (0, [])


def test_strict(run, folder):
    assert run("check", "--strict", folder / "good.dcm").code == 0
    ran = run("check", "--strict", folder / "below" / "bad.dcm")
    assert (ran.code, ran.out) == (2, [])
    assert "InstanceNumber" in ran.err[0]


def test_unreadable_files_count_most(run, folder):
    ran = run("check", folder / "notes.txt", folder / "below" / "bad.dcm")
    assert ran.code == 2
    assert "not a DICOM file" in ran.err[0]
    assert ran.out[0].endswith("bad.dcm: 1 issue")

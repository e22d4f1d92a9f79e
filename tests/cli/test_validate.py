"""``dicomspec validate`` and ``rules``: tables, reports, exit codes."""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from dicomspec import examples
from dicomspec.validation import GROUPS, RULES
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
def test_examples_have_no_errors(run, name):
    path = examples.path(name)
    assert run("validate", path, "--min-severity", "error") == (0, [f"{path}: no findings"], [])


def test_table(run, folder):
    bad = folder / "below" / "bad.dcm"
    ran = run("validate", bad, "--only", "value")
    assert ran.code == 1
    assert ran.out[0] == f"{bad}: 1 error"
    assert ran.out[1].split() == ["severity", "rule", "where", "byte", "message", "reference"]
    words = ran.out[2].split()
    assert words[:3] == ["error", "value", "InstanceNumber"]
    assert bad.read_bytes()[int(words[3]) :].startswith(b"1A")


def test_folders_are_walked(run, folder):
    ran = run("validate", folder, "--only", "value")
    assert ran.code == 1
    assert [line.rpartition(":")[0] for line in ran.out if line.startswith(str(folder))] == [
        str(folder / "good.dcm"),
        str(folder / "below" / "bad.dcm"),
    ]
    assert ran.err == ["dicomspec: 1 file passed over: not DICOM"]


def test_the_table_goes_into_a_file(run, folder, tmp_path):
    target = tmp_path / "report.txt"
    printed = run("validate", folder, "--only", "value")
    ran = run("validate", folder, "--only", "value", "-o", target)
    assert (ran.code, ran.out) == (1, [])
    assert target.read_text().splitlines() == printed.out
    assert printed.out[-1] == "2 files: 1 error; 1 without findings"


def test_standard_input(run, folder, monkeypatch):
    class Input:
        buffer = io.BytesIO((folder / "below" / "bad.dcm").read_bytes())

    monkeypatch.setattr(sys, "stdin", Input)
    ran = run("validate", "-", folder / "good.dcm", "--jobs", "2", "--only", "value")
    assert (ran.code, ran.out[0]) == (1, "-: 1 error")


def test_json_and_lines(run, folder):
    ran = run("validate", "--format", "json", "--only", "value", folder)
    report = json.loads("\n".join(ran.out))
    assert (ran.code, report["files"], report["counts"]["error"]) == (1, 2, 1)
    (issue,) = report["issues"]
    assert (issue["code"], issue["path"], issue["file"]) == (
        "value",
        "InstanceNumber",
        str(folder / "below" / "bad.dcm"),
    )
    lines = run("validate", "--format", "jsonl", "--only", "value", folder).out
    assert [json.loads(line) for line in lines] == [issue]


def test_sarif(run, folder, tmp_path):
    target = tmp_path / "report.sarif"
    assert run("validate", folder, "--format", "sarif", "-o", target).code == 1
    (found,) = json.loads(target.read_text())["runs"]
    ids = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert "value" in ids
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in found["results"])
    assert {result["level"] for result in found["results"]} <= {"error", "warning", "note"}


def test_names_that_are_no_text(run, folder):
    """Names of files are bytes: in each format they come out as what it allows."""
    odd = os.fsencode(folder) + b"/a b\xff<#>.dcm"
    with open(odd, "wb") as file:
        file.write((folder / "below" / "bad.dcm").read_bytes())
    for form in ("table", "json", "jsonl", "html", "sarif", "junit"):
        target = folder / f"report.{form}"
        assert run("validate", os.fsdecode(odd), "--only", "value", "--format", form, "-o", target).code == 1
        target.read_text(encoding="utf-8")
    (result,) = json.loads((folder / "report.sarif").read_text())["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == f"file://{quote(str(folder))}/a%20b%FF%3C%23%3E.dcm"


def test_junit(run, folder):
    ran = run("validate", folder, "--format", "junit", "--only", "value")
    suite = ET.fromstring("\n".join(ran.out))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    assert suite.find("testcase/failure") is not None


def test_zip_and_jobs(run, folder, tmp_path):
    packed = tmp_path / "files.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(folder / "good.dcm", "a/good.dcm")
        archive.write(folder / "below" / "bad.dcm", "bad.dcm")
    one = run("validate", packed, "--only", "value")
    assert one.out[0] == f"{packed}:a/good.dcm: no findings"
    assert run("validate", packed, "--only", "value", "--jobs", "2") == one


def test_unreadable_files_count_most(run, folder):
    ran = run("validate", folder / "notes.txt", folder / "below" / "bad.dcm", "--only", "value")
    assert ran.code == 2
    assert "not a DICOM file" in ran.err[0]
    assert ran.out[0].endswith("bad.dcm: 1 error")


def test_unknown_names(run, folder):
    ran = run("validate", folder, "--only", "nonsense")
    assert ran.code == 2
    assert "no rule and no group" in ran.err[-1]


def test_rules(run):
    lines = run("rules").out
    assert len(lines) == len(RULES) + 1
    assert run("rules", "uid-form").out[0].split() == ["id", "uid-form"]
    assert all(line.split()[2] == "uid" for line in run("rules", "uid").out[1:])
    assert run("rules", "nonsense").code == 2
    assert {rule.group for rule in RULES.values()} == set(GROUPS)

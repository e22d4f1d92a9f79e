"""``dicomspec lookup``."""

from __future__ import annotations

import json


def test_an_element(run):
    ran = run("lookup", "Rows")
    assert (ran.code, ran.err) == (0, [])
    assert ran.out[:3] == ["Rows  element", "  tag         (0028,0010)", "  keyword     Rows"]


def test_several_words_are_one_text(run):
    assert run("lookup", "patient", "position").out == run("lookup", "patient position").out


def test_a_text_lists_what_has_it_in_its_name(run):
    ran = run("lookup", "dose reference")
    assert ran.out[0].split() == ["what", "keyword", "name"]
    assert any(line.startswith("element ") and "DoseReferenceSequence" in line for line in ran.out)
    few = run("lookup", "image").out
    assert few[-1].startswith("and ")
    assert len(run("lookup", "image", "--all").out) > len(few)


def test_one_match_is_the_answer(run):
    assert run("lookup", "patient death date in").out[0] == "PatientDeathDateInAlternativeCalendar  element"


def test_json(run):
    found = json.loads("".join(run("lookup", "Rows", "--format", "json").out))
    assert found["edition"] == "2026d"
    assert found["answers"][0]["facts"]["VR"] == "US"
    assert found["matches"] == []
    ran = run("lookup", "Rwos", "--format", "json")
    assert ran.code == 1
    assert "Rows" in json.loads("".join(ran.out))["suggestions"]


def test_nothing(run):
    ran = run("lookup", "PatientsName")
    assert (ran.code, ran.out) == (1, [])
    assert "nothing in 2026d is called 'PatientsName'; did you mean PatientName, " in ran.err[0]


def test_another_edition(run, tmp_path):
    mine = tmp_path / "acme.yaml"
    mine.write_text("creators:\n  ACME:\n    (0029,xx01): {vr: DS, name: Gain}\n")
    assert run("lookup", "ACME").code == 1
    assert run("lookup", "ACME", "--edition", mine).out[-1].split() == ["(0029,xx01)", "DS", "1", "Gain"]
    assert "No such file" in run("lookup", "ACME", "--edition", tmp_path / "none").err[0]

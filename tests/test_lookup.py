"""What the standard says of things: the answers of `dicomspec lookup`."""

from __future__ import annotations

import pytest

from dicomspec.edition import DEFAULT, Edition
from dicomspec.lookup import look_up, search, suggestions


def one(text, edition=DEFAULT):
    (answer,) = look_up(text, edition)
    return answer


@pytest.mark.parametrize(
    "text", ["PatientName", "(0010,0010)", "00100010", "0010,0010", "patientname", "Patient's Name", " PatientName "]
)
def test_elements(text):
    answer = one(text)
    assert (answer.kind, answer.title) == ("element", "PatientName")
    assert answer.facts == {
        "tag": "(0010,0010)",
        "keyword": "PatientName",
        "name": "Patient's Name",
        "VR": "PN",
        "VM": "1",
        "since": "2013 or before",
        "defined in": "PS3.6 table 6-1",
    }


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("SensitiveContentCodeSequence", "since", "2026a"),
        ("LengthToEnd", "retired", "RET"),
        ("CommandField", "defined in", "PS3.7 table E.1-1"),
        ("TransferSyntaxUID", "defined in", "PS3.6 table 7-1"),
        ("(6002,3000)", "keyword", "OverlayData"),
        ("(0018,6051)", "VR", None),
        ("(0029,0010)", "defined in", "PS3.5 7.8.1"),
        ("(0010,0000)", "defined in", "PS3.5 7.2"),
    ],
)
def test_facts(text, label, value):
    found = look_up(text, DEFAULT)
    assert [answer.facts.get(label) for answer in found] == ([value] if value else [])


@pytest.mark.parametrize("text", ["(0029,xx10)", "(0029,1010)", "0029,XX10", "00291110"])
def test_private_elements(text):
    answer = one(text)
    assert (answer.kind, answer.title) == ("private element", "(0029,xx10)")
    rows = {row["creator"]: row for row in answer.tables["creators"]}
    assert rows["SIEMENS CSA HEADER"]["name"] == "CSA Image Header Info"
    assert rows["SIEMENS CSA HEADER"]["VR"] == "OB"


def test_private_creators(tmp_path):
    answer = one("siemens csa  header")
    assert answer.kind == "private creator"
    assert {"tag": "(0029,xx10)", "VR": "OB", "VM": "1", "name": "CSA Image Header Info"} in answer.tables["elements"]
    mine = tmp_path / "acme.yaml"
    mine.write_text("creators:\n  ACME:\n    (0029,xx01): {vr: DS, name: Gain}\n    (0031,11xx): {vr: LO}\n")
    answer = one("acme", Edition.load(mine))
    assert [row["tag"] for row in answer.tables["elements"]] == ["(0029,xx01)", "(0031,11xx)"]


@pytest.mark.parametrize("text", ["1.2.840.10008.5.1.4.1.1.2", "CTImageStorage", "ct image storage"])
def test_uids(text):
    answer = one(text)
    assert answer.kind == "UID"
    facts = {"UID": "1.2.840.10008.5.1.4.1.1.2", "keyword": "CTImageStorage", "type": "SOP Class"}
    assert facts.items() <= answer.facts.items()


def test_transfer_syntaxes_tell_their_properties():
    facts = one("JPEGBaseline8Bit").facts
    assert (facts["byte order"], facts["VR in the file"], facts["compression"]) == (
        "little",
        "explicit",
        "lossy (jpeg)",
    )


@pytest.mark.parametrize("text", ["CID 29", "cid29", "Acquisition Modality"])
def test_context_groups(text):
    assert one(text).facts["UID"] == "1.2.840.10008.6.1.19"


@pytest.mark.parametrize("text", ["nothing at all", "(0010,ffff)", "1.2.3.4.5", "", "  "])
def test_nothing(text):
    assert look_up(text, DEFAULT) == []


def test_search():
    found = search("setup number", DEFAULT)
    assert found
    assert all("setup" in f"{each.key} {each.name}".lower() for each in found)
    assert search("", DEFAULT) == []
    assert search("rt plan storage", DEFAULT)[0].key == "RTPlanStorage"
    assert any(each.kind == "private creator" for each in search("siemens", DEFAULT))
    assert search("nothing of that kind", DEFAULT) == []
    for each in (*search("dose reference", DEFAULT), *search("acquisition modality", DEFAULT)):
        assert look_up(each.key, DEFAULT), each


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("PatientsName", "PatientName"),
        ("Rwos", "Rows"),
        ("CTImageStorag", "CTImageStorage"),
        ("Pixel Dat", "PixelData"),
    ],
)
def test_suggestions(text, near):
    assert near in suggestions(text, DEFAULT)

"""What the standard says of things: the answers of `dicomspec lookup`."""

from __future__ import annotations

import pytest

from dicomspec.edition import DEFAULT, Edition
from dicomspec.lookup import look_up, search, suggestions
from tests.small_edition import small_edition


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
        "de-identification": "basic Z",
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


@pytest.mark.parametrize("text", ["CID 29", "cid29", "Acquisition Modality", "1.2.840.10008.6.1.19"])
def test_context_groups(text):
    answer = one(text)
    assert (answer.kind, answer.title, answer.facts["extensible"]) == ("context group", "CID 29", "yes")
    assert {"scheme": "DCM", "value": "CT", "meaning": "Computed Tomography"} in answer.tables["codes"]


def test_included_context_groups_are_named():
    rows = [
        row for answer in map(one, ("CID 4", "CID 7", "CID 12", "CID 82")) for row in answer.tables.get("includes", [])
    ]
    assert all(row["CID"] and row["name"] for row in rows)


@pytest.mark.parametrize("text", ["TID 1501", "tid1501", "measurement group"])
def test_templates(text):
    answer = one(text)
    assert (answer.kind, answer.title) == ("template", "TID 1501")
    assert any(row["concept"].startswith("DCM 112039") for row in answer.tables["rows"])


def test_codes():
    answer = one("DCM 121071")
    assert answer.facts["meaning"] == "Finding"
    assert any(row["CID"] == "7002" for row in answer.tables["context groups"])
    assert one("dcm 121071").title == "DCM 121071"
    assert look_up("DCM 0", DEFAULT) == []


def test_what_deidentifying_does_to_an_element():
    assert one("PatientBirthDate").facts["de-identification"] == "basic Z"
    assert "de-identification" not in one("Rows").facts


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


@pytest.fixture(scope="module")
def small():
    return small_edition()


def test_where_an_element_is_used(small):
    answer = one("PatientOrientation", small)
    assert answer.tables["used in"][0] == {
        "type": "2C",
        "in": "General Image module",
        "below": "",
        "condition": "as the section says",
        "section": "PS3.3 C.7.6.1",
        "of": "CT Image",
    }
    (row,) = one("PixelSpacing", small).tables["used in"]
    assert (row["in"], row["below"], row["of"]) == (
        "Pixel Measures macro",
        "PixelMeasuresSequence",
        "4 modules and macros",
    )


def test_values_of_an_element(small):
    rows = one("ImageType", small).tables["values"]
    assert (rows[0]["values"], rows[0]["what"], rows[0]["of value"]) == ("ORIGINAL, DERIVED", "Enumerated Values", "1")
    assert (rows[1]["values"], rows[1]["what"], rows[1]["of value"]) == ("AXIAL, LOCALIZER", "Defined Terms", "3")


@pytest.mark.parametrize("text", ["ct-image", "CT Image", "ct image iod"])
def test_iods(small, text):
    answer = one(text, small)
    assert answer.kind == "IOD"
    assert answer.facts["SOP classes"] == "1.2.840.10008.5.1.4.1.1.2 CT Image Storage"
    assert answer.tables["modules"][1] == {
        "entity": "Image",
        "module": "Contrast/Bolus",
        "use": "C",
        "condition": "ContrastBolusAgent",
        "section": "PS3.3 C.7.6.1",
    }
    assert answer.tables["functional groups"][0]["macro"] == "Pixel Measures"


def test_sop_classes_have_their_iod(small):
    answer = one("CTImageStorage", small)
    assert answer.facts["IOD"] == "CT Image"
    assert [row["use"] for row in answer.tables["modules"]] == ["M", "C"]


@pytest.mark.parametrize("text", ["general-image", "General Image", "general image module"])
def test_modules(small, text):
    answer = one(text, small)
    assert (answer.kind, answer.facts["used by"]) == ("module", "CT Image")
    rows = [(row["attribute"], row["type"], row["VR"], row["values"]) for row in answer.tables["attributes"]]
    assert rows[2:7] == [
        ("BurnedInAnnotation", "3", "CS", "YES, NO"),
        ("ImageType", "1", "CS", "ORIGINAL, DERIVED; AXIAL, LOCALIZER"),
        ("IconImageSequence", "3", "SQ", ""),
        (">Rows", "1", "US", ""),
        (">include Pixel Measures", "", "", ""),
    ]
    assert rows[-1] == ("any attributes", "", "", "")
    assert answer.tables["attributes"][-3]["condition"] == "ValueType = NUM"


def test_macros(small):
    answer = one("code sequence macro", small)
    assert (answer.kind, answer.facts["included by"]) == ("macro", "General Image, Contrast/Bolus")


def test_search_of_modules(small):
    assert [each.key for each in search("general image", small) if each.kind == "module"] == ["general-image"]

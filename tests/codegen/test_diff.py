"""What changed from one edition to another: real changes, and only what both of them tell."""

from __future__ import annotations

import pytest

from codegen.diff import compare_dictionaries, table_lines
from codegen.importers import run
from codegen.saving import save
from codegen.yaml_io import SchemaError
from tests.facts import RULES, STANDARD, needs_facts

SOURCES = "edition: {edition}\nfiles: {{}}\n"
MODULE = """\
name: General Image
table: C.7-9
section: C.7.6.1
attributes:
  InstanceNumber: 2
  PatientOrientation: {type: 2C, when: "?", else: may, src: 3f9a0000}
  BurnedInAnnotation: {type: 3, enum: [YES, NO]}
  IconImageSequence:
    type: 3
    items: 0-1
    of:
      Rows: 1
      +image-pixel:
"""
IOD = """\
name: CT Image
sop: [1.2.840.10008.5.1.4.1.1.2]
modules:
  Patient:
    patient: M
    clinical-trial-subject: U
  Image:
    contrast-bolus: {use: C, when: "?", src: 77c10000}
functional-groups:
  pixel-measures: M
"""
UIDS = """\
tables:
  A-3:
    1.2.3: {name: "One, two", keyword: CID1, info: CID 1, retired: yes}
    1.2.4: {name: Two, info: CID 2}
"""


@pytest.fixture
def edition(tmp_path):
    """Makes an edition of some files."""

    def make(name: str, **files: str):
        folder = tmp_path / name
        for path, text in {"sources": SOURCES.format(edition=name), **files}.items():
            target = folder / "standard" / f"{path.replace('__', '/')}.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return folder

    return make


def changes(old, new):
    found = compare_dictionaries(old, new)
    return [(each.change, each.key, each.field, each.old, each.new) for each in found.changes]


def test_modules(edition):
    old = edition("a", modules__general_image=MODULE)
    text = MODULE.replace("InstanceNumber: 2", "InstanceNumber: {type: 1, see: C.7}").replace(
        "enum: [YES", "enum: [MAYBE, YES"
    )
    text = (
        text.replace("3f9a0000", "11110000")
        .replace("Rows: 1", "Columns: 1")
        .replace("0-1", "1")
        .replace("C.7-9", "C.7-10")
    )
    new = edition("b", modules__general_image=text)
    assert changes(old, new) == [
        ("changed", "general_image: InstanceNumber", "type", "2", "1"),
        ("changed", "general_image: PatientOrientation", "condition", "3f9a0000", "11110000"),
        ("changed", "general_image: BurnedInAnnotation", "enum", "[YES, NO]", "[MAYBE, YES, NO]"),
        ("changed", "general_image: IconImageSequence", "items", "0-1", "1"),
        ("removed", "general_image: IconImageSequence.Rows", "", "", "1"),
        ("added", "general_image: IconImageSequence.Columns", "", "", "1"),
    ]
    assert changes(new, new) == []


def test_how_a_condition_is_expressed_is_no_change(edition):
    old = edition("a", modules__general_image=MODULE)
    text = MODULE.replace('when: "?", else: may', "when: no ImageOrientationPatient")
    assert changes(old, edition("b", modules__general_image=text)) == []


def test_iods(edition):
    old = edition("a", iods__ct_image=IOD)
    text = IOD.replace("clinical-trial-subject: U", "patient-study: U").replace("77c10000", "88c10000")
    text = text.replace("pixel-measures: M", "pixel-measures: U").replace("1.1.2]", "1.1.2, 1.2.3]")
    assert changes(old, edition("b", iods__ct_image=text)) == [
        ("changed", "ct_image", "SOP classes", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2 1.2.3"),
        ("removed", "ct_image: clinical-trial-subject", "", "", "Patient, U"),
        ("changed", "ct_image: contrast-bolus", "condition", "77c10000", "88c10000"),
        ("changed", "ct_image: functional group pixel-measures", "use", "M", "U"),
        ("added", "ct_image: patient-study", "", "", "Patient, U"),
    ]


def test_columns_that_one_edition_lacks_are_named(edition):
    old = edition("a", uids=UIDS)
    text = UIDS.replace('name: "One, two", ', "").replace("name: Two, ", "").replace(", retired: yes", "")
    new = edition("b", uids=text.replace("CID 2", "CID 3"))
    found = compare_dictionaries(old, new)
    assert changes(old, new) == [("changed", "1.2.4", "info", "CID 2", "CID 3")]
    assert found.not_compared == ["UID name, table A-3: b does not tell it"]
    assert (found.old, found.new) == ("a", "b")


def test_spaces_in_names_are_no_change(edition):
    assert changes(edition("a", uids=UIDS), edition("b", uids=UIDS.replace("One, two", "One,two"))) == []


def test_the_year_of_retirement_is_no_change(edition):
    rows = "tables:\n  6-1:\n    (0010,0010): {name: A, keyword: A, vr: PN, vm: 1, retired: RET (2004)}\n"
    old, new = edition("a", elements=rows), edition("b", elements=rows.replace("RET (2004)", "RET"))
    assert changes(old, new) == []
    assert changes(old, edition("c", elements=rows.replace(", retired: RET (2004)", "")))[0][2:4] == (
        "retired",
        "RET (2004)",
    )


def test_dictionaries_that_one_edition_lacks_are_named(edition):
    old = edition("a", uids=UIDS, modules__x=MODULE)
    found = compare_dictionaries(old, edition("b", uids=UIDS))
    assert found.not_compared == ["modules: only a has it"]
    with pytest.raises(OSError, match="no dictionary in common"):
        compare_dictionaries(edition("c", uids=UIDS), edition("d", modules__x=MODULE))


def test_dictionaries_of_other_kinds(edition):
    old = edition("a", further="edition: a\ntables:\n  E.1-1:\n    (0010,0010): {basic: Z}\n", other="{x: {y: 1}}")
    new = edition("b", further="edition: b\ntables:\n  E.1-1:\n    (0010,0010): {basic: X}\n", other="{x: {y: 2}}")
    found = compare_dictionaries(old, new).changes
    assert [(each.what, *each[2:]) for each in found] == [
        ("further", "(0010,0010)", "", "basic", "Z", "X"),
        ("other", "x.y", "", "value", "1", "2"),
    ]


def test_faults(edition):
    with pytest.raises(SchemaError, match=r"uids\.yaml: tables: expected a mapping"):
        compare_dictionaries(edition("a", uids="x: 1\n"), edition("b", uids=UIDS))


def test_lines(edition):
    found = compare_dictionaries(edition("a", uids=UIDS), edition("b", uids=UIDS.replace("CID 2", "CID 3")))
    assert [line.split() for line in table_lines(found)] == [
        ["change", "what", "key", "name", "field", "old", "new"],
        ["changed", "UID", "1.2.4", "Two", "info", "CID", "2", "CID", "3"],
    ]


@needs_facts
def test_real_editions(tmp_path):
    """From 2013 to 2015b: elements added, four VRs changed to UR, one element in force again, and no noise."""
    for name in ("2013", "2015b"):
        save(run(STANDARD / "docbook" / name, RULES), tmp_path / name)
    found = compare_dictionaries(tmp_path / "2013", tmp_path / "2015b")
    elements = [each for each in found.changes if each.what == "element"]
    assert len([each for each in elements if each.change == "added"]) == 159
    assert {(each.key, each.field, each.old, each.new) for each in elements if each.change == "changed"} == {
        ("(0008,1190)", "vr", "UT", "UR"),
        ("(0028,7FE0)", "vr", "UT", "UR"),
        ("(0040,E010)", "vr", "UT", "UR"),
        ("(0074,100A)", "vr", "ST", "UR"),
        ("(0040,4005)", "retired", "RET", ""),
    }
    assert len(found.changes) < 280
    assert "UID name, table A-3: 2015b does not tell it" in found.not_compared


# --- confidentiality and terminology ---


@needs_facts
def test_part15_of_2023b_and_2026c(tmp_path):
    folders = []
    for name in ("2023b", "2026c"):
        sources = tmp_path / f"{name}-sources"
        sources.mkdir()
        (sources / "part15.xml.xz").symlink_to(STANDARD / "docbook" / name / "part15.xml.xz")
        save(run(sources, RULES), tmp_path / name)
        folders.append(tmp_path / name)
    found = compare_dictionaries(*folders)
    assert (found.old, found.new, found.not_compared) == ("2023b", "2026c", [])
    assert {change.what for change in found.changes} == {"confidentiality"}
    # 611 rows, three of which repeat a tag, became 656; 209 concepts became 214.
    kinds = [(change.change, change.key.partition(" ")[0] == "concept") for change in found.changes]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        ("added", False): 656 - 608,
        ("added", True): 214 - 209,
        ("changed", False): 7,
    }
    lines = {(change.key, change.field): (change.old, change.new) for change in found.changes}
    assert lines["(0010,0020)", "basic"] == ("Z", "Z/D")
    assert lines["(0010,2160)", "retired"] == ("", "yes")
    assert lines["concept DCM 131561 DATE", ""][1] == (
        "basic X, retain-longitudinal-full-dates K, retain-longitudinal-modified-dates C"
    )


TERMS = {
    "codes": "schemes: {DCM: {1: {meaning: One}, 2: {meaning: Two}}}",
    "context_groups": "groups: {5: {name: Five, extensible: yes, members: {DCM 1: One, +6: ''}}, 6: {name: Six}}",
    "templates": "templates: {7: {name: Seven, rows: [{row: 1, type: CODE, use: MC, when: '?', src: aa}, {row: 1, include: 7}]}}",
    "sop_classes": "tables: {B.5-1: {1.2.3: {iod: ct-image}}}",
}
LATER = {
    "codes": "schemes: {DCM: {1: {meaning: One, retired: yes}, 3: {meaning: Three}}}",
    "context_groups": "groups: {5: {name: Five, extensible: no, members: {DCM 3: Three, +6: ''}}, 6: {name: Six}}",
    "templates": "templates: {7: {name: Seven, rows: [{row: 1, type: CODE, use: MC, when: '?', src: bb}, {row: 1, include: 7}]}}",
    "sop_classes": "tables: {B.5-1: {1.2.3: {iod: ct-image}, 1.2.4: {iod: mr-image}}}",
}


def test_terminology(edition):
    found = compare_dictionaries(edition("a", **TERMS), edition("b", **LATER))
    assert [(c.change, c.what, c.key, c.field, c.old, c.new) for c in found.changes] == [
        ("added", "SOP class", "1.2.4", "", "", "mr-image"),
        ("changed", "context group", "CID 5", "extensible", "yes", "no"),
        ("removed", "context group", "CID 5: DCM 1", "", "", ""),
        ("added", "context group", "CID 5: DCM 3", "", "", ""),
        ("changed", "code", "DCM 1", "retired", "", "yes"),
        ("removed", "code", "DCM 2", "", "", ""),
        ("added", "code", "DCM 3", "", "", ""),
        ("changed", "template", "TID 7: row 1", "condition", "aa", "bb"),
    ]


@pytest.mark.parametrize("name", TERMS)
def test_the_same_terminology_has_no_changes(edition, name):
    assert compare_dictionaries(edition("a", **{name: TERMS[name]}), edition("b", **{name: TERMS[name]})).changes == []

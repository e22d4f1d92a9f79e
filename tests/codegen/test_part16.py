"""Importing PS3.16: the shipped dictionaries as DocBook and back, and what stops the import or is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegen.importers import ImportFault, Report, run
from codegen.importers.base import Errata
from codegen.importers.part16 import read_part16
from codegen.model import Code, ContextGroup, Template, Uid
from codegen.model.terminology import (
    TemplateRow,
    codes_from_yaml,
    context_groups_from_yaml,
    templates_from_yaml,
)
from codegen.yaml_io import load, loads
from tests.codegen.part16_book import part16
from tests.codegen.test_importers import ELEMENTS_HEAD, ROW, UID_ROW, UIDS_HEAD, book, table
from tests.facts import DICTIONARIES, RULES

STANDARD = DICTIONARIES / "standard"
NO_ERRATA = Errata.none("PS3.16", "2030a")


def imported(tmp_path, groups=(), codes=(), templates=(), change=lambda text: text):
    file = tmp_path / "part16.xml"
    file.write_text(change("".join(part16(groups, codes, templates))), encoding="utf-8")
    report = Report()
    return read_part16(file, "2030a", NO_ERRATA, report), report


def test_the_shipped_dictionaries_as_docbook_come_back(tmp_path):
    groups = tuple(context_groups_from_yaml(load(STANDARD / "context_groups.yaml")))
    codes = codes_from_yaml(load(STANDARD / "codes.yaml"))
    templates = tuple(map(plain_numbers, templates_from_yaml(load(STANDARD / "templates.yaml"))))
    found, report = imported(tmp_path, groups, codes, templates)
    assert (len(groups), len(codes), len(templates)) == (1466, 5146, 241)
    assert found.groups == groups
    assert found.codes == codes
    assert found.templates == tuple(map(with_text, templates, found.templates))
    assert not any(table.left for table in report.tables)


def plain_numbers(template: Template) -> Template:
    """Without the low lines of numbers that a source made up; in the names of sections those are blanks."""
    rows = (replace(row, include=row.include.replace("_", "x")) for row in template.rows)
    return replace(template, tid=template.tid.replace("_", "x"), rows=tuple(rows))


def with_text(template: Template, found: Template) -> Template:
    """The shipped templates do not have the text of a condition, an import has: its hash is another one."""
    rows = []
    for row, other in zip(template.rows, found.rows, strict=True):
        assert other.text == (f"IFF something {row.src}" if row.when else "")
        rows.append(replace(row, src=other.src, text=other.text))
    return replace(template, rows=tuple(rows))


# --- small books ---

MODALITY = ContextGroup(
    "29",
    "Acquisition Modality",
    uid="1.2.3",
    version="20240101",
    extensible=True,
    members=(Code("DCM", "CT", "CT"), "34"),
)
CODES = (Code("DCM", "CT", "Computed Tomography"), Code("DCM", "AS", "Angioscopy", retired=True))
REPORT = Template(
    "1500",
    "Measurement Report",
    True,
    False,
    True,
    (
        TemplateRow("1", type="CONTAINER", concept="DCID 7021", vm="1", use="M"),
        TemplateRow("2", 1, "HAS CONCEPT MOD", include="1204", vm="1", use="U"),
        TemplateRow(
            "3", 1, "CONTAINS", "NUM", concept="DCM 1 Mean, of (a) value", vm="1-n", use="U", units="UCUM mm mm"
        ),
        TemplateRow("4", 2, "CONTAINS", "CODE TEXT", concept="?", vm="1", use="U", values="BCID 5", units="DCID 7"),
    ),
)


def test_a_small_book(tmp_path):
    found, report = imported(tmp_path, [MODALITY], CODES, [REPORT])
    assert found.groups == (MODALITY,)
    assert found.codes == CODES
    assert found.templates == (REPORT,)
    assert [(table.table, table.rows, table.read) for table in report.tables] == [
        ("TID 1500", 4, 4),
        ("CID 29", 2, 2),
        ("D-1", 2, 2),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<para>Code Value</para>", "<para>Code Value (0008,0100)</para>"),
        ("<caption>Acquisition Modality</caption>", "<caption>CID 29 Acquisition Modality</caption>"),
        ("Retired. See", "RETIRED. Replaced by"),
        ("EV (1, DCM, ", "DT (1 ,DCM ,"),
        ('colspan="5"', 'colspan="1"'),
        ("<para>1-n</para>", "<para>1 - n</para>"),
        ("<para>Extensible</para>", "<para>EXTENSIBLE</para>"),
        ("<para>U</para>", "<para>U (see below)</para>"),
        ("<para>SNOMED-RT ID</para>", "<para>Some further column</para>"),
        ('<section label="CID 29"', '<section label="B.29"'),
    ],
)
def test_other_shapes_of_the_same(tmp_path, before, after):
    found, _ = imported(tmp_path, [MODALITY], CODES, [REPORT], lambda text: text.replace(before, after))
    assert (found.groups, found.codes, found.templates) == ((MODALITY,), CODES, (REPORT,))


def test_a_group_whose_codes_are_elsewhere(tmp_path):
    units = ContextGroup("82", "Measurement Unit", uid="1.2.4", extensible=False)
    found, _ = imported(tmp_path, [units, MODALITY], CODES)
    assert found.groups == (units, MODALITY)


def test_parameters_and_several_constraints(tmp_path):
    def change(text):
        return text.replace("DCID <", "$Units DCID <").replace('"mm")', '"mm") or EV (cm, UCUM, "cm")')

    row = TemplateRow("1", type="NUM", concept="DCM 1 One", vm="1", use="M", values="UCUM mm mm")
    found, _ = imported(tmp_path, [MODALITY], CODES, [replace(REPORT, rows=(row,))], change)
    assert found.templates[0].rows[0].values == "UCUM mm mm; UCUM cm cm"


def test_rows_that_are_no_codes_are_named(tmp_path):
    group = replace(MODALITY, members=(*MODALITY.members, Code("SCT", "1", "One")))
    found, report = imported(
        tmp_path, [group], CODES, change=lambda text: text.replace("<para>SCT</para>", "<para/>", 1)
    )
    assert found.groups == (MODALITY,)
    assert report.tables[0].left == ("row 3: no code: 1 One T-1 C1",)
    assert report.tables[0].read == 2


def test_a_code_that_stands_twice_is_named(tmp_path):
    group = replace(MODALITY, members=(*MODALITY.members, Code("SCT", "1", "One"), Code("SCT", "2", "Two")))
    found, report = imported(
        tmp_path, [group], CODES, change=lambda text: text.replace("<para>2</para>", "<para>1</para>", 1)
    )
    assert found.groups[0].members[-1] == Code("SCT", "1", "One")
    assert report.tables[0].left == ("row 4, SCT 1 Two: an earlier row has that code",)


def test_an_include_that_names_no_template_is_named(tmp_path):
    link = '<xref linkend="sect_TID_1204" xrefstyle="select: label quotedtitle"/>'
    found, report = imported(tmp_path, [MODALITY], CODES, [REPORT], lambda text: text.replace(link, "$Some"))
    assert found.templates[0].rows == (REPORT.rows[0], *REPORT.rows[2:])
    assert report.tables[0].left == (
        "row 2: an include that names no template: 2 > HAS CONCEPT MOD INCLUDE D$Some 1 U",
    )


def test_the_registered_uid_counts(tmp_path):
    file = tmp_path / "part16.xml"
    file.write_text("".join(part16([MODALITY], CODES, [])), encoding="utf-8")
    report = Report()
    uid = Uid("1.2.33", "Acquisition Modality", "", "Context Group Name", "CID 29", table="A-3")
    found = read_part16(file, "2030a", NO_ERRATA, report, (uid,))
    assert found.groups[0].uid == "1.2.33"
    assert (report.tables[0].read, report.tables[0].left) == (2, ("UID 1.2.3: PS3.6 table A-3 registers 1.2.33",))


def test_a_table_that_is_shown_again_is_named(tmp_path):
    again = replace(REPORT, rows=REPORT.rows[:1])
    found, report = imported(tmp_path, [MODALITY], CODES, [REPORT, again])
    assert found.templates == (REPORT,)
    assert report.tables[1].left == ("row 1: an earlier table has that label",)


def test_rows_with_spans_that_do_not_fit_are_named(tmp_path):
    first = '<td align="left" colspan="1" rowspan="1"><para>DCM</para>'
    found, report = imported(
        tmp_path,
        [MODALITY],
        CODES,
        change=lambda text: text.replace(first, first.replace('rowspan="1"', 'rowspan="4"'), 1),
    )
    assert found.groups[0].members == (Code("DCM", "CT", "CT"),)
    assert report.tables[0].left == ("row 2: a cell that spans more rows than there are",)


@pytest.mark.parametrize(
    ("before", "after", "table", "row", "expected"),
    [
        ("<para>Code Value</para>", "<para>Value</para>", "CID 29", "head", "a column Code Value"),
        ("<para>Concept Name</para>", "<para>Concept</para>", "TID 1500", "head", "a column Concept Name"),
        ('<xref linkend="sect_CID_34" xrefstyle="select: label quotedtitle"/>', "others", "CID 29", 2, "an include of"),
        ('label="D-1"', 'label="D-2"', "D-1", "", "the table"),
    ],
)
def test_what_stops_the_import(tmp_path, before, after, table, row, expected):
    with pytest.raises(ImportFault, match=expected) as caught:
        imported(tmp_path, [MODALITY], CODES, [REPORT], lambda text: text.replace(before, after, 1))
    assert (caught.value.table, caught.value.row) == (table, row)


def test_links_of_table_a_3_get_the_names_of_their_groups(tmp_path):
    head = ("Context UID", "Context Identifier", "Context Group Name")
    link = '<olink targetdoc="PS3.16" targetptr="sect_CID_{0}" xrefstyle="select: {1}"/>'
    rows = [(f"1.2.{cid}", link.format(cid, "labelnumber"), link.format(cid, "title")) for cid in ("29", "30")]
    (tmp_path / "part16.xml").write_text("".join(part16([MODALITY], CODES, [])), encoding="utf-8")
    uids = table("A-3", head, *rows)
    (tmp_path / "part06.xml").write_text(book(table("6-1", ELEMENTS_HEAD, ROW), table("A-1", UIDS_HEAD, UID_ROW), uids))
    texts = run(tmp_path, RULES)
    assert loads(texts["standard/context_groups.yaml"])["groups"]["29"]["uid"] == "1.2.29"
    assert loads(texts["standard/uids.yaml"])["tables"]["A-3"] == {
        "1.2.29": {"name": "Acquisition Modality", "type": "Context Group Name", "info": "CID 29"},
        "1.2.30": {"type": "Context Group Name", "info": "CID 30"},
    }
    assert set(texts) == {
        f"standard/{name}.yaml" for name in ("codes", "context_groups", "elements", "sources", "uids")
    }

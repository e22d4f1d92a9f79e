"""PS3.3: prose, DocBook in NEMA's shape, the real subset of 2016c, a round trip of all that is shipped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from codegen.amendments import Amendments
from codegen.build import load_specification
from codegen.conditions import Translator, sentence_hash
from codegen.importers import ImportFault, Report
from codegen.importers.base import Errata
from codegen.importers.part03 import Library, read_part03
from codegen.importers.part03_compose import _updated, agreement
from codegen.importers.part03_text import (
    Listing,
    constraints,
    included_when,
    item_count,
    required_when,
    stated,
    usage,
    value_lists,
)
from codegen.model import Element, Specification
from codegen.model.iods import Iod, Use, check_iods
from codegen.model.modules import (
    Attribute,
    Condition,
    ContextConstraint,
    Include,
    Items,
    Module,
    OpenRow,
    Row,
    ValueList,
    expand,
    identifier,
    table_order,
)
from codegen.yaml_io import SchemaError, dump, loads
from tests.codegen.docbook_text import ATTRIBUTES, Writer, book, cell, section, table
from tests.facts import DICTIONARIES, RULES, STANDARD, needs_facts, part


@pytest.fixture(scope="module")
def spec() -> Specification:
    return load_specification(DICTIONARIES)


def read(path, spec, report=None, keep=True) -> Library:
    return read_part03(path, "2031a", spec.elements, Errata.none("PS3.3", "2031a"), report or Report(), keep=keep)


# --- prose ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("One or more Items shall be included in this Sequence.", "1-n"),
        ("Only a single Item shall be included in this Sequence.", "1"),
        ("Only a single Item is permitted in this Sequence.", "0-1"),
        ("One or more Items are permitted in this Sequence.", "0-n"),
        ("Zero or more Items shall be included in this Sequence.", "0-n"),
        ("Zero or one Item shall be included in this Sequence.", "0-1"),
        ("Two or more Items shall be included in this Sequence.", "2-n"),
        ("Exactly two Items shall be included in this Sequence.", "2"),
        ("The Items are ordered.", "None"),
    ],
)
def test_item_counts(text, items):
    assert str(item_count(text)) == items


@pytest.mark.parametrize(
    ("text", "sentence", "otherwise"),
    [
        ("The name. Required if it is known. See Section C.1.", "Required if it is known.", ""),
        ("Required if A. May be present otherwise.", "Required if A. May be present otherwise.", "may"),
        ("Required if A, may be present otherwise.", "Required if A, may be present otherwise.", "may"),
        (
            "Required if A. May be present otherwise only if B.",
            "Required if A. May be present otherwise only if B.",
            "?",
        ),
        ("Required if A. Shall not be present otherwise.", "Required if A. Shall not be present otherwise.", ""),
        ("May be present only if A.", "May be present only if A.", "?"),
        ("It tells the time of day.", "", None),
    ],
)
def test_conditions(text, sentence, otherwise):
    assert required_when((text,)) == sentence
    condition = stated(sentence, lambda _: "?", keep=True)
    if condition is None:
        assert otherwise is None
    else:
        assert (condition.when, condition.otherwise) == ("?", otherwise)
        assert (condition.text, condition.src) == (sentence, sentence_hash(sentence))
        assert stated(sentence, lambda _: "?") == replace(condition, text="")


def test_what_is_required_is_expressed_and_what_is_allowed_too():
    asked: list[str] = []

    def express(sentence: str) -> str:
        asked.append(sentence)
        return f"e{len(asked)}"

    found = stated("Required if A is B. May be present otherwise only if C is D.", express)
    assert found is not None
    assert asked == ["Required if A is B", "Required only if C is D."]
    assert (found.when, found.otherwise) == ("e1", "e2")
    asked.clear()
    found = stated("Required if A. May be present otherwise. Required if B. Only one Item may be included.", express)
    assert found is not None
    assert asked == ["Required if A. Required if B."]
    assert (found.when, found.otherwise) == ("e1", "may")


def test_hashes_ignore_case_and_blanks():
    assert sentence_hash("Required  if\nA.") == sentence_hash("required if a.")
    assert sentence_hash("Required if A.") != sentence_hash("Required if B.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("M", ("M", "")),
        ("U - Only for CT.", ("U", "Only for CT.")),
        ("C - Required if A. See Section A.3.", ("C", "Required if A.")),
        ("C \u2013 Required if A", ("C", "Required if A")),
        ("Mandatory", ("", "Mandatory")),
    ],
)
def test_usages(text, found):
    assert usage(text) == found


def test_notes_of_includes():
    assert (
        included_when("if and only if Value Type (0040,A040) is NUM.")
        == "if and only if Value Type (0040,A040) is NUM."
    )
    assert included_when("See Section C.1.\nNo Baseline CID is defined.") == ""
    keywords = {"(0008,2218)": "AnatomicRegionSequence", "Anatomic Region Sequence": "AnatomicRegionSequence"}
    for text, found in (
        ("Defined CID 4.", [("dcid", "4", "")]),
        ("B CID 12.", [("bcid", "12", "")]),
        ("DCID 12.", [("dcid", "12", "")]),
        ("Defined TID is TID 8004 \u201cSpecimen\u201d.", [("dtid", "8004", "")]),
        ("Defined CID for the Anatomic Region Sequence is CID 4030.", [("dcid", "4030", "AnatomicRegionSequence")]),
        ("Anatomic Region Sequence (0008,2218) D CID 4", [("dcid", "4", "AnatomicRegionSequence")]),
        ("No Baseline CID is defined.", []),
    ):
        assert constraints(text, lambda name: keywords.get(name, "")) == tuple(ContextConstraint(*row) for row in found)


def lists(*blocks, vrs=("CS",), own=True):
    return value_lists(blocks, "Image Type", "(0008,0008)", vrs, own=own)


def test_value_lists():
    assert lists(Listing("Enumerated Values:", ("YES", "NO"))) == (ValueList(("YES", "NO"), True),)
    assert lists(Listing("Defined Terms:", ("A",))) == (ValueList(("A",), False),)
    assert lists(Listing("Defined Terms for Value 3:", ("A",))) == (ValueList(("A",), False, 3),)
    assert lists("Value 2 shall identify it", Listing("Enumerated Values:", ("A",))) == (ValueList(("A",), True, 2),)
    (found,) = lists(Listing("Enumerated Values if Modality (0008,0060) is CT:", ("A",)))
    assert found.condition is not None
    assert found.condition.when == "?"
    assert not lists(Listing("Enumerated Values:", ("no code string",)))
    assert not lists(Listing("Retired Defined Terms:", ("A",)))
    assert not lists(Listing("Enumerated Values:", ("A",)), own=False)
    assert lists("Image Type (0008,0008) shall be", Listing("Enumerated Values:", ("A",)), own=False)
    assert lists(Listing("Enumerated Values:", ("0001H", "000AH")), vrs=("US",)) == (ValueList(("1", "10"), True),)
    assert all(
        each.condition for each in lists(Listing("Enumerated Values:", ("A",)), Listing("Enumerated Values:", ("B",)))
    )


def test_value_lists_hold_when_the_words_before_them_say_so(spec):
    express = Translator(spec.elements).express

    def said(title, tag="(0028,0008)", name="Number of Frames"):
        blocks = (Listing(title, ("1",)),)
        return value_lists(blocks, name, tag, ("IS",), own=True, express=express, keep=True)

    (found,) = said("Enumerated Values if Image Type (0008,0008) Value 3 is LOCALIZER or LABEL:")
    assert (found.position, found.condition.when) == (0, "ImageType[3] in {LOCALIZER, LABEL}")
    assert found.condition.text.startswith("Enumerated Values if Image Type")
    (found,) = said("Enumerated Values when Dose Type (3004,0004) is ERROR:")
    assert found.condition.when == "DoseType = ERROR"
    (found,) = said("Enumerated Values for humans:")
    assert found.condition.when == "?"
    other = "Enumerated Values for Samples per Pixel (0028,0002) when Photometric Interpretation (0028,0004) is RGB:"
    assert not said(other, "(0028,0004)", "Photometric Interpretation")
    assert said(other, "(0028,0002)", "Samples per Pixel")
    assert not said("Enumerated Values for Bit 0 (lsb):")


# --- model and YAML -------------------------------------------------------------------------------------------------

MODULE = Module(
    "a-module",
    "A Module",
    "C.1-1",
    "C.1",
    (
        Attribute("InstanceNumber", "2"),
        Attribute("dBdt", ""),
        Attribute("PatientOrientation", "2C", Condition("Rows", "may", "0123abcd", "Required.", "2020a"), see="C.2"),
        Attribute("ImageType", "1", values=(ValueList(("A",), True, 1), ValueList(("B",), False, 3, Condition()))),
        Attribute("BurnedInAnnotation", "3", values=(ValueList(("YES", "NO"), True),)),
        Attribute("IconImageSequence", "3", items=Items(0, 1), rows=(Include("a-macro"), OpenRow())),
        Include("a-macro", Condition(src="0123abcd"), (ContextConstraint("dcid", "4"),)),
        Include("a-macro", None, (ContextConstraint("dcid", "4"), ContextConstraint("bcid", "5", "CodeValue"))),
        Include("a-macro", changes=(Attribute("ItemSequence", rows=(Attribute("Rows", "1"),)),)),
    ),
)
MACRO = Module(
    "a-macro", "A Macro", "10-1", "10.1", (Attribute("ItemSequence", "1", rows=(Include("a-macro"),)),), True
)


def test_yaml_gives_back_what_was_written():
    assert Module.from_yaml("a-module", loads(dump(MODULE.to_yaml()))) == MODULE
    iod = Iod(
        "an-iod", "An", "A.1-1", "A.1", ("1.2",), (Use("a-module", "C", Condition("?", "", "0123abcd"), "Image"),)
    )
    assert Iod.from_yaml("an-iod", loads(dump(iod.to_yaml()))) == iod


def test_macros_unfold_once_and_with_their_changes():
    paths = [path for path, _ in expand(MODULE.rows, {"a-macro": MACRO})]
    assert paths.count(("ItemSequence",)) == 3
    assert paths[-2:] == [("ItemSequence",), ("ItemSequence", "Rows")]
    types = {path: attribute.type for path, attribute in expand(MODULE.rows[-1:], {"a-macro": MACRO})}
    assert types == {("ItemSequence",): "1", ("ItemSequence", "Rows"): "1"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{name: A, attributes: {InstanceNumber: 4}}", "attributes.InstanceNumber.type"),
        ("{name: A, attributes: {instance number: 1}}", "attributes.instance number"),
        ("{name: A, attributes: {Rows: {type: 1, wen: x}}}", "attributes.Rows"),
        ("{name: A, attributes: {Rows: {type: 1C, when: x, src: xyz}}}", "attributes.Rows.src"),
        ("{name: A, attributes: {Rows: {type: 1, items: many}}}", "attributes.Rows.items"),
        ("{name: A, attributes: {Rows: {type: 1, enum: []}}}", "attributes.Rows.enum"),
        ("{name: A, attributes: {+Macro: ''}}", "attributes.+Macro"),
        ("{name: A, attributes: {+a: {dcid: 1, groups: [{of: Rows}]}}}", "attributes.+a.groups"),
        ("{attributes: {}}", ".name"),
    ],
)
def test_schema_errors_name_the_spot(text, where):
    with pytest.raises(SchemaError) as caught:
        Module.from_yaml("a", loads(text))
    assert caught.value.where == where


def test_what_is_named_must_exist():
    keywords = frozenset(path[-1] for path, _ in expand(MODULE.rows, {"a-macro": MACRO})) | {"CodeValue", "Rows"}
    iod = Iod("i", "I", "", "", (), (Use("a-module", "M", None, "Image"),))
    check_iods([iod], [MODULE], [MACRO], keywords)
    with pytest.raises(SchemaError, match="a-module"):
        check_iods([iod], [], [], keywords)
    with pytest.raises(SchemaError, match="a-macro"):
        check_iods([], [MODULE], [], keywords)
    with pytest.raises(SchemaError, match="dBdt"):
        check_iods([], [MODULE], [MACRO], keywords - {"dBdt"})


def test_names_and_order():
    assert identifier("Plane Position (Patient)") == "plane-position-patient"
    assert identifier("Image - Equipment Coordinate Relationship") == "image-equipment-coordinate-relationship"
    labels = ["C.7-9", "C.7-10", "C.7-11a", "C.7-11b", "C.10-1", "F.3-1"]
    mixed = [labels[n] for n in (3, 0, 5, 1, 4, 2)]
    assert sorted(mixed, key=table_order) == labels


# --- DocBook --------------------------------------------------------------------------------------------------------

ROW = cell("Rows") + cell("(0028,0010)") + cell("1") + cell("Number of rows.")


def written(tmp_path, *sections):
    path = tmp_path / "part03.xml"
    path.write_text(book(sections), encoding="utf-8")
    return path


def module_of(tmp_path, spec, *rows, report=None):
    path = written(tmp_path, section("C.1", table("C.1-1", "A Test Module Attributes", ATTRIBUTES, rows)))
    (module,) = read(path, spec, report).modules
    return module


def test_lists_in_sections_are_followed(tmp_path, spec):
    words = '<para>What it is. See <xref linkend="sect_C.1.1.1"/>.</para>'
    row = cell("Image Type") + cell("(0008,0008)") + cell("1") + cell(words, block=True)
    title = "<variablelist><title>Defined Terms for Value 3:</title>"
    entries = "<varlistentry><term>AXIAL</term><listitem><para/></listitem></varlistentry></variablelist>"
    below = section("C.1.1.1", f"<para>Of images.</para>{title}{entries}", "Image Type")
    path = written(tmp_path, section("C.1", table("C.1-1", "A Test Module Attributes", ATTRIBUTES, [row]) + below))
    (module,) = read(path, spec).modules
    assert module.rows == (Attribute("ImageType", "1", values=(ValueList(("AXIAL",), False, 3),), see="C.1.1.1"),)


def test_rows_that_are_no_attributes_are_named(tmp_path, spec):
    report = Report()
    missing = cell('&gt;Include <xref linkend="table_9-9"/>', 3) + cell("")
    odd = cell("Odd Sequence") + cell("(0028,FFFF)") + cell("1") + cell("")
    below = cell("&gt;Columns") + cell("(0028,0011)") + cell("1") + cell("")
    module = module_of(tmp_path, spec, cell("BASIC ATTRIBUTES", 4), ROW, missing, odd, below, report=report)
    assert module.rows == (Attribute("Rows", "1"),)
    (noted,) = report.tables
    assert (noted.rows, noted.read, len(noted.left)) == (5, 1, 4)
    for number, text in ((1, "BASIC ATTRIBUTES"), (3, "9-9"), (4, "(0028,FFFF)"), (5, "its sequence")):
        (row,) = (row for row in noted.left if row.startswith(f"row {number}: "))
        assert text in row


def test_tables_of_one_name_are_told_apart_and_examples_left_out(tmp_path, spec):
    tables = [table(label, "A Test Module Attributes", ATTRIBUTES, [ROW]) for label in ("5.4-1", "C.1-1", "C.1-2")]
    library = read(written(tmp_path, section("C.1", "".join(tables))), spec)
    assert [module.id for module in library.modules] == ["a-test", "a-test-c-1-2"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (cell("Rows") + cell("(0028,0010)") + cell("1"), "4 columns"),
        (cell("Rows") + cell("(0028,0010)") + cell("1X") + cell(""), "name, tag and type"),
        (cell("Rows") + cell("0028,0010") + cell("1") + cell(""), "name, tag and type"),
        (cell("&gt;&gt;Rows") + cell("(0028,0010)") + cell("1") + cell(""), "at most 1 >"),
        (cell("Rows", rows=2) + cell("(0028,0010)") + cell("1") + cell(""), "4 columns"),
        (cell("Rows", 2) + cell("1") + cell(""), "4 cells, or an include"),
    ],
)
def test_unexpected_rows_stop_the_import(tmp_path, spec, row, expected):
    with pytest.raises(ImportFault) as caught:
        module_of(tmp_path, spec, ROW, row)
    fault = caught.value
    assert (fault.part, fault.table, fault.row) == ("PS3.3", "C.1-1", 2)
    assert expected in fault.expected


def test_sentences_stay_only_where_they_are_wanted(tmp_path, spec):
    row = cell("Rows") + cell("(0028,0010)") + cell("1C") + cell("Required if it is an image.")
    path = written(tmp_path, section("C.1", table("C.1-1", "A Test Module Attributes", ATTRIBUTES, [row])))
    for keep in (True, False):
        text = dump(read(path, spec, keep=keep).modules[0].to_yaml())
        assert ("Required if it is an image." in text) is keep
        assert sentence_hash("Required if it is an image.") in text


# --- the real subset ------------------------------------------------------------------------------------------------


@needs_facts
def test_the_subset_of_2016c_is_read_whole(spec):
    report = Report()
    path = part("2016c-subset", 3)
    library = read_part03(path, "2016c", spec.elements, Errata.load(RULES, "PS3.3", "2016c"), report)
    assert (len(library.iods), len(library.modules), len(library.macros)) == (4, 53, 100)
    assert len(report.tables) == 183
    taken = [noted for noted in report.tables if noted.read]
    assert all(noted.read + len(noted.left) == noted.rows for noted in taken)
    assert sum(noted.read for noted in taken) == 1659
    modules = {module.id: module for module in library.modules}
    macros = {macro.id: macro for macro in library.macros}
    content = {row.macro: row for row in macros["document-content"].rows if isinstance(row, Include)}
    assert content["code"].condition is not None
    assert content["code"].condition.text == "if and only if Value Type (0040,A040) is CODE."
    icon = next(row for row in modules["general-image"].rows if getattr(row, "keyword", "") == "IconImageSequence")
    assert icon == Attribute("IconImageSequence", "3", items=Items(0, 1), rows=(Include("image-pixel"),))
    ct = next(iod for iod in library.iods if iod.id == "enhanced-ct-image")
    assert len(ct.functional_groups) == 24
    assert Counter(use.use for use in ct.modules) == {"M": 13, "U": 8, "C": 6}
    shipped = dict(valued(spec))
    fewer = {
        place: terms - shipped[place] for place, terms in valued(library) if place in shipped and terms - shipped[place]
    }
    perfusion = {"MTT", "RCBF", "RCBV", "TTP", "T_TEST", "Z_SCORE"}  # QUANTITY since
    assert fewer == {
        ("enhanced-ct-image", "ImageType"): perfusion,
        ("ct-image-frame-type", "CTImageFrameTypeSequence", "FrameType"): perfusion,
    }


def valued(library: Library | Specification) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """The attributes that have value lists, and the values."""

    def found(rows: Iterable[Row], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], set[str]]]:
        for row in rows:
            if isinstance(row, Attribute):
                here = (*path, row.keyword)
                if row.values:
                    yield here, {value for each in row.values for value in each.values}
                yield from found(row.rows, here)

    for module in (*library.modules, *library.macros):
        yield from found(module.rows, (module.id,))


def test_terms_that_the_newest_file_does_not_explain_stay():
    element = Element("(0018,5100)", "Patient Position", "PatientPosition", "CS", "1")
    known = ValueList(("A", "B"), True)
    assert _updated(known, (), element) == known
    assert _updated(known, ("B",), element) == known
    assert _updated(known, ("X", "Y"), element) == known
    assert _updated(known, ("B", "C"), element) == ValueList(("A", "B", "C"), True, edition="2026b")
    assert _updated(known, ("C", "B", "A"), element) == ValueList(("C", "B", "A"), True, edition="2026b")


# --- what is shipped ------------------------------------------------------------------------------------------------


def plain(condition: Condition | None) -> Condition | None:
    if condition is None:
        return None
    return Condition(otherwise=condition.otherwise if condition.otherwise in ("", "may") else "?")


def comparable(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows without what a sentence of our own cannot give back: expressions, hashes, editions, amendments."""
    for row in rows:
        if isinstance(row, Attribute):
            values = tuple(replace(each, condition=plain(each.condition), edition="") for each in row.values)
            rows_below = tuple(comparable(row.rows))
            yield replace(row, condition=plain(row.condition), values=values, rows=rows_below, vm="")
        elif isinstance(row, Include):
            changes = tuple(each for each in comparable(row.changes) if isinstance(each, Attribute))
            yield replace(row, condition=plain(row.condition), changes=changes)
        else:
            yield row


def bare(rows: tuple[Row, ...], path: tuple[str, ...]) -> tuple[Row, ...]:
    """Rows with one attribute without its value lists and condition."""
    first, *rest = path
    return tuple(
        row
        if not isinstance(row, Attribute) or row.keyword != first
        else replace(row, rows=bare(row.rows, tuple(rest)))
        if rest
        else replace(row, values=(), condition=None)
        for row in rows
    )


def unamended(spec: Specification) -> Iterator[Module]:
    """Modules and macros, where people wrote over an attribute without what they may have written."""
    entries = Amendments.load(DICTIONARIES / "rules").entries
    for module in (*spec.modules, *spec.macros):
        rows = module.rows
        for entry in entries:
            if entry.module == module.id and not entry.iods:
                rows = bare(rows, (*entry.path, entry.attribute.keyword))
        yield replace(module, rows=rows)


def test_what_is_shipped_comes_back_from_docbook(tmp_path, spec):
    modules = tuple(unamended(spec))
    writer = Writer(spec.elements, modules)
    sections = [
        *(each for iod in spec.iods for each in writer.iod(iod)),
        *(writer.module(module) for module in modules),
    ]
    report = Report()
    library = read(written(tmp_path, *sections), spec, report)
    assert not [noted for noted in report.tables if noted.left or noted.read != noted.rows]
    found = {(module.id, module.macro): module for module in (*library.modules, *library.macros)}
    assert len(found) == len(modules)
    for module in modules:
        other = found[module.id, module.macro]
        assert (other.name, other.table, other.section) == (module.name, module.table, module.section)
        assert list(comparable(other.rows)) == list(comparable(module.rows)), module.id
    iods = {iod.id: iod for iod in library.iods}
    assert len(iods) == len(spec.iods)
    for iod in spec.iods:
        for ours, theirs in (
            (iod.modules, iods[iod.id].modules),
            (iod.functional_groups, iods[iod.id].functional_groups),
        ):
            assert [replace(use, condition=plain(use.condition), changes=()) for use in ours] == [
                replace(use, condition=plain(use.condition)) for use in theirs
            ], iod.id


def test_counts_of_what_is_shipped(spec):
    assert len(spec.iods) == 175
    assert sum(len(iod.modules) for iod in spec.iods) == 3349
    assert sum(len(iod.functional_groups) for iod in spec.iods) == 474
    assert len({uid for iod in spec.iods for uid in iod.sop_classes}) == 180
    assert len(spec.modules) == 413
    assert len(spec.macros) == 308


def test_no_sentence_is_shipped(spec):
    for folder in ("iods", "modules", "macros"):
        for path in (DICTIONARIES / "standard" / folder).iterdir():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\btext: |Required if|[Mm]ay be present|shall be", text), path


@needs_facts
def test_types_are_those_of_the_unfolded_modules(spec):
    """All of the paths of 2026b are there, but for a few in macros that other macros include more than once."""
    same, total = agreement(Library(spec.iods, spec.modules, spec.macros), STANDARD, RULES)
    assert total == 99_740
    assert same >= 99_716

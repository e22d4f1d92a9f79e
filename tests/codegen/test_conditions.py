"""Condition sentences as expressions: the language, the translator, the overlay, and what the dictionaries have of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codegen.__main__ import main
from codegen.build import default_dictionaries, load_specification
from codegen.checks import check_conditions
from codegen.conditions import ConditionError, Overlay, Translator, conditions_in, coverage, keywords_of, parse
from codegen.model.modules import Attribute, Condition, Module
from codegen.yaml_io import SchemaError
from dicomspec.validation.conditions import compiled

VERDICTS = Path(__file__).parent / "condition_verdicts.tsv"
"""A random hundred of the executable ones of attributes, read against their sentences: hash, verdict, expression, otherwise.

They are those with the smallest SHA-256 of "2026 " and the hash of their sentence.
"""


@pytest.fixture(scope="module")
def spec():
    return load_specification(default_dictionaries())


@pytest.fixture(scope="module")
def translator(spec):
    return Translator(spec.elements)


@pytest.mark.parametrize(
    "text",
    [
        "Rows",
        "no Rows and has Columns or Modality = CT",
        "Rows and (Columns or ?)",
        "not (any ScanningSequence = IR)",
        'ImageType[3] in {"RECON TOMO", AXIAL}',
        "^Rows not in {1, 2} and /Columns > 1 and frame.FrameType[1] != DERIVED",
        "count(BeamSequence) >= 2",
        "code(ViewCodeSequence) in {SCT:103340004}",
        "FrameIncrementPointer -> FrameTime",
        "BeamSequence/BeamNumber = 1",
        "/BeamSequence[BeamNumber = ReferencedBeamNumber]/BeamType[1] = STATIC",
        "first(ControlPointSequence) or sop in {1.2.840.10008.5.1.4.1.1.2} or module(ct-image)",
        "first(ControlPointSequence, IonControlPointSequence) and not (last(ControlPointSequence))",
        "changes(GantryAngle) or changes(WedgePositionSequence/WedgePosition)",
        "differs(.) and differs(GantryAngle)",
        "FrameIncrementPointer -> . or within(BeamSequence)",
        "private(SelectorAttribute) or cid(DeviceTypeCodeSequence, 9545)",
    ],
)
def test_text_and_back(text):
    assert str(parse(text)) == text
    compiled(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rows =", "a value, found 'the end'"),
        ("Rows and", "a test, such as a keyword"),
        ("rows", "a test, such as a keyword, found 'rows'"),
        ("Rows[0] = 1", "a position from 1"),
        ("Rows Columns", "'and', 'or' or the end, found 'Columns'"),
        ("count(Rows) > x", "a number, found 'x'"),
        ("Rows % 2", "'%' at 6 is not of the language"),
    ],
)
def test_faults(text, expected):
    with pytest.raises(ConditionError, match="(?s)" + expected.replace("(", r"\(")):
        parse(text)
    with pytest.raises(ValueError, match=r"\S"):
        compiled(text)


@pytest.mark.parametrize(
    ("sentence", "expression"),
    [
        ("Required if Rows (0028,0010) is present.", "Rows"),
        ("Required if Rows and Columns are not present.", "no Rows and no Columns"),
        ("Required if either Rows or Columns is not present.", "no Rows or no Columns"),
        ("Required if neither Rows nor Columns is present.", "no Rows and no Columns"),
        ("Required if Rows has a Value.", "has Rows"),
        ("Required if Rows is not zero length.", "has Rows"),
        ("Required if the Value of Modality is CT or MR.", "Modality in {CT, MR}"),
        ("Required if Modality is present and the value is CT.", "Modality = CT"),
        ("Required if Modality is other than CT, MR or PT.", "Modality not in {CT, MR, PT}"),
        ("Required if Modality is present with a Value other than CT.", "Modality and Modality != CT"),
        ("Required if Rows is greater than or equal to 2.", "Rows >= 2"),
        ("Required if Rows is present and has a non-zero value.", "Rows and Rows != 0"),
        ("Required if Image Type (0008,0008), Value 3 is AXIAL.", "ImageType[3] = AXIAL"),
        ("Required if Value 3 of Image Type equals AXIAL.", "ImageType[3] = AXIAL"),
        ("Required if Scan Options is FLEX.", "any ScanOptions = FLEX"),
        ("Required if Frame Type Value 1 of this Frame is MIXED.", "frame.FrameType[1] = MIXED"),
        ("Required if Rows is present in the enclosing Item.", "^Rows"),
        ("Required if Modality is CT. Required if Rows is present.", "Modality = CT or Rows"),
        ("Required if Modality is CT and Rows is 1, or if Columns is 2.", "Modality = CT and Rows = 1 or Columns = 2"),
        ("Required if Rows is 1 or Columns is 2, and Modality is CT.", "(Rows = 1 or Columns = 2) and Modality = CT"),
        ("Required if Rows is absent or has the Value 1 and Modality is CT.", "(no Rows or Rows = 1) and Modality = CT"),
        ("Required if View Code Sequence contains more than one Item.", "count(ViewCodeSequence) > 1"),
        ('Required if View Code Sequence is (12, SCT, "x") or (13, SCT, "y").', "code(ViewCodeSequence) in {SCT:12, SCT:13}"),
        ("Required if Frame Increment Pointer points to Frame Time.", "FrameIncrementPointer -> FrameTime"),
        ("Required if the CT Image Module is present.", "module(ct-image)"),
        ("Required for first Item of Beam Sequence, or if Gantry Angle changes during Beam.", "first(BeamSequence) or changes(GantryAngle)"),
        ("Required for Control Point 0 of Ion Control Point Sequence (300A,03A8), or if the gantry changes during setup.", "first(IonControlPointSequence) or ?"),
        ("Required for first Item of Control Point Sequence.", "first(ControlPointSequence, IonControlPointSequence)"),
        ("Required if Value 3 of Image Type (0008,0008) is AXIAL.", "ImageType[3] = AXIAL"),
        ("Required if the value of Frame Increment Pointer includes the Tag for Frame Time (0018,1063).", "FrameIncrementPointer -> FrameTime"),
        ("Required if the Selector Attribute (0072,0026) Value is the Data Element Tag of a Private Attribute.", "private(SelectorAttribute)"),
        ("Required if Rows, Columns, and Modality are not present.", "no Rows and no Columns and no Modality"),
        ("Required, if Modality is absent or not CT.", "no Modality or Modality != CT"),
        ("Required if Number of Frames is present and has a Value greater than zero.", "NumberOfFrames > 0"),
        ("Required if Scan Options (0018,0022) includes Value FLEX.", "any ScanOptions = FLEX"),
        ("Required if Rows is 1 and the conditions in Section C.36.2.2.5.1.1 are satisfied.", "Rows = 1 and (RTControlPointIndex = 1 or differs(.))"),
        ("Required if the Cine Module or the Mask Module is present.", "module(cine) or module(mask)"),
        ("Power that would be required to see. Required if Rows is 1. Zero or one Item shall be included if Rows is 1.", "Rows = 1"),
        ("Required if Rows is 1 and the tissue was warm.", "Rows = 1 and ?"),
        ("Required if the SOP Class UID is not 1.2.840.10008.5.1.4.1.1.2.", "SOPClassUID != 1.2.840.10008.5.1.4.1.1.2"),
    ],
)  # fmt: skip
def test_sentences(translator, sentence, expression):
    assert translator.express(sentence) == expression
    parse(expression)


@pytest.mark.parametrize(
    "sentence",
    [
        "Required if the tissue was warm.",
        "Required if Rows is 1 or Columns is 2 and Modality is CT.",  # two ways to read it
        "Required if Rows or Columns is not present.",
        "Required if Modality of the referenced image is CT.",
        "Required if Rows is nice.",
        "Required if the sum of Rows and Columns is odd, unless Modality is CT.",
        "Required unless Rows is 1 and Columns is 2.",
        "Required if Modality is CT. Shall not be present if Rows is 1.",
        "Rows shall be 1.",
        "Required if the conditions in Section C.7.6.3 are satisfied.",
        "Required for first Item of Beam Sequence if Rows is 1, and in subsequent Items if Columns is 2.",
        "If Rows is 1, CT If Rows is 2, MR",
        "",
    ],
)
def test_no_guess(translator, sentence):
    assert translator.express(sentence) == "?"


def test_dictionaries(spec):
    """Each expression can be read by both, is in its canonical form, and has modules and macros that there are."""
    names = {module.id for module in (*spec.modules, *spec.macros)}
    texts = {
        text
        for _, found in conditions_in(spec.iods, (*spec.modules, *spec.macros))
        for text in (found.when, found.otherwise)
    } - {"", "may"}
    assert len(texts) > 500
    for text in texts:
        compiled(text)
        assert str(parse(text)) == text
        for word in text.split():
            assert not word.startswith("module(") or word.strip("()").removeprefix("module(") in names
    spoken = keywords_of(
        parse("Rows and first(BeamSequence) and differs(.) and changes(A/B) or private(C) or cid(D, 1)")
    )
    assert spoken == ("Rows", "BeamSequence", "A", "B", "C", "D")


def test_verdicts(spec):
    """The expressions of the sample that was read are those in use; all of them were faithful."""
    used = {found.src: found for _, found in conditions_in(spec.iods, (*spec.modules, *spec.macros))}
    rows = [line.split("\t") for line in VERDICTS.read_text().splitlines()]
    assert len(rows) == 100
    assert [row[1] for row in rows].count("faithful") >= 98
    for src, _, when, otherwise in rows:
        assert "?" not in when
        assert (src, used[src].when, used[src].otherwise) == (src, when, otherwise)


def test_no_sentence_is_shipped(spec):
    assert not [found for _, found in conditions_in(spec.iods, (*spec.modules, *spec.macros)) if found.text]


def _module(*conditions: Condition) -> Module:
    rows = tuple(Attribute("Rows", "1C", condition) for condition in conditions)
    return Module("m", "M", "C.1-1", "C.1", rows)


def test_overlay():
    overlay = Overlay.from_yaml({"0a0a0a0a": {"where": "m", "when": "Rows", "else": "may", "basis": "exact"}})
    (row, other) = overlay.module(_module(Condition(src="0a0a0a0a"), Condition(src="0b0b0b0b"))).rows
    assert isinstance(row, Attribute)
    assert row.condition == Condition("Rows", "may", "0a0a0a0a")
    assert isinstance(other, Attribute)
    assert other.condition == Condition(src="0b0b0b0b")
    assert overlay.stale((), (_module(Condition(src="0a0a0a0a")),)) == ()
    assert overlay.stale((), (_module(Condition(src="0b0b0b0b")),)) == ("0a0a0a0a (m)",)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"where": "m", "when": "Rows =", "basis": "exact"}, "a value"),
        ({"where": "m", "when": "Rows", "basis": "guess"}, "presence-only"),
        ({"where": "m", "basis": "exact"}, "when"),
    ],
)
def test_overlay_faults(entry, expected):
    with pytest.raises(SchemaError, match=expected):
        Overlay.from_yaml({"0a0a0a0a": entry})


def test_build_finds_stale_entries_and_unknown_keywords(spec):
    entry = {"0a0a0a0a": {"where": "ct-image", "when": "Rows", "basis": "exact"}}
    with pytest.raises(SchemaError, match=r"0a0a0a0a \(ct-image\)"):
        check_conditions(spec, Overlay.from_yaml(entry))
    wrong = replace(spec, modules=(*spec.modules, _module(Condition("NoSuchKeyword"))))
    with pytest.raises(SchemaError, match="NoSuchKeyword"):
        check_conditions(wrong, Overlay({}))


def test_coverage(capsys):
    modules = (
        _module(Condition("Rows", src="a"), Condition("?", src="b"), Condition("?", src="b"), Condition("Rows or ?")),
    )
    rows, unread = coverage((), modules)
    assert rows == [("attribute", 3, 1, 1)]
    assert unread == [(2, "attribute", "b", "")]
    assert main(["--quiet", "conditions", "--list", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("attribute: ") and "executable" in line for line in lines)

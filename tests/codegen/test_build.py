"""Dictionaries to generated code: counts, checks against each other, `build --check`, `diff`."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from codegen.__main__ import main
from codegen.build import (
    check_all,
    check_elements,
    check_meta_elements,
    compare,
    generate,
    load_private,
    load_specification,
    write,
)
from codegen.conditions import Overlay
from codegen.fitting import fitted
from codegen.model import Element, PrivateVendor
from codegen.model.private import PrivateCreator, PrivateElement, check_creators, normalise
from codegen.model.transfer_syntaxes import check_against_uids, families_from_yaml, transfer_syntaxes_from_yaml
from codegen.model.uids import Uid
from codegen.source_text import BANNER, literal
from codegen.yaml_io import SchemaError
from tests.facts import DICTIONARIES, ROOT


@pytest.fixture(scope="module")
def spec():
    return load_specification(DICTIONARIES)


@pytest.fixture(scope="module")
def texts(spec):
    return generate(spec)


def test_counts(spec):
    tables: dict[str, int] = {}
    for row in (*spec.elements, *spec.uids):
        tables[row.table] = tables.get(row.table, 0) + 1
    assert tables == {
        "6-1": 5268, "7-1": 22, "8-1": 19, "9-1": 1, "E.1-1": 24, "E.2-1": 22,
        "A-1": 468, "A-2": 28, "A-3": 1469, "A-4": 24,
    }  # fmt: skip
    assert spec.edition == "2026d"
    assert len(spec.transfer_syntaxes) == 63
    assert sum(1 for e in spec.elements if e.retired and not e.table.startswith("E")) == 474
    assert sum(1 for e in spec.elements if e.repeats) == 88


def test_private_counts(spec):
    creators = [creator for vendor in spec.private for creator in vendor.creators]
    assert len({normalise(creator.creator) for creator in creators}) == len(creators) == 647
    assert sum(len(creator.elements) for creator in creators) == 16625


def test_reserved_rows_stay_blank(spec):
    assert {e.tag for e in spec.elements if not e.name} == {
        "(0008,0202)", "(0018,0061)", "(0018,9445)", "(0028,0020)", "(0400,0315)", "(300A,0135)", "(300A,0782)",
    }  # fmt: skip


def test_where_sources_differ(spec):
    elements = {e.tag: e for e in spec.elements}
    assert [elements[tag].retired for tag in ("(2130,00A0)", "(2130,00C0)", "(3004,0012)")] == ["", "", ""]
    assert elements["(0010,2160)"].retired == "RET (2025a)"
    assert elements["(0028,1200)"].vr == "US or SS or OW"
    assert elements["(0028,3006)"].vm == "1-n or 1"
    assert elements["(0014,6051)"].name == "Moving Window Padding Length"
    assert elements["(3004,007F)"].keyword == "DoseCalculationModelName"
    assert sum("µ" in e.name for e in spec.elements) == 3


def test_generated_files_are_current(texts):
    assert compare(texts, ROOT / "dicomspec" / "_generated").lines() == []


def test_generated_text_is_the_same_each_time(spec, texts):
    assert generate(spec) == texts
    assert all(content.startswith(BANNER) for content in texts.values())


def test_write_then_compare(tmp_path):
    stray = tmp_path / "private" / "stray.py"
    stray.parent.mkdir()
    stray.write_text("")
    (tmp_path / "b.py").write_text("old")
    texts = {"a.py": "1\n", "b.py": "2\n"}
    assert compare(texts, tmp_path).lines() == ["missing: a.py", "differs: b.py", "stray: private/stray.py"]
    assert write(texts, tmp_path)
    assert not compare(texts, tmp_path)
    assert not stray.exists()


def test_command_line_build(tmp_path, capsys):
    out = tmp_path / "generated"
    assert main(["-q", "build", "--out", str(out)]) == 0
    assert main(["-q", "build", "--check", "--out", str(out)]) == 0
    (out / "uids.py").unlink()
    (out / "extra.py").write_text("")
    capsys.readouterr()
    assert main(["-q", "build", "--check", "--out", str(out)]) == 1
    assert capsys.readouterr().out.splitlines() == ["missing: uids.py", "stray: extra.py"]


def test_command_line_fault(tmp_path, capsys):
    assert main(["-q", "import", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "codegen: " in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_diff(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for file in ("elements.yaml", "uids.yaml"):
            shutil.copy(DICTIONARIES / "standard" / file, tmp_path / name / file)
    assert main(["-q", "diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    path = tmp_path / "b" / "elements.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line.replace("vr: PN", "vr: LO") if "(0010,0010)" in line else line for line in lines]
    path.write_text("".join(line for line in kept if "(0010,0020)" not in line), encoding="utf-8")
    capsys.readouterr()
    assert main(["-q", "diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        ["change", "what", "key", "name", "field", "old", "new"],
        ["changed", "element", "(0010,0010)", "Patient's", "Name", "vr", "PN", "LO"],
        ["removed", "element", "(0010,0020)", "Patient", "ID", "PatientID,", "LO,", "1"],
    ]
    assert main(["-q", "diff", str(tmp_path), str(tmp_path / "b")]) == 2


def test_transfer_syntaxes_must_agree_with_uids(spec):
    rows, uids = spec.transfer_syntaxes, spec.uids
    with pytest.raises(SchemaError, match=r"none for \['1\.2\.840\.10008\.1\.2'\]"):
        check_against_uids(rows[1:], uids)
    with pytest.raises(SchemaError, match="only UIDs"):
        check_against_uids((*rows, replace(rows[0], uid="1.2.3")), uids)
    with pytest.raises(SchemaError, match=r"1\.2\.840\.10008\.1\.2\.keyword"):
        check_against_uids((replace(rows[0], keyword="Other"), *rows[1:]), uids)
    with pytest.raises(SchemaError, match=r"1\.2\.840\.10008\.1\.2\.retired"):
        check_against_uids((replace(rows[0], retired=True), *rows[1:]), uids)


def test_families_are_those_of_transfer_syntaxes(spec):
    assert {each.name for each in spec.families} <= {each.family for each in spec.transfer_syntaxes}
    with pytest.raises(SchemaError, match="one of none, jpeg"):
        families_from_yaml({"families": {"gif": {}}})
    with pytest.raises(SchemaError, match="bits"):
        families_from_yaml({"families": {"jpeg": {"bits": "x", "method": "M", "section": "1"}}})
    row = {"keyword": "K", "endian": "little", "vr": "explicit", "pixels": "native", "loss": "none", "family": "none"}
    with pytest.raises(SchemaError, match="a list of Photometric Interpretations"):
        transfer_syntaxes_from_yaml({"transfer_syntaxes": {"1.2": {**row, "photometric": "RGB"}}})


def test_contradictions_are_named(spec):
    one = Element("(0010,0010)", "Name", "Word", "XX", "1", table="6-1")
    with pytest.raises(SchemaError, match="expected VRs of"):
        check_elements((one,), frozenset({"PN"}))
    with pytest.raises(SchemaError, match=r"a keyword that \(0010,0010\) lacks"):
        check_elements((one, replace(one, tag="(0010,0011)")), frozenset({"XX"}))
    vendor = PrivateVendor("some", (), (PrivateCreator("A  b", (PrivateElement("(0009,xx01)", "XX", "1"),)),))
    with pytest.raises(SchemaError, match=r"wire\.yaml: meta_elements\..*a keyword"):
        check_meta_elements(spec.wire, frozenset({"SOPClassUID"}))
    other = PrivateVendor("other", (), (PrivateCreator("a B", ()),))
    with pytest.raises(SchemaError, match=r"some\.yaml lacks"):
        check_creators((vendor, other))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("creators:\n  A.B c:\n    (0009,xx01): {vr: LO}\n    (0009,xx02): {vr: XX}\n", "line 4: .*xx02.*, found 'XX'"),
        ("creators:\n  A.B c:\n    (0009,xx01): {vr: LO, vm: x}\n", "line 3: .*a multiplicity"),
        ("creators:\n  A.B c:\n    (0009,1001): {vr: LO}\n", r"line 3: .*such as \(0029,xx10\)"),
        ("creators:\n  A.B c:\n    (0009,xx01): {VR: LO}\n", "line 3: .*one of the keys vr, vm, name, found 'VR'"),
        ("\ncreator:\n  A.B c:\n", "line 2: expected one of the keys"),
        ("creators:\n  A: {\n", "line 3: expected YAML"),
        ("creators: []\n", "line 1: creators: expected a mapping"),
        ("- 1\n", "line 1: expected a mapping"),
        ("", "expected a mapping, found nothing"),
    ],
)
def test_faults_of_private_dictionaries_are_told_with_their_line(tmp_path, content, message):
    path = tmp_path / "mine.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SchemaError, match=message) as caught:
        load_private(path, frozenset({"LO"}))
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    ("model", "key", "data"),
    [
        (Element, "(10,10)", {}),
        (Element, "(0010,0010)", {"vm": "many"}),
        (Element, "(0010,0010)", {"unknown": "x"}),
        (Uid, "1.02", {"type": "x"}),
        (Uid, "1.2", {}),
        (Uid, "1.2", {"type": "x", "retired": "maybe"}),
        (PrivateElement, "(0009,0010)", {"vr": "LO", "vm": "1"}),
        (PrivateElement, "(0009,xx10)", {"vm": "1"}),
        (PrivateElement, "(0009,xx10)", {"vr": "LO", "vm": "many"}),
    ],
)
def test_models_refuse(model, key, data):
    with pytest.raises(SchemaError):
        model.from_yaml(key, data, f"some.{key}")


def test_models_round_trip(spec):
    for element in spec.elements[:50]:
        assert Element.from_yaml(element.tag, element.to_yaml(), "", element.table) == element
    for vendor in spec.private[:3]:
        assert PrivateVendor.from_yaml(vendor.vendor, vendor.to_yaml()) == vendor


@pytest.mark.parametrize("value", ["", "a", "it's", 'say "x"', "\\", "\n", "µ", ("a",), ("a", 1, True), (), "'\""])
def test_literal(value):
    assert eval(literal(value)) == value
    assert '"' in literal(value) or not isinstance(value, str)


def test_what_an_edition_does_not_know_is_left_out(spec):
    gone = {"ImageType", "PrivateInformation"}
    uid = next(each.uid for each in spec.transfer_syntaxes if each.keyword == "JPEGXL")
    ct = next(each for each in spec.iods if each.id == "ct-image").sop_classes[0]
    older = replace(
        spec,
        edition="2001",
        elements=tuple(each for each in spec.elements if each.keyword not in gone),
        uids=tuple(each for each in spec.uids if each.uid not in (uid, ct)),
    )
    with pytest.raises(SchemaError):
        check_all(older, Overlay({}))
    made, left = fitted(older)
    check_all(made, Overlay({}))
    assert "2001 does not know 1 transfer syntaxes" in left
    assert any("conditions" in line for line in left)
    assert uid not in {each.uid for each in made.transfer_syntaxes}
    assert not any("ImageType" in repr(module) for module in made.modules if module.id == "ct-image")
    whole, nothing = fitted(spec)
    assert (whole, nothing) == (spec, [])

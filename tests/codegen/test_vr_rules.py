"""vr.yaml against PS3.5 table 6.2-1 and section 7.1.2 of the DocBook, and against its own schema."""

from __future__ import annotations

import lzma
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from codegen.emit_vr import emit
from codegen.model.vr import VRRules
from codegen.yaml_io import SchemaError, dump, load, loads
from tests.facts import RULES, needs_facts, part

EDITION = "2026c"
DOCBOOK = "{http://docbook.org/ns/docbook}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"

PATH = RULES / "vr.yaml"


@pytest.fixture(scope="module")
def rules() -> VRRules:
    return VRRules.from_yaml(load(PATH))


@pytest.fixture(scope="module")
def part05() -> ET.Element:
    with lzma.open(part(EDITION, 5)) as source:
        return ET.parse(source).getroot()


def text_of(node: ET.Element) -> str:
    return " ".join("".join(node.itertext()).split())


def by_id(root: ET.Element, name: str) -> ET.Element:
    return next(node for node in root.iter() if node.get(XML_ID) == name)


@pytest.fixture(scope="module")
def table(part05: ET.Element) -> dict[str, dict[str, str]]:
    """VR -> name, definition, repertoire, length as the table words them."""
    rows = {}
    for row in by_id(part05, "table_6.2-1").iter(f"{DOCBOOK}tr"):
        first, *cells = list(row)
        lines = [text_of(para) for para in first.iter(f"{DOCBOOK}para")]
        if len(lines) == 2 and re.fullmatch("[A-Z]{2}", lines[0]):
            definition, repertoire, length = (text_of(cell) for cell in cells)
            rows[lines[0]] = {"name": lines[1], "definition": definition, "repertoire": repertoire, "length": length}
    return rows


@needs_facts
def test_the_vrs_and_their_names(rules: VRRules, table: dict[str, dict[str, str]]) -> None:
    assert {vr.code: vr.name for vr in rules.vrs} == {code: row["name"] for code, row in table.items()}
    assert len(table) == 34


@needs_facts
def test_header_forms(rules: VRRules, part05: ET.Element) -> None:
    section = by_id(part05, "sect_7.1.2")
    items = [text_of(item) for item in section.iter(f"{DOCBOOK}listitem")]
    short = next(item for item in items if "16-bit unsigned integer following" in item)
    assert {vr.code for vr in rules.vrs if vr.header == "short"} == set(re.findall(r"\b[A-Z]{2}\b", short)) - {"VR"}
    undefined = next(item for item in items if "Undefined Length" in item)
    named = set(re.findall(r"\b[A-Z]{2}\b", undefined.split("if the")[0])) - {"VR"}
    # Pixel Data of OW with fragments is no valid encoding, but met.
    assert {vr.code for vr in rules.vrs if vr.undefined_length != "no"} == named | {"OW"}


def maximum(length: str) -> tuple[int, str]:
    """The number and unit that a cell of the column "Length of Value" begins with."""
    power = re.match(r"2(32|64)-(\d) bytes", length)  # 2 to the power of, the superscript being lost
    if power:
        return 2 ** int(power[1]) - int(power[2]), "bytes"
    plain = re.match(r"(\d+) (bytes|chars)", length)
    assert plain, length
    return int(plain[1]), "bytes" if plain[2] == "bytes" else "characters"


@needs_facts
def test_lengths(rules: VRRules, table: dict[str, dict[str, str]]) -> None:
    for vr in rules.vrs:
        length = table[vr.code]["length"]
        if vr.code in ("SQ", "UN"):
            continue
        assert (vr.max_length, vr.length_unit) == maximum(length), vr.code
        assert vr.fixed == ("bytes fixed" in length.split("In the context")[0]), vr.code
        query = re.search(r"Range Matching .*?length is (\d+) bytes maximum", length)
        assert vr.query_max_length == (int(query[1]) if query else vr.max_length), vr.code


@needs_facts
def test_character_sets_and_padding(rules: VRRules, table: dict[str, dict[str, str]]) -> None:
    for vr in rules.vrs:
        row = table[vr.code]
        assert vr.charset == ("and/or as defined by" in row["repertoire"]), vr.code
        is_text = "not applicable" not in row["repertoire"]
        assert (vr.repertoire != "none") == is_text or vr.code == "UN", vr.code
        if is_text:
            single = "shall not be multi-valued" in row["definition"]
            assert (vr.backslash == "data") == single, vr.code
            both = re.search(r"leading (and|or|and/or) trailing spaces( \(20H\)| )?.*", row["definition"], re.I)
            significant = "leading spaces are considered" in row["definition"] or vr.code == "PN"
            assert (vr.spaces == "both") == bool(both and not significant), vr.code


@needs_facts
def test_words_of_the_other_vrs(rules: VRRules, table: dict[str, dict[str, str]]) -> None:
    """The size of the word that byte swapping works on."""
    for vr in rules.vrs:
        bits = re.search(r"(?:stream of |within each )(?:binary)?(\d+)-?(?:bit)?", table[vr.code]["definition"])
        if vr.kind == "bytes" and bits:
            assert vr.size * 8 == int(bits[1]), vr.code


def test_numbers_are_as_long_as_their_vr(rules: VRRules) -> None:
    for vr in rules.vrs:
        if vr.kind == "number":
            assert vr.size == vr.max_length
            assert vr.fixed


def test_examples_of_the_forms(rules: VRRules) -> None:
    patterns = {vr.code: vr.pattern for vr in rules.vrs}
    for code, good, bad in [
        ("AS", "018M", "18M"),
        ("DA", "19930822", "1993.08.22"),
        ("DT", "19530827111300.0", "19530827111300."),
        ("DT", "2007-0500", "2007-500"),
        ("TM", "070907.0705", "021"),
        ("UI", "1.2.840.10008", "1.02"),
        ("DS", "-1.5E+3", "1,5"),
        ("IS", "+12", "1.0"),
    ]:
        assert re.fullmatch(patterns[code], good)
        assert not re.fullmatch(patterns[code], bad)


@needs_facts
def test_ambiguous_elements_have_rules(rules: VRRules) -> None:
    """Each choice that the dictionary has occurs, and compared attributes carry their own tags."""
    elements = load(RULES.parent / "standard" / "elements.yaml")
    rows = str(elements)
    choices = {one.vr for one in rules.choices}
    assert set(re.findall(r"\b[A-Z]{2}(?: or [A-Z]{2})+\b", rows)) == choices


def test_yaml_round_trip(rules: VRRules) -> None:
    assert VRRules.from_yaml(loads(dump(rules.to_yaml()))) == rules


def test_emitting_is_deterministic(rules: VRRules) -> None:
    class Spec:
        vrs = rules

    spec: Any = Spec()
    assert emit(spec) == emit(spec)


@pytest.mark.parametrize(
    ("path", "value", "word"),
    [
        ("vrs.AE.header", "tall", "short"),
        ("vrs.AE.max_length", "many", "integer"),
        ("vrs.AE.colour", "red", "colour"),
        ("vrs.AE.repertoire", "runes", "repertoires"),
        ("vrs.AS.pattern", "(", "regular expression"),
        ("vrs.US.number", {"format": "y", "size": "2"}, "vrs.US.number.format"),
        ("vrs.ABC", {}, "capital"),
        ("ambiguous.choices.0.rules.0.when", "Colour == 1", "comparison"),
        ("ambiguous.choices.0.else", "XX", "US or SS"),
        ("ambiguous.choices.1.tags", ["0028"], "hexadecimal"),
        ("ambiguous.attributes.BitsAllocated", "zz", "hexadecimal"),
    ],
)
def test_schema_errors_name_the_key(path: str, value: Any, word: str) -> None:
    data: Any = load(PATH)
    *keys, last = path.split(".")
    node = data
    for key in keys:
        node = node[int(key)] if isinstance(node, list) else node[key]
    node[last] = value
    with pytest.raises(SchemaError) as caught:
        VRRules.from_yaml(data)
    assert word in str(caught.value)

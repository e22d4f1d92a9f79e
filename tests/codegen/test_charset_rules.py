"""charsets.yaml against the table of defined terms beside the repository, and against its own schema."""

from __future__ import annotations

import codecs
import csv
from typing import Any

import pytest

from codegen.model.charsets import Charsets, escape_bytes, escape_notation, squeeze
from codegen.yaml_io import SchemaError, dump, load, loads
from tests.facts import RULES, STANDARD, needs_facts

PATH = RULES / "charsets.yaml"


@pytest.fixture(scope="module")
def charsets() -> Charsets:
    return Charsets.from_yaml(load(PATH))


@needs_facts
def test_terms(charsets: Charsets) -> None:
    with open(STANDARD / "encoding" / "charsets-composed.tsv", encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t"))
    terms = {term.term: term for term in charsets.terms}
    elements = {element.name: element for element in charsets.code_elements}
    assert len(rows) == 33
    assert list(terms) == [row["defined_term"].replace("(absent)", "") for row in rows]
    for row, term in zip(rows, charsets.terms, strict=True):
        assert (term.g0, term.g1) == (row["g0"], row["g1"]), term
        assert codecs.lookup(term.codec) == codecs.lookup(row["python_codec"]), term
        assert term.extensions == ("no code extensions" not in row["kind"] and row["kind"] != ""), term
        for name, escape in ((term.g0, row["esc_g0"]), (term.g1, row["esc_g1"])):
            if name and escape:
                assert escape_notation(elements[name].escape) == escape, term


def test_yaml_round_trip(charsets: Charsets) -> None:
    assert Charsets.from_yaml(loads(dump(charsets.to_yaml()))) == charsets


def test_notation() -> None:
    assert escape_bytes("02/04 02/08 04/04") == b"$(D"
    assert escape_notation(b"$)C") == "02/04 02/09 04/03"
    assert squeeze("iso_ir-100 ") == "ISOIR100"


@pytest.mark.parametrize(
    ("path", "value", "word"),
    [
        ("code_elements.ISO-IR 6.area", "G2", "G0"),
        ("code_elements.ISO-IR 6.escape", "2-8", "column/row"),
        ("code_elements.ISO-IR 100.escape", "02/13 04/02", "once"),
        ("code_elements.ISO-IR 6.codec", "klingon", "Python codec"),
        ("terms.ISO_IR 100.g1", "ISO-IR 6", "code element of G1"),
        ("terms.ISO_IR 100.extensions", "maybe", "yes or no"),
        ("misspelt.ISO 646", "ISO_IR 999", "defined term"),
        ("misspelt.iso ir 100", "ISO_IR 100", "letters and digits"),
    ],
)
def test_schema_errors_name_the_key(path: str, value: Any, word: str) -> None:
    data: Any = load(PATH)
    first, key, *last = path.split(".")
    if last:
        data[first][key][last[0]] = value
    else:
        data[first][key] = value
    with pytest.raises(SchemaError) as caught:
        Charsets.from_yaml(data)
    assert word in str(caught.value)

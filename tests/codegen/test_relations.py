"""Numbers that are tied to other attributes: the model, what is checked of it, what is emitted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegen.build import default_dictionaries, load_specification
from codegen.checks import check_relations
from codegen.emit_relations import emit
from codegen.model.relations import Relation, relations_from_yaml
from codegen.yaml_io import SchemaError


def made(**row: object) -> Relation:
    (found,) = relations_from_yaml({"relations": [{"section": "C.1", **row}]})
    return found


def test_rows():
    assert made(count="A", of=["B"], each="3") == Relation("count", "A", ("B",), 3, section="C.1")
    assert made(vector="A", upto="B").others == ("B",)
    assert made(vector="A").others == ()
    assert made(running="A", start="1").number == 1
    assert made(refers="A", to=["S", "B"], **{"in": "T"}).keywords == ("A", "S", "B", "T")
    assert made(least="A", value="2", when="B = 1").when == "B = 1"


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"count": "A"},
        {"count": "A", "least": "B"},
        {"refers": "A", "to": ["S"]},
        {"least": "A"},
        {"unique": "A", "no": 1},
    ],
)
def test_faulty_rows(row):
    with pytest.raises(SchemaError):
        made(**row)


def test_what_is_checked_and_emitted():
    spec = load_specification(default_dictionaries())
    keywords = frozenset(element.keyword for element in spec.elements)
    check_relations(spec, keywords)
    for odd in (made(least="Nothing", value="1"), made(least="Rows", value="1", when="Rows =")):
        with pytest.raises(SchemaError):
            check_relations(replace(spec, relations=(odd,)), keywords)
    text = emit(replace(spec, relations=(made(least="Rows", value="1"), made(least="Nothing", value="1"))))[
        "relations.py"
    ]
    assert str(0x00280010) in text
    assert text.count('"least"') == 1

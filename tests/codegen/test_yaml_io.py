"""Reading and writing dictionaries."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from codegen.yaml_io import SchemaError, choice, dump, flag, load, loads, number, only_keys, text

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
DATA = st.dictionaries(TEXT, st.one_of(TEXT, st.lists(TEXT, max_size=3), st.dictionaries(TEXT, TEXT, max_size=3)))


@given(st.dictionaries(TEXT, st.one_of(TEXT, DATA), max_size=4))
def test_what_is_written_is_read(data):
    assert loads(dump(data)) == data
    assert yaml.load(dump(data), yaml.BaseLoader) == data


@pytest.mark.parametrize(
    "value", ["no", "1.10", "~", "", " x", "x ", "a: b", "a, b", "(0010,0010)", "#", "-", "µ", "\x85", "\ufeff", "'"]
)
def test_scalars(value):
    assert loads(dump({"key": value, value: ["a", value]})) == {"key": value, value: ["a", value]}


def test_one_fact_a_line():
    data = {"tables": {"6-1": {"(0010,0010)": {"name": "Patient's Name", "vr": "PN"}, "(0010,0020)": {"vr": "LO"}}}}
    assert dump(data, comment="made") == (
        '# made\ntables:\n  6-1:\n    (0010,0010): {name: "Patient\'s Name", vr: PN}\n    (0010,0020): {vr: LO}\n'
    )


def test_bool_is_yes_or_no():
    assert dump({"a": True, "b": [False]}) == "a: yes\nb: [no]\n"


def test_duplicate_key_names_file_and_line(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\nb: 2\na: 3\n")
    with pytest.raises(SchemaError, match=r"x\.yaml: line 3: expected each key once, found 'a'"):
        load(path)


def test_not_yaml_names_file(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("a: [1\n")
    with pytest.raises(SchemaError, match=r"x\.yaml, line 2: expected YAML"):
        load(path)


@pytest.mark.parametrize("content", ["a: &x {b: 1}\nc: *x\n", "a: &x [*x]\n", "&x {a: *x}\n", "[" * 20_000])
def test_what_would_grow_without_end_is_refused(tmp_path, content):
    path = tmp_path / "x.yaml"
    path.write_text(content)
    with pytest.raises(SchemaError, match=r"without alias|expected YAML"):
        load(path)


def test_conversions_name_the_spot():
    data = {"size": "0x10", "on": "yes", "kind": "text"}
    assert (number(data, "size", "w"), flag(data, "on", "w"), choice(data, "kind", "w", ["text"])) == (16, True, "text")
    assert text(data, "lacking", "w", "default") == "default"
    with pytest.raises(SchemaError, match=r"w\.kind: expected an integer, found 'text'"):
        number(data, "kind", "w")
    with pytest.raises(SchemaError, match=r"w\.size: expected yes or no, found '0x10'"):
        flag(data, "size", "w")
    with pytest.raises(SchemaError, match=r"w\.kind: expected one of a, b, found 'text'"):
        choice(data, "kind", "w", ["a", "b"])
    with pytest.raises(SchemaError, match=r"w\.lacking: expected text, found 'nothing'"):
        text(data, "lacking", "w")
    with pytest.raises(SchemaError, match="expected one of the keys size, on, found 'kind'"):
        only_keys(data, ["size", "on"], "w")

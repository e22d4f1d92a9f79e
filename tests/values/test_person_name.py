"""Person names: components, representations, making and formatting (PS3.5 6.2.1)."""

from __future__ import annotations

import copy
import pickle

import pytest

from dicomspec.errors import ValueRuleError
from dicomspec.values import PersonName


def test_components() -> None:
    name = PersonName("Adams^John Robert^Quincy^Rev.^B.A. M.Div.")
    assert name.family_name == "Adams"
    assert name.given_name == "John Robert"
    assert name.middle_name == "Quincy"
    assert name.name_prefix == "Rev."
    assert name.name_suffix == "B.A. M.Div."
    assert name.family_comma_given() == "Adams, John Robert"
    assert name.formatted("%(name_prefix)s %(given_name)s %(family_name)s") == "Rev. John Robert Adams"
    assert name.components == (name,)
    assert "John" in name


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", ("Yamada^Tarou", "山田^太郎", "やまだ^たろう")),
        ("=山田^太郎", ("", "山田^太郎", "")),
        ("==やまだ", ("", "", "やまだ")),
        ("", ("", "", "")),
        ("A^B=", ("A^B", "", "")),
    ],
)
def test_representations(text: str, groups: tuple[str, str, str]) -> None:
    name = PersonName(text)
    assert (name.alphabetic, name.ideographic, name.phonetic) == groups
    assert name.components == tuple(text.split("="))
    assert name == text
    assert hash(name) == hash(text)
    assert repr(name) == repr(text)


def test_missing_components_are_empty() -> None:
    name = PersonName("Doe")
    assert (name.given_name, name.middle_name, name.name_prefix, name.name_suffix) == ("", "", "", "")


def test_from_named_components() -> None:
    assert PersonName.from_named_components() == ""
    assert PersonName.from_named_components("Doe", "John") == "Doe^John"
    assert PersonName.from_named_components(family_name="Doe", name_suffix="Jr.") == "Doe^^^^Jr."
    name = PersonName.from_named_components("Hong", "Gildong", family_name_phonetic="홍", given_name_phonetic="길동")
    assert name == "Hong^Gildong==홍^길동"
    assert type(name) is PersonName
    with pytest.raises(ValueRuleError, match="delimiter"):
        PersonName.from_named_components("Doe^John")


def test_from_named_components_veterinary() -> None:
    name = PersonName.from_named_components_veterinary("ABC Farms", "Running on Water", patient_name_ideographic="水")
    assert name == "ABC Farms^Running on Water=^水"
    assert (name.family_name, name.given_name) == ("ABC Farms", "Running on Water")


def test_copies() -> None:
    name = PersonName("Doe^John")
    for other in (copy.deepcopy(name), pickle.loads(pickle.dumps(name))):
        assert other == name
        assert type(other) is PersonName

"""Numbers that PS3.3 ties to other attributes: ``rules/relations.yaml``, which explains the kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..yaml_io import SchemaError, mapping, number, only_keys, text

__all__ = ["Relation", "relations_from_yaml"]

KINDS: Final = ("count", "vector", "multiple", "running", "unique", "refers", "least", "above")
_KEYS: Final = (*KINDS, "of", "upto", "in", "to", "each", "plus", "by", "start", "value", "when", "section")
_NUMBERS: Final = {"count": "each", "multiple": "by", "running": "start", "least": "value", "above": "value"}


@dataclass(frozen=True)
class Relation:
    """One relation.

    Attributes:
        kind: such as ``"count"``.
        keyword: the number (name, values) that it is about.
        others: what it is tied to.
        number: ``each``, ``by``, ``start`` or ``value`` of its kind.
        plus: of a count.
        within: the sequence that a reference is looked at in, ``""`` for any.
        when: condition, ``""`` for always.
        section: of PS3.3.
    """

    kind: str
    keyword: str
    others: tuple[str, ...] = ()
    number: int = 0
    plus: int = 0
    within: str = ""
    when: str = ""
    section: str = ""

    @property
    def keywords(self) -> tuple[str, ...]:
        """All that it names."""
        return (self.keyword, *self.others, *((self.within,) if self.within else ()))


def relations_from_yaml(data: Any) -> tuple[Relation, ...]:
    """The rows of a file ``{relations: [...]}``."""
    rows = mapping(data, "").get("relations")
    if not isinstance(rows, list):
        raise SchemaError("", "relations", "a list", rows)
    return tuple(_relations(rows))


def _relations(rows: list[Any]) -> Iterator[Relation]:
    for index, row in enumerate(rows):
        where = f"relations[{index}]"
        only_keys(row, _KEYS, where)
        kinds = [kind for kind in KINDS if kind in row]
        if len(kinds) != 1:
            raise SchemaError("", where, f"one of {', '.join(KINDS)}", sorted(row))
        kind = kinds[0]
        yield Relation(
            kind,
            text(row, kind, where),
            _others(kind, row, where),
            _number(kind, row, where),
            number(row, "plus", where, 0),
            text(row, "in", where) if kind == "refers" and "in" in row else "",
            text(row, "when", where, ""),
            text(row, "section", where),
        )


def _number(kind: str, row: Mapping[str, Any], where: str) -> int:
    name = _NUMBERS.get(kind)
    if name is None:
        return 0
    return number(row, name, where, 1) if kind == "count" else number(row, name, where)


def _others(kind: str, row: Mapping[str, Any], where: str) -> tuple[str, ...]:
    if kind == "vector":
        return (text(row, "upto", where),) if "upto" in row else ()
    key = {"count": "of", "running": "in", "unique": "in", "refers": "to"}.get(kind)
    if key is None or (kind == "running" and key not in row):
        return ()
    found = row.get(key)
    if not isinstance(found, list) or not found or (kind == "refers" and len(found) != 2):
        raise SchemaError("", f"{where}.{key}", "a list of keywords", found)
    return tuple(found)

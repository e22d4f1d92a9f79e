"""Expressions that people wrote, in ``rules/conditions.yaml``, by the hash of the sentence that they express."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from ..model.iods import Iod, Use
from ..model.modules import Attribute, Condition, Include, Module, Row
from ..yaml_io import SchemaError, load_as, mapping, only_keys, text
from .parsing import ConditionError, parse

__all__ = ["Overlay", "Written", "conditions_in", "coverage"]

Unread = tuple[int, str, str, str]

_BASES = ("exact", "approximate", "presence-only")
_T = TypeVar("_T", Attribute, Include, Use)


@dataclass(frozen=True)
class Written:
    """One entry.

    Attributes:
        when, otherwise: as in `codegen.model.modules.Condition`.
        basis: ``exact``; ``approximate``: other facts of the file stand for those of the sentence; ``presence-only``:
            what would be there if it held is there.
        where: a place of the sentence, for the reader.
    """

    when: str
    otherwise: str
    basis: str
    where: str


@dataclass(frozen=True)
class Overlay:
    """What people wrote: hash of a sentence -> expression."""

    entries: dict[str, Written]

    @classmethod
    def load(cls, rules: Path) -> Overlay:
        """The overlay of a folder of rules; empty if it has none.

        Raises:
            SchemaError: an entry is not as asked for, or its expression not of the language.
        """
        path = rules / "conditions.yaml"
        return load_as(path, cls.from_yaml) if path.is_file() else cls({})

    @classmethod
    def from_yaml(cls, data: Any) -> Overlay:
        """The overlay out of YAML."""
        entries: dict[str, Written] = {}
        for key, entry in mapping(data, "conditions.yaml").items():
            only_keys(entry, ("where", "when", "else", "basis"), key)
            basis = text(entry, "basis", key)
            if basis not in _BASES:
                raise SchemaError("conditions.yaml", f"{key}.basis", " or ".join(_BASES), basis)
            written = Written(text(entry, "when", key), text(entry, "else", key, ""), basis, text(entry, "where", key))
            for name, said in (("when", written.when), ("else", written.otherwise)):
                try:
                    if said not in ("", "may"):
                        parse(said)
                except ConditionError as error:
                    raise SchemaError("conditions.yaml", f"{key}.{name}", "an expression", str(error)) from None
            entries[key] = written
        return cls(entries)

    def condition(self, condition: Condition) -> Condition:
        """A condition as it was written, or else as it is."""
        written = self.entries.get(condition.src)
        return condition if written is None else replace(condition, when=written.when, otherwise=written.otherwise)

    def module(self, module: Module) -> Module:
        """A module with what was written for it."""
        return replace(module, rows=tuple(map(self._row, module.rows)))

    def iod(self, iod: Iod) -> Iod:
        """An IOD with what was written for it."""
        uses, groups = (tuple(map(self._with, each)) for each in (iod.modules, iod.functional_groups))
        return replace(iod, modules=uses, functional_groups=groups)

    def _with(self, row: _T) -> _T:
        return row if row.condition is None else replace(row, condition=self.condition(row.condition))

    def _row(self, row: Row) -> Row:
        if isinstance(row, Include):
            return replace(self._with(row), changes=tuple(map(self._attribute, row.changes)))
        return self._attribute(row) if isinstance(row, Attribute) else row

    def _attribute(self, row: Attribute) -> Attribute:
        values = tuple(
            each if each.condition is None else replace(each, condition=self.condition(each.condition))
            for each in row.values
        )
        return replace(self._with(row), values=values, rows=tuple(map(self._row, row.rows)))

    def stale(self, iods: Iterable[Iod], modules: Iterable[Module]) -> tuple[str, ...]:
        """The entries, with their places, whose sentence is nowhere."""
        there = {condition.src for _, condition in conditions_in(iods, modules)}
        return tuple(f"{key} ({entry.where})" for key, entry in self.entries.items() if key not in there)


def conditions_in(iods: Iterable[Iod], modules: Iterable[Module]) -> Iterator[tuple[str, Condition]]:
    """All conditions, each with its kind: ``module``, ``functional group``, ``attribute``, ``include``, ``values``."""
    for iod in iods:
        for kind, uses in (("module", iod.modules), ("functional group", iod.functional_groups)):
            yield from ((kind, use.condition) for use in uses if use.condition is not None)
    for module in modules:
        yield from _in_rows(module.rows)


def _in_rows(rows: Iterable[Row]) -> Iterator[tuple[str, Condition]]:
    for row in rows:
        if isinstance(row, Include) and row.condition is not None:
            yield "include", row.condition
        if isinstance(row, Include):
            yield from _in_rows(row.changes)
        if isinstance(row, Attribute):
            if row.condition is not None:
                yield "attribute", row.condition
            yield from (("values", each.condition) for each in row.values if each.condition is not None)
            yield from _in_rows(row.rows)


def coverage(iods: Iterable[Iod], modules: Iterable[Module]) -> tuple[list[tuple[str, int, int, int]], list[Unread]]:
    """How many distinct sentences of each kind have an expression, and those that have none, the most frequent first.

    Returns:
        (kind, sentences, with an expression without ``?``, with one that has ``?`` in it) of each kind, and
        (how often, kind, hash, sentence if the dictionaries keep it).
    """
    counted: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, str], Condition] = {}
    for kind, condition in conditions_in(iods, modules):
        counted[kind, condition.src] += 1
        found[kind, condition.src] = condition
    rows = []
    for kind in dict.fromkeys(kind for kind, _ in found):
        of_kind = [condition.when for (each, _), condition in found.items() if each == kind]
        partly = sum("?" in when and when != "?" for when in of_kind)
        rows.append((kind, len(of_kind), sum("?" not in when for when in of_kind), partly))
    unread = [(n, *key, found[key].text) for key, n in counted.most_common() if found[key].when == "?"]
    return rows, unread

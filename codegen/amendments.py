"""What people wrote of attributes, in ``rules/amendments.yaml``: facts of PS3.3 that stand in no cell of its tables.

Such are value lists in the words of a section, which may hold for one IOD alone, numbers of values, and types that
another module overrides. The import lays them over what it read; what an edition does not have is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .model.iods import Iod, Use
from .model.modules import Attribute, Module, Row, changed, changes_from_yaml
from .yaml_io import SchemaError, load_as, mapping, only_keys, text

__all__ = ["Amendment", "Amendments"]

_KEYS = ("of", "at", "iods", "set", "section", "why")


@dataclass(frozen=True)
class Amendment:
    """One entry.

    Attributes:
        module: or macro, that has the attribute.
        path: of the sequences around it.
        attribute: what it is to be; a type ``""`` and what is empty stay as they are.
        iods: those that it is for alone; empty for all.
    """

    module: str
    path: tuple[str, ...]
    attribute: Attribute
    iods: tuple[str, ...]

    def __str__(self) -> str:
        where = f"{', '.join(self.iods)}: " if self.iods else ""
        return where + "/".join((self.module, *self.path, self.attribute.keyword))

    def nested(self) -> Attribute:
        """The change as an attribute of the module itself."""
        found = self.attribute
        for keyword in reversed(self.path):
            found = Attribute(keyword, rows=(found,))
        return found


@dataclass(frozen=True)
class Amendments:
    """All entries, in the order in which they are laid over."""

    entries: tuple[Amendment, ...] = ()

    @classmethod
    def load(cls, rules: Path) -> Amendments:
        """Those of a folder of rules; none if it has none.

        Raises:
            SchemaError: an entry is not as asked for.
        """
        path = rules / "amendments.yaml"
        return load_as(path, cls.from_yaml) if path.is_file() else cls()

    @classmethod
    def from_yaml(cls, data: Any) -> Amendments:
        """Those in a list of mappings with the keys of `_KEYS`."""
        rows = mapping(data, "").get("amendments")
        if not isinstance(rows, list):
            raise SchemaError("", "amendments", "a list", rows)
        return cls(tuple(_entry(row, f"amendments[{index}]") for index, row in enumerate(rows)))

    def module(self, module: Module) -> Module:
        """A module or macro with what was written for it."""
        rows = module.rows
        for entry in self.entries:
            if entry.module == module.id and not entry.iods:
                rows = _amended(rows, entry.path, entry.attribute)
        return replace(module, rows=rows)

    def iod(self, iod: Iod) -> Iod:
        """An IOD with what was written for its modules."""
        return replace(iod, modules=tuple(self._use(iod, use) for use in iod.modules))

    def _use(self, iod: Iod, use: Use) -> Use:
        mine = [entry.nested() for entry in self.entries if entry.module == use.id and iod.id in entry.iods]
        return replace(use, changes=_joined(mine))

    def stale(self, iods: Iterable[Iod], modules: Iterable[Module]) -> Iterator[str]:
        """The entries whose attribute, or IOD, is nowhere."""
        by_id = {module.id: module for module in modules}
        used = {(iod.id, use.id) for iod in iods for use in iod.modules}
        for entry in self.entries:
            module = by_id.get(entry.module)
            there = module is not None and (entry.iods or _has(module.rows, entry.path, entry.attribute.keyword))
            if not there or not all((iod, entry.module) in used for iod in entry.iods):
                yield str(entry)


def _entry(row: Any, where: str) -> Amendment:
    only_keys(row, _KEYS, where)
    *path, keyword = text(row, "at", where).split("/")
    text(row, "section", where)
    iods = row.get("iods", [])
    if not isinstance(iods, list):
        raise SchemaError("", f"{where}.iods", "a list of IODs", iods)
    (attribute,) = changes_from_yaml({"with": {keyword: row.get("set")}}, where)
    return Amendment(text(row, "of", where), tuple(path), attribute, tuple(iods))


def _joined(changes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """The changes with those of one sequence in one."""
    found: dict[str, Attribute] = {}
    for change in changes:
        same = found.get(change.keyword)
        inner = (*(same.rows if same else ()), *change.rows)
        attributes = _joined(row for row in inner if isinstance(row, Attribute))
        found[change.keyword] = replace(change, rows=attributes)
    return tuple(found.values())


def _amended(rows: tuple[Row, ...], path: tuple[str, ...], attribute: Attribute) -> tuple[Row, ...]:
    """The rows with one attribute changed; as they are if they do not have it."""
    if not path:
        there = any(isinstance(row, Attribute) and row.keyword == attribute.keyword for row in rows)
        return changed(rows, (attribute,)) if there else rows
    return tuple(
        replace(row, rows=_amended(row.rows, path[1:], attribute))
        if isinstance(row, Attribute) and row.keyword == path[0]
        else row
        for row in rows
    )


def _has(rows: tuple[Row, ...], path: tuple[str, ...], keyword: str) -> bool:
    if not path:
        return any(isinstance(row, Attribute) and row.keyword == keyword for row in rows)
    return any(
        _has(row.rows, path[1:], keyword) for row in rows if isinstance(row, Attribute) and row.keyword == path[0]
    )

"""Information object definitions (PS3.3 Annex A, B and F): which modules and functional groups they are made of.

In YAML, ``modules`` are by information entity, ``functional-groups`` by macro, each ``id: M`` or, with a condition
(keys as in `modules`), ``id: {use: C, when: ..., src: ...}``; ``with`` is what the IOD changes of the module's
attributes; ``sop`` are the SOP Class UIDs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..yaml_io import SchemaError, choice, mapping, only_keys, text
from .modules import (
    Attribute,
    Condition,
    Include,
    Module,
    Row,
    changes_from_yaml,
    changes_to_yaml,
    condition_from_yaml,
    condition_to_yaml,
)

__all__ = ["Iod", "Use", "check_iods"]

USAGES: Final = ("M", "C", "U")
_USE: Final = ("use", "when", "else", "src", "text", "when-edition", "with")
_KEYS: Final = ("name", "table", "section", "sop", "modules", "functional-groups")


@dataclass(frozen=True)
class Use:
    """The use of a module, or of a functional group macro.

    Attributes:
        id: of the module or macro.
        use: ``"M"`` mandatory, ``"C"`` conditional, ``"U"`` user option (PS3.3 A.1.3).
        condition: of a conditional one; None if no sentence is known.
        entity: information entity, such as ``"Image"``; ``""`` for functional groups.
        changes: attributes of it that the IOD specialises, as `Include.changes`.
    """

    id: str
    use: str
    condition: Condition | None = None
    entity: str = ""
    changes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class Iod:
    """One IOD.

    Attributes:
        id, name: such as ``"ct-image"``, ``"CT Image"``.
        table, section: of its modules, such as ``"A.3-1"``, ``"A.3.3"``.
        sop_classes: UIDs of the SOP Classes that it belongs to.
        modules: in the order of the table.
        functional_groups: macros of a multi-frame IOD's functional groups.
    """

    id: str
    name: str
    table: str
    section: str
    sop_classes: tuple[str, ...]
    modules: tuple[Use, ...]
    functional_groups: tuple[Use, ...] = ()

    @classmethod
    def from_yaml(cls, stem: str, data: Any) -> Iod:
        """``stem``: the file's name without its suffix, which is the identifier."""
        only_keys(data, _KEYS, "")
        modules: list[Use] = []
        for entity, rows in mapping(data.get("modules"), "modules").items():
            modules.extend(_uses(rows, f"modules.{entity}", entity))
        if len({use.id for use in modules}) < len(modules):
            raise SchemaError("", "modules", "each module once", [use.id for use in modules])
        groups = data.get("functional-groups", {})
        return cls(
            stem,
            text(data, "name", ""),
            text(data, "table", "", ""),
            text(data, "section", "", ""),
            _sop_classes(data.get("sop", [])),
            tuple(modules),
            tuple(_uses(groups, "functional-groups", "")),
        )

    def to_yaml(self) -> dict[str, Any]:
        modules: dict[str, dict[str, Any]] = {}
        for use in self.modules:
            modules.setdefault(use.entity, {})[use.id] = _use_to_yaml(use)
        head = {key: value for key, value in (("table", self.table), ("section", self.section)) if value}
        data = {"name": self.name, **head, "sop": list(self.sop_classes), "modules": modules}
        if self.functional_groups:
            data["functional-groups"] = {use.id: _use_to_yaml(use) for use in self.functional_groups}
        return data


def _sop_classes(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(uid, str) for uid in found):
        raise SchemaError("", "sop", "a list of UIDs", found)
    return tuple(found)


def _uses(data: Any, where: str, entity: str) -> Iterable[Use]:
    for name, value in mapping(data, where).items():
        place = f"{where}.{name}"
        row: Mapping[str, Any] = {"use": value} if isinstance(value, str) else only_keys(value, _USE, place)
        use, changes = choice(row, "use", place, USAGES), changes_from_yaml(row, place)
        yield Use(name, use, condition_from_yaml(row, place), entity, changes)


def _use_to_yaml(use: Use) -> Any:
    more = {**condition_to_yaml(use.condition), **changes_to_yaml(use.changes)}
    return {"use": use.use, **more} if more else use.use


def check_iods(
    iods: Iterable[Iod], modules: Iterable[Module], macros: Iterable[Module], keywords: frozenset[str]
) -> None:
    """Every module, macro and attribute that is named exists.

    Raises:
        SchemaError: naming the first that does not.
    """
    modules, macros = tuple(modules), tuple(macros)
    known = {module.id for module in modules}
    included = known | {macro.id for macro in macros}
    for iod in iods:
        for kind, uses, ids in (
            ("modules", iod.modules, known),
            ("functional-groups", iod.functional_groups, included),
        ):
            for use in uses:
                if use.id not in ids:
                    raise SchemaError(f"iods/{iod.id}.yaml", kind, f"one of the {kind} of the dictionaries", use.id)
                _check_rows(f"iods/{iod.id}.yaml", use.changes, included, keywords)
    for module in (*modules, *macros):
        _check_rows(f"{'macros' if module.macro else 'modules'}/{module.id}.yaml", module.rows, included, keywords)


def _check_rows(path: str, rows: Iterable[Row], included: set[str], keywords: frozenset[str]) -> None:
    for row in rows:
        if isinstance(row, Attribute):
            if row.keyword not in keywords:
                raise SchemaError(path, "attributes", "a keyword of elements.yaml", row.keyword)
            _check_rows(path, row.rows, included, keywords)
        elif isinstance(row, Include):
            if row.macro not in included:
                raise SchemaError(path, "attributes", "a macro of the dictionaries", f"+{row.macro}")
            _check_rows(path, row.changes, included, keywords)
            for constraint in row.constraints:
                if constraint.keyword and constraint.keyword not in keywords:
                    raise SchemaError(path, "attributes", "a keyword of elements.yaml", constraint.keyword)

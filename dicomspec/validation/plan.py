"""The tables of an IOD, prepared for looking at one dataset: tag -> what the modules say of it, level by level.

Macros are unfolded, conditions on includes go with what they bring in, and what an inner level asks for is put
together when the first item of a sequence is looked at. Plans are kept with the edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from dicomspec.edition import Edition
from dicomspec.iods import AnyAttribute, Attribute, Condition, Include, Iod, Module, Row, Use, changed

__all__ = ["PER_FRAME", "SHARED", "Demand", "Plan", "plan_of"]

DEEPEST: Final = 32
REPEATING: Final = (0x50, 0x60)
"""Groups of curves and overlays, which repeat."""

SHARED, PER_FRAME = 0x52009229, 0x52009230


class Demand(NamedTuple):
    """What one module says of one attribute.

    Attributes:
        source: the module or macro in which it stands, with its section.
        module: the module of the IOD, or functional group macro, by which it came in.
        guards: conditions of the includes on the way.
        groups: (kind, number) of the context groups for the codes in its items.
        inside: the macros that are being unfolded, against endless nesting.
    """

    attribute: Attribute
    source: str
    section: str
    module: str
    guards: tuple[Condition, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()


class Plan:
    """What one level of a dataset is to hold.

    Attributes:
        demands: by tag.
        open: whether attributes of any kind may stand here.
    """

    def __init__(self, edition: Edition, demands: Iterable[Demand] = (), is_open: bool = False) -> None:
        self.edition = edition
        self.demands: dict[int, list[Demand]] = {}
        self.open = is_open
        self.uses: tuple[Use, ...] = ()
        self.groups: Plan | None = None
        self._uses: dict[str, Use] = {}
        self._wanted: tuple[int, ...] | None = None
        self._telling: dict[str, tuple[int, ...]] = {}
        self._below: dict[int, Plan | None] = {}
        for demand in demands:
            tag = edition.tag_for_keyword(demand.attribute.keyword)
            if tag is not None:
                self.demands.setdefault(int(tag), []).append(demand)

    def use(self, module: str) -> Use:
        """How the IOD uses a module."""
        if not self._uses:
            self._uses = {use.id: use for use in self.uses}
        return self._uses[module]

    def wanted(self) -> tuple[int, ...]:
        """The tags that may be required here."""
        if self._wanted is None:
            self._wanted = tuple(
                tag
                for tag, demands in self.demands.items()
                if tag >> 24 not in REPEATING and any(d.attribute.type not in ("3", "") for d in demands)
            )
        return self._wanted

    def telling(self, module: str) -> tuple[int, ...]:
        """The tags that tell that a module is used: those that it requires and no mandatory module has.

        A module that requires nothing is used if any of its attributes is there.
        """
        if not self._telling:
            sure = {tag for tag, demands in self.demands.items() for d in demands if self.use(d.module).use == "M"}
            own: dict[str, dict[int, str]] = {use.id: {} for use in self.uses}
            for tag, demands in self.demands.items():
                for demand in demands:
                    if not demand.guards:
                        own[demand.module][tag] = demand.attribute.type
            for name, types in own.items():
                required = tuple(tag for tag, kind in types.items() if kind in ("1", "2") and tag not in sure)
                self._telling[name] = required or tuple(types)
        return self._telling[module]

    def known(self, tag: int) -> list[Demand]:
        """The demands on a tag; those of a repeating group are written for its first one."""
        found = self.demands.get(tag)
        if found is None and tag >> 24 in REPEATING:
            found = self.demands.get(tag & 0xFF00FFFF)
        return found or []

    def below(self, tag: int) -> Plan | None:
        """The plan of the items of a sequence; None if nothing is said of them."""
        if tag in (SHARED, PER_FRAME) and self.groups is not None:
            return self.groups
        if tag not in self._below:
            self._below[tag] = self._made(tag)
        return self._below[tag]

    def _made(self, tag: int) -> Plan | None:
        with_rows = [demand for demand in self.known(tag) if demand.attribute.rows]
        if not with_rows:
            return None
        plan = Plan(self.edition)
        for demand in with_rows:
            _unfold(plan, demand.attribute.rows, demand, ())
        return plan


def _unfold(plan: Plan, rows: Iterable[Row], around: Demand, inside: tuple[str, ...]) -> None:
    """Put the demands of rows into a plan."""
    edition = plan.edition
    for row in rows:
        if isinstance(row, AnyAttribute):
            plan.open = True
        elif isinstance(row, Attribute):
            tag = edition.tag_for_keyword(row.keyword)
            if tag is not None:
                demand = around._replace(attribute=row, groups=_groups(row))
                plan.demands.setdefault(int(tag), []).append(demand)
        elif isinstance(row, Include) and row.macro not in inside and len(inside) < DEEPEST:
            macro = edition.macro(row.macro)
            guards = around.guards if row.condition is None else (*around.guards, row.condition)
            within = around._replace(source=macro.name, section=macro.section or around.section, guards=guards)
            _unfold(plan, _constrained(changed(macro.rows, row.changes), row), within, (*inside, row.macro))


def _constrained(rows: tuple[Row, ...], include: Include) -> Iterator[Row]:
    """The rows of a macro; context groups that the include names for an attribute go to its own includes of codes."""
    named = {each.keyword: each for each in include.constraints if each.keyword}
    for row in rows:
        if isinstance(row, Attribute) and row.keyword in named:
            constraint = named[row.keyword]._replace(keyword="")
            inner = tuple(
                each._replace(constraints=(constraint,)) if isinstance(each, Include) else each for each in row.rows
            )
            row = row._replace(rows=inner)
        yield row


def _groups(row: Attribute) -> tuple[tuple[str, str], ...]:
    return tuple(
        (constraint.kind, constraint.number)
        for each in row.rows
        if isinstance(each, Include)
        for constraint in each.constraints
        if not constraint.keyword
    )


def plan_of(edition: Edition, iod: Iod) -> Plan:
    """The plan of an IOD."""
    kept = edition._kept.setdefault("plans", {})
    if iod.id not in kept:
        plan = Plan(edition)
        plan.uses = iod.modules
        for use in iod.modules:
            _unfold_module(plan, use, edition.module(use.id))
        if iod.functional_groups:
            plan.groups = Plan(edition)
            plan.groups.uses = iod.functional_groups
            for use in iod.functional_groups:
                _unfold_module(plan.groups, use, edition.macro(use.id))  # some modules are called like one
        kept[iod.id] = plan
    found: Plan = kept[iod.id]
    return found


def _unfold_module(plan: Plan, use: Use, module: Module) -> None:
    start = Demand(Attribute(""), module.name, module.section, use.id)
    _unfold(plan, changed(module.rows, use.changes), start, ())

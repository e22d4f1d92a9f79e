"""The tables of an IOD, prepared for looking at one dataset: tag -> what the modules say of it, level by level.

Macros are unfolded, conditions on includes go with what they bring in, and what an inner level asks for is put
together when the first item of a sequence is looked at. Plans are kept with the edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, TypeVar

from dicomspec.edition import Edition
from dicomspec.iods import AnyAttribute, Attribute, Include, Iod, Module, Row, Use, changed

__all__ = ["PER_FRAME", "SHARED", "Demand", "Level", "Plan", "Said", "plan_of"]

DEEPEST: Final = 32
T = TypeVar("T")
MOST_LEVELS: Final = 64
REPEATING: Final = (0x50, 0x60)
"""Groups of curves and overlays, which repeat."""

SHARED, PER_FRAME = 0x52009229, 0x52009230


class Guard(NamedTuple):
    """The condition of an include on the way, with how many levels up it stands."""

    when: str
    otherwise: str
    up: int = 0


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
    guards: tuple[Guard, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()


class Said(NamedTuple):
    """What is said of one attribute.

    Attributes:
        guarded: whether some demands hold now and then alone.
        conditional: whether what they come to depends on conditions.
        counted: whether there is a number of values besides that of the dictionary.
        listed: whether there are lists of values.
        groups: (kind, number) of the context groups for the codes in its items.
    """

    demands: list[Demand]
    guarded: bool
    conditional: bool
    counted: bool
    listed: bool
    groups: list[tuple[str, str]]


class Level(NamedTuple):
    """What is said where some modules of a plan are used.

    Attributes:
        said: by tag.
        wanted: the tags that may be required.
        free: tags that break nothing by being there, whatever they hold.
    """

    said: dict[int, Said]
    wanted: tuple[tuple[int, Said], ...]
    free: frozenset[int]

    def known(self, tag: int) -> Said | None:
        """What is said of a tag."""
        return _of_tag(self.said, tag)


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
        self._levels: dict[frozenset[str] | None, Level] = {}
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

    def level(self, modules: frozenset[str] | None) -> Level:
        """What holds where these modules are used; None for all."""
        found = self._levels.get(modules)
        if found is None:
            if len(self._levels) >= MOST_LEVELS:
                self._levels.clear()
            found = self._levels[modules] = self._level(modules)
        return found

    def _level(self, modules: frozenset[str] | None) -> Level:
        found: dict[int, Said] = {}
        for tag, demands in self.demands.items():
            own = demands if modules is None else [demand for demand in demands if demand.module in modules]
            if own:
                found[tag] = _said(own)
        wanted = [
            (tag, said)
            for tag, said in found.items()
            if tag >> 24 not in REPEATING and any(d.attribute.type not in ("3", "") for d in said.demands)
        ]
        free = frozenset(tag for tag, said in found.items() if not any(map(_asks, said.demands)))
        return Level(found, tuple(wanted), free)

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
        """The demands on a tag."""
        return _of_tag(self.demands, tag) or []

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
            guards = tuple(guard._replace(up=guard.up + 1) for guard in demand.guards)
            _unfold(plan, demand.attribute.rows, demand._replace(guards=guards), ())
        return plan


def _of_tag(by_tag: dict[int, T], tag: int) -> T | None:
    """What is kept for a tag; that of a repeating group is written for its first one."""
    found = by_tag.get(tag)
    if found is None and tag >> 24 in REPEATING:
        found = by_tag.get(tag & 0xFF00FFFF)
    return found


def _said(demands: list[Demand]) -> Said:
    guarded = any(demand.guards for demand in demands)
    return Said(
        demands,
        guarded,
        guarded or any(demand.attribute.type in ("1C", "2C") for demand in demands),
        any(demand.attribute.vm for demand in demands),
        any(demand.attribute.values for demand in demands),
        [group for demand in demands for group in demand.groups],
    )


def _asks(demand: Demand) -> bool:
    """Whether there is anything to look at when the attribute is there."""
    attribute = demand.attribute
    return bool(
        demand.guards
        or attribute.values
        or attribute.vm
        or attribute.items
        or attribute.rows
        or demand.groups
        or attribute.type not in ("2", "3", "")
    )


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
            own = () if row.condition is None else (Guard(row.condition.when, row.condition.otherwise),)
            guards = (*around.guards, *own)
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

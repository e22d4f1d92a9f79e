"""Information Object Definitions, modules and macros as values (PS3.3), made from the tables of an edition.

Macros stay includes, as they are written: `expand` unfolds them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, Final, NamedTuple, TypeAlias

from dicomspec._generated.typed import *  # noqa: F403 (types alone: nothing at run time)
from dicomspec._generated.vr import VRS

__all__ = [
    "NONE",
    "AnyAttribute",
    "Attribute",
    "Condition",
    "ContextConstraint",
    "Include",
    "Iod",
    "Items",
    "Module",
    "Place",
    "Row",
    "Use",
    "ValueList",
    "changed",
    "expand",
    "has_attribute",
    "identifier",
    "included",
    "make_iod",
    "make_module",
    "overlaid",
    "places",
    "plain",
    "specialised",
]

DEEPEST: Final = 16
"""Levels of sequences that are unfolded."""

NONE: Final = "NONE"
"""The value that stands in the sentence before a list more often than in the list, where that was read from prose."""


class Condition(NamedTuple):
    """When something is required.

    Attributes:
        when: an expression of the condition language, or ``"?"`` for what cannot be told from a dataset.
        otherwise: what holds if it is not so: ``""`` it shall not be present (PS3.5 7.4.2), ``"may"`` it may be,
            an expression for when it may be, or ``"?"``.
        src: hash of the sentence.
        text: the sentence, in editions that a user imported.
        edition: of the sentence, where that is not the edition of the module.
    """

    when: str
    otherwise: str = ""
    src: str = ""
    text: str = ""
    edition: str = ""


class ValueList(NamedTuple):
    """Values that an attribute may have: Enumerated Values, which are all there are, or Defined Terms.

    Attributes:
        position: of the value they are for, counted from 1; 0 for each.
        condition: when they hold; None for always.
    """

    values: tuple[str, ...]
    enumerated: bool
    position: int = 0
    condition: Condition | None = None
    edition: str = ""


class ContextConstraint(NamedTuple):
    """The context group or template of an include: kind ``"dcid"``, ``"bcid"``, ``"dtid"`` or ``"btid"``.

    `keyword` is the attribute of the macro that it is for; empty for what encloses the include.
    """

    kind: str
    number: str
    keyword: str = ""


class Items(NamedTuple):
    """How many items a sequence has; ``most`` is None for any number."""

    least: int
    most: int | None


class Attribute(NamedTuple):
    """One row of a module.

    Attributes:
        type: 1, 1C, 2, 2C or 3; empty where the standard says none.
        rows: what is in the items of a sequence.
        see: section with more rules.
        vm: number of values, such as ``"3-n"``, where it is not that of the dictionary.
    """

    keyword: str
    type: str = ""
    condition: Condition | None = None
    values: tuple[ValueList, ...] = ()
    items: Items | None = None
    rows: tuple[Row, ...] = ()
    see: str = ""
    vm: str = ""


class Include(NamedTuple):
    """The attributes of a macro, at this place; `changes` are those that are specialised here."""

    macro: str
    condition: Condition | None = None
    constraints: tuple[ContextConstraint, ...] = ()
    changes: tuple[Attribute, ...] = ()


class AnyAttribute(NamedTuple):
    """Further attributes of any kind may stand here."""


Row: TypeAlias = "Attribute | Include | AnyAttribute"


class Module(NamedTuple):
    """A module or macro: `id` such as ``"general-image"``, `table` and `section` of PS3.3."""

    id: str
    name: str
    table: str
    section: str
    rows: tuple[Row, ...]
    is_macro: bool = False


class Use(NamedTuple):
    """The use of a module by an IOD, or of a functional group macro: ``"M"``, ``"C"`` or ``"U"``.

    `changes` are the attributes of it that the IOD specialises.
    """

    id: str
    use: str
    entity: str = ""
    condition: Condition | None = None
    changes: tuple[Attribute, ...] = ()


class Iod(NamedTuple):
    """An Information Object Definition: `id` such as ``"ct-image"``, `sop_classes` by UID."""

    id: str
    name: str
    table: str
    section: str
    sop_classes: tuple[str, ...]
    modules: tuple[Use, ...]
    functional_groups: tuple[Use, ...] = ()


class Place(NamedTuple):
    """Where an attribute stands: in a module or macro, below the sequences of `path`."""

    module: Module
    path: tuple[str, ...]
    attribute: Attribute


def plain(value: object, vr: str) -> str:
    """A value, or what a list says of it, as text to compare: tags as ``00181063``, numbers without leading zeros, also
    those that a list has as ``0001H``."""
    if vr == "AT":
        return f"{value:08X}" if isinstance(value, int) else str(value).removesuffix("H").upper()
    text = str(value).strip()
    if vr in VRS and VRS[vr].kind == "text":
        return text
    try:
        number = int(text[:4], 16) if text[-1:] == "H" and len(text) == 5 else float(text)
    except ValueError:
        return text
    return str(int(number)) if number == number // 1 else repr(number)


def identifier(name: str) -> str:
    """What a module, macro or IOD of that name is called: ``"CT Image"`` -> ``"ct-image"``."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


# --- from the tables ------------------------------------------------------------------------------------------------


def make_iod(name: str, raw: tuple[Any, ...]) -> Iod:
    """An IOD from its row in the table ``iods``."""
    title, table, section, sop_classes, modules, groups = raw
    return Iod(name, title, table, section, sop_classes, tuple(map(_use, modules)), tuple(map(_use, groups)))


def make_module(name: str, raw: tuple[Any, ...], is_macro: bool) -> Module:
    """A module or macro from its row in the table ``modules`` or ``macros``."""
    title, table, section, rows = raw
    return Module(name, title, table, section, _rows(rows), is_macro)


def _use(raw: tuple[Any, ...]) -> Use:
    use = Use(*raw)
    return use._replace(condition=_condition(use.condition), changes=tuple(map(_attribute, use.changes)))


def _rows(raw: tuple[Any, ...]) -> tuple[Row, ...]:
    return tuple(map(_row, raw))


def _row(raw: tuple[Any, ...]) -> Row:
    if raw[0] == "*":
        return AnyAttribute()
    if raw[0] == "+":
        include = Include(*raw[1:])
        constraints = tuple(ContextConstraint(*each) for each in include.constraints)
        changes = tuple(_attribute(each) for each in include.changes)
        return Include(include.macro, _condition(include.condition), constraints, changes)
    return _attribute(raw)


def _attribute(raw: tuple[Any, ...]) -> Attribute:
    row = Attribute(*raw)
    if len(raw) <= 2:
        return row
    values = tuple(_values(each) for each in row.values)
    items = None if row.items is None else Items(*row.items)
    return Attribute(row.keyword, row.type, _condition(row.condition), values, items, _rows(row.rows), row.see, row.vm)


def _values(raw: tuple[Any, ...]) -> ValueList:
    found = ValueList(*raw)
    return found._replace(condition=_condition(found.condition))


def _condition(raw: Any) -> Condition | None:
    return None if raw is None else Condition(*raw)


def has_attribute(raw: tuple[Any, ...], keyword: str) -> bool:
    """Whether rows of a table have an attribute; quicker than to make values of them all."""
    for row in raw:
        inner = _CHANGES if row[0] == "+" else _INNER
        if row[0] == keyword or (len(row) > inner and has_attribute(row[inner], keyword)):
            return True
    return False


def included(raw: tuple[Any, ...]) -> Iterator[str]:
    """The macros that rows of a table include, those in sequences too."""
    for row in raw:
        if row[0] == "+":
            yield row[1]
        elif len(row) > _INNER:
            yield from included(row[_INNER])


_INNER: Final = 5
"""Where in an attribute of a table the rows of its items stand."""

_CHANGES: Final = 4
"""Where in an include of a table the attributes that are specialised there stand."""


# --- looking through ------------------------------------------------------------------------------------------------


def places(module: Module) -> Iterator[Place]:
    """The attributes of a module as they are written, with those in sequences and those that includes specialise."""
    stack: list[tuple[tuple[str, ...], Iterator[Row]]] = [((), iter(module.rows))]
    while stack:
        path, rows = stack[-1]
        row = next(rows, None)
        if row is None:
            stack.pop()
        elif isinstance(row, Attribute):
            yield Place(module, path, row)
            if row.rows:
                stack.append(((*path, row.keyword), iter(row.rows)))
        elif isinstance(row, Include) and row.changes:
            stack.append((path, iter(row.changes)))


def expand(
    rows: Iterable[Row], macro: Callable[[str], Module], inside: tuple[str, ...] = (), depth: int = 0
) -> Iterator[tuple[tuple[str, ...], Attribute]]:
    """The attributes of rows with macros unfolded, each with its path of keywords, its own at the end.

    A macro is not entered again inside itself, and no more than `DEEPEST` levels of sequences are.
    """
    for row in rows:
        if isinstance(row, Attribute):
            yield (row.keyword,), row
            if depth < DEEPEST:
                for path, attribute in expand(row.rows, macro, inside, depth + 1):
                    yield (row.keyword, *path), attribute
        elif isinstance(row, Include) and row.macro not in inside:
            specialised = changed(macro(row.macro).rows, row.changes)
            yield from expand(specialised, macro, (*inside, row.macro), depth)


def changed(rows: tuple[Row, ...], changes: tuple[Attribute, ...]) -> tuple[Row, ...]:
    """The rows of a macro as an include specialises them; what it has not itself goes to the first macro in it."""
    left = {change.keyword: change for change in changes}
    done: list[Row] = []
    for row in rows:
        change = left.pop(row.keyword, None) if isinstance(row, Attribute) else None
        done.append(overlaid(row, change) if isinstance(row, Attribute) and change is not None else row)
    for place, row in enumerate(done):
        if left and isinstance(row, Include):
            done[place] = row._replace(changes=row.changes + tuple(left.values()))
            left = {}
    return (*done, *left.values())


def specialised(
    rows: tuple[Row, ...], changes: tuple[Attribute, ...], macro: Callable[[str], Module]
) -> Iterator[Attribute]:
    """The attributes of rows, and of the macros in them, that changes are for: as they are after them."""
    names = {change.keyword for change in changes}
    for row in changed(rows, changes) if changes else ():
        if isinstance(row, Attribute):
            if row.keyword in names:
                yield row
        elif isinstance(row, Include):
            inside = tuple(change for change in row.changes if change in changes)
            yield from specialised(macro(row.macro).rows, inside, macro)


def overlaid(row: Attribute, change: Attribute) -> Attribute:
    """A row with what a change says in place of its own; rows of items are added."""
    return Attribute(
        row.keyword,
        change.type or row.type,
        change.condition or (None if change.type else row.condition),
        change.values or row.values,
        change.items or row.items,
        row.rows + change.rows,
        change.see or row.see,
        change.vm or row.vm,
    )


# --- classes --------------------------------------------------------------------------------------------------------


def _class(name: str) -> Any:
    """The class of an IOD, made when it is asked for: it stands above datasets, which stand above this module."""
    if name[:1].isupper() and name in import_module(f"{__package__}._generated.typed_names").CLASSES:
        return import_module(f"{__package__}.typed").object_definition(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


globals()["__getattr__"] = _class  # type checkers are not to believe that there is every name

"""Emits the types of the IOD classes for editors and type checkers: a stub; the classes are made when they are used.

One for each IOD, whose bases are its modules; one for each module and macro, whose bases are the macros that it
includes; one for the items of each sequence. Macros have one order for all, so that bases always agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from .emit_attributes import ALONE, GET, SET, form, value_kind
from .model import Element, Specification
from .model.iods import Iod
from .model.modules import Attribute, Include, Module, Row, expand, overlaid, specialised
from .source_text import BANNER, literal, module, table

__all__ = ["class_name", "emit"]

USAGES: Final = "MCU"
FORMS: Final = {"one": "One", "some": "Many", "many": "ManyAtOnce"}
"""Multiplicity -> how aliases are called: of at least two values, one is refused."""
GROUP_SEQUENCES: Final = tuple(f"{whose}FunctionalGroupsSequence" for whose in ("Shared", "PerFrame", "CurrentFrame"))
"""Their items hold the functional groups of the IOD."""

_RUNTIME: Final = f'''{BANNER}
"""The classes of IODs, for type checkers: the stub beside this file has them; `dicomspec.typed` makes them."""

__all__: list[str] = []
'''

_HEAD: Final = f"""{BANNER}
# mypy: disable-error-code="override,assignment,misc"
# pyright: reportIncompatibleVariableOverride=false, reportIncompatibleMethodOverride=false
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from dicomspec.tag import Tag
from dicomspec.typed import Item, ObjectDefinition, SequenceOf, Value
from dicomspec.typed_groups import FrameView, FunctionalGroupsOf
from dicomspec.uid import UID
from dicomspec.values import DA, DT, TM, PersonName

"""


_Own: TypeAlias = "dict[str, tuple[Attribute, Module]]"
"""The attributes that a class has itself, by keyword, with the module that has them."""


class _Tables(NamedTuple):
    elements: Mapping[str, Element]
    kinds: Mapping[str, str]
    macros: Mapping[str, Module]
    rank: Mapping[str, int]
    made: dict[str, type]  # a class for each class, for the order in which its bases are looked through
    joined: dict[str, dict[str, list[str]]]  # class -> sequence -> the classes that its items are made of


def emit(spec: Specification) -> dict[str, str]:
    """The modules ``typed``, which is empty but for its stub, and ``typed_names``."""
    named = {e.keyword: e for e in spec.elements if e.keyword and e.vr and not e.repeats}
    kinds = {keyword: value_kind(spec, element) for keyword, element in named.items()}
    macros = {module.id: module for module in (*spec.modules, *spec.macros)}  # a few modules are included like a macro
    tables = _Tables(named, kinds, macros, _order(macros), {}, {})
    _make(spec, tables)
    used: set[str] = set()
    included = set(_included(row for each in (*spec.modules, *spec.macros) for row in each.rows))
    included |= {use.id for iod in spec.iods for use in iod.functional_groups}
    parts: list[str] = []
    for each in macros.values():
        if each.id in included:
            parts += _class(_mixin(each.id), each.rows, each, tables, used)
    for each in spec.modules:
        parts += _class(f"{class_name(each.id)}Module", each.rows, each, tables, used)
    for iod in spec.iods:
        parts += _iod(iod, tables, used)
    aliases = "".join(_alias_line(alias) for alias in sorted(used))
    names = ((literal(iod_name(iod)), literal(iod.id)) for iod in spec.iods)
    order = ((literal(name), literal(place)) for name, place in sorted(tables.rank.items(), key=lambda each: each[1]))
    joined = ((literal(name), literal(tuple(found))) for name, found in tables.joined.items() if found)
    doc = "Classes of IODs by name, the order of macros as bases, and sequences that a class has from several bases."
    names_module = module(
        doc,
        table("CLASSES", "dict[str, str]", names),
        table("MACRO_ORDER", "dict[str, int]", order),
        table("JOINED", "dict[str, tuple[str, ...]]", joined),
        imports="from typing import Final",
    )
    return {"typed_names.py": names_module, "typed.py": _RUNTIME, "typed.pyi": f"{_HEAD}{aliases}\n{''.join(parts)}"}


def class_name(name: str) -> str:
    """``"ct-image"`` -> ``"CtImage"``; identifiers that begin with a digit get an underscore."""
    joined = "".join(part[:1].upper() + part[1:] for part in name.replace("-iod", "").split("-"))
    return f"_{joined}" if joined[:1].isdigit() else joined


def iod_name(iod: Iod) -> str:
    """What the class of an IOD is called: its name without blanks, ``"CT Image"`` -> ``"CTImage"``."""
    words = iod.name.replace("12-Lead", "Twelve-Lead").replace("IOD", "").split()
    return "".join(c for word in words for c in word[:1].upper() + word[1:] if c.isalnum())


def _order(macros: Mapping[str, Module]) -> dict[str, int]:
    """One order of all macros in which each comes before those that it includes."""
    done: dict[str, None] = {}

    def visit(name: str, inside: tuple[str, ...]) -> None:
        if name in done or name in inside:
            return
        for each in _includes(macros[name].rows):
            visit(each.macro, (*inside, name))
        done[name] = None

    for name in macros:
        visit(name, ())
    return {name: place for place, name in enumerate(reversed(done))}


def _included(rows: Iterable[Row]) -> Iterator[str]:
    """The macros that rows include, those of items and of what is specialised too."""
    for row in rows:
        if isinstance(row, Include):
            yield row.macro
            yield from _included(row.changes)
        elif isinstance(row, Attribute):
            yield from _included(row.rows)


def _includes(rows: Iterable[Row]) -> list[Include]:
    return [row for row in rows if isinstance(row, Include)]


def _mixin(name: str) -> str:
    return f"{class_name(name)}Macro"


def _bases(name: str, rows: Iterable[Row], tables: _Tables) -> list[str]:
    names = {row.macro for row in _includes(rows) if _mixin(row.macro) != name}
    return [_mixin(each) for each in sorted(names, key=lambda each: tables.rank[each])]


def _own(rows: Iterable[Row], tables: _Tables) -> list[Attribute]:
    """The attributes that a class has itself: those of its rows, and what is specialised of those of its bases."""
    found: dict[str, Attribute] = {}
    for row in rows:
        own: Iterable[Row] = (row,)
        if isinstance(row, Include):
            own = specialised(tables.macros[row.macro].rows, row.changes, tables.macros)
        for each in own:
            if isinstance(each, Attribute):
                before = found.get(each.keyword)
                found[each.keyword] = each if before is None else overlaid(before, each)
    return list(found.values())


# --- sequences that several bases have: their items are made of those of all ----------------------------------------


def _make(spec: Specification, tables: _Tables) -> None:
    """Fill in `_Tables.made`."""
    last_first = sorted(tables.macros.values(), key=lambda each: -tables.rank[each.id])
    named = [(_mixin(each.id), each) for each in last_first]
    named += [(f"{class_name(each.id)}Module", each) for each in spec.modules]
    for name, each in named:
        own = {row.keyword: (row, each) for row in _own(each.rows, tables)}
        _note(name, _bases(name, each.rows, tables), own, tables)
    for iod in spec.iods:
        _note(iod_name(iod), _modules(iod), {}, tables)


def _note(name: str, bases: list[str], own: _Own, tables: _Tables) -> None:
    """Note a class, and the sequences of which a later base has attributes that the first one lacks."""
    sequences = {
        keyword: (_item(name, row), frozenset(path[0] for path, _ in expand(row.rows, tables.macros, 0)))
        for keyword, (row, _) in own.items()
        if tables.kinds.get(keyword) == "sequence"
    }
    made = type(name, tuple(tables.made[base] for base in bases), {"own": own, "sequences": sequences})
    found: dict[str, dict[str, frozenset[str]]] = {}
    for base in made.__mro__:
        for keyword, (item, words) in vars(base).get("sequences", {}).items():
            found.setdefault(keyword, {}).setdefault(item, words)
    tables.made[name], tables.joined[name] = made, {}
    for keyword, items in found.items():
        (first, words), *others = items.items()
        more = [item for item, theirs in others if theirs - words]
        if more:
            sequences[keyword] = (f"{name}_All{keyword}", words.union(*(items[item] for item in more)))
            tables.joined[name][keyword] = sorted([first, *more], key=lambda item: item.endswith("Macro"))


def _joined_text(name: str, tables: _Tables) -> tuple[list[str], list[str]]:
    """The classes of items for that, and the lines of the class that has them."""
    classes, lines = [], []
    for keyword, items in tables.joined[name].items():
        item = f"{name}_All{keyword}"
        classes.append(f"class {item}({', '.join(items)}): ...\n")
        lines.append(f"    {keyword}: SequenceOf[{item}]\n")
    return classes, lines


# --- text -----------------------------------------------------------------------------------------------------------


def _class(name: str, rows: tuple[Row, ...], module: Module, tables: _Tables, used: set[str]) -> list[str]:
    """A class of some rows, after the classes of the items below it."""
    inner: list[str] = []
    lines = [_line(name, row, module, tables, inner, used) for row in _own(rows, tables)]
    if name in tables.joined:
        classes, more = _joined_text(name, tables)
        inner, lines = inner + classes, lines + more
    body = "".join(dict.fromkeys(filter(None, lines))) or "    ...\n"
    return [*inner, f"class {name}({', '.join(_bases(name, rows, tables)) or 'Item'}):\n{body}"]


def _item(owner: str, row: Attribute) -> str:
    """The name of the class of the items of a sequence."""
    macros = _includes(row.rows)
    if len(row.rows) == 1 and macros and not macros[0].changes:
        return _mixin(macros[0].macro)
    return f"{owner}_{row.keyword}" if row.rows else "Item"


def _line(owner: str, row: Attribute, module: Module, tables: _Tables, inner: list[str], used: set[str]) -> str:
    element = tables.elements.get(row.keyword)
    if element is None:
        return ""
    kind, vm = tables.kinds[row.keyword], row.vm or element.vm
    if kind == "sequence":
        item = _item(owner, row)
        if item == f"{owner}_{row.keyword}":
            inner += _class(item, row.rows, module, tables, used)
        held = f"SequenceOf[{item}]"
    else:
        held = f"_{kind.title()}{FORMS[form(vm)]}{'Must' if row.type == '1' else ''}"
        used.add(held)
    type_ = f", type {row.type}" if row.type else ""
    section = row.see or module.section
    return f'    {row.keyword}: {held}\n    """{element.name}: {element.vr}, VM {vm}{type_}, {section}"""\n'


def _alias_line(alias: str) -> str:
    plain = alias.removesuffix("Must")
    shape = next(shape for shape in ("ManyAtOnce", "Many", "One") if plain.endswith(shape))
    kind = plain[1:].removesuffix(shape).lower()
    one = GET[kind] + ("" if alias.endswith("Must") else " | None")
    get = one if shape == "One" else f"list[{GET[kind]}]"
    alone = ALONE.get(kind, SET[kind]) if shape == "ManyAtOnce" else SET[kind]
    several = "" if shape == "One" else f"Iterable[{SET[kind]}]"
    set_ = " | ".join(filter(None, [alone, several, "None"]))
    return f"{alias} = Value[{get}, {set_}]\n"


def _modules(iod: Iod) -> list[str]:
    """The classes of modules: mandatory ones first, and the later ones before, which say more."""
    later_first = iod.modules[::-1]
    return [f"{class_name(use.id)}Module" for use in sorted(later_first, key=lambda use: USAGES.index(use.use))]


def _iod(iod: Iod, tables: _Tables, used: set[str]) -> list[str]:
    """An IOD, with what it specialises of its modules, after the class of its frames."""
    name = iod_name(iod)
    parts, lines = _joined_text(name, tables)
    own: _Own = {}
    for change in (change for use in iod.modules for change in use.changes):
        places = (vars(base).get("own", {}).get(change.keyword) for base in tables.made[name].__mro__)
        if place := own.get(change.keyword) or next(filter(None, places), None):
            own[change.keyword] = overlaid(place[0], change), place[1]
    lines += [_line(name, row, module, tables, parts, used) for row, module in own.values()]
    if iod.functional_groups:
        groups = sorted({use.id for use in iod.functional_groups}, key=lambda each: tables.rank[each])
        parts.append(f"class {name}Groups({', '.join(map(_mixin, groups))}): ...\n")
        parts.append(f"class {name}Frame({name}Groups, FrameView): ...\n")
        lines.append(f"    functional_groups: FunctionalGroupsOf[{name}Frame]\n")
        there = {word for base in tables.made[name].__mro__ for word in vars(base).get("own", {})}
        lines += [f"    {word}: SequenceOf[{name}Groups]\n" for word in GROUP_SEQUENCES if word in there]
    body = "\n" + "".join(filter(None, lines)) if any(lines) else " ...\n"
    return [*parts, f"class {name}({', '.join([*_modules(iod), 'ObjectDefinition'])}):{body}"]

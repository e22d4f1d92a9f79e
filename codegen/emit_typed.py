"""Emits the types of the IOD classes for editors and type checkers: a stub; the classes are made when they are used.

One for each IOD, whose bases are its modules; one for each module and macro, whose bases are the macros that it
includes; one for the items of each sequence. Macros have one order for all, so that bases always agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from .emit_attributes import GET, SET, form, value_kind
from .model import Element, Specification
from .model.iods import Iod
from .model.modules import Attribute, Include, Module, Row
from .source_text import BANNER, literal, module, table

__all__ = ["class_name", "emit"]

USAGES: Final = "MCU"

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


class _Tables(NamedTuple):
    elements: Mapping[str, Element]
    kinds: Mapping[str, str]
    macros: Mapping[str, Module]
    rank: Mapping[str, int]


def emit(spec: Specification) -> dict[str, str]:
    """The modules ``typed``, which is empty but for its stub, and ``typed_names``."""
    named = {e.keyword: e for e in spec.elements if e.keyword and e.vr and not e.repeats}
    kinds = {keyword: value_kind(spec, element) for keyword, element in named.items()}
    macros = {module.id: module for module in (*spec.modules, *spec.macros)}  # a few modules are included like a macro
    tables = _Tables(named, kinds, macros, _order(macros))
    used: set[str] = set()
    included = set(_included(row for each in (*spec.modules, *spec.macros) for row in each.rows))
    included |= {use.id for iod in spec.iods for use in iod.functional_groups}
    parts: list[str] = []
    for each in macros.values():
        if each.id in included:
            parts += _class(_mixin(each.id), each.rows, each, tables, used)
    for each in spec.modules:
        parts += _class(f"{class_name(each.id)}Module", each.rows, each, tables, used)
    parts += [_iod(iod, tables) for iod in spec.iods]
    aliases = "".join(_alias_line(alias) for alias in sorted(used))
    names = ((literal(iod_name(iod)), literal(iod.id)) for iod in spec.iods)
    order = ((literal(name), literal(place)) for name, place in sorted(tables.rank.items(), key=lambda each: each[1]))
    doc = "Classes of IODs by name, and the one order of all macros in which they are bases of others."
    names_module = module(
        doc,
        table("CLASSES", "dict[str, str]", names),
        table("MACRO_ORDER", "dict[str, int]", order),
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


def _class(name: str, rows: tuple[Row, ...], module: Module, tables: _Tables, used: set[str]) -> list[str]:
    """A class of some rows, after the classes of the items below it."""
    inner: list[str] = []
    lines: list[str] = []
    bases = {row.macro for row in _includes(rows) if _mixin(row.macro) != name}
    for row in rows:
        if isinstance(row, Include):
            lines += [_line(name, c, module, tables, inner, used) for c in row.changes if not c.rows and c.type]
        elif isinstance(row, Attribute):
            lines.append(_line(name, row, module, tables, inner, used))
    ordered = [_mixin(base) for base in sorted(bases, key=lambda each: tables.rank[each])]
    body = "".join(dict.fromkeys(filter(None, lines))) or "    ...\n"
    return [*inner, f"class {name}({', '.join(ordered) or 'Item'}):\n{body}"]


def _line(owner: str, row: Attribute, module: Module, tables: _Tables, inner: list[str], used: set[str]) -> str:
    element = tables.elements.get(row.keyword)
    if element is None:
        return ""
    kind = tables.kinds[row.keyword]
    if kind == "sequence":
        item = f"{owner}_{row.keyword}"
        macros = _includes(row.rows)
        if len(row.rows) == 1 and macros and not macros[0].changes:
            item = _mixin(macros[0].macro)
        elif not row.rows:
            item = "Item"
        else:
            inner += _class(item, row.rows, module, tables, used)
        held = f"SequenceOf[{item}]"
    else:
        held = f"_{kind.title()}{'One' if form(element.vm) == 'one' else 'Many'}{'Must' if row.type == '1' else ''}"
        used.add(held)
    type_ = f", type {row.type}" if row.type else ""
    section = row.see or module.section
    return f'    {row.keyword}: {held}\n    """{element.name}: {element.vr}, VM {element.vm}{type_}, {section}"""\n'


def _alias_line(alias: str) -> str:
    must = alias.endswith("Must")
    plain = alias.removesuffix("Must")
    many = plain.endswith("Many")
    kind = plain[1:].removesuffix("Many").removesuffix("One").lower()
    get = f"list[{GET[kind]}]" if many else GET[kind] + ("" if must else " | None")
    set_ = SET[kind] + (f" | Iterable[{SET[kind]}]" if many else "") + " | None"
    return f"{alias} = Value[{get}, {set_}]\n"


def _iod(iod: Iod, tables: _Tables) -> str:
    """An IOD: mandatory modules first, and the later ones before, which say more; before it the class of a frame."""
    later_first = iod.modules[::-1]
    uses = sorted(later_first, key=lambda use: USAGES.index(use.use))
    bases = [f"{class_name(use.id)}Module" for use in uses]
    name = iod_name(iod)
    if not iod.functional_groups:
        return f"class {name}({', '.join([*bases, 'ObjectDefinition'])}): ...\n"
    groups = sorted({use.id for use in iod.functional_groups}, key=lambda each: tables.rank[each])
    return (
        f"class {name}Frame({', '.join([*map(_mixin, groups), 'FrameView'])}): ...\n"
        f"class {name}({', '.join([*bases, 'ObjectDefinition'])}):\n"
        f"    functional_groups: FunctionalGroupsOf[{name}Frame]\n"
    )

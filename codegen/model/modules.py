"""Modules and macros of PS3.3 Annex C and sections 8 and 10: attributes, what is asked of them, and included macros.

A table of the standard becomes a tree of rows in its order: an `Attribute` (with the rows of its items below it), an
`Include` of a macro, or an `OpenRow` where the standard admits attributes of any kind. Only facts are kept; a condition
is an expression, or ``"?"`` where none is known, with the hash of the sentence that it stands for.

In YAML, an attribute is ``Keyword: type``, or ``Keyword: {type: ..., ...}`` with the keys

- ``when``, ``else``, ``src``: the condition, what holds if it is false (absent: shall not be present; ``may``; a
  condition), hash of the sentence; ``when-edition`` if that is not of the dictionary's edition of conditions
- ``enum`` Enumerated Values, ``terms`` Defined Terms; ``values``: several such lists, by position or condition
- ``items``: how many; ``of``: what they hold; ``see``: section with more; ``vm``: number of values, where it is not
  the dictionary's

and ``+macro`` is an include, with a condition, the context group (``dcid`` defined, ``bcid`` baseline) or template
(``dtid``, ``btid``) of its codes, ``groups`` for several or those ``of`` an attribute in it, and ``with``: what it
changes of the macro. ``any: yes`` admits attributes of any kind. A key that stands twice in one place ends in
``~2``, ``~3``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..yaml_io import SchemaError, flag, mapping, number, only_keys, text

__all__ = [
    "Attribute",
    "Condition",
    "ContextConstraint",
    "Include",
    "Items",
    "Module",
    "OpenRow",
    "Row",
    "ValueList",
    "changed",
    "changes_from_yaml",
    "changes_to_yaml",
    "condition_from_yaml",
    "condition_to_yaml",
    "expand",
    "identifier",
    "overlaid",
    "specialised",
    "table_order",
]

UNKNOWN: Final = "?"
TYPES: Final = ("1", "1C", "2", "2C", "3")
_NO_TYPE: Final = "none"
_KINDS: Final = ("dcid", "bcid", "dtid", "btid")
_CONDITION: Final = ("when", "else", "src", "text", "when-edition")
_LISTS: Final = ("enum", "terms")
_ATTRIBUTE: Final = ("type", *_CONDITION, *_LISTS, "values", "items", "see", "vm", "of")
_INCLUDE: Final = (*_CONDITION, *_KINDS, "groups", "with")
_MODULE: Final = ("name", "table", "section", "attributes")
_KEYWORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_HASH: Final = re.compile(r"[0-9a-f]{8}|")
_ITEMS: Final = re.compile(r"(\d+)(?:-(\d+|n))?")
_AGAIN: Final = re.compile(r"~\d+$")
_IDENTIFIER: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OPEN: Final = "any"


def identifier(name: str) -> str:
    """The name in lower case with hyphens: ``Plane Position (Patient)`` -> ``plane-position-patient``."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def table_order(label: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key of table and section labels: ``C.7-9`` before ``C.7-10``, ``C.7-11a`` before ``C.7-11b``."""
    parts = re.findall(r"\d+|[A-Za-z]+", label)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


@dataclass(frozen=True)
class Condition:
    """When something is required, and what holds otherwise (PS3.5 7.4.2).

    Attributes:
        when: expression of `codegen.conditions`; ``"?"`` if the sentence could not be expressed.
        otherwise: what holds if it is false: ``""`` shall not be present, ``"may"`` may be, an expression: may be if
            that is true; ``"?"`` is not known.
        src: hash of the sentence, ``""`` if there is none.
        text: the sentence; never in the dictionaries that are shipped.
        edition: edition of the sentence, ``""`` for that of the dictionary's conditions.
    """

    when: str = UNKNOWN
    otherwise: str = ""
    src: str = ""
    text: str = ""
    edition: str = ""


@dataclass(frozen=True)
class ValueList:
    """Enumerated Values, or Defined Terms, of an attribute.

    Attributes:
        values: in the standard's order.
        enumerated: whether no other values may be used.
        position: which value it is for, counted from 1; 0 for every one.
        condition: when the list holds; None for always.
        edition: edition of the list, ``""`` for that of the dictionary's value lists.
    """

    values: tuple[str, ...]
    enumerated: bool
    position: int = 0
    condition: Condition | None = None
    edition: str = ""


@dataclass(frozen=True)
class ContextConstraint:
    """The context group or template that codes are taken from.

    Attributes:
        kind: ``"dcid"`` or ``"dtid"`` Defined, ``"bcid"`` or ``"btid"`` Baseline.
        number: of the context group (CID) or template (TID).
        keyword: attribute inside the macro that it is for; ``""`` for the sequence around the include.
    """

    kind: str
    number: str
    keyword: str = ""


@dataclass(frozen=True)
class Items:
    """How many items a sequence has; ``most`` is None for any number."""

    least: int
    most: int | None

    def __str__(self) -> str:
        if self.least == self.most:
            return str(self.least)
        return f"{self.least}-{'n' if self.most is None else self.most}"


@dataclass(frozen=True)
class Attribute:
    """One attribute of a table.

    Attributes:
        keyword: as in PS3.6.
        type: ``"1"`` to ``"3"`` as in PS3.5 7.4; ``""`` where the table has none, as for normalized services.
        condition: of type 1C and 2C; None there if no sentence is known.
        values: value lists.
        items: item count of a sequence, None if nothing is said.
        rows: what its items hold.
        see: section with more of it, such as ``"C.7.6.1.1.2"``.
        vm: number of values, such as ``"3-n"``; ``""`` for that of the dictionary.
    """

    keyword: str
    type: str = ""
    condition: Condition | None = None
    values: tuple[ValueList, ...] = ()
    items: Items | None = None
    rows: tuple[Row, ...] = ()
    see: str = ""
    vm: str = ""


@dataclass(frozen=True)
class Include:
    """A macro (now and then a module) that is included at this place.

    Attributes:
        macro: its identifier.
        condition: when it is; None for always.
        constraints: context groups and templates of the codes in it.
        changes: attributes of the macro that are specialised here; type ``""`` leaves the type, rows are added.
    """

    macro: str
    condition: Condition | None = None
    constraints: tuple[ContextConstraint, ...] = ()
    changes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class OpenRow:
    """Attributes of any kind may stand at this place."""


Row = Attribute | Include | OpenRow


@dataclass(frozen=True)
class Module:
    """One module or macro.

    Attributes:
        id: `identifier` of its name.
        name: as in the caption, without "Module Attributes" or "Macro Attributes".
        table, section: where it stands, such as ``"C.7-9"``, ``"C.7.6.1"``.
        rows: in the order of the table.
        macro: whether it is a macro.
    """

    id: str
    name: str
    table: str
    section: str
    rows: tuple[Row, ...]
    macro: bool = False

    @classmethod
    def from_yaml(cls, stem: str, data: Any, macro: bool = False) -> Module:
        """``stem``: the file's name without its suffix, which is the identifier."""
        only_keys(data, _MODULE, "")
        name = text(data, "name", "")
        if not _IDENTIFIER.fullmatch(stem):
            raise SchemaError("", "", "a file name of lower-case words with hyphens", stem)
        rows = _rows_from_yaml(data.get("attributes"), "attributes")
        return cls(stem, name, text(data, "table", "", ""), text(data, "section", "", ""), rows, macro)

    def to_yaml(self) -> dict[str, Any]:
        head = {key: value for key, value in (("table", self.table), ("section", self.section)) if value}
        return {"name": self.name, **head, "attributes": _rows_to_yaml(self.rows)}


def expand(
    rows: Iterable[Row], macros: Mapping[str, Module], depth: int = 40, _open: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Attribute]]:
    """The attributes below ``rows`` with macros unfolded, each with its path of keywords (its own at the end).

    A macro is not entered again inside itself, and nothing deeper than ``depth`` levels is.
    """
    for row in rows:
        if isinstance(row, Attribute):
            yield (row.keyword,), row
            if depth:
                for path, attribute in expand(row.rows, macros, depth - 1, _open):
                    yield (row.keyword, *path), attribute
        elif isinstance(row, Include) and row.macro not in _open and row.macro in macros:
            inside = changed(macros[row.macro].rows, row.changes)
            yield from expand(inside, macros, depth, (*_open, row.macro))


def changed(rows: tuple[Row, ...], changes: tuple[Attribute, ...]) -> tuple[Row, ...]:
    """The rows of a macro with changes laid over them; those of others go to the first macro in it, or the end."""
    left = {change.keyword: change for change in changes}
    done: list[Row] = []
    for row in rows:
        change = left.pop(row.keyword, None) if isinstance(row, Attribute) else None
        done.append(overlaid(row, change) if isinstance(row, Attribute) and change is not None else row)
    nested = next((place for place, row in enumerate(done) if isinstance(row, Include)), None)
    if left and nested is not None:
        include = done[nested]
        assert isinstance(include, Include)
        done[nested] = replace(include, changes=include.changes + tuple(left.values()))
        left = {}
    return (*done, *left.values())


def specialised(
    rows: tuple[Row, ...], changes: tuple[Attribute, ...], macros: Mapping[str, Module]
) -> Iterator[Attribute]:
    """The attributes of rows, and of the macros in them, that changes are for: as they are after them."""
    names = {change.keyword for change in changes}
    for row in changed(rows, changes) if changes else ():
        if isinstance(row, Attribute):
            if row.keyword in names:
                yield row
        elif isinstance(row, Include):
            inside = tuple(change for change in row.changes if change in changes)
            yield from specialised(macros[row.macro].rows, inside, macros)


def _with_groups(rows: tuple[Row, ...], more: tuple[Row, ...]) -> tuple[Row, ...]:
    """Rows with others behind them; an include that is there gets what it lacks of context groups."""
    left, done = list(more), list(rows)
    for place, row in enumerate(rows):
        for each in more:
            if isinstance(row, Include) and isinstance(each, Include) and each.macro == row.macro:
                done[place] = replace(row, constraints=row.constraints or each.constraints)
                left.remove(each)
    return (*done, *left)


def overlaid(row: Attribute, change: Attribute) -> Attribute:
    """A row with what a change says in place of its own; rows of items are added, context groups to their includes."""
    return Attribute(
        row.keyword,
        change.type or row.type,
        change.condition or (None if change.type else row.condition),
        change.values or row.values,
        change.items or row.items,
        _with_groups(row.rows, change.rows),
        change.see or row.see,
        change.vm or row.vm,
    )


# --- YAML: rows --------------------------------------------------------------------------------------------------


def _rows_from_yaml(data: Any, where: str) -> tuple[Row, ...]:
    rows: list[Row] = []
    for key, value in mapping(data, where).items():
        place = f"{where}.{key}"
        name = _AGAIN.sub("", key)
        if name == _OPEN:
            flag(mapping(data, where), key, where)
            rows.append(OpenRow())
        elif name.startswith("+"):
            rows.append(_include_from_yaml(name[1:], value, place))
        else:
            rows.append(_attribute_from_yaml(name, value, place))
    return tuple(rows)


def _rows_to_yaml(rows: Iterable[Row]) -> dict[str, Any]:
    done: dict[str, Any] = {}
    for row in rows:
        if isinstance(row, OpenRow):
            key, value = _OPEN, True
        elif isinstance(row, Include):
            key, value = f"+{row.macro}", _include_to_yaml(row)
        else:
            key, value = row.keyword, _attribute_to_yaml(row)
        again = 2
        name = key
        while key in done:
            key, again = f"{name}~{again}", again + 1
        done[key] = value
    return done


def _attribute_from_yaml(keyword: str, value: Any, where: str) -> Attribute:
    if not _KEYWORD.fullmatch(keyword):
        raise SchemaError("", where, "a keyword, +macro or any", keyword)
    data: Mapping[str, Any] = {"type": value} if isinstance(value, str) else only_keys(value, _ATTRIBUTE, where)
    kind = text(data, "type", where, "")
    if kind not in (*TYPES, _NO_TYPE, ""):
        raise SchemaError("", f"{where}.type", f"one of {', '.join(TYPES)}, {_NO_TYPE}", kind)
    return Attribute(
        keyword,
        "" if kind == _NO_TYPE else kind,
        condition_from_yaml(data, where),
        _values_from_yaml(data, where),
        _items_from_yaml(data, where),
        _rows_from_yaml(data["of"], f"{where}.of") if "of" in data else (),
        text(data, "see", where, ""),
        text(data, "vm", where, ""),
    )


def _attribute_to_yaml(row: Attribute) -> Any:
    data: dict[str, Any] = {"type": row.type or _NO_TYPE, **condition_to_yaml(row.condition)}
    data.update(_values_to_yaml(row.values))
    if row.items is not None:
        data["items"] = str(row.items)
    if row.see:
        data["see"] = row.see
    if row.vm:
        data["vm"] = row.vm
    if row.rows:
        data["of"] = _rows_to_yaml(row.rows)
    return data["type"] if len(data) == 1 else data


def _include_from_yaml(macro: str, value: Any, where: str) -> Include:
    if not _IDENTIFIER.fullmatch(macro):
        raise SchemaError("", where, "+ and the name of a macro", macro)
    data: Mapping[str, Any] = {} if value == "" else only_keys(value, _INCLUDE, where)
    changes = changes_from_yaml(data, where)
    return Include(macro, condition_from_yaml(data, where), tuple(_constraints(data, where)), changes)


def changes_from_yaml(data: Mapping[str, Any], where: str) -> tuple[Attribute, ...]:
    """What ``with`` among the keys of a row changes of a macro or module."""
    changes = _rows_from_yaml(data["with"], f"{where}.with") if "with" in data else ()
    attributes = tuple(row for row in changes if isinstance(row, Attribute))
    if len(attributes) < len(changes):
        raise SchemaError("", f"{where}.with", "attributes only", list(data["with"]))
    return attributes


def changes_to_yaml(changes: tuple[Attribute, ...]) -> dict[str, Any]:
    """The key ``with``, to stand in its row."""
    return {"with": _rows_to_yaml(changes)} if changes else {}


def _include_to_yaml(row: Include) -> Any:
    data: dict[str, Any] = condition_to_yaml(row.condition)
    plain = [c for c in row.constraints if not c.keyword]
    if len(row.constraints) == 1 and plain:
        data[plain[0].kind] = plain[0].number
    elif row.constraints:
        data["groups"] = [{c.kind: c.number, **({"of": c.keyword} if c.keyword else {})} for c in row.constraints]
    data.update(changes_to_yaml(row.changes))
    return data or ""


def _constraints(data: Mapping[str, Any], where: str) -> Iterator[ContextConstraint]:
    rows = [{kind: data[kind]} for kind in _KINDS if kind in data]
    rows.extend(_list(data, "groups", where))
    for row in rows:
        only_keys(row, (*_KINDS, "of"), f"{where}.groups")
        kinds = [kind for kind in _KINDS if kind in row]
        if len(kinds) != 1:
            raise SchemaError("", f"{where}.groups", f"one of {', '.join(_KINDS)}", row)
        yield ContextConstraint(kinds[0], text(row, kinds[0], where), text(row, "of", where, ""))


# --- YAML: what rows consist of ----------------------------------------------------------------------------------


def condition_from_yaml(data: Mapping[str, Any], where: str) -> Condition | None:
    """The condition among the keys of a row, None if it has none."""
    if not any(key in data for key in _CONDITION):
        return None
    src = text(data, "src", where, "")
    if not _HASH.fullmatch(src):
        raise SchemaError("", f"{where}.src", "eight hexadecimal digits", src)
    return Condition(
        text(data, "when", where),
        text(data, "else", where, ""),
        src,
        text(data, "text", where, ""),
        text(data, "when-edition", where, ""),
    )


def condition_to_yaml(condition: Condition | None) -> dict[str, Any]:
    """The keys of a condition, to stand in its row."""
    if condition is None:
        return {}
    fields = (condition.when, condition.otherwise, condition.src, condition.text, condition.edition)
    return {key: value for key, value in zip(_CONDITION, fields, strict=True) if value}


def _values_from_yaml(data: Mapping[str, Any], where: str) -> tuple[ValueList, ...]:
    lists: list[ValueList] = []
    if any(key in data for key in _LISTS):
        lists.append(_list_from_yaml({key: data[key] for key in _LISTS if key in data}, where))
    for index, row in enumerate(_list(data, "values", where)):
        place = f"{where}.values[{index}]"
        only_keys(row, (*_LISTS, "position", "edition", *_CONDITION), place)
        lists.append(_list_from_yaml(row, place))
    return tuple(lists)


def _list_from_yaml(row: Mapping[str, Any], where: str) -> ValueList:
    kinds = [key for key in _LISTS if key in row]
    if len(kinds) != 1:
        raise SchemaError("", where, "either enum or terms", sorted(row))
    values = _list(row, kinds[0], where)
    if not values or not all(isinstance(value, str) for value in values):
        raise SchemaError("", f"{where}.{kinds[0]}", "a list of values", values)
    return ValueList(
        tuple(values),
        kinds[0] == "enum",
        number(row, "position", where, 0),
        condition_from_yaml(row, where),
        text(row, "edition", where, ""),
    )


def _values_to_yaml(lists: tuple[ValueList, ...]) -> dict[str, Any]:
    rows = []
    for each in lists:
        row: dict[str, Any] = {"position": str(each.position)} if each.position else {}
        row["enum" if each.enumerated else "terms"] = list(each.values)
        row.update(condition_to_yaml(each.condition))
        if each.edition:
            row["edition"] = each.edition
        rows.append(row)
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0]
    return {"values": rows} if rows else {}


def _items_from_yaml(data: Mapping[str, Any], where: str) -> Items | None:
    if "items" not in data:
        return None
    found = _ITEMS.fullmatch(text(data, "items", where))
    if found is None:
        raise SchemaError("", f"{where}.items", "a count such as 1, 0-1 or 1-n", data["items"])
    least = int(found[1])
    if found[2] is None:
        return Items(least, least)
    return Items(least, None if found[2] == "n" else int(found[2]))


def _list(data: Mapping[str, Any], key: str, where: str) -> list[Any]:
    found = data.get(key, [])
    if not isinstance(found, list):
        raise SchemaError("", f"{where}.{key}", "a list", found)
    return found

"""Emits IODs, modules and macros (PS3.3) as compact tuples; a default at the end of a tuple is left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .model import Specification
from .model.iods import Iod, Use
from .model.modules import Attribute, Condition, Include, Module, Row
from .source_text import literal, module, table

__all__ = ["emit", "emit_iods", "emit_macros", "emit_modules"]


def emit(spec: Specification) -> dict[str, str]:
    """The modules ``iods``, ``modules`` and ``macros``."""
    return {**emit_iods(spec), **emit_modules(spec), **emit_macros(spec)}


def emit_iods(spec: Specification) -> dict[str, str]:
    """The module ``iods``."""
    doc = """IODs (PS3.3 Annex A, B, F) by identifier: (name, table, section, SOP classes, modules, functional groups).

The use of a module is (identifier, M, C or U, information entity, condition, changed attributes); a condition is
(expression, otherwise, hash of the sentence, sentence, edition of it). `SOP_CLASSES` has the IODs of each UID.
"""
    sop_classes: dict[str, list[str]] = {}
    for iod in spec.iods:
        for uid in iod.sop_classes:
            sop_classes.setdefault(uid, []).append(iod.id)
    rows = ((literal(iod.id), literal(_iod(iod))) for iod in spec.iods)
    by_uid = ((literal(uid), literal(tuple(names))) for uid, names in sorted(sop_classes.items()))
    return {
        "iods.py": module(
            doc,
            table("IODS", "dict[str, tuple[Any, ...]]", rows),
            table("SOP_CLASSES", "dict[str, tuple[str, ...]]", by_uid),
            imports="from typing import Any, Final",
        )
    }


_ROWS = """by identifier: (name, table, section, rows).

A row is (keyword, type, condition, value lists, items, rows, section to see, VM), or ("+", macro, condition,
constraints, changes) for what is included, or ("*",) for any attributes. A value list is (values, enumerated,
position, condition, edition), items (least, most), a constraint (kind, number, keyword), and a condition (expression,
otherwise, hash of the sentence, sentence, edition of it).
"""


def emit_modules(spec: Specification) -> dict[str, str]:
    """The module ``modules``."""
    return {"modules.py": _modules("MODULES", f"Modules (PS3.3 Annex C) {_ROWS}", spec.modules)}


def emit_macros(spec: Specification) -> dict[str, str]:
    """The module ``macros``."""
    return {"macros.py": _modules("MACROS", f"Macros (PS3.3 sections 8, 10 and Annex C) {_ROWS}", spec.macros)}


def _modules(name: str, doc: str, modules: Iterable[Module]) -> str:
    rows = ((literal(m.id), literal((m.name, m.table, m.section, tuple(map(_row, m.rows))))) for m in modules)
    return module(doc, table(name, "dict[str, tuple[Any, ...]]", rows), imports="from typing import Any, Final")


def _short(*fields: Any, least: int) -> tuple[Any, ...]:
    """The fields without the empty ones at the end, but for the first ``least``."""
    end = len(fields)
    while end > least and fields[end - 1] in ("", None, (), 0):
        end -= 1
    return fields[:end]


def _iod(iod: Iod) -> tuple[Any, ...]:
    uses = tuple(map(_use, iod.modules)), tuple(map(_use, iod.functional_groups))
    return (iod.name, iod.table, iod.section, iod.sop_classes, *uses)


def _use(use: Use) -> tuple[Any, ...]:
    changes = tuple(map(_attribute, use.changes))
    return _short(use.id, use.use, use.entity, _condition(use.condition), changes, least=2)


def _row(row: Row) -> tuple[Any, ...]:
    if isinstance(row, Attribute):
        return _attribute(row)
    if isinstance(row, Include):
        constraints = tuple(_short(c.kind, c.number, c.keyword, least=2) for c in row.constraints)
        changes = tuple(map(_attribute, row.changes))
        return ("+", *_short(row.macro, _condition(row.condition), constraints, changes, least=1))
    return ("*",)


def _attribute(row: Attribute) -> tuple[Any, ...]:
    values = tuple(
        _short(v.values, v.enumerated, v.position, _condition(v.condition), v.edition, least=2) for v in row.values
    )
    items = None if row.items is None else (row.items.least, row.items.most)
    rows = tuple(map(_row, row.rows))
    return _short(row.keyword, row.type, _condition(row.condition), values, items, rows, row.see, row.vm, least=2)


def _condition(found: Condition | None) -> tuple[str, ...] | None:
    return None if found is None else _short(found.when, found.otherwise, found.src, found.text, found.edition, least=1)

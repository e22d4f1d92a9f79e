"""Emits controlled terminology (PS3.16): context groups, codes and templates, each loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from .model import Code, ContextGroup, Specification, Template
from .model.terminology import TemplateRow
from .source_text import literal, module, table

__all__ = ["emit_codes", "emit_context_groups", "emit_templates"]


def emit_context_groups(spec: Specification) -> dict[str, str]:
    """The module ``context_groups``."""
    doc = """Context groups (PS3.16 Annex B): CID -> (name, keyword, UID, version, extensible, members).

`extensible` is None where it is not known. `members` is text of lines: "+" and a CID is an include; any other line is a
coding scheme designator, a tab, and the values of its codes with blanks between them.
"""
    kind = "tuple[str, str, str, str, bool | None, str]"
    rows = ((literal(group.cid), _group(group)) for group in spec.context_groups)
    return {"context_groups.py": module(doc, table("CONTEXT_GROUPS", f"dict[str, {kind}]", rows))}


def _group(group: ContextGroup) -> str:
    members = "\n".join(_runs(group))
    return literal((group.name, group.keyword, group.uid, group.version, group.extensible, members))


def _runs(group: ContextGroup) -> Iterator[str]:
    """The members in their order, those that follow each other with one scheme on one line."""
    for scheme, members in groupby(group.members, lambda m: m.scheme if isinstance(m, Code) else None):
        if scheme is None:
            yield from (f"+{cid}" for cid in members)
        else:
            yield f"{scheme}\t{' '.join(code.value for code in members if isinstance(code, Code))}"


def emit_codes(spec: Specification) -> dict[str, str]:
    """The module ``codes``: DICOM's own codes, and those of all context groups."""
    doc = """Meanings of codes (PS3.16 Annexes B and D): coding scheme -> code value -> meaning.

A code that context groups call differently has the meaning of the first. `RETIRED`: coding scheme -> values.
"""
    meanings: dict[str, dict[str, str]] = {}
    for code in (*spec.codes, *(code for group in spec.context_groups for code in group.codes)):
        if code.meaning:
            meanings.setdefault(code.scheme, {}).setdefault(code.value, code.meaning)
    retired: dict[str, list[str]] = {}
    for code in spec.codes:
        if code.retired:
            retired.setdefault(code.scheme, []).append(code.value)
    schemes = (
        (literal(scheme), "{\n" + "".join(f"        {literal(v)}: {literal(m)},\n" for v, m in rows.items()) + "    }")
        for scheme, rows in meanings.items()
    )
    return {
        "codes.py": module(
            doc,
            table("MEANINGS", "dict[str, dict[str, str]]", schemes),
            table(
                "RETIRED",
                "dict[str, tuple[str, ...]]",
                ((literal(scheme), literal(tuple(values))) for scheme, values in retired.items()),
            ),
        )
    }


def emit_templates(spec: Specification) -> dict[str, str]:
    """The module ``templates``."""
    fields = ", ".join(TemplateRow.__dataclass_fields__)
    doc = f"""Templates of structured reports (PS3.16 Annex A): TID -> (name, extensible, ordered, root, rows).

A row is ({fields}), without the empty ones at its end. Flags are None where it is not told.
"""
    kind = "tuple[str, bool | None, bool | None, bool | None, tuple[tuple[str | int, ...], ...]]"
    rows = ((literal(template.tid), _template(template)) for template in spec.templates)
    return {"templates.py": module(doc, table("TEMPLATES", f"dict[str, {kind}]", rows))}


def _template(template: Template) -> str:
    rows = "".join(f"        {literal(_trimmed(row))},\n" for row in template.rows)
    head = literal((template.name, template.extensible, template.ordered, template.root))
    return f"({head[1:-1]}, (\n{rows}    ))"


def _trimmed(row: TemplateRow) -> tuple[str | int, ...]:
    values: list[str | int] = [getattr(row, key) for key in row.__dataclass_fields__]
    while values and not values[-1]:
        values.pop()
    return tuple(values)

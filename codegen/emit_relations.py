"""Emits the numbers that PS3.3 ties to other attributes."""

from __future__ import annotations

from .model import Specification
from .source_text import literal, module

__all__ = ["emit"]


def emit(spec: Specification) -> dict[str, str]:
    """The module ``relations``; without what names an element that the edition does not have."""
    doc = """Numbers that PS3.3 ties to other attributes: (kind, tag, tags of the others, number, plus,
tag of the sequence that it is looked at in, condition, section).

Kinds and their numbers: ``rules/relations.yaml``.
"""
    tags = {element.keyword: element.value for element in spec.elements if element.keyword}
    rows = [
        (
            each.kind,
            tags[each.keyword],
            tuple(tags[keyword] for keyword in each.others),
            each.number,
            each.plus,
            tags[each.within] if each.within else 0,
            each.when,
            each.section,
        )
        for each in spec.relations
        if tags.keys() >= set(each.keywords)
    ]
    lines = "".join(f"    {literal(row)},\n" for row in rows)
    text = f"RELATIONS: Final[tuple[tuple[str, int, tuple[int, ...], int, int, int, str, str], ...]] = (\n{lines})\n"
    return {"relations.py": module(doc, text)}

"""Emits the well-known colour palettes (PS3.6 Annex B)."""

from __future__ import annotations

from .model import Specification
from .source_text import literal, module, table

__all__ = ["emit"]


def emit(spec: Specification) -> dict[str, str]:
    """The module ``palettes``."""
    doc = """Well-known colour palettes (PS3.6 Annex B): SOP Instance UID -> (Content Label, colours).

Colours are of the values from 0 on: red, green and blue, a byte each, as hexadecimal digits.
"""
    rows = ((literal(each.uid), literal((each.label, "".join(each.colours)))) for each in spec.palettes)
    return {"palettes.py": module(doc, table("PALETTES", "dict[str, tuple[str, str]]", rows))}

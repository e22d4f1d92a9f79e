"""Emits where the dictionaries are from, for people who ask."""

from __future__ import annotations

from .model import Specification
from .source_text import literal, module, table

__all__ = ["emit"]


def emit(spec: Specification) -> dict[str, str]:
    """The module ``sources``."""
    doc = """What each dictionary was made of: (edition, sources); a source is (file, edition, origin, SHA-256)."""
    kind = "dict[str, tuple[str, tuple[tuple[str, str, str, str], ...]]]"
    rows = ((literal(s.dictionary), literal((s.edition, s.sources))) for s in spec.sources)
    return {"sources.py": module(doc, f"EDITION: Final = {literal(spec.edition)}\n", table("SOURCES", kind, rows))}

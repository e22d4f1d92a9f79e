"""Emits the table of registered UIDs (PS3.6 Annex A)."""

from __future__ import annotations

from .model import Specification
from .source_text import literal, module, table

__all__ = ["emit"]


def emit(spec: Specification) -> dict[str, str]:
    """The module ``uids``."""
    doc = """Registered UIDs (PS3.6 Annex A): UID -> (name, type, info, retired, keyword), and UID by keyword.

`info` is the part of the standard, or the context group identifier. Where two UIDs share a keyword, the one in force
stands under it.
"""
    keywords: dict[str, str] = {}
    for uid in sorted(spec.uids, key=lambda uid: uid.retired):
        if uid.keyword:
            keywords.setdefault(uid.keyword, uid.uid)
    rows = ((literal(u.uid), literal((u.name, u.type, u.info, u.retired, u.keyword))) for u in spec.uids)
    text = module(
        doc,
        table("UIDS", "dict[str, tuple[str, str, str, bool, str]]", rows),
        table("KEYWORDS", "dict[str, str]", ((literal(k), literal(v)) for k, v in keywords.items())),
    )
    return {"uids.py": text}

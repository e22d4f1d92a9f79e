"""Emits the attribute confidentiality profiles (PS3.15 Annex E)."""

from __future__ import annotations

from collections.abc import Mapping

from .model import Specification
from .model.confidentiality import PRIVATE, PROFILES
from .model.elements import Element
from .source_text import literal, module, table

__all__ = ["emit"]


def emit(spec: Specification) -> dict[str, str]:
    """The module ``confidentiality``."""
    doc = """Attribute confidentiality profiles (PS3.15 Annex E).

Actions are in the order of `PROFILES`, the basic profile first; "" where an option says nothing. `ATTRIBUTES`: tag ->
actions; `REPEATERS`: (mask, value, actions) of repeating groups; `PRIVATE`: those of private attributes. `CONCEPTS`:
(coding scheme, code value, value type) -> actions, for content items. `SAFE_PRIVATE`: creator, without case and extra
blanks -> group and last byte of the element -> (VR, VM, meaning).
"""
    found = spec.confidentiality
    rows = [(_element(row.tag), _actions(row.actions)) for row in found.attributes if row.tag != PRIVATE]
    private = next((_actions(row.actions) for row in found.attributes if row.tag == PRIVATE), literal(()))
    safe: dict[str, list[tuple[str, str]]] = {}
    for entry in found.safe_private:
        tag = _element(entry.tag).value
        key = f"0x{tag >> 8 | tag & 0xFF:06X}"
        creator = " ".join(entry.creator.split()).upper()
        safe.setdefault(creator, []).append((key, literal((entry.vr, entry.vm, entry.meaning))))
    blocks = (
        (literal(creator), "{\n" + "".join(f"        {key}: {row},\n" for key, row in elements) + "    }")
        for creator, elements in safe.items()
    )
    actions = "tuple[str, ...]"
    text = module(
        doc,
        f"PROFILES: Final = {literal(PROFILES)}\n",
        table("ATTRIBUTES", f"dict[int, {actions}]", ((f"0x{e.value:08X}", row) for e, row in rows if not e.repeats)),
        "REPEATERS: Final[tuple[tuple[int, int, tuple[str, ...]], ...]] = (\n"
        + "".join(f"    (0x{e.mask:08X}, 0x{e.value:08X}, {row}),\n" for e, row in rows if e.repeats)
        + ")\n",
        f"PRIVATE: Final[{actions}] = {private}\n",
        table(
            "CONCEPTS",
            f"dict[tuple[str, str, str], {actions}]",
            ((literal((c.code.scheme, c.code.value, c.type)), _actions(c.actions)) for c in found.concepts),
        ),
        table("SAFE_PRIVATE", "dict[str, dict[int, tuple[str, str, str]]]", blocks),
    )
    return {"confidentiality.py": text}


def _element(tag: str) -> Element:
    return Element(tag, "", "", "", "")


def _actions(actions: Mapping[str, str]) -> str:
    return literal(tuple(actions.get(profile, "") for profile in PROFILES))

"""Emits the element tables: VRs and keywords, needed at once, and names, VMs and retirement, loaded when asked for."""

from __future__ import annotations

from typing import Final

from .model import Element, Specification
from .source_text import literal, module, table

__all__ = ["emit"]

_USUAL: Final = "6-1"
_OLDEST: Final = "2013"


def emit(spec: Specification) -> dict[str, str]:
    """The modules ``elements``, ``element_names`` and ``element_history``."""
    single = sorted((e for e in spec.elements if not e.repeats), key=lambda e: e.value)
    repeating = [e for e in spec.elements if e.repeats]
    return {
        "elements.py": _elements(spec.edition, single, repeating),
        "element_names.py": _names(single, repeating),
        "element_history.py": _history(single),
    }


def _tag(element: Element) -> str:
    return f"0x{element.value:08X}"


def _elements(edition: str, single: list[Element], repeating: list[Element]) -> str:
    doc = """VR by tag and tag by keyword of all data and command elements (PS3.6 section 6 to 9, PS3.7 Annex E).

`VRS` has the VR as PS3.6 prints it, such as "US or SS"; elements without VR are left out. `REPEATERS` are the
elements of repeating groups as (mask, value, VR, keyword): a tag belongs to one if ``tag & mask == value``. `VMS` has
the value multiplicities that are not "1".
"""
    repeaters = [(f"0x{e.mask:08X}", _tag(e), literal(e.vr), literal(e.keyword)) for e in repeating]
    return module(
        doc,
        f"EDITION: Final = {literal(edition)}\n",
        _vrs(single),
        _vms(single),
        _keywords(single),
        "REPEATERS: Final[tuple[tuple[int, int, str, str], ...]] = (\n"
        + "".join(f"    ({', '.join(row)}),\n" for row in repeaters)
        + ")\n",
    )


# Every start of the library loads these tables. Few long constants load about twice as fast as a dict display with
# ten thousand entries, so the dicts are made of those.


def _vrs(elements: list[Element]) -> str:
    tags: dict[str, list[str]] = {}
    for element in elements:
        if element.vr:
            tags.setdefault(element.vr, []).append(_tag(element))
    rows = "".join(f"    {literal(vr)}: (\n{_columns(tags[vr])}    ),\n" for vr in sorted(tags))
    return (
        f"_TAGS_BY_VR: Final[dict[str, tuple[int, ...]]] = {{\n{rows}}}\n"
        "VRS: Final[dict[int, str]] = {tag: vr for vr, tags in _TAGS_BY_VR.items() for tag in tags}\n"
    )


def _vms(elements: list[Element]) -> str:
    tags: dict[str, list[str]] = {}
    for element in elements:
        if element.vr and element.vm != "1":
            tags.setdefault(element.vm, []).append(_tag(element))
    rows = "".join(f"    {literal(vm)}: (\n{_columns(tags[vm])}    ),\n" for vm in sorted(tags))
    return (
        f"_TAGS_BY_VM: Final[dict[str, tuple[int, ...]]] = {{\n{rows}}}\n"
        "VMS: Final[dict[int, str]] = {tag: vm for vm, tags in _TAGS_BY_VM.items() for tag in tags}\n"
    )


def _keywords(elements: list[Element]) -> str:
    named = [element for element in elements if element.keyword]
    words = "".join(f"{element.keyword}\n" for element in named)
    return (
        f'_KEYWORDS: Final = """\n{words}"""\n'
        f"_TAGS: Final = (\n{_columns([_tag(element) for element in named])})\n"
        "KEYWORDS: Final[dict[str, int]] = dict(zip(_KEYWORDS.split(), _TAGS))\n"
    )


def _columns(items: list[str]) -> str:
    """Source text of the items of a tuple, eight a line."""
    return "".join(f"    {', '.join(items[i : i + 8])},\n" for i in range(0, len(items), 8))


def _names(single: list[Element], repeating: list[Element]) -> str:
    doc = """What PS3.6 and PS3.7 say of each element: (VR, VM, name, keyword, retired).

`retired` is "" or such as "RET (2004)". `REPEATERS` has the elements of repeating groups by (mask, value).
"""
    kind = "tuple[str, str, str, str, str]"
    return module(
        doc,
        table("ELEMENTS", f"dict[int, {kind}]", ((_tag(e), _row(e)) for e in single)),
        table(
            "REPEATERS",
            f"dict[tuple[int, int], {kind}]",
            ((f"(0x{e.mask:08X}, {_tag(e)})", _row(e)) for e in repeating),
        ),
    )


def _row(e: Element) -> str:
    return literal((e.vr, e.vm, e.name, e.keyword, e.retired))


def _history(elements: list[Element]) -> str:
    doc = f"""Where elements stand and since when, where that is not table {_USUAL} and 2013 or before.

`HAS_SINCE`: whether the source tells since when. `SINCE`: edition -> tags first seen in it. `TABLES`: table -> tags.
`NOTES`: tag -> what else the table says.
"""
    since: dict[str, list[str]] = {}
    tables: dict[str, list[str]] = {}
    for e in elements:
        if e.since not in ("", _OLDEST):
            since.setdefault(e.since, []).append(_tag(e))
        if e.table != _USUAL:
            tables.setdefault(e.table, []).append(_tag(e))
    return module(
        doc,
        f"HAS_SINCE: Final = {any(e.since for e in elements)}\n",
        _by_word("SINCE", dict(sorted(since.items()))),
        _by_word("TABLES", tables),
        table("NOTES", "dict[int, str]", ((_tag(e), literal(e.note)) for e in elements if e.note)),
    )


def _by_word(name: str, tags: dict[str, list[str]]) -> str:
    rows = "".join(f"    {literal(word)}: (\n{_columns(found)}    ),\n" for word, found in tags.items())
    return f"{name}: Final[dict[str, tuple[int, ...]]] = {{\n{rows}}}\n"

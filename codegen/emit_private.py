"""Emits the private dictionaries, one module a vendor, and the module that finds the vendor of a creator."""

from __future__ import annotations

from .model import PrivateVendor, Specification
from .model.private import PrivateCreator, normalise
from .source_text import literal, module, table

__all__ = ["emit", "emit_vendors"]


def emit(spec: Specification) -> dict[str, str]:
    """The package ``private``."""
    return emit_vendors(spec.private)


def emit_vendors(private: tuple[PrivateVendor, ...]) -> dict[str, str]:
    """The package ``private`` of some vendors."""
    doc = """Private creators, without case and extra blanks, and the module of this package that has their elements."""
    vendors = ((normalise(c.creator), vendor.vendor) for vendor in private for c in vendor.creators)
    rows = ((literal(creator), literal(vendor)) for creator, vendor in sorted(vendors))
    texts = {"private/__init__.py": module(doc, table("VENDORS", "dict[str, str]", rows))}
    return texts | {f"private/{vendor.vendor}.py": _vendor(vendor) for vendor in private}


def _vendor(vendor: PrivateVendor) -> str:
    doc = f"""Private elements of {vendor.vendor}: creator -> (group << 8 | element within the block) -> (VR, VM, name).

`MASKED` has those of a whole block or of repeating groups, as (mask, value, VR, VM, name) of the whole tag.
"""
    body = "".join(f"    {literal(normalise(c.creator))}: {{\n{_rows(c)}    }},\n" for c in vendor.creators)
    masked = "".join(
        f"    {literal(normalise(c.creator))}: (\n{rows}    ),\n" for c in vendor.creators if (rows := _masked(c))
    )
    return module(
        doc,
        f"CREATORS: Final[dict[str, dict[int, tuple[str, str, str]]]] = {{\n{body}}}\n",
        f"MASKED: Final[dict[str, tuple[tuple[int, int, str, str, str], ...]]] = {{\n{masked}}}\n",
    )


def _rows(creator: PrivateCreator) -> str:
    return "".join(
        f"        0x{e.tag[1:5]}{e.tag[8:10]}: {literal((e.vr, e.vm, e.name))},\n"
        for e in creator.elements
        if not e.masked
    )


def _masked(creator: PrivateCreator) -> str:
    rows = []
    for e in creator.elements:
        if e.masked:
            digits = e.tag[1:5] + e.tag[6:10]
            mask = "".join("0" if digit == "x" else "F" for digit in digits)
            rows.append(f"        (0x{mask}, 0x{digits.replace('x', '0')}, {literal((e.vr, e.vm, e.name))[1:-1]}),\n")
    return "".join(rows)

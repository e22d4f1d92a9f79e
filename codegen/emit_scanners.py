"""wire.yaml -> `scan_implicit_little`, `scan_explicit_little`, `scan_explicit_big`, and the constants module `wire`.

A scanner is the straight-line form of an encoding's grammar: it walks headers, decodes nothing and makes no object an
element. All three come from one text; only what reads a header differs. Sizes, offsets, formats, tags and VR
classes are composed from the field declarations. They are written into the code as literals, since a global look-up
costs as much as an addition; for the same reason tags are multiplied and not shifted, and compared by group first:
CPython has short ways for small integers.
"""

from __future__ import annotations

import struct
from typing import Any, Final

from .decoding_text import READ
from .emit_wire import ORDER, emit_constants, struct_format
from .model import Specification
from .model.wire import Encoding, Structure, WireRules
from .scanner_text import COMMON, EXPLICIT_CODE, HEAD, IMPLICIT, MEASURE_ITEMS
from .source_text import BANNER

__all__ = ["emit"]

_EXPLICIT: Final = ("short", "long")
_MOST_HEADS: Final = 1 << 15  # a few megabytes, in a process that reads the worst of files
_LAZY_FROM: Final = 4096  # bytes; longer values are decoded when they are asked for


def emit(spec: Specification) -> dict[str, str]:
    """The scanner modules and `wire.py`, by path relative to the generated package."""
    texts = {f"scan_{encoding.name}.py": _module(spec, encoding) for encoding in spec.wire.encodings}
    return {"wire.py": emit_constants(spec.wire), **texts}


def _module(spec: Specification, encoding: Encoding) -> str:
    names = _names(spec, encoding)
    parts = (HEAD, IMPLICIT if encoding.implicit else EXPLICIT_CODE, READ, COMMON)
    return "".join(part.format_map(names) for part in parts)


def _names(spec: Specification, encoding: Encoding) -> dict[str, Any]:
    """What the texts below leave open: numbers, formats and VR classes."""
    wire: WireRules = spec.wire
    item, order = wire.item("item"), encoding.byte_order
    first = wire.structure(encoding.header[0][1])
    names: dict[str, Any] = {
        "banner": BANNER,
        "title": encoding.title,
        "section": encoding.section,
        "implicit": encoding.implicit,
        "big_endian": order == "big",
        "undefined": f"0x{wire.constant('undefined_length'):X}",
        "header_format": struct_format(first, order),
        "item_format": struct_format(item, order),
        "short_size": first.size,
        "item_size": item.size,
        "limit": max(_size(first), _size(item)),
        "length_format": struct_format(item, order, only="length"),
        "most_heads": _MOST_HEADS,
        **_head_names(first, order),
        "item_head_format": f"{ORDER[order]}{item.field('length').at}s{struct_format(item, order, only='length')[1:]}",
        "item_code": _bytes_literal(struct.pack(f"{ORDER[order]}HH", *divmod(wire.item_tag("item"), 1 << 16))),
        "item_length": item.field("length").at,
        "group_limit": f"0x{wire.group('delimiters') << 16:X}",
        "pixel_group": f"0x{wire.group('pixels'):X}",
        "pixel_element": f"0x{wire.tag('pixel_data') & 0xFFFF:X}",
        "pixel_tag": f"0x{wire.tag('pixel_data'):08X}",
        "group": f"0x{wire.group('delimiters'):X}",
        "long_size": first.size,
        "sequence_tags": _sequence_tags(spec),
        "lazy_from": _LAZY_FROM,
        "imports": "",
        "other_measure": "measure",
    }
    for name, _ in wire.items:
        names[name] = f"0x{wire.item_tag(name) & 0xFFFF:X}"
    names["measure_items"] = MEASURE_ITEMS.format_map(names)
    return {**names, **_vr_names(spec, encoding), **({} if encoding.implicit else _explicit_names(wire, encoding))}


def _head_names(first: Structure, order: str) -> dict[str, Any]:
    """The first bytes of a header as one number."""
    explicit = len(first.fields) > 2
    return {
        "key_format": f"{ORDER[order]}{_WHOLE[_size(first)]}",
        "form": "vr" if explicit else "whole",
        "after": _EXPLICIT_END if explicit else _IMPLICIT_END,
        "head_content": "all of it if it is of the short form" if explicit else "all of it",
        "whole": None if explicit else True,
        "form_type": "bytes | None" if explicit else "bool",
    }


_EXPLICIT_END: Final = "pos + size if vr is None else end_of(buf, pos, vr, end, ends, max_depth)"
_IMPLICIT_END: Final = "pos + size if whole else end_of(buf, pos, tag, end, ends, max_depth)"
_WHOLE: Final = {8: "Q"}  # struct's sign for a number of so many bytes


def _vr_names(spec: Specification, encoding: Encoding) -> dict[str, str]:
    vrs = {code: (vr.header, vr.undefined_length) for code, vr in sorted(vr_table(spec).items())}
    by_key = dict(encoding.undefined_length)
    return {
        "short_vrs": _byte_set(code for code, (header, _) in vrs.items() if header == "short"),
        "long_vrs": _byte_set(code for code, (header, _) in vrs.items() if header == "long"),
        "sequences": _byte_set(code for code, (_, key) in vrs.items() if by_key.get(key) == encoding.name),
        "fragments": _byte_set(code for code, (_, key) in vrs.items() if key == "fragments"),
        "implicit_sequences": _byte_set(
            code for code, (_, key) in vrs.items() if by_key.get(key) not in (None, encoding.name, "fragments")
        ),
    }


def _sequence_tags(spec: Specification) -> str:
    tags = sorted(row.digits for row in spec.elements if row.vr == "SQ" and "x" not in row.digits)
    return "[" + ", ".join(f"0x{tag}" for tag in tags) + "]"


def vr_table(spec: Specification) -> dict[str, Any]:
    """VR code -> its rules."""
    return {vr.code: vr for vr in spec.vrs.vrs}


def _byte_set(codes: Any) -> str:
    return "frozenset([" + ", ".join(f'b"{code}"' for code in codes) + "])"


def _bytes_literal(data: bytes) -> str:
    return 'b"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'


def _size(structure: Structure) -> int:
    assert structure.size is not None
    return structure.size


def _explicit_names(wire: WireRules, encoding: Encoding) -> dict[str, Any]:
    short, long = (wire.structure(dict(encoding.header)[form]) for form in _EXPLICIT)
    for name in ("tag", "vr"):
        assert short.field(name).at == long.field(name).at, "the scanner reads both headers with one format"
    other = next(value for key, value in encoding.undefined_length if key == "implicit-sequence")
    return {
        "long_size": long.size,
        "long_format": struct_format(long, encoding.byte_order),
        "length_at": long.field("length").at,
        "max_short": (1 << 8 * short.field("length").size) - 2,
        "imports": f"from . import scan_{other}\n",
        "other_measure": f"scan_{other}.measure",
    }

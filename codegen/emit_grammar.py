"""wire.yaml -> `_generated/grammar.py`: the structures as construct declarations, parse and build alike.

Structures of fixed fields are written field by field from the YAML. How elements, items and fragments nest is the same
in all encodings: one template, filled in for each encoding of the YAML.
"""

from __future__ import annotations

from typing import Any, Final

from .emit_scanners import vr_table
from .emit_wire import CHARACTERS, ORDER
from .grammar_scanned_text import SCANNED
from .grammar_text import ENCODING, FILE, HEAD
from .model import Specification
from .model.wire import Encoding, Field, Structure, WireRules
from .source_text import BANNER

__all__ = ["emit"]

_TYPES: Final = {"u16": "Int16u", "u32": "Int32u", "u64": "Int64u"}
_LETTER: Final = {"little": "l", "big": "b"}
_TITLE: Final = {"little": "Little", "big": "Big"}


def emit(spec: Specification) -> dict[str, str]:
    """`grammar.py` with all structures and encodings."""
    wire: WireRules = spec.wire
    encodings = "".join(ENCODING.format_map(_encoding(wire, encoding)) for encoding in wire.encodings)
    text = "".join(
        (
            HEAD.format_map(_head(spec)),
            _structures(wire),
            encodings,
            _scanners(wire),
            *(_scanned(encoding) for encoding in wire.encodings),
            FILE.format_map(_file(spec)),
        )
    )
    return {"grammar.py": text}


def class_name(encoding: str) -> str:
    """The name of an encoding in names of constructs: explicit_little -> ExplicitLittle."""
    return "".join(part.title() for part in encoding.split("_"))


def _head(spec: Specification) -> dict[str, Any]:
    wire: WireRules = spec.wire
    vrs = vr_table(spec)
    return {
        "banner": BANNER,
        "undefined": f"0x{wire.constant('undefined_length'):X}",
        "short": repr([code for code, vr in sorted(vrs.items()) if vr.header == "short"]).replace("'", '"'),
        "long": repr([code for code, vr in sorted(vrs.items()) if vr.header == "long"]).replace("'", '"'),
        "undefined_keys": _literal(
            {code: vr.undefined_length for code, vr in sorted(vrs.items()) if vr.header == "long"}
        ),
    }


def _literal(table: dict[str, str]) -> str:
    return "{" + ", ".join(f'"{key}": "{value}"' for key, value in table.items()) + "}"


def _structures(wire: WireRules) -> str:
    """The declarations of all structures; those in the byte order of the encoding once for each byte order."""
    texts = []
    for structure in wire.structures:
        plain = all(field.type in ("bytes", "vr") for field in structure.fields)
        if plain:
            texts.append(_structure(structure, structure.name, "little"))
        elif structure.byte_order != "encoding":
            texts.append(_structure(structure, structure.name, structure.byte_order))
        else:
            for order, title in _TITLE.items():
                texts.append(_structure(structure, structure.name + title, order))
    return "\n".join(texts)


def _structure(structure: Structure, name: str, order: str) -> str:
    fields = "".join(f'    "{field.name}" / {_field(field, order)},\n' for field in structure.fields)
    doc = f"{structure.meaning[0].upper()}{structure.meaning[1:]} ({structure.section})."
    return f'{name}: Final[Any] = Struct(\n{fields})\n"""{doc}"""\n'


def _field(field: Field, order: str) -> str:
    """The construct of a field."""
    if field.type == "bytes":
        construct = f"Bytes({field.size})"
    elif field.type == "vr":
        construct = "VR"
    elif field.type == "tag":
        construct = f"Tag{_TITLE[order]}"
    else:
        construct = _TYPES[field.type] + _LETTER[order]
    if field.count != 1:
        construct = f"Repeat({construct})" if field.count is None else f"Array({field.count}, {construct})"
    if field.value is not None:
        return f"Const({_value(field, field.value)}, {construct})"
    if field.default is not None:
        return f"Default({construct}, {_value(field, field.default)})"
    return construct


def _value(field: Field, value: int | bytes) -> str:
    if isinstance(value, int):
        return f"0x{value:08X}" if field.type == "tag" else str(value)
    if len(set(value)) == 1:
        return f'b"\\x{value[0]:02x}" * {len(value)}'
    return 'b"' + value.decode("ascii") + '"'


def _encoding(wire: WireRules, encoding: Encoding) -> dict[str, Any]:
    order = _TITLE[encoding.byte_order]
    name = class_name(encoding.name)
    undefined = dict(encoding.undefined_length)
    inner = [value for value in dict.fromkeys(undefined.values()) if value != "fragments"]
    bodies = (f'        "{value}": LazyBound(lambda: {class_name(value)}Items),\n' for value in inner)
    header = dict(encoding.header)
    structures = (
        f"{header['any']}{order}" if encoding.implicit else f"_by_vr({header['short']}{order}, {header['long']}{order})"
    )
    return {
        "name": name,
        "title": encoding.title,
        "section": encoding.section,
        "order": order,
        "header": structures,
        "form": _implicit_form(wire, encoding) if encoding.implicit else f"_explicit_form({_literal(undefined)})",
        "item": f"{dict(wire.items)['item']}{order}",
        "item_delimitation": f"{dict(wire.items)['item_delimitation']}{order}",
        "sequence_delimitation": f"{dict(wire.items)['sequence_delimitation']}{order}",
        "item_end": _tag_bytes(wire, "item_delimitation", encoding.byte_order),
        "sequence_end": _tag_bytes(wire, "sequence_delimitation", encoding.byte_order),
        "bodies": "".join(bodies),
    }


def _implicit_form(wire: WireRules, encoding: Encoding) -> str:
    tags = {key: value for key, value in encoding.undefined_length if key != "otherwise"}
    table = ", ".join(f'0x{wire.tag(key):08X}: "{value}"' for key, value in tags.items())
    return f'_implicit_form({{{table}}}, "{dict(encoding.undefined_length)["otherwise"]}")'


def _tag_bytes(wire: WireRules, name: str, order: str) -> str:
    value = wire.item_tag(name)
    order_name: Any = order
    data = (value >> 16).to_bytes(2, order_name) + (value & 0xFFFF).to_bytes(2, order_name)
    return 'b"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'


def _scanners(wire: WireRules) -> str:
    """The constructs that work by scanner, with their tables."""
    tables = {name: f"0x{wire.item_tag(name):08X}" for name, _ in wire.items}
    names = [encoding.name for encoding in wire.encodings]
    tables["scanners"] = "".join(f'    "{name}": scan_{name},\n' for name in names)
    tables["forms"] = "".join(f'    "{name}": {class_name(name)}Element.form,\n' for name in names)
    tables["reserved"] = "".join(_reserved(wire, encoding) for encoding in wire.encodings if not encoding.implicit)
    text = SCANNED
    for name, value in tables.items():
        text = text.replace(f"<<{name}>>", value)
    return text


def _reserved(wire: WireRules, encoding: Encoding) -> str:
    """The struct that reads the reserved field of the long header; the scanners pass it over."""
    reserved = wire.structure(dict(encoding.header)["long"]).field("reserved")
    code = f"{ORDER[encoding.byte_order]}{reserved.at}x{CHARACTERS[reserved.type]}"
    return f'    "{encoding.name}": struct.Struct("{code}"),\n'


def _scanned(encoding: Encoding) -> str:
    name = class_name(encoding.name)
    return f"""Scanned{name}Dataset: Final[Any] = ScannedDataset("{encoding.name}", {name}Dataset)
\"\"\"The same as `{name}Dataset`, by the scanner.\"\"\"
"""


def _file(spec: Specification) -> dict[str, Any]:
    wire: WireRules = spec.wire
    meta = next(encoding for encoding in wire.encodings if encoding.name == wire.file.meta_encoding)
    order_name: Any = meta.byte_order
    group = wire.group(wire.file.meta_group).to_bytes(2, order_name)
    return {
        "opening": wire.file.opening,
        "meta": class_name(meta.name),
        "meta_group": 'b"' + "".join(f"\\x{byte:02x}" for byte in group) + '"',
        "group_length": f"0x{wire.tag(wire.file.meta_group_length):08X}",
        "group_length_type": "Int32u" + _LETTER[meta.byte_order],
        "transfer_syntax": f"0x{wire.tag(wire.file.transfer_syntax):08X}",
        "meta_encoding": meta.name,
        "encodings": "".join(f'    "{e.name}": {class_name(e.name)}Dataset,\n' for e in wire.encodings),
        "scanned": "".join(f'    "{e.name}": Scanned{class_name(e.name)}Dataset,\n' for e in wire.encodings),
    }

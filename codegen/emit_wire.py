"""wire.yaml -> `_generated/wire.py`: tags, sizes and structs by name, and the structures themselves as data.

Also the mapping from wire types to characters of the struct module, which the other emitters compose formats with.
"""

from __future__ import annotations

from typing import Final

from .model.wire import Constant, Encoding, Field, Structure, WireGroup, WireRules, WireTag
from .source_text import BANNER

__all__ = ["CHARACTERS", "ORDER", "emit_constants", "struct_format"]

ORDER: Final = {"little": "<", "big": ">"}
CHARACTERS: Final = {"u16": "H", "u32": "I", "u64": "Q", "tag": "HH", "vr": "2s"}


def struct_format(structure: Structure, order: str, only: str = "") -> str:
    """The struct format of a structure (of its field ``only``) in a byte order; reserved fields are passed over."""
    fields = [field for field in structure.fields if not only or field.name == only]
    return ORDER[order] + "".join(_character(field) for field in fields)


def _character(field: Field) -> str:
    if field.name == "reserved":
        return f"{field.size}x"
    if field.type == "bytes":
        return f"{field.size}s"
    count = "" if field.count in (1, None) else str(field.count)
    return count + CHARACTERS[field.type]


def emit_constants(wire: WireRules) -> str:
    """The text of `wire.py`."""
    opening = wire.structure(wire.file.opening)
    preamble, prefix = opening.fields
    rle = wire.structure("RLEHeader")
    parts = [
        _HEAD.format(banner=BANNER),
        "".join(map(_constant, wire.constants)) + "\n",
        "".join(map(_tag, wire.tags)),
        "".join(map(_group, wire.groups)),
        f"\nPREAMBLE_SIZE: Final = {preamble.size}\nPREFIX: Final = {_value(prefix)}\n",
        f"OPENING_SIZE: Final = {opening.size}\n",
        f"\nRLE_MAX_SEGMENTS: Final = {rle.field('offsets').count}\n",
        *(_struct(name, wire.structure(of)) for name, of in _STRUCTS),
        _CLASSES,
        "STRUCTURES: Final[dict[str, StructureInfo]] = {\n" + "".join(map(_structure, wire.structures)) + "}\n",
        '"""The structures of PS3.5 and PS3.10 by name."""\n',
        "\nENCODINGS: Final[dict[str, EncodingInfo]] = {\n" + "".join(map(_encoding, wire.encodings)) + "}\n",
        '"""The encodings by name; each has a scanner module of that name."""\n',
        f"\nITEMS: Final[dict[str, str]] = {{{', '.join(f'{_text(k)}: {_text(v)}' for k, v in wire.items)}}}\n",
        _meta(wire),
        f"META_ENCODING: Final = {_text(wire.file.meta_encoding)}\nOPENING: Final = {_text(wire.file.opening)}\n",
    ]
    return "".join(parts)


_STRUCTS: Final = (
    ("RLE_HEADER", "RLEHeader"),
    ("BASIC_OFFSET_TABLE", "BasicOffsetTable"),
    ("EXTENDED_OFFSET_TABLE", "ExtendedOffsetTable"),
    ("EXTENDED_OFFSET_TABLE_LENGTHS", "ExtendedOffsetTableLengths"),
)
"""Structures of values: constant -> structure. Those that repeat to the end have the struct of one value."""

_HEAD: Final = '''{banner}
"""The names, numbers and structures that the wire layer works with (PS3.5 sections 7, 8, annexes A and G; PS3.10 7)."""

from __future__ import annotations

import struct
from mmap import mmap
from typing import Final, NamedTuple, TypeAlias

Buffer: TypeAlias = bytes | bytearray | memoryview | mmap
"""What the scanners walk over."""

'''

_CLASSES: Final = '''

class FieldInfo(NamedTuple):
    """A field: offset in the structure, size of one value in bytes, times (None: to the end), fixed value or None."""

    at: int
    name: str
    type: str
    size: int
    times: int | None
    value: int | bytes | None
    meaning: str


class StructureInfo(NamedTuple):
    """A structure: its size in bytes is None where a field repeats to the end of the value."""

    name: str
    section: str
    meaning: str
    byte_order: str
    size: int | None
    fields: tuple[FieldInfo, ...]


class EncodingInfo(NamedTuple):
    """An encoding: header class of a VR (or "any") -> structure; undefined-length key -> encoding or "fragments"."""

    name: str
    title: str
    section: str
    byte_order: str
    implicit: bool
    header: dict[str, str]
    undefined_length: dict[str, str]


'''


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _doc(entry: Constant | WireTag | WireGroup | Structure, more: str = "") -> str:
    return f'"""{entry.meaning[0].upper()}{entry.meaning[1:]} ({entry.section}).{more}"""\n'


def _constant(constant: Constant) -> str:
    return f"{constant.name.upper()}: Final = 0x{constant.value:X}\n{_doc(constant)}"


def _meta(wire: WireRules) -> str:
    """The file meta elements that must be there, and where their values are from."""
    required = (element.keyword for element in wire.meta_elements if element.origin in ("dataset", "caller"))
    sources = {element.keyword: element.source for element in wire.meta_elements if element.origin == "dataset"}
    constants = {element.keyword: element.value for element in wire.meta_elements if element.origin == "constant"}
    return (
        f"META_REQUIRED: Final[tuple[str, ...]] = {tuple(required)}\n"
        '"""What a file must have and a writer cannot make up (PS3.10 table 7.1-1)."""\n'
        f"META_FROM_DATASET: Final[dict[str, str]] = {sources}\n"
        '"""Of those, the keywords of the dataset that give them."""\n'
        f"META_CONSTANTS: Final[dict[str, bytes]] = {constants}\n"
        '"""What is the same in every file."""\n'
    )


def _tag(tag: WireTag) -> str:
    return f"{tag.name.upper()}: Final = 0x{tag.tag:08X}\n{_doc(tag)}"


def _group(group: WireGroup) -> str:
    return f"{group.name.upper()}_GROUP: Final = 0x{group.group:04X}\n{_doc(group)}"


def _struct(name: str, structure: Structure) -> str:
    doc = _doc(structure, " One value; use iter_unpack." if structure.size is None else "")
    return f'{name}_STRUCT: Final = struct.Struct("{struct_format(structure, structure.byte_order)}")\n{doc}'


def _structure(structure: Structure) -> str:
    fields = "".join(f"            {_field(field)},\n" for field in structure.fields)
    head = ", ".join(map(_text, (structure.name, structure.section, structure.meaning, structure.byte_order)))
    rest = f"        {head},\n        {structure.size},\n        (\n{fields}        ),\n"
    return f"    {_text(structure.name)}: StructureInfo(\n{rest}    ),\n"


def _field(field: Field) -> str:
    times, value = field.count, _value(field)
    start = f"FieldInfo({field.at}, {_text(field.name)}, {_text(field.type)}, {field.size}"
    return f"{start}, {times}, {value}, {_text(field.meaning)})"


def _value(field: Field) -> str:
    if isinstance(field.value, bytes):
        return "b" + _text(field.value.decode("ascii"))
    return str(None) if field.value is None else f"0x{field.value:X}"


def _encoding(encoding: Encoding) -> str:
    tables = (
        "{" + ", ".join(f"{_text(k)}: {_text(v)}" for k, v in table) + "}"
        for table in (encoding.header, encoding.undefined_length)
    )
    head = ", ".join(map(_text, (encoding.name, encoding.title, encoding.section, encoding.byte_order)))
    body = "".join(f"        {table},\n" for table in tables)
    return f"    {_text(encoding.name)}: EncodingInfo(\n        {head},\n        {encoding.implicit},\n{body}    ),\n"

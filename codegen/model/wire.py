"""The binary structures of `dictionaries/rules/wire.yaml` as frozen dataclasses.

Every number is checked while reading: fields touch each other without gap or overlap, sizes agree with types, names
that are referred to exist. What does not fit is a `SchemaError` that names the file and the key.
PS3.5 sections 7, 8, annexes A and G; PS3.10 section 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..yaml_io import SchemaError

__all__ = [
    "REST",
    "TYPES",
    "Constant",
    "Encoding",
    "Field",
    "File",
    "MetaElement",
    "Structure",
    "WireGroup",
    "WireRules",
    "WireTag",
]

TYPES: dict[str, int | None] = {"u16": 2, "u32": 4, "u64": 8, "tag": 4, "vr": 2, "bytes": None}
"""Types of fields and the number of bytes of one value; None where the field says it."""

REST = "rest"
"""Count of a field that repeats to the end of the value it is in."""

_TAG = re.compile(r"\(([0-9A-F]{4}),([0-9A-F]{4})\)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class _Node:
    """A place in a YAML file: the value, the file and the key path to it."""

    data: Any
    path: str
    where: str

    def error(self, expected: str, found: object = None) -> SchemaError:
        return SchemaError(self.path, self.where, expected, self.data if found is None else found)

    def keys(self, required: str, optional: str = "") -> dict[str, _Node]:
        """The members of a mapping that has these keys and no others."""
        members = dict(self.items())
        must, may = required.split(), optional.split()
        for key in must:
            if key not in members:
                raise self.error(f"a key {key!r}", sorted(members))
        for key, member in members.items():
            if key not in must and key not in may:
                raise member.error(f"one of the keys {', '.join(must + may)}", key)
        return members

    def items(self) -> Iterator[tuple[str, _Node]]:
        if not isinstance(self.data, Mapping):
            raise self.error("a mapping")
        for key, value in self.data.items():
            yield str(key), _Node(value, self.path, f"{self.where}.{key}" if self.where else str(key))

    def list(self) -> list[_Node]:
        if not isinstance(self.data, list) or not self.data:
            raise self.error("a list with at least one entry")
        return [_Node(value, self.path, f"{self.where}[{i}]") for i, value in enumerate(self.data)]

    def text(self) -> str:
        if not isinstance(self.data, str):
            raise self.error("a text")
        return self.data

    def number(self) -> int:
        try:
            return int(self.text(), 0)
        except ValueError:
            raise self.error("a number") from None

    def choice(self, *choices: str) -> str:
        if self.text() not in choices:
            raise self.error(f"one of {', '.join(choices)}")
        return self.text()

    def name(self) -> str:
        if not _NAME.fullmatch(self.text()):
            raise self.error("a name of letters, digits and underscores")
        return self.text()


@dataclass(frozen=True, slots=True)
class Constant:
    """A number with a meaning of its own, such as the undefined length."""

    name: str
    value: int
    type: str
    section: str
    meaning: str


@dataclass(frozen=True, slots=True)
class WireTag:
    """A tag that decides how bytes are read."""

    name: str
    tag: int
    section: str
    meaning: str


@dataclass(frozen=True, slots=True)
class WireGroup:
    """A group number that decides how bytes are read."""

    name: str
    group: int
    section: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a structure.

    Attributes:
        at: offset in the structure, in bytes.
        size: number of bytes of one value.
        count: how often it repeats; None for "to the end of the value".
        value: what always stands there (number or bytes); None if anything may.
        default: what is written where nothing else is known; None if it must be given.
    """

    at: int
    name: str
    type: str
    size: int
    count: int | None
    value: int | bytes | None
    default: int | bytes | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Structure:
    """A run of fields. `size` is None where a field repeats to the end. `byte_order` is little, big or encoding."""

    name: str
    section: str
    meaning: str
    byte_order: str
    size: int | None
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the elements of a dataset are put together.

    Attributes:
        header: header class of a VR, or "any" -> name of the structure that opens the element.
        undefined_length: key of the VR, name of a tag, or "otherwise" -> name of an encoding, or "fragments".
    """

    name: str
    title: str
    section: str
    byte_order: str
    header: tuple[tuple[str, str], ...]
    undefined_length: tuple[tuple[str, str], ...]

    @property
    def implicit(self) -> bool:
        """Whether the VR is left to the dictionary."""
        return self.header[0][0] == "any"


@dataclass(frozen=True, slots=True)
class File:
    """What a file opens with and how the encoding of its dataset is told: names of the other tables."""

    opening: str
    meta_group: str
    meta_encoding: str
    meta_group_length: str
    transfer_syntax: str


@dataclass(frozen=True, slots=True)
class MetaElement:
    """A file meta element that a file must have.

    Attributes:
        origin: where a writer has its value: counted, constant, dataset, caller or writer.
        value: of a constant, its bytes.
        source: of one from the dataset, the keyword there.
    """

    keyword: str
    origin: str
    value: bytes = b""
    source: str = ""


@dataclass(frozen=True, slots=True)
class WireRules:
    """All of `wire.yaml`."""

    constants: tuple[Constant, ...]
    tags: tuple[WireTag, ...]
    groups: tuple[WireGroup, ...]
    structures: tuple[Structure, ...]
    encodings: tuple[Encoding, ...]
    items: tuple[tuple[str, str], ...]
    file: File
    meta_elements: tuple[MetaElement, ...]

    def constant(self, name: str) -> int:
        """The number of that name."""
        return next(constant.value for constant in self.constants if constant.name == name)

    def tag(self, name: str) -> int:
        """The tag of that name."""
        return next(tag.tag for tag in self.tags if tag.name == name)

    def group(self, name: str) -> int:
        """The group of that name."""
        return next(group.group for group in self.groups if group.name == name)

    def structure(self, name: str) -> Structure:
        """The structure of that name."""
        return next(structure for structure in self.structures if structure.name == name)

    def item(self, name: str) -> Structure:
        """The structure of "item", "item_delimitation" or "sequence_delimitation"."""
        return self.structure(dict(self.items)[name])

    def item_tag(self, name: str) -> int:
        """The tag that opens the structure of `item`."""
        value = self.item(name).field("tag").value
        assert isinstance(value, int)
        return value

    @classmethod
    def from_yaml(cls, data: Any, where: str = "", path: object = "") -> WireRules:
        """Read the parsed YAML of the file ``path``; ``where`` is put before the key paths. Raises SchemaError."""
        node = _Node(data, str(path), where.rstrip("."))
        top = node.keys("constants tags groups structures encodings items file meta_elements")
        tags = tuple(_tag(name, entry) for name, entry in top["tags"].items())
        by_name = {tag.name: tag.tag for tag in tags}
        structures = tuple(_structure(name, entry, by_name) for name, entry in top["structures"].items())
        groups = tuple(_group(name, entry) for name, entry in top["groups"].items())
        names = [structure.name for structure in structures]
        return cls(
            tuple(_constant(name, entry) for name, entry in top["constants"].items()),
            tags,
            groups,
            structures,
            _encodings(top["encodings"], names, by_name),
            tuple((name, entry.choice(*names)) for name, entry in _members(top["items"], _ITEMS)),
            _file(top["file"], names, [group.name for group in groups], by_name, list(top["encodings"].data)),
            tuple(_meta_element(name, entry) for name, entry in top["meta_elements"].items()),
        )

    def to_yaml(self) -> dict[str, Any]:
        """The same as plain data, every scalar a text."""
        return {
            "constants": {c.name: {"value": f"0x{c.value:X}", "type": c.type, **_why(c)} for c in self.constants},
            "tags": {t.name: {"tag": _tag_text(t.tag), **_why(t)} for t in self.tags},
            "groups": {g.name: {"group": f"{g.group:04X}", **_why(g)} for g in self.groups},
            "structures": {s.name: _structure_yaml(s, {t.tag: t.name for t in self.tags}) for s in self.structures},
            "encodings": {e.name: _encoding_yaml(e) for e in self.encodings},
            "items": dict(self.items),
            "file": {name: getattr(self.file, name) for name in File.__slots__},
            "meta_elements": {element.keyword: _meta_yaml(element) for element in self.meta_elements},
        }


_ITEMS = "item item_delimitation sequence_delimitation"


def _members(node: _Node, required: str) -> Iterator[tuple[str, _Node]]:
    yield from node.keys(required).items()


def _constant(name: str, node: _Node) -> Constant:
    keys = node.keys("value type section meaning")
    kind = keys["type"].choice("u16", "u32", "u64")
    value = keys["value"].number()
    if value >= 1 << 8 * (TYPES[kind] or 0):
        raise keys["value"].error(f"a number that fits {kind}")
    return Constant(name, value, kind, keys["section"].text(), keys["meaning"].text())


def _tag(name: str, node: _Node) -> WireTag:
    keys = node.keys("tag section meaning")
    match = _TAG.fullmatch(keys["tag"].text())
    if match is None:
        raise keys["tag"].error("a tag as (gggg,eeee) in upper case hexadecimal")
    return WireTag(name, int(match[1] + match[2], 16), keys["section"].text(), keys["meaning"].text())


def _group(name: str, node: _Node) -> WireGroup:
    keys = node.keys("group section meaning")
    if not re.fullmatch("[0-9A-F]{4}", keys["group"].text()):
        raise keys["group"].error("a group number of four upper case hexadecimal digits")
    return WireGroup(name, int(keys["group"].text(), 16), keys["section"].text(), keys["meaning"].text())


def _structure(name: str, node: _Node, tags: Mapping[str, int]) -> Structure:
    keys = node.keys("section meaning fields", "size byte_order")
    fields: list[Field] = []
    end: int | None = 0
    for entry in keys["fields"].list():
        field = _field(entry, tags)
        if field.name in [other.name for other in fields]:
            raise entry.error("a name that no other field of the structure has", field.name)
        if end is None:
            raise entry.error("no field behind one that repeats to the end", field.name)
        if field.at != end:
            found = f"{field.at} ({'overlap' if field.at < end else 'gap'})"
            raise _Node(found, entry.path, f"{entry.where}.at").error(f"{end}, where the field before it ends")
        end = None if field.count is None else field.at + field.size * field.count
        fields.append(field)
    if end is not None and ("size" not in keys or keys["size"].number() != end):
        raise keys.get("size", node).error(
            f"size {end}, the sum of the fields", keys["size"].data if "size" in keys else ""
        )
    order = keys["byte_order"].choice("little", "big", "encoding") if "byte_order" in keys else "encoding"
    return Structure(name, keys["section"].text(), keys["meaning"].text(), order, end, tuple(fields))


def _field(node: _Node, tags: Mapping[str, int]) -> Field:
    keys = node.keys("at name type size meaning", "count value default")
    kind = keys["type"].choice(*TYPES)
    size, expected = keys["size"].number(), TYPES[kind]
    if size < 1 or expected not in (None, size):
        raise keys["size"].error(f"the size of {kind}, {expected}" if expected else "at least 1")
    count: int | None = 1
    if "count" in keys:
        count = None if keys["count"].data == REST else keys["count"].number()
    value = _literal(keys["value"], kind, size, tags) if "value" in keys else None
    default = _literal(keys["default"], kind, size, tags) if "default" in keys else value
    name, meaning = keys["name"].name(), keys["meaning"].text()
    return Field(keys["at"].number(), name, kind, size, count, value, default, meaning)


def _literal(node: _Node, kind: str, size: int, tags: Mapping[str, int]) -> int | bytes:
    """A number, the tag of a name, `size` ASCII characters, or one byte in hexadecimal that fills the field."""
    if kind == "tag":
        return tags[node.choice(*tags)]
    if kind != "bytes":
        number = node.number()
        if not 0 <= number < 1 << 8 * size:
            raise node.error(f"a number that fits {kind}")
        return number
    text = node.text()
    if len(text) == size and text.isascii():
        return text.encode("ascii")
    if re.fullmatch("[0-9A-F]{2}", text):
        return bytes.fromhex(text) * size
    raise node.error(f"{size} ASCII characters, or one byte in hexadecimal")


def _encodings(node: _Node, structures: list[str], tags: Mapping[str, int]) -> tuple[Encoding, ...]:
    names = [name for name, _ in node.items()]
    found = []
    for name, entry in node.items():
        keys = entry.keys("title section byte_order header undefined_length")
        header = tuple((form, value.choice(*structures)) for form, value in keys["header"].items())
        if [form for form, _ in header] not in (["any"], ["short", "long"]):
            raise keys["header"].error("the keys short and long, or any")
        undefined = tuple((key, value.choice(*names, "fragments")) for key, value in keys["undefined_length"].items())
        if "otherwise" not in dict(undefined):
            raise keys["undefined_length"].error("a key 'otherwise'")
        for key, value in keys["undefined_length"].items():
            if header[0][0] == "any" and key not in (*tags, "otherwise"):
                raise value.error("the name of a tag, or otherwise", key)
        texts = (keys["title"].text(), keys["section"].text(), keys["byte_order"].choice("little", "big"))
        found.append(Encoding(name, *texts, header, undefined))
    return tuple(found)


def _file(node: _Node, structures: list[str], groups: list[str], tags: Mapping[str, int], encodings: list[str]) -> File:
    keys = node.keys(" ".join(File.__slots__))
    return File(
        keys["opening"].choice(*structures),
        keys["meta_group"].choice(*groups),
        keys["meta_encoding"].choice(*encodings),
        keys["meta_group_length"].choice(*tags),
        keys["transfer_syntax"].choice(*tags),
    )


_ORIGINS = {"counted": "", "constant": " value", "dataset": " keyword", "caller": "", "writer": ""}
"""Where the value of a file meta element is from -> the key that goes with it."""


def _meta_element(name: str, node: _Node) -> MetaElement:
    origin = node.keys("from", "value keyword")["from"].choice(*_ORIGINS)
    keys = node.keys("from" + _ORIGINS[origin])
    source = keys["keyword"].name() if origin == "dataset" else ""
    if origin != "constant":
        return MetaElement(name, origin, source=source)
    if not re.fullmatch("([0-9A-F]{2})+", keys["value"].text()):
        raise keys["value"].error("bytes in upper case hexadecimal")
    return MetaElement(name, origin, bytes.fromhex(keys["value"].text()))


def _meta_yaml(element: MetaElement) -> dict[str, str]:
    more = {"value": element.value.hex().upper(), "keyword": element.source}
    return {"from": element.origin, **{key: text for key, text in more.items() if text}}


def _why(entry: Constant | WireTag | WireGroup) -> dict[str, str]:
    return {"section": entry.section, "meaning": entry.meaning}


def _tag_text(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _structure_yaml(structure: Structure, tags: Mapping[int, str]) -> dict[str, Any]:
    size = {} if structure.size is None else {"size": str(structure.size)}
    return {
        "section": structure.section,
        "meaning": structure.meaning,
        "byte_order": structure.byte_order,
        **size,
        "fields": [_field_yaml(field, tags) for field in structure.fields],
    }


def _field_yaml(field: Field, tags: Mapping[int, str]) -> dict[str, str]:
    data = {"at": str(field.at), "name": field.name, "type": field.type, "size": str(field.size)}
    if field.count != 1:
        data["count"] = REST if field.count is None else str(field.count)
    for key, value in (("value", field.value), ("default", field.default if field.value is None else None)):
        if isinstance(value, bytes):
            data[key] = value.decode("ascii") if value.isalnum() else f"{value[0]:02X}"
        elif value is not None:
            data[key] = tags[value] if field.type == "tag" else str(value)
    return {**data, "meaning": field.meaning}


def _encoding_yaml(encoding: Encoding) -> dict[str, Any]:
    return {
        "title": encoding.title,
        "section": encoding.section,
        "byte_order": encoding.byte_order,
        "header": dict(encoding.header),
        "undefined_length": dict(encoding.undefined_length),
    }

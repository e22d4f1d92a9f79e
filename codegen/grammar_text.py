"""The parts of the generated construct grammar that are the same whatever the YAML says, as templates.

`HEAD` holds the few combinators that construct lacks, `ENCODING` the recursive declarations of one encoding, `FILE` the
file as a whole.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ENCODING", "FILE", "HEAD"]

HEAD: Final = '''{banner}
"""The structures of DICOM as construct declarations: parse and build (PS3.5 sections 7, 8, annexes A and G; PS3.10 7).

Values are bytes; nothing is interpreted. A parsed element is a Container of ``tag``, ``vr`` (not in Implicit VR),
``length`` and one of ``value``, ``items`` or ``fragments``; what has undefined length also has a ``delimiter``. An item
has ``elements``, a fragment ``value``. In Implicit VR a sequence of defined length is a ``value``, since the bytes do
not tell. To build, ``length`` may be left out: it is computed, or undefined where a ``delimiter`` (or fragments) is
given. Nesting costs Python recursion here, up to twenty frames a level: about fifty levels of sequences with Python's
usual limit, then RecursionError. The ``Scanned...`` constructs parse any depth.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any, Final

from construct import (
    Array,
    Bytes,
    Const,
    Construct,
    ConstructError,
    Container,
    Default,
    ExprAdapter,
    FocusedSeq,
    FormatFieldError,
    GreedyBytes,
    HexDisplayedInteger,
    If,
    Int16ub,
    Int16ul,
    Int32ub,
    Int32ul,
    Int64ul,
    LazyBound,
    ListContainer,
    Mapping,
    Peek,
    StreamError,
    Struct,
    Subconstruct,
    Switch,
    ValidationError,
)

from . import scan_explicit_big, scan_explicit_little, scan_implicit_little, transfer_syntaxes

UNDEFINED: Final = {undefined}

_SHORT: Final = frozenset({short})
_LONG: Final = frozenset({long})
_UNDEFINED_KEYS: Final = {undefined_keys}


class Repeat(Subconstruct):  # type: ignore[misc]
    """A list of ``subcon`` to the end of the stream, or as long as the next bytes are not ``until`` (are ``only``)."""

    def __init__(self, subcon: Any, until: bytes = b"", only: bytes = b"") -> None:
        super().__init__(subcon)
        self.until = until
        self.only = only

    def _ends(self, stream: Any) -> bool:
        at = stream.tell()
        head = stream.read(len(self.until or self.only) or 1)
        stream.seek(at)
        if self.until:
            return bool(head == self.until)
        return not head or not head.startswith(self.only)

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        found = ListContainer()
        while not self._ends(stream):
            found.append(self.subcon._parsereport(stream, context, path))
        return found

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        return ListContainer(self.subcon._build(entry, stream, context, path) for entry in obj)

    def _sizeof(self, context: Any, path: str) -> int:
        return int(Construct._sizeof(self, context, path))


class Sized(Construct):  # type: ignore[misc]
    """A header with a ``length``, and what it is the length of: one of ``bodies``, which ``form`` picks.

    The fields of both end up in one Container. Where building finds no ``length``, the body's size goes there, or
    the undefined length if ``form`` says that the body ends with a delimiter.
    """

    def __init__(self, header: Any, form: Callable[[Any], tuple[str, bool]], bodies: dict[str, Any]) -> None:
        super().__init__()
        self.header = header
        self.form = form
        self.bodies = bodies

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        found = self.header._parsereport(stream, context, path)
        form, _ = self.form(found)
        if found.length != UNDEFINED:
            data = stream.read(found.length)
            if len(data) != found.length:
                raise StreamError(f"expected {{found.length}} bytes, found {{len(data)}}", path=path)
            stream = io.BytesIO(data)
        return _joined(found, self.bodies[form]._parsereport(stream, context, path))

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        form, undefined = self.form(obj)
        content = io.BytesIO()
        built = self.bodies[form]._build(obj, content, context, path)
        data = content.getvalue()
        length = obj.get("length")
        if length is None:
            length = UNDEFINED if undefined else len(data)
        elif length != UNDEFINED and length != len(data):
            raise ValidationError(f"length is {{length}}, the value has {{len(data)}} bytes", path=path)
        found = self.header._build({{**obj, "length": length}}, stream, context, path)
        stream.write(data)
        return _joined(found, built)


def _joined(header: Any, body: Any) -> Any:
    """The fields of both, without what construct keeps for itself."""
    return Container((name, value) for part in (header, body) for name, value in part.items() if name != "_io")


def _tag(value: int) -> Any:
    return HexDisplayedInteger.new(value, "08X")


def _decode_tag(obj: Any, context: Any) -> Any:
    return _tag(obj[0] << 16 | obj[1])


def _encode_tag(obj: Any, context: Any) -> list[int]:
    if not 0 <= obj <= 0xFFFFFFFF:
        raise FormatFieldError(f"tag {{obj}} does not fit")
    return [obj >> 16, obj & 0xFFFF]


TagLittle: Final[Any] = ExprAdapter(Array(2, Int16ul), _decode_tag, _encode_tag)
"""Group and element as one number, little endian (PS3.5 7.1.1)."""
TagBig: Final[Any] = ExprAdapter(Array(2, Int16ub), _decode_tag, _encode_tag)
"""Group and element as one number, big endian (PS3.5 7.1.1)."""
VR: Final[Any] = Mapping(Bytes(2), {{vr: vr.encode("ascii") for vr in sorted(_SHORT | _LONG)}})
"""Value representation: two upper case letters (PS3.5 7.1.1)."""


def _by_vr(short: Any, long: Any) -> Any:
    """The header in explicit VR: the form that the VR asks for (PS3.5 7.1.2)."""

    def is_long(context: Any) -> bool:
        return (context.get("peeked") or context.get("header") or {{}}).get("vr") in _LONG

    return FocusedSeq("header", "peeked" / Peek(short), "header" / Switch(is_long, {{True: long}}, short))


def _is_undefined(obj: Any) -> bool:
    """Whether an element or item ends with a delimiter: said by its length, else by what it holds."""
    length = obj.get("length")
    if length is None:
        return obj.get("delimiter") is not None or "fragments" in obj
    return bool(length == UNDEFINED)


def _explicit_form(undefined: dict[str, str]) -> Callable[[Any], tuple[str, bool]]:
    """What an element in explicit VR holds; ``undefined``: key of its VR -> encoding of the items, or fragments."""

    def form(obj: Any) -> tuple[str, bool]:
        key = _UNDEFINED_KEYS.get(obj["vr"], "")
        if _is_undefined(obj):
            return undefined.get(key, undefined["otherwise"]), True
        return ("items" if key == "sequence" else "value"), False

    return form


def _implicit_form(undefined: dict[int, str], otherwise: str) -> Callable[[Any], tuple[str, bool]]:
    """What an element in implicit VR holds; ``undefined``: tag -> "fragments"."""

    def form(obj: Any) -> tuple[str, bool]:
        if _is_undefined(obj):
            return undefined.get(int(obj["tag"]), otherwise), True
        return ("items" if "items" in obj else "value"), False

    return form


def _item_form(obj: Any) -> tuple[str, bool]:
    return ("undefined", True) if _is_undefined(obj) else ("defined", False)


def _fragment_form(obj: Any) -> tuple[str, bool]:
    if obj.get("length") == UNDEFINED:
        raise ValidationError("a fragment of undefined length")
    return "value", False


def _until(name: str, entry: Any, end: bytes, delimiter: Any) -> Any:
    """A list up to a delimiter, and the delimiter."""
    return Struct(name / Repeat(entry, until=end), "delimiter" / Default(delimiter, {{}}))


'''

ENCODING: Final = '''

{name}Item: Final[Any] = Sized(
    {item},
    _item_form,
    {{
        "defined": Struct("elements" / Repeat(LazyBound(lambda: {name}Element))),
        "undefined": _until("elements", LazyBound(lambda: {name}Element), {item_end}, {item_delimitation}),
    }},
)
"""An item of a sequence in {title} (PS3.5 7.5)."""
{name}Fragment: Final[Any] = Sized({item}, _fragment_form, {{"value": Struct("value" / GreedyBytes)}})
"""A fragment of encapsulated pixel data in {title} (PS3.5 A.4)."""
{name}Items: Final[Any] = _until("items", {name}Item, {sequence_end}, {sequence_delimitation})
"""A sequence of undefined length in {title} (PS3.5 7.5.2)."""
{name}Fragments: Final[Any] = _until("fragments", {name}Fragment, {sequence_end}, {sequence_delimitation})
"""Encapsulated pixel data in {title} (PS3.5 A.4)."""
{name}Header: Final[Any] = {header}
"""The header of an element in {title} (PS3.5 7.1)."""
{name}Element: Final[Any] = Sized(
    {name}Header,
    {form},
    {{
        "value": Struct("value" / GreedyBytes),
        "items": Struct("items" / Repeat({name}Item)),
        "fragments": {name}Fragments,
{bodies}    }},
)
"""An element in {title} (PS3.5 7.1)."""
{name}Dataset: Final[Any] = Repeat({name}Element)
"""A dataset in {title}, to the end of the stream ({section})."""
'''

FILE: Final = '''

class GroupLength(Subconstruct):  # type: ignore[misc]
    """Elements of one group: a first element that tells their length (PS3.10 7.1) gets its value where it has none."""

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        elements = list(obj)
        if elements and elements[0]["tag"] == {group_length} and elements[0].get("value") is None:
            size = len(self.subcon.build(elements[1:]))
            elements[0] = {{**elements[0], "value": {group_length_type}.build(size)}}
        return self.subcon._build(elements, stream, context, path)


class Deflated(Subconstruct):  # type: ignore[misc]
    """The rest of the stream, deflated as a whole (PS3.5 A.5).

    Compressors differ, so what was read (``deflated`` in the context) is written again if it still is the same dataset.
    """

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        return self.subcon._parsereport(io.BytesIO(_inflated(stream.read(), path)), context, path)

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        content = io.BytesIO()
        built = self.subcon._build(obj, content, context, path)
        was = context.get("deflated")
        if not was or _inflated(was, path) != content.getvalue():
            deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
            was = deflater.compress(content.getvalue()) + deflater.flush()
            was += bytes(len(was) % 2)
        stream.write(was)
        return built

    def _sizeof(self, context: Any, path: str) -> int:
        return int(Construct._sizeof(self, context, path))


def _inflated(data: bytes, path: str) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = inflater.decompress(data)
    except zlib.error as error:
        raise StreamError(f"deflated dataset: {{error}}", path=path) from None
    if not inflater.eof:
        raise StreamError("deflated dataset: it ends too early", path=path)
    return found


def _syntax_of(context: Any) -> tuple[str, bool]:
    """Encoding of the dataset behind the file meta elements of the context, and whether it is deflated."""
    for element in context["file_meta"]:
        if element["tag"] == {transfer_syntax}:
            uid = element["value"].decode("ascii", "replace").rstrip("\\0 ")
            syntax = transfer_syntaxes.TRANSFER_SYNTAXES.get(uid)
            if syntax is not None and syntax.vr != "none":
                return f"{{syntax.vr}}_{{syntax.endian}}", syntax.deflated
    return "{meta_encoding}", False


def _file(datasets: dict[str, Any]) -> Any:
    """A file whose dataset is one of ``datasets``, by encoding."""
    inflated = Switch(lambda ctx: _syntax_of(ctx)[0], datasets)
    return Struct(
        "opening" / Default({opening}, {{}}),
        "file_meta" / FileMeta,
        "deflated" / If(lambda ctx: _syntax_of(ctx)[1], Peek(GreedyBytes)),
        "dataset" / Switch(lambda ctx: _syntax_of(ctx)[1], {{True: Deflated(inflated)}}, inflated),
    )


FileMeta: Final[Any] = GroupLength(Repeat({meta}Element, only={meta_group}))
"""The file meta elements (PS3.10 7.1)."""
DicomFile: Final[Any] = _file(
    {{
{encodings}    }}
)
"""A file: opening, file meta elements, and the dataset in the encoding that they name (PS3.10 7)."""
ScannedDicomFile: Final[Any] = _file(
    {{
{scanned}    }}
)
"""The same as `DicomFile`, its dataset by the scanner."""
'''

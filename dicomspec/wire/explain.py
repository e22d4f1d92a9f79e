"""Every byte of a file with the structure it belongs to.

Walks headers with the generated scanners and cuts them up by the generated structure table, so that what is shown is
what `dictionaries/rules/wire.yaml` says. Nothing is refused: bytes that do not parse come as "unparsed". Each byte
comes exactly once, in order. Nesting costs no Python recursion. (PS3.5 sections 7, 8, annexes A and G; PS3.10 7.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dicomspec._generated import (
    scan_explicit_big,
    scan_explicit_little,
    scan_implicit_little,
    transfer_syntaxes,
    vr,
    wire,
)
from dicomspec.edition import DEFAULT, Edition
from dicomspec.tag import Tag, creator_tag, names_creator
from dicomspec.values import DECODERS_BIG, DECODERS_LITTLE

__all__ = ["UNPARSED", "Field", "explain"]

UNPARSED: Final = "unparsed"
"""Structure of bytes that are not what the standard has there."""

_SCANNERS: Final[dict[str, Any]] = {
    "implicit_little": scan_implicit_little,
    "explicit_little": scan_explicit_little,
    "explicit_big": scan_explicit_big,
}
_ORDERS: Final[dict[str, Any]] = {"little": "little", "big": "big"}
_ITEM: Final = wire.ITEM & 0xFFFF
_ITEM_END: Final = wire.ITEM_DELIMITATION & 0xFFFF
_SEQUENCE_END: Final = wire.SEQUENCE_DELIMITATION & 0xFFFF
_TABLES: Final = {
    wire.EXTENDED_OFFSET_TABLE: "ExtendedOffsetTable",
    wire.EXTENDED_OFFSET_TABLE_LENGTHS: "ExtendedOffsetTableLengths",
}
"""Elements whose value is a structure."""
_NUMBERS: Final = frozenset(code for code, info in vr.VRS.items() if info.kind in ("number", "tag"))
_TOLD: Final = 32
"""Bytes of binary numbers, at most, whose values are told."""
_NOTED: Final = max(vr.VRS[code].max_length for code in ("UI", "LO"))
"""Bytes of a value that are looked at for what they say of bytes to come: a transfer syntax or a private creator."""


class Field(NamedTuple):
    """Some bytes and what they are.

    Attributes:
        offset, size: in bytes, in the buffer.
        path: the element or item, such as ``"BeamSequence[0].BeamName"``; empty for the file as a whole.
        structure: name of the structure, such as ``"LongHeader"``; ``"Value"`` or `UNPARSED`.
        name: name of the field in the structure.
        raw: the bytes.
        meaning: what they say.
    """

    offset: int
    size: int
    path: str
    structure: str
    name: str
    raw: bytes
    meaning: str


@dataclass(slots=True)
class _Frame:
    """A dataset, sequence or run of fragments that is open: up to ``end`` or, if ``delimited``, to a delimiter."""

    kind: str
    encoding: str
    end: int
    path: str
    delimited: bool = False
    count: int = 0
    creators: dict[int, str] = field(default_factory=dict)  # by the tag that names them


def explain(
    buf: wire.Buffer, *, encoding: str | None = None, edition: Edition = DEFAULT, start: int = 0
) -> Iterator[Field]:
    """The fields of ``buf`` from offset ``start``, in order and without gap.

    ``encoding`` is for a dataset that is no file: ``"implicit_little"``, ``"explicit_little"`` or ``"explicit_big"``.
    Without it, the buffer is a file; if it has no file meta elements, the encoding is guessed by the first VR.
    A deflated dataset is one field; inflate it and call this again.
    """
    return _Walk(buf, edition).run(start, encoding)


class _Walk:
    def __init__(self, buf: wire.Buffer, edition: Edition) -> None:
        self.buf = buf
        self.size = len(buf)
        self.edition = edition
        self.syntax: transfer_syntaxes.TransferSyntaxRow | None = None
        self.frames: list[_Frame] = []

    def run(self, pos: int, encoding: str | None) -> Iterator[Field]:
        if encoding is None:
            opening = pos + wire.OPENING_SIZE
            if bytes(self.buf[pos + wire.PREAMBLE_SIZE : opening]) == wire.PREFIX:
                yield from self.structure(wire.OPENING, "little", pos, "")
                pos = opening
            for found in self.meta(pos):
                yield found
                pos = found.offset + found.size
            encoding = self.dataset_encoding(pos)
        if self.syntax is not None and self.syntax.deflated and pos < self.size:
            yield self.take(pos, self.size, "", "Value", "deflated", "dataset, deflated as a whole (PS3.5 A.5)")
            return
        yield from self.walk(pos, _Frame("dataset", encoding, self.size, ""))

    def meta(self, pos: int) -> Iterator[Field]:
        """The file meta elements: all of one group (PS3.10 7.1)."""
        scanner = _SCANNERS[wire.META_ENCODING]
        end = pos
        while end + scanner.ITEM_SIZE <= self.size and scanner.ITEM(self.buf, end)[0] == wire.META_GROUP:
            frame = _Frame("dataset", wire.META_ENCODING, self.size, "")
            for found in self.walk(end, frame, once=True):
                yield found
                end = found.offset + found.size

    def dataset_encoding(self, pos: int) -> str:
        """By the transfer syntax, or by the look of the first element."""
        if self.syntax is not None and self.syntax.vr != "none":
            return f"{self.syntax.vr}_{self.syntax.endian}"
        if pos + scan_explicit_little.SHORT_SIZE > self.size:
            return "implicit_little"
        group, _, code, _ = scan_explicit_little.HEADER(self.buf, pos)
        if code not in vr.BYTES_TO_VR:
            return "implicit_little"
        return "explicit_big" if scan_explicit_big.HEADER(self.buf, pos)[0] < group else "explicit_little"

    # --- the walk ---

    def walk(self, pos: int, frame: _Frame, once: bool = False) -> Iterator[Field]:
        """All that ``frame`` holds (once: its first element). Each step gives fields that follow each other."""
        steps = {"dataset": self.element, "items": self.item, "fragments": self.fragment}
        self.frames = [frame]
        while self.frames:
            frame = self.frames[-1]
            if pos >= frame.end:
                self.frames.pop()
                continue
            if once and len(self.frames) == 1 and frame.count:
                return
            frame.count += 1
            for found in steps[frame.kind](pos, frame):
                yield found
                pos = found.offset + found.size

    def element(self, pos: int, frame: _Frame) -> Iterator[Field]:
        scanner = _SCANNERS[frame.encoding]
        head = self.element_header(scanner, pos, frame)
        if head is None:
            yield from self.delimiter(pos, frame, _ITEM_END, "item_delimitation")
            return
        tag, code, structure, size, length = head
        path = self.path(tag, frame)
        end, order = pos + size + length, wire.ENCODINGS[frame.encoding].byte_order
        yield from self.structure(structure, order, pos, path, self.describe(tag, frame))
        if length == wire.UNDEFINED_LENGTH:
            inner = self.inside(tag, code, frame.encoding)
            kind = "fragments" if inner == "fragments" else "items"
            inner = frame.encoding if kind == "fragments" else inner
            self.frames.append(_Frame(kind, inner, frame.end, path, True))
        elif self.holds_items(tag, code, pos + size, min(end, frame.end), frame):
            self.frames.append(_Frame("items", frame.encoding, min(end, frame.end), path))
        elif length:
            self.note(tag, bytes(self.buf[pos + size : min(end, pos + size + _NOTED)]), frame)
            table = _TABLES.get(tag, "")
            if table and end <= frame.end and not length % _entry_size(table):
                yield from self.structure(table, order, pos + size, path, times=length // _entry_size(table))
            else:
                yield from self.value(pos + size, end, frame.end, path, code, order)

    def element_header(self, scanner: Any, pos: int, frame: _Frame) -> tuple[int, str, str, int, int] | None:
        """Tag, VR, structure, size and value length of the element header at ``pos``; None if there is none."""
        forms = wire.ENCODINGS[frame.encoding].header
        if pos + scanner.SHORT_SIZE > frame.end:
            return None
        group, element, *rest = scanner.HEADER(self.buf, pos)
        tag = group << 16 | element
        if group >= wire.DELIMITERS_GROUP:
            return None
        if scanner.IMPLICIT:
            return tag, self.edition.vr(tag) or "UN", forms["any"], scanner.SHORT_SIZE, rest[0]
        if rest[0] in scanner.SHORT:
            return tag, scanner.NAMES[rest[0]], forms["short"], scanner.SHORT_SIZE, rest[1]
        if rest[0] not in scanner.LONG or pos + scanner.LONG_SIZE > frame.end:
            return None
        code, value, length = scanner.header(self.buf, pos)
        return tag, code, forms["long"], value - pos, length

    def inside(self, tag: int, code: str, encoding: str) -> str:
        """What a value of undefined length holds: items in an encoding, or fragments."""
        table = wire.ENCODINGS[encoding].undefined_length
        if wire.ENCODINGS[encoding].implicit:
            key = "pixel_data" if tag == wire.PIXEL_DATA else "otherwise"
        else:
            key = vr.VRS[code].undefined_length
        return table.get(key, table["otherwise"])

    def holds_items(self, tag: int, code: str, pos: int, end: int, frame: _Frame) -> bool:
        """Whether a value of defined length is a sequence: by its VR, and there is an item."""
        if end - pos < _SCANNERS[frame.encoding].ITEM_SIZE or (code != "SQ" and self.private_vr(tag, frame) != "SQ"):
            return False
        return bool(_SCANNERS[frame.encoding].ITEM(self.buf, pos)[:2] == (wire.DELIMITERS_GROUP, _ITEM))

    def item(self, pos: int, frame: _Frame) -> Iterator[Field]:
        scanner = _SCANNERS[frame.encoding]
        length = self.item_length(scanner, pos, frame)
        if length is None:
            yield from self.delimiter(pos, frame, _SEQUENCE_END, "sequence_delimitation")
            return
        path = f"{frame.path}[{frame.count - 1}]"
        yield from self.structure(wire.ITEMS["item"], wire.ENCODINGS[frame.encoding].byte_order, pos, path)
        pos += scanner.ITEM_SIZE
        delimited = length == wire.UNDEFINED_LENGTH
        end = frame.end if delimited else min(pos + length, frame.end)
        self.frames.append(_Frame("dataset", frame.encoding, end, path, delimited))

    def fragment(self, pos: int, frame: _Frame) -> Iterator[Field]:
        scanner, order = _SCANNERS[frame.encoding], wire.ENCODINGS[frame.encoding].byte_order
        length = self.item_length(scanner, pos, frame)
        if length is None or length == wire.UNDEFINED_LENGTH:
            yield from self.delimiter(pos, frame, _SEQUENCE_END, "sequence_delimitation")
            return
        path = f"{frame.path}[{frame.count - 1}]"
        yield from self.structure(wire.ITEMS["item"], order, pos, path)
        pos += scanner.ITEM_SIZE
        end = pos + length
        entry = _entry_size("BasicOffsetTable")
        if frame.count == 1 and not length % entry and end <= frame.end:
            yield from self.structure("BasicOffsetTable", "little", pos, path, times=length // entry)
            return
        rle = wire.RLE_HEADER_STRUCT.size
        if self.syntax is not None and self.syntax.family == "rle" and length >= rle and end <= frame.end:
            yield from self.structure("RLEHeader", "little", pos, path)
            pos += rle
        yield from self.value(pos, end, frame.end, path, "fragment")

    def item_length(self, scanner: Any, pos: int, frame: _Frame) -> int | None:
        """The length in the item header at ``pos``; None if there is none."""
        if pos + scanner.ITEM_SIZE > frame.end:
            return None
        group, element, length = scanner.ITEM(self.buf, pos)
        return int(length) if (group, element) == (wire.DELIMITERS_GROUP, _ITEM) else None

    def delimiter(self, pos: int, frame: _Frame, element: int, name: str) -> Iterator[Field]:
        """The delimiter that closes the frame, or else all the rest of the frame as unparsed."""
        scanner = _SCANNERS[frame.encoding]
        if frame.delimited and pos + scanner.ITEM_SIZE <= frame.end:
            found = scanner.ITEM(self.buf, pos)
            if found == (wire.DELIMITERS_GROUP, element, 0):
                self.frames.remove(frame)
                yield from self.structure(wire.ITEMS[name], wire.ENCODINGS[frame.encoding].byte_order, pos, frame.path)
                return
        yield self.take(pos, frame.end, frame.path, UNPARSED, "", "not what the standard has here")

    # --- fields ---

    def take(self, pos: int, end: int, path: str, structure: str, name: str, meaning: str) -> Field:
        return Field(pos, end - pos, path, structure, name, bytes(self.buf[pos:end]), meaning)

    def value(self, pos: int, end: int, limit: int, path: str, code: str, order: str = "") -> Iterator[Field]:
        """A value; what reaches past its dataset is cut there. A few numbers are told."""
        meaning = vr.VRS[code].name if code in vr.VRS else code
        if end > limit:
            meaning += f"; {end - limit} bytes are missing"
        elif code in _NUMBERS and end - pos <= _TOLD:
            decoders = DECODERS_BIG if order == "big" else DECODERS_LITTLE
            with suppress(ValueError):  # bytes that are no whole number
                meaning += f": {decoders[code](bytes(self.buf[pos:end]), bytes.decode)}"
        if pos < min(end, limit):
            yield self.take(pos, min(end, limit), path, "Value", "value", meaning)

    def structure(
        self, name: str, order: str, pos: int, path: str, element: str = "", times: int = 0
    ) -> Iterator[Field]:
        """The fields of a structure of the table; a field that repeats gives one `Field` a value."""
        for part in wire.STRUCTURES[name].fields:
            count = times if part.times is None else part.times
            for index in range(count):
                label = part.name if count == 1 and part.times == 1 else f"{part.name}[{index}]"
                raw = bytes(self.buf[pos : pos + part.size])
                meaning = _read(part.type, raw, order, part.meaning, element)
                yield Field(pos, part.size, path, name, label, raw, meaning)
                pos += part.size

    # --- names ---

    def path(self, tag: int, frame: _Frame) -> str:
        name = self.edition.keyword(tag) or str(Tag(tag))
        return f"{frame.path}.{name}" if frame.path else name

    def describe(self, tag: int, frame: _Frame) -> str:
        if (creator := creator_tag(tag)) is not None:
            name = frame.creators.get(creator, "")
            entry = self.edition.private(name, tag) if name else None
            return (entry.name if entry else "") or f"private element of {name or 'nobody known'}"
        found = self.edition.find(tag)
        return found.name if found else "unknown element"

    def private_vr(self, tag: int, frame: _Frame) -> str:
        creator = frame.creators.get(creator_tag(tag) or 0, "")
        entry = self.edition.private(creator, tag) if creator else None
        return entry.vr if entry else ""

    def note(self, tag: int, raw: bytes, frame: _Frame) -> None:
        """Remember what decides about bytes to come: private creators, the transfer syntax."""
        if names_creator(tag):
            frame.creators[tag] = raw.decode("ascii", "replace").strip("\0 ")
        elif tag == wire.TRANSFER_SYNTAX_UID:
            uid = raw.decode("ascii", "replace").strip("\0 ")
            self.syntax = transfer_syntaxes.TRANSFER_SYNTAXES.get(uid)


def _entry_size(structure: str) -> int:
    """Bytes of one value in a structure that is one field which repeats."""
    return wire.STRUCTURES[structure].fields[0].size


def _read(kind: str, raw: bytes, order: str, meaning: str, element: str) -> str:
    """What the value of a field says, and what the field is for."""
    if kind == "bytes":
        return meaning
    if kind == "vr":
        code = raw.decode("ascii", "replace")
        return f"{code}: {vr.VRS[code].name}" if code in vr.VRS else meaning
    numbers: Sequence[int] = [int.from_bytes(raw, _ORDERS[order])]
    if kind == "tag":
        numbers = [int.from_bytes(part, _ORDERS[order]) for part in (raw[:2], raw[2:])]
        return f"{Tag(*numbers)}: {element}" if element else meaning
    number = "undefined" if numbers[0] == wire.UNDEFINED_LENGTH and kind == "u32" else str(numbers[0])
    return f"{number}: {meaning}"

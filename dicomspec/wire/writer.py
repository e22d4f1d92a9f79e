"""From elements to bytes (PS3.5 7).

What nobody touched is copied from the source in the longest runs there are; what was changed is encoded by the codec
that decodes it. Where the target's header form, byte order or character set differs from the source's, only what
depends on it is converted. Sequences are written through a small stack of generators, so depth costs no recursion.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator
from functools import lru_cache, partial
from typing import Any, Final, TypeAlias

from dicomspec._generated import vr as rules
from dicomspec._generated import wire as names
from dicomspec.element import DataElement, step_of
from dicomspec.elements import Elements, Slot
from dicomspec.errors import ValueRuleError, WriteError
from dicomspec.files import Buffer, Chunk
from dicomspec.sequence import Sequence
from dicomspec.values.ambiguous import resolve
from dicomspec.values.binary import swap_words
from dicomspec.values.charset import ESCAPE, encoder_for
from dicomspec.wire.changes import (
    Changed,
    Terms,
    find_changed,
    holds_items,
    inner_encoding,
    is_added,
    is_changed,
    is_pristine,
    looked_at,
    terms_of,
)
from dicomspec.wire.encoding import BYTES_VRS, Encoding
from dicomspec.wire.layout import Patch, content_start, counts_group, in_order, is_open_item, patches
from dicomspec.wire.reading import Reading, value_around

__all__ = ["encode"]

SMALL: Final = 4096
"""Fewer bytes than this are copied rather than referred to."""

Steps: TypeAlias = "Generator[Any, None, None]"
"""Yields the generators that are to be run before it goes on."""


def encode(body: Elements, encoding: Encoding, *, encapsulated: bool = False) -> list[Chunk]:
    """The elements of ``body`` in ``encoding``, as chunks.

    Raises:
        ValueRuleError: a value does not fit its VR or the character set, with the path of the element.
        WriteError: an element cannot be written in this encoding.
    """
    writer = _Writer(encapsulated)
    writer.changed = find_changed(body, encoding)
    stack: list[Steps] = [writer.body(body, encoding, None)]
    while stack:
        inner = next(stack[-1], None)
        if inner is None:
            stack.pop()
        else:
            stack.append(inner)
    writer.flush()
    return writer.chunks


# -- writing -----------------------------------------------------------------------------------------------


class _Writer:
    """Collects the chunks of one dataset.

    Attributes:
        chunks: what was written; runs of a source are views, not copies.
        size: number of bytes written.
        changed: the maps that are not copied as a whole.
        trail: the sequences around what is being written, and the index of the item in each.
    """

    def __init__(self, encapsulated: bool) -> None:
        self.chunks: list[Chunk] = []
        self.size = 0
        self.changed: Changed = {}
        self.encapsulated = encapsulated
        self.trail: list[tuple[int, int]] = []
        self._run: tuple[Buffer, int, int] | None = None

    def put(self, data: Chunk) -> None:
        if self._run is not None:
            self.flush()
        self.chunks.append(data)
        self.size += len(data)

    def copy(self, buffer: Buffer, start: int, end: int) -> None:
        """Copy a run of the source; neighbouring runs become one."""
        if self._run is not None and self._run[0] is buffer and self._run[2] == start:
            self._run = (buffer, self._run[1], end)
        else:
            self.flush()
            self._run = (buffer, start, end)
        self.size += end - start

    def path(self, tag: int) -> str:
        """Where the element being written is, as ``BeamSequence[0].BeamName``."""
        return ".".join([*(f"{step_of(outer)}[{index}]" for outer, index in self.trail), step_of(tag)])

    def flush(self) -> None:
        if self._run is not None:
            buffer, start, end = self._run
            self._run = None
            self.chunks.append(memoryview(buffer)[start:end] if end - start > SMALL else buffer[start:end])

    def reserve(self, length: int) -> tuple[int, int]:
        """Leave room for a header whose length field is known later: its place, and where its content starts."""
        self.put(bytes(length))
        return len(self.chunks) - 1, self.size

    # -- maps ----------------------------------------------------------------------------------------------

    def body(self, body: Elements, encoding: Encoding, inherited: Terms | None) -> Steps:
        """Write the elements of a map."""
        origin = body._origin
        if id(body) not in self.changed and isinstance(origin, Reading):
            origin.source.check()
            self.copy(origin.buffer, content_start(body, origin), body._end)
            return
        body._complete()
        terms = terms_of(body, inherited)
        if isinstance(origin, Reading) and (found := self._patches(body, origin, encoding, terms)) is not None:
            yield from self._patched(body, origin, found, encoding, terms)
        else:
            yield from self._anew(body, encoding, terms)

    def _patches(self, body: Elements, origin: Reading, encoding: Encoding, terms: Terms) -> list[Patch] | None:
        """What differs from the source; None where all is to be written anew."""
        if origin.encoding is not encoding or body._only is not None or terms != origin.charset(body):
            return None
        return patches(body, origin, self.changed)

    def _patched(self, body: Elements, origin: Reading, found: list[Patch], encoding: Encoding, terms: Terms) -> Steps:
        """Copy the source, with other elements in place of some of its bytes."""
        pos = content_start(body, origin)
        for start, end, tag in found:
            if start > pos:
                self.copy(origin.buffer, pos, start)
            if tag >= 0:
                slot = body._slots[tag]
                if type(slot) is DataElement and not holds_items(slot):
                    self._plain(body, slot, encoding, terms)
                else:
                    yield from self._slot(body, tag, slot, encoding, terms)
            pos = max(pos, end)
        self.copy(origin.buffer, pos, body._end)

    def _anew(self, body: Elements, encoding: Encoding, terms: Terms) -> Steps:
        """Write element by element."""
        origin: Any = body._origin
        group_length: _GroupLength | None = None
        for tag, slot in in_order(body, encoding):
            if group_length is not None and tag >> 16 != group_length.group:
                group_length.close(self)
                group_length = None
            if tag < 0:
                self.copy(origin.buffer, slot[1], slot[3])
            elif tag & 0xFFFF == 0 and (found := _GroupLength.of(body, tag, slot)) is not None:
                group_length = found.open(self, encoding)
            elif type(slot) is DataElement and not holds_items(slot):
                self._plain(body, slot, encoding, terms)
            elif origin is not None or not self._leaves(body, slot, encoding, terms):
                yield from self._slot(body, tag, slot, encoding, terms)
        if group_length is not None:
            group_length.close(self)

    def _slot(self, body: Elements, tag: int, slot: Slot, encoding: Encoding, terms: Terms) -> Steps:
        origin = body._origin
        if type(slot) is not DataElement and isinstance(origin, Reading):
            if origin.encoding is encoding and terms == origin.charset(body):
                self.copy(origin.buffer, *origin.extent(slot))
                return
            slot = body._decode(tag, slot)
        assert type(slot) is DataElement
        if holds_items(slot):
            yield from self._sequence_element(body, slot, encoding, terms)
        else:
            self._plain(body, slot, encoding, terms)

    # -- elements with plain values ------------------------------------------------------------------------

    def _plain(self, body: Elements, element: DataElement, encoding: Encoding, terms: Terms) -> None:
        source = element._source
        if element._dirty or not isinstance(source, Reading) or self._must_encode(body, element, source, terms):
            self._encoded(body, element, encoding, terms)
        elif source.encoding is encoding:
            self.copy(source.buffer, *source.extent(element._slot))
        else:
            self._converted(body, element, source, encoding)

    def _must_encode(self, body: Elements, element: DataElement, source: Reading, terms: Terms) -> bool:
        """Whether the bytes of the source are not those of a value that was read, or not of the character set."""
        foreign = is_added(body, element)
        text = element.VR in rules.CHARSET_VRS and isinstance(element._value, (str, list))
        if isinstance(element._value, list) and ((foreign and text) or not source.says(body, element)):
            return True
        if not text:
            return False
        if foreign or terms != source.charset(body):
            data = source.value_bytes(*source.raw(element._slot)[2:])
            return not data.isascii() or ESCAPE in data
        return False

    def _converted(self, body: Elements, element: DataElement, source: Reading, encoding: Encoding) -> None:
        """The bytes of the source under a header of another form, swapped if the byte order differs."""
        raw = source.raw(element._slot)
        data = source.value_bytes(raw[2], raw[3])
        if source.is_undefined(raw):
            if encoding.big_endian or source.encoding.big_endian:
                raise WriteError(
                    "encapsulated data has no big endian form", path=self.path(element._tag), reference="PS3.5 A.4"
                )
            self._fragments(element._tag, element.VR, data, encoding)
            return
        was_big = source.encoding.big_endian and source.written_vr(raw) != "UN"  # that is little endian everywhere
        if was_big != (encoding.big_endian and element.VR != "UN"):
            data = swap_words(data, rules.VRS[element.VR].size)
        self._with_header(body, element._tag, element.VR, data, encoding)

    def _encoded(self, body: Elements, element: DataElement, encoding: Encoding, terms: Terms) -> None:
        """The value, encoded by its codec."""
        vr, value, tag = element.VR, element.value, element._tag
        if vr in rules.AMBIGUOUS_VRS:
            vr = self._resolved(body, tag, vr, value, encoding)
        data = b""
        if value or value == 0:
            try:
                data = encoding.encoders[vr](value, encoder_for(terms))
            except ValueRuleError as error:
                raise self._placed(error, tag) from None
        if tag == names.PIXEL_DATA and self.encapsulated and data:
            if not data.startswith(encoding.scanner.ITEM_UNDEFINED[:4]):
                raise WriteError(
                    "the transfer syntax compresses Pixel Data, but the value is not encapsulated in items",
                    path=self.path(tag),
                    reference="PS3.5 A.4",
                )
            self._fragments(tag, vr, data.removesuffix(encoding.scanner.SEQUENCE_DELIMITER), encoding)
            return
        self._with_header(body, tag, vr, data, encoding)

    def _placed(self, error: ValueRuleError, tag: int) -> ValueRuleError:
        return ValueRuleError(error.message, path=self.path(tag), reference=error.issue.reference)

    def _resolved(self, body: Elements, tag: int, vr: str, value: Any, encoding: Encoding) -> str:
        lookup = partial(value_around, body)
        found = resolve(tag, vr, lookup, encapsulated=self.encapsulated, implicit=encoding.implicit)
        if isinstance(value, bytes) and found not in BYTES_VRS:
            return next(choice for choice in (*vr.split(" or "), "UN") if choice in BYTES_VRS)
        return found

    def _fragments(self, tag: int, vr: str, data: bytes, encoding: Encoding) -> None:
        self.put(encoding.scanner.encode_header(tag, vr, names.UNDEFINED_LENGTH))
        self.put(data)
        self.put(encoding.scanner.SEQUENCE_DELIMITER)

    def _with_header(self, body: Elements, tag: int, vr: str, data: bytes, encoding: Encoding) -> None:
        scanner = encoding.scanner
        if len(data) & 1:
            data += rules.VRS[vr].pad
        if len(data) < SMALL:
            self.put(scanner.encode_header(tag, vr, len(data)) + data)
            return
        if not encoding.implicit and vr in rules.SHORT and len(data) > scanner.MAX_SHORT:
            self._note_long(body, tag, vr, len(data))
            data = swap_words(data, rules.VRS[vr].size) if encoding.big_endian else data
            vr = "UN"  # little endian everywhere (PS3.5 6.2.2)
        if len(data) >= names.UNDEFINED_LENGTH:
            raise WriteError(f"the value of {len(data)} bytes is too long for any element", path=self.path(tag))
        self.put(scanner.encode_header(tag, vr, len(data)))
        self.put(data)

    def _note_long(self, body: Elements, tag: int, vr: str, length: int) -> None:
        message = f"the value of {length} bytes is too long for the header of VR {vr}; written as UN"
        if not isinstance(body._origin, Reading):
            warnings.warn(f"{self.path(tag)}: {message} (PS3.5 6.2.2)", stacklevel=2)
        else:
            body._origin.report(body, tag, None, "value-length", "warning", message, "PS3.5 6.2.2")

    # -- sequences -----------------------------------------------------------------------------------------

    def _sequence_element(self, body: Elements, element: DataElement, encoding: Encoding, terms: Terms) -> Steps:
        source = element._source
        if not isinstance(source, Reading):
            yield from self._sequence(body, element, encoding, encoding, terms)
            return
        raw = source.raw(element._slot)
        kept = source.encoding is encoding and not is_changed(body, element)
        if kept and self._all_kept(element._value, body, terms):
            self.copy(source.buffer, raw[1], source.end_of(raw))
            return
        inner = inner_encoding(element, encoding)
        if inner is not encoding and source.written_vr(raw) != "UN":
            inner = encoding  # what was wrong in the source is mended where it changes
        yield from self._sequence(body, element, encoding, inner, terms)

    def _sequence(
        self, body: Elements, element: DataElement, encoding: Encoding, inner: Encoding, terms: Terms
    ) -> Steps:
        """Write a sequence item by item; the items in the encoding ``inner``."""
        sequence = element._value
        vr = "SQ" if inner is encoding else "UN"
        scanner = encoding.scanner
        undefined = sequence.is_undefined_length or vr == "UN"
        if undefined:
            self.put(scanner.encode_header(element._tag, vr, names.UNDEFINED_LENGTH))
        else:
            place, start = self.reserve(scanner.LONG_SIZE)
        source, items, index = self._source_of_items(body, element, inner, terms), sequence.peek(), 0
        while index < len(items):
            item = items[index]
            if type(item) is tuple and source is not None and (after := self._copy_items(source, items, index)) > index:
                index = after
                continue
            self.trail.append((element._tag, index))
            if type(item) is not tuple and (leaf := self._leaf(item, body, inner, terms)) is not None:
                self.put(leaf)
            else:
                yield self._item(sequence, index, body, inner, terms)
            self.trail.pop()
            index += 1
        if undefined:
            self.put(inner.scanner.SEQUENCE_DELIMITER)
        else:
            self.flush()
            self.chunks[place] = scanner.encode_header(element._tag, vr, self.size - start)

    def _source_of_items(
        self, body: Elements, element: DataElement, encoding: Encoding, terms: Terms
    ) -> Reading | None:
        """Where items that nobody looked at can be copied from; None if they are to be written anew."""
        sequence, origin = element._value, body._origin
        reader = sequence._reader  # of another file, if the sequence was put in the place of one that was read
        if not isinstance(reader, Reading) or not isinstance(origin, Reading) or is_added(body, element):
            return None
        if reader.source is not origin.source or reader.encoding is not encoding:
            return None
        return reader if terms == reader.charset(sequence._parent) else None

    def _copy_items(self, source: Reading, items: list[Any], index: int) -> int:
        """Copy the items from ``index`` on that nobody looked at; gives the index of the first one that is not copied,
        or that has no header of its own in the source."""
        scanner, ends, buffer = source.encoding.scanner, source.ends, source.buffer
        begin = end = -1
        while index < len(items) and type(items[index]) is tuple:
            start, stop = items[index]
            if buffer[start : start + 4] != scanner.ITEM_UNDEFINED[:4]:
                break
            if start != end:
                if end >= 0:
                    self.copy(buffer, begin, end)
                begin = start
            end = ends.get(start + scanner.ITEM_SIZE, stop)
            index += 1
        if end >= 0:
            self.copy(buffer, begin, end)
        return index

    def _all_kept(self, sequence: Sequence[Any], body: Elements, terms: Terms) -> bool:
        if isinstance(body._origin, Reading) and terms != body._origin.charset(body):
            return False
        return not any(id(item) in self.changed for item in sequence.peek() if isinstance(item, Elements))

    def _item(self, sequence: Sequence[Any], index: int, body: Elements, encoding: Encoding, terms: Terms) -> Steps:
        item = sequence[index]
        undefined = is_open_item(item)
        if undefined:
            self.put(encoding.scanner.ITEM_UNDEFINED)
        else:
            place, start = self.reserve(encoding.scanner.ITEM_SIZE)
        if item._parent is None:
            object.__setattr__(item, "_parent", body)
        if item._origin is not None:
            if body._origin is None:
                self.changed |= find_changed(item, encoding, terms)
            if id(item) not in self.changed and not self._keeps(item, encoding, terms):
                self.changed[id(item)] = looked_at(item)
        if item._origin is None:
            yield from self._anew(item, encoding, terms_of(item, terms))
        else:
            yield self.body(item, encoding, terms)
        if undefined:
            self.put(encoding.scanner.ITEM_DELIMITER)
        else:
            self.flush()
            self.chunks[place] = encoding.scanner.encode_item(self.size - start)

    def _leaves(self, body: Elements, element: DataElement, encoding: Encoding, terms: Terms) -> bool:
        """Write a sequence that was built, if each of its items is a leaf; nothing is written of any other."""
        sequence, scanner = element._value, encoding.scanner
        if element._source is not None or sequence.is_undefined_length:
            return False
        found = [b""]
        self.trail.append((element._tag, 0))
        for index, item in enumerate(sequence.peek()):
            self.trail[-1] = element._tag, index
            leaf = None if type(item) is tuple else self._leaf(item, body, encoding, terms)
            if leaf is None:
                break
            found.append(leaf)
        self.trail.pop()
        if len(found) <= len(sequence):
            return False
        size = sum(map(len, found))
        found[0] = scanner.encode_header(element._tag, "SQ", size)
        self.put(b"".join(found))
        return True

    def _leaf(self, item: Elements, body: Elements, encoding: Encoding, terms: Terms) -> bytes | None:
        """All of an item that was built and holds short plain values alone, as most items do; None for any other."""
        if item._origin is not None:
            return None
        slots, parts = item._slots, [b""]
        text, encoders, size = encoder_for(terms_of(item, terms)), encoding.encoders, 0
        for tag in sorted(slots):
            element: Any = slots[tag]
            vr, value = element.VR, element._value
            if element._source is not None or vr not in rules.SHORT or not tag & 0xFFFF or tag == names.PIXEL_DATA:
                return None
            data = b""
            if value or value == 0:
                try:
                    data = encoders[vr](value, text)
                except ValueRuleError as error:
                    raise self._placed(error, tag) from None
            length = len(data)
            if length & 1:
                data += rules.VRS[vr].pad
                length += 1
            if length >= SMALL:
                return None
            parts += _short_header(encoding, tag, vr, length), data
            size += length + encoding.scanner.SHORT_SIZE
        if item._parent is None:
            object.__setattr__(item, "_parent", body)
        parts[0] = encoding.scanner.encode_item(size)
        return b"".join(parts)

    def _keeps(self, item: Elements, encoding: Encoding, terms: Terms) -> bool:
        return is_pristine(item, encoding, terms_of(item, terms)) and (
            not isinstance(item._origin, Reading) or terms_of(item, terms) == item._origin.charset(item)
        )


@lru_cache(maxsize=1 << 12)
def _short_header(encoding: Encoding, tag: int, vr: str, length: int) -> bytes:
    """The header of an element; kept, since the same ones come with each item of a sequence."""
    header: bytes = encoding.scanner.encode_header(tag, vr, length)
    return header


class _GroupLength:
    """A group length element (gggg,0000), which counts the bytes of its group that follow (PS3.5 7.2)."""

    def __init__(self, tag: int, vr: str) -> None:
        self.tag, self.vr = tag, vr
        self.group = tag >> 16

    @classmethod
    def of(cls, body: Elements, tag: int, slot: Slot) -> _GroupLength | None:
        """None where the element in the source did not say the truth, so that it stays as it is."""
        element = slot if type(slot) is DataElement else body._decode(tag, slot)
        if element.VR != "UL":
            return None
        raw, origin = element._raw, body._origin
        if raw is not None and isinstance(origin, Reading) and not element._dirty:
            end = origin.group_end(body, tag)
            if end is not None and element.value != end - raw[3] and not counts_group(body, origin, raw, element.value):
                return None
        return cls(tag, "UL")

    def open(self, writer: _Writer, encoding: Encoding) -> _GroupLength:
        self.encoding = encoding
        size = len(encoding.encoders[self.vr](0, str.encode))
        header = encoding.scanner.encode_header(self.tag, self.vr, size)
        writer.put(header)
        self.place, self.start = writer.reserve(size)
        return self

    def close(self, writer: _Writer) -> None:
        writer.flush()
        writer.chunks[self.place] = self.encoding.encoders[self.vr](writer.size - self.start, str.encode)

"""From bytes to elements, as they are asked for.

A `Reading` is one buffer in one encoding, with all that decoding its elements needs. The maps of elements that were
read from it (the dataset and its items) hold it as their origin: they ask it to scan on, and to decode one element.
Elements that are as the standard wants are indexed by the generated scanner; whatever it stops at goes to `recovery`.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Any, Final

from dicomspec import values
from dicomspec._generated import vr as rules
from dicomspec._generated import wire as names
from dicomspec.element import PENDING, DataElement, Raw, read_element
from dicomspec.elements import ALL, Elements, MapT, Span
from dicomspec.errors import Issue, LimitError, ValueIssue
from dicomspec.files import Buffer, Source
from dicomspec.sequence import Sequence
from dicomspec.tag import PRIVATE
from dicomspec.values.ambiguous import resolve
from dicomspec.values.charset import ESCAPE, decoder_for, normalise_terms
from dicomspec.values.multi import same
from dicomspec.wire import extents, headers, recovery
from dicomspec.wire.encoding import BYTES_VRS, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Encoding
from dicomspec.wire.findings import Findings, path_of
from dicomspec.wire.options import ReadOptions
from dicomspec.wire.plain import LAZY_FROM, ascii_text, read_plain, read_value, rows_for

__all__ = ["Reading", "value_around"]


class Reading:
    """One buffer in one encoding: the origin of the maps that are read from it.

    Attributes:
        source, buffer: the bytes; offsets are in them.
        encoding: how elements are laid out here.
        encapsulated: whether the transfer syntax encapsulates Pixel Data.
        options: what the caller asked for.
        findings: the issues found so far; shared by all readings of a file.
        ends: where values of undefined length end, by the offset of their content.
        edition: the dictionaries that tell VRs and names.
        check: whether new values are held to the rules of the standard.
        inner: encodings of the items of sequences, where they are not sure, by the offset of their content.
        irregular: VR and length in the headers that are not well formed here, by their offset.
        repaired: items of sequences that are not as they say, by the offset of their content.
        make: the class of the maps.
    """

    __slots__ = (
        "_siblings",
        "active",
        "buffer",
        "check",
        "edition",
        "encapsulated",
        "encoding",
        "ends",
        "findings",
        "inner",
        "irregular",
        "lock",
        "make",
        "options",
        "repaired",
        "rows",
        "scanner",
        "source",
    )

    def __init__(
        self,
        source: Source,
        encoding: Encoding,
        options: ReadOptions,
        findings: Findings,
        make: type[Elements],
        encapsulated: bool = False,
    ) -> None:
        self.source = source
        self.buffer: Buffer = source.buffer
        self.encoding = encoding
        self.encapsulated = encapsulated
        self.options = options
        self.findings = findings
        self.make = make
        self.edition = options.edition
        self.check = options.check
        self.lock = _RLock()
        self.ends: dict[int, int] = {}
        self.inner: dict[int, Encoding] = {}
        self.irregular: dict[int, tuple[str, int]] = {}
        self.repaired: dict[int, list[tuple[int, int]]] = {}
        self.active: list[Elements] = []  # maps that are being scanned
        self._siblings: dict[Encoding, Reading] = {}
        self.scanner: Any = encoding.scanner
        self.rows = rows_for(encoding, options.edition, options.max_value_length)

    def __reduce__(self) -> tuple[Any, ...]:
        known = (self.ends, self.inner, self.irregular, self.repaired)
        return _restored, (
            (self.source, self.encoding, self.options, self.findings, self.make, self.encapsulated),
            known,
        )

    def in_encoding(self, encoding: Encoding) -> Reading:
        """The same bytes read in another encoding, as inside UN of undefined length (PS3.5 6.2.2)."""
        if encoding is self.encoding:
            return self
        reading = self._siblings.get(encoding)
        if reading is None:
            reading = Reading(self.source, encoding, self.options, self.findings, self.make, self.encapsulated)
            reading.lock, reading.ends, reading.repaired = self.lock, self.ends, self.repaired
            reading.active, reading.irregular, reading._siblings = self.active, self.irregular, {}
            reading.inner = self.inner
            self._siblings[encoding] = reading
        return reading

    # -- scanning ------------------------------------------------------------------------------------------

    def body(self, cls: type[MapT], start: int, end: int, last: int) -> MapT:
        """A map over [start, end) whose first tag is above ``last``; nothing is scanned yet."""
        return cls.from_source(self, start, start, end, last)

    def advance(self, body: Elements, stop: int) -> None:
        """Fill the slots of ``body`` until a tag of ``stop`` or more, or the end, is reached."""
        with self.lock:
            for one in self.active:
                if one is body:  # asked for by what deals with an irregular element of this very map
                    return
            self.active.append(body)
            try:
                self._advance(body, stop)
            finally:
                self.active.pop()

    def _advance(self, body: Elements, stop: int) -> None:
        if self.source.is_watched:
            self.source.check()
        slots, end, depth = body._slots, body._end, self.options.max_depth
        while body._pos < end:
            pos, last = self.scanner.scan(self.buffer, body._pos, end, slots, body._last, stop, self.ends, depth)
            _set(body, "_pos", pos)
            _set(body, "_last", last)
            if pos >= end or (stop < ALL and self._is_stop(pos, end, last, stop)):
                break
            recovery.recover(self, body)
        self._check_count(body)
        if body._only is not None:
            for tag in [tag for tag in slots if tag not in body._only]:
                del slots[tag]

    def _is_stop(self, pos: int, end: int, last: int, stop: int) -> bool:
        """Whether the scanner stopped because it met a tag of ``stop`` or more."""
        if pos + self.scanner.ITEM_SIZE > end:
            return False
        group, element, _ = self.scanner.ITEM(self.buffer, pos)
        tag: int = group << 16 | element
        return last < tag and stop <= tag < ALL

    # -- decoding ------------------------------------------------------------------------------------------

    def elements(self, body: Elements) -> list[DataElement]:
        """All elements in the order of their tags, decoded and kept in their slots."""
        slots: dict[int, Any] = body._slots
        self.lock.acquire()  # a with statement costs as much as three elements
        try:
            if not slots and body._pos < body._end:
                left = self._read(body, slots)
                if body._only is not None:
                    self.advance(body, ALL)  # takes away what was not asked for
                elif body._pos == body._end:
                    for tag in left:
                        if type(slot := slots[tag]) is not DataElement:  # another one wanted to know it
                            slots[tag] = self._closer(body, tag, slot)
                    return list(slots.values())
            if body._pos < body._end:
                self.advance(body, ALL)
            for tag in [tag for tag, slot in slots.items() if type(slot) is not DataElement]:
                if type(slot := slots[tag]) is not DataElement:
                    slots[tag] = self.element(body, tag, slot)
        finally:
            self.lock.release()
        return list(slots.values()) if body._sorted else [slots[tag] for tag in sorted(slots)]

    def _read(self, body: Elements, slots: dict[int, Any]) -> list[int]:
        """Decode a map that nobody looked at, up to its end or to what is not regular; gives the tags that are left."""
        if self.source.is_watched:
            self.source.check()
        left: list[int] = []
        ends, depth, rows = self.ends, self.options.max_depth, self.rows
        pos, last = self.scanner.read(
            self.buffer, body._pos, body._end, slots, body._last, ends, depth, rows, self, left
        )
        _set(body, "_pos", pos)
        _set(body, "_last", last)
        self._check_count(body)
        return left

    def _check_count(self, body: Elements) -> None:
        if len(body._slots) > self.options.max_elements:
            raise LimitError(f"more than max_elements, {self.options.max_elements}, elements", path=path_of(body, None))

    value = read_value

    def element(self, body: Elements, tag: int, slot: int | Span) -> DataElement:
        """Decode one element. A value that breaks its VR comes back as text or bytes, with an issue."""
        if type(slot) is int:
            if self.source.is_watched:
                self.source.check()
            element = read_plain(self, tag, slot)
            if element is not None:
                return element
        return self._closer(body, tag, slot)

    def _closer(self, body: Elements, tag: int, slot: int | Span) -> DataElement:
        """Decode one element that needs more than its own bytes."""
        if type(slot) is int:
            vr, value, length = self.scanner.header(self.buffer, slot)
            start = slot
            end = self.ends[value] if length == names.UNDEFINED_LENGTH else value + length
        else:
            vr, start, value, end = slot  # type: ignore[misc]
            length = 0
        known = vr if vr in _PLAIN else self.vr_of(body, tag, vr, value, end)
        if known == "SQ":
            return self._sequence(body, tag, vr, slot, (self, start, value, end))
        if length == names.UNDEFINED_LENGTH or (known in BYTES_VRS and end - value >= LAZY_FROM):
            return read_element(tag, known, PENDING, self, slot)
        if end - value > self.options.max_value_length:
            raise LimitError(
                f"a value of {end - value} bytes is longer than max_value_length, {self.options.max_value_length}",
                path=path_of(body, tag),
                offset=value,
            )
        return read_element(tag, known, self._value(body, tag, vr, known, value, end), self, slot)

    def _value(self, body: Elements, tag: int, written: str, vr: str, start: int, end: int) -> Any:
        if start >= end:
            return values.EMPTY[vr]
        self.source.check()
        data = bytes(self.buffer[start:end])
        text: Any = ascii_text
        if vr in rules.CHARSET_VRS and (not data.isascii() or data.find(ESCAPE) >= 0):
            text = decoder_for(self.charset(body))
        encoding = IMPLICIT_LITTLE if written == "UN" else self.encoding  # PS3.5 6.2.2
        try:
            value = encoding.decoders[vr](data, text)
        except ValueIssue as problem:
            self.report(body, tag, start, problem.code, "error", str(problem), problem.reference)
            value = problem.fallback
        return value

    def vr_of(self, body: Elements, tag: int, vr: str, start: int, end: int) -> str:
        """The VR to decode with: that of the dictionary where the file has none, or UN, or several are possible."""
        if not vr or vr == "UN":
            found = self._dictionary_vr(body, tag)
            if found == "UN" and self._holds_items(start, end):
                return "SQ"
            if vr == "UN" and found == "SQ" and not self._holds_items(start, end):
                return "UN" if end > start else "SQ"
            vr = found
        if vr in rules.AMBIGUOUS_VRS:
            lookup = partial(value_around, body)
            return resolve(tag, vr, lookup, encapsulated=start in self.ends, implicit=self.encoding.implicit)
        return vr

    def _dictionary_vr(self, body: Elements, tag: int) -> str:
        vr = self.edition.vrs.get(tag) or self.edition.vr(tag)
        if vr is None and tag & PRIVATE:
            creator = body._creator_of(tag)
            entry = self.edition.private(creator, tag) if creator else None
            vr = entry.vr if entry is not None else None
        return vr if vr in _KNOWN else "UN"

    def _holds_items(self, start: int, end: int) -> bool:
        """Whether a value is nothing but items, or of undefined length."""
        if start in self.repaired or start in self.ends:
            return True
        spans: list[tuple[int, int]] = []
        if end - start < IMPLICIT_LITTLE.scanner.ITEM_SIZE:
            return False
        kinds = (IMPLICIT_LITTLE, self.encoding) if self.encoding.big_endian else (IMPLICIT_LITTLE,)
        depth = self.options.max_depth
        return any(kind.scanner.items(self.buffer, start, end, spans, self.ends, depth) == end for kind in kinds)

    def _sequence(self, body: Elements, tag: int, written: str, slot: int | Span, raw: Raw) -> DataElement:
        """A sequence whose items stay in the source until they are looked at."""
        _, start, value, end = raw
        reading = self.inside(written, value, end)
        scanner, undefined = reading.encoding.scanner, value in self.ends
        spans = list(self.repaired.get(value, ()))
        if value not in self.repaired:
            stop = end - scanner.ITEM_SIZE if undefined else end
            reached = scanner.items(self.buffer, value, stop, spans, self.ends, self.options.max_depth)
            if reached != stop:
                spans = extents.repair_items(self, body, tag, start, value, stop, reading.encoding)
            if value < stop and not spans:
                text = bytes(self.buffer[value:stop])
                self.report(
                    body,
                    tag,
                    value,
                    "not-a-sequence",
                    "error",
                    f"the {len(text)} bytes are no items; kept as UN",
                    "PS3.5 7.5",
                )
                return read_element(tag, "UN", text, self, slot)
        expected = IMPLICIT_LITTLE if written == "UN" else self.encoding
        if reading.encoding is not expected and spans and start not in self.irregular:
            message = f"the items are {reading.encoding.name}, against what is around them; read so"
            self.report(body, tag, value, "item-encoding", "error", message, "PS3.5 6.2.2")
        return read_element(tag, "SQ", Sequence.from_spans(spans, reading, body, tag, undefined), self, slot)

    def inside(self, written: str, start: int, end: int) -> Reading:
        """The reading for the items of a sequence: UN holds Implicit VR, whatever surrounds it (PS3.5 6.2.2)."""
        scanner, implicit = self.encoding.scanner, self.encoding.implicit
        first = start + scanner.ITEM_SIZE
        if written != "UN" and first + scanner.SHORT_SIZE <= end:
            explicit = _explicit_head(self.buffer, first)[2] in _EXPLICIT_VRS
            if explicit is not implicit and (explicit or scanner.ITEM(self.buffer, start)[2]):  # as it should be
                return self
        return self.in_encoding(headers.items_encoding(self, written, start, end))

    def item(self, parent: Elements, tag: int, index: int, span: tuple[int, int]) -> Elements:
        depth = (parent._place[2] if parent._place else 0) + 1
        if depth > self.options.max_depth:
            raise LimitError(
                f"sequences are nested more than max_depth, {self.options.max_depth}, deep",
                path=path_of(parent, None),
                offset=span[0],
            )
        begin, end = span
        item = self.make._item_from_source(
            self, parent, (tag, index, depth), begin, begin + self.scanner.ITEM_SIZE, end
        )
        if parent._only is not None:
            _set(item, "_only", parent._only.get(tag))
        return item

    # -- text ----------------------------------------------------------------------------------------------

    def charset(self, body: Elements) -> tuple[str, ...]:
        """The character set of ``body`` as read: its own, else that of the dataset around it."""
        if self.options.charset is not None:
            return self.options.charset
        if body._charset is not None:
            return body._charset
        here: Elements | None = body
        while here is not None and here._charset is None and not self._note_charset(here):
            here = here._parent
        _set(body, "_charset", (here._charset if here is not None else None) or ())
        return body._charset or ()

    def _note_charset(self, body: Elements) -> bool:
        """Remember the character set that the source gives ``body``, whatever was put there since; False: none."""
        tag = names.SPECIFIC_CHARACTER_SET
        value, slot = body._value(tag, None), body._slots.get(tag)
        if slot is None or (type(slot) is DataElement and slot._raw is None):
            return False
        if type(slot) is DataElement and slot._dirty and slot._raw is not None:
            value = self.encoding.decoders["CS"](self.value_bytes(*slot._raw[2:]), ascii_text)
        terms, problems = normalise_terms(value)
        _set(body, "_charset", terms)
        reading = body._origin if isinstance(body._origin, Reading) else self
        for problem in problems:
            at = reading.locate(body, tag, slot)[2]
            self.report(body, tag, at, "charset", "warning", problem, "PS3.3 C.12.1.1.2")
        return True

    # -- what elements ask of their source -----------------------------------------------------------------

    def value_bytes(self, start: int, end: int) -> bytes:
        self.source.check()
        return bytes(self.buffer[start:end])

    def raw(self, slot: int | Span) -> Raw:
        """Where an element lies: the offsets of its header, of its value, and of the end of that."""
        if not isinstance(slot, int):
            return self, slot[1], slot[2], slot[3]
        _, value, length = self.encoding.scanner.header(self.buffer, slot)
        if length == names.UNDEFINED_LENGTH:
            return self, slot, value, self.ends[value] - self.encoding.scanner.ITEM_SIZE
        return self, slot, value, value + length

    def written_vr(self, raw: Raw) -> str:
        """The VR in the header of an element; "" in implicit VR and for an unknown one."""
        found = self.irregular.get(raw[1])
        if found is not None:
            return found[0]
        vr: str = self.encoding.scanner.header(self.buffer, raw[1])[0]
        return vr

    def located(self, slot: int | Span) -> tuple[Raw, str]:
        """`raw`, and the VR in the header; "" in implicit VR and for an unknown one."""
        if isinstance(slot, int) and not self.encoding.implicit and slot not in self.irregular:
            vr, value, length = self.encoding.scanner.header(self.buffer, slot)
            if length != names.UNDEFINED_LENGTH:
                return (self, slot, value, value + length), vr
        raw = self.raw(slot)
        return raw, "" if self.encoding.implicit else self.written_vr(raw)

    def extent(self, slot: int | Span) -> tuple[int, int]:
        """Where an element starts and ends in the source, its delimiter included."""
        if not isinstance(slot, int):
            return slot[1], slot[3]
        _, value, length = self.encoding.scanner.header(self.buffer, slot)
        return slot, self.ends[value] if length == names.UNDEFINED_LENGTH else value + length

    def end_of(self, raw: Raw) -> int:
        """Where an element ends in the source, its delimiter included."""
        return self.ends.get(raw[2], raw[3]) if self.is_undefined(raw) else raw[3]

    def group_end(self, body: Elements, tag: int) -> int | None:
        """Where the elements of the group of ``tag`` end in the source; None where they do not stand together."""
        group = tag >> 16
        end = None
        for other, slot in list(body._slots.items()):
            if other >> 16 != group:
                continue
            if type(slot) is DataElement:
                raw = slot._raw
                if raw is None or raw[0] is not self:
                    return None
                end = max(end or 0, self.end_of(raw))
            else:
                end = max(end or 0, self.extent(slot)[1])
        return end

    def says(self, body: Elements, element: DataElement) -> bool:
        """Whether the source still says what the value of ``element`` is; for values that can be changed in place."""
        raw = self.raw(element._slot)
        found = self._value(body, element._tag, self.written_vr(raw), element.VR, raw[2], raw[3])
        return same(found, element._value)

    def locate(self, body: Elements, tag: int, slot: int | Span | DataElement) -> tuple[str, int, int, int]:
        """VR, and offsets of the header, of the value and of its end, of an element in the source."""
        if type(slot) is DataElement:
            assert slot._raw is not None
            return slot.VR, slot._raw[1], slot._raw[2], slot._raw[3]
        if not isinstance(slot, int):
            return slot
        vr, value, length = self.encoding.scanner.header(self.buffer, slot)
        end = self.ends[value] if length == names.UNDEFINED_LENGTH else value + length
        return vr or self.vr_of(body, tag, vr, value, end), slot, value, end

    def is_undefined(self, raw: Raw) -> bool:
        found = self.irregular.get(raw[1])
        length: int = found[1] if found is not None else self.encoding.scanner.header(self.buffer, raw[1])[2]
        return length == names.UNDEFINED_LENGTH

    # -- issues --------------------------------------------------------------------------------------------

    def report(
        self,
        body: Elements,
        tag: int | None,
        offset: int | None,
        code: str,
        severity: str,
        message: str,
        reference: str,
    ) -> None:
        """Note an issue about ``body`` or one of its elements."""
        self.findings.add(Issue(code, severity, path_of(body, tag), offset, message, reference))


def _restored(arguments: tuple[Any, ...], known: tuple[Any, ...]) -> Reading:
    """A reading that was pickled."""
    reading = Reading(*arguments)
    reading.ends, reading.inner, reading.irregular, reading.repaired = known
    return reading


_set = object.__setattr__
_RLock: Final = type(threading.RLock())  # itself, not what chooses it


def value_around(body: Elements, tag: int) -> Any:
    """The value of an attribute in a dataset or in the nearest one around it that has one; None if none has."""
    here: Elements | None = body
    while here is not None:
        element = here._element(tag)
        if element is not None and element.value is not None:
            return element.value
        here = here._parent
    return None


_explicit_head: Final = EXPLICIT_LITTLE.scanner.HEADER
_EXPLICIT_VRS: Final = EXPLICIT_LITTLE.scanner.NAMES
_PLAIN: Final = frozenset(rules.VRS) - {"UN", "SQ"}
_KNOWN: Final = frozenset(rules.VRS) | rules.AMBIGUOUS_VRS

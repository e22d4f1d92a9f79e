"""Where values end that do not end as their headers say: sequences, items and fragments (PS3.5 7.5, A.4).

A `_Walk` goes once over a sequence that is not regular, with a stack of what is open, so that depth costs no recursion
and size costs linear time. It notes the items of each sequence it meets in ``reading.repaired`` and the ends of those
of undefined length in ``reading.ends``; what was wrong becomes an issue.
"""

from __future__ import annotations

from typing import Final

from dicomspec._generated import vr as rules
from dicomspec._generated import wire as names
from dicomspec.elements import Elements
from dicomspec.errors import LimitError
from dicomspec.tag import PRIVATE
from dicomspec.wire.encoding import BEFORE_DATASET, Encoding
from dicomspec.wire.findings import TOLD
from dicomspec.wire.headers import (
    DELIMITERS,
    Header,
    Recoverable,
    follows,
    is_delimiter,
    is_item,
    items_encoding,
    leads_on,
    next_thread,
    other_forms,
    plausible,
    read_header,
)

__all__ = ["extent", "repair_items"]


def extent(reading: Recoverable, body: Elements, header: Header) -> tuple[int, bool]:
    """Where the element ends whose header is at ``body._pos``, and whether its header says so."""
    end = body._end
    within = reading if header.encoding is reading.encoding else reading.in_encoding(header.encoding)
    if header.length == names.UNDEFINED_LENGTH:
        if holds_items(within, header, end):
            return sequence_end(reading, body, header, end), True
        return fragments_end(within, body, header, end)
    if is_sequence(within, header, end):
        after = sequence_end(reading, body, header, end)
        return after, after == header.after
    if header.after <= end:
        return header.after, True
    after = past_end(within, header, end)
    found = f"the value length {header.length} reaches past the end; the {after - header.value} bytes there were taken"
    reading.report(body, header.tag, body._pos, "value-past-end", "error", found, "PS3.5 7.1.1")
    return after, False


def past_end(reading: Recoverable, header: Header, end: int) -> int:
    """Where a value of a length past the end is taken to end: where something certainly goes on, or at the end."""
    if header.tag >> 16 == names.PIXELS_GROUP:
        return end
    return next_thread(reading, header.value, end, header.tag) or end


def holds_items(reading: Recoverable, header: Header, end: int) -> bool:
    """Whether a value of undefined length is items, by its VR or, where there is none, its tag."""
    if header.vr:
        return rules.VRS[header.vr].undefined_length.endswith("sequence")
    if header.tag in (names.PIXEL_DATA, names.FLOAT_PIXEL_DATA, names.DOUBLE_FLOAT_PIXEL_DATA):
        return False
    return reading.edition.vrs.get(header.tag) == "SQ" or is_delimiter(reading, header.value, end)


def is_sequence(reading: Recoverable, header: Header, end: int) -> bool:
    """Whether a value of defined length should be items: by its VR, and where there is none by what stands there."""
    if header.vr:
        return header.vr == "SQ"
    if not header.length or header.tag == names.PIXEL_DATA:
        return False
    if reading.edition.vrs.get(header.tag) == "SQ":
        return True
    return header.value + reading.encoding.scanner.ITEM_SIZE <= end and is_item(reading, header.value)


def sequence_end(reading: Recoverable, body: Elements, header: Header, end: int) -> int:
    """Where a sequence ends: where it says if all in it is regular, else where a walk over it comes to."""
    start, length = header.value, header.length
    depth = reading.options.max_depth
    known = reading.ends.get(start)
    if known:
        return known
    undefined = length == names.UNDEFINED_LENGTH
    encoding = items_encoding(reading, header.vr, start, end if undefined else min(header.after, end))
    scanner = encoding.scanner
    if undefined:
        after: int = scanner.measure(reading.buffer, start, end, reading.ends, depth)
        if after:
            return after
    elif (
        header.after <= end
        and scanner.items(reading.buffer, start, header.after, [], reading.ends, depth) == header.after
    ):
        return header.after
    walk = _Walk(reading, body, end)
    return walk.run(header.tag, body._pos, start, None if undefined else header.after, encoding)


def repair_items(
    reading: Recoverable, body: Elements, tag: int, at: int, start: int, end: int, encoding: Encoding
) -> list[tuple[int, int]]:
    """The items in ``[start, end)`` of a sequence whose items are not regular; none where there are no items.

    ``at`` is the offset of its header, ``encoding`` that of the items.
    """
    _Walk(reading, body, end).run(tag, at, start, end, encoding)
    return reading.repaired.get(start, [])


# -- fragments ---------------------------------------------------------------------------------------------


def fragments_end(reading: Recoverable, body: Elements, header: Header, end: int) -> tuple[int, bool]:
    """Where fragments end (PS3.5 A.4), and whether a delimiter ends them; told of ``body``."""
    after: int = reading.ends.get(header.value) or reading.encoding.scanner.measure_fragments(
        reading.buffer, header.value, end, reading.ends
    )
    if after:
        return after, True
    pos, code, message, delimited = _broken_fragments(reading, header, end)
    if not delimited and code != "fragment-past-end" and pos == header.value:
        code, pos = "no-fragments", past_end(reading, header, end)
        message = f"undefined length, but no fragments; the {pos - header.value} bytes there were taken"
        at = header.value
    else:
        at = pos
        pos = pos + reading.encoding.scanner.ITEM_SIZE if delimited else end if code == "fragment-past-end" else pos
    reading.report(body, header.tag, at, code, "error", message, "PS3.5 A.4")
    if delimited:
        reading.ends[header.value] = pos
    return pos, delimited


def _broken_fragments(reading: Recoverable, header: Header, end: int) -> tuple[int, str, str, bool]:
    """Where fragments stop being regular, the code and message of the issue, and whether a delimiter stands there."""
    encoding, pos = reading.encoding, header.value
    size = encoding.scanner.ITEM_SIZE
    while pos + size <= end:
        tag, length = encoding.item(reading.buffer, pos)
        if tag == names.SEQUENCE_DELIMITATION:
            return pos, "delimiter-length", _DELIMITER_LENGTH.format(length), True
        if tag != names.ITEM:
            break
        if pos + size + length > end:
            found = f"the fragment is cut off: {end - pos - size} of its {length} bytes are there"
            return pos, "fragment-past-end", found, False
        pos += size + length
    found = "the fragments end without a sequence delimiter; they were taken to end here"
    return pos, "missing-delimiter", found, False


# -- sequences ---------------------------------------------------------------------------------------------


class _Open:
    """A sequence or item that the walk is in.

    Attributes:
        tag: of the sequence; -1 for an item.
        at, start: of its header, and of its content.
        declared: where it ends by its length; None for undefined length.
        reading: the bytes, in the encoding of its content.
        outer: the bytes, in the encoding of what it stands in.
        spans: of a sequence, its items so far.
        last: of an item, its highest tag so far.
    """

    __slots__ = ("at", "declared", "last", "outer", "reading", "spans", "start", "tag")

    def __init__(
        self, reading: Recoverable, outer: Recoverable, tag: int, at: int, start: int, declared: int | None
    ) -> None:
        self.reading = reading
        self.outer = outer
        self.at = at
        self.tag = tag
        self.start = start
        self.declared = declared
        self.spans: list[tuple[int, int]] = []
        self.last = BEFORE_DATASET


class _Walk:
    """Goes over one sequence of ``body`` and all that is in it, up to ``end`` at most."""

    def __init__(self, reading: Recoverable, body: Elements, end: int) -> None:
        self.reading = reading
        self.body = body
        self.end = end
        self.depth = body._place[2] if body._place else 0
        self.frames: list[_Open] = []
        self.size: int = reading.encoding.scanner.ITEM_SIZE

    def run(self, tag: int, at: int, start: int, declared: int | None, encoding: Encoding) -> int:
        """Where the sequence ends whose header is at ``at`` and whose content is at ``start``."""
        self.frames.append(_Open(self.reading.in_encoding(encoding), self.reading, tag, at, start, declared))
        pos = start
        while self.frames:
            frame = self.frames[-1]
            pos = self.in_item(pos, frame) if frame.tag < 0 else self.in_sequence(pos, frame)
        return pos

    # -- in a sequence ---

    def in_sequence(self, pos: int, frame: _Open) -> int:
        if frame.declared is not None and pos >= frame.declared:
            return self.close_counted(pos, frame)
        if pos + self.size > self.end:
            return self.close_sequence(pos, frame)
        tag, length = frame.reading.encoding.item(frame.reading.buffer, pos)
        if tag == names.ITEM:
            return self.item(pos, length, frame)
        if tag not in DELIMITERS:
            return self.no_item(pos, frame)
        around = any(one.tag < 0 and one.declared is None for one in self.frames[-2:-1])
        if tag == names.SEQUENCE_DELIMITATION and frame.declared is None:
            self.check_delimiter(pos, length)
            return self.close_sequence(pos, frame, delimited=True)
        if around:  # what is around ends here, so this has ended
            return self.close_sequence(pos, frame)
        where = "between items" if frame.declared is None else "in a sequence of defined length"
        self.report(pos, "stray-delimiter", f"{DELIMITERS[tag]} {where}; passed over", "PS3.5 7.5")
        return pos + self.size

    def item(self, pos: int, length: int, frame: _Open) -> int:
        start = pos + self.size
        if length == names.UNDEFINED_LENGTH:
            known = frame.reading.ends.get(start)
            if known and known <= self.end:
                frame.spans.append((pos, known - self.size))
                return known
            return self.open_item(start, None)
        after = start + length
        limit = self.end if frame.declared is None else min(frame.declared, self.end)
        if after <= limit and (after == frame.declared or follows(frame.outer, after, self.end, frame.tag)):
            frame.spans.append((pos, after))
            return after
        if frame.declared is None or after <= limit:
            return self.open_item(start, after)
        goes_on = after <= self.end and follows(frame.outer, after, self.end, frame.tag)
        if goes_on and not (frame.declared <= self.end and follows(frame.outer, frame.declared, self.end, frame.tag)):
            frame.spans.append((pos, after))
            return after
        found = f"the item length {length} reaches past the end; the {limit - start} bytes there were taken"
        self.report(pos, "item-past-end", found, "PS3.5 7.5")
        frame.spans.append((pos, max(limit, start)))
        return max(limit, start)

    def no_item(self, pos: int, frame: _Open) -> int:
        """Something that is neither item nor delimiter."""
        reading, declared = frame.reading, frame.declared
        if declared is None:
            inside = not frame.spans and plausible(reading, pos, self.end, BEFORE_DATASET)
            if inside and not plausible(frame.outer, pos, self.end, frame.tag):
                message = "elements without an item around them; read as one item"
                self.report(pos, "missing-item", message, "PS3.5 7.5")
                return self.open_item(pos, None)
            return self.close_sequence(pos, frame)
        goes_on = plausible(frame.outer, pos, self.end, frame.tag)
        true_length = declared <= self.end and follows(frame.outer, declared, self.end, frame.tag)
        if goes_on and (frame.spans or not true_length):
            return self.close_counted(pos, frame)
        if plausible(reading, pos, min(declared, self.end), BEFORE_DATASET):
            self.report(pos, "missing-item", "elements without an item around them; read as one item", "PS3.5 7.5")
            frame.spans.append((pos - self.size, min(declared, self.end)))
            return declared
        if frame.spans and declared <= self.end:
            found = f"{declared - pos} bytes behind the last item are no item; kept while the sequence is not changed"
            self.report(pos, "trailing-bytes", found, "PS3.5 7.5")
            return declared
        return self.close_counted(pos, frame)

    def close_counted(self, pos: int, frame: _Open) -> int:
        """The end of a sequence of defined length, which is or is not where it says."""
        declared = frame.declared
        assert declared is not None
        length = declared - frame.start
        if pos > declared and declared > self.end:
            pos = declared
        if pos == declared or (pos < declared <= self.end and not frame.spans):
            pos = min(declared, self.end)
            if declared > self.end:
                found = (
                    f"the value length {length} reaches past the end; the {pos - frame.start} bytes there were taken"
                )
                self.report(None, "value-past-end", found, "PS3.5 7.1.1")
        elif (
            pos > declared
            or plausible(frame.outer, pos, self.end, frame.tag)
            or is_delimiter(frame.outer, pos, self.end)
        ):
            found = f"the sequence length {length} is not that of its items, {pos - frame.start}; it ends with them"
            self.report(None, "sequence-length", found, "PS3.5 7.5")
        else:
            pos = min(declared, self.end)
            if not frame.spans:
                header = Header(frame.tag, "SQ", frame.start, length, frame.reading.encoding, True)
                pos = past_end(frame.reading, header, self.end)
            found = f"the value length {length} reaches past the end; the {pos - frame.start} bytes there were taken"
            self.report(None, "value-past-end", found, "PS3.5 7.1.1")
        if frame.spans:
            frame.reading.repaired[frame.start] = frame.spans
        self.frames.pop()
        return pos

    def close_sequence(self, pos: int, frame: _Open, delimited: bool = False) -> int:
        """The end of a sequence, of undefined length unless something around it has ended."""
        if frame.declared is not None:
            return self.close_counted(pos, frame)
        if not delimited:
            found = "the sequence ends without its delimiter; it was taken to end here"
            self.report(pos, "missing-delimiter", found, "PS3.5 7.5.2")
        after = pos + self.size if delimited else pos
        frame.reading.repaired[frame.start] = frame.spans
        frame.reading.ends[frame.start] = after
        self.frames.pop()
        return after

    # -- in an item ---

    def open_item(self, start: int, declared: int | None) -> int:
        """Go into an item that ends at a delimiter, or whose length is in doubt."""
        outer = self.frames[-1]
        self.frames.append(_Open(outer.reading, outer.reading, -1, start - self.size, start, declared))
        return start

    def in_item(self, pos: int, frame: _Open) -> int:
        reading, end = frame.reading, self.end
        if pos == frame.declared:
            return self.close_item(pos, pos)
        around = self.frames[-2].declared  # of the sequence
        if pos + self.size > end or (around is not None and pos >= around):
            return self.no_delimiter(pos if around is not None and pos >= around else end, frame)
        tag, length = reading.encoding.item(reading.buffer, pos)
        if tag == names.ITEM_DELIMITATION:
            if frame.declared is None:
                self.check_delimiter(pos, length, frame)
                reading.ends[frame.start] = pos + self.size
            else:
                self.wrong_length(pos, frame)
            return self.close_item(pos, pos + self.size)
        if tag in DELIMITERS:
            return self.no_delimiter(pos, frame)
        header = choose(reading, pos, end)
        if header is None:
            return next_thread(reading, pos + 1, end, BEFORE_DATASET, delimiters=True) or end
        frame.last = max(frame.last, header.tag)
        return self.value_end(pos, header, frame)

    def value_end(self, pos: int, header: Header, frame: _Open) -> int:
        """Where an element of an item ends; a sequence that must be looked into is opened."""
        reading, end = frame.reading, self.end
        if header.encoding is not reading.encoding:
            reading = reading.in_encoding(header.encoding)
        undefined = header.length == names.UNDEFINED_LENGTH
        if undefined and not holds_items(reading, header, end):
            return fragments_end(reading, self.owner(), header, end)[0]
        if not undefined and header.after <= end and (header.vr != "SQ" or leads_on(reading, header, end)):
            return header.after
        if not undefined and not is_sequence(reading, header, end):
            return next_thread(reading, header.value, end, header.tag, delimiters=True) or end
        if self.depth + len(self.frames) // 2 >= reading.options.max_depth:
            raise LimitError(
                f"sequences are nested more than max_depth, {reading.options.max_depth}, deep", offset=header.value
            )
        encoding = items_encoding(reading, header.vr, header.value, end)
        declared = None if undefined else header.after
        self.frames.append(_Open(reading.in_encoding(encoding), frame.reading, header.tag, pos, header.value, declared))
        return header.value

    def no_delimiter(self, pos: int, frame: _Open) -> int:
        """An item that is followed by something else than its delimiter, or by nothing."""
        if frame.declared is not None:
            self.wrong_length(pos, frame)
        elif frame.start - self.size >= self.frames[-2].start:  # with a header, that is
            found = "the item ends without its delimiter; it was taken to end here"
            self.report(pos, "missing-delimiter", found, "PS3.5 7.5.2", item=True)
        return self.close_item(pos, pos)

    def wrong_length(self, pos: int, frame: _Open) -> None:
        assert frame.declared is not None
        length = frame.declared - frame.start
        code, found = "item-length", f"the item length {length} is not that of its elements, {pos - frame.start}"
        if frame.declared > self.end:
            code, found = (
                "item-past-end",
                f"the item length {length} reaches past the end; {pos - frame.start} bytes belong to it",
            )
        self.report(frame.start - self.size, code, found, "PS3.5 7.5", of=-2)

    def close_item(self, pos: int, after: int) -> int:
        frame = self.frames.pop()
        self.frames[-1].spans.append((frame.start - self.size, pos))
        return after

    # -- issues ---

    def check_delimiter(self, pos: int, length: int, item: _Open | None = None) -> None:
        if length:
            self.report(pos, "delimiter-length", _DELIMITER_LENGTH.format(length), "PS3.5 7.5", item=item is not None)

    def report(
        self, pos: int | None, code: str, message: str, reference: str, item: bool = False, of: int = -1
    ) -> None:
        """Note an issue about the innermost sequence, or about the item that is open in it."""
        frames = self.frames if of == -1 else self.frames[: of + 1]
        if item:
            self.reading.report(self.owner(frames), None, pos, code, "error", message, reference)
            return
        sequence = frames[-1] if frames[-1].tag >= 0 else frames[-2]
        at = sequence.at if pos is None else pos
        self.reading.report(self.owner(frames[:-1]), sequence.tag, at, code, "error", message, reference)

    def owner(self, frames: list[_Open] | None = None) -> Elements:
        """The map that an issue is about: the innermost open item, as far as its path is told."""
        frames = self.frames if frames is None else frames
        owner = self.body
        count = len(frames) // 2  # sequences and items take turns
        depth = self.depth + max(0, count - TOLD)
        for frame in frames[2 * max(0, count - TOLD) : 2 * count : 2]:
            tag, index = frame.tag, len(frame.spans)
            item = self.reading.body(self.reading.make, 0, 0, BEFORE_DATASET)
            depth += 1
            item._parent, item._place = owner, (tag, index, depth)
            owner = item
        return owner


def choose(reading: Recoverable, pos: int, end: int) -> Header | None:
    """The header at ``pos`` in the first form that makes sense; None if none does."""
    declared = read_header(reading.encoding, reading.buffer, pos, end)
    if declared is not None and declared.after <= end:
        known = reading.edition.vrs.get(declared.tag)
        if declared.length != names.UNDEFINED_LENGTH or known or is_delimiter(reading, declared.value, end):
            return declared
    for header in other_forms(reading.encoding, reading.buffer, pos, end):
        within = reading if header.encoding is reading.encoding else reading.in_encoding(header.encoding)
        if leads_on(within, header, end) or leads_on(reading, header, end):
            return header
    if declared is not None and (not reading.encoding.implicit or declared.tag in reading.edition.vrs):
        return declared
    private = declared is not None and declared.tag & PRIVATE and declared.tag >> 16 < names.PIXELS_GROUP
    return declared if private else None


_DELIMITER_LENGTH: Final = "the delimiter has length {}, not 0; passed over"

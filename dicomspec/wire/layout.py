"""Where elements go: the order in which a map is written, and what of its source is replaced.

A map that was read is a list of `Patch`es on its source, wherever that is possible; else it is written element by
element, in the order of the source with what is new among it (PS3.5 7.1).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, TypeAlias

from dicomspec._generated import wire as names
from dicomspec.element import DataElement, Raw
from dicomspec.elements import Elements, Slot
from dicomspec.wire.changes import Changed, holds_items, is_added, is_changed
from dicomspec.wire.encoding import Encoding
from dicomspec.wire.reading import Reading

__all__ = ["Patch", "content_start", "counts_group", "in_order", "is_open_item", "patches"]

Patch: TypeAlias = "tuple[int, int, int]"
"""Start and end of bytes of the source, and the tag of the element that takes their place (-1: none does)."""


def in_order(body: Elements, encoding: Encoding) -> Iterator[tuple[int, Any]]:
    """Tags and slots in the order they are written: as in the source, new ones where their tag belongs.

    Bytes that belong to no element come as tag -1, if they can be kept.
    """
    origin = body._origin
    if origin is None:
        for tag in body._tags():
            yield tag, body._slots[tag]
        return
    placed: list[tuple[int, int, Any]] = []
    new: list[int] = []
    for tag, slot in list(body._slots.items()):
        if type(slot) is DataElement and is_added(body, slot):
            new.append(tag)
        else:
            placed.append((_position(slot), tag, slot))
    if isinstance(origin, Reading) and origin.encoding is encoding and body._extra and body._only is None:
        placed += [(start, -1, ("", start, start, end)) for start, end, tag in body._extra if _is_kept(body, tag)]
    placed.sort(key=lambda entry: entry[0])
    new.sort(reverse=True)
    behind = max((index for index, entry in enumerate(placed) if entry[1] >= 0), default=-1)
    for index, (_, tag, slot) in enumerate(placed):
        while new and (tag > new[-1] or index > behind):
            yield new[-1], body._slots[new.pop()]
        yield tag, slot
    while new:
        yield new[-1], body._slots[new.pop()]


def _position(slot: Slot) -> int:
    if isinstance(slot, int):
        return slot
    if type(slot) is DataElement:
        return _position(slot._slot)
    return slot[1]


def _is_kept(body: Elements, tag: int) -> bool:
    """Whether bytes outside the slots stay: a second copy of an element goes when the element is changed or deleted."""
    if tag < 0:
        return True
    slot = body._slots.get(tag)
    return slot is not None and not (type(slot) is DataElement and (slot._dirty or is_added(body, slot)))


def patches(body: Elements, origin: Reading, changed: Changed) -> list[Patch] | None:
    """What differs from the source, by offset; all other bytes are as they were.

    None where a group length (gggg,0000) counts bytes that change: then the group is written anew.
    """
    found: list[Patch] = []
    new: list[int] = []
    slots = body._slots
    for element in changed[id(body)]:
        if is_added(body, element):
            new.append(element._tag)
        elif is_changed(body, element) or _has_changed_items(element, changed):
            found.append((*origin.extent(element._slot), element._tag))
    removed = body._removed or ()
    for tag in (*new, *[patch[2] for patch in found], *[tag for tag, _ in removed]):
        if tag & ~0xFFFF in slots:
            return None
    found += [(*origin.extent(slot), -1) for _, slot in removed]
    found += [(start, end, -1) for start, end, tag in body._extra or () if not _is_kept(body, tag)]
    if new:
        found += _insertions(body, new)
    if len(found) > 1:
        found.sort(key=lambda patch: (patch[0], patch[1] > patch[0], patch[2]))
    return found


def _has_changed_items(element: DataElement, changed: Changed) -> bool:
    return holds_items(element) and any(id(item) in changed for item in element._value.peek())


def _insertions(body: Elements, new: list[int]) -> list[Patch]:
    """Where new elements go: before the element of the next higher tag, else behind the last one."""
    kept = [
        (tag, slot)
        for tag, slot in list(body._slots.items())
        if not (type(slot) is DataElement and is_added(body, slot))
    ]
    kept.sort(key=lambda entry: entry[0])
    tags = [tag for tag, _ in kept]
    result = []
    behind = None
    for tag in sorted(new):
        index = bisect_right(tags, tag)
        if index < len(kept):
            at = _position(kept[index][1])
        else:
            at = behind = _behind(body, kept) if behind is None else behind
        result.append((at, at, tag))
    return result


def _behind(body: Elements, kept: list[tuple[int, Slot]]) -> int:
    """Where the last element of the source that is left ends; if none is, before what belongs to no element."""
    origin = body._origin
    assert isinstance(origin, Reading)
    if kept:
        return max(origin.extent(_place(slot))[1] for _, slot in kept)
    return min((start for start, _, _ in body._extra or ()), default=body._end)


def _place(slot: Slot) -> Any:
    return slot._slot if type(slot) is DataElement else slot


def counts_group(body: Elements, origin: Reading, raw: Raw, count: Any) -> bool:
    """Whether a group length was right in the source: elements of the group that were deleted since count as well."""
    scanner, buffer, pos = origin.encoding.scanner, origin.buffer, raw[3]
    group, end = scanner.ITEM(buffer, raw[1])[0], pos + count
    while pos < body._end and scanner.ITEM(buffer, pos)[0] == group:
        try:
            _, value, length = scanner.header(buffer, pos)
        except KeyError:
            return False
        pos = origin.ends.get(value, body._end) if length == names.UNDEFINED_LENGTH else value + length
    return bool(pos == end)


def content_start(body: Elements, origin: Reading) -> int:
    """Where the elements of a map start in its source: of an item, behind its header."""
    return body._begin + (origin.encoding.scanner.ITEM_SIZE if body._place is not None else 0)


def is_open_item(item: Elements) -> bool:
    """Whether an item was read with undefined length."""
    origin = item._origin
    if item._place is None or not isinstance(origin, Reading) or item._begin < 0:
        return False
    return origin.encoding.item(origin.buffer, item._begin) == (names.ITEM, names.UNDEFINED_LENGTH)

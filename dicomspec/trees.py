"""Walks over nested datasets. None of them recurses, so depth costs no stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from itertools import chain
from typing import Any, Final, NamedTuple

from dicomspec.element import DataElement, read_element, same_vr
from dicomspec.elements import Elements
from dicomspec.sequence import Sequence
from dicomspec.values.multi import same

__all__ = ["copy_map", "deep_copy", "equal", "flatten", "iterate", "restore", "walk"]


def iterate(body: Elements) -> Iterator[DataElement]:
    """All elements, each sequence followed by the elements of its items."""
    stack = [iter(body)]
    while stack:
        for element in stack[-1]:
            yield element
            if element.VR == "SQ":
                stack.append(chain.from_iterable(element.value))
                break
        else:
            stack.pop()


def walk(body: Elements, callback: Callable[[Any, DataElement], Any], recursive: bool = True) -> None:
    """Call ``callback(dataset, element)`` for each element; the callback may change or delete it."""
    stack: list[tuple[Elements, Iterator[int]]] = [(body, iter(body._tags()))]
    while stack:
        here, tags = stack[-1]
        tag = next(tags, None)
        if tag is None:
            stack.pop()
            continue
        element = here._element(tag)
        if element is None:
            continue
        callback(here, element)
        if recursive and here._slots.get(tag) is element and element.VR == "SQ":
            stack.extend((item, iter(item._tags())) for item in reversed(element.value))


def equal(first: Elements, second: Elements) -> bool:
    """Whether two maps hold the same elements; nesting costs no recursion."""
    stack: list[tuple[Elements, Elements]] = [(first, second)]
    while stack:
        mine, theirs = stack.pop()
        tags = mine._tags()
        if tags != theirs._tags():
            return False
        for tag in tags:
            a, b = mine._element(tag), theirs._element(tag)
            if a is None or b is None or not (a.VR == b.VR or same_vr(a.VR, b.VR)):
                return False
            x, y = a.value, b.value
            if isinstance(x, Sequence) and isinstance(y, Sequence):
                if len(x) != len(y):
                    return False
                stack.extend(zip(x, y, strict=True))
            elif not same(x, y):
                return False
    return True


def copy_map(body: Elements) -> Elements:
    """A copy of the map that shares its elements."""
    body._complete()
    twin = type(body).__new__(type(body))
    for name, value in vars(body).items():
        object.__setattr__(twin, name, value)
    twin._slots = dict(body._slots)
    twin._extra = list(body._extra) if body._extra else None
    twin._added = set(body._added) if body._added else None
    twin._removed = list(body._removed) if body._removed else None
    return twin


def deep_copy(body: Elements) -> Elements:
    """A copy that shares nothing mutable; what still lies in the source is shared with it."""
    top = copy_map(body)
    stack = [top]
    while stack:
        twin = stack.pop()
        for tag, slot in twin._slots.items():
            if type(slot) is DataElement:
                twin._slots[tag] = element = copy(slot)
                value = element._value
                if isinstance(value, Sequence):
                    element._value = _copy_sequence(value, twin, stack)
                elif isinstance(value, list):
                    element._value = copy(value)
    return top


def _copy_sequence(sequence: Sequence[Any], parent: Elements, stack: list[Elements]) -> Sequence[Any]:
    twin = copy(sequence)
    items = twin._items = list(sequence.peek())
    for index, item in enumerate(items):
        if isinstance(item, Elements):
            items[index] = child = copy_map(item)
            child._parent = parent if item._parent is not None else None
            stack.append(child)
    return twin


# -- pickling: nested maps as a flat list ------------------------------------------------------------------

_NOT_KEPT: Final = frozenset({"_slots", "_parent", "buffer"})


class _Items(NamedTuple):
    """A sequence, its items by their place in the list (or their position in the source)."""

    cls: type[Sequence[Any]]
    items: list[Any]
    reader: Any
    is_as_read: bool
    is_undefined_length: bool


def flatten(top: Elements) -> list[tuple[Any, ...]]:
    """The map and all below it that is in memory: class, attributes, place of the one around it, and slots."""
    bodies, places = [top], {id(top): 0}
    holders: dict[int, int | None] = {id(top): None}
    nodes = []
    for body in bodies:  # grows on the way
        slots = [(tag, _flat_slot(slot, bodies, places)) for tag, slot in list(body._slots.items())]
        for item in bodies[len(holders) :]:
            holders[id(item)] = places[id(body)]
        state = {name: value for name, value in vars(body).items() if name not in _NOT_KEPT}
        around = places.get(id(body._parent), holders[id(body)])
        if id(body._parent) not in places and body._parent is not None and body._origin is not None:
            state["_charset"] = body._origin.charset(body)  # it was read in another dataset, which is left behind
        nodes.append((type(body), state, around, slots))
    return nodes


def _flat_slot(slot: Any, bodies: list[Elements], places: dict[int, int]) -> Any:
    if type(slot) is not DataElement:
        return slot
    value = slot._value
    if isinstance(value, Sequence):
        items: list[Any] = []
        for item in value.peek():
            if isinstance(item, Elements):
                if id(item) not in places:
                    places[id(item)] = len(bodies)
                    bodies.append(item)
                items.append(places[id(item)])
            else:
                items.append(item)
        value = _Items(type(value), items, value._reader, value.is_as_read, value.is_undefined_length)
    return [slot.VR, value, slot._source, slot._slot, slot._dirty, slot.private_creator]


def restore(nodes: list[tuple[Any, ...]]) -> Elements:
    """What `flatten` took apart."""
    bodies: list[Elements] = [cls.__new__(cls) for cls, *_ in nodes]
    for body, (_, state, parent, slots) in zip(bodies, nodes, strict=True):
        for name, value in state.items():
            object.__setattr__(body, name, value)
        if parent is not None:
            object.__setattr__(body, "_parent", bodies[parent])
        object.__setattr__(body, "_slots", {tag: _whole_slot(tag, slot, body, bodies) for tag, slot in slots})
    return bodies[0]


def _whole_slot(tag: int, slot: Any, body: Elements, bodies: list[Elements]) -> Any:
    if type(slot) is not list:
        return slot
    vr, value, source, place, dirty, creator = slot
    if isinstance(value, _Items):
        items: list[Any] = [bodies[item] if type(item) is int else item for item in value.items]
        sequence = value.cls.from_spans(items, value.reader, body, tag, value.is_undefined_length)
        sequence.is_as_read = value.is_as_read
        value = sequence
    element = read_element(tag, vr, value, source, place)
    element._dirty, element.private_creator = dirty, creator
    return element

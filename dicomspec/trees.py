"""Walks over nested datasets. None of them recurses, so depth costs no stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from itertools import chain
from typing import Any

from dicomspec.element import DataElement, same_vr
from dicomspec.elements import Elements
from dicomspec.sequence import Sequence
from dicomspec.values.multi import same

__all__ = ["copy_map", "deep_copy", "equal", "iterate", "walk"]


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

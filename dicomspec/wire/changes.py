"""What of a dataset is no longer as its source says."""

from __future__ import annotations

from typing import Final, TypeAlias

from dicomspec._generated import wire as names
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.sequence import Sequence
from dicomspec.tag import Tag
from dicomspec.uid import UID
from dicomspec.values import DA, DT, IS, TM, DSfloat, MultiValue, PersonName
from dicomspec.values.charset import normalise_terms
from dicomspec.wire.encoding import Encoding
from dicomspec.wire.reading import Reading

__all__ = [
    "PLAIN",
    "Changed",
    "Terms",
    "find_changed",
    "holds_items",
    "inner_encoding",
    "is_added",
    "is_changed",
    "is_pristine",
    "looked_at",
    "terms_of",
]

Terms: TypeAlias = "tuple[str, ...]"
"""Defined terms of Specific Character Set (PS3.3 C.12.1.1.2)."""


Changed: TypeAlias = "dict[int, list[DataElement]]"
"""Maps that cannot be copied from their source as a whole, by id, and those of their elements that were looked at."""


def find_changed(top: Elements, encoding: Encoding, inherited: Terms | None = None) -> Changed:
    """Which maps cannot be copied from their source as a whole, if written in ``encoding``.

    What was built cannot; what is in it is not looked at, since all of it is written anew. ``inherited`` is the
    character set of the map around ``top``.
    """
    if top._origin is None:
        return {id(top): []}
    elements = looked_at(top)
    if inherited is None and top._only is None:
        as_read = _comes_whole(top, encoding)
        for element in elements:
            if holds_items(element):
                break
            as_read = as_read and not is_changed(top, element)
        else:  # no items; and if the character set is another one, so is the element that tells it
            return {} if as_read else {id(top): elements}
    order: list[tuple[Elements, Elements | None, list[DataElement]]] = []
    # Beside each map that around it, and its character set; None if that is as it was read.
    stack: list[tuple[Elements, Elements | None, Encoding, Terms | None]] = [(top, None, encoding, inherited)]
    changed: set[int] = set()
    while stack:
        body, parent, target, around = stack.pop()
        elements = looked_at(body) if body._origin is not None else []
        if around is None and not elements and body._parent is parent and _comes_whole(body, target):
            continue
        order.append((body, parent, elements))
        if body._origin is None:
            changed.add(id(body))
            continue
        if body._only is not None:
            _look_into_parts(body)
            elements[:] = looked_at(body)
        terms = _terms_unlike_read(body, parent, around)
        if terms is not None or not _comes_whole(body, target) or any(is_changed(body, one) for one in elements):
            changed.add(id(body))
        for element in elements:
            if holds_items(element):
                items = [item for item in element._value.peek() if type(item) is not tuple]
                if items:
                    inner = inner_encoding(element, target)
                    stack.extend((item, body, inner, terms) for item in items)
    for body, parent, _ in reversed(order):
        if parent is not None and id(body) in changed:
            changed.add(id(parent))
    return {id(body): elements for body, _, elements in order if id(body) in changed}


def _terms_unlike_read(body: Elements, parent: Elements | None, around: Terms | None) -> Terms | None:
    """The character set of ``body`` if it is not that in which it was read; ``around`` tells the same of its parent."""
    origin, slot = body._origin, body._slots.get(names.SPECIFIC_CHARACTER_SET)
    is_own = (type(slot) is not DataElement or not is_changed(body, slot)) and not body._removed
    if is_own and around is None and (parent is None or body._parent is parent):
        return None
    if around is None and parent is not None:
        around = terms_of(parent, None)
    terms = terms_of(body, around)
    return None if isinstance(origin, Reading) and terms == origin.charset(body) else terms


def _look_into_parts(body: Elements) -> None:
    """Make the items of which only a part was asked for: they are not written whole, looked at or not."""
    for tag, wanted in (body._only or {}).items():
        element = body._element(tag) if wanted is not None else None
        if element is not None and isinstance(element.value, Sequence):
            list(element.value)


def looked_at(body: Elements) -> list[DataElement]:
    """The elements that were decoded, or put in; all others are as they were read, scanned or not."""
    slots = list(body._slots.values())  # at once: another thread may scan on
    return [slot for slot in slots if type(slot) is DataElement]


def holds_items(element: DataElement) -> bool:
    """Whether the value is a sequence, empty or not."""
    return type(element._value) not in PLAIN and isinstance(element._value, Sequence)


PLAIN: Final = frozenset(
    {type(None), bytes, str, int, float, MultiValue, UID, PersonName, DA, DT, TM, DSfloat, IS, Tag}
)
"""Types of values that are no sequences: to look them up costs less than to ask an abstract base class."""


def is_pristine(body: Elements, encoding: Encoding, terms: Terms) -> bool:
    """Whether all of the map itself, its sequences' items aside, can be copied."""
    origin = body._origin
    if not _comes_whole(body, encoding) or not isinstance(origin, Reading) or terms != origin.charset(body):
        return False
    return not any(is_changed(body, element) for element in looked_at(body))


def _comes_whole(body: Elements, encoding: Encoding) -> bool:
    """Whether a map was read in ``encoding``, and holds all that was read, and nothing else."""
    origin = body._origin
    whole = body._only is None and not body._added and not body._removed
    return whole and isinstance(origin, Reading) and origin.encoding is encoding


def is_added(body: Elements, element: DataElement) -> bool:
    """Whether an element does not come from where its map was read."""
    source = element._source
    return source is None or source is not body._origin or element._tag in (body._added or ())


def is_changed(body: Elements, element: DataElement) -> bool:
    """Whether an element of ``body``, its sequence items aside, is no longer what its source says."""
    if element._dirty or is_added(body, element):
        return True
    value = element._value
    if type(value) not in PLAIN and isinstance(value, Sequence):
        return not value.is_as_read
    if isinstance(value, list):
        source = element._source
        return not isinstance(source, Reading) or not source.says(body, element)
    return False


def terms_of(body: Elements, inherited: Terms | None) -> Terms:
    """The character set in which the text of ``body`` is to be written; ``inherited`` is that of the map around it."""
    origin, slot = body._origin, body._slots.get(names.SPECIFIC_CHARACTER_SET)
    if type(slot) is int and isinstance(origin, Reading):  # as it was read
        return origin.charset(body)
    element = body._element(names.SPECIFIC_CHARACTER_SET) if slot is not None or origin is not None else None
    if element is not None:
        if isinstance(origin, Reading) and not element._dirty and not is_added(body, element):
            return origin.charset(body)
        return normalise_terms(element.value)[0]
    if inherited is not None:
        return inherited
    removed = body._removed is not None and any(tag == names.SPECIFIC_CHARACTER_SET for tag, _ in body._removed)
    return origin.charset(body) if isinstance(origin, Reading) and not removed else ()


def inner_encoding(element: DataElement, encoding: Encoding) -> Encoding:
    """The encoding in which a sequence's items stand in the source if that has ``encoding``; else ``encoding``.

    They differ in UN (PS3.5 6.2.2), and in files that are wrong.
    """
    if element._source is None:
        return encoding
    raw = element._raw
    if raw is None or element._dirty or not isinstance(raw[0], Reading) or raw[0].encoding is not encoding:
        return encoding
    return raw[0].inside(raw[0].written_vr(raw), raw[2], raw[3]).encoding

"""The ordered map of elements: storage, access, iteration (PS3.5 7.1, 7.8).

Each tag has a slot. A slot is the offset of an element's header for one that nobody looked at, a `Span` where the
header alone does not tell where the value lies, or the `DataElement` that was made of it or put there. Slots are
filled as far as the source had to be scanned; what asks for all elements scans to the end first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from dicomspec._generated import wire as names
from dicomspec.edition import DEFAULT, Edition, EditionSource, edition_for
from dicomspec.element import DataElement, OfEdition, RawSource, accept, convert, find_way, quick_for, read_element
from dicomspec.errors import UnknownKeywordError, ValueRuleError
from dicomspec.naming import keywords_of, no_attribute, no_keyword, own_names
from dicomspec.sequence import Item
from dicomspec.tag import PRIVATE, Tag, creator_tag
from dicomspec.values.charset import normalise_terms

__all__ = ["NO_VALUES", "Elements", "Extra", "MapT", "Origin", "Slot", "Span"]

Span: TypeAlias = "tuple[str, int, int, int]"
"""VR, offset of the header, of the value, and of what follows: an element that is not as its header says."""

Slot: TypeAlias = "int | Span | DataElement"

Extra: TypeAlias = "tuple[int, int, int]"
"""Offset and end of bytes that belong to no slot, and the tag that they repeat (or -1)."""

MapT = TypeVar("MapT", bound="Elements")

ALL: Final = names.DELIMITERS_GROUP << 16
"""Scanning up to this tag is scanning to the end: delimiters stand behind it."""

_OFTEN: Final = names.IMAGE_GROUP << 16 | 0xFFFF
"""Whatever is asked for, scanning goes up to this tag: patient, study, series and image are asked for together."""


NO_VALUES: Final[Mapping[int, Any]] = MappingProxyType({})


class Origin(RawSource, Protocol):
    """Where a map was read from, with all that decoding needs; the reader implements it."""

    lock: threading.RLock
    edition: Edition

    def advance(self, body: Elements, stop: int) -> None:
        """Scan on and fill slots until a tag of ``stop`` or more, or the end, is reached."""

    def value(self, body: Elements, tag: int, slot: int) -> Any:
        """Decode the value of one element, without making the element if that can be."""

    def element(self, body: Elements, tag: int, slot: int | Span) -> DataElement:
        """Decode one element."""

    def elements(self, body: Elements) -> list[DataElement]:
        """All elements in the order of their tags, decoded and kept in their slots."""

    def charset(self, body: Elements) -> tuple[str, ...]:
        """The character set in which the text of ``body`` was read."""


class Elements(Item):
    """A map from tags to elements, in the order of their tags.

    Keys are whatever names a tag: ``ds["PatientName"]``, ``ds[0x00100010]``, ``ds[0x0010, 0x0010]``,
    ``ds["(0010,0010)"]``; attributes are keywords and give values: ``ds.PatientName``.
    """

    # What is set by reading; the class holds the values of a map that was built.
    _slots: dict[int, Slot]
    _attributes: frozenset[str] = frozenset()  # names that can be set beside keywords, properties and the like
    _edition: Edition = DEFAULT
    _origin: Origin | None = None
    _values: Mapping[int, Any] = NO_VALUES  # of elements as read that nobody asked for as elements
    _begin: int = 0  # where in the source: start (of an item: its header), scanned up to, end
    _pos: int = 0
    _end: int = 0
    _last: int = (names.DATASET_GROUP << 16) - 1  # the highest tag scanned
    _sorted: bool = True  # slots that were read are in tag order
    _added: set[int] | None = None  # tags of elements that were put in since reading
    _removed: list[tuple[int, int | Span]] | None = None  # what was read and is no longer there
    _extra: list[Extra] | None = None
    _charset: tuple[str, ...] | None = None
    _parent: Elements | None = None
    _place: tuple[int, int, int] | None = None  # as read: tag of the sequence, index in it, depth
    _only: dict[int, Any] | None = None  # the tags that were asked for
    _check: bool = True  # whether new values are held to the rules of the standard
    _ways: dict[str, tuple[int, str, Any]] = DEFAULT._ways  # the short way for what is built of it, with checks

    def __init__(
        self,
        elements: Elements | dict[Any, Any] | Iterable[DataElement] | None = None,
        *,
        edition: EditionSource | Iterable[EditionSource] | None = None,
        check: bool = True,
    ) -> None:
        _set(self, "_slots", {})
        if edition is not None or not check:
            _set(self, "_edition", DEFAULT if edition is None else edition_for(edition))
            _set(self, "_check", check)
            _set(self, "_ways", {})
        if elements is not None:
            self.update(elements)

    @classmethod
    def from_source(
        cls: type[MapT],
        origin: Origin,
        begin: int,
        start: int,
        end: int,
        last: int,
        slots: dict[int, Slot] | None = None,
    ) -> MapT:
        """A map over [start, end) of a source whose next tag is above ``last``; ``slots`` is what was scanned of it."""
        body = _new(cls)
        state = body.__dict__  # past `__setattr__`, which is for keywords
        state["_slots"] = {} if slots is None else slots
        state["_values"] = {}
        state["_origin"] = origin
        state["_begin"] = begin
        state["_pos"] = start
        state["_end"] = end
        state["_last"] = last
        if origin.edition is not DEFAULT:
            state["_edition"] = origin.edition
        return body

    @classmethod
    def _item_from_source(
        cls: type[MapT], origin: Origin, parent: Elements, place: tuple[int, int, int], begin: int, start: int, end: int
    ) -> MapT:
        """An item of a sequence. `from_source` is quicker, but keeps an object more, and there are many items."""
        item = _new(cls)
        _set(item, "_slots", {})
        _set(item, "_origin", origin)
        _set(item, "_begin", begin)
        _set(item, "_pos", start)
        _set(item, "_end", end)
        _set(item, "_parent", parent)
        _set(item, "_place", place)
        if origin.edition is not DEFAULT:
            _set(item, "_edition", origin.edition)
        return item

    # -- finding -------------------------------------------------------------------------------------------

    def _find(self, tag: int) -> Slot | None:
        """The slot of a tag that is not among the slots scanned so far."""
        origin = self._origin
        if origin is None or self._pos >= self._end:
            return self._slots.get(tag)  # another thread may have just found it
        origin.advance(self, max(tag | 0xFFFF, _OFTEN) + 1)  # who asks for one element asks for others
        slot = self._slots.get(tag)
        if slot is None and self._pos < self._end:  # it may still stand behind higher tags
            origin.advance(self, ALL)
        return self._slots.get(tag)

    def _complete(self) -> dict[int, Slot]:
        """All slots, scanned to the end."""
        if self._origin is not None and self._pos < self._end:
            self._origin.advance(self, ALL)
        return self._slots

    def _tags(self) -> list[int]:
        slots = self._complete()
        return list(slots) if self._sorted and self._origin is not None else sorted(slots)

    def _element(self, tag: int) -> DataElement | None:
        slot = self._slots.get(tag)
        if slot is None and (slot := self._find(tag)) is None:
            return None
        return slot if type(slot) is DataElement else self._decode(tag, slot)

    def _value(self, tag: int, absent: Any) -> Any:
        """The value of an element; ``absent`` where there is none."""
        slot = self._slots.get(tag)
        if slot is None and (slot := self._find(tag)) is None:
            return absent
        if type(slot) is int:
            value, origin = self._values.get(tag), self._origin
            return origin.value(self, tag, slot) if value is None and origin is not None else value
        return (slot if type(slot) is DataElement else self._decode(tag, slot)).value

    def _decode(self, tag: int, slot: int | Span) -> DataElement:
        origin = self._origin
        assert origin is not None
        origin.lock.acquire()  # a with statement costs three times as much
        try:
            now = self._slots.get(tag)
            if type(now) is DataElement:  # another thread was faster
                return now
            element = self._slots[tag] = origin.element(self, tag, slot)
        finally:
            origin.lock.release()
        return element

    # -- attributes: keywords ------------------------------------------------------------------------------

    def _get_attribute(self, name: str) -> Any:
        tag = self._edition.keywords.get(name)
        if tag is None:
            raise no_attribute(self, name)
        value = self._value(tag, _ABSENT)
        if value is _ABSENT:
            raise UnknownKeywordError("not in the dataset", code="absent", path=name)
        return value

    def _set_attribute(self, name: str, value: Any) -> None:
        way = self._ways.get(name)
        if way is not None and self._origin is None and type(self).add is _add:  # what `_assign` and `add` come to
            key, vr, quick = way
            if key not in self._slots and (made := quick(value)) is not None and (vr != "SQ" or not made._holds(self)):
                self._slots[key] = read_element(key, vr, made, None, 0)
                return
        tag = self._edition.keywords.get(name)
        if tag is not None:
            self._assign(tag, value)
            if way is None:
                find_way(name, tag, self._edition)
        elif name[0] == "_" or name in own_names(type(self)):
            _set(self, name, value)
        else:
            raise no_keyword(self, name)

    def __delattr__(self, name: str) -> None:
        tag = self._edition.keywords.get(name)
        if tag is None and name in self.__dict__:
            object.__delattr__(self, name)
            return
        if tag is None or self._element(tag) is None:
            raise UnknownKeywordError("not in the dataset", code="absent", path=name)
        self._remove(tag)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.dir()})

    def _assign(self, tag: int, value: Any) -> None:
        edition = self._edition
        if self._origin is not None:
            self._before_change(tag)
        element: Any = self._slots.get(tag) if self._origin is None else self._element(tag)
        made = (edition._quick.get(tag) or quick_for(tag, edition))(value)
        if element is None:
            vr = edition.vrs.get(tag) or edition.vr(tag) or "UN"
            if made is None:
                made = self._accept(tag, vr, value)
            if vr == "SQ" and made._holds(self):
                raise ValueRuleError("a dataset cannot be an item of itself", path=edition.keyword(tag))
            self.add(read_element(tag, vr, made, None, 0))
        else:
            same = made is not None and edition.vrs.get(tag) == element.VR
            element._put(made if same else self._accept(tag, element.VR, value))

    def _accept(self, tag: int, vr: str, value: Any, count: bool = True) -> Any:
        """``value`` as an element holds it, held to the rules of the standard if this map is."""
        if not self._checks:
            return convert(tag, vr, value)
        return accept(tag, vr, value, self._edition if count else None, self._terms)

    @property
    def _checks(self) -> bool:
        return self._check and (self._origin is None or self._origin.check)

    def _terms(self) -> tuple[str, ...] | None:
        """The character set in which new text will be written; None for what was built and has none of its own yet."""
        here = self
        while (element := here._element(names.SPECIFIC_CHARACTER_SET)) is None and here._parent is not None:
            here = here._parent
        if element is None or (here._origin is not None and element.raw is not None):
            return None if here._origin is None else here._origin.charset(here)
        return normalise_terms(element.value)[0]

    # -- items: anything that names a tag ------------------------------------------------------------------

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return self._slice(key)
        tag = int(self._edition.tag_for(key))
        element = self._element(tag)
        if element is None:
            raise KeyError(Tag(tag))
        if tag & PRIVATE and element.private_creator is None:
            element.private_creator = self._creator_of(tag)
        return element

    def __setitem__(self, key: Any, element: DataElement) -> None:
        if not isinstance(element, DataElement):
            raise TypeError(f"a dataset holds data elements, not {type(element).__name__}; set values by attribute")
        if int(self._edition.tag_for(key)) != element._tag:
            raise ValueError(f"the key {self._edition.tag_for(key)} is not the tag of the element, {element.tag}")
        self.add(element)

    def __delitem__(self, key: Any) -> None:
        if isinstance(key, slice):
            for tag in self._sliced(key):
                self._remove(tag)
            return
        tag = int(self._edition.tag_for(key))
        if self._element(tag) is None:
            raise KeyError(Tag(tag))
        self._remove(tag)

    def __contains__(self, key: Any) -> bool:
        try:
            tag = int(self._edition.tag_for(key))
        except (ValueError, KeyError):
            return False
        return tag in self._slots or self._find(tag) is not None

    def _remove(self, tag: int) -> None:
        self._before_change(tag)
        self._forget(tag, self._slots.pop(tag))

    def _forget(self, tag: int, slot: Slot) -> None:
        """Note that a slot is gone."""
        if self._added is not None and tag in self._added:
            self._added.remove(tag)
        elif self._origin is not None:
            removed = self._removed
            if removed is None:
                _set(self, "_removed", removed := [])
            removed.append((tag, slot._slot if type(slot) is DataElement else slot))

    def _before_change(self, tag: int) -> None:
        """What must be settled before a slot is set: all is scanned, and copies of the element go with it."""
        self._complete()
        if tag == names.SPECIFIC_CHARACTER_SET and self._origin is not None:
            self._origin.charset(self)

    def _slice(self, key: slice) -> Elements:
        part = self._part()
        if self._edition is not DEFAULT:
            _set(part, "_edition", self._edition)
            _set(part, "_ways", {})
        for tag in self._sliced(key):
            part.add(self[tag])
        part._parent, part._charset = self._parent, self._charset
        return part

    def _part(self) -> Elements:
        """An empty map to hold a part of this one."""
        return type(self)()

    def _sliced(self, key: slice) -> list[int]:
        first = 0 if key.start is None else int(self._edition.tag_for(key.start))
        last = 1 << 32 if key.stop is None else int(self._edition.tag_for(key.stop))
        return [tag for tag in self._tags()[:: key.step or 1] if first <= tag < last]

    def __len__(self) -> int:
        return len(self._complete())

    def __bool__(self) -> bool:
        return bool(self._slots) or bool(self._complete())

    def __iter__(self) -> Iterator[DataElement]:
        if self._origin is not None:
            return iter(self._origin.elements(self))
        return iter([self._slots[tag] for tag in self._tags()])  # type: ignore[misc]

    def add(self, element: DataElement) -> None:
        """Put an element in, in place of one of the same tag."""
        if not isinstance(element, DataElement):
            raise TypeError(f"a dataset holds data elements, not {type(element).__name__}")
        tag = element._tag
        slots = self._slots
        if self._origin is not None:
            self._before_change(tag)
            if self._sorted and tag not in slots and slots and tag < next(reversed(slots)):
                self._sorted = False
        old = slots.get(tag)
        if old is element:
            return
        if old is not None:
            self._forget(tag, old)
        slots[tag] = element
        if (self._edition is not DEFAULT or not self._check) and element._source is None:
            element._source = OfEdition(self._edition, self._check)
        if self._origin is not None:
            added = self._added
            if added is None:
                _set(self, "_added", added := set())
            added.add(tag)

    def add_new(self, tag: Any, VR: str, value: Any) -> None:  # noqa: N803
        """Make an element and put it in."""
        number = self._edition.tag_for(tag)
        element = DataElement(number, VR, check=False)
        element._value = self._accept(element._tag, VR, value, count=False)
        self.add(element)

    def get(self, key: Any, default: Any = None) -> Any:
        """The value for a keyword, the element for any other form of tag; ``default`` where there is none."""
        if isinstance(key, str):
            tag = self._edition.keywords.get(key)
            if tag is not None:
                slot: Any = self._slots.get(tag)
                if type(slot) is not int:
                    return self._value(tag, default)
                value, origin = self._values.get(tag), self._origin
                return origin.value(self, tag, slot) if value is None and origin is not None else value
            try:
                return object.__getattribute__(self, key)
            except AttributeError:
                pass
        try:
            return self[key]
        except (KeyError, ValueError):
            return default

    def data_element(self, keyword: str) -> DataElement | None:
        """The element of a keyword, or None."""
        tag = self._edition.tag_for_keyword(keyword)
        return None if tag is None else self._element(tag)

    get_item = __getitem__

    def keys(self) -> list[Tag]:
        return [Tag(tag) for tag in self._tags()]

    def values(self) -> list[DataElement]:
        return list(self)

    def items(self) -> list[tuple[Tag, DataElement]]:
        return [(element.tag, element) for element in self]

    def elements(self) -> Iterator[DataElement]:
        """The elements in the order of their tags, as iterating gives them."""
        return iter(self)

    def pop(self, key: Any, *default: Any) -> Any:
        """Remove an element and return it."""
        try:
            element = self[key]
        except (KeyError, ValueError):
            if default:
                return default[0]
            raise
        self._remove(element._tag)
        return element

    def setdefault(self, key: Any, default: Any = None) -> DataElement:
        """The element of ``key``; where there is none, ``default`` is put in first (an element or a value)."""
        tag = int(self._edition.tag_for(key))
        element = self._element(tag)
        if element is None:
            self.add(default) if isinstance(default, DataElement) else self._assign(tag, default)
            element = self._element(tag)
            assert element is not None
        return element

    def update(self, other: Elements | dict[Any, Any] | Iterable[DataElement]) -> None:
        """Put in the elements of another dataset, of a dict (keyword to value, tag to element), or of a list."""
        if isinstance(other, dict):
            for key, value in other.items():
                if isinstance(value, DataElement):
                    self[key] = value
                else:
                    self._assign(int(self._edition.tag_for(key)), value)
            return
        for element in other:
            twin = copy(element)
            if isinstance(twin._value, list):
                twin._value = copy(twin._value)
            self.add(twin)

    def clear(self) -> None:
        self._complete()
        for tag, slot in self._slots.items():
            self._forget(tag, slot)
        self._slots.clear()
        self._sorted = True

    # -- looking through -----------------------------------------------------------------------------------

    def dir(self, *filters: str) -> list[str]:
        """Keywords of the elements present, sorted; those that contain one of the filters, in any case, if given."""
        return keywords_of(self._complete(), filters, self._edition)

    def _creator_of(self, tag: int) -> str | None:
        creator = creator_tag(tag)
        element = None if creator is None else self._element(creator)
        return element.value if element is not None and isinstance(element.value, str) else None


# Given to the class from outside, so that type checkers hold attributes to those of `Attributes`, not to anything.
setattr(Elements, "__getattr__", Elements._get_attribute)  # noqa: B010
setattr(Elements, "__setattr__", Elements._set_attribute)  # noqa: B010

_ABSENT: Final = object()
_add: Final = Elements.add
_new = object.__new__
_set = object.__setattr__  # past __setattr__ below, which is for keywords

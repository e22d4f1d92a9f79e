"""The value of an SQ element: a list of items (PS3.5 7.5).

Items that were read but not yet looked at are kept as their position in the source; looking at one makes it a
dataset and keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSequence
from copy import copy, deepcopy
from typing import Any, Generic, Protocol, TypeVar, overload

__all__ = ["Item", "Sequence"]

Span = tuple[int, int]
"""Offset of an item's header, and of the end of its content."""


class Item:
    """What a sequence holds: the base of all maps of elements."""

    __slots__ = ()


ItemT = TypeVar("ItemT", bound=Item)


class ItemReader(Protocol):
    """Turns the position of an item into the item."""

    def item(self, parent: Any, tag: int, index: int, span: Span) -> Any: ...


class Sequence(MutableSequence[ItemT], Generic[ItemT]):
    """A list of datasets.

    Attributes:
        is_undefined_length: whether the sequence is written with undefined length and a delimiter.
        is_as_read: whether it holds the items that were read, in their order; what is in them may have changed.
    """

    __slots__ = ("_items", "_parent", "_reader", "_tag", "is_as_read", "is_undefined_length")

    def __init__(self, items: Iterable[ItemT] = (), *, is_undefined_length: bool = False) -> None:
        if isinstance(items, Item):
            raise TypeError("a sequence is made from a list of datasets, not from a single one")
        self._items: list[ItemT | Span] = list(items)
        for item in self._items:
            if not isinstance(item, Item):
                raise _no_item(item)
        self._reader: ItemReader | None = None
        self._parent: Any = None
        self._tag = 0
        self.is_as_read = False
        self.is_undefined_length = is_undefined_length

    @classmethod
    def from_spans(
        cls, spans: list[Span], reader: ItemReader, parent: Any, tag: int, is_undefined_length: bool
    ) -> Sequence[ItemT]:
        """A sequence, element ``tag`` of ``parent``, whose items still lie in the source. It takes over ``spans``."""
        sequence = cls.__new__(cls)
        sequence._items = spans  # type: ignore[assignment]
        sequence._reader = reader
        sequence._parent = parent
        sequence._tag = tag
        sequence.is_as_read = True
        sequence.is_undefined_length = is_undefined_length
        return sequence

    def _item(self, index: int) -> ItemT:
        item = self._items[index]
        if type(item) is tuple:
            made = self.view(index if index >= 0 else index + len(self._items))
            if self._items[index] is item:  # unless another thread was faster
                self._items[index] = made
            found = self._items[index]
            return found if type(found) is not tuple else made  # type: ignore[return-value]
        return item  # type: ignore[return-value]

    @overload
    def __getitem__(self, index: int) -> ItemT: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ItemT]: ...
    def __getitem__(self, index: int | slice) -> ItemT | Sequence[ItemT]:
        if isinstance(index, slice):
            return type(self)([self._item(i) for i in range(*index.indices(len(self._items)))])
        return self._item(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            self._items[index] = [_checked(item) for item in value]
        else:
            self._items[index] = _checked(value)
        self.is_as_read = False

    def __delitem__(self, index: int | slice) -> None:
        del self._items[index]
        self.is_as_read = False

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[ItemT]:
        index = 0
        items = self._items
        while index < len(items):
            item = items[index]
            yield self._item(index) if type(item) is tuple else item  # type: ignore[misc]
            index += 1

    def insert(self, index: int, value: ItemT) -> None:
        self._items.insert(index, _checked(value))
        self.is_as_read = False

    def append(self, value: ItemT) -> None:
        self._items.append(_checked(value))
        self.is_as_read = False

    def view(self, index: int) -> ItemT:
        """An item, not kept if it was not looked at before. For going through large sequences once."""
        item = self._items[index]
        if type(item) is tuple:
            assert self._reader is not None
            made: ItemT = self._reader.item(self._parent, self._tag, index, item)
            return made
        return item  # type: ignore[return-value]

    def peek(self) -> list[ItemT | Span]:
        """The items as they are kept: those not yet looked at as positions. For writers."""
        return self._items

    def _holds(self, item: Item) -> bool:
        """Whether one of the items is this very one; `in` compares."""
        for one in self._items:  # noqa: SIM110 (a generator costs more)
            if one is item:
                return True
        return False

    def __deepcopy__(self, memo: dict[int, Any]) -> Sequence[ItemT]:
        twin = copy(self)
        twin._items = [deepcopy(item, memo) if isinstance(item, Item) else item for item in self._items]
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), list(self), self.is_undefined_length)

    def __copy__(self) -> Sequence[ItemT]:
        twin = type(self).__new__(type(self))
        twin._items, twin._reader, twin._parent, twin._tag = list(self._items), self._reader, self._parent, self._tag
        twin.is_as_read, twin.is_undefined_length = self.is_as_read, self.is_undefined_length
        return twin

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Sequence, list, tuple)):
            return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, length {len(self)}>"

    def __str__(self) -> str:
        return "[" + ", ".join(str(item) for item in self) + "]"


def _restored(cls: type[Sequence[Any]], items: list[Any], is_undefined_length: bool) -> Sequence[Any]:
    """A sequence that was pickled."""
    return cls(items, is_undefined_length=is_undefined_length)


def _checked(item: Any) -> Any:
    if not isinstance(item, Item):
        raise _no_item(item)
    return item


def _no_item(given: object) -> TypeError:
    return TypeError(f"a sequence holds datasets, not {type(given).__name__}")

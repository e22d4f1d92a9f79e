"""The functional groups of the frames of an object (PS3.3 C.7.6.16): those of a frame and those all share, as one.

A frame is found when it is asked for; the items of the others stay unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Frames
from copy import deepcopy
from typing import Any, Final, Generic, TypeVar, overload

from dicomspec._generated.attributes import Attributes
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.errors import DicomError, UnknownKeywordError, ValueRuleError
from dicomspec.sequence import Sequence

__all__ = ["FrameGroups", "FunctionalGroups"]

F = TypeVar("F")

_put = object.__setattr__  # past __setattr__ below, which is for groups

SHARED: Final = "SharedFunctionalGroupsSequence"
PER_FRAME: Final = "PerFrameFunctionalGroupsSequence"
SELECTED: Final = "SelectedFrameFunctionalGroupsSequence"  # of the frames whose numbers the items tell (PS3.3 C.7.6.29)
CURRENT: Final = "CurrentFrameFunctionalGroupsSequence"  # of the one frame of an object (PS3.3 C.7.6.27)
REFERENCE: Final = "PS3.3 C.7.6.16"


class FrameGroups(Attributes):
    """The functional groups that hold for one frame, or for all if they are the shared ones.

    ``frame.PlanePositionSequence[0].ImagePositionPatient``: a group is that of the frame, else the shared one. ``in``,
    ``frame["PlanePositionSequence"]``, going through the elements and ``del`` are as those of a dataset.

    To assign to a group puts it into the item of this frame, and is refused for a group that all frames share: that is
    changed in `FunctionalGroups.shared`, or becomes each frame's own with `FunctionalGroups.unshare`. The items are
    those of the dataset: what changes inside the item of a shared group changes for all frames.

    Attributes:
        number: of the frame, from 0; None for the shared ones.
        own: the item of this frame; None where there is no sequence of such items, or none for this frame.
        common: the item that all frames share; None where there is none, and for the shared ones themselves.
    """

    __slots__ = ("_at", "_sequence", "common", "number", "own")

    number: int | None
    own: Elements | None
    common: Elements | None
    _sequence: str
    _at: int

    def __init__(
        self, number: int | None, sequence: str, at: int, own: Elements | None, common: Elements | None
    ) -> None:
        _put(self, "number", number)
        _put(self, "_sequence", sequence)
        _put(self, "_at", at)
        _put(self, "own", own)
        _put(self, "common", common)

    @property
    def _path(self) -> str:
        return f"{self._sequence}[{self._at}]"

    def place(self, key: Any) -> Elements | None:
        """The item that has a functional group, by keyword or tag; None if neither has it."""
        own, common = self.own, self.common
        if own is None:
            return common if common is not None and key in common else None
        try:
            tag = key if type(key) is int else int(own._edition.tag_for(key))
        except (ValueError, KeyError):
            return None
        element = own._element(tag)
        if element is not None and (element.value or common is None or common._element(tag) is None):
            return own
        return common if common is not None and common._element(tag) is not None else None

    def is_shared(self, key: Any) -> bool:
        """Whether a functional group of this frame is the one that all frames share."""
        return self.common is not None and self.place(key) is self.common

    def to_change(self, key: Any) -> Elements:
        """The item of this frame, for a functional group that is to be put in or removed.

        Raises:
            DicomError: all frames share the group, or there is no item for this frame.
        """
        if self.is_shared(key):
            message = (
                "all frames share this functional group: functional_groups.shared changes it for all,"
                f" functional_groups.unshare({str(key)!r}) gives each frame its own"
            )
            path, reference = f"{self._path}.{key}", "PS3.3 C.7.6.16.1.1"
            raise DicomError(message, path=path, code="shared-group", reference=reference)
        if self.own is None:
            hint = "; functional_groups.ensure() puts in what is missing"
            raise DicomError(f"there is no such item{hint}", path=self._path, code="group-item", reference=REFERENCE)
        return self.own

    def _get(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        place = self.place(name) or self.own or self.common
        if place is None:
            raise UnknownKeywordError("not in the dataset", code="absent", path=f"{self._path}.{name}")
        return getattr(place, name)

    def _set(self, name: str, value: Any) -> None:
        setattr(self.to_change(name), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.to_change(name), name)

    def __contains__(self, key: Any) -> bool:
        return self.place(key) is not None

    def __getitem__(self, key: Any) -> DataElement:
        place = self.place(key)
        if place is None:
            raise KeyError(key)
        found: DataElement = place[key]
        return found

    def __iter__(self) -> Iterator[DataElement]:
        tags = {int(element.tag) for each in (self.own, self.common) if each is not None for element in each}
        return (self[tag] for tag in sorted(tags))

    def __dir__(self) -> list[str]:
        words = (each.dir() for each in (self.own, self.common) if each is not None)
        return sorted({*super().__dir__(), *(word for each in words for word in each)})

    def __repr__(self) -> str:
        title = "shared" if self.number is None else f"frame {self.number}"
        shared = {True: " (shared)", False: ""}
        lines = (f"{element}{shared[self.is_shared(element.tag)]}" for element in self)
        return "\n".join([f"<functional groups, {title}>", *lines])


# Behind the back of type checkers, which know the keywords.
setattr(FrameGroups, "__getattr__", FrameGroups._get)  # noqa: B010
setattr(FrameGroups, "__setattr__", FrameGroups._set)  # noqa: B010


class FunctionalGroups(Frames[F], Generic[F]):
    """The functional groups of a dataset, frame by frame, from 0.

    Args:
        ds: the dataset.
        view: makes of the groups of a frame what is to be given for it.
    """

    def __init__(self, ds: Elements, view: Callable[[FrameGroups], F]) -> None:
        self._ds, self._view = ds, view

    def _items(self, keyword: str) -> Sequence[Any]:
        found = self._ds.get(keyword)
        return found if isinstance(found, Sequence) else Sequence()

    @property
    def _keyword(self) -> str:
        """The sequence that has the items of single frames."""
        return next((each for each in (SELECTED, CURRENT) if each in self._ds), PER_FRAME)

    def __len__(self) -> int:
        keyword = self._keyword
        if keyword == CURRENT:
            return 1
        told = self._ds.get("NumberOfFrames")
        return told if isinstance(told, int) and told >= 0 else len(self._items(PER_FRAME))

    @overload
    def __getitem__(self, index: int) -> F: ...
    @overload
    def __getitem__(self, index: slice) -> list[F]: ...
    def __getitem__(self, index: int | slice) -> F | list[F]:
        """A frame.

        Raises:
            IndexError: there is no such frame.
            DicomError: the dataset has no functional groups, or no item for this frame.
        """
        count = len(self)
        if isinstance(index, slice):
            return list(self._frames(range(count)[index]))
        found = index + count if index < 0 else index
        if not 0 <= found < count:
            raise IndexError(f"there is no frame {index}: there are {count}")
        return next(self._frames([found]))

    def __iter__(self) -> Iterator[F]:
        return self._frames(range(len(self)))

    def _frames(self, numbers: Iterable[int]) -> Iterator[F]:
        keyword, common = self._keyword, self._common()
        items = self._items(keyword)
        for number in numbers:
            yield self._frame(number, keyword, items, common)

    def _frame(self, number: int, keyword: str, items: Sequence[Any], common: Elements | None) -> F:
        own = None
        if keyword == SELECTED:
            place = next((at for at in range(len(items)) if _selected(items.view(at)) == number + 1), None)
        else:
            place = number if keyword in self._ds else None
            if place is not None and place >= len(items):
                message = f"has {len(items)} items, none for frame {number} of {len(self)} (counted from 0)"
                raise DicomError(message, path=keyword, code="group-item", reference="PS3.3 C.7.6.16.1.2")
        if place is not None:
            own = items[place]
        elif common is None:
            raise DicomError("the dataset has no functional groups", path=SHARED, code="absent", reference=REFERENCE)
        return self._view(FrameGroups(number, keyword, number if place is None else place, own, common))

    def _common(self) -> Elements | None:
        items = self._items(SHARED)
        return items[0] if len(items) else None

    @property
    def shared(self) -> F:
        """The functional groups that all frames share: what changes here changes for all of them."""
        return self._view(FrameGroups(None, SHARED, 0, self._common(), None))

    def ensure(self, frames: int | None = None) -> None:
        """Put in the sequences and empty items that are missing: a shared one, and one for each frame.

        Args:
            frames: becomes Number of Frames, if it is given. Items beyond are not removed.

        Raises:
            ValueRuleError: there is no frame at all (PS3.3 C.7.6.6).
        """
        ds = self._ds
        if frames is not None:
            if frames < 1:
                raise ValueRuleError(
                    f"{frames}; there is one frame at least", path="NumberOfFrames", reference="PS3.3 C.7.6.6"
                )
            setattr(ds, "NumberOfFrames", frames)  # noqa: B010
        keyword = self._keyword
        wanted = {SHARED: 1, PER_FRAME: len(self)}
        for each, count in {CURRENT: 1}.items() if keyword == CURRENT else wanted.items():
            if each == PER_FRAME and keyword == SELECTED:
                continue
            items = self._items(each)
            missing = [ds._part() for _ in range(count - len(items))]
            if missing or each not in ds:
                setattr(ds, each, [*items, *missing])

    def unshare(self, keyword: str) -> None:
        """Make a shared functional group each frame's own: a copy of it goes into the item of each that has none.

        Raises:
            DicomError: not all frames have an item; nothing was changed then. See `ensure`.
            UnknownKeywordError: no such group is shared.
        """
        common = self._common()
        if common is None or keyword not in common:
            raise UnknownKeywordError("is no shared functional group", code="absent", path=f"{SHARED}[0].{keyword}")
        group = common[keyword].value
        for own in self._all_own():
            if not own.get(keyword):
                setattr(own, keyword, deepcopy(group))
        delattr(common, keyword)

    def share(self, keyword: str) -> None:
        """Make a functional group that is the same in all frames the shared one.

        Raises:
            DicomError: it is not the same in all of them; nothing was changed then.
        """
        every = self._all_own()
        common = self._common()
        differs = next((at for at, own in enumerate(every) if own.get(keyword) != every[0].get(keyword)), None)
        if differs is not None or not every or keyword not in every[0] or (common is not None and keyword in common):
            why = f"is not that of frame 0 in frame {differs}" if differs is not None else "is not in the frames alone"
            raise DicomError(why, path=f"{PER_FRAME}[{differs or 0}].{keyword}", code="group", reference=REFERENCE)
        self.ensure()
        setattr(self._common(), keyword, every[0][keyword].value)
        for own in every:
            delattr(own, keyword)

    def _all_own(self) -> list[Elements]:
        items = self._items(self._keyword)
        if self._keyword != PER_FRAME or len(items) < len(self):
            message = f"has {len(items)} items for {len(self)} frames"
            raise DicomError(message, path=self._keyword, code="group-item", reference="PS3.3 C.7.6.16.1.2")
        return list(items)[: len(self)]

    def __repr__(self) -> str:
        return f"<functional groups of {len(self)} frames>"


def _selected(item: Elements) -> Any:
    return item.get("SelectedFrameNumber")

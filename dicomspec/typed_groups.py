"""Functional groups in typed classes (PS3.3 C.7.6.16): for each IOD that has some, a class of the view of a frame.

What is read through a frame and belongs to all of them is not changed through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import Any, Final, Generic, TypeVar, overload

from dicomspec._generated.typed_names import MACRO_ORDER
from dicomspec.dataset import Dataset
from dicomspec.edition import default
from dicomspec.errors import DicomError, UnknownKeywordError
from dicomspec.functional_groups import FrameGroups, FunctionalGroups
from dicomspec.iods import Attribute, Iod, Module, Use
from dicomspec.typed import Item, Items, SequenceOf
from dicomspec.typed_docs import Doc, attribute_doc, groups_doc, told, use_text
from dicomspec.values import MultiValue

__all__ = ["FrameView", "FunctionalGroupsOf", "GroupItemsOf", "GroupOf", "put"]

F = TypeVar("F", bound="FrameView")


class FrameView(Item):
    """The functional groups of one frame, its own and the shared ones; or the shared ones alone.

    Attributes:
        groups: the same as `FrameGroups`: number of the frame, what is shared, groups that the IOD does not have.
        dataset: the item of the frame; where there is none, the shared one.
    """

    __slots__ = ("groups",)
    groups: FrameGroups

    def __init__(self, groups: FrameGroups) -> None:
        place = groups.common if groups.own is None else groups.own
        object.__setattr__(self, "dataset", Dataset() if place is None else place)
        object.__setattr__(self, "groups", groups)

    def _unknown(self, name: str) -> UnknownKeywordError:
        return UnknownKeywordError(f"{name!r} is no attribute of {type(self).__name__}; see its .groups", path=name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>\n{self.groups!r}"


@told
class GroupOf(SequenceOf[Any]):
    """The sequence of a functional group.

    Attributes:
        use: of the functional group macro by the IOD: ``"M"``, ``"C"`` or ``"U"``, with the condition of it.
    """

    def __init__(self, attribute: Attribute, module: Module, use: Use) -> None:
        super().__init__(attribute, module)
        self.use = use

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}, functional group {use_text(self.use)}>"

    def _told(self) -> str:
        return attribute_doc(self.attribute, self._named(), self.section, self.use)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        groups: FrameGroups = instance.groups
        item: Any = self.item
        found = groups.place(self._tag)
        place: Any = groups.own if found is None else found
        if place is None or place is groups.common:
            held: Any = Dataset() if place is None else place
            return _SharedItems(held, self.keyword, _shared(item), self._tag, groups)
        return Items(place, self.keyword, item, self._tag)

    def __set__(self, instance: Any, value: Iterable[Item | Dataset] | None) -> None:
        instance.groups.to_change(self.keyword)
        super().__set__(instance, value)

    def __delete__(self, instance: Any) -> None:
        instance.groups.to_change(self.keyword)
        super().__delete__(instance)


class GroupItemsOf(SequenceOf[Any]):
    """The sequence of the functional groups of all frames, or of the shared ones; `groups` are those of the IOD."""

    def __init__(self, attribute: Attribute, module: Module, groups: FunctionalGroupsOf[Any]) -> None:
        super().__init__(attribute, module)
        self.groups = groups

    @cached_property
    def item(self) -> Any:
        """The class of the items, with the functional groups of the IOD."""
        return self.groups.item


class FunctionalGroupsOf(Generic[F]):
    """The functional groups of an IOD: on its class they tell of them, on a view they are those of frames.

    Args:
        iod: the IOD.
        name: of its class.
        mixin: gives the class of a macro.

    Attributes:
        uses: the functional group macros of the IOD, with usage and condition.
    """

    def __init__(self, iod: Iod, name: str, mixin: Callable[[str], type[Item]]) -> None:
        self._iod, self._name, self._mixin, self.uses = iod, name, mixin, iod.functional_groups
        self.__doc__ = f"The functional groups of each frame, {len(self.uses)} macros, PS3.3 C.7.6.16"

    @cached_property
    def item(self) -> type[Item]:
        """The class of the items that hold the functional groups, of one frame or the shared ones."""
        names = sorted({use.id for use in self.uses}, key=MACRO_ORDER.__getitem__)
        doc = Doc(lambda: groups_doc(default(), self._iod))
        space = {"__slots__": (), "__doc__": doc, "__module__": "dicomspec.iods"}
        return type(f"{self._name}Groups", tuple(map(self._mixin, names)), space)

    @cached_property
    def frame(self) -> type[F]:
        """The class of a frame, made when it is asked for."""
        macros = {use.id: (use, default().macro(use.id)) for use in self._iod.functional_groups}
        fields = {
            row.keyword: GroupOf(row, macro, use)
            for use, macro in macros.values()
            for row in macro.rows
            if isinstance(row, Attribute)
        }
        bases = (self.item, FrameView)
        doc = Doc(lambda: groups_doc(default(), self._iod))
        made: Any = type(
            f"{self._name}Frame", bases, {"__slots__": (), "__doc__": doc, "__module__": "dicomspec.iods", **fields}
        )
        return made  # type: ignore[no-any-return]

    @overload
    def __get__(self, instance: None, owner: Any = None) -> FunctionalGroupsOf[F]: ...
    @overload
    def __get__(self, instance: Item, owner: Any = None) -> FunctionalGroups[F]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else FunctionalGroups(instance.dataset, self.frame)

    def __repr__(self) -> str:
        return f"<functional groups of the {self._iod.name} IOD: {', '.join(use.id for use in self.uses)}>"


def put(made: Any, iod: Iod, mixin: Callable[[str], type[Item]]) -> None:
    """Give the class of an IOD its functional groups: of frames, and in the sequences that hold them."""
    groups: FunctionalGroupsOf[Any] = FunctionalGroupsOf(iod, made.__name__, mixin)
    made.functional_groups = groups
    for whose in ("Shared", "PerFrame", "CurrentFrame"):
        field = getattr(made, f"{whose}FunctionalGroupsSequence", None)
        if field is not None:
            setattr(made, field.keyword, GroupItemsOf(field.attribute, field.module, groups))


# --- what all frames share ------------------------------------------------------------------------------------------


class _SharedItems(Items[Any]):
    """Items that all frames share, those of the functional group itself with `groups`."""

    __slots__ = ("_groups",)

    def __init__(
        self, dataset: Dataset, keyword: str, item: type[Item], tag: int, groups: FrameGroups | None = None
    ) -> None:
        super().__init__(dataset, keyword, item, tag)
        self._groups = groups

    def append(self, item: Any = None, **values: Any) -> Any:
        raise self._refusal()

    def __delitem__(self, place: int | slice) -> None:
        raise self._refusal()

    def _refusal(self) -> DicomError:
        if self._groups is not None:
            self._groups.to_change(self.keyword)
        return _refusal(self.keyword)


class _Shared(Item):
    """A base of items that all frames share."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if isinstance(value, Items):
            item: Any = value.item
            return _SharedItems(value.dataset, value.keyword, _shared(item), value._tag)
        return _SharedList(value) if isinstance(value, MultiValue) else value

    def __delattr__(self, name: str) -> None:
        raise _refusal(name)


def _refusal(keyword: str) -> DicomError:
    message = (
        "is in a functional group that all frames share: functional_groups.shared changes it for all,"
        " functional_groups.unshare gives each frame its own"
    )
    return DicomError(message, path=keyword, code="shared-group", reference="PS3.3 C.7.6.16.1.1")


def _refuse(view: Item, name: str, value: Any) -> None:
    raise _refusal(name) if hasattr(type(view), name) else view._unknown(name)


setattr(_Shared, "__setattr__", _refuse)  # noqa: B010


class _SharedList(MultiValue[Any]):
    """Values that all frames share."""

    __slots__ = ()


def _no_change(self: Any, *args: Any, **options: Any) -> Any:
    raise _refusal("")


_CHANGES: Final = (
    *("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"),
    *("__delitem__", "__iadd__", "__imul__", "__setitem__"),
)
for _name in _CHANGES:
    setattr(_SharedList, _name, _no_change)


@cache
def _shared(item: Any) -> Any:
    """The class of items that all frames share."""
    return type(item.__name__, (_Shared, item), {"__slots__": (), "__module__": __name__, "__doc__": item.__doc__})

"""Typed views of datasets: one class for each IOD, made of mixins for its modules and macros (PS3.3).

`dicomspec.iods` gives the classes by name. They are made from the tables of the shipped edition when they are first
used; the generated stub tells type checkers of them. A view holds nothing but the dataset that it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from importlib import import_module
from types import NoneType
from typing import Any, ClassVar, Final, Generic, TypeVar, overload

from dicomspec._generated.typed_names import CLASSES, JOINED, MACRO_ORDER
from dicomspec.dataset import Dataset
from dicomspec.dicomio import read_file
from dicomspec.edition import default
from dicomspec.element import DataElement, check_enumerated, convert
from dicomspec.errors import DicomError, Issue, UnknownKeywordError
from dicomspec.iods import NONE, Attribute, Include, Module, Row, overlaid, plain, specialised
from dicomspec.sequence import Sequence
from dicomspec.typed_docs import Doc, attribute_doc, iod_doc, told, type_text
from dicomspec.values import MultiValue

__all__ = ["Item", "Items", "ObjectDefinition", "SequenceOf", "Value", "class_of", "object_definition"]

_ABSENT: Final = object()
GET = TypeVar("GET", covariant=True)
SET = TypeVar("SET", contravariant=True)
I = TypeVar("I", bound="Item")  # noqa: E741
O = TypeVar("O", bound="ObjectDefinition")  # noqa: E741
V = TypeVar("V", bound="Value[Any, Any]")


@told
class Value(Generic[GET, SET]):
    """An attribute of a class: on the class it tells what the standard says, on a view it is the value.

    Attributes:
        keyword, type: such as ``"RescaleSlope"``, ``"1"``.
        attribute: all that the module says of it: condition, values, items.
        module: the module or macro that has it.
    """

    def __init__(self, attribute: Attribute, module: Module) -> None:
        edition = default()
        self.keyword, self.type, self.module = attribute.keyword, attribute.type, module
        self.attribute = attribute
        self.tag = edition.tag_for(attribute.keyword)
        self.VR, self.VM = edition.entry(self.tag).vr, attribute.vm or edition.vm(self.tag)
        self.section = attribute.see or module.section
        self._tag = int(self.tag)
        self._list = self.VM != "1"
        self._plain = not self._list and self.type != "1"

    def __repr__(self) -> str:
        return f"<{self.tag} {self._named()}, {type_text(self.attribute)}, {self.module.name} [PS3.3 {self.section}]>"

    def _named(self) -> str:
        return f"{default().description(self.tag)}: {self.VR}, VM {self.VM}"

    def _told(self) -> str:
        return attribute_doc(self.attribute, self._named(), self.section)

    @overload
    def __get__(self: V, instance: None, owner: Any = None) -> V: ...
    @overload
    def __get__(self, instance: Item, owner: Any = None) -> GET: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = instance.dataset._value(self._tag, _ABSENT)
        if value is _ABSENT:
            return self._absent(instance)
        if self._plain or type(value) is MultiValue or (not self._list and (value or value == 0)):
            return value
        return self._other(instance, value)

    def _absent(self, instance: Item) -> Any:
        """What reading gives where the attribute is not in the dataset."""
        return self._other(instance, None)

    def _other(self, instance: Item, value: Any) -> Any:
        """No value, or one that is to be a list."""
        nothing = value is None or value == ""
        if self._list:
            return _List(instance.dataset, self.keyword, [] if nothing else [value])
        if nothing and self.type == "1":
            raise UnknownKeywordError("has no value in the dataset", code="absent", path=self.keyword)
        return value

    def __set__(self, instance: Item, value: SET) -> None:
        if self.attribute.values and instance.dataset._checks:
            given: Any = value
            value = convert(self._tag, self.VR, given)
            self.check_terms(type(instance), value)
        setattr(instance.dataset, self.keyword, value)

    def __delete__(self, instance: Item) -> None:
        delattr(instance.dataset, self.keyword)

    def check_terms(self, owner: Any, value: Any) -> None:
        """Refuse what is none of the enumerated values that the class ``owner`` has; those of a condition are left out.

        Args:
            value: as the element holds it.

        Raises:
            ValueRuleError: the value, or one of several, is none of them.
        """
        for position, terms in _enumerated(owner, self.keyword).items():
            values = value if isinstance(value, list) else [value]
            for one in values[position - 1 : position] if position else values:
                if plain(one, self.VR) not in terms:
                    check_enumerated(self._tag, one, terms, f"PS3.3 {self.section}")


@cache
def _enumerated(owner: Any, keyword: str) -> dict[int, tuple[str, ...]]:
    """The enumerated values of an attribute by position (0: of each), as the first module or macro that has some."""
    found: dict[int, tuple[str, ...]] = {}
    for place in owner.__mro__:
        field = vars(place).get(keyword)
        lists = field.attribute.values if isinstance(field, Value) else ()
        open_ones = {each.position for each in lists if each.condition is not None or not each.enumerated}
        own: dict[int, list[str]] = {}
        for each in lists:
            if each.position not in open_ones:
                own.setdefault(each.position, []).extend(plain(term, field.VR) for term in each.values)
                own[each.position] += [NONE] if each.edition else []
        found = {**{position: tuple(dict.fromkeys(terms)) for position, terms in own.items()}, **found}
    return found


class _List(MultiValue[Any]):
    """No value or one, as a list; what is changed in it is put into the dataset at once."""

    __slots__ = ("_place",)

    def __init__(self, dataset: Dataset, keyword: str, values: list[Any]) -> None:
        super().__init__(values)
        self._place = dataset, keyword


def _changing(name: str) -> Any:
    def change(self: _List, *args: Any, **options: Any) -> Any:
        result = getattr(list, name)(self, *args, **options)
        setattr(*self._place, list(self))
        return self if result is self else result

    return change


for _name in (
    *("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"),
    *("__delitem__", "__iadd__", "__imul__", "__setitem__"),
):
    setattr(_List, _name, _changing(_name))


class Item:
    """A view of a dataset: an item of a sequence, or a whole object.

    Attributes:
        dataset: what is shown, with all else that it has.
    """

    __slots__ = ("dataset",)

    def __init__(self, dataset: Dataset | None = None) -> None:
        if not isinstance(dataset, (Dataset, NoneType)):
            raise TypeError(f"{type(self).__name__} is a view of a Dataset, not of {type(dataset).__name__}")
        object.__setattr__(self, "dataset", Dataset() if dataset is None else dataset)

    dataset: Dataset

    def _unknown(self, name: str) -> UnknownKeywordError:
        return UnknownKeywordError(f"{name!r} is no attribute of {type(self).__name__}; see its .dataset", path=name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>\n{self.dataset}"


def _set_attribute(view: Item, name: str, value: Any) -> None:
    if not hasattr(type(view), name):
        raise view._unknown(name)
    object.__setattr__(view, name, value)


def _no_attribute(view: Item, name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    if isinstance(getattr(type(view), name, None), Value):  # its value is missing
        raise UnknownKeywordError("has no value in the dataset", code="absent", path=name)
    raise view._unknown(name)


# Behind the back of type checkers, which are to refuse what no class has.
setattr(Item, "__setattr__", _set_attribute)  # noqa: B010
setattr(Item, "__getattr__", _no_attribute)  # noqa: B010

_new = object.__new__  # items of a sequence are datasets: what `Item.__init__` makes sure of
_show: Any = vars(Item)["dataset"].__set__


class Items(Generic[I]):
    """A sequence: on a class it tells what the standard says, on a view it is the items, as views.

    A sequence that is not in the dataset has no items; `append` puts it in.
    """

    __slots__ = ("_tag", "dataset", "item", "keyword")

    def __init__(self, dataset: Dataset, keyword: str, item: type[I], tag: int) -> None:
        self.dataset, self.keyword, self.item, self._tag = dataset, keyword, item, tag

    def _held(self) -> Any:
        element = self.dataset._slots.get(self._tag)
        if type(element) is not DataElement:
            element = self.dataset._element(self._tag)
        return () if element is None else element.value or ()

    def __len__(self) -> int:
        return len(self._held())

    @overload
    def __getitem__(self, place: int) -> I: ...
    @overload
    def __getitem__(self, place: slice) -> list[I]: ...
    def __getitem__(self, place: int | slice) -> I | list[I]:
        found = self._held()[place]
        if isinstance(place, slice):
            return list(map(self.item, found))
        view: I = _new(self.item)
        _show(view, found)
        return view

    def __delitem__(self, place: int | slice) -> None:
        del (self._held() or [])[place]

    def __iter__(self) -> Iterator[I]:
        item = self.item
        for held in self._held():
            view = _new(item)
            _show(view, held)
            yield view

    def append(self, item: I | Dataset | None = None, **values: Any) -> I:
        """Put an item at the end, a new one by default, and set attributes of it.

        Returns:
            the view of it.
        """
        if item is None:
            item = Dataset(check=self.dataset._checks)
        view = item if isinstance(item, self.item) else self.item(item if isinstance(item, Dataset) else item.dataset)
        _set_all(view, values)
        held = self._held()
        if isinstance(held, Sequence):
            held.append(view.dataset)
        else:
            setattr(self.dataset, self.keyword, [view.dataset])
        return self[-1]

    def __repr__(self) -> str:
        return repr(list(self))


@told
class SequenceOf(Value["Items[I]", "Iterable[I | Dataset] | None"], Generic[I]):
    """A sequence as an attribute of a class; `item` is the class of its items."""

    def __init__(self, attribute: Attribute, module: Module) -> None:
        super().__init__(attribute, module)
        self._rows = attribute.rows

    @cached_property
    def item(self) -> type[I]:
        """The class of the items, made when it is asked for."""
        made: type[I] = _item_class(f"{self.module.id}_{self.keyword}", self._rows, self.module)
        return made

    @overload
    def __get__(self: V, instance: None, owner: Any = None) -> V: ...
    @overload
    def __get__(self, instance: Item, owner: Any = None) -> Items[I]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else Items(instance.dataset, self.keyword, self.item, self._tag)

    def __set__(self, instance: Item, value: Iterable[I | Dataset] | None) -> None:
        items = None if value is None else [each.dataset if isinstance(each, Item) else each for each in value]
        setattr(instance.dataset, self.keyword, items)


def _set_all(view: Item, values: dict[str, Any]) -> None:
    for keyword, value in values.items():
        setattr(view, keyword, value)


class ObjectDefinition(Item):
    """A view of a whole object of one IOD.

    Raises:
        DicomError: the dataset has a SOP class of another IOD.
    """

    __slots__ = ()
    iod: ClassVar[str] = ""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(dataset)
        iod = default().iod(self.iod)
        found = dataset.get("SOPClassUID") or getattr(dataset, "file_meta", {}).get("MediaStorageSOPClassUID")
        if not found or (iod.sop_classes and str(found) not in iod.sop_classes):
            name = getattr(found, "name", "") or "none"
            message = f"the SOP class is {name}, which is not of the {iod.name} IOD"
            raise DicomError(message, path="SOPClassUID", code="sop-class", reference=f"PS3.3 {iod.section}")

    @classmethod
    def read(cls: type[O], source: Any, **options: Any) -> O:
        """The view of a file; source and options are those of `dicomio.read_file`."""
        return cls(read_file(source, **options))

    @classmethod
    def new(cls: type[O], *, check: bool = True, **values: Any) -> O:
        """A new object: what is given, and SOP class, UIDs, character set and dates of creation where they are not.

        The modality is filled in if the IOD has one alone, the date of the study where its UID is. Nothing else is
        assumed: `missing` tells what is required.

        Args:
            check: as for `Dataset`.
            values: attributes by keyword.

        Raises:
            DicomError: the IOD has several SOP classes, and ``SOPClassUID`` is not given.
            UnknownKeywordError: the IOD does not have an attribute.
            ValueRuleError: an attribute cannot have its value.
        """
        dataset = Dataset(check=check)
        _building().fill(dataset, default().iod(cls.iod), values)
        view = cls(dataset)
        kind: Any = cls
        modality = _enumerated(kind, "Modality").get(0, ())
        _set_all(view, {"Modality": modality[0], **values} if len(modality) == 1 else values)
        return view

    def missing(self) -> list[Issue]:
        """What is required and missing (types 1, 1C, 2, 2C), or has no value though it has to (1, 1C).

        Each finding says which module asks for it, and under which condition (PS3.5 7.4).
        """
        found: list[Issue] = _building().missing(self.dataset)
        return found

    def empty_type_2(self) -> list[str]:
        """Put in what is Type 2 and missing, without a value: it is not known (PS3.5 7.4.3).

        Returns:
            the paths of what was put in.
        """
        put: list[str] = _building().empty_type_2(self.dataset)
        return put

    def save_as(self, filename: Any, /, *, check: bool = True, **options: Any) -> None:
        """Write the object to a file, with file meta elements for it; options are those of `Dataset.save_as`.

        Args:
            filename: a path or binary file object.
            check: refuse an object that does not conform: `dicomspec.validate` finds errors in it.

        Raises:
            ConformanceError: it does not; the message and ``issues`` have all findings, and nothing is written.
        """
        if check:
            _building().refuse(self.dataset, default().iod(self.iod).name)
        self.dataset.save_as(filename, **{"enforce_file_format": check, **options})


def _building() -> Any:
    """What validates; loaded when something is built."""
    return import_module(f"{__package__}.building")


# --- classes from the tables ----------------------------------------------------------------------------------------

_USAGES: Final = "MCU"
_RANK: Final = MACRO_ORDER
_PLACE: Final = "dicomspec.iods"


@cache
def object_definition(name: str) -> type[ObjectDefinition]:
    """The class of an IOD by its name, such as ``"CTImage"``."""
    iod = default().iod(CLASSES[name])
    later_first = iod.modules[::-1]
    uses = sorted(later_first, key=lambda use: _USAGES.index(use.use))
    bases = (*(_module(use.id) for use in uses), ObjectDefinition)
    doc = Doc(lambda: iod_doc(default(), iod, name))
    space = {"__slots__": (), "__doc__": doc, "__module__": _PLACE, "iod": iod.id}
    made: type[ObjectDefinition] = _joined(type(name, bases, space))
    if iod.functional_groups:
        groups = import_module(f"{__package__}.typed_groups")  # which stands above this module
        groups.put(made, iod, _macro)
    for change in (change for use in iod.modules for change in use.changes):
        if isinstance(field := getattr(made, change.keyword, None), Value):
            setattr(made, change.keyword, _field(overlaid(field.attribute, change), field.module))
    return made


def class_of(dataset: Dataset) -> type[ObjectDefinition] | None:
    """The class of the IOD that a dataset is of by its SOP class; None if it tells none that the dictionary knows."""
    found = default().sop_class(str(dataset.get("SOPClassUID") or ""))
    names = {name for name, iod in CLASSES.items() if found and iod == found[0].id}
    return object_definition(names.pop()) if names else None


@cache
def _module(name: str) -> type[Item]:
    module = default().module(name)
    return _made(f"{module.id}-module", module.rows, module)


@cache
def _macro(name: str) -> type[Item]:
    macro = default().macro(name)
    return _made(f"{macro.id}-macro", macro.rows, macro)


@cache
def _item_class(name: str, rows: tuple[Row, ...], module: Module) -> Any:
    return _made(name, rows, module)


def _made(name: str, rows: tuple[Row, ...], module: Module) -> type[Item]:
    fields: dict[str, Any] = {}
    includes = [row for row in rows if isinstance(row, Include)]
    for row in rows:
        own: Iterable[Attribute] = (row,) if isinstance(row, Attribute) else ()
        if isinstance(row, Include):
            own = specialised(default().macro(row.macro).rows, row.changes, default().macro)
        for each in own:
            if each.keyword in default().keywords:  # else of repeating groups: several elements have it
                before = fields.get(each.keyword)
                fields[each.keyword] = _field(each if before is None else overlaid(before.attribute, each), module)
    names = sorted({row.macro for row in includes if f"{row.macro}-macro" != name}, key=_RANK.__getitem__)
    bases = tuple(map(_macro, names)) or (Item,)
    label = "".join(part[:1].upper() + part[1:] for part in name.split("-"))
    label = f"_{label}" if label[:1].isdigit() else label
    doc = f"{module.name} [PS3.3 {module.section}]"
    return _joined(type(label, bases, {"__slots__": (), "__doc__": doc, "__module__": _PLACE, **fields}))


def _field(attribute: Attribute, module: Module) -> Value[Any, Any]:
    edition = default()
    kind = SequenceOf if edition.vr(edition.tag_for(attribute.keyword)) == "SQ" else Value
    return kind(attribute, module)


def _joined(made: type[I]) -> type[I]:
    """The class, with sequences that several of its bases have: their items have what all of these say."""
    for keyword in JOINED.get(made.__name__, ()):
        found = [vars(each)[keyword] for each in made.__mro__ if keyword in vars(each)]
        setattr(made, keyword, _Joined(found))
    return made


class _Joined(SequenceOf[Any]):
    def __init__(self, found: list[SequenceOf[Any]]) -> None:
        super().__init__(found[0].attribute, found[0].module)
        self._found = found

    @cached_property
    def item(self) -> Any:
        items = dict.fromkeys(each.item for each in self._found)
        space = {"__slots__": (), "__doc__": f"Items of {self.keyword}", "__module__": _PLACE}
        return type(f"All{self.keyword}", tuple(items), space)

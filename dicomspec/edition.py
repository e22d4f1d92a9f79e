"""The dictionary in use, as a value: what PS3.6 and PS3.7 say of a tag, and what vendors say of private ones.

`DEFAULT` is the edition that was shipped, `Edition.load` gives others. Tables of VRs and keywords are loaded at once,
because every file needs them; everything else when it is first asked for.
"""

from __future__ import annotations

import difflib
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from importlib import import_module
from typing import Any, Final, NamedTuple, Protocol, TypeAlias
from weakref import WeakValueDictionary

from ._generated import elements as _shipped
from .errors import EditionError, TagError, UnknownKeywordError
from .iods import Iod, Module, Place, has_attribute, identifier, make_iod, make_module, places
from .tag import PRIVATE, Tag, names_creator, tag_number
from .terminology import TerminologyLookups

__all__ = [
    "DEFAULT",
    "Edition",
    "EditionSource",
    "ElementEntry",
    "PrivateEntry",
    "UidEntry",
    "default",
    "edition_for",
    "tag_for",
]


class ElementEntry(NamedTuple):
    """What the dictionary says of an element (PS3.6 section 6).

    `vr` may be several, such as ``"US or SS"``; `retired` is empty, or such as ``"RET (2004)"``.
    """

    vr: str
    vm: str
    name: str
    keyword: str
    retired: str


class UidEntry(NamedTuple):
    """What the dictionary says of a UID (PS3.6 Annex A); `info` is the part that defines it, or the context group."""

    name: str
    type: str
    info: str
    retired: bool
    keyword: str


class PrivateEntry(NamedTuple):
    """What a private dictionary says of an element; `name` may be empty."""

    vr: str
    vm: str
    name: str


_GROUP_LENGTH: Final = ElementEntry("UL", "1", "Group Length", "", "RET")
_PRIVATE_CREATOR: Final = ElementEntry("LO", "1", "Private Creator", "", "")


class Layer(Protocol):
    """Tables of one origin: a folder, a file, or ``"shipped"``; those of the same key are the same."""

    origin: str
    key: str

    def get(self, name: str) -> Mapping[str, Any] | None:
        """The constants of a generated module, such as ``"element_names"`` or ``"private/varian"``; None if none."""


class _Shipped:
    """The generated modules of the package, imported when asked for."""

    origin = "shipped"
    key = ""

    def get(self, name: str) -> Mapping[str, Any] | None:
        return _shipped_table(name)


@cache
def _shipped_table(name: str) -> Mapping[str, Any] | None:
    module = f"{__package__}._generated.{name.removesuffix('/__init__').replace('/', '.')}"
    try:
        return vars(import_module(module))
    except ModuleNotFoundError:
        return None


def _tables() -> Any:
    """What makes and keeps the tables of other editions; few programs need it."""
    return import_module(f"{__package__}.tables")


@dataclass(frozen=True, eq=False)
class Edition(TerminologyLookups):
    """The dictionaries of one edition of the standard. Not to be changed; its tables are for reading only.

    Attributes:
        name: such as ``"2026d"``.
        vrs: tag -> VR as printed in the standard ("US or SS"); no repeating groups, use `vr` for those.
        vms: tag -> value multiplicity where it is not "1"; no repeating groups.
        keywords: keyword -> tag; no repeating groups.
        repeaters: (mask, value, VR, keyword) of the elements of repeating groups.
    """

    name: str
    vrs: dict[int, str] = field(repr=False)
    vms: dict[int, str] = field(repr=False)
    keywords: dict[str, int] = field(repr=False)
    repeaters: tuple[tuple[int, int, str, str], ...] = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)
    _quick: dict[int, Any] = field(init=False, repr=False, default_factory=dict)
    _ways: dict[str, tuple[int, str, Any]] = field(init=False, repr=False, default_factory=dict)
    _masks: dict[int, dict[int, tuple[int, int, str, str]]] = field(init=False, repr=False, default_factory=dict)
    _kept: dict[str, dict[str, Any]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.repeaters:
            self._masks.setdefault(row[0], {})[row[1]] = row

    @classmethod
    def load(cls, *sources: EditionSource) -> Edition:
        """An edition from dictionaries on the disk.

        Args:
            sources: folders of editions, as ``dicomspec edition import`` makes them, and YAML files of private
                elements. What the first of them does not say is looked up in the next; the last is the shipped edition.

        They are compiled once, and kept in the user's cache. The same dictionaries give the same object.

        Raises:
            EditionError: one is no edition and no private dictionary, or not as it should be; file and line are told.
        """
        layers: dict[Layer, None] = {}
        for source in sources:
            found = source.layers[:-1] if isinstance(source, Edition) else (_tables().compiled(os.fspath(source)),)
            layers.update(dict.fromkeys(found))
        return _of_layers((*layers, *DEFAULT.layers))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (tuple((layer.origin, layer.key) for layer in self.layers[:-1]),)

    def table(self, name: str) -> Mapping[str, Any]:
        """The constants of a generated module, such as ``"uids"``, of the first of the sources that has it.

        Raises:
            EditionError: none has it.
        """
        for layer in self.layers:
            if (found := layer.get(name)) is not None:
                return found
        raise EditionError(f"the dictionary of {self.name} has no table {name!r}")

    def origin(self, name: str) -> str:
        """Where the table of that name is from: a folder, a file, or ``"shipped"``."""
        return next(layer.origin for layer in self.layers if layer.get(name) is not None)

    # --- elements of the standard ---

    def find(self, tag: int) -> ElementEntry | None:
        """The entry of a tag, or None; those of repeating groups, group lengths and private creators included."""
        names = self.table("element_names")
        if (row := names["ELEMENTS"].get(tag)) is not None:
            return ElementEntry(*row)
        if (found := self.repeater(tag)) is not None:
            return ElementEntry(*names["REPEATERS"][found[:2]])
        return _by_rule(tag)

    def entry(self, tag: object) -> ElementEntry:
        """The entry of a tag (number, pair, text or keyword).

        Raises:
            TagError: it does not name a tag, or the dictionary does not have it.
        """
        number = self.tag_for(tag)
        if (entry := self.find(number)) is None:
            raise TagError(f"{number} is not in the dictionary of {self.name}", path=str(number), reference="PS3.6")
        return entry

    def has(self, tag: object) -> bool:
        """Whether the dictionary has the tag, repeating groups included."""
        try:
            return self.find(self.tag_for(tag)) is not None
        except (TagError, UnknownKeywordError):
            return False

    def repeater(self, tag: int) -> tuple[int, int, str, str] | None:
        """The element of a repeating group that a tag belongs to (PS3.5 7.6); not in odd groups, nor its length."""
        if tag & PRIVATE or not tag & 0xFFFF:
            return None
        rows = (values.get(tag & mask) for mask, values in self._masks.items())
        return next((row for row in rows if row is not None), None)

    def vr(self, tag: int) -> str | None:
        """The VR of a tag as printed in the standard, None if the dictionary has none for it."""
        if (vr := self.vrs.get(tag)) is not None:
            return vr
        if (row := self.repeater(tag)) is not None:
            return row[2]
        entry = _by_rule(tag)
        return entry.vr if entry else None

    def vm(self, tag: object) -> str:
        """Value multiplicity, such as ``"1-n"``. Raises `TagError` as `entry` does; so the functions below."""
        return self.entry(tag).vm

    def description(self, tag: object) -> str:
        """Name of the element."""
        return self.entry(tag).name

    def keyword(self, tag: int) -> str:
        """Keyword of a tag, empty if it has none."""
        row = self.table("element_names")["ELEMENTS"].get(tag)
        if row is not None:
            return str(row[3])
        entry = self.find(tag)
        return entry.keyword if entry else ""

    def retired(self, tag: object) -> str:
        """Empty, or how the standard marks the element as retired: ``"RET (2004)"``."""
        return self.entry(tag).retired

    # --- names ---

    def tag_for_keyword(self, keyword: str) -> int | None:
        """The tag of a keyword, None if there is none; the first tag of a repeating group."""
        tag = self.keywords.get(keyword)
        if tag is None:
            tag = next((value for _, value, _, name in self.repeaters if name == keyword), None)
        return tag

    def nearest_keywords(self, word: str, count: int = 3) -> list[str]:
        """The keywords that are most like ``word``, the best first."""
        lowered = {keyword.lower(): keyword for keyword in self.keywords}
        return [lowered[near] for near in difflib.get_close_matches(word.lower(), lowered, count)]

    def tag_for(self, value: object) -> Tag:
        """The tag that ``value`` names: as `Tag` takes it, or a keyword.

        Raises:
            UnknownKeywordError: it reads as a keyword that the dictionary lacks; the message names the nearest ones.
            TagError: it does not name a tag.
        """
        if isinstance(value, str):
            if (number := self.tag_for_keyword(value)) is not None:
                return Tag(number)
            if value in DEFAULT.keywords:  # a keyword of the shipped edition alone
                raise self.unknown(value)
            if value.isidentifier():
                try:
                    return Tag(value)
                except TagError:
                    raise self.unknown(value) from None
        return Tag(tag_number(value))

    def unknown(self, word: str) -> UnknownKeywordError:
        """The error for a word that is no keyword."""
        message = f"{word!r} is not a keyword of the dictionary of {self.name}"
        return UnknownKeywordError(message, hint=partial(self._near, word), path=word)

    def _near(self, word: str) -> str:
        near = self.nearest_keywords(word)
        return f"; did you mean {', '.join(near)}?" if near else ""

    def uid(self, uid: str) -> UidEntry | None:
        """The entry of a registered UID, None if the dictionary does not have it."""
        row = self.table("uids")["UIDS"].get(str(uid))
        return UidEntry(*row) if row is not None else None

    # --- IODs and modules (PS3.3) ---

    def iods(self) -> tuple[str, ...]:
        """The identifiers of all IODs, such as ``"ct-image"``; so the functions below, in the order of the standard."""
        return tuple(self.table("iods")["IODS"])

    def modules(self) -> tuple[str, ...]:
        """The identifiers of all modules."""
        return tuple(self.table("modules")["MODULES"])

    def macros(self) -> tuple[str, ...]:
        """The identifiers of all macros."""
        return tuple(self.table("macros")["MACROS"])

    def iod(self, name: str) -> Iod:
        """An IOD by identifier or name (``"ct-image"``, ``"CT Image"``).

        Raises:
            EditionError: there is none; the message names the nearest ones. So the functions below.
        """
        found: Iod = self._made("IOD", name, ("iods", "IODS"))
        return found

    def module(self, name: str) -> Module:
        """A module by identifier or name, or a macro if no module is called so."""
        found: Module = self._made("module", name, ("modules", "MODULES"), ("macros", "MACROS"))
        return found

    def macro(self, name: str) -> Module:
        """A macro by identifier or name, or a module if no macro is called so: a few are included like one."""
        found: Module = self._made("macro", name, ("macros", "MACROS"), ("modules", "MODULES"))
        return found

    def sop_class(self, uid: str) -> tuple[Iod, ...]:
        """The IODs of a SOP class; none if the edition has none for it.

        Where PS3.4 was not imported, it is the next source that tells which IODs belong to a SOP class.
        """
        own = self.table("iods")["IODS"]
        tables = (layer.get("iods") for layer in self.layers)
        names: Any = next((found for table in tables if table and (found := table["SOP_CLASSES"].get(uid))), ())
        return tuple(self.iod(name) for name in names if name in own)

    def uses(self, tag: object) -> tuple[Place, ...]:
        """Where an attribute stands in modules and macros, those of sequences included, macros not unfolded."""
        keyword = self.keyword(self.tag_for(tag))
        modules, macros = self.table("modules")["MODULES"], self.table("macros")["MACROS"]
        found = [self.module(name) for name, row in modules.items() if has_attribute(row[3], keyword)]
        found += [self.macro(name) for name, row in macros.items() if has_attribute(row[3], keyword)]
        return tuple(place for module in found for place in places(module) if place.attribute.keyword == keyword)

    def _made(self, what: str, name: str, *tables: tuple[str, str]) -> Any:
        """The value of a row in one of the tables, made once."""
        for table, constant in tables:
            rows = self.table(table)[constant]
            key = name if name in rows else identifier(name)
            if key in rows:
                kept = self._kept.setdefault(table, {})
                if key not in kept:
                    raw = rows[key]
                    kept[key] = make_iod(key, raw) if table == "iods" else make_module(key, raw, table == "macros")
                return kept[key]
        near = difflib.get_close_matches(identifier(name), self.table(tables[0][0])[tables[0][1]], 3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise EditionError(
            f"{name!r} is no {what} of the dictionary of {self.name}{hint}", path=name, reference="PS3.3"
        )

    # --- confidentiality (PS3.15 Annex E) ---

    def confidentiality(self, tag: object) -> dict[str, str]:
        """Profile or option -> action code, such as ``{"basic": "X/Z"}``; empty if the standard names no action."""
        table, number = self.table("confidentiality"), self.tag_for(tag)
        row = table["ATTRIBUTES"].get(number) or (table["PRIVATE"] if number & PRIVATE else ())
        masked = (actions for mask, value, actions in table["REPEATERS"] if number & mask == value)
        return {name: code for name, code in zip(table["PROFILES"], row or next(masked, ()), strict=False) if code}

    def safe_private(self, creator: str, tag: int) -> PrivateEntry | None:
        """What PS3.15 E.3.10 says of a private element that does not identify; None if it does not name it."""
        rows = self.table("confidentiality")["SAFE_PRIVATE"].get(_creator_key(creator), {})
        row = rows.get((tag >> 16 & 0xFFFF) << 8 | tag & 0xFF)
        return PrivateEntry(*row) if row else None

    # --- private elements ---

    def private(self, creator: str, tag: int) -> PrivateEntry | None:
        """The entry of a private element, None if no dictionary has it (PS3.5 7.8).

        ``creator`` is compared without case and extra blanks; of ``tag`` the group and the last byte count.
        """
        key = _creator_key(creator)
        for creators, masked in self._private(key):
            if (row := creators.get(key, {}).get((tag >> 16 & 0xFFFF) << 8 | tag & 0xFF)) is not None:
                return PrivateEntry(*row)
            rows = masked.get(key, ())
            if found := next((PrivateEntry(*rest) for mask, value, *rest in rows if tag & mask == value), None):
                return found
        return None

    def _private(self, key: str) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """The tables that have a creator: elements, and those of repeating groups and whole blocks."""
        for layer in self.layers:
            vendors = layer.get("private/__init__")
            if vendors is not None and (vendor := vendors["VENDORS"].get(key)) is not None:
                table = layer.get(f"private/{vendor}")
                assert table is not None
                yield table["CREATORS"], table["MASKED"]

    def creators(self) -> list[str]:
        """The private creators that have a dictionary, without case and extra blanks."""
        vendors = (layer.get("private/__init__") for layer in self.layers)
        return sorted({creator for table in vendors if table is not None for creator in table["VENDORS"]})

    def private_elements(self, creator: str) -> list[tuple[str, PrivateEntry]]:
        """The elements of a private creator, as ``"(0029,xx10)"`` and what it is; none if it has no dictionary."""
        key = _creator_key(creator)
        found: dict[str, PrivateEntry] = {}
        for creators, masked in self._private(key):
            rows = ((f"({tag >> 8:04X},xx{tag & 0xFF:02X})", row) for tag, row in creators.get(key, {}).items())
            whole = ((_masked_tag(mask, value), rest) for mask, value, *rest in masked.get(key, ()))
            for tag, row in (*rows, *whole):
                found.setdefault(tag, PrivateEntry(*row))
        return sorted(found.items())

    def private_entry(self, creator: str, tag: int) -> PrivateEntry:
        """As `private`.

        Raises:
            TagError: no private dictionary has it; the message says whether the creator is known.
        """
        if (entry := self.private(creator, tag)) is not None:
            return entry
        known = any(self._private(_creator_key(creator)))
        reason = "is not in its dictionary" if known else "has no dictionary"
        message = f"private creator {creator!r} {reason}" if not known else f"{Tag(tag)} of {creator!r} {reason}"
        raise TagError(message, path=str(Tag(tag)), reference="PS3.5 7.8")


@lru_cache(maxsize=1024)
def _creator_key(creator: str) -> str:
    return " ".join(creator.split()).upper()


def _masked_tag(mask: int, value: int) -> str:
    """A tag with an x for each digit that is free: ``"(60xx,xx10)"``."""
    digits = "".join(digit if free == "F" else "x" for digit, free in zip(f"{value:08X}", f"{mask:08X}", strict=True))
    return f"({digits[:4]},{digits[4:]})"


def _by_rule(tag: int) -> ElementEntry | None:
    """Elements that every group has: its length, and in odd groups the private creators (PS3.5 7.2, 7.8.1)."""
    if tag & 0xFFFF == 0:
        return _GROUP_LENGTH
    if names_creator(tag):
        return _PRIVATE_CREATOR
    return None


DEFAULT: Final[Edition] = Edition(
    _shipped.EDITION, _shipped.VRS, _shipped.VMS, _shipped.KEYWORDS, _shipped.REPEATERS, (_Shipped(),)
)
"""The edition that was shipped."""


def default() -> Edition:
    """The edition that was shipped."""
    return DEFAULT


EditionSource: TypeAlias = "Edition | str | os.PathLike[str]"
"""An edition, the folder of one, or the YAML file of a private dictionary."""


def edition_for(value: EditionSource | Iterable[EditionSource] | None) -> Edition:
    """The edition that a caller means: None for the shipped one, what `Edition.load` takes, or several of it."""
    if value is None:
        return DEFAULT
    if isinstance(value, Edition):
        return value
    return Edition.load(*([value] if isinstance(value, (str, os.PathLike)) else value))


_loaded: Final[WeakValueDictionary[tuple[str, ...], Edition]] = WeakValueDictionary()
_lock: Final = threading.Lock()


def _of_layers(layers: tuple[Layer, ...]) -> Edition:
    key = tuple(layer.key for layer in layers)
    with _lock:
        found = _loaded.get(key) if len(key) > 1 else DEFAULT
        if found is None:
            table = next(table for layer in layers if (table := layer.get("elements")) is not None)
            name = next(known["EDITION"] for layer in layers if (known := layer.get("sources")) is not None)
            found = Edition(name, table["VRS"], table["VMS"], table["KEYWORDS"], table["REPEATERS"], layers)
            _loaded[key] = found
    return found


def _restored(layers: tuple[tuple[str, str], ...]) -> Edition:
    """An edition that was pickled: it has to be in the cache still, or at its place as it was."""
    return _of_layers((*(_tables().recalled(origin, key) for origin, key in layers), *DEFAULT.layers))


def tag_for(value: object) -> Tag:
    """The tag that ``value`` names in the default edition: as `Edition.tag_for`, with its errors."""
    return DEFAULT.tag_for(value)

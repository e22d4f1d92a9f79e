"""One data element: tag, value representation, value (PS3.5 7.1).

An element that was read remembers where it lies in its source until it gets a new value. The writer copies those
bytes as long as the value is still what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias, final

from dicomspec import values
from dicomspec._generated import vr as rules
from dicomspec.edition import DEFAULT, Edition, tag_for
from dicomspec.errors import ValueRuleError
from dicomspec.sequence import Item, Sequence
from dicomspec.tag import PRIVATE, Tag
from dicomspec.values import checks
from dicomspec.values.multi import MultiValue

__all__ = ["DataElement", "Raw", "RawSource"]


class RawSource(Protocol):
    """Where elements were read from; the reader provides it."""

    @property
    def edition(self) -> Edition:
        """The dictionaries that tell their names."""

    @property
    def check(self) -> bool:
        """Whether new values are held to the rules of the standard."""

    def value_bytes(self, start: int, end: int) -> bytes: ...

    def raw(self, slot: Any) -> Raw | None:
        """Where an element lies, by its slot; None if it was not read."""

    def is_undefined(self, raw: Raw) -> bool:
        """Whether the header of the element says undefined length."""


Raw: TypeAlias = "tuple[RawSource, int, int, int]"
"""The source of an element, and the offsets there of its header, its value and what follows it."""


@dataclass(frozen=True)
class OfEdition:
    """In place of a source, for elements that were not read but put into a dataset of another edition, or one that
    does not check values."""

    edition: Edition
    check: bool = True

    def value_bytes(self, start: int, end: int) -> bytes:
        raise ValueError("there are no bytes: the element was not read")

    def raw(self, slot: Any) -> None:
        return None

    def is_undefined(self, raw: Raw) -> bool:
        return False


class _Pending:
    """Stands for a value that is still in the source."""

    def __repr__(self) -> str:
        return "<not read yet>"

    def __reduce__(self) -> str:
        return "PENDING"


PENDING: Final = _Pending()
SHOWN_BYTES: Final = 16
"""Longer binary values are described, not printed."""


@final
class DataElement:
    """One data element. Not to be subclassed: a map tells its elements from what is not read yet by this very type.

    Args:
        tag: anything that `edition.tag_for` takes: number, pair, keyword, "(gggg,eeee)". A keyword is one of the
            shipped edition; for one that only another has, ``Edition.tag_for``.
        VR: value representation, two letters, or one of the ambiguous forms such as "US or SS".
        value: converted to what the VR holds, see `value`.
        check: refuse a value that breaks a rule of its VR: length, characters, form (PS3.5 6.2). How many values there
            may be is the dictionary's to say, and looked at where a dataset is given a value by keyword.

    Attributes:
        VR: value representation.
        private_creator: the creator of a private element that belongs to a block, else None.

    Raises:
        ValueRuleError: the value does not fit the VR.
        TagError: ``tag`` names no tag.
    """

    __slots__ = ("VR", "_dirty", "_slot", "_source", "_tag", "_value", "private_creator")

    def __init__(self, tag: Any, VR: str, value: Any = None, *, check: bool = True) -> None:  # noqa: N803 (the field's own spelling)
        self._tag = int(tag_for(tag))
        if VR not in rules.VRS and VR not in rules.AMBIGUOUS_VRS:
            raise ValueRuleError(f"{VR!r} is no value representation", path=str(self.tag), reference="PS3.5 6.2")
        self.VR = VR
        self.private_creator: str | None = None
        self._source: RawSource | None = None
        self._slot: Any = 0  # where in the source
        self._dirty = False  # whether the value was set since the element was read
        self._value: Any = accept(self._tag, VR, value) if check else convert(self._tag, VR, value)

    @property
    def tag(self) -> Tag:
        return Tag(self._tag)

    @property
    def value(self) -> Any:
        """The value: a scalar, a `MultiValue` of several, or a `Sequence`.

        Text is `str` (PN a `PersonName`, DA, TM, DT subclasses of `str` that know their date and time, UI a `UID`),
        DS `float`, IS `int`, binary numbers `int` or `float`, AT `Tag`, bulk data `bytes` in the byte order of the
        source. No value at all is "" for text and None for everything else.
        """
        value = self._value
        if value is PENDING:
            raw = self._raw
            assert raw is not None
            source, _, start, end = raw
            value = self._value = source.value_bytes(start, end)
        return value

    @value.setter
    def value(self, value: Any) -> None:
        source = self._source
        if source is None or source.check:
            self._put(accept(self._tag, self.VR, value))
        else:
            self._put(convert(self._tag, self.VR, value))

    def _put(self, value: Any) -> None:
        """Set a value that needs no conversion."""
        self._value = value
        self._dirty = True

    @property
    def _raw(self) -> Raw | None:
        return None if self._source is None else self._source.raw(self._slot)

    @property
    def raw(self) -> Raw | None:
        """Where the element lies in the source it was read from; None for a new element or value."""
        return None if self._dirty else self._raw

    def clear(self) -> None:
        """Set the value to the empty one."""
        self.value = None

    @property
    def _edition(self) -> Edition:
        """The edition of the dataset it was read in, or put into."""
        return DEFAULT if self._source is None else self._source.edition

    @property
    def name(self) -> str:
        """The name of PS3.6 or of the private dictionary."""
        entry: Any = self._edition.find(self._tag)
        if entry is None and self.private_creator:
            entry = self._edition.private(self.private_creator, self._tag)
        if entry is not None:
            return f"[{entry.name}]" if self.private_creator else str(entry.name)
        return "Private tag data" if self.is_private else ""

    @property
    def keyword(self) -> str:
        """The keyword of PS3.6, "" for private and unknown elements."""
        return self._edition.keyword(self._tag)

    @property
    def is_retired(self) -> bool:
        entry = self._edition.find(self._tag)
        return entry is not None and bool(entry.retired)

    @property
    def is_private(self) -> bool:
        return bool(self._tag & PRIVATE)

    @property
    def is_empty(self) -> bool:
        """Whether there is no value (value length zero)."""
        if self._value is PENDING:  # a large value stays where it is
            raw = self._raw
            return raw is not None and raw[3] <= raw[2]
        return self.VM == 0 or (self.VR == "SQ" and not len(self.value))

    @property
    def is_undefined_length(self) -> bool:
        """Whether the value is written with undefined length and a delimiter."""
        value = self._value
        if isinstance(value, Sequence):
            return value.is_undefined_length
        raw = self._raw
        return raw is not None and raw[0].is_undefined(raw)

    @property
    def VM(self) -> int:  # noqa: N802 (the field's own spelling)
        """Number of values (PS3.5 6.4); 1 for a sequence, as PS3.6 has it."""
        if self.VR == "SQ":
            return 1
        value = self.value
        if value is None or (isinstance(value, (str, bytes)) and not value):
            return 0
        return len(value) if isinstance(value, MultiValue) else 1

    @property
    def original_string(self) -> str | None:
        """The text as it stands in the source, padding excluded, or as a number was given; None for binary values."""
        raw = self.raw
        if raw is None or self.VR not in rules.TEXT_VRS:
            return getattr(self._value, "original_string", None)
        source, _, start, end = raw
        return source.value_bytes(start, end).decode("latin-1").rstrip(" \0")

    @property
    def repval(self) -> str:
        """The value as one prints it."""
        value = self.value if self._value is not PENDING else None
        if self._value is PENDING:
            raw = self._raw
            assert raw is not None
            return f"Array of {raw[3] - raw[2]} bytes"
        if isinstance(value, bytes):
            return repr(value) if len(value) <= SHOWN_BYTES else f"Array of {len(value)} bytes"
        if self.VR in _NUMBER_STRINGS and not isinstance(value, MultiValue):
            text = self.original_string
            return repr(value if value is None else text if text is not None else str(value))
        if self.VR == "UI" and isinstance(value, str):
            entry = None if self._edition is DEFAULT else self._edition.uid(value)
            return entry.name if entry is not None else getattr(value, "name", value)
        return repr(value)

    def __str__(self) -> str:
        return f"{self.tag} {self.name:35.35} {self.VR}: {self.repval}"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DataElement):
            return NotImplemented
        return self._tag == other._tag and same_vr(self.VR, other.VR) and bool(self.value == other.value)

    __hash__ = None  # type: ignore[assignment]

    def __deepcopy__(self, memo: dict[int, Any]) -> DataElement:
        twin = copy(self)
        if isinstance(twin._value, (list, Sequence)):
            twin._value = deepcopy(twin._value, memo)
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._tag, self.VR, self.value, self.private_creator, self._edition)

    def __copy__(self) -> DataElement:
        twin = DataElement.__new__(DataElement)
        twin._tag, twin.VR, twin.private_creator = self._tag, self.VR, self.private_creator
        twin._source, twin._slot, twin._value, twin._dirty = self._source, self._slot, self._value, self._dirty
        return twin


def same_vr(one: str, other: str) -> bool:
    """Whether two VRs are the same, or one is among those that the other leaves open."""
    return one == other or one in other.split(" or ") or other in one.split(" or ")


_NUMBER_STRINGS: Final = frozenset({"DS", "IS"})


def read_element(tag: int, vr: str, value: Any, source: RawSource | None, slot: Any) -> DataElement:
    """An element of a known VR, with a value that needs no conversion; ``slot`` is where it lies in ``source``."""
    element = _new(DataElement)
    element._tag = tag
    element.VR = vr
    element._value = value
    element._source = source
    element._slot = slot
    element._dirty = False
    element.private_creator = None
    return element


def _restored(tag: int, vr: str, value: Any, creator: str | None, edition: Edition = DEFAULT) -> DataElement:
    """An element that was pickled. It has lost its source, and its value may be one that breaks the VR."""
    element = DataElement(tag, vr)
    element._value, element.private_creator = value, creator
    element._source = None if edition is DEFAULT else OfEdition(edition)
    return element


_new = object.__new__


def convert(tag: int, vr: str, value: Any) -> Any:
    """``value`` as an element of this VR holds it.

    Raises:
        ValueRuleError: it does not fit, with the tag as path.
    """
    if vr == "SQ":
        return _sequence(tag, value)
    if value is None or (isinstance(value, (list, tuple)) and not value):
        return values.EMPTY.get(vr)
    try:
        return values.COERCE[vr](value) if vr in values.COERCE else _one_of(vr.split(" or "), value)
    except ValueRuleError as error:
        raise _placed(error, tag) from None
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueRuleError(f"{value!r} is no value of VR {vr}: {error}", path=step_of(tag)) from error


def accept(
    tag: int,
    vr: str,
    value: Any,
    edition: Edition | None = None,
    terms: Callable[[], tuple[str, ...] | None] | None = None,
) -> Any:
    """``value`` as `convert` makes it, if it keeps the rules that the standard has for values.

    Those are length, characters and form by VR (PS3.5 6.2), and the number of values (PS3.5 6.4, the multiplicity of
    PS3.6) where an ``edition`` is to tell it. No value at all is always accepted. ``terms`` tells the character set,
    where that is known.

    Raises:
        ValueRuleError: a rule is broken; `code` is the rule, `path` the attribute, the reference the section.
    """
    made = convert(tag, vr, value)
    if vr == "SQ":
        return made
    try:
        checks.check(vr, made)
        if terms is not None and vr in rules.CHARSET_VRS and not _is_ascii(made) and (known := terms()) is not None:
            values.ENCODERS_LITTLE[vr](made, values.encoder_for(known))
        info = rules.VRS.get(vr)
        if edition is not None and (info is None or info.kind not in _OF_ONE_VALUE):
            _count(tag, made, edition)
    except ValueRuleError as error:
        raise _placed(error, tag, edition or DEFAULT) from None
    return made


_OF_ONE_VALUE: Final = frozenset({"bytes", "paragraph"})


def _is_ascii(value: Any) -> bool:
    return value.isascii() if isinstance(value, str) else all(map(_is_ascii, value))


def _count(tag: int, value: Any, edition: Edition) -> None:
    """Refuse a number of values that the dictionary does not allow."""
    if value is None or isinstance(value, bytes) or value == "" or tag & PRIVATE:
        return
    count = len(value) if isinstance(value, MultiValue) else 1
    wanted = edition.vms.get(tag, "1") if tag in edition.vrs else getattr(edition.find(tag), "vm", "1-n")
    if not checks.count_fits(count, wanted):
        many = "1 value" if count == 1 else f"{count} values"
        message = f"{many}, {checks.shown(value)}; the dictionary (PS3.6) has a multiplicity of {wanted}"
        raise ValueRuleError(message, code="vm", reference="PS3.5 6.4")


def quick_for(tag: int, edition: Edition) -> Callable[[Any], Any]:
    """What makes the value of an element that has the VR of the dictionary of most that is given, keeping all rules;
    None of what `accept` has to look at. Kept by the edition."""
    vr = edition.vrs.get(tag, "")
    quick = edition._quick[tag] = _quick_sequence if vr == "SQ" else checks.quick_for(vr, edition.vms.get(tag, "1"))
    return quick


def find_way(keyword: str, tag: int, edition: Edition) -> None:
    """Note the short way to set a keyword of the shipped edition; elements of others have to tell which they are of."""
    if edition is DEFAULT and keyword not in edition._ways:
        edition._ways[keyword] = tag, edition.vrs[tag], edition._quick.get(tag) or quick_for(tag, edition)


def _quick_sequence(value: Any) -> Any:
    return value if type(value) is Sequence else None


def check_enumerated(tag: int, value: Any, terms: Collection[Any], reference: str, edition: Edition = DEFAULT) -> None:
    """Refuse a value, or one of several, that is not among the enumerated ones of an attribute.

    Args:
        tag, value: of the element; the value as `convert` or `accept` made it.
        terms: the values that the standard allows.
        reference: the section that lists them, such as ``"PS3.3 C.7.3.1.1.1"``.

    Raises:
        ValueRuleError: it is none of them; the code is ``"enumerated-value"``, as that of validation.
    """
    for one in value if isinstance(value, list) else (value,):
        if one is not None and one != "" and one not in terms:
            message = f"{checks.shown(one)} is none of the enumerated values {', '.join(map(str, terms))}"
            raise ValueRuleError(message, code="enumerated-value", path=step_of(tag, edition), reference=reference)


def _one_of(choices: list[str], value: Any) -> Any:
    """``value`` as the first of several VRs holds it that can; which one it is will be told by other elements."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        choices = [vr for vr in choices if rules.VRS[vr].kind == "bytes"] or choices
    *others, last = choices
    for vr in others:
        try:
            return values.COERCE[vr](value)
        except (ValueRuleError, TypeError, ValueError, OverflowError):
            continue
    return values.COERCE[last](value)


def _sequence(tag: int, value: Any) -> Sequence[Any]:
    if isinstance(value, Sequence):
        return value
    if value is not None and not isinstance(value, (Iterable, Item)):
        message = f"a sequence takes a list of datasets, not {type(value).__name__}"
        raise ValueRuleError(message, path=step_of(tag), reference="PS3.5 7.5")
    items: Any = value if value is not None else ()
    try:
        return Sequence(items)
    except TypeError as error:
        raise ValueRuleError(str(error), path=step_of(tag), reference="PS3.5 7.5") from None


def _placed(error: ValueRuleError, tag: int, edition: Edition = DEFAULT) -> ValueRuleError:
    path, reference = step_of(tag, edition), error.issue.reference
    return ValueRuleError(error.message, code=error.issue.code, path=path, reference=reference)


def step_of(tag: int, edition: Edition = DEFAULT) -> str:
    """How a path names an element: by its keyword, or by its tag if it has none."""
    return edition.keyword(tag) or str(Tag(tag))

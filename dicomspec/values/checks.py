"""What a value may be by its VR: length, characters, form (PS3.5 6.2), and how many there may be (PS3.5 6.4).

`check` refuses a canonical value that breaks a rule. `quick_for` has the same rules for what is given most, one plain
value: it gives the canonical value in one step, or None where `COERCE` and `check` have to look. The facts are those of
``vr.yaml``; expressions are compiled when they are first needed.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from dicomspec._generated.vr import REPERTOIRES, VRS, VRInfo
from dicomspec.errors import ValueRuleError
from dicomspec.uid import UID
from dicomspec.values.multi import MultiValue
from dicomspec.values.numbers import format_number_as_ds
from dicomspec.values.person_name import PersonName
from dicomspec.values.temporal import DA, DT, TM

__all__ = ["check", "count_fits", "form_of", "is_day", "outside_of", "quick_for", "shown"]

SHOWN: Final = 40
"""Characters of a value that a message shows."""

NAME_PARTS: Final = 5
NAME_GROUPS: Final = 3
_TEMPORAL: Final[dict[str, Any]] = {"DA": DA, "DT": DT, "TM": TM}
_LEAST, _MOST = -(1 << 31), (1 << 31) - 1  # what IS may hold
_LARGEST_SINGLE: Final = (2 - 2**-23) * 2.0**127


@cache
def form_of(vr: str) -> re.Pattern[str] | None:
    """The form of one value without its padding; None if the VR has none."""
    return re.compile(VRS[vr].pattern.replace("(", "(?:")) if VRS[vr].pattern else None


@cache
def outside_of(vr: str) -> re.Pattern[str] | None:
    """What finds a character that the VR does not allow; None if it has no characters."""
    characters = REPERTOIRES[VRS[vr].repertoire]
    return re.compile(f"[^{characters}]") if characters else None


def shown(text: object) -> str:
    """A value as a message shows it."""
    found = repr(text)
    return found if len(found) <= SHOWN else found[: SHOWN - 3] + "..." + found[:1]


@lru_cache(maxsize=1024)
def is_day(text: str) -> bool:
    """Whether the calendar has the day that DA or DT text begins with; True where it tells no day."""
    digits = text[:8]
    if len(digits) < 8 or not digits.isdigit():
        return True
    try:
        date(int(digits[:4]) or 4, int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


# --- how many ----------------------------------------------------------------------------------------------------


class Multiplicity(NamedTuple):
    """How many values there may be: from `least` to `most` (None: any number), in steps."""

    least: int
    most: int | None
    step: int


@lru_cache(maxsize=256)
def multiplicity(text: str) -> tuple[Multiplicity, ...]:
    """The value multiplicity of PS3.6, such as ``"1-n"``, ``"2-2n"``, ``"1-n or 1"``."""
    found = []
    for part in text.split(" or "):
        low, _, high = part.partition("-")
        if not low.isdigit():
            return ()
        if high.endswith("n"):
            found.append(Multiplicity(int(low), None, int(high[:-1] or 1)))
        else:
            found.append(Multiplicity(int(low), int(high or low), 1))
    return tuple(found)


@lru_cache(maxsize=1024)
def count_fits(count: int, vm: str) -> bool:
    """Whether a number of values is one that a value multiplicity allows; none at all always is."""
    ranges = multiplicity(vm)
    return (
        not count
        or not ranges
        or any(
            low <= count and (high is None or count <= high) and not (high is None and step > 1 and count % step)
            for low, high, step in ranges
        )
    )


# --- one value ---------------------------------------------------------------------------------------------------


def check(vr: str, value: object) -> None:
    """Refuse a value, or one of several, that its VR does not allow. Binary values have been checked when made.

    Raises:
        ValueRuleError: length, characters or form are not as PS3.5 6.2 asks; the code is that of the rule.
    """
    test = _TESTS.get(vr)
    if test is not None and value is not None:
        for one in value if isinstance(value, list) else (value,):
            test(VRS[vr], one)


def _refuse(code: str, message: str, reference: str = "PS3.5 6.2") -> ValueRuleError:
    return ValueRuleError(message, code=code, reference=reference)


def _text(info: VRInfo, value: Any) -> None:
    if not isinstance(value, str) or not value:
        return
    if len(value) > info.max_length:
        raise _too_long(info, value, value)
    outside = outside_of(info.code)
    if outside is not None and (found := outside.search(value)) is not None:
        char = f"{found[0]!r} (U+{ord(found[0]):04X})"
        raise _refuse("value-characters", f"{char} in {shown(value)} is not allowed in {info.code} ({info.name})")
    form = form_of(info.code)
    if form is not None and not form.fullmatch(value.strip(" ")):
        raise _form(info, value)


def _too_long(info: VRInfo, part: str, value: object) -> ValueRuleError:
    allows = f"{info.code} allows {info.max_length}"
    return _refuse("value-too-long", f"{shown(value)} has {len(part)} {info.length_unit}; {allows}")


def _form(info: VRInfo, value: object, why: str = "") -> ValueRuleError:
    reference = "PS3.5 9.1" if info.kind == "uid" else "PS3.5 6.2"
    return _refuse("value-form", f"{shown(value)} is not of the form of {info.code} ({info.name}){why}", reference)


def _name(info: VRInfo, value: Any) -> None:
    groups = value.split("=")
    for group in groups:
        if len(group) > info.max_length:
            raise _too_long(info, group, group)
        _text(info, group)
        if (count := group.count("^") + 1) > NAME_PARTS:
            message = f"{shown(group)} has {count} components; five are allowed"
            raise _refuse("value-name", message, "PS3.5 6.2.1")
    if len(groups) > NAME_GROUPS:
        message = f"{shown(value)} has {len(groups)} component groups; three are allowed"
        raise _refuse("value-name", message, "PS3.5 6.2.1")


def _temporal(info: VRInfo, value: Any) -> None:
    """Ranges are values too: keys of queries have them (PS3.4 C.2.2.2.5)."""
    if not value or value.is_range:
        return
    form = form_of(info.code)
    if form is not None and not form.fullmatch(value.rstrip(" ")):
        raise _form(info, str(value))
    if info.kind != "time" and not is_day(value):
        raise _form(info, str(value), ": the calendar has no such day")


def _number(info: VRInfo, value: Any) -> None:
    """Text that is too long is the number that it gives, if that can be written without loss."""
    if isinstance(value, Decimal):
        if Decimal(format_number_as_ds(value)) != value:
            raise _too_long(info, str(value), str(value))
        return
    given = getattr(value, "original_string", None)
    if given is not None and len(given) > info.max_length:
        lossy = info.kind == "integer" or float(format_number_as_ds(float(value))) != value
        if lossy:
            raise _too_long(info, given, given)
    if info.kind == "integer" and value is not None and not _LEAST <= value <= _MOST:
        raise _form(info, int(value), ": it is outside -2147483648 to 2147483647")


def _single(info: VRInfo, value: Any) -> None:
    """A number of 32 bits; infinities are some."""
    if info.format == "f" and isinstance(value, float) and _LARGEST_SINGLE < abs(value) < math.inf:
        raise _form(info, value, ": it is too large for 32 bits")


_TESTS_OF_KIND: Final[dict[str, Callable[[VRInfo, Any], None]]] = {
    "text": _text,
    "paragraph": _text,
    "uid": _text,
    "name": _name,
    "date": _temporal,
    "time": _temporal,
    "datetime": _temporal,
    "decimal": _number,
    "integer": _number,
    "number": _single,
}
_TESTS: Final = {code: _TESTS_OF_KIND[info.kind] for code, info in VRS.items() if info.kind in _TESTS_OF_KIND}


# --- what is given most ------------------------------------------------------------------------------------------

Quick = Callable[[Any], Any]


_LINE: Final = " -\\[\\]-~"
"""What of a repertoire is ASCII where that is all but control characters and the backslash."""


def _fits(info: VRInfo) -> Callable[[str], Any]:
    form = form_of(info.code)
    assert form is not None
    return form.fullmatch


def _quick_text(info: VRInfo) -> Quick:
    """ASCII text."""
    ascii_alone, longest = REPERTOIRES[info.repertoire].replace("\\x80-\\U0010FFFF", ""), info.max_length
    form = form_of(info.code) or re.compile(f"[{ascii_alone}]+")
    fits = form.fullmatch

    def quick(value: Any) -> Any:
        return value if type(value) is str and len(value) <= longest and fits(value) else None

    def quick_line(value: Any) -> Any:
        plain = type(value) is str and 0 < len(value) <= longest and value.isascii() and value.isprintable()
        return value if plain and "\\" not in value else None

    return quick_line if ascii_alone == _LINE else quick


def _quick_name(info: VRInfo) -> Quick:
    """ASCII text of one of the three groups."""
    part = "[ !-<>-\\[\\]_-~]*"  # ASCII without the delimiters "=", "^" and backslash
    fits, longest = re.compile(f"{part}(?:\\^{part}){{0,{NAME_PARTS - 1}}}").fullmatch, info.max_length

    def quick(value: Any) -> Any:
        return PersonName(value) if type(value) is str and len(value) <= longest and value and fits(value) else None

    return quick


def _quick_uid(info: VRInfo) -> Quick:
    fits, longest = _fits(info), info.max_length

    def quick(value: Any) -> Any:
        if (type(value) is UID or type(value) is str) and len(value) <= longest and fits(value):
            return value if type(value) is UID else UID(value)
        return None

    return quick


def _quick_temporal(info: VRInfo) -> Quick:
    fits, make, timed = _fits(info), _TEMPORAL[info.code], info.kind == "time"

    def quick(value: Any) -> Any:
        if type(value) is str and fits(value) and (timed or is_day(value)):
            return make(value)
        return None

    return quick


def _quick_number(info: VRInfo) -> tuple[Quick, Callable[[list[Any]], list[Any]]]:
    """For one number, and for a list of which it leaves out what is none."""
    if info.kind == "decimal" or info.format in ("f", "d"):
        largest = _LARGEST_SINGLE if info.format == "f" else sys.float_info.max
        least = -largest

        def quick(value: Any) -> Any:
            if (type(value) is float or type(value) is int) and least <= value <= largest:
                return float(value)
            return None

        def several(given: list[Any]) -> list[float]:
            return [
                float(value)
                for value in given
                if (type(value) is float or type(value) is int) and least <= value <= largest
            ]

        return quick, several
    if info.kind == "integer":
        low, high = _LEAST, _MOST
    else:
        bits = 8 * info.size
        low, high = (0, (1 << bits) - 1) if info.format.isupper() else (-(1 << bits - 1), (1 << bits - 1) - 1)

    def quick_integer(value: Any) -> Any:
        return value if type(value) is int and low <= value <= high else None

    def several_integers(given: list[Any]) -> list[int]:
        return [value for value in given if type(value) is int and low <= value <= high]

    return quick_integer, several_integers


_MAKERS: Final[dict[str, Callable[[VRInfo], Quick]]] = {
    "text": _quick_text,
    "name": _quick_name,
    "uid": _quick_uid,
    "date": _quick_temporal,
    "time": _quick_temporal,
    "datetime": _quick_temporal,
}
_NUMBERS: Final = frozenset({"decimal", "integer", "number"})


def never(value: object) -> None:
    """The quick way where there is none."""


@cache
def quick_for(vr: str, vm: str) -> Quick:
    """What makes the canonical value of what needs no further look: one plain value, or a list of some, that the VR and
    the value multiplicity allow. It gives None of all else."""
    info = VRS.get(vr)
    if info is not None and info.kind in _NUMBERS:
        one, several = _quick_number(info)
    elif info is not None and info.kind in _MAKERS:
        one = _MAKERS[info.kind](info)

        def several(given: list[Any]) -> list[Any]:
            return [made for value in given if (made := one(value)) is not None]
    else:
        return never
    if vm == "1":
        return one
    alone = one if count_fits(1, vm) else never

    def quick(value: Any) -> Any:
        if type(value) is not list:
            return alone(value)
        if len(value) < 2 or not count_fits(len(value), vm):
            return None
        made = MultiValue(several(value))
        return made if len(made) == len(value) else None

    return quick

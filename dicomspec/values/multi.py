"""Several values of one element, and how users' input becomes one value or several (PS3.5 6.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from dicomspec.errors import ValueRuleError

__all__ = ["MultiValue", "same"]

T = TypeVar("T")

NUMBERS: Final = frozenset({int, float})
"""What is certainly one value, and no text."""


class MultiValue(list[T]):
    """The values of an element that has more than one: a list, and printed as one."""

    __slots__ = ()


def same(x: object, y: object) -> bool:
    """Whether two values are equal; a NaN equals itself here, in lists too."""
    if x == y:
        return True
    if isinstance(x, list) and isinstance(y, list):
        return len(x) == len(y) and all(a == b or (a != a and b != b) for a, b in zip(x, y, strict=True))
    return x != x and y != y


def coercer(one: Callable[[object], object], empty: object, split: bool = True) -> Callable[[object], object]:
    """A function from what users give to the canonical value: ``empty``, one value or a `MultiValue`.

    Lists, tuples and arrays (anything with ``tolist``) give one value each item; with ``split``, text is taken apart at
    its backslashes.
    """

    def coerce(value: object) -> object:
        if type(value) in NUMBERS:
            return one(value)
        if value is None or (isinstance(value, str) and not value):
            return empty
        if isinstance(value, str):
            return MultiValue(map(one, value.split("\\"))) if split and "\\" in value else one(value)
        if isinstance(value, (list, tuple, range)):
            return several(value)
        tolist = getattr(value, "tolist", None)
        return coerce(tolist()) if callable(tolist) else one(value)

    def several(values: list[object] | tuple[object, ...] | range) -> object:
        if len(values) == 1:
            return empty if values[0] is None or values[0] == "" else item(values[0])
        if not values:
            return empty
        return MultiValue([one(value) if type(value) in NUMBERS else item(value) for value in values])

    def item(value: object) -> object:
        tolist = getattr(value, "tolist", None)
        if callable(tolist):
            value = tolist()
        if isinstance(value, (list, tuple)):
            raise ValueRuleError(
                f"values of an element are a flat list, not {value!r} inside one", reference="PS3.5 6.4"
            )
        if split and isinstance(value, str) and "\\" in value:
            raise ValueRuleError(
                f"a backslash stands between values and cannot be in one: {value!r}", reference="PS3.5 6.4"
            )
        return one(value)

    return coerce

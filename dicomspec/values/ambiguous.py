"""Which VR an element has whose dictionary entry leaves a choice, such as "US or SS" (PS3.5 annex A, PS3.3 C.7.6.3).

The rules are data, in `_generated.vr.AMBIGUOUS`; this executes them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Final

from dicomspec._generated.vr import AMBIGUOUS, Rule

__all__ = ["resolve"]

_COMPARE: Final[dict[str, Callable[[int, int], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def resolve(tag: int, vr: str, lookup: Callable[[int], object | None], *, encapsulated: bool, implicit: bool) -> str:
    """The VR of an element.

    Args:
        tag: the element's tag.
        vr: the VR of its dictionary entry; one that is no choice comes back as it is.
        lookup: finds the value of the attribute of a tag in the dataset of the element or, where that has none, in the
            nearest dataset around it; None if there is none.
        encapsulated: whether this element's value is a sequence of fragments.
        implicit: whether the element is to be, or was, encoded in Implicit VR Little Endian.
    """
    encoding = {"encapsulated": encapsulated, "implicit": implicit}
    for masks, rules, otherwise in AMBIGUOUS.get(vr, ()):
        if not masks or any(tag & mask == value for mask, value in masks):
            return next((rule[-1] for rule in rules if _holds(rule, lookup, encoding)), otherwise)
    return vr


def _holds(rule: Rule, lookup: Callable[[int], object | None], encoding: dict[str, bool]) -> bool:
    test, tag, index, operand, _ = rule
    if test in encoding:
        return encoding[test]
    value = lookup(tag)
    if isinstance(value, (list, tuple)):
        value = value[index] if index < len(value) else None
    return isinstance(value, int) and _COMPARE[test](value, operand)

"""What a rule is, and the table of all rules.

A rule is a generator function that yields a `Finding` for each thing that breaks it; `rule` puts it into the table with
its id, its group, how bad it is, one line of help, and the section of the standard that it stands in. Rules look at a
whole file, at each map of elements (the dataset and every item), or at each element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple, TypeVar

from dicomspec.element import DataElement
from dicomspec.validation.nodes import File, Node
from dicomspec.wire.codes import CODES

__all__ = ["GROUPS", "RULES", "Finding", "Rule", "element_rule", "file_rule", "item_rule", "named"]

SEVERITIES: Final = ("error", "warning", "info")
"""Worst first."""

GROUPS: Final = {
    "encoding": "bytes that are not as PS3.5 and PS3.10 have them",
    "meta": "file meta elements",
    "vr": "value representations against the dictionary",
    "vm": "numbers of values",
    "value": "contents of values",
    "charset": "character sets",
    "uid": "unique identifiers",
    "private": "private elements",
    "retired": "what the standard has retired",
    "iod": "attributes and modules that the IOD asks for, allows or forbids",
    "terms": "Enumerated Values and Defined Terms",
    "groups": "functional groups of multi-frame images",
    "code": "coded concepts and context groups",
    "sr": "content trees of structured reports",
    "pixel": "attributes of the image against its pixel data",
    "dicomdir": "directories of media",
    "files": "files that do not agree with each other",
}
"""What rules are about: group -> meaning."""


class Finding(NamedTuple):
    """What a rule found: where (the tag, or None for the item or file as a whole) and what."""

    tag: int | None
    message: str
    severity: str = ""
    reference: str = ""
    certain: bool = True
    offset: int | None = None
    node: Node | None = None


Found = Iterable[Finding]
FileCheck = Callable[[File], Found]
ItemCheck = Callable[[File, Node], Found]
ElementCheck = Callable[[File, Node, DataElement], Found]


class Rule(NamedTuple):
    """One rule.

    Attributes:
        id: stable name; the code of its issues.
        group: what it is about, a key of `GROUPS`.
        severity: ``"error"``, ``"warning"`` or ``"info"``; single findings may be milder.
        help: one line.
        reference: the section of the standard.
        scope: ``"file"``, ``"item"``, ``"element"``; ``"read"`` for what reading itself finds, ``"plan"`` for what the
            comparison with the IOD finds, ``"files"`` for several files.
        check: the function; None where the scope has one for all its rules.
        vrs: an element rule looks at these alone; None for all.
        answered: an element rule is not asked where this answers for it: ``"header"``, that tag and VR are those of an
            element in force; ``"count"``, that there may be so many values; ``"value"``, that they are plainly right.
        on: an item rule is asked where one of these tags is; empty for anywhere.
    """

    id: str
    group: str
    severity: str
    help: str
    reference: str
    scope: str
    check: Any = None
    vrs: frozenset[str] | None = None
    answered: str = ""
    on: frozenset[int] = frozenset()


RULES: Final[dict[str, Rule]] = {}
"""All rules by their ids."""

_READ_GROUPS: Final = {"value": "value", "charset": "charset", "meta": "meta", "meta-group-length": "meta", "vr": "vr"}


def named(id: str, group: str, severity: str, help: str, reference: str, scope: str) -> str:
    """Put a rule without a function of its own into the table; returns its id."""
    _add(Rule(id, group, severity, help, reference, scope))
    return id


def _add(rule: Rule) -> None:
    assert rule.id not in RULES, rule.id
    assert rule.group in GROUPS, rule.group
    assert rule.severity in SEVERITIES, rule.severity
    RULES[rule.id] = rule


CheckT = TypeVar("CheckT", bound=Callable[..., Found])


def _decorator(scope: str, *facts: str, **more: Any) -> Callable[[CheckT], CheckT]:
    def add(check: CheckT) -> CheckT:
        name, group, severity, text, reference = facts
        _add(Rule(name, group, severity, text, reference, scope, check, **more))
        return check

    return add


def file_rule(id: str, group: str, severity: str, help: str, reference: str) -> Callable[[CheckT], CheckT]:
    """A rule about the file: ``check(file)``."""
    return _decorator("file", id, group, severity, help, reference)


def item_rule(
    id: str, group: str, severity: str, help: str, reference: str, on: Iterable[int] = ()
) -> Callable[[CheckT], CheckT]:
    """A rule about the dataset and each item: ``check(file, node)``; ``on``: those with one of these tags alone."""
    return _decorator("item", id, group, severity, help, reference, on=frozenset(on))


def element_rule(
    id: str,
    group: str,
    severity: str,
    help: str,
    reference: str,
    vrs: Iterable[str] | None = None,
    answered: str = "",
) -> Callable[[CheckT], CheckT]:
    """A rule about each element: ``check(file, node, element)``; ``vrs``, ``answered``: of `Rule`."""
    facts = (id, group, severity, help, reference)
    return _decorator("element", *facts, vrs=None if vrs is None else frozenset(vrs), answered=answered)


def chosen(only: Iterable[str], ignore: Iterable[str]) -> Iterator[Rule]:
    """The rules that are in one of the groups, or have one of the ids, of ``only`` and not of ``ignore``.

    Raises:
        ValueError: a name is neither a group nor a rule.
    """
    wanted, left_out = set(only), set(ignore)
    for name in sorted(wanted | left_out):
        if name not in GROUPS and name not in RULES:
            raise ValueError(f"{name!r} is no rule and no group of rules; groups are {', '.join(GROUPS)}")
    for rule in RULES.values():
        names = {rule.id, rule.group}
        if (not wanted or names & wanted) and not names & left_out:
            yield rule


for _code, _meaning in CODES.items():
    _add(Rule(_code, _READ_GROUPS.get(_code, "encoding"), "error", _meaning, "PS3.5 7, PS3.10 7", "read"))

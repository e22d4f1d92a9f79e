"""Values against Enumerated Values and Defined Terms, codes against context groups (PS3.3 7.4, PS3.16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dicomspec.element import DataElement
from dicomspec.errors import EditionError
from dicomspec.iods import NONE, ValueList, plain
from dicomspec.validation.condition_tests import CODE_VALUES
from dicomspec.validation.conditions import evaluate
from dicomspec.validation.nodes import File, Node
from dicomspec.validation.plan import Demand
from dicomspec.validation.rule import Finding, item_rule, named

__all__ = ["codes", "terms"]

ENUMERATED: Final = named(
    "enumerated-value", "terms", "error", "a value that is none of the Enumerated Values", "PS3.5 6.3", "plan"
)
TERM: Final = named(
    "defined-term", "terms", "warning", "a value that is none of the Defined Terms", "PS3.5 6.3", "plan"
)
CODE: Final = named("code-outside", "code", "error", "a code outside its defined context group", "PS3.16 6", "plan")

Found = Iterator["tuple[str, Finding]"]
SHOWN: Final = 6

SCHEME, VALUE, MEANING = 0x00080102, 0x00080100, 0x00080104
OLD_SCHEMES: Final = ("SRT", "SNM3", "99SDM")
"""Earlier designators of SNOMED (PS3.16 8): their codes are not those of the context groups."""


def terms(file: File, node: Node, element: DataElement, demands: list[Demand]) -> Found:
    """Values that are in none of the lists.

    A list of another edition than its module was read from prose, and the term that stands in the sentence before it
    may be lost.
    """
    if element.is_empty:
        return
    value = element.value
    values = list(value) if isinstance(value, list) else [value]
    if all(_has_all(each, values) for demand in demands for each in demand.attribute.values):
        return
    allowed: dict[int, set[str]] = {}
    sections: dict[int, str] = {}
    loose: set[int] = set()
    for demand in demands:
        enumerated: dict[int, set[str]] = {}
        for each in _holding(file, node, demand.attribute.values):
            target = enumerated if each.enumerated else allowed
            target.setdefault(each.position, set()).update(plain(term, element.VR) for term in each.values)
            sections[each.position] = demand.attribute.see or demand.section
            if each.edition:
                loose.add(each.position)
        for position, known in enumerated.items():
            for number, text in _at(values, position, element.VR):
                if text not in known:
                    message = f"{text!r}{_place(number, values)}; the Enumerated Values are {_some(known)}"
                    mild = "info" if position in loose and text == NONE else ""
                    yield ENUMERATED, Finding(element._tag, message, mild, f"PS3.3 {sections[position]}", not mild)
                    return
    for position, known in allowed.items():
        if known == {NONE}:
            continue  # what else there may be is nowhere defined
        for number, text in _at(values, position, element.VR):
            if text not in known and not _elsewhere(demands, text):
                message = f"{text!r}{_place(number, values)}; the Defined Terms are {_some(known)}"
                yield TERM, Finding(element._tag, message, "", f"PS3.3 {sections[position]}")
                return


def _has_all(each: ValueList, values: list[Any]) -> bool:
    """Whether a list has the values, written as they are: it may hold or not, then."""
    if each.position:
        values = values[each.position - 1 : each.position]
    return all(str(value) in each.values for value in values)


def _holding(file: File, node: Node, lists: tuple[ValueList, ...]) -> Iterator[ValueList]:
    """The lists that hold here; where one is left open, none for its position does."""
    open_positions = set()
    sure = []
    for each in lists:
        holds = True if each.condition is None else evaluate(each.condition.when, file, node)
        if holds is None:
            open_positions.add(each.position)
        elif holds:
            sure.append(each)
    return (each for each in sure if each.position not in open_positions)


def _at(values: list[Any], position: int, vr: str) -> Iterator[tuple[int, str]]:
    for number, value in enumerate(values, 1):
        if position in (0, number) and value is not None and not isinstance(value, bytes):
            text = plain(value, vr)
            if text:
                yield number, text


def _elsewhere(demands: list[Demand], text: str) -> bool:
    """Whether a list that only holds now and then has the value."""
    return any(text in each.values for demand in demands for each in demand.attribute.values)


def _place(number: int, values: list[Any]) -> str:
    return f" as value {number}" if len(values) > 1 else ""


def _some(known: set[str]) -> str:
    texts = sorted(known)
    more = f" and {len(texts) - SHOWN} others" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more


# --- codes ----------------------------------------------------------------------------------------------------------


def codes(file: File, node: Node, element: DataElement, groups: list[tuple[str, str]]) -> Found:
    """Codes that are in none of the defined context groups of their sequence."""
    numbers = [number for kind, number in groups if kind == "dcid"]
    if not numbers or len(numbers) < len(groups):
        return  # a baseline group is a suggestion
    try:
        known = frozenset().union(*(file.edition.codes_of(number) for number in numbers))
        wholes = [file.edition.context_group(number) for number in numbers]
    except EditionError:
        return
    if not known:
        return
    extensible = any(group.extensible is not False for group in wholes)
    for item in node.children(element._tag):
        scheme, value = item.value(SCHEME), item.value(VALUE)
        if not isinstance(scheme, str) or not isinstance(value, str) or (scheme, value) in known:
            continue
        if scheme in OLD_SCHEMES or (extensible and scheme.startswith("99")):
            continue
        which = " and ".join(f"CID {group.cid} {group.name}" for group in wholes)
        if extensible:
            message = f"({value}, {scheme}) is not in {which}; it may be extended, but look whether a code of it fits"
        else:
            message = f"({value}, {scheme}) is not in {which}, which may not be extended: take a code of it"
        yield CODE, Finding(VALUE, message, "warning" if extensible else "", "PS3.16 B", node=item)


@item_rule("code-unknown", "code", "warning", "a DCM code that the standard does not define", "PS3.16 D", [SCHEME])
def code_unknown(file: File, node: Node) -> Iterator[Finding]:
    if SCHEME not in node.body._complete() or node.value(SCHEME) != "DCM":
        return
    value = node.value(VALUE)
    meanings = file.edition.table("codes")["MEANINGS"].get("DCM", {})
    if isinstance(value, str) and value not in meanings:
        yield Finding(VALUE, f"DCM defines no code {value}")


@item_rule("code-meaning", "code", "error", "a code without scheme, value or meaning", "PS3.3 8.8")
def code_meaning(file: File, node: Node) -> Iterator[Finding]:
    slots = node.body._complete()
    if not node.tag:
        return
    if node.plan is None:
        if VALUE in slots:
            for tag in (SCHEME, MEANING):
                if not node.value(tag):
                    yield Finding(tag, "missing or empty; a code is told by value, scheme and meaning")
    elif not any(node.value(tag) for tag in CODE_VALUES) and _is_code(node):
        yield Finding(VALUE, "missing or empty, and no Long Code Value or URN Code Value: one of them tells the code")


def _is_code(node: Node) -> bool:
    """Whether an item is a code that its sequence has to have."""
    return any(demand.attribute.type == "1" for demand in node.plan.known(MEANING)) and bool(node.plan.known(VALUE))

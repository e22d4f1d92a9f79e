"""Numbers that the standard ties to other attributes, as ``rules/relations.yaml`` has them (PS3.3 Annex C)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from dicomspec._generated.relations import RELATIONS
from dicomspec.validation.conditions import evaluate
from dicomspec.validation.nodes import File, Node, listed
from dicomspec.validation.rule import Finding, item_rule

__all__: list[str] = []

FRAMES: Final = 0x00280008
SHOWN: Final = 4


class Relation(NamedTuple):
    """One relation; the fields are those of ``codegen/model/relations.py``, with tags."""

    kind: str
    tag: int
    others: tuple[int, ...]
    number: int
    plus: int
    within: int
    when: str
    section: str


BY_TAG: Final[dict[str, dict[int, list[Relation]]]] = {}
"""Kind -> tag -> relations."""

for _row in RELATIONS:
    BY_TAG.setdefault(_row[0], {}).setdefault(_row[1], []).append(Relation(*_row))


def _of(kind: str, file: File, node: Node) -> Iterator[Relation]:
    """The relations of a kind that a map of elements has to keep."""
    slots = node.body._complete()
    for tag, relations in BY_TAG[kind].items():
        if tag in slots:
            for relation in relations:
                if not relation.when or evaluate(relation.when, file, node):
                    yield relation


def _name(file: File, tag: int) -> str:
    return file.edition.keyword(tag) or f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _size(node: Node, tag: int) -> int | None:
    """How many items or values there are; None if it is not there."""
    element = node.body._element(tag)
    if element is None or element.is_empty:
        return None
    if element.VR == "SQ":
        return len(element.value)
    if element.VR in ("OB", "OW", "OF", "OD", "OL", "OV"):
        size = {"OB": 1, "OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}[element.VR]
        return len(element.value) // size
    return element.VM


@item_rule(
    "count", "iod", "error", "a number that is not that of the items or values it counts", "PS3.3 C", BY_TAG["count"]
)
def count(file: File, node: Node) -> Iterator[Finding]:
    for relation in _of("count", file, node):
        said = node.number(relation.tag)
        if said is None or said <= 0:
            continue
        for other in relation.others:
            there = _size(node, other)
            wanted = int(said) * relation.number + relation.plus
            if there is not None and there != wanted:
                how = "" if wanted == said else f" ({wanted} values)"
                message = f"{said}{how}, but {_name(file, other)} has {there}: one of them is wrong"
                yield Finding(relation.tag, message, "", f"PS3.3 {relation.section}")


@item_rule(
    "multiple", "iod", "error", "a number of values that does not make whole groups", "PS3.3 C", BY_TAG["multiple"]
)
def multiple(file: File, node: Node) -> Iterator[Finding]:
    for relation in _of("multiple", file, node):
        there = _size(node, relation.tag)
        if there is not None and there % relation.number:
            message = f"{there} values; they come in groups of {relation.number}"
            yield Finding(relation.tag, message, "", f"PS3.3 {relation.section}")


@item_rule(
    "frame-vector",
    "pixel",
    "error",
    "an index vector that does not go with the frames",
    "PS3.3 C.8.4.8",
    BY_TAG["vector"],
)
def frame_vector(file: File, node: Node) -> Iterator[Finding]:
    for relation in _of("vector", file, node):
        values = [value for value in listed(node.value(relation.tag)) if isinstance(value, int)]
        frames = node.number(FRAMES)
        section = f"PS3.3 {relation.section}"
        if values and frames is not None and len(values) != frames:
            message = f"{len(values)} values for {frames} frames; each frame has one"
            yield Finding(relation.tag, message, "", section)
        most = node.number(relation.others[0]) if relation.others else None
        if values and min(values) < 1:
            yield Finding(relation.tag, f"{min(values)}; indices are counted from 1", "", section)
        elif values and most is not None and max(values) > most:
            message = f"{max(values)}, but {_name(file, relation.others[0])} is {most}"
            yield Finding(relation.tag, message, "", section)
        elif values and most is not None and max(values) < most:
            message = f"{most}, but {_name(file, relation.tag)} goes up to {max(values)} only"
            yield Finding(relation.others[0], message, "", section)


def _siblings(file: File, kind: str, node: Node) -> Iterator[tuple[Relation, list[tuple[Node, Any]]]]:
    """Asked at the first item of a sequence: its relations, with the values of all items."""
    if node.parent is None or node.index:
        return
    for tag, relations in BY_TAG[kind].items():
        for relation in relations:
            if relation.others and node.tag not in relation.others:
                continue
            items = [(item, item.value(tag)) for item in node.parent.children(node.tag)]
            if any(value is not None for _, value in items) and (
                not relation.when or evaluate(relation.when, file, node)
            ):
                yield relation, items


@item_rule(
    "running-number", "iod", "error", "items that are not numbered one after the other", "PS3.3 C", BY_TAG["running"]
)
def running_number(file: File, node: Node) -> Iterator[Finding]:
    for relation, items in _siblings(file, "running", node):
        for place, (item, value) in enumerate(items, relation.number):
            if isinstance(value, (int, float)) and value != place:
                message = f"{value}; items are numbered from {relation.number} on, this is number {place}"
                yield Finding(relation.tag, message, "", f"PS3.3 {relation.section}", node=item)
                break


@item_rule("unique-number", "iod", "error", "two items with one number", "PS3.3 C", BY_TAG["unique"])
def unique_number(file: File, node: Node) -> Iterator[Finding]:
    for relation, items in _siblings(file, "unique", node):
        seen: dict[Any, int] = {}
        for place, (item, value) in enumerate(items):
            if isinstance(value, (str, int, float)) and value in seen:
                message = f"{value}; item {seen[value]} of the sequence has it too: each has one of its own"
                yield Finding(relation.tag, message, "", f"PS3.3 {relation.section}", node=item)
            elif isinstance(value, (str, int, float)):
                seen[value] = place


@item_rule("reference-number", "iod", "error", "a reference to an item that is not there", "PS3.3 C", BY_TAG["refers"])
def reference_number(file: File, node: Node) -> Iterator[Finding]:
    for relation in _of("refers", file, node):
        sequence, key = relation.others
        if relation.within and not any(here.tag == relation.within for here in node.up()):
            continue
        holder = next((here for here in node.up() if sequence in here.body._complete()), None)
        if holder is None or node.tag == sequence:
            continue
        known = _known(file, holder, sequence, key)
        for value in listed(node.value(relation.tag)):
            if known and value not in known:
                there = ", ".join(map(str, sorted(known, key=str)[:SHOWN])) + (", ..." if len(known) > SHOWN else "")
                message = f"{value}; {_name(file, sequence)} has no such {_name(file, key)}, but {there}"
                yield Finding(relation.tag, message, "", f"PS3.3 {relation.section}")
                break


def _known(file: File, holder: Node, sequence: int, key: int) -> frozenset[Any]:
    """The values of an attribute in the items of a sequence."""
    place = ("known", id(holder.body), sequence, key)
    if place not in file.known:
        values = (value for item in holder.children(sequence) for value in listed(item.value(key)))
        file.known[place] = (holder.body, frozenset(value for value in values if isinstance(value, (str, int, float))))
    found: frozenset[Any] = file.known[place][1]
    return found


LEAST: Final[dict[str, tuple[Callable[[float, float], bool], str]]] = {
    "least": (lambda value, limit: value >= limit, "{} at least"),
    "above": (lambda value, limit: value > limit, "greater than {}"),
}


@item_rule(
    "least-number",
    "value",
    "error",
    "a number that is too small",
    "PS3.3 C",
    [*BY_TAG["least"], *BY_TAG["above"]],
)
def least_number(file: File, node: Node) -> Iterator[Finding]:
    for kind, (fits, words) in LEAST.items():
        for relation in _of(kind, file, node):
            for value in listed(node.value(relation.tag)):
                if isinstance(value, (int, float)) and not fits(value, relation.number):
                    message = f"{value:g}; it is {words.format(relation.number)}"
                    yield Finding(relation.tag, message, "", f"PS3.3 {relation.section}")
                    break

"""Content trees of structured reports (PS3.3 C.17.3, A.35)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dicomspec.validation.nodes import File, Node
from dicomspec.validation.rule import Finding, file_rule, item_rule

__all__: list[str] = []

CONTENT: Final = 0x0040A730
VALUE_TYPE, RELATIONSHIP, CONCEPT = 0x0040A040, 0x0040A010, 0x0040A043
REFERENCED_ITEM: Final = 0x0040DB73
SOP_CLASS: Final = 0x00081150
INSTANCE, REFERENCED_SOP, REFERENCED_SERIES = 0x00081155, 0x00081199, 0x00081115
EVIDENCE: Final = (0x0040A375, 0x0040A385)

VALUES: Final = {
    "TEXT": 0x0040A160,
    "NUM": 0x0040A300,
    "CODE": 0x0040A168,
    "DATE": 0x0040A121,
    "TIME": 0x0040A122,
    "DATETIME": 0x0040A120,
    "UIDREF": 0x0040A124,
    "PNAME": 0x0040A123,
    "COMPOSITE": REFERENCED_SOP,
    "IMAGE": REFERENCED_SOP,
    "WAVEFORM": REFERENCED_SOP,
    "SCOORD": 0x00700023,
    "SCOORD3D": 0x00700023,
    "TCOORD": 0x0040A130,
    "CONTAINER": 0x0040A050,
}
"""Value Type -> the attribute that holds the value (tables C.17.3-7, C.18)."""

NAMED: Final = frozenset(["TEXT", "NUM", "CODE", "DATE", "TIME", "DATETIME", "UIDREF", "PNAME"])
"""Value types whose content items have a concept name."""

SOURCES: Final = {
    "CONTAINS": frozenset(["CONTAINER"]),
    "HAS ACQ CONTEXT": frozenset(["CONTAINER", "IMAGE", "WAVEFORM", "COMPOSITE", "NUM"]),
    "INFERRED FROM": frozenset(["TEXT", "CODE", "NUM"]),
    "SELECTED FROM": frozenset(["SCOORD", "TCOORD"]),
}
"""Relationship Type -> value types of the item that it may start from, where all tables of A.35 restrict it."""

TARGETS: Final = {"SELECTED FROM": frozenset(["IMAGE", "SCOORD", "WAVEFORM", "TCOORD"])}


def is_item(node: Node) -> bool:
    """Whether a map is a content item: of a content sequence, or the root of a document."""
    return node.tag == CONTENT or (node.parent is None and VALUE_TYPE in node.body._complete())


@item_rule(
    "sr-value",
    "sr",
    "error",
    "a content item without the value of its type, or without its name",
    "PS3.3 C.17.3.2",
    [VALUE_TYPE],
)
def sr_value(file: File, node: Node) -> Iterator[Finding]:
    if not is_item(node):
        return
    kind = node.value(VALUE_TYPE)
    if not isinstance(kind, str) or node.plan is not None:
        return  # the IOD asks for it
    slots = node.body._complete()
    tag = VALUES.get(kind)
    if tag is not None and tag not in slots:
        yield Finding(tag, f"missing; a content item of type {kind} has it")
    if kind in NAMED and CONCEPT not in slots:
        yield Finding(CONCEPT, f"missing; a content item of type {kind} has a concept name")


@item_rule(
    "sr-relationship", "sr", "error", "a relationship that its content items do not allow", "PS3.3 A.35", [RELATIONSHIP]
)
def sr_relationship(file: File, node: Node) -> Iterator[Finding]:
    if node.tag != CONTENT or node.parent is None or not is_item(node.parent):
        return
    relationship, kind, above = node.value(RELATIONSHIP), node.value(VALUE_TYPE), node.parent.value(VALUE_TYPE)
    if not isinstance(relationship, str):
        return
    sources, targets = SOURCES.get(relationship), TARGETS.get(relationship)
    if sources is not None and isinstance(above, str) and above not in sources:
        yield Finding(RELATIONSHIP, f"{relationship} from {above}; it starts from {', '.join(sorted(sources))}")
    elif targets is not None and isinstance(kind, str) and kind not in targets:
        yield Finding(RELATIONSHIP, f"{relationship} to {kind}; it leads to {', '.join(sorted(targets))}")


COORDINATES: Final = frozenset(["SCOORD", "TCOORD"])


@item_rule(
    "sr-coordinates",
    "sr",
    "error",
    "coordinates that are selected from nothing",
    "PS3.3 C.18.6",
    [VALUE_TYPE],
)
def sr_coordinates(file: File, node: Node) -> Iterator[Finding]:
    kind = node.value(VALUE_TYPE)
    if node.tag != CONTENT or not isinstance(kind, str) or kind not in COORDINATES:
        return
    if not any(child.value(RELATIONSHIP) == "SELECTED FROM" for child in node.children(CONTENT)):
        message = f"no content item that the {kind} is SELECTED FROM: say what its coordinates are of"
        yield Finding(CONTENT, message)


@item_rule(
    "sr-reference",
    "sr",
    "error",
    "a reference to a content item that is not there",
    "PS3.3 C.17.3.2.5",
    [REFERENCED_ITEM],
)
def sr_reference(file: File, node: Node) -> Iterator[Finding]:
    if node.tag != CONTENT or REFERENCED_ITEM not in node.body._complete():
        return
    value = node.value(REFERENCED_ITEM)
    steps = [step for step in (value if isinstance(value, list) else [value]) if isinstance(step, int)]
    here: Node | None = node.root
    for step in steps[1:]:
        here = None if here is None else next((c for c in here.children(CONTENT) if c.index == step - 1), None)
    if here is None or not steps or steps[0] != 1:
        where = ".".join(map(str, steps)) or "nothing"
        yield Finding(REFERENCED_ITEM, f"there is no content item {where}")


@file_rule("sr-evidence", "sr", "error", "a referenced instance that is not among the evidence", "PS3.3 C.17.2.3")
def sr_evidence(file: File) -> Iterator[Finding]:
    if CONTENT not in file.top.body._complete() or "sr-document-general" not in file.known.get("modules", ()):
        return
    evidence = dict(_evidence(file.top))
    stack = list(file.top.children(CONTENT))
    while stack:
        node = stack.pop()
        for reference in node.children(REFERENCED_SOP):
            uid = reference.value(INSTANCE)
            if isinstance(uid, str) and uid and uid not in evidence:
                message = f"{uid} is in neither Current Requested Procedure nor Pertinent Other Evidence Sequence"
                yield Finding(INSTANCE, message, node=reference)
            elif isinstance(uid, str) and uid and reference.value(SOP_CLASS) != evidence[uid]:
                message = f"{reference.value(SOP_CLASS)}; the evidence has {uid} as {evidence[uid]}"
                yield Finding(SOP_CLASS, message, node=reference)
        stack.extend(node.children(CONTENT))


def _evidence(top: Node) -> Iterator[tuple[str, str]]:
    """Instances and their SOP classes."""
    for tag in EVIDENCE:
        for study in top.children(tag):
            for series in study.children(REFERENCED_SERIES):
                for reference in series.children(REFERENCED_SOP):
                    yield str(reference.value(INSTANCE) or ""), str(reference.value(SOP_CLASS) or "")


# --- references -----------------------------------------------------------------------------------------------------

SOURCES_OF_IMAGES: Final = (0x00082112, 0x00081140)
"""Source Image Sequence, Referenced Image Sequence."""

OTHER_STUDIES: Final = 0x00081200
SHARED, PER_FRAME = 0x52009229, 0x52009230


@file_rule("common-reference", "iod", "error", "references to instances that are nowhere listed", "PS3.3 C.12.2")
def common_reference(file: File) -> Iterator[Finding]:
    if file.known.get("modules", {}).get("common-instance-reference") is not True:
        return
    slots = file.top.body._complete()
    if REFERENCED_SERIES in slots or OTHER_STUDIES in slots:
        return
    frames = [file.top, *file.top.children(SHARED), *file.top.children(PER_FRAME)]
    if any(_refers(node, 3) for node in frames):
        message = (
            "missing, and Studies Containing Other Referenced Instances too: list the instances that are referred to"
        )
        yield Finding(REFERENCED_SERIES, message)


def _refers(node: Node, depth: int) -> bool:
    """Whether an image is referred to in a map, or in the items of its sequences."""
    if any(tag in node.body._complete() and any(node.children(tag)) for tag in SOURCES_OF_IMAGES):
        return True
    skipped = (SHARED, PER_FRAME)
    return depth > 0 and any(
        _refers(item, depth - 1)
        for element in node.body
        if element.VR == "SQ" and element._tag not in skipped
        for item in node.children(element._tag)
    )

"""A dataset against its IOD: what must be there, what must not, value lists, numbers of items (PS3.3, PS3.5 7.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from dicomspec.element import DataElement
from dicomspec.iods import Attribute, Use
from dicomspec.tag import PRIVATE
from dicomspec.validation.conditions import evaluate
from dicomspec.validation.nodes import PER_FRAME, File, Node
from dicomspec.validation.plan import SHARED, Demand, Guard, Plan, Said, plan_of
from dicomspec.validation.rule import Finding, named
from dicomspec.validation.terms import codes, terms
from dicomspec.values.checks import count_fits

__all__ = ["check", "prepare"]

MISSING: Final = named("attribute-missing", "iod", "error", "a required attribute is missing", "PS3.5 7.4", "plan")
EMPTY: Final = named("attribute-empty", "iod", "error", "a Type 1 attribute without a value", "PS3.5 7.4.1", "plan")
FORBIDDEN: Final = named(
    "attribute-forbidden", "iod", "error", "an attribute whose condition is false", "PS3.5 7.4.2", "plan"
)
UNEXPECTED: Final = named(
    "attribute-unexpected", "iod", "warning", "an attribute that the IOD does not have", "PS3.4 6.2", "plan"
)
UNKNOWN: Final = named(
    "condition-unknown", "iod", "info", "a condition that the dataset cannot decide", "PS3.5 7.4.2", "plan"
)
MODULE: Final = named("module-forbidden", "iod", "error", "a module whose condition is false", "PS3.3 A.1.3", "plan")
ITEMS: Final = named("item-count", "iod", "error", "a sequence with too few or too many items", "PS3.5 7.5", "plan")
NO_ITEMS: Final = named("sequence-empty", "iod", "warning", "an optional sequence without items", "PS3.5 7.4.5", "plan")
COUNT: Final = named(
    "value-count", "vm", "error", "a number of values that the IOD does not allow", "PS3.3 C.7.6.1.1.2", "plan"
)
GROUP_MISSING: Final = named(
    "group-missing", "groups", "error", "a functional group that frames lack", "PS3.3 C.7.6.16", "plan"
)
GROUP_TWICE: Final = named(
    "group-twice",
    "groups",
    "error",
    "a functional group both shared and of single frames",
    "PS3.3 C.7.6.16.1.1",
    "plan",
)
GROUP_FRAMES: Final = named(
    "group-frames", "groups", "error", "another number of per-frame items than frames", "PS3.3 C.7.6.16.1.2", "plan"
)

Found = Iterator["tuple[str, Finding]"]
FIRST: Final = 0x00080000
"""Tags below are of commands, file meta elements and media directories."""

ANYWHERE: Final = (0x0004, 0xFFFA, 0xFFFC)
"""Groups of directories, digital signatures and padding, which may stand in any dataset."""

DIRECTORY_RECORDS: Final = 0x00041220
FRAMES: Final = 0x00280008
SHOWN: Final = 160
"""Characters of a condition that a message shows."""


class Verdict(NamedTuple):
    """What the demands on an attribute come to: its type, or ``"forbidden"``, ``"unknown"``; and whose word it is."""

    type: str
    demand: Demand


def prepare(file: File) -> Plan | None:
    """The plan for a file; None if its SOP class has no IOD."""
    iods = file.edition.sop_class(file.sop_class or (file.meta_class if file.is_directory else ""))
    if not iods:
        return None
    plan = plan_of(file.edition, iods[0])
    file.known["modules"] = modules_in(file, plan)
    return plan


def modules_in(file: File, plan: Plan) -> dict[str, bool | None]:
    """The modules that the dataset uses: True; those that it must not use, but does: False.

    With them the functional groups that its frames must have.
    """
    slots = file.top.body._complete()
    groups = plan.groups.uses if plan.groups is not None else ()
    found: dict[str, bool | None] = {use.id: True for use in groups if use.use == "M"}
    for use in plan.uses:
        found.pop(use.id, None)  # some groups are called like a module
    for use in plan.uses:
        holds = evaluate(use.condition.when, file, file.top) if use.condition is not None else None
        if use.use == "M" or (use.use == "C" and holds):
            found[use.id] = True
        elif any(tag in slots for tag in plan.telling(use.id)):
            forbidden = use.use == "C" and holds is False and use.condition is not None and not use.condition.otherwise
            found[use.id] = not forbidden
    return found


def check(file: File, node: Node) -> Found:
    """What is wrong with the dataset or an item, given its plan."""
    plan: Plan = node.plan
    slots = node.body._complete()
    if node is file.top:
        yield from _frames(file, plan)
    if plan.groups is None and node.tag in (SHARED, PER_FRAME):
        yield from _present(file, node, plan, only_there=True)
    else:
        yield from _present(file, node, plan)
    if not plan.open:
        known = plan.demands
        for tag in slots:
            if tag not in known and not tag & PRIVATE and tag >= FIRST and tag & 0xFFFF and not plan.known(tag):
                yield from _unexpected(file, node, tag)


def _unexpected(file: File, node: Node, tag: int) -> Found:
    row = file.edition.find(tag)
    if row is None or tag >> 16 in ANYWHERE or node.tag == DIRECTORY_RECORDS:
        return
    where = "the IOD" if node is file.top else "this sequence"
    message = f"{where} does not have it: a Standard Extended SOP Class may, receivers need not understand it"
    yield UNEXPECTED, Finding(tag, message)


def _present(file: File, node: Node, plan: Plan, only_there: bool = False) -> Found:
    slots = node.body._complete()
    modules: dict[str, bool | None] | None = file.known["modules"] if node is file.top else None
    level = plan.level(None if modules is None else frozenset(name for name, used in modules.items() if used))
    for tag, said in () if only_there else level.wanted:
        if tag not in slots:
            verdict = _verdict(file, node, said.demands)
            if verdict.type not in ("3", "", "forbidden"):
                yield from _judge(file, node, tag, verdict, False)
    free = level.free
    for tag in slots:
        if tag in free:
            continue
        if (said_of := level.known(tag)) is not None:
            yield from _there(file, node, tag, said_of)
        elif modules is not None and (others := plan.known(tag)):
            yield from _of_unused(tag, others, modules)


def _of_unused(tag: int, demands: list[Demand], modules: dict[str, bool | None]) -> Found:
    """An attribute that is there, of modules that the dataset does not use."""
    module, section = demands[0].module, f"PS3.3 {demands[0].section}"
    if all(modules.get(demand.module) is False for demand in demands):
        yield MODULE, Finding(tag, f"the condition of the module {module} is false: leave it out", "", section)
    elif not any(modules.get(demand.module) is False for demand in demands):
        message = f"of the module {module}, which is not used: attributes that it requires are missing"
        yield UNEXPECTED, Finding(tag, message, "", section)


def _there(file: File, node: Node, tag: int, said: Said) -> Found:
    """An attribute that is there, against all that is said of it."""
    element = node.body._element(tag)
    if element is None:
        return
    if said.conditional or element.is_empty:
        verdict = _verdict(file, node, said.demands)
        yield from _judge(file, node, tag, verdict, True)
        if element.is_empty and verdict.type in ("2", "3", "unknown"):
            yield from _empty(file, node, tag, said.demands)
        if element.is_empty and element.VR == "SQ" and all(d.attribute.type == "3" for d in said.demands):
            yield NO_ITEMS, Finding(tag, f"no items, which says nothing; {verdict.demand.source} lets it be left out")
    yield from _contents(file, node, element, said)


def _empty(file: File, node: Node, tag: int, demands: list[Demand]) -> Found:
    """Type 1C: whatever its condition comes to, it has a value if it is there; also if another module has Type 2."""
    kinds = [
        (_kind(file, node, demand), demand)
        for demand in demands
        if demand.attribute.type == "1C" and all(_holds_there(file, node, guard) for guard in demand.guards)
    ]
    for kind, demand in sorted(kinds, key=lambda each: each[0] != "unknown"):
        if kind in ("unknown", "3"):
            message = f"empty; {demand.source} has it as Type 1C: put a value in, or leave it out"
            severity = "error" if kind == "unknown" else "warning"
            yield EMPTY, Finding(tag, message, severity, f"PS3.3 {demand.section}")
            return


_STRENGTH: Final = {"1": 6, "2": 5, "unknown": 3, "3": 2, "": 2, "forbidden": 1, "elsewhere": 0}
_UTMOST: Final = {"1": 6, "1C": 6, "2": 5, "2C": 5, "3": 2, "": 2}
"""Type -> the strength that it can come to."""


def _verdict(file: File, node: Node, demands: list[Demand]) -> Verdict:
    """The strongest of the demands; what cannot be stronger than one before is not looked at."""
    best, kind = demands[0], ""
    strength = 0
    for demand in demands:
        if _UTMOST[demand.attribute.type] > strength:
            found = _kind(file, node, demand)
            if _STRENGTH[found] > strength:
                best, kind, strength = demand, found, _STRENGTH[found]
    return Verdict(kind, best)


def _kind(file: File, node: Node, demand: Demand) -> str:
    kind = demand.attribute.type
    if not demand.guards:
        return _conditional(file, node, demand.attribute, kind[0]) if kind in ("1C", "2C") else kind
    sure = True
    for guard in demand.guards:
        holds = _holds_there(file, node, guard)
        if holds is False:
            return "elsewhere" if guard.up else "3" if guard.otherwise else "forbidden"
        sure = sure and holds is True
    if kind in ("1C", "2C"):
        kind = _conditional(file, node, demand.attribute, kind[0])
    return kind if sure or kind not in ("1", "2", "forbidden") else "3"


def _holds_there(file: File, node: Node, guard: Guard) -> bool | None:
    """Whether the condition of an include holds, at the level where that stands."""
    here: Node | None = node
    for _ in range(guard.up):
        here = None if here is None else here.parent
    return None if here is None else evaluate(guard.when, file, here)


def _conditional(file: File, node: Node, attribute: Attribute, kind: str) -> str:
    """What a conditional type comes to."""
    condition, keyword = attribute.condition, attribute.keyword
    holds = None if condition is None else evaluate(condition.when, file, node, keyword)
    if holds is None or condition is None:
        return "unknown"
    if holds:
        return kind
    if condition.otherwise in ("may", "?"):
        return "3"
    if condition.otherwise:
        allowed = evaluate(condition.otherwise, file, node, keyword)
        return "forbidden" if allowed is False else "3"
    return "forbidden"


def _judge(file: File, node: Node, tag: int, verdict: Verdict, there: bool) -> Found:
    kind, demand = verdict
    reference = f"PS3.3 {demand.section}" if demand.section else "PS3.3"
    said, condition = demand.attribute.type, demand.attribute.condition
    when = f", as {_brief(condition.when)}" if condition is not None and condition.when != "?" else ""
    if kind in ("1", "2") and not there:
        put = "put it in with its value" if kind == "1" else "put it in, empty if the value is not known"
        yield MISSING, Finding(tag, f"missing; {demand.source} requires it (Type {said}{when}): {put}", "", reference)
    elif kind == "1":
        element = node.body._element(tag)
        if element is not None and element.is_empty:
            yield EMPTY, Finding(tag, f"empty; {demand.source} requires a value (Type {said}{when})", "", reference)
    elif kind == "forbidden" and there:
        why = f"it is not so that {_brief(condition.when)}" if condition is not None else "its macro does not apply"
        yield FORBIDDEN, Finding(tag, f"the condition of {demand.source} is false ({why}): leave it out", "", reference)
    elif kind == "unknown" and not there and ("unknown", tag, node.tag) not in file.known:
        file.known["unknown", tag, node.tag] = True
        message = f"not there; whether {demand.source} requires it (Type {said}) the dataset cannot tell"
        yield UNKNOWN, Finding(tag, message, "", reference, certain=False)


def _brief(expression: str) -> str:
    """A condition as a message shows it."""
    return expression if len(expression) <= SHOWN else expression[:SHOWN].rpartition(" ")[0] + " ..."


def _contents(file: File, node: Node, element: DataElement, said: Said) -> Found:
    demands, groups = said.demands, said.groups
    if said.guarded:
        demands = [demand for demand in demands if all(_holds_there(file, node, guard) for guard in demand.guards)]
        groups = [group for demand in demands for group in demand.groups]
    if element.VR == "SQ":
        yield from _items(node, element, demands)
        if groups:
            yield from codes(file, node, element, groups)
        return
    if said.counted:
        yield from _count(element, demands)
    if said.listed:
        yield from terms(file, node, element, demands)


def _count(element: DataElement, demands: list[Demand]) -> Found:
    """Numbers of values that modules ask for."""
    for demand in demands:
        wanted = demand.attribute.vm
        if wanted and not element.is_empty and not count_fits(element.VM, wanted):
            many = "1 value" if element.VM == 1 else f"{element.VM} values"
            message = f"{many}; {demand.source} asks for {wanted}"
            yield COUNT, Finding(element._tag, message, "", f"PS3.3 {demand.attribute.see or demand.section}")


def _items(node: Node, element: DataElement, demands: list[Demand]) -> Found:
    count = len(element.value or ())
    for demand in demands:
        items = demand.attribute.items
        if items is None or (not count and demand.attribute.type not in ("1",)):
            continue
        if items.most is not None and count > items.most:
            many = "1 item" if items.most == 1 else f"{items.most} items"
            message = f"{count} items; {demand.source} allows {many}"
        elif count and count < items.least:
            message = f"{count} item{'s' * (count > 1)}; {demand.source} asks for {items.least} at least"
        else:
            continue
        yield ITEMS, Finding(element._tag, message, "", f"PS3.3 {demand.section}")
        return


# --- functional groups ----------------------------------------------------------------------------------------------


def _frames(file: File, plan: Plan) -> Found:
    """Functional groups of all frames: each required one is shared, or of every frame, and not both."""
    top, groups = file.top, plan.groups
    if groups is None:
        return
    shared: set[int] = set()
    for node in top.children(SHARED):
        shared |= set(node.body._complete())
    frames = [set(node.body._complete()) for node in top.children(PER_FRAME)]
    said = top.number(FRAMES)
    if frames and said is not None and said != len(frames):
        yield GROUP_FRAMES, Finding(PER_FRAME, f"{len(frames)} items for {said} frames; each frame has one")
    for tag in sorted(shared):
        twice = [number for number, tags in enumerate(frames) if tag in tags]
        if twice and tag & 0xFFFF0000 != 0 and groups.known(tag):
            node = _frame(top, twice[0])
            message = f"of {_frames_text(twice)}, and shared too; it stands in one of them"
            yield GROUP_TWICE, Finding(tag, message, node=node)
    required = [(use, _required(groups, use, shared)) for use in groups.uses if use.use in ("M", "C")]
    holding = _holding(file, [(use, tags) for use, tags in required if use.use == "C" and tags], frames)
    for use, tags in required:
        yield from _group(file, groups, use, tags, frames, holding)


def _required(groups: Plan, use: Use, shared: set[int]) -> list[int]:
    """The sequences of a functional group macro that have to be there, and are not shared."""
    return [
        tag
        for tag, demands in groups.demands.items()
        if tag not in shared and any(d.module == use.id and d.attribute.type in ("1", "2") for d in demands)
    ]


def _holding(file: File, conditional: list[tuple[Use, list[int]]], frames: list[set[int]]) -> dict[str, set[int]]:
    """The frames without a conditional functional group for which its condition holds; frame by frame."""
    found: dict[str, set[int]] = {use.id: set() for use, _ in conditional}
    for number, there in enumerate(frames):
        node = None
        for use, tags in conditional:
            if use.condition is not None and not there.issuperset(tags):
                node = _frame(file.top, number) if node is None else node
                if evaluate(use.condition.when, file, node) is True:
                    found[use.id].add(number)
    return found


def _group(
    file: File, groups: Plan, use: Use, tags: list[int], frames: list[set[int]], holding: dict[str, set[int]]
) -> Found:
    for tag in tags:
        demands = groups.demands[tag]
        lacking = [number for number, tags in enumerate(frames) if tag not in tags]
        if use.use == "C":
            lacking = [number for number in lacking if number in holding[use.id]]
        section = f"PS3.3 {demands[0].section}"
        if not frames and use.use == "M":
            message = f"missing; {demands[0].source} is required, shared or of each frame"
            node: Any = next(file.top.children(SHARED), file.top)
            yield GROUP_MISSING, Finding(tag, message, "", section, node=node)
        elif lacking:
            message = f"missing in {_frames_text(lacking)}; {demands[0].source} is required, shared or of each frame"
            yield GROUP_MISSING, Finding(tag, message, "", section, node=_frame(file.top, lacking[0]))


def _frame(top: Node, number: int) -> Node:
    element = top.body._element(PER_FRAME)
    assert element is not None
    return Node(element.value.view(number), top, PER_FRAME, number)


def _frames_text(numbers: list[int]) -> str:
    """Such as ``frame 3`` or ``frames 1, 2, 3 and 7 others``."""
    if len(numbers) == 1:
        return f"frame {numbers[0] + 1}"
    first = ", ".join(str(number + 1) for number in numbers[:3])
    return f"frames {first}" + (f" and {len(numbers) - 3} others" if len(numbers) > 3 else "")

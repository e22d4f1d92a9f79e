"""The tests that conditions are made of: each looks at a file and an item, and says true, false, or None.

`dicomspec.validation.conditions` has the language and what its words mean.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol, TypeAlias

from dicomspec.errors import EditionError

__all__ = [
    "ORDER",
    "Finder",
    "Place",
    "Subject",
    "Test",
    "both",
    "changes",
    "code",
    "comparison",
    "count",
    "differs",
    "either",
    "end",
    "finder",
    "in_group",
    "module",
    "negated",
    "points",
    "presence",
    "private",
    "within",
]

SHARED: Final = 0x52009229
PER_FRAME: Final = 0x52009230
CODE_VALUES: Final = (0x00080100, 0x00080119, 0x00080120)
CODE_SCHEME: Final = 0x00080102
RT_CONTROL_POINT: Final = 0x300A0600
"""RT Control Point Index."""


class Dictionary(Protocol):
    """What is needed of an edition."""

    @property
    def keywords(self) -> Mapping[str, int]: ...


class Place(Protocol):
    """A map of elements and the way to it."""

    body: Any
    tag: int
    index: int

    @property
    def parent(self) -> Any: ...

    def up(self) -> Iterator[Any]: ...

    def children(self, tag: int) -> Iterator[Any]: ...


class Subject(Protocol):
    """The file that is looked at; `known` may have the ``modules`` that are in it, `found` is kept of its dataset."""

    edition: Any
    sop_class: str
    top: Any
    known: Any
    found: Any


Test: TypeAlias = Callable[[Any, Any], "bool | None"]
_Found: TypeAlias = "tuple[Any, Any] | None"
Finder: TypeAlias = Callable[[Any, Any], "list[tuple[Any, Any]] | None"]
ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


# --- logic of three values ---------------------------------------------------------------------------------------


def either(tests: list[Test]) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found: bool | None = False
        for each in tests:
            value = each(file, node)
            if value:
                return True
            found = None if value is None else found
        return found

    return tests[0] if len(tests) == 1 else test


def both(tests: list[Test]) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found: bool | None = True
        for each in tests:
            value = each(file, node)
            if value is False:
                return False
            found = None if value is None else found
        return found

    return tests[0] if len(tests) == 1 else test


def negated(inner: Test) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        value = inner(file, node)
        return None if value is None else not value

    return test


# --- where a name is ---------------------------------------------------------------------------------------------


def finder(scope: str, names: list[str], key: tuple[str, ...] = ()) -> Finder:
    """Elements, each with its item; None where it cannot be known.

    ``key``: two names; of the first sequence only the items count whose first one equals the second one here.
    """

    tags_in = _tags(names)

    def find(file: Subject, node: Place) -> list[tuple[Any, Any]] | None:
        tags = tags_in(file.edition.keywords)
        if None in tags:
            return None
        if node is not file.top or scope or len(tags) > 1 or getattr(file.top, "plan", None) is None:
            return search(file, node, tags)
        kept: dict[Any, list[tuple[Any, Any]] | None] = file.found
        if tags[0] not in kept:
            kept[tags[0]] = search(file, node, tags)
        return kept[tags[0]]

    def search(file: Subject, node: Place, tags: list[Any]) -> list[tuple[Any, Any]] | None:
        if scope == "frame." and not any(here.tag in (PER_FRAME, SHARED) for here in node.up()):
            return None
        first = _find(scope, tags[0], file, node)
        if first is None and not scope and _may_be_in_frames(tags[0], file, node):
            return None
        found = [] if first is None else [first]
        for place, tag in enumerate(tags[1:] if len(tags) > 1 and first is not None else ()):
            items = [i for sequence, holder in found if sequence.VR == "SQ" for i in holder.children(sequence._tag)]
            if key and items and not place and not (items := _keyed(key, file, node, items)):
                return None
            found = [(element, item) for item in items if (element := item.body._element(tag)) is not None]
        return found

    return find


def _tags(names: list[str]) -> Callable[[Mapping[str, int]], list[int | None]]:
    """What gives the tags of names; it remembers those of the edition that was asked last."""
    known: tuple[Mapping[str, int], list[int | None]] = ({}, [])

    def tags(keywords: Mapping[str, int]) -> list[int | None]:
        nonlocal known
        last, found = known
        if last is not keywords:
            found = [keywords.get(name) for name in names]
            known = (keywords, found)
        return found

    return tags


def _keyed(key: tuple[str, ...], file: Subject, node: Place, items: list[Any]) -> list[Any]:
    """The items that a number or UID refers to."""
    own, other = (file.edition.keywords.get(name) for name in key)
    here = None if other is None else _find("", other, file, node)
    if own is None or here is None:
        return []
    wanted = _values(here[0])
    known = ((item, item.body._element(own)) for item in items)
    return [item for item, element in known if element is not None and wanted == _values(element)]


def _may_be_in_frames(tag: Any, file: Subject, node: Place) -> bool:
    """Whether, outside of the functional groups, an attribute is looked for that may stand in those of the frames."""
    top = file.top
    if "framed" not in file.known:
        file.known["framed"] = any(top.body._element(group) is not None for group in (SHARED, PER_FRAME))
    if not file.known["framed"]:
        return False
    known = any(plan is not None and tag in plan.demands for plan in (getattr(at, "plan", None) for at in (top, node)))
    return not known and not any(here.tag in (SHARED, PER_FRAME) for here in node.up())


def _find(scope: str, tag: Any, file: Subject, node: Place) -> _Found:
    start: Any = node
    if scope == "/":
        start = file.top
    for _ in range(scope.count("^")):
        start = start.parent
        if start is None:
            return None
    here = start
    while here is not None:
        if scope != "frame." and (element := here.body._element(tag)) is not None:
            return element, here
        if here.tag in (PER_FRAME, SHARED) and (found := _in_groups(here, file, tag)) is not None:
            return found
        plan = getattr(here, "plan", None)
        if scope != "frame." and plan is not None and tag in plan.demands:
            return None
        here = here.parent
    return None


def _in_groups(group: Any, file: Subject, tag: int) -> _Found:
    """An element in the functional groups of a frame, its own first, then the shared ones."""
    kept = file.known.get("frame")
    if kept is None or kept[0] is not group:  # one frame is looked at after the other
        kept = file.known["frame"] = (group, _by_tag([group]))
    item = kept[1].get(tag)
    if item is None and group.tag != SHARED:
        if "shared" not in file.known:
            file.known["shared"] = _by_tag(file.top.children(SHARED))
        item = file.known["shared"].get(tag)
    return None if item is None else (item.body._element(tag), item)


def _by_tag(groups: Iterable[Any]) -> dict[int, Any]:
    """Where an element stands first: in items of functional groups, or in the items of their sequences."""
    found: dict[int, Any] = {}
    for node in groups:
        for tag in node.body._complete():
            found.setdefault(tag, node)
        for sequence in node.body:
            if sequence.VR == "SQ":
                for item in node.children(sequence._tag):
                    for tag in item.body._complete():
                        found.setdefault(tag, item)
    return found


# --- tests -------------------------------------------------------------------------------------------------------


def presence(find: Finder, with_value: bool) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        if found is None:
            return None
        return any(not (with_value and element.is_empty) for element, _ in found)

    return test


def _values(element: Any) -> list[Any]:
    value = element.value
    if value is None or element.VR == "SQ" or value in ("", b""):
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _pointed(found: Iterable[tuple[Any, Any]]) -> list[int]:
    """The tags that elements name; what is broken comes as bytes."""
    return [value for element, _ in found if element.VR == "AT" for value in _values(element) if isinstance(value, int)]


def _equal(value: Any, text: str) -> bool:
    if isinstance(value, (int, float)):
        try:
            return value == float(text)
        except ValueError:
            return False
    return str(value).strip() == text


def _compares(value: Any, sign: str, operands: list[str]) -> bool | None:
    if sign in ("=", "in"):
        return any(_equal(value, text) for text in operands)
    if sign in ("!=", "not in"):
        return not any(_equal(value, text) for text in operands)
    return ORDER[sign](value, float(operands[0])) if isinstance(value, (int, float)) else None


def comparison(find: Finder, place: int, several: bool, sign: str, operands: list[str]) -> Test:
    """``place``: of the value, from 1; 0 for the only one."""
    absent = None if sign in ("!=", "not in") else False

    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        if found is None:
            return None
        results: list[bool | None] = []
        for element, _ in found:
            values = _values(element)
            if place:
                values = values[place - 1 : place]
            elif len(values) > 1 and not several:
                results.append(None)
                continue
            results += [_compares(value, sign, operands) for value in values]
        if True in results:
            return True
        return None if None in results else False if results else absent

    return test


def count(find: Finder, sign: str, number: int) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        if found is None:
            return None
        element = found[0][0] if found else None
        size = 0 if element is None else len(element.value or ()) if element.VR == "SQ" else element.VM
        return ORDER[sign](size, number)

    return test


def points(find: Finder, target: str) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        tag = file.edition.keywords.get(target)
        if found is None or tag is None:
            return None
        return tag in _pointed(found)

    return test


def private(find: Finder) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        if found is None:
            return None
        return any(value >> 16 & 1 for value in _pointed(found))

    return test


def in_group(find: Finder, number: str) -> Test:
    """Whether a code is one of a context group; None where the dictionaries do not have that.

    Nor is it known of a private code, if the group may be extended.
    """

    def test(file: Subject, node: Place) -> bool | None:
        try:
            codes, extensible = file.edition.codes_of(number), file.edition.context_group(number).extensible
        except EditionError:
            return None
        found = find(file, node)
        if found is None:
            return None
        given = list(_given(found))
        if any(code in codes for code in given):
            return True
        return None if extensible is not False and any(scheme.startswith("99") for scheme, _ in given) else False

    return test


def code(find: Finder, codes: list[str]) -> Test:
    return _has_code(find, frozenset((scheme, value) for scheme, _, value in (each.partition(":") for each in codes)))


def _has_code(find: Finder, wanted: frozenset[tuple[str, str]]) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        if found is None:
            return None
        return any(each in wanted for each in _given(found))

    return test


def _given(found: list[tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    """The codes in the items of code sequences."""
    for sequence, holder in found:
        if sequence.VR == "SQ":
            for item in holder.children(sequence._tag):
                yield from _codes(item.body)


def _codes(body: Any) -> Iterable[tuple[str, str]]:
    scheme = body._element(CODE_SCHEME)
    for tag in CODE_VALUES:
        element = body._element(tag)
        if element is not None and not element.is_empty and scheme is not None:
            yield str(scheme.value).strip(), str(element.value).strip()


def end(names: list[str], last: bool) -> Test:
    """Whether the item is, or stands in, the first or the last one of a sequence."""

    def test(file: Subject, node: Place) -> bool | None:
        tags = [file.edition.keywords.get(name) for name in names]
        here = next((here for here in node.up() if here.tag in tags), None)
        if here is None:
            return None
        place: int = here.index + 1 - len(here.parent.body._element(here.tag).value) if last else here.index
        return not place

    return test


def within(name: str) -> Test:
    """Whether the item stands in a sequence."""

    def test(file: Subject, node: Place) -> bool | None:
        tag = file.edition.keywords.get(name)
        return None if tag is None else any(here.tag == tag for here in node.up())

    return test


def changes(names: list[str]) -> Test:
    """Whether a value differs between the items of the sequence that the item is of.

    What changes is given in all items (PS3.3 C.8.8.14.5). Values that are given again and again without a difference
    do not tell: from 0 degrees to 0 degrees may be once around.
    """

    def test(file: Subject, node: Place) -> bool | None:
        tags = [file.edition.keywords.get(name) for name in names]
        plan = getattr(node, "plan", None)
        if None in tags or node.parent is None or (plan is not None and tags[0] not in plan.demands):
            return None
        key = ("changes", id(node.parent), node.tag, *tags)
        if key not in file.known:
            file.known[key] = (node.parent, _differing(node.parent, [node.tag, *tags]))
        result: bool | None = file.known[key][1]
        return result

    return test


def _differing(holder: Any, tags: list[Any]) -> bool | None:
    items = (list(_along(item, tags[1:])) for item in holder.children(tags[0]))
    found = [each for each in items if each]
    if any(each != found[0] for each in found[1:]):
        return True
    return None if len(found) > 1 else False


def _along(holder: Any, tags: list[Any]) -> Iterator[Any]:
    """The elements at a path, in all items on the way."""
    if len(tags) == 1:
        if (element := holder.body._element(tags[0])) is not None:
            yield element
        return
    for item in holder.children(tags[0]):
        yield from _along(item, tags[1:])


def differs(name: str) -> Test:
    """Whether a value is not the one that an RT control point before gave it (PS3.3 C.36.2.2.5.1.1)."""

    def test(file: Subject, node: Place) -> bool | None:
        tag = file.edition.keywords.get(name)
        if tag is None or node.parent is None or node.body._element(RT_CONTROL_POINT) is None:
            return None  # further in, what was given before stands in another sequence
        element = node.body._element(tag)
        if element is None:
            return False  # it is still as it was
        before = node.parent.body._element(node.tag).value
        for index in range(node.index - 1, -1, -1):
            if (earlier := before.view(index)._element(tag)) is not None:
                return bool(earlier != element)
        return True

    return test


def module(name: str) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        modules = file.known.get("modules")
        return None if modules is None else bool(modules.get(name))

    return test

"""Conditions of the standard, evaluated: true, false, or None where the dataset cannot tell.

The language: ``K`` (present), ``no K``, ``has K`` (present with a value), ``K = v``, ``K[n] = v`` (value n, from 1),
``any K = v`` (one of several values), also with ``!= > >= < <=``, ``in {a, b}``, ``not in {a, b}``; ``count(K) > n``,
``K -> L`` (the tag of L is a value of K), ``code(K) in {scheme:value}``, ``K/L`` (L in the items of K), ``first(K)``
(within the first item of K), ``sop in {uid}``, ``module(id)``, ``?``; ``and``, ``or``, ``not (...)``, parentheses.

A name is looked for in the item, then in what is around it, and in functional groups in those of the frame, its own
and the shared ones, but no further out than where the tables of the IOD have it; ``frame.K``: in the functional groups
alone; ``^K``: from the item around on; ``/K``: in the dataset. What is absent or empty equals nothing; whether it
differs from a value is not known.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias

__all__ = ["ConditionError", "Test", "compiled", "evaluate"]

SHARED: Final = 0x52009229
PER_FRAME: Final = 0x52009230
CODE_VALUES: Final = (0x00080100, 0x00080119, 0x00080120)
CODE_SCHEME: Final = 0x00080102


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
    """The file that is looked at; `known` may have the ``modules`` that are in it."""

    edition: Any
    sop_class: str
    top: Any
    known: Any


Test: TypeAlias = Callable[[Any, Any], "bool | None"]
_Found: TypeAlias = "tuple[Any, Any] | None"
_Finder: TypeAlias = Callable[[Any, Any], "list[tuple[Any, Any]] | None"]
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_TOKEN: Final = re.compile(r'\s*("[^"]*"|frame\.|->|[<>!]=|[=<>(){}\[\],?^/]|[\w.:+-]+)')


class ConditionError(ValueError):
    """An expression that is not of the language."""


def evaluate(expression: str, file: Subject, node: Place) -> bool | None:
    """Whether a condition holds at an item; None if that cannot be told.

    Raises:
        ConditionError: it is not of the language.
    """
    if expression in ("", "?"):
        return None
    return compiled(expression)(file, node)


@lru_cache(maxsize=4096)
def compiled(expression: str) -> Test:
    """The test of an expression.

    Raises:
        ConditionError: it is not of the language.
    """
    return _Parser(expression).whole()


# --- logic of three values ---------------------------------------------------------------------------------------


def _either(tests: list[Test]) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found: bool | None = False
        for each in tests:
            value = each(file, node)
            if value:
                return True
            found = None if value is None else found
        return found

    return tests[0] if len(tests) == 1 else test


def _both(tests: list[Test]) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found: bool | None = True
        for each in tests:
            value = each(file, node)
            if value is False:
                return False
            found = None if value is None else found
        return found

    return tests[0] if len(tests) == 1 else test


def _not(inner: Test) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        value = inner(file, node)
        return None if value is None else not value

    return test


# --- where a name is ---------------------------------------------------------------------------------------------


def _finder(scope: str, names: list[str]) -> _Finder:
    """Elements, each with its item; None where it cannot be known."""

    def find(file: Subject, node: Place) -> list[tuple[Any, Any]] | None:
        tags = [file.edition.keywords.get(name) for name in names]
        if None in tags:
            return None
        if scope == "frame." and not any(here.tag in (PER_FRAME, SHARED) for here in node.up()):
            return None
        first = _find(scope, tags[0], file, node)
        if first is None and not scope and _may_be_in_frames(tags[0], file, node):
            return None
        found = [] if first is None else [first]
        for tag in tags[1:]:
            found = [
                (element, item)
                for sequence, holder in found
                if sequence.VR == "SQ"
                for item in holder.children(sequence._tag)
                if (element := item.body._element(tag)) is not None
            ]
        return found

    return find


def _may_be_in_frames(tag: Any, file: Subject, node: Place) -> bool:
    """Whether, outside of the functional groups, an attribute is looked for that may stand in those of the frames."""
    top = file.top
    plan = getattr(top, "plan", None)
    framed = any(top.body._element(group) is not None for group in (SHARED, PER_FRAME))
    known = any(plan is not None and tag in plan.demands for plan in (plan, getattr(node, "plan", None)))
    return framed and not known and not any(here.tag in (SHARED, PER_FRAME) for here in node.up())


def _find(scope: str, tag: Any, file: Subject, node: Place) -> _Found:
    start: Any = node
    if scope == "/":
        start = file.top
    for _ in range(scope.count("^")):
        start = start.parent
        if start is None:
            return None
    for here in start.up():
        if scope != "frame." and (element := here.body._element(tag)) is not None:
            return element, here
        if here.tag in (PER_FRAME, SHARED) and (found := _in_groups(here, file, tag)) is not None:
            return found
        plan = getattr(here, "plan", None)
        if scope != "frame." and plan is not None and tag in plan.demands:
            return None
    return None


def _in_groups(group: Any, file: Subject, tag: int) -> _Found:
    """An element in the functional groups of a frame, its own first, then the shared ones."""
    groups = [group] if group.tag == SHARED else [group, *file.top.children(SHARED)]
    for node in groups:
        if (element := node.body._element(tag)) is not None:
            return element, node
        for sequence in node.body:
            if sequence.VR == "SQ":
                for item in node.children(sequence._tag):
                    if (element := item.body._element(tag)) is not None:
                        return element, item
    return None


# --- tests -------------------------------------------------------------------------------------------------------


def _presence(find: _Finder, with_value: bool) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        if found is None:
            return None
        return any(not (with_value and element.is_empty) for element, _ in found)

    return test


def _values(element: Any) -> list[Any]:
    if element.is_empty or element.VR == "SQ":
        return []
    value = element.value
    return list(value) if isinstance(value, (list, tuple)) else [value]


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
    return _ORDER[sign](value, float(operands[0])) if isinstance(value, (int, float)) else None


def _comparison(find: _Finder, place: int, several: bool, sign: str, operands: list[str]) -> Test:
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


def _count(find: _Finder, sign: str, number: int) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        if found is None:
            return None
        element = found[0][0] if found else None
        size = 0 if element is None else len(element.value or ()) if element.VR == "SQ" else element.VM
        return _ORDER[sign](size, number)

    return test


def _points(find: _Finder, target: str) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        tag = file.edition.keywords.get(target)
        if found is None or tag is None:
            return None
        return any(int(value) == tag for element, _ in found if element.VR == "AT" for value in _values(element))

    return test


def _code(find: _Finder, codes: list[str]) -> Test:
    wanted = [tuple(code.split(":", 1)) for code in codes]

    def test(file: Subject, node: Place) -> bool | None:
        found = find(file, node)
        if found is None:
            return None
        return any(
            code in wanted
            for sequence, holder in found
            if sequence.VR == "SQ"
            for item in holder.children(sequence._tag)
            for code in _codes(item.body)
        )

    return test


def _codes(body: Any) -> Iterable[tuple[str, str]]:
    scheme = body._element(CODE_SCHEME)
    for tag in CODE_VALUES:
        element = body._element(tag)
        if element is not None and not element.is_empty and scheme is not None:
            yield str(scheme.value).strip(), str(element.value).strip()


def _first(name: str) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        tag = file.edition.keywords.get(name)
        return next((here.index == 0 for here in node.up() if here.tag == tag), None)

    return test


def _module(name: str) -> Test:
    def test(file: Subject, node: Place) -> bool | None:
        modules = file.known.get("modules")
        return None if modules is None else bool(modules.get(name))

    return test


# --- text -> test ------------------------------------------------------------------------------------------------


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise ConditionError(f"{text!r}: cannot be read from {text[place:]!r} on")
            self.tokens.append(found[1])
            place = found.end()
        self.tokens.reverse()

    def peek(self) -> str:
        return self.tokens[-1] if self.tokens else ""

    def take(self, *wanted: str) -> str:
        return self.tokens.pop() if self.peek() in wanted and self.tokens else ""

    def need(self, *wanted: str) -> str:
        if not (token := self.take(*wanted)):
            raise self.error(" or ".join(map(repr, wanted)))
        return token

    def error(self, wanted: str) -> ConditionError:
        return ConditionError(f"{self.text!r}: {wanted} was expected, not {self.peek() or 'the end'!r}")

    def whole(self) -> Test:
        test = self.either()
        if self.tokens:
            raise self.error("the end")
        return test

    def either(self) -> Test:
        tests = [self.both()]
        while self.take("or"):
            tests.append(self.both())
        return _either(tests)

    def both(self) -> Test:
        tests = [self.single()]
        while self.take("and"):
            tests.append(self.single())
        return _both(tests)

    def single(self) -> Test:
        if self.take("?"):
            return lambda file, node: None
        if word := self.take("(", "not"):
            if word == "not":
                self.need("(")
            test = self.either()
            self.need(")")
            return _not(test) if word == "not" else test
        if word := self.take("no", "has"):
            test = _presence(self.path(), word == "has")
            return _not(test) if word == "no" else test
        if len(self.tokens) > 1 and self.tokens[-2] == "(" and (word := self.take("count", "code", "module", "first")):
            return self.call(word)
        if self.take("sop"):
            self.need("in")
            uids = self.literals()
            return lambda file, node: file.sop_class in uids if file.sop_class else None
        return self.comparison()

    def call(self, word: str) -> Test:
        self.need("(")
        if word in ("module", "first"):
            name = self.literal()
            self.need(")")
            return _module(name) if word == "module" else _first(name)
        find = self.path()
        self.need(")")
        if word == "code":
            self.need("in")
            return _code(find, self.literals())
        return _count(find, self.need(*_ORDER), int(self.number()))

    def comparison(self) -> Test:
        several = bool(self.take("any"))
        find = self.path()
        place = 0
        if self.take("["):
            if self.peek() == "0":
                raise self.error("a position from 1")
            place = int(self.number())
            self.need("]")
        if sign := self.take("in", "not"):
            if sign == "not":
                self.need("in")
                sign = "not in"
            return _comparison(find, place, several, sign, self.literals())
        if self.take("->"):
            return _points(find, self.literal())
        if sign := self.take(*_ORDER):
            operand = self.literal() if sign in ("=", "!=") else self.number()
            return _comparison(find, place, several, sign, [operand])
        return _presence(find, False)

    def path(self) -> _Finder:
        scope = self.take("/", "frame.")
        while self.take("^"):
            scope += "^"
        names = [self.name()]
        while self.take("/"):
            names.append(self.name())
        return _finder(scope, names)

    def name(self) -> str:
        if not re.fullmatch("[A-Z][A-Za-z0-9]*", self.peek()):
            raise self.error("a keyword")
        return self.tokens.pop()

    def literal(self) -> str:
        if not re.match(r'["\w.+-]', self.peek()):
            raise self.error("a value")
        return self.tokens.pop().strip('"')

    def number(self) -> str:
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", self.peek()):
            raise self.error("a number")
        return self.tokens.pop()

    def literals(self) -> list[str]:
        self.need("{")
        found = [self.literal()]
        while self.take(","):
            found.append(self.literal())
        self.need("}")
        return found

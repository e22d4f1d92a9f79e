"""Conditions of the standard, evaluated: true, false, or None where the dataset cannot tell.

The language: ``K`` (present), ``no K``, ``has K`` (present with a value), ``K = v``, ``K[n] = v`` (value n, from 1),
``any K = v``, ``!=``, ``>``, ``<``, ``in {a, b}``, ``count(K) > n``, ``sop in {uid}``, ``module(id)``, ``?``; ``and``,
``or``, ``not``, parentheses. A name is looked for in the item, then in what is around it; in functional groups also in
those of the frame, its own and the shared ones (``frame.K`` says so); ``^K``: in the item around alone; ``/K``: in the
dataset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeAlias

from dicomspec.validation.nodes import PER_FRAME, File, Node

__all__ = ["ConditionError", "Test", "compiled", "evaluate"]

Test: TypeAlias = Callable[[File, Node], "bool | None"]
SHARED: Final = 0x52009229
TOKEN: Final = re.compile(
    r"\s*(?:(?P<op>!=|>=|<=|[()=<>{},?\[\]])|(?P<word>[\^/]?(?:frame\.)?[A-Za-z_][\w.-]*)|(?P<text>\"[^\"]*\")|(?P<value>[-+\w.]+))"
)


class ConditionError(ValueError):
    """An expression that is not of the language."""


def evaluate(expression: str, file: File, node: Node) -> bool | None:
    """Whether a condition holds at an item; None if that cannot be told."""
    if expression in ("", "?"):
        return None
    return compiled(expression)(file, node)


@lru_cache(maxsize=4096)
def compiled(expression: str) -> Test:
    """The test of an expression.

    Raises:
        ConditionError: it is not of the language.
    """
    parser = _Parser(expression)
    test = parser.either()
    if parser.token:
        raise ConditionError(f"{expression!r}: nothing was expected at {parser.token!r}")
    return test


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens(text)
        self.token = ""
        self.next()

    def _tokens(self, text: str) -> Iterator[str]:
        pos = 0
        text = text.rstrip()
        while pos < len(text):
            match = TOKEN.match(text, pos)
            if match is None:
                raise ConditionError(f"{text!r}: cannot be read from {text[pos:]!r} on")
            yield match[0].strip()
            pos = match.end()

    def next(self) -> str:
        token, self.token = self.token, next(self.tokens, "")
        return token

    def take(self, wanted: str) -> None:
        if self.next() != wanted:
            raise ConditionError(f"{self.text!r}: {wanted!r} was expected")

    def either(self) -> Test:
        tests = [self.both()]
        while self.token == "or":
            self.next()
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else _any(tests)

    def both(self) -> Test:
        tests = [self.single()]
        while self.token == "and":
            self.next()
            tests.append(self.single())
        return tests[0] if len(tests) == 1 else _all(tests)

    def single(self) -> Test:
        token = self.next()
        if token == "(":
            test = self.either()
            self.take(")")
            return test
        if token == "?":
            return lambda file, node: None
        if token == "not":
            return _not(self.single())
        if token in ("no", "has"):
            present = _present(self.next(), with_value=token == "has")
            return _not(present) if token == "no" else present
        if token in ("count", "module"):
            return self.call(token)
        if token == "sop":
            return self.compared(lambda file, node: [file.sop_class])
        if token == "any":
            return self.compared(_values(self.next(), None))
        return self.named(token)

    def call(self, token: str) -> Test:
        self.take("(")
        name = self.next()
        self.take(")")
        if token == "module":
            return lambda file, node: name in file.known.get("modules", ())
        return self.compared(_count(name))

    def named(self, name: str) -> Test:
        if not re.match(r"[\^/A-Za-z]", name):
            raise ConditionError(f"{self.text!r}: a keyword was expected, not {name!r}")
        if self.token == "[":
            self.next()
            place = int(self.next())
            self.take("]")
            return self.compared(_values(name, place))
        if self.token in ("=", "!=", "<", ">", "<=", ">=", "in"):
            return self.compared(_values(name, 1))
        return _present(name, with_value=False)

    def compared(self, values: Callable[[File, Node], list[Any]]) -> Test:
        operator = self.next()
        if operator == "in":
            self.take("{")
            wanted = {self.literal()}
            while self.token == ",":
                self.next()
                wanted.add(self.literal())
            self.take("}")
            return lambda file, node: any(_text(value) in wanted for value in values(file, node))
        operand = self.literal()
        if operator == "=":
            return lambda file, node: any(_text(value) == operand for value in values(file, node))
        if operator == "!=":
            return lambda file, node: any(_text(value) != operand for value in values(file, node))
        compare = _ORDER.get(operator)
        if compare is None:
            raise ConditionError(f"{self.text!r}: {operator!r} is no comparison")
        number = float(operand)
        return lambda file, node: any(
            compare(found, number) for found in map(_number, values(file, node)) if found is not None
        )

    def literal(self) -> str:
        words = [self.next().strip('"')]
        while self.token and re.match(r"[A-Za-z0-9]", self.token) and self.token not in ("and", "or", "in", "not"):
            words.append(self.next())  # a value of several words
        return " ".join(words)


_ORDER: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": float.__lt__,
    ">": float.__gt__,
    "<=": float.__le__,
    ">=": float.__ge__,
}


def _any(tests: list[Test]) -> Test:
    def test(file: File, node: Node) -> bool | None:
        found: bool | None = False
        for each in tests:
            value = each(file, node)
            if value:
                return True
            found = None if value is None else found
        return found

    return test


def _all(tests: list[Test]) -> Test:
    def test(file: File, node: Node) -> bool | None:
        found: bool | None = True
        for each in tests:
            value = each(file, node)
            if value is False:
                return False
            found = None if value is None else found
        return found

    return test


def _not(inner: Test) -> Test:
    def test(file: File, node: Node) -> bool | None:
        value = inner(file, node)
        return None if value is None else not value

    return test


def _present(name: str, with_value: bool) -> Test:
    def test(file: File, node: Node) -> bool | None:
        element = _find(name, file, node)
        return element is not None and not (with_value and element.is_empty)

    return test


def _values(name: str, place: int | None) -> Callable[[File, Node], list[Any]]:
    def values(file: File, node: Node) -> list[Any]:
        element = _find(name, file, node)
        if element is None or element.is_empty or element.VR == "SQ":
            return []
        value = element.value
        found = list(value) if isinstance(value, list) else [value]
        return found if place is None else found[place - 1 : place]

    return values


def _count(name: str) -> Callable[[File, Node], list[Any]]:
    def count(file: File, node: Node) -> list[Any]:
        element = _find(name, file, node)
        if element is None:
            return [0]
        return [len(element.value or ()) if element.VR == "SQ" else element.VM]

    return count


def _find(name: str, file: File, node: Node) -> Any:
    """The element that a name means at an item."""
    bare = name.lstrip("^/").removeprefix("frame.")
    tag = file.edition.keywords.get(bare)
    if tag is None:
        return None
    if name.startswith("/"):
        return file.top.body._element(tag)
    if name.startswith("^"):
        return None if node.parent is None else node.parent.body._element(tag)
    for here in node.up():
        element = here.body._element(tag)
        if element is not None:
            return element
        if here.tag in (PER_FRAME, SHARED):
            element = _in_groups(here, file, tag)
            if element is not None:
                return element
    return None


def _in_groups(group: Node, file: File, tag: int) -> Any:
    """An element in the functional groups of a frame, its own first, then the shared ones."""
    maps = [group] if group.tag == SHARED else [group, *file.top.children(SHARED)]
    for node in maps:
        for sequence in node.body:
            if sequence.VR == "SQ":
                for item in node.children(sequence._tag):
                    element = item.body._element(tag)
                    if element is not None:
                        return element
    return None


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None

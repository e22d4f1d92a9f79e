"""Conditions of the standard, evaluated: true, false, or None where the dataset cannot tell.

The language: ``K`` (present), ``no K``, ``has K`` (present with a value), ``K = v``, ``K[n] = v`` (value n, from 1),
``any K = v`` (one of several values), also with ``!= > >= < <=``, ``in {a, b}``, ``not in {a, b}``; ``count(K) > n``,
``K -> L`` (the tag of L is a value of K), ``private(K)`` (that of a private attribute), ``code(K) in {scheme:value}``,
``cid(K, n)`` (a code of context group n), ``K/L`` (L in the items of K), ``K[M = N]/L`` (in those
whose M equals the N here), ``first(K, L)`` and ``last(K)`` (within the
first item of K or L, within the last one of K), ``within(K)`` (in an item of K), ``changes(K)`` (K has different values
in the items of the sequence that the item is of), ``differs(K)`` (K is not as an RT control point before gave it),
``sop in {uid}``, ``module(id)``, ``?``; ``and``, ``or``, ``not (...)``, parentheses. In ``differs(.)`` and ``K -> .``
the dot is the attribute that has the condition.

A name is looked for in the item, then in what is around it, and in functional groups in those of the frame, its own
and the shared ones, but no further out than where the tables of the IOD have it; ``frame.K``: in the functional groups
alone; ``^K``: from the item around on; ``/K``: in the dataset. What is absent or empty equals nothing; whether it
differs from a value is not known.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from dicomspec.validation import condition_tests as tests
from dicomspec.validation.condition_tests import Place, Subject, Test

__all__ = ["ConditionError", "Test", "compiled", "evaluate"]

_TOKEN: Final = re.compile(r'\s*("[^"]*"|frame\.|->|[<>!]=|[=<>(){}\[\],?^/]|[\w.:+-]+)')

_CALLS: Final = ("count", "code", "module", "first", "last", "within", "changes", "differs", "private", "cid")


class ConditionError(ValueError):
    """An expression that is not of the language."""


def evaluate(expression: str, file: Subject, node: Place, keyword: str = "") -> bool | None:
    """Whether a condition holds at an item; None if that cannot be told.

    ``keyword``: of the attribute that has the condition.

    Raises:
        ConditionError: it is not of the language.
    """
    test = _of_attribute(expression, keyword)
    if node is not file.top or getattr(node, "plan", None) is None:
        return test(file, node)
    if test not in file.found:  # of the dataset it is known
        file.found[test] = test(file, node)
    found: bool | None = file.found[test]
    return found


@lru_cache(maxsize=8192)
def _of_attribute(expression: str, keyword: str) -> Test:
    if expression in ("", "?"):
        return lambda file, node: None
    if keyword:
        expression = expression.replace("(.)", f"({keyword})").replace("-> .", f"-> {keyword}")
    return compiled(expression)


@lru_cache(maxsize=4096)
def compiled(expression: str) -> Test:
    """The test of an expression.

    Raises:
        ConditionError: it is not of the language.
    """
    return _Parser(expression).whole()


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
        terms = [self.both()]
        while self.take("or"):
            terms.append(self.both())
        return tests.either(terms)

    def both(self) -> Test:
        terms = [self.single()]
        while self.take("and"):
            terms.append(self.single())
        return tests.both(terms)

    def single(self) -> Test:
        if self.take("?"):
            return lambda file, node: None
        if word := self.take("(", "not"):
            if word == "not":
                self.need("(")
            test = self.either()
            self.need(")")
            return tests.negated(test) if word == "not" else test
        if word := self.take("no", "has"):
            test = tests.presence(self.path(), word == "has")
            return tests.negated(test) if word == "no" else test
        if len(self.tokens) > 1 and self.tokens[-2] == "(" and (word := self.take(*_CALLS)):
            return self.call(word)
        if self.take("sop"):
            self.need("in")
            uids = self.literals()
            return lambda file, node: file.sop_class in uids if file.sop_class else None
        return self.comparison()

    def call(self, word: str) -> Test:
        self.need("(")
        test = self.called(word)
        if test is None:
            find = self.path()
            self.need(")")
            if word == "code":
                self.need("in")
                return tests.code(find, self.literals())
            return tests.count(find, self.need(*tests.ORDER), int(self.number()))
        self.need(")")
        return test

    def called(self, word: str) -> Test | None:
        """A test that ends with its parenthesis."""
        if word == "module":
            return tests.module(self.literal())
        if word == "within":
            return tests.within(self.name())
        if word in ("first", "last"):
            names = [self.name()]
            while self.take(","):
                names.append(self.name())
            return tests.end(names, word == "last")
        if word == "private":
            return tests.private(self.path())
        if word == "cid":
            find = self.path()
            self.need(",")
            return tests.in_group(find, self.number())
        if word == "differs":
            return tests.differs(self.take(".") or self.name())
        if word == "changes":
            names = [self.name()]
            while self.take("/"):
                names.append(self.name())
            return tests.changes(names)
        return None

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
            return tests.comparison(find, place, several, sign, self.literals())
        if self.take("->"):
            return tests.points(find, self.take(".") or self.literal())
        if sign := self.take(*tests.ORDER):
            operand = self.literal() if sign in ("=", "!=") else self.number()
            return tests.comparison(find, place, several, sign, [operand])
        return tests.presence(find, False)

    def path(self) -> tests.Finder:
        scope = self.take("/", "frame.")
        while self.take("^"):
            scope += "^"
        names = [self.name()]
        key: tuple[str, ...] = ()
        if self.peek() == "[" and re.match("[A-Z]", "".join(self.tokens[-2:-1])):
            self.need("[")
            key = (self.name(), self.need("=") and self.name())
            self.need("]")
        while self.take("/"):
            names.append(self.name())
        return tests.finder(scope, names, key)

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

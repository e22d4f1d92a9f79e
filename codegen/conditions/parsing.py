"""The text of the condition language -> expressions."""

from __future__ import annotations

import re
from typing import Final

from .expression import (
    BARE,
    And,
    Changes,
    Code,
    Compare,
    Count,
    Differs,
    End,
    Expression,
    InGroup,
    Not,
    Or,
    Path,
    Points,
    Presence,
    Private,
    SopClass,
    Unknown,
    UsesModule,
    Within,
)

__all__ = ["ConditionError", "parse"]


class ConditionError(ValueError):
    """An expression that is not of the language; names the text, the place and what was expected."""


_TOKEN: Final = re.compile(r'\s*("[^"]*"|frame\.|->|[<>!]=|[=<>(){}\[\],?^/]|[\w.:+-]+)')
_KEYWORD: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_ORDER: Final = ("=", "!=", ">", ">=", "<", "<=")
_CALLS: Final = ("count", "code", "module", "first", "last", "within", "changes", "differs", "private", "cid")


def parse(text: str) -> Expression:
    """The expression that a text states.

    Raises:
        ConditionError: the text is not of the language.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                rest = text[place:].lstrip()
                raise ConditionError(f"{text!r}: {rest[0]!r} at {len(text) - len(rest) + 1} is not of the language")
            self.tokens.append(found[1])
            place = found.end()
        self.place = 0

    def error(self, expected: str) -> ConditionError:
        found = self.tokens[self.place] if self.place < len(self.tokens) else "the end"
        return ConditionError(f"{self.text!r}: expected {expected}, found {found!r} (token {self.place + 1})")

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.peek()
        if token in wanted:
            self.place += 1
            return token
        return ""

    def need(self, *wanted: str) -> str:
        token = self.take(*wanted)
        if not token:
            raise self.error(" or ".join(map(repr, wanted)))
        return token

    def whole(self) -> Expression:
        found = self.either()
        if self.peek():
            raise self.error("'and', 'or' or the end")
        return found

    def either(self) -> Expression:
        terms = [self.both()]
        while self.take("or"):
            terms.append(self.both())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def both(self) -> Expression:
        terms = [self.test()]
        while self.take("and"):
            terms.append(self.test())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def test(self) -> Expression:
        token = self.take("?", "(", "not", "no", "has")
        if token == "?":
            return Unknown()
        if token in ("no", "has"):
            return Presence(self.path(), token)
        if token:
            if token == "not":
                self.need("(")
            found = self.either()
            self.need(")")
            return Not(found) if token == "not" else found
        following = self.tokens[self.place + 1] if self.place + 1 < len(self.tokens) else ""
        if following == "(" and (name := self.take(*_CALLS)):
            return self.call(name)
        if self.take("sop"):
            self.need("in")
            return SopClass(self.values())
        return self.comparison()

    def call(self, name: str) -> Expression:
        self.need("(")
        found = self.called(name)
        if found is not None:
            self.need(")")
            return found
        path = self.path()
        self.need(")")
        if name == "code":
            self.need("in")
            return Code(path, self.values())
        op = self.need(*_ORDER)
        return Count(path, op, int(self.number()))

    def called(self, name: str) -> Expression | None:
        """A test that ends with its parenthesis."""
        if name == "module":
            return UsesModule(self.value())
        if name == "within":
            return Within(self.keyword())
        if name in ("first", "last"):
            return End(self.keywords(","), name == "last")
        if name == "changes":
            return Changes(self.keywords("/"))
        if name == "differs":
            return Differs(self.take(".") or self.keyword())
        if name == "private":
            return Private(self.path())
        if name == "cid":
            path = self.path()
            self.need(",")
            return InGroup(path, self.number())
        return None

    def comparison(self) -> Expression:
        several = bool(self.take("any"))
        path = self.path(several)
        if op := self.take(*_ORDER):
            return Compare(path, op, (self.value(),))
        if self.take("->"):
            return Points(path, self.take(".") or self.keyword())
        if op := self.take("in", "not"):
            if op == "not":
                self.need("in")
            return Compare(path, "in" if op == "in" else "not in", self.values())
        return Presence(path)

    def path(self, several: bool = False) -> Path:
        scope = self.take("^", "/", "frame.")
        while scope and scope[0] == "^" and self.take("^"):
            scope += "^"
        keywords = [self.keyword()]
        key: tuple[str, ...] = ()
        if self.peek() == "[" and _KEYWORD.fullmatch("".join(self.tokens[self.place + 1 : self.place + 2])):
            self.need("[")
            key = (self.keyword(), self.need("=") and self.keyword())
            self.need("]")
        while self.take("/"):
            keywords.append(self.keyword())
        position = 0
        if self.take("["):
            number = self.value()
            if not number.isdigit() or number == "0":
                self.place -= 1
                raise self.error("a position from 1")
            position = int(number)
            self.need("]")
        return Path(tuple(keywords), scope, position, several, key)

    def keyword(self) -> str:
        token = self.peek()
        if not _KEYWORD.fullmatch(token):
            raise self.error("a test, such as a keyword")
        self.place += 1
        return token

    def keywords(self, sign: str) -> tuple[str, ...]:
        found = [self.keyword()]
        while self.take(sign):
            found.append(self.keyword())
        return tuple(found)

    def number(self) -> str:
        number = self.value()
        if not number.isdigit():
            self.place -= 1
            raise self.error("a number")
        return number

    def value(self) -> str:
        token = self.peek()
        if not (token[:1] == '"' or BARE.fullmatch(token)):
            raise self.error("a value")
        self.place += 1
        return token.strip('"')

    def values(self) -> tuple[str, ...]:
        self.need("{")
        found = [self.value()]
        while self.take(","):
            found.append(self.value())
        self.need("}")
        return tuple(found)

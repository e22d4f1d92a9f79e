"""The condition language: expressions as values, and their text.

``or``, ``and``, ``not (...)`` and parentheses join tests; ``?`` stands for what a file cannot tell. The tests are::

    K    no K    has K          K is present (it may be empty); is absent; is present with a value
    K = X    K != X             the value of K; X is a bare word, a number, or a text in double quotes
    K in {X, Y}    K not in {X, Y}
    K > 1                       also >= < <=
    K[1] = X    any K = X       value 1 of several; at least one of several
    K -> L                      a value of K is the tag of L
    count(K) > 1                the number of values, or of items
    code(K) in {SCT:2092003}    an item of the code sequence K has that code (scheme:value)
    sop in {1.2.840.10008.5.1.4.1.1.2}
    module(ct-image)            the module is there
    first(K)                    the item is, or stands in, the first of the sequence K

``K/L`` is L in any item of the sequence K. ``K`` alone is looked for in the item, then in those around it, in the frame
and in the dataset, unless its table has K beside the attribute; ``^K`` starts at the item around this one, ``/K`` is of
the dataset, ``frame.K`` of the functional groups of the frame, shared and per-frame as one.

Logic has three values. What is absent or empty equals nothing; whether it differs from a value is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

__all__ = [
    "And",
    "Code",
    "Compare",
    "ConditionError",
    "Count",
    "Expression",
    "First",
    "Not",
    "Or",
    "Path",
    "Points",
    "Presence",
    "SopClass",
    "Unknown",
    "UsesModule",
    "joined",
    "keywords_of",
    "negation",
    "parse",
]


class ConditionError(ValueError):
    """An expression that is not of the language; names the text, the place and what was expected."""


@dataclass(frozen=True)
class Path:
    """Where a value stands: scope (``""``, ``"^"``, ``"/"``, ``"frame."``), keywords, and which of several values."""

    keywords: tuple[str, ...]
    scope: str = ""
    position: int = 0
    any: bool = False

    def __str__(self) -> str:
        index = f"[{self.position}]" if self.position else ""
        return f"{'any ' if self.any else ''}{self.scope}{'/'.join(self.keywords)}{index}"


@dataclass(frozen=True)
class Unknown:
    """What the file cannot tell."""

    def __str__(self) -> str:
        return "?"


@dataclass(frozen=True)
class First:
    """The item is, or stands in, the first of a sequence."""

    keyword: str

    def __str__(self) -> str:
        return f"first({self.keyword})"


@dataclass(frozen=True)
class Presence:
    """``kind``: ``"is"`` present, ``"no"`` absent, ``"has"`` present with a value."""

    path: Path
    kind: str = "is"

    def __str__(self) -> str:
        return str(self.path) if self.kind == "is" else f"{self.kind} {self.path}"


def _value(text: str) -> str:
    return text if _BARE.fullmatch(text) and text not in _WORDS else f'"{text}"'


def _set(values: tuple[str, ...]) -> str:
    return "{" + ", ".join(map(_value, values)) + "}"


@dataclass(frozen=True)
class Compare:
    """``op``: ``=``, ``!=``, ``in``, ``not in``, ``>``, ``>=``, ``<``, ``<=``."""

    path: Path
    op: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path} {self.op} {_set(self.values) if 'in' in self.op else _value(self.values[0])}"


@dataclass(frozen=True)
class Points:
    """A value of an attribute of VR AT is the tag of a keyword."""

    path: Path
    keyword: str

    def __str__(self) -> str:
        return f"{self.path} -> {self.keyword}"


@dataclass(frozen=True)
class Count:
    """The number of values or items against a number."""

    path: Path
    op: str
    number: int

    def __str__(self) -> str:
        return f"count({self.path}) {self.op} {self.number}"


@dataclass(frozen=True)
class Code:
    """An item of a code sequence has one of the codes, each ``scheme:value``."""

    path: Path
    codes: tuple[str, ...]

    def __str__(self) -> str:
        return f"code({self.path}) in {_set(self.codes)}"


@dataclass(frozen=True)
class SopClass:
    """The SOP Class UID is one of these."""

    uids: tuple[str, ...]

    def __str__(self) -> str:
        return f"sop in {_set(self.uids)}"


@dataclass(frozen=True)
class UsesModule:
    """A module is there."""

    module: str

    def __str__(self) -> str:
        return f"module({self.module})"


@dataclass(frozen=True)
class Not:
    """The contrary."""

    term: Expression

    def __str__(self) -> str:
        return f"not ({self.term})"


@dataclass(frozen=True)
class And:
    """All hold."""

    terms: tuple[Expression, ...]

    def __str__(self) -> str:
        return " and ".join(f"({t})" if isinstance(t, Or) else str(t) for t in self.terms)


@dataclass(frozen=True)
class Or:
    """One holds."""

    terms: tuple[Expression, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.terms))


Expression = Unknown | First | Presence | Compare | Points | Count | Code | SopClass | UsesModule | Not | And | Or

_CONTRARY: Final = {"=": "!=", "!=": "=", "in": "not in", "not in": "in", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}


def negation(term: Expression) -> Expression:
    """The contrary of an expression, without ``not`` where the language has a word for it."""
    if isinstance(term, Presence) and term.kind != "has":
        return Presence(term.path, "is" if term.kind == "no" else "no")
    if isinstance(term, Compare) and not term.path.any and term.op in ("=", "!=", "in", "not in"):
        return Compare(term.path, _CONTRARY[term.op], term.values)
    if isinstance(term, Not):
        return term.term
    if isinstance(term, And | Or):
        kind = Or if isinstance(term, And) else And
        return kind(tuple(map(negation, term.terms)))
    return term if isinstance(term, Unknown) else Not(term)


def joined(kind: type[And] | type[Or], terms: Iterable[Expression]) -> Expression:
    """Terms as one ``and`` or ``or``, flat and each once; a single one as it is."""
    flat: list[Expression] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, And | Or) and type(term) is kind else (term,))
    once = tuple(dict.fromkeys(flat))
    return once[0] if len(once) == 1 else kind(once)


# --- text -> expression ------------------------------------------------------------------------------------------

_TOKEN: Final = re.compile(r'\s*("[^"]*"|frame\.|->|[<>!]=|[=<>(){}\[\],?^/]|[\w.:+-]+)')
_BARE: Final = re.compile(r"[\w.:+-]+")
_WORDS: Final = frozenset({"and", "or", "not", "in", "no", "has", "any"})
_KEYWORD: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_ORDER: Final = ("=", "!=", ">", ">=", "<", "<=")


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
        if following == "(" and (name := self.take("count", "code", "module", "first")):
            return self.call(name)
        if self.take("sop"):
            self.need("in")
            return SopClass(self.values())
        return self.comparison()

    def call(self, name: str) -> Expression:
        self.need("(")
        if name == "module":
            module = self.value()
            self.need(")")
            return UsesModule(module)
        if name == "first":
            keyword = self.keyword()
            self.need(")")
            return First(keyword)
        path = self.path()
        self.need(")")
        if name == "code":
            self.need("in")
            return Code(path, self.values())
        op = self.need(*_ORDER)
        number = self.value()
        if not number.isdigit():
            self.place -= 1
            raise self.error("a number")
        return Count(path, op, int(number))

    def comparison(self) -> Expression:
        several = bool(self.take("any"))
        path = self.path(several)
        if op := self.take(*_ORDER):
            return Compare(path, op, (self.value(),))
        if self.take("->"):
            return Points(path, self.keyword())
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
        return Path(tuple(keywords), scope, position, several)

    def keyword(self) -> str:
        token = self.peek()
        if not _KEYWORD.fullmatch(token):
            raise self.error("a test, such as a keyword")
        self.place += 1
        return token

    def value(self) -> str:
        token = self.peek()
        if not (token[:1] == '"' or _BARE.fullmatch(token)):
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


# --- what an expression speaks of --------------------------------------------------------------------------------


def _terms(expression: Expression) -> Iterator[Expression]:
    yield expression
    if isinstance(expression, And | Or):
        for term in expression.terms:
            yield from _terms(term)
    elif isinstance(expression, Not):
        yield from _terms(expression.term)


def keywords_of(expression: Expression) -> tuple[str, ...]:
    """The keywords that an expression speaks of, in its order."""
    paths = (t.path for t in _terms(expression) if isinstance(t, Presence | Compare | Points | Count | Code))
    firsts = [t.keyword for t in _terms(expression) if isinstance(t, First | Points)]
    return tuple(dict.fromkeys([*(keyword for path in paths for keyword in path.keywords), *firsts]))

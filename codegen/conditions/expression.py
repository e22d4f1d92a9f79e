"""The condition language: expressions as values, and their text; `codegen.conditions.parsing` reads it.

``or``, ``and``, ``not (...)`` and parentheses join tests; ``?`` stands for what a file cannot tell. The tests are::

    K    no K    has K          K is present (it may be empty); is absent; is present with a value
    K = X    K != X             the value of K; X is a bare word, a number, or a text in double quotes
    K in {X, Y}    K not in {X, Y}
    K > 1                       also >= < <=
    K[1] = X    any K = X       value 1 of several; at least one of several
    K -> L                      a value of K is the tag of L; a dot for L: of the attribute with the condition
    count(K) > 1                the number of values, or of items
    code(K) in {SCT:2092003}    an item of the code sequence K has that code (scheme:value)
    sop in {1.2.840.10008.5.1.4.1.1.2}
    module(ct-image)            the module is there
    first(K, L)    last(K)      the item is, or stands in, the first item of the sequence K or L; the last one
    within(K)                   the item stands in the sequence K
    changes(K)                  K has different values in the items of the sequence that the item is of
    differs(K)                  K is not as an RT control point before gave it; a dot for K: as above
    private(K)                  a value of K is the tag of a private attribute
    cid(K, 9545)                an item of the code sequence K has a code of that context group

``K/L`` is L in any item of the sequence K; ``K[M = N]/L`` in that one whose M is the N found here. ``K`` alone is
looked for in the item, then in those around it, in the frame and in the dataset, unless its table has K beside the
attribute; ``^K`` starts at the item around this one, ``/K`` is of the dataset, ``frame.K`` of the functional groups of
the frame, shared and per-frame as one.

Logic has three values. What is absent or empty equals nothing; whether it differs from a value is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

__all__ = [
    "BARE",
    "And",
    "Changes",
    "Code",
    "Compare",
    "Count",
    "Differs",
    "End",
    "Expression",
    "InGroup",
    "Not",
    "Or",
    "Path",
    "Points",
    "Presence",
    "Private",
    "SopClass",
    "Unknown",
    "UsesModule",
    "Within",
    "joined",
    "keywords_of",
    "negation",
]

BARE: Final = re.compile(r"[\w.:+-]+")
"""A value that needs no quotes."""

_WORDS: Final = frozenset({"and", "or", "not", "in", "no", "has", "any"})


@dataclass(frozen=True)
class Path:
    """Where a value stands: scope (``""``, ``"^"``, ``"/"``, ``"frame."``), keywords, and which of several values.

    ``key``: two keywords; only those items of the first sequence count whose first one equals the second one here.
    """

    keywords: tuple[str, ...]
    scope: str = ""
    position: int = 0
    any: bool = False
    key: tuple[str, ...] = ()

    def __str__(self) -> str:
        index = f"[{self.position}]" if self.position else ""
        first, *rest = self.keywords
        key = f"[{' = '.join(self.key)}]" if self.key else ""
        return f"{'any ' if self.any else ''}{self.scope}{'/'.join([first + key, *rest])}{index}"


@dataclass(frozen=True)
class Unknown:
    """What the file cannot tell."""

    def __str__(self) -> str:
        return "?"


@dataclass(frozen=True)
class End:
    """The item is, or stands in, the first or the last one of a sequence (of several: whichever it stands in)."""

    keywords: tuple[str, ...]
    last: bool = False

    def __str__(self) -> str:
        return f"{'last' if self.last else 'first'}({', '.join(self.keywords)})"


@dataclass(frozen=True)
class Within:
    """The item stands in a sequence."""

    keyword: str

    def __str__(self) -> str:
        return f"within({self.keyword})"


@dataclass(frozen=True)
class Changes:
    """An attribute, perhaps inside of others, has different values in the items of the sequence around it."""

    keywords: tuple[str, ...]

    def __str__(self) -> str:
        return f"changes({'/'.join(self.keywords)})"


@dataclass(frozen=True)
class Differs:
    """An attribute is not as an RT control point before gave it; ``"."`` is the one that has the condition."""

    keyword: str = "."

    def __str__(self) -> str:
        return f"differs({self.keyword})"


@dataclass(frozen=True)
class Presence:
    """``kind``: ``"is"`` present, ``"no"`` absent, ``"has"`` present with a value."""

    path: Path
    kind: str = "is"

    def __str__(self) -> str:
        return str(self.path) if self.kind == "is" else f"{self.kind} {self.path}"


def _value(text: str) -> str:
    return text if BARE.fullmatch(text) and text not in _WORDS else f'"{text}"'


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
class Private:
    """A value of an attribute of VR AT is the tag of a private attribute."""

    path: Path

    def __str__(self) -> str:
        return f"private({self.path})"


@dataclass(frozen=True)
class InGroup:
    """An item of a code sequence has a code of a context group."""

    path: Path
    cid: str

    def __str__(self) -> str:
        return f"cid({self.path}, {self.cid})"


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


Expression = (
    Unknown
    | End
    | Within
    | Changes
    | Differs
    | Presence
    | Compare
    | Points
    | Count
    | Code
    | Private
    | InGroup
    | SopClass
    | UsesModule
    | Not
    | And
    | Or
)

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
    said: list[str] = []
    for term in _terms(expression):
        if isinstance(term, Presence | Compare | Points | Count | Code | Private | InGroup):
            said += (*term.path.keywords, *term.path.key)
        if isinstance(term, End | Changes):
            said += term.keywords
        if isinstance(term, Points | Differs | Within) and term.keyword != ".":
            said.append(term.keyword)
    return tuple(dict.fromkeys(said))

"""Clauses of condition sentences: a subject and what is said of it, by recursive descent over tokens.

A subject is one or several attributes, perhaps one of several values, perhaps in another item. Clauses are joined by
"and" and "or", where a comma or a repeated "if" binds more loosely. What could be read in two ways is not read.
"""

from __future__ import annotations

from dataclasses import replace

from .cursor import Unread
from .expression import (
    And,
    Changes,
    Count,
    End,
    Expression,
    Not,
    Or,
    Path,
    Unknown,
    UsesModule,
    joined,
    negation,
)
from .parsing import parse
from .phrases import ABSENT, ANY_VALUE, ION_NAMES, ORDERS, PRESENT, RULED
from .predicates import Predicates, is_negative
from .words import Token

__all__ = ["Clauses"]


class Clauses(Predicates):
    """Reads a sentence without its lead, such as "Required if"."""

    def whole(self) -> Expression:
        terms = [self.clause()]
        joins: list[tuple[str, bool]] = []
        while self.peek().kind != "end":
            joins.append(self.join())
            terms.append(self.clause())
        return _grouped(terms, joins)

    def join(self) -> tuple[str, bool]:
        """The word between two clauses, and whether it binds loosely."""
        loose = self.words(",") or self.words(";")
        word = self.any_of(("and", "or"))
        if not word and not loose and self.words("if"):
            return "and", False
        if not word:
            raise Unread
        return word, self.words("if") or self.words("when") or loose

    def clause(self) -> Expression:
        if self.words("either") or self.words("both"):
            word = "or" if self.tokens[self.place - 1].text == "either" else "and"
            self.place -= 1
            if (found := self.tried(self.attributes)) is not None:
                return found
            self.place += 1
            terms = [self.simple()]
            while self.words(word):
                self.words("if")
                terms.append(self.simple())
            if len(terms) == 1:
                raise Unread
            return joined(Or if word == "or" else And, terms)
        return self.simple()

    def simple(self) -> Expression:
        for read in (
            self.ruled,
            self.first_item,
            self.changing,
            self.number_of,
            self.module,
            self.attributes,
            self.same_subject,
        ):
            if (found := self.tried(read)) is not None:
                return found
        raise Unread

    def ruled(self) -> Expression:
        """The conditions of a section, such as that about changes from one RT control point to the next."""
        self.words("the")
        if not (self.words("conditions in") or self.words("conditions of")):
            raise Unread
        self.words("section")
        expression = RULED.get(self.peek().text)
        self.place += 1
        if expression is None or not self.words("are satisfied"):
            raise Unread
        return parse(expression)

    def first_item(self) -> Expression:
        self.words("the")
        if not (self.any_of(("first item of", "first item in", "first control point of")) or self.control_point()):
            raise Unread
        self.words("the")
        token = self.peek()
        if not token.items:
            raise Unread
        self.place += 1
        return End((token.text, *ION_NAMES.get(token.text, ())))

    def changing(self) -> Expression:
        """What changes during a beam: its values at the control points tell; of what is no attribute nothing does."""
        self.words("the")
        start, first = self.place, self.peek()
        while self.peek().kind != "end" and self.peek().text not in ("and", "or", "if", ",", "changes", "change"):
            self.place += 1
        alone = self.place == start + 1 and first.kind == "attribute"
        if not (self.words("changes during") or self.words("change during")):
            raise Unread
        self.words("the")
        if not self.any_of(("beam administration", "beam delivery", "beam", "setup")):
            raise Unread
        return Changes((first.text,)) if alone else Unknown()

    def number_of(self) -> Expression:
        self.words("the")
        if not self.any_of(("number of items in", "number of items of", "number of values of")):
            raise Unread
        path, _ = self.attribute()
        said = self.any_of(ORDERS) or self.any_of(("is", "equals"))
        number = self.number()
        return Count(path, ORDERS.get(said, "="), number)

    def control_point(self) -> bool:
        if self.words("control point") and self.peek().text == "0":
            self.place += 1
            return self.words("of")
        return False

    def module(self) -> Expression:
        names: list[str] = []
        while not names or self.words("or"):
            self.words("the")
            if self.peek().kind != "module":
                raise Unread
            names.append(self.peek().text)
            self.place += 1
        if len(names) == 1 and self.any_of(ABSENT):
            return Not(UsesModule(names[0]))
        if not self.any_of(PRESENT):
            raise Unread
        return joined(Or, map(UsesModule, names))

    def attributes(self) -> Expression:
        """One or several attributes, and what is said of them."""
        word = self.any_of(("either", "both", "neither"))
        paths = [self.attribute()]
        join = ""
        while (place := self.place) is not None and self.peek().kind == "word":
            self.words(",")
            joined = self.any_of(("and", "or", "nor"))
            comma = self.place > place
            start = self.tried_path() if comma else None
            if start is None or (joined and join and joined != join):
                self.place = place
                break
            join = joined or join
            paths.append(start)
        if len(paths) > 1 and not join:
            raise Unread
        return self.said_of(paths, join, word)

    def tried_path(self) -> tuple[Path, Token] | None:
        place = self.place
        try:
            return self.attribute()
        except Unread:
            self.place = place
            return None

    def attribute(self) -> tuple[Path, Token]:
        self.any_of(("the attribute", "the", "attribute"))
        any_value = self.any_of(ANY_VALUE)
        position = 0
        if not any_value and (self.words("value") or self.words("values")):
            position = self.number()
            if not self.any_of(("of", "for")):
                raise Unread
            self.any_of(("the attribute", "the"))
        token = self.peek()
        if token.kind != "attribute":
            raise Unread
        self.place += 1
        self.words("attribute")
        scope = self.scope()
        place = self.place
        self.words(",")
        if self.words("value"):
            position = self.number() or position
            self.words(",")
        else:
            self.place = place
        scope = scope or self.scope()
        if token.text == "FrameType":
            scope = "frame."
        return Path((token.text,), scope, position, bool(any_value)), token

    def same_subject(self) -> Expression:
        """A clause about the attribute of the clause before, such as "Value 1 is ORIGINAL"."""
        if self.subject is None or self.kind is None:
            raise Unread
        self.words("the")
        path = self.subject
        if self.words("value"):
            position = self.number()
            path = replace(path, position=position) if position else path
        elif not self.words("it"):
            raise Unread
        return self.predicates((path, self.kind))

    def said_of(self, paths: list[tuple[Path, Token]], join: str, word: str) -> Expression:
        if len(paths) == 1:
            if word:
                raise Unread
            self.subject, self.kind = paths[0]
            return self.predicates(paths[0])
        self.subject = None
        self.words("are both")
        place = self.place
        terms = []
        for path in paths:
            self.place = place
            terms.append(self.predicate(path))
        negative = any(is_negative(term) for term in terms)
        if word == "neither":
            if negative or join != "nor":
                raise Unread
            return joined(And, [negation(term) for term in terms])
        if join == "nor" or (negative and join == "or" and word != "either"):
            raise Unread
        return joined(And if join == "and" else Or, terms)


def _grouped(terms: list[Expression], joins: list[tuple[str, bool]]) -> Expression:
    """Clauses in groups: loose words stand between groups; one kind of word inside each, and one between them."""
    if not joins:
        return terms[0]
    if len({word for word, _ in joins}) == 1:
        return joined(And if joins[0][0] == "and" else Or, terms)
    loose = {word for word, is_loose in joins if is_loose}
    if len(loose) != 1:
        raise Unread
    groups: list[tuple[list[Expression], list[str]]] = [([terms[0]], [])]
    for (word, is_loose), term in zip(joins, terms[1:], strict=True):
        if is_loose:
            groups.append(([term], []))
        else:
            groups[-1][0].append(term)
            groups[-1][1].append(word)
    if any(len(set(words)) > 1 for _, words in groups):
        raise Unread
    made = [joined(And if words[:1] == ["and"] else Or, group) for group, words in groups]
    return joined(And if loose == {"and"} else Or, made)

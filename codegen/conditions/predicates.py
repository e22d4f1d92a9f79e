"""What condition sentences say of an attribute: that it is there, has a value, equals one, points to another."""

from __future__ import annotations

from dataclasses import replace

from .cursor import Cursor, Unread
from .expression import (
    And,
    Code,
    Compare,
    Count,
    Expression,
    Not,
    Or,
    Path,
    Points,
    Presence,
    Private,
    SopClass,
    joined,
)
from .phrases import ABSENT, DIFFERS, EQUALS, HAS_VALUE, NO_VALUE, NON_ZERO, ORDERS, PRESENT, VERBS
from .words import Token

__all__ = ["Predicates", "is_negative"]


class Predicates(Cursor):
    """Reads what follows the subject of a clause."""

    def predicates(self, subject: tuple[Path, Token]) -> Expression:
        """What is said of one attribute: "is present and has a Value of ..."."""
        groups = [[self.predicate(subject)]]
        while (more := self.tried_more(subject)) is not None:
            word, term = more
            if word == "and":
                if len(groups) > 1 and not isinstance(groups[-1][0], Presence):
                    raise Unread
                groups[-1].append(term)
            else:
                groups.append([term])
        return joined(Or, [_simpler(joined(And, group)) for group in groups])

    def tried_more(self, subject: tuple[Path, Token]) -> tuple[str, Expression] | None:
        """Another predicate of the same subject, and the word before it."""
        place = self.place
        self.words(",")
        word = self.any_of(("and", "or", "but"))
        self.words("if")
        self.any_of(("its value", "the value", "value", "it"))
        found = self.tried(lambda: self.shortened(subject) or self.predicate(subject)) if word else None
        if found is None:
            self.place = place
            return None
        return ("or" if word == "or" else "and"), found

    def shortened(self, subject: tuple[Path, Token]) -> Expression | None:
        """A bare "not" and values, such as in "is absent or not CT"."""
        path, token = subject
        if token.several or self.peek(1).kind not in ("value", "number") or not self.words("not"):
            return None
        values = self.values()
        return Compare(path, "!=" if len(values) == 1 else "not in", values)

    def predicate(self, subject: tuple[Path, Token]) -> Expression:
        path, token = subject
        readers = (self.items, self.codes) if token.items else (self.pointer, self.order, self.differs, self.equals)
        for read in (*readers, self.presence):
            if (found := self.tried(lambda read=read: read(path, token))) is not None:  # type: ignore[misc]
                scope = self.scope()
                if scope:
                    if not isinstance(found, Presence) or path.scope:
                        raise Unread
                    found = Presence(replace(path, scope=scope), found.kind)
                return found
        raise Unread

    def presence(self, path: Path, token: Token) -> Expression:
        if path.position or path.any:
            raise Unread
        if self.any_of(HAS_VALUE):
            return Presence(path, "has")
        if self.any_of(NO_VALUE):
            return Not(Presence(path, "has"))
        if self.any_of(ABSENT):
            return Presence(path, "no")
        if self.any_of(PRESENT):
            return Presence(path, "has" if token.items and self.tokens[self.place - 1].text == "used" else "is")
        raise Unread

    def items(self, path: Path, _: Token) -> Expression:
        if self.any_of(("contains", "has", "is present and contains", "is present and has")):
            if self.any_of(("more than one item", "multiple items", "more than a single item", "two or more items")):
                return Count(path, ">", 1)
            if self.any_of(("one or more items", "at least one item", "any items", "items")):
                return Presence(path, "has")
            if self.any_of(("one item", "only one item", "a single item", "exactly one item", "only a single item")):
                return Count(path, "=", 1)
        raise Unread

    def codes(self, path: Path, _: Token) -> Expression:
        if not self.any_of(
            (
                "contains an item with the value",
                "contains an item with value",
                "contains an item with a value of",
                "contains the item",
                "contains",
                *EQUALS,
            )
        ):
            raise Unread
        codes: list[str] = []
        while self.peek().kind == "code":
            codes.append(self.peek().text)
            self.place += 1
            place = self.place
            self.words(",")
            self.words("or")
            if self.peek().kind != "code":
                self.place = place
        if not codes:
            raise Unread
        return Code(path, tuple(codes))

    def pointer(self, path: Path, token: Token) -> Expression:
        if self.any_of(("is the data element tag of a private attribute",)):
            return Private(replace(path, any=False))
        said = self.any_of(("points to", "includes the tag for", "contains the tag for", "is"))
        self.words("the")
        targets = []
        while token.text.endswith("Pointer") and self.peek().kind == "attribute":
            targets.append(self.peek().text)
            self.place += 1
            place = self.place
            if not self.words("or") or self.peek(1).text in VERBS:
                self.place = place
                break
        if not said or not targets:
            raise Unread
        return joined(Or, [Points(path, target) for target in targets])

    def order(self, path: Path, token: Token) -> Expression:
        if self.any_of(NON_ZERO):
            if self.words("length"):
                raise Unread
            return Compare(path, "!=", ("0",))
        said = self.any_of(ORDERS)
        value = self.peek()
        if not said or value.kind != "number" or (token.several and not path.position):
            raise Unread
        self.place += 1
        return Compare(path, ORDERS[said], (value.text,))

    def differs(self, path: Path, token: Token) -> Expression:
        if (token.several and not path.position) or path.any or not (said := self.any_of(DIFFERS)):
            raise Unread
        self.words("either")
        values = self.values()
        while True:
            place = self.place
            if not self.any_of(("and not", "and is not", "nor", "and")) or self.peek().kind not in ("value", "number"):
                self.place = place
                break
            values += self.values()
        found = Compare(path, "!=" if len(values) == 1 else "not in", values)
        there = said.startswith("is present") and not path.position
        return joined(And, [Presence(path), found]) if there else found

    def equals(self, path: Path, token: Token) -> Expression:
        if not self.any_of(EQUALS):
            raise Unread
        self.any_of((":", "either", "one of"))
        values = self.values()
        if self.any_of(("or greater", "or more", "or higher")):
            if len(values) > 1:
                raise Unread
            return Compare(path, ">=", values)
        if token.several and not path.position:
            path = replace(path, any=True)
        if token.text == "SOPClassUID" and all(value.startswith("1.2.840") for value in values):
            return SopClass(values)
        return Compare(path, "=" if len(values) == 1 else "in", values)

    def values(self) -> tuple[str, ...]:
        """Values with commas and "or" between them."""
        found: list[str] = []
        while self.peek().kind in ("value", "number"):
            found.append(self.peek().text)
            self.place += 1
            place = self.place
            comma = self.words(",")
            if not (self.words("or") or comma) or self.peek().kind not in ("value", "number") or self.continues():
                self.place = place
                break
            self.words("either")
        if not found or (self.peek().kind == "word" and self.peek().text in ("length", "length.")):
            raise Unread
        return tuple(dict.fromkeys(found))

    def continues(self) -> bool:
        """Whether a value that follows is the subject of a clause rather than a value."""
        following = self.peek(1)
        return following.kind == "word" and following.text in VERBS


def is_negative(term: Expression) -> bool:
    if isinstance(term, Compare):
        return term.op in ("!=", "not in")
    return isinstance(term, Not) or (isinstance(term, Presence) and term.kind == "no")


def _simpler(term: Expression) -> Expression:
    """Without "is present" where a comparison says as much."""
    if not isinstance(term, And):
        return term
    compared = {
        t.path.keywords for t in term.terms if isinstance(t, Compare) and t.op in ("=", "in", ">", "<", ">=", "<=")
    }
    left = [t for t in term.terms if not (isinstance(t, Presence) and t.kind != "no" and t.path.keywords in compared)]
    return joined(And, left)

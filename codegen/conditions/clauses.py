"""Clauses of condition sentences: a subject and what is said of it, by recursive descent over tokens.

A subject is one or several attributes, perhaps one of several values, perhaps in another item. Clauses are joined by
"and" and "or", where a comma or a repeated "if" binds more loosely. What could be read in two ways is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from .expression import (
    And,
    Code,
    Compare,
    Count,
    Expression,
    First,
    Not,
    Or,
    Path,
    Points,
    Presence,
    SopClass,
    Unknown,
    UsesModule,
    joined,
    negation,
)
from .phrases import (
    ABSENT,
    ANY_VALUE,
    AROUND,
    DIFFERS,
    EQUALS,
    HAS_VALUE,
    HERE,
    NO_VALUE,
    NON_ZERO,
    ORDERS,
    PRESENT,
    SPELLED,
    VERBS,
)
from .words import Token

__all__ = ["Clauses", "Unread"]


class Unread(Exception):
    """The sentence is not of this grammar."""


class Clauses:
    """Recursive descent over tokens."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.place = 0
        self.subject: Path | None = None
        self.kind: Token | None = None

    # --- tokens ---

    def peek(self, ahead: int = 0) -> Token:
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else Token("end", "")

    def words(self, text: str) -> bool:
        """Whether these words come next; then they are taken."""
        wanted = text.split()
        for ahead, word in enumerate(wanted):
            token = self.peek(ahead)
            number = token.kind == "number" and token.text == SPELLED.get(word)
            if not number and (token.kind != "word" or token.text != word):
                return False
        self.place += len(wanted)
        return True

    def any_of(self, texts: Iterable[str]) -> str:
        return next((text for text in sorted(texts, key=len, reverse=True) if self.words(text)), "")

    def tried(self, read: Callable[[], Expression]) -> Expression | None:
        place, subject, kind = self.place, self.subject, self.kind
        try:
            return read()
        except Unread:
            self.place, self.subject, self.kind = place, subject, kind
            return None

    # --- clauses ---

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
        for read in (self.first_item, self.changing, self.number_of, self.module, self.attributes, self.same_subject):
            if (found := self.tried(read)) is not None:
                return found
        raise Unread

    def first_item(self) -> Expression:
        self.words("the")
        if not (self.any_of(("first item of", "first item in")) or self.control_point()):
            raise Unread
        self.words("the")
        token = self.peek()
        if not token.items:
            raise Unread
        self.place += 1
        return First(token.text)

    def changing(self) -> Expression:
        """What changes during a beam: no file tells whether a value that is absent has changed."""
        while self.peek().kind != "end" and self.peek().text not in ("and", "or", "if", ",", "changes", "change"):
            self.place += 1
        if not (self.words("changes during") or self.words("change during")):
            raise Unread
        self.words("the")
        if not self.any_of(("beam administration", "beam", "setup")):
            raise Unread
        return Unknown()

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
        self.words("the")
        token = self.peek()
        if token.kind != "module":
            raise Unread
        self.place += 1
        if self.any_of(ABSENT):
            return Not(UsesModule(token.text))
        if not self.any_of(PRESENT):
            raise Unread
        return UsesModule(token.text)

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

    def number(self) -> int:
        token = self.peek()
        if token.kind == "number" and token.text.isdigit():
            self.place += 1
            return int(token.text)
        return 0

    def scope(self) -> str:
        """Where an attribute is to be found, if that is said."""
        self.any_of(HERE)
        place = self.place
        if self.any_of(("in the", "within the", "of the")):
            if self.any_of(AROUND):
                if self.peek().items:
                    self.place += 1
                self.words("sequence")
                if self.words("item"):
                    return "^"
            elif self.peek().kind == "module":
                self.place += 1
                return "/"
        self.place = place
        return ""

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
        negative = any(_is_negative(term) for term in terms)
        if word == "neither":
            if negative or join != "nor":
                raise Unread
            return joined(And, [negation(term) for term in terms])
        if join == "nor" or (negative and join == "or" and word != "either"):
            raise Unread
        return joined(And if join == "and" else Or, terms)

    # --- predicates ---

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
        found = self.tried(lambda: self.predicate(subject)) if word else None
        if found is None:
            self.place = place
            return None
        return ("or" if word == "or" else "and"), found

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


def _is_negative(term: Expression) -> bool:
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

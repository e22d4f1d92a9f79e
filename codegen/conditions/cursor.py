"""Tokens of a sentence, taken one after the other; what does not fit is put back."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .expression import Expression, Path
from .phrases import AROUND, HERE, SPELLED
from .words import Token

__all__ = ["Cursor", "Unread"]


class Unread(Exception):
    """The sentence is not of this grammar."""


class Cursor:
    """Tokens, and the place up to which they have been taken."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.place = 0
        self.subject: Path | None = None
        self.kind: Token | None = None

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

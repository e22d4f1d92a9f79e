"""The English of condition sentences -> expressions: a grammar, which takes a sentence whole or not at all.

A sentence that could be read in two ways, or that has a word too many, has no expression. A clause that says something
which no file tells becomes ``?``, if it is plain where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ..model.elements import Element
from .clauses import Clauses
from .cursor import Unread
from .expression import And, Compare, Expression, Or, Presence, Unknown, joined, negation
from .phrases import LEADS, VERBS
from .words import Token, Vocabulary

__all__ = ["Translator"]


class Translator:
    """Sentences -> expressions; knows the names of the elements."""

    def __init__(self, elements: Iterable[Element]) -> None:
        self.vocabulary = Vocabulary(elements)

    def express(self, sentence: str) -> str:
        """The expression of a condition sentence, such as "Required if ...", ``"?"`` if it has none."""
        found = self.read(sentence)
        return "?" if found is None else str(found)

    def read(self, sentence: str) -> Expression | None:
        """As `express`, as a value; None if there is no part of the sentence that a file can decide."""
        pieces = _pieces(self.vocabulary.tokens(sentence))
        if not pieces:
            return None
        try:
            terms = [_condition(piece) for piece in pieces]
        except Unread:
            return None
        found = terms[0] if len(terms) == 1 else joined(Or, terms)
        return None if isinstance(found, Unknown) else found


def _pieces(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "word" and token.text == ".":
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [tuple(piece) for piece in pieces if piece and not _drops(piece)]


def _text(tokens: Iterable[Token]) -> str:
    return " ".join(token.text if token.kind == "word" else "*" for token in tokens)


_DROPPED: Final = (
    "otherwise",
    "shall not be present otherwise",
    "otherwise shall not be present",
    "shall be absent otherwise",
    "it shall not be present otherwise",
    "otherwise not used",
    "shall not be present in other cases",
)


_REMARKS: Final = ("would be required", "will be required", "as required to", "is required to have")
"""Where "required" is said of something else."""

_COUNTS: Final = re.compile(
    r"(?:\*|only one|a single|only a single|zero)(?: or (?:\*|more))? items? shall be (?:included|present)"
)
"""How many items there are when there are any."""

_BINDING: Final = frozenset({"if", "when", "unless", "otherwise", "only", "required", "except"})


def _drops(piece: list[Token]) -> bool:
    """Whether a sentence says nothing of when something is required."""
    text = _text(piece).strip(" ,;")
    if _COUNTS.match(text) or (any(said in text for said in _REMARKS) and not text.startswith("required")):
        return True
    return text in _DROPPED or (not _BINDING & set(text.split()) and not text.startswith(("shall", "it shall")))


def _condition(tokens: tuple[Token, ...]) -> Expression:
    """What a sentence requires, without "Required if"."""
    start = next((n for n, token in enumerate(tokens) if token.kind != "word"), 0)  # "Required, if", "Required if:"
    tokens = _trimmed(tuple(t for n, t in enumerate(tokens) if n > min(start, 3) or t.text not in (",", ":")))
    text = _text(tokens)
    if text.startswith("required if required if"):
        tokens, text = tokens[2:], text[len("required if ") :]
    if text.startswith("required unless "):
        found = _clauses(tokens[2:])
        if not isinstance(found, Presence | Compare):
            raise Unread
        return negation(found)
    if text.startswith("required for ") and not text.startswith("required for images "):
        return _clauses(tokens[2:])
    for lead in sorted(LEADS, key=len, reverse=True):
        if text.startswith(f"{lead} "):
            if lead == "if" and re.search(r"(?<!and|.or|..,) if ", text):
                raise Unread  # two sentences without a full stop
            return _clauses(tokens[len(lead.split()) :])
    raise Unread


def _trimmed(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    while tokens and tokens[-1].kind == "word" and tokens[-1].text in (",", ";", "otherwise", ":"):
        tokens = tokens[:-1]
    while tokens and (tokens[0].kind == "other" or (tokens[0].kind == "word" and tokens[0].text in (",", ";"))):
        tokens = tokens[1:]
    return tokens


def _clauses(tokens: tuple[Token, ...]) -> Expression:
    try:
        return Clauses(tokens).whole()
    except Unread:
        return _partly(tokens)


_HARD: Final = frozenset(
    {"unless", "except", "neither", "nor", "either", "both", "otherwise", "between", "sum", "following", "subsequent"}
)


def _partly(tokens: tuple[Token, ...]) -> Expression:
    """Clauses of which some cannot be decided, where they are joined by one word only."""
    words = [token.text for token in tokens if token.kind == "word"]
    joins = {"and", "or"} & set(words)
    hard = {
        "unless",
        "except",
        "neither",
        "nor",
        "either",
        "both",
        "otherwise",
        "between",
        "sum",
        "following",
        "subsequent",
    }
    if len(joins) != 1 or hard & set(words):
        raise Unread
    (join,) = joins
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "word" and token.text == join:
            parts.append([])
        else:
            parts[-1].append(token)
    parts = _with_subjects(parts, join)
    terms: list[Expression] = []
    for part in parts:
        part = list(_trimmed(tuple(part)))
        try:
            terms.append(Clauses(tuple(part)).whole())
        except Unread:
            if not any(token.kind == "word" and token.text in VERBS for token in part):
                raise
            terms.append(Unknown())
    found = joined(And if join == "and" else Or, terms)
    if isinstance(found, Unknown):
        raise Unread
    return found


def _with_subjects(parts: list[list[Token]], join: str) -> list[list[Token]]:
    """Parts that start with their verb belong to the part before."""
    whole = parts[:1]
    for part in parts[1:]:
        if part and part[0].kind == "word" and part[0].text in ("is", "has", "are", "equals", "not", "the value"):
            whole[-1] += [Token("word", join), *part]
        else:
            whole.append(part)
    return whole

"""Condition sentences of the standard, as expressions.

`Translator` makes an expression of a sentence, `Overlay` has those that people wrote for what it cannot read, and
`parse` reads the language, which `codegen.conditions.expression` explains.
"""

from __future__ import annotations

import hashlib

from .english import Translator
from .expression import Expression, keywords_of
from .overlay import Overlay, conditions_in, coverage
from .parsing import ConditionError, parse

__all__ = [
    "ConditionError",
    "Expression",
    "Overlay",
    "Translator",
    "conditions_in",
    "coverage",
    "keywords_of",
    "parse",
    "sentence_hash",
]


def sentence_hash(sentence: str) -> str:
    """Eight hexadecimal digits of the SHA-256 of a sentence, whose case and white space do not matter."""
    return hashlib.sha256(" ".join(sentence.lower().split()).encode("utf-8")).hexdigest()[:8]

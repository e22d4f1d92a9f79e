"""Condition sentences of the standard: how one is told from another."""

from __future__ import annotations

import hashlib

__all__ = ["sentence_hash"]


def sentence_hash(sentence: str) -> str:
    """Eight hexadecimal digits of the SHA-256 of a sentence, whose case and white space do not matter."""
    return hashlib.sha256(" ".join(sentence.lower().split()).encode("utf-8")).hexdigest()[:8]

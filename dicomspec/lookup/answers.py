"""What the answers are made of: facts and tables, as text."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from dicomspec.iods import Condition

__all__ = ["Answer", "Match", "Table", "answer", "condition_text", "few", "section_text"]

Table: TypeAlias = "list[dict[str, str]]"
"""Rows that have the same keys."""


class Answer(NamedTuple):
    """What the standard says of one thing.

    Attributes:
        kind: such as ``"element"``, ``"UID"``, ``"IOD"``, ``"module"``.
        title: what it is called.
        facts: by label.
        tables: by heading; each row has the same keys.
    """

    kind: str
    title: str
    facts: dict[str, str]
    tables: dict[str, Table]


class Match(NamedTuple):
    """One thing whose name has a text in it; ``key`` is what to look up for all of it."""

    kind: str
    key: str
    name: str


def answer(kind: str, title: str, facts: dict[str, str], tables: dict[str, Table]) -> Answer:
    """An answer, without the facts and tables that are empty."""
    return Answer(
        kind,
        title,
        {label: text for label, text in facts.items() if text},
        {heading: rows for heading, rows in tables.items() if rows},
    )


def condition_text(found: Condition | None) -> str:
    """In the words of the standard, if the edition has them, else as expression."""
    if found is None:
        return ""
    return found.text or (found.when if found.when != "?" else "as the section says")


def section_text(section: str) -> str:
    """A section of PS3.3; empty if it is not on record."""
    return f"PS3.3 {section}" if section else ""


def few(names: list[str], what: str) -> str:
    """The names if they are few, else how many there are of what."""
    return ", ".join(names) if len(names) <= 2 else f"{len(names)} {what}"

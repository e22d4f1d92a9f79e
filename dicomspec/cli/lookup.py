"""``dicomspec lookup``: what the standard says of a keyword, tag, UID, IOD, module, or text."""

from __future__ import annotations

import json
from typing import Final

import click

from dicomspec.cli.output import Screen, complain, edition_option, safe
from dicomspec.edition import Edition
from dicomspec.lookup import Answer, Match, look_up, search, suggestions

__all__ = ["lookup"]

SHOWN: Final = 40
"""Rows of a table that are shown where not all are asked for."""

NOTHING: Final = 1


@click.command(short_help="Tell what the standard says of something.")
@click.argument("words", nargs=-1, required=True, metavar="KEYWORD|TAG|UID|IOD|TEXT")
@click.option("--all", "whole", is_flag=True, help=f"Show all rows of tables, not the first {SHOWN}.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Default: table.")
@edition_option
def lookup(words: tuple[str, ...], whole: bool, form: str, edition: Edition) -> int:
    """Tell what the standard says of something, or what has TEXT in its name.

    It may be an element, UID, IOD, module, macro, context group, template, code, or private creator.

    \b
    dicomspec lookup PatientOrientation
    dicomspec lookup '(0028,0010)'
    dicomspec lookup '(0029,xx10)'
    dicomspec lookup 1.2.840.10008.5.1.4.1.1.2
    dicomspec lookup CT Image IOD
    dicomspec lookup general image module --all
    dicomspec lookup CID 29
    dicomspec lookup dose reference

    Exit code: 0 if something was found, 1 if not.
    """
    text = " ".join(words)
    answers = look_up(text, edition)
    matches = [] if answers else search(text, edition)
    if len(matches) == 1:
        answers, matches = look_up(matches[0].key, edition), []
    near = [] if answers or matches else suggestions(text, edition)
    if form == "json":
        found = {"answers": [each._asdict() for each in answers], "matches": [each._asdict() for each in matches]}
        print(json.dumps({"edition": edition.name, **found, "suggestions": near}, ensure_ascii=False))
        return 0 if answers or matches else NOTHING
    screen = Screen()
    for number, answer in enumerate(answers):
        if number:
            screen.line()
        _show(screen, answer, whole)
    if matches:
        _list(screen, matches, whole)
    if answers or matches:
        return 0
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    complain(f"nothing in {edition.name} is called {text!r}{hint}")
    return NOTHING


def _show(screen: Screen, answer: Answer, whole: bool) -> None:
    screen.line((safe(answer.title), "file"), f"  {answer.kind}", whole=True)
    width = max(len(label) for label in answer.facts)
    for label, text in answer.facts.items():
        screen.line((f"  {label:{width}}  ", "tag"), safe(text), whole=True)
    for heading, rows in answer.tables.items():
        screen.line()
        screen.line((heading, "file"))
        shown = rows if whole else rows[:SHOWN]
        columns = [column for column in rows[0] if any(row[column] for row in shown)]
        screen.table(columns, [[safe(row[column]) for column in columns] for row in shown])
        _rest(screen, len(rows) - len(shown))


def _list(screen: Screen, matches: list[Match], whole: bool) -> None:
    shown = matches if whole else matches[:SHOWN]
    screen.table(("what", "keyword", "name"), [tuple(map(safe, match)) for match in shown])
    _rest(screen, len(matches) - len(shown))


def _rest(screen: Screen, count: int) -> None:
    if count:
        screen.line(f"and {count} more: --all shows them")

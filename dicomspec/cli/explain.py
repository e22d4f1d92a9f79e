"""``dicomspec explain``: every byte of a file, with the structure and the field it belongs to."""

from __future__ import annotations

from itertools import islice
from typing import Final

import click

from dicomspec import paths
from dicomspec.cli.output import Screen, edition_option, safe, source_of
from dicomspec.edition import Edition
from dicomspec.explanation import explain_file
from dicomspec.wire.explain import Field

__all__ = ["explain"]

SHOWN: Final = 16
"""Bytes of a field in one line."""

TEXT: Final = 64
"""Bytes of a value that are shown as text."""


def _number(context: click.Context, parameter: click.Parameter, text: str) -> int:
    """A number, decimal or with 0x in front."""
    try:
        number = int(text, 0)
    except ValueError:
        number = -1
    if number < 0:
        raise click.BadParameter(f"{text!r} is no offset: a number such as 132 or 0x84 is wanted")
    return number


@click.command(short_help="Annotate every byte of a file.")
@click.argument("file", metavar="FILE")
@click.option("--tag", metavar="KEYWORD|TAG|PATH", help="Only these elements, with all that they hold.")
@click.option("--offset", callback=_number, default="0", metavar="N", help="Start with the field that holds byte N.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Show N fields at most.")
@click.option("--full", is_flag=True, help=f"Show all bytes of long values, not the first {SHOWN}.")
@click.option("--width", type=click.IntRange(min=20), metavar="N", help="Cut lines at N columns.")
@edition_option
def explain(
    file: str, tag: str | None, offset: int, limit: int | None, full: bool, width: int | None, edition: Edition
) -> int:
    """Annotate every byte of a file: offset, bytes, structure, field, and what it says.

    \b
    dicomspec explain plan.dcm --tag BeamName
    dicomspec explain plan.dcm --tag 'BeamSequence[1]'
    dicomspec explain plan.dcm --offset 0x84 --limit 20

    What was wrong in reading stands below the bytes where it was found, after an exclamation mark.
    """
    wanted = _Wanted(tag, edition) if tag is not None else None
    screen = Screen(width)
    chosen = (
        found
        for found in explain_file(source_of(file), edition=edition)
        if found.field.offset + found.field.size > offset and (wanted is None or wanted.holds(found.field.path))
    )
    where: tuple[str, bool] | None = None
    for field, issues, inflated in islice(chosen, limit):
        if where is None or where[1] != inflated:
            screen.line("the inflated dataset; offsets are from its start") if inflated else None
        if where != (field.path, inflated):
            where = (field.path, inflated)
            screen.line((safe(field.path) or "file", "keyword"))
        _show(screen, field, full)
        for issue in issues:
            screen.line((f"  ! {issue.severity} {issue.code}", issue.severity), f": {safe(issue.message)}")
    if where is None and (wanted is not None or offset):
        raise click.ClickException(f"{file} has no {tag or 'bytes'}{f' from byte {offset} on' if offset else ''}")
    return 0


class _Wanted:
    """The elements to show: all of a keyword or tag, or those below a path."""

    def __init__(self, text: str, edition: Edition) -> None:
        steps = paths.parse(text)
        named = [paths.Step(_name(step, edition), step.item) for step in steps]
        self.anywhere = len(named) == 1 and named[0].item is None
        self.path = ".".join(str(step) for step in named)

    def holds(self, path: str) -> bool:
        if self.anywhere:
            return any(step.partition("[")[0] == self.path for step in path.split("."))
        return path == self.path or path.startswith((f"{self.path}.", f"{self.path}["))


def _name(step: paths.Step, edition: Edition) -> str:
    """How paths name the element of a step."""
    tag = paths.tag_of(step, "", edition)
    return edition.keyword(tag) or str(tag)


def _show(screen: Screen, field: Field, full: bool) -> None:
    """One line, or, with all bytes of a long value, as many as it needs."""
    shown = field.raw[:SHOWN]
    rest = field.size - len(shown)
    screen.line(
        (f"  {field.offset:08x}  ", "offset"),
        (f"{_hex(shown)}  ", "hex"),
        (f"{field.structure:15} ", "structure"),
        (f"{field.name or '-':9}", "field"),
        f"  {safe(field.meaning)}",
        f"  {_text(field.raw[:TEXT])}" if field.structure == "Value" else "",
        f"  ({field.size} bytes)" if rest else "",
    )
    if full:
        for at in range(SHOWN, field.size, SHOWN):
            row = field.raw[at : at + SHOWN]
            screen.line((f"  {field.offset + at:08x}  ", "offset"), (f"{_hex(row)}  ", "hex"), _text(row))


def _hex(data: bytes) -> str:
    return data.hex(" ").ljust(SHOWN * 3 - 1)


def _text(data: bytes) -> str:
    """The bytes as ASCII, with dots for what is none, between bars."""
    return f"|{''.join(chr(byte) if 0x20 <= byte < 0x7F else '.' for byte in data)}|"

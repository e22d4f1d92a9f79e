"""``dicomspec explain``: every byte of a file, with the structure and the field it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

import click

from dicomspec import dicomio, paths
from dicomspec._generated import wire as names
from dicomspec.cli.output import Screen, complain, one_line, safe, source_of
from dicomspec.errors import DicomError, Issue
from dicomspec.files import open_source
from dicomspec.wire.explain import Field
from dicomspec.wire.explain import explain as fields_of
from dicomspec.wire.reading import Reading

__all__ = ["explain"]

SHOWN: Final = 16
"""Bytes of a field in one line."""


class _Number(click.ParamType):
    """A number, decimal or with 0x in front."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(str(value), 0)
        except ValueError:
            number = -1
        if number < 0:
            self.fail(f"{value!r} is no offset: a number such as 132 or 0x84 is wanted", param, ctx)
        return number


@click.command(short_help="Annotate every byte of a file.")
@click.argument("file", metavar="FILE")
@click.option("--tag", metavar="KEYWORD|TAG|PATH", help="Only these elements, with all that they hold.")
@click.option("--offset", type=_Number(), default=0, metavar="N", help="Start with the field that holds byte N.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Show N fields at most.")
@click.option("--full", is_flag=True, help=f"Show all bytes of long values, not the first {SHOWN}.")
@click.option("--width", type=click.IntRange(min=20), metavar="N", help="Cut lines at N columns.")
def explain(file: str, tag: str | None, offset: int, limit: int | None, full: bool, width: int | None) -> int:
    """Annotate every byte of a file: offset, bytes, structure, field, and what it says.

    \b
    dicomspec explain plan.dcm --tag BeamName
    dicomspec explain plan.dcm --tag 'BeamSequence[1]'
    dicomspec explain plan.dcm --offset 0x84 --limit 20

    What was wrong in reading stands below the bytes where it was found, after an exclamation mark.
    """
    wanted = _Wanted(tag) if tag is not None else None
    screen = Screen(width)
    found = _Explained.of(file)
    fields = (each for each in found.fields if wanted is None or wanted.holds(each.field.path))
    shown = 0
    path = None
    for each in islice((each for each in fields if each.end > offset), limit):
        if each.field.path != path:
            path = each.field.path
            screen.line((safe(path) or "file", "keyword"))
        _show(screen, each.field, full)
        for issue in each.issues:
            screen.line((f"  ! {issue.severity} {issue.code}", issue.severity), f": {safe(issue.message)}")
        shown += 1
    if found.error:
        complain(f"{file}: {found.error}")
    if not shown and wanted is not None:
        complain(f"{file} has no {tag} from byte {offset} on" if offset else f"{file} has no {tag}")
    return 2 if found.error or not shown and wanted is not None else 0


class _Wanted:
    """The elements to show: all of a keyword or tag, or those below a path."""

    def __init__(self, text: str) -> None:
        steps = paths.parse(text)
        named = [paths.Step(_name(step), step.index) for step in steps]
        self.anywhere = len(named) == 1 and named[0].index is None
        self.path = ".".join(str(step) for step in named)

    def holds(self, path: str) -> bool:
        if self.anywhere:
            return any(step.partition("[")[0] == self.path for step in path.split("."))
        return path == self.path or path.startswith((f"{self.path}.", f"{self.path}["))


def _name(step: paths.Step) -> str:
    """How paths name the element of a step."""
    tag = paths.tag_of(step)
    return paths.keyword_or_tag(tag)


class _Placed(NamedTuple):
    """A field with the issues found in it."""

    field: Field
    issues: list[Issue]

    @property
    def end(self) -> int:
        return self.field.offset + self.field.size


class _Explained(NamedTuple):
    """The fields of a file, and why it could not be read, if so."""

    fields: Iterator[_Placed]
    error: str

    @classmethod
    def of(cls, name: str) -> _Explained:
        source = open_source(source_of(name))
        issues: list[Issue] = []
        inflated = None
        error = ""
        try:
            ds = dicomio.read_file(source.buffer, force=True)
            issues = ds.issues
            if isinstance(ds._origin, Reading) and ds._origin.buffer is not source.buffer:
                inflated = ds._origin
        except DicomError as problem:
            error = one_line(problem)
        fields = _placed(fields_of(source.buffer), issues)
        return cls(fields, error) if inflated is None else cls(fields, error)


def _placed(fields: Iterable[Field], issues: list[Issue]) -> Iterator[_Placed]:
    """Each field with the issues at its bytes; those without a place go with the first field."""
    rest = sorted(issues, key=lambda issue: issue.offset or 0)
    for field in fields:
        end = field.offset + field.size
        count = next((at for at, issue in enumerate(rest) if (issue.offset or 0) >= end), len(rest))
        yield _Placed(field, rest[:count])
        del rest[:count]

"""``dicomspec check``: what was wrong with files when they were read, as tables or as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final, NamedTuple

import click

from dicomspec import dicomio
from dicomspec.cli.output import Screen, complain, edition_option, one_line, safe, source_of
from dicomspec.edition import Edition
from dicomspec.errors import DicomError, InvalidDicomError, Issue

__all__ = ["check"]

FOUND: Final = 1
UNREADABLE: Final = 2
MANY: Final = 5
"""Files from which on a bar shows the progress."""

HEAD: Final = ("severity", "code", "where", "byte", "message", "reference")


class _Result(NamedTuple):
    """What reading a file gave."""

    name: str
    issues: list[Issue]
    error: str
    skipped: bool
    """Not DICOM, and found in a folder, not named."""


@click.command(short_help="Tell what is wrong with files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--strict", is_flag=True, help="Stop at the first error or warning of a file, and call it unreadable.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Default: table.")
@edition_option
def check(files: tuple[str, ...], strict: bool, form: str, edition: Edition) -> int:
    """Tell what is wrong with files, all values and nested items included.

    \b
    dicomspec check plan.dcm
    dicomspec check folder/ --format json

    Folders are walked; what is not DICOM in them is passed over. Exit code: 0 no issues, 1 issues, 2 unreadable files.
    """
    screen = Screen()
    results = _with_progress(_all(files, strict, edition), files)
    count = _as_json(results) if form == "json" else _as_tables(screen, results)
    if count.skipped:
        complain(f"{count.skipped} file{'s' * (count.skipped > 1)} passed over: not DICOM")
    return UNREADABLE if count.unreadable else FOUND if count.issues else 0


def _all(names: Iterable[str], strict: bool, edition: Edition) -> Iterator[_Result]:
    for name in names:
        if not os.path.isdir(name):
            yield _read(name, strict, edition, named=True)
            continue
        for folder, folders, files in os.walk(name, onerror=complain):
            folders.sort()
            for file in sorted(files):
                yield _read(os.path.join(folder, file), strict, edition, named=False)


def _read(name: str, strict: bool, edition: Edition, named: bool) -> _Result:
    try:
        ds = dicomio.read_file(source_of(name), strict=strict, edition=edition)
        return _Result(name, ds.issues, "", False)
    except InvalidDicomError as error:
        return _Result(name, [], one_line(error), not named)
    except DicomError as error:
        return _Result(name, [error.issue] if strict else [], one_line(error), False)
    except (OSError, MemoryError, RecursionError) as error:
        return _Result(name, [], one_line(error) or type(error).__name__, False)


class _Count:
    """How many of each there were."""

    def __init__(self) -> None:
        self.issues = self.unreadable = self.skipped = 0

    def add(self, result: _Result) -> None:
        self.skipped += result.skipped
        self.unreadable += bool(result.error) and not result.skipped
        self.issues += len(result.issues)


def _as_tables(screen: Screen, results: Iterable[_Result]) -> _Count:
    count = _Count()
    for result in results:
        count.add(result)
        if result.skipped:
            continue
        if result.error:
            complain(result.error if result.name in result.error else f"{result.name}: {result.error}")
            continue
        number = len(result.issues)
        state = f"{number} issue{'' if number == 1 else 's'}" if number else "no issues"
        screen.line((safe(result.name), "file"), f": {state}", whole=True)
        if number:
            screen.table(HEAD, [_row(issue) for issue in result.issues])
    return count


def _row(issue: Issue) -> tuple[str, ...]:
    offset = "" if issue.offset is None else str(issue.offset)
    fields = (issue.severity, issue.code, issue.path or "file", offset, issue.message, issue.reference)
    return tuple(safe(field) for field in fields)


def _as_json(results: Iterable[_Result]) -> _Count:
    count = _Count()
    between = "[\n"
    for result in results:
        count.add(result)
        entry: dict[str, Any] = {"file": result.name, "readable": not result.error}
        if result.error:
            entry["error"] = result.error
        entry["issues"] = [asdict(issue) for issue in result.issues]
        sys.stdout.write(between + json.dumps(entry))
        between = ",\n"
    sys.stdout.write(("[" if between == "[\n" else "\n") + "]\n")
    return count


def _with_progress(results: Iterator[_Result], names: tuple[str, ...]) -> Iterator[_Result]:
    """The results; a bar on standard error tells how far it is, if there are many and a person looks at it."""
    folders = any(os.path.isdir(name) for name in names)
    if not sys.stderr.isatty() or sys.stdout.isatty() or not (folders or len(names) >= MANY):
        yield from results
        return
    from rich.console import Console
    from rich.progress import track

    total = None if folders else len(names)
    yield from track(results, "checking", total, console=Console(stderr=True), transient=True)

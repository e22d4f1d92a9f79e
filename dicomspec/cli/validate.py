"""``dicomspec validate``: files against the standard, as a table or as a report."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import click

from dicomspec.cli.output import Screen, complain, edition_option, safe
from dicomspec.edition import Edition
from dicomspec.errors import Issue
from dicomspec.files import write_target
from dicomspec.validation.many import Options, Result, agreement, find, look_at
from dicomspec.validation.report import Report
from dicomspec.validation.reports import FORMATS
from dicomspec.validation.rule import SEVERITIES, chosen

__all__ = ["validate"]

FOUND = 1
UNREADABLE = 2
MANY = 5
"""Files from which on a bar shows the progress."""

HEAD = ("severity", "rule", "where", "byte", "message", "reference")
NARROW_HEAD = ("severity", "where, rule", "message, reference")
WIDE = 150
"""Columns that the table wants."""


def _names(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(name.strip() for text in given for name in text.split(",") if name.strip())
    try:
        list(chosen(names, ()))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return names


@click.command(short_help="Check files against the standard.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER|ZIP|DICOMDIR...")
@click.option("--jobs", type=click.IntRange(1), default=1, metavar="N", help="Processes that work side by side.")
@click.option("--format", "form", type=click.Choice(["table", *FORMATS]), default="table", help="Default: table.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), metavar="FILE", help="Where to; standard output if not given."
)
@click.option("--only", multiple=True, callback=_names, metavar="NAMES", help="Rules or groups of rules: iod,vr")
@click.option("--ignore", multiple=True, callback=_names, metavar="NAMES", help="Rules or groups to leave out: private")
@click.option(
    "--min-severity",
    type=click.Choice(SEVERITIES),
    help="Leave out what is milder. Default: warning for tables, else info.",
)
@edition_option
def validate(
    files: tuple[str, ...],
    jobs: int,
    form: str,
    output: str | None,
    only: tuple[str, ...],
    ignore: tuple[str, ...],
    min_severity: str | None,
    edition: Edition,
) -> int:
    """Check files against the standard: encoding, values, modules and attributes of the IOD, and each other.

    \b
    dicomspec validate scan.dcm
    dicomspec validate archive/ --jobs 2 --format html -o report.html
    dicomspec validate scan.dcm --only encoding         what was wrong with reading it

    What is not DICOM in folders and zip files is passed over; - is standard input. `dicomspec rules` tells the rules
    and their groups. Exit code: 0 no errors, 1 errors, 2 unreadable files.
    """
    severity = min_severity or ("warning" if form == "table" else "info")
    options = Options(edition, only, ignore, severity)
    places = find(files)
    results = list(_with_progress(look_at(places, options, jobs), len(places)))
    report = _report(results, options)
    if output is not None:
        text = _as_text(report, results) if form == "table" else FORMATS[form](report)
        write_target(output, (part.encode("utf-8", "backslashreplace") for part in text))
    elif form == "table":
        _table(Screen(), report, results)
    else:
        sys.stdout.writelines(FORMATS[form](report))
    return UNREADABLE if report.unreadable else FOUND if report.errors else 0


def _report(results: list[Result], options: Options) -> Report:
    read = [result for result in results if not result.error]
    between: list[Issue] = list(agreement(read, options)) if len(read) > 1 or any(r.records for r in read) else []
    report = Report(
        [*(issue for result in read for issue in result.issues), *between], options.edition.name, len(results)
    )
    report.unreadable = {result.name: result.error for result in results if result.error and not result.skipped}
    skipped = sum(result.skipped for result in results)
    report.files -= skipped
    if skipped:
        complain(f"{skipped} file{'s' * (skipped > 1)} passed over: not DICOM")
    return report


def _as_text(report: Report, results: list[Result]) -> Iterator[str]:
    stream = io.StringIO()
    _table(Screen(stream=stream), report, results)
    yield stream.getvalue()


def _table(screen: Screen, report: Report, results: list[Result]) -> None:
    by_file = report.group_by("file")
    for result in results:
        if result.skipped or result.error:
            if not result.skipped:
                complain(result.error if result.name in result.error else f"{result.name}: {result.error}")
            continue
        issues = by_file.get(result.name, Report())
        screen.line((safe(result.name), "file"), f": {_counts(issues)}", whole=True)
        if issues and screen.is_terminal and (screen.width or WIDE) < WIDE:
            screen.table(NARROW_HEAD, [_narrow(issue) for issue in issues], shares=(None, 4, 5))
        elif issues:
            screen.table(HEAD, [_row(issue) for issue in issues])
    if report.files > 1:
        clean = report.files - len(by_file) - len(report.unreadable)
        unreadable = f", {len(report.unreadable)} could not be read" if report.unreadable else ""
        screen.line(f"{report.files:,} files: {_counts(report)}; {clean:,} without findings{unreadable}")


def _counts(report: Report) -> str:
    return ", ".join(f"{n:,} {name}{'s' * (n > 1)}" for name, n in report.counts().items() if n) or "no findings"


def _row(issue: Issue) -> tuple[str, ...]:
    offset = "" if issue.offset is None else str(issue.offset)
    fields = (issue.severity, issue.rule, issue.path or "file", offset, issue.message, issue.reference)
    return tuple(safe(field) for field in fields)


def _narrow(issue: Issue) -> tuple[str, ...]:
    """A row of less columns, for terminals that are not wide enough for all."""
    severity, rule, where, offset, message, reference = _row(issue)
    return severity, f"{where}\n{rule}{f', byte {offset}' if offset else ''}", f"{message}\n{reference}"


def _with_progress(results: Iterator[Result], total: int) -> Iterator[Result]:
    """The results; a bar on standard error tells how far it is, if there are many and a person looks at it."""
    if not sys.stderr.isatty() or total < MANY:
        yield from results
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(results, "validating", total, console=Console(stderr=True), transient=True)

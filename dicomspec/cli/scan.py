"""``dicomspec scan``: a few attributes of many files, as CSV or JSON lines."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final

import click

from dicomspec.cli.output import complain, edition_option
from dicomspec.edition import Edition
from dicomspec.scanning import Row
from dicomspec.scanning import scan as scan_files
from dicomspec.sequence import Sequence

__all__ = ["scan"]

UNREADABLE: Final = 2
KEYWORDS: Final = ("PatientID", "Modality", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")


@click.command(short_help="Read some attributes of many files, as a table.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--key", "-k", "keys", multiple=True, metavar="ATTRIBUTE", help="A keyword or tag; as often as wanted.")
@click.option("--jobs", "-j", type=click.IntRange(1), default=1, help="Processes to read with. Default: 1.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", help="Default: csv.")
@edition_option
def scan(files: tuple[str, ...], keys: tuple[str, ...], jobs: int, form: str, edition: Edition) -> int:
    """Read some attributes of many files, one line a file; folders are walked, what is not DICOM there is passed over.

    \b
    dicomspec scan archive/ -k PatientID -k Modality -k StudyDate --jobs 2 > table.csv
    dicomspec scan plan.dcm --format json

    JSON is one object a line. Files that cannot be read are told on standard error; exit code 2 if there were any.
    """
    wanted = keys or KEYWORDS
    rows = _with_progress(scan_files(files, wanted, jobs=jobs, edition=edition))
    unreadable: list[str] = []
    put = _put_json if form == "json" else _put_csv
    put(wanted, _readable(rows, unreadable))
    return UNREADABLE if unreadable else 0


def _readable(rows: Iterable[Row], unreadable: list[str]) -> Iterator[Row]:
    """The rows of the files that could be read; the others are told."""
    for row in rows:
        if row.error:
            unreadable.append(row.path)
            complain(row.error if row.path in row.error else f"{row.path}: {row.error}")
        else:
            yield row


def _put_csv(wanted: Iterable[str], rows: Iterable[Row]) -> None:
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["file", *wanted])
    table.writerows([row.path, *map(_text, row.values)] for row in rows)


def _put_json(wanted: Iterable[str], rows: Iterable[Row]) -> None:
    for row in rows:
        values = {key: _plain(value) for key, value in zip(wanted, row.values, strict=True)}
        sys.stdout.write(json.dumps({"file": row.path, **values}) + "\n")


def _text(value: Any) -> str:
    """A value in a cell; several are joined as the standard joins them (PS3.5 6.4)."""
    plain = _plain(value)
    if isinstance(plain, list):
        return "\\".join(map(_text, plain))
    return "" if plain is None else str(plain)


def _plain(value: Any) -> Any:
    """A value as JSON has it; what is too much for a cell is described."""
    if value is None or isinstance(value, (str, float)):
        return value
    if isinstance(value, Sequence):
        return f"{len(value)} item{'s' * (len(value) != 1)}"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if type(value) is int else str(value)


def _with_progress(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows; a bar on standard error tells how far it is, if a person looks at it and not at the rows."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from rows
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(rows, "scanning", None, console=Console(stderr=True), transient=True)

"""``dicomspec codify``: the Python that would build a file."""

from __future__ import annotations

import os
import sys

import click

from dicomspec.cli.output import source_of
from dicomspec.codify import codify as script_of
from dicomspec.dicomio import read_file
from dicomspec.files import write_target

__all__ = ["codify"]


@click.command(short_help="The Python that would build a file.")
@click.argument("file", metavar="FILE")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), metavar="SCRIPT", help="Write it there, not to standard output."
)
@click.option(
    "--save-as", "target", default="new.dcm", show_default=True, metavar="FILE", help="What the script saves."
)
@click.option(
    "--bytes",
    "how",
    type=click.Choice(["source", "hex"]),
    default="source",
    show_default=True,
    help="Take large binary values from FILE, or write them out.",
)
@click.option("--limit", type=click.IntRange(0), default=64, show_default=True, help="Bytes; longer values are large.")
def codify(file: str, output: str | None, target: str, how: str, limit: int) -> int:
    """Print the Python that would build FILE; running it gives the same dataset, and saves it.

    \b
    dicomspec codify plan.dcm                    to look at, or to take from
    dicomspec codify plan.dcm -o make_plan.py    a script
    dicomspec codify ct.dcm --bytes hex          one that does not need ct.dcm, pixels and all

    Values that break a rule of the standard are kept; the datasets are then made with check=False.
    """
    source = None if how == "hex" or file == "-" else os.path.abspath(file)
    text = script_of(read_file(source_of(file)), source=source, limit=limit, target=target)
    if output is None:
        sys.stdout.write(text)
    else:
        write_target(output, [text.encode()])
    return 0

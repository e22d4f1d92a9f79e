"""The program: its commands, its help, and how errors end it.

Exit codes: 0 all went well, 1 `check` found issues, 2 an argument or a file was wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from dicomspec.cli import check, edition, examples, explain, show
from dicomspec.cli.output import complain, prepare_streams
from dicomspec.edition import DEFAULT
from dicomspec.errors import DicomError
from dicomspec.version import __version__

__all__ = ["main"]

INTERRUPTED = 130

_HELP = """Look into DICOM files, broken ones too. Nothing is ever changed.

\b
Examples:
  dicomspec show plan.dcm                               all elements, as a tree
  dicomspec show plan.dcm 'BeamSequence[0].BeamName'    one of them
  dicomspec show *.dcm --grep patient                   what has "patient" in its name or value
  dicomspec explain plan.dcm --tag BeamName             the bytes of an element, one by one
  dicomspec check folder/                               what is wrong with the files of a folder
  dicomspec edition show                                the dictionaries in use; edition --help tells how to get others
  dicomspec examples rtplan --to .                      a file to try this with

PATH is made of keywords or tags, with numbers of items in brackets, from 0: BeamSequence[0].BeamName, (300A,00B0)[0].
FILE may be - for standard input.
"""


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, message=f"dicomspec %(version)s, DICOM {DEFAULT.name}")
def commands() -> None:
    """All commands; the help above is what users see."""


for _command in (show.show, explain.explain, check.check, edition.edition, examples.examples):
    commands.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with these arguments, or those of the process; returns its exit code."""
    prepare_streams()
    typed = sys.argv[1:] if arguments is None else arguments
    try:
        code = commands.main(args=list(typed) or ["--help"], prog_name="dicomspec", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        complain(error.format_message())
        return 2
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it flushes at exit
        return 0
    except (DicomError, OSError, RecursionError, MemoryError) as error:
        complain(error)
        return 2
    return code if isinstance(code, int) else 0

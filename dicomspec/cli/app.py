"""The program: its commands, its help, and how errors end it.

Exit codes: 0 all went well, 1 `validate` found errors, 2 an argument or a file was wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from dicomspec.cli.output import complain, prepare_streams
from dicomspec.edition import DEFAULT
from dicomspec.errors import DicomError
from dicomspec.version import __version__

__all__ = ["main"]

INTERRUPTED = 130
COMMANDS: Final = (
    "show",
    "explain",
    "validate",
    "rules",
    "scan",
    "render",
    "transcode",
    "codify",
    "new",
    "lookup",
    "edition",
    "examples",
)

_HELP = """Look into DICOM files, broken ones too, and into the standard. Files are changed only if you say which.

\b
Examples:
  dicomspec show plan.dcm                               all elements, as a tree
  dicomspec show plan.dcm 'BeamSequence[0].BeamName'    one of them
  dicomspec show *.dcm --grep patient                   what has "patient" in its name or value
  dicomspec explain plan.dcm --tag BeamName             the bytes of an element, one by one
  dicomspec scan folder/ -k PatientID -k Modality       some attributes of many files, as a table
  dicomspec validate folder/                            what is wrong with the files of a folder
  dicomspec rules uid                                   the rules that validate goes by
  dicomspec transcode in.dcm out.dcm --to rle           a file in another transfer syntax
  dicomspec render ct.dcm ct.png --window 40/400        a picture; show --image draws it in the terminal
  dicomspec codify plan.dcm -o make_plan.py             the Python that would build a file
  dicomspec new CTImage --set PatientID=42              what a new object still lacks; with OUT, it is written
  dicomspec lookup PatientOrientation                   what the standard says of it
  dicomspec edition show                                the dictionaries in use; edition --help tells how to get others
  dicomspec examples rtplan --to .                      a file to try this with

PATH is made of keywords or tags, with numbers of items in brackets, from 0: BeamSequence[0].BeamName, (300A,00B0)[0].
FILE may be - for standard input.
"""


class _Commands(click.Group):
    """The commands, each in the module of its name, which is loaded when the command is wanted."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"dicomspec.cli.{name}"), name)
        return command


@click.group(
    help=_HELP, cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}
)
@click.version_option(__version__, message=f"dicomspec %(version)s, DICOM {DEFAULT.name}")
def commands() -> None:
    """All commands; the help above is what users see."""


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

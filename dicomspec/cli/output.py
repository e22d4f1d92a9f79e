"""Printing for people and for pipes.

On a terminal, lines have colours and are cut at its width. Anywhere else they are plain text, whole, and the same every
time. What comes out of files never reaches a terminal as control characters: those are shown as escapes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final, TextIO, TypeAlias

import click

from dicomspec.edition import Edition
from dicomspec.errors import DicomError, EditionError

__all__ = ["Part", "Screen", "complain", "edition_option", "one_line", "prepare_streams", "safe", "source_of"]

Part: TypeAlias = "str | tuple[str, str]"
"""Some text of a line, or text and its style."""

STYLES: Final = {
    "file": "bold",
    "tag": "dim",
    "keyword": "cyan",
    "vr": "green",
    "value": "",
    "guide": "dim",
    "error": "bold red",
    "warning": "yellow",
    "info": "blue",
    "offset": "dim",
    "hex": "green",
    "structure": "dim",
    "field": "cyan",
}


def safe(text: object) -> str:
    """Text without control, format and other unprintable characters; escapes such as ``\\x1b`` in their place."""
    found = str(text)
    if found.isprintable():
        return found
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in found)


class Screen:
    """Standard output, or another stream.

    Args:
        width: columns that lines are cut at; None for the width of the terminal, and no limit elsewhere.
        stream: where to print, if not to standard output.

    Attributes:
        is_terminal: whether a person looks at it.
    """

    def __init__(self, width: int | None = None, stream: TextIO | None = None) -> None:
        self.stream: TextIO = sys.stdout if stream is None else stream
        self.is_terminal = self.stream.isatty()
        self.width = width
        self._console: Any = None
        if self.is_terminal:
            from rich.console import Console
            from rich.theme import Theme

            self._console = Console(theme=Theme(STYLES), highlight=False, markup=False, emoji=False, width=width)
            self.width = width or self._console.width

    def line(self, *parts: Part, whole: bool = False) -> None:
        """Print one line; ``whole``: never cut it."""
        pairs = [(part, "") if isinstance(part, str) else part for part in parts]
        if self.width is None or (whole and self._console is None):
            self.stream.write("".join(text for text, _ in pairs) + "\n")
            return
        from rich.text import Text

        text = Text.assemble(*pairs, no_wrap=True, end="")
        if not whole:
            text.truncate(self.width, overflow="ellipsis")
        if self._console is None:
            self.stream.write(text.plain + "\n")
        else:
            self._console.print(text, no_wrap=True, overflow="ignore", crop=False, end="\n")

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], styled: int = 0, shares: Sequence[int | None] = ()
    ) -> None:
        """Print rows below a head, in columns; the text of column ``styled`` is also the style of that cell.

        ``shares``: of the width of the terminal, for columns that are not as wide as what is in them.
        """
        if self._console is None:
            self._columns([head, *rows])
            return
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for at, title in enumerate(head):
            table.add_column(title, overflow="fold", ratio=shares[at] if shares else None)
        for row in rows:
            cells = [Text(cell, style=cell if at == styled and cell in STYLES else "") for at, cell in enumerate(row)]
            table.add_row(*cells)
        self._console.print(table)

    def _columns(self, rows: Sequence[Sequence[str]]) -> None:
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        for row in rows:
            self.line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def draws_lines(self) -> bool:
        """Whether the encoding of the stream has the characters that trees are drawn with."""
        try:
            "├└│─".encode(self.stream.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return False
        return True


def prepare_streams() -> None:
    """Let characters that a stream cannot encode come out as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def complain(message: object) -> None:
    """One line on standard error."""
    print(f"dicomspec: {safe(one_line(message))}", file=sys.stderr)


def one_line(message: object) -> str:
    """The message of an error, in one line."""
    if isinstance(message, OSError) and message.strerror:
        where = f"{message.filename}: " if message.filename is not None else ""
        return f"{where}{message.strerror}"
    if isinstance(message, DicomError):
        return str(message)
    return " ".join(str(message).split())


def source_of(name: str) -> Any:
    """What to read for a file argument: standard input for ``-``, else the path."""
    return sys.stdin.buffer if name == "-" else name


def _edition(context: click.Context, parameter: click.Parameter, names: tuple[str, ...]) -> Edition:
    try:
        return Edition.load(*names)
    except EditionError as error:
        raise click.BadParameter(str(error)) from None


edition_option = click.option(
    "--edition",
    multiple=True,
    callback=_edition,
    metavar="DIR|FILE",
    help="Dictionaries to use: folder of an edition, or private dictionary; may be given again.",
)
"""The option ``--edition``, which gives an `Edition`."""


def joined(parts: Iterable[str]) -> str:
    """Those of the parts that are not empty, two blanks between them."""
    return "  ".join(part for part in parts if part)

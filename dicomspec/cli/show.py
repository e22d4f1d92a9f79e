"""``dicomspec show``: the elements of files as a tree, or those that match a text as a list of paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeGuard

import click

from dicomspec import dicomio, paths
from dicomspec.cli import picture
from dicomspec.cli.output import Part, Screen, complain, edition_option, joined, safe, source_of
from dicomspec.dataset import Dataset
from dicomspec.edition import Edition
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.errors import DicomError, PathError, UnknownKeywordError
from dicomspec.sequence import Sequence
from dicomspec.uid import UID

__all__ = ["show"]

GUIDED: Final = 40
"""Levels of nesting that are drawn; what is deeper only tells its level."""

UNREADABLE: Final = "cannot be read"

_LINES: Final = ("├─ ", "└─ ", "│  ", "   ")
_ASCII: Final = ("|- ", "`- ", "|  ", "   ")


@click.command(short_help="Show the elements of files as a tree.")
@click.argument("arguments", nargs=-1, required=True, metavar="FILE... [PATH]")
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Enter sequences down to N levels.")
@click.option("--top", is_flag=True, help="Do not enter sequences: the same as --depth 0.")
@click.option("--grep", metavar="TEXT", help="Only elements with TEXT in tag, name or value; case does not matter.")
@click.option("--private/--no-private", default=True, help="Whether to show private elements (default: yes).")
@click.option("--meta", is_flag=True, help="Show the file meta elements too.")
@click.option("--image", is_flag=True, help="Draw the image, or the first waveform, instead of elements.")
@click.option("--frame", type=int, default=0, metavar="N", help="The frame that --image draws, from 0.")
@click.option("--window", metavar="CENTER/WIDTH", help="Of --image; or number or name of one in the file, or auto.")
@click.option("--width", type=click.IntRange(min=20), metavar="N", help="Cut lines at N columns.")
@edition_option
def show(
    arguments: tuple[str, ...],
    depth: int | None,
    top: bool,
    grep: str | None,
    private: bool,
    meta: bool,
    image: bool,
    frame: int,
    window: str | None,
    width: int | None,
    edition: Edition,
) -> int:
    """Show the elements of files as a tree, or what is at PATH.

    \b
    dicomspec show plan.dcm
    dicomspec show plan.dcm 'BeamSequence[0]' --depth 1
    dicomspec show plan.dcm '(300A,00B0)[0].BeamName'
    dicomspec show *.dcm --grep position
    dicomspec show ct.dcm --image --window 40/400

    Lines are cut at the width of the terminal, and whole where the output is no terminal.
    """
    files, path = _split(arguments, edition)
    screen = Screen(width)
    walk = _Walk(0 if top else depth, private)
    chosen = picture.parse_window(window)
    view = _View(screen, walk, grep.lower() if grep else None, meta, len(files) > 1, edition)
    code = 0
    for name in files:
        try:
            if image:
                view.image(name, frame, chosen)
            else:
                view.file(name, path)
        except (PathError, UnknownKeywordError) as error:
            complain(f"{name}: {error.message}")
            code = 2
        except BrokenPipeError:
            raise
        except IndexError as error:
            complain(f"{name}: {error}")
            code = 2
        except (DicomError, OSError) as error:
            complain(error if isinstance(error, OSError) or name in str(error) else f"{name}: {error}")
            code = 2
    return code


def _split(arguments: tuple[str, ...], edition: Edition) -> tuple[tuple[str, ...], str | None]:
    """The files, and the path if the last argument is one."""
    last = arguments[-1]
    if len(arguments) < 2 or last == "-" or os.path.lexists(last):
        return arguments, None
    try:
        first = paths.parse(last)[0]
        paths.tag_of(first, "", edition)
    except (PathError, UnknownKeywordError) as error:
        raise click.UsageError(f"{last!r} is no file, nor a path in one: {error.message}") from None
    return arguments[:-1], last


Entry: TypeAlias = "DataElement | Elements | str"
"""An element, an item, or what could not be read."""


@dataclass(slots=True)
class _Frame:
    """A dataset or sequence that is being gone through: its entries, and the step in paths of the current one."""

    entries: Iterator[tuple[bool, Entry, str]]
    step: str = ""


class _Walk:
    """Goes through datasets, each sequence followed by its items. Nesting costs no recursion."""

    def __init__(self, depth: int | None, private: bool) -> None:
        self.depth = depth
        self.private = private
        self.frames: list[_Frame] = []

    def run(self, root: Entry, path: str, more: bool = False) -> Iterator[tuple[int, bool, Entry]]:
        """Level of nesting, whether it is the last one there, and the entry. ``more``: another root follows."""
        self.frames = [_Frame(iter([(not more, root, path)]))]
        if isinstance(root, Elements):
            self.frames = [_Frame(self.elements(root, more))]
        while self.frames:
            frame = self.frames[-1]
            found = next(frame.entries, None)
            if found is None:
                self.frames.pop()
                continue
            last, entry, frame.step = found
            level = len(self.frames) - 1
            yield level, last, entry
            if isinstance(entry, Elements):
                self.frames.append(_Frame(self.elements(entry)))
            elif _is_sequence(entry) and (self.depth is None or level // 2 < self.depth):
                self.frames.append(_Frame(_items(entry.value)))

    def path(self) -> str:
        """Of the entry that `run` gave last."""
        steps = [frame.step if frame.step.startswith("[") else f".{frame.step}" for frame in self.frames]
        return "".join(steps).removeprefix(".")

    def elements(self, body: Elements, more: bool = False) -> Iterator[tuple[bool, Entry, str]]:
        tags = [tag for tag in body.keys() if self.private or not tag.is_private]  # noqa: SIM118
        for index, tag in enumerate(tags):
            last = index == len(tags) - 1 and not more
            try:
                element = body[tag]
            except DicomError as error:
                yield last, f"{tag} {UNREADABLE}: {error.message}", str(tag)
                continue
            yield last, element, paths.step_of(element)


def _items(sequence: Sequence[Any]) -> Iterator[tuple[bool, Entry, str]]:
    count = len(sequence)
    for index in range(count):
        last, step = index == count - 1, f"[{index}]"
        try:
            yield last, sequence.view(index), step
        except DicomError as error:
            yield last, f"{step} {UNREADABLE}: {error.message}", step


class _View:
    """What is shown of each file, and how."""

    def __init__(
        self, screen: Screen, walk: _Walk, grep: str | None, meta: bool, several: bool, edition: Edition
    ) -> None:
        self.edition = edition
        self.screen = screen
        self.walk = walk
        self.grep = grep
        self.meta = meta
        self.several = several
        self.lines = _LINES if screen.draws_lines() else _ASCII

    def file(self, name: str, path: str | None) -> None:
        ds = dicomio.read_file(source_of(name), edition=self.edition)
        found = ds if path is None else paths.find(ds, path)
        parts = [ds.file_meta, found] if self.meta and path is None else [found]
        if self.grep is not None:
            for part in parts:
                self.matches(name, part, path or "", self.grep)
            return
        if path is None:
            self.screen.line((safe(name), "file"), f"  {_about(ds)}")
        elif self.several:
            self.screen.line((safe(name), "file"))
        for part in parts:
            self.tree(part, path or "", part is not found)
        if path is None and (count := len(ds.issues)):
            complain(f"{name}: {_count(count, 'issue')} in reading; dicomspec validate tells them")

    def image(self, name: str, frame: int, window: Any) -> None:
        ds = dicomio.read_file(source_of(name), edition=self.edition)
        drawn = picture.picture_of(ds, frame, window=window, square=True)
        self.screen.line((safe(name), "file"), f"  {_about(ds)}")
        picture.draw(self.screen, drawn)

    def tree(self, root: Entry, path: str, more: bool) -> None:
        branch, end, bar, blank = self.lines
        shift = isinstance(root, DataElement)  # an element that was asked for has no guide of its own
        guides: list[str] = []
        for level, last, entry in self.walk.run(root, path, more):
            if shift and level == 0:
                self.screen.line(*_describe(entry, ""))
                continue
            level -= shift
            lead = "".join(guides[: min(level, GUIDED)]) + (f"(level {level}) " if level > GUIDED else "")
            del guides[level:]
            guides.append(blank if last else bar)
            self.screen.line((lead + (end if last else branch), "guide"), *_describe(entry, self.walk.frames[-1].step))

    def matches(self, name: str, root: Entry, path: str, text: str) -> None:
        for _, _, entry in self.walk.run(root, path):
            if not isinstance(entry, DataElement):
                continue
            parts = _describe(entry, "")
            words = "".join(part if isinstance(part, str) else part[0] for part in parts)
            if text in f"{words}  {entry.name}".lower():
                lead: list[Part] = [(f"{safe(name)}: ", "file")] if self.several else []
                where = _from_top(path, self.walk.path(), isinstance(root, DataElement))
                self.screen.line(*lead, (safe(where), "keyword"), *parts[2:])


def _from_top(root: str, path: str, is_element: bool) -> str:
    """The path from the dataset on; that of an element that was asked for starts with its own."""
    return path if is_element or not root else f"{root}.{path}"


def _is_sequence(entry: Entry) -> TypeGuard[DataElement]:
    return isinstance(entry, DataElement) and entry.VR == "SQ" and isinstance(entry.value, Sequence)


def _describe(entry: Entry, step: str) -> list[Part]:
    if isinstance(entry, str):
        return [(safe(entry), "error")]
    if isinstance(entry, Elements):
        return [(step, "tag")]
    head: list[Part] = [(f"{entry.tag} ", "tag"), (safe(entry.keyword or entry.name or "unknown"), "keyword")]
    if _is_sequence(entry):
        return [*head, f"  {_count(len(entry.value), 'item')}"]
    try:
        value = safe(entry.repval)
    except DicomError as error:
        return [*head, (f"  {entry.VR}  ", "vr"), (safe(f"{UNREADABLE}: {error.message}"), "error")]
    return [*head, (f"  {entry.VR}  ", "vr"), (value, "value")]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _about(ds: Dataset) -> str:
    """What the file is, in a few words."""
    uids = (ds.get("SOPClassUID"), ds.file_meta.get("TransferSyntaxUID"))
    return safe(joined(uid.name if isinstance(uid, UID) else "" for uid in uids))

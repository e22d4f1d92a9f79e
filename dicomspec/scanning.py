"""Reading a few attributes of many files, in one process or in several.

A file is opened, scanned as far as the attributes lie, and closed; rows come in the order of the files, and a file that
cannot be read is a row too.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Any, Final, NamedTuple, TypeAlias

from dicomspec.dicomio import read_file
from dicomspec.edition import DEFAULT, edition_for
from dicomspec.errors import DicomError, InvalidDicomError
from dicomspec.uid import UID
from dicomspec.values import DA, DT, TM, PersonName

__all__ = ["Row", "scan"]

Path: TypeAlias = "str | os.PathLike[str]"

CHUNK: Final = 128
"""Files that a process is given at a time."""

AHEAD: Final = 4
"""Chunks for each process that are begun before their rows are asked for."""


class Row(NamedTuple):
    """What scanning a file gave.

    Attributes:
        path: of the file.
        values: one for each attribute, as `Dataset.get` gives it; None where the file has none.
        error: why the file could not be read, or "".
    """

    path: str
    values: tuple[Any, ...]
    error: str = ""


def scan(files: Path | Iterable[Path], attributes: Iterable[Any], *, jobs: int = 1, **options: Any) -> Iterator[Row]:
    """The values of some attributes of many files, a `Row` a file, in the order of the files.

    Rows are made as they are asked for. What cannot be read is a row with an error, and ends nothing.

    Args:
        files: paths of files, or of folders, which are walked in the order of their names; one or several. What is not
            DICOM in a folder is passed over.
        attributes: what names a tag: keywords, ``"(0010,0010)"``, numbers.
        jobs: number of processes to read with. More than one are worth it from some thousand files on; a script that
            asks for them needs ``if __name__ == "__main__":`` on systems that do not fork.
        options: as for `read_file`.

    Raises:
        UnknownKeywordError: an attribute is no keyword of the dictionary.
        ValueError: ``jobs`` is less than 1.
    """
    if jobs < 1:
        raise ValueError(f"jobs is the number of processes, at least 1, not {jobs}")
    edition = edition_for(options["edition"]) if "edition" in options else DEFAULT
    tags = [edition.tag_for(attribute) for attribute in ([attributes] if isinstance(attributes, str) else attributes)]
    keys = tuple(edition.keyword(tag) or tag for tag in tags)
    paths = _files([files] if isinstance(files, (str, os.PathLike)) else files)
    if jobs > 1:
        return _in_processes(paths, keys, jobs, options)
    return (row for path in paths if (row := _row(path, keys, options)) is not None)


class _Found(str):
    """The path of a file that was found in a folder, not named: it need not be DICOM."""

    __slots__ = ()


def _files(paths: Iterable[Path]) -> Iterator[str]:
    """The files among the paths, and those in the folders among them."""
    for given in paths:
        path = os.fspath(given)
        if not os.path.isdir(path):
            yield path
            continue
        for folder, folders, files in os.walk(path):
            folders.sort()
            yield from (_Found(os.path.join(folder, file)) for file in sorted(files))


def _row(path: str, keys: tuple[Any, ...], options: dict[str, Any]) -> Row | None:
    """What is asked for of a file; None for one of a folder that is not DICOM."""
    try:
        get = read_file(path, **options).get
        return Row(
            str(path), tuple([get(key) if type(key) is str else getattr(get(key), "value", None) for key in keys])
        )
    except (DicomError, OSError, MemoryError, RecursionError) as error:
        if isinstance(error, InvalidDicomError) and isinstance(path, _Found):
            return None
        return Row(str(path), (None,) * len(keys), str(error) or type(error).__name__)


_TEXTS: Final = frozenset({UID, PersonName, DA, DT, TM})
"""Classes of text: to send a value as text, and its class beside it, takes a tenth of the time."""

Sent: TypeAlias = "tuple[str, tuple[Any, ...], tuple[type, ...], str]"


def _sent(paths: list[str], keys: tuple[Any, ...], options: dict[str, Any]) -> list[Sent]:
    """The rows as they come from another process."""
    classes: dict[tuple[type, ...], tuple[type, ...]] = {}  # the same one is sent once
    found = []
    for path in paths:
        row = _row(path, keys, options)
        if row is not None:
            of = tuple(map(type, row.values))
            values = tuple([str(value) if type(value) in _TEXTS else value for value in row.values])
            found.append((row.path, values, classes.setdefault(of, of), row.error))
    return found


def _received(rows: list[Sent]) -> Iterator[Row]:
    for path, values, classes, error in rows:
        yield Row(
            path, tuple([cls(one) if cls in _TEXTS else one for cls, one in zip(classes, values, strict=True)]), error
        )


def _rows(paths: list[str], keys: tuple[Any, ...], options: dict[str, Any]) -> list[Row]:
    return [row for path in paths if (row := _row(path, keys, options)) is not None]


def _in_processes(paths: Iterator[str], keys: tuple[Any, ...], jobs: int, options: dict[str, Any]) -> Iterator[Row]:
    """The rows from several processes, this one among them: it reads files too while the next rows are not there.

    Only so many files ahead are read that memory stays in bounds.
    """
    chunks = iter(lambda: list(islice(paths, CHUNK)), [])
    begun: deque[Future[list[Sent]] | list[Row]] = deque()
    given = 0
    pool = ProcessPoolExecutor(jobs - 1)
    try:
        while True:
            while given < AHEAD * (jobs - 1) and (chunk := next(chunks, None)):
                begun.append(pool.submit(_sent, chunk, keys, options))
                given += 1
            if not begun:
                return
            first = begun[0]
            if isinstance(first, list):
                begun.popleft()
                yield from first
            elif not first.done() and len(begun) < 2 * AHEAD * jobs and (chunk := next(chunks, None)):
                begun.append(_rows(chunk, keys, options))
            else:
                begun.popleft()
                given -= 1
                yield from _received(first.result())
    finally:
        pool.shutdown(cancel_futures=True)

"""Reading a few attributes of many files, in one process or in several.

A file is opened, scanned as far as the attributes lie, and closed; rows come in the order of the files, and a file that
cannot be read is a row too.
"""

from __future__ import annotations

import gc
import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple, TypeAlias

from dicomspec.dicomio import read_file
from dicomspec.edition import DEFAULT, edition_for
from dicomspec.errors import DicomError, InvalidDicomError
from dicomspec.uid import UID
from dicomspec.values import DA, DT, TM, PersonName
from dicomspec.wire.plain import read_values

__all__ = ["Row", "scan"]

Path: TypeAlias = "str | os.PathLike[str]"

CHUNK: Final = 32
"""Files that are read before it is looked what other processes have read."""

AHEAD: Final = 4
"""Chunks for each process that are begun before their rows are asked for."""

WAITING: Final = 8192
"""Bytes of paths that may wait in the pipe to a process; any pipe holds as many. Who writes more than it holds has to
wait until it is read, and a process that waits for its rows to be read reads nothing."""


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
        ChildProcessError: another process was ended from outside.
    """
    if jobs < 1:
        raise ValueError(f"jobs is the number of processes, at least 1, not {jobs}")
    edition = edition_for(options["edition"]) if "edition" in options else DEFAULT
    wanted = [attributes] if isinstance(attributes, str) else attributes
    tags = tuple(int(edition.tag_for(attribute)) for attribute in wanted)
    given = [files] if isinstance(files, (str, os.PathLike)) else files
    if jobs > 1:
        return _in_processes(_files(given), tags, jobs, options)
    return _in_this_process(given, tags, options)


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


def _in_this_process(paths: Iterable[Path], tags: tuple[int, ...], options: dict[str, Any]) -> Iterator[Row]:
    for given in paths:
        path = os.fspath(given)
        row = _row(path, tags, options)
        if row is not None and row.error and os.path.isdir(path):  # who asks before waits for the disk twice
            yield from (row for file in _files([path]) if (row := _row(file, tags, options)) is not None)
        elif row is not None:
            yield row


def _row(path: str, tags: tuple[int, ...], options: dict[str, Any]) -> Row | None:
    """What is asked for of a file; None for one of a folder that is not DICOM."""
    try:
        return Row(str(path), _values(path, tags, options))
    except _UNREADABLE as error:
        if isinstance(error, InvalidDicomError) and isinstance(path, _Found):
            return None
        return Row(str(path), (None,) * len(tags), _message(error))


def _values(path: str, tags: tuple[int, ...], options: dict[str, Any]) -> tuple[Any, ...]:
    ds = read_file(path, **options)
    return tuple(read_values(ds._origin, ds, tags))


_UNREADABLE: Final = (DicomError, OSError, MemoryError, RecursionError)


def _message(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _rows(paths: list[str], tags: tuple[int, ...], options: dict[str, Any]) -> list[Row]:
    return [row for path in paths if (row := _row(path, tags, options)) is not None]


# -- other processes -----------------------------------------------------------------------------------------------


def _in_processes(paths: Iterator[str], tags: tuple[int, ...], jobs: int, options: dict[str, Any]) -> Iterator[Row]:
    """The rows from several processes, this one among them: it reads files too while the next rows are not there.

    Only so many files ahead are read that memory stays in bounds.
    """
    chunks = iter(lambda: list(islice(paths, CHUNK)), [])
    begun: deque[tuple[_Process | None, list[Any]]] = deque()  # rows, or paths and the process that reads them
    processes: list[_Process] = []
    try:
        processes += (_Process(tags, options) for _ in range(jobs - 1))
        while True:
            for process in processes:
                while process.has_room() and (chunk := next(chunks, None)):
                    given = process.give(chunk)
                    begun.append((process, chunk) if given else (None, _rows(chunk, tags, options)))
            reader, first = begun[0] if begun else (None, [])
            wait = reader is not None and (len(begun) >= 2 * AHEAD * jobs or reader.connection.poll())
            if reader is not None and not wait and (chunk := next(chunks, None)):
                begun.append((None, _rows(chunk, tags, options)))
            elif reader is not None:
                begun.popleft()
                yield from reader.rows(first, len(tags))
            elif begun:
                begun.popleft()
                yield from first
            elif chunk := next(chunks, None):
                yield from _rows(chunk, tags, options)
            else:
                return
    finally:
        for process in processes:
            process.end()


class _Process:
    """Another process that reads files, and the pipe to it. It is given files once it has started."""

    def __init__(self, tags: tuple[int, ...], options: dict[str, Any]) -> None:
        self.connection, theirs = Pipe()
        self.process = Process(target=_serve, args=(self.connection, theirs, tags, options), daemon=True)
        self.process.start()
        theirs.close()
        self.has_started = False
        self.sizes: deque[int] = deque()  # bytes of the messages that are not answered

    def has_room(self) -> bool:
        if not self.has_started and self.connection.poll():
            self._receive()
            self.has_started = True
        return self.has_started and len(self.sizes) < AHEAD and sum(self.sizes) < WAITING // 2

    def give(self, paths: list[str]) -> bool:
        """Give it a chunk, if the pipe holds it."""
        first, last = min(paths), max(paths)
        common = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
        message = pickle.dumps((first[:common], [path[common:] for path in paths]))
        if self.sizes and sum(self.sizes) + len(message) > WAITING:
            return False
        self.sizes.append(len(message))
        with suppress(OSError):  # it has ended, as receiving will tell
            self.connection.send_bytes(message)
        return True

    def rows(self, paths: list[str], width: int) -> Iterator[Row]:
        """The rows of the paths that were given first."""
        errors, columns = self._receive()
        self.sizes.popleft()
        values = zip(*map(_unpacked, columns), strict=True) if width else iter([()] * (len(paths) - len(errors)))
        for index, path in enumerate(paths):
            error = errors.get(index)
            if error is None:
                yield Row(str(path), next(values))
            elif not (error[1] and isinstance(path, _Found)):
                yield Row(str(path), (None,) * width, error[0])

    def _receive(self) -> Any:
        try:
            found = pickle.loads(self.connection.recv_bytes())
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode
            raise ChildProcessError(f"a process that reads files ended before it was done (exit code {code})") from None
        if isinstance(found, Exception):
            raise found
        return found

    def end(self) -> None:
        self.connection.close()
        self.process.kill()  # it only reads; and it may be anywhere, in its start too
        self.process.join()
        self.process.close()


def _serve(theirs: Connection, connection: Connection, tags: tuple[int, ...], options: dict[str, Any]) -> None:
    """What another process does: it answers paths with what the files have, until the pipe is closed.

    ``theirs`` is the other end of the pipe, which must be closed here to be closed at all.
    """
    theirs.close()
    gc.freeze()  # what was there before is not gone over, which would copy the memory that is shared
    with suppress(EOFError, OSError, KeyboardInterrupt), connection:
        connection.send_bytes(pickle.dumps(None))
        while True:
            common, ends = pickle.loads(connection.recv_bytes())
            connection.send_bytes(_answer([common + end for end in ends], tags, options))


def _answer(paths: list[str], tags: tuple[int, ...], options: dict[str, Any]) -> bytes:
    """The values of files in columns, and what is wrong with the others: the message, and whether they are no DICOM."""
    rows, errors = [], {}
    try:
        for index, path in enumerate(paths):
            try:
                rows.append(_values(path, tags, options))
            except _UNREADABLE as error:
                errors[index] = _message(error), isinstance(error, InvalidDicomError)
        return pickle.dumps((errors, list(map(_packed, zip(*rows, strict=True)))))
    except Exception as error:
        try:
            pickle.loads(found := pickle.dumps(error))
        except Exception:
            found = pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
        return found


_TEXTS: Final = frozenset({str, UID, PersonName, DA, DT, TM})
"""Classes of text: to send values as one text, and their class beside it, takes a tenth of the time."""

_BETWEEN: Final = "\0"

Packed: TypeAlias = "tuple[Any, Any]"
"""One class and one text, or the classes and the values, texts as plain ones."""


def _packed(column: tuple[Any, ...]) -> Packed:
    classes = tuple(map(type, column))
    if classes[0] in _TEXTS and classes.count(classes[0]) == len(classes):
        text = _BETWEEN.join(column)
        if text.count(_BETWEEN) == len(column) - 1:
            return classes[0], text
    return classes, [str(value) if cls in _TEXTS else value for cls, value in zip(classes, column, strict=True)]


def _unpacked(packed: Packed) -> list[Any]:
    cls, values = packed
    if isinstance(values, str):
        return list(map(cls, values.split(_BETWEEN)))
    return [one(value) if one in _TEXTS else value for one, value in zip(cls, values, strict=True)]

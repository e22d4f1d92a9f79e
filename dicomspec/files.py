"""Paths, streams and memory maps: the only module that touches a disk, but for nameless temporary files of pixels.

Reading gives a `Source`: one buffer over all bytes, whatever they came from. Files from `MAP_FROM` bytes on
are memory-mapped, so that large values stay on disk until used; a mapped file is looked at again before
its bytes are, because a file that shrank under its map would end the process.
Writing to a path goes to a temporary file beside it, which replaces the old one only when it is complete.
"""

from __future__ import annotations

import mmap
import os
import stat
import sys
from collections.abc import Iterable
from typing import Any, Final, Protocol, TypeAlias, runtime_checkable

from dicomspec.errors import ReadError, WriteError

__all__ = ["Buffer", "Chunk", "Readable", "Source", "Writable", "open_source", "write_target"]

Buffer: TypeAlias = "bytes | mmap.mmap"
Chunk: TypeAlias = "bytes | memoryview | mmap.mmap"
MAP_FROM: Final = 1 << (30 if os.name == "nt" else 20)
"""Files of this many bytes or more are mapped, not read. Windows lets no file be replaced that is mapped."""

CHUNK: Final = 1 << 20
LARGE: Final = 1 << 16
"""Bytes from which on a system call costs less than a copy."""

_FLAGS: Final = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_READ: Final = os.O_RDONLY | _FLAGS
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS


@runtime_checkable
class Readable(Protocol):
    """A binary file object open for reading; it need not be able to seek."""

    def read(self, size: int = -1, /) -> bytes: ...


@runtime_checkable
class Writable(Protocol):
    """A binary file object open for writing."""

    def write(self, data: Any, /) -> Any: ...


class Source:
    """The bytes of one file, stream or buffer.

    Attributes:
        buffer: all bytes, as ``bytes`` or ``mmap``.
        name: path of the file, or None for streams and buffers.
        timestamp: modification time of the file in seconds, or None.
        origin: the object the bytes came from.
        is_watched: whether `check` has something to look at: the file is mapped.
    """

    __slots__ = ("_seen", "buffer", "is_watched", "name", "origin", "timestamp")

    def __init__(self, buffer: Buffer, name: str | None = None, origin: object = None) -> None:
        self.buffer = buffer
        self.name = name
        self.origin = origin
        self.timestamp: float | None = None
        self._seen: tuple[int, int, int] | None = None
        self.is_watched = False

    def watch(self, status: os.stat_result) -> None:
        """Remember what the mapped file looked like."""
        self._seen = (status.st_ino, status.st_size, status.st_mtime_ns)
        self.is_watched = True

    def check(self) -> None:
        """Raise `ReadError` if the mapped file was changed in place since it was opened.

        A file that was replaced or removed is no trouble: the map still holds the old one.
        """
        if self._seen is None or self.name is None:
            return
        try:
            status = os.stat(self.name)
        except OSError:
            return
        inode, size, changed = self._seen
        if status.st_ino == inode and (status.st_size != size or status.st_mtime_ns != changed):
            raise ReadError(
                f"{self.name} was changed on disk while its values were still to be read"
                f" ({size} bytes when opened, {status.st_size} now); read it again",
                code="file-changed",
            )

    def __reduce__(self) -> tuple[Any, ...]:
        self.check()
        return Source, (bytes(self.buffer), self.name)


def open_source(source: object) -> Source:
    """A `Source` over a path, file object, ``bytes``, ``bytearray``, ``memoryview`` or ``mmap``.

    File objects are read from where they stand to their end.

    Raises:
        ReadError: the stream broke off or did not give bytes.
        OSError: the file cannot be opened.
        TypeError: ``source`` is nothing that can be read.
    """
    if isinstance(source, str):
        return _open_path(source)
    if isinstance(source, os.PathLike):
        return _open_path(os.fspath(source))
    if isinstance(source, bytes):
        return Source(source)
    if isinstance(source, (bytearray, memoryview)):  # a copy: the caller may change or release it
        return Source(bytes(source))
    if isinstance(source, mmap.mmap):
        return Source(source)
    if isinstance(source, Readable):
        return _read_stream(source)
    raise TypeError(f"cannot read DICOM from {type(source).__name__}: a path, binary file object or bytes is wanted")


def _open_path(path: str | bytes) -> Source:
    name = path if isinstance(path, str) else os.fsdecode(path)
    descriptor = os.open(name, _READ)
    try:
        status = os.fstat(descriptor)
        if status.st_size >= MAP_FROM and stat.S_ISREG(status.st_mode):
            source = Source(_map(descriptor), name, name)
            source.watch(status)
        else:
            source = Source(_read_whole(descriptor, status.st_size), name, name)
    except OSError as error:
        error.filename = name
        raise
    finally:
        os.close(descriptor)
    source.timestamp = status.st_mtime
    return source


def _read_whole(descriptor: int, size: int) -> bytes:
    """All bytes of an open file; a system call may give less than it is asked for."""
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    parts = [data]
    while data:
        data = os.read(descriptor, CHUNK)
        parts.append(data)
    return b"".join(parts)


def _map(descriptor: int) -> mmap.mmap:
    if sys.version_info >= (3, 13):  # the map then holds no file descriptor
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ, trackfd=False)
    return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)


def _read_stream(stream: Readable) -> Source:
    name = getattr(stream, "name", None)
    parts: list[bytes] = []
    read = 0
    try:
        while part := stream.read(CHUNK):
            if not isinstance(part, (bytes, bytearray)):
                raise TypeError("the file object gives text: open it in binary mode ('rb')")
            parts.append(bytes(part))
            read += len(part)
    except (OSError, EOFError) as error:
        raise ReadError(f"the stream broke off after {read} bytes: {error}", code="stream", offset=read) from error
    return Source(b"".join(parts), name if isinstance(name, str) else None, stream)


def write_target(target: object, chunks: Iterable[Chunk], *, overwrite: bool = True) -> None:
    """Write ``chunks`` to a path (atomically) or to a binary file object.

    Raises:
        FileExistsError: the path exists and ``overwrite`` is false.
        WriteError: the target cannot be written; a file that stood at the path is intact.
    """
    if isinstance(target, (str, os.PathLike)):
        _replace(os.fsdecode(os.fspath(target)), chunks, overwrite)
    elif isinstance(target, Writable):
        for chunk in chunks:
            target.write(chunk)
    else:
        raise TypeError(f"cannot write DICOM to {type(target).__name__}: a path or binary file object is wanted")


def _replace(path: str, chunks: Iterable[Chunk], overwrite: bool) -> None:
    old = _status(path)
    if old is not None and stat.S_ISLNK(old.st_mode):  # a link keeps pointing where it did
        path = os.path.realpath(path)
        old = _status(path)
    if old is not None and not overwrite:
        raise FileExistsError(f"{path} exists, and overwrite is false")
    if old is not None and not stat.S_ISREG(old.st_mode):  # a pipe or device has nothing to replace
        _write_special(path, chunks)
        return
    temporary = f"{path}.{os.urandom(4).hex()}.part"
    try:
        descriptor = os.open(temporary, _NEW, 0o666)
        try:
            _write_all(descriptor, chunks)
            if old is not None:  # the new bytes must be on the disk before the old ones are given up
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if old is not None:
            os.chmod(temporary, stat.S_IMODE(old.st_mode))
        os.replace(temporary, path)
    except BaseException as error:
        _discard(temporary)
        if isinstance(error, OSError):
            raise WriteError(f"cannot write {path}: {error.strerror or error}; nothing was changed") from error
        raise


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:
        return None


def _write_all(descriptor: int, chunks: Iterable[Chunk]) -> None:
    """Write to an open file, unbuffered; small chunks are put together, large ones are not copied."""
    parts: list[Chunk] = []
    size = 0
    for chunk in chunks:
        length = len(chunk)
        if length >= LARGE or size >= CHUNK:
            _write_whole(descriptor, b"".join(parts))
            parts, size = [], 0
        if length >= LARGE:
            _write_whole(descriptor, chunk)
        else:
            parts.append(chunk)
            size += length
    _write_whole(descriptor, b"".join(parts))


def _write_whole(descriptor: int, data: Chunk) -> None:
    """Write all of it; a system call may take less than it is given."""
    done = os.write(descriptor, data) if data else 0
    while done < len(data):
        done += os.write(descriptor, memoryview(data)[done:])


def _write_special(path: str, chunks: Iterable[Chunk]) -> None:
    try:
        with open(path, "wb", buffering=0) as file:
            _write_all(file.fileno(), chunks)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror or error}") from error


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass

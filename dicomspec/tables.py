"""The tables of editions and private dictionaries that were not shipped: compiled from YAML, and kept in a cache.

A cache entry is one file in the user's cache folder (``DICOMSPEC_CACHE`` names another), called by a digest of the
YAML and of the compiler, so that a change of either makes another entry. It is plain data in the form of `marshal`,
with a digest of itself: what is not whole is not looked into but made anew. Entries are written to a temporary file
that replaces the old one, so that processes do not meet.
"""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from dicomspec.compiler import FOLDER, SHIPPED, compiler
from dicomspec.errors import DicomError, EditionError
from dicomspec.files import write_target

__all__ = ["Compiled", "cache_folder", "compiled", "recalled"]

_FORM: Final = b"dicomspec tables 1\n"
_DIGEST: Final = hashlib.sha256().digest_size
_KEPT: Final = 64
"""Entries that stay in the cache; the oldest go."""
_SETTLED: Final = 2_000_000_000
"""Nanoseconds after which the time of a file tells that it was not changed since; clocks of disks are coarse."""

Table = Mapping[str, Any]


class Compiled:
    """Tables that were compiled from YAML.

    Attributes:
        origin: the folder or file.
        key: digest of its content.
    """

    def __init__(self, origin: str, key: str, packed: Mapping[str, bytes]) -> None:
        self.origin = origin
        self.key = key
        self._packed = packed
        self._tables: dict[str, Table] = {}

    def get(self, name: str) -> Table | None:
        """The constants of a generated module, such as ``"element_names"`` or ``"private/varian"``; None if none."""
        table = self._tables.get(name)
        if table is None and (packed := self._packed.get(name)) is not None:
            table = self._tables.setdefault(name, marshal.loads(packed))
        return table


# --- the cache ----------------------------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Where compiled tables are kept: ``DICOMSPEC_CACHE``, else the cache folder that the system has for the user."""
    named = os.environ.get("DICOMSPEC_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("dicomspec", appauthor=False))


def compiled(source: str) -> Compiled:
    """The tables of an edition, if ``source`` is a folder, or of a private dictionary, if it is a YAML file.

    Raises:
        EditionError: there is no edition or private dictionary; a file is not as it should be (the message names file,
            line, and what was expected), or cannot be read.
    """
    path = Path(source).absolute()
    try:
        files = _files(path)
        look = _look(files)
        with _lock:
            key = _noted(path, look) or _key(path, files)
            found = _read(key, str(path)) or _compile(key, path)
        _note(path, look, key, files)
        return found
    except OSError as error:
        raise EditionError(f"{error.filename or path}: {error.strerror or error}") from error


def recalled(origin: str, key: str) -> Compiled:
    """The tables of a known key, out of the cache or from where they were made.

    Raises:
        EditionError: they are in neither place.
    """
    found = _read(key, origin) or compiled(origin)
    if found.key != key:
        raise EditionError(f"{origin} is no longer what it was when the edition was in use")
    return found


_lock: Final = threading.Lock()


def _files(path: Path) -> list[tuple[str, os.stat_result]]:
    """The YAML files of an edition below its folder, or the one file, each with what the file system knows of it."""
    if not path.is_dir():
        return [("", path.stat())]
    found = [*_below(path / "standard", ".yaml", "standard/"), *_below(path / "private", ".yaml", "private/")]
    if not any(name == "standard/sources.yaml" for name, _ in found):
        raise EditionError(
            f"{path} is not the folder of an edition: standard/sources.yaml is missing; "
            "`dicomspec edition import` makes such a folder"
        )
    return sorted(found)


def _below(folder: Path, suffix: str, prefix: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """The files of a suffix in a folder and all below it, by their path from there."""
    folders = [(prefix, os.fspath(folder))]
    while folders:
        lead, here = folders.pop()
        if not os.path.isdir(here):
            continue
        with os.scandir(here) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append((f"{lead}{entry.name}/", entry.path))
                elif entry.name.endswith(suffix):
                    yield lead + entry.name, entry.stat()


def _look(files: list[tuple[str, os.stat_result]]) -> str:
    return _hash(repr([(name, status.st_size, status.st_mtime_ns) for name, status in files]))


def _noted(path: Path, look: str) -> str | None:
    """The key of files that look as they did when they were read last."""
    try:
        note = json.loads(_note_of(path).read_bytes())
        return str(note["key"]) if note["look"] == look else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note(path: Path, look: str, key: str, files: list[tuple[str, os.stat_result]]) -> None:
    """Note the key, unless one of the files is so young that it may change without looking otherwise."""
    if _noted(path, look) is None and max(status.st_mtime_ns for _, status in files) + _SETTLED < time.time_ns():
        _write(_note_of(path), [json.dumps({"look": look, "key": key}).encode()])


def _note_of(path: Path) -> Path:
    return cache_folder() / f"{_hash(str(path))}.json"


def _entry_of(key: str) -> Path:
    return cache_folder() / f"{_hash(key + _maker())}.tables"


@cache
def _maker() -> str:
    """What makes tables of YAML: the form of the cache, Python, the compiler, and what it reads beside the files."""
    rules = [(path.name, path.stat()) for path in (SHIPPED / "rules/vr.yaml", SHIPPED / "standard/commands.yaml")]
    look = _look([*rules, *sorted(_below(FOLDER, ".py"))])
    return _hash(repr((_FORM, sys.implementation.cache_tag, marshal.version, str(FOLDER), look)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _key(path: Path, files: list[tuple[str, os.stat_result]]) -> str:
    total = hashlib.sha256()
    for name, _ in files:
        content = (path / name if name else path).read_bytes()
        total.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        total.update(content)
    return total.hexdigest()


def _read(key: str, origin: str) -> Compiled | None:
    """The entry of a key, or None if there is none, or not a whole one."""
    try:
        data = _entry_of(key).read_bytes()
    except OSError:
        return None
    start = len(_FORM) + _DIGEST
    if not data.startswith(_FORM) or hashlib.sha256(data[start:]).digest() != data[len(_FORM) : start]:
        return None
    return Compiled(origin, key, marshal.loads(data[start:]))


def _compile(key: str, path: Path) -> Compiled:
    make: Callable[[Path], dict[str, dict[str, Any]]]
    tables = compiler("tables")
    make = tables.edition_tables if path.is_dir() else tables.private_tables
    try:
        made = make(path)
    except compiler("yaml_io").SchemaError as error:
        raise EditionError(str(error)) from error
    packed = {name: marshal.dumps(table) for name, table in made.items()}
    data = marshal.dumps(packed)
    _write(_entry_of(key), [_FORM, hashlib.sha256(data).digest(), data])
    return Compiled(str(path), key, packed)


def _write(path: Path, chunks: list[bytes]) -> None:
    """Keep something in the cache. If that is not possible it is made again the next time."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_target(path, chunks)
        for kind in ("*.tables", "*.json"):
            for old in sorted(path.parent.glob(kind), key=lambda entry: entry.stat().st_mtime)[:-_KEPT]:
                old.unlink()
    except (OSError, DicomError):
        pass

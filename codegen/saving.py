"""Editions as folders: written whole, and laid over the shipped dictionaries to build from."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .yaml_io import SchemaError, dump, load

__all__ = ["SaveError", "overlaid", "save"]

_SOURCES: Final = "standard/sources.yaml"


class SaveError(Exception):
    """An edition cannot be written to a folder as things are."""


def save(texts: dict[str, str], folder: Path, overwrite: bool = False) -> None:
    """Write the dictionaries of an edition into a folder, which holds all of them or, if that fails, none.

    With ``overwrite`` they replace those of another edition; private dictionaries that lie there stay, but for those of
    the same names.

    Raises:
        SaveError: something else is in the folder, or an edition and ``overwrite`` is false.
        OSError: it cannot be written.
    """
    if (folder / _SOURCES).is_file():
        if not overwrite:
            edition = load(folder / _SOURCES).get("edition", "an edition")
            raise SaveError(f"{folder} holds {edition} already; say --overwrite to replace it")
    elif folder.exists() and any(folder.iterdir()):
        raise SaveError(f"{folder} holds other things than an edition; name a folder that is empty or new")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as name:
        new = Path(name)
        for path, content in texts.items():
            target = new / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode("utf-8"))
        if (folder / "standard").exists():
            (folder / "standard").rename(new / "old")
        (new / "standard").rename(folder / "standard")
        if (new / "private").is_dir():
            (folder / "private").mkdir(exist_ok=True)
            for vendor in (new / "private").iterdir():
                vendor.replace(folder / "private" / vendor.name)


@contextmanager
def overlaid(folder: Path, shipped: Path) -> Iterator[tuple[Path, Callable[[SchemaError], SchemaError]]]:
    """The dictionaries of an edition with the shipped ones where it has none, in a folder of their own.

    The second thing that is given puts the right path into an error about one of them.
    """
    with tempfile.TemporaryDirectory(prefix="dicomspec-") as name:
        both = Path(name)
        shutil.copytree(shipped, both, dirs_exist_ok=True)
        for part in (folder / "standard", folder / "private"):
            for path in sorted(part.iterdir()) if part.is_dir() else ():
                target = both / part.name / path.name
                if path.is_dir():
                    shutil.rmtree(target, ignore_errors=True)
                    shutil.copytree(path, target)
                elif path.suffix == ".yaml":
                    shutil.copyfile(path, target)
        own, other = load(folder / _SOURCES), load(shipped / _SOURCES)
        files = {**other["files"], **own["files"]}
        (both / _SOURCES).write_text(dump({"edition": own["edition"], "files": files}), encoding="utf-8")

        def placed(error: SchemaError) -> SchemaError:
            for place in (folder, shipped):
                path = place / Path(error.path).relative_to(both) if Path(error.path).is_relative_to(both) else None
                if path is not None and path.is_file():
                    return SchemaError(path, error.where, error.expected, error.found, error.line)
            return error

        yield both, placed

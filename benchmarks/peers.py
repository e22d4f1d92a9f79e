"""The libraries that are measured, each with the same few things done the way its users do them.

What a library cannot do, or not in a way comparable, it leaves as it is in `Library`.
"""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Sequence
from importlib import metadata
from typing import Any, Final

from benchmarks.data import build_groups
from dicomspec.scanning import scan

__all__ = [
    "LIBRARIES",
    "NEW_NAME",
    "OURS",
    "PEERS",
    "SNIPPETS",
    "TEN",
    "Library",
    "as_text",
    "plain",
    "quiet",
    "version",
]

TEN: Final = (
    "SOPInstanceUID",
    "StudyDate",
    "Modality",
    "PatientName",
    "PatientID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "InstanceNumber",
    "Rows",
    "Columns",
)
TEN_TAGS: Final = (
    (0x0008, 0x0018),
    (0x0008, 0x0020),
    (0x0008, 0x0060),
    (0x0010, 0x0010),
    (0x0010, 0x0020),
    (0x0020, 0x000D),
    (0x0020, 0x000E),
    (0x0020, 0x0013),
    (0x0028, 0x0010),
    (0x0028, 0x0011),
)
NEW_NAME: Final = "Changed^Name"


class Library:
    """What can be measured. Methods take a path, and give what `plain` or `values` make comparable."""

    def can(self, method: str) -> bool:
        """Whether the library does this at all."""
        return getattr(type(self), method, None) is not getattr(Library, method)

    def __init__(self, package: str, module: str) -> None:
        self.package = package
        self.module: Any = importlib.import_module(module)

    def open(self, path: str) -> Any:
        raise NotImplementedError

    def ten(self, path: str) -> Sequence[Any]:
        raise NotImplementedError

    def decode(self, path: str) -> Any:
        """Open a file and ask for each value, nested ones too."""
        raise NotImplementedError

    def copy(self, path: str, target: str) -> None:
        raise NotImplementedError

    def change(self, path: str, target: str) -> None:
        raise NotImplementedError

    def build(self, count: int) -> Any:
        raise NotImplementedError

    def save(self, ds: Any, target: str) -> None:
        raise NotImplementedError

    def scan(self, paths: Sequence[str]) -> list[Sequence[Any]]:
        """Ten attributes of each file."""
        raise NotImplementedError

    def attributes(self, ds: Any) -> Sequence[Any]:
        """The ten attributes of an open file; None where there is none."""
        raise NotImplementedError

    def values(self, ds: Any) -> list[Any]:
        """Tags and values of everything, in plain types: for comparing."""
        raise NotImplementedError


class Pydicom(Library):
    """pydicom, and the libraries that have its names."""

    def open(self, path: str) -> Any:
        return self.module.dcmread(path)

    def ten(self, path: str) -> Sequence[Any]:
        get = self.module.dcmread(path).get
        return [get(keyword) for keyword in TEN]

    def decode(self, path: str) -> Any:
        ds = self.module.dcmread(path)
        todo = [ds]
        while todo:
            for element in todo.pop():
                value = element.value
                if element.VR == "SQ":
                    todo.extend(value)
        return ds

    def copy(self, path: str, target: str) -> None:
        self.module.dcmread(path).save_as(target)

    def change(self, path: str, target: str) -> None:
        ds = self.module.dcmread(path)
        ds.PatientName = NEW_NAME
        ds.save_as(target)

    def build(self, count: int) -> Any:
        return build_groups(self.module, count)

    def save(self, ds: Any, target: str) -> None:
        ds.save_as(target)

    def scan(self, paths: Sequence[str]) -> list[Sequence[Any]]:
        found: list[Sequence[Any]] = []
        for path in paths:
            get = self.module.dcmread(path, stop_before_pixels=True).get
            found.append([get(keyword) for keyword in TEN])
        return found

    def attributes(self, ds: Any) -> Sequence[Any]:
        return [ds.get(keyword) for keyword in TEN]

    def values(self, ds: Any) -> list[Any]:
        found: list[Any] = []
        todo = [ds]
        while todo:
            for element in todo.pop():
                value = element.value
                if element.VR == "SQ":
                    todo.extend(value)
                    found.append((int(element.tag), len(value)))
                else:
                    found.append((int(element.tag), plain(value)))
        return found


class Dicomspec(Pydicom):
    """dicomspec itself, which has a way of its own to scan files."""

    def scan(self, paths: Sequence[str]) -> list[Sequence[Any]]:
        return [row.values for row in scan(paths, TEN)]


class Dicomsdl(Library):
    """dicomsdl, C++."""

    def open(self, path: str) -> Any:
        return self.module.open(path)

    def ten(self, path: str) -> Sequence[Any]:
        values: list[Any] = self.module.open(path).getValues(list(TEN))
        return values

    def decode(self, path: str) -> Any:
        ds = self.module.open(path)
        self._walk(ds)
        return ds

    def _walk(self, ds: Any) -> None:
        sequence_vr = self.module.VR.SQ
        for element in ds:
            if element.vr() == sequence_vr:
                sequence = element.toSequence()
                for index in range(len(sequence)):
                    self._walk(sequence[index])
            else:
                element.value()

    def copy(self, path: str, target: str) -> None:
        self.module.open(path).saveToFile(target)

    def change(self, path: str, target: str) -> None:
        ds = self.module.open(path)
        ds.PatientName = NEW_NAME
        ds.saveToFile(target)

    def scan(self, paths: Sequence[str]) -> list[Sequence[Any]]:
        keywords = list(TEN)
        return [self.module.open(path).getValues(keywords) for path in paths]

    def attributes(self, ds: Any) -> Sequence[Any]:
        values: list[Any] = ds.getValues(list(TEN))
        return values

    def values(self, ds: Any) -> list[Any]:
        found: list[Any] = []
        todo = [ds]
        while todo:
            for element in todo.pop():
                if element.tag() >> 16 == 2:
                    continue
                if element.vr() == self.module.VR.SQ:
                    sequence = element.toSequence()
                    todo.extend(sequence[index] for index in range(len(sequence)))
                    found.append((element.tag(), len(sequence)))
                else:
                    found.append((element.tag(), plain(element.value())))
        return found


class Gdcm(Library):
    """GDCM by its Python binding, C++. It gives values as text, one tag at a time; it has no walk over all values."""

    def __init__(self, package: str, module: str) -> None:
        super().__init__(package, module)
        self.tags = [self.module.Tag(*pair) for pair in TEN_TAGS]

    def open(self, path: str) -> Any:
        reader = self.module.Reader()
        reader.SetFileName(path)
        if not reader.Read():
            raise ValueError(path)
        return reader

    def ten(self, path: str) -> Sequence[Any]:
        reader = self.module.Reader()
        reader.SetFileName(path)
        if not reader.ReadUpToTag(self.tags[-1]):
            raise ValueError(path)
        return self.attributes(reader)

    def attributes(self, ds: Any) -> Sequence[Any]:
        text = self.module.StringFilter()
        text.SetFile(ds.GetFile())
        return [text.ToString(tag) for tag in self.tags]

    def copy(self, path: str, target: str) -> None:
        reader = self.open(path)  # it owns the file
        self._write(reader.GetFile(), target)

    def change(self, path: str, target: str) -> None:
        reader = self.open(path)
        changer = self.module.Anonymizer()
        changer.SetFile(reader.GetFile())
        changer.Replace(self.module.Tag(0x0010, 0x0010), NEW_NAME)
        self._write(changer.GetFile(), target)

    def _write(self, file: Any, target: str) -> None:
        writer = self.module.Writer()
        writer.SetFile(file)
        writer.SetFileName(target)
        if not writer.Write():
            raise ValueError(target)

    def scan(self, paths: Sequence[str]) -> list[Sequence[Any]]:
        scanner = self.module.Scanner()
        for tag in self.tags:
            scanner.AddTag(tag)
        if not scanner.Scan(paths):
            raise ValueError("cannot scan")
        return [[scanner.GetValue(path, tag) for tag in self.tags] for path in paths]


def plain(value: Any) -> Any:
    """A value in built-in types: None for no value, the one of a list of one, numbers as `float`."""
    if value is None or isinstance(value, (bytes, str)):
        return (value.rstrip(" \0") if isinstance(value, str) else value) or None
    if isinstance(value, (int, float)):
        return float(value) if value == value else "nan"
    if isinstance(value, Sequence):
        found = [plain(one) for one in value]
        return found[0] if len(found) == 1 else found or None
    return plain(str(value))


def as_text(values: Sequence[Any]) -> list[str]:
    """Values as text, for libraries that give nothing else."""
    return [f"{value:g}" if isinstance(value, float) else str(value or "") for value in map(plain, values)]


_KINDS: Final = (
    (Dicomspec, "dicomspec", "dicomspec"),
    (Pydicom, "pydicom", "pydicom"),
    (Dicomsdl, "dicomsdl", "dicomsdl"),
    (Gdcm, "python-gdcm", "gdcm"),
    (Pydicom, "pydcm", "pydcm"),
)


def _libraries() -> dict[str, Library]:
    found: dict[str, Library] = {}
    for kind, package, module in _KINDS:
        try:
            found[package] = kind(package, module)
        except (ImportError, OSError):
            continue
    return found


LIBRARIES: Final = _libraries()
"""Those that are installed, by the name of their package."""

GDCM_NAME: Final = """[
    r := gdcm.Reader(), r.SetFileName(path), r.Read(),
    f := gdcm.StringFilter(), f.SetFile(r.GetFile()), f.ToString(gdcm.Tag(0x10, 0x10)),
][-1]"""
SNIPPETS: Final = {
    "dicomspec": ("dicomspec", "dicomspec.dcmread(path).PatientName"),
    "pydicom": ("pydicom", "pydicom.dcmread(path).PatientName"),
    "dicomsdl": ("dicomsdl", "dicomsdl.open(path).PatientName"),
    "python-gdcm": ("gdcm", GDCM_NAME),
    "pydcm": ("pydcm", "pydcm.dcmread(path).PatientName"),
}
"""What to import, and how to read a first value: for scripts of their own."""

OURS: Final = LIBRARIES["dicomspec"]
PEERS: Final = tuple(package for _, package, _ in _KINDS[1:])


def quiet() -> None:
    """Keep the libraries from telling on the terminal what they think of a file."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    if "dicomsdl" in LIBRARIES:
        sdl = LIBRARIES["dicomsdl"].module
        sdl.set_loglevel(sdl.LogLevel.DISABLE)
    if "python-gdcm" in LIBRARIES:
        trace = LIBRARIES["python-gdcm"].module.Trace
        trace.WarningOff()
        trace.ErrorOff()


def version(package: str) -> str:
    """The version of an installed package; a dash for others."""
    if package == "dicomspec":
        return str(OURS.module.__version__)
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "-"

"""The works that are measured: what each does, what its answer is, and what is to be reached.

The answer of a peer is compared with ours before it is measured; a file on which they differ is not measured.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import data, measure, pixels, typed, validation
from benchmarks.floors import FLOORS, offsets
from benchmarks.peers import LIBRARIES, NEW_NAME, OURS, PEERS, SNIPPETS, TEN, Library, as_text
from benchmarks.results import Cell, Result, Settings
from dicomspec.scanning import Row, scan

__all__ = ["FILE_WORKS", "answer", "run", "sources"]


PACKAGE_FILES: Final = 60
"""So many of the package files are measured, spread evenly, if nothing else is asked for."""


# -- works on one file --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileWork:
    """A work on a file: ``run(library, path, target)``, and what to compare of what it gives or wrote."""

    title: str
    run: Callable[[Library, str, str], Any]
    answer: Callable[[Library, Any, str], Any]
    reach: dict[str, float]
    writes: bool = False


def _attributes(library: Library, ds: Any, target: str) -> list[Any]:
    return as_text(library.attributes(ds))


def _written(library: Library, _: Any, target: str) -> list[Any]:
    """All values of the file that was written, group lengths aside."""
    return [pair for pair in OURS.values(OURS.open(target)) if pair[0] & 0xFFFF]


def _changed(library: Library, _: Any, target: str) -> list[Any]:
    assert str(OURS.open(target).PatientName) == NEW_NAME
    return _written(library, _, target)


FILE_WORKS: Final = {
    "open": FileWork("open", lambda lib, path, _: lib.open(path), _attributes, {"pydicom": 10, "pydcm": 10}),
    "ten": FileWork(
        "open, ten attributes",
        lambda lib, path, _: lib.ten(path),
        lambda _, values, target: as_text(values),
        {"pydicom": 12, "dicomsdl": 1},
    ),
    "decode": FileWork(
        "open, decode every value",
        lambda lib, path, _: lib.decode(path),
        lambda lib, ds, _: lib.values(ds),
        {"pydicom": 12, "dicomsdl": 1},
    ),
    "copy": FileWork(
        "open, write unmodified", lambda lib, path, to: lib.copy(path, to), _written, {"pydicom": 10}, True
    ),
    "change": FileWork(
        "open, change one value, write", lambda lib, path, to: lib.change(path, to), _changed, {"pydicom": 10}, True
    ),
}


def sources(settings: Settings) -> dict[str, tuple[str, Callable[[], list[Path]]]]:
    """The sets of files: title, and how to get them."""
    sizes = settings.sizes
    return {
        "packages": (
            "package files",
            lambda: data.package_files(settings.files or (12 if settings.quick else PACKAGE_FILES)),
        ),
        "groups": (
            f"{sizes.groups:,} functional groups",
            lambda: [data.prepare("groups", sizes.groups, data.build_groups)],
        ),
        "contours": (f"{sizes.contours:,} contours", lambda: [data.prepare("contours", sizes.contours, data.contours)]),
        "multiframe": (
            f"{sizes.frames // 2} MB multi-frame",
            lambda: [data.prepare("multiframe", sizes.frames, data.multiframe)],
        ),
        "dicomdir": (f"DICOMDIR, {sizes.records:,} records", lambda: [data.dicomdir(sizes.records)]),
    }


def _file_rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    for key, work in FILE_WORKS.items():
        for source, (title, files) in sources(settings).items():
            name = f"{key}/{source}"
            if wanted(name) and (paths := files()):
                row = Result(name, work.title, title, reach=work.reach)
                rounds = settings.rounds(3)
                mine = _answers(work, OURS, paths, settings.folder)
                for peer in PEERS:
                    if peer in LIBRARIES:
                        row.peers[peer] = Cell()
                        if LIBRARIES[peer].can(key):
                            row.peers[peer] = _compare(row, work, LIBRARIES[peer], mine, rounds, settings.folder)
                yield row


def _answers(work: FileWork, library: Library, paths: Sequence[Path], folder: Path) -> dict[Path, Any]:
    """What a work gives for each file; None where it raises."""
    found: dict[Path, Any] = {}
    for path in paths:
        try:
            found[path] = answer(work, library, path, folder)
        except Exception:  # at broken files
            found[path] = None
    return found


def _compare(row: Result, work: FileWork, peer: Library, mine: dict[Path, Any], rounds: int, folder: Path) -> Cell:
    """A peer beside us on the files of ``mine``, which has our answers."""
    pairs: list[tuple[float, str, float]] = []
    cell = Cell(of=len(mine))
    alive = _survivors(peer.package, tuple(mine))
    given = _answers(work, peer, [path for path in mine if path in alive], folder)
    for path, expected in mine.items():
        ours, theirs = (functools.partial(_run, work, library, path, folder) for library in (OURS, peer))
        if expected is None or given.get(path) != expected:
            cell.differ.append(path.name)
            continue
        pair = measure.in_turn(ours, theirs, rounds, _remover(work, folder))
        pairs.append((pair.ratio, path.name, pair.ours))
    if pairs:
        pairs.sort()
        cell.files = len(pairs)
        cell.ratio = _median([ratio for ratio, _, _ in pairs])
        cell.worst, cell.best = pairs[0][:2], pairs[-1][:2]
        row.ours = row.ours or _median([seconds for _, _, seconds in pairs])
    return cell


@functools.cache
def _survivors(package: str, paths: tuple[Path, ...]) -> frozenset[Path]:
    compiled = package not in ("dicomspec", "pydicom") and len(paths) > 1  # what is generated ends no process
    return frozenset(measure.survivors(package, list(paths)) if compiled else paths)


def _remover(work: FileWork, folder: Path) -> Callable[[], Any] | None:
    """What takes away the file that was written: to replace one is another work, done more or less safely."""
    return functools.partial((folder / "target.dcm").unlink, missing_ok=True) if work.writes else None


def _run(work: FileWork, library: Library, path: Path, folder: Path) -> Any:
    return work.run(library, str(path), str(folder / "target.dcm"))


def answer(work: FileWork, library: Library, path: Path, folder: Path) -> Any:
    """What a work gives, comparable."""
    target = folder / "target.dcm"
    target.unlink(missing_ok=True)
    return work.answer(library, _run(work, library, path, folder), str(target))


def _median(numbers: Sequence[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


# -- the least there is to do -------------------------------------------------------------------------------


def _floor_rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    """What is left when all that a library does for its users is taken away, on the same files."""
    title, files = sources(settings)["packages"]
    for name, (work, of) in FLOORS.items():
        if wanted(name) and (paths := files()):
            actions = [functools.partial(of, str(path), offsets(path)) for path in paths]
            seconds = [measure.in_turn(action, action, settings.rounds(3)).ours for action in actions]
            yield Result(name, work, title, ours=_median(seconds), note="no library")


# -- building -----------------------------------------------------------------------------------------------


def _build_rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    count, target = settings.sizes.groups, str(settings.folder / "target.dcm")
    rows = {name: Result(name, title, f"{count:,} items", reach={"pydicom": 5}) for name, title in _BUILDS.items()}
    for peer in PEERS:
        if not any(map(wanted, rows)) or peer not in LIBRARIES:
            continue
        library = LIBRARIES[peer]
        for row in rows.values():
            row.peers[peer] = Cell(of=int(library.can("build")))
        if not library.can("build"):
            continue
        mine, theirs = OURS.build(count), library.build(count)
        if not _same_build(theirs, library, mine, target):
            continue
        actions = {
            "build": (functools.partial(OURS.build, count), functools.partial(library.build, count)),
            "save": (functools.partial(OURS.save, mine, target), functools.partial(library.save, theirs, target)),
        }
        for name, row in rows.items():
            if wanted(name):
                pair = measure.in_turn(
                    *actions[name],
                    settings.rounds(3),
                    functools.partial(Path(target).unlink, missing_ok=True) if name == "save" else None,
                )
                row.peers[peer] = Cell(pair.ratio, 1, 1)
                row.ours = row.ours or pair.ours
    yield from (row for row in rows.values() if wanted(row.name))


_BUILDS: Final = {"build": "build by assignment", "save": "write what was built"}


def _same_build(theirs: Any, library: Library, mine: Any, target: str) -> bool:
    """Whether both hold the same, and write it."""
    library.save(theirs, target)
    written = _written(library, None, target)
    OURS.save(mine, target)
    return written == _written(OURS, None, target) and OURS.values(mine) == library.values(theirs)


# -- scanning many files ------------------------------------------------------------------------------------


def _scan_rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    if not wanted("scan") and not wanted("scan-two"):
        return
    paths = [str(path) for path in data.small_files(settings.sizes.files)]
    title = f"{len(paths):,} files"
    if wanted("scan"):
        row = Result("scan", "scan for ten attributes", title, reach={"pydicom": 10})
        mine = list(map(as_text, OURS.scan(paths)))
        for peer in PEERS:
            if peer not in LIBRARIES:
                continue
            library = LIBRARIES[peer]
            row.peers[peer] = Cell(of=1)
            if list(map(as_text, library.scan(paths))) != mine:
                continue
            pair = measure.in_turn(
                functools.partial(OURS.scan, paths), functools.partial(library.scan, paths), settings.rounds(3)
            )
            row.peers[peer] = Cell(pair.ratio, 1, 1)
            row.ours = row.ours or pair.ours
        yield row
    if wanted("scan-two") and (os.cpu_count() or 1) > 1:
        yield _two_processes(settings, paths, title)


def _two_processes(settings: Settings, paths: list[str], title: str) -> Result:
    """Two processes beside one, by the clock; to start them counts."""
    one, two = (functools.partial(_scanned, paths, jobs) for jobs in (1, 2))
    if one() != two():
        raise AssertionError("two processes give other values than one")
    pair = measure.in_turn(two, one, settings.rounds(5), clock=time.perf_counter)
    row = Result("scan-two", "the same with two processes", title, ours=pair.ours)
    row.note = f"{pair.ratio:.2f}x one process"
    row.reach = {"one process": 1.8}
    row.peers["one process"] = Cell(pair.ratio, 1, 1)
    return row


def _scanned(paths: list[str], jobs: int) -> list[Row]:
    return list(scan(paths, TEN, jobs=jobs))


# -- new processes: start, memory ---------------------------------------------------------------------------


def _start_rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    path = str(data.small_files(settings.sizes.files)[0])
    for name, title in {"import": "import", "first": "import, first read"}.items():
        if not wanted(name):
            continue
        row = Result(name, title, "new process", reach={"pydicom": 3})
        for peer in PEERS:
            if peer in LIBRARIES:
                ours, theirs = (_start_script(package, path, name == "first") for package in ("dicomspec", peer))
                pair = measure.processes(ours, theirs, settings.rounds(15))
                row.peers[peer] = Cell(pair.ratio, 1, 1)
                row.ours = row.ours or pair.ours
        yield row


def _start_script(package: str, path: str, read: bool) -> str:
    module, first = SNIPPETS[package]
    lines = ["import time", "start = time.process_time()", f"import {module}"]
    if read:
        lines += [f"path = {path!r}", f"name = {first}"]
    lines.append("print(time.process_time() - start)")
    if read:
        lines.append("assert str(name).strip() == 'Last^First^mid^pre', name")
    return "\n".join(lines)


_SHELL: Final = """
import subprocess, sys, time
start = time.perf_counter()
subprocess.run([sys.executable, "-m", "dicomspec", *{arguments}], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - start)
"""
_AGAIN: Final = """
import os, time
os.environ["DICOMSPEC_CACHE"] = {cache!r}
from dicomspec.edition import Edition
start = time.perf_counter()
Edition.load("dictionaries")
print(time.perf_counter() - start)
"""


def _edition_rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    """What no peer does: to look something up from the shell, and to load an edition that was compiled before."""
    again = _AGAIN.format(cache=str(settings.folder))
    works = {
        "lookup": ("dicomspec lookup PatientName", 0.3, _SHELL.format(arguments=["lookup", "PatientName"])),
        "lookup-text": ("dicomspec lookup dose reference", 0.3, _SHELL.format(arguments=["lookup", "dose reference"])),
        "edition": ("load an edition again", 0.05, again),
    }
    for name, (title, most, script) in works.items():
        if wanted(name):
            if script is again:
                measure.processes(again, "print(1)", 1)  # compiles it
            seconds = measure.processes(script, "print(1)", settings.rounds(9)).ours
            yield Result(name, title, "new process, by the clock", ours=seconds, most=0 if settings.quick else most)


def _memory_rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    if not measure.private():
        return
    works = {
        "held": ("memory held, open", ("groups", "contours", "multiframe", "dicomdir")),
        "decode": ("memory at most, every value decoded", ("groups", "contours", "dicomdir")),
        "copy": ("memory at most, open, write unmodified", ("groups", "contours", "multiframe", "dicomdir")),
    }
    for work, (title, wanted_sources) in works.items():
        for source in wanted_sources[-1:] if settings.quick else wanted_sources:
            name = f"memory-{work}/{source}"
            if not wanted(name):
                continue
            data_title, files = sources(settings)[source]
            row = Result(name, title, data_title, unit="B", reach={"pydicom": 1})
            path = str(files()[0])
            row.ours = _median([_memory(work, "dicomspec", path) for _ in range(settings.rounds(3))])
            for peer in PEERS:
                if peer in LIBRARIES:
                    row.peers[peer] = cell = Cell()
                    if LIBRARIES[peer].can("open" if work == "held" else work):
                        cell.ratio = _memory(work, peer, path) / row.ours
                        cell.of = cell.files = 1
            yield row


LEAST_MEMORY: Final = 1e5
"""Bytes; less is not told apart."""


def _memory(work: str, package: str, path: str) -> float:
    held, peak = measure.memory(work, package, path)
    return max(LEAST_MEMORY, float(held if work == "held" else peak))


# -- growth -------------------------------------------------------------------------------------------------


def _growth_rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    sizes = settings.sizes
    makers: dict[str, tuple[str, int, Callable[[Any, int], Any]]] = {
        "elements": ("elements", sizes.elements, data.elements),
        "depth": ("depth", sizes.depth, data.nested),
        "items": ("items", sizes.groups, data.build_groups),
    }
    for key in ("decode", "change"):
        work = FILE_WORKS[key]
        for label, (title, size, make) in makers.items():
            name = f"growth-{key}/{label}"
            if not wanted(name):
                continue
            small, large = (data.prepare(f"growth-{label}", count, make) for count in (size // 10, size))
            row = Result(name, f"{work.title}: growth", f"{title}, {size // 10:,} to {size:,}", unit="x")
            row.reach = {"dicomspec": 12}
            row.ours = _growth(work, OURS, small, large, settings)
            for peer in PEERS:
                if peer in LIBRARIES:
                    row.peers[peer] = cell = Cell(of=1)
                    try:
                        if all(
                            answer(work, LIBRARIES[peer], path, settings.folder)
                            == answer(work, OURS, path, settings.folder)
                            for path in (small, large)
                        ):
                            cell.ratio = _growth(work, LIBRARIES[peer], small, large, settings)
                            cell.files = 1
                    except (Exception, RecursionError):
                        continue
            yield row


def _growth(work: FileWork, library: Library, small: Path, large: Path, settings: Settings) -> float:
    one, ten = (functools.partial(_run, work, library, path, settings.folder) for path in (small, large))
    return measure.in_turn(one, ten, settings.rounds(5), _remover(work, settings.folder)).ratio


# -- all ----------------------------------------------------------------------------------------------------

_GROUPS: Final = (
    _file_rows,
    _floor_rows,
    pixels.rows,
    _build_rows,
    _scan_rows,
    _start_rows,
    _edition_rows,
    typed.rows,
    validation.rows,
    _memory_rows,
    _growth_rows,
)


def run(settings: Settings, only: Sequence[str]) -> Iterator[Result]:
    """The rows whose names start with one of ``only``; all without."""

    def wanted(name: str) -> bool:
        return not only or any(name.startswith(part) for part in only)

    for rows in _GROUPS:
        for row in rows(settings, wanted):
            if settings.quick:  # little data says nothing about what is reached
                row.reach, row.most = {}, 0
            yield row

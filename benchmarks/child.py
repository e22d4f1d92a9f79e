"""What is done in a process of its own: a work whose memory is watched, and reading files that may end the process."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import private
from benchmarks.peers import LIBRARIES, Library, quiet
from dicomspec import examples

__all__: list[str] = []


def watched(work: str, library: Library, path: str, target: str) -> None:
    """Do one work, and print the memory that is then held."""
    library.copy(str(examples.path("ct")), target)  # whatever is loaded on first use
    if work == "frames":
        list(importlib.import_module(f"{library.package}.pixels").iter_pixels(str(examples.path("multiframe"))))
    print("ready", flush=True)
    sys.stdin.readline()
    ds = None
    if work == "held":
        ds = library.open(path)
        library.attributes(ds)
    elif work == "frames":
        for frame in importlib.import_module(f"{library.package}.pixels").iter_pixels(path):
            frame.max()
    elif work == "decode":
        ds = library.decode(path)
    else:
        library.copy(path, target)
    print(private(), flush=True)
    del ds


def survived(library: Library, target: str) -> None:
    """Read and write the files that are named on standard input, and print how many did not end the process."""
    for count, line in enumerate(sys.stdin, 1):
        path = line.rstrip("\n")
        for work in (library.attributes, library.values):
            try:
                work(library.open(path))
            except Exception:  # that is told where values are compared
                continue
        try:
            library.change(path, target)
        except Exception:
            pass
        print(count, flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        quiet()
        work, package, *paths = sys.argv[1:]
        target = str(Path(folder) / "target.dcm")
        if work == "survive":
            survived(LIBRARIES[package], target)
        else:
            watched(work, LIBRARIES[package], paths[0], target)

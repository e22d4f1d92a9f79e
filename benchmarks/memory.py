"""One work in a process of its own, watched by `measure.memory`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.measure import private
from benchmarks.peers import LIBRARIES
from dicomspec import examples


def main(work: str, package: str, path: str) -> None:
    library = LIBRARIES[package]
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "target.dcm")
        library.copy(str(examples.path("ct")), target)  # whatever is loaded on first use
        print("ready", flush=True)
        sys.stdin.readline()
        ds = None
        if work == "held":
            ds = library.open(path)
            library.attributes(ds)
        elif work == "decode":
            ds = library.decode(path)
        else:
            library.copy(path, target)
        print(private(), flush=True)
        del ds


if __name__ == "__main__":
    main(*sys.argv[1:])

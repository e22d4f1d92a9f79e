"""``python -m benchmarks``: measure, print, and write the table of the README."""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks import report, works
from benchmarks.measure import ROOT
from benchmarks.peers import OURS, quiet
from benchmarks.results import Result, Settings
from dicomspec.errors import DicomError

LEAST_SAME: Final = 0.8
"""The part of the files on which pydicom must give the same answer; fewer is a defect of the benchmark, or of ours."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little data, one round: whether everything works")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="rows whose name starts with this, e.g. decode or scan",
    )
    parser.add_argument("--files", type=int, metavar="N", help="this many of the package files")
    parser.add_argument(
        "--update-readme", action="store_true", help="write the table into README.md, with the rows of --only"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write all figures to this file")
    parser.add_argument("--profile", metavar="NAME", help="print the hottest functions of a row, e.g. decode/groups")
    options = parser.parse_args(arguments)
    if options.update_readme and options.quick:
        parser.error("--update-readme wants figures measured in full, not --quick")
    quiet()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), options.quick, options.files)
        if options.profile:
            return profile(options.profile, settings)
        rows = []
        for row in works.run(settings, options.only):
            rows.append(row)
            print(report.line(row), *report.details(row), sep="\n", flush=True)
    if not options.quick:
        print(f"\n{report.table(rows)}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))
    if options.update_readme:
        readme = ROOT / "README.md"
        readme.write_text(report.into_readme(readme.read_text(encoding="utf-8"), rows), encoding="utf-8")
    wrong = [row.name for row in rows if is_wrong(row)]
    if wrong:
        print(f"\nother answers than pydicom's: {', '.join(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


def is_wrong(row: Result) -> bool:
    """Whether pydicom differs on more files than are known to be odd."""
    cell = row.peers.get("pydicom")
    return cell is not None and cell.of > 0 and cell.files < LEAST_SAME * cell.of


def profile(name: str, settings: Settings) -> int:
    """Print where the time of one row goes, from two seconds of it."""
    target, count = str(settings.folder / "target.dcm"), settings.sizes.groups
    actions: list[Callable[[], Any]] = []
    if name == "build":
        actions.append(partial(OURS.build, count))
    elif name == "save":
        actions.append(partial(OURS.save, OURS.build(count), target))
    else:
        work, _, source = name.partition("/")
        paths = works.sources(settings)[source or "packages"][1]()
        actions += [partial(works.FILE_WORKS[work].run, OURS, str(path), target) for path in paths]
    actions = [action for action in actions if _works(action)]
    profiler = cProfile.Profile()
    end = time.perf_counter() + 2
    while time.perf_counter() < end:
        for action in actions:
            Path(target).unlink(missing_ok=True)
            profiler.runcall(action)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
    return 0


def _works(action: Callable[[], Any]) -> bool:
    try:
        action()
    except DicomError:  # a broken file
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())

"""Measuring two things in turn, so that what else the machine does falls on both."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

__all__ = ["Pair", "in_turn", "memory", "processes", "survivors"]

ROOT: Final = Path(__file__).resolve().parent.parent
LEAST: Final = 0.002
"""Seconds that one measurement lasts at least; what is quicker is repeated."""

SLOW: Final = 1.0
"""Seconds from which on a first measurement is as good as later ones."""

LONG: Final = 2.5
"""Seconds from which on one measurement says enough: what little else the machine does is no great part of it."""


class Pair:
    """Times of one thing and of another, taken in turn, in seconds."""

    def __init__(self, ours: list[float], theirs: list[float]) -> None:
        self.ours = median(ours)
        self.ratio = median(b / a for a, b in zip(ours, theirs, strict=True))


def in_turn(
    ours: Callable[[], Any],
    theirs: Callable[[], Any],
    rounds: int,
    before: Callable[[], Any] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> Pair:
    """Time both, A B A B; ``before`` is called before each, untimed.

    The clock is that of the processor, so that other processes on the machine do not count. The first round says
    how often each is repeated in a measurement; it counts only where it was slow. What was alive before is kept
    from the garbage collector: to go over it is no part of the work of either.
    """
    gc.collect()
    gc.freeze()
    try:
        return _in_turn(ours, theirs, rounds, before, clock)
    finally:
        gc.unfreeze()


def _in_turn(
    ours: Callable[[], Any],
    theirs: Callable[[], Any],
    rounds: int,
    before: Callable[[], Any] | None,
    clock: Callable[[], float],
) -> Pair:
    first = [_time(action, 1, before, clock) for action in (ours, theirs)]
    repeats = [max(1, round(LEAST / max(1e-6, seconds))) for seconds in first]
    found = ([first[0]], [first[1]]) if max(first) > SLOW else ([], [])
    if max(first) > LONG:
        rounds = 1
    gc.collect()
    while len(found[0]) < rounds:
        for times, action, count in zip(found, (ours, theirs), repeats, strict=True):
            times.append(max(1e-9, _time(action, count, before, clock)))
    return Pair(*found)


def _time(action: Callable[[], Any], count: int, before: Callable[[], Any] | None, clock: Callable[[], float]) -> float:
    if before is None:
        start = clock()
        for _ in range(count):
            action()
        return (clock() - start) / count
    total = 0.0
    for _ in range(count):
        before()
        start = clock()
        action()
        total += clock() - start
    return total / count


def processes(ours: str, theirs: str, rounds: int) -> Pair:
    """Run two scripts in turn, each in a new process; each prints the seconds that it took."""
    found: tuple[list[float], list[float]] = ([], [])
    # Installed packages come compiled; what stands in a checkout must be allowed to be.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for number in range(rounds + 1 if rounds > 1 else 1):
        for times, script in zip(found, (ours, theirs), strict=True):
            seconds = float(
                subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, env=environment, text=True)
            )
            if number or rounds == 1:  # else the first round only fills the caches
                times.append(seconds)
    return Pair(*found)


def memory(work: str, package: str, path: str) -> tuple[int, int]:
    """Bytes of private memory that a work of ``benchmarks.child`` held at its end, and at most, in a new process.

    Pages of a mapped file do not count: the system can drop them. Linux only.
    """
    command = [sys.executable, "-m", "benchmarks.child", work, package, path]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()  # all is imported
        before = peak = private(process.pid)
        process.stdin.write("go\n")
        process.stdin.flush()
        while process.poll() is None:
            if (now := private(process.pid)) == 0:
                break
            peak = max(peak, now)
            time.sleep(0.002)
        held = int(process.stdout.read())
    return held - before, max(peak, held) - before


def survivors(package: str, paths: list[Path]) -> list[Path]:
    """The files that do not end the process when a library reads and writes them; broken ones do in compiled code."""
    found: list[Path] = []
    command = [sys.executable, "-m", "benchmarks.child", "survive", package]
    while paths:
        text = "".join(f"{path}\n" for path in paths)
        done = subprocess.run(command, cwd=ROOT, input=text, text=True, capture_output=True, check=False).stdout.split()
        count = int(done[-1]) if done and done[-1].isdigit() else 0
        found += paths[:count]
        paths = paths[count + 1 :]
    return found


def private(pid: int | str = "self") -> int:
    """Bytes of anonymous memory of a process; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon")), 0)

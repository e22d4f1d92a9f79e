"""Measuring two things in turn, so that what else the machine does falls on both."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

__all__ = ["Pair", "in_turn", "memory", "processes"]

ROOT: Final = Path(__file__).resolve().parent.parent
LEAST: Final = 0.002
"""Seconds that one measurement lasts at least; what is quicker is repeated."""


class Pair:
    """Times of one thing and of another, taken in turn, in seconds."""

    def __init__(self, ours: list[float], theirs: list[float]) -> None:
        self.ours = median(ours)
        self.ratio = median(b / a for a, b in zip(ours, theirs, strict=True))


def in_turn(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> Pair:
    """Time both, A B A B. The first, uncounted round says how often each is repeated in a measurement."""
    found: tuple[list[float], list[float]] = ([], [])
    repeats = [max(1, round(LEAST / _time(action, 1))) for action in (ours, theirs)]
    gc.collect()
    for _ in range(rounds):
        for times, action, count in zip(found, (ours, theirs), repeats, strict=True):
            times.append(_time(action, count))
    return Pair(*found)


def _time(action: Callable[[], Any], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        action()
    return (time.perf_counter() - start) / count


def processes(ours: str, theirs: str, rounds: int) -> Pair:
    """Run two scripts in turn, each in a new process; each prints the seconds that it took."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for times, script in zip(found, (ours, theirs), strict=True):
            seconds = float(subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True))
            if number:  # the first round only fills the caches
                times.append(seconds)
    return Pair(*found)


def memory(work: str, package: str, path: str) -> tuple[int, int]:
    """Bytes of private memory that a work of ``benchmarks.memory`` held at its end, and at most, in a new process.

    Pages of a mapped file do not count: the system can drop them. Linux only.
    """
    command = [sys.executable, "-m", "benchmarks.memory", work, package, path]
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


def private(pid: int | str = "self") -> int:
    """Bytes of anonymous memory of a process; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon")), 0)

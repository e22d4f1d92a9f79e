"""The results as a table: for the terminal, for the README, as JSON."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.peers import LIBRARIES, PEERS, version
from benchmarks.results import Cell, Result

__all__ = ["details", "into_readme", "line", "table"]

HEAD: Final = ("work", "data", "dicomspec", *PEERS, "reach")
VALIDATORS: Final = ("dicom-validator", "dicom3tools")
MARK: Final = re.compile(r"<!-- benchmarks -->(?:.*?<!-- /benchmarks -->)?", re.S)


def cells(row: Result) -> list[str]:
    return [row.work, row.data, _ours(row), *(_peer(row.peers.get(name)) for name in PEERS), _reach(row)]


def _ours(row: Result) -> str:
    text = {"s": _seconds, "B": _bytes, "x": "grows {:.1f}x".format}[row.unit](row.ours) if row.ours else "-"
    return f"{text}, {row.note}" if row.note else text


def _seconds(value: float) -> str:
    if value >= 1:
        return f"{value:.3g} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.3g} µs"


def _bytes(value: float) -> str:
    return f"{value / 1e6:.3g} MB"


def _peer(cell: Cell | None) -> str:
    if cell is None or not cell.files:
        return "-"
    text = f"{cell.ratio:.{1 if cell.ratio < 100 else 0}f}x"
    if cell.worst and cell.best and cell.files > 1:
        text += f" ({cell.worst[0]:.2g} to {cell.best[0]:.3g})"
    return text


def _reach(row: Result) -> str:
    if not row.reach and not row.most:
        return ""
    if row.most:
        text = f"below {_bytes(row.most) if row.unit == 'B' else _seconds(row.most)}"
    elif row.unit == "x":
        text = "10x within 20 %"
    else:
        text = ", ".join(f"{'ahead of' if least == 1 else f'{least:g}x'} {name}" for name, least in row.reach.items())
    return f"{text} **missed**" if row.missed() else text


def line(row: Result) -> str:
    """One row for the terminal."""
    return f"{row.work + ': ' + row.data:66.66} " + "  ".join(f"{text:20}" for text in cells(row)[2:])


def details(row: Result) -> list[str]:
    """The worst and the best file, and those that were left out, for each peer."""
    found = []
    for name, cell in row.peers.items():
        if cell.worst and cell.best and cell.files > 1:
            extremes = f"worst {cell.worst[0]:.2f}x {cell.worst[1]}, best {cell.best[0]:.1f}x {cell.best[1]}"
            found.append(f"    {name}: {cell.files} of {cell.of} files; {extremes}")
        if cell.differ:
            found.append(f"    {name}: {len(cell.differ)} unreadable or read otherwise: {', '.join(cell.differ)[:150]}")
    return found


def table(rows: Sequence[Result]) -> str:
    """All rows in Markdown, with what they were measured on."""
    lines = [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
    lines += [f"| {' | '.join(cells(row))} |" for row in rows]
    return "\n".join([*lines, "", _explanation(rows)])


def _explanation(rows: Sequence[Result]) -> str:
    files = max((cell.files for row in rows for cell in row.peers.values()), default=0)
    return (
        "Medians of processor time. "
        "A peer's figure is its time, or memory, divided by that of dicomspec, measured in turn: more than 1x"
        f" means that dicomspec needs less. Package files are up to {files} files of pydicom and pydicom-data, with the"
        " worst and the best file in brackets; a file counts where both give the same values. Growth is the time for"
        " ten times as much, divided by that for as much; for peers too. A dash: not done, or not the same."
        " dicom-validator goes by the IODs of dicomspec, made into its tables.\n\n"
        f"{_machine()}; Python {platform.python_version()}; "
        + ", ".join(f"{name} {version(name)}" for name in (*LIBRARIES, *VALIDATORS) if version(name) != "-")
        + "."
    )


def _machine() -> str:
    model = platform.processor() or platform.machine()
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        model = found.group(1) if found else model
    except OSError:
        pass
    return f"{os.cpu_count()} cores of {model}, {platform.system()}"


def into_readme(text: str, rows: Sequence[Result]) -> str:
    """The README with the table in its place.

    Raises:
        ValueError: there is no place for it.
    """
    if not MARK.search(text):
        raise ValueError("the README has no line <!-- benchmarks -->")
    return MARK.sub(lambda _: f"<!-- benchmarks -->\n\n{table(rows)}\n\n<!-- /benchmarks -->", text, count=1)

"""Typed classes, beside the datasets that they show: to import one, to read values by it, and what it takes on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Final

import dicomspec
from benchmarks import data, measure
from benchmarks.results import Cell, Result, Settings
from dicomspec import examples
from dicomspec.iods import CTImage, EnhancedCTImage, RTPlan

__all__ = ["rows"]

_IMPORT: Final = """
import time, dicomspec
start = time.process_time()
from dicomspec.iods import {name}
print(time.process_time() - start)
"""
_MOST_IMPORT: Final = 0.06
_MOST_BYTES: Final = 3e6
_MOST_ACCESS: Final = 1.5
"""What a value costs by a typed class, times what it costs by the dataset."""

KEYWORDS: Final = (
    *("PatientName", "PatientID", "StudyDate", "Modality", "ImageType"),
    *("RescaleSlope", "SliceThickness", "ImagePositionPatient", "Rows", "PixelSpacing"),
)
GENERATED: Final = ("iods.py", "modules.py", "macros.py", "typed.py", "typed.pyi", "typed_names.py")
"""The tables that the classes are made of, and their types."""


def rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    for name in ("CTImage", "EnhancedCTImage"):
        if wanted(f"typed-import/{name}"):
            script = _IMPORT.format(name=name)
            seconds = measure.processes(script, "print(1)", settings.rounds(15)).ours
            title = f"from dicomspec.iods import {name}"
            yield Result(f"typed-import/{name}", title, "after import dicomspec", ours=seconds, most=_MOST_IMPORT)
    rounds = settings.rounds(15)
    if wanted("typed-read"):
        ct = CTImage.read(examples.path("ct"))
        ten = attrgetter(*KEYWORDS)
        work = "ten attributes of a CTImage"
        yield _beside("typed-read", work, "a CT slice", lambda: ten(ct), lambda: ten(ct.dataset), rounds)
    if wanted("typed-items"):
        plan = RTPlan.read(examples.path("rtplan"))
        work = "four attributes of each beam of an RTPlan"
        yield _beside(
            "typed-items", work, "an RT plan", lambda: _angles(plan), lambda: _angles(plan.dataset), rounds, False
        )
    if wanted("typed-frames"):
        count = min(1000, settings.sizes.groups)
        path = data.prepare("groups", settings.sizes.groups, data.build_groups)
        enhanced = EnhancedCTImage(dicomspec.dcmread(path))
        yield _beside(
            "typed-frames",
            f"a position of each of {count:,} frames",
            f"{settings.sizes.groups:,} functional groups",
            lambda: [_position(frame) for frame in enhanced.functional_groups[:count]],
            lambda: [_position(item) for item in enhanced.dataset.PerFrameFunctionalGroupsSequence[:count]],
            rounds,
            False,
        )
    if wanted("typed-size"):
        folder = measure.ROOT / "dicomspec" / "_generated"
        size = sum((folder / name).stat().st_size for name in GENERATED)
        yield Result("typed-size", "classes of all IODs on disk", "generated code", "B", ours=size, most=_MOST_BYTES)


def _angles(plan: Any) -> list[Any]:
    return [
        (beam.BeamName, point.GantryAngle, point.NominalBeamEnergy, point.CumulativeMetersetWeight)
        for beam in plan.BeamSequence
        for point in beam.ControlPointSequence
        if point.ControlPointIndex == 0
    ]


def _position(frame: Any) -> list[float]:
    found: list[float] = frame.PlanePositionSequence[0].ImagePositionPatient
    return found


def _beside(
    name: str,
    work: str,
    source: str,
    typed: Callable[[], Any],
    plain: Callable[[], Any],
    rounds: int,
    limited: bool = True,
) -> Result:
    """The same values by a typed class and by its dataset, in turn."""
    assert list(typed()) == list(plain())
    pair = measure.in_turn(typed, plain, rounds)
    row = Result(name, work, source, ours=pair.ours, note=f"{1 / pair.ratio:.2f}x the dataset alone")
    row.peers["its speed"] = Cell(pair.ratio, 1, 1)
    if limited:
        row.reach = {"its speed": round(1 / _MOST_ACCESS, 2)}
    return row

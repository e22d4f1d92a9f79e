"""Threads: several in one dataset, and several with policies of their own."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

import pytest

from dicomspec import Dataset, dcmread
from dicomspec.errors import DicomError
from tests import builders as b
from tests.corpus import FILES

COUNT: Final = 4
PLAN: Final = next(path for path in FILES if path.name == "rtplan.dcm")
REPORT: Final = next(path for path in FILES if path.name == "test-SR.dcm")


@pytest.fixture(autouse=True)
def _switch_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """The results of as many threads that start together."""
    barrier = Barrier(COUNT)

    def run(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(COUNT) as pool:
        return list(pool.map(run, range(COUNT)))


def test_one_dataset_is_read_by_all() -> None:
    for path in (PLAN, REPORT):
        expected = str(dcmread(path))
        for _ in range(10):
            ds = dcmread(path)
            assert at_once(lambda number, ds=ds: str(ds)) == [expected] * COUNT


def test_all_get_the_same_objects() -> None:
    for _ in range(30):
        ds = dcmread(PLAN)
        found = at_once(lambda number, ds=ds: (ds.BeamSequence, ds.BeamSequence[0], ds.BeamSequence[0]["BeamName"]))
        assert all(a is c for other in found[1:] for a, c in zip(found[0], other, strict=True))


def test_one_dataset_is_looked_at_in_all_ways() -> None:
    data = REPORT.read_bytes()
    work: list[Callable[[Dataset], Any]] = [
        lambda ds: [element.value for element in ds.iterall()],
        lambda ds: ds.issues,
        lambda ds: (ds.save_as(target := io.BytesIO()), target.getvalue())[1],
        lambda ds: ("PatientName" in ds, len(ds), ds.dir(), ds.ContentSequence[0].keys()),
    ]
    expected = [one(dcmread(data)) for one in work]
    for _ in range(15):
        ds = dcmread(data)
        assert at_once(lambda number, ds=ds: work[number](ds)) == expected


def test_each_has_its_own_policy() -> None:
    text = "Люкceмбypг".encode("iso8859_5")
    data = b.file(
        b.element(0x00080005, "CS", "ISO_IR 100")
        + b.element(0x00100010, "PN", text)
        + b.element(0x00200013, "IS", "1A")
    )

    def read(number: int) -> Any:
        results = []
        for _ in range(50):
            if number == 0:
                results.append(dcmread(data, charset="ISO_IR 144").PatientName == "Люкceмбypг")
            elif number == 1:
                results.append(dcmread(data).PatientName == text.decode("latin-1"))
            elif number == 2:
                results.append(
                    dcmread(data, specific_tags=["PatientName"]).dir() == ["PatientName", "SpecificCharacterSet"]
                )
            else:
                try:
                    dcmread(data, strict=True)
                    results.append(False)
                except DicomError:
                    results.append(True)
        return all(results)

    assert at_once(read) == [True] * COUNT


def test_separate_datasets_are_changed_and_saved() -> None:
    def change(number: int) -> bool:
        for index in range(20):
            ds = dcmread(PLAN)
            ds.PatientName = f"Thread^{number}^{index}"
            ds.BeamSequence[0].BeamName = f"{number}.{index}"
            target = io.BytesIO()
            ds.save_as(target)
            again = dcmread(target.getvalue())
            if (again.PatientName, again.BeamSequence[0].BeamName) != (f"Thread^{number}^{index}", f"{number}.{index}"):
                return False
        return True

    assert at_once(change) == [True] * COUNT

"""Two threads that read one dataset, and threads that read with different options, do not meet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import dicomspec
from dicomspec.errors import ReadError
from tests import builders as b
from tests.broken.cases import CASES
from tests.broken.promises import written
from tests.broken.table import CODE_ITEM, plain

ITEMS = [b.item(CODE_ITEM, length=b.UNDEFINED) for _ in range(50)]
DATA = b.file(plain() + b.sequence(0x0040A730, ITEMS, length=b.UNDEFINED) + b.sequence(0x300A00B0, ITEMS))
THREADS = 8


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What ``work`` gives in threads that start at the same moment."""
    gate = threading.Barrier(THREADS)

    def start(number: int) -> Any:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(start, range(THREADS)))


@pytest.mark.parametrize("name", ["sound", "sequence without delimiter, elements behind it", "implicit under explicit"])
def test_one_dataset_in_many_threads(name: str) -> None:
    data = next((case.data for case in CASES if case.name == name), DATA)
    expected = str(dicomspec.dcmread(data))
    for _ in range(5):
        _share(dicomspec.dcmread(data), data, expected)


def _share(ds: Any, data: bytes, expected: str) -> None:
    uses: list[Callable[[], Any]] = [
        lambda: str(ds),
        lambda: ds.PatientID,
        lambda: written(ds),
        lambda: [str(issue) for issue in ds.issues],
    ]
    results = at_once(lambda number: uses[number % len(uses)]())
    for number, result in enumerate(results):
        wanted = [expected, "ID-7", data, [str(issue) for issue in dicomspec.dcmread(data).issues]]
        assert result == wanted[number % len(uses)]
    element = ds["PatientID"]
    assert all(found is element for found in at_once(lambda _: ds["PatientID"]))


def test_different_options_at_the_same_time() -> None:
    data = next(case.data for case in CASES if case.name == "charset unknown")

    def read(number: int) -> Any:
        for _ in range(20):
            if number % 2:
                with pytest.raises(ReadError):
                    dicomspec.dcmread(data, strict=True)
            else:
                assert [issue.code for issue in dicomspec.dcmread(data).issues] == ["charset"]
                assert not dicomspec.dcmread(data, charset="ISO_IR 100").issues
        return True

    assert all(at_once(read))

"""Seeded faults: clean files of many SOP classes have no findings, and the faults put into them are told.

Each file gets some of its faults here; ``python -m tests.validation.faults`` gives it all of them.
"""

from __future__ import annotations

from functools import cache

import pytest

import dicomspec
from tests.validation.clean import SOP_CLASSES, clean
from tests.validation.faults import WANTED, faults, told

STEP = 12
"""One fault of so many is tried here, others in each SOP class."""


@cache
def _clean(name: str) -> bytes:
    return clean(name)


@cache
def _outcome(name: str) -> tuple[list[str], list[str]]:
    """The faults of a SOP class that were found, and those that were not."""
    found: list[str] = []
    missed: list[str] = []
    first = list(SOP_CLASSES).index(name) % STEP
    for fault in list(faults(_clean(name), name))[first::STEP]:
        (found if told(fault) else missed).append(fault.what)
    return found, missed


@pytest.mark.parametrize("name", SOP_CLASSES)
def test_clean_files_have_no_findings(name):
    assert list(dicomspec.validate(_clean(name), min_severity="warning")) == []


def test_faults_are_found():
    outcomes = {name: _outcome(name) for name in SOP_CLASSES}
    missed = [f"{name}: {what}" for name, (_, missing) in outcomes.items() for what in missing]
    total = sum(len(found) for found, _ in outcomes.values()) + len(missed)
    assert total >= 300
    assert total - len(missed) >= WANTED * total, missed

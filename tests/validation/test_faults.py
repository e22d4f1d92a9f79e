"""Seeded faults: clean files of 28 SOP classes have no findings, and each fault put into them is told."""

from __future__ import annotations

from functools import cache

import pytest

import dicomspec
from tests.validation.clean import SOP_CLASSES, clean
from tests.validation.faults import faults

WANTED = 0.96


@cache
def _clean(name: str) -> bytes:
    return clean(name)


@cache
def _outcome(name: str) -> tuple[list[str], list[str]]:
    """The faults of a SOP class that were found, and those that were not."""
    found: list[str] = []
    missed: list[str] = []
    for fault in faults(_clean(name)):
        issues = dicomspec.validate(fault.data, min_severity="warning")
        told = any(issue.rule in fault.rules and (issue.path == fault.path or not fault.path) for issue in issues)
        (found if told else missed).append(fault.what)
    return found, missed


@pytest.mark.parametrize("name", SOP_CLASSES)
def test_clean_files_have_no_findings(name):
    assert list(dicomspec.validate(_clean(name), min_severity="warning")) == []


@pytest.mark.parametrize("name", SOP_CLASSES)
def test_faults_are_found(name):
    found, missed = _outcome(name)
    assert len(found) >= WANTED * (len(found) + len(missed)), missed


def test_there_are_enough_faults():
    outcomes = [_outcome(name) for name in SOP_CLASSES]
    total = sum(len(found) + len(missed) for found, missed in outcomes)
    assert total >= 300
    assert sum(len(found) for found, _ in outcomes) >= WANTED * total

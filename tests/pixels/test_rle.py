"""RLE: what is packed comes back, and two ways to unpack agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomspec.pixels import rle

RUNS = st.lists(
    st.one_of(
        st.binary(min_size=1, max_size=128).map(lambda data: (bytes([len(data) - 1]) + data, data)),
        st.tuples(st.integers(2, 128), st.binary(min_size=1, max_size=1)).map(
            lambda run: (bytes([257 - run[0]]) + run[1], run[1] * run[0])
        ),
        st.just((b"\x80", b"")),
    ),
    max_size=60,
)


@given(RUNS)
def test_unpack(runs: list[tuple[bytes, bytes]]) -> None:
    packed, expected = (b"".join(parts) for parts in zip(*runs, strict=True)) if runs else (b"", b"")
    assert rle.unpack(packed, len(expected)).tobytes() == expected
    assert rle.unpack(packed, len(expected) // 2).tobytes() == expected[: len(expected) // 2]
    assert pytest.importorskip("imagecodecs").packbits_decode(packed) == expected


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    assert len(rle.unpack(data, 1000)) <= 1000


def test_many_runs_are_carried_out_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"".join(bytes([0, value]) for value in range(256)) * 40
    expected = rle.unpack(data, 10_240)
    monkeypatch.setattr(rle, "_AT_ONCE", 7)
    assert np.array_equal(rle.unpack(data, 10_240), expected)
    assert expected.tobytes() == bytes(range(256)) * 40


@given(st.integers(1, 300), st.integers(1, 5))
def test_pack(columns: int, rows: int) -> None:
    rng = np.random.default_rng(columns * 7 + rows)
    values = rng.integers(0, 3, (rows, columns)).astype("u1")
    packed = rle.pack(values)
    assert len(packed) % 2 == 0
    assert rle.unpack(packed, values.size).tobytes() == values.tobytes()

"""RLE: what is packed comes back, and two ways to unpack agree."""

from __future__ import annotations

from struct import Struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomspec import Dataset, pixels
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


@pytest.mark.parametrize("padding", [b"", b"\0", b"\0\0", b"\x80\x05\x05"])
@pytest.mark.parametrize("dtype", ["u1", "i2", "u4"])
def test_segments_may_be_padded(dtype: str, padding: bytes) -> None:
    """All decoders give the same, whatever follows the last run that is needed (PS3.5 G.3.1)."""
    values = (np.arange(60) * 3001 % 127).astype(dtype).reshape(6, 10)
    ds = Dataset()
    ds.set_pixels(values, "rle")
    count, *offsets = Struct("<16I").unpack_from(frame := ds.frames.raw(0))
    ends = [*offsets[1:count], len(frame)]
    segments = [frame[start:end] + padding for start, end in zip(offsets, ends, strict=False)]
    starts = [64 + sum(map(len, segments[:each])) for each in range(count)]
    frame = Struct("<16I").pack(count, *starts, *[0] * (15 - count)) + b"".join(segments)
    ds.PixelData = pixels.encapsulate([frame])
    for plugin in ("own", ""):
        assert np.array_equal(pixels.pixel_array(ds, decoding_plugin=plugin), values)

"""Real files, damaged at random: the same promises are kept as for the files of the table."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.broken.promises import keeps_promises
from tests.fuzz.seeds import sound

EXAMPLES = int(os.environ.get("DICOMSPEC_FUZZ_EXAMPLES", "600"))
SECONDS_EACH = 20
"""Far more than a file of this size takes; what is over it hangs."""

NAMES = [
    "CT_small.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "DICOMDIR-bigEnd",
    "UN_sequence.dcm",
    "badVR.dcm",
    "color3d_jpeg_baseline.dcm",
    "ExplVR_BigEndNoMeta.dcm",
    "image_dfl.dcm",
    "liver_1frame.dcm",
    "nested_priv_SQ.dcm",
    "no_meta.dcm",
    "priv_SQ.dcm",
    "reportsi.dcm",
    "rtplan.dcm",
    "rtstruct.dcm",
    "test-SR.dcm",
    "waveform_ecg.dcm",
]
SIZE = 1 << 15
"""Longer files are cut to this: what is damaged should be headers, not pixels."""


def _sources() -> list[bytes]:
    root = Path(pydicom.__file__).parent / "data"
    found = {path.name: path for path in root.rglob("*") if path.name in NAMES}
    return [found[name].read_bytes()[:SIZE] for name in NAMES if name in found] + sound()


SOURCES = _sources()
LENGTHS = [0, 1, 7, 8, 0x7FFF, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(SOURCES)))
    for _ in range(draw(st.integers(1, 4))):
        if len(data) < 8:
            break
        at = draw(st.integers(0, len(data) - 1))
        kind = draw(st.sampled_from(["flip", "cut", "remove", "splice", "insert", "length", "mark"]))
        if kind == "flip":
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del data[at:]
        elif kind == "remove":
            del data[at : at + draw(st.integers(1, 64))]
        elif kind == "splice":
            other = draw(st.sampled_from(SOURCES))
            start = draw(st.integers(0, len(other) - 1))
            data[at : at + draw(st.integers(0, 64))] = other[start : start + draw(st.integers(1, 512))]
        elif kind == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=16))
        elif kind == "length":
            size = draw(st.sampled_from([2, 4]))
            number = draw(st.sampled_from(LENGTHS)) & (1 << 8 * size) - 1
            data[at : at + size] = number.to_bytes(size, "little")
        else:
            at &= ~1
            data[at:at] = (
                b"\xfe\xff"
                + draw(st.sampled_from([b"\0\xe0", b"\r\xe0", b"\xdd\xe0"]))
                + draw(st.sampled_from([bytes(4), b"\xff" * 4, b"\x08\0\0\0"]))
            )
    return bytes(data)


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
@given(data=damaged(), force=st.booleans())
def test_damaged_files(data: bytes, force: bool) -> None:
    start = time.perf_counter()
    keeps_promises(data, force=force)
    assert time.perf_counter() - start < SECONDS_EACH


@pytest.mark.parametrize("number", range(len(SOURCES)))
def test_sources(number: int) -> None:
    assert keeps_promises(SOURCES[number]) is not None

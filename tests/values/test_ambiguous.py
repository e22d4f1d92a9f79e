"""Which of the VRs an element has whose dictionary entry leaves a choice (PS3.5 annex A, PS3.3 C.7.6.3)."""

from __future__ import annotations

import pytest

from dicomspec._generated.vr import AMBIGUOUS, VRS
from dicomspec.values import MultiValue, resolve

REPRESENTATION, ALLOCATED, DESCRIPTOR, WAVEFORM = 0x00280103, 0x00280100, 0x00283002, 0x54001004
PADDING_VALUE, LUT_DATA, PIXEL_DATA, OVERLAY, WAVEFORM_DATA = 0x00280120, 0x00283006, 0x7FE00010, 0x60023000, 0x54001010

CASES = [
    (PADDING_VALUE, "US or SS", {REPRESENTATION: 0}, "", "US"),
    (PADDING_VALUE, "US or SS", {REPRESENTATION: 1}, "", "SS"),
    (PADDING_VALUE, "US or SS", {}, "", "US"),
    (PADDING_VALUE, "US or SS", {REPRESENTATION: "1"}, "", "US"),
    (LUT_DATA, "US or OW", {DESCRIPTOR: MultiValue([1, 0, 16])}, "", "US"),
    (LUT_DATA, "US or OW", {DESCRIPTOR: MultiValue([256, 0, 16])}, "implicit", "OW"),
    (LUT_DATA, "US or OW", {DESCRIPTOR: MultiValue()}, "", "OW"),
    (LUT_DATA, "US or OW", {}, "", "OW"),
    (0x00281200, "US or SS or OW", {REPRESENTATION: 1}, "", "OW"),
    (PIXEL_DATA, "OB or OW", {ALLOCATED: 8}, "", "OB"),
    (PIXEL_DATA, "OB or OW", {ALLOCATED: 1}, "", "OB"),
    (PIXEL_DATA, "OB or OW", {ALLOCATED: 16}, "", "OW"),
    (PIXEL_DATA, "OB or OW", {ALLOCATED: 8}, "implicit", "OW"),
    (PIXEL_DATA, "OB or OW", {ALLOCATED: 16}, "encapsulated", "OB"),
    (PIXEL_DATA, "OB or OW", {}, "", "OW"),
    (0x7F120010, "OB or OW", {ALLOCATED: 8}, "", "OB"),
    (OVERLAY, "OB or OW", {ALLOCATED: 8}, "", "OW"),
    (WAVEFORM_DATA, "OB or OW", {WAVEFORM: 8}, "", "OB"),
    (WAVEFORM_DATA, "OB or OW", {WAVEFORM: 16}, "", "OW"),
    (WAVEFORM_DATA, "OB or OW", {WAVEFORM: 8}, "implicit", "OW"),
    (WAVEFORM_DATA, "OB or OW", {}, "", "OW"),
    (0x00143050, "OB or OW", {ALLOCATED: 8}, "", "OW"),
    (0x00100010, "PN", {}, "", "PN"),
]


@pytest.mark.parametrize(("tag", "vr", "attributes", "encoding", "expected"), CASES)
def test_resolve(tag: int, vr: str, attributes: dict[int, object], encoding: str, expected: str) -> None:
    encapsulated, implicit = encoding == "encapsulated", encoding == "implicit"
    assert resolve(tag, vr, attributes.get, encapsulated=encapsulated, implicit=implicit) == expected


@pytest.mark.parametrize("vr", sorted(AMBIGUOUS))
def test_every_choice_ends(vr: str) -> None:
    """Whatever the tag, one of the VRs named in the choice results."""
    assert AMBIGUOUS[vr][-1][0] == ()
    assert resolve(0xFFFFFFFF, vr, {}.get, encapsulated=False, implicit=False) in set(vr.split(" or ")) & set(VRS)

"""Numbers as text, and round trips of all VRs over generated values (PS3.5 6.2)."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomspec import values
from dicomspec._generated.vr import VRS
from dicomspec.errors import ValueIssue, ValueRuleError
from dicomspec.values import decoder_for, encoder_for, format_number_as_ds, is_valid_ds, is_valid_is

UTF8 = ("ISO_IR 192",)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (-0.0, "-0"), (1.0, "1"), (0.1, "0.1"), (1e16, "1e+16"), (1e-5, "1e-05"),
        (123456789.125, "123456789.125"),
        (1 / 3, "0.33333333333333"), (-1 / 3, "-0.3333333333333"), (0.1 + 0.2, "0.3"),
        (2 / 3 * 1e-7, "6.66666666667e-8"),
        (-1.2345678901234567e-300, "-1.23456789e-300"), (1.7976931348623157e308, "1.79769313e308"),
        (12345678901234567890.0, "1.23456789012e19"), (99999999999.999999, "100000000000"),
        (5, "5"), (10**15, "1000000000000000"), (10**20, "1e20"), (Decimal("1.10"), "1.10"), (Decimal("1E+3"), "1E+3"),
        (Decimal(1) / Decimal(3), "0.33333333333333"), (5e-324, "5e-324"),
    ],
)  # fmt: skip
def test_format_number_as_ds(number: float | Decimal, text: str) -> None:
    assert format_number_as_ds(number) == text
    assert is_valid_ds(text)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("nan"), Decimal("-inf"), "1", None])
def test_format_refuses(number: object) -> None:
    with pytest.raises(ValueRuleError):
        format_number_as_ds(number)  # type: ignore[arg-type]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_fits_and_is_near(number: float) -> None:
    text = format_number_as_ds(number)
    assert is_valid_ds(text)
    assert float(text) == pytest.approx(number, rel=1e-8, abs=1e-323)
    assert len(repr(number)) > 16 or float(text) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_decimals_are_exact_or_refused(number: Decimal) -> None:
    try:
        raw = values.ENCODERS_LITTLE["DS"](number, encoder_for(()))
    except ValueRuleError:
        assert len(str(number)) > 16
    else:
        assert Decimal(raw.decode().strip()) == number


@pytest.mark.parametrize("text", ["1", "-1.5", "+.5", "1.", " 1 ", "1e5", "1E-05", "1234567890123456"])
def test_valid_ds(text: str) -> None:
    assert is_valid_ds(text)


@pytest.mark.parametrize(
    "text", ["", " ", "1,5", "nan", "inf", "1_0", "0x1", "1 2", "e5", ".", "12345678901234567", "\u0661"]
)
def test_invalid_ds(text: str) -> None:
    assert not is_valid_ds(text)


@pytest.mark.parametrize(("text", "valid"), [("1", True), ("-2147483648", True), ("2147483648", False), ("1.0", False)])
def test_valid_is(text: str, valid: bool) -> None:
    assert is_valid_is(text) is valid


def numbers(vr: str) -> st.SearchStrategy[object]:
    info = VRS[vr]
    if info.format in "fd":
        return st.floats(width=8 * info.size, allow_nan=False)  # type: ignore[arg-type]
    bits = 8 * info.size
    return (
        st.integers(0, 2**bits - 1) if info.format.isupper() else st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    )


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\\"), max_size=10)
ASCII = st.text(st.sampled_from("AZ09_ .-"), max_size=10)
ONE = {
    "name": TEXT, "uid": ASCII, "date": ASCII, "time": ASCII, "datetime": ASCII,
    "decimal": st.floats(allow_nan=False, allow_infinity=False), "integer": st.integers(-(10**11) + 1, 10**12 - 1),
    "tag": st.integers(0, 2**32 - 1), "bytes": st.binary(max_size=10),
}  # fmt: skip


@pytest.mark.parametrize("vr", sorted(values.COERCE))
@given(data=st.data())
def test_round_trip(vr: str, data: st.DataObject) -> None:
    info = VRS[vr]
    one = numbers(vr) if info.kind == "number" else ONE.get(info.kind, TEXT if info.charset else ASCII)
    many = info.kind in ("number", "tag") or info.separator
    given_value = data.draw(st.one_of(one, st.lists(one, max_size=4)) if many else one)
    for encoders, decoders in (
        (values.ENCODERS_LITTLE, values.DECODERS_LITTLE),
        (values.ENCODERS_BIG, values.DECODERS_BIG),
    ):
        raw = encoders[vr](values.COERCE[vr](given_value), encoder_for(UTF8))
        assert len(raw) % 2 == 0
        value = decoders[vr](raw, decoder_for(UTF8))
        assert decoders[vr](encoders[vr](value, encoder_for(UTF8)), decoder_for(UTF8)) == value
        if info.kind in ("number", "tag", "integer"):
            assert value == values.COERCE[vr](given_value)


@pytest.mark.parametrize("vr", sorted(values.COERCE))
@given(raw=st.binary(max_size=20))
def test_any_bytes(vr: str, raw: bytes) -> None:
    for decoders in (values.DECODERS_LITTLE, values.DECODERS_BIG):
        with contextlib.suppress(ValueIssue):
            decoders[vr](raw, decoder_for(()))

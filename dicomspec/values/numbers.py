"""Numbers: binary FD FL SL SS SV UL US UV, and as text DS and IS (PS3.5 6.2).

DS is float and IS int. Python reads more as numbers than the standard does ("1_0", "nan"), which is caught after the
conversion, where it costs least.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from dicomspec._generated.vr import VRS, VRInfo
from dicomspec.errors import ValueIssue, ValueRuleError
from dicomspec.values.charset import TextDecoder, TextEncoder
from dicomspec.values.multi import MultiValue, coercer
from dicomspec.values.text import PADDING, Decoder, Encoder, value_issue

__all__ = ["IS", "DSfloat", "format_number_as_ds", "is_valid_ds", "is_valid_is"]

_DS: Final = VRS["DS"]
_IS: Final = VRS["IS"]
_DS_FORM: Final = re.compile(f" *(?:{_DS.pattern}) *")
_IS_FORM: Final = re.compile(f" *(?:{_IS.pattern}) *")
_BACKSLASH, _UNDERSCORE = b"\\_"  # as numbers: those are found in bytes without further ado
_WANTS_DS: Final = "a decimal number"
_WANTS_IS: Final = "an integer"


class DSfloat(float):
    """A decimal number that knows the text it was given as, and is written as that."""

    __slots__ = ("original_string",)
    original_string: str | None

    def __new__(cls, value: Any) -> DSfloat:
        number = super().__new__(cls, value)
        number.original_string = value.strip(PADDING) if isinstance(value, str) else None
        return number


class IS(int):
    """An integer that knows the text it was given as, and is written as that."""

    original_string: str | None

    def __new__(cls, value: Any) -> IS:
        number = super().__new__(cls, value)
        number.original_string = value.strip(PADDING) if isinstance(value, str) else None
        return number


# --- binary ------------------------------------------------------------------------------------------------------


def number_decoder(info: VRInfo, order: str) -> Decoder:
    """Decoder of a binary number VR; ``order`` is struct's ``<`` or ``>``."""
    code, format, size = info.code, info.format, info.size
    one = struct.Struct(order + format).unpack

    def decode(raw: bytes, text: TextDecoder) -> object:
        if len(raw) == size:
            return one(raw)[0]
        return several(raw)

    def several(raw: bytes) -> object:
        count, rest = divmod(len(raw), size)
        if rest:
            raise ValueIssue(f"{len(raw)} bytes are no whole number of {code} values of {size}, given as bytes", raw)
        return MultiValue(struct.unpack(f"{order}{count}{format}", raw)) if count else None

    return decode


def number_reader(info: VRInfo, order: str) -> Callable[[int], Callable[[Any, int], tuple[Any, ...]]]:
    """What makes, of a number of numbers, what reads as many at an offset of a buffer: for readers in a hurry."""
    return lambda count: struct.Struct(f"{order}{count}{info.format}").unpack_from


def number_encoder(info: VRInfo, order: str) -> Encoder:
    """Encoder of a binary number VR."""
    code, format = info.code, info.format
    one = struct.Struct(order + format).pack

    def encode(value: object, text: TextEncoder) -> bytes:
        try:
            if isinstance(value, (list, tuple)):
                return struct.pack(f"{order}{len(value)}{format}", *value)
            return b"" if value is None else one(value)
        except (struct.error, OverflowError, TypeError):
            raise ValueRuleError(_refusal(info, value), reference="PS3.5 6.2") from None

    def _refusal(info: VRInfo, value: object) -> str:
        for item in value if isinstance(value, (list, tuple)) else [value]:
            try:
                one(item)
            except (struct.error, OverflowError, TypeError):
                return f"{code} holds {_range(info)}, not {item!r}"
        return f"{code} holds {_range(info)}, not {value!r}"

    return encode


def _range(info: VRInfo) -> str:
    if info.format in "fd":
        return f"floating point numbers of {info.size} bytes"
    low, high = _limits(info)
    return f"integers from {low} to {high}"


def number_coercer(info: VRInfo) -> Callable[[object], object]:
    """From users' input to int or float."""
    make: Callable[[object], object] = _float if info.format in "fd" else _integer
    wants = "numbers" if info.format in "fd" else "integers"

    low, high = _limits(info)

    def one(value: object) -> object:
        try:
            number: Any = make(value)
        except (TypeError, ValueError, OverflowError):
            raise ValueRuleError(f"{info.code} takes {wants}, not {value!r}", reference="PS3.5 6.2") from None
        if low <= number <= high or number != number:
            return number
        raise ValueRuleError(f"{info.code} holds {_range(info)}, not {value!r}", reference="PS3.5 6.2")

    return coercer(one, None)


def _limits(info: VRInfo) -> tuple[float, float]:
    """The least and the greatest number that a VR can hold."""
    if info.format in "fd":
        return -math.inf, math.inf
    bits = 8 * info.size
    return (0, (1 << bits) - 1) if info.format.isupper() else (-(1 << bits - 1), (1 << bits - 1) - 1)


def _float(value: object) -> float:
    if type(value) is float:
        return value
    if isinstance(value, str) and "_" in value:
        raise ValueError
    if isinstance(value, (bytes, bytearray)):
        raise TypeError
    return float(value)  # type: ignore[arg-type]


def _integer(value: object) -> int:
    if type(value) is int:
        return value
    if isinstance(value, str):
        if not _IS_FORM.fullmatch(value):
            raise ValueError
        return int(value)
    if isinstance(value, (bytes, bytearray)):
        raise TypeError
    number = int(value)  # type: ignore[call-overload]
    if number != value:
        raise ValueError
    return int(number)


# --- DS ----------------------------------------------------------------------------------------------------------


def decode_ds(raw: bytes, text: TextDecoder) -> object:
    """float, None where a value of several is empty."""
    try:
        if _BACKSLASH in raw:
            values = MultiValue(map(float, raw.split(b"\\")))
            total = sum(values)
            if total - total == 0.0 and _UNDERSCORE not in raw:
                return values
        else:
            value = float(raw)
            if value - value == 0.0 and _UNDERSCORE not in raw:
                return value
    except ValueError:
        pass
    return _decode_slowly(raw, _DS_FORM, float, "DS", _WANTS_DS)


def decode_is(raw: bytes, text: TextDecoder) -> object:
    """int, None where a value of several is empty; not limited to 32 bits."""
    try:
        if _UNDERSCORE not in raw:
            return MultiValue(map(int, raw.split(b"\\"))) if _BACKSLASH in raw else int(raw)
    except ValueError:
        pass
    return _decode_slowly(raw, _IS_FORM, int, "IS", _WANTS_IS)


def _decode_slowly(raw: bytes, form: re.Pattern[str], make: Callable[[str], float], code: str, wants: str) -> object:
    """Empty values, nulls as padding, and what is no number."""
    parts = [part.strip(PADDING) for part in raw.decode("latin-1").split("\\")]
    if not all(form.fullmatch(part) for part in parts if part):
        raise value_issue(code, wants, raw)
    try:
        values = [make(part) if part else None for part in parts]
    except ValueError:  # Python limits the digits of an int
        raise value_issue(code, wants, raw) from None
    if any(value in (float("inf"), float("-inf")) for value in values):
        raise value_issue(code, wants, raw)
    return MultiValue(values) if len(values) > 1 else values[0]


def encode_ds(value: object, text: TextEncoder) -> bytes:
    """Text of at most 16 characters a value; Decimals exactly or not at all."""
    return _encode_numbers(value, _ds_text, _DS.pad)


def _ds_text(value: object) -> str:
    if type(value) is float:
        return format_number_as_ds(value)
    if value is None:
        return ""
    if isinstance(value, (float, int)):
        given = getattr(value, "original_string", None)
        return given if given is not None and is_valid_ds(given) else format_number_as_ds(value)
    if isinstance(value, Decimal):
        text = format_number_as_ds(value)
        if Decimal(text) != value:
            raise ValueRuleError(
                f"DS has {_DS.max_length} characters, {value} does not fit exactly", reference="PS3.5 6.2"
            )
        return text
    if isinstance(value, str) and (is_valid_ds(value) or not value.strip(PADDING)):
        return value
    raise ValueRuleError(f"DS is written from numbers, not {value!r}", reference="PS3.5 6.2")


def coerce_ds_value(value: object) -> object:
    """float, which knows the text it was given as; Decimal as it is."""
    if type(value) is float and value - value == 0:
        return value
    if value is None or value == "":
        return None
    try:
        if isinstance(value, Decimal):
            return _finite(value)
        if isinstance(value, (str, bytes)):
            text = value if isinstance(value, str) else value.decode("ascii")
            if _DS_FORM.fullmatch(text):
                return _finite(DSfloat(text))
        elif not isinstance(value, (bytearray, memoryview)):
            return _finite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, InvalidOperation):
        pass
    raise ValueRuleError(f"DS takes finite decimal numbers, not {value!r}", reference="PS3.5 6.2")


def _finite(value: Any) -> object:
    if value - value == 0:
        return value
    raise ValueError


def format_number_as_ds(value: float | Decimal) -> str:
    """The text of a number as DS: at most 16 characters, the shortest exact ones or else the nearest that fit.

    Raises:
        ValueRuleError: the number is not finite.
    """
    if not isinstance(value, (float, int, Decimal)):
        raise ValueRuleError(f"DS is written from numbers, not {value!r}", reference="PS3.5 6.2")
    if not math.isfinite(value):
        raise ValueRuleError(f"DS holds finite numbers, not {value}", reference="PS3.5 6.2")
    text = repr(value) if isinstance(value, float) else str(value)
    if text.endswith(".0"):
        text = text[:-2]
    if len(text) <= _DS.max_length:
        return text
    if type(value) is float and 1e-4 <= abs(value) < 1e12:
        # So many digits fit behind the sign and leading zeros, beside the point.
        before = len(text) - len(text.lstrip("-0."))
        return _compact(f"{value:.{_DS.max_length - before - (abs(value) >= 1)}g}")
    number = value if isinstance(value, float) else Decimal(value)
    for digits in range(17 if isinstance(value, float) else 16, 0, -1):
        text = _compact(f"{number:.{digits}g}")
        # The greatest floats must not be rounded up to infinity.
        if len(text) <= _DS.max_length and math.isfinite(float(text)):
            return text
    raise ValueRuleError(f"{value} does not fit the {_DS.max_length} characters of DS", reference="PS3.5 6.2")


_EXPONENT: Final = re.compile(r"(?:\.(\d*?)0*)?[eE](?:\+|(-))?0*(\d+)")


def _compact(text: str) -> str:
    """Without the zeros and the plus sign that say nothing."""
    match = _EXPONENT.search(text)
    if match:
        fraction = f".{match[1]}" if match[1] else ""
        return f"{text[: match.start()]}{fraction}e{match[2] or ''}{match[3]}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_valid_ds(text: str) -> bool:
    """Whether text is one valid value of DS: its form, and at most 16 characters."""
    return len(text) <= _DS.max_length and _DS_FORM.fullmatch(text) is not None


def is_valid_is(text: str) -> bool:
    """Whether text is one valid value of IS: its form, at most 12 characters, and in the range of 32 bits."""
    return len(text) <= _IS.max_length and _IS_FORM.fullmatch(text) is not None and -(2**31) <= int(text) < 2**31


# --- IS ----------------------------------------------------------------------------------------------------------


def encode_is(value: object, text: TextEncoder) -> bytes:
    """Text of at most 12 characters a value."""
    return _encode_numbers(value, _is_text, _IS.pad)


def _is_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and (_IS_FORM.fullmatch(value) or not value.strip(PADDING)):
        written = value
    elif isinstance(value, int):
        written = getattr(value, "original_string", None) or str(int(value))
    else:
        raise ValueRuleError(f"IS is written from integers, not {value!r}", reference="PS3.5 6.2")
    if len(written) > _IS.max_length:
        raise ValueRuleError(f"IS has {_IS.max_length} characters, {written} has {len(written)}", reference="PS3.5 6.2")
    return written


def coerce_is_value(value: object) -> object:
    """int; floats and Decimals without fraction are taken too."""
    if value is None or value == "":
        return None
    try:
        text = value.decode("ascii") if isinstance(value, bytes) else value
        number = _integer(text)
        return IS(text) if isinstance(text, str) and str(number) != text else number
    except (TypeError, ValueError, OverflowError):
        raise ValueRuleError(f"IS takes integers, not {value!r}", reference="PS3.5 6.2") from None


def _encode_numbers(value: object, form: Callable[[object], str], pad: bytes) -> bytes:
    values = value if isinstance(value, (list, tuple)) else [value]
    raw = "\\".join(map(form, values)).encode("ascii")
    return raw + pad if len(raw) & 1 else raw

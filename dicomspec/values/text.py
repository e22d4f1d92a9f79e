"""Text: AE AS CS LO SH UC in several values, LT ST UR UT in one (PS3.5 6.2).

Decoders strip what the VR calls padding, and nulls, which writers of all kinds leave behind a value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dicomspec._generated.vr import VRInfo
from dicomspec.errors import ValueIssue, ValueRuleError
from dicomspec.values.charset import ESCAPE, TextDecoder, TextEncoder, decoding_issue, encoding_error
from dicomspec.values.multi import MultiValue, coercer

__all__: list[str] = []

Decoder = Callable[[bytes, TextDecoder], object]
Encoder = Callable[[object, TextEncoder], bytes]

PADDING: Final = " \0"
_STRIP: Final[dict[str, Callable[[str, str], str]]] = {"both": str.strip, "trailing": str.rstrip}


def stripper(info: VRInfo) -> Callable[[str, str], str]:
    """What takes the padding off a value."""
    return _STRIP[info.spaces]


def text_decoder(info: VRInfo, make: Callable[[str], object] | None = None) -> Decoder:
    """Decoder of a text VR; ``make`` is the class of a value where that is not str."""
    if not info.separator:
        return _paragraph_decoder(info) if info.charset else _plain_decoder(info, make)
    return _charset_decoder(info) if info.charset else _plain_decoder(info, make)


def _plain_decoder(info: VRInfo, make: Callable[[str], object] | None) -> Decoder:
    """For VRs without character set."""
    strip, separator = _STRIP[info.spaces], "\\" if info.separator else "\0\0"
    finish = finisher(info, make)

    def decode(raw: bytes, text: TextDecoder) -> object:
        try:
            value = raw.decode("ascii")
        except UnicodeDecodeError as error:
            raise decoding_issue(error, raw, finish) from None
        if separator in value:
            return finish(value)
        return strip(value, PADDING)

    def decode_as(raw: bytes, text: TextDecoder) -> object:
        try:
            value = raw.decode("ascii")
        except UnicodeDecodeError as error:
            raise decoding_issue(error, raw, finish) from None
        if separator in value:
            return finish(value)
        return make(strip(value, PADDING))  # type: ignore[misc]

    return decode_as if make else decode


def _charset_decoder(info: VRInfo) -> Decoder:
    strip, finish = _STRIP[info.spaces], finisher(info)

    def decode(raw: bytes, text: TextDecoder) -> object:
        try:
            value = text(raw)
        except ValueError as error:
            raise decoding_issue(error, raw, finish) from None
        if "\\" in value:
            return finish(value)
        return strip(value, PADDING)

    return decode


def ascii_decoder(info: VRInfo) -> Decoder:
    """Decoder of a text VR for readers in a hurry: what is not plain ASCII is a ValueError, escape sequences too."""
    strip, finish, separator = _STRIP[info.spaces], finisher(info), "\\" if info.separator else "\0\0"
    escape = ESCAPE.decode("ascii")

    def decode(raw: bytes, text: TextDecoder) -> object:
        value = raw.decode("ascii")
        if escape in value:
            raise ValueError("an escape sequence")
        if separator in value:
            return finish(value)
        return strip(value, PADDING)

    return decode


def _paragraph_decoder(info: VRInfo) -> Decoder:
    strip, finish = _STRIP[info.spaces], finisher(info)

    def decode(raw: bytes, text: TextDecoder) -> object:
        try:
            return strip(getattr(text, "paragraph", text)(raw), PADDING)
        except ValueError as error:
            raise decoding_issue(error, raw, finish) from None

    return decode


def finisher(info: VRInfo, make: Callable[[str], object] | None = None) -> Callable[[str], object]:
    """From the text of the whole element to its value or values."""
    strip = _STRIP[info.spaces]

    def finish(text: str) -> object:
        if not info.separator or "\\" not in text:
            return make(strip(text, PADDING)) if make else strip(text, PADDING)
        values = [strip(part, PADDING) for part in text.split("\\")]
        return MultiValue(map(make, values) if make else values)

    return finish


def text_encoder(info: VRInfo, face: str = "") -> Encoder:
    """Encoder of a text VR; ``face`` names the method of code extension encoders that knows its delimiters."""
    pad, charset, code = info.pad, info.charset, info.code
    face = face or ("" if info.separator else "paragraph")

    def encode(value: object, text: TextEncoder) -> bytes:
        joined = value if isinstance(value, str) else join(value, code, info.separator)
        try:
            raw = getattr(text, face, text)(joined) if charset else joined.encode("ascii")
        except UnicodeEncodeError as error:
            raise encoding_error(error, code, charset) from None
        return raw + pad if len(raw) & 1 else raw

    return encode


def join(value: object, code: str, separator: bool = True) -> str:
    """The text of all values of an element."""
    if value is None:
        return ""
    if not isinstance(value, (list, tuple)) or (len(value) > 1 and not separator):
        raise ValueRuleError(f"{code} is written from text, not {value!r}", reference="PS3.5 6.2")
    for part in value:
        if not isinstance(part, str):
            raise ValueRuleError(f"{code} is written from text, not {part!r}", reference="PS3.5 6.2")
        if separator and "\\" in part:
            raise ValueRuleError(
                f"{code}: a backslash cannot be in one of several values: {part!r}", reference="PS3.5 6.4"
            )
    return "\\".join(value)


def text_coercer(info: VRInfo) -> Callable[[object], object]:
    """From users' input to text."""

    def one(value: object) -> str:
        return as_text(value, info.code)

    return coercer(one, "", info.separator) if info.separator else _single(coercer(one, "", False), info.code)


def _single(coerce: Callable[[object], object], code: str) -> Callable[[object], object]:
    def single(value: object) -> object:
        result = coerce(value)
        if isinstance(result, MultiValue):
            raise ValueRuleError(f"{code} holds one value, not {len(result)}", reference="PS3.5 6.4")
        return result

    return single


def as_text(value: object, code: str, wants: str = "text") -> str:
    """``value`` if it is text, or ASCII bytes; None is empty text.

    Raises:
        ValueRuleError: it is anything else.
    """
    if isinstance(value, str):
        return value if type(value) is str else str.__str__(value)
    if value is None:
        return ""
    if isinstance(value, bytes) and value.isascii():
        return value.decode("ascii")
    raise ValueRuleError(f"{code} takes {wants}, not {type(value).__name__} {value!r}", reference="PS3.5 6.2")


def as_fallback(raw: bytes) -> str:
    """The text of bytes that are not the number or date they should be."""
    return raw.decode("latin-1").strip(PADDING)


def value_issue(code: str, wants: str, raw: bytes) -> ValueIssue:
    """The issue for bytes that are text, but not of the VR's form."""
    text = as_fallback(raw)
    return ValueIssue(f"{text!r} is not {wants} ({code}), given as text", text)

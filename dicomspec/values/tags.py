"""Tags as values: AT (PS3.5 6.2)."""

from __future__ import annotations

import struct
from collections.abc import Callable

from dicomspec._generated.vr import VRS
from dicomspec.errors import TagError, ValueIssue, ValueRuleError
from dicomspec.tag import Tag
from dicomspec.values.charset import TextDecoder, TextEncoder
from dicomspec.values.multi import MultiValue, coercer
from dicomspec.values.text import Decoder, Encoder

__all__: list[str] = []

_AT = VRS["AT"]
_HALVES = _AT.max_length // _AT.size


def tag_decoder(order: str) -> Decoder:
    """Decoder of AT; ``order`` is struct's ``<`` or ``>``."""
    one = struct.Struct(f"{order}{_HALVES}{_AT.format}").unpack
    pairs = struct.Struct(f"{order}{_HALVES}{_AT.format}").iter_unpack
    size, make = _AT.max_length, int.__new__  # two halves of 16 bits need no check by Tag

    def decode(raw: bytes, text: TextDecoder) -> object:
        if len(raw) == size:
            group, element = one(raw)
            return make(Tag, group << 16 | element)
        if len(raw) % size:
            raise ValueIssue(f"{len(raw)} bytes are no whole number of tags of {size}, given as bytes", raw)
        return MultiValue([make(Tag, group << 16 | element) for group, element in pairs(raw)]) if raw else None

    return decode


def tag_encoder(order: str) -> Encoder:
    """Encoder of AT."""
    one = struct.Struct(f"{order}{_HALVES}{_AT.format}").pack

    def encode(value: object, text: TextEncoder) -> bytes:
        if value is None:
            return b""
        tags = map(_one, value if isinstance(value, list) else [value])
        return b"".join([one(tag >> 16, tag & 0xFFFF) for tag in tags])

    return encode


def _one(value: object) -> Tag:
    try:
        return Tag(value)
    except TagError as error:
        raise ValueRuleError(f"AT takes tags: {error.message}", reference="PS3.5 6.2") from None


def coerce_tags(value: object) -> object:
    """Tags, or what makes one; a tuple of two numbers below 0x10000 is group and element of one tag."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(x, int) and x <= 0xFFFF for x in value):
        return _one(value)
    if isinstance(value, list) and any(isinstance(item, tuple) for item in value):
        tags = MultiValue(map(_one, value))
        return tags if len(tags) > 1 else tags[0]
    return _coerce(value)


_coerce: Callable[[object], object] = coercer(_one, None)

"""Byte strings: OB OD OF OL OV OW UN (PS3.5 6.2), in the byte order of their file.

`swap_words` turns the words of one byte order into those of the other (PS3.5 7.3).
"""

from __future__ import annotations

import array
import sys
from collections.abc import Callable
from typing import Final

from dicomspec._generated.vr import VRInfo
from dicomspec.errors import ValueRuleError
from dicomspec.values.charset import TextDecoder, TextEncoder
from dicomspec.values.text import Encoder

__all__ = ["swap_words"]


def decode_bytes(raw: bytes, text: TextDecoder) -> object:
    """The bytes as they are; None if there are none."""
    return raw or None


def bytes_encoder(info: VRInfo) -> Encoder:
    """Encoder of a VR of bytes: as they are, padded to even length."""
    code, pad = info.code, info.pad

    def encode(value: object, text: TextEncoder) -> bytes:
        if value is None:
            return b""
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise ValueRuleError(f"{code} is written from bytes, not {type(value).__name__}", reference="PS3.5 6.2")
        raw = bytes(value)
        return raw + pad if len(raw) & 1 else raw

    return encode


def bytes_coercer(info: VRInfo) -> Callable[[object], object]:
    """From users' input to bytes: anything that holds bytes; arrays give their items in little endian."""

    def coerce(value: object) -> object:
        if value is None or (isinstance(value, (str, list, tuple)) and not value):
            return None
        if isinstance(value, bytes):
            return value or None
        if isinstance(value, (bytearray, memoryview)):
            return bytes(value) or None
        return _array_bytes(value, info.code) or None

    return coerce


def _array_bytes(value: object, code: str) -> bytes:
    """The bytes of array.array or a NumPy array (known by its methods, since NumPy may be absent)."""
    byteswap, tobytes = getattr(value, "byteswap", None), getattr(value, "tobytes", None)
    if not (callable(byteswap) and callable(tobytes)):
        raise ValueRuleError(
            f"{code} takes bytes or an array, not {type(value).__name__} {value!r:.60}", reference="PS3.5 6.2"
        )
    order = getattr(getattr(value, "dtype", None), "byteorder", "=")
    if order == ">" or (order == "=" and sys.byteorder == "big"):
        swapped = byteswap()
        if swapped is None:  # array.array swaps in place: swap back what is the caller's
            raw = tobytes()
            byteswap()
            return bytes(raw)
        return bytes(swapped.tobytes())
    return bytes(tobytes())


_WORDS: Final = {array.array(code).itemsize: code for code in "BHILQ"}


def swap_words(raw: bytes, size: int) -> bytes:
    """``raw`` with the bytes of each word of ``size`` bytes reversed; bytes behind the last whole word stay.

    Args:
        raw: the value.
        size: bytes of a word: `VRInfo.size`.
    """
    if size < 2:
        return raw
    whole = len(raw) - len(raw) % size
    words = array.array(_WORDS[size], raw[:whole])
    words.byteswap()
    return words.tobytes() + raw[whole:]

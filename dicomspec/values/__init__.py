"""Bytes to Python values and back, one table a direction and byte order (PS3.5 6.2).

Decoders take the bytes of an element and the decoder of its character set, encoders the reverse; `COERCE` makes the
canonical value of what users give, `EMPTY` is the value of zero bytes. SQ has no entry: its items are no value here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dicomspec._generated.vr import VRS, VRInfo
from dicomspec.uid import UID
from dicomspec.values.ambiguous import resolve
from dicomspec.values.binary import bytes_coercer, bytes_encoder, decode_bytes, swap_words
from dicomspec.values.charset import TextDecoder, TextEncoder, decoder_for, encoder_for, normalise_terms
from dicomspec.values.multi import MultiValue, coercer
from dicomspec.values.numbers import IS as IS
from dicomspec.values.numbers import (
    DSfloat,
    coerce_ds_value,
    coerce_is_value,
    decode_ds,
    decode_is,
    encode_ds,
    encode_is,
    format_number_as_ds,
    is_valid_ds,
    is_valid_is,
    number_coercer,
    number_decoder,
    number_encoder,
    number_reader,
)
from dicomspec.values.person_name import PersonName, coerce_pn, decode_pn, encode_pn
from dicomspec.values.tags import coerce_tags, tag_decoder, tag_encoder
from dicomspec.values.temporal import DA, DT, TEMPORAL_COERCE, TEMPORAL_DECODERS, TEMPORAL_ENCODERS, TM
from dicomspec.values.text import Decoder, Encoder, ascii_decoder, stripper, text_coercer, text_decoder, text_encoder
from dicomspec.values.uids import coerce_ui, decode_ui, encode_ui

__all__ = [
    "ASCII_DECODERS",
    "COERCE",
    "DA",
    "DECODERS_BIG",
    "DECODERS_LITTLE",
    "DT",
    "EMPTY",
    "ENCODERS_BIG",
    "ENCODERS_LITTLE",
    "NUMBER_READERS_BIG",
    "NUMBER_READERS_LITTLE",
    "SINGLE_TEXTS",
    "TM",
    "DSfloat",
    "MultiValue",
    "PersonName",
    "TextDecoder",
    "TextEncoder",
    "decoder_for",
    "encoder_for",
    "format_number_as_ds",
    "is_valid_ds",
    "is_valid_is",
    "normalise_terms",
    "resolve",
    "swap_words",
]

Coercer = Callable[[object], object]

# By the kind that vr.yaml gives a VR: functions of the VR's properties and of struct's sign for the byte order.
_DECODER_MAKERS: Final[dict[str, Callable[[VRInfo, str], Decoder]]] = {
    "text": lambda info, order: text_decoder(info),
    "paragraph": lambda info, order: text_decoder(info),
    "name": lambda info, order: decode_pn,
    "decimal": lambda info, order: decode_ds,
    "integer": lambda info, order: decode_is,
    "date": lambda info, order: TEMPORAL_DECODERS[info.code],
    "time": lambda info, order: TEMPORAL_DECODERS[info.code],
    "datetime": lambda info, order: TEMPORAL_DECODERS[info.code],
    "uid": lambda info, order: decode_ui,
    "number": number_decoder,
    "tag": lambda info, order: tag_decoder(order),
    "bytes": lambda info, order: decode_bytes,
}
_ENCODER_MAKERS: Final[dict[str, Callable[[VRInfo, str], Encoder]]] = {
    "text": lambda info, order: text_encoder(info),
    "paragraph": lambda info, order: text_encoder(info),
    "name": lambda info, order: encode_pn,
    "decimal": lambda info, order: encode_ds,
    "integer": lambda info, order: encode_is,
    "date": lambda info, order: TEMPORAL_ENCODERS[info.code],
    "time": lambda info, order: TEMPORAL_ENCODERS[info.code],
    "datetime": lambda info, order: TEMPORAL_ENCODERS[info.code],
    "uid": lambda info, order: encode_ui,
    "number": number_encoder,
    "tag": lambda info, order: tag_encoder(order),
    "bytes": lambda info, order: bytes_encoder(info),
}
_COERCER_MAKERS: Final[dict[str, Callable[[VRInfo], Coercer]]] = {
    "text": text_coercer,
    "paragraph": text_coercer,
    "name": lambda info: coerce_pn,
    "decimal": lambda info: coercer(coerce_ds_value, None),
    "integer": lambda info: coercer(coerce_is_value, None),
    "date": lambda info: TEMPORAL_COERCE[info.code],
    "time": lambda info: TEMPORAL_COERCE[info.code],
    "datetime": lambda info: TEMPORAL_COERCE[info.code],
    "uid": lambda info: coerce_ui,
    "number": number_coercer,
    "tag": lambda info: coerce_tags,
    "bytes": bytes_coercer,
}

_CODECS: Final = [info for info in VRS.values() if info.kind in _DECODER_MAKERS]

DECODERS_LITTLE: Final[dict[str, Decoder]] = {info.code: _DECODER_MAKERS[info.kind](info, "<") for info in _CODECS}
DECODERS_BIG: Final[dict[str, Decoder]] = {info.code: _DECODER_MAKERS[info.kind](info, ">") for info in _CODECS}
ENCODERS_LITTLE: Final[dict[str, Encoder]] = {info.code: _ENCODER_MAKERS[info.kind](info, "<") for info in _CODECS}
ENCODERS_BIG: Final[dict[str, Encoder]] = {info.code: _ENCODER_MAKERS[info.kind](info, ">") for info in _CODECS}
ASCII_DECODERS: Final = {info.code: ascii_decoder(info) for info in _CODECS if info.kind in ("text", "paragraph")}
_CLASSES: Final[dict[str, type[str] | None]] = {
    "text": None,
    "paragraph": None,
    "uid": UID,
    "name": PersonName,
    "date": DA,
    "time": TM,
    "datetime": DT,
}
SINGLE_TEXTS: Final = {info.code: (stripper(info), _CLASSES[info.kind]) for info in _CODECS if info.kind in _CLASSES}
"""How a single value in ASCII is stripped of its padding, and the class it becomes where that is not `str`."""
NUMBER_READERS_LITTLE: Final = {info.code: number_reader(info, "<") for info in _CODECS if info.kind == "number"}
NUMBER_READERS_BIG: Final = {info.code: number_reader(info, ">") for info in _CODECS if info.kind == "number"}
COERCE: Final[dict[str, Coercer]] = {info.code: _COERCER_MAKERS[info.kind](info) for info in _CODECS}
EMPTY: Final[dict[str, object]] = {code: coerce(None) for code, coerce in COERCE.items()}

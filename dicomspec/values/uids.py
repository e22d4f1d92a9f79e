"""UIDs as values: UI (PS3.5 6.2, section 9)."""

from __future__ import annotations

from dicomspec._generated.vr import VRS
from dicomspec.uid import UID
from dicomspec.values.multi import coercer
from dicomspec.values.text import as_text, text_decoder, text_encoder

__all__: list[str] = []

decode_ui = text_decoder(VRS["UI"], UID)
encode_ui = text_encoder(VRS["UI"])


def _one(value: object) -> UID:
    return value if isinstance(value, UID) else UID(as_text(value, "UI", "a UID as text"))


coerce_ui = coercer(_one, UID(""))

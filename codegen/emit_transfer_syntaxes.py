"""Emits the table of transfer syntaxes (PS3.5 section 10 and Annex A)."""

from __future__ import annotations

from typing import Final

from .model import Specification
from .source_text import literal, module, table

__all__ = ["emit"]

# Field of the row -> type. The names are those of the model, whose docstring says what they mean.
_FIELDS: Final = {
    "uid": "str",
    "keyword": "str",
    "endian": "str",
    "vr": "str",
    "deflated": "bool",
    "encapsulated": "bool",
    "pixels": "str",
    "loss": "str",
    "family": "str",
    "fragmentable": "bool",
    "video": "bool",
    "retired": "bool",
    "photometric": "tuple[str, ...]",
}


_FAMILY: Final = '''class Family(NamedTuple):
    """What is asked of compressed pixels: the most Bits Stored, the Lossy Image Compression Method, who says so; and
    what a codestream starts with."""

    bits: int
    method: str
    section: str
    start: bytes
'''


def emit(spec: Specification) -> dict[str, str]:
    """The module ``transfer_syntaxes``."""
    doc = """Transfer syntaxes by UID (PS3.5 section 10 and Annex A).

endian: little, big, none. vr: explicit, implicit, none. pixels: native, encapsulated, referenced, streamed, none.
loss: uncompressed, lossless, lossy, either, recompression, none. family: of the codec.
photometric: the Photometric Interpretations of PS3.5 8.2; empty where no table says.
"""
    row = 'class TransferSyntaxRow(NamedTuple):\n    """Properties of one transfer syntax."""\n\n'
    row += "".join(f"    {name}: {kind}\n" for name, kind in _FIELDS.items())
    rows = (
        (literal(ts.uid), "TransferSyntaxRow" + literal(tuple(getattr(ts, name) for name in _FIELDS)))
        for ts in spec.transfer_syntaxes
    )
    families = (
        (
            literal(each.name),
            "Family" + literal((each.bits, each.method, f"PS3.5 {each.section}", bytes.fromhex(each.start))),
        )
        for each in spec.families
    )
    text = module(
        doc,
        "\n" + row + "\n",
        table("TRANSFER_SYNTAXES", "dict[str, TransferSyntaxRow]", rows),
        "\n" + _FAMILY + "\n",
        table("FAMILIES", "dict[str, Family]", families),
        imports="from typing import Final, NamedTuple",
    )
    return {"transfer_syntaxes.py": text}

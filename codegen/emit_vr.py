"""Emits `_generated/vr.py`: the VRs and their properties, and how ambiguous ones are decided (PS3.5 6.2, annex A)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .model import Specification
from .model.vr import VR, Choice, VRRules
from .source_text import BANNER

__all__ = ["emit"]

_NOT_TEXT: Final = frozenset(["number", "tag", "bytes", "sequence"])

_HEAD: Final = '''
"""Value representations and their properties (PS3.5 6.2, 7.1.2, annex A)."""

from __future__ import annotations

from typing import Final, NamedTuple


class VRInfo(NamedTuple):
    """Properties of one value representation.

    Attributes:
        code, name: as in PS3.5 table 6.2-1.
        header: ``"short"`` (16-bit length) or ``"long"`` (32-bit length) in explicit VR encodings.
        kind: the value codec.
        charset: whether Specific Character Set (0008,0005) applies.
        pad: the byte that makes an odd value even.
        spaces: which spaces around a value mean nothing: ``"both"``, ``"trailing"`` or ``"none"``.
        max_length: of one value (of one component group for PN), in ``length_unit``.
        length_unit: ``"characters"`` or ``"bytes"``.
        fixed: whether ``max_length`` is the only length.
        query_max_length: as ``max_length``, of a key in a query.
        separator: whether a backslash stands between values; it is data otherwise.
        repertoire: a name in `REPERTOIRES`.
        pattern: regular expression of one value without its padding; empty if the VR has no form.
        legacy_pattern, legacy_separator: form of ACR-NEMA 300, and what to take out of it.
        format, size: struct character and bytes of one number, or of the word that is swapped between byte orders.
        undefined_length: ``"sequence"``, ``"fragments"``, ``"implicit-sequence"`` or ``"no"``.
    """

    code: str
    name: str
    header: str
    kind: str
    charset: bool
    pad: bytes
    spaces: str
    max_length: int
    length_unit: str
    fixed: bool
    query_max_length: int
    separator: bool
    repertoire: str
    pattern: str
    legacy_pattern: str
    legacy_separator: str
    format: str
    size: int
    undefined_length: str


'''

_RULE_TYPES: Final = '''
Rule = tuple[str, int, int, int, str]
"""Test (``"encapsulated"``, ``"implicit"`` or a comparison), tag and index of the compared value, operand, VR."""

Choice = tuple[tuple[tuple[int, int], ...], tuple[Rule, ...], str]
"""(mask, value) of the tags it is for (none: all), rules of which the first that holds decides, VR if none holds."""

'''


def emit(spec: Specification) -> dict[str, str]:
    """The text of ``vr.py``."""
    rules: VRRules = spec.vrs
    vrs = rules.vrs
    return {
        "vr.py": BANNER
        + _HEAD
        + _dict("VRS", "str, VRInfo", ((repr(vr.code), _info(vr)) for vr in vrs))
        + _codes("SHORT", (vr.code for vr in vrs if vr.header == "short"))
        + _codes("LONG", (vr.code for vr in vrs if vr.header == "long"))
        + _codes("TEXT_VRS", (vr.code for vr in vrs if vr.kind not in _NOT_TEXT))
        + _codes("CHARSET_VRS", (vr.code for vr in vrs if vr.charset))
        + _codes("AMBIGUOUS_VRS", {one.vr for one in rules.choices})
        + _dict("BYTES_TO_VR", "bytes, str", ((repr(vr.code.encode()), repr(vr.code)) for vr in vrs))
        + _dict("REPERTOIRES", "str, str", ((repr(name), repr(value)) for name, value in rules.repertoires))
        + _RULE_TYPES
        + _dict("AMBIGUOUS", "str, tuple[Choice, ...]", _choices(rules.choices))
    }


def _info(vr: VR) -> str:
    pad = {"space": b" ", "null": b"\0"}[vr.pad]
    fields = (
        vr.code, vr.name, vr.header, vr.kind, vr.charset, pad, vr.spaces, vr.max_length, vr.length_unit, vr.fixed,
        vr.query_max_length, vr.backslash == "separator", vr.repertoire, vr.pattern, vr.legacy_pattern,
        vr.legacy_separator, vr.format, vr.size, vr.undefined_length,
    )  # fmt: skip
    return "VRInfo(" + ", ".join(map(repr, fields)) + ")"


def _dict(name: str, types: str, pairs: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"    {key}: {value},\n" for key, value in pairs)
    return f"{name}: Final[dict[{types}]] = {{\n{lines}}}\n"


def _codes(name: str, codes: Iterable[str]) -> str:
    return f"{name}: Final[frozenset[str]] = frozenset({sorted(codes)!r})\n"


def _choices(choices: tuple[Choice, ...]) -> list[tuple[str, str]]:
    by_vr: dict[str, list[str]] = {}
    for one in choices:
        masks = "".join(f"(0x{mask:08X}, 0x{value:08X}), " for mask, value in one.masks())
        rules = "".join(
            f"({rule.test!r}, 0x{rule.tag:08X}, {rule.index}, {rule.operand}, {rule.then!r}), " for rule in one.rules
        )
        by_vr.setdefault(one.vr, []).append(f"        (({masks}), ({rules}), {one.otherwise!r}),\n")
    return [(repr(vr), "(\n" + "".join(rows) + "    )") for vr, rows in by_vr.items()]

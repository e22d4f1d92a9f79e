"""The encodings of a dataset: header form, byte order, and what wraps them (PS3.5 annex A).

An `Encoding` joins a generated scanner with the value codecs of its byte order. Which one a file uses is told by its
transfer syntax.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any, Final, TypeAlias

from dicomspec import values
from dicomspec._generated import (
    scan_explicit_big,
    scan_explicit_little,
    scan_implicit_little,
    transfer_syntaxes,
)
from dicomspec._generated import vr as rules
from dicomspec._generated import wire as names
from dicomspec.files import Buffer

__all__ = [
    "BEFORE_DATASET",
    "BYTES_VRS",
    "EXPLICIT_BIG",
    "EXPLICIT_LITTLE",
    "IMPLICIT_LITTLE",
    "Encoding",
    "Syntax",
    "syntax_of",
]


BYTES_VRS: Final = frozenset(vr for vr, rule in rules.VRS.items() if rule.kind == "bytes")
"""VRs whose value is handed out as the bytes that stand in the source."""


BEFORE_DATASET: Final = (names.DATASET_GROUP << 16) - 1
"""The tag that the first one of a dataset or item must be above."""


@dataclass(frozen=True, eq=False)
class Encoding:
    """How elements are laid out.

    Attributes:
        name: for messages.
        implicit: whether the VR is left to the dictionary.
        big_endian: byte order.
        scanner: the generated functions that walk and write element headers.
        decoders, encoders: value codecs by VR.
        plain: by VR, and in explicit VR by its two bytes: the VR, what makes readers of numbers (or None), how a
            single text is stripped and what class it becomes (or None), the decoder, and the empty value; of the VRs
            whose header is short.
    """

    name: str
    implicit: bool
    big_endian: bool
    scanner: ModuleType
    decoders: dict[str, Callable[[bytes, Any], Any]]
    encoders: dict[str, Callable[[Any, Any], bytes]]
    plain: dict[Any, Plain]

    def __reduce__(self) -> str:
        return next(name for name, value in globals().items() if value is self)

    def item(self, buffer: Buffer, pos: int) -> tuple[int, int]:
        """Tag and 32-bit length of the header at ``pos``, which is that of an item or delimiter (PS3.5 7.5)."""
        group, element, length = self.scanner.ITEM(buffer, pos)
        return group << 16 | element, length


Plain: TypeAlias = (
    "tuple[str, Callable[[int], Callable[[Any, int], tuple[Any, ...]]] | None, Callable[[str, str], str] | None, "
    "type[str] | None, Callable[[bytes, Any], Any], Any]"
)


def _plain(big_endian: bool) -> dict[Any, Plain]:
    numbers = values.NUMBER_READERS_BIG if big_endian else values.NUMBER_READERS_LITTLE
    decoders = (values.DECODERS_BIG if big_endian else values.DECODERS_LITTLE) | values.ASCII_DECODERS
    table: dict[Any, Plain] = {}
    for vr in rules.SHORT:
        single = values.SINGLE_TEXTS.get(vr, (None, None))
        table[vr] = table[vr.encode()] = (vr, numbers.get(vr), *single, decoders[vr], values.EMPTY[vr])
    return table


IMPLICIT_LITTLE: Final = Encoding(
    "Implicit VR Little Endian",
    True,
    False,
    scan_implicit_little,
    values.DECODERS_LITTLE,
    values.ENCODERS_LITTLE,
    _plain(False),
)
EXPLICIT_LITTLE: Final = Encoding(
    "Explicit VR Little Endian",
    False,
    False,
    scan_explicit_little,
    values.DECODERS_LITTLE,
    values.ENCODERS_LITTLE,
    _plain(False),
)
EXPLICIT_BIG: Final = Encoding(
    "Explicit VR Big Endian",
    False,
    True,
    scan_explicit_big,
    values.DECODERS_BIG,
    values.ENCODERS_BIG,
    _plain(True),
)


@dataclass(frozen=True)
class Syntax:
    """What a transfer syntax asks for (PS3.5 10 and annex A).

    Attributes:
        uid: the Transfer Syntax UID, "" where there is none.
        encoding: of the elements.
        deflated: whether the whole dataset is compressed (PS3.5 A.5).
        encapsulated: whether Pixel Data is (PS3.5 A.4).
        known: whether the dictionary has the UID; one that it has not is taken as Explicit VR Little Endian.
    """

    uid: str
    encoding: Encoding
    deflated: bool = False
    encapsulated: bool = False
    known: bool = True


@lru_cache(maxsize=256)
def syntax_of(uid: str) -> Syntax:
    """The `Syntax` of a Transfer Syntax UID."""
    row = transfer_syntaxes.TRANSFER_SYNTAXES.get(uid)
    if row is None:
        return Syntax(uid, EXPLICIT_LITTLE, known=False)
    return Syntax(
        uid, encoding_of(row.vr == "implicit", row.endian == "big"), row.deflated, row.pixels == "encapsulated"
    )


def encoding_of(implicit: bool, big_endian: bool) -> Encoding:
    """The encoding of a header form and byte order; there is no big endian form of implicit VR.

    Raises:
        ValueError: implicit VR and big endian.
    """
    if implicit:
        if big_endian:
            raise ValueError("Implicit VR has no big endian form (PS3.5 A.1)")
        return IMPLICIT_LITTLE
    return EXPLICIT_BIG if big_endian else EXPLICIT_LITTLE

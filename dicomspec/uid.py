"""Unique identifiers (PS3.5 section 9) as text that knows its entry in PS3.6 Annex A.

The registered UIDs are attributes of this module by keyword (``from dicomspec.uid import CTImageStorage``). The table
behind them and behind names is loaded when the first of them is asked for; transfer syntaxes have a small table of
their own.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final

from ._generated.transfer_syntaxes import TRANSFER_SYNTAXES, TransferSyntaxRow
from ._generated.vr import VRS
from .errors import ValueRuleError

__all__ = ["PREFIX_UUID", "UID", "generate_uid"]

PREFIX_UUID: Final = "2.25."
"""Root of UIDs that are derived from a UUID (PS3.5 B.2)."""

_RULE: Final = VRS["UI"]
_MAX_LENGTH: Final = _RULE.max_length
_DICOM_ROOT: Final = "1.2.840.10008."
_VALID: Final = re.compile(_RULE.pattern)
_PREFIX: Final = re.compile(r"((0|[1-9][0-9]*)\.)+")
_Row = tuple[str, str, str, bool, str]


@cache
def _tables() -> tuple[dict[str, _Row], dict[str, str]]:
    """UID -> row, and keyword -> UID."""
    module = import_module(f"{__package__}._generated.uids")
    return module.UIDS, module.KEYWORDS


class UID(str):
    """A unique identifier: equal to its text, with its registered name and properties.

    Anything that is text can be one; `is_valid` tells whether it is as PS3.5 9.1 asks.
    """

    __slots__ = ()

    @property
    def _row(self) -> _Row | None:
        return _tables()[0].get(str(self))

    @property
    def _syntax(self) -> TransferSyntaxRow:
        row = TRANSFER_SYNTAXES.get(str(self))
        if row is None:
            raise ValueRuleError(f"{str(self)!r} is not a registered transfer syntax", reference="PS3.6 A")
        return row

    @property
    def name(self) -> str:
        """Registered name; the UID itself if it is not registered."""
        row = self._row
        return row[0] if row else str(self)

    @property
    def type(self) -> str:
        """Registered type, such as ``"SOP Class"``; empty if it is not registered."""
        row = self._row
        return row[1] if row else ""

    @property
    def info(self) -> str:
        """Part of the standard that uses it, or context group identifier; empty if it is not registered."""
        row = self._row
        return row[2] if row else ""

    @property
    def is_retired(self) -> bool:
        """Whether it is registered as retired."""
        row = self._row
        return bool(row and row[3])

    @property
    def keyword(self) -> str:
        """Registered keyword, such as ``"CTImageStorage"``; empty if it has none."""
        row = self._row
        return row[4] if row else ""

    @property
    def is_valid(self) -> bool:
        """Whether it has at most 64 characters: numbers without leading zeros, joined by periods (PS3.5 9.1)."""
        return len(self) <= _MAX_LENGTH and _VALID.fullmatch(self) is not None

    @property
    def is_private(self) -> bool:
        """Whether it lies outside the root of DICOM."""
        return not self.startswith(_DICOM_ROOT)

    @property
    def is_transfer_syntax(self) -> bool:
        """Whether it is a registered transfer syntax."""
        return str(self) in TRANSFER_SYNTAXES

    @property
    def is_little_endian(self) -> bool:
        """Byte order of a transfer syntax.

        Raises:
            ValueRuleError: the UID is not a registered transfer syntax; so for the properties below.
        """
        return self._syntax.endian != "big"

    @property
    def is_implicit_VR(self) -> bool:  # noqa: N802 - pydicom's name
        """Whether a transfer syntax leaves the VRs out."""
        return self._syntax.vr == "implicit"

    @property
    def is_deflated(self) -> bool:
        """Whether a transfer syntax deflates the dataset as a whole."""
        return self._syntax.deflated

    @property
    def is_encapsulated(self) -> bool:
        """Whether a transfer syntax has its pixel data in fragments (PS3.5 A.4)."""
        return self._syntax.encapsulated

    @property
    def is_compressed(self) -> bool:
        """The same as `is_encapsulated`, which also holds for uncompressed frames in fragments."""
        return self._syntax.encapsulated

    def __reduce__(self) -> tuple[Any, ...]:
        return UID, (str(self),)


def generate_uid(prefix: str | None = PREFIX_UUID, entropy_srcs: Sequence[str] | None = None) -> UID:
    """A new UID of at most 64 characters (PS3.5 section 9 and Annex B).

    With the prefix ``"2.25."`` or None it is derived from a UUID; any other prefix, which has to end with a period, is
    filled up with digits to 64 characters. With ``entropy_srcs`` the same texts give the same UID.

    Raises:
        ValueRuleError: the prefix is not one, or leaves no room.
    """
    if prefix is None or prefix == PREFIX_UUID:
        if entropy_srcs is None:
            return UID(f"{PREFIX_UUID}{uuid.uuid4().int}")
        digest = hashlib.sha512("".join(entropy_srcs).encode("utf-8")).digest()
        return UID(f"{PREFIX_UUID}{uuid.UUID(bytes=digest[:16], version=4).int}")
    room = _MAX_LENGTH - len(prefix)
    if room < 1 or not _PREFIX.fullmatch(prefix):
        raise ValueRuleError(
            f"{prefix!r} is not a UID prefix of at most {_MAX_LENGTH - 1} characters, ending with a period",
            reference="PS3.5 9.1",
        )
    entropy = "".join(entropy_srcs) if entropy_srcs is not None else uuid.uuid4().hex + uuid.uuid4().hex
    digits = str(int.from_bytes(hashlib.sha512(entropy.encode("utf-8")).digest(), "big") | 1 << 511)
    return UID(prefix + digits[:room])


def __getattr__(name: str) -> UID:
    """A registered UID by keyword."""
    if name.startswith("_") or (found := _tables()[1].get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}, and no UID has that keyword")
    return UID(found)


def __dir__() -> list[str]:
    return sorted({*globals(), *_tables()[1]})

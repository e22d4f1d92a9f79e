"""Private data elements (PS3.5 7.8): per vendor, per private creator, group and element within the block."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ..yaml_io import SchemaError, mapping, only_keys, text
from .elements import VM_PATTERN

__all__ = ["PrivateCreator", "PrivateElement", "PrivateVendor", "check_creators", "normalise"]

_TAG: Final = re.compile(r"\([0-9A-F]{2}([0-9A-F]{2}|xx),(xx[0-9A-F]{2}|[0-9A-F]{2}xx)\)")
_KEYS: Final = ("vr", "vm", "name")


def check_creators(vendors: Iterable[PrivateVendor]) -> None:
    """Raise a `SchemaError` for a creator that two entries share, case and blanks apart."""
    seen: dict[str, str] = {}
    for vendor in vendors:
        for creator in vendor.creators:
            key = normalise(creator.creator)
            if key in seen:
                where = f"creators.{creator.creator}"
                raise SchemaError(f"{vendor.vendor}.yaml", where, f"creators that {seen[key]} lacks", key)
            seen[key] = f"{vendor.vendor}.yaml"


def normalise(creator: str) -> str:
    """A creator as it is compared: without case, and runs of blanks as one blank."""
    return " ".join(creator.split()).upper()


@dataclass(frozen=True)
class PrivateElement:
    """One private element.

    ``tag`` is ``"(gggg,xxee)"``, xx for the block that the creator reserved; ``"(gggg,10xx)"`` for all elements of one
    block, ``"(60xx,xxee)"`` for a repeating group.
    """

    tag: str
    vr: str
    vm: str
    name: str = ""

    @property
    def masked(self) -> bool:
        """Whether other digits than those of the block are free."""
        return "x" in self.tag[:6] or self.tag.endswith("xx)")

    @classmethod
    def from_yaml(cls, tag: str, data: Any, where: str) -> PrivateElement:
        if not _TAG.fullmatch(tag):
            raise SchemaError("", where, "a private tag such as (0029,xx10), xx for the block of the creator", tag)
        only_keys(data, _KEYS, where)
        found = cls(tag, text(data, "vr", where), text(data, "vm", where, "1"), text(data, "name", where, ""))
        if not VM_PATTERN.fullmatch(found.vm):
            raise SchemaError("", f"{where}.vm", "a multiplicity such as 1, 2 or 1-n", found.vm)
        return found

    def to_yaml(self) -> dict[str, str]:
        row = {"vr": self.vr, "vm": self.vm, "name": self.name}
        return {key: value for key, value in row.items() if value}


@dataclass(frozen=True)
class PrivateCreator:
    """A private creator identification and the elements of its blocks."""

    creator: str
    elements: tuple[PrivateElement, ...]


@dataclass(frozen=True)
class PrivateVendor:
    """One file of private elements; ``vendor`` is the file's stem, ``sources`` what it was made from."""

    vendor: str
    sources: tuple[str, ...]
    creators: tuple[PrivateCreator, ...]

    @classmethod
    def from_yaml(cls, vendor: str, data: Any, where: str = "") -> PrivateVendor:
        only_keys(data, ("vendor", "sources", "creators"), where)
        creators = []
        for creator, rows in mapping(data.get("creators"), f"{where}creators").items():
            place = f"{where}creators.{creator}"
            elements = (
                PrivateElement.from_yaml(tag, row, f"{place}.{tag}") for tag, row in mapping(rows, place).items()
            )
            creators.append(PrivateCreator(creator, tuple(elements)))
        return cls(vendor, tuple(data.get("sources", ())), tuple(creators))

    def to_yaml(self) -> dict[str, object]:
        creators = {c.creator: {e.tag: e.to_yaml() for e in c.elements} for c in self.creators}
        return {"vendor": self.vendor, "sources": list(self.sources), "creators": creators}

"""SOP classes and the IODs that they are made of (PS3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..yaml_io import SchemaError, mapping, only_keys, text

__all__ = ["SopClass", "sop_classes_from_yaml", "sop_classes_to_yaml"]


@dataclass(frozen=True)
class SopClass:
    """One SOP class.

    Attributes:
        uid: SOP Class UID.
        iod: identifier of the IOD, such as ``"ct-image"``; empty where only the section of it is known.
        section: section of PS3.3 that defines the IOD, such as ``"A.3"``; empty where the source does not tell it.
        table: table of PS3.4.
    """

    uid: str
    iod: str = ""
    section: str = ""
    table: str = ""

    @classmethod
    def from_yaml(cls, uid: str, data: Any, where: str, table: str) -> SopClass:
        only_keys(data, ("iod", "section"), where)
        found = cls(uid, text(data, "iod", where, ""), text(data, "section", where, ""), table)
        if not (found.iod or found.section):
            raise SchemaError("", where, "an IOD or a section of PS3.3", data)
        return found

    def to_yaml(self) -> dict[str, str]:
        return {key: value for key, value in (("iod", self.iod), ("section", self.section)) if value}


def sop_classes_from_yaml(data: Any) -> tuple[SopClass, ...]:
    """The rows of a file ``{tables: {"B.5-1": {uid: {iod: ...}}}}``; a UID may stand in several tables."""
    return tuple(
        SopClass.from_yaml(uid, row, f"tables.{table}.{uid}", table)
        for table, rows in mapping(mapping(data, "").get("tables"), "tables").items()
        for uid, row in mapping(rows, f"tables.{table}").items()
    )


def sop_classes_to_yaml(classes: tuple[SopClass, ...]) -> dict[str, dict[str, dict[str, str]]]:
    """The ``tables`` mapping of a file."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for entry in classes:
        tables.setdefault(entry.table, {})[entry.uid] = entry.to_yaml()
    return tables

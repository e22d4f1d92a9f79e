"""Unique identifiers: PS3.6 Annex A, tables A-1 to A-4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..yaml_io import SchemaError, flag, mapping, only_keys, text

__all__ = ["Uid", "uids_from_yaml", "uids_to_yaml"]

_PATTERN: Final = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
_KEYS: Final = ("name", "keyword", "type", "info", "retired")


@dataclass(frozen=True)
class Uid:
    """One registered UID.

    Attributes:
        uid: the identifier, at most 64 characters.
        name, keyword: as in the standard; the name without its "(Retired)".
        type: UID type of the table, such as ``"SOP Class"``.
        info: part of the standard, or what the table says in that column.
        retired: whether it is retired.
        table: table of the standard, such as ``"A-1"``.
    """

    uid: str
    name: str
    keyword: str
    type: str
    info: str = ""
    retired: bool = False
    table: str = ""

    @classmethod
    def from_yaml(cls, uid: str, data: Any, where: str, table: str = "") -> Uid:
        if len(uid) > 64 or not _PATTERN.fullmatch(uid):
            raise SchemaError("", where, "a UID", uid)
        only_keys(data, _KEYS, where)
        return cls(
            uid=uid,
            name=text(data, "name", where, ""),
            keyword=text(data, "keyword", where, ""),
            type=text(data, "type", where),
            info=text(data, "info", where, ""),
            retired=flag(data, "retired", where, False),
            table=table,
        )

    def to_yaml(self) -> dict[str, object]:
        row: dict[str, object] = {key: getattr(self, key) for key in _KEYS}
        return {key: value for key, value in row.items() if value}


def uids_from_yaml(data: Any, where: str = "") -> Iterator[Uid]:
    """The rows of a file ``{tables: {"A-1": {uid: row}}}``, in its order; a UID may stand only once."""
    seen: set[str] = set()
    for table, rows in mapping(data.get("tables"), f"{where}tables").items():
        for uid, row in mapping(rows, f"{where}tables.{table}").items():
            place = f"{where}tables.{table}.{uid}"
            if uid in seen:
                raise SchemaError("", place, "each UID once", uid)
            seen.add(uid)
            yield Uid.from_yaml(uid, row, place, table)


def uids_to_yaml(uids: tuple[Uid, ...]) -> dict[str, dict[str, dict[str, object]]]:
    """The ``tables`` mapping of a file, the rows by table."""
    tables: dict[str, dict[str, dict[str, object]]] = {}
    for uid in uids:
        tables.setdefault(uid.table, {})[uid.uid] = uid.to_yaml()
    return tables

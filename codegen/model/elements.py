"""Data elements (PS3.6 tables 6-1, 7-1, 8-1, 9-1) and command elements (PS3.7 tables E.1-1, E.2-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..yaml_io import SchemaError, mapping, only_keys, text

__all__ = ["TAG_PATTERN", "VM_PATTERN", "Element", "elements_from_yaml", "elements_to_yaml"]

# "(0010,0010)", or with x for the hexadecimal digits of a repeating group or element: "(60xx,3000)".
TAG_PATTERN: Final = re.compile(r"\(([0-9A-Fx]{4}),([0-9A-Fx]{4})\)")
_KEYS: Final = ("name", "keyword", "vr", "vm", "retired", "since", "note", "table")
_KEYWORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
VM_PATTERN: Final = re.compile(r"\d+(-(\d*n|\d+))?( or \d+)*")


@dataclass(frozen=True)
class Element:
    """One row of the registry.

    Attributes:
        tag: ``"(gggg,eeee)"`` in upper-case hexadecimal, ``x`` for any digit.
        name, keyword, vr, vm: as in the standard; ``vr`` may read ``"US or SS"``; blank for reserved rows.
        retired: ``""``, or ``"RET"`` with the edition that retired it where known, ``"RET (2004)"``.
        since: edition the row was first seen in, ``""`` if not known; ``"2013"`` is 2013 or before.
        note: ``"DICONDE"``, ``"DICOS"`` and the like, for rows reserved for those standards.
        table: table of the standard, such as ``"6-1"``.
    """

    tag: str
    name: str
    keyword: str
    vr: str
    vm: str
    retired: str = ""
    since: str = ""
    note: str = ""
    table: str = ""

    @property
    def digits(self) -> str:
        """The tag as eight digits."""
        return self.tag[1:5] + self.tag[6:10]

    @property
    def repeats(self) -> bool:
        return "x" in self.tag

    @property
    def value(self) -> int:
        """The tag as a number; a repeating tag with zeros for its free digits."""
        return int(self.digits.replace("x", "0"), 16)

    @property
    def mask(self) -> int:
        """Bits that must match: all of them, but those of the free digits of a repeating tag."""
        return int("".join("0" if digit == "x" else "F" for digit in self.digits), 16)

    @property
    def vrs(self) -> tuple[str, ...]:
        """The possible VRs, in the order of the standard."""
        return tuple(self.vr.split(" or ")) if self.vr else ()

    @classmethod
    def from_yaml(cls, tag: str, data: Any, where: str, table: str = "") -> Element:
        if not TAG_PATTERN.fullmatch(tag):
            raise SchemaError("", where, "a tag such as (0010,0010) or (60xx,3000)", tag)
        only_keys(data, _KEYS, where)
        fields = {key: text(data, key, where, "") for key in _KEYS}
        fields["table"] = fields["table"] or table
        for key, pattern, expected in (("keyword", _KEYWORD, "a keyword"), ("vm", VM_PATTERN, "a multiplicity")):
            if fields[key] and not pattern.fullmatch(fields[key]):
                raise SchemaError("", f"{where}.{key}", expected, fields[key])
        return cls(tag=tag, **fields)

    def to_yaml(self) -> dict[str, str]:
        row = {key: getattr(self, key) for key in _KEYS if key != "table"}
        return {key: value for key, value in row.items() if value}


def elements_from_yaml(data: Any, where: str = "") -> Iterator[Element]:
    """The rows of a file ``{tables: {"6-1": {tag: row}}}``, in its order; a tag may stand only once."""
    seen: set[str] = set()
    for table, rows in mapping(data.get("tables"), f"{where}tables").items():
        for tag, row in mapping(rows, f"{where}tables.{table}").items():
            place = f"{where}tables.{table}.{tag}"
            if tag in seen:
                raise SchemaError("", place, "each tag once", tag)
            seen.add(tag)
            yield Element.from_yaml(tag, row, place, table)


def elements_to_yaml(elements: tuple[Element, ...]) -> dict[str, Mapping[str, dict[str, str]]]:
    """The ``tables`` mapping of a file, the rows by table."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for element in elements:
        tables.setdefault(element.table, {})[element.tag] = element.to_yaml()
    return dict(tables)

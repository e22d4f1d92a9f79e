"""Controlled terminology (PS3.16): codes, context groups and templates.

In YAML a code is one string: coding scheme designator, code value, and where it stands for itself the meaning:
``DCM 113100 Basic Application Confidentiality Profile``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from ..yaml_io import Block, SchemaError, choice, flag, mapping, only_keys, text

__all__ = [
    "Code",
    "ContextGroup",
    "Template",
    "TemplateRow",
    "codes_from_yaml",
    "codes_to_yaml",
    "context_groups_from_yaml",
    "context_groups_to_yaml",
    "templates_from_yaml",
    "templates_to_yaml",
]

# "NCDR [2.0b]" is the one designator with a blank: its version belongs to it.
_CODE: Final = re.compile(r"(\S+(?: \[[^\]]*\])?) (\S+)(?: (.+))?")
_NUMBER: Final = re.compile(r"[0-9]+[A-Za-z]*")


@dataclass(frozen=True)
class Code:
    """A coded concept: coding scheme designator, code value and meaning; `retired` is told of DICOM's own."""

    scheme: str
    value: str
    meaning: str = ""
    retired: bool = False

    @classmethod
    def parse(cls, content: str, where: str) -> Code:
        """The code of a string such as ``"DCM 113100 Meaning"``; the meaning may be absent."""
        match = _CODE.fullmatch(content)
        if match is None:
            raise SchemaError("", where, "a coding scheme, a code value and perhaps a meaning", content)
        return cls(match[1], match[2], match[3] or "")

    @property
    def key(self) -> str:
        """Scheme and value as one string, which is how a code is told from others."""
        return f"{self.scheme} {self.value}"

    def __str__(self) -> str:
        return f"{self.key} {self.meaning}" if self.meaning else self.key


# --- codes of the standard's own schemes (PS3.16 Annex D) --------------------------------------------------------


def codes_from_yaml(data: Any) -> tuple[Code, ...]:
    """The rows of a file ``{schemes: {DCM: {value: {meaning: ..., retired: yes}}}}``."""
    found = []
    for scheme, rows in mapping(mapping(data, "").get("schemes"), "schemes").items():
        for value, row in mapping(rows, f"schemes.{scheme}").items():
            where = f"schemes.{scheme}.{value}"
            only_keys(row, ("meaning", "retired"), where)
            found.append(Code(scheme, value, text(row, "meaning", where), flag(row, "retired", where, False)))
    return tuple(found)


def codes_to_yaml(codes: tuple[Code, ...]) -> dict[str, dict[str, dict[str, object]]]:
    """The ``schemes`` mapping of a file."""
    schemes: dict[str, dict[str, dict[str, object]]] = {}
    for code in codes:
        row: dict[str, object] = {"meaning": code.meaning}
        if code.retired:
            row["retired"] = True
        schemes.setdefault(code.scheme, {})[code.value] = row
    return schemes


# --- context groups (PS3.16 Annex B) -----------------------------------------------------------------------------

_GROUP_KEYS: Final = ("name", "keyword", "uid", "version", "extensible", "members")
_INCLUDE: Final = "+"


@dataclass(frozen=True)
class ContextGroup:
    """A set of codes for one purpose.

    Attributes:
        cid: its number, such as ``"29"``.
        uid, version: of the group; empty where the source tells none.
        extensible: whether other codes may be used as well; None where it is not known.
        members: codes, and the numbers of the groups that are included, in the order of the standard. A group without
            members is one whose codes the standard takes from elsewhere, such as all units of UCUM.
    """

    cid: str
    name: str
    keyword: str = ""
    uid: str = ""
    version: str = ""
    extensible: bool | None = None
    members: tuple[Code | str, ...] = ()

    @property
    def codes(self) -> tuple[Code, ...]:
        return tuple(member for member in self.members if isinstance(member, Code))

    @property
    def includes(self) -> tuple[str, ...]:
        return tuple(member for member in self.members if isinstance(member, str))

    @classmethod
    def from_yaml(cls, cid: str, data: Any, where: str) -> ContextGroup:
        if not _NUMBER.fullmatch(cid):
            raise SchemaError("", where, "the number of a context group", cid)
        only_keys(data, _GROUP_KEYS, where)
        members: list[Code | str] = []
        for key, meaning in mapping(data.get("members", {}), f"{where}.members").items():
            place = f"{where}.members.{key}"
            if key.startswith(_INCLUDE):
                members.append(key.removeprefix(_INCLUDE))
            elif isinstance(meaning, str):
                members.append(replace(Code.parse(key, place), meaning=meaning))
            else:
                raise SchemaError("", place, "the meaning of the code", meaning)
        return cls(
            cid=cid,
            name=text(data, "name", where),
            keyword=text(data, "keyword", where, ""),
            uid=text(data, "uid", where, ""),
            version=text(data, "version", where, ""),
            extensible=flag(data, "extensible", where, None),
            members=tuple(members),
        )

    def to_yaml(self) -> dict[str, object]:
        row: dict[str, object] = {key: getattr(self, key) for key in ("name", "keyword", "uid", "version")}
        row = {key: value for key, value in row.items() if value}
        if self.extensible is not None:
            row["extensible"] = self.extensible
        members = {(m.key if isinstance(m, Code) else _INCLUDE + m): _meaning(m) for m in self.members}
        if members:
            row["members"] = Block(members)
        return Block(row)


def _meaning(member: Code | str) -> str:
    return member.meaning if isinstance(member, Code) else ""


def context_groups_from_yaml(data: Any) -> Iterator[ContextGroup]:
    """The rows of a file ``{groups: {cid: row}}``, in its order."""
    for cid, row in mapping(mapping(data, "").get("groups"), "groups").items():
        yield ContextGroup.from_yaml(cid, row, f"groups.{cid}")


def context_groups_to_yaml(groups: tuple[ContextGroup, ...]) -> dict[str, dict[str, object]]:
    """The ``groups`` mapping of a file."""
    return {group.cid: group.to_yaml() for group in groups}


# --- templates (PS3.16 Annex A) ----------------------------------------------------------------------------------

_USES: Final = ("M", "MC", "U", "UC")
_YES_NO: Final = ("extensible", "ordered", "root")


@dataclass(frozen=True)
class TemplateRow:
    """One row of a template.

    Attributes:
        row: label of the row, such as ``"1"``, ``"8b"``.
        level: how deep it is nested, 0 for the outermost; what the table shows by ``>``.
        relation: relationship with parent, such as ``"CONTAINS"``; empty where the including template says it.
        type: value type such as ``"CODE"``, several as ``"TEXT CODE"``; empty for an include.
        include: number of the template that stands in its place.
        concept: concept name: a code as one string, or ``"DCID 7003"``, ``"BCID 228"``, ``"ECID 1"``, ``"CID 2"``
            for one of a defined, baseline, enumerated or other context group; empty for any.
        vm: how many there may be, ``"1"``, ``"1-n"``.
        use: requirement type: M, MC, U or UC; empty where the source has none.
        when, src, text: condition of MC and UC as in modules: an expression or ``"?"``, hash of its sentence, and
            the sentence in editions that a user imported.
        values: constraint of the value: a code or a context group as for `concept`, or what the source says.
        units: the same of the units of a number.
    """

    row: str
    level: int = 0
    relation: str = ""
    type: str = ""
    include: str = ""
    concept: str = ""
    vm: str = ""
    use: str = ""
    when: str = ""
    src: str = ""
    text: str = ""
    values: str = ""
    units: str = ""

    @classmethod
    def from_yaml(cls, data: Any, where: str) -> TemplateRow:
        only_keys(data, cls.__dataclass_fields__, where)
        if "use" in data:
            choice(data, "use", where, _USES)
        found = {key: text(data, key, where, "") for key in cls.__dataclass_fields__ if key != "level"}
        level = text(data, "level", where, "0")
        if not level.isdigit():
            raise SchemaError("", f"{where}.level", "a number", level)
        if bool(found["type"]) == bool(found["include"]):
            raise SchemaError("", where, "a value type or an include", data)
        return cls(**found, level=int(level))

    def to_yaml(self) -> dict[str, object]:
        row: dict[str, object] = {key: getattr(self, key) for key in self.__dataclass_fields__}
        return {key: value for key, value in row.items() if value}


@dataclass(frozen=True)
class Template:
    """A tree of content items for one purpose.

    Attributes:
        tid: its number, such as ``"1500"``.
        extensible: whether content items may be added.
        ordered: whether the order of content items is significant; None where it is not told.
        root: whether it may be the root of a document; None where it is not told.
    """

    tid: str
    name: str
    extensible: bool | None = None
    ordered: bool | None = None
    root: bool | None = None
    rows: tuple[TemplateRow, ...] = ()

    @classmethod
    def from_yaml(cls, tid: str, data: Any, where: str) -> Template:
        only_keys(data, ("name", *_YES_NO, "rows"), where)
        rows = data.get("rows", [])
        if not isinstance(rows, list):
            raise SchemaError("", f"{where}.rows", "a list of rows", rows)
        return cls(
            tid=tid,
            name=text(data, "name", where),
            extensible=flag(data, "extensible", where, None),
            ordered=flag(data, "ordered", where, None),
            root=flag(data, "root", where, None),
            rows=tuple(TemplateRow.from_yaml(row, f"{where}.rows[{i}]") for i, row in enumerate(rows)),
        )

    def to_yaml(self) -> dict[str, object]:
        row: dict[str, object] = {"name": self.name}
        row.update({key: getattr(self, key) for key in _YES_NO if getattr(self, key) is not None})
        if self.rows:
            row["rows"] = [item.to_yaml() for item in self.rows]
        return Block(row)


def templates_from_yaml(data: Any) -> Iterator[Template]:
    """The rows of a file ``{templates: {tid: row}}``, in its order."""
    for tid, row in mapping(mapping(data, "").get("templates"), "templates").items():
        yield Template.from_yaml(tid, row, f"templates.{tid}")


def templates_to_yaml(templates: tuple[Template, ...]) -> dict[str, dict[str, object]]:
    """The ``templates`` mapping of a file."""
    return {template.tid: template.to_yaml() for template in templates}

"""Attribute confidentiality profiles (PS3.15 Annex E): what becomes of attributes, concepts and private elements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..yaml_io import SchemaError, flag, mapping, only_keys, text
from .elements import TAG_PATTERN
from .terminology import Code

__all__ = ["PRIVATE", "PROFILES", "AttributeActions", "ConceptActions", "Confidentiality", "SafePrivate"]

PRIVATE: Final = "private"
"""Stands for the tag in the row of all private attributes."""

PROFILES: Final = (
    "basic",
    "retain-safe-private",
    "retain-uids",
    "retain-device-identity",
    "retain-institution-identity",
    "retain-patient-characteristics",
    "retain-longitudinal-full-dates",
    "retain-longitudinal-modified-dates",
    "clean-descriptors",
    "clean-structured-content",
    "clean-graphics",
)
"""The basic profile and its options, one a column of table E.1-1."""

_ACTION: Final = re.compile(r"[DZXKCU](?:/[DZXKCU])*\*?")


def _actions(data: Mapping[str, Any], where: str) -> dict[str, str]:
    found = {profile: text(data, profile, where) for profile in PROFILES if profile in data}
    for profile, action in found.items():
        if not _ACTION.fullmatch(action):
            raise SchemaError("", f"{where}.{profile}", "an action code such as X/Z", action)
    return found


@dataclass(frozen=True)
class AttributeActions:
    """One row of table E.1-1.

    Attributes:
        tag: such as ``"(0008,0050)"``, with an x for any digit, or `PRIVATE`.
        actions: profile -> action code; a profile that is absent leaves the attribute to the basic one.
        retired, standard: whether the attribute is retired, and in an IOD of PS3.3; None where the source is blank.
    """

    tag: str
    name: str
    actions: Mapping[str, str] = field(hash=False)
    retired: bool | None = None
    standard: bool | None = None

    @classmethod
    def from_yaml(cls, tag: str, data: Any, where: str) -> AttributeActions:
        if tag != PRIVATE and not TAG_PATTERN.fullmatch(tag):
            raise SchemaError("", where, f"a tag, or {PRIVATE}", tag)
        only_keys(data, ("name", *PROFILES, "retired", "standard"), where)
        return cls(
            tag=tag,
            name=text(data, "name", where),
            actions=_actions(data, where),
            retired=flag(data, "retired", where, None),
            standard=flag(data, "standard", where, None),
        )

    def to_yaml(self) -> dict[str, object]:
        flags = {"retired": self.retired, "standard": self.standard}
        return {"name": self.name, **self.actions, **{key: value for key, value in flags.items() if value is not None}}


@dataclass(frozen=True)
class ConceptActions:
    """One row of table E.3.4-1: a concept name of structured content, its value type and the actions."""

    code: Code
    type: str
    actions: Mapping[str, str] = field(hash=False)

    @classmethod
    def from_yaml(cls, data: Any, where: str) -> ConceptActions:
        only_keys(data, ("concept", "type", *PROFILES), where)
        return cls(Code.parse(text(data, "concept", where), where), text(data, "type", where), _actions(data, where))

    def to_yaml(self) -> dict[str, object]:
        return {"concept": str(self.code), "type": self.type, **self.actions}


@dataclass(frozen=True)
class SafePrivate:
    """One row of table E.3.10-1: a private element that is known not to identify; xx in the tag is the block.

    `vr` and `meaning` are blank in some rows.
    """

    creator: str
    tag: str
    vr: str
    vm: str
    meaning: str

    @classmethod
    def from_yaml(cls, creator: str, tag: str, data: Any, where: str) -> SafePrivate:
        if not TAG_PATTERN.fullmatch(tag):
            raise SchemaError("", where, "a tag such as (7053,xx00)", tag)
        only_keys(data, ("vr", "vm", "meaning"), where)
        return cls(creator, tag, text(data, "vr", where, ""), text(data, "vm", where), text(data, "meaning", where, ""))

    def to_yaml(self) -> dict[str, str]:
        return {key: value for key in ("vr", "vm", "meaning") if (value := getattr(self, key))}


@dataclass(frozen=True)
class Confidentiality:
    """All tables of Annex E; `actions` are the codes that table E.1-1a explains."""

    attributes: tuple[AttributeActions, ...]
    concepts: tuple[ConceptActions, ...]
    safe_private: tuple[SafePrivate, ...]
    actions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.attributes or self.concepts or self.safe_private)

    @classmethod
    def from_yaml(cls, data: Any) -> Confidentiality:
        def rows(key: str) -> Mapping[str, Any]:
            return mapping(mapping(data, "").get(key, {}), key)

        return cls(
            attributes=tuple(
                AttributeActions.from_yaml(tag, row, f"attributes.{tag}") for tag, row in rows("attributes").items()
            ),
            concepts=tuple(
                ConceptActions.from_yaml(row, f"concepts[{index}]")
                for index, row in enumerate(data.get("concepts", ()))
            ),
            safe_private=tuple(
                SafePrivate.from_yaml(creator, tag, row, f"safe-private.{creator}.{tag}")
                for creator, elements in rows("safe-private").items()
                for tag, row in mapping(elements, f"safe-private.{creator}").items()
            ),
            actions=tuple(data.get("actions", ())),
        )

    def to_yaml(self) -> dict[str, object]:
        safe: dict[str, dict[str, dict[str, str]]] = {}
        for row in self.safe_private:
            safe.setdefault(row.creator, {})[row.tag] = row.to_yaml()
        content: dict[str, object] = {
            "actions": list(self.actions),
            "attributes": {row.tag: row.to_yaml() for row in self.attributes},
            "concepts": [row.to_yaml() for row in self.concepts],
            "safe-private": safe,
        }
        return {key: value for key, value in content.items() if value}

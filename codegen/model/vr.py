"""Value representations and the choice between them, as `dictionaries/rules/vr.yaml` has them (PS3.5 6.2, annex A)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..yaml_io import SchemaError, choice, flag, mapping, number, only_keys, text

__all__ = ["VR", "Choice", "Rule", "VRRules"]

_KINDS: Final = (
    "text", "paragraph", "name", "decimal", "integer", "date", "time", "datetime", "uid", "number", "tag", "bytes",
    "sequence",
)  # fmt: skip
_KEYS: Final = (
    "name", "header", "kind", "charset", "pad", "spaces", "max_length", "length_unit", "fixed", "query_max_length",
    "backslash", "repertoire", "pattern", "legacy", "number", "undefined_length",
)  # fmt: skip
_CODE: Final = re.compile(r"[A-Z]{2}")
_TAG: Final = re.compile(r"[0-9A-Fx]{8}")
_COMPARISON: Final = re.compile(r"(\w+)(?:\[(\d+)\])? (==|!=|<|<=|>|>=) (\d+)")


@dataclass(frozen=True, slots=True)
class VR:
    """One value representation; the attributes are the keys that the head of vr.yaml explains.

    ``query_max_length`` is `max_length` where the standard has no other; ``pattern`` and the legacy pair are empty
    where the VR has no form; ``format`` is empty and ``size`` 1 where the value is not made of numbers.
    """

    code: str
    name: str
    header: str
    kind: str
    charset: bool
    pad: str
    spaces: str
    max_length: int
    length_unit: str
    fixed: bool
    query_max_length: int
    backslash: str
    repertoire: str
    pattern: str
    legacy_pattern: str
    legacy_separator: str
    format: str
    size: int
    undefined_length: str

    @classmethod
    def from_yaml(cls, code: str, data: Any, defaults: Mapping[str, Any], where: str) -> VR:
        """One entry of `vrs`; ``defaults`` stand in for the keys it leaves out."""
        row = {**defaults, **only_keys(data, _KEYS, where)}
        if not _CODE.fullmatch(code):
            raise SchemaError("", where, "two capital letters", code)
        legacy = only_keys(row.get("legacy", {}), ("pattern", "separator"), f"{where}.legacy")
        numbers = only_keys(row.get("number", {}), ("format", "size"), f"{where}.number")
        length = number(row, "max_length", where)
        return cls(
            code=code,
            name=text(row, "name", where),
            header=choice(row, "header", where, ("short", "long")),
            kind=choice(row, "kind", where, _KINDS),
            charset=flag(row, "charset", where),
            pad=choice(row, "pad", where, ("space", "null")),
            spaces=choice(row, "spaces", where, ("both", "trailing", "none")),
            max_length=length,
            length_unit=choice(row, "length_unit", where, ("characters", "bytes")),
            fixed=flag(row, "fixed", where),
            query_max_length=number(row, "query_max_length", where, length),
            backslash=choice(row, "backslash", where, ("separator", "data")),
            repertoire=text(row, "repertoire", where),
            pattern=_expression(text(row, "pattern", where, ""), f"{where}.pattern"),
            legacy_pattern=_expression(text(legacy, "pattern", where, ""), f"{where}.legacy.pattern"),
            legacy_separator=text(legacy, "separator", where, ""),
            format=choice(numbers, "format", f"{where}.number", "bBhHiIqQfd", ""),
            size=number(numbers, "size", f"{where}.number", 1),
            undefined_length=choice(
                row, "undefined_length", where, ("sequence", "fragments", "implicit-sequence", "no")
            ),
        )

    def to_yaml(self) -> dict[str, object]:
        """The entry with every key written out."""
        plain = (key for key in _KEYS if key not in ("legacy", "number", "pattern"))
        row: dict[str, object] = {key: getattr(self, key) for key in plain}
        if self.pattern:
            row["pattern"] = self.pattern
        if self.legacy_pattern:
            row["legacy"] = {"pattern": self.legacy_pattern, "separator": self.legacy_separator}
        if self.format:
            row["number"] = {"format": self.format, "size": self.size}
        return row


def _characters(inside: str, where: str) -> str:
    """The inside of a regular expression's brackets; the pattern alone would mean other things, by Python's version."""
    if inside:
        _expression(f"[{inside}]", where)
    return inside


def _expression(pattern: str, where: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise SchemaError("", where, f"a regular expression ({error})", pattern) from None
    return pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """When ``test`` holds, the VR is ``then``.

    Attributes:
        test: ``"encapsulated"``, ``"implicit"``, or a comparison operator.
        keyword, tag: the attribute that is compared; empty and 0 where the encoding decides.
        index: which of its values.
        operand: what it is compared with.
    """

    test: str
    keyword: str
    tag: int
    index: int
    operand: int
    then: str

    @classmethod
    def from_yaml(cls, data: Any, attributes: Mapping[str, int], where: str) -> Rule:
        row = only_keys(data, ("when", "then"), where)
        when, then = text(row, "when", where), text(row, "then", where)
        if when in ("encapsulated", "implicit"):
            return cls(when, "", 0, 0, 0, then)
        match = _COMPARISON.fullmatch(when)
        if match is None or match[1] not in attributes:
            raise SchemaError("", f"{where}.when", f"a comparison with one of {', '.join(attributes)}", when)
        return cls(match[3], match[1], attributes[match[1]], int(match[2] or 0), int(match[4]), then)

    def to_yaml(self) -> dict[str, object]:
        index = f"[{self.index}]" if self.index else ""
        when = f"{self.keyword}{index} {self.test} {self.operand}" if self.keyword else self.test
        return {"when": when, "then": self.then}


@dataclass(frozen=True, slots=True)
class Choice:
    """How the VR of some elements with the same choice of VRs is found.

    Attributes:
        vr: the choice as the data dictionary words it, such as ``"US or SS"``.
        tags: eight hexadecimal digits each, x for any; empty for all other elements with this choice.
        rules: the first one that holds decides; ``otherwise`` where none does.
        reference: the sections of the standard.
    """

    vr: str
    tags: tuple[str, ...]
    rules: tuple[Rule, ...]
    otherwise: str
    reference: str

    @classmethod
    def from_yaml(cls, data: Any, attributes: Mapping[str, int], where: str) -> Choice:
        row = only_keys(data, ("vr", "tags", "rules", "else", "reference"), where)
        vr, tags, rules = text(row, "vr", where), row.get("tags", []), row.get("rules", [])
        for tag in tags:
            if not _TAG.fullmatch(tag):
                raise SchemaError("", f"{where}.tags", "eight hexadecimal digits or x", tag)
        made = cls(
            vr=vr,
            tags=tuple(tags),
            rules=tuple(Rule.from_yaml(rule, attributes, f"{where}.rules[{i}]") for i, rule in enumerate(rules)),
            otherwise=text(row, "else", where),
            reference=text(row, "reference", where),
        )
        for then in (made.otherwise, *(rule.then for rule in made.rules)):
            if then not in vr.split(" or "):
                raise SchemaError("", where, f"one of the VRs of {vr!r}", then)
        return made

    def masks(self) -> tuple[tuple[int, int], ...]:
        """(mask, value) of each tag: a tag fits where ``tag & mask == value``."""
        return tuple(
            (int("".join("0" if digit == "x" else "F" for digit in tag), 16), int(tag.replace("x", "0"), 16))
            for tag in self.tags
        )

    def to_yaml(self) -> dict[str, object]:
        row: dict[str, object] = {"vr": self.vr, "tags": list(self.tags), "reference": self.reference}
        return {**row, "rules": [rule.to_yaml() for rule in self.rules], "else": self.otherwise}


@dataclass(frozen=True, slots=True)
class VRRules:
    """All of vr.yaml.

    Attributes:
        vrs: by code.
        repertoires: name -> characters, as the inside of a regular expression's brackets.
        choices: elements with more than one VR; in order, the first that fits a tag is for it.
    """

    vrs: tuple[VR, ...]
    repertoires: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]

    @classmethod
    def from_yaml(cls, data: Any, where: str = "") -> VRRules:
        """The model of the file's content.

        Raises:
            SchemaError: a key is missing, unknown or has a value that does not fit.
        """
        only_keys(data, ("defaults", "repertoires", "vrs", "ambiguous"), where)
        defaults = only_keys(data.get("defaults"), _KEYS, f"{where}defaults")
        repertoires = {
            name: _characters(text(row, "characters", f"{where}repertoires.{name}"), f"{where}repertoires.{name}")
            for name, row in mapping(data.get("repertoires"), f"{where}repertoires").items()
        }
        rows = mapping(data.get("vrs"), f"{where}vrs")
        vrs = tuple(VR.from_yaml(code, row, defaults, f"{where}vrs.{code}") for code, row in sorted(rows.items()))
        for vr in vrs:
            if vr.repertoire not in repertoires:
                raise SchemaError("", f"{where}vrs.{vr.code}.repertoire", "a name of repertoires", vr.repertoire)
        choices = _choices(data.get("ambiguous"), f"{where}ambiguous")
        for one in choices:
            if not rows.keys() >= set(one.vr.split(" or ")):
                raise SchemaError("", f"{where}ambiguous", "VRs of vrs", one.vr)
        return cls(vrs, tuple(repertoires.items()), choices)

    def to_yaml(self) -> dict[str, object]:
        """The content of a vr.yaml that says the same, with nothing left to defaults."""
        compared = {rule.keyword: f"{rule.tag:08X}" for one in self.choices for rule in one.rules if rule.keyword}
        return {
            "defaults": {},
            "repertoires": {name: {"characters": characters} for name, characters in self.repertoires},
            "vrs": {vr.code: vr.to_yaml() for vr in self.vrs},
            "ambiguous": {
                "attributes": dict(sorted(compared.items())),
                "choices": [one.to_yaml() for one in self.choices],
            },
        }


def _choices(data: Any, where: str) -> tuple[Choice, ...]:
    row = only_keys(data, ("attributes", "choices"), where)
    named = mapping(row.get("attributes"), f"{where}.attributes")
    attributes = {}
    for keyword, tag in named.items():
        try:
            attributes[keyword] = int(tag, 16)
        except ValueError:
            raise SchemaError("", f"{where}.attributes.{keyword}", "eight hexadecimal digits", tag) from None
    return tuple(
        Choice.from_yaml(one, attributes, f"{where}.choices[{i}]") for i, one in enumerate(row.get("choices", []))
    )

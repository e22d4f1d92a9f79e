"""The walk over a dataset that asks all rules, and `validate`, which starts it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

from dicomspec import dicomio
from dicomspec._generated import vr as vrs
from dicomspec.edition import EditionSource, edition_for
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.errors import Issue
from dicomspec.validation import (
    compression,
    conformance,
    curves,
    dicomdir,
    dictionary,
    documents,
    frames,
    identifiers,
    images,
    meta,
    pixels,
    relations,
    values,
)
from dicomspec.validation.dictionary import has_plain_count, has_plain_header
from dicomspec.validation.nodes import File, Node
from dicomspec.validation.report import RANK, Report, rank
from dicomspec.validation.rule import Finding, Rule, chosen, named
from dicomspec.validation.values import is_plainly_right
from dicomspec.wire.reading import Reading

__all__ = ["validate"]

RULE_MODULES: Final = (
    compression,
    conformance,
    curves,
    dicomdir,
    dictionary,
    documents,
    frames,
    identifiers,
    images,
    meta,
    pixels,
    relations,
    values,
)
"""Their rules are in the table by being loaded."""

UNREADABLE: Final = named("unreadable", "encoding", "error", "an element that cannot be read at all", "PS3.5 7", "read")
LIMIT: Final = named(
    "findings-limit", "encoding", "warning", "a file with too many findings to tell all", "PS3.3", "read"
)
MOST: Final = 10000
"""Findings of one file that are kept."""


def validate(
    dataset: Any,
    *,
    edition: EditionSource | Iterable[EditionSource] | None = None,
    only: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    min_severity: str = "info",
) -> Report:
    """Check a dataset against the standard.

    Args:
        dataset: a `Dataset`, a typed view of one, or what `read_file` takes: a path, a file object, bytes.
        edition: the dictionaries to go by, as `Edition.load` takes them; those of the dataset by default.
        only, ignore: groups or ids of rules, such as ``"vr"`` or ``"uid-form"``; several as a list.
        min_severity: ``"error"``, ``"warning"`` or ``"info"``: leave out what is milder.

    Returns:
        A list of `Issue`, the worst first; empty if nothing is wrong.

    Raises:
        DicomError: the source cannot be read at all.
        ValueError: a name in ``only`` or ``ignore`` is none of a rule or group, or there is no such severity.
    """
    body, name = _dataset(dataset, edition)
    used = body._edition if edition is None else edition_for(edition)
    file = File(body, used, name)
    kept = rank(min_severity)
    wanted = _wanted(tuple(_names(only)), tuple(_names(ignore)))
    return Report(_issues(_Walk(file, wanted, kept)), used.name)


def _dataset(given: Any, edition: Any) -> tuple[Elements, str]:
    given = getattr(given, "dataset", given)
    if isinstance(given, Elements):
        return given, str(getattr(given, "filename", None) or "")
    options = {} if edition is None else {"edition": edition}
    name = os.fspath(given) if isinstance(given, (str, os.PathLike)) else ""
    return dicomio.read_file(given, **options), str(name)


def _names(given: str | Iterable[str]) -> list[str]:
    return [name for name in given.split(",") if name] if isinstance(given, str) else list(given)


def _issues(walked: _Walk) -> Iterator[Issue]:
    """All findings as issues, each once; where reading told of a value already, rules about its content do not."""
    found = list(walked.run())
    told = {issue.path for issue in walked.read_issues() if issue.code in ("value", "charset", "vr")}
    own = {issue.path for issue in found if issue.code == "charset-term"}
    seen: set[tuple[str, str, str]] = set()
    for issue in [*walked.read_issues(), *found]:
        if issue.code.startswith("value-") and issue.path in told and issue.code != "value-too-long":
            continue
        if issue.code == "charset" and issue.path in own:
            continue
        key = (issue.code, issue.path, issue.message)
        if key not in seen:
            seen.add(key)
            yield issue


_Checks: TypeAlias = "list[tuple[Rule, Any]]"


class _Wanted:
    """The rules that are asked, in the order and by the places where they are."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = {rule.id: rule for rule in rules}
        self.items = [rule for rule in rules if rule.scope == "item"]
        self.items_on = frozenset[int]().union(*(rule.on for rule in self.items))
        self.items_anywhere = [rule for rule in self.items if not rule.on]
        self.files = [rule for rule in rules if rule.scope == "file"]
        self.by_plan = any(rule.scope == "plan" for rule in rules)
        self.by_vr = {vr: self._of(vr) for vr in (*vrs.VRS, *vrs.AMBIGUOUS_VRS)}
        self.others = self._of("")

    def _of(self, vr: str) -> tuple[_Checks, _Checks, _Checks, _Checks]:
        """The rules about elements of a VR: those that a plain header answers, a count, a value, and the others."""
        rules = [r for r in self.rules.values() if r.scope == "element" and (r.vrs is None or vr in r.vrs)]
        by = {name: [(r, r.check) for r in rules if r.answered == name] for name in ("header", "count", "value", "")}
        return by["header"], by["count"], by["value"], by[""]


@lru_cache(maxsize=64)
def _wanted(only: tuple[str, ...], ignore: tuple[str, ...]) -> _Wanted:
    return _Wanted(list(chosen(only, ignore)))


class _Walk:
    """One walk over a file; findings that are milder than ``kept`` are left out."""

    def __init__(self, file: File, wanted: _Wanted, kept: int) -> None:
        self.file = file
        self.kept = kept
        self.wanted = wanted
        self.sequences: list[DataElement] = []  # of the node in hand
        self.rules = wanted.rules
        if wanted.by_plan:
            file.top.plan = conformance.prepare(file)

    def run(self) -> Iterator[Issue]:
        file = self.file
        count = 0
        for rule in self.wanted.files:
            for finding in rule.check(file):
                node = finding.node or (_meta_node(file) if _is_meta(finding.tag) else file.top)
                yield from self.issue(rule, node, finding)
        for node in self.nodes():
            for issue in self.node(node):
                count += 1
                if count > MOST:
                    text = f"more than {MOST:,} findings: what is wrong behind this one is not told"
                    yield Issue(LIMIT, "warning", issue.path, issue.offset, text, "PS3.3", file.edition.name)
                    return
                yield issue

    def nodes(self) -> Iterator[Node]:
        """The file meta elements, the dataset and all items, in the order in which they stand."""
        if self.file.meta is not None:
            yield Node(self.file.meta)
        stack = [iter([self.file.top])]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
                continue
            self.sequences = []
            yield node
            stack.append(_children(node, self.sequences))

    def node(self, node: Node) -> Iterator[Issue]:
        """The issues of a node; notes its sequences."""
        file, by_vr, rest = self.file, self.wanted.by_vr, self.wanted.others
        for element in node.body:
            if element.VR == "SQ":
                self.sequences.append(element)
            header, count, value, asked = by_vr.get(element.VR, rest)
            if header and not has_plain_header(file, node, element):
                asked = asked + header
            if count and not has_plain_count(file, element):
                asked = asked + count
            if value and not is_plainly_right(file, element):
                asked = asked + value
            for rule, check in asked:
                for finding in check(file, node, element):
                    yield from self.issue(rule, node, finding)
        slots = node.body._complete()
        wanted = self.wanted
        for rule in wanted.items_anywhere if wanted.items_on.isdisjoint(slots) else wanted.items:
            if not rule.on or not rule.on.isdisjoint(slots):
                for finding in rule.check(file, node):
                    yield from self.issue(rule, finding.node or node, finding)
        if node.plan is not None:
            for name, finding in conformance.check(file, node):
                if name in self.rules:
                    yield from self.issue(self.rules[name], finding.node or node, finding)

    def issue(self, rule: Rule, node: Node, finding: Finding) -> Iterator[Issue]:
        """The issue of a finding, if it is bad enough."""
        if RANK[finding.severity or rule.severity] > self.kept:
            return
        edition = self.file.edition
        offset = finding.offset if finding.offset is not None else node.offset(finding.tag)
        yield Issue(
            rule.id,
            finding.severity or rule.severity,
            node.path(finding.tag, edition),
            offset,
            finding.message,
            finding.reference or rule.reference,
            edition.name,
            finding.certain,
            node.frame,
        )

    def read_issues(self) -> list[Issue]:
        """What reading found, as far as its rules are wanted."""
        maps = [self.file.top.body, self.file.meta]
        origins = {id(o.findings): o.findings for m in maps if m is not None and isinstance(o := m._origin, Reading)}
        issues = [issue for findings in origins.values() for issue in findings.issues if issue.code in self.rules]
        edition = self.file.edition.name
        return [replace(issue, edition=edition) for issue in issues if RANK[issue.severity] <= self.kept]


def _children(node: Node, sequences: list[DataElement]) -> Iterator[Node]:
    for element in sequences:
        plan = None if node.plan is None else node.plan.below(element._tag)
        for child in node.children(element._tag):
            child.plan = plan
            yield child


def _is_meta(tag: int | None) -> bool:
    return tag is not None and tag >> 16 == 2


def _meta_node(file: File) -> Node:
    return Node(file.meta) if file.meta is not None else file.top

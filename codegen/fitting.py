"""What of the dictionaries an edition does not know is left out, so that an older one can be built too.

An edition need not have all parts; what it lacks is taken from the shipped dictionaries, which may name elements and
UIDs that it does not have yet. Those are left out here, and told: nothing else is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from .conditions import keywords_of, parse
from .model import Iod, Module, Specification, TransferSyntax
from .model.confidentiality import PRIVATE, AttributeActions
from .model.iods import Use
from .model.modules import UNKNOWN, Attribute, Condition, ContextConstraint, Include, Row
from .model.wire import MetaElement

__all__ = ["fitted"]

_T = TypeVar("_T")


def fitted(spec: Specification) -> tuple[Specification, list[str]]:
    """The specification without what its elements and UIDs do not know, and what was left out, a line a kind."""
    fit = _Fit(spec)
    modules, macros = (tuple(map(fit.module, each)) for each in (spec.modules, spec.macros))
    made = replace(
        spec,
        transfer_syntaxes=tuple(fit.transfer_syntaxes()),
        wire=replace(spec.wire, meta_elements=tuple(fit.kept("file meta elements", spec.wire.meta_elements, fit.has))),
        sop_classes=tuple(fit.kept("SOP classes", spec.sop_classes, lambda each: each.uid in fit.uids)),
        confidentiality=replace(
            spec.confidentiality,
            attributes=tuple(
                fit.kept("attributes of the confidentiality profiles", spec.confidentiality.attributes, fit.covers)
            ),
        ),
        iods=tuple(map(fit.iod, spec.iods)),
        modules=modules,
        macros=macros,
    )
    return made, [f"{spec.edition} does not know {count:,} {kind}" for kind, count in fit.left.items()]


class _Fit:
    def __init__(self, spec: Specification) -> None:
        self.spec = spec
        self.keywords = frozenset(element.keyword for element in spec.elements)
        self.tags = frozenset(element.tag for element in spec.elements)
        self.groups = frozenset(tag.partition(",")[0] for tag in self.tags)
        self.uids = {uid.uid: uid for uid in spec.uids}
        self.cids = frozenset(group.cid for group in spec.context_groups)
        self.left: Counter[str] = Counter()

    def kept(self, kind: str, rows: Iterable[_T], known: Callable[[_T], bool]) -> Iterator[_T]:
        """The rows that are known; the others are counted."""
        for row in rows:
            if known(row):
                yield row
            else:
                self.left[kind] += 1

    def has(self, meta: MetaElement) -> bool:
        """Whether a file meta element and what it is made of are elements."""
        return meta.keyword in self.keywords and (not meta.source or meta.source in self.keywords)

    def covers(self, row: AttributeActions) -> bool:
        """Whether a row of the confidentiality profiles is of an element, or of some."""
        group = row.tag.partition(",")[0]
        return row.tag == PRIVATE or row.tag in self.tags or ("x" in row.tag and group in self.groups)

    def transfer_syntaxes(self) -> Iterator[TransferSyntax]:
        """Those that are registered, by the keyword and the state that they have there."""
        for row in self.kept("transfer syntaxes", self.spec.transfer_syntaxes, lambda each: each.uid in self.uids):
            uid = self.uids[row.uid]
            yield replace(row, keyword=uid.keyword, retired=uid.retired)

    def iod(self, iod: Iod) -> Iod:
        """An IOD with the SOP classes that are registered, and with the conditions that can be told."""
        uses, groups = (tuple(map(self._use, each)) for each in (iod.modules, iod.functional_groups))
        classes = tuple(uid for uid in iod.sop_classes if uid in self.uids)
        return replace(iod, sop_classes=classes, modules=uses, functional_groups=groups)

    def module(self, module: Module) -> Module:
        """A module with the attributes that are elements."""
        return replace(module, rows=self._rows(module.rows))

    def _rows(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        named = self.kept(
            "attributes of modules and macros",
            rows,
            lambda row: not isinstance(row, Attribute) or row.keyword in self.keywords,
        )
        return tuple(map(self._row, named))

    def _row(self, row: Row) -> Row:
        if isinstance(row, Attribute):
            return self._attribute(row)
        if not isinstance(row, Include):
            return row
        constraints = self.kept("context groups of includes", row.constraints, self._constrains)
        changes = self._changes(row.changes)
        return replace(row, condition=self._known(row.condition), constraints=tuple(constraints), changes=changes)

    def _changes(self, changes: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
        return tuple(map(self._attribute, (each for each in changes if each.keyword in self.keywords)))

    def _constrains(self, found: ContextConstraint) -> bool:
        group = not found.kind.endswith("cid") or found.number in self.cids
        return group and (not found.keyword or found.keyword in self.keywords)

    def _attribute(self, row: Attribute) -> Attribute:
        values = tuple(replace(each, condition=self._known(each.condition)) for each in row.values)
        return replace(row, condition=self._known(row.condition), values=values, rows=self._rows(row.rows))

    def _use(self, use: Use) -> Use:
        return replace(use, condition=self._known(use.condition), changes=self._changes(use.changes))

    def _known(self, condition: Condition | None) -> Condition | None:
        """A condition, unknown if it speaks of elements that are not there."""
        if condition is None:
            return None
        sides = (condition.when, condition.otherwise)
        said = [text for text in sides if text not in ("", "may", UNKNOWN)]
        if self.keywords.issuperset(keyword for text in said for keyword in keywords_of(parse(text))):
            return condition
        self.left["elements of conditions, which are undecided then"] += 1
        return replace(condition, when=UNKNOWN, otherwise="may" if condition.otherwise else "")

"""PS3.3, Information Object Definitions: IODs, modules and macros out of its tables.

`read_part03` reads the DocBook; `Reading` turns tables and sections from any source into the models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..amendments import Amendments
from ..conditions import Overlay
from ..model.elements import Element
from ..model.iods import USAGES, Iod, Use
from ..model.modules import Attribute, Include, Module, ValueList, identifier
from .base import Errata, ImportFault, Report
from .part03_docbook import read_docbook
from .part03_tables import PART, AttributeTable, Line, Part03, Trees, UseRow, UseTable
from .part03_text import (
    Block,
    Express,
    constraints,
    included_when,
    item_count,
    joined,
    points_to_values,
    required_when,
    section_lists,
    sections_named,
    stated,
    unknown,
    usage,
    value_lists,
)

__all__ = ["Library", "Reading", "read_part03", "unknown"]


@dataclass(frozen=True)
class Library:
    """What PS3.3 defines, in its order."""

    iods: tuple[Iod, ...]
    modules: tuple[Module, ...]
    macros: tuple[Module, ...]

    def overlaid(self, overlay: Overlay, amendments: Amendments) -> Library:
        """With the conditions, and what else of attributes, that people wrote."""
        modules, macros = (
            tuple(amendments.module(overlay.module(module)) for module in each) for each in (self.modules, self.macros)
        )
        return Library(tuple(amendments.iod(overlay.iod(iod)) for iod in self.iods), modules, macros)


def read_part03(
    path: Path,
    edition: str,
    elements: Iterable[Element],
    errata: Errata,
    report: Report,
    *,
    express: Express = unknown,
    keep: bool = True,
    sop_classes: Mapping[str, tuple[str, ...]] | None = None,
) -> Library:
    """IODs, modules and macros of a PS3.3 in DocBook.

    ``keep``: whether the sentences of conditions are kept. ``sop_classes``: IOD, by identifier or section, -> UIDs.

    Raises:
        ImportFault: a table is of unexpected shape.
        DocBookError: the file is not well-formed XML.
    """
    part = read_docbook(path, edition, errata, report)
    reading = Reading(part, elements, express, keep)
    library = reading.library(sop_classes or {})
    for place, table in enumerate(report.tables):
        if table.part == PART and table.read and (reasons := reading.absent.get(table.table)):
            left = tuple(f"row {number}: {reason}" for number, reason in reasons.items())
            report.tables[place] = replace(table, read=table.read - len(left), left=table.left + left)
    return library


class Reading:
    """Tables and sections -> models.

    ``elements``: what the tags of the tables mean; ``keep``: whether sentences are kept.
    """

    def __init__(
        self, part: Part03, elements: Iterable[Element], express: Express = unknown, keep: bool = False
    ) -> None:
        self.part = part
        self.elements = {element.tag.upper(): element for element in elements}
        self.names = {element.name: element.keyword for element in self.elements.values()}
        self.express = express
        self.keep = keep
        self.absent: Mapping[str, Mapping[int, str]] = {}

    def library(self, sop_classes: Mapping[str, tuple[str, ...]]) -> Library:
        trees = Trees(self.part.tables, self.describe, self.included, self.lacking)
        modules, macros = trees.all()
        self.absent = trees.absent
        return Library(tuple(self._iods(trees, sop_classes)), tuple(modules), tuple(macros))

    # --- attributes ---

    def element(self, table: AttributeTable, line: Line) -> Element:
        """The element of a line.

        Raises:
            ImportFault: there is none of its tag.
        """
        found = self.elements.get(line.tag.upper())
        if found is None or not found.keyword:
            raise ImportFault(PART, table.label, line.number, "a tag of PS3.6", line.tag)
        return found

    def lacking(self, line: Line) -> str:
        """Why the line of an attribute cannot be taken: its tag is not in PS3.6, or without keyword there."""
        found = self.elements.get(line.tag.upper())
        return f"{line.tag} is no element of PS3.6" if line.tag and (found is None or not found.keyword) else ""

    def describe(self, table: AttributeTable, line: Line, path: tuple[str, ...]) -> Attribute:
        """The attribute of a line, without the rows of its items."""
        element = self.element(table, line)
        text = " ".join(block for block in line.blocks if isinstance(block, str))
        sections = sections_named(line.blocks)
        when = required_when(line.blocks) if line.type.endswith("C") else ""
        return Attribute(
            element.keyword,
            line.type,
            stated(when, self.express, keep=self.keep),
            self.values(element, line.blocks, sections),
            item_count(text) if element.vr == "SQ" else None,
            see=sections[0] if sections else "",
        )

    def values(self, element: Element, blocks: Iterable[Block], sections: Iterable[str]) -> tuple[ValueList, ...]:
        """Value lists in a description, else those for the attribute in the sections that it points to."""
        about = (element.name, element.tag, element.vrs)
        found = value_lists(blocks, *about, own=True, express=self.express, keep=self.keep)
        if found:
            return found
        asked = points_to_values(blocks)
        lists: list[ValueList] = []
        for label in sections:
            for each in self.part.sections_below(label):
                lists += section_lists(
                    each.blocks, each.title, *about, asked=asked, express=self.express, keep=self.keep
                )
        return joined(lists)

    def included(self, table: AttributeTable, line: Line, path: tuple[str, ...], macro: str) -> Include:
        """The include of a line."""
        when = stated(included_when(line.note), self.express, keep=self.keep)
        return Include(macro, when, constraints(line.note, self.keyword_of))

    def keyword_of(self, name: str) -> str:
        """Keyword of a tag ``"(gggg,eeee)"`` or a name, ``""`` if it is neither."""
        if (element := self.elements.get(name.upper())) is not None:
            return element.keyword
        return self.names.get(name, "")

    # --- IODs ---

    def _iods(self, trees: Trees, sop_classes: Mapping[str, tuple[str, ...]]) -> list[Iod]:
        of_section: dict[str, list[str]] = {}
        for label, attributes in self.part.tables.items():
            of_section.setdefault(attributes.section, []).append(label)

        def uses(table: UseTable) -> tuple[Use, ...]:
            made: dict[str, Use] = {}
            for row in table.rows:
                use = self._use(table, row, trees, of_section)
                made.setdefault(use.id, use)
            return tuple(made.values())

        def within(table: UseTable, section: str) -> bool:
            return table.section == section or table.section.startswith(f"{section}.")

        iods: list[Iod] = []
        for table in self.part.uses.values():
            if table.functional_groups and iods:
                place = max(range(len(iods)), key=lambda n: (_shared(iods[n].section, table.section), n))
                iods[place] = replace(iods[place], functional_groups=uses(table))
            elif not table.functional_groups:
                name = table.caption.removesuffix(" Modules").removesuffix(" IOD")
                ident = identifier(name)
                named = (u for key, uids in sop_classes.items() if key == ident or within(table, key) for u in uids)
                iods.append(Iod(ident, name, table.label, table.section, tuple(named), uses(table)))
        return iods

    def _use(self, table: UseTable, row: UseRow, trees: Trees, of_section: Mapping[str, list[str]]) -> Use:
        kind, sentence = usage(row.usage)
        if kind not in USAGES:
            raise ImportFault(PART, table.label, row.number, "M, C or U", row.usage)
        when = stated(sentence, self.express, keep=self.keep) if kind == "C" else None
        wanted = identifier(row.name)
        labels = of_section.get(row.reference, [])
        ids = [trees.ids[label] for label in labels]
        if wanted not in trees.ids.values() and len(ids) == 1:
            wanted = ids[0]
        return Use(wanted, kind, when, "" if table.functional_groups else row.entity)


def _shared(one: str, other: str) -> int:
    """How many leading parts two section labels have in common."""
    count = 0
    for a, b in zip(one.split("."), other.split("."), strict=False):
        if a != b:
            break
        count += 1
    return count

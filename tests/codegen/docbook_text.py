"""IODs, modules and macros written as NEMA writes them in the DocBook of PS3.3, with sentences of our own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.sax.saxutils import escape

from codegen.model import Element, Iod, Module
from codegen.model.iods import Use
from codegen.model.modules import Attribute, Condition, Include, Items, OpenRow, Row, ValueList

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<book xmlns="http://docbook.org/ns/docbook" xmlns:xml="http://www.w3.org/XML/1998/namespace" label="PS3.3">
<title>PS3.3</title><subtitle>DICOM PS3.3 2031a - Information Object Definitions</subtitle>
"""
_COUNTS = {
    (1, 1): "Only a single Item shall be included in this Sequence.",
    (1, None): "One or more Items shall be included in this Sequence.",
    (0, 1): "Only a single Item is permitted in this Sequence.",
    (0, None): "Zero or more Items shall be included in this Sequence.",
    (2, None): "Two or more Items shall be included in this Sequence.",
    (2, 2): "Two Items shall be included in this Sequence.",
    (1, 2): "One or two Items shall be included in this Sequence.",
    (0, 2): "Zero, one or two Items shall be included in this Sequence.",
    (3, 3): "Three Items shall be included in this Sequence.",
    (4, 4): "Four Items shall be included in this Sequence.",
    (6, 6): "Six Items shall be included in this Sequence.",
}
_KINDS = {"dcid": "Defined CID", "bcid": "Baseline CID", "dtid": "Defined TID", "btid": "Baseline TID"}


def book(sections: Iterable[str]) -> str:
    """A whole part."""
    return HEAD + "\n".join(sections) + "\n</book>\n"


def section(label: str, content: str, title: str = "A Section") -> str:
    return f'<section label="{label}" xml:id="sect_{label}"><title>{title}</title>{content}</section>'


def table(label: str, caption: str, head: Iterable[str], rows: Iterable[str]) -> str:
    cells = "".join(f"<th><para>{cell}</para></th>" for cell in head)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<table label="{label}" xml:id="table_{label}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
    )


def cell(text: str, columns: int = 1, rows: int = 1, block: bool = False) -> str:
    content = text if block else f"<para>{text}</para>"
    return f'<td colspan="{columns}" rowspan="{rows}">{content}</td>'


ATTRIBUTES = ("Attribute Name", "Tag", "Type", "Attribute Description")


class Writer:
    """Writes models as tables; ``macros``: macros and modules by identifier, ``elements`` by keyword."""

    def __init__(self, elements: Iterable[Element], included: Iterable[Module]) -> None:
        self.elements = {element.keyword: element for element in elements if element.keyword}
        self.tables = {module.id: module.table for module in included}

    def module(self, module: Module) -> str:
        caption = f"{module.name} {'Macro' if module.macro else 'Module'} Attributes"
        return section(module.section, table(module.table, caption, ATTRIBUTES, self.rows(module.rows, 0)))

    def rows(self, rows: Iterable[Row], depth: int) -> Iterator[str]:
        for row in rows:
            if isinstance(row, OpenRow):
                yield cell(">" * depth + "Any Attribute of the Data Set", 2) + cell("3") + cell("")
            elif isinstance(row, Include):
                yield self._include(row, depth)
                for change in row.changes:
                    yield from self.rows(change.rows, depth + 1)
            else:
                yield self._attribute(row, depth)
                yield from self.rows(row.rows, depth + 1)

    def _attribute(self, row: Attribute, depth: int) -> str:
        element = self.elements[row.keyword]
        blocks = [f"<para>What {row.keyword} is. {_condition(row.condition)}</para>"]
        blocks.extend(_values(each) for each in row.values)
        blocks.append(f"<para>{_count(row.items)}</para>" if row.items else "")
        blocks.append(f'<para>See <xref linkend="sect_{row.see}"/>.</para>' if row.see else "")
        name = escape(">" * depth + element.name)
        return cell(name) + cell(element.tag) + cell(row.type) + cell("".join(blocks), block=True)

    def _include(self, row: Include, depth: int) -> str:
        linked = f'<xref linkend="table_{self.tables[row.macro]}" xrefstyle="select: label quotedtitle"/>'
        notes = [_condition(row.condition)] if row.condition else []
        for each in row.constraints:
            about = f" for {escape(self.elements[each.keyword].tag)}" if each.keyword else ""
            link = f'<olink targetdoc="PS3.16" targetptr="sect_{_KINDS[each.kind][-3:]}_{each.number}"/>'
            notes.append(f"{_KINDS[each.kind]}{about} is {link}.")
        return cell(f"{escape('>' * depth)}Include {linked}", 3) + cell(" ".join(notes))

    def iod(self, iod: Iod) -> Iterator[str]:
        rows = []
        for entity, uses in groupby(iod.modules, key=lambda use: use.entity):
            group = list(uses)
            for place, use in enumerate(group):
                first = cell(entity, rows=len(group)) if place == 0 else ""
                rows.append(first + self._use(use))
        head = ("IE", "Module", "Reference", "Usage")
        yield section(f"{iod.section}.1", table(iod.table, f"{iod.name} IOD Modules", head, rows))
        if iod.functional_groups:
            head = ("Functional Group Macro", "Section", "Usage")
            rows = [self._use(use) for use in iod.functional_groups]
            caption = f"{iod.name} Functional Group Macros"
            yield section(f"{iod.section}.2", table(f"{iod.table}-groups", caption, head, rows))

    def _use(self, use: Use) -> str:
        usage = f"{use.use} - {_condition(use.condition)}" if use.condition else use.use
        return cell(escape(use.id.replace("-", " "))) + cell("C.1") + cell(usage)


def _condition(condition: Condition | None) -> str:
    if condition is None:
        return ""
    otherwise = {"": "", "may": " May be present otherwise."}.get(condition.otherwise, " May be present only if known.")
    return f"Required if {condition.src} holds.{otherwise}"


def _count(items: Items) -> str:
    return _COUNTS[items.least, items.most]


def _values(values: ValueList) -> str:
    kind = "Enumerated Values" if values.enumerated else "Defined Terms"
    place = f" for Value {values.position}" if values.position else ""
    when = f" if {values.condition.src} holds" if values.condition else ""
    entries = "".join(
        f"<varlistentry><term>{escape(value)}</term><listitem><para>a value</para></listitem></varlistentry>"
        for value in values.values
    )
    return f"<variablelist><title>{kind}{place}{when}:</title>{entries}</variablelist>"

"""PS3.16 as DocBook in NEMA's shape, made of a specification: what the importer must read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from codegen.model import Code, ContextGroup, Template
from codegen.model.terminology import TemplateRow

__all__ = ["cid_table", "part16", "tid_table"]

_GROUP_HEAD = ("Coding Scheme Designator", "Code Value", "Code Meaning", "SNOMED-RT ID", "UMLS Concept Unique ID")
_CODE_HEAD = ("Code Value", "Code Meaning", "Definition", "Notes")
_TEMPLATE_HEAD = (
    *("", "NL", "Rel with Parent", "VT", "Concept Name", "VM", "Req Type", "Condition", "Value Set Constraint"),
)


def part16(groups: Iterable[ContextGroup], codes: Iterable[Code], templates: Iterable[Template]) -> Iterator[str]:
    """The text of the part, in pieces."""
    yield '<book xmlns="http://docbook.org/ns/docbook"><subtitle>DICOM PS3.16 2030a - Some</subtitle>\n'
    yield '<chapter label="A" xml:id="chapter_A"><title>Structured Reporting Templates</title>'
    yield from map(_template, templates)
    yield '</chapter><chapter label="B" xml:id="chapter_B"><title>Context Groups</title>'
    yield from map(_group, groups)
    yield '</chapter><chapter label="D" xml:id="chapter_D"><title>Controlled Terminology Definitions</title>'
    rows = (cells((c.value, c.meaning, "Some sentence.", "Retired. See" if c.retired else "")) for c in codes)
    yield _table("D-1", "DICOM Controlled Terminology Definitions", _CODE_HEAD, "".join(rows))
    yield "</chapter></book>"


def cells(row: Iterable[str], kind: str = "td") -> str:
    texts = (
        f'<{kind} align="left" colspan="1" rowspan="1"><para>{escape(cell, quote=False)}</para></{kind}>'
        for cell in row
    )
    return f'<tr valign="top">{"".join(texts)}</tr>\n'


def _table(label: str, caption: str, head: Iterable[str], rows: str) -> str:
    name = label.replace(" ", "_")
    return (
        f'<table frame="box" label="{label}" rules="all" xml:id="table_{name}"><caption>{escape(caption)}</caption>'
        f"<thead>{cells(head, 'th')}</thead><tbody>{rows}</tbody></table>"
    )


def _section(label: str, title: str, terms: dict[str, str], table: str) -> str:
    entries = "".join(
        f"<varlistentry><term>{term}:</term><listitem><para>{text}</para></listitem></varlistentry>"
        for term, text in terms.items()
        if text
    )
    return (
        f'<section label="{label}" status="4" xml:id="sect_{label.replace(" ", "_")}"><title>{escape(title)}</title>'
        f'<para>A sentence.</para><variablelist spacing="compact">{entries}</variablelist>{table}</section>\n'
    )


def _link(label: str) -> str:
    return f'<xref linkend="sect_{label.replace(" ", "_")}" xrefstyle="select: label quotedtitle"/>'


# --- context groups ---


def cid_table(group: ContextGroup) -> str:
    def row(member: Code | str) -> str:
        if isinstance(member, Code):
            return cells((member.scheme, member.value, member.meaning, "T-1", "C1"))
        include = f'<emphasis role="italic">Include {_link(f"CID {member}")}</emphasis>'
        return f'<tr valign="top"><td align="left" colspan="5" rowspan="1"><para>{include}</para></td></tr>\n'

    return _table(f"CID {group.cid}", group.name, _GROUP_HEAD, "".join(map(row, group.members)))


def _group(group: ContextGroup) -> str:
    kinds = {True: "Extensible", False: "Non-Extensible", None: ""}
    terms = {
        "Keyword": group.keyword,
        "Type": kinds[group.extensible],
        "Version": group.version,
        "UID": group.uid,
    }
    return _section(f"CID {group.cid}", group.name, terms, cid_table(group) if group.members else "")


# --- templates ---


def tid_table(template: Template) -> str:
    return _table(f"TID {template.tid}", template.name, _TEMPLATE_HEAD, "".join(map(_template_row, template.rows)))


def _template(template: Template) -> str:
    yes_no = {True: "Yes", False: "No", None: ""}
    terms = {
        "Type": {True: "Extensible", False: "Non-Extensible", None: ""}[template.extensible],
        "Order": {True: "Significant", False: "Non-Significant", None: ""}[template.ordered],
        "Root": yes_no[template.root],
    }
    return _section(f"TID {template.tid}", template.name, terms, tid_table(template))


def _template_row(row: TemplateRow) -> str:
    columns = (
        row.row,
        ">" * row.level,
        row.relation,
        row.type or "INCLUDE",
        "D" + _link(f"TID {row.include}") if row.include else _constraint(row.concept),
        row.vm,
        row.use,
        f"IFF something {row.src}" if row.when else "",
    )
    paras = [_constraint(row.values)] if row.values else []
    paras += [f"UNITS = {_constraint(row.units)}"] if row.units else []
    texts = "".join(f'<td colspan="1" rowspan="1"><para>{cell}</para></td>' for cell in columns)
    last = "".join(f"<para>{para}</para>" for para in paras)
    return f'<tr valign="top">{texts}<td colspan="1" rowspan="1">{last}</td></tr>\n'


def _constraint(text: str) -> str:
    """A constraint of a template as it is printed."""
    if "CID " in text[:5]:
        kind, _, number = text.partition("CID ")
        return kind + _link(f"CID {number}")
    if text in ("", "?"):
        return text.replace("?", "one of those that suit")
    code = Code.parse(text, "")
    return escape(f'EV ({code.value}, {code.scheme}, "{code.meaning}")', quote=False)

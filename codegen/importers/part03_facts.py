"""PS3.3 out of fact files: what other projects have read of editions whose DocBook is not to be had.

Each file is read into the tables and sections of `part03_tables`, or a look-up by table and path; `part03_compose`
joins them. A row that is not as expected stops the import.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from ..docbook import clean, open_text
from .base import Errata, ImportFault
from .facts import FactFile
from .part03_tables import AttributeTable, Line, Part03, Section
from .part03_text import Block, Listing

__all__ = [
    "MANIFEST",
    "Expanded",
    "Prose",
    "read_expanded",
    "read_json",
    "read_prose",
    "read_tables",
    "read_term_lists",
]

_GOOGLE: Final = "GoogleCloudPlatform/medical-imaging (Apache-2.0), PS3.3 tables"
_INNOLITICS: Final = "innolitics/dicom-standard (MIT), PS3.3 as JSON"
_HIGHDICOM: Final = "highdicom 0.28.2 (MIT)"

MANIFEST: Final = (
    FactFile("part03-tables", "iod/google-2025e/dicom_tables_part_1.json.xz", "2025e", _GOOGLE),
    FactFile("part03-tables", "iod/google-2025e/dicom_tables_part_2.json.xz", "2025e", _GOOGLE),
    FactFile("part03-tables", "iod/google-2025e/dicom_tables_part_3.json.xz", "2025e", _GOOGLE),
    FactFile("part03-sections", "iod/google-2025e/dicom_modules.json", "2025e", _GOOGLE),
    FactFile("part03-expanded", "iod/highdicom-2026b/module_attribute_map.json.xz", "2026b", _HIGHDICOM),
    FactFile("part03-iods", "iod/highdicom-2026b/iod_module_map.json.xz", "2026b", _HIGHDICOM),
    FactFile("part03-sop", "iod/highdicom-2026b/sop_class_iod_map.json", "2026b", _HIGHDICOM),
    FactFile("part03-names", "iod/innolitics-2025b/ciods.json", "2025b", _INNOLITICS),
    FactFile("part03-module-names", "iod/innolitics-2025b/modules.json.xz", "2025b", _INNOLITICS),
    FactFile("part03-uses", "iod/innolitics-2025b/ciod_to_modules.json.xz", "2025b", _INNOLITICS),
    FactFile("part03-groups", "iod/innolitics-2025b/ciod_to_func_group_macros.json", "2025b", _INNOLITICS),
    FactFile("part03-prose", "iod/innolitics-2020a/module_to_attributes.json.xz", "2020a", _INNOLITICS),
    FactFile("part03-prose", "iod/innolitics-2020a/macro_to_attributes.json.xz", "2020a", _INNOLITICS),
    FactFile("part03-references", "iod/innolitics-2020a/references.json.xz", "2020a", _INNOLITICS),
    FactFile(
        "part03-terms",
        "iod/fhir-ig-2026b-variable-lists.txt.xz",
        "2026b",
        "bvdh/dicom-terminology-in-fhir (CC0-1.0), value lists of the standard",
    ),
    FactFile("part03-docbook", "docbook/2016c-subset/part03.xml.xz", "2016c", "NEMA DocBook PS3.3, 182 of its tables"),
)


def read_json(path: Path) -> Any:
    """The content of a JSON file, perhaps compressed."""
    with open_text(path) as stream:
        return json.load(stream)


# --- tables as rows, without links -------------------------------------------------------------------------------

_ADDRESS: Final = re.compile(r"(?:0x)?([0-9A-Fa-fx]{4})([0-9A-Fa-fx]{4})")
_EXAMPLES: Final = "5.4-"
_EACH_IOD: Final = "table_IODFunctionalGroupMacros"
"""Stands for the functional group macros that each IOD names."""
_HEAD: Final = ("row", "prefix", "name")


def read_tables(paths: list[Path], sections: Path, errata: list[Errata]) -> Part03:
    """The tables of 2025e: lines with the paragraphs of their description, cut at links.

    Raises:
        ImportFault: a row is of unexpected shape. So the functions below.
    """
    part = Part03()
    of_table = {row["name"]: section for section, rows in read_json(sections)["dicom_modules"].items() for row in rows}
    for path, corrections in zip(paths, errata, strict=True):
        content = read_json(path)
        (tables,) = (value for key, value in content.items() if key != "header")
        for label, table in tables.items():
            if not label.startswith(_EXAMPLES):
                lines = tuple(_lines(path.name, label, table["table_lines"], corrections))
                part.tables[label] = AttributeTable(label, table["table_caption"], of_table.get(label, ""), lines)
        corrections.finish()
    return part


def _lines(file: str, label: str, rows: list[dict[str, str]], errata: Errata) -> Iterator[Line]:
    for number, row in enumerate(rows, 1):
        printed = row["prefix"] if row["type"] == "LinkedObject" else row["name"]
        _, printed, _ = errata.correct(label, _HEAD, (str(number), printed, row.get("name", "")))
        depth = len(printed) - len(printed.replace(" ", "").lstrip(">")) - printed.count(" ")
        name = printed.lstrip("> ")
        if row["type"] == "LinkedObject":
            linked = row["linked_resource"]
            if linked == _EACH_IOD:
                continue
            if linked.startswith("table_") and name == "Include":
                yield Line(number, depth, name, include=linked.removeprefix("table_"), note=row["usage"])
            elif "ttributes" in name:
                yield Line(number, depth, name, open=True)
            else:
                raise ImportFault(file, label, number, "an include", row)
        elif name.lower().startswith("any "):
            yield Line(number, depth, name, open=True)
        elif (address := _ADDRESS.fullmatch(row["address"])) is not None:
            tag = f"({address[1].upper()},{address[2].upper()})".replace("X", "x")
            blocks = tuple(text for line in row["comment"].split("\n") if (text := _pointer(clean(line))))
            yield Line(number, depth, name, tag, row["required"], blocks=blocks)
        else:
            raise ImportFault(file, label, number, "a tag", row["address"])


def _pointer(text: str) -> str:
    """A description that is but a link reads ``sect_C.7.6.1``."""
    return re.sub(r"\bsect_|(?<=\d)sect_", " Section ", text).strip() if "sect_" in text else text


# --- modules with their macros unfolded --------------------------------------------------------------------------


@dataclass
class Expanded:
    """One module unfolded: path of keywords -> type, in the order of the standard."""

    types: dict[tuple[str, ...], str]


def read_expanded(path: Path, errata: Errata) -> dict[str, Expanded]:
    """Modules of 2026b by name, macros unfolded. Rows are (path, type); attributes newer than 2024c are not in it."""
    modules: dict[str, Expanded] = {}
    for name, rows in read_json(path).items():
        types: dict[tuple[str, ...], str] = {}
        for row in rows:
            words = tuple(errata.correct("", ("keyword",), (word,))[0] for word in (*row["path"], row["keyword"]))
            types.setdefault(words, "" if row["type"] == "None" else row["type"])
        modules[name] = Expanded(types)
    errata.finish()
    return modules


# --- descriptions in HTML ----------------------------------------------------------------------------------------


@dataclass
class Prose:
    """Descriptions of 2020a by (table, path of tags), and its sections by label; parsed when asked for."""

    rows: dict[tuple[str, str], str]
    sections: dict[str, str]
    errata: Errata

    def blocks(self, table: str, path: tuple[str, ...]) -> tuple[Block, ...]:
        """The description of the attribute at a path of tags such as ``"(0008,0008)"``; ``()`` if there is none."""
        key = ":".join(tag[1:5] + tag[6:10] for tag in path).lower()
        html = self.rows.get((table, key))
        found = tuple(_html_blocks(html)) if html else ()
        return tuple(self._mended(table, key, each) if isinstance(each, Listing) else each for each in found)

    def _mended(self, table: str, key: str, listing: Listing) -> Listing:
        printed = ", ".join(listing.values)
        _, values = self.errata.correct(table, ("row", "values"), (key, printed))
        return listing if values == printed else Listing(listing.title, tuple(values.split(", ")))

    def section(self, label: str) -> Section | None:
        html = self.sections.get(label)
        if html is None:
            return None
        blocks = list(_html_blocks(html))
        title = blocks[0] if blocks and isinstance(blocks[0], str) else ""
        return Section(label, title.removeprefix(label).strip(), tuple(blocks[1:]))


def read_prose(paths: list[Path], references: Path, errata: Errata) -> Prose:
    """The descriptions of two files of rows, and of one of sections."""
    rows: dict[tuple[str, str], str] = {}
    for path in paths:
        for row in read_json(path):
            table = row["linkToStandard"].partition("#table_")[2]
            rows.setdefault((table, row["path"].partition(":")[2]), row["description"])
    found = read_json(references)
    sections = {url.partition("#sect_")[2]: html for url, html in found.items() if isinstance(html, str)}
    return Prose(rows, sections, errata)


def _html_blocks(html: str) -> Iterator[Block]:
    try:
        root = ET.fromstring(html.replace("&nbsp;", " "))
    except ET.ParseError:
        return
    yield from _element_blocks(root)


_TERM_TABLES: Final = ("Enumerated Value", "Defined Term")


def _element_blocks(node: ET.Element) -> Iterator[Block]:
    if node.tag == "div" and any(child.tag == "h3" for child in node):
        return
    if node.tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6"):
        if (text := clean("".join(node.itertext()))) and node.find("strong") is None:
            yield text
        return
    if node.tag == "table" and (head := clean(node.findtext("thead/tr/th/p") or "")).startswith(_TERM_TABLES):
        terms = (clean("".join(row[0].itertext())) for row in node.findall("tbody/tr") if len(row))
        yield Listing(head.removesuffix(" Name"), tuple(terms))
        return
    title = ""
    for child in node:
        if child.tag == "p" and child.find("strong") is not None:
            title = clean("".join(child.itertext()))
        if child.tag == "dl":
            yield Listing(title, tuple(clean("".join(term.itertext())) for term in child.findall("dt")))
            title = ""
        else:
            yield from _element_blocks(child)


# --- value lists as text -----------------------------------------------------------------------------------------


def read_term_lists(path: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Value lists of 2026b without their kind: by section, and by the paragraph before them where that is unique."""
    by_section: dict[str, tuple[str, ...]] = {}
    by_lead: list[tuple[str, tuple[str, ...]]] = []
    for head, terms in _term_groups(path):
        if not terms:
            continue
        if head.startswith("sect_"):
            by_section[head.partition(" ")[0].removeprefix("sect_")] = terms
        else:
            by_lead.append((clean(head.removeprefix("None ")), terms))
    count = Counter(lead for lead, _ in dict.fromkeys(by_lead))
    return by_section, {lead: terms for lead, terms in by_lead if count[lead] == 1}


def _term_groups(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    head, terms = "", list[str]()
    with open_text(path) as stream:
        for line in stream.read().decode("utf-8").splitlines():
            if re.match(r"(?:DICOM )?PS3", line):
                if head:
                    yield head, tuple(terms)
                head = line.removeprefix("PS3.3 ") if line.startswith("PS3.3 ") else ""
                terms = []
            elif line.startswith(" - "):
                terms.append(line[3:].partition(" : ")[0].strip())
    if head:
        yield head, tuple(terms)

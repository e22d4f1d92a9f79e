"""The dictionaries that an import makes: what each holds, what it was made from, and what its head says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..model.confidentiality import Confidentiality
from ..model.elements import Element, elements_to_yaml
from ..model.iods import Iod
from ..model.modules import Module
from ..model.palettes import Palette, palettes_to_yaml
from ..model.private import PrivateVendor
from ..model.sop_classes import SopClass, sop_classes_to_yaml
from ..model.terminology import (
    Code,
    ContextGroup,
    Template,
    codes_to_yaml,
    context_groups_to_yaml,
    templates_to_yaml,
)
from ..model.uids import Uid, uids_to_yaml
from .base import Source
from .part03 import Library

__all__ = [
    "HEADS",
    "Dictionary",
    "confidentiality_file",
    "elements_file",
    "palettes_file",
    "part03_files",
    "private_files",
    "sop_classes_file",
    "templates_file",
    "terminology_files",
    "uids_file",
]


@dataclass(frozen=True)
class Dictionary:
    """One dictionary: its content, the sources it was made from, and the edition it states.

    `other_editions`: what of it is, unless a row says otherwise, of another edition.
    """

    content: dict[str, Any]
    sources: tuple[Source, ...]
    edition: str
    head: str
    other_editions: tuple[tuple[str, str], ...] = ()


_IMPORTED = """
Imported by codegen; do not edit. What is wrong in a source is corrected in rules/errata.yaml; where the sources are
from is in standard/sources.yaml.
"""
_ROW_KEYS = """  vr, vm   value representation and multiplicity as printed; none for items and delimiters
  retired  as printed: RET, with the edition if that is told
  note     what else the last column says
  since    first edition seen; 2013 for 2013 or before
Rows without name are reserved. An x in a tag is any hexadecimal digit.
"""
_OWNERS = """
Codes of other schemes belong to their owners: SNOMED CT (SCT) to SNOMED International, LOINC (LN) to the Regenstrief
Institute, 11073 (MDC) to IEEE, and so on; PS3.16 section 8 names them and the terms on which DICOM uses them.
"""
HEADS = {
    "elements": f"Data elements: PS3.6 tables 6-1, 7-1, 8-1 and 9-1.\n{_ROW_KEYS}{_IMPORTED}",
    "commands": f"Command elements: PS3.7 tables E.1-1 and, retired, E.2-1.\n{_ROW_KEYS}{_IMPORTED}",
    "uids": "Unique identifiers: PS3.6 tables A-1 to A-4.\n"
    "  info     part of the standard that defines it, or the context group\n" + _IMPORTED,
    "palettes": "Well-known colour palettes: PS3.6 Annex B.\n"
    "  colours  of 16 values from the one that is told on: red, green and blue, two hexadecimal digits each\n"
    "Spring, Summer, Fall and Winter are of later editions than this source.\n" + _IMPORTED,
    "sop_classes": "SOP classes of storage and media storage: PS3.4 tables B.5-1 and I.4-1.\n"
    "  iod      the IOD of PS3.3\n"
    "  section  the section of PS3.3 that defines it, where the source tells that\n" + _IMPORTED,
    "confidentiality": "Attribute confidentiality profiles: PS3.15 Annex E.\n"
    "  actions       action codes of table E.1-1a: D dummy, Z zero length, X remove, K keep, C clean, U new UID\n"
    "  attributes    table E.1-1: action of the basic profile and of its options; without one the basic profile holds\n"
    "  standard      whether the attribute is in an IOD of PS3.3\n"
    "  concepts      table E.3.4-1: the same for concept names of content items of a value type\n"
    "  safe-private  table E.3.10-1: private elements that do not identify, by creator\n" + _IMPORTED,
    "context_groups": "Context groups: PS3.16 Annex B.\n"
    "  extensible  whether other codes may be used as well; absent where it is not known\n"
    "  members     coding scheme and code value, with the meaning as a label; + is an include of another group\n"
    "A group without members takes its codes from elsewhere, such as all units of UCUM.\n" + _OWNERS + _IMPORTED,
    "codes": "DICOM's own codes: PS3.16 Annex D.\n" + _IMPORTED,
    "templates": "Templates of structured reports: PS3.16 Annex A.\n"
    "  level     how deep the row is nested\n"
    "  concept, values, units  a code, or a context group: DCID defined, BCID baseline, ECID enumerated, CID other;\n"
    '            "?" for a constraint that is none of these\n'
    "  vm, use   how many, and requirement type: M, MC, U, UC\n"
    '  when, src condition, "?" if it is not expressed, and hash of its text\n' + _OWNERS + _IMPORTED,
    "iods": "Imported by codegen from PS3.3, do not edit; what the keys say: codegen/model/iods.py.\n",
    "modules": "Imported by codegen from PS3.3, do not edit; what the keys say: codegen/model/modules.py.\n",
    "macros": "Imported by codegen from PS3.3, do not edit; what the keys say: codegen/model/modules.py.\n",
    "sources": "What each dictionary was made of: edition, origin and SHA-256 of the sources.\n"
    "\nImported by codegen; do not edit.\n",
    "private": "Private elements of one vendor's creators (PS3.5 7.8.1); xx in a tag is the creator's block.\n"
    "Where the sources differ, the first that gives a VR other than UN decides, and the first that gives a name.\n"
    + _IMPORTED,
}


def elements_file(elements: tuple[Element, ...], source: Source, kind: str = "elements") -> Dictionary:
    content = {"edition": source.edition, "tables": elements_to_yaml(elements)}
    return Dictionary(content, (source,), source.edition, HEADS[kind])


def uids_file(uids: tuple[Uid, ...], *sources: Source) -> Dictionary:
    content = {"edition": sources[0].edition, "tables": uids_to_yaml(uids)}
    return Dictionary(content, sources, sources[0].edition, HEADS["uids"])


def palettes_file(palettes: tuple[Palette, ...], source: Source) -> Dictionary:
    content = {"edition": source.edition, "palettes": palettes_to_yaml(palettes)}
    return Dictionary(content, (source,), source.edition, HEADS["palettes"])


def sop_classes_file(classes: tuple[SopClass, ...], *sources: Source) -> Dictionary:
    content = {"edition": sources[0].edition, "tables": sop_classes_to_yaml(classes)}
    return Dictionary(content, sources, sources[0].edition, HEADS["sop_classes"])


def confidentiality_file(profiles: Confidentiality, *sources: Source) -> Dictionary:
    content = {"edition": sources[0].edition, **profiles.to_yaml()}
    return Dictionary(content, sources, sources[0].edition, HEADS["confidentiality"])


def terminology_files(
    groups: tuple[ContextGroup, ...], codes: tuple[Code, ...], *sources: Source
) -> dict[str, Dictionary]:
    edition = sources[0].edition
    group_rows = {"edition": edition, "groups": context_groups_to_yaml(groups)}
    code_rows = {"edition": edition, "schemes": codes_to_yaml(codes)}
    return {
        "standard/context_groups.yaml": Dictionary(group_rows, sources, edition, HEADS["context_groups"]),
        "standard/codes.yaml": Dictionary(code_rows, sources[:1], edition, HEADS["codes"]),
    }


def part03_files(library: Library, *sources: Source, **others: str) -> dict[str, Dictionary]:
    edition = max(source.edition for source in sources)
    groups: tuple[tuple[str, tuple[Iod | Module, ...]], ...] = (
        ("iods", library.iods),
        ("modules", library.modules),
        ("macros", library.macros),
    )
    return {
        f"standard/{group}/{entry.id}.yaml": Dictionary(
            entry.to_yaml(), sources, edition, HEADS[group], tuple(others.items())
        )
        for group, entries in groups
        for entry in entries
    }


def templates_file(templates: tuple[Template, ...], source: Source) -> Dictionary:
    content = {"edition": source.edition, "templates": templates_to_yaml(templates)}
    return Dictionary(content, (source,), source.edition, HEADS["templates"])


def private_files(vendors: tuple[PrivateVendor, ...], sources: tuple[Source, ...]) -> dict[str, Dictionary]:
    edition = max(source.edition for source in sources)
    head = HEADS["private"]
    return {f"private/{vendor.vendor}.yaml": Dictionary(vendor.to_yaml(), sources, edition, head) for vendor in vendors}

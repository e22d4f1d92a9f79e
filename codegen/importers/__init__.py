"""`import`: sources of the standard in, YAML dictionaries out, one module a part of the standard.

`recognise` looks into a folder: parts of the standard in NEMA's DocBook, or the layout of fact files that
`facts.MANIFEST` lists. `run` reads them and returns the texts of the dictionaries; nothing is written if anything is
not as expected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..docbook import identify
from ..model.confidentiality import Confidentiality
from ..model.elements import Element, elements_from_yaml, elements_to_yaml
from ..model.iods import Iod
from ..model.modules import Module
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
from ..yaml_io import dump, load
from . import facts, part03_facts
from .base import Errata, ImportFault, Report, Source, TableRead, digest, known_vrs, vr_rules
from .facts_parts import read_confidentiality, read_sop_classes
from .facts_terminology import read_fhir, read_templates, with_extensibility, with_uids
from .part03 import Library, read_part03
from .part03_compose import compose
from .part04 import read_part04
from .part05 import read_part05
from .part06 import read_part06
from .part07 import read_part07
from .part15 import read_part15
from .part16 import named_contexts, read_part16
from .private import join, read_private

__all__ = ["ImportFault", "Report", "Source", "run"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _File:
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
_HEADS = {
    "elements": f"Data elements: PS3.6 tables 6-1, 7-1, 8-1 and 9-1.\n{_ROW_KEYS}{_IMPORTED}",
    "commands": f"Command elements: PS3.7 tables E.1-1 and, retired, E.2-1.\n{_ROW_KEYS}{_IMPORTED}",
    "uids": "Unique identifiers: PS3.6 tables A-1 to A-4.\n"
    "  info     part of the standard that defines it, or the context group\n" + _IMPORTED,
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


def run(folder: Path, rules: Path, progress: Progress = lambda _: None, report: Report | None = None) -> dict[str, str]:
    """The dictionaries made from what is in ``folder``: path such as ``standard/elements.yaml`` -> text.

    ``rules`` is the folder of vr.yaml and errata.yaml; ``report`` is filled with the tables of the DocBook parts.

    Raises:
        ImportFault: a source is not as expected, or nothing is recognised.
        OSError: a file cannot be read.
    """
    progress(f"looking into {folder}")
    parts = _docbook_parts(folder)
    if parts:
        files = _from_docbook(parts, rules, progress, report or Report())
    elif all((folder / entry.path).is_file() for entry in (*facts.MANIFEST, *part03_facts.MANIFEST)):
        files = _from_facts(folder, rules, progress, report or Report())
    else:
        expected = "part06.xml and other parts in NEMA's DocBook, or the fact files of codegen's manifest"
        raise ImportFault(str(folder), "", "", expected, sorted(path.name for path in folder.iterdir())[:10])
    texts = {path: dump(file.content, comment=file.head) for path, file in files.items()}
    texts["standard/sources.yaml"] = dump(_sources(files), comment=_HEADS["sources"])
    return texts


def _sources(files: dict[str, _File]) -> dict[str, Any]:
    """Edition, origin and digest of the sources of each dictionary."""
    edition = max(file.edition for path, file in files.items() if path.startswith("standard/"))
    rows: dict[str, Any] = {}
    for path, file in files.items():
        folder = path.rpartition("/")[0]
        sources = {source.name: _without_name(source) for source in file.sources}
        row = {"edition": file.edition, **dict(file.other_editions), "sources": sources}
        rows.setdefault(path if folder == "standard" else folder, row)
    return {"edition": edition, "files": rows}


def _without_name(source: Source) -> dict[str, str]:
    return {key: value for key, value in source.to_yaml().items() if key != "name"}


# --- DocBook -----------------------------------------------------------------------------------------------------


_PARTS = ("3", "4", "5", "6", "7", "15", "16")
"""The parts that are read."""


def _docbook_parts(folder: Path) -> dict[str, tuple[Path, str]]:
    """Part number -> (file, edition) of the DocBook files that lie in a folder."""
    parts: dict[str, tuple[Path, str]] = {}
    for path in sorted(folder.iterdir()):
        if not path.name.endswith((".xml", ".xml.xz")) or (part := identify(path)) is None:
            continue
        if part.number in parts:
            raise ImportFault(path.name, "", "", f"PS3.{part.number} once", parts[part.number][0].name)
        parts[part.number] = (path, part.edition)
    return {number: found for number, found in parts.items() if number in _PARTS}


def _from_docbook(
    parts: dict[str, tuple[Path, str]], rules: Path, progress: Progress, report: Report
) -> dict[str, _File]:
    vrs = known_vrs(rules)
    files: dict[str, _File] = {}
    elements: tuple[Element, ...] = ()
    iods: dict[str, tuple[str, ...]] = {}
    uids: tuple[Uid, ...] = ()
    groups: tuple[ContextGroup, ...] = ()
    of_uids: tuple[Source, ...] = ()
    of_groups: tuple[Source, ...] = ()
    for number, (path, edition) in sorted(parts.items(), key=lambda item: (item[0] == "3", item[0])):
        name = f"PS3.{number}"
        progress(f"reading {name} {edition} from {path.name}")
        source = Source(path.name.removesuffix(".xz"), edition, f"NEMA DocBook {name}", digest(path))
        errata = Errata.load(rules, name, edition)
        if number == "6":
            part = read_part06(path, edition, vrs, errata, report)
            elements = part.elements
            files["standard/elements.yaml"] = _elements_file(elements, source, _HEADS["elements"])
            uids, of_uids = part.uids, (source,)
        elif number == "7":
            commands = tuple(read_part07(path, edition, vrs, errata, report))
            files["standard/commands.yaml"] = _elements_file(commands, source, _HEADS["commands"])
        elif number == "4":
            classes = tuple(read_part04(path, edition, errata, report))
            files["standard/sop_classes.yaml"] = _sop_classes_file(classes, source)
            for entry in classes:
                found_uids = iods.get(entry.section, ())
                iods[entry.section] = found_uids if entry.uid in found_uids else (*found_uids, entry.uid)
        elif number == "5":
            read_part05(path, edition, vr_rules(rules), errata, report)
        elif number == "15":
            profiles = read_part15(path, edition, vrs, errata, report)
            files["standard/confidentiality.yaml"] = _confidentiality_file(profiles, source)
        elif number == "16":
            found = read_part16(path, edition, errata, report)
            groups, of_groups = found.groups, (source,)
            files.update(_terminology_files(found.groups, found.codes, source))
            if found.templates:
                files["standard/templates.yaml"] = _templates_file(found.templates, source)
        elif number == "3":
            library = read_part03(path, edition, elements or _shipped_elements(rules), errata, report, sop_classes=iods)
            files.update(_part03_files(library, source))
    if of_uids:
        files["standard/uids.yaml"] = _uids_file(named_contexts(uids, groups), *of_uids, *of_groups)
    return files


def _shipped_elements(rules: Path) -> tuple[Element, ...]:
    """What tags mean if PS3.6 is not among the parts."""
    return tuple(elements_from_yaml(load(rules.parent / "standard" / "elements.yaml")))


def _elements_file(elements: tuple[Element, ...], source: Source, head: str) -> _File:
    content = {"edition": source.edition, "tables": elements_to_yaml(elements)}
    return _File(content, (source,), source.edition, head)


def _uids_file(uids: tuple[Uid, ...], *sources: Source) -> _File:
    content = {"edition": sources[0].edition, "tables": uids_to_yaml(uids)}
    return _File(content, sources, sources[0].edition, _HEADS["uids"])


def _sop_classes_file(classes: tuple[SopClass, ...], *sources: Source) -> _File:
    content = {"edition": sources[0].edition, "tables": sop_classes_to_yaml(classes)}
    return _File(content, sources, sources[0].edition, _HEADS["sop_classes"])


def _confidentiality_file(profiles: Confidentiality, *sources: Source) -> _File:
    content = {"edition": sources[0].edition, **profiles.to_yaml()}
    return _File(content, sources, sources[0].edition, _HEADS["confidentiality"])


def _terminology_files(groups: tuple[ContextGroup, ...], codes: tuple[Code, ...], *sources: Source) -> dict[str, _File]:
    edition = sources[0].edition
    group_rows = {"edition": edition, "groups": context_groups_to_yaml(groups)}
    code_rows = {"edition": edition, "schemes": codes_to_yaml(codes)}
    return {
        "standard/context_groups.yaml": _File(group_rows, sources, edition, _HEADS["context_groups"]),
        "standard/codes.yaml": _File(code_rows, sources[:1], edition, _HEADS["codes"]),
    }


def _part03_files(library: Library, *sources: Source, **others: str) -> dict[str, _File]:
    edition = max(source.edition for source in sources)
    groups: tuple[tuple[str, tuple[Iod | Module, ...]], ...] = (
        ("iods", library.iods),
        ("modules", library.modules),
        ("macros", library.macros),
    )
    return {
        f"standard/{group}/{entry.id}.yaml": _File(
            entry.to_yaml(), sources, edition, _HEADS[group], tuple(others.items())
        )
        for group, entries in groups
        for entry in entries
    }


def _templates_file(templates: tuple[Template, ...], source: Source) -> _File:
    content = {"edition": source.edition, "templates": templates_to_yaml(templates)}
    return _File(content, (source,), source.edition, _HEADS["templates"])


# --- fact files --------------------------------------------------------------------------------------------------


_DOCBOOK_FACTS = {"commands": "PS3.7", "confidentiality-before": "PS3.15"}
"""Fact files that are parts of the standard: what errata call them."""


def _from_facts(folder: Path, rules: Path, progress: Progress, report: Report) -> dict[str, _File]:
    vrs = known_vrs(rules)

    def opened(entry: facts.FactFile) -> tuple[Path, Source, Errata]:
        progress(f"reading {entry.path}")
        name = _DOCBOOK_FACTS.get(entry.role, entry.name)
        return folder / entry.path, entry.source(folder), Errata.load(rules, name, entry.edition)

    path, source, errata = opened(facts.fact_file("elements"))
    elements = tuple(facts.read_elements(path, vrs, errata))
    files = {"standard/elements.yaml": _elements_file(elements, source, _HEADS["elements"])}
    path, source, errata = opened(facts.fact_file("commands"))
    commands = tuple(read_part07(path, source.edition, vrs, errata))
    files["standard/commands.yaml"] = _elements_file(commands, source, _HEADS["commands"])
    path, source, errata = opened(facts.fact_file("uids"))
    uids = facts.read_uids(path, errata)
    context_path, context_source, _ = opened(facts.fact_file("context-uids"))
    uids += facts.read_context_uids(context_path)
    files["standard/uids.yaml"] = _uids_file(tuple(uids), source, context_source)
    path, source, errata = opened(facts.fact_file("sop-classes"))
    files["standard/sop_classes.yaml"] = _sop_classes_file(tuple(read_sop_classes(path, errata)), source)
    path, before, errata = opened(facts.fact_file("confidentiality-before"))
    profiles = read_part15(path, before.edition, vrs, errata, report)
    path, source, _ = opened(facts.fact_file("confidentiality"))
    files["standard/confidentiality.yaml"] = _confidentiality_file(read_confidentiality(path, profiles), source, before)
    path, source, errata = opened(facts.fact_file("terminology"))
    found = read_fhir(path, errata)
    path, extensible_source, errata = opened(facts.fact_file("extensibility"))
    groups = with_uids(with_extensibility(path, found.groups, errata), uids)
    files.update(_terminology_files(groups, found.codes, source, extensible_source))
    members = sum(len(group.members) for group in groups)
    report.tables.append(
        TableRead("PS3.16", source.edition, "CID", source.name, members + len(found.left), members, found.left)
    )
    path, source, _ = opened(facts.fact_file("templates"))
    templates, left = read_templates(path)
    files["standard/templates.yaml"] = _templates_file(templates, source)
    report.tables.append(
        TableRead("PS3.16", source.edition, "TID", source.name, len(templates) + len(left), len(templates), left)
    )
    progress("joining the tables of PS3.3")
    library = compose(folder, rules, elements)
    sources = [entry.source(folder) for entry in part03_facts.MANIFEST]
    files.update(_part03_files(library, *sources, conditions="2025e", values="2020a"))
    private = [opened(entry) for entry in facts.MANIFEST if entry.role == "private"]
    rows = [read_private(path, vrs, errata) for path, _, errata in private]
    vendors = join(rows, tuple(Path(source.name).name for _, source, _ in private))
    files.update(_private_files(vendors, tuple(source for _, source, _ in private)))
    return files


def _private_files(vendors: tuple[PrivateVendor, ...], sources: tuple[Source, ...]) -> dict[str, _File]:
    edition = max(source.edition for source in sources)
    head = _HEADS["private"]
    return {f"private/{vendor.vendor}.yaml": _File(vendor.to_yaml(), sources, edition, head) for vendor in vendors}

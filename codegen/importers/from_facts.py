"""Dictionaries from fact files, for editions whose DocBook is not to be had: `facts.MANIFEST` lists them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..amendments import Amendments
from ..conditions import Overlay, Translator
from ..model.elements import Element
from ..model.uids import Uid
from . import facts, part03_facts
from .base import Errata, ImportFault, Report, Source, TableRead, known_vrs
from .dictionary import (
    Dictionary,
    confidentiality_file,
    elements_file,
    palettes_file,
    part03_files,
    private_files,
    sop_classes_file,
    templates_file,
    terminology_files,
    uids_file,
)
from .facts_parts import read_confidentiality, read_sop_classes
from .facts_terminology import read_fhir, read_templates, with_extensibility, with_uids
from .part03_compose import agreement, compose
from .part06 import read_part06
from .part07 import read_part07
from .part15 import read_part15
from .private import join, read_private

__all__ = ["from_facts", "has_facts"]

Progress = Callable[[str], None]
Files = dict[str, Dictionary]

_DOCBOOK = {"commands": "PS3.7", "palettes": "PS3.6", "confidentiality-before": "PS3.15"}
"""Roles of fact files that are parts of the standard, and what errata call those."""


def has_facts(folder: Path) -> bool:
    """Whether all fact files are in a folder."""
    return all((folder / entry.path).is_file() for entry in (*facts.MANIFEST, *part03_facts.MANIFEST))


class _Opened:
    """The fact files of a folder."""

    def __init__(self, folder: Path, rules: Path, progress: Progress, report: Report) -> None:
        self.folder = folder
        self.rules = rules
        self.progress = progress
        self.report = report
        self.vrs = known_vrs(rules)

    def one(self, role: str) -> tuple[Path, Source, Errata]:
        """Path, source and errata of the one file of a role."""
        return self._opened(facts.fact_file(role))

    def all(self, role: str) -> list[tuple[Path, Source, Errata]]:
        return [self._opened(entry) for entry in facts.MANIFEST if entry.role == role]

    def _opened(self, entry: facts.FactFile) -> tuple[Path, Source, Errata]:
        self.progress(f"reading {entry.path}")
        errata = Errata.load(self.rules, _DOCBOOK.get(entry.role, entry.name), entry.edition)
        return self.folder / entry.path, entry.source(self.folder), errata


def from_facts(folder: Path, rules: Path, progress: Progress, report: Report) -> Files:
    """The dictionaries made from the fact files of a folder.

    Raises:
        ImportFault: a file is not as expected.
    """
    opened = _Opened(folder, rules, progress, report)
    path, source, errata = opened.one("elements")
    elements = tuple(facts.read_elements(path, opened.vrs, errata))
    files = {"standard/elements.yaml": elements_file(elements, source)}
    path, source, errata = opened.one("commands")
    commands = tuple(read_part07(path, source.edition, opened.vrs, errata))
    files["standard/commands.yaml"] = elements_file(commands, source, "commands")
    path, source, errata = opened.one("uids")
    context_path, context_source, _ = opened.one("context-uids")
    uids = (*facts.read_uids(path, errata), *facts.read_context_uids(context_path))
    files["standard/uids.yaml"] = uids_file(uids, source, context_source)
    path, source, errata = opened.one("palettes")
    part06 = read_part06(path, source.edition, opened.vrs, errata)
    files["standard/palettes.yaml"] = palettes_file(part06.palettes, source)
    path, source, errata = opened.one("sop-classes")
    files["standard/sop_classes.yaml"] = sop_classes_file(tuple(read_sop_classes(path, errata)), source)
    files |= _confidentiality(opened)
    files |= _terminology(opened, uids)
    files |= _part03(opened, elements)
    files |= _private(opened)
    return files


def _confidentiality(opened: _Opened) -> Files:
    path, before, errata = opened.one("confidentiality-before")
    profiles = read_part15(path, before.edition, opened.vrs, errata, opened.report)
    path, source, _ = opened.one("confidentiality")
    profiles = read_confidentiality(path, profiles)
    return {"standard/confidentiality.yaml": confidentiality_file(profiles, source, before)}


def _terminology(opened: _Opened, uids: tuple[Uid, ...]) -> Files:
    path, source, errata = opened.one("terminology")
    found = read_fhir(path, errata)
    path, extensible, errata = opened.one("extensibility")
    groups = with_uids(with_extensibility(path, found.groups, errata), uids)
    _took(opened, "CID", source, sum(len(group.members) for group in groups), found.left)
    path, of_templates, _ = opened.one("templates")
    templates, left = read_templates(path)
    _took(opened, "TID", of_templates, len(templates), left)
    return {
        **terminology_files(groups, found.codes, source, extensible),
        "standard/templates.yaml": templates_file(templates, of_templates),
    }


def _took(opened: _Opened, table: str, source: Source, read: int, left: tuple[str, ...]) -> None:
    """Note in the report what was read of a file that is no table."""
    rows = read + len(left)
    opened.report.tables.append(TableRead("PS3.16", source.edition, table, source.name, rows, read, left))


def _part03(opened: _Opened, elements: tuple[Element, ...]) -> Files:
    opened.progress("joining the tables of PS3.3")
    overlay, amendments = Overlay.load(opened.rules), Amendments.load(opened.rules)
    library = compose(opened.folder, opened.rules, elements, Translator(elements).express)
    for entry in amendments.stale(library.iods, (*library.modules, *library.macros)):
        raise ImportFault("amendments.yaml", "", entry, "an attribute of this edition", "a stale entry")
    library = library.overlaid(overlay, amendments)
    for entry in overlay.stale(library.iods, (*library.modules, *library.macros)):
        raise ImportFault("conditions.yaml", "", entry, "the hash of a sentence of this edition", "a stale entry")
    same, total = agreement(library, opened.folder, opened.rules)
    opened.progress(f"PS3.3: {same:,} of {total:,} paths have the type of the modules unfolded by highdicom")
    sources = [entry.source(opened.folder) for entry in part03_facts.MANIFEST]
    return part03_files(library, *sources, conditions="2025e", values="2020a")


def _private(opened: _Opened) -> Files:
    found = opened.all("private")
    rows = [read_private(path, opened.vrs, errata) for path, _, errata in found]
    vendors = join(rows, tuple(Path(source.name).name for _, source, _ in found))
    return private_files(vendors, tuple(source for _, source, _ in found))

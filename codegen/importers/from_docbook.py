"""Dictionaries from parts of the standard in NEMA's DocBook, each read by the module of that part."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..amendments import Amendments
from ..conditions import Overlay, Translator
from ..model.elements import Element, elements_from_yaml
from ..model.uids import Uid
from ..yaml_io import load
from .base import Errata, Report, Source, digest, known_vrs, vr_rules
from .dictionary import (
    Dictionary,
    confidentiality_file,
    elements_file,
    palettes_file,
    part03_files,
    sop_classes_file,
    templates_file,
    terminology_files,
    uids_file,
)
from .part03 import read_part03
from .part04 import read_part04
from .part05 import read_part05
from .part06 import read_part06
from .part07 import read_part07
from .part15 import read_part15
from .part16 import named_contexts, read_part16

__all__ = ["PARTS", "from_docbook"]

Progress = Callable[[str], None]


class _Reading:
    """What was read so far: some parts need others, so the order is that of `_READERS`."""

    def __init__(self, rules: Path, report: Report) -> None:
        self.rules = rules
        self.report = report
        self.vrs = known_vrs(rules)
        self.files: dict[str, Dictionary] = {}
        self.elements: tuple[Element, ...] = ()
        self.uids: tuple[Uid, ...] = ()
        self.uid_sources: tuple[Source, ...] = ()
        self.sop_classes: dict[str, tuple[str, ...]] = {}

    def part04(self, path: Path, source: Source, errata: Errata) -> None:
        classes = tuple(read_part04(path, source.edition, errata, self.report))
        self.files["standard/sop_classes.yaml"] = sop_classes_file(classes, source)
        for entry in classes:
            known = self.sop_classes.get(entry.section, ())
            self.sop_classes[entry.section] = known if entry.uid in known else (*known, entry.uid)

    def part05(self, path: Path, source: Source, errata: Errata) -> None:
        read_part05(path, source.edition, vr_rules(self.rules), errata, self.report)

    def part06(self, path: Path, source: Source, errata: Errata) -> None:
        part = read_part06(path, source.edition, self.vrs, errata, self.report)
        self.elements, self.uids, self.uid_sources = part.elements, part.uids, (source,)
        self.files["standard/elements.yaml"] = elements_file(part.elements, source)
        self.files["standard/uids.yaml"] = uids_file(part.uids, source)
        if part.palettes:
            self.files["standard/palettes.yaml"] = palettes_file(part.palettes, source)

    def part07(self, path: Path, source: Source, errata: Errata) -> None:
        commands = tuple(read_part07(path, source.edition, self.vrs, errata, self.report))
        self.files["standard/commands.yaml"] = elements_file(commands, source, "commands")

    def part15(self, path: Path, source: Source, errata: Errata) -> None:
        profiles = read_part15(path, source.edition, self.vrs, errata, self.report)
        self.files["standard/confidentiality.yaml"] = confidentiality_file(profiles, source)

    def part16(self, path: Path, source: Source, errata: Errata) -> None:
        found = read_part16(path, source.edition, errata, self.report, self.uids)
        self.files.update(terminology_files(found.groups, found.codes, source))
        if found.templates:
            self.files["standard/templates.yaml"] = templates_file(found.templates, source)
        if self.uids:
            uids = named_contexts(self.uids, found.groups)
            self.files["standard/uids.yaml"] = uids_file(uids, *self.uid_sources, source)

    def part03(self, path: Path, source: Source, errata: Errata) -> None:
        elements = self.elements or self._shipped_elements()
        express = Translator(elements).express
        library = read_part03(
            path, source.edition, elements, errata, self.report, express=express, sop_classes=self.sop_classes
        ).overlaid(Overlay.load(self.rules), Amendments.load(self.rules))
        self.files.update(part03_files(library, source))

    def _shipped_elements(self) -> tuple[Element, ...]:
        """What tags mean if PS3.6 is not among the parts."""
        return tuple(elements_from_yaml(load(self.rules.parent / "standard" / "elements.yaml")))


_READERS: Final[dict[str, Callable[[_Reading, Path, Source, Errata], None]]] = {
    "4": _Reading.part04,
    "5": _Reading.part05,
    "6": _Reading.part06,
    "7": _Reading.part07,
    "15": _Reading.part15,
    "16": _Reading.part16,
    "3": _Reading.part03,
}
PARTS: Final = frozenset(_READERS)
"""The parts that are read."""


def from_docbook(
    parts: dict[str, tuple[Path, str]], rules: Path, progress: Progress, report: Report
) -> dict[str, Dictionary]:
    """The dictionaries made from some parts: number -> (file, edition).

    Raises:
        ImportFault: a part is not as expected.
    """
    reading = _Reading(rules, report)
    for number, read in _READERS.items():
        if number not in parts:
            continue
        path, edition = parts[number]
        name = f"PS3.{number}"
        progress(f"reading {name} {edition} from {path.name}")
        source = Source(path.name.removesuffix(".xz"), edition, f"NEMA DocBook {name}", digest(path))
        read(reading, path, source, Errata.load(rules, name, edition))
    return reading.files

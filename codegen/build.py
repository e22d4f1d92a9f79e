"""`build`: dictionaries -> specification -> generated Python, made in memory, then written or compared.

An emitter is a function from the specification to texts by path; `EMITTERS` is the list of them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from . import (
    emit_attributes,
    emit_charsets,
    emit_confidentiality,
    emit_elements,
    emit_grammar,
    emit_iods,
    emit_palettes,
    emit_private,
    emit_relations,
    emit_scanners,
    emit_sources,
    emit_terminology,
    emit_transfer_syntaxes,
    emit_typed,
    emit_uids,
    emit_vr,
)
from .amendments import Amendments
from .checks import check_amendments, check_conditions, check_parts, check_relations
from .conditions import Overlay
from .fitting import fitted
from .model import (
    Charsets,
    Code,
    Confidentiality,
    ContextGroup,
    Element,
    Iod,
    Module,
    Palette,
    PrivateVendor,
    SopClass,
    Specification,
    Template,
    VRRules,
    WireRules,
)
from .model.elements import elements_from_yaml
from .model.iods import check_iods
from .model.modules import table_order
from .model.palettes import palettes_from_yaml
from .model.private import check_creators
from .model.relations import relations_from_yaml
from .model.sop_classes import sop_classes_from_yaml
from .model.sources import sources_from_yaml
from .model.terminology import codes_from_yaml, context_groups_from_yaml, templates_from_yaml
from .model.transfer_syntaxes import check_against_uids, families_from_yaml, transfer_syntaxes_from_yaml
from .model.uids import Uid, uids_from_yaml
from .source_text import BANNER
from .yaml_io import SchemaError, load_as, mapping, text

__all__ = [
    "EMITTERS",
    "Difference",
    "compare",
    "default_dictionaries",
    "default_generated",
    "generate",
    "load_private",
    "load_specification",
    "write",
]

Emitter = Callable[[Specification], dict[str, str]]
Progress = Callable[[str], None]
T = TypeVar("T")

EMITTERS: Final[tuple[Emitter, ...]] = (
    emit_vr.emit,
    emit_charsets.emit,
    emit_sources.emit,
    emit_elements.emit,
    emit_attributes.emit,
    emit_uids.emit,
    emit_palettes.emit,
    emit_transfer_syntaxes.emit,
    emit_private.emit,
    emit_iods.emit,
    emit_relations.emit,
    emit_typed.emit,
    emit_confidentiality.emit,
    emit_terminology.emit_context_groups,
    emit_terminology.emit_codes,
    emit_terminology.emit_templates,
    emit_scanners.emit,
    emit_grammar.emit,
)


def default_dictionaries() -> Path:
    """The dictionaries that came with the compiler: beside it in a checkout and, with a low line, in the package."""
    here = Path(__file__).resolve().parent
    found = [here.parent / name for name in ("dictionaries", "_dictionaries") if (here.parent / name).is_dir()]
    return found[0] if found else here.parent / "dictionaries"


def default_generated() -> Path:
    """Where the generated modules go: into the library in a checkout, beside the compiler in the package."""
    here = Path(__file__).resolve().parent
    return (here.parent / "dicomspec" if here.name == "codegen" else here.parent) / "_generated"


# --- dictionaries -> specification -------------------------------------------------------------------------------


def load_specification(
    dictionaries: Path,
    progress: Progress = lambda _: None,
    shipped: Path | None = None,
    left: list[str] | None = None,
) -> Specification:
    """All dictionaries below a folder, checked one by one and against each other.

    With ``shipped`` the folder may be that of an edition: rules and command elements that it lacks are taken from those
    dictionaries; anything else that it lacks is left empty. With ``left``, what its elements and UIDs do not know is
    left out and told there, a line a kind, where it is an error otherwise; so are stale entries of the overlay.

    Raises:
        SchemaError: a file is not as its model asks, or two contradict each other.
        OSError: a file is missing.
    """

    def read(path: str, model: Callable[[Any], T], lacking: T | None = None) -> T:
        file = dictionaries / path
        if shipped is not None and not file.is_file():
            if lacking is not None:
                return lacking
            file = shipped / path
        progress(f"reading {path}")
        return load_as(file, model)

    vrs = read("rules/vr.yaml", lambda data: VRRules.from_yaml(data, ""))
    no_elements: tuple[Element, ...] = ()
    no_uids: tuple[Uid, ...] = ()
    elements = read("standard/elements.yaml", lambda data: tuple(elements_from_yaml(data)), no_elements)
    if elements:
        elements += read("standard/commands.yaml", lambda data: tuple(elements_from_yaml(data)))
    known = read("rules/vr.yaml", lambda data: frozenset(data["vrs"]))
    check_elements(elements, known)
    uids = read("standard/uids.yaml", lambda data: tuple(uids_from_yaml(data)), no_uids)
    transfer_syntaxes = read("rules/transfer_syntaxes.yaml", transfer_syntaxes_from_yaml)
    no_palettes: tuple[Palette, ...] = ()
    no_classes: tuple[SopClass, ...] = ()
    no_codes: tuple[Code, ...] = ()
    no_groups: tuple[ContextGroup, ...] = ()
    no_templates: tuple[Template, ...] = ()
    sop_classes = read("standard/sop_classes.yaml", sop_classes_from_yaml, no_classes)
    palettes = read("standard/palettes.yaml", palettes_from_yaml, no_palettes)
    confidentiality = read("standard/confidentiality.yaml", Confidentiality.from_yaml, Confidentiality((), (), ()))
    codes = read("standard/codes.yaml", codes_from_yaml, no_codes)
    context_groups = read("standard/context_groups.yaml", lambda data: tuple(context_groups_from_yaml(data)), no_groups)
    templates = read("standard/templates.yaml", lambda data: tuple(templates_from_yaml(data)), no_templates)
    sources = read("standard/sources.yaml", sources_from_yaml)
    private = tuple(load_private(path, known, progress) for path in sorted((dictionaries / "private").glob("*.yaml")))
    check_creators(private)
    wire = read("rules/wire.yaml", lambda data: WireRules.from_yaml(data, ""))

    def read_folder(name: str, model: Callable[[str, Any], T]) -> tuple[T, ...]:
        files = sorted((dictionaries / "standard" / name).glob("*.yaml"))
        progress(f"reading standard/{name}")
        return tuple(load_as(file, partial(model, file.stem)) for file in files)

    iods = read_folder("iods", Iod.from_yaml)
    modules = read_folder("modules", Module.from_yaml)
    macros = read_folder("macros", partial(Module.from_yaml, macro=True))
    specification = Specification(
        sources=sources,
        edition=read("standard/sources.yaml", lambda data: text(mapping(data, ""), "edition", "")),
        elements=elements,
        uids=uids,
        private=private,
        transfer_syntaxes=transfer_syntaxes,
        families=read("rules/transfer_syntaxes.yaml", families_from_yaml),
        sop_classes=sop_classes,
        confidentiality=confidentiality,
        codes=codes,
        context_groups=context_groups,
        templates=templates,
        vrs=vrs,
        charsets=read("rules/charsets.yaml", lambda data: Charsets.from_yaml(data, "")),
        wire=wire,
        iods=tuple(sorted(iods, key=lambda iod: table_order(iod.table))),
        modules=tuple(sorted(modules, key=lambda module: table_order(module.table))),
        macros=tuple(sorted(macros, key=lambda macro: table_order(macro.table))),
        palettes=palettes,
        relations=read("rules/relations.yaml", relations_from_yaml),
    )
    overlay = None if shipped else Overlay.load(dictionaries / "rules")
    if left is not None and overlay is not None:
        left += [f"stale in rules/conditions.yaml: {entry}" for entry in overlay.stale(iods, (*modules, *macros))]
        specification, lines = fitted(specification)
        left += lines
        overlay = Overlay({})  # what was left out may have been the place of an entry
    check_all(specification, overlay)
    if overlay is not None and left is None:
        check_relations(specification, frozenset(element.keyword for element in elements))
        check_amendments(specification, Amendments.load(dictionaries / "rules"))
    return specification


def check_all(spec: Specification, overlay: Overlay | None) -> None:
    """What dictionaries and rules say of each other; without an overlay, only what an edition without rules can tell.

    Raises:
        SchemaError: naming the first contradiction.
    """
    keywords = frozenset(element.keyword for element in spec.elements)
    if keywords:
        check_iods(spec.iods, spec.modules, spec.macros, keywords)
    if overlay is None:
        return
    check_against_uids(spec.transfer_syntaxes, spec.uids)
    check_meta_elements(spec.wire, keywords)
    check_parts(spec)
    check_conditions(spec, overlay)


def check_elements(elements: tuple[Element, ...], vrs: frozenset[str]) -> None:
    """Every VR is known, and no keyword stands for two tags.

    Raises:
        SchemaError: naming the element.
    """
    keywords: dict[str, str] = {}
    for element in elements:
        where = f"tables.{element.table}.{element.tag}"
        if not vrs.issuperset(element.vrs):
            raise SchemaError("elements", f"{where}.vr", "VRs of vr.yaml", element.vr)
        first = keywords.setdefault(element.keyword, element.tag)
        if element.keyword and first != element.tag:
            raise SchemaError("elements", f"{where}.keyword", f"a keyword that {first} lacks", element.keyword)


def load_private(
    path: Path, vrs: frozenset[str], progress: Progress = lambda _: None, own: bool = False
) -> PrivateVendor:
    """One file of private elements; a user's ``own`` has them in odd groups, as PS3.5 7.8 asks, others may not.

    Raises:
        SchemaError: it is not as the model asks, or a VR is not known.
        OSError: it cannot be read.
    """

    def model(data: Any) -> PrivateVendor:
        vendor = PrivateVendor.from_yaml(path.stem, data)
        for creator in vendor.creators:
            for element in creator.elements:
                where = f"creators.{creator.creator}.{element.tag}"
                if not vrs.issuperset(element.vr.split(" or ")):
                    raise SchemaError("", f"{where}.vr", "a VR of PS3.5 6.2, such as LO", element.vr)
                if own and element.tag[4] in "02468ACE":
                    raise SchemaError("", where, "an odd group, as private elements have", element.tag)
        return vendor

    progress(f"reading private/{path.name}")
    return load_as(path, model)


def check_meta_elements(wire: WireRules, keywords: frozenset[str]) -> None:
    """Raise a `SchemaError` for the first file meta element, or source of one, that is no keyword."""
    for element in wire.meta_elements:
        for keyword in (element.keyword, element.source):
            if keyword and keyword not in keywords:
                where = f"meta_elements.{element.keyword}"
                raise SchemaError("wire.yaml", where, "a keyword of elements.yaml", keyword)


# --- specification -> generated text -----------------------------------------------------------------------------


def generate(spec: Specification, progress: Progress = lambda _: None) -> dict[str, str]:
    """The text of every generated file by its path below ``_generated``.

    Raises:
        ValueError: an emitter made something that is not Python, lacks the banner, or that another made as well.
    """
    texts = {"__init__.py": f'{BANNER}\n"""What codegen made of the dictionaries."""\n'}
    for emit in EMITTERS:
        progress(f"emitting {emit.__module__.rpartition('.')[2].removeprefix('emit_')}")
        for path, content in emit(spec).items():
            if path in texts:
                raise ValueError(f"two emitters make {path}")
            if not content.startswith(BANNER):
                raise ValueError(f"{path} lacks the banner")
            ast.parse(content, path)
            texts[path] = content
    return texts


@dataclass(frozen=True)
class Difference:
    """How a folder differs from what should be in it: paths below it."""

    missing: tuple[str, ...]
    differing: tuple[str, ...]
    stray: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.differing or self.stray)

    def lines(self) -> list[str]:
        """One line a file."""
        kinds = (("missing", self.missing), ("differs", self.differing), ("stray", self.stray))
        return [f"{kind}: {path}" for kind, paths in kinds for path in paths]


def compare(texts: dict[str, str], folder: Path) -> Difference:
    """What ``folder`` lacks, has otherwise, or has too much."""
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py*") if path.suffix in (".py", ".pyi")}
    differing = (path for path in texts.keys() & present if (folder / path).read_bytes() != texts[path].encode("utf-8"))
    return Difference(
        tuple(sorted(texts.keys() - present)), tuple(sorted(differing)), tuple(sorted(present - texts.keys()))
    )


def write(texts: dict[str, str], folder: Path) -> Difference:
    """Bring ``folder`` in line with ``texts``: write what is missing or differs, remove stray Python files and stubs.

    Returns what was different before.
    """
    difference = compare(texts, folder)
    for path in (*difference.missing, *difference.differing):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(texts[path].encode("utf-8"))
    for path in difference.stray:
        (folder / path).unlink()
    return difference

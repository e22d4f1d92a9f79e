"""What the dictionaries say of each other must agree: tags, UIDs, codes and includes that one has of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .amendments import Amendments
from .conditions import ConditionError, Overlay, conditions_in, keywords_of, parse
from .model import Code, Confidentiality, ContextGroup, Element, Iod, Module, SopClass, Specification, Template, Uid
from .model.confidentiality import PRIVATE
from .model.modules import Attribute, ContextConstraint, Include, Row
from .yaml_io import SchemaError

__all__ = [
    "check_concepts",
    "check_conditions",
    "check_confidentiality",
    "check_constraints",
    "check_context_groups",
    "check_iods_of_sop_classes",
    "check_parts",
    "check_sop_classes",
    "check_templates",
]


def check_parts(spec: Specification) -> None:
    """All that PS3.4, PS3.15 and PS3.16 say of each other, of elements and of UIDs.

    Raises:
        SchemaError: naming the first contradiction. So the functions below.
    """
    editions = {source.dictionary: source.edition for source in spec.sources}
    check_sop_classes(spec.sop_classes, spec.uids)
    check_iods_of_sop_classes(spec.sop_classes, spec.iods)
    check_confidentiality(spec.confidentiality, spec.elements, frozenset(vr.code for vr in spec.vrs.vrs))
    if editions["standard/confidentiality.yaml"] <= editions["standard/codes.yaml"]:
        check_concepts(spec.confidentiality, spec.codes)
    check_context_groups(spec.context_groups, spec.codes, spec.uids)
    check_templates(spec.templates, spec.context_groups)
    check_constraints((*spec.modules, *spec.macros), spec.context_groups)


def check_sop_classes(classes: tuple[SopClass, ...], uids: tuple[Uid, ...]) -> None:
    """Every SOP class is a UID of that type."""
    known = {uid.uid for uid in uids if uid.type.endswith("SOP Class")}
    for entry in classes:
        if entry.uid not in known:
            raise SchemaError("sop_classes.yaml", f"tables.{entry.table}", "a SOP class of uids.yaml", entry.uid)


def check_iods_of_sop_classes(classes: tuple[SopClass, ...], iods: tuple[Iod, ...]) -> None:
    """PS3.4 and the IODs name the same SOP classes for each other, where PS3.4 names IODs and not their sections."""
    named = {(entry.uid, entry.iod) for entry in classes if entry.iod}
    of_iods = {(uid, iod.id) for iod in iods for uid in iod.sop_classes}
    for uid, iod in sorted(named ^ of_iods) if named else ():
        raise SchemaError("sop_classes.yaml", "tables", f"what iods/{iod}.yaml says of its SOP classes", uid)


def check_confidentiality(found: Confidentiality, elements: tuple[Element, ...], vrs: frozenset[str]) -> None:
    """Every attribute is an element or covers some, every VR is known."""
    tags = {element.tag for element in elements}
    for row in found.attributes:
        covers = "x" in row.tag and any(tag.startswith(row.tag.partition(",")[0]) for tag in tags)
        if row.tag != PRIVATE and row.tag not in tags and not covers:
            raise SchemaError("confidentiality.yaml", f"attributes.{row.tag}", "a tag of elements.yaml", row.tag)
    for safe in found.safe_private:
        if safe.vr and not vrs.issuperset(safe.vr.split(" or ")):
            raise SchemaError("confidentiality.yaml", f"safe-private.{safe.creator}.{safe.tag}", "known VRs", safe.vr)


def check_concepts(found: Confidentiality, codes: tuple[Code, ...]) -> None:
    """Every concept of DICOM's own is a code; holds if the codes are not of an older edition."""
    known = {code.key for code in codes}
    schemes = {code.scheme for code in codes}
    for concept in found.concepts:
        if concept.code.scheme in schemes and concept.code.key not in known:
            raise SchemaError("confidentiality.yaml", "concepts", "a code of codes.yaml", str(concept.code))


def check_context_groups(groups: tuple[ContextGroup, ...], codes: tuple[Code, ...], uids: tuple[Uid, ...]) -> None:
    """Every include is a group, every code of DICOM's own is one, every UID is that of the group in uids.yaml."""
    cids = {group.cid for group in groups}
    known = {code.key for code in codes}
    schemes = {code.scheme for code in codes}
    registered = {uid.uid: uid.info for uid in uids if uid.table == "A-3" and uid.info}
    for group in groups:
        where = f"groups.{group.cid}"
        _check_known("context_groups.yaml", where, "an include of a group that is here", group.includes, cids)
        own = (code.key for code in group.codes if code.scheme in schemes)
        _check_known("context_groups.yaml", where, "a code of codes.yaml", own, known)
        if registered.get(group.uid, f"CID {group.cid}") != f"CID {group.cid}":
            raise SchemaError("context_groups.yaml", f"{where}.uid", f"the UID of {registered[group.uid]}", group.uid)


def check_constraints(modules: Iterable[Module], groups: tuple[ContextGroup, ...]) -> None:
    """Every context group that an include of a module names is one."""
    cids = {group.cid for group in groups}
    for module in modules:
        named = [c.number for c in _constraints(module.rows) if c.kind.endswith("cid")]
        _check_known(f"{module.id}.yaml", "attributes", "a context group of context_groups.yaml", named, cids)


def _constraints(rows: Iterable[Row]) -> Iterator[ContextConstraint]:
    for row in rows:
        if isinstance(row, Include):
            yield from row.constraints
            yield from _constraints(row.changes)
        elif isinstance(row, Attribute):
            yield from _constraints(row.rows)


def check_templates(templates: tuple[Template, ...], groups: tuple[ContextGroup, ...]) -> None:
    """Every include is a template; every context group is one, where there are context groups."""
    tids = {template.tid for template in templates}
    cids = {group.cid for group in groups}
    for template in templates:
        for row in template.rows:
            where = f"templates.{template.tid}, row {row.row}"
            if row.include:
                _check_known("templates.yaml", where, "an include of a template that is here", [row.include], tids)
            used = (text.partition("CID ")[2] for text in (row.concept, row.values, row.units) if "CID " in text[:5])
            if cids:
                _check_known("templates.yaml", where, "a context group of context_groups.yaml", used, cids)


def _check_known(path: str, where: str, expected: str, found: Iterable[str], known: Iterable[str]) -> None:
    for name in found:
        if name not in known:
            raise SchemaError(path, where, expected, name)


def check_conditions(spec: Specification, overlay: Overlay) -> None:
    """Every expression is of the language and names elements; every entry of the overlay stands for a condition."""
    keywords = {element.keyword for element in spec.elements}
    modules = (*spec.modules, *spec.macros)
    texts = {text for _, found in conditions_in(spec.iods, modules) for text in (found.when, found.otherwise)}
    for text in sorted(texts - {"", "may"}):
        try:
            unknown = [keyword for keyword in keywords_of(parse(text)) if keyword not in keywords]
        except ConditionError as error:
            raise SchemaError("standard/modules", "when", "an expression", str(error)) from None
        if unknown:
            raise SchemaError("standard/modules", text, "keywords of elements.yaml", unknown[0])
    for entry in overlay.stale(spec.iods, modules) if spec.iods else ():
        raise SchemaError("rules/conditions.yaml", entry, "the hash of a sentence of the dictionaries", "a stale entry")


def check_amendments(spec: Specification, amendments: Amendments) -> None:
    """Every amendment stands for an attribute, and was imported.

    Raises:
        SchemaError: naming the first that is not so.
    """
    modules = (*spec.modules, *spec.macros)
    for entry in amendments.stale(spec.iods, modules) if spec.iods else ():
        raise SchemaError("rules/amendments.yaml", entry, "an attribute of the dictionaries", "a stale entry")
    whole: list[tuple[Any, Any]] = [(module, amendments.module(module)) for module in modules]
    whole += [(iod, amendments.iod(iod)) for iod in spec.iods]
    for there, wanted in whole:
        if there != wanted:
            raise SchemaError("rules/amendments.yaml", there.id, "what `import` laid over it", "something else")


def check_relations(spec: Specification, keywords: frozenset[str]) -> None:
    """Every relation names elements, and its condition is of the language.

    Raises:
        SchemaError: naming the first that does not.
    """
    for relation in spec.relations:
        where = f"{relation.kind} {relation.keyword}"
        for keyword in relation.keywords:
            if keyword not in keywords:
                raise SchemaError("rules/relations.yaml", where, "a keyword of elements.yaml", keyword)
        try:
            if relation.when:
                parse(relation.when)
        except ConditionError as error:
            raise SchemaError("rules/relations.yaml", where, "a condition", str(error)) from None

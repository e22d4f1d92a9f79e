"""UIDs: their form, who may make them, and those that must be the same or must not (PS3.5 9, PS3.10 7.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dicomspec._generated import vr as rules
from dicomspec.edition import DEFAULT
from dicomspec.element import DataElement
from dicomspec.validation.nodes import SOP_CLASS, SOP_INSTANCE, File, Node
from dicomspec.validation.rule import Finding, element_rule, file_rule
from dicomspec.validation.values import values_of
from dicomspec.values.checks import shown

__all__: list[str] = []

FORM: Final = re.compile(rules.VRS["UI"].pattern)
LONGEST: Final = rules.VRS["UI"].max_length
REGISTERED: Final = "1.2.840.10008."
"""The root of the UIDs that the standard itself defines (PS3.6 Annex A)."""

OF_CLASSES: Final = ("ClassUID", "TransferSyntaxUID", "CodingSchemeUID", "ContextUID", "FrameOfReferenceUID")
FRAME_OF_REFERENCE: Final = 0x00200052
DISTINCT: Final = (0x0020000D, 0x0020000E, SOP_INSTANCE, FRAME_OF_REFERENCE)
"""Study, series, instance and frame of reference: different things, which have different UIDs."""


@element_rule("uid-form", "uid", "error", "a UID that is not of the form of one", "PS3.5 9.1", ["UI"], "value")
def uid_form(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    for value in values_of(file, node, element):
        if len(value) > LONGEST:
            yield Finding(element._tag, f"{shown(value)} has {len(value)} characters; a UID has {LONGEST} at most")
        elif value and not FORM.fullmatch(value):
            why = "components are numbers without leading zeros, with dots between them"
            yield Finding(element._tag, f"{shown(value)} is no UID: {why}")
        elif value and ("." not in value or value[0] not in "012" or value[1:2] != "."):
            yield Finding(
                element._tag, f"{shown(value)} is no UID: it starts with 0, 1 or 2 and a dot", "", "PS3.5 9.1"
            )


ROOTS_BELOW_40: Final = (b"0.", b"1.")
MOST_BELOW: Final = 39
"""The arcs 0 and 1 have 40 arcs below them (ITU-T X.660)."""


@element_rule("uid-arc", "uid", "error", "a UID that starts with an arc that cannot be", "PS3.5 9.1", ["UI"], "value")
def uid_arc(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    data = file.raw_bytes(element)
    if data is not None and not data.startswith(ROOTS_BELOW_40) and b"\\" not in data:
        return
    for value in values_of(file, node, element):
        first, _, rest = value.partition(".")
        second = rest.partition(".")[0]
        digits = second.isascii() and second.isdigit() and len(second) < 4
        if first in ("0", "1") and digits and int(second) > MOST_BELOW:
            yield Finding(element._tag, f"{shown(value)}: below {first} there are the arcs 0 to {MOST_BELOW}")


@element_rule(
    "uid-root",
    "uid",
    "error",
    "a UID below the root of the standard that it has not defined",
    "PS3.5 9",
    ["UI"],
    "value",
)
def uid_root(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    for value in values_of(file, node, element):
        if value.startswith(REGISTERED) and file.edition.uid(value) is None and DEFAULT.uid(value) is None:
            keyword = file.edition.keyword(element._tag)
            if keyword.endswith(OF_CLASSES):
                message = f"{value} is none of the UIDs that {file.edition.name} defines"
                yield Finding(element._tag, message, "warning", "PS3.6 A")
            else:
                yield Finding(element._tag, f"{value}: UIDs below {REGISTERED[:-1]} are for the standard alone")


@file_rule("uid-distinct", "uid", "error", "one UID for different things", "PS3.3 C.7.3.1")
def uid_distinct(file: File) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for tag in DISTINCT:
        value = file.top.value(tag)
        if isinstance(value, str) and value:
            if value in seen:
                other = file.edition.keyword(seen[value])
                mild = "warning" if tag == FRAME_OF_REFERENCE else ""
                yield Finding(tag, f"the same UID as {other}; they identify different things", mild, "PS3.5 9")
            seen.setdefault(value, tag)


@file_rule("uid-meta", "uid", "error", "file meta UIDs that are not those of the dataset", "PS3.10 7.1")
def uid_meta(file: File) -> Iterator[Finding]:
    if file.meta is None or file.is_directory:
        return
    for tag, keyword in ((SOP_CLASS, "MediaStorageSOPClassUID"), (SOP_INSTANCE, "MediaStorageSOPInstanceUID")):
        here, there = file.top.value(tag), file.meta.get(keyword)
        if here and there and str(here) != str(there):
            yield Finding(DEFAULT.keywords[keyword], f"{there}, but the dataset has {here}: both name the same thing")


@file_rule("sop-class-retired", "retired", "warning", "a SOP class that the standard has retired", "PS3.6 A")
def sop_class_retired(file: File) -> Iterator[Finding]:
    entry = file.edition.uid(file.sop_class) if file.sop_class else None
    if entry is not None and entry.retired:
        yield Finding(SOP_CLASS, f"{entry.name} is retired")
    syntax = file.edition.uid(file.transfer_syntax) if file.transfer_syntax else None
    if syntax is not None and syntax.retired:
        yield Finding(0x00020010, f"{syntax.name} is retired", "", "PS3.6 A")


@file_rule("sop-class-unknown", "iod", "warning", "a SOP class that has no IOD in the dictionary", "PS3.4 B.5")
def sop_class_unknown(file: File) -> Iterator[Finding]:
    if file.is_directory:
        return
    if not file.sop_class:
        yield Finding(SOP_CLASS, "no SOP Class UID: what the IOD asks for cannot be checked", "error", "PS3.3 C.12.1")
        return
    entry = file.edition.uid(file.sop_class)
    if not file.edition.sop_class(file.sop_class) and not (entry is not None and entry.retired):
        name = entry.name if entry is not None else "a private SOP class"
        message = f"{file.sop_class}, {name}: no IOD for it, so that modules are not checked"
        yield Finding(SOP_CLASS, message, "info", "PS3.4 B.5", certain=False)

"""The records of a DICOMDIR: offsets, links, types, files (PS3.3 F.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dicomspec.edition import DEFAULT
from dicomspec.validation.nodes import File, Node
from dicomspec.validation.rule import Finding, file_rule

__all__ = ["records"]

FIRST, LAST, RECORDS = 0x00041200, 0x00041202, 0x00041220
NEXT, LOWER, IN_USE, TYPE = 0x00041400, 0x00041420, 0x00041410, 0x00041430
FILE_ID, CLASS_IN_FILE, INSTANCE_IN_FILE = 0x00041500, 0x00041510, 0x00041511

EXPLICIT: Final = "1.2.840.10008.1.2.1"

BELOW: Final = {
    "": {"PATIENT", "HANGING PROTOCOL", "PALETTE", "IMPLANT", "IMPLANT GROUP", "IMPLANT ASSY", "PRIVATE"},
    "PATIENT": {"STUDY", "HL7 STRUC DOC", "PRIVATE"},
    "STUDY": {"SERIES", "PRIVATE"},
}
"""Record types that may stand below one (F.4); of others every one may."""


def records(file: File) -> dict[int, Node]:
    """The directory records by their offsets."""
    if "records" not in file.known:
        nodes = list(file.top.children(RECORDS)) if file.is_directory else []
        file.known["records"] = {node.body._begin: node for node in nodes if node.body._origin is not None}
    found: dict[int, Node] = file.known["records"]
    return found


@file_rule("dicomdir-offset", "dicomdir", "error", "an offset of a DICOMDIR where no record starts", "PS3.3 F.3.2.2")
def dicomdir_offset(file: File) -> Iterator[Finding]:
    known = records(file)
    if not known:
        return
    for node, tags in ((file.top, (FIRST, LAST)), *((node, (NEXT, LOWER)) for node in known.values())):
        for tag in tags:
            offset = node.number(tag)
            if offset is None or offset == 0 or int(offset) in known:
                continue
            nearest = min(known, key=lambda start: abs(start - int(offset)))
            yield Finding(tag, f"no record starts at {offset}; the nearest one starts at {nearest}", node=node)


@file_rule("dicomdir-links", "dicomdir", "error", "records of a DICOMDIR that are linked wrongly", "PS3.3 F.3.2.2")
def dicomdir_links(file: File) -> Iterator[Finding]:
    known = records(file)
    if not known:
        if file.is_directory and file.top.number(FIRST):
            yield Finding(FIRST, f"{file.top.number(FIRST)}, but there are no records; it is 0 then")
        return
    reached: set[int] = set()
    stack: list[tuple[int, str]] = [(int(file.top.number(FIRST) or 0), "")]
    last_of_root = 0
    while stack:
        offset, above = stack.pop()
        while offset in known:
            node = known[offset]
            if offset in reached:
                yield Finding(None, "a record that is linked to more than once", node=node, offset=offset)
                break
            reached.add(offset)
            yield from _type(node, above)
            last_of_root = offset if not above else last_of_root
            lower = int(node.number(LOWER) or 0)
            if lower:
                stack.append((lower, str(node.value(TYPE) or "?")))
            offset = int(node.number(NEXT) or 0)
    last = file.top.number(LAST)
    if last and last_of_root and last != last_of_root and int(last) in known:
        yield Finding(LAST, f"{last}; the last record of the root entity is at {last_of_root}")
    lost = [offset for offset, node in known.items() if offset not in reached and node.number(IN_USE) != 0]
    if lost:
        more = f" and to {len(lost) - 1} others" if len(lost) > 1 else ""
        yield Finding(None, f"no record leads to this one{more}", "warning", node=known[lost[0]], offset=lost[0])


@file_rule("dicomdir-syntax", "dicomdir", "error", "a DICOMDIR in another transfer syntax", "PS3.10 8.6")
def dicomdir_syntax(file: File) -> Iterator[Finding]:
    if file.is_directory and file.transfer_syntax not in ("", EXPLICIT):
        message = f"{file.transfer_syntax}; a DICOMDIR is in Explicit VR Little Endian"
        yield Finding(0x00020010, message)


def _type(node: Node, above: str) -> Iterator[Finding]:
    kind = node.value(TYPE)
    allowed = BELOW.get(above)
    if isinstance(kind, str) and allowed is not None and kind not in allowed:
        where = f"below {above}" if above else "in the root"
        message = f"a {kind} record {where}; there may be {', '.join(sorted(allowed))}"
        yield Finding(TYPE, message, node=node, reference="PS3.3 F.4")


@file_rule(
    "dicomdir-keys", "dicomdir", "error", "a key that a directory record of its type has is missing", "PS3.3 F.5"
)
def dicomdir_keys(file: File) -> Iterator[Finding]:
    for node in records(file).values():
        file_id, names = node.value(FILE_ID), node.body._complete()
        if file_id is not None:
            for tag in (CLASS_IN_FILE, INSTANCE_IN_FILE):
                if tag not in names:
                    yield Finding(
                        tag,
                        "missing; a record that names a file has it (Type 1C)",
                        node=node,
                        reference="PS3.3 F.3.2.2",
                    )
        for part in file_id if isinstance(file_id, list) else [file_id]:
            if not isinstance(part, str):
                continue
            if len(part) > 8 or not part or not all(char in _FILE_CHARACTERS for char in part):
                yield Finding(FILE_ID, _PART.format(part), node=node, reference="PS3.10 8.2")
                break
        for keyword, kind in _KEYS.get(str(node.value(TYPE) or ""), ()):
            tag = DEFAULT.keywords[keyword]
            element = node.body._element(tag)
            if element is None or (kind == "1" and element.is_empty):
                state = "missing" if element is None else "empty"
                yield Finding(tag, f"{state}; a {node.value(TYPE)} record has it (Type {kind})", node=node)


_FILE_CHARACTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_PART: Final = "{!r}: the parts of a File ID have 1 to 8 characters: A-Z, 0-9 and _"
_KEYS: Final[dict[str, Any]] = {
    "PATIENT": (("PatientName", "2"), ("PatientID", "1")),
    "STUDY": (
        ("StudyDate", "1"),
        ("StudyTime", "1"),
        ("StudyDescription", "2"),
        ("StudyID", "1"),
        ("AccessionNumber", "2"),
    ),
    "SERIES": (("Modality", "1"), ("SeriesInstanceUID", "1"), ("SeriesNumber", "1")),
    "IMAGE": (("InstanceNumber", "1"),),
    "SR DOCUMENT": (("InstanceNumber", "1"), ("CompletionFlag", "1"), ("VerificationFlag", "1"), ("ContentDate", "1")),
}
"""Keys of the common record types, with their types (F.5.1 to F.5.4, F.5.23)."""

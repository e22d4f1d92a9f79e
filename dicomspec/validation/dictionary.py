"""Elements against the dictionary: VR, VM, what is retired, what is not in it, private blocks (PS3.5 7.8, PS3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from dicomspec._generated import vr as rules
from dicomspec.element import DataElement, same_vr
from dicomspec.tag import PRIVATE, Tag, creator_tag, names_creator
from dicomspec.validation.nodes import DIRECTORY, File, Node
from dicomspec.validation.rule import Finding, element_rule, item_rule
from dicomspec.values.checks import count_fits
from dicomspec.values.multi import MultiValue
from dicomspec.wire.reading import Reading

__all__ = ["has_plain_count", "has_plain_header"]

GROUP_LENGTH_MASK = 0xFFFF
NEVER_PRIVATE: Final = (0x0001, 0x0003, 0x0005, 0x0007, 0xFFFF)
FIRST_OF_BLOCKS: Final = 0x1000
"""Element number from which on private data stand, behind their creators."""


def row_of(file: File, tag: int) -> tuple[str, str, str, str, str] | None:
    """VR, VM, name, keyword and retirement of an element of the standard, None if it has none such."""
    found: Any = file.elements.get(tag)
    if found is None:
        known: dict[int, Any] = file.known.setdefault("rows", {})
        if tag not in known:
            known[tag] = file.edition.find(tag)
        return cast("tuple[str, str, str, str, str] | None", known[tag])
    return cast("tuple[str, str, str, str, str]", found)


def has_plain_header(file: File, node: Node, element: DataElement) -> bool:
    """Whether the dictionary has the element, with its VR, and it is in force: rules about its header find nothing.

    Of a private element, that it has a creator, in whose dictionary no other VR is.
    """
    tag = element._tag
    row = file.elements.get(tag)
    if row is not None:
        return bool(row[0] == (file.written_vr(element) or element.VR) and not row[4] and tag & GROUP_LENGTH_MASK)
    if not _is_private_data(tag) or not (creator := node.body._creator_of(tag)):
        return False
    entry = file.edition.private(creator, tag)
    return entry is None or entry.vr == (file.written_vr(element) or element.VR)


def _is_private_data(tag: int) -> bool:
    """Whether a tag is one of a private block, in a group that may have such."""
    return bool(tag & PRIVATE) and tag & GROUP_LENGTH_MASK >= FIRST_OF_BLOCKS and tag >> 16 not in NEVER_PRIVATE


def has_plain_count(file: File, element: DataElement) -> bool:
    """Whether the element is one that may have any number of values, or may have one and has no more."""
    row = file.elements.get(element._tag)
    if row is None:
        return _is_private_data(element._tag)
    return bool(row[1] == "1-n" or (row[1] == "1" and type(element._value) is not MultiValue))


@element_rule("vr-dictionary", "vr", "error", "a VR that is not the dictionary's", "PS3.6", answered="header")
def vr_dictionary(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    tag = element._tag
    written = file.written_vr(element) or element.VR
    row = row_of(file, tag)
    if row is None:
        if tag & PRIVATE and names_creator(tag) and written not in ("LO", "UN"):
            yield Finding(tag, f"a private creator has VR LO, not {written}", "", "PS3.5 7.8.1")
        elif tag & PRIVATE:
            yield from _private_vr(file, node, tag, written)
        return
    vr = row[0]
    if written == vr or (len(vr) == 2 and vr == element.VR and written not in ("UN", "OB") and written == element.VR):
        return
    if written == "UN":
        yield Finding(tag, f"VR UN; the dictionary has {vr}, write that", "warning", "PS3.5 6.2.2")
    elif not same_vr(written, vr):
        yield Finding(tag, f"VR {written}; the dictionary has {vr}")
    elif vr == "US or SS" and written != _signed(node) and element.value is not None:
        wanted = _signed(node)
        if wanted:
            yield Finding(tag, f"VR {written}; with this Pixel Representation it is {wanted}", "warning")


def _signed(node: Node) -> str:
    for here in node.up():
        value = here.number(0x00280103)
        if value is not None:
            return "SS" if value == 1 else "US"
    return ""


def _private_vr(file: File, node: Node, tag: int, written: str) -> Iterator[Finding]:
    creator = node.body._creator_of(tag)
    entry = file.edition.private(creator, tag) if creator else None
    if entry is not None and entry.vr in rules.VRS and written not in ("UN", entry.vr) and entry.vr != "UN":
        message = f"VR {written}; the private dictionary of {creator!r} has {entry.vr}"
        yield Finding(tag, message, "info", "PS3.5 7.8")


@element_rule(
    "vm", "vm", "error", "a number of values that the dictionary does not allow", "PS3.5 6.4", answered="count"
)
def vm(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    vr = element.VR
    if vr == "SQ" or (vr in rules.VRS and rules.VRS[vr].kind in ("bytes", "paragraph")):
        return
    row = row_of(file, element._tag)
    if row is None:
        return
    wanted = row[1]
    count = element.VM
    if not count or wanted == "1-n" or (wanted == "1" and count == 1):
        return
    if not count_fits(count, wanted):
        many = "1 value" if count == 1 else f"{count} values"
        yield Finding(element._tag, f"{many}; the dictionary allows {wanted}")


@element_rule(
    "retired", "retired", "warning", "an attribute that the standard has retired", "PS3.6 6", answered="header"
)
def retired(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    tag = element._tag
    if tag & PRIVATE or not tag & GROUP_LENGTH_MASK or tag >> 16 <= 2:
        return
    row = row_of(file, tag)
    if row is not None and row[4] and not (tag == 0x00041600 and file.meta_class == DIRECTORY):
        yield Finding(
            tag, f"{row[2] or 'this element'} is retired ({row[4]}); the standard no longer says what it means"
        )


@element_rule(
    "not-in-dictionary", "iod", "warning", "an element that the dictionary does not have", "PS3.6 6", answered="header"
)
def not_in_dictionary(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    tag = element._tag
    if not tag & PRIVATE and row_of(file, tag) is None:
        yield Finding(tag, "no element of the standard has this tag; data of one's own goes into private elements")


@element_rule(
    "private-creator", "private", "error", "a private element without a creator", "PS3.5 7.8.1", answered="header"
)
def private_creator(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    tag = element._tag
    if not tag & PRIVATE or not tag & GROUP_LENGTH_MASK:
        return
    group = tag >> 16
    if group in NEVER_PRIVATE:
        yield Finding(tag, f"group {group:04X} is not to be used, for private elements neither", "", "PS3.5 7.8")
    elif names_creator(tag):
        if not isinstance(element.value, str) or not element.value.strip():
            yield Finding(tag, "the private creator is empty: nobody can tell whose elements the block has")
    elif tag & GROUP_LENGTH_MASK < FIRST_OF_BLOCKS:
        yield Finding(tag, "private elements start at (gggg,1000), creators stand at (gggg,0010) to (gggg,00FF)")
    elif not node.body._creator_of(tag):
        creator = creator_tag(tag)
        where = str(Tag(creator)) if creator is not None else "(gggg,00xx)"
        yield Finding(tag, f"no private creator at {where}: nobody can tell whose element it is")


@item_rule("group-length", "encoding", "warning", "a group length that is retired, or wrong", "PS3.5 7.2")
def group_length(file: File, node: Node) -> Iterator[Finding]:
    body = node.body
    for tag in [tag for tag in body._tags() if not tag & GROUP_LENGTH_MASK]:
        element = body._element(tag)
        if element is None or element.raw is None or tag >> 16 <= 2:
            continue
        raw = element.raw
        end = raw[0].group_end(body, tag) if isinstance(raw[0], Reading) else None
        real = None if end is None else end - raw[3]
        if real is not None and element.value != real:
            yield Finding(tag, f"says {element.value} bytes, the group has {real}: leave group lengths out", "error")

"""The dataset against its transfer syntax: VR of pixels, colour, loss, how compressed frames start (PS3.5 8, A.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dicomspec._generated.transfer_syntaxes import FAMILIES, TRANSFER_SYNTAXES
from dicomspec.validation.nodes import File, Node
from dicomspec.validation.pixels import PIXEL_DATA, fragments, frames_of
from dicomspec.validation.rule import Finding, file_rule, item_rule

__all__: list[str] = []

ALLOCATED, PHOTOMETRIC = 0x00280100, 0x00280004
LOSSY, METHOD = 0x00282110, 0x00282114
WAVEFORM, WAVEFORM_BITS = 0x54001010, 0x54001004
SMALL: Final = 8
"""Bits that go into one byte."""

STANDARD: Final = frozenset(kind for row in TRANSFER_SYNTAXES.values() for kind in row.photometric)
STANDARD_ELSEWHERE: Final = frozenset(["YBR_PARTIAL_420", "XYB"])
"""What video and JPEG XL have; of all other interpretations PS3.5 8.2 says nothing."""


@item_rule(
    "pixel-vr", "vr", "error", "pixels or samples with a VR for other sizes", "PS3.5 8.1.2", [PIXEL_DATA, WAVEFORM]
)
def pixel_vr(file: File, node: Node) -> Iterator[Finding]:
    for tag, bits in ((PIXEL_DATA, ALLOCATED), (WAVEFORM, WAVEFORM_BITS)):
        element = node.body._element(tag)
        vr = "" if element is None else file.written_vr(element)
        if element is None or vr not in ("OB", "OW"):
            continue
        size = node.number(bits)
        if tag == PIXEL_DATA and element.is_undefined_length:
            if vr != "OB":
                yield Finding(tag, f"VR {vr}; pixel data in fragments have OB", "", "PS3.5 A.4")
        elif vr == "OB" and size is not None and size > SMALL:
            yield Finding(tag, f"VR OB; {size} bits allocated take OW")


@file_rule(
    "photometric-syntax", "pixel", "error", "colour that the transfer syntax cannot carry as it says", "PS3.5 8.2"
)
def photometric_syntax(file: File) -> Iterator[Finding]:
    kind = file.top.value(PHOTOMETRIC)
    row = TRANSFER_SYNTAXES.get(file.transfer_syntax)
    if row is None or not row.photometric or kind in row.photometric or PIXEL_DATA not in file.top.body:
        return
    if kind in STANDARD or kind in STANDARD_ELSEWHERE:
        message = f"{kind}, which {row.keyword} does not have; it has {', '.join(row.photometric)}"
        family = FAMILIES.get(row.family)
        yield Finding(PHOTOMETRIC, message, "", family.section if family is not None else "PS3.5 8.2")


@file_rule("lossy", "pixel", "error", "a lossy transfer syntax that the attributes deny", "PS3.3 C.7.6.1.1.5")
def lossy(file: File) -> Iterator[Finding]:
    row = TRANSFER_SYNTAXES.get(file.transfer_syntax)
    if row is None or row.loss != "lossy" or PIXEL_DATA not in file.top.body:
        return
    said = file.top.value(LOSSY)
    if said == "00":
        yield Finding(LOSSY, f"00, but {row.keyword} is lossy: it is 01 from the first lossy compression on")
    elif said is None and LOSSY not in file.top.body._complete():
        yield Finding(LOSSY, f"not there, but {row.keyword} is lossy: say so with 01", "warning")
    methods = file.top.value(METHOD)
    given = [methods] if isinstance(methods, str) else list(methods or ())
    family = FAMILIES.get(row.family)
    if given and family is not None and family.method not in given:
        message = f"{', '.join(map(str, given))}; {row.keyword} is {family.method}"
        yield Finding(METHOD, message, "", "PS3.3 C.7.6.1.1.5.1")


@file_rule("fragment-start", "pixel", "error", "a compressed frame that does not start as its codec does", "PS3.5 A.4")
def fragment_start(file: File) -> Iterator[Finding]:
    element = file.top.body._element(PIXEL_DATA) if PIXEL_DATA in file.top.body else None
    row = TRANSFER_SYNTAXES.get(file.transfer_syntax)
    found = fragments(element) if element is not None else []
    family = FAMILIES.get(row.family) if row is not None else None
    start = family.start if family is not None else b""
    if element is None or element.raw is None or row is None or not start or len(found) < 2:
        return
    source = element.raw[0]
    each = found[1:] if len(found) - 1 == frames_of(file.top) else found[1:2]
    for number, fragment in enumerate(each, 1):
        head = source.value_bytes(fragment.content, fragment.content + min(len(start), fragment.length))
        if head != start:
            message = f"fragment {number} starts with {head.hex(' ') or 'nothing'}; {row.keyword} with {start.hex(' ')}"
            yield Finding(PIXEL_DATA, message, offset=fragment.start)
            return

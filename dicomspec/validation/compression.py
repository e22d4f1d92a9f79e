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

MONOCHROME: Final = frozenset(["MONOCHROME1", "MONOCHROME2"])
ONE_SAMPLE: Final = MONOCHROME | {"PALETTE COLOR"}
WAVELETS: Final = ONE_SAMPLE | {"RGB", "YBR_FULL", "YBR_RCT"}
STANDARD: Final = WAVELETS | {"YBR_FULL_422", "YBR_PARTIAL_420", "YBR_ICT", "XYB"}
"""What the tables of PS3.5 8.2 speak of; of others they say nothing."""

COLOURS: Final = {
    "1.2.840.10008.1.2.4.50": (MONOCHROME | {"YBR_FULL_422", "RGB"}, "8.2.1"),
    "1.2.840.10008.1.2.4.51": (MONOCHROME | {"YBR_FULL_422", "RGB"}, "8.2.1"),
    "1.2.840.10008.1.2.4.57": (ONE_SAMPLE | {"YBR_FULL", "RGB"}, "8.2.1"),
    "1.2.840.10008.1.2.4.70": (ONE_SAMPLE | {"YBR_FULL", "RGB"}, "8.2.1"),
    "1.2.840.10008.1.2.4.80": (ONE_SAMPLE | {"YBR_FULL", "RGB"}, "8.2.3"),
    "1.2.840.10008.1.2.4.81": (MONOCHROME | {"YBR_FULL", "RGB"}, "8.2.3"),
    "1.2.840.10008.1.2.4.90": (WAVELETS, "8.2.4"),
    "1.2.840.10008.1.2.4.91": (WAVELETS | {"YBR_ICT"}, "8.2.4"),
    "1.2.840.10008.1.2.4.201": (WAVELETS, "8.2.14"),
    "1.2.840.10008.1.2.4.202": (WAVELETS, "8.2.14"),
    "1.2.840.10008.1.2.4.203": (WAVELETS | {"YBR_ICT"}, "8.2.14"),
    "1.2.840.10008.1.2.5": (ONE_SAMPLE | {"YBR_FULL", "RGB"}, "8.2.2"),
}
"""Transfer syntax -> standard Photometric Interpretations that it can carry (tables 8.2.1-1 to 8.2.14-1)."""

STARTS: Final = {"jpeg": b"\xff\xd8", "jpeg-ls": b"\xff\xd8", "jpeg2000": b"\xff\x4f", "htj2k": b"\xff\x4f"}
"""What the codestreams of a family start with: SOI, or SOC."""


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
    allowed, section = COLOURS.get(file.transfer_syntax, (frozenset(), ""))
    if allowed and isinstance(kind, str) and kind in STANDARD and kind not in allowed and PIXEL_DATA in file.top.body:
        name = TRANSFER_SYNTAXES[file.transfer_syntax].keyword
        message = f"{kind}, which {name} does not have; it has {', '.join(sorted(allowed))}"
        yield Finding(PHOTOMETRIC, message, "", f"PS3.5 {section}")


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
    start = STARTS.get(row.family) if row is not None else None
    if element is None or element.raw is None or row is None or start is None or len(found) < 2:
        return
    source = element.raw[0]
    each = found[1:] if len(found) - 1 == frames_of(file.top) else found[1:2]
    for number, fragment in enumerate(each, 1):
        head = source.value_bytes(fragment.content, fragment.content + min(len(start), fragment.length))
        if head != start:
            message = f"fragment {number} starts with {head.hex(' ') or 'nothing'}; {row.keyword} with {start.hex(' ')}"
            yield Finding(PIXEL_DATA, message, offset=fragment.start)
            return

"""Numbers that have to go together: samples of waveforms, points of graphics, metersets, times, documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from dicomspec.validation.nodes import File, Node, listed
from dicomspec.validation.rule import Finding, item_rule

__all__: list[str] = []

CHANNELS, SAMPLES, BITS, DATA = 0x003A0005, 0x003A0010, 0x54001004, 0x54001010


@item_rule(
    "waveform-length",
    "pixel",
    "error",
    "waveform data of another length than channels and samples give",
    "PS3.3 C.10.9.1.7",
    [DATA],
)
def waveform_length(file: File, node: Node) -> Iterator[Finding]:
    channels, samples, bits = (node.number(tag) for tag in (CHANNELS, SAMPLES, BITS))
    element = node.body._element(DATA)
    if element is None or element.is_empty or not channels or not samples or not bits:
        return
    raw = element.raw
    length = raw[3] - raw[2] if raw is not None else len(element.value)
    wanted = int(channels) * int(samples) * int(bits) // 8
    if length not in (wanted, wanted + wanted % 2):
        message = f"{length} bytes; {channels} channels x {samples} samples x {bits} bits take {wanted + wanted % 2}"
        yield Finding(DATA, message)


GRAPHIC, TYPE, NUMBER_OF_POINTS = 0x00700022, 0x00700023, 0x00700021
POINTS: Final = {"POINT": 1, "CIRCLE": 2, "ELLIPSE": 4, "ELLIPSOID": 6}
"""Graphic Type -> points (C.18.6.1.2, C.18.9.1.2, C.10.5.1.2)."""


@item_rule(
    "graphic-data", "sr", "error", "graphic data that are not the points of their type", "PS3.3 C.18.6.1.2", [GRAPHIC]
)
def graphic_data(file: File, node: Node) -> Iterator[Finding]:
    kind, values = node.value(TYPE), listed(node.value(GRAPHIC))
    spatial = node.value(0x0040A040) == "SCOORD3D"
    size = 3 if spatial else 2
    if not values or not isinstance(kind, str):
        return
    points = len(values) / size
    if len(values) % size:
        yield Finding(GRAPHIC, f"{len(values)} values; points have {size} each")
    elif points != POINTS.get(kind, points):
        yield Finding(GRAPHIC, f"{int(points)} points; {kind} has {POINTS[kind]}")
    elif spatial and kind == "POLYGON" and values[:3] != values[-3:]:
        yield Finding(GRAPHIC, "the last point is not the first one; a POLYGON is closed", "", "PS3.3 C.18.9.1.2")


CONTROL_POINTS: Final = (0x300A0111, 0x300A03A8)
WEIGHT, FINAL = 0x300A0134, 0x300A010E
TOLERANCE: Final = 1e-4


@item_rule(
    "meterset",
    "iod",
    "error",
    "cumulative meterset weights that do not go from 0 to the final one",
    "PS3.3 C.8.8.14",
    CONTROL_POINTS,
)
def meterset(file: File, node: Node) -> Iterator[Finding]:
    for tag in CONTROL_POINTS:
        if tag not in node.body._complete():
            continue
        items = list(node.children(tag))
        weights = [(item, weight) for item in items if (weight := item.number(WEIGHT)) is not None]
        if len(weights) < len(items) or len(items) < 2:
            continue
        first, last, final = weights[0], weights[-1], node.number(FINAL)
        if abs(first[1]) > TOLERANCE:
            yield Finding(WEIGHT, f"{first[1]:g}; the first control point has 0", node=first[0])
        for (_, before), (item, weight) in pairwise(weights):
            if weight < before - TOLERANCE:
                yield Finding(WEIGHT, f"{weight:g} after {before:g}; weights do not get less", node=item)
                break
        if final is not None and abs(last[1] - final) > TOLERANCE * max(1.0, abs(final)):
            yield Finding(WEIGHT, f"{last[1]:g}; the last control point has the final weight, {final:g}", node=last[0])


ZONE: Final = 0x00080201
_ZONE: Final = re.compile(r"[+-](0\d|1[0-4])[0-5]\d")


@item_rule("timezone", "value", "error", "an offset from UTC that is none", "PS3.3 C.12.1.1.8", [ZONE])
def timezone(file: File, node: Node) -> Iterator[Finding]:
    value = node.value(ZONE)
    if isinstance(value, str) and (
        not _ZONE.fullmatch(value) or value == "-0000" or (value > "+1400" and value[0] == "+")
    ):
        yield Finding(ZONE, f"{value!r}; the form is +HHMM or -HHMM, from -1200 to +1400")


DOCUMENT, LENGTH = 0x00420011, 0x00420015


@item_rule("document-length", "iod", "error", "a document of another length than is said", "PS3.3 C.24.2", [LENGTH])
def document_length(file: File, node: Node) -> Iterator[Finding]:
    said, element = node.number(LENGTH), node.body._element(DOCUMENT)
    if said is None or element is None or element.is_empty:
        return
    raw = element.raw
    length = raw[3] - raw[2] if raw is not None else len(element.value)
    if length - int(said) not in (0, 1):
        yield Finding(LENGTH, f"{said}, but the document has {length} bytes")


LONG_CODE: Final = 0x00080119
SHORT: Final = 16


@item_rule("code-length", "code", "error", "a Long Code Value that would fit into Code Value", "PS3.3 8.1", [LONG_CODE])
def code_length(file: File, node: Node) -> Iterator[Finding]:
    value = node.value(LONG_CODE)
    if isinstance(value, str) and 0 < len(value) <= SHORT:
        message = f"{value!r} has {len(value)} characters; up to {SHORT} go into Code Value"
        yield Finding(LONG_CODE, message)

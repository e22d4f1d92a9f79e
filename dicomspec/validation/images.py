"""Attributes of an image against each other (PS3.3 C.7.6.2, C.7.6.3, C.11.2)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from dicomspec.validation.nodes import File, Node, listed
from dicomspec.validation.rule import Finding, item_rule

__all__: list[str] = []

ROWS: Final = 0x00280010
BITS = BITS_ALLOCATED, BITS_STORED, HIGH_BIT = 0x00280100, 0x00280101, 0x00280102
ORIENTATION: Final = 0x00200037
CENTER, WIDTH, FUNCTION = 0x00281050, 0x00281051, 0x00281056
SPACINGS: Final = (0x00280030, 0x00181164, 0x00182010)
IMAGE_TYPE, POINTER = 0x00080008, 0x00280009
LEAST_TYPES: Final = 2
SAMPLES, PHOTOMETRIC = 0x00280002, 0x00280004
TOLERANCE: Final = 1e-3

SAMPLES_OF: Final = {
    "MONOCHROME1": 1,
    "MONOCHROME2": 1,
    "PALETTE COLOR": 1,
    "RGB": 3,
    "YBR_FULL": 3,
    "YBR_FULL_422": 3,
    "YBR_PARTIAL_420": 3,
    "YBR_PARTIAL_422": 3,
    "YBR_ICT": 3,
    "YBR_RCT": 3,
    "HSV": 3,
    "ARGB": 4,
    "CMYK": 4,
}
"""Samples per Pixel by Photometric Interpretation (C.7.6.3.1.2)."""

LUTS: Final = ((0x00283002, 0x00283006), *((0x00281101 + n, 0x00281201 + n) for n in range(3)))
"""Tags of the descriptors of lookup tables and of their data (C.11.1.1, C.7.9)."""
DESCRIPTORS: Final = [descriptor for descriptor, _ in LUTS]


@item_rule(
    "bits",
    "pixel",
    "error",
    "bits allocated, bits stored and high bit that do not fit",
    "PS3.3 C.7.6.3.1",
    BITS,
)
def bits(file: File, node: Node) -> Iterator[Finding]:
    allocated, stored, high = (node.number(tag) for tag in (BITS_ALLOCATED, BITS_STORED, HIGH_BIT))
    if allocated is not None and allocated != 1 and (allocated % 8 or not allocated):
        yield Finding(BITS_ALLOCATED, f"{allocated}; it is 1 or a multiple of 8", "", "PS3.5 8.1.1")
    if stored is not None and allocated is not None and not 1 <= stored <= allocated:
        yield Finding(
            BITS_STORED, f"{stored} of {allocated} bits allocated; it is 1 to Bits Allocated", "", "PS3.5 8.1.1"
        )
    if stored is not None and high is not None and high != stored - 1:
        yield Finding(
            HIGH_BIT, f"{high}; with Bits Stored {stored} it is {stored - 1} (Bits Stored - 1)", "", "PS3.5 8.1.1"
        )


@item_rule(
    "samples",
    "pixel",
    "error",
    "samples per pixel that do not go with the photometric interpretation",
    "PS3.3 C.7.6.3.1.2",
    [SAMPLES],
)
def samples(file: File, node: Node) -> Iterator[Finding]:
    count, kind = node.number(SAMPLES), node.value(PHOTOMETRIC)
    wanted = SAMPLES_OF.get(kind) if isinstance(kind, str) else None
    if count is not None and wanted is not None and count != wanted:
        yield Finding(SAMPLES, f"{count}; {kind} has {wanted}")


@item_rule(
    "orientation",
    "pixel",
    "error",
    "direction cosines that are no unit vectors at right angles",
    "PS3.3 C.7.6.2.1.1",
    [ORIENTATION],
)
def orientation(file: File, node: Node) -> Iterator[Finding]:
    value = node.value(ORIENTATION)
    if not isinstance(value, list) or len(value) != 6 or not all(isinstance(part, float) for part in value):
        return
    row, column = [float(part) for part in value[:3]], [float(part) for part in value[3:]]
    for name, vector in (("row", row), ("column", column)):
        length = math.sqrt(sum(part * part for part in vector))
        if abs(length - 1) > TOLERANCE:
            yield Finding(ORIENTATION, f"the {name} vector has length {length:.6g}; direction cosines have length 1")
            return
    dot = sum(a * b for a, b in zip(row, column, strict=True))
    if abs(dot) > TOLERANCE:
        yield Finding(ORIENTATION, f"row and column are not at right angles: their dot product is {dot:.6g}")


@item_rule(
    "window",
    "pixel",
    "error",
    "window centres and widths that do not go together",
    "PS3.3 C.11.2.1.2",
    [CENTER, WIDTH],
)
def window(file: File, node: Node) -> Iterator[Finding]:
    center, width = node.value(CENTER), node.value(WIDTH)
    centers, widths = listed(center), listed(width)
    if centers and widths and len(centers) != len(widths):
        yield Finding(WIDTH, f"{len(widths)} widths for {len(centers)} centres; each window has both")
    least = 0.0 if node.value(FUNCTION) in ("LINEAR_EXACT", "SIGMOID") else 1.0
    for part in widths:
        if isinstance(part, (int, float)) and (part < least or (least == 0 and part == 0)):
            limit = "at least 1" if least else "greater than 0"
            yield Finding(WIDTH, f"{part:g}; a window width is {limit}")
            return


@item_rule("spacing", "pixel", "error", "a pixel spacing that is not positive", "PS3.3 10.7.1.3", SPACINGS)
def spacing(file: File, node: Node) -> Iterator[Finding]:
    for tag in SPACINGS:
        for part in listed(node.value(tag)):
            if isinstance(part, (int, float)) and part <= 0:
                yield Finding(tag, f"{part:g}; the distance of two pixels is greater than 0")
                break


@item_rule("lut", "pixel", "error", "a lookup table that is not as its descriptor says", "PS3.3 C.11.1.1", DESCRIPTORS)
def lut(file: File, node: Node) -> Iterator[Finding]:
    for descriptor, data in LUTS:
        if descriptor not in node.body._complete():
            continue
        said = node.value(descriptor)
        element = node.body._element(data)
        if not isinstance(said, list) or len(said) != 3 or element is None or not isinstance(said[0], int):
            continue
        entries, bits_each = (said[0] & 0xFFFF) or 1 << 16, said[2]
        if bits_each not in range(8, 17) or (descriptor != LUTS[0][0] and bits_each not in (8, 16)):
            yield Finding(descriptor, f"{bits_each} bits an entry; they are 8 to 16 (of a palette 8 or 16)")
            continue
        raw = element.raw
        value = element.value if isinstance(element.value, bytes) else listed(element.value)
        length = raw[3] - raw[2] if raw is not None else len(value) * (1 if isinstance(value, bytes) else 2)
        fits = {entries * 2} | ({entries + entries % 2} if bits_each == 8 else set())
        if length not in fits:
            yield Finding(data, f"{length} bytes; {entries} entries of {bits_each} bits take {min(fits)}")


@item_rule(
    "image-type",
    "pixel",
    "error",
    "an Image Type without its first two values",
    "PS3.3 C.7.6.1.1.2",
    [IMAGE_TYPE],
)
def image_type(file: File, node: Node) -> Iterator[Finding]:
    values = listed(node.value(IMAGE_TYPE))
    if values and (len(values) < LEAST_TYPES or not all(values[:LEAST_TYPES])):
        yield Finding(IMAGE_TYPE, f"{len(values)} values; value 1 (pixel data) and value 2 (examination) are required")


@item_rule(
    "frame-pointer",
    "pixel",
    "error",
    "a Frame Increment Pointer to what is not there",
    "PS3.3 C.7.6.6.1.1",
    [POINTER],
)
def frame_pointer(file: File, node: Node) -> Iterator[Finding]:
    if POINTER not in node.body._complete():
        return
    for tag in listed(node.value(POINTER)):
        if isinstance(tag, int) and tag not in node.body._complete():
            name = file.edition.keyword(tag) or str(tag)
            yield Finding(POINTER, f"points to {name}, which the dataset does not have: put it in, or point elsewhere")


# --- orientation, aspect, overlays, displayed areas ----------------------------------------------------------------

PATIENT_ORIENTATION, ANATOMICAL = 0x00200020, 0x00102210
BIPED: Final = ("AP", "RL", "HF")
"""Opposite directions (C.7.6.1.1.1)."""

QUADRUPED: Final = frozenset(["LE", "RT", "D", "V", "CR", "CD", "R", "M", "L", "PR", "DI", "PA", "PL"])
ASPECT: Final = 0x00280034


@item_rule(
    "patient-orientation",
    "pixel",
    "error",
    "a Patient Orientation that names no directions",
    "PS3.3 C.7.6.1.1.1",
    [PATIENT_ORIENTATION],
)
def patient_orientation(file: File, node: Node) -> Iterator[Finding]:
    values = [str(value) for value in listed(node.value(PATIENT_ORIENTATION)) if value is not None]
    animal = next((found for here in node.up() if (found := here.value(ANATOMICAL)) is not None), "BIPED")
    if animal != "BIPED":
        return
    for value in values:
        odd = [letter for letter in value if letter not in "".join(BIPED)]
        if odd:
            if value in QUADRUPED and animal is None:
                continue
            yield Finding(PATIENT_ORIENTATION, f"{value!r}; directions are made of the letters A, P, R, L, H, F")
            return
        pair = next((pair for pair in BIPED if set(pair) <= set(value)), None)
        if pair or len(set(value)) < len(value):
            why = f"{pair[0]} and {pair[1]} are opposite" if pair else "a direction stands in it twice"
            yield Finding(PATIENT_ORIENTATION, f"{value!r}: {why}")
            return
    if len(values) == 2 and values[0] and values[0] == values[1]:
        yield Finding(PATIENT_ORIENTATION, f"{values[0]!r} for rows and for columns; they have different directions")


@item_rule("aspect-ratio", "pixel", "error", "a Pixel Aspect Ratio of 1:1", "PS3.3 C.7.6.3.1.7", [ASPECT])
def aspect_ratio(file: File, node: Node) -> Iterator[Finding]:
    values = listed(node.value(ASPECT))
    if len(values) == 2 and values[0] == values[1]:
        yield Finding(ASPECT, f"{values[0]}:{values[1]}, which is what its absence says: leave it out")


OVERLAY_GROUPS: Final = range(0x6000, 0x6020, 2)


@item_rule(
    "overlay",
    "pixel",
    "error",
    "overlay data of another length than its rows and columns give",
    "PS3.3 C.9.2.1.1",
    [group << 16 | 0x3000 for group in OVERLAY_GROUPS],
)
def overlay(file: File, node: Node) -> Iterator[Finding]:
    for group in OVERLAY_GROUPS:
        tag = group << 16 | 0x3000
        element = node.body._element(tag) if tag in node.body._complete() else None
        rows, columns = node.number(group << 16 | 0x10), node.number(group << 16 | 0x11)
        if element is None or element.is_empty or rows is None or columns is None:
            continue
        frames = int(node.number(group << 16 | 0x15) or 1)
        raw = element.raw
        length = raw[3] - raw[2] if raw is not None else len(element.value)
        wanted = (int(rows) * int(columns) * frames + 7) // 8
        if length not in (wanted, wanted + wanted % 2):
            yield Finding(tag, f"{length} bytes; {rows} x {columns} bits of {frames} frames take {wanted + wanted % 2}")


AREA_TOP_LEFT, AREA_BOTTOM_RIGHT = 0x00700052, 0x00700053


@item_rule(
    "displayed-area",
    "pixel",
    "error",
    "a displayed area whose corners are the wrong way round",
    "PS3.3 C.10.4",
    [AREA_TOP_LEFT],
)
def displayed_area(file: File, node: Node) -> Iterator[Finding]:
    corners = [listed(node.value(tag)) for tag in (AREA_TOP_LEFT, AREA_BOTTOM_RIGHT)]
    numbers = [part for corner in corners for part in corner if isinstance(part, int)]
    if [len(corner) for corner in corners] == [2, 2] and len(numbers) == 4:
        left, top, right, bottom = numbers
        if left > right and top > bottom:
            message = f"{left}\\{top} is below and right of {right}\\{bottom}, the bottom right corner"
            yield Finding(AREA_TOP_LEFT, message)


CALIBRATION: Final = 0x00280A02


@item_rule(
    "calibration",
    "pixel",
    "warning",
    "a Pixel Spacing that is not that of the detector, without the reason",
    "PS3.3 10.7.1.2",
    [0x00280030],
)
def calibration(file: File, node: Node) -> Iterator[Finding]:
    spacing = node.value(0x00280030)
    for other in (0x00181164, 0x00182010):
        if isinstance(spacing, list) and isinstance(node.value(other), list) and spacing != node.value(other):
            if CALIBRATION not in node.body._complete():
                name = file.edition.keyword(other)
                message = f"not there, though Pixel Spacing differs from {name}: say what it was corrected for"
                yield Finding(CALIBRATION, message)
            return

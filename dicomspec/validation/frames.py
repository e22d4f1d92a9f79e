"""Frames of multi-frame images: dimension indices (PS3.3 C.7.6.17), and the tiles of slides (C.8.12.14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dicomspec.validation.nodes import PER_FRAME, File, Node, listed
from dicomspec.validation.rule import Finding, file_rule

__all__: list[str] = []

SHARED: Final = 0x52009229
FRAME_CONTENT, INDEX_VALUES = 0x00209111, 0x00209157
INDICES, POINTER, GROUP = 0x00209222, 0x00209165, 0x00209167
ORGANIZATION, CONCATENATION = 0x00209311, 0x00209161
FRAMES, ROWS, COLUMNS = 0x00280008, 0x00280010, 0x00280011
TOTAL_COLUMNS, TOTAL_ROWS, PLANES, PATHS = 0x00480006, 0x00480007, 0x00480303, 0x00480302


@file_rule(
    "dimension-values", "groups", "error", "dimension index values that do not fit the indices", "PS3.3 C.7.6.16.2.2"
)
def dimension_values(file: File) -> Iterator[Finding]:
    count = sum(1 for _ in file.top.children(INDICES))
    for frame in file.top.children(PER_FRAME) if count else ():
        for content in frame.children(FRAME_CONTENT):
            values = listed(content.value(INDEX_VALUES))
            if values and len(values) != count:
                yield Finding(INDEX_VALUES, f"{len(values)} values for {count} dimension indices", node=content)
                return
            if any(value == 0 for value in values):
                message = "0; positions along a dimension are counted from 1"
                yield Finding(INDEX_VALUES, message, "", "PS3.3 C.7.6.17.1", node=content)
                return


@file_rule(
    "dimension-pointer", "groups", "error", "a dimension index that points to what frames do not have", "PS3.3 C.7.6.17"
)
def dimension_pointer(file: File) -> Iterator[Finding]:
    frames = list(file.top.children(PER_FRAME))
    shared = list(file.top.children(SHARED))
    if not frames:
        return
    for index in file.top.children(INDICES):
        pointer, group = index.value(POINTER), index.value(GROUP)
        if not isinstance(pointer, int) or pointer >> 16 & 1:
            continue
        if not isinstance(group, int) and pointer in file.top.body._complete():
            continue
        holders = [*shared, frames[0]]
        if not any(_has(holder, pointer, group if isinstance(group, int) else 0) for holder in holders):
            name = file.edition.keyword(pointer) or f"({pointer >> 16:04X},{pointer & 0xFFFF:04X})"
            where = f" in {file.edition.keyword(group)}" if isinstance(group, int) else ""
            message = f"points to {name}, which no functional group has{where}"
            yield Finding(POINTER, message, node=index)


def _has(holder: Node, tag: int, group: int) -> bool:
    """Whether an attribute is in the functional groups of an item; in that group, if one is named."""
    if tag in holder.body._complete() and not group:
        return True
    for element in holder.body:
        if element.VR != "SQ" or group not in (0, element._tag):
            continue
        if element._tag == tag or any(_below(item, tag) for item in holder.children(element._tag)):
            return True
    return False


def _below(item: Node, tag: int) -> bool:
    if tag in item.body._complete():
        return True
    return any(
        _below(inner, tag) for element in item.body if element.VR == "SQ" for inner in item.children(element._tag)
    )


@file_rule("tiles", "pixel", "error", "another number of frames than tiles", "PS3.3 C.7.6.17.3")
def tiles(file: File) -> Iterator[Finding]:
    top = file.top
    if top.value(ORGANIZATION) != "TILED_FULL" or CONCATENATION in top.body._complete():
        return
    sizes = [top.number(tag) for tag in (TOTAL_COLUMNS, COLUMNS, TOTAL_ROWS, ROWS, FRAMES)]
    if not all(isinstance(size, int) and size > 0 for size in sizes):
        return
    width, columns, height, rows, said = (int(size or 0) for size in sizes)
    planes, paths = (int(top.number(tag) or 1) for tag in (PLANES, PATHS))
    wanted = -(-width // columns) * -(-height // rows) * planes * paths
    if said % wanted:
        message = f"{said}; {width} x {height} pixels in tiles of {columns} x {rows}"
        more = f", {planes} planes and {paths} optical paths" if planes * paths > 1 else ""
        yield Finding(FRAMES, f"{message}{more} make {wanted}")

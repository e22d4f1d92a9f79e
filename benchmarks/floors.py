"""The least that reading in pure Python can take: the bare steps, with nothing around them.

Not a library: the places of the headers are known before, nothing is checked, and what comes out is of no use.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, Final

from benchmarks.peers import OURS
from dicomspec.errors import DicomError

__all__ = ["FLOORS", "offsets"]


def offsets(path: Path) -> list[int]:
    """Where the elements of a file start that are as the standard wants, file meta elements included."""
    try:
        ds = OURS.open(str(path))
        return [slot for body in (ds.file_meta, ds) for slot in body._complete().values() if type(slot) is int]
    except DicomError:  # a broken file
        return []


def _bytes_of(path: str, places: list[int]) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


def _headers_of(path: str, places: list[int]) -> dict[int, int]:
    data, slots, unpack = _bytes_of(path, places), dict[int, int](), _HEADER.unpack_from
    for pos in places:
        group, element, _, _ = unpack(data, pos)
        slots[group * 0x10000 + element] = pos
    return slots


def _objects_of(path: str, places: list[int]) -> dict[int, Any]:
    data, slots, unpack = _bytes_of(path, places), dict[int, Any](), _HEADER.unpack_from
    for pos in places:
        group, element, _, length = unpack(data, pos)
        slots[group * 0x10000 + element] = made = _Holder()
        made.value = data[pos + 8 : pos + 8 + length].decode("latin-1")
    return slots


class _Holder:
    __slots__ = ("value",)


_HEADER: Final = struct.Struct("<HH2sH")
FLOORS: Final = {
    "floor-read": ("read the bytes", _bytes_of),
    "floor-headers": ("read, unpack each header at a known place, note it in a dict", _headers_of),
    "floor-objects": ("the same, with an object and a decoded text for each", _objects_of),
}

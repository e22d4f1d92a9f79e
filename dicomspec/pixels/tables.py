"""Look-up tables in datasets: descriptors, entries, and looking values up (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array
from dicomspec.sequence import Sequence
from dicomspec.wire.reading import Reading

__all__ = [
    "MOST_ENTRIES",
    "Descriptor",
    "LookupTable",
    "functional_group",
    "group_items",
    "is_big_endian",
    "items_of",
    "read_descriptor",
    "read_entries",
    "read_lut",
    "text_of",
]

MOST_ENTRIES: Final = 1 << 16
"""Of any table: the first value of a descriptor has 16 bits, and 0 stands for this."""


@dataclass(frozen=True)
class Descriptor:
    """The three values of a descriptor: number of entries, first value mapped, bits of an entry."""

    entries: int
    first: int
    bits: int


@dataclass(frozen=True)
class LookupTable:
    """A table: `values` has an entry for `first` and each whole number above; what is outside takes the nearest.

    Attributes:
        bits: of an entry, 1 to 16.
        values: shape (entries,), or (entries, channels).
    """

    first: int
    bits: int
    values: Array

    def look_up(self, array: Array) -> Array:
        """The entries for an array of values; fractions are cut off."""
        last = len(self.values) - 1
        if array.dtype.kind == "f":
            with np.errstate(invalid="ignore"):
                places = np.nan_to_num(np.floor(array - self.first), nan=0.0)
            found: Array = self.values[np.clip(places, 0, last).astype(np.intp)]
            return found
        wide = np.int32 if array.dtype.itemsize < 4 else np.int64
        if array.dtype.itemsize == 8 and array.dtype.kind == "u":
            array = np.minimum(array, np.uint64(1 << 62))
        return self.values[np.clip(array.astype(wide) - self.first, 0, last)]


def read_descriptor(body: Elements, keyword: str, signed: bool = False) -> Descriptor:
    """A descriptor.

    Args:
        signed: whether the values to be mapped may be negative; the VR in the file is often the wrong one of US and SS.

    Raises:
        PixelError: it is missing or its values are not possible.
    """
    found = body.get(keyword)
    values = list(found) if isinstance(found, (list, tuple)) else [found]
    if len(values) != 3 or not all(isinstance(value, int) for value in values):
        raise PixelError(f"{found!r} are not the three numbers of a look-up table", code="lut", path=keyword)
    entries, first, bits = values
    entries = (entries & 0xFFFF) or MOST_ENTRIES
    first &= 0xFFFF
    if signed and first > 0x7FFF:
        first -= 0x10000
    if not 1 <= bits <= 16:
        raise PixelError(f"entries of {bits} bits are not possible: 1 to 16 are", code="lut", path=keyword)
    return Descriptor(entries, first, bits)


def read_entries(body: Elements, keyword: str, descriptor: Descriptor) -> Array:
    """The entries of a table: 8 bits each if there are just enough bytes for that, else 16.

    Raises:
        PixelError: there are fewer than the descriptor says.
    """
    element = body.data_element(keyword)
    value = element.value if element is not None else None
    wanted = descriptor.entries
    if isinstance(value, (bytes, bytearray, memoryview)):
        found = _from_bytes(bytes(value), wanted, is_big_endian(element))
    elif value is None or value == "":
        raise PixelError("the look-up table has no data", code="lut", path=keyword)
    else:
        listed = value if isinstance(value, (list, tuple)) else [value]
        if not all(isinstance(each, int) for each in listed):
            raise PixelError("the data of the look-up table are no numbers", code="lut", path=keyword)
        found = np.asarray(listed, np.int64).astype(np.uint16)
        if len(found) < wanted <= 2 * len(found) and descriptor.bits <= 8:  # two entries in each word
            found = found.astype("<u2").view(np.uint8)
    if len(found) < wanted:
        raise PixelError(
            f"the look-up table has {len(found)} entries, its descriptor says {wanted}", code="lut", path=keyword
        )
    found = found[:wanted]
    if descriptor.bits <= 8 and found.dtype.itemsize > 1 and found.max() < 256:
        return found.astype(np.uint8)
    return found


def is_big_endian(element: DataElement | None) -> bool:
    """Whether the value of an element, if it is bytes, is that of a big endian source."""
    raw = element.raw if element is not None else None
    return raw is not None and isinstance(raw[0], Reading) and raw[0].encoding.big_endian


def _from_bytes(data: bytes, wanted: int, big: bool) -> Array:
    if len(data) >= 2 * wanted:
        return np.frombuffer(data, ">u2" if big else "<u2", wanted).astype(np.uint16)
    if big:  # bytes in words
        return np.frombuffer(data, ">u2", len(data) // 2).astype("<u2").view(np.uint8)
    return np.frombuffer(data, np.uint8)


def read_lut(item: Elements, signed: bool = False) -> LookupTable:
    """The table of an item with LUT Descriptor and LUT Data.

    Raises:
        PixelError: descriptor and data are not those of a table.
    """
    descriptor = read_descriptor(item, "LUTDescriptor", signed)
    values = read_entries(item, "LUTData", descriptor)
    bits = max(descriptor.bits, int(values.max()).bit_length())  # some say fewer than they use
    return LookupTable(descriptor.first, bits, values)


def items_of(body: Elements, keyword: str) -> Sequence[Any] | tuple[Elements, ...]:
    """The items of a sequence; none where it is absent, or no sequence in the file."""
    found = body.get(keyword)
    return found if isinstance(found, Sequence) else ()


def functional_group(ds: Elements, macro: str, frame: int | None) -> Elements | None:
    """The item of a functional group that holds for a frame (from 0): its own, or the shared one (PS3.3 C.7.6.16)."""
    found = group_items(ds, macro, frame)
    return found[0] if found else None


def group_items(ds: Elements, macro: str, frame: int | None) -> Sequence[Any] | tuple[Elements, ...]:
    """All items of a functional group that holds for a frame; none if there is no such group."""
    places = (("PerFrameFunctionalGroupsSequence", frame or 0), ("SharedFunctionalGroupsSequence", 0))
    for keyword, number in places:
        groups = items_of(ds, keyword)
        if number < len(groups) and (found := items_of(groups[number], macro)):
            return found
    return ()


def text_of(body: Elements, keyword: str, default: str = "") -> str:
    """The one text of an attribute, without blanks around it, in capitals."""
    found: Any = body.get(keyword)
    if isinstance(found, (list, tuple)):
        found = found[0] if found else None
    return str(found if found is not None and found != "" else default).strip().upper()

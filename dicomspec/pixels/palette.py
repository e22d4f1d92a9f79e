"""Palettes: from stored values to colour (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9; PS3.6 Annex B)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dicomspec._generated.palettes import PALETTES
from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array
from dicomspec.pixels.tables import MOST_ENTRIES, LookupTable, is_big_endian, read_descriptor, read_entries, text_of

__all__ = ["apply_color_lut", "expand_segments", "read_palette", "well_known_palette"]

_CHANNELS: Final = ("Red", "Green", "Blue", "Alpha")
_DISCRETE, _LINEAR, _INDIRECT = range(3)


def apply_color_lut(arr: Any, ds: Elements | None = None, palette: str | None = None) -> Array:
    """Stored values as colours.

    Args:
        arr: stored values of one sample a pixel, any shape.
        ds: with a palette, plain or in segments.
        palette: a well-known palette instead: ``"HOT_IRON"``, ``"PET"``, ``"HOT_METAL_BLUE"``, ``"PET_20_STEP"``,
            or its SOP Instance UID.

    Returns:
        uint8 or uint16 by the bits of the entries, with an axis more for red, green, blue and, if the palette has it,
        alpha.

    Raises:
        PixelError: there is no palette, it is broken, or it is a supplemental one (`render` combines that with grey).
    """
    if palette is not None:
        return well_known_palette(palette).look_up(np.asarray(arr))
    if ds is None:
        raise PixelError("give a dataset with a palette, or the name of one")
    if text_of(ds, "PixelPresentation") in ("MIXED", "COLOR"):
        raise PixelError(
            "the palette is a supplemental one, for some of the values only: dicomspec.pixels.render shows both",
            path="PixelPresentation",
            reference="PS3.3 C.7.6.19",
        )
    return read_palette(ds).look_up(np.asarray(arr))


def well_known_palette(name: str) -> LookupTable:
    """A palette of PS3.6 Annex B, by its Content Label or SOP Instance UID.

    Raises:
        PixelError: there is none of that name, or its data are not known here.
    """
    wanted = str(name).strip().upper().replace(" ", "_")
    for uid, (label, entries) in PALETTES.items():
        if wanted in (uid, label):
            values = np.frombuffer(bytes.fromhex(entries), np.uint8).reshape(-1, 3)
            return LookupTable(0, 8, values)
    labels = ", ".join(label for label, _ in PALETTES.values())
    raise PixelError(f"{name!r} is no well-known palette with data here: {labels} are", reference="PS3.6 B.1")


def read_palette(ds: Elements) -> LookupTable:
    """The palette of a dataset: red, green, blue and perhaps alpha, by Red Palette Color Lookup Table Descriptor.

    Raises:
        PixelError: there is none, or it is broken.
    """
    keyword = "RedPaletteColorLookupTableDescriptor"
    if keyword not in ds:
        raise PixelError("the dataset has no palette", code="no-palette", path=keyword, reference="PS3.3 C.7.6.3")
    descriptor = read_descriptor(ds, keyword, ds.get("PixelRepresentation") == 1)
    plain, segmented = "{}PaletteColorLookupTableData", "Segmented{}PaletteColorLookupTableData"
    for form in (plain, segmented):
        found = [form.format(channel) for channel in _CHANNELS]
        if ds.get(found[0]) is None:
            continue
        columns = [
            read_entries(ds, name, descriptor)
            if form is plain
            else expand_segments(_words(ds, name, descriptor.bits), descriptor.entries, descriptor.bits, name)
            for name in found
            if ds.get(name) is not None or name != found[3]
        ]
        values = np.stack(columns, axis=-1)
        return LookupTable(descriptor.first, max(descriptor.bits, int(values.max()).bit_length()), values)
    raise PixelError("the palette has no data", code="no-palette", path=plain.format("Red"), reference="PS3.3 C.7.6.3")


def _words(ds: Elements, keyword: str, bits: int) -> Array:
    """Segments as numbers of the size of an entry; those of 8 bits stand in words, the first one low."""
    if bits not in (8, 16):
        raise PixelError(f"segments of {bits} bits are not possible: 8 and 16 are", code="lut", path=keyword)
    element = ds.data_element(keyword)
    value = element.value if element is not None else None
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise PixelError("the segments have no data", code="lut", path=keyword)
    data = bytes(value)
    if is_big_endian(element):
        data = np.frombuffer(data, ">u2", len(data) // 2).astype("<u2").tobytes()
    size = bits // 8
    return np.frombuffer(data, f"<u{size}", len(data) // size)


class _Segments:
    """The segments of one channel, and the entries they have made so far.

    Copying segments costs no more than the entries that the descriptor allows: hostile ones can ask for any number.
    """

    def __init__(self, words: list[int], wanted: int, bits: int, path: str) -> None:
        self.words, self.wanted, self.bits, self.path = words, wanted, bits, path
        self.entries: list[int] = []
        self.steps = 0

    def fault(self, message: str) -> PixelError:
        return PixelError(message, code="lut", path=self.path, reference="PS3.3 C.7.9.2")

    def take(self, at: int, count: int) -> list[int]:
        if at + count > len(self.words):
            raise self.fault(f"the segments end within one, at entry {len(self.words)}")
        return self.words[at : at + count]

    def run(self, at: int, segments: int, copying: bool = False) -> None:
        """Expand that many segments from a place on, or until there are enough entries."""
        for _ in range(segments):
            if len(self.entries) >= self.wanted or (not copying and len(self.words) - at < 2):
                return
            self.steps += 1
            if self.steps > 2 * MOST_ENTRIES:
                raise self.fault("there are more segments than a table has entries")
            kind, length = self.take(at, 2)
            at += 2
            if kind == _DISCRETE:
                self.entries += self.take(at, length)
                at += length
            elif kind == _LINEAR:
                self.line(length, *self.take(at, 1))
                at += 1
            elif kind == _INDIRECT and not copying:
                at = self.copy(at, length)
            else:
                what = "copies another that copies" if kind == _INDIRECT else f"is of unknown kind {kind}"
                raise self.fault(f"a segment {what}")

    def line(self, length: int, end: int) -> None:
        if not self.entries:
            raise self.fault("the first segment is linear: there is nothing to start from")
        start = self.entries[-1]
        steps = np.arange(1, length + 1) * ((end - start) / (length or 1)) + start
        self.entries += np.rint(steps).astype(int).tolist()

    def copy(self, at: int, segments: int) -> int:
        """Repeat segments from an offset in bytes, which is two words long, the low one first."""
        size = 4 if self.bits == 8 else 2
        offset = sum(word << self.bits * place for place, word in enumerate(self.take(at, size)))
        start, left = divmod(offset, self.bits // 8)
        if left or start >= len(self.words):
            raise self.fault(f"a segment copies from byte {offset}, where no segment starts")
        self.run(start, segments, copying=True)
        return at + size


def expand_segments(words: Any, entries: int, bits: int, path: str = "") -> Array:
    """The entries that segments stand for: discrete, linear and indirect ones (PS3.3 C.7.9.2).

    Args:
        words: the segments, as numbers of the size of an entry.
        entries: how many there are to be.
        bits: of an entry, 8 or 16.

    Returns:
        uint8 or uint16, shape (entries,).

    Raises:
        PixelError: the segments are broken or make fewer entries.
    """
    found = _Segments(np.asarray(words).tolist(), entries, bits, path)
    found.run(0, len(found.words))
    if len(found.entries) < entries:
        raise found.fault(f"the segments make {len(found.entries)} entries, the descriptor says {entries}")
    return np.asarray(found.entries[:entries], f"u{bits // 8}")

"""Well-known colour palettes (PS3.6 Annex B)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from ..yaml_io import Block, SchemaError, mapping, only_keys, text

__all__ = ["Palette", "palettes_from_yaml", "palettes_to_yaml"]

_COLOUR: Final = re.compile(r"[0-9A-F]{6}")
_A_LINE: Final = 16


@dataclass(frozen=True)
class Palette:
    """One palette.

    Attributes:
        label: Content Label, such as ``"HOT_IRON"``.
        uid: SOP Instance UID of its instance.
        name: Content Description.
        colours: of the values from 0 on: red, green and blue, 8 bits each, as six hexadecimal digits.
    """

    label: str
    uid: str
    name: str
    colours: tuple[str, ...]


def palettes_from_yaml(data: Any) -> tuple[Palette, ...]:
    """The rows of a file ``{palettes: {label: {uid: ..., name: ..., colours: {0: line, ...}}}}``."""
    found = []
    for label, row in mapping(mapping(data, "").get("palettes"), "palettes").items():
        where = f"palettes.{label}"
        only_keys(row, ("uid", "name", "colours"), where)
        colours = tuple(colour for line in mapping(row.get("colours"), where).values() for colour in str(line).split())
        for colour in colours or ("",):
            if not _COLOUR.fullmatch(colour):
                raise SchemaError("", f"{where}.colours", "six hexadecimal digits", colour)
        found.append(Palette(label, text(row, "uid", where), text(row, "name", where), colours))
    return tuple(found)


def palettes_to_yaml(palettes: tuple[Palette, ...]) -> dict[str, dict[str, object]]:
    """The ``palettes`` mapping of a file."""
    return {
        each.label: {
            "uid": each.uid,
            "name": each.name,
            "colours": Block(
                {str(at): " ".join(each.colours[at : at + _A_LINE]) for at in range(0, len(each.colours), _A_LINE)}
            ),
        }
        for each in palettes
    }

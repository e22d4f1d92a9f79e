"""Files to try things with; made by this project, with invented patients.

>>> from dicomspec import dcmread, examples
>>> examples.names()
['ct', 'multiframe', 'rtplan', 'sr']
>>> dcmread(examples.path("rtplan")).PatientName
'Last^First^mid^pre'
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["EXAMPLES", "names", "path"]

EXAMPLES: Final = {
    "ct": "CT slice of 64 by 64 pixels, Explicit VR Little Endian",
    "multiframe": "four frames of 32 by 32 pixels, RLE Lossless",
    "rtplan": "radiotherapy plan of two beams, Implicit VR Little Endian",
    "sr": "structured report with a measurement, Explicit VR Little Endian",
}
"""Name and description of each."""

_FOLDER: Final = Path(__file__).resolve().parent / "_examples"


def names() -> list[str]:
    """The names of the examples, sorted."""
    return sorted(EXAMPLES)


def path(name: str) -> Path:
    """Where the file of an example is.

    Raises:
        KeyError: there is no such example; the message names those that there are.
    """
    if name not in EXAMPLES:
        raise KeyError(f"no example {name!r}; there are {', '.join(names())}")
    return _FOLDER / f"{name}.dcm"

"""What a caller may ask of reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["ReadOptions"]


@dataclass(frozen=True)
class ReadOptions:
    """How to read; each call has its own, there are no global settings.

    Attributes:
        strict: raise the first issue instead of collecting it.
        force: read a source that shows no sign of being DICOM.
        stop_before: read up to this tag (exclusive); anything that names a tag.
        specific_tags: keep these alone: tags, keywords, or paths such as ``"BeamSequence.BeamName"``.
        charset: Specific Character Set to use in place of what the file says.
        max_depth: nesting of sequences.
        max_elements: elements in one dataset or item.
        max_value_length: bytes of one value that is decoded.
        max_inflated: bytes that a deflated dataset may grow to.
    """

    strict: bool = False
    force: bool = False
    stop_before: Any = None
    specific_tags: tuple[Any, ...] | None = None
    charset: tuple[str, ...] | None = None
    max_depth: int = 10_000
    max_elements: int = 10_000_000
    max_value_length: int = 1 << 32
    max_inflated: int = 1 << 30

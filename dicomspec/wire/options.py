"""What a caller may ask of reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dicomspec.edition import DEFAULT, Edition, edition_for
from dicomspec.errors import ValueRuleError
from dicomspec.values.charset import normalise_terms

__all__ = ["ReadOptions"]


@dataclass(frozen=True)
class ReadOptions:
    """How to read; each call has its own, there are no global settings.

    Attributes:
        strict: raise the first issue instead of collecting it.
        force: read a source that shows no sign of being DICOM.
        stop_before: read up to this tag (exclusive); anything that names a tag.
        specific_tags: keep these alone: tags, keywords, or paths such as ``"BeamSequence.BeamName"``.
        charset: Specific Character Set to use in place of what the file says: a defined term, or several.
        edition: the dictionaries to read with; given as an `Edition`, the folder of one, the YAML file of a private
            dictionary, or a list of those.
        check: refuse values that break a rule of the standard when they are assigned (length, characters, form,
            number of values); reading itself refuses nothing.
        max_depth: levels of sequences in each other; 1 is a sequence in the dataset.
        max_elements: elements in one dataset or item.
        max_value_length: bytes of one value that is decoded.
        max_inflated: bytes that a deflated dataset may grow to.
    """

    strict: bool = False
    force: bool = False
    stop_before: Any = None
    specific_tags: tuple[Any, ...] | None = None
    charset: tuple[str, ...] | None = None
    edition: Edition = DEFAULT
    check: bool = True
    max_depth: int = 10_000
    max_elements: int = 10_000_000
    max_value_length: int = 1 << 32
    max_inflated: int = 1 << 30

    def __post_init__(self) -> None:
        for name in _LIMITS:
            limit = getattr(self, name)
            if not isinstance(limit, int):
                raise TypeError(f"{name} is a number, not {limit!r}")
            if limit < 0:
                raise ValueError(f"{name} is not below 0: {limit}")
        if isinstance(self.specific_tags, (str, int)):
            object.__setattr__(self, "specific_tags", (self.specific_tags,))
        if not isinstance(self.edition, Edition):
            object.__setattr__(self, "edition", edition_for(self.edition))
        if self.charset is not None:
            object.__setattr__(self, "charset", _charset(self.charset))


_LIMITS: Final = ("max_depth", "max_elements", "max_value_length", "max_inflated")


def _charset(given: object) -> tuple[str, ...]:
    terms, problems = normalise_terms(tuple(given) if isinstance(given, (list, tuple)) else given)
    unknown = [problem for problem in problems if problem.startswith("unknown")]
    if unknown or not isinstance(given, (str, list, tuple)):
        raise ValueRuleError(
            f"{given!r} is no defined term of Specific Character Set, such as 'ISO_IR 192' or 'ISO_IR 100'",
            path="charset",
            reference="PS3.3 C.12.1.1.2",
        )
    return terms

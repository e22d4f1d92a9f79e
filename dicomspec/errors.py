"""What can go wrong, as values.

An `Issue` is one finding about a dataset: what was wrong, where, and what was done about it. Reading
tolerantly collects issues; reading strictly raises the first one as a `DicomError`, which carries the
same fields. Every error that dicomspec raises on purpose is a `DicomError`; where a Python habit asks
for a built-in class (`KeyError`, `AttributeError`, `ValueError`) the error is that as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

__all__ = [
    "ConformanceError",
    "DicomError",
    "EditionError",
    "InvalidDicomError",
    "Issue",
    "LimitError",
    "PathError",
    "PixelError",
    "ReadError",
    "TagError",
    "UnknownKeywordError",
    "ValueIssue",
    "ValueRuleError",
    "WriteError",
]


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about a dataset.

    Attributes:
        code: stable name of the kind of finding, such as ``"value-length"``.
        severity: ``"error"`` (the standard is broken), ``"warning"`` or ``"info"``.
        path: where it is, such as ``"BeamSequence[0].BeamName"``; empty for the file as a whole.
        offset: byte offset in the source (in the inflated data of a deflated dataset), or None.
        message: what was found, and what was done about it.
        reference: the section of the standard that decides, such as ``"PS3.5 7.1.2"``.
        edition: the edition of the standard whose rule it is, of findings of `dicomspec.validate`; else empty.
        certain: False where the dataset alone cannot tell whether the standard is broken.
        frame: the frame, counted from 1, of what is in the per-frame functional groups; else None.
        file: name of the file, where several are looked at together; else empty.
    """

    code: str
    severity: str
    path: str
    offset: int | None
    message: str
    reference: str = ""
    edition: str = ""
    certain: bool = True
    frame: int | None = None
    file: str = ""

    @property
    def rule(self) -> str:
        """The rule that was broken: its id is the code."""
        return self.code

    def to_dict(self) -> dict[str, Any]:
        """All fields, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        where = self.path or "file"
        at = f" at byte {self.offset}" if self.offset is not None else ""
        reference = f" [{self.reference}]" if self.reference else ""
        return f"{self.severity} {self.code}: {where}{at}: {self.message}{reference}"


class DicomError(Exception):
    """Root of all errors of dicomspec.

    Attributes:
        issue: the same facts as an `Issue`; `message`, `path` and `offset` are those of the issue.
        code: stable name of the kind of error.
    """

    code = "error"
    _facts: tuple[str, int | None, str, str]
    _issue: Issue | None = None

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        path: str = "",
        offset: int | None = None,
        reference: str = "",
    ) -> None:
        super().__init__(message)
        self._facts = (path, offset, message, reference)
        if code is not None:
            self.code = code

    @classmethod
    def from_issue(cls, issue: Issue) -> DicomError:
        """The error that strict reading raises for ``issue``."""
        return _rebuild(cls, issue)

    @property
    def issue(self) -> Issue:
        """Made when it is asked for: most errors are caught and forgotten."""
        if self._issue is None:
            self._issue = Issue(self.code, "error", *self._facts)
        return self._issue

    @property
    def message(self) -> str:
        return self.issue.message

    @property
    def path(self) -> str:
        return self.issue.path

    @property
    def offset(self) -> int | None:
        return self.issue.offset

    def __str__(self) -> str:
        issue = self.issue
        where = f"{issue.path}: " if issue.path else ""
        at = f" (byte {issue.offset})" if issue.offset is not None else ""
        reference = f" [{issue.reference}]" if issue.reference else ""
        return f"{where}{issue.message}{at}{reference}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.issue)


def _rebuild(cls: type[DicomError], issue: Issue) -> DicomError:
    error = cls.__new__(cls)
    Exception.__init__(error, issue.message)
    error._issue, error.code = issue, issue.code
    return error


class ReadError(DicomError):
    """The bytes are not what the standard asks for, and reading was strict or could not go on."""

    code = "read"


class InvalidDicomError(ReadError):
    """The source is not a DICOM file, nor a dataset without preamble that could be recognised."""

    code = "not-dicom"


class LimitError(ReadError):
    """A limit of the reading options (nesting, elements, lengths, inflated size) was reached."""

    code = "limit"


class WriteError(DicomError):
    """The dataset could not be encoded or the target could not be written; the old file is intact."""

    code = "write"


class ConformanceError(WriteError):
    """An object of an IOD does not conform, and is not written; the message lists all that is wrong.

    Attributes:
        issues: what is wrong, the worst first.
    """

    code = "conformance"

    def __init__(self, what: str, *, issues: Iterable[Issue] = ()) -> None:
        self.issues = list(issues)
        self._what = what
        count = f"{len(self.issues)} error{'s' * (len(self.issues) != 1)}"
        lines = (f"  {issue}" for issue in self.issues)
        super().__init__("\n".join([f"{what}, {count} (check=False writes it as it is):", *lines]))

    def __reduce__(self) -> tuple[Any, ...]:
        return _conformance, (self._what, self.issues)


def _conformance(what: str, issues: list[Issue]) -> ConformanceError:
    return ConformanceError(what, issues=issues)


class ValueRuleError(DicomError, ValueError):
    """A value does not fit its value representation."""

    code = "value"


class TagError(DicomError, ValueError, KeyError):
    """Something that should name a tag does not, or the dictionary does not have it."""

    code = "tag"


class UnknownKeywordError(DicomError, AttributeError, KeyError):
    """An attribute name that no dictionary in use knows; the message names the nearest ones.

    Those are looked for when the message is wanted: most such errors are caught by `hasattr` and never read.
    """

    code = "keyword"

    def __init__(self, message: str, *, hint: Callable[[], str] | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self._hint = hint

    @property
    def issue(self) -> Issue:
        hint = getattr(self, "_hint", None)
        if hint is not None:
            path, offset, message, reference = self._facts
            self._facts, self._hint = (path, offset, message + hint(), reference), None
        return super().issue


class PathError(DicomError, LookupError):
    """A path such as ``BeamSequence[0].BeamName`` is malformed, or leads nowhere."""

    code = "path"


class PixelError(DicomError, ValueError):
    """The pixels cannot be decoded, encoded or changed: header, data, or a codec that is missing."""

    code = "pixels"


class EditionError(DicomError):
    """The dictionaries of an edition are missing, unreadable or contradict themselves."""

    code = "edition"


class ValueIssue(ValueError):
    """Raised by value decoders for bytes that break their VR; not for users.

    Attributes:
        fallback: the value to hand out instead: the raw text, or the bytes.
        code, reference: as in `Issue`.
    """

    def __init__(self, message: str, fallback: object, code: str = "value", reference: str = "PS3.5 6.2") -> None:
        super().__init__(message)
        self.fallback = fallback
        self.code = code
        self.reference = reference

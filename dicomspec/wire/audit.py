"""Reading all that was left for later: every element of every item, so that no issue stays hidden."""

from __future__ import annotations

from collections.abc import Iterable

from dicomspec._generated import wire as names
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.errors import Issue, ReadError
from dicomspec.sequence import Sequence
from dicomspec.wire.reading import Reading

__all__ = ["audit", "in_order", "raise_first"]


def audit(body: Elements) -> list[Issue]:
    """All issues of reading ``body``, by offset. What has not been looked at is decoded for it and not kept."""
    origin = body._origin
    if not isinstance(origin, Reading):
        return []
    stack = [body]
    while stack:
        here = stack.pop()
        for tag, slot in list(here._complete().items()):
            reading = here._origin
            if type(slot) is DataElement:
                element = slot
            elif isinstance(reading, Reading):
                element = reading.element(here, tag, slot)
            if tag == names.SPECIFIC_CHARACTER_SET and isinstance(reading, Reading):
                reading.charset(here)
            if isinstance(element._value, Sequence):
                stack.extend(reversed(list(_items(element._value))))
    return in_order(origin.findings.issues)


def in_order(issues: Iterable[Issue]) -> list[Issue]:
    """Issues by offset, each once; the order does not depend on the order in which they were found."""
    return sorted(dict.fromkeys(issues), key=_by_offset)


def _items(sequence: Sequence[Elements]) -> list[Elements]:
    return [sequence.view(index) for index in range(len(sequence))]


def _by_offset(issue: Issue) -> tuple[bool, int, str, str, str]:
    return issue.offset is not None, issue.offset or 0, issue.path, issue.code, issue.message


def raise_first(issues: list[Issue]) -> None:
    """Raise the first issue that is an error or a warning.

    Raises:
        ReadError: with the fields of the issue.
    """
    for issue in issues:
        if issue.severity != "info":
            raise ReadError.from_issue(issue)

"""The issues of one file, and the paths that tell where they are."""

from __future__ import annotations

from typing import Final

from dicomspec.edition import DEFAULT
from dicomspec.element import step_of
from dicomspec.elements import Elements
from dicomspec.errors import Issue

__all__ = ["TOLD", "Findings", "path_of"]


TOLD: Final = 32
"""Steps of a path that are told; of longer ones the innermost."""


class Findings:
    """The issues of one file, each told once; ``limit`` of them at most, so that memory stays in bounds."""

    __slots__ = ("_found", "_limit")

    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._found: dict[tuple[str, int | None, str], Issue] = {}

    @property
    def issues(self) -> list[Issue]:
        """In the order in which they were found."""
        return list(self._found.values())

    def add(self, issue: Issue) -> None:
        key = (issue.code, issue.offset, issue.path if issue.offset is None else "")
        found = self._found
        if key in found or len(found) > self._limit:
            return
        if len(found) == self._limit:
            issue = Issue(
                "more-issues", "warning", "", None, f"there are more than {self._limit} issues; no more are told"
            )
        found[key] = issue


def path_of(body: Elements | None, tag: int | None) -> str:
    """Where an element is, as ``BeamSequence[0].BeamName``."""
    edition = DEFAULT if body is None else body._edition
    steps = [] if tag is None else [step_of(tag, edition)]
    while body is not None and body._place is not None:
        if len(steps) >= TOLD:
            steps.append("...")
            break
        steps.append(f"{step_of(body._place[0], edition)}[{body._place[1]}]")
        body = body._parent
    return ".".join(reversed(steps))

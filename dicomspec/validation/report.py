"""What validating gives: a list of issues that can be grouped and filtered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from dicomspec.errors import Issue
from dicomspec.validation.rule import RULES, SEVERITIES

__all__ = ["Report"]

RANK: Final = {severity: rank for rank, severity in enumerate(SEVERITIES)}


class Report(list[Issue]):
    """The findings about one or several datasets, worst first, each once.

    Attributes:
        edition: the edition of the standard that was gone by.
        files: how many files or datasets were looked at.
        unreadable: the files that could not be read, with the reason.
    """

    def __init__(self, issues: Iterable[Issue] = (), edition: str = "", files: int = 1) -> None:
        super().__init__(sorted(dict.fromkeys(issues), key=_order))
        self.edition = edition
        self.files = files
        self.unreadable: dict[str, str] = {}

    @property
    def errors(self) -> list[Issue]:
        return [issue for issue in self if issue.severity == "error"]

    @property
    def ok(self) -> bool:
        """Whether there is no error, and all could be read."""
        return not self.unreadable and not any(issue.severity == "error" for issue in self)

    def filter(
        self,
        *,
        min_severity: str = "info",
        rule: str | None = None,
        group: str | None = None,
        path: str | None = None,
        file: str | None = None,
        certain: bool | None = None,
    ) -> Report:
        """The findings that are at least so severe and of this rule, group, path (or below it), file and certainty."""
        worst = rank(min_severity)
        kept = [
            issue
            for issue in self
            if RANK[issue.severity] <= worst
            and rule in (None, issue.rule)
            and (group is None or group_of(issue) == group)
            and (path is None or issue.path == path or issue.path.startswith((path + ".", path + "[")))
            and file in (None, issue.file)
            and certain in (None, issue.certain)
        ]
        return self._of(kept)

    def group_by(self, key: str | Callable[[Issue], Any] = "rule") -> dict[Any, Report]:
        """The findings by a field such as ``"rule"`` or ``"file"``, by ``"group"``, or by what a function gives."""
        by = key if callable(key) else group_of if key == "group" else lambda issue: getattr(issue, key)
        found: dict[Any, list[Issue]] = {}
        for issue in self:
            found.setdefault(by(issue), []).append(issue)
        return {name: self._of(issues) for name, issues in found.items()}

    def counts(self) -> dict[str, int]:
        """How many errors, warnings and infos there are."""
        found = Counter(issue.severity for issue in self)
        return {severity: found[severity] for severity in SEVERITIES}

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values, for JSON."""
        return {
            "edition": self.edition,
            "files": self.files,
            "unreadable": dict(self.unreadable),
            "counts": self.counts(),
            "issues": [issue.to_dict() for issue in self],
        }

    def _of(self, issues: Iterable[Issue]) -> Report:
        report = Report(issues, self.edition, self.files)
        report.unreadable = self.unreadable
        return report

    def __str__(self) -> str:
        return "\n".join(map(str, self)) if self else "no findings"


def rank(severity: str) -> int:
    """How bad a severity is, 0 for the worst.

    Raises:
        ValueError: it is none.
    """
    if severity not in RANK:
        raise ValueError(f"{severity!r} is no severity; there are {', '.join(SEVERITIES)}")
    return RANK[severity]


def group_of(issue: Issue) -> str:
    """The group of the rule that an issue is of."""
    rule = RULES.get(issue.code)
    return rule.group if rule is not None else "encoding"


def _order(issue: Issue) -> tuple[Any, ...]:
    offset = issue.offset
    return RANK[issue.severity], issue.file, offset is None, offset or 0, issue.path, issue.code, issue.message

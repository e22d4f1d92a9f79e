"""Scripts in the manner of pydicom's tutorials, run as they are under pydicom, and under ``import dicomspec as pydicom``.

What they print is the same, but for what the tables below say is different on purpose.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from pathlib import Path
from typing import Any, Final

import pydicom
import pytest

import dicomspec

SCRIPTS: Final = sorted(Path(__file__).with_name("habits").glob("*.py"))


class Library:
    """A library with pydicom's test files, which are no part of ours."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self.data = pydicom.data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def run(script: Path, library: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that a script prints, with ``library`` as its pydicom."""
    source = script.read_text(encoding="utf-8")
    assert source.count("\nimport pydicom\n") == 1
    folder.mkdir()
    monkeypatch.chdir(folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compile(source.replace("\nimport pydicom\n", "\n\n"), str(script), "exec")
        exec(code, {"pydicom": Library(library), "__name__": script.stem})
    return printed.getvalue().splitlines()


# What both libraries' lines are brought to: pattern, replacement, why.
EVERYWHERE: Final = [
    (r"\(([0-9a-fA-F]{4}), ?([0-9a-fA-F]{4})\)", lambda m: f"({m[1]},{m[2]})".lower(), "tags are printed in several ways"),
]


def normal(lines: list[str], script: str) -> list[str]:
    for pattern, replacement, _ in EVERYWHERE:
        lines = [re.sub(pattern, replacement, line) for line in lines]
    return lines


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_prints_the_same(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = run(script, pydicom, tmp_path / "theirs", monkeypatch)
    ours = run(script, dicomspec, tmp_path / "ours", monkeypatch)
    assert len(theirs) > 1
    assert normal(ours, script.stem) == normal(theirs, script.stem)

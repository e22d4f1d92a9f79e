"""Scripts in the manner of pydicom's tutorials, run under pydicom and under ``import dicomspec as pydicom``.

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


# What the lines of both libraries are brought to: pattern, replacement, why.
EVERYWHERE: Final[list[tuple[str, Any, str]]] = [
    (
        r"\(([0-9a-fA-F]{4}), ?([0-9a-fA-F]{4})\)",
        lambda m: f"({m[1]},{m[2]})".lower(),
        "tags are printed in several ways",
    ),
    (
        r": Default Transfer Syntax for (DICOM|Lossy JPEG 8 Bit Image Compression)",
        "",
        "names of UIDs are whole, as PS3.6 table A-1 has them",
    ),
    (r"Array of (\d+) (elements|bytes)", r"Array of \1", "bytes are counted, whatever they hold"),
]
NUMBERS: Final = (
    r"(?<![\w.])'?(-?\d+(?:\.\d+)?(?:e-?\d+)?)'?(?![\w.])",
    lambda m: repr(float(m[1])),
    "DS is float and IS int, printed as Python does; pydicom prints the text of the file, in lists with quotes",
)
SOMEWHERE: Final[dict[str, list[tuple[str, Any, str]]]] = {
    "dates_and_numbers": [NUMBERS],
    "elements": [NUMBERS],
    "loops": [NUMBERS],
    "print_whole": [
        NUMBERS,
        (
            r"^( *\(\S+\)) +(.*?) +([\d.]+ item\(s\) ----) *$",
            r"\1 \2 \3",
            "columns of sequences stand below the others",
        ),
        (r"^ *---------$", "", "a line stands before each item, not between some of them"),
    ],
    "sequences": [NUMBERS],
    "waveform": [NUMBERS],
}


def normal(lines: list[str], script: str) -> list[str]:
    """What is to be the same; lines that are empty then do not count."""
    for pattern, replacement, _ in [*EVERYWHERE, *SOMEWHERE.get(script, [])]:
        lines = [re.sub(pattern, replacement, line) for line in lines]
    return [line for line in lines if line]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_prints_the_same(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = run(script, pydicom, tmp_path / "theirs", monkeypatch)
    ours = run(script, dicomspec, tmp_path / "ours", monkeypatch)
    assert len(theirs) > 1
    assert normal(ours, script.stem) == normal(theirs, script.stem)

"""Runs the program in this process, and gives what it printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from dicomspec.cli.app import main


class Ran(NamedTuple):
    """Exit code, and the lines of standard output and standard error."""

    code: int
    out: list[str]
    err: list[str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """``run("show", path)``: as typed into a shell, with the output piped."""

    def program(*arguments: object) -> Ran:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out.splitlines(), captured.err.splitlines())

    return program

"""The README is true: all its code runs, and prints what it says."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest

from dicomspec import examples
from dicomspec.cli.app import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
KINDS = {"pycon", "console", "bash", "yaml", ""}
CHECKER = doctest.OutputChecker()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the examples, where the README may write."""
    for name in examples.names():
        (tmp_path / f"{name}.dcm").write_bytes(examples.path(name).read_bytes())
    monkeypatch.chdir(tmp_path)
    (private,) = (code for kind, code in BLOCKS if kind == "yaml")
    (tmp_path / "acme.yaml").write_text(private, encoding="utf-8")
    edition = tmp_path / "my-edition" / "standard"
    edition.mkdir(parents=True)
    shutil.copy(ROOT / "dictionaries" / "standard" / "sources.yaml", edition)
    shutil.copy(ROOT / "dictionaries" / "standard" / "elements.yaml", edition)


def test_every_block_is_tested():
    assert {kind for kind, _ in BLOCKS} == KINDS


def test_python():
    text = "\n".join(code for kind, code in BLOCKS if kind == "pycon")
    test = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report: list[str] = []
    assert len(test.examples) > 20
    assert runner.run(test, out=report.append).failed == 0, "".join(report)


SESSIONS = [
    pytest.param(command, expected, id=command)
    for kind, code in BLOCKS
    if kind == "console"
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", code, re.M)
]


@pytest.mark.parametrize(("command", "expected"), SESSIONS)
def test_console(command, expected, capsys):
    program, *arguments = shlex.split(command)
    assert program == "dicomspec"
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert CHECKER.check_output(expected, printed, doctest.ELLIPSIS), printed


SHELL = [
    line.partition("#")[0].split()[1:]
    for kind, code in BLOCKS
    if kind == "bash"
    for line in code.splitlines()
    if line.startswith("dicomspec ")
]


@pytest.mark.parametrize("arguments", SHELL, ids=" ".join)
def test_shell(arguments, capsys):
    """What is typed into a shell; only what would need a network, or change the package, is not done."""
    if arguments[1] in ("fetch", "build"):
        assert main([*arguments[:2], "--help"]) == 0
    elif arguments[1] == "import":
        assert main(arguments) == 2
        assert "nema" in capsys.readouterr().err
    else:
        assert main(arguments) in (0, 1)


def test_commands_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.M))
    wanted = {line.split()[1] for kind, code in BLOCKS for line in code.splitlines() if line.startswith("make ")}
    assert {"demo", "test"} <= wanted <= targets


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`dicomspec ([a-z]+) ", README))))
def test_commands_in_the_text_exist(command):
    assert main([command, "--help"]) == 0


def test_links_to_files_exist():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_place_for_the_benchmarks_is_marked():
    assert README.count("<!-- benchmarks") >= 1

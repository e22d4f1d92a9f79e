"""The program as a whole: help, version, errors, pipes, terminals."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dicomspec import __version__, examples
from tests import builders

PROGRAM = [sys.executable, "-m", "dicomspec"]
PLAN = str(examples.path("rtplan"))


def test_version(run):
    ran = run("--version")
    assert ran.code == 0
    assert ran.out == [f"dicomspec {__version__}, DICOM 2026d"]


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("show",),
        ("explain",),
        ("validate",),
        ("rules",),
        ("lookup",),
        ("edition",),
        ("examples",),
        ("render",),
        ("codify",),
        ("new",),
    ],
)
def test_help_has_examples(run, command):
    ran = run(*command, "--help")
    assert ran.code == 0
    assert sum("dicomspec " in line for line in ran.out) >= 3


def test_every_example_of_the_help_is_a_command(run):
    lines = [line.split() for line in run("--help").out if line.startswith("    dicomspec ")]
    names = {"show", "explain", "validate", "rules", "scan", "render", "transcode", "codify", "lookup"}
    names |= {"edition", "examples", "new"}
    assert {words[1] for words in lines} == names


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["show"], "Missing argument"),
        (["show", "no-such-file.dcm"], "no-such-file.dcm: No such file or directory"),
        (["show", "--depth", "x", PLAN], "--depth"),
        (["show", PLAN, "BeemSequence[0]"], "did you mean BeamSequence"),
        (["show", PLAN, "BeamSequence[7]"], "BeamSequence has 2 items, numbered from 0"),
        (["show", PLAN, "BeamSequence.BeamName"], "say which item, as in BeamSequence[0].BeamName"),
        (["show", PLAN, "PatientComments"], "has no PatientComments"),
        (["show", __file__], "not a DICOM file"),
        (["show", str(Path(__file__).parent)], "Is a directory"),
        (["explain", "no-such-file.dcm"], "no-such-file.dcm: No such file or directory"),
        (["explain", PLAN, "--tag", "Beem"], "is not a keyword"),
        (["explain", PLAN, "--tag", "PatientComments"], "has no PatientComments"),
        (["explain", PLAN, "--offset", "-1"], "no offset"),
        (["explain", PLAN, "--offset", "99999999"], "has no bytes from byte 99999999 on"),
        (["validate", "no-such-file.dcm"], "no-such-file.dcm: No such file or directory"),
        (["validate", __file__], "not a DICOM file"),
        (["examples", "nonsense"], "there are ct, multiframe, rtplan, sr"),
    ],
)
def test_errors_are_one_line_on_standard_error(run, arguments, part):
    ran = run(*arguments)
    assert ran.code == 2
    assert len(ran.err) == 1
    assert ran.err[0].startswith("dicomspec: ")
    assert part in ran.err[0]
    assert "Traceback" not in ran.err[0]


def test_one_bad_file_does_not_stop_the_others(run):
    ran = run("show", "no-such-file.dcm", PLAN, "PatientID")
    assert ran.code == 2
    assert ran.out == [PLAN, "(0010,0020) PatientID  LO  'id00001'"]


def test_broken_pipe_is_silent():
    read_end, write_end = os.pipe()
    os.close(read_end)  # nobody reads
    done = subprocess.run([*PROGRAM, "explain", PLAN], stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert done.stderr == b""


def test_standard_input():
    done = subprocess.run(
        [*PROGRAM, "show", "-", "PatientName"], input=Path(PLAN).read_bytes(), capture_output=True, check=True
    )
    assert done.stdout.decode() == "(0010,0010) PatientName  PN  'Last^First^mid^pre'\n"


def test_a_stream_that_cannot_encode_gets_escapes():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [*PROGRAM, "show", str(examples.path("sr"))], capture_output=True, check=True, env=environment
    )
    assert b"12.5 mm \\xb1 0.5 mm" in done.stdout
    assert b"|- (0008,0016) SOPClassUID" in done.stdout


def test_control_characters_of_a_file_do_not_reach_the_terminal(run, tmp_path):
    nasty = "\x1b]0;title\x07\u202e\x9b31m"
    body = builders.element(0x00080005, "CS", "ISO_IR 192")
    body += builders.element(0x00080060, "CS", b"C\x1b[31m\x07 ")
    body += builders.element(0x00090010, "LO", f"MAKER{nasty}")
    body += builders.element(0x00091001, "LO", nasty) + builders.element(0x00100010, "PN", nasty)
    body += builders.element(0x00200013, "IS", b"\x1b[2J")
    file = tmp_path / "nasty\x1b[31m.dcm"
    file.write_bytes(builders.file(body))
    for arguments in (["show", file], ["show", file, "--grep", "e"], ["explain", file], ["validate", file]):
        ran = run(*arguments)
        for line in ran.out + ran.err:
            assert line.isprintable(), (arguments, line)


def test_a_command_does_not_load_the_others():
    program = (
        "import sys; from dicomspec.cli.app import main; main(['lookup', 'Rows']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert not {"dicomspec.cli.show", "dicomspec._generated.uids", "yaml", "rich"} & set(done.stderr.split())


def test_help_does_not_load_what_it_does_not_need():
    program = "import sys; from dicomspec.cli.app import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert not {"rich", "numpy", "yaml", "construct"} & set(done.stderr.split())


def on_a_terminal(width, *arguments) -> tuple[int, list[str]]:
    """The exit code and the lines of a command whose output is a terminal."""
    pty = pytest.importorskip("pty")
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "CI")}
    environment["TERM"] = "xterm-256color"
    process = subprocess.Popen([*PROGRAM, *map(str, arguments)], stdout=follower, env=environment)
    os.close(follower)
    data = b""
    try:
        while part := os.read(leader, 65536):
            data += part
    except OSError:  # the other end was closed
        pass
    os.close(leader)
    return process.wait(), data.decode().splitlines()


def uncoloured(lines: list[str]) -> list[str]:
    return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_findings_on_a_narrow_terminal(tmp_path):
    file = tmp_path / "bad.dcm"
    file.write_bytes(builders.file(builders.element(0x00200013, "IS", "1A")))
    code, lines = on_a_terminal(80, "validate", file, "--only", "value")
    plain = uncoloured(lines)
    assert code == 1
    assert any(line.split()[:2] == ["error", "InstanceNumber"] for line in plain)
    assert any(re.match(r" +value, byte \d+", line) for line in plain)
    assert max(map(len, plain[1:])) <= 80


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_colours_and_width_on_a_terminal_only():
    code, lines = on_a_terminal(60, "show", PLAN)
    assert code == 0
    assert "\x1b[" in lines[1]
    plain = uncoloured(lines)
    assert max(map(len, plain)) == 60
    assert any(line.endswith("…") for line in plain)
    assert all(line.isprintable() for line in plain)

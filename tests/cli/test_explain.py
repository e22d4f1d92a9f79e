"""``dicomspec explain``: every byte, once, with what it is."""

from __future__ import annotations

import re

import pytest

from dicomspec import examples
from dicomspec.explanation import explain_file
from tests import builders

PLAN = examples.path("rtplan")
LINE = re.compile(r"  ([0-9a-f]{8})  ((?:[0-9a-f]{2} )+)")


def shown_bytes(lines: list[str]) -> list[tuple[int, bytes]]:
    return [(int(found[1], 16), bytes.fromhex(found[2])) for line in lines if (found := LINE.match(line))]


@pytest.mark.parametrize("name", examples.names())
def test_all_bytes(run, name):
    ran = run("explain", examples.path(name), "--full")
    assert ran.code == 0
    data = b""
    for offset, part in shown_bytes(ran.out):
        assert offset == len(data)
        data += part
    assert data == examples.path(name).read_bytes()
    assert not any("unparsed" in line for line in ran.out)


def test_one_element(run):
    ran = run("explain", PLAN, "--tag", "BeamSequence[1].BeamName")
    assert [line.split()[0] for line in ran.out][:1] == ["BeamSequence[1].BeamName"]
    words = [line.split(None) for line in ran.out[1:]]
    assert [row[row.index("ImplicitHeader") + 1] for row in words[:2]] == ["tag", "length"]
    assert ran.out[-1].endswith("Long String  |PA|")
    assert len(ran.out) == 4


@pytest.mark.parametrize("tag", ["BeamName", "(300A,00C2)", "300a00c2"])
def test_an_element_wherever_it_is(run, tag):
    headings = [line for line in run("explain", PLAN, "--tag", tag).out if not line.startswith(" ")]
    assert headings == ["BeamSequence[0].BeamName", "BeamSequence[1].BeamName"]


def test_a_sequence_comes_with_what_it_holds(run):
    headings = [line for line in run("explain", PLAN, "--tag", "PatientSetupSequence").out if line[0] != " "]
    inner = "PatientSetupSequence[0]"
    assert headings == ["PatientSetupSequence", inner, f"{inner}.PatientPosition", f"{inner}.PatientSetupNumber"]


def test_offset_and_limit(run):
    ran = run("explain", PLAN, "--offset", "0x81", "--limit", 2)
    assert [offset for offset, _ in shown_bytes(ran.out)] == [0x80, 0x84]
    assert run("explain", PLAN, "--offset", 0x81, "--limit", 2).out == ran.out


def test_issues_stand_where_they_were_found(run, tmp_path):
    file = tmp_path / "bad.dcm"
    body = builders.element(0x00100020, "LO", "1") + builders.element(0x00200013, "IS", "1A")
    file.write_bytes(builders.file(body))
    out = run("explain", file).out
    (at,) = [index for index, line in enumerate(out) if line.startswith("  ! error value: ")]
    heading = next(line for line in reversed(out[:at]) if not line.startswith(" "))
    assert heading == "InstanceNumber"


BODY = builders.element(0x00080060, "CS", "CT") + builders.element(0x00100020, "LO", "1")
IMPLICIT = builders.element(0x00080060, "CS", "CT", builders.IMPLICIT) + builders.element(
    0x00100020, "LO", "1", builders.IMPLICIT
)


@pytest.mark.parametrize(
    ("data", "issues"),
    [
        (builders.file(BODY), 0),
        (BODY, 1),
        (IMPLICIT, 1),
        (builders.file(IMPLICIT), 1),  # not as the transfer syntax says
        (b"not DICOM at all", 1),
        (b"DICM" + BODY, 1),
        (b"", 1),
    ],
)
def test_every_byte_of_odd_files(data, issues):
    found = list(explain_file(data))
    assert b"".join(each.field.raw for each in found) == data
    assert [each.field.offset for each in found] == [
        sum(other.field.size for other in found[:index]) for index in range(len(found))
    ]
    if data:
        assert sum(len(each.issues) for each in found) >= issues
    if IMPLICIT in data or BODY in data:
        assert {"Modality", "PatientID"} <= {each.field.path for each in found}


def test_deflated():
    data = builders.file(builders.deflate(BODY), builders.DEFLATED_UID)
    found = list(explain_file(data))
    outer = b"".join(each.field.raw for each in found if not each.inflated)
    inner = b"".join(each.field.raw for each in found if each.inflated)
    assert (outer, inner) == (data, BODY)

"""``dicomspec edition``: fetch, import, diff, build, show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dicomspec.edition import DEFAULT, Edition
from tests.facts import DICTIONARIES, needs_facts, part

HEADS = {
    "6-1": ("Tag", "Name", "Keyword", "VR", "VM", ""),
    "A-1": ("UID Value", "UID Name", "UID Keyword", "UID Type", "Part"),
    "B-1": ("Colour", "Red"),
}
ELEMENTS = [
    ("(0010,0010)", "Patient's Name", "PatientName", "PN", "1", ""),
    ("(0018,9FF0)", "New Thing", "NewThing", "FD", "1-n", ""),
]
UIDS = [("1.2.840.10008.1.1", "Verification SOP Class", "Verification", "SOP Class", "PS3.4")]


def docbook(edition: str, elements: list[tuple[str, ...]]) -> str:
    """A PS3.6 in NEMA's shape."""
    tables = ""
    for label, rows in (("6-1", elements), ("A-1", UIDS), ("B-1", [("black", "0")])):
        head = "".join(f"<th>{text}</th>" for text in HEADS[label])
        body = "".join(f"<tr>{''.join(f'<td><para>{cell}</para></td>' for cell in row)}</tr>" for row in rows)
        tables += (
            f'<table label="{label}"><caption>T</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        )
    return (
        f'<book xmlns="http://docbook.org/ns/docbook"><subtitle>DICOM PS3.6 {edition} - Data Dictionary</subtitle>'
        f"<chapter>{tables}</chapter></book>"
    )


@pytest.fixture
def nema(tmp_path):
    folder = tmp_path / "nema"
    folder.mkdir()
    (folder / "part06.xml").write_text(docbook("2027a", ELEMENTS), encoding="utf-8")
    return folder


@pytest.fixture
def mine(run, nema, tmp_path):
    """An edition that was imported."""
    assert run("edition", "import", nema, "--out", tmp_path / "mine").code == 0
    return tmp_path / "mine"


def test_import(run, nema, tmp_path):
    ran = run("edition", "import", nema, "--out", tmp_path / "mine")
    assert (ran.code, ran.err) == (0, [])
    assert ran.out == [
        "part   edition  table  rows  read",
        "PS3.6  2027a    6-1    2     2",
        "PS3.6  2027a    A-1    1     1",
        "PS3.6: not read, being of other matter, are B-1",
        f"2027a: 3 dictionaries in {tmp_path / 'mine'}",
    ]
    assert Edition.load(tmp_path / "mine").tag_for("NewThing") == 0x00189FF0
    files = {path.relative_to(tmp_path / "mine").as_posix() for path in (tmp_path / "mine").rglob("*")}
    assert files == {"standard", *(f"standard/{name}.yaml" for name in ("elements", "sources", "uids"))}


def test_import_as_json(run, nema, tmp_path):
    found = json.loads("".join(run("edition", "import", nema, "--out", tmp_path / "mine", "--format", "json").out))
    assert found["edition"] == "2027a"
    assert {"part": "PS3.6", "table": "6-1", "rows": 2, "read": 2}.items() <= found["tables"][0].items()


def test_importing_twice_gives_the_same_bytes(run, nema, mine):
    before = {path: path.read_bytes() for path in mine.rglob("*.yaml")}
    assert run("edition", "import", nema, "--out", mine, "--overwrite").code == 0
    assert {path: path.read_bytes() for path in mine.rglob("*.yaml")} == before


def test_import_replaces_an_edition_only_if_it_may(run, nema, mine, tmp_path):
    (mine / "private").mkdir()
    (mine / "private" / "acme.yaml").write_text("creators: {}\n")
    (mine / "standard" / "uids.yaml").rename(mine / "standard" / "other.yaml")
    (nema / "part06.xml").write_text(docbook("2027b", ELEMENTS[:1]), encoding="utf-8")
    ran = run("edition", "import", nema, "--out", mine)
    assert (ran.code, len(ran.err)) == (2, 1)
    assert "holds 2027a already; say --overwrite" in ran.err[0]
    assert run("edition", "import", nema, "--out", mine, "--overwrite").code == 0
    assert Edition.load(mine).name == "2027b"
    assert sorted(path.name for path in mine.rglob("*.yaml")) == [
        "acme.yaml",
        "elements.yaml",
        "sources.yaml",
        "uids.yaml",
    ]
    ran = run("edition", "import", nema, "--out", tmp_path, "--overwrite")
    assert "holds other things than an edition" in ran.err[0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "<td><para>PN</para></td>",
            "<td><para>PX</para></td>",
            "PS3.6, table 6-1, row 1: expected known VRs, found 'PX'",
        ),
        ("</book>", "", "part06.xml is not well-formed XML"),
        ("<th>Keyword</th>", "<th>Word</th>", "table 6-1, row head: expected the columns"),
        ("DICOM PS3.6", "DICOM PS3.99", "expected "),
    ],
)
def test_import_stops_at_what_is_not_as_expected(run, nema, tmp_path, old, new, message):
    path = nema / "part06.xml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    ran = run("edition", "import", nema, "--out", tmp_path / "mine")
    assert ran.code == 2
    assert len(ran.err) == 1
    assert message in ran.err[0]
    assert not (tmp_path / "mine").exists()


def test_import_tells_of_parts_of_different_editions(run, nema, tmp_path):
    other = docbook("2027b", []).replace("PS3.6", "PS3.7")  # without the tables of PS3.7
    (nema / "part07.xml").write_text(other, encoding="utf-8")
    ran = run("edition", "import", nema, "--out", tmp_path / "mine")
    assert ran.err[0].endswith("(the parts are of different editions: PS3.6 2027a, PS3.7 2027b)")


@needs_facts
def test_real_parts(run, tmp_path):
    folder = tmp_path / "nema"
    folder.mkdir()
    (folder / "part06.xml.xz").symlink_to(part("2015b", 6))
    ran = run("edition", "import", folder, "--out", tmp_path / "mine")
    assert "PS3.6  2015b    6-1        3,879  3,879" in ran.out
    assert Edition.load(tmp_path / "mine").name == "2015b"
    ran = run("edition", "build", tmp_path / "mine", "--check")  # what is newer than it is left out
    assert ran.code == 1
    assert "2015b does not know 26 transfer syntaxes" in ran.out
    assert "differs: elements.py" in ran.out


def test_show(run, mine):
    lines = run("edition", "show").out
    assert lines[0] == f"edition {DEFAULT.name}"
    assert any(line.split() == ["data", "elements", "5,310", "2026d", "shipped"] for line in lines)
    found = json.loads("".join(run("edition", "show", mine, "--format", "json").out))
    assert found["edition"] == "2027a"
    rows = {each["what"]: each for each in found["contents"]}
    assert rows["data elements"] == {"what": "data elements", "number": 2, "edition": "2027a", "origin": str(mine)}
    assert rows["command elements"]["origin"] == "shipped"
    assert rows["private elements of 647 creators"]["origin"] == "shipped"
    files = {each["dictionary"]: each["file"] for each in found["sources"]}
    assert (files["standard/elements.yaml"], files["standard/uids.yaml"]) == ("part06.xml", "part06.xml")
    assert files["standard/commands.yaml"] == "docbook/2026c/part07.xml.xz"  # from the shipped edition
    assert len(found["sources"][0]["sha256"]) == 64


def test_show_of_a_private_dictionary(run, tmp_path):
    (tmp_path / "acme.yaml").write_text("creators:\n  ACME:\n    (0029,xx01): {vr: DS}\n")
    lines = run("edition", "show", tmp_path / "acme.yaml").out
    assert any(line.startswith("private elements of 1 creators  ") for line in lines)
    assert run("edition", "show", tmp_path / "none.yaml").err == [
        f"dicomspec: {tmp_path / 'none.yaml'}: No such file or directory"
    ]


def test_diff(run, nema, mine, tmp_path):
    text = docbook("2027b", [(*ELEMENTS[0][:3], "LO", *ELEMENTS[0][4:]), ("(0010,0099)", "A|B", "AB", "LO", "1", "")])
    (nema / "part06.xml").write_text(text, encoding="utf-8")
    assert run("edition", "import", nema, "--out", tmp_path / "new").code == 0
    ran = run("edition", "diff", mine, tmp_path / "new")
    assert (ran.code, ran.err) == (0, [])
    assert [line.split("  ")[0] for line in ran.out] == ["change", "changed", "removed", "added", ran.out[-1]]
    assert ran.out[-1] == "2027a to 2027b: 1 element changed, 1 element removed, 1 element added"
    lines = run("edition", "diff", mine, tmp_path / "new", "--format", "markdown").out
    assert lines[0] == "# Changes from 2027a to 2027b"
    assert "| changed | (0010,0010) | Patient's Name | vr | PN | LO |" in lines
    assert "| added | (0010,0099) | A\\|B |  |  | AB, LO, 1 |" in lines
    found = json.loads("".join(run("edition", "diff", mine, tmp_path / "new", "--format", "json").out))
    assert (found["old"], found["new"], len(found["changes"])) == ("2027a", "2027b", 3)
    assert run("edition", "diff", mine, mine).out == ["2027a to 2027a: no changes"]
    against_shipped = run("edition", "diff", mine).out
    assert against_shipped[-1].startswith("2026d to 2027a: 5")
    assert any(line.startswith("not compared: commands.yaml: only 2026d has it") for line in against_shipped)


def test_build_check(run, tmp_path, mine):
    assert "is not the folder of an edition" in run("edition", "build", tmp_path).err[0]
    (mine / "standard" / "uids.yaml").unlink()
    text = (DICTIONARIES / "standard" / "elements.yaml").read_text(encoding="utf-8")
    row = "    (0018,9FF0): {name: New Thing, keyword: NewThing, vr: FD, vm: 1-n}\n"
    (mine / "standard" / "elements.yaml").write_text(text.replace("    (0018,0010)", f"{row}    (0018,0010)"))
    ran = run("edition", "build", mine, "--check")
    assert ran.code == 1
    assert "differs: elements.py" in ran.out
    assert "differs: uids.py" not in ran.out


def test_build_refuses_in_a_package(run, mine, monkeypatch):
    monkeypatch.setattr("dicomspec.cli.edition.IS_CHECKOUT", False)
    ran = run("edition", "build", mine)
    assert ran.code == 2
    assert f'dcmread(..., edition="{mine}")' in ran.err[0]


def test_fetch_tells_what_is_wrong(run, tmp_path):
    assert "'newest' is no edition" in run("edition", "fetch", "newest", "--to", tmp_path).err[0]
    assert "is no list of parts" in run("edition", "fetch", "2026d", "--to", tmp_path, "--parts", "3;4").err[0]


def test_fetch(run, tmp_path, monkeypatch):
    from dicomspec.compiler import compiler

    def instead(name, folder, parts, url, timeout, progress):
        progress(6, 10, 20)
        progress(6, 20, 20)
        return [compiler("fetch").Fetched(6, Path("part06.xml"), name, 20, "ab" * 32, False)]

    monkeypatch.setattr(compiler("fetch"), "fetch", instead)
    ran = run("edition", "fetch", "2026d", "--to", tmp_path)
    assert ran.err == ["dicomspec: PS3.6, 20 bytes"]
    assert ran.out[1].split() == ["PS3.6", "2026d", "20", "ab" * 6, "loaded"]


def test_help(run):
    assert run("edition").out == run("edition", "--help").out
    for command in ("fetch", "import", "diff", "build", "show"):
        assert any(f"dicomspec edition {command} " in line for line in run("edition", command, "--help").out)

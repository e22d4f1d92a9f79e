"""Scripts that build a file: run, they give the same dataset."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dicomspec import Dataset, dcmread, examples
from dicomspec.cli.app import main
from dicomspec.codify import codify
from dicomspec.iods import CTImage
from tests import builders as b
from tests.corpus import FILES, file_id


def run(script: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(script, "script", "exec"), names)
    return names


def assert_same(script: str, ds: Dataset) -> None:
    names = run(script)
    assert names["ds"] == ds
    assert getattr(names["ds"], "file_meta", None) == getattr(ds, "file_meta", None)
    assert getattr(names["ds"], "preamble", None) == getattr(ds, "preamble", None)


@pytest.mark.parametrize("path", FILES, ids=file_id)
def test_the_script_gives_the_same_dataset(path: Path) -> None:
    ds = dcmread(path, force=True)
    assert_same(codify(ds, source=str(path)), ds)
    if path.stat().st_size < 50_000:
        assert_same(codify(ds), ds)


@pytest.mark.parametrize("name", examples.names())
def test_the_examples_byte_for_byte(name: str, tmp_path: Path) -> None:
    script = tmp_path / "make.py"
    assert main(["codify", str(examples.path(name)), "--bytes", "hex", "-o", str(script)]) == 0
    names = run(script.read_text(encoding="utf-8"))
    names["ds"].save_as(tmp_path / "new.dcm")
    assert (tmp_path / "new.dcm").read_bytes() == Path(examples.path(name)).read_bytes()


def test_what_is_not_as_the_standard_has_it() -> None:
    data = b.file(
        b.element(0x00080060, "CS", "ct")
        + b.element(0x00090010, "LO", "ACME")
        + b.element(0x00091001, "UN", b"\1\2\3\4")
        + b.element(0x00100020, "LO", "a \"b\" 'c'\x1b")
        + b.element(0x00180050, "DS", "thin")
        + b.element(0x00200013, "IS", "+007")
        + b.element(0x00280010, "US", b"\1\2\3")
        + b.element(0x7FE00010, "OW", bytes(200))
    )
    ds = dcmread(data)
    script = codify(ds)
    assert_same(script, ds)
    assert "ds = Dataset(check=False)" in script
    assert 'ds.add_new(0x00091001, "UN", bytes.fromhex("01020304"))' in script
    assert 'ds.InstanceNumber = "+007"' in script
    clean = codify(dcmread(b.file(b.element(0x00080060, "CS", "CT"))))
    assert "check" not in clean


def test_items_have_names() -> None:
    plan = codify(dcmread(examples.path("rtplan")))
    assert "ds = Dataset()\n" in plan
    assert "rt_plan = RTPlan(ds)\n" in plan
    assert "# Beam Sequence: item 2\nbeam2 = rt_plan.BeamSequence.append()\n" in plan


def test_what_has_no_class() -> None:
    item = Dataset()
    item.CodeValue = "1"
    ds = Dataset()
    ds.ConceptCodeSequence = [item, item]
    script = codify(ds)
    assert "# Concept Code Sequence: item 2\nconcept_code2 = Dataset()\n" in script
    assert "ds.ConceptCodeSequence = [concept_code1, concept_code2]" in script


def test_what_the_iod_does_not_have() -> None:
    ct = CTImage.new(PatientID="1", check=False)
    ct.dataset.BeamSequence = [ct.dataset.__class__()]
    ct.dataset.BeamSequence[0].BeamName = "AP"
    ct.PatientSex = "X"
    code = ct.DerivationCodeSequence.append(CodeValue="1")
    code.dataset.add_new(0x00090010, "LO", "ACME")
    script = codify(ct.dataset)
    assert_same(script, ct.dataset)
    assert "ds.BeamSequence = [beam1]" in script
    assert 'derivation_code1.dataset.add_new(0x00090010, "LO", "ACME")' in script
    assert "ds = Dataset(check=False)" in script


def test_deep_nesting() -> None:
    ds = dcmread(b.file(b.nested(2000)))
    assert "content2000 = Dataset()" in codify(ds)


def test_scripts_are_formatted(tmp_path: Path) -> None:
    for name in examples.names():
        path = examples.path(name)
        (tmp_path / f"{name}.py").write_text(codify(dcmread(path), source=str(path)), encoding="utf-8")
    options = ["--isolated", "--line-length", "88", "--check", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "ruff", "format", *options], check=True, capture_output=True)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(examples.path("ct"))
    assert main(["codify", path, "--limit", "100", "--save-as", str(tmp_path / "again.dcm")]) == 0
    script = capsys.readouterr().out
    assert "ct_image.PixelData = source.PixelData" in script
    (tmp_path / "make.py").write_text(script, encoding="utf-8")
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, str(tmp_path / "make.py")], check=True, env={"PYTHONPATH": str(root)})
    assert (tmp_path / "again.dcm").read_bytes() == Path(path).read_bytes()
    assert main(["codify", str(tmp_path / "missing.dcm")]) == 2

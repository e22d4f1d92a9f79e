"""The wheel and the sdist: all that is needed, nothing beside the package, and a compiler that works where it lands."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from dicomspec import __version__, examples
from tests.cli.test_edition import ELEMENTS, docbook

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    builders = pytest.importorskip("hatchling.builders.wheel")
    (path,) = builders.WheelBuilder(str(ROOT)).build(
        directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]
    )
    return Path(path)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel puts into site-packages."""
    folder = tmp_path_factory.mktemp("site-packages")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def run(folder: Path, *arguments: str, cache: Path | None = None) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); sys.argv[0] = 'x'; "]
    program[-1] += f"import runpy; runpy.run_module({arguments[0]!r}, run_name='__main__', alter_sys=True)"
    environment = {**os.environ, "DICOMSPEC_CACHE": str(cache)}
    return subprocess.run(
        [*program, *arguments[1:]], capture_output=True, text=True, cwd=folder, check=False, env=environment
    )


def test_nothing_lands_beside_the_package(installed):
    assert sorted(path.name for path in installed.iterdir()) == ["dicomspec", f"dicomspec-{__version__}.dist-info"]
    assert not list(installed.rglob("*.pyc"))


def test_all_of_it_is_there(installed):
    for source, target in (("dicomspec", "dicomspec"), ("codegen", "_codegen"), ("dictionaries", "_dictionaries")):
        here = ROOT / source
        there = installed / "dicomspec" / ("" if source == target else target)
        files = {path.relative_to(here) for path in here.rglob("*") if path.is_file() and path.suffix != ".pyc"}
        assert files
        for path in files:
            assert (there / path).read_bytes() == (here / path).read_bytes(), path


def test_the_program_runs(installed):
    done = run(installed, "dicomspec", "examples", "ct")
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(done.stdout.strip()) == installed / "dicomspec" / "_examples" / "ct.dcm"


def test_the_compiler_runs(installed):
    done = run(installed, "dicomspec._codegen", "--quiet", "build", "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_editions_need_no_checkout(installed, tmp_path):
    """Import, compare, show, look up and use an edition, from the package alone."""
    (tmp_path / "nema").mkdir()
    (tmp_path / "nema" / "part06.xml").write_text(docbook("2027a", ELEMENTS), encoding="utf-8")
    (tmp_path / "acme.yaml").write_text("creators:\n  ACME:\n    (0029,xx01): {vr: DS, name: Gain}\n", encoding="utf-8")
    mine = str(tmp_path / "mine")
    use = "; ".join(
        (
            "import dicomspec, sys",
            "from dicomspec import compiler; compiler.IS_CHECKOUT and sys.exit('a checkout: ' + compiler.__file__)",
            f"ds = dicomspec.Dataset(edition=[{mine!r}, {str(tmp_path / 'acme.yaml')!r}])",
            "ds.NewThing = 1.5; ds.add_new_private('ACME', 0x29, 1, 2); print(ds['NewThing'].name, ds[0x00291001].name)",
        )
    )
    (installed / "use.py").write_text(use, encoding="utf-8")
    steps: list[tuple[str, ...]] = [
        ("dicomspec", "edition", "import", str(tmp_path / "nema"), "--out", mine),
        ("dicomspec", "edition", "diff", mine),
        ("dicomspec", "edition", "show", mine),
        ("dicomspec", "lookup", "NewThing", "--edition", mine),
        ("use",),
    ]
    told = []
    for step in steps:
        done = run(installed, *step, cache=tmp_path / "cache")
        assert (done.returncode, done.stderr) == (0, ""), step
        told.append(done.stdout)
    assert "PS3.6  2027a    6-1    2     2" in told[0]
    assert "added    element  (0018,9FF0)" in told[1]
    assert told[2].startswith("edition 2027a")
    assert told[3].startswith("NewThing  element")
    assert told[4].split() == ["New", "Thing", "[Gain]"]


def test_sdist(tmp_path):
    builders = pytest.importorskip("hatchling.builders.sdist")
    (path,) = builders.SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Makefile",
        "pyproject.toml",
        "tests/test_package.py",
    }
    wanted |= {"dicomspec/py.typed", "codegen/build.py", "dictionaries/rules/vr.yaml", "tools/make_examples.py"}
    wanted |= {f"dicomspec/_examples/{name}.dcm" for name in examples.names()}
    assert wanted <= names

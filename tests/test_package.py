"""The wheel and the sdist: all that is needed, nothing beside the package, and a compiler that works where it lands."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from dicomspec import __version__, examples

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


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); sys.argv[0] = 'x'; "]
    program[-1] += f"import runpy; runpy.run_module({arguments[0]!r}, run_name='__main__', alter_sys=True)"
    return subprocess.run([*program, *arguments[1:]], capture_output=True, text=True, cwd=folder, check=False)


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

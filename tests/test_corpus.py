"""Every file of pydicom's and pydicom-data's packages: read, written back byte for byte, with the values pydicom finds."""

from __future__ import annotations

import copy
import io
import mmap
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from dicomspec import Dataset, dcmread
from tests.corpus import FILES, file_id
from tests.oracle import differences, pydicom_read

SMALL: Final = [path for path in FILES if path.stat().st_size < 1 << 20]

each_file = pytest.mark.parametrize("path", FILES, ids=file_id)
each_small_file = pytest.mark.parametrize("path", SMALL, ids=file_id)


class Stream:
    """A file object that can do nothing but be read, a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, 1000) if size > 0 else 1000)


def written(ds: Dataset) -> bytes:
    target = io.BytesIO()
    ds.save_as(target)
    return target.getvalue()


def look(ds: Dataset) -> Dataset:
    """The dataset, with every value of it looked at."""
    for body in (ds, ds.file_meta):
        for element in body.iterall():
            _ = element.value, element.VM, element.repval
    return ds


def test_the_packages_are_there() -> None:
    assert len(FILES) > 250


@each_file
def test_written_back_byte_for_byte(path: Path) -> None:
    data = path.read_bytes()
    ds = dcmread(path)
    assert written(ds) == data
    assert written(look(ds)) == data
    _ = ds.issues
    assert written(ds) == data


def _map(data: bytes) -> mmap.mmap:
    mapped = mmap.mmap(-1, len(data))
    mapped[:] = data
    return mapped


SOURCES: Final[dict[str, Callable[[bytes], Any]]] = {
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "mmap": _map,
    "file object": io.BytesIO,
    "stream that cannot seek": Stream,
}


@pytest.mark.parametrize("kind", SOURCES)
def test_any_source(kind: str) -> None:
    for path in SMALL:
        data = path.read_bytes()
        assert written(dcmread(SOURCES[kind](data))) == data, path
        assert written(look(dcmread(SOURCES[kind](data)))) == data, path


def test_open_file() -> None:
    for path in SMALL[::10]:
        with open(path, "rb") as file:
            ds = dcmread(file)
        assert written(look(ds)) == path.read_bytes(), path


COPIES: Final[dict[str, Callable[[Dataset], Dataset]]] = {
    "copy": copy.copy,
    "copy method": lambda ds: ds.copy(),
    "deepcopy": copy.deepcopy,
    "pickle": lambda ds: pickle.loads(pickle.dumps(ds)),
    "pickled twice": lambda ds: pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(ds)))),
    "deepcopy of a pickled copy": lambda ds: copy.deepcopy(pickle.loads(pickle.dumps(copy.copy(ds)))),
}


@pytest.mark.parametrize("kind", COPIES)
def test_copies(kind: str) -> None:
    for path in SMALL:
        data = path.read_bytes()
        twin = COPIES[kind](dcmread(path))
        assert written(twin) == data, path
        assert written(look(twin)) == data, path
        twin = COPIES[kind](look(dcmread(path)))
        assert written(twin) == data, path
        assert twin == dcmread(path), path
        assert twin.file_meta == dcmread(path).file_meta, path


# Where pydicom and we differ: file, path of the element (None: anywhere), why.
TRAILING = "each value loses its trailing spaces, not the last alone (PS3.5 6.2)"
UNKNOWN = "UN of a creator in a private dictionary has the VR that the dictionary says (PS3.5 6.2.2 note 2)"
NAME = "a person name is the text of the file, trailing '=' included (PS3.5 6.2.1)"
DICTIONARY = "the private dictionaries differ on this element"
LOST = "pydicom reads none of it"
DIFFERENT: Final[dict[tuple[str, str | None], str]] = {
    ("693_UNCI.dcm", "(0008,0008)"): TRAILING,
    ("693_J2KI.dcm", "(0008,0008)"): TRAILING,
    ("SC_rgb_gdcm2k_uncompressed.dcm", "(0008,0008)"): TRAILING,
    ("SC_rgb_gdcm_KY.dcm", "(0008,0008)"): TRAILING,
    ("SC_rgb_jpeg_lossy_gdcm.dcm", "(0008,0008)"): TRAILING,
    ("explicit_VR-UN.dcm", "(0013,1010)"): UNKNOWN,
    ("explicit_VR-UN.dcm", "(0013,1013)"): UNKNOWN,
    ("J2K_pixelrep_mismatch.dcm", "(0009,1100)"): UNKNOWN,
    ("J2K_pixelrep_mismatch.dcm", "(0009,1101)"): UNKNOWN,
    ("J2K_pixelrep_mismatch.dcm", "(0019,1000)"): UNKNOWN,
    ("J2K_pixelrep_mismatch.dcm", "(0019,1001)"): UNKNOWN,
    ("priv_SQ.dcm", "(3F03,1001)"): "UN that holds nothing but items is a sequence (PS3.5 6.2.2 note 4)",
    ("chrX1.dcm", "(0010,0010)"): NAME,
    ("chrX2.dcm", "(0010,0010)"): NAME,
    ("chrJapMulti.dcm", "(0019,1010)"): DICTIONARY,
    ("chrJapMultiExplicitIR6.dcm", "(0019,1010)"): DICTIONARY,
    ("chrKoreanMulti.dcm", "(0019,1010)"): DICTIONARY,
    ("emri_small_jpeg_2k_lossless_too_short.dcm", None): LOST,
    ("no_meta.dcm", None): LOST,
}


@each_file
def test_values_are_pydicoms(path: Path) -> None:
    ours, theirs = dcmread(path), pydicom_read(path)
    assert ours.preamble == theirs.preamble
    found = [*differences(ours, theirs), *differences(ours.file_meta, theirs.file_meta, "file_meta.")]
    if (path.name, None) in DIFFERENT:
        assert (
            not [entry for entry in found if entry[2] is not None and entry[0] != "(FFFD,FFFE)"]
            or path.name == "no_meta.dcm"
        )
        return
    expected = {where for name, where in DIFFERENT if name == path.name}
    assert {where for where, _, _ in found} == expected, found[:3]


@each_small_file
def test_printed_and_listed(path: Path) -> None:
    ds = dcmread(path)
    assert len(str(ds).splitlines()) >= len(ds) == len(list(ds)) == len(ds.keys())
    assert ds == dcmread(path)
    assert all(keyword in ds for keyword in ds.dir())

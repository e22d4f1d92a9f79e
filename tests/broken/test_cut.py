"""Files cut off anywhere, streams that break off, files that change while they are read."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dicomspec
from dicomspec import files
from dicomspec.errors import DicomError, InvalidDicomError, ReadError
from tests import builders as b
from tests.broken.promises import keeps_promises, written
from tests.broken.table import CODE_ITEM, plain

SEQUENCES = b.sequence(0x0040A730, [b.item(CODE_ITEM, length=b.UNDEFINED)], length=b.UNDEFINED) + b.sequence(
    0x300A00B0, [b.item(CODE_ITEM)]
)
WHOLE = {
    "explicit": b.file(plain() + SEQUENCES + b.fragments(0x7FE00010, [b"\1\2", b"\3\4"]), b.JPEG_UID),
    "implicit": b.file(
        plain(b.IMPLICIT)
        + b.sequence(0x0040A730, [b.item(plain(b.IMPLICIT), length=b.UNDEFINED)], b.IMPLICIT, length=b.UNDEFINED),
        b.IMPLICIT_UID,
    ),
    "big endian": b.file(plain(b.BIG) + b.sequence(0x0040A730, [b.item(plain(b.BIG), b.BIG)], b.BIG), b.BIG_UID),
    "deflated": b.file(b.deflate(plain() + SEQUENCES), b.DEFLATED_UID),
    "no meta": plain() + SEQUENCES,
}


@pytest.mark.parametrize("name", WHOLE)
def test_cut_at_every_byte(name: str) -> None:
    data = WHOLE[name]
    for size in range(len(data)):
        issues = keeps_promises(data[:size])
        if issues is None:
            assert size < 160, size  # nothing has been seen yet that says DICOM
            with pytest.raises(InvalidDicomError):
                dicomspec.dcmread(data[:size])


@pytest.mark.parametrize("force", [False, True])
def test_empty_file(force: bool, tmp_path: Path) -> None:
    path = tmp_path / "empty.dcm"
    path.touch()
    for source in (b"", io.BytesIO(), path):
        if force:
            assert len(dicomspec.dcmread(source, force=True)) == 0
        else:
            with pytest.raises(InvalidDicomError, match="empty"):
                dicomspec.dcmread(source)


class Breaking(io.RawIOBase):
    """A stream that gives some bytes, then fails."""

    def __init__(self, data: bytes, error: Exception) -> None:
        self.parts = [data[:100], data[100:200]]
        self.error = error

    def read(self, size: int = -1, /) -> bytes:
        if self.parts:
            return self.parts.pop(0)
        raise self.error


@pytest.mark.parametrize("error", [OSError("connection reset"), TimeoutError("timed out"), EOFError("closed")])
def test_stream_that_breaks_off(error: Exception) -> None:
    with pytest.raises(ReadError, match="broke off after 200 bytes") as caught:
        dicomspec.dcmread(Breaking(WHOLE["explicit"], error))
    assert caught.value.offset == 200
    assert caught.value.code == "stream"
    assert caught.value.__cause__ is error


class Trickle(io.RawIOBase):
    """A stream that cannot seek and gives one byte at a time."""

    def __init__(self, data: bytes) -> None:
        self.data = io.BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:
        return self.data.read(1)


def test_stream_of_single_bytes() -> None:
    assert written(dicomspec.dcmread(Trickle(WHOLE["explicit"]))) == WHOLE["explicit"]


BULK = b.file(plain() + b.element(0x7FE00010, "OW", bytes(range(256)) * 16))
CHANGES: dict[str, Callable[[Path], Any]] = {
    "shrinks": lambda path: os.truncate(path, 300),
    "grows": lambda path: os.truncate(path, 10_000),
    "is overwritten": lambda path: _overwrite(path, b"other bytes here"),
}


def _overwrite(path: Path, data: bytes) -> None:
    with path.open("r+b") as file:
        file.write(data)


@pytest.fixture
def mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is mapped into memory, not read."""
    monkeypatch.setattr(files, "MAP_FROM", 1)
    path = tmp_path / "file.dcm"
    path.write_bytes(BULK)
    os.utime(path, (1, 1))
    return path


@pytest.mark.parametrize("change", CHANGES)
def test_file_changes_while_values_are_on_disk(change: str, mapped: Path) -> None:
    ds = dicomspec.dcmread(mapped)
    assert ds.PatientID == "ID-7"
    CHANGES[change](mapped)
    uses: list[Any] = [
        lambda: ds.PixelData,
        lambda: ds.PatientName,
        lambda: str(ds),
        lambda: written(ds),
        lambda: ds.issues,
    ]
    for use in uses:
        with pytest.raises(ReadError, match="changed on disk") as caught:
            use()
        assert caught.value.code == "file-changed"
    assert ds.PatientID == "ID-7"  # what was read already stays


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let go of a mapped file")
@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_file_disappears_while_values_are_on_disk(how: str, mapped: Path) -> None:
    ds = dicomspec.dcmread(mapped)
    if how == "removed":
        mapped.unlink()
    else:
        other = mapped.with_name("other")
        other.write_bytes(b"something else")
        other.replace(mapped)
    assert len(ds.PixelData) == 4096  # the map still holds the old file
    assert written(ds) == BULK


def test_file_that_is_not_there_or_not_readable(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        dicomspec.dcmread(tmp_path / "none.dcm")
    with pytest.raises(OSError, match=str(tmp_path.name)):
        dicomspec.dcmread(tmp_path)


@pytest.mark.parametrize(
    "text", ["a" * 200, "<!doctype html>" * 30, "\x89PNG\r\n\x1a\n" + "\0" * 300, "PK\3\4" + "\0" * 300]
)
def test_not_dicom(text: str) -> None:
    with pytest.raises(InvalidDicomError, match="not a DICOM file"):
        dicomspec.dcmread(text.encode("latin-1"))


def test_errors_are_dicom_errors() -> None:
    assert issubclass(InvalidDicomError, ReadError)
    assert issubclass(ReadError, DicomError)

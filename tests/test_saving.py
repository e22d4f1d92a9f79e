"""Saving: what a file needs, where it goes, and that a good file is never lost (PS3.10 7)."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from dicomspec import Dataset, FileDataset, FileMetaDataset, dcmread, dcmwrite, files, generate_uid
from dicomspec.errors import WriteError
from dicomspec.wire.saving import IMPLEMENTATION_CLASS_UID
from tests import builders as b

CT_CLASS = "1.2.840.10008.5.1.4.1.1.2"


def saved(ds: Dataset, **options: Any) -> bytes:
    target = io.BytesIO()
    ds.save_as(target, **options)
    return target.getvalue()


def ct() -> Dataset:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID, ds.PatientName = CT_CLASS, "1.2.3", "A"
    return ds


@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize("uid", [None, b.IMPLICIT_UID, b.LITTLE_UID, b.BIG_UID, b.DEFLATED_UID])
def test_from_scratch(uid: str | None, enforce: bool) -> None:
    ds = ct()
    if uid is not None:
        ds.ensure_file_meta()
        ds.file_meta.TransferSyntaxUID = uid
    data = saved(ds, enforce_file_format=enforce)
    assert data[:132] == bytes(128) + b"DICM"
    again = dcmread(data, strict=True)
    assert again == ds
    assert again.original_encoding == (uid == b.IMPLICIT_UID, uid != b.BIG_UID)
    meta = again.file_meta
    assert meta.TransferSyntaxUID == (uid or b.LITTLE_UID)
    assert (meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID) == (CT_CLASS, "1.2.3")
    assert (meta.FileMetaInformationVersion, meta.ImplementationClassUID) == (b"\0\1", IMPLEMENTATION_CLASS_UID)


def test_elements_alone() -> None:
    content = (
        b.element(0x00080016, "UI", CT_CLASS) + b.element(0x00080018, "UI", "1.2.3") + b.element(0x00100010, "PN", "A")
    )
    assert saved(ct(), implicit_vr=False, little_endian=True) == content
    ds = ct()
    ds.is_implicit_VR, ds.is_little_endian = False, True
    assert saved(ds) == content


def test_what_is_missing_is_told() -> None:
    ds = Dataset()
    ds.PatientName = "A"
    for options in ({}, {"enforce_file_format": True}):
        with pytest.raises(WriteError, match="MediaStorageSOPClassUID, MediaStorageSOPInstanceUID"):
            saved(ds, **options)
    assert saved(ds, implicit_vr=False) == b.element(0x00100010, "PN", "A")


def test_enforced_file_keeps_what_it_has() -> None:
    ds = dcmread(b.file(b.element(0x00080018, "UI", "1.2.3.4") + b.element(0x00100010, "PN", "A")))
    before = {element.keyword: element.value for element in ds.file_meta}
    again = dcmread(saved(ds, enforce_file_format=True))
    after = {element.keyword: element.value for element in again.file_meta}
    assert (
        before.items() - {("FileMetaInformationGroupLength", before["FileMetaInformationGroupLength"])} <= after.items()
    )
    assert again == ds


def test_enforced_bare_dataset() -> None:
    content = (
        b.element(0x00080016, "UI", CT_CLASS) + b.element(0x00080018, "UI", "1.2.3") + b.element(0x00100010, "PN", "A")
    )
    ds = dcmread(content)
    assert saved(ds) == content
    ds.file_meta.TransferSyntaxUID = b.LITTLE_UID
    data = saved(ds, enforce_file_format=True)
    assert data[128:132] == b"DICM"
    assert dcmread(data, strict=True) == ds


def test_file_dataset() -> None:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CT_CLASS, generate_uid()
    meta.TransferSyntaxUID = b.LITTLE_UID
    ds = FileDataset("x.dcm", {"PatientName": "A"}, file_meta=meta, preamble=b"II*\0" + bytes(124))
    data = saved(ds)
    assert data[:4] == b"II*\0"
    again = dcmread(data)
    assert again.PatientName == "A"
    assert again.file_meta.MediaStorageSOPInstanceUID == meta.MediaStorageSOPInstanceUID
    assert (ds.filename, ds.buffer) == ("x.dcm", None)
    assert FileDataset(io.BytesIO(), {}).filename is None


def test_preamble_is_changed() -> None:
    ds = dcmread(b.file(b.element(0x00100010, "PN", "A")))
    ds.preamble = b"x" * 128
    assert saved(ds) == b"x" * 128 + b.file(b.element(0x00100010, "PN", "A"))[128:]
    ds.preamble = b"short"
    with pytest.raises(WriteError, match="128"):
        saved(ds)


def test_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "file.dcm"
    ct().save_as(path, overwrite=False)
    data = path.read_bytes()
    with pytest.raises(FileExistsError, match=r"file\.dcm"):
        ct().save_as(path, overwrite=False)
    assert path.read_bytes() == data
    ds = ct()
    ds.PatientName = "B"
    ds.save_as(str(path))
    assert dcmread(path).PatientName == "B"
    dcmwrite(path, ct(), enforce_file_format=True)
    assert dcmread(path).PatientName == "A"
    assert os.listdir(tmp_path) == ["file.dcm"]


# -- nothing good is lost ----------------------------------------------------------------------------------


def read_changed(path: Path) -> Dataset:
    path.write_bytes(b.file(b.element(0x00100010, "PN", "Old ") + b.element(0x7FE00010, "OW", bytes(3 << 20))))
    ds = dcmread(path)
    ds.PatientName = "New"
    return ds


ROOM = 1 << 20


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.dcm"
    ds, before = read_changed(path), path.read_bytes()

    def full(descriptor: int, data: Any, write: Any = os.write) -> int:
        """A disk with no more room than this; what fits is written."""
        room = ROOM - os.fstat(descriptor).st_size
        if room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(write(descriptor, memoryview(data)[:room]))

    monkeypatch.setattr(files.os, "write", full)
    for target in (path, tmp_path / "new.dcm"):
        with pytest.raises(WriteError, match="No space left"):
            ds.save_as(target)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["file.dcm"]
    monkeypatch.undo()
    ds.save_as(path)
    assert dcmread(path).PatientName == "New"


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_failure_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "file.dcm"
    ds, before = read_changed(path), path.read_bytes()

    def fail(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "not allowed")

    monkeypatch.setattr(files.os, step, fail)
    with pytest.raises(WriteError, match="not allowed"):
        ds.save_as(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["file.dcm"]


def test_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.dcm"
    ds, before = read_changed(path), path.read_bytes()

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        ds.save_as(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["file.dcm"]


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises((WriteError, OSError), match="nowhere"):
        ct().save_as(tmp_path / "nowhere" / "file.dcm")
    with pytest.raises((WriteError, OSError)):
        ct().save_as(tmp_path)


def test_mode_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "file.dcm", tmp_path / "link.dcm"
    ds = read_changed(path)
    path.chmod(0o640)
    link.symlink_to(path)
    ds.save_as(link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert dcmread(path).PatientName == "New"


def test_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    path, usual = tmp_path / "file.dcm", tmp_path / "usual"
    usual.write_bytes(b"")
    ct().save_as(path)
    assert path.stat().st_mode == usual.stat().st_mode


# -- file objects ------------------------------------------------------------------------------------------


def test_file_objects(tmp_path: Path) -> None:
    path = tmp_path / "file.dcm"
    with open(path, "wb") as file:
        ct().save_as(file)
        assert not file.closed
    assert dcmread(path) == ct()
    stream = io.BytesIO()
    stream.write(b"before")
    ct().save_as(stream)
    assert stream.getvalue()[:6] == b"before"
    assert dcmread(stream.getvalue()[6:]) == ct()
    with pytest.raises(TypeError, match="int"):
        ct().save_as(5)


class Pipe:
    """A target that can do nothing but be written to."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(data)


def test_pipe() -> None:
    pipe = Pipe()
    ct().save_as(pipe)
    assert dcmread(pipe.data) == ct()


def test_text_file_is_refused(tmp_path: Path) -> None:
    with open(tmp_path / "text", "w", encoding="ascii") as file, pytest.raises(TypeError):
        ct().save_as(file)


def test_deflated_is_even() -> None:
    for count in range(20):
        ds = ct()
        ds.PatientComments = "x" * count
        ds.ensure_file_meta()
        ds.file_meta.TransferSyntaxUID = b.DEFLATED_UID
        data = saved(ds)
        assert len(data) % 2 == 0
        assert dcmread(data, strict=True).PatientComments == "x" * count


def test_transfer_syntax_goes_before_attributes() -> None:
    """`is_implicit_VR` and `is_little_endian` tell the encoding only where no transfer syntax does."""
    data = b.file(b.element(0x00280010, "US", 7, b.IMPLICIT), b.IMPLICIT_UID)
    ds = dcmread(data)
    ds.is_implicit_VR = False
    assert saved(ds) == data
    del ds.file_meta.TransferSyntaxUID
    assert saved(ds).endswith(b.element(0x00280010, "US", 7))


def test_file_meta_elements_in_the_dataset() -> None:
    """Those that somebody puts there are refused; those that a file has there stay."""
    ds = ct()
    ds.TransferSyntaxUID = b.LITTLE_UID
    with pytest.raises(WriteError, match=r"file_meta\.TransferSyntaxUID"):
        saved(ds)
    data = b.file(
        b.element(0x00080060, "CS", "MR") + b.element(0x00020010, "UI", b.LITTLE_UID) + b.element(0x00280010, "US", 7)
    )
    assert saved(dcmread(data)) == data


def test_file_meta_is_deleted() -> None:
    ds = dcmread(b.file(b.element(0x00280010, "US", 7)))
    del ds.file_meta
    assert not hasattr(ds, "file_meta")
    assert saved(ds).endswith(b.element(0x00280010, "US", 7))
    assert b"1.2.3.4" not in saved(ds)

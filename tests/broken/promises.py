"""What is promised of every source of bytes, however broken: the checks that the cases and the fuzzers share.

`keeps_promises` reads the bytes, does with the dataset what users do, and asserts that nothing but a `DicomError` comes
out and that no byte is lost.
"""

from __future__ import annotations

import copy
import io
import pickle
import zlib
from typing import Any

import dicomspec
from dicomspec.errors import DicomError, Issue

NEW_TAG = 0x00A1_0010
"""A private creator that no file has: the element that is added to see that all others stay."""


def written(ds: Any) -> bytes:
    target = io.BytesIO()
    ds.save_as(target)
    return target.getvalue()


def is_one_insertion(old: bytes, new: bytes) -> bool:
    """Whether ``new`` is ``old`` with bytes put in at one place."""
    if len(new) <= len(old):
        return False
    same = _common(old, new)
    return old[same:] == new[len(new) - (len(old) - same) :]


def _common(old: bytes, new: bytes) -> int:
    low, high = 0, len(old)
    while low < high:
        middle = (low + high + 1) // 2
        if old[:middle] == new[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def keeps_promises(data: bytes, **options: Any) -> list[Issue] | None:
    """The issues of ``data``; None if it could not be read, with a `DicomError`."""
    try:
        ds = dicomspec.dcmread(data, **options)
    except DicomError:
        return None
    assert written(ds) == data, "not the same bytes when written at once"
    ds = dicomspec.dcmread(data, **options)
    for element in ds.iterall():
        element.value, element.VM, element.name, element.repval, element.is_undefined_length, element.original_string
    assert written(ds) == data, "not the same bytes after every value was looked at"
    text = str(ds)
    assert str(ds.file_meta) is not None
    issues = ds.issues
    for issue in issues:
        assert issue.code
        assert issue.message
        assert issue.severity in ("error", "warning", "info")
        assert issue.offset is None or issue.offset >= 0
        assert str(issue)
    assert dicomspec.dcmread(data, **options).issues == issues, "other issues when read in another order"
    _copies(ds, data, text)
    _edits(data, options)
    _strict(data, issues, options)
    return issues


def _copies(ds: Any, data: bytes, text: str) -> None:
    for twin in (copy.copy(ds), copy.deepcopy(ds), pickle.loads(pickle.dumps(ds))):
        assert twin == ds
        assert written(twin) == data, "a copy is not written as the same bytes"
        assert str(twin) == text


def _edits(data: bytes, options: Any) -> None:
    """Another element put in, or changed, leaves all bytes where they were."""
    ds = dicomspec.dcmread(data, **options)
    if NEW_TAG in ds:
        return
    ds.add_new(NEW_TAG, "LO", "DICOMSPEC TEST")
    out = written(ds)
    start = ds._file.start
    if ds._file.syntax.deflated:
        assert zlib.decompressobj(-15).decompress(out[start:]), "nothing came out"
        return
    assert is_one_insertion(data, out), "adding an element changed other bytes"
    again = dicomspec.dcmread(out, **{**options, "force": True})
    if not ds.issues:
        assert again == ds


def _strict(data: bytes, issues: list[Issue], options: Any) -> None:
    """Strict reading raises the first issue that is not a mere remark."""
    expected = next((issue for issue in issues if issue.severity != "info"), None)
    raised = None
    try:
        dicomspec.dcmread(data, **{**options, "strict": True})
    except DicomError as error:
        raised = error.issue
    assert raised == expected, f"strict reading raised {raised}, but the first issue is {expected}"

"""pydicom's values beside ours: a second opinion on what the bytes of a file mean."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pydicom
from pydicom.dataelem import DataElement as PydicomElement
from pydicom.dataset import Dataset as PydicomDataset

from dicomspec.elements import Elements

__all__ = ["differences", "plain", "pydicom_read"]


def pydicom_read(source: Any) -> PydicomDataset:
    """A file as pydicom reads it, without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(source, force=True)


def plain(value: Any) -> Any:
    """A value of either library as built-in types: None for no value at all, lists, `str`, `int`, `float`, `bytes`."""
    if value is None or (isinstance(value, (str, bytes, list)) and not value):
        return None
    if isinstance(value, (list, tuple)) or type(value).__name__ == "MultiValue":
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value) or None
    return float(value) if isinstance(value, float) else int(value)


def differences(ours: Elements, theirs: PydicomDataset, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Each element whose tag, VR or value differs: its path, our VR and value, pydicom's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {int(tag): _pydicom_element(theirs, tag) for tag in theirs.keys()}  # noqa: SIM118
    mine = {int(element.tag): element for element in ours}
    for tag in sorted(mine.keys() | found.keys()):
        step = f"{path}({tag >> 16:04X},{tag & 0xFFFF:04X})"
        a, b = mine.get(tag), found.get(tag)
        if a is None or b is None:
            yield step, a and (a.VR, plain(a.value)), b and (str(b.VR), str(b.value)[:40])
        elif isinstance(b, Exception):
            yield step, (a.VR, plain(a.value)), type(b).__name__
        elif a.VR == "SQ" and b.VR == "SQ":
            if len(a.value) != len(b.value):
                yield step, ("SQ", len(a.value)), ("SQ", len(b.value))
            for index, (item, other) in enumerate(zip(a.value, b.value, strict=False)):
                yield from differences(item, other, f"{step}[{index}].")
        elif a.VR == "SQ" or b.VR == "SQ":
            yield step, (a.VR, "items" if a.VR == "SQ" else plain(a.value)), (str(b.VR), str(b.value)[:40])
        elif (a.VR, plain(a.value)) != (str(b.VR), plain(b.value)):
            yield step, (a.VR, plain(a.value)), (str(b.VR), plain(b.value))


def _pydicom_element(ds: PydicomDataset, tag: Any) -> PydicomElement | Exception:
    try:
        return ds[tag]
    except Exception as error:
        return error

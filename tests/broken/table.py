"""What a row of the table of broken files is, and what rows are made of.

A row tells what is wrong, which issue must say so (code, path, and offset as the bytes that stand there), and what must
still be read. Nearly all have the thing that is wrong between elements that are right: BEFORE and AFTER.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.builders import (
    IMPLICIT,
    LITTLE_UID,
    element,
    file,
)

ALL_READ = {"Modality": "CT", "PatientName": "Doe^Jane", "PatientID": "ID-7", "InstanceNumber": 42}
"""What BEFORE and AFTER hold."""

WEDGES, BEAMS, PLAN_NAME = 0x300A00D1, 0x300A00B0, 0x300A0002
REFERENCED = 0x00081140  # a sequence between BEFORE and AFTER
CODE, MEANING = 0x00080100, 0x00080104


@dataclass
class Case:
    """One broken file.

    Attributes:
        data: its bytes.
        code, path: of the issue that must be there.
        at: the offset of the issue: a number, or the bytes that stand there (their first occurrence); None: not told.
        reads: path (keyword or tag, then item numbers and keywords) -> value that must be read.
        only: whether there may be no other issue.
        options: of reading.
    """

    name: str
    data: bytes
    code: str
    path: str = ""
    at: int | bytes | None = None
    reads: dict[Any, Any] = field(default_factory=lambda: dict(ALL_READ))
    only: bool = True
    options: dict[str, Any] = field(default_factory=dict)


def before(encoding: str = "little") -> bytes:
    return element(0x00080060, "CS", "CT", encoding)


def after(encoding: str = "little") -> bytes:
    return (
        element(0x00100010, "PN", "Doe^Jane", encoding)
        + element(0x00100020, "LO", "ID-7", encoding)
        + element(0x00200013, "IS", "42", encoding)
    )


def plain(encoding: str = "little") -> bytes:
    return before(encoding) + after(encoding)


def wrong(name: str, bad: bytes, code: str, path: str = "", at: int | bytes | None = -1, **more: Any) -> Case:
    """``bad`` between BEFORE and AFTER; by default the issue is where it starts."""
    encoding, syntax = more.pop("encoding", "little"), more.pop("syntax", LITTLE_UID)
    reads = {**ALL_READ, **more.pop("reads", {})}
    start = file(before(encoding), syntax)
    data = start + bad + after(encoding)
    return Case(name, data, code, path, len(start) if at == -1 else at, reads, **more)


def ends(name: str, bad: bytes, code: str, path: str = "", at: int | bytes | None = -1, **more: Any) -> Case:
    """``bad`` at the end, behind BEFORE and AFTER."""
    encoding, syntax = more.pop("encoding", "little"), more.pop("syntax", LITTLE_UID)
    reads = {**ALL_READ, **more.pop("reads", {})}
    start = file(plain(encoding), syntax)
    return Case(name, start + bad, code, path, len(start) if at == -1 else at, reads, **more)


def whole(name: str, data: bytes, code: str, path: str = "", at: int | bytes | None = None, **more: Any) -> Case:
    return Case(name, data, code, path, at, {**ALL_READ, **more.pop("reads", {})}, **more)


CODE_ITEM = element(CODE, "SH", "A1") + element(MEANING, "LO", "one")
CODE_ITEM_IMPLICIT = element(CODE, "SH", "A1", IMPLICIT) + element(MEANING, "LO", "one ", IMPLICIT)
ONE = {"ReferencedImageSequence[0].CodeValue": "A1", "ReferencedImageSequence[0].CodeMeaning": "one"}
ONE_ITEM = {"ReferencedImageSequence": 1, **ONE}
TWO_ITEMS = {"ReferencedImageSequence": 2, **ONE, "ReferencedImageSequence[1].CodeValue": "B2"}
SECOND = element(CODE, "SH", "B2")

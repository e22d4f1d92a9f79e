"""Broken sequences in each encoding: what is around them and in them is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import dicomspec
from tests import builders as b
from tests.broken.promises import keeps_promises
from tests.broken.table import ALL_READ, CODE, MEANING, REFERENCED, after, before
from tests.broken.test_cases import look_up

SYNTAXES = {b.LITTLE: b.LITTLE_UID, b.BIG: b.BIG_UID, b.IMPLICIT: b.IMPLICIT_UID}
JUNK = bytes.fromhex("ffeeddccbbaa99887766")


class Parts:
    """The pieces that broken sequences are made of, in one encoding."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.code = b.element(CODE, "SH", "A1", encoding)
        self.content = self.code + b.element(MEANING, "LO", "one ", encoding)
        self.second = b.element(CODE, "SH", "B2", encoding)
        self.size = len(self.content)
        self.behind = len(after(encoding))
        self.cut = self.code + b.element(MEANING, "LO", "one ", encoding, length=4000)

    def item(self, content: bytes | None = None, **more: Any) -> bytes:
        return b.item(self.content if content is None else content, self.encoding, **more)

    def open(self, content: bytes | None = None, **more: Any) -> bytes:
        return self.item(content, length=b.UNDEFINED, **more)

    def sequence(self, *items: bytes, **more: Any) -> bytes:
        return b.sequence(REFERENCED, items, self.encoding, **more)

    def open_sequence(self, *items: bytes, **more: Any) -> bytes:
        return self.sequence(*items, length=b.UNDEFINED, **more)

    def end(self, tag: int) -> bytes:
        return b.delimiter(tag, 0, self.encoding)


BROKEN: dict[str, tuple[int, Callable[[Parts], bytes]]] = {
    "length one element too long": (1, lambda p: p.sequence(p.item(), length=p.size + 24)),
    "length into an element": (1, lambda p: p.sequence(p.item(), length=p.size + 21)),
    "length up to the end": (1, lambda p: p.sequence(p.item(), length=p.size + 8 + p.behind)),
    "length past the end": (1, lambda p: p.sequence(p.item(), length=9999)),
    "length too short": (1, lambda p: p.sequence(p.item(), length=p.size)),
    "length into the second item": (2, lambda p: p.sequence(p.item(), p.item(p.second), length=p.size + 12)),
    "item too long": (1, lambda p: p.open_sequence(p.item(length=p.size + 30))),
    "item too short": (1, lambda p: p.open_sequence(p.item(length=p.size - 4))),
    "item past the end": (1, lambda p: p.open_sequence(p.item(length=9999))),
    "item past its sequence": (1, lambda p: p.sequence(p.item(length=p.size + 10))),
    "no item tag": (1, lambda p: p.sequence(p.content)),
    "no item tag, undefined length": (1, lambda p: p.open_sequence(p.content)),
    "items without delimiters": (
        2,
        lambda p: p.open_sequence(p.open(closed=False), p.open(p.second, closed=False)),
    ),
    "item without delimiter, defined length": (2, lambda p: p.sequence(p.open(closed=False), p.item(p.second))),
    "sequence without delimiter": (2, lambda p: p.open_sequence(p.item(), p.item(p.second), closed=False)),
    "empty sequence without delimiter": (0, lambda p: p.open_sequence(closed=False)),
    "item delimiter between items": (2, lambda p: p.sequence(p.item(), p.end(b.ITEM_END), p.item(p.second))),
    "garbage in an item": (1, lambda p: p.sequence(p.item(p.content + JUNK))),
    "garbage in an open item": (1, lambda p: p.open_sequence(p.open(p.content + JUNK))),
    "value past the end of its item": (1, lambda p: p.sequence(p.item(p.cut))),
    "value past the end of its open item": (2, lambda p: p.open_sequence(p.open(p.cut), p.open(p.second))),
}


@pytest.mark.parametrize("encoding", SYNTAXES)
@pytest.mark.parametrize("name", BROKEN)
def test_broken_sequence(name: str, encoding: str) -> None:
    count, make = BROKEN[name]
    data = b.file(before(encoding) + make(Parts(encoding)) + after(encoding), SYNTAXES[encoding])
    assert keeps_promises(data)
    reads: dict[str, Any] = {**ALL_READ, "ReferencedImageSequence": count}
    if count > 0:
        reads["ReferencedImageSequence[0].CodeValue"] = "A1"
        reads["ReferencedImageSequence[0].CodeMeaning"] = "one"
    if count > 1:
        reads["ReferencedImageSequence[1].CodeValue"] = "B2"
    for path, expected in reads.items():
        assert look_up(dicomspec.dcmread(data), path) == expected, path


@pytest.mark.parametrize(
    "content",
    [
        b.element(0x00280106, "US", 5, b.IMPLICIT) + b.element(0x00280103, "US", 1, b.IMPLICIT),
        b.element(0x00280106, "UN", b"\5\0") + b.element(0x00280103, "UN", b"\1\0"),
    ],
    ids=["implicit", "UN"],
)
def test_the_element_that_tells_the_vr_stands_behind(content):
    """All at once, as loops read: the one that tells is decoded before its turn."""
    ds = dicomspec.dcmread(b.file(content, b.IMPLICIT_UID if content[4:6] != b"UN" else b.LITTLE_UID))
    assert [(element.keyword, element.VR, element.value) for element in ds] == [
        ("PixelRepresentation", "US", 1),
        ("SmallestImagePixelValue", "SS", 5),
    ]

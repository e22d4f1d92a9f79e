"""The table of broken files: one row each, made by hand.

A row tells what is wrong, which issue must say so (code, path, and offset as the bytes that stand there), and what must
still be read. Nearly all have the thing that is wrong between elements that are right: BEFORE and AFTER.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.builders import (
    BIG,
    BIG_UID,
    DEFLATED_UID,
    IMPLICIT,
    IMPLICIT_UID,
    ITEM,
    ITEM_END,
    JPEG_UID,
    LITTLE_UID,
    SEQUENCE_END,
    UNDEFINED,
    deflate,
    delimiter,
    element,
    file,
    fragments,
    header,
    item,
    meta,
    sequence,
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

ORDER = [
    wrong(
        "duplicate",
        before() + element(0x00080070, "LO", "Maker "),
        "duplicate",
        "Modality",
        reads={"Manufacturer": "Maker "[:-1]},
    ),
    whole(
        "duplicate, not the same value",
        file(before() + after() + element(0x00100020, "LO", "OTHER1")),
        "duplicate",
        "PatientID",
        element(0x00100020, "LO", "OTHER1"),
    ),
    whole(
        "duplicate in a row",
        file(before() + element(0x00100010, "PN", "Doe^Jane") + element(0x00100010, "PN", "Doe^John") + after()[16:]),
        "duplicate",
        "PatientName",
        element(0x00100010, "PN", "Doe^John"),
    ),
    whole("order", file(after() + before()), "order", "Modality", before()),
    wrong("group 2 in the dataset", element(0x00020010, "UI", LITTLE_UID), "group", "TransferSyntaxUID"),
    wrong("group 0 in the dataset", element(0x00000100, "US", 1), "group", "CommandField"),
    wrong("group 1 in the dataset", element(0x00010010, "LO", "ODD "), "group", "(0001,0010)"),
]

LENGTHS = [
    wrong("odd length", element(0x00080070, "LO", b"ABC"), "odd-length", "Manufacturer", reads={"Manufacturer": "ABC"}),
    wrong(
        "odd length in implicit VR",
        element(0x00080070, "LO", b"ABC", IMPLICIT),
        "odd-length",
        "Manufacturer",
        reads={"Manufacturer": "ABC"},
        encoding=IMPLICIT,
        syntax=IMPLICIT_UID,
    ),
    wrong(
        "odd length in an item",
        sequence(REFERENCED, [item(element(CODE, "SH", b"ABC") + element(MEANING, "LO", "one"))]),
        "odd-length",
        "ReferencedImageSequence[0].CodeValue",
        element(CODE, "SH", b"ABC"),
        only=False,
        reads={"ReferencedImageSequence[0].CodeValue": "ABC", "ReferencedImageSequence[0].CodeMeaning": "one"},
    ),
    ends(
        "length past the end",
        element(0x00204000, "LT", "text", length=100),
        "value-past-end",
        "ImageComments",
        reads={"ImageComments": "text"},
    ),
    ends(
        "length past the end in implicit VR",
        element(0x00204000, "LT", "text", IMPLICIT, length=100),
        "value-past-end",
        "ImageComments",
        reads={"ImageComments": "text"},
        encoding=IMPLICIT,
        syntax=IMPLICIT_UID,
    ),
    ends(
        "pixel data past the end",
        element(0x7FE00010, "OW", b"\1\2\3\4", length=1000),
        "value-past-end",
        "PixelData",
        reads={"PixelData": b"\1\2\3\4"},
    ),
    wrong(
        "length past the end, elements behind it",
        element(0x00080070, "LO", "Maker1", length=4000),
        "value-past-end",
        "Manufacturer",
        reads={"Manufacturer": "Maker1"},
    ),
    wrong(
        "length past the end of the item",
        sequence(REFERENCED, [item(element(CODE, "SH", "A1") + element(MEANING, "LO", b"one ", length=40))]),
        "value-past-end",
        "ReferencedImageSequence[0].CodeMeaning",
        element(MEANING, "LO", b"one ", length=40),
        reads=ONE,
    ),
    wrong(
        "a text with the header of the short form",
        element(0x00080119, "UC", "Long code", long=False),
        "vr",
        "LongCodeValue",
        reads={"LongCodeValue": "Long code"},
    ),
    wrong(
        "undefined length without fragments",
        header(0x00080119, "UC", UNDEFINED) + b"text",
        "no-fragments",
        "LongCodeValue",
        b"text",
    ),
    wrong(
        "three bytes of US",
        element(0x00080040, "US", b"\1\2\3"),
        "value",
        "DataSetType",
        None,
        reads={"DataSetType": b"\1\2\3"},
        only=False,
    ),
    wrong(
        "two bytes of UL", element(0x00082120, "UL", b"\1\2"), "value", "StageName", None, reads={"StageName": b"\1\2"}
    ),
    wrong(
        "six bytes of FD",
        element(0x00081163, "FD", b"\1\2\3\4\5\6"),
        "value",
        "TimeRange",
        None,
        reads={"TimeRange": b"\1\2\3\4\5\6"},
    ),
    wrong(
        "six bytes of AT",
        element(0x00081161, "AT", b"\1\2\3\4\5\6"),
        "value",
        "SimpleFrameList",
        None,
        reads={"SimpleFrameList": b"\1\2\3\4\5\6"},
    ),
]

VALUES = [
    wrong(
        "DS with a comma",
        element(0x00089459, "FL", 1.5) + element(0x00101030, "DS", "1,5 "),
        "value",
        "PatientWeight",
        b"1,5 ",
        only=False,
        reads={"PatientWeight": "1,5"},
    ),
    ends(
        "IS with a fraction",
        element(0x00200019, "IS", "1.5 "),
        "value",
        "ItemNumber",
        b"1.5 ",
        reads={"ItemNumber": "1.5"},
    ),
    ends("IS with a letter", element(0x00200019, "IS", "1A"), "value", "ItemNumber", b"1A", reads={"ItemNumber": "1A"}),
    ends(
        "one bad value of several", element(0x00200032, "DS", "1\\x\\3 "), "value", "ImagePositionPatient", b"1\\x\\3 "
    ),
    whole(
        "charset misspelt",
        file(element(0x00080005, "CS", "ISO IR 100") + before() + element(0x00080070, "LO", b"M\xfcller") + after()),
        "charset",
        "SpecificCharacterSet",
        reads={"Manufacturer": "M\u00fcller"},
    ),
    whole(
        "charset unknown",
        file(element(0x00080005, "CS", "KLINGON ") + plain()),
        "charset",
        "SpecificCharacterSet",
    ),
    whole(
        "text not in its charset",
        file(element(0x00080005, "CS", "ISO_IR 192") + before() + element(0x00080070, "LO", b"M\xfcller") + after()),
        "charset",
        "Manufacturer",
        b"M\xfcller",
        reads={"Manufacturer": "M\ufffdller"},
    ),
    whole(
        "text beyond ASCII without a charset",
        file(before() + element(0x00080070, "LO", b"M\xfcller") + after()),
        "charset",
        "Manufacturer",
        b"M\xfcller",
    ),
]

HEADERS = [
    wrong("unknown VR", element(0x00080070, b"ZZ", b"ABCD"), "vr", "Manufacturer"),
    wrong("unknown VR in the long form", element(0x00080070, b"ZZ", b"ABCD", long=True), "vr", "Manufacturer"),
    wrong("VR of blanks", element(0x00080070, b"  ", b"ABCD"), "vr", "Manufacturer", reads={"Manufacturer": "ABCD"}),
    wrong("VR of NULs", element(0x00080070, b"\0\0", b"ABCD"), "vr", "Manufacturer", reads={"Manufacturer": "ABCD"}),
    wrong(
        "VR of question marks",
        element(0x00080070, b"??", b"ABCD"),
        "vr",
        "Manufacturer",
        reads={"Manufacturer": "ABCD"},
    ),
    wrong(
        "VR in lower case", element(0x00080070, b"lo", b"ABCD"), "vr", "Manufacturer", reads={"Manufacturer": "ABCD"}
    ),
    wrong(
        "VR of one blank, long",
        element(0x00080070, b"O ", b"ABCD", long=True),
        "vr",
        "Manufacturer",
        reads={"Manufacturer": "ABCD"},
    ),
    wrong(
        "implicit element among explicit ones",
        element(0x00080070, "LO", b"ABCD", IMPLICIT),
        "vr",
        "Manufacturer",
        reads={"Manufacturer": "ABCD"},
    ),
    wrong(
        "implicit sequence among explicit elements",
        sequence(REFERENCED, [item(CODE_ITEM_IMPLICIT)], IMPLICIT),
        "vr",
        "ReferencedImageSequence",
        reads=ONE,
        only=False,
    ),
    wrong(
        "implicit item in an explicit sequence",
        sequence(REFERENCED, [item(CODE_ITEM_IMPLICIT)]),
        "item-encoding",
        "ReferencedImageSequence",
        item(CODE_ITEM_IMPLICIT),
        reads=ONE,
    ),
    wrong(
        "implicit item in an explicit sequence, undefined lengths",
        sequence(REFERENCED, [item(CODE_ITEM_IMPLICIT, length=UNDEFINED)], length=UNDEFINED),
        "item-encoding",
        "ReferencedImageSequence",
        item(CODE_ITEM_IMPLICIT, length=UNDEFINED),
        reads=ONE,
    ),
    wrong(
        "explicit element among implicit ones",
        element(0x00080070, "LO", b"ABCD"),
        "vr",
        "Manufacturer",
        reads={"Manufacturer": "ABCD"},
        encoding=IMPLICIT,
        syntax=IMPLICIT_UID,
    ),
    wrong(
        "explicit items in UN of undefined length",
        sequence(0x00091001, [item(CODE_ITEM)], length=UNDEFINED, vr="UN"),
        "item-encoding",
        "(0009,1001)",
        None,
        reads={0x00091001: 1, "00091001[0].CodeValue": "A1", "00091001[0].CodeMeaning": "one"},
        only=False,
    ),
    whole("implicit under explicit", file(plain(IMPLICIT)), "transfer-syntax", "", before(IMPLICIT)),
    whole("explicit under implicit", file(plain(), IMPLICIT_UID), "transfer-syntax", "", before()),
    whole("big endian under little", file(plain(BIG)), "transfer-syntax", "", before(BIG)),
    whole("big endian under implicit", file(plain(BIG), IMPLICIT_UID), "transfer-syntax", "", before(BIG)),
    whole("little endian under big", file(plain(), BIG_UID), "transfer-syntax", "", before()),
    whole("implicit under big endian", file(plain(IMPLICIT), BIG_UID), "transfer-syntax", "", before(IMPLICIT)),
    whole("implicit under deflated", file(plain(IMPLICIT), DEFLATED_UID), "transfer-syntax", "", before(IMPLICIT)),
    whole("explicit under deflated", file(plain(), DEFLATED_UID), "transfer-syntax", "", before()),
    whole("implicit under JPEG", file(plain(IMPLICIT), JPEG_UID), "transfer-syntax", "", before(IMPLICIT)),
]

ITEM_HEADER = delimiter(ITEM, len(CODE_ITEM))
OVERLONG = {"ReferencedImageSequence": 1, **ONE}

SEQUENCES = [
    wrong(
        "sequence length too long",
        sequence(REFERENCED, [item(CODE_ITEM)], length=len(CODE_ITEM) + 8 + 40),
        "sequence-length",
        "ReferencedImageSequence",
        reads=OVERLONG,
    ),
    wrong(
        "sequence length past the end",
        sequence(REFERENCED, [item(CODE_ITEM)], length=40000),
        "sequence-length",
        "ReferencedImageSequence",
        reads=OVERLONG,
    ),
    wrong(
        "sequence length up to the end",
        sequence(REFERENCED, [item(CODE_ITEM)], length=len(item(CODE_ITEM) + after())),
        "sequence-length",
        "ReferencedImageSequence",
        reads=OVERLONG,
    ),
    wrong(
        "sequence length too long, in implicit VR",
        sequence(REFERENCED, [item(CODE_ITEM_IMPLICIT)], IMPLICIT, length=len(CODE_ITEM_IMPLICIT) + 8 + 40),
        "sequence-length",
        "ReferencedImageSequence",
        reads=OVERLONG,
        encoding=IMPLICIT,
        syntax=IMPLICIT_UID,
    ),
    wrong(
        "nested sequence length too long",
        sequence(
            REFERENCED,
            [
                item(
                    sequence(0x00081110, [item(CODE_ITEM)], length=len(item(CODE_ITEM)) + 12)
                    + element(0x00081150, "UI", "1.2.3.4.5")
                    + element(0x00081155, "UI", "1.2.3.4.6")
                )
            ],
        ),
        "sequence-length",
        "ReferencedImageSequence[0].ReferencedStudySequence",
        None,
        reads={
            "ReferencedImageSequence[0].ReferencedStudySequence": 1,
            "ReferencedImageSequence[0].ReferencedStudySequence[0].CodeMeaning": "one",
            "ReferencedImageSequence[0].ReferencedSOPClassUID": "1.2.3.4.5",
            "ReferencedImageSequence[0].ReferencedSOPInstanceUID": "1.2.3.4.6",
        },
    ),
    wrong(
        "sequence length too short",
        sequence(REFERENCED, [item(CODE_ITEM)], length=len(CODE_ITEM)),
        "sequence-length",
        "ReferencedImageSequence",
        reads=OVERLONG,
    ),
    wrong(
        "item length too long, in a sequence of undefined length",
        sequence(REFERENCED, [item(CODE_ITEM, length=len(CODE_ITEM) + 30)], length=UNDEFINED),
        "item-length",
        "ReferencedImageSequence",
        ITEM_HEADER[:4],
        reads=ONE_ITEM,
        only=False,
    ),
    wrong(
        "item past the end, in a sequence of undefined length",
        sequence(REFERENCED, [item(CODE_ITEM, length=50000)], length=UNDEFINED),
        "item-past-end",
        "ReferencedImageSequence",
        ITEM_HEADER[:4],
        reads=ONE_ITEM,
        only=False,
    ),
    wrong(
        "item past the end of its sequence",
        sequence(REFERENCED, [item(CODE_ITEM, length=len(CODE_ITEM) + 10)]),
        "item-past-end",
        "ReferencedImageSequence",
        ITEM_HEADER[:4],
        reads=ONE_ITEM,
        only=False,
    ),
    wrong(
        "no item tag",
        sequence(REFERENCED, [CODE_ITEM]),
        "missing-item",
        "ReferencedImageSequence",
        CODE_ITEM,
        reads=ONE_ITEM,
    ),
    wrong(
        "no item tag, undefined length",
        sequence(REFERENCED, [CODE_ITEM], length=UNDEFINED),
        "missing-item",
        "ReferencedImageSequence",
        CODE_ITEM,
        reads=ONE_ITEM,
        only=False,
    ),
    wrong(
        "sequence delimiter with a length",
        sequence(REFERENCED, [item(CODE_ITEM)], length=UNDEFINED, closed=False) + delimiter(SEQUENCE_END, 4),
        "delimiter-length",
        "ReferencedImageSequence",
        delimiter(SEQUENCE_END, 4),
        reads=ONE_ITEM,
    ),
    wrong(
        "item delimiter with a length",
        sequence(
            REFERENCED, [item(CODE_ITEM, length=UNDEFINED, closed=False) + delimiter(ITEM_END, 4)], length=UNDEFINED
        ),
        "delimiter-length",
        "ReferencedImageSequence[0]",
        delimiter(ITEM_END, 4),
        reads=ONE_ITEM,
    ),
    wrong(
        "item of undefined length without delimiter",
        sequence(
            REFERENCED,
            [item(CODE_ITEM, length=UNDEFINED, closed=False), item(SECOND, length=UNDEFINED, closed=False)],
            length=UNDEFINED,
        ),
        "missing-delimiter",
        "ReferencedImageSequence[0]",
        item(SECOND, length=UNDEFINED, closed=False),
        reads=TWO_ITEMS,
        only=False,
    ),
    wrong(
        "item of undefined length without delimiter, in a sequence of defined length",
        sequence(REFERENCED, [item(CODE_ITEM, length=UNDEFINED, closed=False), item(SECOND)]),
        "missing-delimiter",
        "ReferencedImageSequence[0]",
        item(SECOND),
        reads=TWO_ITEMS,
    ),
    wrong(
        "sequence without delimiter, elements behind it",
        sequence(REFERENCED, [item(CODE_ITEM), item(SECOND)], length=UNDEFINED, closed=False),
        "missing-delimiter",
        "ReferencedImageSequence",
        after(),
        reads=TWO_ITEMS,
    ),
    wrong(
        "sequence and items without delimiter, elements behind them",
        sequence(REFERENCED, [item(CODE_ITEM, length=UNDEFINED)], length=UNDEFINED, closed=False),
        "missing-delimiter",
        "ReferencedImageSequence",
        after(),
        reads=ONE_ITEM,
    ),
    wrong(
        "sequence without delimiter in implicit VR",
        sequence(REFERENCED, [item(CODE_ITEM_IMPLICIT)], IMPLICIT, length=UNDEFINED, closed=False),
        "missing-delimiter",
        "ReferencedImageSequence",
        after(IMPLICIT),
        reads=ONE_ITEM,
        encoding=IMPLICIT,
        syntax=IMPLICIT_UID,
    ),
    ends(
        "sequence without delimiter at the end",
        sequence(BEAMS, [item(CODE_ITEM), item(SECOND)], length=UNDEFINED, closed=False),
        "missing-delimiter",
        "BeamSequence",
        None,
        reads={"BeamSequence": 2, "BeamSequence[1].CodeValue": "B2"},
    ),
    wrong(
        "nested sequence without delimiter",
        sequence(
            REFERENCED,
            [item(sequence(0x00081110, [item(CODE_ITEM)], length=UNDEFINED, closed=False), length=UNDEFINED)],
            length=UNDEFINED,
        ),
        "missing-delimiter",
        "ReferencedImageSequence[0].ReferencedStudySequence",
        delimiter(ITEM_END),
        reads={"ReferencedImageSequence[0].ReferencedStudySequence[0].CodeMeaning": "one"},
    ),
    wrong(
        "item delimiter in a sequence of defined length",
        sequence(REFERENCED, [item(CODE_ITEM), delimiter(ITEM_END), item(SECOND)]),
        "stray-delimiter",
        "ReferencedImageSequence",
        delimiter(ITEM_END),
        reads=TWO_ITEMS,
    ),
    wrong(
        "sequence delimiter in a sequence of defined length",
        sequence(REFERENCED, [item(CODE_ITEM), delimiter(SEQUENCE_END)]),
        "stray-delimiter",
        "ReferencedImageSequence",
        delimiter(SEQUENCE_END),
        reads=ONE_ITEM,
    ),
    wrong(
        "item delimiter behind an item of defined length",
        sequence(REFERENCED, [item(CODE_ITEM), delimiter(ITEM_END), item(SECOND)], length=UNDEFINED),
        "stray-delimiter",
        "ReferencedImageSequence",
        delimiter(ITEM_END),
        reads=TWO_ITEMS,
    ),
    wrong(
        "text where a sequence should be",
        element(REFERENCED, "SQ", b"not a sequence"),
        "not-a-sequence",
        "ReferencedImageSequence",
        b"not a sequence",
        reads={"ReferencedImageSequence": b"not a sequence"},
    ),
    wrong(
        "text where a sequence should be, in implicit VR",
        element(REFERENCED, "SQ", b"not a sequence", IMPLICIT),
        "not-a-sequence",
        "ReferencedImageSequence",
        b"not a sequence",
        reads={"ReferencedImageSequence": b"not a sequence"},
        encoding=IMPLICIT,
        syntax=IMPLICIT_UID,
    ),
    wrong(
        "bytes behind the items",
        sequence(REFERENCED, [item(CODE_ITEM), b"\1\2\3\4"]),
        "trailing-bytes",
        "ReferencedImageSequence",
        b"\1\2\3\4" + after(),
        reads=ONE_ITEM,
    ),
]

PIXELS = {0x7FE00010: item() + item(b"\1\2\3\4")}
ICON = 0x00880200

FRAGMENTS = [
    ends(
        "fragments without delimiter",
        fragments(0x7FE00010, [b"\1\2\3\4"], closed=False),
        "missing-delimiter",
        "PixelData",
        None,
        reads=PIXELS,
        syntax=JPEG_UID,
    ),
    ends(
        "fragments without delimiter, elements behind them",
        fragments(0x7FE00010, [b"\1\2\3\4"], closed=False) + element(0xFFFCFFFC, "OB", bytes(4)),
        "missing-delimiter",
        "PixelData",
        element(0xFFFCFFFC, "OB", bytes(4)),
        reads={**PIXELS, 0xFFFCFFFC: bytes(4)},
        syntax=JPEG_UID,
    ),
    ends(
        "last fragment cut off",
        fragments(0x7FE00010, [b"\1\2\3\4"], closed=False) + delimiter(ITEM, 100) + b"\5\6",
        "fragment-past-end",
        "PixelData",
        delimiter(ITEM, 100),
        reads={0x7FE00010: PIXELS[0x7FE00010] + delimiter(ITEM, 100) + b"\5\6"},
        syntax=JPEG_UID,
    ),
    ends(
        "fragments whose delimiter has a length",
        fragments(0x7FE00010, [b"\1\2\3\4"], closed=False) + delimiter(SEQUENCE_END, 8),
        "delimiter-length",
        "PixelData",
        delimiter(SEQUENCE_END, 8),
        reads=PIXELS,
        syntax=JPEG_UID,
    ),
    ends(
        "no fragments in the pixel data",
        header(0x7FE00010, "OB", UNDEFINED) + b"\xff\xd8\xff\xe0rest",
        "no-fragments",
        "PixelData",
        None,
        reads={0x7FE00010: b"\xff\xd8\xff\xe0rest"},
        syntax=JPEG_UID,
    ),
    ends(
        "icon whose fragments have no delimiter",
        sequence(
            ICON,
            [item(element(0x00280010, "US", 1) + fragments(0x7FE00010, [b"\1\2\3\4"], closed=False), length=UNDEFINED)],
            length=UNDEFINED,
        )
        + fragments(0x7FE00010, [b"\5\6"]),
        "missing-delimiter",
        "IconImageSequence[0].PixelData",
        delimiter(ITEM_END),
        reads={"IconImageSequence[0].Rows": 1, "IconImageSequence[0].PixelData": PIXELS[0x7FE00010]},
        syntax=JPEG_UID,
    ),
]

STRAYS = [
    wrong("item delimiter at top level", delimiter(ITEM_END), "stray-delimiter"),
    wrong("sequence delimiter at top level", delimiter(SEQUENCE_END), "stray-delimiter"),
    wrong("item at top level", item(b"\1\2\3\4"), "stray-delimiter"),
    wrong("item of undefined length at top level", delimiter(ITEM, UNDEFINED), "stray-delimiter"),
    wrong("several delimiters", delimiter(ITEM_END) + delimiter(SEQUENCE_END), "stray-delimiter", only=False),
    wrong("bytes between elements", b"\xff\xfejunk!!", "garbage"),
    ends("trailing zeros", bytes(100), "trailing-zeros"),
    ends("trailing zeros, few", bytes(3), "trailing-bytes"),
    ends("trailing bytes", b"\1\2\3", "trailing-bytes"),
    ends("trailing garbage", bytes(range(200, 220)), "garbage"),
    ends("trailing text", b"<html><body>404 not found</body></html>", "garbage"),
    ends("trailing zeros in implicit VR", bytes(100), "trailing-zeros", encoding=IMPLICIT, syntax=IMPLICIT_UID),
    ends("trailing garbage in implicit VR", bytes(range(200, 220)), "garbage", encoding=IMPLICIT, syntax=IMPLICIT_UID),
    wrong(
        "zeros at the end of an item",
        sequence(REFERENCED, [item(CODE_ITEM + bytes(8))]),
        "trailing-zeros",
        "ReferencedImageSequence[0]",
        bytes(8) + after()[:4],
        reads=ONE_ITEM,
    ),
]

WRONG_META_LENGTH = file(plain(), head=meta(group_length=30))

DEFLATE_BROKEN = deflate(plain(), end=False) + b"\x07" + bytes(range(40))
"""A deflate stream that goes on with a block of no known type."""

FILES = [
    whole("no preamble", file(plain(), preamble=None), "preamble", "", 0),
    whole("no preamble, but the prefix", b"DICM" + meta() + plain(), "preamble", "", 0),
    whole("preamble without prefix", file(plain(), prefix=b"\0\0\0\0"), "preamble", "", 0),
    whole("preamble, but four bytes less", bytes(128) + meta() + plain(), "preamble", "", 0),
    whole("no preamble and no meta", plain(), "preamble", "", 0),
    whole("no preamble and no meta, implicit", plain(IMPLICIT), "preamble", "", 0),
    whole("no preamble and no meta, big endian", plain(BIG), "preamble", "", 0),
    whole("stray leading byte", b"\n" + plain(), "preamble", "", 0),
    whole("stray leading byte before the preamble", b"\n" + file(plain()), "preamble", "", 0),
    whole("stray leading byte before meta", b"\n" + file(plain(), preamble=None), "preamble", "", 0),
    whole("no meta", file(plain(), head=b""), "meta", "", 132),
    whole("no meta, implicit", file(plain(IMPLICIT), head=b""), "meta", "", 132),
    whole("implicit meta", file(plain(), head=meta(encoding=IMPLICIT)), "meta", "", 132),
    whole("implicit meta and data", file(plain(IMPLICIT), head=meta(IMPLICIT_UID, encoding=IMPLICIT)), "meta", "", 132),
    whole("big endian meta", file(plain(BIG), head=meta(BIG_UID, encoding=BIG)), "meta", "", 132),
    whole("big endian meta, little endian data", file(plain(), head=meta(encoding=BIG)), "meta", "", 132),
    whole("meta without group length", file(plain(), head=meta(group_length=None)), "meta-group-length", "", 132),
    whole("meta group length too short", WRONG_META_LENGTH, "meta-group-length", "", 132),
    whole("meta group length too long", file(plain(), head=meta(group_length=200)), "meta-group-length", "", 132),
    whole(
        "meta group length past the end", file(plain(), head=meta(group_length=1 << 20)), "meta-group-length", "", 132
    ),
    whole("meta group length zero", file(plain(), head=meta(group_length=0)), "meta-group-length", "", 132),
    whole("no transfer syntax", file(plain(), head=meta(None)), "transfer-syntax", "", None),
    whole("no transfer syntax, implicit", file(plain(IMPLICIT), head=meta(None)), "transfer-syntax", "", None),
    whole("no transfer syntax, big endian", file(plain(BIG), head=meta(None)), "transfer-syntax", "", None),
    whole("transfer syntax empty", file(plain(), head=meta("")), "transfer-syntax", "", None),
    whole("transfer syntax unknown", file(plain(), "1.2.3.4.5"), "transfer-syntax", "", plain()),
    whole("deflated with a zlib header", file(deflate(plain(), 15), DEFLATED_UID), "deflate", "", None),
    Case(
        "deflated, cut off",
        file(deflate(plain())[:-4], DEFLATED_UID),
        "deflate-broken",
        "",
        None,
        {"Modality": "CT", "PatientName": "Doe^Jane"},
        only=False,
    ),
    Case(
        "deflated, broken in the middle",
        file(DEFLATE_BROKEN, DEFLATED_UID),
        "deflate-broken",
        "",
        file(DEFLATE_BROKEN, DEFLATED_UID).index(b"\x07" + bytes(range(40))),
    ),
    whole(
        "deflated, bytes behind the stream",
        file(deflate(plain()) + b"more", DEFLATED_UID),
        "trailing-bytes",
        "",
        None,
    ),
]

CASES: list[Case] = [*ORDER, *LENGTHS, *VALUES, *HEADERS, *SEQUENCES, *FRAGMENTS, *STRAYS, *FILES]

"""Broken sequences, items and fragments."""

from __future__ import annotations

from tests.broken.table import (
    BEAMS,
    CODE_ITEM,
    CODE_ITEM_IMPLICIT,
    ONE,
    ONE_ITEM,
    REFERENCED,
    SECOND,
    TWO_ITEMS,
    after,
    ends,
    wrong,
)
from tests.builders import (
    IMPLICIT,
    IMPLICIT_UID,
    ITEM,
    ITEM_END,
    JPEG_UID,
    SEQUENCE_END,
    UNDEFINED,
    delimiter,
    element,
    fragments,
    header,
    item,
    sequence,
)

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

NESTED = [*SEQUENCES, *FRAGMENTS]

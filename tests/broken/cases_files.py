"""Bytes that belong to no element, and broken files as a whole: preamble, file meta elements, deflate streams."""

from __future__ import annotations

from tests.broken.table import (
    CODE_ITEM,
    ONE_ITEM,
    REFERENCED,
    Case,
    after,
    ends,
    plain,
    whole,
    wrong,
)
from tests.builders import (
    BIG,
    BIG_UID,
    DEFLATED_UID,
    IMPLICIT,
    IMPLICIT_UID,
    ITEM,
    ITEM_END,
    SEQUENCE_END,
    UNDEFINED,
    deflate,
    delimiter,
    file,
    item,
    meta,
    sequence,
)

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

WHOLE = [*STRAYS, *FILES]

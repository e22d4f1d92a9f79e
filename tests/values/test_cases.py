"""One table of cases for all VRs, tested in both directions and truncated at every byte (PS3.5 6.2)."""

from __future__ import annotations

import contextlib

import pytest

from dicomspec import values
from dicomspec._generated.vr import VRS
from dicomspec.errors import ValueIssue, ValueRuleError
from dicomspec.tag import Tag
from dicomspec.values import DA, DT, TM, MultiValue, PersonName, decoder_for, encoder_for

DEFAULT: tuple[str, ...] = ()
LATIN1 = ("ISO_IR 100",)
UTF8 = ("ISO_IR 192",)

# value, VR, bytes in little endian, character set
CASES = [
    ("STORE_SCP", "AE", b"STORE_SCP ", DEFAULT),
    (["ONE", "TWO"], "AE", b"ONE\\TWO ", DEFAULT),
    ("018M", "AS", b"018M", DEFAULT),
    (Tag(0x001800FF), "AT", b"\x18\x00\xff\x00", DEFAULT),
    ([Tag(0x00100010), Tag(0x7FE00010)], "AT", b"\x10\x00\x10\x00\xe0\x7f\x10\x00", DEFAULT),
    ("ORIGINAL", "CS", b"ORIGINAL", DEFAULT),
    (["ORIGINAL", "PRIMARY", "AXIAL"], "CS", b"ORIGINAL\\PRIMARY\\AXIAL", DEFAULT),
    (["A", "", "B"], "CS", b"A\\\\B", DEFAULT),
    (["", ""], "CS", b"\\ ", DEFAULT),
    (DA("20240131"), "DA", b"20240131", DEFAULT),
    (DA("20240101-20240131"), "DA", b"20240101-20240131 ", DEFAULT),
    ([DA("20240131"), DA("20240201")], "DA", b"20240131\\20240201 ", DEFAULT),
    (1.25, "DS", b"1.25", DEFAULT),
    (-1.5e-10, "DS", b"-1.5e-10", DEFAULT),
    ([1.0, 0.0, -1.0], "DS", b"1\\0\\-1", DEFAULT),
    ([1.0, None, None], "DS", b"1\\\\ ", DEFAULT),
    (DT("20240131103015.5+0100"), "DT", b"20240131103015.5+0100 ", DEFAULT),
    (0.1, "FD", b"\x9a\x99\x99\x99\x99\x99\xb9\x3f", DEFAULT),
    ([1.0, 2.0], "FD", b"\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40", DEFAULT),
    (0.5, "FL", b"\0\0\0\x3f", DEFAULT),
    (512, "IS", b"512 ", DEFAULT),
    ([1, None, -3], "IS", b"1\\\\-3 ", DEFAULT),
    (4294967296, "IS", b"4294967296", DEFAULT),
    ("Chest ^= x", "LO", b"Chest ^= x", DEFAULT),
    ("M\xfcller", "LO", b"M\xfcller", LATIN1),
    (["Gr\xf6\xdfe", "b"], "LO", "Gr\xf6\xdfe\\b ".encode(), UTF8),
    (" two\r\nlines\\and a backslash", "LT", b" two\r\nlines\\and a backslash ", DEFAULT),
    (b"\x01\x02\x03\x00", "OB", b"\x01\x02\x03\x00", DEFAULT),
    (b"\0\0\0\0\0\0\xf0\x3f", "OD", b"\0\0\0\0\0\0\xf0\x3f", DEFAULT),
    (b"\0\0\0\x3f", "OF", b"\0\0\0\x3f", DEFAULT),
    (b"\x01\0\0\0", "OL", b"\x01\0\0\0", DEFAULT),
    (b"\x01\0\0\0\0\0\0\0", "OV", b"\x01\0\0\0\0\0\0\0", DEFAULT),
    (b"\x01\x00", "OW", b"\x01\x00", DEFAULT),
    (PersonName("Adams^John Robert Quincy^^Rev."), "PN", b"Adams^John Robert Quincy^^Rev.", DEFAULT),
    ([PersonName("A^B"), PersonName("C")], "PN", b"A^B\\C ", DEFAULT),
    (PersonName("Buc^J\xe9r\xf4me"), "PN", b"Buc^J\xe9r\xf4me", LATIN1),
    ("SHORT", "SH", b"SHORT ", DEFAULT),
    (-2147483648, "SL", b"\0\0\0\x80", DEFAULT),
    ([-1, 1], "SS", b"\xff\xff\x01\0", DEFAULT),
    ("a\tb", "ST", b"a\tb ", DEFAULT),
    (-1, "SV", b"\xff" * 8, DEFAULT),
    (TM("103015.123456"), "TM", b"103015.123456 ", DEFAULT),
    (["a", "b"], "UC", b"a\\b ", DEFAULT),
    ("1.2.840.10008.1.2", "UI", b"1.2.840.10008.1.2\0", DEFAULT),
    (["1.2", "3.4"], "UI", b"1.2\\3.4\0", DEFAULT),
    (4294967295, "UL", b"\xff\xff\xff\xff", DEFAULT),
    (b"\x01\x02", "UN", b"\x01\x02", DEFAULT),
    ("https://example.org/a?b=c", "UR", b"https://example.org/a?b=c ", DEFAULT),
    (512, "US", b"\0\x02", DEFAULT),
    ([1, 2, 3], "US", b"\1\0\2\0\3\0", DEFAULT),
    ("\u4e2d\u6587", "UT", "\u4e2d\u6587".encode(), UTF8),
    (18446744073709551615, "UV", b"\xff" * 8, DEFAULT),
]  # fmt: skip
IDS = [f"{vr}-{raw[:20]!r}" for _, vr, raw, _ in CASES]


def test_every_vr_has_a_case() -> None:
    assert {vr for _, vr, _, _ in CASES} == set(values.DECODERS_LITTLE) == set(VRS) - {"SQ"}
    for table in (values.DECODERS_BIG, values.ENCODERS_BIG, values.ENCODERS_LITTLE, values.COERCE, values.EMPTY):
        assert set(table) == set(VRS) - {"SQ"}


@pytest.mark.parametrize(("value", "vr", "raw", "charset"), CASES, ids=IDS)
def test_decode(value: object, vr: str, raw: bytes, charset: tuple[str, ...]) -> None:
    found = values.DECODERS_LITTLE[vr](raw, decoder_for(charset))
    assert found == value
    kind = MultiValue if isinstance(value, list) else type(values.COERCE[vr](value))
    assert type(found) is kind


@pytest.mark.parametrize(("value", "vr", "raw", "charset"), CASES, ids=IDS)
def test_encode(value: object, vr: str, raw: bytes, charset: tuple[str, ...]) -> None:
    assert values.ENCODERS_LITTLE[vr](values.COERCE[vr](value), encoder_for(charset)) == raw


@pytest.mark.parametrize(("value", "vr", "raw", "charset"), CASES, ids=IDS)
def test_big_endian(value: object, vr: str, raw: bytes, charset: tuple[str, ...]) -> None:
    written = values.ENCODERS_BIG[vr](values.COERCE[vr](value), encoder_for(charset))
    assert values.DECODERS_BIG[vr](written, decoder_for(charset)) == value
    if VRS[vr].kind in ("number", "tag"):
        assert written == values.swap_words(raw, VRS[vr].size)
    else:
        assert written == raw


@pytest.mark.parametrize(("value", "vr", "raw", "charset"), CASES, ids=IDS)
def test_truncated_at_every_byte(value: object, vr: str, raw: bytes, charset: tuple[str, ...]) -> None:
    for end in range(len(raw)):
        for table in (values.DECODERS_LITTLE, values.DECODERS_BIG):
            with contextlib.suppress(ValueIssue):
                table[vr](raw[:end], decoder_for(charset))


@pytest.mark.parametrize("vr", sorted(values.EMPTY))
def test_empty(vr: str) -> None:
    empty = values.EMPTY[vr]
    assert empty == ("" if VRS[vr].kind not in ("decimal", "integer", "number", "tag", "bytes") else None)
    assert values.DECODERS_LITTLE[vr](b"", decoder_for(())) == empty
    assert values.ENCODERS_LITTLE[vr](empty, encoder_for(())) == b""
    for nothing in (None, "", [], ()):
        assert values.COERCE[vr](nothing) == empty
        assert type(values.COERCE[vr](nothing)) is type(empty)


# VR, bytes, value: what writers in the field do and the standard lets pass or does not
TOLERATED = [
    ("CS", b"  MR  \0", "MR"),
    ("LO", b" lead and trail ", "lead and trail"),
    ("LT", b"  lead and trail \0 ", "  lead and trail"),
    ("UC", b" lead ", " lead"),
    ("UI", b"1.2.3 ", "1.2.3"),
    ("DS", b" 1.5\0", 1.5),
    ("DS", b"1. ", 1.0),
    ("DS", b".5", 0.5),
    ("DS", b" ", None),
    ("DS", b"1.5 \\ 2", [1.5, 2.0]),
    ("IS", b" +12 ", 12),
    ("IS", b"12\0\0", 12),
    ("IS", b"\0\0", None),
    ("PN", b"Doe^John^^^ ", "Doe^John^^^"),
]


@pytest.mark.parametrize(("vr", "raw", "value"), TOLERATED)
def test_tolerated(vr: str, raw: bytes, value: object) -> None:
    assert values.DECODERS_LITTLE[vr](raw, decoder_for(())) == value


# VR, bytes, fallback
BROKEN = [
    ("DS", b"1,5 ", "1,5"),
    ("DS", b"nan ", "nan"),
    ("DS", b"inf ", "inf"),
    ("DS", b"1_0 ", "1_0"),
    ("DS", b"1e999", "1e999"),
    ("DS", b"0x10", "0x10"),
    ("DS", b"1\\nan", "1\\nan"),
    ("DS", b"1\\1_0 ", "1\\1_0"),
    ("DS", b"\xb2 ", "\xb2"),
    ("IS", b"1.5 ", "1.5"),
    ("IS", b"1A", "1A"),
    ("IS", b"1_0 ", "1_0"),
    ("IS", b"1\\x ", "1\\x"),
    ("IS", b"9" * 5000, "9" * 5000),
    ("US", b"\1\2\3", b"\1\2\3"),
    ("FD", b"\1\2\3\4", b"\1\2\3\4"),
    ("AT", b"\1\2\3\4\5\6", b"\1\2\3\4\5\6"),
    ("CS", b"M\xdc", "M\xdc"),
    ("CS", b"A\\\xdc ", ["A", "\xdc"]),
    ("DA", b"2024\xa01 ", "2024\xa01"),
    ("LO", b"M\xfcller", "M\xfcller"),
    ("PN", b"M\xfcller^A\\B", ["M\xfcller^A", "B"]),
]


@pytest.mark.parametrize(("vr", "raw", "fallback"), BROKEN)
def test_broken(vr: str, raw: bytes, fallback: object) -> None:
    with pytest.raises(ValueIssue) as caught:
        values.DECODERS_LITTLE[vr](raw, decoder_for(()))
    assert caught.value.fallback == fallback
    assert (
        type(caught.value.fallback) is (MultiValue if isinstance(fallback, list) else type(fallback)) or vr in "DA PN"
    )


def test_ds_that_overflows_in_sum_only() -> None:
    assert values.DECODERS_LITTLE["DS"](b"1e308\\1e308", decoder_for(())) == [1e308, 1e308]


# VR, value that cannot be written, a word of the message
UNWRITABLE = [
    ("US", 65536, "65536"),
    ("US", -1, "0 to 65535"),
    ("US", [1, 70000], "70000"),
    ("SS", 32768, "32768"),
    ("UV", 2**64, "18446744073709551616"),
    ("US", "5", "'5'"),
    ("FL", 1e39, "1e+39"),
    ("DS", float("nan"), "finite"),
    ("DS", "1,5", "1,5"),
    ("IS", 10**12, "12 characters"),
    ("IS", 1.5, "1.5"),
    ("CS", "M\xdcNCHEN", "U+00DC"),
    ("CS", ["A", "B\\C"], "backslash"),
    ("LO", "M\xfcller", "U+00FC"),
    ("LO", 5, "5"),
    ("LT", ["a", "b"], "text"),
    ("OB", "text", "bytes"),
    ("OW", [1, 2], "bytes"),
    ("AT", "PatientNam", "PatientNam"),
]


@pytest.mark.parametrize(("vr", "value", "word"), UNWRITABLE)
def test_unwritable(vr: str, value: object, word: str) -> None:
    with pytest.raises(ValueRuleError) as caught:
        values.ENCODERS_LITTLE[vr](value, encoder_for(()))
    assert word in str(caught.value)

"""From one encoding to another by setting ``file_meta.TransferSyntaxUID`` (PS3.5 annex A): the values stay the same."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import pytest

from dicomspec import DataElement, Dataset, dcmread, dcmwrite
from dicomspec.dicomio import read_dataset
from dicomspec.edition import DEFAULT
from dicomspec.elements import Elements
from dicomspec.errors import WriteError
from dicomspec.wire.encoding import syntax_of
from tests import builders as b
from tests.corpus import FILES, file_id
from tests.oracle import differences, plain, pydicom_read
from tests.test_corpus import DIFFERENT

UIDS: Final = {"implicit": b.IMPLICIT_UID, "little": b.LITTLE_UID, "big": b.BIG_UID, "deflated": b.DEFLATED_UID}
WORDS: Final = {"OW": 2, "OF": 4, "OD": 8, "OL": 4, "OV": 8}


def saved(ds: Dataset, **options: Any) -> bytes:
    target = io.BytesIO()
    ds.save_as(target, **options)
    return target.getvalue()


def converted(source: Any, uid: str) -> bytes:
    ds = dcmread(source)
    ds.file_meta.TransferSyntaxUID = uid
    return saved(ds)


def syntax_uid(path: Path) -> str:
    return str(dcmread(path).file_meta.get("TransferSyntaxUID") or "")


UNCOMPRESSED: Final = [
    path
    for path in FILES
    if path.stat().st_size < 1 << 20 and syntax_uid(path) and not syntax_of(syntax_uid(path)).encapsulated
]
each_file = pytest.mark.parametrize("path", UNCOMPRESSED, ids=file_id)


def swapped(data: bytes, size: int) -> bytes:
    whole = len(data) - len(data) % size
    return b"".join(data[at : at + size][::-1] for at in range(0, whole, size)) + data[whole:]


def values(body: Elements, swap: bool) -> dict[int, Any]:
    """All values without their VRs; group lengths, which depend on the encoding, left out."""
    found: dict[int, Any] = {}
    for element in body:
        tag = int(element.tag)
        if element.VR == "SQ":
            found[tag] = [values(item, swap) for item in element.value]
        elif tag & 0xFFFF:
            value = plain(element.value)
            if isinstance(value, bytes) and len(value) & 1:
                value += b"\0"  # an odd length is made even where the header is a new one
            found[tag] = swapped(value, WORDS[element.VR]) if swap and value and element.VR in WORDS else value
    return found


def same_values(ours: Elements, theirs: Elements, swap: bool) -> list[str]:
    """The elements that differ; where one has no VR any more, its bytes are compared if that is possible."""
    wrong = []
    mine, other = values(ours, False), values(theirs, swap)
    assert mine.keys() == other.keys()
    for tag, value in mine.items():
        a, c = ours[tag], theirs[tag]
        if a.VR == c.VR:
            if repr(value) != repr(other[tag]):
                wrong.append(f"{a.tag}: {value!r:.60} is now {other[tag]!r:.60}")
        elif not tag & 0x10000 and {a.VR, c.VR} != {"OB", "OW"}:
            wrong.append(f"{a.tag}: VR {a.VR} is now {c.VR}")
    return wrong


@each_file
@pytest.mark.parametrize("name", UIDS)
def test_values_stay(path: Path, name: str) -> None:
    """Our values, and those that pydicom reads from the result; private VRs may get lost on the way through implicit VR."""
    ds, uid = dcmread(path), syntax_uid(path)
    out = converted(path, UIDS[name])
    again = dcmread(out)
    assert again.file_meta.TransferSyntaxUID == UIDS[name]
    assert again._origin is not None
    assert again.original_encoding == (name == "implicit", name != "big")
    swap = (uid == b.BIG_UID) != (name == "big")
    odd_words = {t for t in (0x00283000, 0x00283010) if t in ds}  # LUT Data: US or OW as the encoding wants it
    wrong = [
        text for text in same_values(ds, again, swap) if not any(text.startswith(str(ds[t].tag)) for t in odd_words)
    ]
    assert wrong == []
    assert len(again.issues) <= len(ds.issues)
    theirs = pydicom_read(io.BytesIO(out))
    expected = {where for file, where in DIFFERENT if file == path.name}
    found = {where for where, _, _ in differences(again, theirs) if not is_private(where)}
    assert found <= expected


def is_private(where: str) -> bool:
    """Whether one of the steps of a path is an odd group: private dictionaries differ."""
    return any(int(step[1:5], 16) & 1 for step in where.replace("[", ".[").split(".") if step.startswith("("))


IN_IMPLICIT: Final = {"OB or OW": "OW", "US or OW": "US", "US or SS": "US", "US or SS or OW": "US"}


def is_known_un(data: bytes, element: DataElement) -> bool:
    """Whether an element says UN, but the dictionary knows better: conversion gives it its VR."""
    return element.raw is not None and element.VR != "UN" and data[element.raw[1] + 4 :][:2] == b"UN"


@each_file
def test_there_and_back(path: Path) -> None:
    """A regular file comes back from the other byte order, and from implicit VR if all its VRs are the dictionary's."""
    ds, uid, data = dcmread(path), syntax_uid(path), path.read_bytes()
    if ds.issues or uid == b.DEFLATED_UID or any(is_known_un(data, element) for element in ds.iterall()):
        pytest.skip("not a regular file")
    other = b.BIG_UID if uid != b.BIG_UID else b.LITTLE_UID
    assert converted(converted(path, other), uid) == data
    if all(IN_IMPLICIT.get(DEFAULT.vr(element.tag), DEFAULT.vr(element.tag)) == element.VR for element in ds.iterall()):
        assert converted(converted(path, b.IMPLICIT_UID), uid) == data


def test_deflated_and_back() -> None:
    for path in UNCOMPRESSED[::5]:
        uid = syntax_uid(path)
        if uid == b.LITTLE_UID:
            assert converted(converted(path, b.DEFLATED_UID), uid) == path.read_bytes(), path


def test_conversion_after_looking() -> None:
    """Decoded or not, the result is the same."""
    for path in UNCOMPRESSED[::7]:
        for uid in UIDS.values():
            ds = dcmread(path)
            str(ds)
            ds.file_meta.TransferSyntaxUID = uid
            assert saved(ds) == converted(path, uid), path


# -- numbers, words and text, by hand ----------------------------------------------------------------------

ALL_VRS: Final[list[tuple[int, str, Any]]] = [
    (0x00080005, "CS", "ISO_IR 192"),
    (0x00080008, "CS", "A\\B"),
    (0x00081161, "UL", [1, 2, 3]),
    (0x00100010, "PN", "Gru\u00df^Anna"),
    (0x00101010, "AS", "045Y"),
    (0x00180050, "DS", "1.50"),
    (0x00186020, "SL", -5),
    (0x00189219, "SS", [-1, 2]),
    (0x00189313, "FD", [1.5, 2.5]),
    (0x00200013, "IS", "7"),
    (0x00280009, "AT", [0x00181063, 0x00181065]),
    (0x00280010, "US", 700),
    (0x00281201, "OW", b"\1\2\3\4"),
    (0x00281408, "OW", b"\1\2"),
    (0x003A0200, "SQ", None),
    (0x00420011, "OB", b"%PDF"),
    (0x00660016, "OF", b"\1\2\3\4\5\6\7\x08"),
    (0x00660022, "OD", b"\1\2\3\4\5\6\7\x08"),
    (0x00660023, "OW", b"\1\2"),
    (0x00660040, "OL", b"\1\2\3\4"),
    (0x00720082, "SV", [-1, 2]),
    (0x00720083, "UV", 1 << 40),
    (0x00720081, "OV", b"\1\2\3\4\5\6\7\x08"),
    (0x0072005F, "AS", "001D"),
]


def file_of_all(encoding: str) -> bytes:
    """The same values in each encoding; words are turned by hand."""
    content = b""
    inside = b.element(0x00280010, "US", 513, encoding) + b.element(
        0x00281201, "OW", turned(b"\1\2", 2, encoding), encoding
    )
    for tag, vr, value in sorted(ALL_VRS, key=lambda row: row[0]):
        if vr == "SQ":
            content += b.sequence(tag, [b.item(inside, encoding)], encoding, length=b.UNDEFINED)
        else:
            data = turned(value, WORDS[vr], encoding) if vr in WORDS else value
            content += b.element(tag, vr, data, encoding)
    uid = {b.IMPLICIT: b.IMPLICIT_UID, b.LITTLE: b.LITTLE_UID, b.BIG: b.BIG_UID}[encoding]
    return b.file(content, uid)


def turned(data: bytes, size: int, encoding: str) -> bytes:
    return swapped(data, size) if encoding == b.BIG else data


@pytest.mark.parametrize("source", [b.IMPLICIT, b.LITTLE, b.BIG])
@pytest.mark.parametrize("target", [b.IMPLICIT, b.LITTLE, b.BIG])
@pytest.mark.parametrize("looked_at", [False, True])
def test_every_vr(source: str, target: str, looked_at: bool) -> None:
    ds = dcmread(file_of_all(source))
    if looked_at:
        str(ds)
    ds.file_meta.TransferSyntaxUID = {b.IMPLICIT: b.IMPLICIT_UID, b.LITTLE: b.LITTLE_UID, b.BIG: b.BIG_UID}[target]
    assert saved(ds) == file_of_all(target)


def pixels(vr: str, data: bytes, encoding: str, uid: str) -> bytes:
    return b.file(b.element(0x00280100, "US", 16, encoding) + b.element(0x7FE00010, vr, data, encoding), uid)


def test_pixels_of_words() -> None:
    data = pixels("OW", b"\1\2\3\4", b.LITTLE, b.LITTLE_UID)
    assert converted(data, b.BIG_UID) == pixels("OW", b"\2\1\4\3", b.BIG, b.BIG_UID)
    assert converted(data, b.IMPLICIT_UID) == pixels("OW", b"\1\2\3\4", b.IMPLICIT, b.IMPLICIT_UID)
    assert converted(pixels("OW", b"\1\2\3\4", b.IMPLICIT, b.IMPLICIT_UID), b.BIG_UID) == pixels(
        "OW", b"\2\1\4\3", b.BIG, b.BIG_UID
    )


# -- ambiguous VRs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("representation", "value", "vr"), [(0, 40_000, "US"), (1, -5, "SS")])
@pytest.mark.parametrize("encoding", [b.LITTLE, b.BIG])
def test_us_or_ss(representation: int, value: int, vr: str, encoding: str) -> None:
    """By Pixel Representation of the dataset itself, or of the one around it."""

    def file(encoding: str, uid: str) -> bytes:
        inside = b.element(0x00280106, vr, value, encoding)
        content = b.element(0x00280103, "US", representation, encoding) + b.element(0x00280106, vr, value, encoding)
        lut = b.item(b.element(0x00283002, vr, [256, value, 16], encoding), encoding)
        content += b.sequence(0x00283000, [lut], encoding) + b.sequence(
            0x52009229, [b.item(inside, encoding)], encoding
        )
        return b.file(content, uid)

    uid = b.LITTLE_UID if encoding == b.LITTLE else b.BIG_UID
    data = file(b.IMPLICIT, b.IMPLICIT_UID)
    ds = dcmread(data)
    assert ds.SmallestImagePixelValue == ds.SharedFunctionalGroupsSequence[0].SmallestImagePixelValue == value
    assert converted(data, uid) == file(encoding, uid)
    assert converted(file(encoding, uid), b.IMPLICIT_UID) == data


# -- private elements and UN -------------------------------------------------------------------------------


def test_private_vr_of_the_dictionary() -> None:
    """Explicit VR needs a VR: that of the private dictionary, or UN."""

    def file(vrs: tuple[str, str], encoding: str, uid: str) -> bytes:
        content = b.element(0x00190010, "LO", "SIEMENS MR HEADER", encoding)
        content += b.element(0x0019100C, vrs[0], b"1000", encoding) + b.element(
            0x0019107F, vrs[1], b"\1\2\3\4", encoding
        )
        return b.file(content, uid)

    data = file(("IS", "UN"), b.IMPLICIT, b.IMPLICIT_UID)
    assert dcmread(data).private_block(0x19, "SIEMENS MR HEADER")[0x0C].value == 1000
    for encoding, uid in ((b.LITTLE, b.LITTLE_UID), (b.BIG, b.BIG_UID)):
        assert converted(data, uid) == file(("IS", "UN"), encoding, uid)
        assert converted(converted(data, uid), b.IMPLICIT_UID) == data


def test_unknown_values_are_little_endian_everywhere() -> None:
    """UN has the byte order of Implicit VR Little Endian, whatever surrounds it (PS3.5 6.2.2)."""
    little = b.file(b.element(0x00280010, "UN", b"\1\0"), b.LITTLE_UID)
    big = b.file(b.element(0x00280010, "UN", b"\1\0", b.BIG), b.BIG_UID)
    assert dcmread(little).Rows == dcmread(big).Rows == 1
    assert dcmread(converted(little, b.BIG_UID)).Rows == 1
    assert dcmread(converted(big, b.LITTLE_UID)).Rows == 1
    assert converted(little, b.IMPLICIT_UID) == b.file(b.element(0x00280010, "US", 1, b.IMPLICIT), b.IMPLICIT_UID)
    private = b.file(b.element(0x00091001, "UN", b"\1\2\3\4"), b.LITTLE_UID)
    assert converted(private, b.BIG_UID) == b.file(b.element(0x00091001, "UN", b"\1\2\3\4", b.BIG), b.BIG_UID)


@pytest.mark.parametrize("uid", [b.IMPLICIT_UID, b.LITTLE_UID, b.BIG_UID])
@pytest.mark.parametrize("encoding", [b.LITTLE, b.BIG])
@pytest.mark.parametrize("length", [None, b.UNDEFINED])
def test_unknown_sequences_hold_implicit_vr(uid: str, encoding: str, length: int | None) -> None:
    """A sequence written as UN holds Implicit VR Little Endian (PS3.5 6.2.2 note 4); its items read and convert."""
    inside = b.element(0x00100020, "LO", "17", b.IMPLICIT) + b.element(0x00280010, "US", 258, b.IMPLICIT)
    item = b.item(inside, b.IMPLICIT)
    body = b.sequence(0x00400275, [item], encoding, vr="UN", length=length, closed=False)
    if length == b.UNDEFINED:
        body += b.delimiter(b.SEQUENCE_END)
        if encoding == b.BIG:
            body = body[:-8] + b.delimiter(b.SEQUENCE_END, 0, b.LITTLE)
    data = b.file(
        body + b.element(0x00420010, "ST", "behind", encoding), b.LITTLE_UID if encoding == b.LITTLE else b.BIG_UID
    )
    ds = dcmread(data)
    assert ds.RequestAttributesSequence[0].Rows == 258
    assert saved(ds) == data
    again = dcmread(converted(data, uid))
    assert again.RequestAttributesSequence[0].Rows == 258
    assert again.RequestAttributesSequence[0].PatientID == "17"
    assert again.DocumentTitle == "behind"
    ds.RequestAttributesSequence[0].Rows = 7
    again = dcmread(saved(ds))
    assert again.RequestAttributesSequence[0].Rows == 7
    assert again.RequestAttributesSequence[0].PatientID == "17"
    assert again.DocumentTitle == "behind"
    assert again.issues == []


# -- what is refused ---------------------------------------------------------------------------------------


def test_compressed_pixels_are_not_decompressed() -> None:
    compressed = b.file(b.element(0x00280010, "US", 1) + b.fragments(0x7FE00010, [b"abcd"]), b.JPEG_UID)
    with pytest.raises(WriteError, match=r"PixelData.*decompressed"):
        converted(compressed, b.LITTLE_UID)
    native = pixels("OW", b"\1\2\3\4", b.LITTLE, b.LITTLE_UID)
    with pytest.raises(WriteError, match=r"PixelData.*compressed"):
        converted(native, b.JPEG_UID)
    ds = dcmread(native)
    ds.PixelData = ds.PixelData + b"ab"
    ds.file_meta.TransferSyntaxUID = b.RLE_UID
    with pytest.raises(WriteError, match=r"PixelData.*(compressed|not encapsulated)"):
        saved(ds)


def test_compressed_to_compressed_without_pixels() -> None:
    """One encapsulated syntax for another changes the file meta elements alone; so the label can be mended."""
    content = b.element(0x00280010, "US", 1) + b.fragments(0x7FE00010, [b"abcd"])
    assert converted(b.file(content, b.JPEG_UID), b.RLE_UID) == b.file(content, b.RLE_UID)


def test_implicit_big_endian_is_nothing() -> None:
    with pytest.raises((ValueError, WriteError), match=r"[Ii]mplicit"):
        saved(Dataset({"PatientName": "A"}), implicit_vr=True, little_endian=False)


def test_arguments_against_the_file_meta_elements() -> None:
    ds = dcmread(pixels("OW", b"\1\2\3\4", b.LITTLE, b.LITTLE_UID))
    with pytest.raises(WriteError, match="TransferSyntaxUID"):
        saved(ds, implicit_vr=True)


# -- bare datasets and command sets ------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", [b.IMPLICIT, b.LITTLE, b.BIG])
def test_bare_dataset(encoding: str) -> None:
    """Elements alone, found out by themselves and in the encoding that is told."""
    data = b.element(0x00080060, "CS", "MR", encoding) + b.element(0x00280010, "US", 7, encoding)
    ds = dcmread(data)
    assert (ds.Modality, ds.Rows, saved(ds)) == ("MR", 7, data)
    ds.Rows = 8
    assert saved(ds) == data[:-2] + b.value_bytes("US", 8, encoding)
    bare = read_dataset(io.BytesIO(data), encoding == b.IMPLICIT, encoding != b.BIG)
    assert (bare.Modality, bare.Rows, saved(bare)) == ("MR", 7, data)
    target = io.BytesIO()
    dcmwrite(target, bare, implicit_vr=encoding == b.IMPLICIT, little_endian=encoding != b.BIG)
    assert target.getvalue() == data


@pytest.mark.parametrize("source", [b.IMPLICIT, b.LITTLE, b.BIG])
@pytest.mark.parametrize("target", [b.IMPLICIT, b.LITTLE, b.BIG])
def test_bare_dataset_converted(source: str, target: str) -> None:
    def bare(encoding: str) -> bytes:
        return b.element(0x00080060, "CS", "MR", encoding) + b.element(0x00280010, "US", 7, encoding)

    ds = read_dataset(bare(source), source == b.IMPLICIT, source != b.BIG)
    assert saved(ds, implicit_vr=target == b.IMPLICIT, little_endian=target != b.BIG) == bare(target)


def command(name: str = "1.2.840.10008.1.1", reply: int = 0x8030) -> bytes:
    """A C-ECHO response: the command group is Implicit VR Little Endian (PS3.7 6.3.1)."""
    content = b.element(0x00000002, "UI", name, b.IMPLICIT) + b.element(0x00000100, "US", reply, b.IMPLICIT)
    content += b.element(0x00000800, "US", 0x0101, b.IMPLICIT) + b.element(0x00000900, "US", 0, b.IMPLICIT)
    return b.element(0x00000000, "UL", len(content), b.IMPLICIT) + content


def test_command_set() -> None:
    ds = dcmread(command())
    assert ds.CommandField == 0x8030
    assert ds.AffectedSOPClassUID == "1.2.840.10008.1.1"
    assert ds.CommandGroupLength == len(command()) - 12
    assert ds["CommandField"].VR == "US"
    assert saved(ds) == command()
    ds.CommandField = 0x0030
    assert saved(ds) == command(reply=0x0030)
    ds.AffectedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    assert saved(ds) == command("1.2.840.10008.5.1.4.1.1.2", 0x0030)
    theirs = pydicom_read(io.BytesIO(command()))
    assert [(int(e.tag), plain(e.value)) for e in theirs] == [(int(e.tag), plain(e.value)) for e in dcmread(command())]


def test_command_set_before_a_dataset() -> None:
    """A message kept as one file: the command elements stay Implicit VR Little Endian, whatever follows."""
    for encoding in (b.IMPLICIT,):
        data = command() + b.element(0x00080060, "CS", "MR", encoding)
        ds = dcmread(data)
        assert (ds.CommandField, ds.Modality) == (0x8030, "MR")
        assert saved(ds) == data


def test_new_command_set() -> None:
    ds = Dataset()
    ds.CommandGroupLength = 0
    ds.AffectedSOPClassUID, ds.CommandField = "1.2.840.10008.1.1", 0x8030
    ds.CommandDataSetType, ds.Status = 0x0101, 0
    assert saved(ds, implicit_vr=True, little_endian=True) == command()

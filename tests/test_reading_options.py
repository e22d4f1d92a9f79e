"""What may be asked of reading: less than all, another character set, or what is no DICOM by its looks."""

from __future__ import annotations

import io
from typing import Any, Final

import pytest

from dicomspec import Dataset, FileMetaDataset, ReadOptions, dcmread
from dicomspec.dicomio import is_dicom, read_dataset, read_file, read_file_meta_info, read_partial
from dicomspec.errors import InvalidDicomError, LimitError, ReadError
from tests import builders as b
from tests.corpus import FILES

PLAN: Final = next(path for path in FILES if path.name == "rtplan.dcm")
CT: Final = next(path for path in FILES if path.name == "CT_small.dcm")


def saved(ds: Dataset) -> bytes:
    target = io.BytesIO()
    ds.save_as(target)
    return target.getvalue()


def test_stop_before_pixels() -> None:
    ds = dcmread(CT, stop_before_pixels=True)
    whole = dcmread(CT)
    assert "PixelData" not in ds
    assert "DataSetTrailingPadding" not in ds
    del whole[0x7FE00000:]
    assert ds == whole
    again = dcmread(saved(ds))
    assert again == ds
    for keyword in ("FloatPixelData", "DoubleFloatPixelData", "PixelData"):
        data = b.file(b.element(0x00100010, "PN", "A") + b.element(int(Dataset({keyword: b""}).keys()[0]), "OW", b"ab"))
        assert [element.keyword for element in dcmread(data, stop_before_pixels=True)] == ["PatientName"]


@pytest.mark.parametrize("stop", ["Rows", 0x00280010, (0x0028, 0x0010), "(0028,0010)"])
def test_stop_before(stop: Any) -> None:
    ds = dcmread(CT, stop_before=stop)
    assert max(ds.keys()) < 0x00280010
    assert ds.PatientName == "CompressedSamples^CT1"
    assert dcmread(saved(ds)) == ds
    ds.PatientID = "new"
    assert dcmread(saved(ds)).PatientID == "new"


def test_stop_before_what_is_broken() -> None:
    """What lies behind is not read: not even looked at."""
    data = b.file(b.element(0x00100010, "PN", "A") + b.element(0x00280010, "US", 7) + b"\x28\x00\x11\x00US\xff\xff")
    assert dcmread(data, stop_before="Rows").issues == []
    assert dcmread(data).issues != []


@pytest.mark.parametrize(
    ("wanted", "top", "inside"),
    [
        (["PatientName", 0x00280010], ["PatientName"], None),
        (["BeamSequence"], ["BeamSequence"], 16),
        (["BeamSequence.BeamName"], ["BeamSequence"], ["BeamName"]),
        (["BeamSequence[0].BeamName", "PatientID"], ["PatientID", "BeamSequence"], ["BeamName"]),
        (["BeamSequence.BeamName", "BeamSequence.BeamNumber"], ["BeamSequence"], ["BeamNumber", "BeamName"]),
        (["BeamSequence.BeamName", "BeamSequence"], ["BeamSequence"], 16),
        (["BeamSequence", "BeamSequence.BeamName"], ["BeamSequence"], 16),
        ([], [], None),
    ],
)
def test_specific_tags(wanted: list[Any], top: list[str], inside: Any) -> None:
    ds = dcmread(PLAN, specific_tags=wanted)
    assert [element.keyword for element in ds] == top
    assert len(ds) == len(top)
    assert "Modality" not in ds
    assert ds.get("RTPlanLabel") is None
    if isinstance(inside, list):
        assert [element.keyword for element in ds.BeamSequence[0]] == inside
    elif inside is not None:
        assert len(ds.BeamSequence[0]) > inside
    again = dcmread(saved(ds))
    assert again == ds
    if "PatientName" in top:
        ds.PatientName = "New"
        assert dcmread(saved(ds)).PatientName == "New"


def test_specific_tags_deeper() -> None:
    path = "BeamSequence.ControlPointSequence.BeamLimitingDevicePositionSequence.LeafJawPositions"
    ds = dcmread(PLAN, specific_tags=[path])
    assert [element.keyword for element in ds.iterall() if element.VR != "SQ"] == ["LeafJawPositions"] * 2
    whole = dcmread(PLAN)
    ours = [element.value for element in ds.iterall() if element.VR != "SQ"]
    assert ours == [element.value for element in whole.iterall() if element.keyword == "LeafJawPositions"]


def test_specific_tags_keep_the_character_set() -> None:
    text = "Люкceмбypг".encode("iso8859_5")
    inside = b.item(b.element(0x00080005, "CS", "ISO_IR 192") + b.element(0x00100010, "PN", "Люкceмбypг "))
    data = b.file(
        b.element(0x00080005, "CS", "ISO_IR 144") + b.element(0x00100010, "PN", text) + b.sequence(0x00400275, [inside])
    )
    ds = dcmread(data, specific_tags=["PatientName", "RequestAttributesSequence.PatientName"])
    assert ds.PatientName == ds.RequestAttributesSequence[0].PatientName == "Люкceмбypг"
    assert "SpecificCharacterSet" in ds


@pytest.mark.parametrize("iterated", [False, True])
def test_specific_tags_do_not_take_away_what_is_put_in(iterated: bool) -> None:
    ds = dcmread(PLAN, specific_tags=["PatientID"])
    if iterated:
        list(ds)
    ds.PatientName = "New^Name"
    assert [element.keyword for element in ds] == ["PatientName", "PatientID"]
    assert [element.keyword for element in ds] == ["PatientName", "PatientID"]


def test_specific_tags_all_have_a_meaning() -> None:
    with pytest.raises((ValueError, AttributeError), match="PatientName"):
        dcmread(PLAN, specific_tags=["PatientNam"])


def test_character_set_of_the_caller() -> None:
    data = b.file(
        b.element(0x00080005, "CS", "ISO_IR 100") + b.element(0x00100010, "PN", "Люкceмбypг".encode("iso8859_5"))
    )
    assert dcmread(data).PatientName != "Люкceмбypг"
    ds = dcmread(data, charset="ISO_IR 144")
    assert ds.PatientName == "Люкceмбypг"
    assert saved(ds) == data
    assert dcmread(data, charset=["ISO_IR 144"]).PatientName == "Люкceмбypг"
    assert dcmread(data, options=ReadOptions(charset=("ISO_IR 144",))).PatientName == "Люкceмбypг"
    ds.SpecificCharacterSet = "ISO_IR 192"
    again = dcmread(saved(ds))
    assert again.PatientName == "Люкceмбypг"


def test_force() -> None:
    junk = b"this is no DICOM, but a text that is long enough " * 10
    with pytest.raises(InvalidDicomError, match="force"):
        dcmread(junk)
    ds = dcmread(junk, force=True)
    assert ds.issues
    assert saved(ds) == junk
    with pytest.raises(InvalidDicomError, match="empty"):
        dcmread(b"")


def test_strict() -> None:
    data = b.file(b.element(0x00100010, "PN", "A") + b.element(0x00200013, "IS", "1A"))
    with pytest.raises(ReadError) as caught:
        dcmread(data, strict=True)
    assert caught.value.path == "InstanceNumber"
    assert caught.value.offset is not None
    assert [issue.path for issue in dcmread(data).issues] == ["InstanceNumber"]
    assert dcmread(b.file(b.element(0x00100010, "PN", "A")), strict=True).PatientName == "A"


def test_limits() -> None:
    data = b.file(b.nested(5, "defined", b.element(0x00100010, "PN", "A")))
    with pytest.raises(LimitError):
        str(dcmread(data, max_depth=3))
    assert len(str(dcmread(data, max_depth=6))) > 100
    many = b.file(b"".join(b.element(0x00091000 + index, "LO", "x ") for index in range(100)))
    with pytest.raises(LimitError):
        len(dcmread(many, max_elements=50))
    with pytest.raises(LimitError):
        dcmread(b.file(b.deflate(b.element(0x00104000, "UT", "x" * 100_000)), b.DEFLATED_UID), max_inflated=1000)


def test_unknown_option() -> None:
    with pytest.raises(TypeError, match=r"no option stop_befor.*stop_before"):
        dcmread(CT, stop_befor="Rows")


def test_options_are_one_call() -> None:
    """No call leaves anything behind for the next."""
    dcmread(CT, specific_tags=["PatientName"], stop_before="Rows", charset="ISO_IR 144")
    assert len(dcmread(CT)) > 100


def test_read_partial() -> None:
    seen: list[tuple[int, str, int]] = []

    def stop(tag: Any, vr: str, length: int) -> bool:
        seen.append((int(tag), vr, length))
        return bool(tag == 0x00280010)

    ds = read_partial(CT, stop)
    assert max(ds.keys()) < 0x00280010
    assert seen[-1] == (0x00280010, "US", 2)
    assert [entry[0] for entry in seen[:-1]] == ds.keys()
    assert dcmread(saved(ds)) == ds
    assert read_partial(CT) == dcmread(CT)
    with open(CT, "rb") as file:
        assert max(read_partial(file, stop).keys()) < 0x00280010


def test_read_dataset() -> None:
    content = b.element(0x00100010, "PN", "A ", b.BIG) + b.element(0x00280010, "US", 7, b.BIG)
    for source in (content, io.BytesIO(content), memoryview(content)):
        ds = read_dataset(source, False, False)
        assert (ds.PatientName, ds.Rows) == ("A", 7)
        assert not hasattr(ds, "file_meta")
    ds = read_dataset(content, is_implicit_VR=False, is_little_endian=False)
    assert ds.original_encoding == (False, False)
    with pytest.raises(ReadError):
        read_dataset(b.element(0x00200013, "IS", "1A"), False, strict=True)


def test_is_dicom(tmp_path: Any) -> None:
    assert is_dicom(CT)
    assert is_dicom(str(CT))
    other = tmp_path / "other"
    for data in (b"", b"short", bytes(128) + b"DICN"):
        other.write_bytes(data)
        assert not is_dicom(other)
    with pytest.raises(OSError, match="nowhere"):
        is_dicom(tmp_path / "nowhere")


def test_read_file_meta_info() -> None:
    meta = read_file_meta_info(CT)
    assert isinstance(meta, FileMetaDataset)
    assert meta == read_file(CT).file_meta
    assert len(read_file_meta_info(b.element(0x00100010, "PN", "A "))) == 0


def test_what_cannot_be_read(tmp_path: Any) -> None:
    with pytest.raises(TypeError, match="int"):
        dcmread(5)
    with pytest.raises(FileNotFoundError):
        dcmread(tmp_path / "nowhere")
    with pytest.raises(OSError, match="irectory"):
        dcmread(tmp_path)
    with pytest.raises(TypeError, match="binary"):
        dcmread(io.StringIO("text"))


def test_file_object_is_read_from_where_it_stands() -> None:
    stream = io.BytesIO(b"before" + CT.read_bytes())
    stream.seek(6)
    assert dcmread(stream).PatientName == "CompressedSamples^CT1"


def test_parts_of_items_are_written_as_they_are_seen() -> None:
    """Whether the items were looked at before makes no difference."""
    wanted = ["BeamSequence.BeamName", "BeamSequence.ControlPointSequence.GantryAngle"]
    seen = dcmread(PLAN, specific_tags=wanted)
    assert "Gantry Angle" in str(seen)
    assert "Patient Position" not in str(seen)
    assert saved(dcmread(PLAN, specific_tags=wanted)) == saved(seen)
    assert dcmread(saved(dcmread(PLAN, specific_tags=wanted))).BeamSequence[0].dir() == [
        "BeamName",
        "ControlPointSequence",
    ]


@pytest.mark.parametrize("wanted", ["PatientName", 0x00100010])
def test_one_tag_needs_no_list(wanted: Any) -> None:
    assert [element.keyword for element in dcmread(PLAN, specific_tags=wanted)] == ["PatientName"]
    assert ReadOptions(specific_tags=wanted).specific_tags == (wanted,)


@pytest.mark.parametrize("name", ["max_depth", "max_elements", "max_value_length", "max_inflated"])
def test_limits_are_numbers(name: str) -> None:
    with pytest.raises(TypeError, match=f"{name} is a number"):
        dcmread(PLAN, **{name: "5"})
    with pytest.raises(ValueError, match=f"{name} is not below 0"):
        dcmread(PLAN, **{name: -1})


@pytest.mark.parametrize("charset", ["no such thing", ["ISO_IR 100", "nor this"], 5])
def test_unknown_charset(charset: Any) -> None:
    with pytest.raises(ValueError, match="no defined term of Specific Character Set"):
        dcmread(PLAN, charset=charset)


@pytest.mark.parametrize("charset", ["ISO_IR 192", "utf-8", ["ISO_IR 192"]])
def test_charset_by_any_of_its_names(charset: Any) -> None:
    data = b.file(b.element(0x00080005, "CS", "ISO_IR 100") + b.element(0x00100010, "PN", "Jürgen".encode()))
    assert dcmread(data, charset=charset).PatientName == "Jürgen"

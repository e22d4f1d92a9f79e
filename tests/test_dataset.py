"""`Dataset`: keys, keywords, comparing, copying, printing.

Not as in pydicom: `update` copies elements, so that two datasets do not change together, and setting an attribute
that is no keyword raises instead of losing the value.
"""

from __future__ import annotations

import copy
import io
import pickle
from pathlib import Path
from typing import Any, Final

import pytest

from dicomspec import DataElement, Dataset, FileDataset, FileMetaDataset, Sequence, Tag, dcmread
from dicomspec.errors import DicomError, UnknownKeywordError, ValueRuleError
from tests import builders as b

CT: Final = (
    b.element(0x00080008, "CS", "A\\B")
    + b.element(0x00080060, "CS", "CT")
    + b.element(0x00100010, "PN", "Doe^John")
    + b.element(0x00280010, "US", 7)
    + b.element(0x00280030, "DS", "1.50\\2")
)


def item(text: str = "inside") -> bytes:
    return b.item(b.element(0x00081150, "UI", "1.2.3\0") + b.element(0x0040A160, "UT", text))


def ct(more: bytes = b"") -> Dataset:
    return dcmread(b.file(CT + more))


def nested() -> Dataset:
    return dcmread(b.file(CT + b.sequence(0x00400275, [item("one "), item("two ")])))


KEYS: Final = [
    "PatientName",
    0x00100010,
    (0x0010, 0x0010),
    "(0010,0010)",
    "0010,0010",
    "00100010",
    "0x00100010",
    Tag(0x00100010),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_keys(key: Any) -> None:
    ds = ct()
    assert ds[key].value == "Doe^John"
    assert key in ds
    found = ds.get(key)
    assert (found if isinstance(key, str) and key.isalpha() else found.value) == "Doe^John"
    ds[key] = DataElement("PatientName", "PN", "New")
    assert ds.PatientName == "New"
    del ds[key]
    assert key not in ds
    with pytest.raises(KeyError):
        ds[key]
    with pytest.raises(KeyError):
        del ds[key]
    assert ds.get(key) is None
    assert ds.get(key, 5) == 5
    assert ds.pop(key, "none") == "none"
    ds.add_new(key, "PN", "Again")
    assert ds.PatientName == "Again"


NO_KEYS: Final = ["Patientname", "nonsense", "", "12", 0x99999999, -1, (1, 2, 3), None, 1.5, "(0010,00)"]


@pytest.mark.parametrize("key", NO_KEYS, ids=repr)
def test_what_is_no_key(key: Any) -> None:
    ds = ct()
    assert key not in ds
    assert ds.get(key, "default") == "default"
    with pytest.raises((KeyError, ValueError, TypeError, UnknownKeywordError)):
        ds[key]


def test_attributes_of_python_are_no_keys() -> None:
    ds = Dataset()
    assert ds.get("file_meta") is None
    assert ds.get("preamble", 1) == 1
    assert not hasattr(ds, "file_meta")
    assert not hasattr(ds, "PatientName")
    assert getattr(ds, "PatientName", "none") == "none"


# -- wrong keywords ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("PatientNam", "PatientName"),
        ("patientName", "PatientName"),
        ("patient_name", "PatientName"),
        ("PatientsName", "PatientName"),
        ("BeamSequnce", "BeamSequence"),
        ("PixelSpaceing", "PixelSpacing"),
        ("SOPInstanceUid", "SOPInstanceUID"),
    ],
)
def test_wrong_keyword_names_the_nearest(wrong: str, right: str) -> None:
    for ds in (Dataset(), ct(), nested().RequestAttributesSequence[0]):
        with pytest.raises(AttributeError, match=rf"\b{right}\b") as caught:
            setattr(ds, wrong, "x")
        assert isinstance(caught.value, UnknownKeywordError)
        hint = rf"\b{right}\b" if wrong[0].isupper() else wrong  # Python itself asks for many names in lower case
        with pytest.raises(AttributeError, match=hint):
            getattr(ds, wrong)
        with pytest.raises(AttributeError):
            delattr(ds, wrong)
        assert not hasattr(ds, wrong)


def test_known_keyword_that_is_absent() -> None:
    with pytest.raises(AttributeError, match="BeamSequence"):
        ct().BeamSequence
    with pytest.raises(AttributeError, match="BeamSequence"):
        del ct().BeamSequence


def save_rows(value: int) -> None:
    ds = ct()
    ds.Rows = value
    ds.save_as(io.BytesIO())


def test_value_that_does_not_fit_names_the_element() -> None:
    ds = ct()
    for keyword, value in (("Rows", "x"), ("Rows", 1.5), ("PixelSpacing", "wide"), ("PatientName", 5)):
        with pytest.raises(ValueRuleError, match=keyword):
            setattr(ds, keyword, value)
    assert (ds.Rows, ds.PixelSpacing, ds.PatientName) == (7, [1.5, 2], "Doe^John")
    for value in (-1, 70_000):
        with pytest.raises(ValueRuleError, match="Rows"):
            save_rows(value)


# -- a map -------------------------------------------------------------------------------------------------


def test_order_is_that_of_tags() -> None:
    ds = Dataset()
    ds.Rows, ds.PatientName, ds.Modality = 1, "A", "MR"
    assert [element.keyword for element in ds] == ["Modality", "PatientName", "Rows"]
    assert ds.keys() == [0x00080060, 0x00100010, 0x00280010]
    assert [tag for tag, _ in ds.items()] == ds.keys()
    assert [element.value for element in ds.values()] == ["MR", "A", 1]
    del ds.PatientName
    ds.PatientID = "1"
    assert [element.keyword for element in ds.elements()] == ["Modality", "PatientID", "Rows"]


def test_changing_while_looping() -> None:
    ds = ct()
    for element in ds:
        if element.VR == "CS":
            del ds[element.tag]
    assert ds.dir() == ["PatientName", "PixelSpacing", "Rows"]
    for _ in ds:
        ds.PatientID = "added"
    assert ds.PatientID == "added"


def test_update() -> None:
    ds, other = ct(), Dataset()
    other.update(ds)
    assert other == ds
    other.Rows = 8
    other.ImageType.append("C")
    assert ds.Rows == 7
    assert ds.ImageType == ["A", "B"]
    other.update({"Rows": 9, 0x00100020: DataElement(0x00100020, "LO", "x"), (0x0008, 0x0060): "MR"})
    assert (other.Rows, other.PatientID, other.Modality) == (9, "x", "MR")
    assert Dataset({"Rows": 1}).Rows == 1
    assert Dataset([DataElement("Rows", "US", 1)]).Rows == 1
    assert Dataset(ds) == ds


def test_setdefault() -> None:
    ds = ct()
    assert ds.setdefault("Rows", 1).value == 7
    assert ds.setdefault("Columns", 3).value == 3
    assert ds.setdefault(0x00100020, DataElement(0x00100020, "LO", "x")).value == "x"
    assert (ds.Columns, ds.PatientID) == (3, "x")


def test_dir() -> None:
    ds = nested()
    assert ds.dir() == ["ImageType", "Modality", "PatientName", "PixelSpacing", "RequestAttributesSequence", "Rows"]
    assert ds.dir("IMAGE", "rows") == ["ImageType", "Rows"]
    assert ds.dir("nothing") == []
    assert {"Rows", "save_as", "walk"} <= set(dir(ds))


def test_slices() -> None:
    ds = nested()
    assert [element.keyword for element in ds[0x00100000:0x00290000]] == ["PatientName", "Rows", "PixelSpacing"]
    assert [element.keyword for element in ds["PatientName":"PixelSpacing"]] == ["PatientName", "Rows"]
    assert [element.keyword for element in ds[(0x0028, 0x0010) :]] == [
        "Rows",
        "PixelSpacing",
        "RequestAttributesSequence",
    ]
    assert len(ds[:]) == len(ds)
    assert isinstance(ds[:], Dataset)
    assert [element.keyword for element in ds.group_dataset(0x0028)] == ["Rows", "PixelSpacing"]
    part = ds[0x00100000:]
    del part.Rows
    part.PatientID = "B"
    assert (ds.Rows, "PatientID" in ds) == (7, False)
    del ds[0x00080000:0x00110000]
    assert ds.dir() == ["PixelSpacing", "RequestAttributesSequence", "Rows"]


def test_slice_is_written() -> None:
    target = io.BytesIO()
    ct()[0x00280000:].save_as(target, implicit_vr=False, little_endian=True)
    assert target.getvalue() == b.element(0x00280010, "US", 7) + b.element(0x00280030, "DS", "1.50\\2")


# -- walking -----------------------------------------------------------------------------------------------


def test_walk_and_iterall() -> None:
    ds = nested()
    expected = ["ImageType", "Modality", "PatientName", "Rows", "PixelSpacing", "RequestAttributesSequence"]
    inside = ["ReferencedSOPClassUID", "TextValue"]
    assert [element.keyword for element in ds.iterall()] == expected + inside * 2
    seen: list[tuple[Any, str]] = []
    ds.walk(lambda where, element: seen.append((where, element.keyword)))
    assert [keyword for _, keyword in seen] == expected + inside * 2
    assert seen[0][0] is ds
    assert seen[-1][0] is ds.RequestAttributesSequence[1]
    seen.clear()
    ds.walk(lambda where, element: seen.append((where, element.keyword)), recursive=False)
    assert [keyword for _, keyword in seen] == expected


def test_walk_may_delete_and_replace() -> None:
    ds = nested()

    def change(where: Dataset, element: DataElement) -> None:
        if element.keyword in ("TextValue", "ImageType"):
            del where[element.tag]
        elif element.VR == "US":
            element.value = 1
        elif element.keyword == "Modality":
            where.Modality = "MR"

    ds.walk(change)
    assert (ds.Rows, ds.Modality, "ImageType" in ds) == (1, "MR", False)
    assert [item.dir() for item in ds.RequestAttributesSequence] == [["ReferencedSOPClassUID"]] * 2
    ds.walk(lambda where, element: where.__delitem__(element.tag))
    assert len(ds) == 0


def test_walk_deeper_than_the_stack() -> None:
    ds = dcmread(b.file(b.nested(3000, "undefined", b.element(0x00100010, "PN", "A"))))
    assert sum(element.VR == "PN" for element in ds.iterall()) == 1
    ds.walk(lambda where, element: setattr(element, "value", "B") if element.VR == "PN" else None)
    twin = copy.deepcopy(ds)
    assert twin == ds
    target = io.BytesIO()
    twin.save_as(target)
    assert target.getvalue() == b.file(b.nested(3000, "undefined", b.element(0x00100010, "PN", "B")))
    assert pickle.loads(pickle.dumps(ds)) == ds
    assert str(ds).count("\n") > 3000


# -- equality and copies -----------------------------------------------------------------------------------


def test_equality() -> None:
    assert ct() == ct()
    assert nested() == nested()
    other = nested()
    other.RequestAttributesSequence[1].TextValue = "changed"
    assert other != nested()
    other = ct()
    del other.Rows
    assert other != ct()
    assert Dataset() == Dataset()
    assert Dataset() != {}
    assert Dataset() != None  # noqa: E711
    assert ct(b.element(0x00189313, "FD", float("nan"))) == ct(b.element(0x00189313, "FD", float("nan")))
    assert dcmread(b.file(b.element(0x00280010, "US", 7, b.BIG), b.BIG_UID)) == Dataset({"Rows": 7})
    with pytest.raises(TypeError):
        hash(Dataset())


def test_shallow_copy_shares_elements() -> None:
    ds = nested()
    for twin in (copy.copy(ds), ds.copy()):
        assert twin == ds
        assert type(twin) is type(ds)
        twin.RequestAttributesSequence[0].TextValue = "shared"
        assert ds.RequestAttributesSequence[0].TextValue == "shared"
        del twin.Rows
        twin.add_new("Modality", "CS", "MR")
        assert (ds.Rows, ds.Modality) == (7, "CT")


@pytest.mark.parametrize("looked_at", [False, True])
def test_deep_copy_shares_nothing(looked_at: bool) -> None:
    ds = nested()
    if looked_at:
        str(ds)
    twin = copy.deepcopy(ds)
    twin.RequestAttributesSequence[0].TextValue = "changed"
    twin.ImageType.append("C")
    twin.file_meta.ImplementationVersionName = "X"
    del twin.RequestAttributesSequence[1]
    assert ds == nested()
    assert "ImplementationVersionName" not in ds.file_meta
    assert (twin.filename, twin.preamble) == (ds.filename, ds.preamble)


def built() -> Dataset:
    ds = Dataset()
    ds.PatientName, ds.PixelSpacing, ds.Rows = "Gruß^Anna", ["1.50", 2], 7
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.RequestAttributesSequence = [Dataset({"PatientName": "Ünne", "ImageType": ["A", "B"]}), Dataset()]
    ds.private_block(9, "MINE", create=True).add_new(1, "SH", "private")
    return ds


def test_built_datasets_are_copied_and_pickled() -> None:
    ds = built()
    for twin in (copy.deepcopy(ds), pickle.loads(pickle.dumps(ds)), copy.deepcopy(pickle.loads(pickle.dumps(ds)))):
        assert twin == ds
        assert type(twin) is Dataset
        twin.RequestAttributesSequence[0].ImageType.append("C")
        twin.Rows = 8
        assert ds == built()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = b.LITTLE_UID
    twin = pickle.loads(pickle.dumps(ds))
    assert twin.file_meta == ds.file_meta
    assert type(twin.file_meta) is FileMetaDataset


def test_changed_datasets_are_pickled() -> None:
    ds = nested()
    ds.Rows = 8
    ds.ImageType.append("C")
    ds.RequestAttributesSequence.append(Dataset({"PatientID": "new"}))
    ds.file_meta.ImplementationVersionName = "X"
    twin = pickle.loads(pickle.dumps(ds))
    assert twin == ds
    assert twin.file_meta[0x00020001:] == ds.file_meta[0x00020001:]
    assert twin.file_meta.ImplementationVersionName == "X"


@pytest.mark.parametrize("encoding", [b.IMPLICIT, b.LITTLE, b.BIG])
@pytest.mark.parametrize("length", [None, b.UNDEFINED])
def test_parts_are_copied_and_pickled(encoding: str, length: int | None) -> None:
    """An item, file meta elements, an element and a sequence on their own."""
    uid = {b.IMPLICIT: b.IMPLICIT_UID, b.LITTLE: b.LITTLE_UID, b.BIG: b.BIG_UID}[encoding]
    text = "Люкceмбypг".encode("iso8859_5")
    inside = b.element(0x00100010, "PN", text, encoding) + b.element(0x00280010, "US", 7, encoding)
    content = b.element(0x00080005, "CS", "ISO_IR 144", encoding)
    ds = dcmread(
        b.file(
            content + b.sequence(0x00400275, [b.item(inside, encoding, length=length)], encoding, length=length), uid
        )
    )
    part = ds.RequestAttributesSequence[0]
    for twin in (copy.copy(part), copy.deepcopy(part), pickle.loads(pickle.dumps(part))):
        assert twin == part
        assert (twin.PatientName, twin.Rows) == ("Люкceмбypг", 7)
    meta = pickle.loads(pickle.dumps(ds.file_meta))
    assert meta == ds.file_meta
    assert type(meta) is FileMetaDataset
    assert copy.deepcopy(ds.file_meta) == ds.file_meta
    for part in (ds["RequestAttributesSequence"], ds["SpecificCharacterSet"]):
        assert copy.deepcopy(part) == part
        assert pickle.loads(pickle.dumps(part)) == part
    sequence = copy.deepcopy(ds.RequestAttributesSequence)
    assert sequence == ds.RequestAttributesSequence
    sequence[0].Rows = 8
    assert ds.RequestAttributesSequence[0].Rows == 7
    assert pickle.loads(pickle.dumps(ds.RequestAttributesSequence)) == ds.RequestAttributesSequence
    element = copy.deepcopy(ds["RequestAttributesSequence"])
    element.value[0].Rows = 9
    assert ds.RequestAttributesSequence[0].Rows == 7


class Mine(Dataset):
    """A class of a user."""

    def shout(self) -> str:
        return str(self.PatientName).upper()


def test_subclasses() -> None:
    ds = Mine()
    ds.PatientName = "quiet"
    for twin in (ds, copy.copy(ds), copy.deepcopy(ds), pickle.loads(pickle.dumps(ds))):
        assert type(twin) is Mine
        assert twin.shout() == "QUIET"
    assert Mine(ct()).shout() == "DOE^JOHN"


class Noting(Dataset):
    """A class of a user that wants to see each new element."""

    def add(self, element: DataElement) -> None:
        object.__setattr__(self, "_seen", [*getattr(self, "_seen", ()), element.keyword])
        super().add(element)


def test_subclasses_that_add_themselves() -> None:
    for _ in range(2):
        ds = Noting()
        ds.PatientName, ds.Rows, ds.SourceImageSequence = "A", 1, Sequence([Dataset()])
        assert ds._seen == ["PatientName", "Rows", "SourceImageSequence"]
        plain = Dataset()  # teaches what is common to all
        plain.PatientName, plain.Rows, plain.SourceImageSequence = "A", 1, Sequence([Dataset()])
        assert plain == ds
        with pytest.raises(ValueRuleError, match="item of itself"):
            Dataset.__setattr__(plain, "RequestAttributesSequence", Sequence([plain]))


# -- printing ----------------------------------------------------------------------------------------------


def test_printed() -> None:
    lines = str(nested()).splitlines()
    assert lines[0].startswith("Dataset.file_meta")
    lines = lines[lines.index("-" * 49) + 1 :]
    assert lines == [
        "(0008, 0008) Image Type                          CS: ['A', 'B']",
        "(0008, 0060) Modality                            CS: 'CT'",
        "(0010, 0010) Patient's Name                      PN: 'Doe^John'",
        "(0028, 0010) Rows                                US: 7",
        "(0028, 0030) Pixel Spacing                       DS: [1.5, 2.0]",
        "(0040, 0275) Request Attributes Sequence         2 item(s) ----",
        "   ---------",
        "   (0008, 1150) Referenced SOP Class UID            UI: 1.2.3",
        "   (0040, a160) Text Value                          UT: 'one'",
        "   ---------",
        "   (0008, 1150) Referenced SOP Class UID            UI: 1.2.3",
        "   (0040, a160) Text Value                          UT: 'two'",
    ]
    assert nested().top().splitlines()[-1].endswith("2 item(s) ----")
    assert repr(Dataset()) == str(Dataset()) == ""


def test_formatted_lines() -> None:
    assert list(ct().formatted_lines("%(tag)s %(VR)s %(repval)s"))[1] == "(0008,0060) CS 'CT'"
    assert list(nested().formatted_lines("-", "%(name)s %(VM)d")).count("Request Attributes Sequence 1") == 1


# -- file meta elements ------------------------------------------------------------------------------------


def test_file_meta_holds_group_2_alone() -> None:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = "1.2.840.10008.1.2"
    for wrong in (lambda: setattr(meta, "PatientName", "A"), lambda: meta.add_new(0x00100010, "PN", "A")):
        with pytest.raises((ValueRuleError, ValueError), match="0002"):
            wrong()
    with pytest.raises((ValueRuleError, ValueError), match="0002"):
        FileMetaDataset({"PatientName": "A"})
    assert len(meta) == 1


def test_ensure_file_meta() -> None:
    ds = Dataset()
    ds.ensure_file_meta()
    meta = ds.file_meta
    ds.ensure_file_meta()
    assert ds.file_meta is meta
    assert len(meta) == 0


def test_with() -> None:
    with ct() as ds:
        assert ds.Rows == 7


def test_file_attributes(tmp_path: Any) -> None:
    path = tmp_path / "ct.dcm"
    path.write_bytes(b.file(CT))
    ds = dcmread(path)
    assert isinstance(ds, FileDataset)
    assert (ds.filename, ds.buffer, ds.preamble) == (str(path), None, bytes(128))
    assert ds.timestamp == path.stat().st_mtime
    stream = io.BytesIO(b.file(CT))
    ds = dcmread(stream)
    assert (ds.filename, ds.buffer, ds.timestamp) == (None, stream, None)
    assert ds.original_encoding == (False, True)
    assert ds.original_character_set == ""
    assert ds.is_original_encoding
    ds.file_meta.TransferSyntaxUID = b.BIG_UID
    assert not ds.is_original_encoding
    assert Dataset().original_encoding == (None, None)


def test_original_character_set() -> None:
    ds = ct(b"")
    ds.SpecificCharacterSet = "ISO_IR 192"
    assert not ds.is_original_encoding
    ds = dcmread(b.file(b.element(0x00080005, "CS", "\\ISO 2022 IR 87") + CT[20:]))
    assert ds.original_character_set == ["", "ISO 2022 IR 87"]
    ds = dcmread(b.file(b.element(0x00080005, "CS", "ISO_IR 100") + b.sequence(0x00400275, [item()])))
    assert ds.RequestAttributesSequence[0].original_character_set == "ISO_IR 100"


def test_errors_are_dicom_errors() -> None:
    for wrong in (lambda: ct().Nonsense, lambda: setattr(ct(), "Rows", "x"), lambda: dcmread(b"nothing")):
        with pytest.raises(DicomError):
            wrong()


def test_sequence_is_made_from_lists() -> None:
    ds = Dataset()
    ds.RequestAttributesSequence = (Dataset(), Dataset())
    assert isinstance(ds.RequestAttributesSequence, Sequence)
    ds.add_new("BeamSequence", "SQ", [Dataset({"BeamName": "A"})])
    assert ds.BeamSequence[0].BeamName == "A"


def test_deep_nesting_prints_in_little_room() -> None:
    """Indentation stops growing: else the text of many levels grows with the square of their number."""
    ds = Dataset()
    ds.PatientID = "x"
    for _ in range(5_000):
        outer = Dataset()
        outer.ContentSequence = [ds]
        ds = outer
    text = str(ds)
    assert text.count("Content Sequence") == 5_000
    assert "'x'" in text
    assert len(text) < 5_000 * 2 * 700


def test_pickling_keeps_what_encoding_would_change() -> None:
    """Values that have no exact encoding, or none without other elements, come back as they were."""
    item = Dataset()
    item.BeamName = "x"
    ds = Dataset()
    ds.SliceThickness = 1 / 3
    ds.PatientName = "\u00fc"  # no character set says how to encode it
    ds.PatientComments = "padded "
    ds.SmallestImagePixelValue = -5  # no Pixel Representation says which VR it has
    ds.PixelData = b"odd"
    ds.BeamSequence = [item]
    twin = pickle.loads(pickle.dumps(ds))
    assert twin == ds
    assert type(twin.BeamSequence[0]) is Dataset
    twin.BeamSequence[0].BeamName = "y"
    assert ds.BeamSequence[0].BeamName == "x"


def test_a_dataset_is_no_item_of_itself() -> None:
    ds = Dataset()
    with pytest.raises(ValueRuleError, match="itself"):
        ds.BeamSequence = [ds]


@pytest.mark.parametrize("wrong", [5, None, "text"])
def test_only_elements_are_added(wrong: object) -> None:
    with pytest.raises(TypeError, match="data elements"):
        Dataset().add(wrong)


def test_a_long_text_of_a_built_dataset_is_told(tmp_path: Path) -> None:
    ds = Dataset(check=False)
    ds.PatientComments = "x" * 70_000
    with pytest.warns(UserWarning, match="PatientComments.*written as UN"):
        ds.save_as(tmp_path / "long.dcm", implicit_vr=False, little_endian=True)

"""Editing: a changed value changes its own bytes and the lengths around it, and nothing else (PS3.5 7).

What is expected is made by `builders`, with the old value and with the new one.
"""

from __future__ import annotations

import copy
import io
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dicomspec import DataElement, Dataset, Sequence, dcmread
from dicomspec.errors import ReadError, ValueRuleError, WriteError
from tests import builders as b
from tests.corpus import FILES, file_id

CHARSET, IMAGE_TYPE, GROUP_8, GROUP_10 = 0x00080005, 0x00080008, 0x00080000, 0x00100000
NAME, PATIENT_ID, COMMENTS = 0x00100010, 0x00100020, 0x00104000
OUTER, MIDDLE, INNER = 0x00400275, 0x00081140, 0x0040A730
LABEL, NUMBER, ROWS = 0x0040A160, 0x00280008, 0x00280010
ENCODINGS = {b.IMPLICIT: b.IMPLICIT_UID, b.LITTLE: b.LITTLE_UID, b.BIG: b.BIG_UID}


def saved(ds: Dataset, **options: Any) -> bytes:
    target = io.BytesIO()
    ds.save_as(target, **options)
    return target.getvalue()


def edited(data: bytes, change: Callable[[Dataset], Any]) -> bytes:
    """The file after a change."""
    ds = dcmread(data)
    change(ds)
    return saved(ds)


def text_file(name: str | bytes, encoding: str = b.LITTLE) -> bytes:
    content = b.element(IMAGE_TYPE, "CS", "A\\B", encoding) + b.element(NAME, "PN", name, encoding)
    return b.file(content + b.element(ROWS, "US", 7, encoding), ENCODINGS[encoding])


# -- one value ---------------------------------------------------------------------------------------------


def nest(text: str, encoding: str, form: tuple[bool, ...], group_lengths: bool) -> bytes:
    """Three sequences in one another with siblings; ``form`` tells which lengths are undefined, outermost first."""
    undefined = iter(form)

    def length() -> int | None:
        return b.UNDEFINED if next(undefined) else None

    lengths = [(length(), length()) for _ in range(3)]
    content = b.element(PATIENT_ID, "LO", "sibling", encoding) + b.element(LABEL, "UT", text, encoding)
    for tag, (of_sequence, of_item) in zip((INNER, MIDDLE, OUTER), reversed(lengths), strict=True):
        items = [b.item(b"", encoding), b.item(content, encoding, length=of_item)]
        content = b.sequence(tag, items, encoding, length=of_sequence)
        if tag != OUTER:
            content = b.element(0x00080104, "LO", "x", encoding) * (tag == INNER) + content
    first = b.element(IMAGE_TYPE, "CS", "A\\B", encoding)
    if group_lengths:
        first = b.element(GROUP_8, "UL", len(first), encoding) + first
        content = b.element(0x00400000, "UL", len(content), encoding) + content
    return b.file(first + content + b.element(0x00420010, "ST", "behind", encoding), ENCODINGS[encoding])


FORMS = [*itertools.product((False, True), repeat=6)]


@pytest.mark.parametrize("group_lengths", [False, True])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_value_in_nested_sequences(encoding: str, group_lengths: bool) -> None:
    for form in FORMS:
        data = nest("before", encoding, form, group_lengths)
        for text in ("", "longer than before", "afters"):

            def change(ds: Dataset, text: str = text) -> None:
                item = ds.RequestAttributesSequence[1].ReferencedImageSequence[1].ContentSequence[1]
                assert item.TextValue == "before"
                item.TextValue = text

            assert edited(data, change) == nest(text, encoding, form, group_lengths), form


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_value_at_top(encoding: str) -> None:
    data = text_file("Old^Name", encoding)
    assert edited(data, lambda ds: setattr(ds, "PatientName", "New^Longer^Name")) == text_file(
        "New^Longer^Name", encoding
    )
    assert edited(data, lambda ds: setattr(ds["PatientName"], "value", "X")) == text_file("X", encoding)
    assert edited(data, lambda ds: setattr(ds, "PatientName", "")) == text_file("", encoding)
    assert edited(data, lambda ds: setattr(ds, "PatientName", None)) == text_file("", encoding)
    assert edited(data, lambda ds: ds["PatientName"].clear()) == text_file("", encoding)


def test_file_meta_group_length_counts() -> None:
    def file(more: bytes) -> bytes:
        return b.file(b.element(NAME, "PN", "A"), head=b.meta(more=more))

    data = file(b.element(0x00020016, "AE", "ONE"))
    change = lambda ds: setattr(ds.file_meta, "SourceApplicationEntityTitle", "LONGER")  # noqa: E731
    assert edited(data, change) == file(b.element(0x00020016, "AE", "LONGER"))
    assert edited(data, lambda ds: delattr(ds.file_meta, "SourceApplicationEntityTitle")) == file(b"")


def test_wrong_group_length_stays() -> None:
    """A count that was wrong before is not what was changed: it says nothing to those who read it, and stays."""

    def file(name: str) -> bytes:
        return b.file(b.element(GROUP_10, "UL", 3) + b.element(NAME, "PN", name))

    assert edited(file("A"), lambda ds: setattr(ds, "PatientName", "B^longer")) == file("B^longer")


def test_group_length_counts_new_elements() -> None:
    def file(more: bytes) -> bytes:
        content = b.element(NAME, "PN", "A") + more
        return b.file(b.element(GROUP_10, "UL", len(content)) + content + b.element(ROWS, "US", 1))

    new = b.element(PATIENT_ID, "LO", "17")
    assert edited(file(b""), lambda ds: setattr(ds, "PatientID", "17")) == file(new)
    assert edited(file(new), lambda ds: delattr(ds, "PatientID")) == file(b"")


def test_same_value_set_again() -> None:
    data = text_file("Same^Name")
    assert edited(data, lambda ds: setattr(ds, "PatientName", ds.PatientName)) == data
    assert edited(data, lambda ds: setattr(ds, "ImageType", ds.ImageType)) == data


@pytest.mark.parametrize("path", [path for path in FILES if path.stat().st_size < 100_000][::3], ids=file_id)
def test_one_value_of_a_real_file(path: Path) -> None:
    """One text value grows: what differs is its element and the counts around it."""
    data = path.read_bytes()
    ds = dcmread(data)
    element = next(
        (e for e in ds if e.VR in {"LO", "SH", "UI"} and e.raw and isinstance(e.value, str) and e.value), None
    )
    if element is None or ds.file_meta.get("TransferSyntaxUID") == b.DEFLATED_UID:
        return
    assert element.raw is not None
    _, start, value, end = element.raw
    element.value += ".1234" if len(element.value) & 1 else ".12345"
    out = saved(ds)
    header = 8 if data[start + 4 : start + 6] == b"UN" else value - start  # the new one has a VR again
    assert len(out) - len(data) == header + len(element.value) - (end - start)
    group_length = dcmread(data).get(element.tag & 0xFFFF0000)
    if group_length is not None:
        assert group_length.raw is not None
        at = group_length.raw[2]
        out = out[:at] + data[at : at + 4] + out[at + 4 :]
    assert out[:start] == data[:start]
    assert out[start + header + len(element.value) :] == data[end:]
    again = dcmread(out)
    assert again[element.tag].value == element.value
    del again[element.tag], ds[element.tag]
    assert again == ds


# -- lists changed in place --------------------------------------------------------------------------------

IN_PLACE: dict[str, tuple[Callable[[Any], Any], str]] = {
    "append": (lambda values: values.append("X"), "A\\B\\X"),
    "assign": (lambda values: values.__setitem__(0, "Q"), "Q\\B"),
    "delete": (lambda values: values.pop(), "A"),
    "clear": (lambda values: values.clear(), ""),
    "reverse": (lambda values: values.reverse(), "B\\A"),
    "extend": (lambda values: values.extend(["1", "2"]), "A\\B\\1\\2"),
    "nothing": (lambda values: values.append(values.pop()), "A\\B"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", IN_PLACE)
def test_list_changed_in_place(kind: str, encoding: str) -> None:
    change, after = IN_PLACE[kind]

    def file(text: str) -> bytes:
        inside = b.sequence(OUTER, [b.item(b.element(IMAGE_TYPE, "CS", text, encoding), encoding)], encoding)
        return b.file(b.element(IMAGE_TYPE, "CS", text, encoding) + inside, ENCODINGS[encoding])

    def both(ds: Dataset) -> None:
        change(ds.ImageType)
        change(ds.RequestAttributesSequence[0].ImageType)

    assert edited(file("A\\B"), both) == file(after)
    assert edited(file("A\\B"), lambda ds: both(copy.deepcopy(ds))) == file("A\\B")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_list_of_numbers_changed_in_place(encoding: str) -> None:
    def file(ds_text: str, longs: list[int], tags: list[int]) -> bytes:
        content = b.element(0x00181020, "LO", "x", encoding) + b.element(0x00201041, "DS", "1.50", encoding)
        content += b.element(0x00280009, "AT", tags, encoding) + b.element(0x00280030, "DS", ds_text, encoding)
        return b.file(content + b.element(0x00281101, "US", longs, encoding), ENCODINGS[encoding])

    def change(ds: Dataset) -> None:
        assert ds.PixelSpacing == [0.5, 0.25]
        ds.PixelSpacing[1] = 2
        ds.RedPaletteColorLookupTableDescriptor[0] += 1
        ds.FrameIncrementPointer.append(0x00181063)

    data = file("0.50\\0.25", [1, 2, 3], [0x00181063, 0x00181065])
    assert edited(data, change) == file("0.5\\2", [2, 2, 3], [0x00181063, 0x00181065, 0x00181063])
    assert edited(data, lambda ds: ds.PixelSpacing.sort()) == file("0.25\\0.5", [1, 2, 3], [0x00181063, 0x00181065])


def test_list_changed_in_a_new_dataset() -> None:
    ds = Dataset()
    ds.ImageType = ["A", "B"]
    ds.ImageType.append("C")
    assert saved(ds, implicit_vr=False, little_endian=True) == b.element(IMAGE_TYPE, "CS", "A\\B\\C")
    given = ["A", "B"]
    ds.ImageType = given
    given.append("elsewhere")
    assert ds.ImageType == ["A", "B"]


# -- deleting and inserting --------------------------------------------------------------------------------


def test_delete_and_insert() -> None:
    one, two, three = b.element(IMAGE_TYPE, "CS", "A"), b.element(NAME, "PN", "B"), b.element(ROWS, "US", 3)
    data = b.file(one + two + three)
    assert edited(data, lambda ds: delattr(ds, "PatientName")) == b.file(one + three)
    assert edited(data, lambda ds: ds.__delitem__(0x00100010)) == b.file(one + three)
    assert edited(data, lambda ds: ds.__delitem__(slice(0x00080000, 0x00110000))) == b.file(three)
    assert edited(data, lambda ds: ds.pop("Rows")) == b.file(one + two)
    assert edited(b.file(one + three), lambda ds: setattr(ds, "PatientName", "B")) == data
    assert edited(b.file(two + three), lambda ds: ds.add_new(0x00080008, "CS", "A")) == data
    assert edited(b.file(one + two), lambda ds: ds.update({"Rows": 3})) == data
    assert edited(data, lambda ds: ds.clear()) == b.file(b"")
    assert edited(data, lambda ds: (ds.pop("Rows"), setattr(ds, "Rows", 3))) == data


def test_out_of_order_file_keeps_its_order() -> None:
    one, two, three = b.element(IMAGE_TYPE, "CS", "A"), b.element(NAME, "PN", "B"), b.element(ROWS, "US", 3)
    data = b.file(three + one + two)
    assert edited(data, lambda ds: setattr(ds, "PatientName", "C")) == b.file(three + one + b.element(NAME, "PN", "C"))
    assert edited(data, lambda ds: delattr(ds, "ImageType")) == b.file(three + two)
    assert [element.keyword for element in dcmread(data)] == ["ImageType", "PatientName", "Rows"]


def test_element_that_stands_twice() -> None:
    first, second = b.element(PATIENT_ID, "LO", "first"), b.element(PATIENT_ID, "LO", "second")
    rest = b.element(ROWS, "US", 3)
    data = b.file(b.element(NAME, "PN", "A") + first + second + rest)
    assert edited(data, lambda ds: setattr(ds, "Rows", 4)).count(b"LO") == 2
    gone = b.file(b.element(NAME, "PN", "A") + rest)
    assert edited(data, lambda ds: delattr(ds, "PatientID")) == gone
    assert edited(data, lambda ds: ds.pop("PatientID")) == gone
    assert edited(data, lambda ds: ds.__delitem__("PatientID")) == gone
    out = edited(data, lambda ds: setattr(ds, "PatientID", "new"))
    assert out.count(b"LO") == 1
    assert b"first" not in out
    assert b"second" not in out
    assert dcmread(out).PatientID == "new"
    out = edited(data, lambda ds: (delattr(ds, "PatientID"), setattr(ds, "PatientID", "new")))
    assert out.count(b"LO") == 1
    assert b"first" not in out


def test_element_that_stands_twice_in_an_item() -> None:
    twice = b.element(PATIENT_ID, "LO", "first") + b.element(PATIENT_ID, "LO", "second")
    data = b.file(b.sequence(OUTER, [b.item(b.element(NAME, "PN", "A") + twice)]))
    gone = b.file(b.sequence(OUTER, [b.item(b.element(NAME, "PN", "A"))]))
    assert edited(data, lambda ds: delattr(ds.RequestAttributesSequence[0], "PatientID")) == gone
    assert (
        edited(data, lambda ds: ds.walk(lambda d, e: d.pop("PatientID") if e.keyword == "PatientID" else None)) == gone
    )


# -- sequences ---------------------------------------------------------------------------------------------


def list_file(texts: list[str], encoding: str, undefined: bool) -> bytes:
    length = b.UNDEFINED if undefined else None
    items = [b.item(b.element(LABEL, "UT", text, encoding), encoding, length=length) for text in texts]
    return b.file(b.sequence(OUTER, items, encoding, length=length), ENCODINGS[encoding])


def labelled(text: str) -> Dataset:
    ds = Dataset()
    ds.TextValue = text
    return ds


def swap(sequence: Any) -> None:
    sequence[0], sequence[1] = sequence[1], sequence[0]


SEQUENCE_EDITS: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "delete first": (lambda s: s.__delitem__(0), ["b", "c"]),
    "delete last": (lambda s: s.__delitem__(-1), ["a", "b"]),
    "pop": (lambda s: s.pop(1), ["a", "c"]),
    "swap": (swap, ["b", "a", "c"]),
    "reverse": (lambda s: s.reverse(), ["c", "b", "a"]),
    "slice out": (lambda s: s.__delitem__(slice(0, 2)), ["c"]),
    "clear": (lambda s: s.clear(), []),
    "twice": (lambda s: s.append(s[0]), ["a", "b", "c", "a"]),
    "remove": (lambda s: s.remove(s[1]), ["a", "c"]),
    "slice in": (lambda s: s.__setitem__(slice(1, 2), [s[2], s[0]]), ["a", "c", "a", "c"]),
}


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", SEQUENCE_EDITS)
def test_items_are_moved(kind: str, encoding: str, undefined: bool) -> None:
    change, after = SEQUENCE_EDITS[kind]
    data = list_file(["a", "b", "c"], encoding, undefined)
    assert edited(data, lambda ds: change(ds.RequestAttributesSequence)) == list_file(after, encoding, undefined)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_new_items(encoding: str) -> None:
    data = list_file(["a"], encoding, False)

    def changed(change: Callable[[Dataset], Any]) -> list[str]:
        ds = dcmread(edited(data, change))
        assert [str(issue) for issue in ds.issues] == []
        return [item.TextValue for item in ds.RequestAttributesSequence]

    assert changed(lambda ds: ds.RequestAttributesSequence.append(labelled("z"))) == ["a", "z"]
    assert changed(lambda ds: ds.RequestAttributesSequence.insert(0, labelled("z"))) == ["z", "a"]
    assert changed(lambda ds: ds.RequestAttributesSequence.extend([labelled("y"), labelled("z")])) == ["a", "y", "z"]
    assert changed(lambda ds: setattr(ds, "RequestAttributesSequence", [labelled("z")])) == ["z"]
    assert changed(lambda ds: setattr(ds, "RequestAttributesSequence", [])) == []
    assert changed(lambda ds: setattr(ds, "RequestAttributesSequence", None)) == []
    assert changed(lambda ds: setattr(ds, "RequestAttributesSequence", Sequence([labelled("z")]))) == ["z"]
    assert changed(lambda ds: ds["RequestAttributesSequence"].value.append(labelled("z"))) == ["a", "z"]
    half = lambda ds: setattr(ds, "RequestAttributesSequence", ds.RequestAttributesSequence[:0])  # noqa: E731
    assert changed(half) == []
    assert edited(data, lambda ds: ds.RequestAttributesSequence.append(labelled("z"))) == list_file(
        ["a", "z"], encoding, False
    )


def test_sequence_refuses_what_is_no_dataset() -> None:
    ds = dcmread(list_file(["a"], b.LITTLE, False))
    for wrong in ("text", 1, [1], {"PatientName": "x"}):
        with pytest.raises((TypeError, ValueRuleError)):
            ds.RequestAttributesSequence = wrong
        with pytest.raises(TypeError):
            ds.RequestAttributesSequence.append(wrong)
    with pytest.raises((TypeError, ValueRuleError), match="list of datasets"):
        ds.RequestAttributesSequence = labelled("alone")
    assert ds.RequestAttributesSequence[0].TextValue == "a"


def test_deleted_item_of_a_touched_sequence_is_gone() -> None:
    data = list_file(["a", "b", "c"], b.LITTLE, False)

    def change(ds: Dataset) -> None:
        ds.RequestAttributesSequence[2].TextValue = "C"
        del ds.RequestAttributesSequence[0]

    assert edited(data, change) == list_file(["b", "C"], b.LITTLE, False)


# -- items from one file to another ------------------------------------------------------------------------

CYRILLIC, LATIN, UTF8 = "ISO_IR 144", "ISO_IR 100", "ISO_IR 192"
CODECS = {CYRILLIC: "iso8859_5", LATIN: "latin_1", UTF8: "utf_8"}


def charset_file(charset: str, name: str, encoding: str) -> bytes:
    text = name.encode(CODECS[charset])
    text += b" " * (len(text) & 1)
    inside = b.sequence(
        OUTER, [b.item(b.element(NAME, "PN", text, encoding) + b.element(ROWS, "US", 7, encoding), encoding)], encoding
    )
    head = b.element(CHARSET, "CS", charset, encoding) + b.element(NAME, "PN", text, encoding)
    return b.file(head + inside, ENCODINGS[encoding])


@pytest.mark.parametrize(("source", "target"), [*itertools.product(ENCODINGS, repeat=2)])
@pytest.mark.parametrize("looked_at", [False, True])
@pytest.mark.parametrize("charset", [CYRILLIC, UTF8])
def test_item_moves_between_files(source: str, target: str, looked_at: bool, charset: str) -> None:
    """Bytes and header form follow the file that an item is put into; the text stays the same."""
    giver, taker = (
        dcmread(charset_file(CYRILLIC, "Люкceмбypг", source)),
        dcmread(charset_file(charset, "Люкceмбypг", target)),
    )
    item = giver.RequestAttributesSequence[0]
    if looked_at:
        assert item.PatientName == "Люкceмбypг"
        assert item.Rows == 7
    taker.RequestAttributesSequence = [item]
    assert saved(taker) == charset_file(charset, "Люкceмбypг", target)
    assert saved(giver) == charset_file(CYRILLIC, "Люкceмбypг", source)
    taker.RequestAttributesSequence.append(giver.RequestAttributesSequence[0])
    again = dcmread(saved(taker))
    assert [(item.PatientName, item.Rows) for item in again.RequestAttributesSequence] == [("Люкceмбypг", 7)] * 2


@pytest.mark.parametrize(("source", "target"), [*itertools.product(ENCODINGS, repeat=2)])
def test_element_moves_between_files(source: str, target: str) -> None:
    giver, taker = dcmread(charset_file(CYRILLIC, "Люкceмбypг", source)), dcmread(charset_file(UTF8, "Anna", target))
    taker["PatientName"] = giver["PatientName"]
    taker["RequestAttributesSequence"] = giver["RequestAttributesSequence"]
    assert saved(taker) == charset_file(UTF8, "Люкceмбypг", target)


@pytest.mark.parametrize(("source", "target"), [*itertools.product(ENCODINGS, repeat=2)])
@pytest.mark.parametrize("undefined", [False, True])
def test_sequence_of_another_file_by_attribute(source: str, target: str, undefined: bool) -> None:
    """Its items are not looked for in the file that it is put into, where others stand at the same offsets."""
    texts = ["other", "values", "and more of them"]
    giver, taker = dcmread(list_file(texts, source, undefined)), dcmread(list_file(["a", "b"], target, False))
    taker.RequestAttributesSequence = giver.RequestAttributesSequence
    again = dcmread(saved(taker))
    assert [item.TextValue for item in again.RequestAttributesSequence] == texts
    assert again.issues == []


def test_item_without_room_for_its_text() -> None:
    giver, taker = (
        dcmread(charset_file(CYRILLIC, "Люкceмбypг", b.LITTLE)),
        dcmread(charset_file(LATIN, "Anna", b.LITTLE)),
    )
    taker.RequestAttributesSequence.append(giver.RequestAttributesSequence[0])
    with pytest.raises(ValueRuleError) as caught:
        saved(taker)
    assert caught.value.path == "RequestAttributesSequence[1].PatientName"


# -- Specific Character Set --------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("looked_at", [False, True])
def test_new_character_set(encoding: str, looked_at: bool) -> None:
    ds = dcmread(charset_file(CYRILLIC, "Люкceмбypг", encoding))
    if looked_at:
        str(ds)
    ds.SpecificCharacterSet = UTF8
    assert ds.PatientName == "Люкceмбypг"
    assert ds.RequestAttributesSequence[0].PatientName == "Люкceмбypг"
    assert saved(ds) == charset_file(UTF8, "Люкceмбypг", encoding)
    ds.SpecificCharacterSet = CYRILLIC
    assert saved(ds) == charset_file(CYRILLIC, "Люкceмбypг", encoding)


def test_character_set_set_through_the_element() -> None:
    ds = dcmread(charset_file(CYRILLIC, "Люкceмбypг", b.LITTLE))
    ds["SpecificCharacterSet"].value = UTF8
    assert ds.PatientName == "Люкceмбypг"
    assert saved(ds) == charset_file(UTF8, "Люкceмбypг", b.LITTLE)
    ds = dcmread(charset_file(CYRILLIC, "Люкceмбypг", b.LITTLE))
    ds.add_new(0x00080005, "CS", UTF8)
    assert saved(ds) == charset_file(UTF8, "Люкceмбypг", b.LITTLE)


def test_character_set_deleted() -> None:
    ds = dcmread(charset_file(LATIN, "Anna", b.LITTLE))
    del ds.SpecificCharacterSet
    assert saved(ds) == charset_file(LATIN, "Anna", b.LITTLE).replace(b.element(CHARSET, "CS", LATIN), b"")
    ds = dcmread(charset_file(CYRILLIC, "Люкceмбypг", b.LITTLE))
    del ds.SpecificCharacterSet
    assert ds.PatientName == "Люкceмбypг"
    with pytest.raises(ValueRuleError, match="PatientName"):
        saved(ds)


def test_character_set_of_an_item() -> None:
    def file(inner: str) -> bytes:
        text = "Müller".encode(CODECS[inner])
        text += b" " * (len(text) & 1)
        item = b.item(b.element(CHARSET, "CS", inner) + b.element(NAME, "PN", text))
        head = b.element(CHARSET, "CS", LATIN) + b.element(NAME, "PN", "Müller".encode("latin_1"))
        return b.file(head + b.sequence(OUTER, [item]))

    data = file(UTF8)
    assert dcmread(data).RequestAttributesSequence[0].PatientName == "Müller"
    change = lambda ds: setattr(ds.RequestAttributesSequence[0], "SpecificCharacterSet", LATIN)  # noqa: E731
    assert edited(data, change) == file(LATIN)


def test_several_character_sets() -> None:
    ds = dcmread(
        b.file(
            b.element(CHARSET, "CS", "\\ISO 2022 IR 87")
            + b.element(NAME, "PN", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B ")
        )
    )
    assert ds.PatientName.ideographic == "山田^太郎"
    ds.SpecificCharacterSet = UTF8
    again = dcmread(saved(ds))
    assert again.PatientName == "Yamada^Tarou=山田^太郎"
    again.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    assert dcmread(saved(again)).PatientName == "Yamada^Tarou=山田^太郎"


def test_text_outside_the_character_set() -> None:
    ds = dcmread(charset_file(LATIN, "Anna", b.LITTLE), check=False)
    ds.RequestAttributesSequence[0].PatientName = "Люкceмбypг"
    with pytest.raises(ValueRuleError) as caught:
        saved(ds)
    assert caught.value.path == "RequestAttributesSequence[0].PatientName"
    assert "RequestAttributesSequence[0].PatientName" in str(caught.value)


def test_failed_write_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file.dcm"
    path.write_bytes(charset_file(LATIN, "Anna", b.LITTLE))
    ds = dcmread(path, check=False)
    ds.PatientName = "Люкceмбypг"
    with pytest.raises(ValueRuleError):
        ds.save_as(path)
    assert path.read_bytes() == charset_file(LATIN, "Anna", b.LITTLE)
    assert list(tmp_path.iterdir()) == [path]


# -- private blocks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_private_block_is_edited(encoding: str) -> None:
    def file(first: str, more: bytes = b"") -> bytes:
        content = b.element(0x00090010, "LO", "MY OWN", encoding) + b.element(0x00091001, "LO", first, encoding) + more
        return b.file(content + b.element(NAME, "PN", "A", encoding), ENCODINGS[encoding])

    data = file("one")
    if encoding == b.IMPLICIT:  # unknown private elements have no VR there
        assert edited(data, lambda ds: ds.private_block(9, "MY OWN").add_new(1, "LO", "two")) == file("two")
    else:
        assert edited(data, lambda ds: setattr(ds.private_block(9, "MY OWN")[1], "value", "two")) == file("two")
    new = b.element(0x00091002, "US", 7, encoding)
    assert edited(data, lambda ds: ds.private_block(9, "MY OWN").add_new(2, "US", 7)) == file("one", new)
    assert edited(file("one", new), lambda ds: ds.private_block(9, "MY OWN").__delitem__(2)) == data
    assert edited(data, lambda ds: ds.remove_private_tags()) == b.file(
        b.element(NAME, "PN", "A", encoding), ENCODINGS[encoding]
    )


# -- odd, long and ambiguous values ------------------------------------------------------------------------


def test_odd_values_are_padded() -> None:
    ds = Dataset()
    ds.PatientID, ds.SOPInstanceUID, ds.PixelData = "odd", "1.2.3", b"abc"
    ds.BitsAllocated = 8
    content = b.element(0x00080018, "UI", b"1.2.3\0") + b.element(PATIENT_ID, "LO", b"odd ")
    content += b.element(0x00280100, "US", 8) + b.element(0x7FE00010, "OB", b"abc\0")
    assert saved(ds, implicit_vr=False, little_endian=True) == content


def test_odd_length_of_the_source_stays() -> None:
    data = b.file(b.element(PATIENT_ID, "LO", b"odd") + b.element(ROWS, "US", 3))
    assert edited(data, lambda ds: ds.PatientID) == data
    assert edited(data, lambda ds: setattr(ds, "Rows", 4)) == b.file(
        b.element(PATIENT_ID, "LO", b"odd") + b.element(ROWS, "US", 4)
    )


@pytest.mark.parametrize("encoding", [b.LITTLE, b.BIG])
def test_long_value_in_short_header(encoding: str) -> None:
    """A value too long for the header of its VR is written as UN, and the issue says so (PS3.5 6.2.2)."""
    data = b.file(b.element(0x00081161, "UL", [1, 2], encoding), ENCODINGS[encoding])
    ds = dcmread(data)
    ds.SimpleFrameList = list(range(40_000))
    out = saved(ds)
    assert [issue.code for issue in ds.issues] == ["value-length"]
    again = dcmread(out)
    assert bytes(out[len(b.file(b"", ENCODINGS[encoding])) + 4 :][:2]) == b"UN"
    assert again.SimpleFrameList == list(range(40_000))


def test_long_text_in_short_header() -> None:
    ds = dcmread(b.file(b.element(COMMENTS, "LT", "short")), check=False)
    ds.PatientComments = "x" * 70_000
    assert dcmread(saved(ds)).PatientComments == "x" * 70_000
    ds.file_meta.TransferSyntaxUID = b.IMPLICIT_UID
    assert saved(ds) == b.file(b.element(COMMENTS, "LT", "x" * 70_000, b.IMPLICIT), b.IMPLICIT_UID)


@pytest.mark.parametrize(("representation", "number", "vr"), [(0, 40_000, "US"), (1, -5, "SS")])
def test_ambiguous_value_is_changed(representation: int, number: int, vr: str) -> None:
    def file(value: int, encoding: str) -> bytes:
        content = b.element(0x00280103, "US", representation, encoding) + b.element(0x00280106, vr, value, encoding)
        return b.file(content, ENCODINGS[encoding])

    assert edited(file(1, b.IMPLICIT), lambda ds: setattr(ds, "SmallestImagePixelValue", number)) == file(
        number, b.IMPLICIT
    )
    assert dcmread(file(number, b.IMPLICIT)).SmallestImagePixelValue == number
    ds = Dataset()
    ds.PixelRepresentation, ds.SmallestImagePixelValue = representation, number
    assert b.file(saved(ds, implicit_vr=False, little_endian=True)) == file(number, b.LITTLE)


# -- onto itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [10, 6 << 20])
def test_save_onto_the_file_it_was_read_from(tmp_path: Path, size: int) -> None:
    """Large files are mapped: what was not read yet still is what it was."""
    path = tmp_path / "file.dcm"
    path.write_bytes(
        b.file(b.element(NAME, "PN", "Old") + b.element(0x7FE00010, "OW", bytes(range(10)) * (size // 10)))
    )
    ds = dcmread(path)
    ds.PatientName = "New^Name^of^another^length"
    ds.save_as(path)
    again = dcmread(path)
    assert again.PatientName == "New^Name^of^another^length"
    assert again.PixelData == ds.PixelData == bytes(range(10)) * (size // 10)
    ds.PatientName = "Third"
    ds.save_as(path)
    assert dcmread(path).PatientName == "Third"
    assert dcmread(path).PixelData == bytes(range(10)) * (size // 10)


def test_write_into_the_stream_it_was_read_from() -> None:
    data = text_file("Old")
    stream = io.BytesIO(data)
    ds = dcmread(stream)
    ds.PatientName = "New^Name"
    stream.seek(0)
    ds.save_as(stream)
    assert stream.getvalue() == text_file("New^Name")


def test_written_twice_the_same() -> None:
    ds = dcmread(nest("before", b.LITTLE, FORMS[5], True))
    ds.RequestAttributesSequence[1].ReferencedImageSequence[1].ContentSequence[1].TextValue = "after"
    assert saved(ds) == saved(ds) == nest("after", b.LITTLE, FORMS[5], True)


def test_pixel_data_replaced() -> None:
    def file(data: bytes, vr: str = "OW") -> bytes:
        return b.file(b.element(0x00280100, "US", 16) + b.element(0x7FE00010, vr, data))

    assert edited(file(b"abcd"), lambda ds: setattr(ds, "PixelData", b"012345")) == file(b"012345")
    assert edited(file(b"ab" * 4000), lambda ds: setattr(ds, "PixelData", b"012345")) == file(b"012345")


def test_fragments_replaced() -> None:
    def file(parts: list[bytes]) -> bytes:
        return b.file(b.fragments(0x7FE00010, parts), b.JPEG_UID)

    value = b.item(b"") + b.item(b"newer!")
    assert edited(file([b"old!"]), lambda ds: setattr(ds, "PixelData", value)) == file([b"newer!"])
    assert edited(file([b"old!"]), lambda ds: setattr(ds, "PixelData", ds.PixelData)) == file([b"old!"])
    with pytest.raises(WriteError, match="PixelData"):
        edited(file([b"old!"]), lambda ds: setattr(ds, "PixelData", b"plain"))


def test_bad_value_elsewhere_stays() -> None:
    """A value that could not be read does not hinder the change of another, and is written as it was."""

    def file(rows: int) -> bytes:
        return b.file(
            b.element(0x00200013, "IS", "1A") + b.element(ROWS, "US", rows) + b.element(0x00280011, "US", b"abc ")
        )

    ds = dcmread(file(1))
    assert ds.InstanceNumber == "1A"
    assert ds.Columns == [0x6261, 0x2063]
    ds.Rows = 2
    assert saved(ds) == file(2)
    with pytest.raises(ReadError):
        dcmread(file(1), strict=True)


def test_element_in_two_datasets_is_one() -> None:
    one, two = dcmread(text_file("A")), Dataset()
    two.add(one["PatientName"])
    two["PatientName"].value = "B"
    assert one.PatientName == "B"
    assert saved(one) == text_file("B")
    two = Dataset(one)
    two.PatientName = "C"
    assert one.PatientName == "B"


def test_element_made_by_hand() -> None:
    ds = dcmread(text_file("A"))
    ds["PatientName"] = DataElement("PatientName", "PN", "B")
    assert saved(ds) == text_file("B")
    with pytest.raises(ValueError, match="not the tag"):
        ds["PatientID"] = DataElement("PatientName", "PN", "B")

"""Private blocks (PS3.5 7.8)."""

from __future__ import annotations

import io

import pytest

from dicomspec import Dataset, dcmread
from dicomspec.errors import DicomError
from tests import builders as b


def blocks() -> Dataset:
    ds = Dataset()
    ds.private_block(9, "ONE", create=True).add_new(1, "SH", "one")
    ds.private_block(9, "TWO", create=True).add_new(1, "US", 2)
    ds.PatientName = "A"
    return ds


def test_blocks() -> None:
    ds = blocks()
    assert ds.private_creators(9) == ["ONE", "TWO"]
    assert ds.keys()[:4] == [0x00090010, 0x00090011, 0x00091001, 0x00091101]
    block = ds.private_block(9, "TWO")
    assert (block.group, block.private_creator, block.block_start) == (9, "TWO", 0x1100)
    assert block.get_tag(0xFF) == 0x000911FF
    assert 1 in block
    assert 2 not in block
    assert block[1].value == 2
    assert block[1].private_creator == "TWO"
    assert ds.get_private_item(9, 1, "ONE").value == "one"
    block.add_new(1, "US", 3)
    assert ds[0x0009, 0x1101].value == 3
    del block[1]
    assert 1 not in block
    with pytest.raises(KeyError):
        block[1]
    with pytest.raises(KeyError):
        del block[1]


def test_errors() -> None:
    ds = blocks()
    with pytest.raises(KeyError, match="NOBODY"):
        ds.private_block(9, "NOBODY")
    with pytest.raises(KeyError):
        ds.get_private_item(9, 1, "NOBODY")
    for group in (8, 0x10):
        with pytest.raises(ValueError, match="even"):
            ds.private_block(group, "ONE", create=True)
        with pytest.raises(ValueError, match="even"):
            ds.private_creators(group)
    with pytest.raises(ValueError, match="creator"):
        ds.private_block(9, "", create=True)
    for offset in (-1, 256):
        with pytest.raises(ValueError, match="0 to 255"):
            ds.private_block(9, "ONE").get_tag(offset)


def test_gaps_are_filled() -> None:
    """A new block takes the first free place; one whose creator is gone is not taken while its elements are there."""
    ds = blocks()
    del ds[0x00090010]
    block = ds.private_block(9, "THREE", create=True)
    assert block.block_start == 0x1200
    assert ds.private_creators(9) == ["TWO", "THREE"]


def test_creators_with_padding() -> None:
    content = b.element(0x00090010, "LO", "ODD") + b.element(0x00091001, "SH", "x ")
    ds = dcmread(b.file(content))
    assert ds.private_block(9, "ODD")[1].value == "x"
    assert ds.private_creators(9) == ["ODD"]


def test_full_group() -> None:
    ds = Dataset()
    for number in range(0x10, 0x100):
        ds.add_new(0x00090000 | number, "LO", f"C{number}")
    with pytest.raises((DicomError, ValueError, KeyError), match="free"):
        ds.private_block(9, "ONE MORE", create=True)


def test_dictionary_vr() -> None:
    ds = Dataset()
    ds.add_new_private("SIEMENS MR HEADER", 0x19, 0x0C, 1000)
    assert ds[0x0019100C].VR == "IS"
    assert ds[0x0019100C].name.strip("[]")
    ds.add_new_private("MINE", 0x19, 1, "x", "LO")
    assert ds.get_private_item(0x19, 1, "MINE").value == "x"
    with pytest.raises(DicomError, match="MINE"):
        ds.add_new_private("MINE", 0x19, 2, "x")
    assert 2 not in ds.private_block(0x19, "MINE")


def test_name_of_the_dictionary_when_read() -> None:
    content = b.element(0x00190010, "LO", "SIEMENS MR HEADER", b.IMPLICIT) + b.element(
        0x0019100C, "IS", "1000", b.IMPLICIT
    )
    ds = dcmread(b.file(content, b.IMPLICIT_UID))
    assert ds[0x0019100C].value == 1000
    assert [element.name for element in ds][1] == ds[0x0019100C].name != "Private tag data"
    assert "Private tag data" not in str(ds)


def test_remove_private_tags() -> None:
    ds = blocks()
    inner = blocks()
    ds.RequestAttributesSequence = [inner]
    ds.remove_private_tags()
    assert ds.dir() == ["PatientName", "RequestAttributesSequence"]
    assert len(ds) == 2
    assert len(ds.RequestAttributesSequence[0]) == 1
    data = io.BytesIO()
    ds.save_as(data, implicit_vr=False, little_endian=True)
    assert b"ONE" not in data.getvalue()


def test_blocks_of_items() -> None:
    """Each item has its own blocks."""
    inside = b.element(0x00090010, "LO", "INNER ") + b.element(0x00091001, "SH", "x ")
    outside = b.element(0x00090010, "LO", "OUTER ") + b.element(0x00091001, "SH", "y ")
    ds = dcmread(b.file(outside + b.sequence(0x00400275, [b.item(inside)])))
    assert ds.private_creators(9) == ["OUTER"]
    assert ds.RequestAttributesSequence[0].private_creators(9) == ["INNER"]
    assert ds.RequestAttributesSequence[0].private_block(9, "INNER")[1].value == "x"

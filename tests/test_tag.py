"""Tags: what makes one, what it is equal to, what it knows."""

from __future__ import annotations

import copy
import pickle

import pytest

from dicomspec.errors import TagError
from dicomspec.tag import Tag


@pytest.mark.parametrize(
    "arguments",
    [
        (0x00100020,),
        (0x10, 0x20),
        ((0x10, 0x20),),
        ([0x10, 0x20],),
        ("0x10", "0x20"),
        ("0010", "0020"),
        (("0010", "0020"),),
        ("(0010,0020)",),
        ("(0010, 0020)",),
        ("0010,0020",),
        ("00100020",),
        ("0x00100020",),
        (Tag(0x00100020),),
    ],
)
def test_made_of(arguments):
    tag = Tag(*arguments)
    assert tag == 0x00100020
    assert isinstance(tag, Tag)
    assert (tag.group, tag.element, tag.elem) == (0x10, 0x20, 0x20)
    assert str(tag) == repr(tag) == "(0010,0020)"
    assert tag.json_key == "00100020"


@pytest.mark.parametrize(
    "arguments",
    [(-1,), (0x1_0000_0000,), (0x10000, 0), (0, 0x10000), (0, -1), ("PatientNam",), ("",), (None,), (1.5,),
     ((1, 2, 3),), ((1,),), ("0010,",), ("123456789",), (object(),), ("0010", object())],
)  # fmt: skip
def test_not_a_tag(arguments):
    with pytest.raises(TagError):
        Tag(*arguments)
    with pytest.raises(ValueError, match=r"not|tag"):
        Tag(*arguments)


def test_error_names_the_value():
    with pytest.raises(TagError, match="'PatientNam' does not name a tag"):
        Tag("PatientNam")


@pytest.mark.parametrize(
    ("tag", "private", "creator"),
    [
        ((0x10, 0x10), False, False),
        ((0x11, 0x10), True, True),
        ((0x11, 0xFF), True, True),
        ((0x11, 0x0F), True, False),
        ((0x11, 0x100), True, False),
        ((0x11, 0x1010), True, False),
    ],
)
def test_private(tag, private, creator):
    assert (Tag(tag).is_private, Tag(tag).is_private_creator) == (private, creator)


def test_equal_to_what_names_it():
    tag = Tag(0x10, 0x20)
    for same in (0x00100020, (0x10, 0x20), [0x10, 0x20], "(0010,0020)", "00100020"):
        assert tag == same
        assert hash(tag) == 0x00100020
    for other in (0x00100021, (0x10, 0x21), "PatientName", None, 1.5, object()):
        assert tag != other
    assert tag in [(0x10, 0x20)]


def test_order():
    assert Tag(0x10, 0x10) < Tag(0x10, 0x20) <= (0x10, 0x20)
    assert Tag(0x10, 0x20) < 0x00100021
    assert Tag(0x10, 0x20) > (0x10, 0x10)
    assert Tag(0x10, 0x20) >= 0x00100020
    assert sorted([Tag(2), Tag(1)]) == [1, 2]
    with pytest.raises(TagError):
        sorted([Tag(1), "PatientNam"])


def test_dict_key():
    assert {Tag(0x10, 0x20): 1}[0x00100020] == 1
    assert {0x00100020: 1}[Tag(0x10, 0x20)] == 1


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda tag: pickle.loads(pickle.dumps(tag))])
def test_copies_stay_tags(again):
    assert type(again(Tag(0x10, 0x20))) is Tag
    assert again(Tag(0x10, 0x20)) == 0x00100020

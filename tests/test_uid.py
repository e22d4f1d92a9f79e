"""UIDs: registered names, transfer syntax properties, validity, new ones."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import pytest

import dicomspec.uid
from dicomspec.errors import ValueRuleError
from dicomspec.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid


def test_registered():
    assert CTImageStorage == "1.2.840.10008.5.1.4.1.1.2"
    assert isinstance(CTImageStorage, UID)
    assert (CTImageStorage.name, CTImageStorage.keyword) == ("CT Image Storage", "CTImageStorage")
    assert (CTImageStorage.type, CTImageStorage.info) == ("SOP Class", "PS3.4")
    assert not CTImageStorage.is_retired
    assert not CTImageStorage.is_private
    assert not CTImageStorage.is_transfer_syntax
    assert dicomspec.uid.ExplicitVRBigEndian.is_retired
    assert UID("1.2.840.10008.6.1.1").info == "CID 2"


def test_unregistered():
    uid = UID("1.2.3")
    assert (uid.name, uid.keyword, uid.type, uid.info, uid.is_retired) == ("1.2.3", "", "", "", False)
    assert uid.is_private
    assert uid.is_valid


def test_unknown_keyword():
    with pytest.raises(AttributeError, match="no UID has that keyword"):
        _ = dicomspec.uid.NoSuchStorage
    assert "CTImageStorage" in dir(dicomspec.uid)


def test_table_is_not_loaded_on_import():
    code = "import sys, dicomspec.uid; sys.exit('dicomspec._generated.uids' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("keyword", "little", "implicit", "deflated", "encapsulated"),
    [
        ("ImplicitVRLittleEndian", True, True, False, False),
        ("ExplicitVRLittleEndian", True, False, False, False),
        ("ExplicitVRBigEndian", False, False, False, False),
        ("DeflatedExplicitVRLittleEndian", True, False, True, False),
        ("EncapsulatedUncompressedExplicitVRLittleEndian", True, False, False, True),
        ("JPEGBaseline8Bit", True, False, False, True),
        ("JPIPReferencedDeflate", True, False, True, False),
        ("DeflatedImageFrameCompression", True, False, False, True),
        ("Papyrus3ImplicitVRLittleEndian", True, True, False, False),
    ],
)
def test_transfer_syntaxes(keyword, little, implicit, deflated, encapsulated):
    uid = getattr(dicomspec.uid, keyword)
    assert uid.is_transfer_syntax
    found = (uid.is_little_endian, uid.is_implicit_VR, uid.is_deflated, uid.is_encapsulated)
    assert found == (little, implicit, deflated, encapsulated)
    assert uid.is_compressed == encapsulated


def test_no_transfer_syntax():
    with pytest.raises(ValueRuleError, match="not a registered transfer syntax"):
        _ = CTImageStorage.is_little_endian


@pytest.mark.parametrize(
    ("text", "valid"),
    [("1.2.3", True), ("0.0", True), ("1", True), ("1.02", False), ("1..2", False), ("1.2.", False), (".1", False),
     ("", False), ("1.a", False), ("1.2\n", False), ("1." + "2" * 62, True), ("1." + "2" * 63, False)],
)  # fmt: skip
def test_valid(text, valid):
    assert UID(text).is_valid is valid


@pytest.mark.parametrize("prefix", ["2.25.", None, "1.2.3.", "1.2.840.10008.5.1.4.1.1.2.", "1." + "2" * 60 + "."])
def test_new_ones(prefix):
    made = {generate_uid(prefix) for _ in range(50)}
    if prefix is None or len(prefix) < 40:
        assert len(made) == 50
    assert all(uid.is_valid and uid.startswith(prefix or "2.25.") for uid in made)
    assert generate_uid(prefix, ["a", "b"]) == generate_uid(prefix, ["a", "b"])
    assert generate_uid(prefix, ["a", "b"]).is_valid


def test_entropy_decides():
    assert generate_uid("1.2.", ["a"]) != generate_uid("1.2.", ["b"])
    assert generate_uid(entropy_srcs=["a"]) != generate_uid(entropy_srcs=["b"])


@pytest.mark.parametrize("prefix", ["", "1.2", "1.02.", "a.", "1." + "2" * 63 + "."])
def test_bad_prefix(prefix):
    with pytest.raises(ValueRuleError):
        generate_uid(prefix)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda uid: pickle.loads(pickle.dumps(uid))])
def test_copies_stay_uids(again):
    assert type(again(ExplicitVRLittleEndian)) is UID
    assert again(ExplicitVRLittleEndian) == ExplicitVRLittleEndian

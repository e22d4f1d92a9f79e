"""The dictionary in use: elements, repeating groups, rules for every group, private elements, names."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dicomspec import datadict
from dicomspec.edition import DEFAULT, default, tag_for
from dicomspec.errors import DicomError, TagError, UnknownKeywordError
from dicomspec.tag import Tag


def test_the_shipped_edition():
    assert default() is DEFAULT
    assert DEFAULT.name == "2026d"
    assert DEFAULT.keywords["PatientName"] == 0x00100010
    assert DEFAULT.vrs[0x00100010] == "PN"
    assert DEFAULT.entry("PatientName") == ("PN", "1", "Patient's Name", "PatientName", "")


def test_tables_agree():
    names = DEFAULT.table("element_names")["ELEMENTS"]
    assert {tag: row[0] for tag, row in names.items() if row[0]} == DEFAULT.vrs
    assert {row[3]: tag for tag, row in names.items() if row[3]} == DEFAULT.keywords


@pytest.mark.parametrize(
    ("tag", "vr", "vm", "keyword"),
    [
        (0x00000100, "US", "1", "CommandField"),
        (0x00020010, "UI", "1", "TransferSyntaxUID"),
        (0x00080005, "CS", "1-n", "SpecificCharacterSet"),
        (0x00280106, "US or SS", "1", "SmallestImagePixelValue"),
        (0x60003000, "OB or OW", "1", "OverlayData"),
        (0x60023000, "OB or OW", "1", "OverlayData"),
        (0x50FE0005, "US", "1", "CurveDimensions"),
        (0x00203101, "CS", "1-n", "SourceImageIDs"),
        (0x00280410, "US", "1", "RowsForNthOrderCoefficients"),
        (0x00280400, "LO", "1", "TransformLabel"),
        (0x10001230, "US", "3", "EscapeTriplet"),
        (0x10101234, "US", "1-n", "ZonalMap"),
        (0x7FE00010, "OB or OW", "1", "PixelData"),
        (0x00100000, "UL", "1", ""),
        (0x10000000, "UL", "1", ""),
        (0x00110000, "UL", "1", ""),
        (0x00110010, "LO", "1", ""),
    ],
)
def test_elements(tag, vr, vm, keyword):
    entry = DEFAULT.entry(tag)
    assert (entry.vr, entry.vm, entry.keyword) == (vr, vm, keyword)
    assert DEFAULT.vr(tag) == vr
    assert DEFAULT.has(tag)


@pytest.mark.parametrize("tag", [0x0010FFFF, 0x60013000, 0x00111010, 0xFFFFFFFF])
def test_unknown(tag):
    assert DEFAULT.find(tag) is None
    assert DEFAULT.vr(tag) is None
    assert not DEFAULT.has(tag)
    assert DEFAULT.keyword(tag) == ""
    with pytest.raises(TagError, match="is not in the dictionary of 2026d"):
        DEFAULT.entry(tag)


def test_retired():
    assert DEFAULT.retired("LengthToEnd") == "RET"
    assert DEFAULT.retired(0x50003000) == "RET (2004)"
    assert DEFAULT.retired("PatientName") == ""


@pytest.mark.parametrize("value", ["PatientName", "(0010,0010)", "00100010", (0x10, 0x10), 0x00100010, Tag(0x00100010)])
def test_tag_for(value):
    assert tag_for(value) == 0x00100010
    assert isinstance(tag_for(value), Tag)


def test_hexadecimal_words_are_tags():
    assert tag_for("FFFEE000") == 0xFFFEE000


def test_tag_for_repeating_keyword():
    assert tag_for("OverlayData") == 0x60003000


def test_misspelt_keyword_names_the_nearest():
    with pytest.raises(UnknownKeywordError, match="PatientName"):
        tag_for("PatientNmae")
    with pytest.raises(AttributeError):
        tag_for("PatientNmae")
    assert DEFAULT.nearest_keywords("patientname")[0] == "PatientName"
    with pytest.raises(TagError):
        tag_for("not a keyword")


def test_private():
    entry = DEFAULT.private("SIEMENS CSA HEADER", 0x00291010)
    assert entry is not None
    assert (entry.vr, entry.name) == ("OB", "CSA Image Header Info")
    assert DEFAULT.private(" siemens  csa header", 0x00290010 | 0x4200) == entry
    assert DEFAULT.private("DLX_LKUP_01", 0x60011001) == ("US", "3", "Gray Palette Color Lookup Table Descriptor")
    assert DEFAULT.private("NOBODY", 0x00291010) is None
    assert DEFAULT.private("SIEMENS CSA HEADER", 0x00291099) is None


def test_private_errors():
    with pytest.raises(TagError, match="private creator 'NOBODY' has no dictionary"):
        DEFAULT.private_entry("NOBODY", 0x00291010)
    with pytest.raises(TagError, match=r"\(0029,1099\) of 'SIEMENS CSA HEADER' is not in its dictionary"):
        DEFAULT.private_entry("SIEMENS CSA HEADER", 0x00291099)


def test_pydicom_functions():
    assert datadict.dictionary_VR(0x00100010) == "PN"
    assert datadict.dictionary_VM((0x0008, 0x0005)) == "1-n"
    assert datadict.dictionary_description("PatientName") == "Patient's Name"
    assert datadict.dictionary_keyword(0x00100010) == "PatientName"
    assert datadict.dictionary_has_tag(0x00100010)
    assert not datadict.dictionary_has_tag(0x60003000)
    assert not datadict.dictionary_has_tag("Nonsense")
    assert datadict.dictionary_is_retired(0x00080001)
    assert datadict.keyword_for_tag(0x00100010) == "PatientName"
    assert datadict.keyword_for_tag(0x0010FFFF) == ""
    assert datadict.tag_for_keyword("PatientName") == 0x00100010
    assert datadict.tag_for_keyword("Nonsense") is None
    assert datadict.repeater_has_tag(0x60023000)
    assert not datadict.repeater_has_tag(0x00100010)
    assert datadict.private_dictionary_VR(0x00291010, "SIEMENS CSA HEADER") == "OB"
    assert datadict.private_dictionary_VM(0x00291010, "SIEMENS CSA HEADER") == "1"
    assert datadict.private_dictionary_description(0x00291010, "SIEMENS CSA HEADER") == "CSA Image Header Info"
    assert datadict.nearest_keywords("Rwos")[0] == "Rows"


def test_an_edition_is_a_value():
    with pytest.raises(AttributeError):
        DEFAULT.name = "other"  # type: ignore[misc]
    assert issubclass(TagError, DicomError)


def test_only_the_needed_tables_are_loaded():
    code = (
        "import sys; from dicomspec.edition import DEFAULT; DEFAULT.vr(0x00100010); DEFAULT.keywords['Rows'];"
        "lazy = ('element_names', 'uids', 'private');"
        "assert not any('dicomspec._generated.' + name in sys.modules for name in lazy);"
        "DEFAULT.private('SIEMENS CSA HEADER', 0x00291010);"
        "loaded = {name for name in sys.modules if name.startswith('dicomspec._generated.private.')};"
        "assert loaded == {'dicomspec._generated.private.siemens'}, loaded"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

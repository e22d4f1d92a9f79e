"""The broken files among pydicom's: each is read, kept, and told of by the issues that belong to it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import data_store
import pydicom
import pytest

import dicomspec
from tests.broken.promises import keeps_promises

ROOTS = [Path(package.__file__).parent / "data" for package in (pydicom, data_store)]

CODES: dict[str, dict[str, int]] = {
    "ExplVR_LitEndNoMeta.dcm": {"preamble": 1},
    "ExplVR_BigEndNoMeta.dcm": {"preamble": 1},
    "rtstruct.dcm": {"preamble": 1},
    "no_meta.dcm": {"preamble": 1},
    "meta_missing_tsyntax.dcm": {"transfer-syntax": 1, "group": 4, "odd-length": 1},
    "no_meta_group_length.dcm": {"meta-group-length": 1},
    "MR_truncated.dcm": {"value-past-end": 1},
    "rtplan_truncated.dcm": {"value-past-end": 3, "item-past-end": 2},
    "badVR.dcm": {"value": 1},
    "UN_sequence.dcm": {},
    "priv_SQ.dcm": {},
    "nested_priv_SQ.dcm": {"group": 4, "odd-length": 1},
    "empty_charset_LEI.dcm": {},
    "reportsi_with_empty_number_tags.dcm": {},
    "MR_small_padded.dcm": {},
    "SC_rgb_jpeg.dcm": {"transfer-syntax": 1},
    "DICOMDIR-implicit": {},
    "DICOMDIR-bigEnd": {},
    "DICOMDIR-reordered": {},
    "DICOMDIR-nooffset": {"item-past-end": 1},
    "DICOMDIR-empty.dcm": {},
    "DICOMDIR-nopatient": {},
    "JPEG-lossy.dcm": {},
    "693_J2KI.dcm": {},
    "GDCMJ2K_TextGBR.dcm": {},
    "J2K_pixelrep_mismatch.dcm": {},
    "SC_jpeg_no_color_transform.dcm": {},
    "SC_rgb_jpeg_app14_dcmd.dcm": {},
    "image_dfl.dcm": {"trailing-bytes": 1},
    "chrFrenMulti.dcm": {},
    "winter.dcm": {"duplicate": 1},
    "bad_sequence.dcm": {},
    "explicit_VR-UN.dcm": {},
    "emri_small_jpeg_2k_lossless_too_short.dcm": {"missing-delimiter": 1},
}
"""File -> how many issues of each code."""


def find(name: str) -> Path:
    return next(path for root in ROOTS for path in root.rglob(name))


@pytest.mark.parametrize("name", CODES)
def test_bundled_file(name: str) -> None:
    data = find(name).read_bytes()
    issues = keeps_promises(data)
    assert issues is not None
    assert dict(Counter(issue.code for issue in issues)) == CODES[name]


def test_nothing_of_a_file_with_a_stray_byte_is_lost() -> None:
    whole = dicomspec.dcmread(find("CT_small.dcm"))
    stray = dicomspec.dcmread(find("no_meta.dcm"))
    assert str(stray.SOPClassUID) == str(whole.SOPClassUID)
    assert len(stray) > 200


def test_fragments_without_delimiter_are_all_there() -> None:
    ds = dicomspec.dcmread(find("emri_small_jpeg_2k_lossless_too_short.dcm"))
    whole = dicomspec.dcmread(find("emri_small_jpeg_2k_lossless.dcm"))
    assert len(list(ds.iterall())) == len(list(whole.iterall()))
    assert ds.PixelData == whole.PixelData

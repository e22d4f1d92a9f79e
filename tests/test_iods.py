"""IODs, modules and macros of the shipped edition, as values."""

from __future__ import annotations

import pytest

from dicomspec.edition import DEFAULT
from dicomspec.iods import Attribute, Include, expand, has_attribute, places, plain
from dicomspec.lookup import look_up

MODULES = tuple(DEFAULT.module(name) for name in DEFAULT.modules())
MACROS = tuple(DEFAULT.macro(name) for name in DEFAULT.macros())


def test_counts():
    assert (len(DEFAULT.iods()), len(MODULES), len(MACROS)) >= (175, 400, 300)


def test_every_sop_class_has_its_iod():
    iods = [DEFAULT.iod(name) for name in DEFAULT.iods()]
    for iod in iods:
        assert all(iod in DEFAULT.sop_class(uid) for uid in iod.sop_classes)
    storage = {
        uid for uid, row in DEFAULT.table("uids")["UIDS"].items() if row[4].endswith("ImageStorage") and not row[3]
    }
    assert len([uid for uid in storage if DEFAULT.sop_class(uid)]) > 0.9 * len(storage)


def test_what_is_used_is_there():
    for iod in map(DEFAULT.iod, DEFAULT.iods()):
        for use in iod.modules:
            assert DEFAULT.module(use.id).rows, use
        for use in iod.functional_groups:
            assert DEFAULT.macro(use.id).rows, use
    for module in (*MODULES, *MACROS):
        for place in places(module):
            assert DEFAULT.tag_for_keyword(place.attribute.keyword) is not None, place
            for row in place.attribute.rows:
                assert not isinstance(row, Include) or DEFAULT.macro(row.macro).rows


def test_the_ct_image():
    iod = DEFAULT.iod("CT Image")
    uses = {use.id: use.use for use in iod.modules}
    assert (uses["patient"], uses["contrast-bolus"], uses["patient-study"], uses["ct-image"]) == ("M", "C", "U", "M")
    rows = {row.keyword: row for row in DEFAULT.module("ct-image").rows if isinstance(row, Attribute)}
    assert {keyword: rows[keyword].type for keyword in ("ImageType", "RescaleSlope", "KVP")} == {
        "ImageType": "1",
        "RescaleSlope": "1",
        "KVP": "2",
    }


@pytest.mark.parametrize("name", ["general-image", "sop-common", "rt-beams", "image-pixel", "sr-document-content"])
def test_expanded_modules(name):
    found = list(expand(DEFAULT.module(name).rows, DEFAULT.macro))
    assert 20 < len(found) < 20_000
    assert all(path[-1] == row.keyword for path, row in found)


def test_uses_tell_what_an_include_specialises():
    places = [place for place in DEFAULT.uses("ReferencedWaveformChannels") if place.module.id == "waveform-reference"]
    assert [(place.path, place.attribute.type) for place in places] == [(("ReferencedSOPSequence",), "1C")]
    assert has_attribute(DEFAULT.table("macros")["MACROS"]["waveform-reference"][3], "ReferencedWaveformChannels")


def test_uses():
    places = DEFAULT.uses("PatientName")
    assert ("patient", "2") in {(place.module.id, place.attribute.type) for place in places}
    (answer,) = look_up("CTImageStorage", DEFAULT)
    assert answer.facts["IOD"] == "CT Image"
    assert {"entity": "Patient", "module": "Patient", "use": "M", "condition": "", "section": "PS3.3 C.7.1.1"} in (
        answer.tables["modules"]
    )


def test_values_and_terms_are_compared_as_their_vr_has_them() -> None:
    assert plain("00", "CS") == "00" != plain("0", "CS")
    assert plain(1, "US") == plain("0001H", "US") == plain("1", "US")
    assert plain(1.0, "DS") == plain("1", "DS") != plain(1.5, "DS")
    assert plain(0x00181063, "AT") == plain("00181063H", "AT")
    assert [plain(value, "FD") for value in (float("nan"), float("inf"))] == ["nan", "inf"]

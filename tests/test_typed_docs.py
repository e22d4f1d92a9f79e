"""What `help` tells of typed classes: modules with usage and conditions, attributes with types, conditions and values."""

from __future__ import annotations

import pydoc
from typing import Any

import pytest

from dicomspec import iods, typed
from dicomspec._generated.typed_names import CLASSES
from dicomspec.edition import default
from dicomspec.typed import SequenceOf, Value

CTImage: Any = iods.CTImage
EnhancedCTImage: Any = iods.EnhancedCTImage


def told(thing: object) -> str:
    text = pydoc.render_doc(thing, renderer=pydoc.plaintext)
    return "\n".join(line.removeprefix(" |").strip() for line in text.splitlines())


def test_help_of_an_iod_tells_modules_and_attributes():
    text = told(CTImage)
    assert "CT Image IOD [PS3.3 A.3.3]" in text
    assert "SOP Class: CT Image Storage (1.2.840.10008.5.1.4.1.1.2)" in text
    assert "\nM  CT Image, C.8.2.1\n" in text
    assert "\nC  Multi-energy CT Image, C.8.2.2: if MultienergyCTAcquisition = YES, else absent\n" in text
    assert "\nRescaleSlope\nRescale Slope: DS, VM 1, type 1, C.8.2.1\n" in text
    assert "\nRequired if RescaleType != HU or MultienergyCTAcquisition = YES, else optional\n" in text
    assert "\nRotation Direction: CS, VM 1, type 3, C.8.2.1\nEnumerated Values: CW, CC\n" in text
    assert "\nDerivation Code Sequence: SQ, VM 1, type 3, C.12.4.1.1\nItems: 0 or more\n" in text
    for use in default().iod("ct-image").modules:
        assert f"{use.use}  {default().module(use.id).name}, " in text
    assert max(map(len, text.splitlines()[4:])) <= 120


def test_help_of_a_frame_tells_its_groups():
    text = told(EnhancedCTImage.functional_groups.frame)
    assert "\nM  Pixel Measures, C.7.6.16.2.1\n" in text
    exposure = EnhancedCTImage.functional_groups.frame.CTExposureSequence
    assert exposure.__doc__ == (
        "CT Exposure Sequence: SQ, VM 1, type 1, C.8.15.3.8\n"
        "Functional group: C if ImageType[1] in {ORIGINAL, MIXED}, else optional\nItems: 1"
    )
    assert repr(exposure).endswith(", functional group C if ImageType[1] in {ORIGINAL, MIXED}, else optional>")
    assert "EnhancedCTImage.functional_groups:\nM  Pixel Measures" in told(EnhancedCTImage)


@pytest.mark.parametrize(
    ("keyword", "last"),
    [
        ("RescaleType", "if RescaleType != HU or MultienergyCTAcquisition = YES, else optional"),
        ("PixelData", "if no PixelDataProviderURL, else absent"),
        ("ContentDate", "as the section says"),
        ("PixelPaddingValue", "else optional if PixelData or PixelDataProviderURL"),
    ],
)
def test_conditions_are_told(keyword, last):
    field = getattr(CTImage, keyword)
    assert f"type {field.type} " in repr(field)
    assert f"{last}, {field.module.name} [PS3.3" in repr(field)
    assert last in field.__doc__.replace("\n    ", " ")


def test_long_conditions_are_cut():
    assert len(repr(CTImage.Laterality)) < 500
    assert " ..." in CTImage.Laterality.__doc__


def test_classes_of_attributes_keep_their_docstring():
    assert "on a view it is the value" in (Value.__doc__ or "")
    assert "class of its items" in (SequenceOf.__doc__ or "")


def test_all_iods_have_a_text():
    for name in CLASSES:
        made = getattr(iods, name)
        assert made.__doc__.startswith(default().iod(made.iod).name)


def test_texts_are_made_when_they_are_read(monkeypatch):
    made: list[object] = []
    monkeypatch.setattr(typed, "iod_doc", lambda edition, iod, name: made.append(name) or "IOD")
    monkeypatch.setattr(typed, "attribute_doc", lambda attribute, *_: made.append(attribute.keyword) or "attribute")
    fresh: Any = typed.object_definition.__wrapped__("CTImage")
    field = type(CTImage.Rows)(CTImage.Rows.attribute, CTImage.Rows.module)
    assert made == []
    assert (fresh.__doc__, field.__doc__, made) == ("IOD", "attribute", ["CTImage", "Rows"])

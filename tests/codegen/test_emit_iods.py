"""IODs, modules and macros: from the model to the tables, and back to the values that an edition gives."""

from __future__ import annotations

import pytest

from dicomspec import iods
from dicomspec.errors import EditionError
from tests.small_edition import Layer, small_edition


@pytest.fixture(scope="module")
def edition():
    return small_edition()


def test_defaults_are_left_out():
    tables = Layer().tables
    rows = tables["modules"]["MODULES"]["general-image"][3]
    assert rows[0] == ("InstanceNumber", "2")
    assert rows[2] == ("BurnedInAnnotation", "3", None, ((("YES", "NO"), True),))
    assert rows[-1] == ("*",)
    assert tables["iods"]["SOP_CLASSES"] == {"1.2.840.10008.5.1.4.1.1.2": ("ct-image",)}


def test_iods(edition):
    iod = edition.iod("ct-image")
    assert iod is edition.iod("CT Image")
    assert (iod.name, iod.table, iod.section) == ("CT Image", "A.3-1", "A.3.3")
    assert iod.modules == (
        iods.Use("general-image", "M", "Patient"),
        iods.Use("contrast-bolus", "C", "Image", iods.Condition("ContrastBolusAgent", "may", "0a1b2c3d")),
    )
    assert iod.functional_groups == (iods.Use("pixel-measures", "C", "", iods.Condition("?", "", "12345678")),)
    assert edition.sop_class("1.2.840.10008.5.1.4.1.1.2") == (iod,)
    assert edition.sop_class("1.2.3") == ()
    assert (edition.iods(), edition.modules()) == (("ct-image",), ("general-image", "contrast-bolus"))


def test_modules(edition):
    module = edition.module("General Image")
    by_keyword = {row.keyword: row for row in module.rows if isinstance(row, iods.Attribute)}
    assert by_keyword["InstanceNumber"] == iods.Attribute("InstanceNumber", "2")
    condition = iods.Condition("?", "may", "3f9a0000")
    assert by_keyword["PatientOrientation"] == iods.Attribute("PatientOrientation", "2C", condition, see="C.7.6.1.1.1")
    assert by_keyword["ImageType"].values == (
        iods.ValueList(("ORIGINAL", "DERIVED"), True, 1),
        iods.ValueList(("AXIAL", "LOCALIZER"), False, 3, iods.Condition("?", "", "00aa11bb")),
    )
    icon = by_keyword["IconImageSequence"]
    assert icon.items == iods.Items(0, 1)
    assert icon.rows == (iods.Attribute("Rows", "1"), iods.Include("pixel-measures"))
    include, again = (row for row in module.rows if isinstance(row, iods.Include))
    assert include == iods.Include("code-sequence", iods.Condition("ValueType = NUM", "", "12ab34cd"))
    assert again.constraints == (iods.ContextConstraint("dcid", "4", "AnatomicRegionSequence"),)
    assert [change.keyword for change in again.changes] == ["CodeValue", "Extra"]
    assert module.rows[-1] == iods.AnyAttribute()
    assert edition.macro("code-sequence").is_macro
    assert edition.module("code-sequence") is edition.macro("code-sequence")


def test_uses(edition):
    places = edition.uses("Rows")
    assert [(place.module.id, place.path, place.attribute.type) for place in places] == [
        ("general-image", ("IconImageSequence",), "1"),
        ("contrast-bolus", ("IconImageSequence",), "1"),
    ]
    assert [place.module.id for place in edition.uses(0x00280030)] == ["pixel-measures"]
    assert edition.uses("PatientName") == ()


def test_expand(edition):
    rows = edition.module("general-image").rows
    found = [(".".join(path), row.type) for path, row in iods.expand(rows, edition.macro)]
    assert found[4:8] == [
        ("IconImageSequence", "3"),
        ("IconImageSequence.Rows", "1"),
        ("IconImageSequence.PixelMeasuresSequence", "1"),
        ("IconImageSequence.PixelMeasuresSequence.PixelSpacing", "1C"),
    ]
    assert [kind for path, kind in found if path == "CodeValue"] == ["1C", "1"]  # the second is specialised
    assert found[-1] == ("Extra", "3")
    assert len(found) < 20  # a macro that includes itself comes to an end


def test_what_is_not_there(edition):
    with pytest.raises(EditionError, match="'ct-imagee' is no IOD of the dictionary of test; did you mean ct-image"):
        edition.iod("ct-imagee")
    with pytest.raises(EditionError, match="is no macro"):
        edition.macro("nothing")

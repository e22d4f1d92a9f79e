"""Context groups, codes, templates and confidentiality profiles of the shipped edition."""

from __future__ import annotations

import pytest

from dicomspec.edition import default
from dicomspec.errors import EditionError

EDITION = default()


def test_context_group():
    group = EDITION.context_group(29)
    assert (group.name, group.uid, group.extensible) == ("Acquisition Modality", "1.2.840.10008.6.1.19", True)
    assert ("DCM", "CT", "Computed Tomography") in group.codes
    assert group.includes == ("34",)
    assert group == EDITION.context_group("29")
    assert len(EDITION.context_groups()) == 1466


def test_codes_of_a_group_come_with_those_of_its_includes():
    group = EDITION.context_group(7464)
    assert group.includes == ("3488",)
    included = EDITION.codes_of(3488)
    assert included
    assert EDITION.codes_of(7464) == included | {code[:2] for code in group.codes}
    assert EDITION.codes_of("7464") is EDITION.codes_of(7464)


def test_a_group_that_takes_its_codes_from_elsewhere():
    assert EDITION.context_group(82).codes == ()
    assert EDITION.codes_of(82) == frozenset()


def test_every_group_and_every_template_can_be_made():
    groups = [EDITION.context_group(cid) for cid in EDITION.context_groups()]
    assert sum(len(group.codes) for group in groups) == 16_540
    assert sum(len(group.includes) for group in groups) == 640
    assert all(code.meaning for group in groups for code in group.codes)
    templates = [EDITION.template(tid) for tid in EDITION.templates()]
    assert len(templates) == 241
    assert sum(len(template.rows) for template in templates) == 1573 + 434


def test_meaning():
    assert EDITION.meaning("DCM", "113100") == "Basic Application Confidentiality Profile"
    assert EDITION.meaning("SCT", "24028007") == "Right"
    assert EDITION.meaning("DCM", "none") == ""
    assert EDITION.meaning("none", "1") == ""


def test_template():
    template = EDITION.template(1500)
    assert (template.name, template.root, template.extensible) == ("Measurement Report", True, True)
    first = template.rows[0]
    assert (first.level, first.type, first.vm, first.use) == (0, "CONTAINER", "1", "M")
    assert {row.include for row in template.rows} >= {"1204", "1001"}


@pytest.mark.parametrize("ask", [EDITION.context_group, EDITION.codes_of, EDITION.template])
def test_a_number_that_there_is_not(ask):
    with pytest.raises(EditionError, match="ID 123456"):
        ask(123456)


def test_confidentiality():
    assert EDITION.confidentiality("AccessionNumber") == {"basic": "Z"}
    assert EDITION.confidentiality("AcquisitionDate") == {
        "basic": "X/Z",
        "retain-longitudinal-full-dates": "K",
        "retain-longitudinal-modified-dates": "C",
    }
    assert EDITION.confidentiality(0x60023000) == {"basic": "X", "clean-graphics": "C"}
    assert EDITION.confidentiality(0x00091010) == {"basic": "X", "retain-safe-private": "C"}
    assert EDITION.confidentiality("Rows") == {}


def test_safe_private():
    found = EDITION.safe_private("Philips PET  private Group", 0x70531000)
    assert found is not None
    assert (found.vr, found.vm) == ("DS", "1")
    assert EDITION.safe_private("Philips PET Private Group", 0x70531001) is None
    assert EDITION.safe_private("Nobody", 0x70531000) is None

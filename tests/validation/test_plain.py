"""What spares rules from being asked never spares one that would have found something."""

from __future__ import annotations

import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

import dicomspec
from dicomspec import DicomError, dcmread
from dicomspec._generated import vr as rules
from dicomspec.validation import engine, values
from dicomspec.validation.nodes import File
from dicomspec.validation.rule import RULES
from tests import builders
from tests.corpus import FILES
from tests.validation import faults
from tests.validation.clean import SOP_CLASSES, clean

TAGS = {
    "AE": 0x00080054, "AS": 0x00101010, "CS": 0x00080060, "DA": 0x00080020, "DS": 0x00101020, "DT": 0x0008002A,
    "IS": 0x00200013, "LO": 0x00100020, "LT": 0x00104000, "PN": 0x00100010, "SH": 0x00080050, "ST": 0x00080081,
    "TM": 0x00080030, "UC": 0x00080119, "UI": 0x0020000D, "UR": 0x00081190, "UT": 0x0040A160,
}  # fmt: skip
SPARED = [rule for rule in RULES.values() if rule.answered == "value"]
PIECES = ["0", "1", "9", "20260228", "20260230", "1015", "1.2.840.10008.1.2", "1.2.3", "-1.5", "1e5", "A", "a", "^", "=", "\\", " ", "\0", "\t", "\n", "\x1b", "_", ".", "é", "012Y", "x" * 15, "7" * 9, "x" * 63]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
@example("^^^^^")
@example("20260201\\20260230")
@example("1.2.840.10008.1.2.99")
@example("2147483648")
@example("3.1.2")
@example("1.40.2")
@example("x" * 65)
def test_plain_values_break_no_rule(text):
    data = text.encode()
    for vr, tag in TAGS.items():
        ds = dcmread(io.BytesIO(builders.file(builders.element(tag, vr, data + b" " * (len(data) % 2)))))
        file = File(ds, dicomspec.edition.DEFAULT)
        element = ds[tag]
        if values.is_plainly_right(file, element):
            found = [list(r.check(file, file.top, element)) for r in SPARED if r.vrs is None or vr in r.vrs]
            assert not any(found), (vr, text, found)


def test_most_values_are_plain():
    texts = {
        "CS": b"MONOCHROME2 ",
        "DS": b"-0.5\\12.25\\1e-3 ",
        "UI": b"1.2.3.45\0",
        "PN": b"Doe^Jane",
        "DA": b"20260102",
    }
    assert set(TAGS) == rules.TEXT_VRS
    for vr, data in texts.items():
        assert values.plain_form(vr).fullmatch(data), vr


def reports(paths):
    for data in paths:
        try:
            yield dicomspec.validate(data)
        except DicomError:
            yield None


def test_reports_are_the_same_when_all_rules_are_asked(monkeypatch):
    files = [path.read_bytes() for path in FILES[::12]]
    files += [fault.data for name in list(SOP_CLASSES)[::9] for fault in list(faults.faults(clean(name)))[::3]]
    before = list(reports(files))
    assert sum(map(len, filter(None, before))) > 100
    monkeypatch.setattr(engine, "has_plain_header", lambda *_: False)
    monkeypatch.setattr(engine, "has_plain_count", lambda *_: False)
    monkeypatch.setattr(engine, "is_plainly_right", lambda *_: False)
    everywhere = {name: rule._replace(on=frozenset()) for name, rule in RULES.items()}
    wanted = engine._Wanted(list(everywhere.values()))
    monkeypatch.setattr(engine, "_wanted", lambda *_: wanted)
    assert list(reports(files)) == before

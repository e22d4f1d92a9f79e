"""What users may give as values (PS3.5 6.2)."""

from __future__ import annotations

import array
import datetime as dt
import enum
from decimal import Decimal

import numpy as np
import pytest

from dicomspec import values
from dicomspec.errors import ValueRuleError
from dicomspec.tag import Tag
from dicomspec.values import DA, DT, TM, MultiValue, PersonName

UTC = dt.timezone.utc


class Colour(str, enum.Enum):
    RED = "RED"


GIVEN = [
    ("US", 5, 5),
    ("US", "5", 5),
    ("US", 5.0, 5),
    ("US", True, 1),
    ("US", np.uint16(7), 7),
    ("US", np.array([1, 2]), [1, 2]),
    ("US", [np.int64(1), np.int64(2)], [1, 2]),
    ("US", array.array("H", [1, 2]), [1, 2]),
    ("US", "1\\2", [1, 2]),
    ("US", range(3), [0, 1, 2]),
    ("US", [5], 5),
    ("FD", 1, 1.0),
    ("FD", np.float32(0.5), 0.5),
    ("FD", "nan", pytest.approx(float("nan"), nan_ok=True)),
    ("DS", 5, 5.0),
    ("DS", "5", 5.0),
    ("DS", " 1.5 ", 1.5),
    ("DS", "1\\2", [1.0, 2.0]),
    ("DS", Decimal("1.10"), Decimal("1.10")),
    ("DS", [1, None, 2], [1.0, None, 2.0]),
    ("DS", np.array([[1.5]]).ravel(), 1.5),
    ("IS", "5", 5),
    ("IS", "1\\2", [1, 2]),
    ("IS", Decimal(5), 5),
    ("IS", b"12", 12),
    ("CS", "A\\B", ["A", "B"]),
    ("CS", ["A"], "A"),
    ("CS", ("A", "B"), ["A", "B"]),
    ("CS", Colour.RED, "RED"),
    ("CS", b"A", "A"),
    ("LT", "a\\b", "a\\b"),
    ("UT", ["a\\b"], "a\\b"),
    ("PN", "Doe^John", PersonName("Doe^John")),
    ("PN", "A\\B", [PersonName("A"), PersonName("B")]),
    ("DA", dt.date(2024, 1, 31), DA("20240131")),
    ("DA", dt.datetime(2024, 1, 31, 10), DA("20240131")),
    ("DA", dt.date(33, 4, 3), DA("00330403")),
    ("TM", dt.time(10, 30, 15), TM("103015")),
    ("TM", dt.time(10, 30, 15, 5000), TM("103015.005000")),
    ("TM", dt.datetime(2024, 1, 31, 10), TM("100000")),
    ("DT", dt.date(2024, 1, 31), DT("20240131")),
    ("DT", dt.datetime(2024, 1, 31, 10, tzinfo=UTC), DT("20240131100000+0000")),
    (
        "DT",
        dt.datetime(2024, 1, 31, 10, tzinfo=dt.timezone(dt.timedelta(hours=-3, minutes=-30))),
        DT("20240131100000-0330"),
    ),
    ("UI", "1.2\\3", ["1.2", "3"]),
    ("AT", 0x00100010, Tag(0x00100010)),
    ("AT", (0x10, 0x20), Tag(0x00100020)),
    ("AT", [(0x10, 0x20), (0x10, 0x30)], [Tag(0x00100020), Tag(0x00100030)]),
    ("AT", [0x00100020, "00100030"], [Tag(0x00100020), Tag(0x00100030)]),
    ("OB", bytearray(b"ab"), b"ab"),
    ("OB", memoryview(b"ab"), b"ab"),
    ("OW", array.array("H", [1, 2]), b"\1\0\2\0"),
    ("OW", np.array([1, 2], "<u2"), b"\1\0\2\0"),
    ("OW", np.array([1, 2], ">u2"), b"\1\0\2\0"),
    ("OF", np.array([[1.0]], "f4"), b"\0\0\x80\x3f"),
    ("OB", b"", None),
]


@pytest.mark.parametrize(("vr", "given", "value"), GIVEN)
def test_accepted(vr: str, given: object, value: object) -> None:
    found = values.COERCE[vr](given)
    assert found == value
    assert type(found) is (MultiValue if isinstance(value, list) else type(found))
    if not isinstance(value, list) and value is not None and not hasattr(value, "rel"):
        assert isinstance(found, type(value)) or vr == "UI"


REFUSED = [
    ("US", "x", "US"),
    ("US", 5.5, "US"),
    ("US", b"\1\0", "US"),
    ("US", [1, None], "US"),
    ("US", [[1, 2]], "flat"),
    ("US", [[1, 2], [3, 4]], "flat"),
    ("FD", "1_0", "FD"),
    ("FD", object(), "FD"),
    ("DS", "1,5", "DS"),
    ("DS", "nan", "DS"),
    ("DS", float("inf"), "DS"),
    ("DS", Decimal("nan"), "DS"),
    ("DS", object(), "DS"),
    ("IS", "1.5", "IS"),
    ("IS", 1.5, "IS"),
    ("IS", "1_0", "IS"),
    ("IS", float("nan"), "IS"),
    ("CS", 5, "CS"),
    ("CS", ["A\\B", "C"], "backslash"),
    ("LO", object(), "LO"),
    ("LT", ["a", "b"], "one value"),
    ("PN", 5, "PN"),
    ("DA", 20240131, "date"),
    ("TM", dt.date(2024, 1, 1), "time"),
    ("UI", 1.2, "UID"),
    ("AT", "PatientNam", "PatientNam"),
    ("OB", "text", "bytes"),
    ("OB", 5, "bytes"),
    ("OW", [1, 2], "bytes"),
]


@pytest.mark.parametrize(("vr", "given", "word"), REFUSED)
def test_refused(vr: str, given: object, word: str) -> None:
    with pytest.raises(ValueRuleError) as caught:
        values.COERCE[vr](given)
    assert word in str(caught.value)


def test_array_stays_as_it_is() -> None:
    words = array.array("H", [1, 2])
    values.COERCE["OW"](words)
    assert words.tolist() == [1, 2]

"""DA, TM and DT: reading them as date, time and datetime, ranges, precision (PS3.5 6.2, PS3.4 C.2.2.2.5)."""

from __future__ import annotations

import datetime as dt

import pytest

from dicomspec.errors import ValueRuleError
from dicomspec.values import DA, DT, TM

D = dt.date
T = dt.time


def utc(hours: int, *moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=dt.timezone(dt.timedelta(hours=hours)))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("20240131", D(2024, 1, 31)),
        ("2024.01.31", D(2024, 1, 31)),
        ("20240229 ", D(2024, 2, 29)),
        ("00330403", D(33, 4, 3)),
    ],
)
def test_date(text: str, date: dt.date) -> None:
    assert DA(text).date() == date
    assert DA(text) == text
    assert DA(text).precision == "day"
    assert DA(text).range() == (date, date)
    assert not DA(text).is_range


@pytest.mark.parametrize(
    ("text", "time", "precision"),
    [
        ("10", T(10), "hour"),
        ("1030", T(10, 30), "minute"),
        ("103015", T(10, 30, 15), "second"),
        ("103015.1", T(10, 30, 15, 100000), "fraction"),
        ("103015.123456", T(10, 30, 15, 123456), "fraction"),
        ("070907.0705 ", T(7, 9, 7, 70500), "fraction"),
        ("10:30", T(10, 30), "minute"),
        ("10:30:15.5", T(10, 30, 15, 500000), "fraction"),
        ("235960", T(23, 59, 59), "second"),
    ],
)
def test_time(text: str, time: dt.time, precision: str) -> None:
    assert TM(text).time() == time
    assert TM(text).precision == precision
    assert not TM(text).is_range


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("1953", dt.datetime(1953, 1, 1), "year"),
        ("195308", dt.datetime(1953, 8, 1), "month"),
        ("19530827", dt.datetime(1953, 8, 27), "day"),
        ("1953082711", dt.datetime(1953, 8, 27, 11), "hour"),
        ("195308271113", dt.datetime(1953, 8, 27, 11, 13), "minute"),
        ("19530827111300", dt.datetime(1953, 8, 27, 11, 13), "second"),
        ("19530827111300.0", dt.datetime(1953, 8, 27, 11, 13), "fraction"),
        ("19530827111360.5", dt.datetime(1953, 8, 27, 11, 13, 59, 500000), "fraction"),
        ("2007-0500", utc(-5, 2007, 1, 1), "year"),
        ("20240131103015.5+0100 ", utc(1, 2024, 1, 31, 10, 30, 15, 500000), "fraction"),
    ],
)
def test_datetime(text: str, moment: dt.datetime, precision: str) -> None:
    value = DT(text)
    assert value.datetime() == moment
    assert value.offset == moment.utcoffset()
    assert value.precision == precision
    assert (value.date(), value.time()) == (moment.date(), moment.time())
    assert not value.is_range


LAST = 999999


@pytest.mark.parametrize(
    ("value", "ends"),
    [
        (DA("20240101-20240131"), (D(2024, 1, 1), D(2024, 1, 31))),
        (DA("20240101-"), (D(2024, 1, 1), None)),
        (DA("-20240131 "), (None, D(2024, 1, 31))),
        (DA("2024.01.01-2024.01.31"), (D(2024, 1, 1), D(2024, 1, 31))),
        (TM("10-1130"), (T(10), T(11, 30, 59, LAST))),
        (TM("1030-"), (T(10, 30), None)),
        (TM("-103015.5"), (None, T(10, 30, 15, 599999))),
        (DT("2024-2025"), (dt.datetime(2024, 1, 1), dt.datetime(2025, 12, 31, 23, 59, 59, LAST))),
        (DT("-202402"), (None, dt.datetime(2024, 2, 29, 23, 59, 59, LAST))),
        (DT("2007-0500-"), (utc(-5, 2007, 1, 1), None)),
        (DT("-2007-0500"), (None, utc(-5, 2007, 12, 31, 23, 59, 59, LAST))),
        (DT("2007-0500-2008-0600"), (utc(-5, 2007, 1, 1), utc(-6, 2008, 12, 31, 23, 59, 59, LAST))),
        (DT("2007-2008-0600"), (dt.datetime(2007, 1, 1), utc(-6, 2008, 12, 31, 23, 59, 59, LAST))),
        (DT("2007+0100-2008"), (utc(1, 2007, 1, 1), dt.datetime(2008, 12, 31, 23, 59, 59, LAST))),
    ],
)
def test_range(value: DA | TM | DT, ends: tuple[object, object]) -> None:
    assert value.is_range
    assert value.range() == ends
    with pytest.raises(ValueRuleError, match="range"):
        value.precision


def test_range_of_one_value() -> None:
    assert TM("1030").range() == (T(10, 30), T(10, 30, 59, LAST))
    assert DT("202402").range() == (dt.datetime(2024, 2, 1), dt.datetime(2024, 2, 29, 23, 59, 59, LAST))


@pytest.mark.parametrize(
    "value",
    [
        DA(""), DA("202401"), DA("20241301"), DA("20240230"), DA("2024-01-31"), DA("x"), DA("-"), DA("00000101"),
        TM(""), TM("1"), TM("021 "), TM("2400"), TM("1060"), TM("103061"), TM("1030.5"), TM("103015."), TM("1 30"),
        TM("103015.1234567"), DT(""), DT("24"), DT("202413"), DT("20240230"), DT("2024+2500"), DT("0000"), DT("2024-"
        "01-31"), DT("20240131T10"),
    ],
)  # fmt: skip
def test_refused(value: DA | TM | DT) -> None:
    convert = value.date if isinstance(value, DA) else value.time if isinstance(value, TM) else value.datetime
    with pytest.raises(ValueRuleError):
        convert()
    assert not value.is_range
    with pytest.raises(ValueRuleError):
        value.range()

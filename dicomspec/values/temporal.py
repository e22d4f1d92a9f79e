"""Dates and times: DA, TM, DT (PS3.5 6.2, ranges PS3.4 C.2.2.2.5).

They are text, equal to what stands in the file, with methods that read it; the methods refuse a value that the standard
does not allow, except the forms of ACR-NEMA 300, which are read as well.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from typing import Any, Final

from dicomspec._generated.vr import VRS
from dicomspec.errors import ValueRuleError
from dicomspec.values.multi import coercer
from dicomspec.values.text import as_text, text_decoder, text_encoder

__all__ = ["DA", "DT", "TM"]

_FORM: Final = {code: re.compile(VRS[code].pattern) for code in ("DA", "DT", "TM")}
_LEGACY: Final = {code: re.compile(VRS[code].legacy_pattern) for code in ("DA", "TM")}
_OFFSET: Final = re.compile(r"[+-][0-9]{4}$")

# Where each component ends in the text, and its name.
_DATE_PARTS: Final = ((4, "year"), (6, "month"), (8, "day"))
_TIME_PARTS: Final = ((2, "hour"), (4, "minute"), (6, "second"))


class _Temporal(str):
    """What DA, TM and DT share: one value or a range of two."""

    __slots__ = ()
    code = ""

    @property
    def is_range(self) -> bool:
        """Whether this is a range of a query: ``a-b``, ``a-`` or ``-b``."""
        return not self._is_one(self.strip()) and self._split() is not None

    def _ends(self) -> tuple[str, str]:
        """The texts of both ends of a range, or the same text twice."""
        text = self.strip()
        if self._is_one(text):
            return text, text
        ends = self._split()
        if ends is None:
            raise self._refusal()
        return ends

    def _split(self) -> tuple[str, str] | None:
        """The ends of a range; the last hyphen that leaves a valid value on each side is the one between them."""
        text = self.strip()
        for at in reversed([i for i, char in enumerate(text) if char == "-"]):
            start, end = text[:at].strip(), text[at + 1 :].strip()
            if (start or end) and all(not part or self._is_one(part) for part in (start, end)):
                return start, end
        return None

    @classmethod
    def _is_one(cls, text: str) -> bool:
        return bool(text) and _FORM[cls.code].fullmatch(cls._modern(text)) is not None

    @classmethod
    def _modern(cls, text: str) -> str:
        """The text without the separators of ACR-NEMA 300."""
        legacy = _LEGACY.get(cls.code)
        if legacy and legacy.fullmatch(text):
            return text.replace(VRS[cls.code].legacy_separator, "")
        return text

    def _one(self) -> str:
        """The text of a single value, in the form of the standard."""
        text = self.strip()
        if not self._is_one(text):
            raise self._refusal()
        return self._modern(text)

    def _refusal(self) -> ValueRuleError:
        what = "a range, see range()" if self.is_range else f"no valid {VRS[self.code].name}"
        return ValueRuleError(f"{str(self)!r} is {what}", reference="PS3.5 6.2")


class DA(_Temporal):
    """A date as text, ``YYYYMMDD``; in queries also a range."""

    __slots__ = ()
    code = "DA"

    def date(self) -> dt.date:
        """The date.

        Raises:
            ValueRuleError: the text is no date, or a range.
        """
        return _date(self._one(), self)

    def range(self) -> tuple[dt.date | None, dt.date | None]:
        """First and last date; None where a range is open, the same date twice where it is none.

        Raises:
            ValueRuleError: the text is neither a date nor a range of dates.
        """
        start, end = (DA(text).date() if text else None for text in self._ends())
        return start, end

    @property
    def precision(self) -> str:
        """``"day"``: a date has no other."""
        self._one()
        return "day"


class TM(_Temporal):
    """A time of day as text, ``HHMMSS.FFFFFF`` or a beginning of that; in queries also a range."""

    __slots__ = ()
    code = "TM"

    def time(self) -> dt.time:
        """The time, with 0 for what the text leaves out; the leap second 60 is given as 59.

        Raises:
            ValueRuleError: the text is no time, or a range.
        """
        return _time(self._one())

    def range(self) -> tuple[dt.time | None, dt.time | None]:
        """The first and the last moment that the text covers; None where a range is open.

        Raises:
            ValueRuleError: the text is neither a time nor a range of times.
        """
        start, end = self._ends()
        return _time(self._modern(start)) if start else None, _time(self._modern(end), last=True) if end else None

    @property
    def precision(self) -> str:
        """The smallest component: ``"hour"``, ``"minute"``, ``"second"`` or ``"fraction"``."""
        return _precision(self._one(), _TIME_PARTS)


class DT(_Temporal):
    """Date and time as text, ``YYYYMMDDHHMMSS.FFFFFF&ZZXX`` or a beginning of that; in queries also a range."""

    __slots__ = ()
    code = "DT"

    def datetime(self) -> dt.datetime:
        """The first moment the text stands for, aware if it has an offset from UTC; the leap second 60 is given as 59.

        Raises:
            ValueRuleError: the text is no date and time, or a range.
        """
        return _datetime(self._one(), self)

    def date(self) -> dt.date:
        """The date of `datetime`."""
        return self.datetime().date()

    def time(self) -> dt.time:
        """The time of day of `datetime`, without offset."""
        return self.datetime().time()

    def range(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        """The first and the last moment that the text covers; None where a range is open.

        Raises:
            ValueRuleError: the text is neither a date and time nor a range of them.
        """
        start, end = self._ends()
        return _datetime(start, self) if start else None, _datetime(end, self, last=True) if end else None

    @property
    def offset(self) -> dt.timedelta | None:
        """Offset from UTC; None if the text has none."""
        return self.datetime().utcoffset()

    @property
    def precision(self) -> str:
        """The smallest component: ``"year"`` to ``"second"``, or ``"fraction"``."""
        body, _ = _without_offset(self._one())
        return _precision(body, (*_DATE_PARTS, *((at + 8, name) for at, name in _TIME_PARTS)))


def _precision(text: str, parts: tuple[tuple[int, str], ...]) -> str:
    return "fraction" if "." in text else next(name for at, name in parts if at == len(text))


def _date(text: str, value: str) -> dt.date:
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError as error:
        raise ValueRuleError(f"{str(value)!r}: {error}", reference="PS3.5 6.2") from None


def _time(text: str, last: bool = False) -> dt.time:
    """The time of day; with ``last`` what is left out is as late as can be."""
    fill = "9" if last else "0"
    fraction = text[7:].ljust(6, fill)
    minute, second = (int(text[at : at + 2] or (59 if last else 0)) for at in (2, 4))
    return dt.time(int(text[:2] or (23 if last else 0)), minute, min(second, 59), int(fraction))


def _datetime(text: str, value: str, last: bool = False) -> dt.datetime:
    body, offset = _without_offset(text)
    year, month = int(body[:4]), int(body[4:6] or (12 if last else 1))
    day = body[6:8] or (str(calendar.monthrange(year or 1, month)[1]) if last else "1")
    date = _date(f"{year:04}{month:02}{day:>02}", value)
    return dt.datetime.combine(date, _time(body[8:], last), tzinfo=offset)


def _without_offset(text: str) -> tuple[str, dt.timezone | None]:
    match = _OFFSET.search(text)
    if match is None:
        return text, None
    minutes = int(match[0][1:3]) * 60 + int(match[0][3:5])
    return text[: match.start()], dt.timezone(dt.timedelta(minutes=-minutes if match[0][0] == "-" else minutes))


# --- users' input ------------------------------------------------------------------------------------------------


def _text_of_date(value: dt.date) -> str:
    return f"{value.year:04}{value.month:02}{value.day:02}"


def _text_of_time(value: dt.time | dt.datetime) -> str:
    fraction = f".{value.microsecond:06}" if value.microsecond else ""
    return f"{value.hour:02}{value.minute:02}{value.second:02}{fraction}"


def _text_of_offset(value: dt.datetime) -> str:
    offset = value.utcoffset()
    if offset is None:
        return ""
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _da(value: object) -> DA:
    if isinstance(value, dt.date):
        return DA(_text_of_date(value))
    return DA(as_text(value, "DA", "a date, or text such as '20240131'"))


def _tm(value: object) -> TM:
    if isinstance(value, (dt.time, dt.datetime)):
        return TM(_text_of_time(value))
    return TM(as_text(value, "TM", "a time, or text such as '103015.5'"))


def _dt(value: object) -> DT:
    if isinstance(value, dt.datetime):
        return DT(_text_of_date(value) + _text_of_time(value) + _text_of_offset(value))
    if isinstance(value, dt.date):
        return DT(_text_of_date(value))
    return DT(as_text(value, "DT", "a datetime, or text such as '20240131103015'"))


CLASSES: Final[dict[str, type[_Temporal]]] = {"DA": DA, "DT": DT, "TM": TM}
_INPUT: Final[dict[str, Callable[[object], Any]]] = {"DA": _da, "DT": _dt, "TM": _tm}

TEMPORAL_DECODERS: Final = {code: text_decoder(VRS[code], make) for code, make in CLASSES.items()}
TEMPORAL_ENCODERS: Final = {code: text_encoder(VRS[code]) for code in CLASSES}
TEMPORAL_COERCE: Final = {code: coercer(make, CLASSES[code]("")) for code, make in _INPUT.items()}

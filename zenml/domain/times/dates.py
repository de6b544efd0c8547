"""Days, weeks, months and years, as dates and as words."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

_ONE = timedelta(days=1)
_WEEKDAYS = (
    ("mon", "monday"), ("tue", "tues", "tuesday"), ("wed", "wednesday"), ("thu", "thur", "thurs", "thursday"),
    ("fri", "friday"), ("sat", "saturday"), ("sun", "sunday"),
)  # fmt: skip
_MONTHS = (
    ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
    ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
    ("dec", "december"),
)  # fmt: skip
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_YEAR, _DAY = re.compile(r"\d{4}", re.ASCII), re.compile(r"\d{1,2}", re.ASCII)
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)|-?W(?P<week>\d\d)|-(?P<ordinal>\d{3})|-?(?P<m>\d\d)-?(?P<d>\d\d)"
    r"|-?W(?P<w>\d\d)-?(?P<weekday>\d))",
    re.ASCII | re.IGNORECASE,
)


class Days(NamedTuple):
    """Days that follow one another.

    Attributes:
        first: The first one.
        after: The first one after them.
        is_guess: Whether that depends on the present.
        step: What one goes back by if they are yet to come: the same weekday, or a day of the same name, is
            meant as the last one; 0 where it is plain which one is meant.
    """

    first: date
    after: date
    is_guess: bool
    step: int = 0

    @property
    def is_one(self) -> bool:
        """Whether it is a single day."""
        return self.after - self.first == _ONE


def dates(words: list[str], today: date) -> Days | None:
    """Returns the days that words are; None if they are none.

    Raises:
        ValueError: There is no such day, such as 30 February.
    """
    if len(words) == 1:
        return _iso(words[0]) or _named(words[0], today)
    text = " ".join(words)
    if text in ("the day before yesterday", "day before yesterday"):
        return _day(today - 2 * _ONE, is_guess=True)
    if words[0] in ("last", "this") and len(words) == 2:
        return _relative(words[0] == "last", words[1], today)
    if words[0] in _WEEKDAY:  # as in "Mon 16 Nov 2026": it has to be that day
        named = dates(words[1:], today)
        fits = named is not None and named.is_one and named.first.weekday() == _WEEKDAY[words[0]]
        return named if fits else None
    return _calendar(words, today)


def month_before(day: date, months: int) -> date:
    """Returns the same day of an earlier month, or the last one that it has."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day(day: date, *, is_guess: bool, step: int = 0) -> Days:
    return Days(day, day + _ONE, is_guess, step)


def _month(year: int, month: int, *, is_guess: bool) -> Days:
    return Days(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1), is_guess)


def _iso(word: str) -> Days | None:
    matched = _ISO.fullmatch(word)
    if matched is None:
        return None
    year = int(matched["year"])
    if matched["month"]:
        return _month(year, int(matched["month"]), is_guess=False)
    if matched["week"]:
        monday = date.fromisocalendar(year, int(matched["week"]), 1)
        return Days(monday, monday + 7 * _ONE, is_guess=False)
    if matched["ordinal"]:
        day = date(year, 1, 1) + (int(matched["ordinal"]) - 1) * _ONE
        if day.year != year:
            raise ValueError(word)
        return _day(day, is_guess=False)
    if matched["weekday"]:
        day = date.fromisocalendar(year, int(matched["w"]), int(matched["weekday"]))
        return _day(day, is_guess=False)
    return _day(date(year, int(matched["m"]), int(matched["d"])), is_guess=False)


def _named(word: str, today: date) -> Days | None:
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if word in near:
        return _day(today + near[word] * _ONE, is_guess=True)
    if word in _WEEKDAY:
        return _day(today - (today.weekday() - _WEEKDAY[word]) % 7 * _ONE, is_guess=True, step=7)
    if word in _MONTH:
        return _month(today.year - (_MONTH[word] > today.month), _MONTH[word], is_guess=True)
    return None


def _relative(is_last: bool, word: str, today: date) -> Days | None:
    monday = today - today.weekday() * _ONE
    if word in _WEEKDAY:
        day = monday + _WEEKDAY[word] * _ONE
        return _day(day - 7 * _ONE if is_last and day >= today else day, is_guess=True)
    if word in _MONTH:
        ended = is_last and _MONTH[word] >= today.month
        return _month(today.year - ended, _MONTH[word], is_guess=True)
    if word == "week":
        begin = monday - 7 * _ONE * is_last
        return Days(begin, begin + 7 * _ONE, is_guess=True)
    if word == "month":
        begin = month_before(today, int(is_last))
        return _month(begin.year, begin.month, is_guess=True)
    if word == "year":
        year = today.year - is_last
        return Days(date(year, 1, 1), date(year + 1, 1, 1), is_guess=True)
    return None


def _calendar(words: list[str], today: date) -> Days | None:
    """Returns what a month, beside a day, a year, or both of them, is."""
    months = [word for word in words if word in _MONTH]
    years = [word for word in words[1:] if _YEAR.fullmatch(word)]
    days = [word for word in words if _DAY.fullmatch(word)]
    in_order = words in ([*months, *days, *years], [*days, *months, *years])
    if len(months) != 1 or not in_order or len(days) > 1 or len(years) > 1:
        return None
    month = _MONTH[months[0]]
    if not days:
        return _month(int(years[0]), month, is_guess=True)
    if years:
        return _day(date(int(years[0]), month, int(days[0])), is_guess=True)
    day = int(days[0])
    for year in range(today.year, today.year - 9, -1):  # 29 February is at most eight years away
        if day <= calendar.monthrange(year, month)[1] and date(year, month, day) <= today:
            return _day(date(year, month, day), is_guess=True, step=0)
    raise ValueError(words)

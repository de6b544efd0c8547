"""What a text means as a time: a small grammar, in which every word has to be understood."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from zenml.domain.errors import InvalidValueError
from zenml.domain.times.clocks import Clock, at, clock
from zenml.domain.times.dates import Days, dates, month_before
from zenml.domain.times.spans import SHORTEST, SkippedTimeError, Span, days, to_clock, to_utc

ADVICE = "Write a date, a time such as 2026-11-17T14:00, or a phrase such as 'yesterday 17:00' or '2 hours ago'."

_LONGEST = 80  # letters of a time
_JOINED = re.compile(r"([\dw-]+\d)t(\d.*)", re.ASCII | re.IGNORECASE)
_SLASHED = re.compile(r"(?<!\S)\d{1,4}[./]\d{1,2}([./]\d{1,4})?(?!\S)(?!.*\bago\b)", re.ASCII)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: number for number, word in enumerate(_WORDS, start=1)} | {"a": 1, "an": 1}
_LENGTHS = {
    ("s", "sec", "secs", "second", "seconds"): timedelta(seconds=1),
    ("m", "min", "mins", "minute", "minutes"): timedelta(minutes=1),
    ("h", "hr", "hrs", "hour", "hours"): timedelta(hours=1),
    ("d", "day", "days"): timedelta(days=1),
    ("w", "week", "weeks"): timedelta(weeks=1),
}
_LENGTH = {name: length for names, length in _LENGTHS.items() for name in names}
_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}
_DAY = timedelta(days=1)
_UNIT = "|".join(sorted((*_LENGTH, *_MONTHS), key=len, reverse=True))
_AMOUNT = re.compile(rf"(?:(\d{{1,9}}) ?|({'|'.join(_NUMBERS)}) )({_UNIT})(?![a-z])", re.ASCII)
_AMOUNTS = re.compile(rf"{_AMOUNT.pattern}(?: ?(?:and )?{_AMOUNT.pattern})*", re.ASCII)


def read(text: str, now: datetime, zone: tzinfo | None = None) -> Span:
    """Returns the stretch of time that a text means.

    A day, a week, a month or a year is all of it, and a time of the clock its second, or as much as its decimals
    say. "2 hours ago" is a length of time, whatever clocks showed meanwhile.

    Args:
        text: What was typed.
        now: The present.
        zone: Where it was typed; None for the zone of this machine.

    Raises:
        InvalidValueError: It cannot be read; each word of it has to be understood.
    """
    try:
        span = _read(text, now.astimezone(UTC), zone) if len(text) <= _LONGEST else None
    except SkippedTimeError as error:
        raise InvalidValueError(
            f"'{text}' did not exist: clocks went from {error.before:%H:%M} to {error.after:%H:%M}.",
            f"Write a time before or after that, such as {error.after:%Y-%m-%dT%H:%M}.",
        ) from None
    except (ValueError, OverflowError):
        span = None
    if span is None or span.begin.year < 1970 or span.begin >= span.end:
        raise _refused(text)
    return span


def _refused(text: str) -> InvalidValueError:
    if len(text) <= _LONGEST and _SLASHED.search(text):
        return InvalidValueError(
            f"'{text}' does not say which number is the day and which the month.",
            "Write year, month and day, as in 2026-11-17, or the month's name, as in '17 November 2026'.",
        )
    return InvalidValueError(f"'{text}' cannot be read as a time.", ADVICE)


def _read(text: str, now: datetime, zone: tzinfo | None) -> Span | None:
    words = [word.removesuffix(",") for word in text.lower().split()]
    if words == ["now"]:
        return Span(now, now + SHORTEST, is_guess=True)
    if not words:
        return None
    if "ago" in words:
        return _ago(words, now, zone)
    return _day_and_clock(words, now, zone)


def _ago(words: list[str], now: datetime, zone: tzinfo | None) -> Span | None:
    split = words.index("ago")
    months, length, is_whole = _amounts(" ".join(words[:split]))
    rest = words[split + 1 :]
    if rest:  # a day, and the time of that day
        shown = clock(_without("at", rest))
        if not is_whole or shown is None:
            return None
        return at(month_before(to_clock(now - length, zone).date(), months), shown, zone, is_guess=True)
    begin = now - length
    if months:
        local = to_clock(begin, zone)
        begin = to_utc(datetime.combine(month_before(local.date(), months), local.time()), zone)
    return Span(begin, begin + SHORTEST, is_guess=True)


def _amounts(text: str) -> tuple[int, timedelta, bool]:
    """Returns the months and the length of time that a text adds up to, and whether only days or longer are in it.

    Raises:
        ValueError: It is something else.
    """
    if not _AMOUNTS.fullmatch(text):
        raise ValueError(text)
    months, length, is_whole = 0, timedelta(), True
    for digits, word, unit in _AMOUNT.findall(text):
        count = int(digits or _NUMBERS[word])
        months += count * _MONTHS.get(unit, 0)
        length += count * _LENGTH.get(unit, timedelta())
        is_whole = is_whole and _LENGTH.get(unit, _DAY) >= _DAY
    return months, length, is_whole


def _day_and_clock(words: list[str], now: datetime, zone: tzinfo | None) -> Span | None:
    today = to_clock(now, zone).date()
    joined = _JOINED.fullmatch(words[0])
    if joined:
        day, shown = dates([joined[1]], today), clock([joined[2], *words[1:]], joined=True)
        return at(day.first, shown, zone, is_guess=False) if day and shown and day.is_one else None
    alone = dates(_without("on", words), today)
    if alone is not None:
        return days(alone.first, alone.after, zone, is_guess=alone.is_guess)
    shown = clock(_without("at", words))
    if shown is not None:
        return _last(Days(today, today + _DAY, is_guess=True, step=1), shown, now, zone)
    for split in range(1, len(words)):
        day, shown = dates(_without("on", words[:split]), today), clock(_without("at", words[split:]))
        if day is None or shown is None:
            shown, day = clock(_without("at", words[:split])), dates(_without("on", words[split:]), today)
        if day is not None and shown is not None and day.is_one:
            return _last(day, shown, now, zone)
    return None


def _without(word: str, words: list[str]) -> list[str]:
    return words[1:] if len(words) > 1 and words[0] == word else words


def _last(day: Days, shown: Clock, now: datetime, zone: tzinfo | None) -> Span | None:
    """Returns a time of a day; of a day that comes again and again, the last one that is not yet to come."""
    try:
        span = at(day.first, shown, zone, is_guess=day.is_guess)
    except SkippedTimeError:
        if not day.step or day.first < to_clock(now, zone).date():
            raise
        span = None
    if day.step and (span is None or span.begin > now):
        return at(day.first - day.step * _DAY, shown, zone, is_guess=day.is_guess)
    return span

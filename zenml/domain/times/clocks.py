"""Times of day: ``14:00:05.25``, ``5pm``, ``noon``, and the zones that may follow them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from zenml.domain.times.spans import Span, moments, to_utc

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?)?(?P<half>am|pm)?"
    r"(?P<zone>z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>\d\d))?", re.ASCII)
_NAMED = {"noon": "12:00", "midnight": "00:00"}
_ZONES = ("z", "utc", "gmt")


class Clock(NamedTuple):
    """A time of day as it was typed.

    Attributes:
        time: What the clock shows.
        days: 1 for 24:00, which is midnight of the next day; else 0.
        length: How long it shows that: a second, or less where decimals were given.
        zone: The name or offset that was given; None for the zone that everything else is in.
    """

    time: time
    days: int
    length: timedelta
    zone: str | None


def clock(words: list[str], *, joined: bool = False) -> Clock | None:
    """Returns the time of day that words are; None if they are none.

    Args:
        words: The words, in lower case.
        joined: Whether they stood behind the T of ISO 8601, where ``14`` and ``1400`` are times.
    """
    zone = words[-1] if len(words) > 1 and words[-1] not in ("am", "pm") else None
    text = "".join(words[:-1] if zone else words)
    text = _NAMED.get(text, text)
    matched = _CLOCK.fullmatch(text)
    if matched is None or (zone and (matched["zone"] or not _is_zone(zone))):
        return None
    hour, half = int(matched["hour"]), matched["half"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "pm")
    elif not joined and ":" not in text.partition("+")[0]:
        return None  # a number alone is not a time of day
    minute, second = int(matched["minute"] or 0), int(matched["second"] or 0)
    part = (matched["part"] or "")[:6]
    is_next = (hour, minute, second, int(part or 0)) == (24, 0, 0, 0)
    try:
        shown = time(0 if is_next else hour, minute, second, int(part.ljust(6, "0")))
    except ValueError:
        return None
    return Clock(shown, int(is_next), timedelta(microseconds=10 ** (6 - len(part))), zone or matched["zone"])


def _is_zone(word: str) -> bool:
    return bool(word in _ZONES or _OFFSET.fullmatch(word) or re.fullmatch(r"[a-z]{2,5}", word))


def at(day: date, shown: Clock, zone: tzinfo | None, *, is_guess: bool) -> Span | None:
    """Returns when a clock shows a time on a day; from the first to the last time where it does so twice.

    Returns None if the zone that was given is neither UTC, nor an offset, nor what the zone is called then.

    Raises:
        SkippedTimeError: Clocks skipped it.
    """
    local = datetime.combine(day + timedelta(days=shown.days), shown.time)
    fixed = _fixed(shown.zone) if shown.zone else None
    if fixed is not None:
        begin = local.replace(tzinfo=fixed).astimezone(UTC)
        return Span(begin, begin + shown.length, is_guess)
    first, last = moments(local, zone)
    if shown.zone is None:
        return Span(first, last + shown.length, is_guess or first != last)
    for fold in (0, 1):
        begin = to_utc(local.replace(fold=fold), zone)
        if f"{begin.astimezone(zone):%Z}".lower() == shown.zone:
            return Span(begin, begin + shown.length, is_guess)
    return None


def _fixed(zone: str) -> tzinfo | None:
    if zone in _ZONES:
        return UTC
    matched = _OFFSET.fullmatch(zone)
    if matched is None:
        return None
    offset = timedelta(hours=int(matched["hours"]), minutes=int(matched["minutes"] or 0))
    return timezone(-offset if matched["sign"] == "-" else offset)

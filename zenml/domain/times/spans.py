"""Stretches of time, and how clocks and calendars of a zone become them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

SHORTEST = timedelta(microseconds=1)
"""The resolution of recorded times."""


class Span(NamedTuple):
    """A stretch of time, in UTC.

    Attributes:
        begin: Its first moment.
        end: The first moment after it.
        is_guess: Whether it had to be interpreted, so that the interpretation should be shown.
    """

    begin: datetime
    end: datetime
    is_guess: bool

    @property
    def last(self) -> datetime:
        """Its last moment, to the microsecond."""
        return self.end - SHORTEST

    @property
    def is_precise(self) -> bool:
        """Whether it is a time of the clock, down to the second at least, and no day or longer."""
        return self.end - self.begin <= timedelta(seconds=1)


class SkippedTimeError(ValueError):
    """A time of the clock that was skipped when clocks went forward.

    Attributes:
        before: What clocks showed when they were put forward.
        after: What they showed then.
    """

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__(before, after)
        self.before = before
        self.after = after


def to_utc(clock: datetime, zone: tzinfo | None) -> datetime:
    """Returns when a clock in a zone shows a time; None is the zone of this machine."""
    return (clock.replace(tzinfo=zone) if zone else clock).astimezone(UTC)


def to_clock(moment: datetime, zone: tzinfo | None) -> datetime:
    """Returns what a clock in a zone shows at a moment, without the zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def moments(clock: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """Returns when a clock shows a time for the first and for the last time, which differ if it was put back.

    Raises:
        SkippedTimeError: It never does.
    """
    first, last = (to_utc(clock.replace(fold=fold), zone) for fold in (0, 1))
    if first > last:
        jump = _jump(last, first, clock, zone)
        raise SkippedTimeError(to_clock(jump - SHORTEST, zone) + SHORTEST, to_clock(jump, zone))
    return first, last


def days(first: date, after: date, zone: tzinfo | None, *, is_guess: bool) -> Span:
    """Returns the days from one to before another, from the moment at which each of them begins."""
    return Span(_midnight(first, zone), _midnight(after, zone), is_guess)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    """Returns when a day begins; where clocks skip midnight that is later, by the clock."""
    clock = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the zone follows
    first, last = (to_utc(clock.replace(fold=fold), zone) for fold in (0, 1))
    return _jump(last, first, clock, zone) if first > last else first


def _jump(earlier: datetime, later: datetime, clock: datetime, zone: tzinfo | None) -> datetime:
    """Returns the moment between two at which clocks jump over a time."""
    while later - earlier > SHORTEST:
        middle = earlier + (later - earlier) // 2
        if to_clock(middle, zone) < clock:
            earlier = middle
        else:
            later = middle
    return later

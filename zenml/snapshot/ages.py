"""How old changes are, and when they were made, as people read it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime, timedelta


def exact(stored: str) -> str:
    """Returns a time of an event to the second, as it can be typed too: ``2026-11-16 17:00:00Z``."""
    return f"{stored[:10]} {stored[11:19]}Z"


def age(stored: str, now: datetime | None = None) -> str:
    """Returns how old a time of an event is: ``2 hours``; a minus stands before a time that is yet to come."""
    from datetime import UTC, datetime, timedelta

    passed = (now or datetime.now(UTC)) - datetime.fromisoformat(stored)
    # clocks of several machines differ a little: such a difference is not shown as the future
    ahead = "-" if passed < -timedelta(minutes=1) else ""
    return ahead + duration(passed if ahead else max(passed, timedelta()))


def lasted(started: str, ended: str) -> str:
    """Returns how long something took, from one time of an event to another; if it is short, to 0.1 seconds."""
    from datetime import datetime

    passed = datetime.fromisoformat(ended) - datetime.fromisoformat(started)
    return f"{passed.total_seconds():.1f} seconds" if passed.total_seconds() < 60 else duration(passed)


def duration(passed: timedelta) -> str:
    """Returns how long something takes, in its largest unit; of the second year, with the one after that."""
    passed = abs(passed)
    years, days = divmod(passed.days, 365)
    months, seconds = round(days / 30.5), passed.seconds
    if years > 1 or (years and months == 12):
        return _told((round(passed.days / 365), "year"))
    if years and days:
        further = (months, "month") if months else (days, "day")
        return f"1 year, {further[0]} {further[1]}" + ("s" if further[0] > 1 else "")
    if years or days:
        return _told((years or months // 12, "year"), (months, "month"), (days, "day"))
    if seconds >= 3600:
        hours = round(seconds / 3600)
        return _told((hours // 24, "day"), (hours, "hour"))
    minutes = round(seconds / 60) if seconds >= 60 else 0
    return _told((minutes // 60, "hour"), (minutes, "minute"), (seconds, "second"))


def _told(*units: tuple[int, str]) -> str:
    """Returns the first of some units of which there is one at least, and how many."""
    for count, unit in units:
        if count:
            return f"{count:,} {unit}s" if count > 1 else f"{'an' if unit == 'hour' else 'a'} {unit}"
    return "a moment"

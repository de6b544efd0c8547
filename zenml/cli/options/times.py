"""How old changes are, and when they were made, as people read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def exact(stored: str) -> str:
    """Returns a time of an event to the second, as it can be typed too: ``2026-11-16 17:00:00Z``."""
    return f"{stored[:10]} {stored[11:19]}Z"


def age(stored: str, now: datetime | None = None) -> str:
    """Returns how old a time of an event is: ``2 hours``; a minus stands before a time that is yet to come."""
    import humanize

    passed = (now or datetime.now(UTC)) - datetime.fromisoformat(stored)
    # clocks of several machines differ a little: such a difference is not shown as the future
    ahead = "-" if passed < -timedelta(minutes=1) else ""
    return ahead + humanize.naturaldelta(passed if ahead else max(passed, timedelta()))

"""Times at the edge: what people type, in the zone of this machine, and how times are shown."""

from __future__ import annotations

from datetime import UTC, datetime

from zenml.domain import times
from zenml.domain.errors import InvalidValueError

# not the locale's: everything else is in English
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read(text: str, now: datetime | None = None) -> times.Span:
    """Returns the stretch of time that a text means in the zone of this machine.

    Args:
        text: As `zenml.domain.times.read` takes it.
        now: The present; the clock of this machine if None.

    Raises:
        InvalidValueError: It cannot be read.
    """
    return times.read(text, now or datetime.now(UTC))


def check_not_in_the_future(text: str, span: times.Span, *, end: bool) -> None:
    """Checks that a stretch of time has begun.

    Args:
        text: What was typed.
        span: What it was read as.
        end: Whether its last moment is what is meant, and not its first one.

    Raises:
        InvalidValueError: It has not.
    """
    if span.begin > datetime.now(UTC):
        raise InvalidValueError(
            f"'{text}' is in the future: {format_time(span.last if end else span.begin)}.",
            code="in_the_future",
        )


def format_time(meant: datetime) -> str:
    """Returns a time as it is shown, in this machine's zone: ``Mon 16 Nov 2026 17:00 CET``."""
    local = meant.astimezone()
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year} {clock} {local:%Z}"


def stored(meant: datetime) -> str:
    """Returns a time as events have it, in UTC with six decimals; one without a zone is local."""
    return meant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

"""Times as people type them, ISO 8601, dates and phrases, and as they are said back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from zenml.domain.errors import InvalidValueError

_LIKE_ISO = re.compile(r"\d{4}-|\d+$")
"""What begins as a date does, or is one number, is no phrase: nobody means the guesses one could make."""
_WORD = re.compile(r"[a-z]\w*$", re.IGNORECASE)
_WORDS = re.compile(
    r"(today|yesterday|tomorrow|now|noon|midnight|mon(day)?|tue(s(day)?)?|wed(nesday)?|thu(r?s(day)?)?|fri(day)?|sat(urday)?"
    r"|sun(day)?|jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(t(ember)?)?|oct(ober)?"
    r"|nov(ember)?|dec(ember)?)$",
    re.IGNORECASE,
)
"""A single word is one of these: the parser of phrases takes ``one`` for January, and ``h1`` too."""

# not the locale's: everything else is said in English
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ADVICE = "Write a date, a time such as 2026-11-17T14:00, or a phrase such as 'yesterday 17:00' or '2 hours ago'."


def moment(text: str, *, end: bool = False, now: datetime | None = None) -> tuple[datetime, bool]:
    """Returns the time that is meant, and whether it was a phrase that had to be understood.

    Args:
        text: ISO 8601, in which a time without a zone is local, or an English phrase.
        end: Whether a day stands for its end; otherwise for its beginning.
        now: The time a phrase starts from; the present if None.

    Raises:
        InvalidValueError: It cannot be read.
    """
    try:
        return _iso(text.strip(), end), False
    except (ValueError, OverflowError):
        word = text.strip()
        odd = _LIKE_ISO.match(word) or (_WORD.match(word) and not _WORDS.match(word))
        meant = None if odd else _phrase(text, end, now or datetime.now().astimezone())
    if meant is None:
        raise InvalidValueError(f"'{text}' cannot be read as a time.", _ADVICE)
    return meant, True


def _iso(text: str, end: bool) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text).astimezone()
    return _day(day, end)


def _day(day: date, end: bool) -> datetime:
    return datetime.combine(day, time.max if end else time.min).astimezone()


def _phrase(text: str, end: bool, now: datetime) -> datetime | None:
    from dateparser.date import DateDataParser  # 65 ms, for phrases alone

    settings = {
        "PREFER_DATES_FROM": "past",
        "PREFER_DAY_OF_MONTH": "first",
        "RETURN_TIME_AS_PERIOD": True,
        "RELATIVE_BASE": now.replace(tzinfo=None),
    }
    try:
        found = DateDataParser(languages=["en"], settings=settings).get_date_data(text)
    except (ValueError, OverflowError):
        return None
    if found is None or found.date_obj is None:
        return None
    # "2 days ago" is a time of day too; "yesterday" is all of it
    if found.period != "time" and not text.rstrip().endswith("ago"):
        return _day(found.date_obj.date(), end)
    return found.date_obj.astimezone()


def understood(meant: datetime) -> str:
    """Returns a time as it is said back, in this machine's zone: ``Mon 16 Nov 2026 17:00 CET``."""
    local = meant.astimezone()
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year} {clock} {local:%Z}"


def stored(meant: datetime) -> str:
    """Returns a time as events have it, in UTC with six decimals; one without a zone is local."""
    return meant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

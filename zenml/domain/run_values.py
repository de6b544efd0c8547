"""What is inside the salted values of a run's events, field by field: whoever reads them relies on it.

The form of a fact says that there is a text of JSON, and not of what. Nothing is imported: each list reads by it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Load = Callable[[str], Any]

ALTERED = {"altered": True}
"""What readers get in place of a value that no program of ours wrote: it is shown as one that was redacted."""

NO_TIME = "0001-01-01T00:00:00.000000Z"
"""What readers get in place of a time that is none."""

_PLACE, _MORE_OF_PLACE = {"folder", "host", "session"}, {"remote", "system_user"}


def badly_formed(fields: Any, load: Load) -> str | None:
    """Returns the name of the first field that has something else in it than it should; None if there is none.

    Args:
        fields: The fields of an event of a ledger of runs, or of what is in one.
        load: Reads JSON; raises `ValueError` for what is none.
    """
    if isinstance(fields, (list, tuple)):
        return next((found for one in fields if (found := badly_formed(one, load))), None)
    if not isinstance(fields, dict):
        return None
    for name, value in fields.items():
        if isinstance(value, str) and name != "time":
            continue  # most of them are
        inner = _any_of(value, load) if name == _ANY else _one(name, value, load)
        if inner is not None:
            return inner
    return None


def readable(fields: Any, load: Load) -> Any:
    """Returns the fields of an event with `ALTERED` or `NO_TIME` in place of what is badly formed."""
    if badly_formed(fields, load) is None:
        return fields
    if isinstance(fields, list):
        return [readable(one, load) for one in fields]
    return {name: _readable(name, value, load) for name, value in fields.items()}


def _one(name: str, value: Any, load: Load) -> str | None:
    if name == "time":
        return None if is_time(value) else name
    if value is None:
        return None
    fits = _INNER.get(name)
    if fits is None:
        return badly_formed(value, load)
    if not isinstance(value, dict):
        return name
    return None if "v" not in value or _fits(fits, value["v"], load) else name


def _any_of(values: Any, load: Load) -> str | None:
    if not isinstance(values, dict):
        return _ANY
    for value in values.values():
        if isinstance(value, dict) and "v" in value and not _fits(_is_anything, value["v"], load):
            return _ANY
    return None


def _readable(name: str, value: Any, load: Load) -> Any:
    if name == _ANY:
        each = value.items() if isinstance(value, dict) else ()
        return {key: ALTERED if _any_of({key: one}, load) else one for key, one in each}
    if _one(name, value, load) is None:
        return value
    if name == "time":
        return NO_TIME
    return ALTERED if name in _INNER else readable(value, load)


def _fits(fits: Callable[[Any], bool], text: Any, load: Load) -> bool:
    try:
        return isinstance(text, str) and fits(load(text))
    except (ValueError, RecursionError):
        return False


def _is_anything(value: Any) -> bool:
    return True


def _is_text(value: Any) -> bool:
    """Tells whether a value is a text that can be written anywhere: JSON can hold half of a surrogate pair."""
    try:
        return isinstance(value, str) and (value.isascii() or bool(value.encode()))
    except UnicodeEncodeError:
        return False


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and _are_texts(value)


def _are_texts(values: Iterable[Any]) -> bool:
    for value in values:  # noqa: SIM110 - a generator takes twice as long
        if not isinstance(value, str):
            return False
    return True


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _PLACE <= value.keys() <= _PLACE | _MORE_OF_PLACE
        and _are_texts(value.values())
    )


_ANY = "parameters"
"""The one field with values of any form; their names are no fields."""

_INNER: dict[str, Callable[[Any], bool]] = {
    "actor_id": _is_text,
    "command": _are_words,
    "diff": _is_text,
    "external_id": _is_text,
    "origin": _is_place,
    "reason": _is_text,
    "uri": _is_text,
    "url": _is_text,
}


def is_time(text: Any) -> bool:
    """Tells whether what has the form of a time (`zenml.domain.values.Utc`) is one that there is."""
    try:
        month, day, clock = int(text[5:7]), int(text[8:10]), text[11:19]
        digits = text[:4] + clock[:2] + clock[3:5] + clock[6:]
        is_clock = (
            len(digits) == 10 and digits.isdigit() and clock[:2] < "24" and clock[3:5] < "60" and clock[6:] < "60"
        )
        if month in _DAYS and 1 <= day <= _DAYS[month] and text[:4] != "0000":
            year = int(text[:4]) if month == 2 and day == 29 else 4
            return is_clock and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    except (TypeError, ValueError):
        pass
    return False


_DAYS = {month: 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31 for month in range(1, 13)}

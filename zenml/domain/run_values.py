"""What is inside the salted values of a run's events, field by field: whoever reads them relies on it.

The form of a fact says that there is a text of JSON, and not of what. Nothing is imported: each list reads by it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
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
    fits = _INNER.get(name)
    if fits is not None and isinstance(value, dict) and "v" in value:
        return None if _fits(fits, value["v"], load) else name
    return badly_formed(value, load)


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
    return isinstance(value, str)


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) for word in value)


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _PLACE <= value.keys() <= _PLACE | _MORE_OF_PLACE
        and all(isinstance(text, str) for text in value.values())
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
        year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
        clock = int(text[11:13]) < 24 and int(text[14:16]) < 60 and int(text[17:19]) < 60
    except (TypeError, ValueError):
        return False
    leaps = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (29 if leaps else 28) if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= days and clock

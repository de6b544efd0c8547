"""The lines of a report: one for each change or attempt, with the values that it changed."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from zenml.audit.entries import Entry, Hidden

_LONGEST = 300  # characters of a value, a reason or a command line that are shown


class Value(NamedTuple):
    """A field that was changed, as it is shown; secrets are masked.

    Attributes:
        thing: What it is a field of; empty where the line is about one thing alone.
        field: Its name.
        old: What it was; None if there was nothing.
        new: What it is since then; None if it is gone.
    """

    thing: str
    field: str
    old: str | None
    new: str | None


class ReviewLine(NamedTuple):
    """A change in a list, or an attempt.

    Attributes:
        time: When.
        change: Its letters; empty for an attempt.
        kind: Its kind; of an attempt the outcome.
        who: Who it was; an automation is called one.
        where: On which host, and in which repository.
        profile: The profiles it was about.
        what: What was done, or tried.
        why: The reason, or why it was refused.
        approved: Who approved it, and how far the names are to be believed; empty for nobody.
        values: What was changed: the first ones.
        more_values: How many others there are.
    """

    time: str
    change: str
    kind: str
    who: str
    where: str
    profile: str
    what: str
    why: str
    approved: str = ""
    values: tuple[Value, ...] = ()
    more_values: int = 0


def line_of(entry: Entry, change: str, kind: str, what: str, why: str | None) -> ReviewLine:
    """Returns the line of a change, of which an entry is the beginning, or of an attempt."""
    person = "" if entry.actor.kind in ("person", "unknown") else f" ({entry.actor.kind})"
    who = f"{entry.actor.shown}{person}" if entry.actor.id else ""
    where = ", ".join(filter(None, (entry.origin.host, entry.origin.repository)))
    approvers = entry.change.approved_by if entry.change else ()
    approved = ", ".join(f"{approver.actor.shown or '(unknown)'} ({approver.known_by})" for approver in approvers)
    return ReviewLine(entry.time, change, kind, who, where, "", _short(what), _short(why or ""), _short(approved))


def values_of(entry: Entry) -> list[Value]:
    """Returns what a fact changed; a name is left out where the line says it anyway."""
    thing = f"{entry.entity.type.replace('_', ' ')} '{entry.entity.name}'" if entry.entity.name else ""
    named = ("name",) if entry.action in ("create", "delete") else ()
    return [
        Value(thing, field, _shown(old), _shown(new)) for field, old, new in entry.fields if field not in named
    ]


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    return _short(str(value) if isinstance(value, str | Hidden) else json.dumps(value, ensure_ascii=False))


def _short(text: str) -> str:
    """Returns a text, or the beginning of one that is very long, and how long it is."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"

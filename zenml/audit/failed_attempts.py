"""Attempts that were refused or failed as entries of an export. They are notes, and not part of the record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from zenml.audit.entries import Entity, Entry, EntryActor, EntryOrigin
from zenml.domain.values import UTC
from zenml.projections.timeline.filters import Filter

Note = dict[str, Any]
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def note_filter(which: Filter) -> Callable[[Note], bool]:
    """Returns the function that decides whether a note is wanted.

    Nobody wrote down what kind of change an attempt would have become, nor always what it was about: where
    something is asked for that only changes have, no attempt is wanted.
    """

    def is_wanted(note: Note) -> bool:
        time = _text(note, "time") or ""
        text = " ".join(filter(None, (_text(note, "message"), _text(note, "command"), _text(note, "reason"))))
        return (
            not (which.about or which.kinds or which.fold or which.after is not None)
            and (which.since is None or time >= which.since)
            and (which.until is None or time <= which.until)
            and (which.actor is None or _text(note, "actor") == which.actor)
            and (which.mine is None or _is_by(note, *which.mine))
            and (not which.grep or which.grep.casefold() in text.casefold())
        )

    return is_wanted


def _is_by(note: Note, actor: str, actor_kind: str, host: str, known_by: str, token: str) -> bool:
    """Tells whether whoever asks made an attempt; all attempts were made on this machine."""
    by_token = _text(note, "known_by") == "token"
    name = token if by_token else "" if known_by == "token" else actor
    return bool(name) and (_text(note, "actor"), _text(note, "actor_kind")) == (name, actor_kind)


class Attempts:
    """Hands out attempts in time, between the facts.

    Args:
        notes: What was noted, oldest first; None for what is not a note.
        is_wanted: Tells whether a note is wanted.
        now: The time; a note that says to be of a later one, or of none, is handed out at once.

    Attributes:
        left_out: The number of notes so far that are not wanted.
        unreadable: The number of lines so far that are not notes.
    """

    def __init__(self, notes: Iterable[Note | None], is_wanted: Callable[[Note], bool], now: str) -> None:
        self._notes = iter(notes)
        self._is_wanted = is_wanted
        self._now = now
        self._next: Entry | None = None
        self.left_out = 0
        self.unreadable = 0

    def until(self, time: str | None) -> Iterator[Entry]:
        """Yields what was tried up to a time; for None all that is left."""
        while self._next or self._advance():
            if self._next is None or (time is not None and time < self._next.time <= self._now):
                return
            entry, self._next = self._next, None
            yield entry

    def _advance(self) -> bool:
        for note in self._notes:
            if note is None:
                self.unreadable += 1
            elif self._is_wanted(note):
                self._next = _entry(note)
                return True
            else:
                self.left_out += 1
        return False


def _entry(note: Note) -> Entry:
    time = _text(note, "time") or ""
    return Entry(
        time=time if UTC.matches(time) else "",
        action="attempt",
        outcome=_text(note, "outcome") or "failed",
        entity=_target(note),
        profile=None,
        before=None,
        after=None,
        actor=EntryActor(
            _text(note, "actor"),
            _text(note, "actor_kind") or "unknown",
            _text(note, "known_by"),
            _text(note, "system_user"),
        ),
        origin=EntryOrigin(
            _text(note, "host"),
            _text(note, "session"),
            _text(note, "repository"),
            _text(note, "client_version"),
            _text(note, "command"),
        ),
        reason=_text(note, "reason"),
        change=None,
        evidence=None,
        message=_text(note, "message"),
        attempted=_text(note, "action"),
    )


def _target(note: Note) -> Entity:
    """Returns the thing that an attempt was about; the command where that is not known."""
    target = note.get("target")
    kind = _text(target, "type") if isinstance(target, dict) else None
    if not isinstance(target, dict) or kind is None:
        return Entity("command", None, None)
    thing_id = _text(target, "id")
    return Entity(kind, thing_id if thing_id and _ID.fullmatch(thing_id) else None, _text(target, "name"))


def _text(note: Note, key: str) -> str | None:
    """Returns what a note says; the file is one that anybody can edit."""
    value = note.get(key)
    return value if isinstance(value, str) else None

"""A dry run leaves every byte as it was, and says what the real one is going to say."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.model.actual import Actual
from tests.model.places import Place
from tests.support.hints import hint_of
from zenml.domain.errors import LedgerError
from zenml.ledger.change import Change

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LETTERS = re.compile(r"\b[k-z]{4,18}\b")

Check = Callable[[Change | None, LedgerError | None], None]


def compared(actual: Actual, command: Any, place: Place, reason: str | None) -> Check:
    """Rehearses a command; returns what compares it with what is done just after."""
    before = actual.everything()
    change, error = None, None
    try:
        change = command.ask(actual.here(place, reason=reason, dry_run=True), actual)
    except LedgerError as found:
        error = found
    assert actual.everything() == before, "a dry run has left something behind"
    known = set(actual.ids.values())

    def check(real: Change | None, refusal: LedgerError | None) -> None:
        assert _said(error) == _said(refusal)
        assert _done(change, known) == _done(real, known)

    return check


def _said(error: LedgerError | None) -> object:
    """Returns an error without the names of changes: what is only observed has another one each time."""
    return error and (type(error), *(_LETTERS.sub("…", text) for text in (error.message, hint_of(error))))


def _done(change: Change | None, known: set[str]) -> object:
    if change is None:
        return None
    drawn: dict[str, int] = {}
    events = [(event.TOPIC, _plain(event.to_fields(), known, drawn)) for event in change.events]
    return change.kind, change.summary, change.targets, change.repeated, events


def _plain(value: Any, known: set[str], drawn: dict[str, int]) -> Any:
    """Returns a value without what is drawn anew each time: ids, salts, keys."""
    if isinstance(value, dict):
        left_out = {"s", "key_id", "ciphertext"}
        return {key: _plain(it, known, drawn) for key, it in value.items() if key not in left_out}
    if isinstance(value, list):
        return [_plain(it, known, drawn) for it in value]
    if not isinstance(value, str):
        return value

    def named(found: re.Match[str]) -> str:
        return found[0] if found[0] in known else f"new {drawn.setdefault(found[0], len(drawn))}"

    return _ID.sub(named, value)

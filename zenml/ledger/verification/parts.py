"""Changes with parts in more than one ledger: whether all are there and say the same."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from zenml.domain.change_ids import letters
from zenml.ledger.verification.verdicts import Problem
from zenml.projections import stored_events
from zenml.projections.database import Database, StorageError
from zenml.projections.stored_events import BEGAN

_OF_ITS_LEDGER = {"count": None, "prior_root": None}
"""The fields in which the parts of a change differ."""


class _Waiting(NamedTuple):
    """A change some of whose parts were not seen yet."""

    ledger_id: str
    position: int
    fields: dict[str, Any]
    missing: set[str]


def part_problems(database: Database) -> Iterator[Problem]:
    """Yields what is wrong with changes that have several parts.

    The parts of a change are stored one after the other, so that few wait at a time. What cannot be read
    is passed over: others say so.
    """
    waiting: dict[str, _Waiting] = {}
    for ledger_id, position, fields in _beginnings(database):
        change_id, parts = fields["change_id"], {part["ledger_id"] for part in fields["parts"]}
        others = parts - {ledger_id}
        if not others:
            continue
        common = fields | _OF_ITS_LEDGER
        change = waiting.setdefault(change_id, _Waiting(ledger_id, position, common, parts))
        if change.fields != common:
            yield Problem(ledger_id, position, f"The parts of change {_name(change_id)} in two ledgers differ.")
        change.missing.discard(ledger_id)
        if not change.missing:
            del waiting[change_id]
    for change_id, change in waiting.items():
        missing = ", ".join(sorted(change.missing))
        message = f"The part of change {_name(change_id)} in the ledger {missing} is missing."
        yield Problem(change.ledger_id, change.position, message)


def _beginnings(database: Database) -> Iterator[tuple[str, int, dict[str, Any]]]:
    with contextlib.suppress(StorageError):
        for event in stored_events.events(database, topics=(BEGAN,)):
            try:
                fields = orjson.loads(event.text)
                letters(fields["change_id"])
                {part["ledger_id"] for part in fields["parts"]}
            except (AttributeError, KeyError, TypeError, ValueError):
                continue
            yield event.ledger_id, event.position, fields


def _name(change_id: str) -> str:
    return letters(change_id)[:8]

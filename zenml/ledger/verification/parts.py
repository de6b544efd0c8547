"""Changes with parts in more than one ledger: whether all that belong here are there and say the same."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import orjson

from zenml.domain.change_ids import letters
from zenml.evidence.commitments import CommitmentError, committed
from zenml.ledger.reach import host_named
from zenml.ledger.verification.verdicts import Problem, Verdict
from zenml.projections import stored_events
from zenml.projections.database import Database, StorageError
from zenml.projections.stored_events import BEGAN
from zenml.projections.timeline.parts import ledgers_here

_OF_ITS_LEDGER = {"count": None, "prior_root": None}
"""The fields in which the parts of a change differ."""


class _Waiting(NamedTuple):
    """A change some of whose parts were not seen yet."""

    ledger_id: str
    position: int
    fields: dict[str, Any]
    missing: set[str]


class Parts:
    """Takes the beginnings of changes row by row, and says what is found of those that have several parts.

    The parts of a change are stored one after the other, so that few wait at a time.

    Args:
        database: The ledgers.
        remembered: The ledgers that were seen on this machine.

    Attributes:
        problems: What is wrong with those whose parts all belong here.
        elsewhere: By the machine they were made on, in words, how many have a part that machine keeps.
    """

    def __init__(self, database: Database, remembered: Collection[str] = ()) -> None:
        self.problems: list[Problem] = []
        self.elsewhere: Counter[str] = Counter()
        self._waiting: dict[str, _Waiting] = {}
        self._here = set(remembered)
        with contextlib.suppress(StorageError):
            self._here |= ledgers_here(database)

    def take(self, ledger_id: str, position: int, fields: dict[str, Any]) -> None:
        """Takes the next one."""
        change_id, ledgers = fields["change_id"], {part["ledger_id"] for part in fields["parts"]}
        expected = ledgers & self._here
        if ledgers != expected and ledger_id == min(expected, default=ledger_id):
            self.elsewhere[_host(fields)] += 1  # once, whichever of its parts comes first
        if not expected - {ledger_id}:
            return
        common = fields | _OF_ITS_LEDGER
        change = self._waiting.setdefault(change_id, _Waiting(ledger_id, position, common, expected))
        if change.fields != common and not _same_but_for_blanks(change.fields, common):
            sentence = f"The parts of change {_name(change_id)} in two ledgers differ."
            self.problems.append(Problem(ledger_id, position, sentence))
        change.missing.discard(ledger_id)
        if not change.missing:
            del self._waiting[change_id]

    def finish(self) -> None:
        """Says which parts are missing, after the last beginning."""
        for change_id, change in self._waiting.items():
            missing = ", ".join(sorted(change.missing))
            sentence = f"The part of change {_name(change_id)} in the ledger {missing} is missing."
            self.problems.append(Problem(change.ledger_id, change.position, sentence))

    def verdict(self) -> Verdict:
        """Returns what to say of the parts that other machines keep."""
        total = self.elsewhere.total()
        have = "change has" if total == 1 else "changes have"
        hosts = ", ".join(f"{count:,} on {host}" for host, count in sorted(self.elsewhere.items()))
        return Verdict(f"{total:,} {have} a part elsewhere: {hosts}")


def parts(database: Database, remembered: Collection[str] = ()) -> Parts:
    """Returns what is found of the beginnings that can be read; others say what is wrong with the rest."""
    found = Parts(database, remembered)
    for ledger_id, position, fields in _beginnings(database):
        found.take(ledger_id, position, fields)
    found.finish()
    return found


def _same_but_for_blanks(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tells whether two beginnings say the same, of which one may have values that were redacted elsewhere."""
    try:
        return committed(one) == committed(other)
    except CommitmentError:
        return False


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


def _host(began: dict[str, Any]) -> str:
    """Returns the machine that a change was made on, in words."""
    try:
        host = orjson.loads(began["actor"]["host"]["v"])
    except (KeyError, TypeError, ValueError):
        host = None
    return host_named(host if isinstance(host, str) else None)


def _name(change_id: str) -> str:
    return letters(change_id)[:8]

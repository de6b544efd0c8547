"""What the events of all ledgers say of the rows that keep the data keys of secrets, and whether that is so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple

from zenml.domain.events import KeysNoted, SecretsShredded
from zenml.evidence.key_rows import LOCAL, MASTER, row_hash
from zenml.ledger.secrets.sealed_secrets import SealedSecret
from zenml.ledger.verification.verdicts import Problem
from zenml.projections import stored_events
from zenml.projections.database import Database
from zenml.projections.stored_keys import StoredKey

Place = tuple[str, str]
"""A ledger, and the id of a key of one of its secrets."""


class NotedRow(NamedTuple):
    """A row as an event noted it: its hash, and the position of the event."""

    row: str
    position: int


class KeyNotes:
    """The notes of all ledgers, from the events alone.

    Args:
        database: The ledgers.

    Attributes:
        rows: What was noted last, by ledger and key.
        shredded: Where it was recorded that a key was destroyed, by ledger and key.
        begun: The first position of the change that noted the first keys, by ledger.
    """

    def __init__(self, database: Database) -> None:
        self.rows: dict[Place, NotedRow] = {}
        self.shredded: dict[Place, int] = {}
        self.begun: dict[str, int] = {}
        for event in stored_events.events(database, topics=(KeysNoted.TOPIC, SecretsShredded.TOPIC)):
            try:
                self._take(database, event.ledger_id, event.position, event.topic, json.loads(event.text))
            except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
                continue  # others say so

    def _take(self, database: Database, ledger_id: str, position: int, topic: str, fields: dict[str, Any]) -> None:
        if topic == SecretsShredded.TOPIC:
            self.shredded |= dict.fromkeys(((ledger_id, str(key_id)) for key_id in fields["key_ids"]), position)
            return
        if ledger_id not in self.begun:
            self.begun[ledger_id] = stored_events.change_around(database, ledger_id, position) or position
        for row in fields["rows"]:
            self.rows[ledger_id, str(row["key_id"])] = NotedRow(str(row["row"]), position)

    def is_as_noted(self, row: StoredKey, shared: Set[str]) -> bool | None:
        """Tells whether a row is what was noted of it last; None if nothing was."""
        noted = self.rows.get((row.ledger_id, row.key_id))
        if noted is None:
            return None
        wrapping = MASTER if row.ledger_id in shared else LOCAL
        try:
            return row_hash(row.ledger_id, row.key_id, wrapping, row.wrapped, row.digest) == noted.row
        except TypeError:  # a damaged file may hold anything
            return False

    def noted_since(self, sealed: Mapping[str, SealedSecret]) -> dict[str, int]:
        """Returns the ledgers with keys from before the first notes, and the position that these begin at."""
        before = {
            secret.ledger_id for secret in sealed.values() if secret.position < self.begun.get(secret.ledger_id, 0)
        }
        return {ledger_id: self.begun[ledger_id] for ledger_id in sorted(before)}


def unlike_notes(
    notes: KeyNotes,
    sealed: Mapping[str, SealedSecret],
    rows: Mapping[str, StoredKey],
    shared: Set[str],
    named: Set[str],
) -> Iterator[Problem]:
    """Yields the rows that are not what was noted of them.

    Args:
        notes: What was noted.
        sealed: The secrets of all events, by the ids of their keys.
        rows: The rows that are there, by the ids of the keys.
        shared: The ledgers that machines share.
        named: The keys that something is known to be wrong with; they are left out.
    """
    for key_id, row in rows.items():
        place = row.ledger_id, key_id
        secret, noted, shredded = sealed.get(key_id), notes.rows.get(place), notes.shredded.get(place)
        if shredded is not None:
            sentence = f"The key {key_id} of a secret was destroyed at this position, and is there."
            yield Problem(row.ledger_id, shredded, sentence)
        elif key_id in named:
            continue
        elif noted is not None and not notes.is_as_noted(row, shared):
            sentence = f"The key {key_id} of a secret is not the one that was noted at this position."
            yield Problem(row.ledger_id, noted.position, sentence)
        elif noted is None and secret is not None and secret.ledger_id == row.ledger_id:
            begun = notes.begun.get(row.ledger_id)
            if begun is not None and secret.position > begun:
                yield Problem(row.ledger_id, secret.position, f"The key {key_id} of a secret was never noted.")

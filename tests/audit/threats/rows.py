"""The rows of a shared database, changed by whoever may write to it."""

from __future__ import annotations

import json

from tests.ledger.tampering import BEGAN, Stored, Tampering
from zenml.evidence import canonical
from zenml.evidence.merkle import Frontier, leaf_hash


class SharedRows(Tampering):
    """Somebody with write access to a shared database that is a file of SQLite."""

    def events(self, ledger_id: str) -> list[Stored]:
        sql = "SELECT position, topic, state FROM zenml_events WHERE ledger_id = ? ORDER BY position"
        return [
            Stored(position, position, topic, json.loads(state))
            for position, topic, state in self.ask(sql, ledger_id)
        ]

    def text(self, event: Stored, text: bytes) -> None:
        self.run("UPDATE zenml_events SET state = ? WHERE position = ?", text, event.position)

    def forge(self, ledger_id: str, events: list[Stored], *, keep_root_at: int = 0) -> None:
        tree = Frontier()
        self.run("DELETE FROM zenml_events WHERE ledger_id = ?", ledger_id)
        self.run("DELETE FROM zenml_changes WHERE ledger_id = ?", ledger_id)
        for position, event in enumerate(events, start=1):
            fields = event.fields
            if event.topic == BEGAN:
                fields = {**fields, "prior_root": tree.root().hex()}
                change = (ledger_id, fields["change_id"], position)
                self.run("INSERT INTO zenml_changes VALUES (?, ?, ?)", *change)
            tree = tree.appended(leaf_hash(ledger_id, position, event.topic, fields))
            row = (ledger_id, position, event.topic, canonical.text(fields).encode())
            self.run("INSERT INTO zenml_events VALUES (?, ?, ?, ?)", *row)
        head = (tree.size, tree.to_bytes(), ledger_id)
        self.run("UPDATE zenml_ledgers SET size = ?, frontier = ? WHERE ledger_id = ?", *head)

"""Entries and openings are made of stored texts without reading them as JSON: they are what reading them gives."""

from __future__ import annotations

import json

from tests.evidence.openings import openings
from tests.ledger.histories import everything
from tests.ledger.machines import Machine
from zenml.audit.bundles.entry_texts import SECRET, blanked, entry, opened, stored_values
from zenml.evidence import canonical
from zenml.evidence.commitments import committed
from zenml.projections.stored_events import EventRow


def _is_ciphertext(pointer: str) -> str | None:
    return SECRET if pointer.endswith("/ciphertext") else None


def test_they_are_what_reading_the_events_gives(machine: Machine) -> None:
    everything(machine)
    tricky = '\\"{"s":"00","v":"x"}\\\\ {"c":"'
    machine.repository(words=("stack", tricky)).rename_stack("生产环境", "new")
    rows = machine.events()
    assert any(tricky[2:8] in row.text for row in rows)
    secrets = 0
    for row in rows:
        event = EventRow(row.ledger_id, row.position, row.topic, row.text.encode(), row.rowid)
        values = list(stored_values(row.topic, row.text))
        leaf = {
            "event": committed(row.fields),
            "ledger": row.ledger_id,
            "position": row.position,
            "topic": row.topic,
        }
        assert entry(event, row.text, values) == canonical.text(leaf)
        line = {"position": row.position, "values": openings(row.fields, _is_ciphertext)}
        assert opened(row.position, values, frozenset([SECRET])) == canonical.text(line)
        assert blanked(row.text, values, frozenset()) == row.text
        hidden = json.loads(blanked(row.text, values, frozenset([SECRET])))
        secrets += hidden != row.fields
        assert committed(hidden) == committed(row.fields)
    assert secrets

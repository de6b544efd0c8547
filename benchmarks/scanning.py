"""Going through a whole ledger: making the views anew, and hashing every stored text again."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

from benchmarks.homes import PROGRAM, variables
from benchmarks.processes import cost, memory
from benchmarks.synthetic import Built, build
from benchmarks.tables import Table, per_second, power
from benchmarks.timing import interleaved
from zenml.audit.formats import FORMATS
from zenml.evidence import canonical
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.projections import stored_events
from zenml.projections.database import connect
from zenml.stores.local import LocalStore

_ROUNDS = 3  # a round takes seconds and is an average over all events already


def measure(folder: str, events: int) -> Table:
    """Measures on a ledger of so many events."""
    home = os.path.join(folder, "scanned")
    built = build(home, events)
    with closing(LocalStore(built.path)) as store, closing(connect(built.path)) as database:
        taken = interleaved({"rebuild": store.rebuild, "hash": lambda: hashed(database, built)}, _ROUNDS)
    rows = [
        ("Views made anew", per_second(built.size / taken["rebuild"]), "", "≥ 60,000/s"),
        ("Every stored text checked and hashed, in a loop", per_second(built.size / taken["hash"]), "", ""),
    ]
    asked = {"`zenml audit verify`": (["audit", "verify"], "≥ 40,000/s")}
    for form in FORMATS:
        goal = "≥ 20,000/s" if form == "html" else "≥ 25,000/s"
        words = ["audit", "export", "--all", "--format", form, "--out", "export", "--overwrite"]
        asked[f"`zenml audit export --format {form}`"] = (words, goal)
    for name, (words, goal) in asked.items():
        rate = built.size / cost([PROGRAM, *words], variables(home), home).seconds
        rows.append((name, per_second(rate), f"{memory([PROGRAM, *words], variables(home), home):.0f} MiB", goal))
    size = os.path.getsize(built.path) / built.size
    rows.append(("The ledger's file, for each event", f"{size:,.0f} bytes", "", "≤ 900 bytes"))
    header = ("", "Events, a second of processor time", "Memory, at most", "Goal")
    return Table(f"All of {power(events)} events", header, rows)


def hashed(database: sqlite3.Connection, built: Built) -> bytes:
    """Returns the root of a profile's tree, computed from the stored texts.

    Raises:
        CanonicalError: One of them is not canonical.
    """
    head = Frontier()
    for ledger_id, position, topic, state, _ in stored_events.events(database, built.ledger_id):
        text = state.decode()
        fields = canonical.parse(text)
        if canonical.text(fields) != text or not isinstance(fields, dict):
            raise canonical.CanonicalError(f"The text at position {position} is not canonical")
        head = head.appended(leaf_hash(ledger_id, position, topic, fields))
    return head.root()

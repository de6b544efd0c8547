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
from zenml.evidence.merkle import Frontier
from zenml.ledger.stored_text import sound_together
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
        ("Views made anew", per_second(built.size / taken["rebuild"]), "", "", "≥ 60,000/s"),
        ("Every stored text checked and hashed, in a loop", per_second(built.size / taken["hash"]), "", "", ""),
    ]
    asked = {"`zenml audit verify`": (["audit", "verify"], "≥ 40,000/s")}
    for form in FORMATS:
        goal = "≥ 20,000/s" if form == "html" else "≥ 25,000/s"
        words = ["audit", "export", "--all", "--format", form, "--out", "export", "--overwrite"]
        asked[f"`zenml audit export --format {form}`"] = (words, goal)
    for name, (words, goal) in asked.items():
        needed = cost([PROGRAM, *words], variables(home), home)
        worked, waited = (per_second(built.size / seconds) for seconds in (needed.seconds, needed.passed))
        most = memory([PROGRAM, *words], variables(home), home)
        rows.append((name, worked, waited, f"{most:.0f} MiB", goal))
    size = os.path.getsize(built.path) / built.size
    rows.append(("The ledger's file, for each event", f"{size:,.0f} bytes", "", "", "≤ 900 bytes"))
    header = ("", "Events, a second of processor time", "Events, a second on the clock", "Memory, at most", "Goal")
    return Table(f"All of {power(events)} events", header, rows)


def hashed(database: sqlite3.Connection, built: Built) -> bytes:
    """Returns the root of a profile's tree, computed from the stored texts.

    Raises:
        ValueError: One of them is not what the program writes.
    """
    head = Frontier()
    for event, sound in sound_together(stored_events.events(database, built.ledger_id)):
        if sound is None:
            raise ValueError(f"The text at position {event.position} takes a closer look.")
        head = head.appended(sound.leaf)
    return head.root()

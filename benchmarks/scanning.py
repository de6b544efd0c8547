"""Going through a whole ledger: making the views anew, and hashing every stored text again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

from benchmarks.homes import variables
from benchmarks.synthetic import Built, build
from benchmarks.tables import Table, per_second, power
from benchmarks.timing import interleaved
from zenml.audit.formats import FORMATS
from zenml.evidence import canonical
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.projections import stored_events
from zenml.projections.database import connect
from zenml.stores.local import LocalStore

_PEAK = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss"
_ROUNDS = 3  # a round takes seconds and is an average over all events already


def measure(folder: str, events: int) -> Table:
    """Measures on a ledger of so many events."""
    built = build(os.path.join(folder, "scanned"), events)
    with closing(LocalStore(built.path)) as store, closing(connect(built.path)) as database:
        taken = interleaved({"rebuild": store.rebuild, "verify": lambda: verify(database, built)}, _ROUNDS)
    rows = [
        ("Views made anew", per_second(built.size / taken["rebuild"]), "≥ 80,000/s"),
        ("Every stored text checked and hashed", per_second(built.size / taken["verify"]), ""),
    ]
    for form in FORMATS:
        seconds, peak = _exported(os.path.join(folder, "scanned"), form)
        rows.append((f"`zenml audit export --format {form}`, {peak} MiB", per_second(built.size / seconds), ""))
    return Table(f"All of {power(events)} events", ("", "Events", "Goal"), rows)


def _exported(folder: str, form: str) -> tuple[float, int]:
    """Returns the seconds that an export of everything took, and the most memory it had, in MiB."""
    program = "import resource, sys; from zenml.cli.entry import main\ntry: main()\nfinally: print(" + _PEAK + ")"
    began = time.perf_counter()
    words = ["audit", "export", "--all", "--format", form, "--out", "export", "--overwrite"]
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        env={**os.environ, **variables(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - began, int(done.stdout) // 1024


def verify(database: sqlite3.Connection, built: Built) -> bytes:
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

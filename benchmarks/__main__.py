"""``python -m benchmarks``: measures everything once and prints tables in Markdown."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import growth, programs, scanning, writing
from benchmarks.tables import replaced, report

_SHORT, _MIDDLE, _SCANNED = 100, 10_000, 100_000  # events


def main() -> None:
    """Runs the measurements."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure what the program costs, and print tables in Markdown."
    )
    parser.add_argument("--rounds", type=int, default=15, help="how often everything is measured (15)")
    parser.add_argument("--events", type=int, default=1_000_000, help="length of the longest ledger (1000000)")
    parser.add_argument("--quick", action="store_true", help="5 rounds, and no ledger of more than 10000 events")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables between the markers of a file")
    chosen = parser.parse_args()
    rounds, events = (5, _MIDDLE) if chosen.quick else (chosen.rounds, chosen.events)
    lengths = [length for length in (_SHORT, _MIDDLE) if length < events] + [events]
    with tempfile.TemporaryDirectory(prefix="zenml-benchmarks-") as folder:
        _say("whole commands")
        tables = [programs.measure(folder, rounds)]
        _say("changes")
        tables.append(writing.measure(folder, rounds))
        _say("scans")
        tables.append(scanning.measure(folder, min(events, _SCANNED)))
        _say("growth: makes the long ledgers first")
        tables.append(growth.measure(folder, lengths, rounds))
    measured = report(tables, rounds)
    print(measured)
    if chosen.write:
        chosen.write.write_text(replaced(chosen.write.read_text("utf-8"), measured), "utf-8")


def _say(measuring: str) -> None:
    print(f"measuring {measuring}", file=sys.stderr)


if __name__ == "__main__":
    main()

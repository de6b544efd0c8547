"""``python -m benchmarks``: measures everything once and prints tables in Markdown."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    crowds,
    growth,
    pages,
    programs,
    runs,
    scanning,
    served,
    shared_profiles,
    starting,
    stores,
    writing,
)
from benchmarks.charts import Chart
from benchmarks.tables import Table, replaced, report

_SHORT, _MIDDLE, _SCANNED = 100, 10_000, 100_000  # events
_WRITERS = 8


def main() -> None:
    """Runs the measurements."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure what the program costs, and print tables in Markdown."
    )
    parser.add_argument("--rounds", type=int, default=15, help="how often everything is measured (15)")
    parser.add_argument("--events", type=int, default=1_000_000, help="length of the longest ledger (1000000)")
    parser.add_argument("--quick", action="store_true", help="5 rounds, and no ledger of more than 10000 events")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables between the markers of a file")
    parser.add_argument("--shared", action="store_true", help="measure profiles in the databases of this machine")
    parser.add_argument("--served", action="store_true", help="measure a profile that a service keeps")
    parser.add_argument("--runs", action="store_true", help="measure runs, and all else beside 20000 of them")
    parser.add_argument("--pages", action="store_true", help="measure the page")
    chosen = parser.parse_args()
    rounds, events = (5, _MIDDLE) if chosen.quick else (chosen.rounds, chosen.events)
    with tempfile.TemporaryDirectory(prefix="zenml-benchmarks-") as folder:
        charts: list[Chart] = []
        if chosen.pages:
            tables = [pages.measure(folder, rounds)]
        elif chosen.runs:
            tables = runs.measure(folder, rounds)
        elif chosen.served or chosen.shared:
            tables = (_served if chosen.served else _shared)(folder, rounds, events)
        else:
            tables, charts = _alone(folder, rounds, events)
    measured = report(tables, rounds)
    print(measured)
    if chosen.write:
        for chart in charts:
            chart.write(chosen.write.parent)
        chosen.write.write_text(replaced(chosen.write.read_text("utf-8"), measured), "utf-8")


def _alone(folder: str, rounds: int, events: int) -> tuple[list[Table], list[Chart]]:
    """Measures what is of this machine alone; says of each part what it measured, since it takes long."""
    lengths = [length for length in (_SHORT, _MIDDLE) if length < events] + [events]
    _say("whole commands")
    tables = _shown(programs.measure(folder, rounds))
    start = starting.measure(folder, rounds)
    _say("changes")
    tables += _shown([writing.measure(folder, rounds)])
    _say("many stacks, profiles, repositories: makes them first")
    crowded, stacks = crowds.measure(folder, rounds, quick=events <= _MIDDLE)
    tables += _shown(crowded)
    _say("scans")
    tables += _shown([scanning.measure(folder, min(events, _SCANNED))])
    _say("growth: makes the long ledgers first")
    grown, history = growth.measure(folder, lengths, rounds)
    return [*tables, grown], [start, history, stacks]


def _shared(folder: str, rounds: int, events: int) -> list[Table]:
    """Measures profiles that machines share."""
    _say("changes in shared databases")
    tables = [stores.measure(folder, rounds)]
    _say("machines that write at once")
    tables.append(shared_profiles.writers(folder, _WRITERS, rounds))
    _say("reads")
    tables.append(shared_profiles.reading(folder, rounds))
    _say("distance")
    tables.append(shared_profiles.distance(folder))
    _say("first syncs")
    return [*tables, shared_profiles.first_sync(folder, min(events, _SCANNED))]


def _served(folder: str, rounds: int, events: int) -> list[Table]:
    """Measures a profile that a service keeps."""
    _say("commands in the profile of a service")
    tables = [served.commands(folder, rounds)]
    _say("a service under load")
    tables.append(served.load(folder, min(events // 10, _MIDDLE)))
    _say("joining the profile of a service")
    return [*tables, served.first_join(folder, min(events, _SCANNED))]


def _shown(tables: list[Table]) -> list[Table]:
    for table in tables:
        print(table.markdown(), file=sys.stderr)
    return tables


def _say(measuring: str) -> None:
    print(f"measuring {measuring}", file=sys.stderr)


if __name__ == "__main__":
    main()

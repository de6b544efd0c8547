"""What the length of the history costs: the same questions and changes in ledgers of several lengths."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from random import Random

from benchmarks.homes import variables
from benchmarks.programs import registration, zenml
from benchmarks.synthetic import QUIET, Built, build
from benchmarks.tables import Table, milliseconds, power, ratio
from benchmarks.timing import Task, interleaved
from zenml.projections import stacks
from zenml.projections.database import connect
from zenml.repository.reading import look

_GOAL = "≤ 1.2"
_IN_PROCESS = 20  # times as many rounds: a query is over in a millisecond

Tasks = dict[str, Callable[[int], Task]]
"""For a number of events, what to run."""


def measure(folder: str, lengths: list[int], rounds: int) -> Table:
    """Measures with ledgers of so many events, of which the first one is what the others are compared with."""
    ledgers = {length: build(os.path.join(folder, str(length)), length) for length in lengths}
    environments = {length: variables(os.path.join(folder, str(length))) for length in lengths}
    with ExitStack() as opened:
        databases = {
            length: opened.enter_context(closing(connect(built.path))) for length, built in ledgers.items()
        }
        random = Random(0)
        queries: Tasks = {
            "Stacks now, in process": lambda length: partial(_stacks_now, ledgers[length]),
            "Stacks at any position, in process": lambda length: partial(
                _stacks_then, databases[length], ledgers[length], random
            ),
        }
        rows = _rows(queries, lengths, rounds * _IN_PROCESS)
    commands: Tasks = {
        "`zenml stack list`": lambda length: zenml("stack list", environments[length], folder),
        "`zenml history --limit 20`": lambda length: zenml("history --limit 20", environments[length], folder),
        "the same in a quiet profile": lambda length: zenml(
            "history --limit 20", {**environments[length], "ZENML_ACTIVATED_PROFILE": QUIET}, folder
        ),
        "`zenml stack register`": lambda length: registration(environments[length], folder),
        "`zenml undo`": lambda length: zenml("undo", environments[length], folder),
    }
    rows += _rows(commands, lengths, rounds)
    sizes = [power(length) for length in lengths]
    header = ("", *sizes, *(f"{size} : {sizes[0]}" for size in sizes[1:]), "Goal")
    return Table("Growing history, ten stacks throughout", header, rows)


def _rows(tasks: Tasks, lengths: list[int], rounds: int) -> list[tuple[str, ...]]:
    taken = interleaved(
        {f"{name} {length}": task(length) for name, task in tasks.items() for length in lengths},
        rounds,
        rivals=len(lengths),
    )
    rows = []
    for name in tasks:
        times = [taken[f"{name} {length}"] for length in lengths]
        ratios = (ratio(time, times[0]) for time in times[1:])
        rows.append((name, *map(milliseconds, times), *ratios, _GOAL))
    return rows


def _stacks_now(built: Built) -> None:
    with look(built.path, None) as now:
        assert now is not None
        assert now.stacks()


def _stacks_then(database: sqlite3.Connection, built: Built, random: Random) -> None:
    assert stacks.stacks(database, built.ledger_id, at=random.randint(built.settled, built.size))

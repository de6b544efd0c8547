"""What the length of the history costs: the same questions and changes in ledgers of several lengths."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from functools import partial
from random import Random

from benchmarks.charts import Growth
from benchmarks.homes import variables
from benchmarks.programs import registration, zenml
from benchmarks.synthetic import QUIET, Built, build
from benchmarks.tables import Table, compared_table, power, ratios
from benchmarks.timing import Task, interleaved
from zenml.projections import stacks
from zenml.projections.database import connect
from zenml.projections.temporal import LEDGER
from zenml.snapshot.looks import look

_TITLE = "Growing history, ten stacks throughout"
_GOAL = "≤ 1.2"
_APART = 1000  # changes
_BOTH = ("undo", "redo")
_IN_PROCESS = 20  # times as many rounds: a query is over in a millisecond

Tasks = dict[str, Callable[[int], Task]]
"""For a number of events, what to run."""


def measure(folder: str, lengths: list[int], rounds: int) -> tuple[Table, Growth]:
    """Measures with ledgers of so many events, of which the first one is what the others are compared with.

    Returns:
        A table, and a picture of it.
    """
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
        compared = _compared(queries, lengths, rounds * _IN_PROCESS)
    commands: Tasks = {
        "`zenml stack list`": lambda length: zenml("stack list", environments[length], folder),
        "`zenml history --limit 20`": lambda length: zenml("history --limit 20", environments[length], folder),
        "the same in a quiet profile": lambda length: zenml(
            "history --limit 20", {**environments[length], "ZENML_ACTIVATED_PROFILE": QUIET}, folder
        ),
        "`zenml stack register`": lambda length: registration(environments[length], folder),
        "`zenml undo`": lambda length: zenml("undo", environments[length], folder),
        "`zenml stack list --at` any change": lambda length: _at(ledgers[length], environments[length], folder),
        "`zenml diff` of changes up to 1000 apart": lambda length: _diff(
            ledgers[length], environments[length], folder
        ),
        "`zenml blame` of a stack": lambda length: _blame(ledgers[length], environments[length], folder),
        "undo of the oldest change, and redo": lambda length: _oldest(
            ledgers[length], environments[length], folder
        ),
    }
    compared |= _compared(commands, lengths, rounds)
    return compared_table(_TITLE, compared, [power(length) for length in lengths], _GOAL), Growth(
        "performance-history.svg", _TITLE, "events", lengths, ratios(compared)
    )


def _compared(tasks: Tasks, lengths: list[int], rounds: int) -> dict[str, list[float]]:
    """Returns the seconds of each task, for each length."""
    taken = interleaved(
        {f"{name} {length}": task(length) for name, task in tasks.items() for length in lengths},
        rounds,
        rivals=len(lengths),
    )
    return {name: [taken[f"{name} {length}"] for length in lengths] for name in tasks}


def _at(built: Built, environment: Mapping[str, str], folder: str) -> Task:
    changes, random = Changes(built), Random(1)
    return lambda: zenml(f"stack list --at {changes.any(random)}", environment, folder)()


def _diff(built: Built, environment: Mapping[str, str], folder: str) -> Task:
    changes, random = Changes(built), Random(2)

    def compare() -> None:
        first = random.randint(changes.first, max(changes.first, changes.last - _APART))
        last = min(first + _APART, changes.last)
        zenml(f"diff {changes.named(first)} {changes.named(last)}", environment, folder)()

    return compare


def _blame(built: Built, environment: Mapping[str, str], folder: str) -> Task:
    with closing(connect(built.path)) as database:
        name = stacks.stack_names(database, built.ledger_id)[-1]
    return zenml(f"blame stack {name}", environment, folder)


def _oldest(built: Built, environment: Mapping[str, str], folder: str) -> Task:
    changes = Changes(built)
    name = changes.named(changes.first)
    back, again = (zenml(f"{verb} {name} --any-actor --reason measured", environment, folder) for verb in _BOTH)

    def both() -> None:
        back()
        again()

    return both


class Changes:
    """The changes of the profile, by number.

    Attributes:
        first: The number of the first one after the profile was made.
        last: That of the last one when the ledger was built.
    """

    def __init__(self, built: Built) -> None:
        self._built = built
        with closing(connect(built.path)) as database:
            sql = f"SELECT min(number), max(number) FROM change_parts WHERE ledger = {LEDGER.format('?')}"
            made, self.last = database.execute(sql, (built.ledger_id,)).fetchone()
            sql = f"SELECT min(number) FROM change_parts WHERE ledger = {LEDGER.format('?')} AND number > ?"
            (self.first,) = database.execute(sql, (built.ledger_id, made)).fetchone()

    def named(self, number: int) -> str:
        """Returns the letters of a change."""
        with closing(connect(self._built.path)) as database:
            return str(database.execute("SELECT letters FROM changes WHERE number = ?", (number,)).fetchone()[0])

    def any(self, random: Random) -> str:
        """Returns the letters of some change after the stacks were there."""
        return self.named(random.randint(self.first, self.last))


def _stacks_now(built: Built) -> None:
    with look(built.path, None) as now:
        assert now is not None
        assert now.stacks()


def _stacks_then(database: sqlite3.Connection, built: Built, random: Random) -> None:
    assert stacks.stacks(database, built.ledger_id, at=random.randint(built.settled, built.size))

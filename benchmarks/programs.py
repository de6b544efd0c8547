"""Whole commands, as the shell starts them, against a Python that does nothing."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Mapping

from benchmarks.homes import PROGRAM, variables
from benchmarks.tables import Table, milliseconds, ratio
from benchmarks.timing import Task, interleaved, on_terminal, piped

_BARE = "`python -c pass`"
_ON_TERMINAL = "`zenml stack list` on a terminal"
_TAB = "`zenml stack set` and TAB, in bash"
_ASKED = {"_ZENML_COMPLETE": "complete_bash", "COMP_WORDS": "zenml stack set ", "COMP_CWORD": "3"}
_GOALS = {
    _BARE: "",
    "`zenml status`": "≤ 3",
    "`zenml stack get`": "≤ 3",
    "`zenml stack list`": "≤ 4",
    _ON_TERMINAL: "≤ 9",
    "`zenml stack register`": "≤ 18",
    "`zenml undo`": "≤ 18",
    "`zenml --help`": "",
    _TAB: "",
}


def measure(folder: str, rounds: int) -> Table:
    """Measures commands in a new home outside any repository."""
    environment = variables(os.path.join(folder, "config"))
    tasks = {
        _BARE: piped([sys.executable, "-c", "pass"], environment, folder),
        "`zenml status`": zenml("status", environment, folder),
        "`zenml stack get`": zenml("stack get", environment, folder),
        "`zenml stack list`": zenml("stack list", environment, folder),
        _ON_TERMINAL: on_terminal([PROGRAM, "stack", "list"], environment, folder),
        "`zenml stack register`": registration(environment, folder),
        "`zenml undo`": zenml("undo", environment, folder),
        "`zenml --help`": zenml("--help", environment, folder),
        _TAB: zenml("", {**environment, **_ASKED}, folder),
    }
    taken = interleaved(tasks, rounds)
    rows = [
        (name, milliseconds(taken[name]), ratio(taken[name], taken[_BARE]), goal) for name, goal in _GOALS.items()
    ]
    return Table("Whole commands", ("Command", "Median", "Bare Pythons", "Goal"), rows)


def zenml(words: str, environment: Mapping[str, str], folder: str) -> Task:
    """Returns a task that runs the program."""
    return piped([PROGRAM, *words.split()], environment, folder)


def registration(environment: Mapping[str, str], folder: str) -> Task:
    """Returns a task that registers a stack of another name each time."""
    numbers = itertools.count()

    def register() -> None:
        words = f"stack register measured-{next(numbers)} -a default -o default -m default"
        zenml(words, environment, folder)()

    return register

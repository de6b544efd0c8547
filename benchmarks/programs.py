"""Whole commands, as the shell starts them, against a Python that does nothing, and beside git and kubectl."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

from benchmarks.homes import PROGRAM, variables
from benchmarks.processes import memory, worked, worked_on_terminal
from benchmarks.tables import Table, milliseconds, ratio
from benchmarks.timing import Task, interleaved

Run = Callable[[list[str], Mapping[str, str], str], Task]
"""How a process is measured: its command line, its environment, its folder."""

_BARE = "`python -c pass`"
_INSERT = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute("PRAGMA synchronous = FULL")
database.execute("CREATE TABLE IF NOT EXISTS stacks (name TEXT)")
database.execute("INSERT INTO stacks VALUES ('prod')")
database.close()
"""
_TAB = {"_ZENML_COMPLETE": "complete_bash", "COMP_WORDS": "zenml stack set ", "COMP_CWORD": "3"}
_KEPT = ("kept", "-a", "default", "-o", "default")
_FILE = "stacks.yaml"
_KUBECTL = "kubectl 1.32"
_FLOWN = {f"`{_KUBECTL} config get-contexts`": "3.8", f"`{_KUBECTL} config use-context`": "3.8"}
"""What kubectl cost where it was measured last, in bare Pythons: it is not installed everywhere."""

_KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: dev
clusters: [{name: here, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: me, user: {}}]
contexts:
- {name: dev, context: {cluster: here, user: me}}
- {name: prod, context: {cluster: here, user: me}}
"""


def measure(folder: str, rounds: int) -> list[Table]:
    """Measures commands in a new home outside any repository."""
    environment = variables(os.path.join(folder, "config"))
    ours = _ours(environment, folder)
    others = {_BARE: worked([sys.executable, "-c", "pass"], environment, folder), **_others(environment, folder)}
    taken = interleaved(others | {name: task for name, (task, _) in ours.items()}, rounds)

    def row(name: str, goal: str) -> tuple[str, ...]:
        return name, milliseconds(taken[name]), ratio(taken[name], taken[_BARE]), goal

    header = ("Command", "Processor time", "Bare Pythons", "Goal")
    rows = [row(_BARE, ""), *(row(name, goal) for name, (_, goal) in ours.items())]
    beside = [row(name, "") for name in others if name != _BARE]
    beside += [(name, "measured elsewhere", figure, "") for name, figure in _FLOWN.items() if name not in others]
    return [
        Table("Whole commands", header, rows),
        Table("Beside them", header[:-1], [cells[:-1] for cells in beside]),
        _memory(environment, folder),
    ]


def zenml(words: str, environment: Mapping[str, str], folder: str, run: Run = worked) -> Task:
    """Returns a task that runs the program."""
    return run([PROGRAM, *words.split()], environment, folder)


def registration(environment: Mapping[str, str], folder: str, run: Run = worked) -> Task:
    """Returns a task that registers a stack of another name each time."""
    numbers = itertools.count()

    def register() -> object:
        words = f"stack register measured-{next(numbers)} -a default -o default -m default"
        return zenml(words, environment, folder, run)()

    return register


def _ours(environment: Mapping[str, str], folder: str) -> dict[str, tuple[Task, str]]:
    """Returns what is measured of the program, and the goal of each."""

    def piped(words: str, **more: str) -> Task:
        return zenml(words, {**environment, **more}, folder)

    def on_terminal(*words: str) -> Task:
        return worked_on_terminal([PROGRAM, *words], {**environment, "ZENML_PAGER": ""}, folder)

    piped("profile list")()  # makes the profile
    piped(f"export --out {_FILE}")()
    reads = ("status", "stack get", "stack list")
    return {
        **{f"`zenml {words}`": (piped(words), "≤ 2.5") for words in reads},
        **{f"`zenml {words} --output=json`": (piped(f"{words} --output=json"), "≤ 2.5") for words in reads},
        "`zenml --version`": (piped("--version"), "≤ 1.5"),
        "`zenml --help`": (piped("--help"), "≤ 5"),
        "`zenml stack set` and TAB, in bash": (piped("", **_TAB), "≤ 4"),
        "`zenml stack list` on a terminal": (on_terminal("stack", "list"), "≤ 4"),
        "`zenml history` on a terminal": (on_terminal("history"), "≤ 6"),
        "`zenml stack register`": (registration(environment, folder), "≤ 11"),
        "`zenml stack set`": (piped("stack set default"), "≤ 11"),
        "`zenml apply` of nothing new": (piped(f"apply {_FILE}"), "≤ 11"),
        "`zenml stack register --dry-run`": (piped("stack register x -a default -o default --dry-run"), "≤ 11"),
        "`zenml undo`": (piped("undo"), "≤ 8"),
        "`zenml audit verify` of a few hundred events": (piped("audit verify"), ""),
    }


def _others(environment: Mapping[str, str], folder: str) -> dict[str, Task]:
    """Returns what is measured of other programs, where they are installed."""
    tasks = {
        "`python` and one insert with `sqlite3`": worked(
            [sys.executable, "-c", _INSERT, os.path.join(folder, "insert.db")], environment, folder
        )
    }
    if git := shutil.which("git"):
        where = os.path.join(folder, "git")
        subprocess.run([git, "init", "-q", where], env=environment, check=True)
        tasks["`git config --get`"] = worked([git, "config", "--get", "core.bare"], environment, where)
        tasks["`git config`, a write"] = worked([git, "config", "user.name", "ann"], environment, where)
    if kubectl := shutil.which("kubectl"):
        file = os.path.join(folder, "kubeconfig")
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(_KUBECONFIG)
        there = {**environment, "KUBECONFIG": file}
        for name, words in zip(_FLOWN, (["get-contexts"], ["use-context", "dev"]), strict=True):
            tasks[name] = worked([kubectl, "config", *words], there, folder)
    return tasks


def _memory(environment: Mapping[str, str], folder: str) -> Table:
    """Measures the most memory that commands have."""
    asked = {
        "`python -c pass`": ([sys.executable, "-c", "pass"], ""),
        "`zenml stack list`": ([PROGRAM, "stack", "list"], ""),
        "`zenml stack register`": ([PROGRAM, "stack", "register", *_KEPT], "≤ 28 MiB"),
        "`zenml undo`": ([PROGRAM, "undo"], "≤ 28 MiB"),
    }
    rows = [(name, f"{memory(words, environment, folder):.1f} MiB", goal) for name, (words, goal) in asked.items()]
    return Table("Memory", ("Command", "At most", "Goal"), rows)

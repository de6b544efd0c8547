"""Where the time of a command goes: the interpreter, what is imported, and the work."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from statistics import median

from benchmarks.charts import Parts
from benchmarks.homes import PROGRAM, variables
from benchmarks.processes import cost

_LINE = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \| *([\w.]+)\r?$", re.MULTILINE)  # microseconds, name
_SITE = re.compile(r"\| site\r?\n")
"""The last module that every Python imports."""

_LIBRARIES = {
    "eventsourcing": "event store library",
    "typing_extensions": "event store library",
    "typer": "typer",
    "pydantic": "pydantic",
    "pydantic_core": "pydantic",
    "orjson": "orjson",
    "yaml": "yaml",
}
_PYTHON, _STANDARD, _OURS, _WORK = "python -c pass", "standard library", "zenml's modules", "the work"
_PARTS = (_PYTHON, _STANDARD, *dict.fromkeys(_LIBRARIES.values()), _OURS, _WORK)
_SET_UP = {"undo": ("stack set default", "stack set s"), "stack set default": ("stack set s",)}
"""What is done before a command, so that it has something to do."""


def measure(folder: str, rounds: int) -> Parts:
    """Measures in a new home; the imports are in the proportions that ``python -X importtime`` tells."""
    environment = variables(os.path.join(folder, "starting"))
    _run("stack register s -a default -o default", environment, folder)
    commands = ("status", "stack list", "stack set default", "undo")
    return Parts(
        "performance-start.svg",
        "Where the processor time of a command goes",
        "milliseconds",
        {f"zenml {words}": _parts(words, environment, folder, rounds) for words in commands},
    )


def _parts(words: str, environment: Mapping[str, str], folder: str, rounds: int) -> dict[str, float]:
    rows: list[dict[str, float]] = []
    for _ in range(rounds):
        for before in _SET_UP.get(words, ()):
            _run(before, environment, folder)
        bare = cost([sys.executable, "-c", "pass"], environment, folder).seconds
        told = cost([sys.executable, "-X", "importtime", PROGRAM, *words.split()], environment, folder)
        for before in _SET_UP.get(words, ()):
            _run(before, environment, folder)
        whole = cost([PROGRAM, *words.split()], environment, folder).seconds
        slowed = told.seconds / whole  # by writing down what is imported
        row = {name: seconds * 1000 / slowed for name, seconds in _imported(told.said).items()}
        row[_PYTHON] = bare * 1000
        row[_WORK] = max(0.0, whole * 1000 - sum(row.values()))
        rows.append(row)
    return {name: median(row.get(name, 0.0) for row in rows) for name in _PARTS}


def _run(words: str, environment: Mapping[str, str], folder: str) -> None:
    cost([PROGRAM, *words.split()], environment, folder)


def _imported(said: str) -> dict[str, float]:
    """Returns the seconds that importing took, by what was imported; without what every Python imports."""
    parts: dict[str, float] = {}
    for microseconds, module in _LINE.findall(_SITE.split(said, maxsplit=1)[1]):
        top = module.partition(".")[0]
        name = _OURS if top == "zenml" else _LIBRARIES.get(top, _STANDARD)
        parts[name] = parts.get(name, 0.0) + int(microseconds) / 1e6
    return parts

"""What it costs that there are many things: the same commands beside ten stacks, and beside ten thousand."""

from __future__ import annotations

import os
from collections.abc import Callable

from benchmarks.charts import Growth
from benchmarks.homes import PROGRAM, inside, silent, variables
from benchmarks.processes import memory, worked_on_terminal
from benchmarks.programs import registration, zenml
from benchmarks.tables import Table, compared_table, ratios
from benchmarks.timing import Task, interleaved
from zenml.repository import Repository

_STACKS, _OTHERS = (10, 100, 1_000, 10_000), (10, 1_000)
_FLAT = "≤ 1.2"
_TAB = {"_ZENML_COMPLETE": "complete_bash", "COMP_WORDS": "zenml stack set stack-9", "COMP_CWORD": "3"}
_PARTS = {"artifact_store": "default", "metadata_store": "default"}
Tasks = dict[str, dict[int, Task]]
"""By name, what to run, for each number of things."""


def measure(folder: str, rounds: int, *, quick: bool) -> tuple[list[Table], Growth]:
    """Measures commands beside many stacks, profiles and repositories.

    Args:
        folder: Where homes are made.
        rounds: How often everything is measured.
        quick: Whether to leave out the largest numbers, which take minutes to make.

    Returns:
        Tables, and a picture of what is measured beside stacks.
    """
    numbers = _STACKS[:-1] if quick else _STACKS
    homes = {number: _with_stacks(os.path.join(folder, f"stacks-{number}"), number) for number in numbers}
    beside = _compared(_beside_stacks(homes, folder), numbers, rounds)
    tables = [_table("Many stacks in a profile", beside, numbers), _rows_of_a_list(homes, folder, rounds)]
    for noun, make in (("profiles", _with_profiles), ("repositories", _with_repositories)):
        made = {number: make(os.path.join(folder, f"{noun}-{number}"), number) for number in _OTHERS}
        tables.append(_table(f"Many {noun}", _compared(_writing(made, folder), _OTHERS, rounds), _OTHERS))
    picture = Growth(
        "performance-stacks.svg", "Ever more stacks in a profile", "stacks", list(numbers), ratios(beside)
    )
    return tables, picture


def _table(title: str, times: dict[str, list[float]], numbers: tuple[int, ...]) -> Table:
    return compared_table(title, times, [f"{number:,}" for number in numbers], _FLAT)


def _beside_stacks(homes: dict[int, dict[str, str]], folder: str) -> Tasks:
    reads = ("status", "stack get")
    return {
        **{
            f"`zenml {words}`": {number: zenml(words, home, folder) for number, home in homes.items()}
            for words in reads
        },
        **_writing(homes, folder),
        "`zenml stack set stack-9` and TAB": {
            number: zenml("", {**home, **_TAB}, folder) for number, home in homes.items()
        },
    }


def _writing(homes: dict[int, dict[str, str]], folder: str) -> dict[str, dict[int, Task]]:
    return {
        "`zenml stack register`": {number: registration(home, folder) for number, home in homes.items()},
        "`zenml stack set`": {number: zenml("stack set default", home, folder) for number, home in homes.items()},
        "`zenml undo`": {number: zenml("undo", home, folder) for number, home in homes.items()},
    }


def _compared(tasks: Tasks, numbers: tuple[int, ...], rounds: int) -> dict[str, list[float]]:
    """Returns the seconds of each task, for each number."""
    taken = interleaved(
        {f"{name} {number}": task for name, each in tasks.items() for number, task in each.items()},
        rounds,
        rivals=len(numbers),
    )
    return {name: [taken[f"{name} {number}"] for number in numbers] for name in tasks}


def _rows_of_a_list(homes: dict[int, dict[str, str]], folder: str, rounds: int) -> Table:
    numbers = (min(homes), max(homes))
    lists: dict[str, Callable[[dict[str, str]], Task]] = {
        "on a terminal": lambda home: worked_on_terminal([PROGRAM, "stack", "list"], home, folder),
        "piped": lambda home: zenml("stack list", home, folder),
    }
    times = _compared(
        {name: {number: task(homes[number]) for number in numbers} for name, task in lists.items()},
        numbers,
        rounds,
    )
    few, many = numbers
    rows = []
    for name, goal in (("on a terminal", "≤ 0.03 ms"), ("piped", "")):
        each = (times[name][1] - times[name][0]) / (many - few)
        most = memory([PROGRAM, "stack", "list"], homes[many], folder, terminal=name != "piped")
        rows.append((f"`zenml stack list` {name}", f"{each * 1000:.3f} ms", f"{most:.0f} MiB", goal))
    return Table("A row of a list", ("", "Each row", f"Memory for {many:,}", "Goal"), rows)


def _made(home: str) -> dict[str, str]:
    os.makedirs(home, exist_ok=True)
    return {**variables(home), "ZENML_PAGER": ""}


def _with_stacks(home: str, number: int) -> dict[str, str]:
    """Makes a home with so many stacks, each with an orchestrator of its own; returns the variables to use it."""

    def make(repository: Repository, each: int) -> None:
        repository.register_component("orchestrator", f"docker-{each}", "local_docker", {})
        repository.combine_stack(f"stack-{each}", {**_PARTS, "orchestrator": f"docker-{each}"})

    return _filled(home, number, 1_000, make)


def _with_profiles(home: str, number: int) -> dict[str, str]:
    return _filled(home, number, 100, lambda repository, each: repository.create_profile(f"profile-{each}"))


def _filled(home: str, number: int, together: int, make: Callable[[Repository, int], object]) -> dict[str, str]:
    """Makes a home with so many things of a kind, of which it has one; so many together: changes have a limit."""
    environment = _made(home)
    with inside(home):
        repository = Repository(notify=silent)
        for first in range(1, number, together):
            with repository.change():
                for each in range(first, min(first + together, number)):
                    make(repository, each)
    return environment


def _with_repositories(home: str, number: int) -> dict[str, str]:
    environment = _made(home)
    with inside(home):
        for each in range(number):
            root = os.path.join(home, "repositories", str(each))
            os.makedirs(root)
            Repository(notify=silent).initialize(root)
    return environment

"""How things are timed: side by side, round after round, so that the load of the machine falls on all alike."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

Task = Callable[[], object]
"""What is measured. One that returns seconds, a float, has measured itself."""


def interleaved(tasks: Mapping[str, Task], rounds: int, rivals: int = 1) -> dict[str, float]:
    """Runs all tasks in their order, then again, and returns the median seconds of each.

    A round that is not counted comes first: it fills caches and compiles modules.

    Args:
        tasks: What to run.
        rounds: How often.
        rivals: So many tasks in a row are to be compared with each other: they take turns in being the first
            of them, so that none always follows what another task left behind.
    """
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    names = list(tasks)
    groups = [names[first : first + rivals] for first in range(0, len(names), rivals)]
    for number in range(rounds + 1):
        turn = number % rivals
        for name in (name for group in groups for name in (*group[turn:], *group[:turn])):
            seconds = timed(tasks[name])
            if number > 0:
                taken[name].append(seconds)
    return {name: median(times) for name, times in taken.items()}


def timed(task: Task) -> float:
    """Runs a task and returns the seconds it took, or those that it returns."""
    start = perf_counter()
    measured = task()
    return measured if isinstance(measured, float) else perf_counter() - start


def piped(words: list[str], environment: Mapping[str, str], folder: str) -> Task:
    """Returns a task that runs a process whose output is a pipe.

    The task raises `RuntimeError` if the process fails: its time would say nothing.
    """

    def run() -> None:
        done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{words} failed: {done.stderr.decode()}")

    return run

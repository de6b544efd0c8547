"""What the measurements print."""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from benchmarks.timing import timed

MARKER = "<!-- measured -->"
"""Stands before and after the tables in a document."""


class Table(NamedTuple):
    """Rows under a header."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def markdown(self) -> str:
        """Returns the table in Markdown; numbers, in all columns but the first, stand to the right."""
        rule = ("---", *["---:"] * (len(self.header) - 1))
        lines = [f"| {' | '.join(cells)} |" for cells in (self.header, rule, *self.rows)]
        return "\n".join([f"### {self.title}", "", *lines, ""])


def report(tables: list[Table], rounds: int) -> str:
    """Returns all tables, after what has to be known of the machine."""
    facts = (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores; "
        f"appending 4 KiB to a file and syncing it to the disk takes {milliseconds(_sync())}. "
        f"Medians of {rounds} rounds, all things measured in turn in each. Whatever else the machine does "
        "makes the times meaningless, and the ratios, of things measured side by side, are what counts."
    )
    return "\n".join([facts, "", *(table.markdown() for table in tables)])


def replaced(document: str, measured: str) -> str:
    """Returns a document with other text between its markers.

    Raises:
        ValueError: It has not two of them.
    """
    parts = document.split(MARKER)
    if len(parts) != 3:
        raise ValueError(f"the document has {len(parts) - 1} lines {MARKER}, not two")
    return f"{parts[0]}{MARKER}\n\n{measured.strip()}\n\n{MARKER}{parts[2]}"


def milliseconds(seconds: float) -> str:
    """Returns a time with three digits that count."""
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 10 else f"{value:.2f} ms"


def per_second(rate: float) -> str:
    """Returns a rate in whole numbers."""
    return f"{rate:,.0f}/s"


def ratio(value: float, other: float) -> str:
    """Returns how many times the other a value is."""
    return f"{value / other:.2f}"


def compared_table(title: str, times: dict[str, list[float]], sizes: list[str], goal: str) -> Table:
    """Returns a table of what things take at several sizes, and how many times what they take at the first.

    Args:
        title: Its heading.
        times: By the name of a row, the seconds at each size.
        sizes: What the columns are called.
        goal: What the ratios shall be.
    """
    header = ("", *sizes, *(f"{size} : {sizes[0]}" for size in sizes[1:]), "Goal")
    rows = [
        (name, *map(milliseconds, row), *(ratio(seconds, row[0]) for seconds in row[1:]), goal)
        for name, row in times.items()
    ]
    return Table(title, header, rows)


def ratios(times: dict[str, list[float]]) -> dict[str, list[float]]:
    """Returns, by the name of a row as plain text, how many times the first each time is."""
    return {name.replace("`", ""): [seconds / row[0] for seconds in row] for name, row in times.items()}


def power(number: int) -> str:
    """Returns a number of events as a power of ten where it is one."""
    digits = str(number)
    exponents = str(len(digits) - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{exponents}" if digits.strip("0") == "1" else f"{number:,}"


def _sync() -> float:
    with tempfile.TemporaryFile(buffering=0) as file:

        def append() -> None:
            file.write(b"\0" * 4096)
            os.fsync(file.fileno())

        return median(timed(append) for _ in range(50))

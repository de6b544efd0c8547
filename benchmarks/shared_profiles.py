"""What a profile costs that machines share: the first sync, being behind, reading, and distance."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from statistics import median

from benchmarks.databases import PROFILE, TITLES, fill, join, servers, shared_database, sharing, size_of
from benchmarks.homes import inside, silent, variables
from benchmarks.programs import registration, zenml
from benchmarks.synthetic import build
from benchmarks.tables import Table, milliseconds, per_second, power, ratio
from benchmarks.timing import Task, interleaved, piped, timed
from tests.support.databases import fresh_url, port
from tests.support.network.lines import Line, line_to
from zenml import paths
from zenml.repository import Repository

_ASKS, _KNOWS = {"ZENML_FRESH": "0"}, {"ZENML_FRESH": "86400"}
_DISTANCE = 0.02  # seconds that a packet is under way
_WRITES = """
import os
from zenml.repository import Repository
for number in range({changes}):
    name = f"{{os.getpid()}}-{{number}}"
    parts = dict.fromkeys(("artifact_store", "metadata_store", "orchestrator"), "default")
    Repository(notify=lambda sentence: None).combine_stack(name, parts)
"""
"""What each of the writers runs."""

_STACK = ("renamed", "renamed-again")
_PARTS = ("artifact_store", "metadata_store", "orchestrator")


def first_sync(folder: str, events: int) -> Table:
    """Measures joining a profile that has so many events, on a new machine, and what that takes on disks."""
    built, rows = build(os.path.join(folder, "synced"), events), []
    for kind in servers():
        home = os.path.join(folder, f"synced-{kind}")
        with fresh_url(kind) as url:
            with shared_database(url) as database:
                fill(database, built)
            processor = time.process_time()
            taken = timed(partial(join, url, home))
            processor = time.process_time() - processor
            sizes = (size_of(url), os.path.getsize(paths.ledger_file(home)))
        each = (f"{size / built.size / 1024:.2f} KiB" for size in sizes)
        rows.append((TITLES[kind], f"{taken:.1f} s", f"{processor:.1f} s", "≤ 15 s", *each))
    header = ("Its database", "Time", "Of a processor", "Goal", "An event there", "An event here")
    return Table(f"Joining a profile of {power(events)} events", header, rows)


def writers(folder: str, count: int, changes: int) -> Table:
    """Measures machines that write to one profile all at once."""
    script = _WRITES.format(changes=changes)
    rows = []
    for kind in servers():
        homes = [os.path.join(folder, f"{kind}-writer-{number}") for number in range(count)]
        with sharing(kind, homes[0]) as url:
            for home in homes[1:]:
                join(url, home)
            began = time.perf_counter()
            running = [
                subprocess.Popen([sys.executable, "-c", script], env=variables(home), cwd=folder) for home in homes
            ]
            assert all(process.wait() == 0 for process in running)
            taken = time.perf_counter() - began
        rows.append((TITLES[kind], per_second(count * changes / taken)))
    return Table(f"{count} machines that make {changes} changes each, all at once", ("Database", "Changes"), rows)


def reading(folder: str, rounds: int) -> Table:
    """Measures `zenml stack list`: in a local profile, and in a shared one whose database is asked or not."""
    rows = []
    for kind in servers():
        here, there = (os.path.join(folder, f"{kind}-{name}") for name in ("here", "there"))
        with sharing(kind, here) as url:
            join(url, there)
            environment = variables(here)
            local = {**environment, "ZENML_ACTIVATED_PROFILE": "default"}
            here_alone = {
                "local": _list(local, folder),
                "known": _list({**environment, **_KNOWS}, folder),
            }
            asking = {
                "asked": _list({**environment, **_ASKS}, folder),
                "rename": _renaming(there),
                "behind": _list({**environment, **_ASKS}, folder),
            }
            taken = interleaved(here_alone, 4 * rounds, rivals=2) | interleaved(asking, rounds)
        title = TITLES[kind]
        rows += [
            (f"{title}: a local profile", milliseconds(taken["local"]), "1.00", ""),
            (f"{title}: within `ZENML_FRESH`", *_against(taken, "known", "local"), "≤ 1.1"),
            (f"{title}: the database is asked, nothing is new", *_against(taken, "asked", "local"), ""),
            (
                f"{title}: the same with one change behind, against none",
                *_against(taken, "behind", "asked"),
                "≤ 1.2",
            ),
        ]
    return Table("`zenml stack list`", ("Where", "Median", "Ratio", "Goal"), rows)


def distance(folder: str) -> Table:
    """Counts what goes to and fro, and measures it where each packet is under way for 20 ms."""
    rows = []
    for kind in servers():
        if kind == "sqlite":
            continue
        home = os.path.join(folder, f"{kind}-far")
        with ExitStack() as opened:
            url = opened.enter_context(sharing(kind, os.path.join(folder, f"{kind}-near")))
            line = opened.enter_context(line_to(port(kind)))
            join(line.url(url), home)
            environment = {**variables(home), **_ASKS}
            acts = {
                "stack list": _list(environment, folder),
                "stack register": registration({**environment, **_KNOWS}, folder, piped),
            }
            rows += [(f"{TITLES[kind]}: `zenml {name}`", *_far(line, act)) for name, act in acts.items()]
    header = ("Command", "Connections", "Questions", "Near", f"{_DISTANCE * 1000:.0f} ms away")
    return Table("Packets and distance", header, rows)


def _far(line: Line, act: Task) -> tuple[str, str, str, str]:
    act()
    line.watch()
    near = timed(act)
    asked = [sum(packet.to_server for packet in packets) for packets in line.packets]
    near = median([near, *(timed(act) for _ in range(4))])
    line.slow_down(_DISTANCE)
    try:
        far = median(timed(act) for _ in range(5))
    finally:
        line.slow_down(0)
    return str(len(asked)), str(sum(asked)), milliseconds(near), milliseconds(far)


def _list(environment: Mapping[str, str], folder: str) -> Task:
    return zenml("stack list", environment, folder, piped)


def _renaming(folder: str) -> Task:
    """Returns a task that makes a change on another machine."""
    with inside(folder):
        Repository(notify=silent).combine_stack(_STACK[0], dict.fromkeys(_PARTS, "default"))
    names = itertools.cycle((_STACK, _STACK[::-1]))

    def rename() -> None:
        with inside(folder):
            repository = Repository(notify=silent)
            assert repository.active_profile_name == PROFILE
            repository.rename_stack(*next(names))

    return rename


def _against(taken: Mapping[str, float], name: str, other: str) -> tuple[str, str]:
    return milliseconds(taken[name]), ratio(taken[name], taken[other])

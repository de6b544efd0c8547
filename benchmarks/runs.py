"""What runs cost: the file that has them, and every command beside thousands of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from random import Random
from time import process_time
from typing import Any, NamedTuple

from benchmarks.homes import PROGRAM, inside, silent, variables
from benchmarks.processes import worked
from benchmarks.programs import registration, zenml
from benchmarks.synthetic import Built, build
from benchmarks.tables import Table, compared_table, milliseconds, ratio
from benchmarks.timing import interleaved, piped
from zenml import paths
from zenml.api.runs.running import WantedRun, begin, finish, prepare
from zenml.domain.run_events import RunCode, RunFinished
from zenml.evidence import canonical
from zenml.evidence.merkle import Frontier
from zenml.ledger.ids import new_change_id, utc_now
from zenml.ledger.stored_text import sound_together
from zenml.projections import stacks, stored_events
from zenml.projections.database import connect
from zenml.projections.runs import ledgers
from zenml.repository import Repository
from zenml.runs.looking.finding_runs import find_runs
from zenml.runs.running.started import salted
from zenml.stores.runs.file import RunsFile

_RUNS = 20_000
_EVENTS = 10_000
_IN_PROCESS = 20  # times as many rounds: a query is over in milliseconds
SOME_VALUE = {"docker_parent_image": "python:3.11-slim"}
"""The value that most components of such a profile have."""

_COMMAND = ("python", "train.py", "--epochs", "20", "--learning-rate", "0.003")
_CODE = RunCode(
    vcs="git",
    commit="1d2f3a4b5c6d7e8f90a1b2c3d4e5f60718293a4b",
    dirty=True,
    diff=salted("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
)
_ORIGIN = {
    "folder": "/home/ana/project",
    "host": "workstation",
    "remote": "https://github.com/example/project",
    "session": "tty 4242 1234567",
}


def measure(folder: str, rounds: int) -> list[Table]:
    """Measures with a ledger as it is after years, with and without runs."""
    without, beside = os.path.join(folder, "without-runs"), os.path.join(folder, "with-runs")
    size = add_runs(beside, build(beside, _EVENTS), _RUNS)
    shutil.copytree(beside, without)
    shutil.rmtree(paths.runs_folder(without))
    homes = {"without": variables(without), "with": variables(beside)}
    commands = ("stack list", "history --limit 20", "show", "status", "undo --dry-run")
    taken = interleaved(
        {
            f"{command} {home}": zenml(command, environment, folder)
            for command in commands
            for home, environment in homes.items()
        }
        | {f"register {home}": registration(environment, folder) for home, environment in homes.items()},
        rounds,
        rivals=2,
    )
    compared = {f"`zenml {command}`": [taken[f"{command} {home}"] for home in homes] for command in commands} | {
        "`zenml stack register`": [taken[f"register {home}"] for home in homes]
    }
    title = f"Other commands beside {_RUNS:,} runs"
    return [
        _running(os.path.join(folder, "running"), rounds),
        compared_table(title, compared, ["0 runs", f"{_RUNS:,} runs"], "≤ 1.05"),
        _looking(beside, size, rounds),
    ]


def _running(folder: str, rounds: int) -> Table:
    """Measures a run of a program that does nothing, in a repository of Git where there is one."""
    environment, project = variables(os.path.join(folder, "config")), os.path.join(folder, "project")
    os.makedirs(project)
    if git := shutil.which("git"):
        commit = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "first"]
        for words in (["init", "-q"], ["remote", "add", "origin", "git@example.com:a/b.git"], commit):
            subprocess.run([git, *words], cwd=project, env=environment, check=True)
    bare, run = [sys.executable, "-c", "pass"], [PROGRAM, "run", "--", "true"]
    taken = interleaved(
        {
            "bare": worked(bare, environment, project),
            "run": worked(run, environment, project),
            "bare, on the clock": piped(bare, environment, project),
            "run, on the clock": piped(run, environment, project),
        },
        rounds,
        rivals=2,
    )
    rows = [
        ("Processor time", milliseconds(taken["run"]), ratio(taken["run"], taken["bare"]), ""),
        (
            "On the clock, with 10 syncs to the disk",
            milliseconds(taken["run, on the clock"]),
            ratio(taken["run, on the clock"], taken["bare, on the clock"]),
            "≤ 100 ms",
        ),
    ]
    return Table("`zenml run -- true`", ("", "Measured", "Bare Pythons", "Goal"), rows)


def _looking(folder: str, size: int, rounds: int) -> Table:
    """Measures the questions about runs, as parts of the history's, which is what people are used to."""
    environment = variables(folder)
    tasks = {
        "newest": zenml("runs list --limit 20", environment, folder),
        "history": zenml("history --limit 20", environment, folder),
    }
    taken = interleaved(tasks, rounds, rivals=2)
    with inside(folder):
        repository = Repository(notify=silent)
        by_value = interleaved({"value": lambda: _with_value(repository)}, rounds * _IN_PROCESS)["value"]
    rows = [
        (
            "`zenml runs list --limit 20`, of `zenml history --limit 20`",
            f"{taken['newest'] / taken['history']:.2f}",
            "≤ 1.2",
        ),
        ("The 20 newest with a value, in process", f"{by_value * 1000:.2f} ms", "≤ 5 ms"),
        ("The file, for each run", f"{size / _RUNS:,.0f} bytes", "≤ 2,048 bytes"),
    ]
    return Table(f"Looking at {_RUNS:,} runs", ("", "Measured", "Goal"), rows)


def _with_value(repository: Repository) -> float:
    """Asks for runs with a value, and returns the seconds of processor time that it takes."""
    with repository.reading() as snapshot:
        began = process_time()
        find_runs(snapshot, repository.config_directory, uses=SOME_VALUE, limit=20)
        return process_time() - began


def add_runs(folder: str, built: Built, count: int, seed: int = 0) -> int:
    """Records runs of the profile as of random positions, on the stacks that there were; returns the file's size.

    The first is recorded as the program does it; all others say the same of themselves, but with ids, salts and
    points of their own.
    """
    random = Random(seed)
    with inside(folder):
        repository = Repository(notify=silent)
        wanted = WantedRun(name="nightly", command=_COMMAND, parameters={"epochs": 20})
        first = begin(repository, prepare(repository, wanted), wanted)
        finish(first, first.end("succeeded", 0))
        with repository.reading() as snapshot:
            row = ledgers.runs_ledgers(snapshot.connection, built.ledger_id)[0]
    path = paths.runs_file(folder, built.ledger_id, row.year)
    positions = [random.randint(built.settled, built.size) for _ in range(count - 1)]
    known = _known(built, set(positions))
    pattern = {**first.event.to_fields(), "code": _CODE.to_fields(), "origin": salted(_ORIGIN).to_fields()}
    with RunsFile(path, row.runs_ledger_id).locked() as locked:
        for number, position in enumerate(positions):
            run_id = new_change_id()
            began = {
                **_salted_anew(pattern),
                "run_id": run_id,
                "position": position,
                "root": known[position].root,
                "stack_id": random.choice(known[position].stack_ids),
                "name": f"run {number % 50}" if number % 3 else None,
                "time": utc_now(),
                "prior_root": locked.head.root().hex(),
            }
            locked.store("zenml:RunStarted", canonical.text(began).encode())
            ended = RunFinished(run_id=run_id, outcome="succeeded", exit_code=0, signal=None, time=utc_now())
            locked.append(ended)
    return os.path.getsize(path)


class _Point(NamedTuple):
    """What there was at a position of the profile's ledger."""

    root: str
    stack_ids: list[str]


def _known(built: Built, positions: set[int]) -> dict[int, _Point]:
    """Returns the root over the events up to each of some positions, and the ids of the stacks that there were."""
    known, head = dict[int, _Point](), Frontier()
    with closing(connect(built.path)) as database:
        for event, sound in sound_together(stored_events.events(database, built.ledger_id)):
            assert sound is not None  # the program wrote it, or what is beside this module
            head = head.appended(sound.leaf)
            if event.position in positions:
                rows = stacks.stacks(database, built.ledger_id, event.position)
                known[event.position] = _Point(head.root().hex(), [row.stack_id for row in rows])
    return known


def _salted_anew(value: Any) -> Any:
    """Returns the fields of an event with other salts, as each event has its own."""
    if isinstance(value, dict):
        inner = {name: _salted_anew(part) for name, part in value.items()}
        return {**inner, "s": os.urandom(16).hex()} if set(value) == {"s", "v"} else inner
    return value

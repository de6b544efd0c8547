"""Runs of a profile that machines share, recorded and looked at on one machine or another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple, cast

from tests.support import plain_sql, shared
from tests.support.program import Home
from zenml.api.runs.ledgers import ledger_of_this_year
from zenml.domain.run_events import RunArtifact, RunEvent, RunFinished, RunNoted, RunStarted
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.ledger.ids import new_id, utc_now
from zenml.ledger.origin import origin
from zenml.projections.database import open_still
from zenml.projections.machine import ProfileRow
from zenml.projections.runs import queries
from zenml.projections.runs.ledgers import RunsLedgerRow
from zenml.projections.runs.queries import RunRow
from zenml.projections.versions import FORMAT
from zenml.repository import Repository
from zenml.runs.configuration import Configuration, configuration
from zenml.runs.recording.following import follow_runs
from zenml.runs.recording.opening import open_runs, runs_file
from zenml.runs.running.code import FoundCode
from zenml.runs.running.masking import Mask
from zenml.runs.running.started import RunRequest, salted, started
from zenml.stores.runs.file import RunsFile
from zenml.stores.runs.shared import SharedRuns
from zenml.stores.runs.store import RunsStore
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place


class Recorded(NamedTuple):
    """A run that was recorded to have begun, and where."""

    event: RunStarted
    store: RunsStore

    @property
    def run_id(self) -> str:
        return self.event.run_id


@contextmanager
def on(home: Home) -> Iterator[Repository]:
    """Works on a machine, under the names that it and its user have."""
    with shared._as_on(home), shared._on(home) as repository:
        yield repository


def opened(repository: Repository) -> tuple[ProfileRow, RunsLedgerRow, RunsStore]:
    """Returns where the runs of the active profile are recorded."""
    row = ledger_of_this_year(repository)
    with repository.reading() as snapshot:
        profile = snapshot.active.profile
    assert profile is not None
    return profile, row, open_runs(repository.config_directory, profile, row)


def beginning(repository: Repository, name: str | None = None) -> RunStarted:
    """Returns the first event of a run, which is not recorded yet."""
    with repository.reading() as snapshot:
        chosen = configuration(snapshot, None)
    request = RunRequest(name=name, command=("python", "train.py"), folder="/work")
    return started(chosen, origin(None, None, None), request, FoundCode(), Mask())


def begin(home: Home, name: str | None = None) -> Recorded:
    """Records on a machine that a run begins."""
    with on(home) as repository:
        _, _, store = opened(repository)
        event = beginning(repository, name)
        store.append([event])
        return Recorded(event, store)


def finish(home: Home, run_id: str, outcome: str = "succeeded") -> None:
    """Records on a machine that a run ended."""
    with on(home) as repository:
        opened(repository)[2].append([ended(run_id, outcome)])


def ended(run_id: str, outcome: str = "succeeded") -> RunFinished:
    """Returns the last event of a run."""
    return RunFinished.from_fields(
        {"run_id": run_id, "outcome": outcome, "exit_code": 0, "signal": None, "time": utc_now()}
    )


def seen(home: Home) -> list[RunRow]:
    """Returns the runs that a machine sees once it has asked for those of others, the newest first."""
    with on(home) as repository:
        profile, row, _ = opened(repository)
        assert follow_runs(repository.config_directory, profile, [row], now=True) is None
    return here(home)


def here(home: Home) -> list[RunRow]:
    """Returns the runs that a machine has, without asking anybody."""
    with on(home) as repository:
        profile, row, _ = opened(repository)
        path = runs_file(repository.config_directory, profile.profile_ledger_id, row).path
        with open_still(path) as database:
            return queries.runs(database)


def append(home: Home, *events: RunEvent) -> None:
    """Records events on a machine."""
    with on(home) as repository:
        opened(repository)[2].append(events)


def cut(url: str, size: int) -> None:
    """Takes the end of the ledger of runs out of a database, as if an older backup of it had been restored."""
    ((ledger_id, before),) = plain_sql.rows(url, "SELECT ledger_id, size FROM zenml_ledgers WHERE kind = 'runs'")
    assert before > size
    tree = Frontier()
    sql = f"SELECT position, topic, state FROM zenml_events WHERE ledger_id = '{ledger_id}' ORDER BY position"
    for position, topic, state in plain_sql.rows(url, sql)[:size]:
        tree = tree.appended(leaf_hash(ledger_id, position, topic, json.loads(bytes(state))))
    frontier = in_sql(url, tree.to_bytes())
    plain_sql.execute(
        url,
        f"DELETE FROM zenml_events WHERE ledger_id = '{ledger_id}' AND position > {size}",
        f"UPDATE zenml_ledgers SET size = {size}, frontier = {frontier} WHERE ledger_id = '{ledger_id}'",
    )


def in_sql(url: str, data: bytes) -> str:
    """Returns bytes as a database has them in a statement."""
    return rf"'\x{data.hex()}'::bytea" if url.startswith("postgresql") else f"x'{data.hex()}'"


def made_up(profile_ledger_id: str) -> RunStarted:
    """Returns the first event of a run of a profile that is nowhere."""
    stack = SimpleNamespace(stack_id=new_id(), name="default")
    root = "00" * 32
    chosen = SimpleNamespace(
        profile_ledger_id=profile_ledger_id, position=1, root=root, stack=stack, digest=lambda: root
    )
    request = RunRequest(command=("true",))
    return started(cast("Configuration", chosen), origin(None, None, None), request, FoundCode(), Mask())


def note(run_id: str, name: str) -> RunNoted:
    """Returns that a run made something."""
    return RunNoted(run_id=run_id, note=RunArtifact(name=name, uri=salted(name), digest=None), time=utc_now())


class MadeUpProfile:
    """A database with a profile, made up, and one run of it; machines keep its runs in files of their own."""

    def __init__(self, base: Path, url: str) -> None:
        self.url, self._base = url, base
        self._profile, self._runs = new_id(), new_id()
        place = read_place(url)._replace(slot=self._profile)  # whatever else is there
        with closing(SharedDatabase(place, patience=10)) as database:
            database.prepare()
            database.claim("profile", self._profile, FORMAT)
        run = made_up(self._profile)
        self.run_id = run.run_id
        self.machine("first").append([run])

    def machine(self, name: str, url: str | None = None, patience: float = 10) -> SharedRuns:
        """Returns where a machine records runs, by another way to the database if one is given."""
        file = RunsFile(str(self._base / f"{name}.db"), self._runs)
        return SharedRuns(file, read_place(url or self.url), self._profile, 2025, patience)

    def recorded(self) -> list[str]:
        """Returns what the database has of notes, after a machine that had nothing has checked every event."""
        with open_still(self.copied()) as database:
            (run,) = queries.runs(database)
            return [one["note"]["name"] for one in queries.notes(database, run.started)]

    def copied(self) -> str:
        """Returns the file of a machine that had nothing, and has checked every event of the database now."""
        copy = self.machine(f"copy-{new_id()}")
        copy.catch_up()
        return copy.path

    def state_at(self, position: int) -> bytes:
        """Returns the text of an event, as the database has it."""
        sql = f"SELECT state FROM zenml_events WHERE ledger_id = '{self._runs}' AND position = {position}"
        ((state,),) = plain_sql.rows(self.url, sql)
        return bytes(state)

    def size(self) -> int:
        """Returns how many events the database counts."""
        ((size,),) = plain_sql.rows(self.url, "SELECT size FROM zenml_ledgers WHERE kind = 'runs'")
        return int(size)

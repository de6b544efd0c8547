"""Runs of a year that is over, in a profile that machines share, and closing them."""

from __future__ import annotations

from tests.runs.made_runs import in_2025
from tests.runs.recording import beginning, ended, on, opened
from tests.support import plain_sql
from tests.support.program import Home
from zenml.domain.run_events import RunStarted
from zenml.ledger.change import Change
from zenml.projections.runs import ledgers
from zenml.projections.runs.ledgers import RunsLedgerRow
from zenml.runs.recording.opening import open_runs
from zenml.stores.runs.store import RunsStore


def opened_2025(home: Home) -> RunsStore:
    """Returns where a machine records the runs of 2025."""
    with on(home) as repository, in_2025():
        return opened(repository)[2]


def run_in_2025(home: Home, name: str) -> RunStarted:
    """Records on a machine that something was run in 2025, and ended."""
    with on(home) as repository, in_2025():
        event = beginning(repository, name)
        opened(repository)[2].append([event, ended(event.run_id)])
        return event


def close_2025(home: Home, *, delete: bool = False) -> Change | None:
    """Closes 2025, as on a machine."""
    with on(home) as repository:
        return repository.close_runs(repository.closable_runs(2025), delete=delete)


def recorded_2025(home: Home) -> RunsLedgerRow:
    """Returns what the profile's ledger says of the runs of 2025, once a machine has heard of it."""
    with on(home) as repository, repository.reading() as snapshot:
        (row,) = ledgers.runs_ledgers(snapshot.connection, snapshot.ledger_id)
        return row


def store_of_closed(home: Home) -> RunsStore:
    """Returns where a machine has the runs of 2025, which are closed."""
    row = recorded_2025(home)
    with on(home) as repository:
        with repository.reading() as snapshot:
            profile = snapshot.active.profile
        assert profile is not None
        return open_runs(repository.config_directory, profile, row)


def stored(url: str) -> tuple[int, str | None, int]:
    """Returns what a database has of runs: their row's size, where they are, and how many events there are."""
    ((ledger_id, size, moved_to),) = plain_sql.rows(
        url, "SELECT ledger_id, size, moved_to FROM zenml_ledgers WHERE kind = 'runs'"
    )
    ((count,),) = plain_sql.rows(url, f"SELECT count(*) FROM zenml_events WHERE ledger_id = '{ledger_id}'")
    return int(size), moved_to, int(count)

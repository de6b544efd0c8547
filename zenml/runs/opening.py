"""Opening the ledger of runs of a profile, wherever it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml import paths
from zenml.custody.runs.seen import SeenRuns
from zenml.stores.runs.file import RunsFile

if TYPE_CHECKING:
    from zenml.projections.machine import ProfileRow
    from zenml.projections.runs.ledgers import RunsLedgerRow
    from zenml.stores.runs.store import RunsStore


def open_runs(config_directory: str, profile: ProfileRow, ledger: RunsLedgerRow) -> RunsStore:
    """Returns where the runs of a profile are recorded in a year.

    Args:
        config_directory: The configuration folder.
        profile: The profile.
        ledger: The ledger of runs, as the profile's own ledger names it.
    """
    path = paths.runs_file(config_directory, profile.profile_ledger_id, ledger.year)
    return RunsFile(path, ledger.runs_ledger_id, SeenRuns(config_directory, ledger.runs_ledger_id))

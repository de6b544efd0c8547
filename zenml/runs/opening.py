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


def open_runs(
    config_directory: str, profile: ProfileRow, ledger: RunsLedgerRow, *, patience: float | None = None
) -> RunsStore:
    """Returns where the runs of a profile are recorded in a year. Nothing is asked yet.

    Args:
        config_directory: The configuration folder.
        profile: The profile.
        ledger: The ledger of runs, as the profile's own ledger names it.
        patience: Seconds to wait for an answer, where others keep it; None for as long as whoever writes waits.

    Raises:
        LedgerError: The profile is shared, and where it is cannot be read.
    """
    file = runs_file(config_directory, profile.profile_ledger_id, ledger)
    if not profile.is_shared:
        return file
    from zenml.ledger.secrets.keyring import Keyring  # few profiles are shared
    from zenml.projections.database import open_still
    from zenml.sharing.places import PATIENCE, shared_ledger
    from zenml.stores.rest.places import ServicePlace

    with open_still(paths.ledger_file(config_directory)) as database:
        place = shared_ledger(database, Keyring(config_directory), profile).place
    seconds = PATIENCE if patience is None else patience
    if isinstance(place, ServicePlace):
        from zenml.stores.runs.served import ServedRuns

        return ServedRuns(file, place, profile.profile_ledger_id, ledger.year, seconds)
    from zenml.stores.runs.shared import SharedRuns

    return SharedRuns(file, place, profile.profile_ledger_id, ledger.year, seconds)


def runs_file(config_directory: str, profile_ledger_id: str, ledger: RunsLedgerRow) -> RunsFile:
    """Returns this machine's file of a ledger of runs, whoever else keeps it."""
    path = paths.runs_file(config_directory, profile_ledger_id, ledger.year)
    return RunsFile(path, ledger.runs_ledger_id, SeenRuns(config_directory, ledger.runs_ledger_id))

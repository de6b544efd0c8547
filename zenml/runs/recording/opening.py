"""Opening the ledger of runs of a profile, wherever it is kept."""

from __future__ import annotations

from zenml import paths
from zenml.custody.runs.seen import SeenRuns
from zenml.stores.runs.file import RunsFile

TYPE_CHECKING = False
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
    from zenml.stores.runs.opening import open_shared_runs

    with open_still(paths.ledger_file(config_directory)) as database:
        place = shared_ledger(database, Keyring(config_directory), profile).place
    seconds = PATIENCE if patience is None else patience
    return open_shared_runs(file, place, profile.profile_ledger_id, ledger.year, seconds)


def runs_file(config_directory: str, profile_ledger_id: str, ledger: RunsLedgerRow) -> RunsFile:
    """Returns this machine's file of a ledger of runs, whoever else keeps it."""
    path = paths.runs_file(config_directory, profile_ledger_id, ledger.year)
    return RunsFile(path, ledger.runs_ledger_id, SeenRuns(config_directory, ledger.runs_ledger_id))


def open_runs_again(config_directory: str, profile_ledger_id: str, ledger: RunsLedgerRow) -> RunsStore:
    """Returns where a run is recorded that began some time ago: its profile may be in another place by now.

    Args:
        config_directory: The configuration folder.
        profile_ledger_id: The ledger of the profile.
        ledger: The ledger of its runs.

    Raises:
        LedgerError: It is shared, and where it is cannot be read; or it is not on this machine any more.
    """
    from zenml.domain.errors import ProfileNotFoundError  # here and below: whoever begins a run needs none
    from zenml.projections import machine
    from zenml.projections.database import StorageError, machine_ledger, open_still

    path = paths.ledger_file(config_directory)
    try:
        with open_still(path) as database:
            profile = machine.profile_of_ledger(database, machine_ledger(database) or "", profile_ledger_id)
            was_shared = profile is None and machine.is_shared(database, profile_ledger_id)
    except StorageError as error:
        from zenml.projections.errors import from_sqlite  # here: most of the time nothing is wrong

        raise from_sqlite(error, path) from error
    if was_shared:
        raise ProfileNotFoundError("The profile of the run is no longer on this machine.", code="gone_since")
    if profile is None:
        return runs_file(config_directory, profile_ledger_id, ledger)
    return open_runs(config_directory, profile, ledger)

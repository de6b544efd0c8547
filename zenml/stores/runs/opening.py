"""Which store the runs of a shared profile are recorded in: others ask here, and name no class of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zenml.stores.runs.file import RunsFile
    from zenml.stores.runs.store import RunsStore
    from zenml.stores.shared.places import Place


def open_shared_runs(
    file: RunsFile, place: Place, profile_ledger_id: str, year: int, patience: float
) -> RunsStore:
    """Opens a ledger of runs that machines share. Nothing is asked yet.

    Args:
        file: This machine's file of it.
        place: The database that the profile is in, or the service that keeps it.
        profile_ledger_id: The ledger of the profile.
        year: The year of the runs.
        patience: Seconds to wait for an answer.
    """
    from zenml.stores.rest.places import ServicePlace

    if isinstance(place, ServicePlace):
        from zenml.stores.runs.served import ServedRuns

        return ServedRuns(file, place, profile_ledger_id, year, patience)
    from zenml.stores.runs.shared import SharedRuns

    return SharedRuns(file, place, profile_ledger_id, year, patience)

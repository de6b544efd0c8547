"""The views of all files of runs are made again from their events."""

from __future__ import annotations

from contextlib import closing

from zenml import paths
from zenml.custody.runs.listed import listed_runs
from zenml.projections.database import connect
from zenml.stores.runs.file import RunsFile


def rebuild_runs(config_directory: str) -> None:
    """Makes the views of every file of runs again that a profile's ledger knows of and that is here.

    Raises:
        BusyError: Others held the lock of one for too long.
        DamagedLedgerError: One is not what was written.
        NotAllowedError: One cannot be written.
    """
    with closing(connect(paths.ledger_file(config_directory))) as database:
        listed = listed_runs(database, config_directory)
    for one in listed:
        if one.is_here:
            RunsFile(one.path, one.ledger_id).rebuild()

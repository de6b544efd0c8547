"""Copies of the files of runs, in a folder beside the copy of the ledger that they belong to."""

from __future__ import annotations

import os

from zenml import paths
from zenml.custody.runs.listed import files_of_runs
from zenml.domain.errors import AlreadyExistsError, NotAllowedError
from zenml.stores.backup import Backup, back_up


def back_up_runs(config_directory: str, target: str, *, overwrite: bool) -> tuple[Backup, ...]:
    """Copies the files of runs, each as it is at one moment, and removes what is left there of earlier copies.

    Args:
        config_directory: The configuration folder.
        target: The copy of the ledger's file; the folder is called after it, and ends in ``.runs``.
        overwrite: Replace what is in that folder.

    Raises:
        AlreadyExistsError: There is such a folder, and something in it.
        NotAllowedError: It cannot be written.
        DamagedLedgerError: A file cannot be copied.
    """
    files, folder = sorted(files_of_runs(config_directory)), f"{paths.absolute(target)}.runs"
    try:
        there = os.listdir(folder) if os.path.isdir(folder) else []
        if there and not overwrite:
            raise AlreadyExistsError(f"{folder} already exists.", "Add --overwrite to replace it.")
        if files:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        done = tuple(
            back_up(path, os.path.join(folder, os.path.basename(path)), overwrite=overwrite) for path in files
        )
        for name in set(there) - {os.path.basename(path) for path in files}:
            if name.endswith(".db"):
                os.unlink(os.path.join(folder, name))
    except OSError as error:
        raise NotAllowedError(
            f"The backup {folder} cannot be written: {error.strerror}.",
            "Name a file in a folder that can be written.",
        ) from error
    return done

"""Checkpoints as files that somebody asked for: a newer one replaces an older one, and nothing else."""

from __future__ import annotations

import os

from zenml.custody.checkpoints import SignedCheckpoint, read_checkpoint
from zenml.domain.errors import AlreadyExistsError, NotAllowedError
from zenml.evidence.verify import MAX_NOTE, Malformed
from zenml.files.outputs import write_text


def make_folder(path: str) -> None:
    """Makes the folder for the checkpoints of all ledgers, if it is not there. Raises `NotAllowedError`."""
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise NotAllowedError(
            f"The folder {path} cannot be made: {error.strerror}.", "Name a folder that can be written."
        ) from error


def write_note(path: str, signed: SignedCheckpoint) -> None:
    """Writes a checkpoint to a file.

    Raises:
        AlreadyExistsError: Something is there that is not an earlier checkpoint of the same ledger.
        NotAllowedError: It cannot be written.
    """
    if os.path.lexists(path) and not _is_earlier(path, signed):
        raise AlreadyExistsError(f"{path} already exists.", code="checkpoint_of_something_else")
    write_text(path, signed.note, overwrite=True)


def _is_earlier(path: str, signed: SignedCheckpoint) -> bool:
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as file:
            _, checkpoint = read_checkpoint(file.read(MAX_NOTE + 1))
    except (OSError, Malformed):
        return False
    return checkpoint.origin == signed.origin and checkpoint.size <= signed.size

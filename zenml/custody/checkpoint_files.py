"""Checkpoints as files that somebody asked for: a newer one replaces an older one, and nothing else.

The last one of an era that is over is put beside it, as ``<name>.era1.note``: it is what the new one cannot prove.
"""

from __future__ import annotations

import os

from zenml.custody.checkpoints import SignedCheckpoint, read_checkpoint
from zenml.custody.origins import split_era
from zenml.domain.errors import AlreadyExistsError, NotAllowedError
from zenml.evidence.verify import MAX_NOTE, Checkpoint, Malformed
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
    if os.path.lexists(path):
        note, before = _read(path)
        (plain, era), (signed_plain, present) = map(split_era, (before.origin if before else "", signed.origin))
        if before is None or plain != signed_plain or (present, signed.size) < (era, before.size):
            raise _in_the_way(path)
        if era != present:
            _put_aside(path, era, note)
    write_text(path, signed.note, overwrite=True)


def _put_aside(path: str, era: int, note: bytes) -> None:
    stem, ending = os.path.splitext(path)
    beside = f"{stem}.era{era}{ending}"
    if not os.path.lexists(beside):
        write_text(beside, note.decode(), overwrite=False)
    elif _read(beside)[0] != note:
        raise _in_the_way(beside)


def _read(path: str) -> tuple[bytes, Checkpoint | None]:
    """Returns what a file has, and the checkpoint that is; none if it is something else."""
    try:
        if not os.path.isfile(path):
            return b"", None
        with open(path, "rb") as file:
            data = file.read(MAX_NOTE + 1)
        return data, read_checkpoint(data)[1]
    except (OSError, Malformed):
        return b"", None


def _in_the_way(path: str) -> AlreadyExistsError:
    return AlreadyExistsError(f"{path} already exists.", code="checkpoint_of_something_else")

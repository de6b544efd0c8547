"""Signed checkpoints of ledgers of runs, as this machine keeps them: the newest one of each ledger."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from zenml.custody import evidence_files, kept_notes
from zenml.custody.checkpoints import read_checkpoint
from zenml.custody.origins import with_era
from zenml.custody.own_keys import check_signature
from zenml.domain.errors import DamagedLedgerError, LedgerError
from zenml.evidence.verify import Checkpoint, Malformed

if TYPE_CHECKING:
    from zenml.projections.database import Database

_ENDING = ".runs.note"
"""A name that those of other ledgers do not have: whoever looks for these looks for ``<ledger>.note``."""


def file_of(ledger_id: str) -> str:
    """Returns the name of the file of the newest note of a ledger of runs."""
    return f"{ledger_id}{_ENDING}"


def newest(config_directory: str, ledger_id: str) -> bytes | None:
    """Returns the newest note of a ledger of runs; None if there is none. Raises `InvalidValueError`."""
    return evidence_files.read(config_directory, file_of(ledger_id))


def keep(config_directory: str, ledger_id: str, note: bytes) -> None:
    """Makes a note the newest one of a ledger of runs, and otherwise does and raises as `checkpoints.keep`."""
    before = newest(config_directory, ledger_id)
    if before is not None:
        kept_notes.keep_replaced(config_directory, ledger_id, before, note)
    evidence_files.write(config_directory, file_of(ledger_id), note)


def origin_of(config_directory: str, ledger_id: str) -> str:
    """Returns the name under which the checkpoints of a ledger of runs are signed.

    Each time that a restored backup did not continue what was signed, a note was set aside, and the name is
    another one from there on.
    """
    return with_era(f"zenml-ledger/{ledger_id}", len(_files_aside(config_directory, ledger_id)) + 1)


def _files_aside(config_directory: str, ledger_id: str) -> dict[str, int]:
    """Returns the files of notes that were set aside, each with the size that the ledger went back to."""
    form = re.compile(rf"{re.escape(ledger_id)}\.runs\.([0-9]{{1,16}})(-[0-9]+)?\.note")
    named = filter(None, map(form.fullmatch, evidence_files.names(config_directory)))
    return {match[0]: int(match[1]) for match in named}


def ledgers_with_notes(config_directory: str) -> list[str]:
    """Returns the ledgers of runs of which there is a newest note, in order."""
    names = evidence_files.names(config_directory)
    return [name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)]


def aside(config_directory: str, database: Database, ledger_id: str) -> list[tuple[int, Checkpoint]]:
    """Returns the notes of a ledger of runs that were set aside, as far as they were signed here.

    With each is the size that the ledger went back to: what was signed beyond it is over.

    Args:
        config_directory: The configuration folder.
        database: The file with the machine's ledger, which says which keys signed.
        ledger_id: The ledger of runs.
    """
    said = list[tuple[int, Checkpoint]]()
    for name, end in _files_aside(config_directory, ledger_id).items():
        with contextlib.suppress(LedgerError, Malformed):
            note, checkpoint = read_checkpoint(evidence_files.read(config_directory, name) or b"")
            if check_signature(config_directory, database, note, checkpoint):
                said.append((end, checkpoint))
    return said


def set_aside(config_directory: str, ledger_id: str, size: int) -> None:
    """Keeps the newest note of a ledger of runs under another name: what it says is over.

    Args:
        config_directory: The configuration folder.
        ledger_id: The ledger of runs.
        size: How many events it went back to.

    Raises:
        NotAllowedError: It cannot be moved.
    """
    names, name, number = evidence_files.names(config_directory), f"{ledger_id}.runs.{size}.note", 1
    while name in names:
        number += 1
        name = f"{ledger_id}.runs.{size}-{number}.note"
    evidence_files.rename(config_directory, file_of(ledger_id), name)


def newest_checkpoint(config_directory: str, ledger_id: str) -> Checkpoint | None:
    """Returns what the newest note of a ledger of runs says, whoever signed it; None if it says nothing."""
    try:
        data = newest(config_directory, ledger_id)
        return None if data is None else read_checkpoint(data)[1]
    except (LedgerError, Malformed):
        return None  # signing, and verifying, say what is wrong with it


def signed_here(config_directory: str, database: Database, ledger_id: str) -> Checkpoint | None:
    """Returns the newest checkpoint of a ledger of runs that was signed here; None before the first one.

    Args:
        config_directory: The configuration folder.
        database: The file with the machine's ledger, which says which keys signed.
        ledger_id: The ledger of runs.

    Raises:
        DamagedLedgerError: The note was altered.
        InvalidValueError: It cannot be read.
    """
    data = newest(config_directory, ledger_id)
    if data is None:
        return None
    try:
        note, checkpoint = read_checkpoint(data)
        if checkpoint.origin != origin_of(config_directory, ledger_id):
            raise Malformed(f"It is of {checkpoint.origin}")
        check_signature(config_directory, database, note, checkpoint)
    except Malformed as error:
        raise DamagedLedgerError(
            f"The last checkpoint of the runs in the ledger {ledger_id} cannot be relied on: {error}.",
            code="checkpoint_damaged",
            file=f"{evidence_files.folder(config_directory)}/{file_of(ledger_id)}",
        ) from error
    return checkpoint

"""Accepting files of runs as they are, after a backup was restored on purpose."""

from __future__ import annotations

import os
from typing import NamedTuple

from zenml.custody.heads_file import KnownHead
from zenml.custody.remembered_heads import Contradiction
from zenml.custody.runs import signed_notes
from zenml.custody.runs.listed import ListedRuns, files_of_runs, listed_runs
from zenml.custody.runs.seen import note_as_they_are, seen_runs
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.evidence.merkle import Frontier, MerkleError
from zenml.projections.database import Database, StorageError, open_still
from zenml.projections.runs import stored

_SIDECARS = ("", "-wal", "-shm")


class AcceptedRuns(NamedTuple):
    """What was accepted.

    Attributes:
        before: The ends that were remembered of the ledgers that contradict them, by ledger.
        after: The ends that were accepted for them.
        contradictions: Where they contradict each other; empty if there was nothing to accept.
        strays: The files of which no profile knows any more: each one's name before, and its name now.
    """

    before: dict[str, KnownHead]
    after: dict[str, KnownHead]
    contradictions: list[Contradiction]
    strays: list[tuple[str, str]]


def accept_runs(database: Database, config_directory: str) -> AcceptedRuns:
    """Notes where ledgers of runs end now, whatever was noted, and puts aside files that no profile knows.

    A ledger of runs that was signed, and does not continue from that, is signed under another name from here on.

    Args:
        database: The ledger's file.
        config_directory: The configuration folder.

    Raises:
        NotAllowedError: The note cannot be written, or a file cannot be moved.
    """
    known, listed = seen_runs(config_directory), listed_runs(database, config_directory)
    ends = {runs.ledger_id: _end(runs) for runs in listed}
    contradicted = {
        ledger_id: head
        for ledger_id, head in known.items()
        if not (_goes_on(head, ends.get(ledger_id)) or _is_closed(listed, ledger_id))
    }
    contradictions = [
        _contradiction(ledger_id, head, ends.get(ledger_id)) for ledger_id, head in contradicted.items()
    ]
    note_as_they_are(config_directory, {**dict.fromkeys(known), **ends})
    for runs in listed:
        end = ends[runs.ledger_id]
        signed = signed_notes.newest_checkpoint(config_directory, runs.ledger_id)
        if signed is not None and end is not None and signed.size > end.size:
            signed_notes.set_aside(config_directory, runs.ledger_id, end.size)
    named = {runs.path for runs in listed}
    strays = [_put_aside(path) for path in sorted(files_of_runs(config_directory) - named)]
    after = {ledger_id: end for ledger_id in contradicted if (end := ends.get(ledger_id)) is not None}
    return AcceptedRuns(contradicted, after, contradictions, strays)


def _goes_on(seen: KnownHead, now: KnownHead | None) -> bool:
    """Tells whether a ledger may go on from what was seen; verifying says whether it does, where it is longer."""
    return now is not None and (now.size > seen.size or (now.size, now.root) == (seen.size, seen.root))


def _is_closed(listed: list[ListedRuns], ledger_id: str) -> bool:
    return any(runs.ledger_id == ledger_id and runs.size is not None and not runs.is_here for runs in listed)


def _end(listed: ListedRuns) -> KnownHead | None:
    """Returns where the file of a ledger says that it ends; None if it is not there, or cannot be read."""
    if not listed.is_here:
        return None
    try:
        with open_still(listed.path) as database:
            head = stored.head(database)
        if head is None or head.ledger_id != listed.ledger_id:
            return None
        frontier = Frontier.from_bytes(head.size, head.frontier)
    except (LedgerError, MerkleError, StorageError, TypeError):
        return None  # "zenml audit verify" says what is wrong with it
    return KnownHead(head.size, frontier.root().hex(), head.frontier.hex())


def _contradiction(ledger_id: str, seen: KnownHead, now: KnownHead | None) -> Contradiction:
    if now is None:
        sentence = f"The runs in the ledger {ledger_id}, of which {seen.size} events were seen here, are gone."
        return Contradiction(ledger_id, None, sentence)
    counted = f"{seen.size} events were seen here, and {now.size} are there"
    sentence = f"The runs in the ledger {ledger_id} went backwards: {counted}."
    return Contradiction(ledger_id, now.size + 1, sentence)


def _put_aside(path: str) -> tuple[str, str]:
    """Gives a file, and what SQLite keeps beside it, another name that is free."""
    number = 1
    while os.path.lexists(kept := f"{path}.old" if number == 1 else f"{path}.old{number}"):
        number += 1
    try:
        for ending in _SIDECARS:
            if os.path.exists(path + ending):
                os.replace(path + ending, kept + ending)
    except OSError as error:
        raise NotAllowedError(
            f"{error.filename} cannot be moved: {error.strerror}.", "Make its folder writable, and try again."
        ) from error
    return path, kept

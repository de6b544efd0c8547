"""Signed checkpoints: what this machine once said, over its signature, of where a ledger ends.

The newest one of each ledger is kept in the folder of evidence. A next one is signed only if the ledger goes on
from there: two roots of one size, both signed, would prove to anybody that the record was rewritten.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from zenml.custody import evidence_files, kept_notes
from zenml.custody.key_rotation import complete_rotation
from zenml.custody.ledger_tree import LedgerTree
from zenml.custody.origins import era, origin, signed_eras
from zenml.custody.own_keys import check_signature
from zenml.custody.signing_key import signing_keys
from zenml.domain.errors import BusyError, DamagedLedgerError, NotAllowedError
from zenml.evidence.merkle import Frontier
from zenml.evidence.notes import checkpoint_text, key_line, signed, with_signatures
from zenml.evidence.verify import (
    Checkpoint,
    Key,
    Malformed,
    Note,
    parsed_checkpoint,
    parsed_key,
    parsed_note,
    signature_holds,
)
from zenml.ledger.stored_text import sound_together
from zenml.ledger.verification.ledger_check import LedgerCheck
from zenml.projections import stored_events, stored_heads
from zenml.projections.database import Database, StorageError
from zenml.projections.versions import newer_ledgers
from zenml.stores.waiting import LOCK_TIMEOUT

Progress = Callable[[int, int], None]
_OFTEN = 1000  # events between two reports of progress


class SignedCheckpoint(NamedTuple):
    """A checkpoint of a ledger, and the note that says it.

    Attributes:
        ledger_id: The ledger.
        profile: The name of its profile; None for the machine's ledger, and where the profile was deleted.
        origin: The name under which it is signed.
        size: The number of events.
        root: The root over them, as 64 hex digits.
        note: The signed note.
        key_line: The line by which others know the key.
        is_new_key: Whether the key was made for it.
        unchanged: Whether this was signed before, and nothing was recorded since.
        runs: The year of the profile's runs whose ledger it is; None for any other ledger.
    """

    ledger_id: str
    profile: str | None
    origin: str
    size: int
    root: str
    note: str
    key_line: str
    is_new_key: bool
    unchanged: bool
    runs: int | None = None

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "ledger": self.ledger_id,
            "profile": self.profile,
            "runs": self.runs,
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "note": self.note,
            "key": self.key_line,
            "key_is_new": self.is_new_key,
            "unchanged": self.unchanged,
        }


def newest(config_directory: str, ledger_id: str) -> bytes | None:
    """Returns the newest note of a ledger; None if there is none.

    Raises:
        InvalidValueError: It cannot be read.
    """
    return evidence_files.read(config_directory, f"{ledger_id}.note")


def keep(config_directory: str, ledger_id: str, note: bytes) -> None:
    """Makes a note the newest one of a ledger; within `locked`, so that no older one takes its place.

    The one before is kept beside it if its signatures would be lost: see `kept_notes`.

    Raises:
        Malformed: One of them is no note.
        InvalidValueError: The one before cannot be read.
        NotAllowedError: It cannot be written.
    """
    before = newest(config_directory, ledger_id)
    if before is not None:
        kept_notes.keep_replaced(config_directory, ledger_id, before, note)
    evidence_files.write(config_directory, f"{ledger_id}.note", note)


def noted_ledgers(config_directory: str) -> list[str]:
    """Returns the ledgers of which there is a note, in order."""
    stems = map(os.path.splitext, evidence_files.names(config_directory))
    return [stem for stem, ending in stems if ending == ".note" and "." not in stem]


@contextlib.contextmanager
def locked(config_directory: str, notify: Callable[[str], None] = lambda sentence: None) -> Iterator[None]:
    """Lets one process at a time sign and keep notes; a lock that ends with its process.

    Args:
        config_directory: The configuration folder.
        notify: Told after a second that another process is waited for.

    Raises:
        NotAllowedError: There can be no folder for notes.
        BusyError: Another process had the lock for `LOCK_TIMEOUT` seconds.
    """
    folder = evidence_files.folder(config_directory)
    if os.path.islink(folder):  # what it leads to may be everybody's
        raise NotAllowedError(
            f"The folder {folder} is a link, so nothing is signed.", "Put the folder itself in its place."
        )
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if sys.platform == "win32":  # folders cannot be opened there
            yield
            return
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise NotAllowedError(
            f"The folder {folder} cannot be used: {error.strerror}.", "Make it a folder that you can write to."
        ) from error
    try:
        _lock(descriptor, folder, notify)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: str, notify: Callable[[str], None]) -> None:
    import fcntl

    begin, is_told = time.monotonic(), False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            waited = time.monotonic() - begin
            if waited > LOCK_TIMEOUT:
                raise BusyError(
                    f"Another process has been signing or changing keys in {folder} for {LOCK_TIMEOUT} seconds.",
                    "Try again when it is done; nothing was signed.",
                ) from None
            if waited > 1 and not is_told:
                notify(f"Waiting for another process, which signs or changes keys in {folder}.")
                is_told = True
            time.sleep(0.02)


def read_checkpoint(data: bytes) -> tuple[Note, Checkpoint]:
    """Returns the note and the checkpoint that some bytes are. Raises `Malformed`."""
    note = parsed_note(data)
    return note, parsed_checkpoint(note.text)


def checkpoint(
    database: Database,
    config_directory: str,
    ledger_id: str,
    profile: str | None,
    progress: Progress = lambda done, total: None,
) -> SignedCheckpoint:
    """Signs where a ledger ends, after hashing all its events; within `locked`.

    Args:
        database: The file, in a transaction for reading that began within the lock.
        config_directory: The configuration folder.
        ledger_id: The ledger.
        profile: The name of its profile.
        progress: Called now and then with the number of events hashed, and of all.

    Raises:
        DamagedLedgerError: The ledger is not what was written, or does not go on from what was signed last.
        NotAllowedError: There is no usable key, or the note cannot be kept.
    """
    name = origin(config_directory, database, ledger_id)
    before = _signed_before(config_directory, database, ledger_id)
    earlier, now = _trees(database, ledger_id, before.size if before else 0, progress)
    return _signed(
        database, config_directory, EndedLedger(ledger_id, profile, name, now.size, now.root()), before, earlier
    )


def checkpoint_of_tree(
    database: Database, config_directory: str, tree: LedgerTree, profile: str | None
) -> SignedCheckpoint:
    """Signs where a ledger ends whose tree is at hand; hashes no events. Raises as `checkpoint`.

    Args:
        database: As `checkpoint` takes it.
        config_directory: The configuration folder.
        tree: The tree, as that look at the file has it.
        profile: The name of the ledger's profile.
    """
    name = origin(config_directory, database, tree.ledger_id)
    before = _signed_before(config_directory, database, tree.ledger_id)
    earlier = tree.frontier(before.size) if before is not None and before.size <= tree.size else None
    return _signed(
        database,
        config_directory,
        EndedLedger(tree.ledger_id, profile, name, tree.size, tree.root),
        before,
        earlier,
    )


class EndedLedger(NamedTuple):
    """Where a ledger ends, which is to be signed; the fields are those of `SignedCheckpoint`."""

    ledger_id: str
    profile: str | None
    origin: str
    size: int
    root: bytes
    runs: int | None = None


def _signed(
    database: Database,
    config_directory: str,
    end: EndedLedger,
    before: Checkpoint | None,
    earlier: Frontier | None,
) -> SignedCheckpoint:
    """Signs where a ledger ends, if it continues from what was signed before.

    Args:
        database: The file with the machine's ledger.
        config_directory: The configuration folder.
        end: What is to be signed.
        before: What was signed last.
        earlier: The tree that the ledger had at that size; None if it has fewer events now.
    """
    if before is not None and (earlier is None or earlier.root() != before.root):
        raise not_extended(end.ledger_id, before.size)
    note = newest(config_directory, end.ledger_id) if before is not None and before.size == end.size else None
    return sign_end(database, config_directory, end, note, partial(keep, config_directory, end.ledger_id))


def sign_end(
    database: Database, config_directory: str, end: EndedLedger, note: bytes | None, keep: Callable[[bytes], None]
) -> SignedCheckpoint:
    """Signs where a ledger ends; within `locked`. That it continues what was signed is for the caller to find out.

    Args:
        database: The file with the machine's ledger.
        config_directory: The configuration folder.
        end: What is to be signed.
        note: What was signed of that very end already; None if nothing was.
        keep: Makes a note the newest one.

    Raises:
        NotAllowedError: There is no usable key, or the note cannot be kept.
    """
    complete_rotation(config_directory, database)
    keys, size = signing_keys(config_directory, make=True), end.size
    lines = [key_line(end.origin, key.public) for key in keys]
    unchanged = note is not None and all(_is_signed_by(note, parsed_key(line)) for line in lines)
    if note is None or not unchanged:
        text = checkpoint_text(end.origin, size, end.root)
        fresh = signed(text, [(end.origin, key) for key in keys])
        note = (fresh if note is None else with_signatures(note.decode(), fresh)).encode()
        keep(note)
    return SignedCheckpoint(
        end.ledger_id,
        end.profile,
        end.origin,
        size,
        end.root.hex(),
        note.decode(),
        lines[0],
        keys[0].is_new,
        unchanged,
        end.runs,
    )


def _is_signed_by(data: bytes, key: Key) -> bool:
    note = parsed_note(data)
    return any(signature_holds(note, signature, key) for signature in note.signatures)


def _signed_before(config_directory: str, database: Database, ledger_id: str) -> Checkpoint | None:
    """Returns the last checkpoint that was signed in a ledger's present era; None before the first one.

    Raises:
        DamagedLedgerError: The newest note was altered; or a later era was signed, so that the ledger went back.
    """
    data = newest(config_directory, ledger_id)
    try:
        if data is not None:
            check_signature(config_directory, database, *read_checkpoint(data))
    except Malformed as error:
        raise DamagedLedgerError(
            f"The last checkpoint of the ledger {ledger_id} cannot be relied on: {error}.",
            code="checkpoint_damaged",
            file=os.path.join(evidence_files.folder(config_directory), f"{ledger_id}.note"),
        ) from error
    by_era, present = signed_eras(config_directory, database, ledger_id), era(database, ledger_id)
    if max(by_era, default=0) > present:
        raise not_extended(ledger_id, by_era[max(by_era)].size)
    return by_era.get(present)


def not_extended(ledger_id: str, size: int) -> DamagedLedgerError:
    """Returns the error that a ledger does not go on from what was signed of it."""
    return DamagedLedgerError(
        f"The ledger {ledger_id} does not continue from the checkpoint of {size:,} events that was signed here, "
        "so nothing is signed.",
        code="checkpoint_not_extended",
    )


def _trees(
    database: Database, ledger_id: str, earlier_size: int, progress: Progress
) -> tuple[Frontier | None, Frontier]:
    """Hashes all events of a ledger; returns the tree when it had a size, if it had, and the one it has now.

    Raises:
        DamagedLedgerError: The ledger is not what was written.
    """
    head = stored_heads.head(database, ledger_id)
    check = LedgerCheck(ledger_id, head, newer=ledger_id in newer_ledgers(database))
    total = head.size if head and isinstance(head.size, int) else 0
    earlier = Frontier() if earlier_size == 0 else None
    try:
        for event, sound in sound_together(stored_events.events(database, ledger_id)):
            check.add(event, sound)
            if event.position == earlier_size:
                earlier = check.walk.tree
            if event.position % _OFTEN == 0:
                progress(event.position, total)
        check.finish()
    except StorageError as error:
        raise damaged(ledger_id, str(error)) from error
    problems = [*check.order, *check.content]
    if problems:
        raise damaged(ledger_id, problems[0].message)
    return earlier, check.walk.tree


def damaged(ledger_id: str, why: str) -> DamagedLedgerError:
    """Returns the error that a ledger is not what was written, and so is not signed."""
    sentence = f"{why[0].lower()}{why[1:].removesuffix('.')}" if why else "it cannot be read"
    return DamagedLedgerError(
        f"The ledger {ledger_id} was altered, so nothing is signed: {sentence}.", code="altered_ledger"
    )

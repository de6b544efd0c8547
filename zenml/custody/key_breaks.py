"""Where another key began to sign a ledger, and the one before it did not say so."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from zenml.custody import kept_notes
from zenml.custody.checkpoints import read_checkpoint
from zenml.custody.key_statements import statements, vouched_for
from zenml.custody.own_keys import own_keys
from zenml.evidence.verify import ED25519, Malformed, Note, key_id, parsed_checkpoint, parsed_note

if TYPE_CHECKING:
    from zenml.projections.database import Database


def key_breaks(config_directory: str, database: Database, ledger_id: str, newest: Note) -> list[int]:
    """Returns the sizes beyond which another key signs a ledger, one that the key before did not name.

    That is read from the last note of each key, which is kept when a note of another key takes its place.

    Args:
        config_directory: The configuration folder.
        database: The file with the machine's ledger.
        ledger_id: The ledger.
        newest: Its newest note: looked at are notes of the same origin, and thus of the same era.

    Raises:
        InvalidValueError: What is kept cannot be read.
    """
    origin = parsed_checkpoint(newest.text).origin
    signed = list[tuple[int, set[bytes]]]()
    files = [file for file in kept_notes.kept_notes(config_directory) if file.ledger_id == ledger_id]
    for _, data in kept_notes.read_kept(config_directory, files[::-1]):
        with contextlib.suppress(Malformed):
            note, checkpoint = read_checkpoint(data)
            if checkpoint.origin == origin:
                signed.append((checkpoint.size, _signers(note, origin)))
    signed.append((parsed_checkpoint(newest.text).size, _signers(newest, origin)))
    if all(one == signed[0][1] and len(one) <= 1 for _, one in signed):
        return []  # as nearly always: one key signed all
    publics = {key.key_id: key.public for key in own_keys(config_directory, database, origin)}
    said = [parsed_note(data) for _, data in statements(config_directory)]

    def named_by(ids: set[bytes]) -> set[bytes]:
        trusted = vouched_for([publics[one] for one in ids if one in publics], said)
        return ids | {key_id(origin, ED25519, key) for key in trusted}

    breaks, last, known = list[int](), 0, set[bytes]()
    for size, signers in signed:
        if not signers:
            continue  # another machine's, which is said elsewhere
        # of the first note any of its keys may be the one that was there first
        starts = [known] if known else [{one} for one in signers]
        named = max(map(named_by, starts), key=lambda ids: len(ids & signers))
        if not signers <= named:
            breaks.append(last if signers.isdisjoint(named) else size)
        last, known = size, signers
    return breaks


def _signers(note: Note, name: str) -> set[bytes]:
    """Returns the ids of the keys that a note says it is signed with under a name."""
    return {signature.key_id for signature in note.signatures if signature.name == name}

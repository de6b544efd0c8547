"""How a new signing key takes the place of the one before it, in their file, also after an interruption.

The new key waits beside the file until the record says that it takes over. Whoever signs next finishes what was
interrupted after that.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from zenml.custody.evidence_files import what_helps
from zenml.custody.own_keys import last_key_change
from zenml.custody.signing_key import IN_FILE, Noted, Place, SigningKey, note, noted, place_of, reachable
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.evidence.verify import Malformed, parsed_key

if TYPE_CHECKING:
    from zenml.projections.database import Database

NEXT, EARLIER = ".next", ".old"


def put_in_place(known: Noted, place: Place, before: SigningKey | None, new: SigningKey) -> Noted:
    """Puts the key that waits into its file, and the one before it aside; returns what is then to be noted.

    Args:
        known: What is noted.
        place: The file.
        before: The key in it; None if that is lost.
        new: The key that waits.

    Raises:
        OSError: The files cannot be moved.
    """
    aside = Place(IN_FILE, place.name + EARLIER)
    if before is not None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(aside.name)  # an interrupted rotation left it
        os.link(place.name, aside.name)
    os.replace(place.name + NEXT, place.name)
    return known.followed_by(new.public, known.place, aside if before is not None else None)


def complete_rotation(config_directory: str, database: Database) -> Noted:
    """Completes a rotation that was interrupted after it was recorded; within `checkpoints.locked`.

    Args:
        config_directory: The configuration folder.
        database: The file with the machine's ledger.

    Returns:
        What is noted then.

    Raises:
        LedgerError: The key cannot be read, or not be put in its place.
    """
    known = noted(config_directory)
    place = place_of(config_directory, known)
    if known.public is None or known.earlier is not None or place.kind != IN_FILE:
        return known
    present = reachable(place)
    is_in_place = present is not None and present.public != known.public
    new = present if is_in_place else _readable(Place(IN_FILE, place.name + NEXT))
    if new is None or not _is_recorded(database, known.public, new.public):
        return known
    if is_in_place:
        aside = Place(IN_FILE, place.name + EARLIER)
        before = _readable(aside)
        keeps = before is not None and before.public == known.public
        settled = known.followed_by(new.public, known.place, aside if keeps else None)
    else:
        try:
            settled = put_in_place(known, place, present, new)
        except OSError as error:
            raise NotAllowedError(
                f"The signing key cannot be put in its place: {error.strerror}.", what_helps(error)
            ) from error
    note(config_directory, settled)
    return settled


def _readable(place: Place) -> SigningKey | None:
    with contextlib.suppress(LedgerError):
        return reachable(place)
    return None


def _is_recorded(database: Database, old: bytes, new: bytes) -> bool:
    """Tells whether the last change of key in the record is this one."""
    change = last_key_change(database)
    with contextlib.suppress(Malformed):
        return change is not None and [parsed_key(vkey).public for vkey in change] == [old, new]
    return False

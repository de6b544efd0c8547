"""The keys with which this machine signs, those with which it did, and those that took their place.

An earlier key counts because it signed here, and a later one by the word of an earlier one, so that also a ledger
or a folder that was restored from a backup knows what was signed meanwhile.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson

from zenml.custody.key_statements import statements, vouched_for
from zenml.custody.signing_key import noted, signing_keys
from zenml.domain.errors import LedgerError
from zenml.evidence.notes import key_line
from zenml.evidence.verify import (
    Malformed,
    Note,
    parsed_key,
    parsed_note,
    signature_holds,
)
from zenml.projections import stored_events
from zenml.projections.database import machine_ledger

if TYPE_CHECKING:
    from zenml.evidence.verify import Checkpoint, Key
    from zenml.projections.database import Database

_KEY_CHANGED = "zenml:SigningKeyChanged"


def last_key_change(database: Database) -> tuple[str, str] | None:
    """Returns the old and the new line of the last change of key in the record; None if there is none."""
    return next(reversed(_key_changes(database)), None)


def own_keys(config_directory: str, database: Database, name: str, brought: Sequence[Note] = ()) -> list[Key]:
    """Returns the keys of this machine as they sign under a name: present, earlier and later ones.

    Args:
        config_directory: The configuration folder.
        database: The file with the machine's ledger.
        name: The name.
        brought: Statements from elsewhere, besides those that are kept here.
    """
    publics = list[bytes]()
    with contextlib.suppress(LedgerError):  # it is gone, or an agent that has it does not answer
        publics += [key.public for key in signing_keys(config_directory, make=False)]
    with contextlib.suppress(LedgerError):
        known = noted(config_directory)
        publics += [*([] if known.public is None else [known.public]), *known.before]
    for old_vkey, _ in _key_changes(database):
        with contextlib.suppress(Malformed):  # the verdicts name what is wrong
            publics.append(parsed_key(old_vkey).public)
    kept = list[Note]()
    with contextlib.suppress(LedgerError):
        kept = [parsed_note(data) for _, data in statements(config_directory)]
    return [parsed_key(key_line(name, public)) for public in vouched_for(publics, [*kept, *brought])]


def check_signature(
    config_directory: str,
    database: Database,
    note: Note,
    checkpoint: Checkpoint,
    brought: Sequence[Note] = (),
) -> bool | None:
    """Tells whether a note is signed with a key of this machine; None if only other keys signed it.

    Takes what `own_keys` takes.

    Raises:
        Malformed: Such a signature is there and does not hold.
    """
    holds = None
    for key in own_keys(config_directory, database, checkpoint.origin, brought):
        for signature in note.signatures:
            if signature[:2] == key[:2]:
                if not signature_holds(note, signature, key):
                    raise Malformed(f"The signature of {key.name} does not hold")
                holds = True
    return holds


def _key_changes(database: Database) -> list[tuple[str, str]]:
    machine_id, changes = machine_ledger(database), list[tuple[str, str]]()
    for event in stored_events.events(database, machine_id, topics=(_KEY_CHANGED,)) if machine_id else ():
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            fields = orjson.loads(event.text)
            changes.append((str(fields["old_vkey"]), str(fields["new_vkey"])))
    return changes

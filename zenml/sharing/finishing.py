"""Finishing changes of which this machine's part is still to be recorded.

A change in a shared profile may have a part in this machine's ledger too. The shared part is recorded first; if
the program dies before the other one is, whoever comes next records it, under the rules of any command.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

from zenml import paths
from zenml.domain.change_ids import letters
from zenml.domain.commands import Make
from zenml.domain.errors import LedgerError
from zenml.domain.events import ChangeBegan, Event, ProfileCreated, SecretsShredded, ValueRedacted
from zenml.domain.notices import Notice
from zenml.evidence import canonical
from zenml.flavors.lookup import secret_names
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import machine
from zenml.projections.database import machine_ledger, open_still
from zenml.projections.timeline import history
from zenml.sharing.places import READING_PATIENCE, SharedLedger, shared_ledger
from zenml.stores.mapping import to_event
from zenml.stores.protocol import StoreTransaction
from zenml.stores.shared.pending import PendingPart, PendingParts
from zenml.stores.shared.places import read_shared


def finish_pending(
    config_directory: str, ledger_path: str, keyring: Keyring, notify: Callable[[str], None]
) -> None:
    """Records the parts that wait, drops those whose other part was never recorded, and says what it did.

    What cannot be finished now, because a database is out of reach, goes on waiting.
    """
    pending = PendingParts(paths.pending_folder(config_directory))
    for part in pending.parts():
        try:
            refused = _finish(config_directory, ledger_path, keyring, part)
        except LedgerError as error:
            what = f"Change {_name(part)} is not recorded on this machine yet."
            notify(Notice(f"{what} {error.message}", "not_finished"))
            continue
        pending.remove(part.change_id)
        if refused is not None:
            notify(_not_recorded(part, refused))


def _finish(config_directory: str, ledger_path: str, keyring: Keyring, part: PendingPart) -> LedgerError | None:
    """Records a part if the other one is recorded. Returns the rule that forbids it, if one does."""
    shared = _shared(ledger_path, keyring, part)
    store = shared.open(config_directory, ledger_path, patience=READING_PATIENCE)
    with closing(store), store.transaction() as transaction:
        return _finished(transaction, keyring, part)


def finish_received(
    config_directory: str, keyring: Keyring, notify: Callable[[str], None], transaction: StoreTransaction
) -> None:
    """Records the parts that waited for events which a transaction has just received.

    So nobody sees one part of a change without the other one.
    """
    for part in PendingParts(paths.pending_folder(config_directory)).parts():
        refused = _finished(transaction, keyring, part)
        if refused is not None:
            notify(_not_recorded(part, refused))


def _not_recorded(part: PendingPart, refused: LedgerError) -> str:
    return f"What change {_name(part)} would have done on this machine was not recorded: {refused.message}"


def _name(part: PendingPart) -> str:
    return letters(part.change_id)[:8]


def _finished(transaction: StoreTransaction, keyring: Keyring, part: PendingPart) -> LedgerError | None:
    """Records a part in a transaction if the other one is there. Returns the rule that forbids it, if one does."""
    database = transaction.database
    if history.by_id(database, part.change_id) is None:
        return None  # it was never recorded
    parts = {ledger_id: position for ledger_id, position, _ in history.parts(database, part.change_id)}
    if part.ledger_id in parts or part.shared_ledger_id not in parts:
        return None  # whoever made it finished it
    position = parts[part.shared_ledger_id]
    (began,) = transaction.events(part.shared_ledger_id, position, position)
    locked = LockedLedger(transaction, keyring, secret_names)
    profile = machine.profile_of_ledger(database, part.ledger_id, part.shared_ledger_id)
    change = locked.begin(profile, None)
    change.change_id = part.change_id
    try:
        with change.whole():
            for topic, fields in part.events:
                event = to_event(topic, _text(fields))
                change.execute(Make(event), part.ledger_id)  # type: ignore[arg-type]
                _remove(transaction, part.ledger_id, event)
    except LedgerError as error:
        return error
    assert isinstance(began, ChangeBegan)
    change.finish_as(began)
    for key in part.keys:
        transaction.add_key(part.ledger_id, key)
    return None


def _remove(transaction: StoreTransaction, ledger_id: str, event: Event) -> None:
    """Removes what an event says that is removed with it."""
    match event:
        case ValueRedacted():
            transaction.blank(ledger_id, [(value.position, value.field) for value in event.values])
        case SecretsShredded():
            transaction.remove_keys(ledger_id, event.key_ids)


def _shared(ledger_path: str, keyring: Keyring, part: PendingPart) -> SharedLedger:
    """Returns where the other part is: as a profile says that is known here, or as the part itself says."""
    with open_still(ledger_path) as database:
        profile = machine.profile_of_ledger(database, machine_ledger(database) or "", part.shared_ledger_id)
        if profile is not None:
            return shared_ledger(database, keyring, profile)
    made = next(fields for topic, fields in part.events if topic == ProfileCreated.TOPIC)
    place = read_shared(made["store_type"], _opened(made["url"], part, keyring))
    return SharedLedger(part.shared_ledger_id, place)


def _opened(url: dict[str, Any], part: PendingPart, keyring: Keyring) -> str:
    """Returns the URL of a profile that is only to be made."""
    if "key_id" not in url:
        return str(json.loads(url["v"]))
    key = next(key for key in part.keys if key.key_id == url["key_id"])
    return str(json.loads(keyring.machine.open(key.key_id, json.loads(url["ciphertext"]["v"]), key.wrapped)))


def _text(fields: dict[str, Any]) -> bytes:
    return canonical.text(fields).encode()

"""Accepting a shared ledger that went back: its database was restored from an older backup on purpose."""

from __future__ import annotations

import os
from contextlib import closing

import orjson

from zenml import paths
from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.files import drafts
from zenml.ledger.ids import utc_now
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import machine, stored_events
from zenml.projections.database import Database, machine_ledger, open_still
from zenml.projections.versions import up_to_date
from zenml.sharing.places import PATIENCE, SharedLedger, shared_ledger

WENT_BACK = ("shared_ledger_went_back", "shared_ledger_replaced")
"""The codes of errors after which a ledger may be accepted as its database has it."""


def accept_shared(config_directory: str, ledger_path: str, keyring: Keyring) -> list[tuple[str, str]]:
    """Fetches every shared ledger again that is not a continuation of what is on this machine.

    What was here is kept in a file beside, an event a line.

    Returns:
        The ledger and the file, for each of them.

    Raises:
        LedgerError: A database does not answer, or the file cannot be written.
    """
    with open_still(ledger_path) as database:
        machine_id = machine_ledger(database) if up_to_date(database) else None
        rows = machine.profiles(database, machine_id) if machine_id else []  # of what is damaged others say
        ledgers = [shared_ledger(database, keyring, row) for row in rows if row.is_shared]
    accepted = []
    for shared in ledgers:
        path = _accept(config_directory, ledger_path, shared)
        accepted += [(shared.ledger_id, path)] if path else []
    return accepted


def _accept(config_directory: str, ledger_path: str, shared: SharedLedger) -> str | None:
    with closing(shared.open(config_directory, ledger_path, patience=PATIENCE)) as store:
        try:
            store.catch_up()
        except DamagedLedgerError as error:
            if error.code not in WENT_BACK:
                raise
        else:
            return None
        with open_still(ledger_path) as database:
            path = _set_aside(config_directory, database, shared.ledger_id)
        store.fetch_again()
        return path


def _set_aside(config_directory: str, database: Database, ledger_id: str) -> str:
    noted = paths.confirmation_file(config_directory, ledger_id)
    path = f"{noted.removesuffix('.json')}-until-{utc_now().replace(':', '')}.jsonl"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with drafts.new_file(path, mode=drafts.PRIVATE, replace=False) as file:
            for event in stored_events.events(database, ledger_id):
                line = {"event": event.text.decode(), "position": event.position, "topic": event.topic}
                file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    except OSError as error:
        raise NotAllowedError(
            f"The file {path} cannot be written: {error.strerror}.", "Make its folder writable, and try again."
        ) from error
    return path

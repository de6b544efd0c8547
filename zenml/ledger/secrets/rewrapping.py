"""Wrapping the data keys of a ledger's secrets with another key, when the ledger comes to another place."""

from __future__ import annotations

from zenml.domain.errors import DamagedLedgerError
from zenml.ledger.secrets.keys import MasterKey
from zenml.ledger.secrets.sealed_secrets import sealed_secrets
from zenml.projections import stored_keys
from zenml.projections.database import Database
from zenml.stores.protocol import KeyRow


def rewrapped(database: Database, ledger_id: str, before: MasterKey, after: MasterKey) -> list[KeyRow]:
    """Returns the data keys of a ledger's secrets as another key wraps them, with its digests of the values.

    The secrets themselves stay as they are: what is sealed in events never changes.

    Args:
        database: The ledgers.
        ledger_id: The ledger.
        before: The key that wraps them now.
        after: The key that is to wrap them.

    Raises:
        DamagedLedgerError: A secret cannot be opened.
        LedgerError: A key is missing or cannot be read.
    """
    rows = {key.key_id: key for key in stored_keys.keys(database) if key.ledger_id == ledger_id}
    if not rows:
        return []
    sealed = sealed_secrets(database)
    wrapped = []
    for key_id, row in rows.items():
        ciphertext = sealed[key_id].ciphertext if key_id in sealed else None
        if not ciphertext:
            raise DamagedLedgerError("The key of a secret belongs to no secret.", code="altered_ledger")
        text = before.open(key_id, ciphertext, row.wrapped)
        data_key = before.unwrap(key_id, row.wrapped)
        assert data_key is not None  # it opened the secret
        wrapped.append(KeyRow(key_id, after.key.wrap(key_id, data_key), after.digest(text)))
    return wrapped

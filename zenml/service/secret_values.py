"""The value of a secret of the served ledger, for those whose token lets them have it."""

from __future__ import annotations

import json
from typing import Any

from zenml.domain.errors import DamagedLedgerError
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.sealed_secrets import sealed_secret
from zenml.projections import stored_keys
from zenml.projections.database import ledgers_without_keys
from zenml.service.problems import RefusedError
from zenml.service.record import ServedRecord


def secret_value(record: ServedRecord, key_id: str) -> Any:
    """Returns the value of a secret.

    Args:
        record: The ledger that is served.
        key_id: The id of its data key.

    Raises:
        RefusedError: There is no such secret in the ledger, it was destroyed, or its key is on other machines.
        DamagedLedgerError: It is not what was written.
    """
    ledger_id = record.served.ledger_id
    with record.opened() as database:
        sealed, stored = sealed_secret(database, ledger_id, key_id), stored_keys.key(database, key_id)
        if sealed is None or (stored is not None and stored.ledger_id != ledger_id):
            raise RefusedError(404, "secret_not_found", "There is no such secret in this ledger.")
        if sealed.ciphertext is None or (stored is None and stored_keys.is_shredded(database, ledger_id, key_id)):
            raise RefusedError(410, "secret_destroyed", "The secret was destroyed.")
        if stored is None and ledger_id not in ledgers_without_keys(database):
            raise DamagedLedgerError("The key of a secret is gone from the ledger's file.", code="altered_ledger")
        keyring = Keyring(record.served.config_directory)
        keyring.look_at(database)
        if stored is None or keyring.lacks(ledger_id):
            raise RefusedError(
                409, "secret_not_here", "The service's machine does not have the key of this profile."
            )
        text = keyring.key_for(ledger_id).open(key_id, sealed.ciphertext, stored.wrapped)
    try:
        return json.loads(text)
    except ValueError as error:
        raise DamagedLedgerError("A secret has been altered.", code="altered_ledger") from error

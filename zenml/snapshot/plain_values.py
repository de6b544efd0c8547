"""The values of parameters as they were given, secrets decrypted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zenml.domain.errors import DamagedLedgerError, LedgerError, NotAllowedError
from zenml.ledger.keys import MasterKey
from zenml.projections import stored_keys
from zenml.projections.database import Database, ledgers_without_keys
from zenml.projections.settings import shown


def plain(database: Database, master_key: MasterKey, name: str, text: str) -> Any:
    """Returns the value of a setting; None for one that was blanked.

    Args:
        database: The ledgers.
        master_key: Opens secrets.
        name: The parameter it is the setting of.
        text: The setting, as a view holds it.

    Raises:
        DamagedLedgerError: A secret is not what was written, or its key is gone.
        NotAllowedError: Its key is not on this machine.
    """
    setting = json.loads(text)
    if "key_id" not in setting:
        return shown(text)
    key_id = setting["key_id"]
    key = stored_keys.key(database, key_id)
    if "v" not in setting["ciphertext"]:
        return None
    if key is None:
        raise _keyless(database, name)
    value = master_key.open(key_id, json.loads(setting["ciphertext"]["v"]), key.wrapped)
    try:
        return json.loads(value)
    except ValueError as error:
        raise DamagedLedgerError("A secret has been altered.") from error


def plain_values(database: Database, master_key: MasterKey, settings: Mapping[str, str]) -> dict[str, Any]:
    """Returns the values of parameters; those that were blanked are left out. Raises as `plain`."""
    values = {name: plain(database, master_key, name, text) for name, text in settings.items()}
    return {name: value for name, value in values.items() if value is not None}


def _keyless(database: Database, name: str) -> LedgerError:
    """Returns the error that the key of a secret is not stored."""
    if ledgers_without_keys(database):
        return NotAllowedError(
            f"The secret '{name}' cannot be opened: the record was imported, without the keys of its secrets.",
            'Set the parameter again with "update", or use a backup of the ledger it comes from, and its key.',
        )
    return DamagedLedgerError(
        f"The key of the secret '{name}' is gone from the ledger's file.", code="altered_ledger"
    )


def secrets_of(settings: Mapping[str, str]) -> frozenset[str]:
    """Returns the parameters that are stored as secrets: they stay secret with a new value."""
    found = {name: json.loads(text) for name, text in settings.items()}
    return frozenset(name for name, it in found.items() if "key_id" in it and it["masked"] is None)

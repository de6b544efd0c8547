"""The values of parameters as they were given, secrets decrypted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from zenml.domain.errors import DamagedLedgerError
from zenml.ledger.keys import MasterKey
from zenml.projections.settings import shown


def plain(database: sqlite3.Connection, master_key: MasterKey, text: str) -> Any:
    """Returns the value of a setting, given as a view holds it; None for one that was blanked or destroyed.

    Raises:
        DamagedLedgerError: A secret is not what was written.
    """
    setting = json.loads(text)
    if "key_id" not in setting:
        return shown(text)
    key_id = setting["key_id"]
    row = database.execute("SELECT wrapped FROM keys WHERE key_id = ?", (key_id,)).fetchone()
    if row is None or "v" not in setting["ciphertext"]:
        return None
    value = master_key.open(key_id, json.loads(setting["ciphertext"]["v"]), row[0])
    try:
        return json.loads(value)
    except ValueError as error:
        raise DamagedLedgerError("A secret is not what was written.") from error


def plain_values(
    database: sqlite3.Connection, master_key: MasterKey, settings: Mapping[str, str]
) -> dict[str, Any]:
    """Returns the values of parameters; those that were blanked or destroyed are left out."""
    values = {name: plain(database, master_key, text) for name, text in settings.items()}
    return {name: value for name, value in values.items() if value is not None}


def secrets_of(settings: Mapping[str, str]) -> frozenset[str]:
    """Returns the parameters that are stored as secrets: they stay secret with a new value."""
    found = {name: json.loads(text) for name, text in settings.items()}
    return frozenset(name for name, it in found.items() if "key_id" in it and it["masked"] is None)

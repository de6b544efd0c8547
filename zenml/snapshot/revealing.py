"""The values of parameters as they were given, secrets decrypted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from zenml.domain.component_types import display
from zenml.domain.errors import DamagedLedgerError, LedgerError, NotAllowedError
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import stored_keys
from zenml.projections.components import ComponentRow
from zenml.projections.database import Database, ledgers_without_keys, machine_ledger
from zenml.projections.machine import profile_name
from zenml.projections.settings import display_value
from zenml.projections.shared import shared_ledgers


class Absent(Enum):
    """Why there is no value.

    Attributes:
        DESTROYED: An event says that it was blanked.
        SHREDDED: An event says that its key was destroyed.
        NOT_HERE: No event says so, and its key is not on this machine.
    """

    DESTROYED = "destroyed"
    SHREDDED = "shredded"
    NOT_HERE = "not here"


def value_of(database: Database, keyring: Keyring, text: str, ledger_id: str | None = None) -> Any | Absent:
    """Returns the value of a setting, or why there is none.

    Args:
        database: The ledgers.
        keyring: Opens secrets.
        text: The setting, as a view holds it.
        ledger_id: The ledger that it is in; None for the machine's.

    Raises:
        DamagedLedgerError: A secret is not what was written.
        LedgerError: The machine's key is missing, or the key of the secret's ledger is unusable.
    """
    setting = json.loads(text)
    if "key_id" not in setting:
        return display_value(text) if "v" in setting else Absent.DESTROYED
    if "v" not in setting["ciphertext"]:
        return Absent.DESTROYED
    key = stored_keys.key(database, setting["key_id"])
    keyring.look_at(database)
    if key is None and _is_shredded(database, setting, ledger_id):
        return Absent.SHREDDED
    if key is None and ledger_id is not None and keyring.is_served(ledger_id):
        return keyring.served.value(ledger_id, setting["key_id"])
    if key is None or keyring.lacks(key.ledger_id):
        return Absent.NOT_HERE
    ciphertext = json.loads(setting["ciphertext"]["v"])
    value = keyring.key_for(key.ledger_id).open(key.key_id, ciphertext, key.wrapped)
    try:
        return json.loads(value)
    except ValueError as error:
        raise DamagedLedgerError("A secret has been altered.") from error


def reveal(
    database: Database, keyring: Keyring, row: ComponentRow, names: Iterable[str] | None = None
) -> dict[str, Any]:
    """Returns the values of a component's parameters; None for those that were blanked or shredded.

    Args:
        database: The ledgers.
        keyring: Opens secrets.
        row: The component.
        names: The parameters that are wanted; None for all of them.

    Raises:
        DamagedLedgerError: A secret is not what was written, or its key is gone.
        NotAllowedError: Its key is not on this machine.
    """
    values = {}
    for name in row.settings if names is None else names:
        _check_own(database, row, name)
        value = value_of(database, keyring, row.settings[name], row.ledger_id)
        if value is Absent.NOT_HERE:
            raise not_here(database, row, name)
        values[name] = None if value in (Absent.DESTROYED, Absent.SHREDDED) else value
    return values


def _check_own(database: Database, row: ComponentRow, name: str) -> None:
    """Makes sure that a component has no secret of another ledger: who wrote it there may want to learn it.

    Raises:
        DamagedLedgerError: It has.
    """
    key_id = json.loads(row.settings[name]).get("key_id")
    key = stored_keys.key(database, key_id) if key_id else None
    if key is not None and key.ledger_id != row.ledger_id:
        raise DamagedLedgerError(
            f"The secret '{name}' of {display(row.component_type)} '{row.name}' is one of another profile.",
            code="altered_ledger",
        )


def revealed_values(
    database: Database, keyring: Keyring, row: ComponentRow, names: Iterable[str] | None = None
) -> dict[str, Any]:
    """Returns the values of a component's parameters, without those that are gone for good. Raises as `reveal`."""
    values = reveal(database, keyring, row, names)
    return {name: value for name, value in values.items() if value is not None}


def values_at_hand(database: Database, keyring: Keyring, row: ComponentRow) -> dict[str, Any]:
    """Returns the values of a component's parameters for those who leave them as they are.

    A secret whose key is elsewhere, or was destroyed, is there as it may be shown: with stars. Those that were
    blanked are left out.

    Raises:
        DamagedLedgerError: A secret is not what was written, or its key is gone.
    """
    elsewhere = names_elsewhere(database, keyring, row) | shredded_names(database, row)
    opened = revealed_values(database, keyring, row, row.settings.keys() - elsewhere)
    values = opened | {name: display_value(row.settings[name]) for name in elsewhere}
    return {name: values[name] for name in row.settings if name in values}


def names_elsewhere(database: Database, keyring: Keyring, row: ComponentRow) -> frozenset[str]:
    """Returns the parameters of a component that are secrets whose keys other machines have."""
    keyring.look_at(database)
    absent = [name for name, text in row.settings.items() if _lacks_key(database, keyring, row, json.loads(text))]
    return frozenset(name for name in absent if not isinstance(not_here(database, row, name), DamagedLedgerError))


def shredded_names(database: Database, row: ComponentRow) -> frozenset[str]:
    """Returns the parameters of a component that are secrets whose keys were destroyed."""
    settings = {name: json.loads(text) for name, text in row.settings.items()}
    return frozenset(name for name, setting in settings.items() if _is_shredded(database, setting, row.ledger_id))


def _is_shredded(database: Database, setting: dict[str, Any], ledger_id: str | None) -> bool:
    if "key_id" not in setting:
        return False
    ledger_id = ledger_id or machine_ledger(database) or ""
    return stored_keys.is_shredded(database, ledger_id, setting["key_id"])


def _lacks_key(database: Database, keyring: Keyring, row: ComponentRow, setting: dict[str, Any]) -> bool:
    if "key_id" not in setting or "v" not in setting["ciphertext"]:
        return False
    key = stored_keys.key(database, setting["key_id"])
    if key is None:
        return not _is_shredded(database, setting, row.ledger_id)
    return keyring.lacks(key.ledger_id)


def check_known(database: Database, keyring: Keyring, row: ComponentRow, problems: Iterable[str]) -> None:
    """Makes sure that problems with values of a component are not those with stars in the place of secrets.

    Args:
        database: The ledgers.
        keyring: Opens secrets.
        row: The component.
        problems: What is wrong, each with the name of the parameter in front.

    Raises:
        NotAllowedError: A secret is not here, so that nobody can say what is wrong.
    """
    named = {problem.partition(":")[0] for problem in problems}
    for name in sorted(names_elsewhere(database, keyring, row)):
        if name in named:
            raise not_here(database, row, name)


def not_here(database: Database, row: ComponentRow, name: str) -> LedgerError:
    """Returns the error that the key of a component's secret is not here."""
    what = f"The secret '{name}' of {display(row.component_type)} '{row.name}'"
    if row.ledger_id in shared_ledgers(database):
        profile = profile_name(database, machine_ledger(database) or "", row.ledger_id)
        return NotAllowedError(
            f"{what} cannot be opened: the key of profile '{profile}' is not on this machine.",
            code="secret_of_another_machine",
            profile=profile,
            component_type=row.component_type,
            name=row.name,
            parameter=name,
        )
    if row.ledger_id in ledgers_without_keys(database):
        return NotAllowedError(
            f"{what} cannot be opened: the record was imported, without the keys of its secrets.",
            code="secret_of_an_imported_record",
            component_type=row.component_type,
            name=row.name,
            parameter=name,
        )
    return DamagedLedgerError(
        f"{what} cannot be opened: its key is gone from the ledger's file.", code="altered_ledger"
    )


def secrets_of(settings: Mapping[str, str]) -> frozenset[str]:
    """Returns the parameters that are stored as secrets: they stay secret with a new value."""
    parsed = {name: json.loads(text) for name, text in settings.items()}
    return frozenset(name for name, setting in parsed.items() if "key_id" in setting and setting["masked"] is None)

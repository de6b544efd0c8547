"""Where secrets are used, or were: which setting of what has held the secret of a key, and since when."""

from __future__ import annotations

import json
from collections import namedtuple

from zenml.projections import components, machine
from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LEDGER, LEDGER_ID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zenml.projections.database import Database

_PARAMETERS, _PROFILES = RECORDS["parameter"], RECORDS["profile"]
URL = "url"
"""What the secret in the URL of a profile is called."""


class SecretUse(namedtuple("SecretUse", "ledger_id key_id kind name parameter since is_present")):
    """A secret in a setting.

    Attributes:
        ledger_id: The ledger that it is in.
        key_id: The id of the key that opens it.
        kind: The type of the component that has it, or ``profile``.
        name: What that is called, or was at last.
        parameter: The parameter, or `URL`.
        since: The position from which it was there first.
        is_present: Whether it is there now.
    """

    __slots__ = ()
    ledger_id: str
    key_id: str
    kind: str
    name: str
    parameter: str
    since: int
    is_present: bool


def uses(database: Database, machine_id: str, ledger_id: str | None = None) -> list[SecretUse]:
    """Returns where secrets are used or were, the oldest first in each ledger; those of one ledger, if named."""
    found: dict[tuple[str, str, str, str], SecretUse] = {}
    for owner, use in _all(database, machine_id, ledger_id):
        place = use.ledger_id, use.key_id, owner, use.parameter
        before = found.get(place)
        found[place] = use._replace(is_present=use.is_present or before.is_present) if before else use
        if before:
            found[place] = found[place]._replace(since=min(before.since, use.since))
    return sorted(found.values(), key=lambda use: (use.ledger_id, use.since, use.kind, use.name, use.parameter))


def _all(database: Database, machine_id: str, ledger_id: str | None) -> Iterator[tuple[str, SecretUse]]:
    """Yields each time that a setting held a secret, with the id of what has the setting."""
    name = _PARAMETERS.name
    sql = f"SELECT {LEDGER_ID.format(name)}, component_id, parameter, setting, since, until IS NULL FROM {name}"
    for ledger, owner, parameter, setting, since, is_present in _rows(database, sql, "setting", ledger_id):
        key_id = json.loads(setting).get("key_id")
        row = components.present(database, owner)
        kind, name = (row.component_type, row.name) if row else _last(database, owner)
        if key_id:
            yield owner, SecretUse(ledger, key_id, kind, name, parameter, since, bool(is_present))
    of = LEDGER_ID.format(_PROFILES.name)
    sql = f"SELECT {of}, profile_id, name, url, since, until IS NULL FROM {_PROFILES.name}"
    for ledger, owner, name, setting, since, is_present in _rows(database, sql, "url", ledger_id):
        key_id = json.loads(setting).get("key_id")
        name = machine.last_name(database, machine_id, owner) or name
        if key_id:
            yield owner, SecretUse(ledger, key_id, "profile", name, URL, since, bool(is_present))


def _rows(database: Database, sql: str, cell: str, ledger_id: str | None) -> list[tuple[Any, ...]]:
    where, values = f" WHERE instr({cell}, '\"key_id\"')", list[object]()
    if ledger_id is not None:
        where, values = f"{where} AND ledger = {LEDGER.format('?')}", [ledger_id]
    return database.execute(f"{sql}{where} ORDER BY since", values).fetchall()


def _last(database: Database, component_id: str) -> tuple[str, str]:
    """Returns type and name that a component had at last."""
    sql = (
        f"SELECT component_type, name FROM {RECORDS['component'].name} WHERE component_id = ? ORDER BY since DESC"
    )
    row = database.execute(f"{sql} LIMIT 1", (component_id,)).fetchone()
    return (row[0], row[1]) if row else ("component", component_id[:8])

"""Secrets that a service opens: whoever reads them asks it each time, and keeps them nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

from zenml.domain.errors import LedgerError, NotAllowedError, UnreachableError
from zenml.ledger.secrets.keys import MasterKey
from zenml.projections import machine, stored_keys
from zenml.projections.database import Database, machine_ledger

_PATIENCE = 5.0
"""Seconds that a command waits for a secret, which it cannot do without."""


class ServedSecrets:
    """Asks the services that keep profiles.

    Args:
        own: The machine's key, which opens the URLs of the profiles, with the tokens in them.
        database: Returns this machine's ledgers.
    """

    def __init__(self, own: MasterKey, database: Callable[[], Database | None]) -> None:
        self._own = own
        self._database = database
        self._values: dict[str, Any] = {}

    def value(self, ledger_id: str, key_id: str) -> Any:
        """Returns the value of a secret.

        Raises:
            LedgerError: The service does not answer, or does not tell secrets to whoever has this token.
        """
        if key_id not in self._values:
            self._values[key_id] = self._asked(ledger_id, key_id)
        return self._values[key_id]

    def _asked(self, ledger_id: str, key_id: str) -> Any:
        from zenml.stores.rest.places import read_service
        from zenml.stores.rest.service import RestService

        database, profile = self._database(), None
        if database is not None:
            profile = machine.profile_of_ledger(database, machine_ledger(database) or "", ledger_id)
        if database is None or profile is None:
            raise LedgerError("The profile of a secret no longer exists.", code="gone_since")
        place = read_service(self._url(database, profile.name, json.loads(profile.url)))
        with closing(RestService(place, _PATIENCE)) as service:
            try:
                return service.secret(ledger_id, key_id)
            except UnreachableError as error:
                what = f"A secret of profile '{profile.name}' is opened by its service"
                raise UnreachableError(f"{what}. {error.message}", error.hint, code=error.code) from error

    def _url(self, database: Database, profile: str, setting: dict[str, Any]) -> str:
        if "key_id" not in setting:
            return str(json.loads(setting["v"]))
        key = stored_keys.key(database, setting["key_id"])
        if key is None and stored_keys.is_shredded(database, machine_ledger(database) or "", setting["key_id"]):
            raise NotAllowedError(
                f"The URL of profile '{profile}' was shredded.", code="profile_url_blanked", profile=profile
            )
        ciphertext = json.loads(setting["ciphertext"]["v"])
        return str(json.loads(self._own.open(setting["key_id"], ciphertext, key.wrapped if key else b"")))

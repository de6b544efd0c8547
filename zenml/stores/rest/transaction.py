"""The transaction of a ledger that a service keeps: what is changed there, and what is this machine's alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from zenml.domain.errors import NotAllowedError
from zenml.domain.events import ChangeBegan, KeysNoted, SecretsShredded, ValueRedacted
from zenml.stores.protocol import KeyRow, SharedHead
from zenml.stores.shared.transaction import SharedTransaction
from zenml.stores.transactions import RecordingTransaction

if TYPE_CHECKING:
    from eventsourcing.persistence import StoredEvent

    from zenml.evidence.merkle import Frontier

_TAKES_BACK = ("undo", "redo")
_REMOVES = (ValueRedacted.TOPIC, SecretsShredded.TOPIC)
_MARK = "before_change"


class Proposal(NamedTuple):
    """What a service is asked: ``changes``, ``undo``, ``redact`` or ``shred``, and the body that says what."""

    change_id: str
    what: str
    body: dict[str, Any]


class RestTransaction(SharedTransaction):
    """The file while it is locked. What is appended to the service's ledger is tried out, and then proposed to it.

    Args:
        local: The file's transaction.
        head: Where the ledger ended when the service was asked.
        ledger_id: The ledger.
    """

    def __init__(self, local: RecordingTransaction, head: SharedHead, ledger_id: str) -> None:
        super().__init__(local, head, ledger_id)
        self._began: dict[str, Any] | None = None
        self._commands: list[dict[str, Any]] = []
        self._data_keys: dict[str, bytes] = {}
        self._removed: list[tuple[str, dict[str, Any]]] = []
        local.database.execute(f"SAVEPOINT {_MARK}")

    def begin_change(self) -> None:
        """Takes note that a change begins, which `take_back` takes back.

        Raises:
            NotAllowedError: The transaction has a change in the service's ledger already.
        """
        if self._commands or self._removed:
            raise NotAllowedError("A service is asked for one change at a time.")
        self.database.execute(f"RELEASE {_MARK}")
        self.database.execute(f"SAVEPOINT {_MARK}")

    def take_back(self) -> None:
        """Takes the newest change back, with the machine's part: it is recorded as the service decides it."""
        self.database.execute(f"ROLLBACK TO {_MARK}")

    def append(self, ledger_id: str, kind: str, stored: list[StoredEvent], head: Frontier) -> None:
        """Notes events of the service's ledger, and stores those of other ones.

        Raises:
            NotAllowedError: The transaction has another change in that ledger already.
        """
        if ledger_id == self._ledger_id:
            if self._began is not None:
                raise NotAllowedError("A service is asked for one change at a time.")
            for event in stored:
                fields = orjson.loads(event.state)
                if event.topic == ChangeBegan.TOPIC:
                    self._began = fields
                elif event.topic in _REMOVES:
                    self._removed.append((event.topic, fields))
                elif event.topic != KeysNoted.TOPIC:  # the service has the keys, and notes them
                    self._commands.append({"do": "make", "topic": event.topic, "fields": fields})
        super().append(ledger_id, kind, stored, head)

    def _check_format(self, ledger_id: str, stored: list[StoredEvent]) -> None:
        """Does nothing: which events it knows is for the service to say."""

    def add_key(self, ledger_id: str, key: KeyRow) -> None:
        """Keeps a data key for the service, which wraps it; that of a secret of this machine is stored."""
        if ledger_id == self._ledger_id:
            self._local.check_open()
            self._data_keys[key.key_id] = key.wrapped
        else:
            super().add_key(ledger_id, key)

    def set_key_check(self, key_check: bytes) -> None:
        """Refuses: the service has the key."""
        raise NotAllowedError("The service has the key of this profile's secrets.", code="service_key")

    def rewrap(self, keys: Sequence[KeyRow], key_check: bytes) -> None:
        """Refuses: the service has the key."""
        self.set_key_check(key_check)

    def proposal(self) -> Proposal | None:
        """Returns what the service is asked to do; None if nothing was done in its ledger."""
        if not (self._commands or self._removed):
            return None
        assert self._began is not None  # every event belongs to a change
        began = self._began
        change_id, actor = began["change_id"], began["actor"]
        body: dict[str, Any] = {
            "change_id": change_id,
            "parts": began["parts"],
            "reason": _value(began["reason"]),
            "client": {
                "session": _value(began["session"]),
                "version": began["client_version"],
                "command": _value(began["command"]),
                "repository_path": _value(began["repository_path"]),
                "automation": actor["kind"] == "automation",
            },
        }
        if began["idempotency"] is not None:
            body["idempotency_key"] = _value(began["idempotency"]["key"])
            body["command_hash"] = _value(began["idempotency"]["command_hash"])
        if self._removed:
            return self._removal(change_id, body)
        if began["kind"] in _TAKES_BACK:
            # who asks was asked for a reason already, where it is somebody else's change
            body |= {"changes": began["targets"], "redo": began["kind"] == "redo", "any_actor": True}
            return Proposal(change_id, "undo", body)
        body |= {
            "commands": self._commands,
            "secrets": {key_id: key.hex() for key_id, key in self._data_keys.items()},
            "kind": began["kind"],
            "point": began["causation_id"] if began["kind"] == "restore" else None,
            "correlation_id": began["correlation_id"] if began["correlation_id"] != change_id else None,
        }
        return Proposal(change_id, "changes", body)

    def _removal(self, change_id: str, body: dict[str, Any]) -> Proposal:
        """Returns what the service is asked to remove: by where it is, never what it is.

        Raises:
            NotAllowedError: The change does something else, too.
        """
        if self._commands or len({topic for topic, _ in self._removed}) != 1:
            raise NotAllowedError(
                "A service removes values, or secrets, in a separate change.", code="removal_with_others"
            )
        if self._removed[0][0] == ValueRedacted.TOPIC:
            values = [one for _, fields in self._removed for one in fields["values"]]
            return Proposal(change_id, "redact", {**body, "values": values})
        key_ids = [key_id for _, fields in self._removed for key_id in fields["key_ids"]]
        return Proposal(change_id, "shred", {**body, "key_ids": key_ids})

    def close(self) -> None:
        """Ends it: from here on nothing is recorded."""
        with suppress(sqlite3.Error):  # after an error there may be no transaction any more
            self.database.execute(f"RELEASE {_MARK}")
        super().close()


def _value(salted: dict[str, str] | None) -> Any:
    return None if salted is None else json.loads(salted["v"])

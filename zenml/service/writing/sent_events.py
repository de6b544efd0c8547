"""Events as a client sends them, to be made happen: read strictly, with the secrets that are in them."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from zenml.documents.limits import DEPTH
from zenml.domain.errors import DamagedLedgerError, InvalidValueError
from zenml.domain.events import TOPICS, ChangeBegan, DomainEvent, RunsLedgerClosed
from zenml.domain.facts import Fact
from zenml.domain.nesting import is_nested_deeper
from zenml.domain.values import Salted, Secret, facts_in, secrets_in
from zenml.evidence import canonical
from zenml.projections import stored_keys
from zenml.projections.stored_keys import StoredKey
from zenml.service.problems import RefusedError
from zenml.service.writing.member import MembersChange

Sent = TypeVar("Sent", bound=Fact)

_TOPICS = {topic for topic, kind in TOPICS.items() if kind.LEDGER == "profile" and kind is not ChangeBegan}


class SentSecrets:
    """The secrets in the events of one change.

    Args:
        work: The open change.
        data_keys: The data keys of those that are new, by their ids, as hex.
    """

    def __init__(self, work: MembersChange, data_keys: Mapping[str, str]) -> None:
        self._work = work
        self._data_keys = data_keys

    def event(self, topic: str, fields: dict[str, Any]) -> DomainEvent:
        """Returns an event, once its secrets are known.

        Args:
            topic: Its topic.
            fields: Its fields, as the ledger stores them.

        Raises:
            RefusedError: It is no event of a profile, or a secret in it is not known or cannot be opened.
        """
        event = _event(topic, fields)
        for secret in secrets_in(event):
            self._take(secret)
        return event

    def _take(self, secret: Secret) -> None:
        locked, change = self._work.now
        stored = stored_keys.key(locked.transaction.database, secret.key_id)
        data_key = self._data_keys.get(secret.key_id)
        if data_key is None:
            if stored is None or stored.ledger_id != self._work.profile.profile_ledger_id:
                raise _refused("unknown_secret", "A secret in an event is not one of this ledger.", secret)
            self._check_unchanged(secret, stored)
            return
        if stored is not None:
            raise _refused("secret_exists", "The key id of a new secret is in use.", secret)
        try:
            change.sealer.adopt(secret, bytes.fromhex(data_key))
        except InvalidValueError as error:
            raise _refused("secret_not_openable", error.message, secret) from None

    def _check_unchanged(self, secret: Secret, stored: StoredKey) -> None:
        """Makes sure that what is said to be a secret of this ledger is that one, if its key is here to tell."""
        keyring = self._work.keyring
        if not isinstance(secret.ciphertext, Salted) or keyring.lacks(stored.ledger_id):
            return
        key = keyring.key_for(stored.ledger_id)
        try:
            text = key.open(stored.key_id, secret.ciphertext.value, stored.wrapped)
        except (DamagedLedgerError, TypeError, ValueError):
            text = None
        if text is None or not hmac.compare_digest(key.digest(text), stored.digest):
            raise _refused("secret_not_openable", "A secret is not the one that has its key.", secret)


def _event(topic: str, fields: dict[str, Any]) -> DomainEvent:
    if topic == RunsLedgerClosed.TOPIC:
        message = "Runs are closed on the machine of the service, which has all of them."
        raise RefusedError(422, "runs_of_service", message)
    if topic not in _TOPICS:
        raise malformed("An event has a topic that no event of a profile has.")
    return cast("DomainEvent", read_sent(TOPICS[topic], fields))


def read_sent(kind: type[Sent], fields: dict[str, Any]) -> Sent:
    """Returns an event as a client sends it; what is stored of it has one text, and so has each value in it.

    Args:
        kind: What it is to be.
        fields: Its fields.

    Raises:
        RefusedError: It has not the form of that.
    """
    try:
        if is_nested_deeper(fields, DEPTH):
            raise ValueError
        canonical.text(fields)
        event = kind.from_fields(fields)
        for text in _texts_in(event):
            value = json.loads(text)
            if is_nested_deeper(value, DEPTH) or canonical.text(value) != text:
                raise ValueError
    except (ValueError, RecursionError):
        raise malformed("An event does not have the form of its topic.") from None
    return event


def _texts_in(event: Fact) -> Iterator[str]:
    return (fact.v for fact in facts_in(event) if isinstance(fact, Salted))


def malformed(message: str) -> RefusedError:
    """Returns the refusal of an event that is none."""
    return RefusedError(422, "invalid_event", message)


def _refused(code: str, message: str, secret: Secret) -> RefusedError:
    return RefusedError(422, code, message, key_id=secret.key_id)

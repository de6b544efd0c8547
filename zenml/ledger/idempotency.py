"""A command that is sent twice is done once: automation gives it a key, and gets the first result again."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from zenml.domain.change_ids import letters
from zenml.domain.errors import InvalidValueError, RepeatedKeyError
from zenml.ledger.change import Change
from zenml.ledger.recorded import recorded
from zenml.ledger.secrets.keys import MasterKey
from zenml.projections.timeline import history, undoable
from zenml.stores.protocol import StoreTransaction

_MAX = 256  # characters of a key: a UUID, a job's name and number, a hash
_KEYED, _PLAIN = "hmac-sha256:", "sha256:"


def command_text(words: object) -> bytes:
    """Returns what distinguishes one command from another: its words, or a method and its arguments."""
    # ASCII: words may be bytes that are no text, which the rule that meets them refuses by name
    return json.dumps(words, default=_comparable, sort_keys=True, ensure_ascii=True).encode()


def _comparable(value: Any) -> object:
    """Returns what distinguishes an argument from others: a component or a stack without the id drawn for it."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    parts = getattr(value, "components", None) or getattr(value, "parameters", None)
    return [type(value).__name__, getattr(value, "name", str(value)), parts]


def command_hash(text: bytes, master_key: MasterKey, *, secret: bool) -> str:
    """Returns the hash of a command; with the ledger's key if there was a secret in it, which might be guessed."""
    if secret:
        return _KEYED + master_key.digest(text.decode()).hex()
    return _PLAIN + sha256(text).hexdigest()


def earlier(
    transaction: StoreTransaction,
    key: str,
    text: bytes,
    master_key: MasterKey,
    *,
    given_hash: str | None = None,
    ledger_id: str | None = None,
) -> Change | None:
    """Returns the change that was recorded with a key; None if the key is new.

    Args:
        transaction: The ledgers.
        key: The key.
        text: What distinguishes the command from others.
        master_key: The key that commands with a secret in them are hashed with.
        given_hash: The hash of the command, if whoever asks has computed it; None to hash the text.
        ledger_id: The only ledger whose changes count; None for those of all.

    Raises:
        InvalidValueError: The key is empty or too long.
        RepeatedKeyError: It was given to another command.
    """
    if not 0 < len(key) <= _MAX:
        raise InvalidValueError(
            f"An idempotency key has 1 to {_MAX} characters, not {len(key)}.",
            "Use what names the job, such as its number.",
        )
    keyed = undoable.with_key(transaction.database, key, ledger_id)
    if keyed is None:
        return None
    change_id, noted = keyed
    name = history.short(transaction.database, letters(change_id))
    hashed = given_hash or command_hash(text, master_key, secret=noted.startswith(_KEYED))
    if not hmac.compare_digest(noted.encode(), hashed.encode()):
        raise RepeatedKeyError(
            f"The idempotency key '{key}' was used before, for another command.",
            change=name,
        )
    row = history.by_id(transaction.database, change_id)
    return Change(
        change_id,
        letters(change_id),
        row.kind if row else "change",  # type: ignore[arg-type]
        row.summary if row else "",
        tuple(event for _, event in recorded(transaction, change_id).events),
        tuple(target.change_id for target in history.targets(transaction.database, change_id)),
        repeated=True,
    )

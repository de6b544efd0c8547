"""What there is to know about a key that opens secrets, and nothing of the key itself."""

from __future__ import annotations

from typing import Any, NamedTuple

from zenml.domain.errors import LedgerError
from zenml.ledger.secrets.keys import MasterKey
from zenml.ledger.secrets.profile_keys import ProfileKey
from zenml.projections.database import StorageError


class KeyInfo(NamedTuple):
    """A key, as it may be shown.

    Attributes:
        profile: The profile whose secrets it opens; None for the machine's key.
        ledger_id: That profile's ledger; None for the machine's key.
        source: The variable or the file where it is, or would be.
        in_environment: Whether a variable holds it.
        state: ``right``, ``wrong``, ``missing``, ``unusable`` or ``not needed``, as `MasterKey.state` has it.
        secrets: The number of secrets whose data keys it wraps, or should.
        fingerprint: What tells it from other keys; None if there is none.
        readable_by_others: Whether others than its owner may read its file.
    """

    profile: str | None
    ledger_id: str | None
    source: str
    in_environment: bool
    state: str
    secrets: int
    fingerprint: str | None
    readable_by_others: bool

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "profile": self.profile,
            "ledger": self.ledger_id,
            "source": self.source,
            "in_environment": self.in_environment,
            "state": self.state,
            "secrets": self.secrets,
            "fingerprint": self.fingerprint,
            "readable_by_others": self.readable_by_others,
        }


def key_info(key: MasterKey) -> KeyInfo:
    """Returns what there is to know about a key, in the ledgers that it was looked up for."""
    of_profile = key if isinstance(key, ProfileKey) else None
    return KeyInfo(
        profile=of_profile.profile if of_profile else None,
        ledger_id=of_profile.ledger_id if of_profile else None,
        source=key.source,
        in_environment=key.variable is not None,
        state=key.state(),
        secrets=_secrets(key),
        fingerprint=_fingerprint(key),
        readable_by_others=key.readable_by_others,
    )


def _secrets(key: MasterKey) -> int:
    try:
        return sum(1 for _ in key.wrapped_before())
    except StorageError:  # verification says so
        return 0


def _fingerprint(key: MasterKey) -> str | None:
    try:
        return key.key.fingerprint if key.is_there else None
    except LedgerError:
        return None

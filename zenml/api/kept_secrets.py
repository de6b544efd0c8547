"""Secrets of the record, as the Python API has them: listed without their values, and destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zenml.application.removing import destroy_keys
from zenml.domain.errors import NotAllowedError, NotFoundError
from zenml.domain.suggestions import did_you_mean
from zenml.domain.typed_names import component_named
from zenml.ledger.meant import Target, about
from zenml.snapshot.kept_secrets import SHREDDED, KeptSecret, kept_secrets
from zenml.snapshot.profiles import profile_named

if TYPE_CHECKING:
    from zenml.api.recording import Recording
    from zenml.ledger.change import Change
    from zenml.snapshot.snapshot import Snapshot

_PROFILE = "profile"


class Shredding(NamedTuple):
    """Secrets that are to be destroyed.

    Attributes:
        ledger_id: The ledger that they are in.
        owner: What has them.
        parameter: The parameter that has them.
        secrets: Each value that it has, or had, the oldest first.
        also: Where else the same secrets are used, or were: they go there, too.
        shared: The profile that they are in, if machines share it.
        served: Whether a service keeps that profile, and the keys.
    """

    ledger_id: str
    owner: str
    parameter: str
    secrets: tuple[KeptSecret, ...]
    also: tuple[KeptSecret, ...]
    shared: str | None
    served: bool

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys that are destroyed."""
        return tuple(dict.fromkeys(secret.key_id for secret in self.secrets))


def list_secrets(asking: Recording, profile: str | None, *, everything: bool) -> list[KeptSecret]:
    """Returns the secrets of a profile, those of the active one for None; or those of all, and of the machine."""
    with asking.reading() as snapshot:
        return kept_secrets(
            snapshot, asking._keyring(snapshot), _ledger_of(snapshot, profile, everything=everything)
        )


def find_shredding(asking: Recording, named: str, parameter: str, *, earlier: bool) -> Shredding:
    """Returns what shredding the values of a parameter takes; changes nothing.

    Args:
        asking: The ledgers.
        named: ``TYPE/NAME``, or ``profile/NAME``.
        parameter: The parameter; ``url`` of a profile.
        earlier: Whether the value that it has now stays.

    Raises:
        NotFoundError: There is or was no such thing, or it never had a secret there.
        NotAllowedError: All of them are shredded already.
    """
    with asking.reading() as snapshot:
        kind, name = _named(named)
        ledger_id = snapshot.machine_id if kind == _PROFILE else _ledger_of(snapshot, None, everything=False)
        assert ledger_id is not None
        there = kept_secrets(snapshot, asking._keyring(snapshot), ledger_id)
        profile = snapshot.active.profile if kind != _PROFILE else None
        shared = profile.name if profile is not None and profile.is_shared else None
        served = profile is not None and profile.store_type == "rest"
    own = [secret for secret in there if (secret.kind, secret.name) == (kind, name)]
    _check_has(own, named, parameter)
    values = [secret for secret in own if secret.parameter == parameter]
    chosen = [secret for secret in values if secret.key != SHREDDED and not (earlier and secret.is_used)]
    if not chosen:
        what = "earlier value" if earlier else "value"
        raise NotAllowedError(
            f"There is no {what} of '{parameter}' of {named} left to shred.", code="shredded_already"
        )
    keys = {secret.key_id for secret in chosen}
    also = tuple(secret for secret in there if secret.key_id in keys and secret not in chosen)
    return Shredding(ledger_id, f"{kind}/{name}", parameter, tuple(chosen), also, shared, served)


def shred(asking: Recording, shredding: Shredding) -> Change | None:
    """Destroys secrets, and records that as a change."""
    kind, _, name = shredding.owner.partition("/")
    meant = Target("update", kind, name, None)
    with about(meant):
        return asking._recorded(destroy_keys, kind="evidence", meant=meant)(shredding.ledger_id, shredding.key_ids)


def _ledger_of(snapshot: Snapshot, profile: str | None, *, everything: bool) -> str | None:
    if everything:
        return None
    if profile is None:
        return snapshot.ledger_id
    return profile_named(snapshot.connection, snapshot.machine_id, profile).profile_ledger_id


def _named(text: str) -> tuple[str, str]:
    """Returns type and name. Raises `InvalidValueError`."""
    kind, _, name = text.partition("/")
    if kind == _PROFILE and name:
        return kind, name
    return component_named(text)


def _check_has(own: list[KeptSecret], named: str, parameter: str) -> None:
    """Makes sure that something has, or had, a secret of a name. Raises `NotFoundError`."""
    known = list(dict.fromkeys(secret.parameter for secret in own))
    if not known:
        raise NotFoundError(f"{named} has no secret, and never had one.", code="no_secret")
    if parameter not in known:
        suggestion = did_you_mean(parameter, known)
        raise NotFoundError(
            f"'{parameter}' of {named} is not a secret, and never was. {suggestion}".rstrip(), code="no_secret"
        )

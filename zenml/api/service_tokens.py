"""What making, listing and revoking tokens takes besides the ledger: their texts, and the file of their hashes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

from zenml import application, paths
from zenml.domain.errors import InvalidValueError, RepeatedKeyError
from zenml.domain.events import TokenRole
from zenml.ledger.meant import Target
from zenml.snapshot.service_tokens import TokenInfo, service_tokens
from zenml.stores.token_hashes import TokenHashes, draw

if TYPE_CHECKING:
    from zenml.api.recording import Recording
    from zenml.ledger.change import Change
    from zenml.unit_of_work.work import UnitOfWork


class CreatedToken(NamedTuple):
    """A token that was just made.

    Attributes:
        text: What is given to whoever is to have it; None in a dry run, which makes no token.
        info: What is known of it.
        change: The change that recorded it; None within one that is open.
    """

    text: str | None
    info: TokenInfo
    change: Change | None


def create(
    repository: Recording, recorded: Callable[..., Any], name: str, role: str, *, secrets: bool
) -> CreatedToken:
    """Makes a token; see `Repository.create_service_token`."""
    token_id, text = draw()

    def create_token(work: UnitOfWork, name: str, role: str, *, secrets: bool) -> None:
        if role not in get_args(TokenRole):
            raise InvalidValueError(
                f"'{role}' is not a role.", f"The roles are: {', '.join(get_args(TokenRole))}."
            )
        application.tokens.create_token(work, token_id, text, name, cast("TokenRole", role), secrets=secrets)

    meant = Target("create", "token", name)
    change: Change | None = recorded(create_token, meant=meant)(name, role, secrets=secrets)
    if change is not None and change.repeated:
        raise RepeatedKeyError(
            f"Token '{name}' was created before with this idempotency key, and its text was shown only then.",
            code="token_shown_before",
            name=name,
        )
    if repository.dry_run:
        reads = secrets and role != "reader"
        return CreatedToken(None, TokenInfo(token_id, name, role, reads, None, None, None), change)
    info = next(token for token in listed(repository) if token.token_id == token_id)
    return CreatedToken(text, info, change)


def listed(repository: Recording) -> list[TokenInfo]:
    """Returns all tokens there ever were; see `Repository.service_tokens`."""
    used = _hashes(repository).last_used()
    return repository.ask(lambda snapshot: service_tokens(snapshot, used))


def forget(repository: Recording, name: str) -> None:
    """Takes away the hash of a token that was revoked."""
    for token in listed(repository):
        if token.name == name and token.revoked is not None:
            _hashes(repository).forget(token.token_id)


def _hashes(repository: Recording) -> TokenHashes:
    return TokenHashes(paths.token_file(repository.config_directory))

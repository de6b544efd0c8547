"""Making tokens for the service, and revoking them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml import paths
from zenml.domain import commands
from zenml.stores.token_hashes import TokenHashes

if TYPE_CHECKING:
    from zenml.domain.events import TokenRole
    from zenml.unit_of_work.open_change import OpenChange


def create_token(work: OpenChange, token_id: str, text: str, name: str, role: TokenRole, *, secrets: bool) -> None:
    """Makes a token.

    Its hash is on the disk before the event is: a token that is recorded always works, and a hash of which the
    ledger knows nothing lets nobody in.
    """
    work.execute(commands.CreateToken(token_id, name, role, secrets))
    if not work.request.dry_run:
        TokenHashes(paths.token_file(work.request.config_directory)).put(token_id, text)


def revoke_token(work: OpenChange, name: str) -> None:
    """Revokes a token; one that is revoked stays so."""
    work.execute(commands.RevokeToken(name))

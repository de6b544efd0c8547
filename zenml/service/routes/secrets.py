"""The secrets of the profile that is served."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from zenml.service.callers import at_least
from zenml.service.models.commands import ID
from zenml.service.models.secrets import SecretAnswer
from zenml.service.problems import Refusal, RefusedError
from zenml.service.routes.ledgers import REFUSALS, Readable
from zenml.service.secret_values import secret_value
from zenml.service.tokens import Token

_REFUSALS: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    403: {"model": Refusal, "description": "The token does not give its user secrets"},
    404: {"model": Refusal, "description": "There is no such ledger here, or no such secret in it"},
    409: {"model": Refusal, "description": "The service's machine does not have the key of the profile"},
    410: {"model": Refusal, "description": "The secret was destroyed"},
}

router = APIRouter(prefix="/v1", tags=["secrets"], responses=_REFUSALS)


async def _reader_of_secrets(token: Annotated[Token, Depends(at_least("reader"))]) -> Token:
    if not token.secrets:  # which no reader may
        raise RefusedError(403, "secrets_not_allowed", "This token does not give its user secrets.")
    return token


@router.get(
    "/ledgers/{ledger_id}/secrets/{key_id}",
    operation_id="secret",
    summary="The value of a secret",
    dependencies=[Depends(_reader_of_secrets)],
)
def secret(record: Readable, key_id: Annotated[str, Path(pattern=ID)]) -> SecretAnswer:
    """Gives the value of a secret of this ledger, by the id of its data key."""
    record.follow()
    return SecretAnswer(key_id=key_id, value=secret_value(record, key_id))

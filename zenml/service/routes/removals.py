"""Removing what is recorded in the profile that is served: values, and secrets with their keys."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from zenml.service.callers import at_least
from zenml.service.models.removals import AskedRedaction, AskedShredding, RemovalAnswer
from zenml.service.routes.changes import REFUSALS_OF_CHANGES, made, served_ledger
from zenml.service.served import Served
from zenml.service.tokens import Token
from zenml.service.writing import removing
from zenml.service.writing.asked import asked_by

router = APIRouter(prefix="/v1", tags=["removals"], responses=REFUSALS_OF_CHANGES)

Admin = Annotated[Token, Depends(at_least("admin"))]


async def _served(ledger_id: str, request: Request, caller: Admin) -> Served:
    return served_ledger(ledger_id, request)


Ledger = Annotated[Served, Depends(_served)]


@router.post(
    "/ledgers/{ledger_id}/redact",
    operation_id="redact_values",
    summary="Blank values that should never have been recorded",
    response_class=Response,
    responses={200: {"model": RemovalAnswer, "description": "What became of it"}},
)
async def redact(asked: AskedRedaction, request: Request, served: Ledger, caller: Admin) -> Response:
    """Blanks values of events to their commitments, so that every proof still holds, and records that it did.

    Values are named by where they are; nobody sends them. What is blank already stays so. Neither views nor
    answers of the service have them from then on. Each member's machine blanks them when it next hears of it.
    """
    values = [(one.position, one.field) for one in asked.values]
    carry_out = partial(removing.redact, values=values, reason=asked.reason or None)
    text = asked.model_dump(mode="json", exclude_unset=True, exclude={"change_id"})
    wanted = asked_by(caller, asked, "evidence", text, carry_out)
    return await made(request, served, wanted._replace(removes=True))


@router.post(
    "/ledgers/{ledger_id}/shred",
    operation_id="shred_secrets",
    summary="Destroy secrets with their keys",
    response_class=Response,
    responses={200: {"model": RemovalAnswer, "description": "What became of it"}},
)
async def shred(asked: AskedShredding, request: Request, served: Ledger, caller: Admin) -> Response:
    """Destroys the data keys of secrets, so that nobody can open these any more, and records that it did."""
    carry_out = partial(removing.shred, key_ids=asked.key_ids)
    text = asked.model_dump(mode="json", exclude_unset=True, exclude={"change_id"})
    wanted = asked_by(caller, asked, "evidence", text, carry_out)
    return await made(request, served, wanted._replace(removes=True))

"""Changing the profile that is served."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response

from zenml.documents.limits import DEPTH
from zenml.domain.events import PlanApproved, RunsLedgerBegan
from zenml.domain.nesting import is_nested_deeper
from zenml.flavors.lookup import secret_names
from zenml.service.callers import at_least
from zenml.service.models.changes import AskedChange, AskedUndo, ChangeAnswer
from zenml.service.problems import Refusal, RefusedError
from zenml.service.routes.ledgers import REFUSALS, ledger_answer
from zenml.service.served import Served
from zenml.service.tokens import Token
from zenml.service.writer import Writer
from zenml.service.writing import carrying_out, taking_back
from zenml.service.writing.answers import Decided
from zenml.service.writing.asked import Asked, asked_by

REFUSALS_OF_CHANGES: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    400: {"model": Refusal, "description": "The body is not text"},
    409: {"model": Refusal, "description": "Something else was done meanwhile, or before, that is in the way"},
    413: {"model": Refusal, "description": "The body is too large"},
    422: {"model": Refusal, "description": "What was asked is not valid, or a rule forbids it"},
    503: {"model": Refusal, "description": "Others are in the way, or nobody knows; see `Retry-After`"},
}

router = APIRouter(prefix="/v1", tags=["changes"], responses=REFUSALS_OF_CHANGES)

Caller = Annotated[Token, Depends(at_least("writer"))]


_EVIDENCE = {PlanApproved.TOPIC, RunsLedgerBegan.TOPIC}
"""What a change of kind evidence may say happened."""


def served_ledger(ledger_id: str, request: Request) -> Served:
    """Returns what is served, if it is the ledger of a path; raises `RefusedError` if not."""
    served: Served = request.app.state.followers.record.served
    if ledger_id != served.ledger_id:
        raise RefusedError(404, "ledger_not_found", "There is no such ledger here.")
    return served


async def _served(ledger_id: str, request: Request, caller: Caller) -> Served:
    return served_ledger(ledger_id, request)


Ledger = Annotated[Served, Depends(_served)]


@router.post(
    "/ledgers/{ledger_id}/changes",
    operation_id="make_change",
    summary="Make a change",
    response_class=Response,
    responses={200: {"model": ChangeAnswer, "description": "What became of it"}},
)
async def change(asked: AskedChange, request: Request, served: Ledger, caller: Caller) -> Response:
    """Makes a change of several commands as a whole, or not at all, under the rules that hold for everybody.

    Parameters are plain values, and the service seals what is secret. It checks those of the flavors that come
    with zenml. Of custom flavors nothing is run: their parameters are taken as they are.
    """
    if is_nested_deeper([one.model_dump() for one in asked.commands], DEPTH):
        raise RefusedError(422, "invalid", f"What was asked is nested deeper than {DEPTH} levels.")
    commands = list(asked.commands)
    if asked.kind == "evidence" and any(getattr(one, "topic", "") not in _EVIDENCE for one in commands):
        raise RefusedError(422, "invalid", "A change of kind evidence can only approve plans, or begin runs.")
    text = [one.model_dump(mode="json", exclude_unset=True) for one in commands]
    carry_out = partial(carrying_out.carry_out, asked=commands, data_keys=asked.secrets)
    wanted = asked_by(caller, asked, asked.kind, text, carry_out)._replace(
        expect=asked.expect,
        point=asked.point,
        correlation_id=asked.correlation_id,
        plaintexts=carrying_out.plaintexts(commands, secret_names()),
    )
    return await made(request, served, wanted)


@router.post(
    "/ledgers/{ledger_id}/undo",
    operation_id="undo_changes",
    summary="Undo or redo changes",
    response_class=Response,
    responses={200: {"model": ChangeAnswer, "description": "What became of it"}},
)
async def undo(asked: AskedUndo, request: Request, served: Ledger, caller: Caller) -> Response:
    """Undoes changes, or redoes undone ones, as a change of its own.

    What they did in this profile is taken back. What one did elsewhere too, on the machine it was made on, stays.
    """
    carry_out = partial(
        taking_back.carry_out,
        names=asked.changes,
        redo=asked.redo,
        cascade=asked.cascade,
        any_actor=asked.any_actor,
        may_be_elsewhere=any(part.ledger_id != served.ledger_id for part in asked.parts),
    )
    text = asked.model_dump(mode="json", exclude_unset=True, exclude={"change_id"})
    return await made(request, served, asked_by(caller, asked, "redo" if asked.redo else "undo", text, carry_out))


async def made(request: Request, served: Served, asked: Asked) -> Response:
    """Has a change made, and answers what became of it."""
    writer: Writer = request.app.state.writer
    return Response(_written(served, await writer.make(asked)), media_type="application/json")


def _written(served: Served, decided: Decided) -> bytes:
    """Returns what became of a change as JSON: texts of events are put in as they are."""
    head: dict[str, Any] = {
        "change_id": decided.change_id,
        "recorded": decided.change_id is not None,
        "repeated": decided.repeated,
        "ledger": ledger_answer(served.ledger_id, decided.end).model_dump(),
    }
    if decided.left_over is not None:
        head["left_over"] = decided.left_over
    return b'%s,"events":[%s]}' % (orjson.dumps(head)[:-1], b",".join(decided.events))

"""The runs of the profile that is served: what was recorded of them, and recording."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from zenml.service.callers import at_least
from zenml.service.models.runs import AskedRunEvents, AskedRunRedaction, RunEventsAnswer, RunRemovalAnswer
from zenml.service.problems import Refusal
from zenml.service.record import Page
from zenml.service.routes.changes import REFUSALS_OF_CHANGES
from zenml.service.routes.ledgers import (
    ENDS,
    MOST_BYTES,
    MOST_EVENTS,
    REFUSALS,
    UNCHANGED,
    Known,
    Readable,
    etag_of,
    is_known,
    unchanged,
    written,
)
from zenml.service.runs import ServedRunEvents, Why
from zenml.service.tokens import Token

_NONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Refusal, "description": "There is no such ledger here, or no run of that year"}
}
_FEWER: dict[int | str, dict[str, Any]] = {
    409: {"model": Refusal, "description": "The ledger has fewer events: it is not the one that was seen before"}
}

_DELETED: dict[int | str, dict[str, Any]] = {
    410: {"model": Refusal, "description": "The year was closed, and its runs were deleted"}
}

router = APIRouter(prefix="/v1", tags=["runs"], responses={**REFUSALS, **_NONE})

Year = Annotated[int, Path(ge=1970, le=9999, description="The year (UTC) in which the runs began")]
Writing = Annotated[Token, Depends(at_least("writer"))]
Removing = Annotated[Token, Depends(at_least("admin"))]


async def _runs(request: Request, record: Readable) -> ServedRunEvents:
    """Returns what has the runs of the ledger of a path."""
    runs: ServedRunEvents = request.app.state.runs
    return runs


Runs = Annotated[ServedRunEvents, Depends(_runs)]


@router.get(
    "/ledgers/{ledger_id}/runs/{year}/events",
    operation_id="run_events",
    summary="What was recorded of a year's runs",
    response_class=Response,
    responses={200: {"model": RunEventsAnswer, "description": "Some events"}, **UNCHANGED, **_FEWER, **_DELETED},
)
def events(
    year: Year,
    runs: Runs,
    after: Annotated[int, Query(ge=0, le=2**53, description="The position after which to begin")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS, description="How many events at most")] = 1_000,
    if_none_match: Known = None,
) -> Response:
    """Gives a page of events, of 4 MiB at most. They are in a ledger of their own, with a tree of its own."""
    ledger_id, page = runs.page(year, after, limit, MOST_BYTES - ENDS)
    if is_known(page.end, if_none_match):
        return unchanged(page.end)
    return _answer(ledger_id, page)


@router.post(
    "/ledgers/{ledger_id}/runs/{year}",
    operation_id="record_runs",
    summary="Record what happened in runs",
    response_class=Response,
    responses={
        **REFUSALS_OF_CHANGES,
        **_NONE,
        200: {"model": RunEventsAnswer, "description": "What is recorded behind what whoever asks has"},
    },
)
def record(asked: AskedRunEvents, year: Year, runs: Runs, caller: Writing) -> Response:
    """Records events of runs as a whole, or not at all, and each of them once, however often it is sent.

    A run is recorded under the name of the token, with the host that was said. What it points to in the profile's
    ledger is compared with that. Only the token that began a run, or an admin, notes something of it or ends it.
    The runs of a year begin with the change `begin_runs_ledger`.
    """
    ledger_id, page = runs.record(year, caller, asked.events, asked.after, MOST_EVENTS, MOST_BYTES - ENDS)
    return _answer(ledger_id, page)


@router.post(
    "/ledgers/{ledger_id}/runs/{year}/redact",
    operation_id="redact_runs",
    summary="Blank values of runs that should never have been recorded",
    response_class=Response,
    responses={
        **REFUSALS_OF_CHANGES,
        **_NONE,
        200: {"model": RunRemovalAnswer, "description": "What is recorded behind what whoever asks has"},
    },
)
def redact(asked: AskedRunRedaction, year: Year, runs: Runs, caller: Removing) -> Response:
    """Blanks values of runs to their commitments, so that every proof still holds, and records that it did.

    Values are named by where they are; nobody sends them. What is blank already stays so, and is not recorded
    again. Each member's machine blanks them when it next asks for runs.
    """
    values = [(one.position, one.field) for one in asked.values]
    why = Why(asked.reason, automation=asked.automation)
    ledger_id, page, left = runs.redact(year, caller, values, why, asked.after, MOST_EVENTS, MOST_BYTES - ENDS)
    head = orjson.dumps({"left_over": left})[:-1]
    return Response(b"%s,%s" % (head, written(ledger_id, page)[1:]), media_type="application/json")


def _answer(ledger_id: str, page: Page) -> Response:
    return Response(written(ledger_id, page), headers={"ETag": etag_of(page.end)}, media_type="application/json")

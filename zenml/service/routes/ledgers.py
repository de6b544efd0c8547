"""The ledger that is served: where it ends, its events, whether it was altered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from zenml.ledger.sessions import host
from zenml.ledger.verification import Head, Verdict, Verification
from zenml.projections.versions import first_version
from zenml.service.callers import at_least, still_allowed
from zenml.service.followers import Followers, Following
from zenml.service.models.ledgers import (
    EVENTS_SCHEMA,
    ClearAnswer,
    EventsAnswer,
    LedgerAnswer,
    ProblemAnswer,
    ServiceAnswer,
    VerdictAnswer,
    VerificationAnswer,
)
from zenml.service.problems import Refusal, RefusedError, without_folder
from zenml.service.record import LedgerEnd, Page, ServedRecord
from zenml.service.served import Served
from zenml.service.tokens import Token
from zenml.stores.rest.tags import etag

MOST_EVENTS = 5_000
"""Of one page."""

MOST_BYTES = 4 * 1024 * 1024
"""Of one page, with all that is in it."""

ENDS = 4096
"""Bytes of a page beside its events: where the ledger ends."""

REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Refusal, "description": "No token, a wrong one, or one that was revoked"},
    403: {"model": Refusal, "description": "The token's role may not"},
    404: {"model": Refusal, "description": "There is no such ledger here"},
    422: {"model": Refusal, "description": "What was asked is not valid"},
    429: {"model": Refusal, "description": "Too many wrong tokens came from this address"},
    500: {"model": Refusal, "description": "The ledger is damaged"},
    503: {"model": Refusal, "description": "Too much is asked at once; see `Retry-After`"},
}
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Its state is the one in `If-None-Match`"}}
_BEYOND: dict[int | str, dict[str, Any]] = {
    409: {"model": Refusal, "description": "The ledger has fewer events: it is not the one that was seen before"}
}

router = APIRouter(prefix="/v1", tags=["ledgers"], responses=REFUSALS)

Reader = Annotated[Token, Depends(at_least("reader"))]
Known = Annotated[str | SkipJsonSchema[None], Header()]  # a header can be left out; null is none


async def _record(request: Request) -> ServedRecord:
    followers: Followers = request.app.state.followers
    return followers.record


async def _served(
    ledger_id: str, reader: Reader, record: Annotated[ServedRecord, Depends(_record)]
) -> ServedRecord:
    """Returns what reads the ledger of a path; whoever reads it asks its database first, as any reader does."""
    if ledger_id != record.served.ledger_id:
        raise RefusedError(404, "ledger_not_found", "There is no such ledger here.")
    return record


Readable = Annotated[ServedRecord, Depends(_served)]
"""The ledger of a path, for a token that may read it."""


@router.get("", operation_id="service", summary="What is served, and who asks")
def service(reader: Reader, record: Annotated[ServedRecord, Depends(_record)]) -> ServiceAnswer:
    """Says which ledger there is, and what the token may."""
    record.follow()
    end = record.end()
    return ServiceAnswer(
        ledger_id=record.served.ledger_id,
        kind=end.kind,
        profile=record.profile_name(),
        format=end.format,
        min_client=first_version(end.format),
        role=reader.role.value,
        name=reader.name,
        secrets=reader.secrets,
        host=host(),
    )


@router.get(
    "/ledgers/{ledger_id}",
    operation_id="ledger",
    summary="Where the ledger ends",
    response_model=LedgerAnswer,
    responses=UNCHANGED,
)
def ledger(record: Readable, response: Response, if_none_match: Known = None) -> LedgerAnswer | Response:
    """Says where the ledger ends. The `ETag` is made of its size and its frontier."""
    record.follow()
    end = record.end()
    if is_known(end, if_none_match):
        return unchanged(end)
    response.headers["ETag"] = etag_of(end)
    return ledger_answer(record.served.ledger_id, end)


@router.get(
    "/ledgers/{ledger_id}/events",
    operation_id="ledger_events",
    summary="The ledger's events as they are stored",
    response_class=Response,
    responses={200: {"model": EventsAnswer, "content": EVENTS_SCHEMA}, **UNCHANGED, **_BEYOND},
)
def events(
    request: Request,
    reader: Reader,
    record: Readable,
    still_allowed: Annotated[Callable[[], bool], Depends(still_allowed)],
    after: Annotated[int, Query(ge=0, le=2**53, description="The position after which to begin")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS, description="How many events at most")] = 1_000,
    accept: Annotated[str, Header(include_in_schema=False)] = "application/json",
    last_event_id: Annotated[
        Annotated[int, Field(ge=0, le=2**53)] | SkipJsonSchema[None],
        Header(description="Where a follower was: goes before `after`"),
    ] = None,
    if_none_match: Known = None,
) -> Response:
    """Gives a page of events, of 4 MiB at most: all that is needed to compute the root oneself.

    As `text/event-stream` it gives all events after a position, and each new one as it is recorded. If nothing
    is, a comment comes every 15 seconds. The stream ends when the token is revoked.
    """
    record.follow()
    if "text/event-stream" in accept.lower():
        followers: Followers = request.app.state.followers
        followers.check_room(reader.token_id)
        begin = after if last_event_id is None else last_event_id
        record.page(begin, 1, 0)  # is refused now, while there is a status to say so
        return Following(followers, reader.token_id, begin, still_allowed)
    page = record.page(after, limit, MOST_BYTES - ENDS)
    if is_known(page.end, if_none_match):
        return unchanged(page.end)
    return Response(
        written(record.served.ledger_id, page), headers={"ETag": etag_of(page.end)}, media_type="application/json"
    )


@router.get("/ledgers/{ledger_id}/verify", operation_id="verify_ledger", summary="Whether the record was altered")
def verify(record: Readable) -> VerificationAnswer:
    """Reads the whole record again. Only one verification runs at a time."""
    record.follow()
    return _verification(record.served, record.verified())


def is_known(end: LedgerEnd, if_none_match: str | None) -> bool:
    """Tells whether whoever asks knows where a ledger ends."""
    known = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag_of(end) in known


def etag_of(end: LedgerEnd) -> str:
    """Returns what the state of a ledger is called."""
    return etag(end.size, end.tree.to_bytes())


def unchanged(end: LedgerEnd) -> Response:
    """Returns the answer that there is nothing new."""
    return Response(status_code=304, headers={"ETag": etag_of(end)})


def ledger_answer(ledger_id: str, end: LedgerEnd) -> LedgerAnswer:
    """Returns where a ledger ends as it is answered."""
    return LedgerAnswer(
        ledger_id=ledger_id,
        kind=end.kind,
        size=end.size,
        root=end.tree.root().hex(),
        frontier=end.tree.to_bytes().hex(),
        format=end.format,
    )


def written(ledger_id: str, page: Page) -> bytes:
    """Returns a page of a ledger as JSON: texts of events are put in as they are."""
    end = orjson.dumps(ledger_answer(ledger_id, page.end).model_dump())
    after = orjson.dumps(page.last if page.last < page.end.size else None)
    return b'{"ledger":%s,"events":[%s],"next":%s}' % (end, b",".join(text for _, text in page.events), after)


def _verification(served: Served, verification: Verification) -> VerificationAnswer:
    """Returns what was found out about one ledger and the file; of other ledgers only how much."""
    nothing = Head(served.ledger_id, "", 0, "")
    head = next((head for head in verification.heads if head.ledger_id == served.ledger_id), nothing)
    verdicts = {name: _verdict(served, verdict) for name, verdict in verification.verdicts.items()}
    problems = sum(len(verdict.problems) for verdict in verification.verdicts.values())
    here = sum(len(verdict.problems) for verdict in verdicts.values())
    return VerificationAnswer(
        ok=not here,
        ledger_id=served.ledger_id,
        size=head.size,
        root=head.root,
        verdicts=verdicts,
        in_clear=[
            ClearAnswer(
                position=value.position,
                component={"type": value.component_type, "name": value.name},
                parameter=value.parameter,
            )
            for value in verification.clear_values
            if value.ledger_id == served.ledger_id
        ],
        elsewhere=problems - here,
    )


def _verdict(served: Served, verdict: Verdict) -> VerdictAnswer:
    here = tuple(problem for problem in verdict.problems if problem.ledger_id in (None, served.ledger_id))
    return VerdictAnswer(
        state=verdict._replace(problems=here).state,
        problems=[
            ProblemAnswer(
                position=problem.position, message=without_folder(problem.message, served.config_directory)
            )
            for problem in here
        ],
    )

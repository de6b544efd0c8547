"""What is asked and answered about runs, as ``/openapi.json`` describes it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from zenml.service.models.ledgers import Answer, EventAnswer, LedgerAnswer
from zenml.service.models.removals import MOST_REMOVED, AskedValue

MOST_AT_ONCE = 100
"""Events that one request may bring."""

_RUNS = "018f5c0e-7a1b-7c3d-9e4f-5a6b7c8d9e10"
_ROOT = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"
_END: JsonDict = {
    "ledger_id": _RUNS,
    "kind": "runs",
    "size": 1,
    "root": _ROOT,
    "frontier": _ROOT,
    "format": 7,
}
_STORED: JsonDict = {"position": 1, "topic": "zenml:RunStarted", "text": '{"run_id":"018f5c0e…"}'}
_FIELDS: JsonDict = {
    "run_id": "018f5c0e-7a1b-7c3d-9e4f-5a6b7c8d9e0f",
    "outcome": "killed",
    "exit_code": 137,
    "signal": "SIGKILL",
    "time": "2025-03-10T12:00:00.000000Z",
}


class AskedRunEvent(BaseModel):
    """What happened in a run."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"topic": "zenml:RunFinished", "fields": _FIELDS}]},
    )

    topic: str = Field(description="`zenml:RunStarted`, `zenml:RunNoted` or `zenml:RunFinished`.")
    fields: dict[str, Any] = Field(description="Its fields, as a ledger of runs stores them.")


class AskedRunEvents(BaseModel):
    """What happened in runs, to be recorded as a whole, or not at all."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"after": 1, "events": [{"topic": "zenml:RunFinished", "fields": _FIELDS}]}]
        },
    )

    after: int = Field(
        default=0,
        ge=0,
        le=2**53,
        description="How many events whoever asks has: those after them come back.",
    )
    events: list[AskedRunEvent] = Field(
        min_length=1,
        max_length=MOST_AT_ONCE,
        description="The events, in this order; those that are recorded already are left out.",
    )


class RunEventsAnswer(Answer):
    """Some events of a ledger of runs, one after the other."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ledger": _END, "events": [_STORED], "next": 1}]})

    ledger: LedgerAnswer = Field(description="Where the ledger of runs ended when they were read.")
    events: list[EventAnswer] = Field(description="The events.")
    next: int | None = Field(description="The `after` of the next page; null if there are no more.")


class AskedRunRedaction(BaseModel):
    """Values of runs to be blanked to their commitments."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {"values": [{"position": 1, "field": "/command"}], "reason": "a customer's name is in it"}
            ]
        },
    )

    after: int = Field(
        default=0,
        ge=0,
        le=2**53,
        description="How many events whoever asks has: those after them come back.",
    )
    values: list[AskedValue] = Field(min_length=1, max_length=MOST_REMOVED, description="Where they are.")
    reason: str = Field(default="", max_length=10_000, description="Why; it is recorded.")
    automation: bool = Field(default=False, description="Whether a job asks, and no person.")


class RunRemovalAnswer(RunEventsAnswer):
    """What became of values that were to be blanked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"ledger": _END, "events": [_STORED], "next": 1, "left_over": []}],
        }
    )

    left_over: list[str] = Field(
        description="What may still have them where the ledger is kept, a sentence each, for an administrator."
    )

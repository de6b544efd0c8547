"""What is answered about the served ledger, as ``/openapi.json`` describes it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

LEDGER = "018f5c0e-7a1b-7c3d-9e4f-5a6b7c8d9e0f"
_ROOT = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"
END: JsonDict = {
    "ledger_id": LEDGER,
    "kind": "profile",
    "size": 2,
    "root": _ROOT,
    "frontier": _ROOT,
    "format": 3,
}
EVENT: JsonDict = {"position": 1, "topic": "zenml:ChangeBegan", "text": '{"change_id":"018f5c0e…"}'}


class Answer(BaseModel):
    """An answer that has its example."""

    model_config = ConfigDict(frozen=True)


class ServiceAnswer(Answer):
    """What is served, and who asks."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ledger_id": LEDGER,
                    "kind": "profile",
                    "profile": "team",
                    "format": 3,
                    "min_client": "0.1.0",
                    "role": "reader",
                    "name": "dashboard",
                    "secrets": False,
                    "host": "build-7",
                }
            ]
        }
    )

    ledger_id: str = Field(description="The ledger that is served.")
    kind: str = Field(description="What it is about: `profile`.")
    profile: str = Field(description="What its profile is called where the service runs.")
    format: int = Field(description="The format of the ledger: which events it may have.")
    min_client: str | None = Field(
        description="The first version of zenml that knows this format; null if not even the service does."
    )
    role: str = Field(description="What the token that was sent may: `reader`, `writer` or `admin`.")
    name: str = Field(description="What the token is called: changes that are made with it are by this name.")
    secrets: bool = Field(description="Whether it gives its user the values of secrets.")
    host: str = Field(description="What the machine is called that the service runs on.")


class LedgerAnswer(Answer):
    """Where a ledger ends. All hashes are lower-case hex digits."""

    model_config = ConfigDict(json_schema_extra={"examples": [END]})

    ledger_id: str = Field(description="The ledger.")
    kind: str = Field(description="What it is about: `profile`.")
    size: int = Field(description="The number of its events, which is the position of the last one.")
    root: str = Field(description="The root of the RFC 6962 tree over them.")
    frontier: str = Field(
        description="The roots of the tree's perfect subtrees, largest first: one for each bit set in `size`."
    )
    format: int = Field(description="The format of the ledger: which events it may have.")


class EventAnswer(Answer):
    """An event as it is stored. Secrets are sealed in it, and the keys that open them are not given out."""

    model_config = ConfigDict(json_schema_extra={"examples": [EVENT]})

    position: int = Field(description="Its position in the ledger: 1, 2, 3 …")
    topic: str = Field(description="What kind of event it is.")
    text: str = Field(description="Its canonical JSON (RFC 8785), letter by letter: that is what is hashed.")


class EventsAnswer(Answer):
    """Some of a ledger's events, one after the other."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ledger": END, "events": [EVENT], "next": 1}]})

    ledger: LedgerAnswer = Field(description="Where the ledger ended when they were read.")
    events: list[EventAnswer] = Field(description="The events.")
    next: int | None = Field(description="The `after` of the next page; null if there are no more.")


class ProblemAnswer(Answer):
    """Something that cannot be what was written."""

    position: int | None = Field(description="Where in the ledger; null if it concerns the whole.")
    message: str = Field(description="One sentence.")


class VerdictAnswer(Answer):
    """The answer to one question about the record."""

    state: str = Field(description="`ok`, `bad` or `not_compared`.")
    problems: list[ProblemAnswer] = Field(description="What is wrong.")


class ClearAnswer(Answer):
    """Where a secret is in the record in clear: it was recorded before it was known to be one."""

    position: int = Field(description="The event.")
    component: dict[str, str] = Field(description="Type and name of the component.")
    parameter: str = Field(description="The parameter.")


class VerificationAnswer(Answer):
    """What reading the whole record again found out about the served ledger."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ok": True,
                    "ledger_id": LEDGER,
                    "size": 1,
                    "root": _ROOT,
                    "verdicts": {
                        "content": {"state": "ok", "problems": []},
                        "completeness": {"state": "not_compared", "problems": []},
                    },
                    "in_clear": [],
                    "elsewhere": 0,
                }
            ]
        }
    )

    ok: bool = Field(description="Whether nothing is wrong with the ledger, or with the file it is in.")
    ledger_id: str = Field(description="The ledger.")
    size: int = Field(description="The number of its events.")
    root: str = Field(description="The root of the tree over them, as computed from them.")
    verdicts: dict[str, VerdictAnswer] = Field(
        description="By question: `content`, `order`, `clocks`, `replay`, `schema`, `secrets`, `completeness` …"
    )
    in_clear: list[ClearAnswer] = Field(description="Secrets that are in the record in clear.")
    elsewhere: int = Field(description="How many problems other ledgers have that are in the same file.")


EVENTS_SCHEMA: dict[str, Any] = {
    "application/json": {"schema": {"$ref": "#/components/schemas/EventsAnswer"}},
    "text/event-stream": {
        "schema": {
            "type": "string",
            "description": "Each event has its position as `id`, and as `data` what `events` has.",
        },
        "example": 'id: 1\ndata: {"position":1,"topic":"zenml:ChangeBegan","text":"{}"}\n\n',
    },
}
"""Both forms of a ledger's events."""

"""What is asked and answered about changes, as ``/openapi.json`` describes it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from zenml.ledger.change import MAX_EVENTS
from zenml.service.models.commands import AskedCommand, IdText
from zenml.service.models.ledgers import END, EVENT, Answer, EventAnswer, LedgerAnswer

MOST_UNDONE = 1_000
"""Changes that one request may name to be undone."""

_CHANGE = "018f5c0e-7a1b-7c3d-9e4f-5a6b7c8d9e0f"
_MOST_EVENTS = 2**31  # of another ledger, which nobody here counts
_LETTERS = r"[k-z]{4,18}"
_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY: JsonDict = {"examples": ["job-71"]}

ChangeId = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
"""The id of a change: a UUIDv7."""


class _Asked(BaseModel):
    """What is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Client(_Asked):
    """What the change says of where it was asked for."""

    session: str | None = Field(
        default=None, max_length=256, description="The session; null for the id of the token."
    )
    version: str | None = Field(default=None, max_length=64, description="The version of zenml that asks.")
    command: str | None = Field(
        default=None, max_length=32_768, description="The command line; secrets in it are starred."
    )
    repository_path: str | None = Field(
        default=None, max_length=4_096, description="The repository it was typed in."
    )
    automation: bool = Field(default=False, description="Whether a program asks, and not a person.")


class AskedPart(_Asked):
    """A run of consecutive events of a change in one ledger."""

    ledger_id: IdText = Field(description="The ledger.")
    count: int = Field(ge=0, le=_MOST_EVENTS, description="How many events.")


class AskedToRecord(_Asked):
    """What every change can be asked with."""

    change_id: ChangeId | None = Field(
        default=None, description="The id that the change is to have, a UUIDv7: asked for twice, it is made once."
    )
    parts: list[AskedPart] = Field(
        default=[],
        max_length=MAX_EVENTS,
        description="The order of all its events, where the client records the others in its ledgers.",
    )
    reason: str | None = Field(default=None, max_length=32_768, description="Why.")
    idempotency_key: str | None = Field(
        default=None, max_length=256, description="Under it the change is made once.", json_schema_extra=_KEY
    )
    command_hash: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        description="What tells the command from others with the same key; null to have it hashed.",
    )
    client: Client = Field(default=Client(), description="Where it was asked for.")


class AskedChange(AskedToRecord):
    """A change to be made as a whole, or not at all."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"commands": [{"do": "rename_stack", "name": "dev", "new_name": "prod"}], "reason": "release"}
            ]
        }
    )

    expect: int | None = Field(
        default=None, ge=0, le=2**53, description="The number of events that the ledger has to have; null for any."
    )
    commands: list[AskedCommand] = Field(
        min_length=1, max_length=MAX_EVENTS, description="What to do, in this order."
    )
    secrets: dict[IdText, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]] = Field(
        default={}, description="The data keys of secrets that events bring, by their ids, as hex digits."
    )
    kind: Literal["change", "restore", "import", "migrate", "evidence"] = Field(
        default="change",
        description="What kind of change it is; one of kind evidence only approves plans, or begins runs.",
    )
    point: IdText | None = Field(default=None, description="The change as of which a restore makes things again.")
    correlation_id: IdText | None = Field(default=None, description="What it belongs to, such as a plan.")


class AskedUndo(AskedToRecord):
    """Changes to be undone or redone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"changes": ["zuvy"], "reason": "by mistake"}]})

    changes: list[Annotated[str, Field(pattern=rf"^({_LETTERS}|{_ID})$")]] = Field(
        min_length=1, max_length=MOST_UNDONE, description="Their ids, or the letters that they begin with."
    )
    redo: bool = Field(default=False, description="Whether undone changes are redone.")
    cascade: bool = Field(default=False, description="Also undo what depends on them.")
    any_actor: bool = Field(default=False, description="Also those that others made; this takes a reason.")


class ChangeAnswer(Answer):
    """What became of a change that was asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"change_id": _CHANGE, "recorded": True, "repeated": False, "events": [EVENT], "ledger": END}
            ]
        }
    )

    change_id: str | None = Field(description="The change; null if there was nothing to change.")
    recorded: bool = Field(description="Whether it is recorded.")
    repeated: bool = Field(description="Whether it was recorded before, for an earlier request like this one.")
    events: list[EventAnswer] = Field(description="Its events in this ledger, its beginning first.")
    ledger: LedgerAnswer = Field(description="Where the ledger ends now.")

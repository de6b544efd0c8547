"""What is asked and answered about removing what is recorded, as ``/openapi.json`` describes it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from zenml.service.models.changes import AskedToRecord, ChangeAnswer
from zenml.service.models.commands import IdText
from zenml.service.models.ledgers import END, EVENT

MOST_REMOVED = 10_000
"""Values, or keys, that one request may name."""

_CHANGE = "018f5c0e-7a1b-7c3d-9e4f-5a6b7c8d9e0f"
_KEY = "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"


class AskedValue(BaseModel):
    """A value of an event: where it is. The value itself is never sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    position: int = Field(ge=1, le=2**53, description="The position of the event.")
    field: Annotated[str, Field(pattern=r"^(/([^~/]|~[01])*)+$", max_length=2_048)] = Field(
        description="The way to the value in the event's fields, as RFC 6901 (JSON Pointer) writes it."
    )


class AskedRedaction(AskedToRecord):
    """Values to be blanked to their commitments."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"values": [{"position": 4, "field": "/settings/path"}], "reason": "a customer's name is in it"}
            ]
        }
    )

    values: list[AskedValue] = Field(min_length=1, max_length=MOST_REMOVED, description="Where they are.")


class AskedShredding(AskedToRecord):
    """Secrets to be destroyed with their data keys."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"key_ids": [_KEY], "reason": "the password was replaced"}]}
    )

    key_ids: list[IdText] = Field(min_length=1, max_length=MOST_REMOVED, description="The ids of their data keys.")


class RemovalAnswer(ChangeAnswer):
    """What became of what was to be removed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "change_id": _CHANGE,
                    "recorded": True,
                    "repeated": False,
                    "events": [EVENT],
                    "ledger": END,
                    "left_over": [],
                }
            ]
        }
    )

    left_over: list[str] = Field(
        description="What may still have it where the ledger is kept, a sentence each, for an administrator."
    )

"""What is answered about secrets, as ``/openapi.json`` describes it."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from zenml.service.models.ledgers import LEDGER, Answer


class SecretAnswer(Answer):
    """A secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"key_id": LEDGER, "value": "hunter2"}]})

    key_id: str = Field(description="The id of its data key, as events have it.")
    value: Any = Field(description="Its value.")

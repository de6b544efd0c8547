"""The forms in which ZenML 0.13 sends and expects things, as ``/openapi.json`` below a token describes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from zenml.domain.component_types import COMPONENT_TYPES
from zenml.enums import StackComponentType

_UUID = "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"
_COMPONENT: dict[str, Any] = {
    "type": "experiment_tracker",
    "flavor": "mlflow",
    "name": "tracker",
    "uuid": _UUID,
    "config": "dHJhY2tpbmdfdXJpOiBodHRwczovL21sZmxvdy5leGFtcGxlLmNvbQo=",
}


class Wrapper(BaseModel):
    """A form, of what is sent or answered. What is not known in it is ignored, as ZenML 0.13 does.

    A field that is new here needs a default: clients do not send it.
    """

    model_config = ConfigDict(frozen=True)


class ComponentWrapper(Wrapper):
    """A component, its parameters as text in text."""

    model_config = ConfigDict(json_schema_extra={"examples": [_COMPONENT]})

    type: StackComponentType
    flavor: str
    name: str
    uuid: UUID = Field(description="Its identity, which renaming does not change.")
    config: str = Field(description="Its parameters: Base64 of YAML.", json_schema_extra={"format": "byte"})


class StackWrapper(Wrapper):
    """A stack with its components, which are references to those that are registered."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "dev", "components": [_COMPONENT]}]})

    name: str
    components: list[ComponentWrapper] = Field(max_length=len(COMPONENT_TYPES))


class FlavorWrapper(Wrapper):
    """A custom flavor."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "own", "type": "experiment_tracker", "source": "flavors.tracking.OwnTracker"}]
        }
    )

    name: str
    type: StackComponentType
    source: str = Field(description="Its module and class.")
    integration: str | None = None


class UserAnswer(Wrapper):
    """A user: here that is who has a token."""

    id: UUID
    creation_date: datetime
    name: str


class StoreAssociation(Wrapper):
    """That an artifact store was once used with a metadata store; here that binds nothing."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"artifact_store_uuid": _UUID, "metadata_store_uuid": _UUID}]}
    )

    artifact_store_uuid: UUID
    metadata_store_uuid: UUID


class ProfileWrapper(Wrapper):
    """The profile that is served."""

    name: str
    active_user: str
    store_url: str | None = None
    store_type: str = "rest"
    active_stack: str | None = None


class EarlierProblem(BaseModel):
    """Why something is not answered."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"detail": ["KeyError", "Stack 'dev' does not exist."]}]}
    )

    detail: list[str] = Field(description="The class of the error that ZenML 0.13 raises, and a sentence.")

"""A profile's contents as a document: what ``profile.yaml`` holds, and what ``zenml apply`` reads."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from zenml.domain.component_types import COMPONENT_TYPES


def _component_type(text: Any) -> Any:
    return text.replace("-", "_") if isinstance(text, str) else text


def _known_type(text: str) -> str:
    if text not in COMPONENT_TYPES:
        raise ValueError(f"must be one of {', '.join(COMPONENT_TYPES)}")
    return text


def _identity(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError("must be a UUID") from None


ComponentType = Annotated[str, BeforeValidator(_component_type), AfterValidator(_known_type)]
"""A component type, in either spelling."""

Identity = Annotated[str, AfterValidator(_identity)]
"""A UUID."""


class Document(BaseModel):
    """Base of what stands in such a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class FlavorDocument(Document):
    """A custom flavor; ``source`` is ``module.Class``."""

    type: ComponentType
    name: str
    source: str
    id: Identity | None = None


class ComponentDocument(Document):
    """A component. A secret of one that is there already may stand as stars, which means that it stays."""

    type: ComponentType
    name: str
    flavor: str
    id: Identity | None = None
    parameters: dict[str, Any] = Field(default_factory=dict, repr=False)  # there may be secrets in it


class StackDocument(Document):
    """A stack; ``components`` maps types to names."""

    name: str
    id: Identity | None = None
    components: dict[ComponentType, str]


class ProfileDocument(Document):
    """What a profile has, or a part of it.

    Attributes:
        READ_FROM_FILES: Its content counts where two commands are compared, whatever words they have.
        profile: The profile's name, if the file says so.
        flavors: Its custom flavors.
        components: Its components.
        stacks: Its stacks.
    """

    READ_FROM_FILES: ClassVar[bool] = True

    profile: str | None = None
    flavors: list[FlavorDocument] = Field(default_factory=list)
    components: list[ComponentDocument] = Field(default_factory=list)
    stacks: list[StackDocument] = Field(default_factory=list)

"""A profile's contents as a document: what ``profile.yaml`` holds, and what ``zenml apply`` reads."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

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


class ItemDocument(Document):
    """Base of the things that such a file lists."""

    _file: str | None = PrivateAttr(default=None)

    @property
    def file(self) -> str | None:
        """The file it was read from, for errors; None if it was not read from one."""
        return self._file


class FlavorDocument(ItemDocument):
    """A custom flavor; ``source`` is ``module.Class``."""

    type: ComponentType
    name: str
    source: str
    id: Identity | None = None


class ComponentDocument(ItemDocument):
    """A component. A secret of one that is there already may stand as stars, which means that it stays."""

    type: ComponentType
    name: str
    flavor: str
    id: Identity | None = None
    parameters: dict[str, Any] = Field(default_factory=dict, repr=False)  # there may be secrets in it


class StackDocument(ItemDocument):
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

    def read_from(self, file: str) -> ProfileDocument:
        """Returns it; its items say from which file they are."""
        for item in (*self.flavors, *self.components, *self.stacks):
            item._file = file
        return self

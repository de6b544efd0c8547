"""A profile's contents as a document: what ``profile.yaml`` holds, and what ``zenml apply`` reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.things import IN_A_PROFILE

BELONGING = frozenset(field.name for part in IN_A_PROFILE if part.of for field in part.fields)
"""The fields of an item that a file need not name: then they stay as they are. Null removes the value."""


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
    """Base of everything in such a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class ItemDocument(Document):
    """Base of the things that such a file lists."""

    _file: str | None = PrivateAttr(default=None)

    @property
    def file(self) -> str | None:
        """The file it was read from, for errors; None if it was not read from one."""
        return self._file

    # A plan keeps a document as JSON, and an idempotency key its hash: a field that is not named is in neither.

    @model_serializer(mode="wrap")
    def _write_named(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in write(self).items() if self._names(name)}

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        return ((name, value) for name, value in super().__repr_args__() if self._names(name))

    def _names(self, field: str | None) -> bool:
        return field in self.model_fields_set or field not in BELONGING


class FlavorDocument(ItemDocument):
    """A custom flavor; ``source`` is ``module.Class``."""

    type: ComponentType
    name: str
    source: str
    id: Identity | None = None


class ComponentDocument(ItemDocument):
    """A component. A secret of an existing one may be written as stars, which keeps it."""

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
    """The contents of a profile, or a part of them.

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
        """Returns the document, whose items now name their file."""
        for item in (*self.flavors, *self.components, *self.stacks):
            item._file = file
        return self

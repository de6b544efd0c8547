"""A profile's contents as a document: what ``profile.yaml`` holds, and what ``zenml apply`` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from zenml.documents.document import Document, field
from zenml.documents.forms import Converted
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.things import IN_A_PROFILE

BELONGING = frozenset(field.name for part in IN_A_PROFILE if part.of for field in part.fields)
"""The fields of an item that a file need not name: then they stay as they are. Null removes the value."""


_WRITTEN_OUT = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


def _component_type(text: str) -> str:
    component_type = text.replace("-", "_")
    if component_type not in COMPONENT_TYPES:
        raise ValueError(f"must be one of {', '.join(COMPONENT_TYPES)}")
    return component_type


def _identity(text: str) -> str:
    if _WRITTEN_OUT(text):
        return text
    from uuid import UUID  # which takes some time, and ids that were exported do not need

    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError("must be a UUID") from None


ComponentType = Annotated[str, Converted(_component_type)]
"""A component type, in either spelling."""

Identity = Annotated[str, Converted(_identity)]
"""A UUID."""


class ItemDocument(Document):
    """Base of the things that such a file lists."""

    @property
    def file(self) -> str | None:
        """The file it was read from, for errors; None if it was not read from one."""
        return self.__dict__.get("_file")

    def come_from(self, file: str) -> None:
        """Notes the file it was read from."""
        self.__dict__["_file"] = file

    # A plan keeps a document as JSON, and an idempotency key its hash: a field that is not named is in neither.

    def _written(self) -> Iterable[str]:
        return (name for name in self.fields() if name not in BELONGING or self.names(name))


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
    parameters: dict[str, Any] = field(default_factory=dict, shown=False)  # there may be secrets in it


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
    flavors: list[FlavorDocument] = field(default_factory=list)
    components: list[ComponentDocument] = field(default_factory=list)
    stacks: list[StackDocument] = field(default_factory=list)

    def read_from(self, file: str) -> ProfileDocument:
        """Returns the document, whose items now name their file."""
        for item in (*self.flavors, *self.components, *self.stacks):
            item.come_from(file)
        return self

"""A stack as the Python API shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any
from uuid import UUID

from zenml.domain.component_types import COMPONENT_TYPES, MANDATORY, display
from zenml.domain.errors import StackValidationError
from zenml.flavors.base import StackComponent


@dataclass(frozen=True)
class Stack:
    """A named combination of stack components, one per type at most: a frozen value.

    Attributes:
        name: The stack's name in its profile.
        metadata_store: If None, registering the stack puts the profile's ``default`` one here.
        uuid: The identity of a registered stack, which renaming does not change; None before.

    Raises:
        StackValidationError: The orchestrator or the artifact store is missing, or a component is not of the
            type it is given for.
    """

    name: str
    _: KW_ONLY
    orchestrator: StackComponent
    artifact_store: StackComponent
    metadata_store: StackComponent | None = None
    alerter: StackComponent | None = None
    annotator: StackComponent | None = None
    container_registry: StackComponent | None = None
    data_validator: StackComponent | None = None
    experiment_tracker: StackComponent | None = None
    feature_store: StackComponent | None = None
    model_deployer: StackComponent | None = None
    secrets_manager: StackComponent | None = None
    step_operator: StackComponent | None = None
    uuid: UUID | None = None

    def __post_init__(self) -> None:
        """Checks that each component is of its type and that none is missing."""
        for component_type in COMPONENT_TYPES:
            component = getattr(self, component_type)
            kind = display(component_type)
            if component is None:
                if component_type in MANDATORY and component_type != "metadata_store":
                    raise StackValidationError(
                        f"Stack '{self.name}' has no {kind}.", f"Pass one: {component_type}=..."
                    )
            elif not isinstance(component, StackComponent) or component_type != component.TYPE:
                raise StackValidationError(
                    f"The {kind} of stack '{self.name}' is of the class {type(component).__name__}.",
                    f"Pass a component of the type {kind}.",
                )

    @classmethod
    def from_components(
        cls, name: str, components: Mapping[str, StackComponent], *, uuid: UUID | None = None
    ) -> Stack:
        """Makes a stack of components by type.

        Args:
            name: The stack's name.
            components: The components; the keys are types as in `zenml.domain.component_types`.
            uuid: The identity of a registered stack.

        Raises:
            StackValidationError: As for the class, or a key is not a component type.
        """
        for key in components:
            if key not in COMPONENT_TYPES:
                raise StackValidationError(
                    f"'{key}' is not a component type.", f"The types are {', '.join(COMPONENT_TYPES)}."
                )
        absent: dict[str, Any] = {"orchestrator": None, "artifact_store": None}
        return cls(name, uuid=uuid, **{**absent, **components})

    @property
    def components(self) -> dict[str, StackComponent]:
        """The components by type, in the order in which tables show them."""
        given = {component_type: getattr(self, component_type) for component_type in COMPONENT_TYPES}
        return {key: component for key, component in given.items() if component is not None}

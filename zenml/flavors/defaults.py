"""What the parameters of a component are where nobody says otherwise. Imports no flavor."""

from __future__ import annotations

from zenml.flavors.machine_places import with_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from zenml.flavors.info import FlavorInfo


def with_defaults(
    component_type: str, info: FlavorInfo, component_id: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns parameters as they are kept, of a flavor that ships with the program: those that are set.

    Args:
        component_type: As in `zenml.domain.component_types`.
        info: The flavor.
        component_id: The component, after which its place on this machine is named.
        given: What is given; None leaves a parameter to its default.
    """
    values = {name: value for name, value in given.items() if value is not None}
    return info.defaults | with_place(component_type, info.name, component_id, values)

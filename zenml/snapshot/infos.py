"""What a profile is made of, as the Python API gives it and as JSON has it."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ProfileInfo(namedtuple("ProfileInfo", "profile_id name store_type url active_stack active")):
    """A profile as it may be shown: its URL without a password."""

    __slots__ = ()
    profile_id: str
    name: str
    store_type: str
    url: str
    active_stack: str
    active: bool

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {
            "id": self.profile_id,
            "name": self.name,
            "active": self.active,
            "store_type": self.store_type,
            "url": self.url or None,
            "active_stack": self.active_stack or None,
        }


class ComponentInfo(
    namedtuple("ComponentInfo", "component_id component_type name flavor parameters active values shredded")
):
    """A component as it may be shown: secrets as stars.

    Attributes:
        active: Whether the active stack has it.
        values: What else belongs to it, by name; None for what it does not have.
        shredded: The parameters that are secrets whose keys were destroyed: they are unset.
    """

    __slots__ = ()
    component_id: str
    component_type: str
    name: str
    flavor: str
    parameters: dict[str, Any]
    active: bool
    values: dict[str, Any]
    shredded: frozenset[str]

    def all_parameters(self) -> dict[str, Any]:
        """Returns its parameters by name; those of its flavor that are not set are None."""
        from zenml.flavors.index import FLAVORS

        flavors = FLAVORS.get(self.component_type, ())
        known = [flavor.parameters for flavor in flavors if flavor.name == self.flavor]
        values = {**dict.fromkeys(name for names in known for name in names), **self.parameters}
        return dict(sorted(values.items()))

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {
            "id": self.component_id,
            "type": self.component_type,
            "name": self.name,
            "flavor": self.flavor,
            "active": self.active,
            **self.values,
            "parameters": self.all_parameters(),
            "shredded": sorted(self.shredded),
        }


class StackInfo(namedtuple("StackInfo", "stack_id name components active values")):
    """A stack.

    Attributes:
        components: The names of its components by their types.
        active: Whether it is the active stack.
        values: What else belongs to it, by name; None for what it does not have.
    """

    __slots__ = ()
    stack_id: str
    name: str
    components: dict[str, str]
    active: bool
    values: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        own_fields = {"id": self.stack_id, "name": self.name, "active": self.active}
        return {**own_fields, **self.values, "components": dict(sorted(self.components.items()))}

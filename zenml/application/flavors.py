"""Registering and deleting custom flavors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain import commands
from zenml.ledger.ids import new_id

if TYPE_CHECKING:
    from zenml.unit_of_work.open_change import OpenChange


def register_flavor(work: OpenChange, component_type: str, source: str) -> None:
    """Registers a class, given as ``module.Class``, as a custom flavor."""
    from zenml.snapshot.flavors import check_flavor

    name = check_flavor(work.reading().flavors, component_type, source)
    work.execute(commands.RegisterFlavor(new_id(), component_type, name, source))


def delete_flavor(work: OpenChange, component_type: str, name: str) -> None:
    """Deletes a custom flavor that no component uses."""
    work.execute(commands.DeleteFlavor(component_type, name))

"""Flavors as a profile knows them, custom ones included."""

from __future__ import annotations

from zenml.domain.component_types import display
from zenml.domain.errors import AlreadyExistsError, InvalidValueError
from zenml.flavors.index import FLAVORS
from zenml.flavors.info import FlavorInfo
from zenml.flavors.lookup import Flavors
from zenml.flavors.own_code import load_own
from zenml.projections.database import Database
from zenml.projections.flavors import flavors


def known_flavors(
    database: Database,
    ledger_id: str,
    root: str | None,
    at: int | None = None,
    *,
    runs_own_code: bool = True,
) -> Flavors:
    """Returns the flavors there are for a profile.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        root: The repository that custom flavors are found from; None outside of any.
        at: A position of the ledger; None for now.
        runs_own_code: Whether their classes may be imported.
    """
    registered: dict[str, list[FlavorInfo]] = {}
    for row in flavors(database, ledger_id, at=at):
        registered.setdefault(row.component_type, []).append(FlavorInfo(row.name, row.source, custom=True))
    return Flavors(registered, root, runs_own_code)


def check_flavor(known: Flavors, component_type: str, source: str) -> str:
    """Returns the name of a custom flavor, after checking that its class is one.

    Raises:
        FlavorImportError: There is no such class, or it is not a flavor.
        InvalidValueError: It is a flavor of another type.
        AlreadyExistsError: It has the name of a flavor that ships with the program.
    """
    flavor_class = load_own(source, known.root)
    if component_type != flavor_class.TYPE:
        raise InvalidValueError(
            f"The class '{source}' is a flavor of the type {flavor_class.TYPE}, not of {component_type}.",
            code="flavor_of_another_type",
            component_type=flavor_class.TYPE,
            source=source,
        )
    if any(info.name == flavor_class.FLAVOR for info in FLAVORS[component_type]):
        raise AlreadyExistsError(
            f"{display(component_type).capitalize()} flavor '{flavor_class.FLAVOR}' already exists.",
            code="flavor_ships_already",
            component_type=component_type,
        )
    return flavor_class.FLAVOR

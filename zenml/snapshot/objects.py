"""Components and stacks as objects of the Python API, made from the ledger and registered into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml.domain.component_types import display
from zenml.domain.errors import NotAllowedError, StackComponentExistsError, StackNotFoundError
from zenml.domain.suggestions import did_you_mean
from zenml.flavors.base import StackComponent
from zenml.flavors.build import ComponentParametersError, build, build_from
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import stacks
from zenml.projections.components import ComponentRow, component_by_id
from zenml.snapshot.flavors import known_flavors
from zenml.snapshot.revealing import check_known, reveal, secrets_of, values_at_hand
from zenml.snapshot.snapshot import Snapshot
from zenml.stack import Stack


def component_object(
    snapshot: Snapshot, keyring: Keyring, component_type: str, component_id: str
) -> StackComponent:
    """Returns a component with its parameters, secrets decrypted; blanked ones are unset.

    Raises:
        LedgerError: As `reveal` and `build` do.
    """
    row = snapshot.component_row(component_type, component_id)
    parameters = reveal(snapshot.connection, keyring, row)
    return build(component_type, row.flavor, row.name, component_id, parameters, snapshot.flavors, kept=parameters)


def updated_object(
    snapshot: Snapshot,
    keyring: Keyring,
    component_type: str,
    component_id: str,
    parameters: Mapping[str, Any],
    remove: Sequence[str],
) -> StackComponent:
    """Returns what a component becomes with some parameters set and others unset.

    Only what it becomes has to be right: one that came from elsewhere may not be, until this completes it. What is
    set or unset is not opened, and a secret that stays need not be here.

    Raises:
        NotAllowedError: A parameter does not exist or must stay.
        LedgerError: As `reveal` and `build` do.
    """
    row = snapshot.component_row(component_type, component_id)
    declared = snapshot.flavors.load(component_type, row.flavor)
    check_update(declared, row, parameters, remove)
    left = {name: text for name, text in row.settings.items() if name not in parameters and name not in remove}
    staying = row._replace(settings=left)
    kept = values_at_hand(snapshot.connection, keyring, staying)
    try:
        return build_from(declared, row.name, component_id, {**kept, **parameters}, kept=row.settings)
    except ComponentParametersError as error:
        check_known(snapshot.connection, keyring, staying, error.problems)
        raise


def stack_object(snapshot: Snapshot, keyring: Keyring, name: str) -> Stack:
    """Returns a stack with its components."""
    stack = snapshot.stack(name)
    components = {
        component_type: component_object(
            snapshot, keyring, component_type, snapshot.component(component_type, component_name).component_id
        )
        for component_type, component_name in stack.components.items()
    }
    from uuid import UUID

    return Stack.from_components(stack.name, components, uuid=UUID(stack.stack_id))


def stack_object_then(snapshot: Snapshot, keyring: Keyring, stack_id: str, position: int) -> Stack:
    """Returns a stack with its components as they were at a position of the profile's ledger.

    Raises:
        StackNotFoundError: There was no such stack.
        LedgerError: As `reveal` and `build` do.
    """
    database, ledger_id = snapshot.connection, snapshot.ledger_id
    stack = stacks.stack_by_id(database, ledger_id, stack_id, position)
    if stack is None:
        raise StackNotFoundError(f"No stack with id '{stack_id}' was there then.", code="no_stack_then")
    flavors = known_flavors(database, ledger_id, snapshot.root, position)
    components = {}
    for component_type, component_id in stack.component_ids.items():
        row = component_by_id(database, ledger_id, component_id, position)
        if row is not None:
            parameters = reveal(database, keyring, row)
            built = build(component_type, row.flavor, row.name, component_id, parameters, flavors, kept=parameters)
            components[component_type] = built
    from uuid import UUID

    return Stack.from_components(stack.name, components, uuid=UUID(stack.stack_id))


def unregistered(snapshot: Snapshot, stack: Stack) -> list[StackComponent]:
    """Returns the components of a stack that are not registered yet.

    Raises:
        StackComponentExistsError: Another component has the type and name of one of them.
    """
    missing = []
    for component_type, component in stack.components.items():
        known = {info.name: info.component_id for info in snapshot.components(component_type)}
        registered = known.get(component.name)
        if registered is None:
            missing.append(component)
        elif registered != str(component.uuid):
            raise StackComponentExistsError(
                f"Unable to register {display(component_type)} '{component.name}': "
                "another component has this name already.",
                "Choose another name, or take the registered one: "
                f"repository.get_stack_component('{component_type}', '{component.name}').",
                code="object_registered_already",
            )
    return missing


def kept_secret(snapshot: Snapshot, component_type: str, component_id: str) -> frozenset[str]:
    """Returns the parameters of a component that are stored as secrets: they stay secret with a new value."""
    return secrets_of(snapshot.component_row(component_type, component_id).settings)


def check_update(
    declared: type[StackComponent], row: ComponentRow, parameters: Mapping[str, Any], remove: Sequence[str]
) -> None:
    """Checks that parameters exist, and that those to be unset may be.

    Raises:
        NotAllowedError: One does not exist or must stay.
    """
    kind, name = display(declared.TYPE), row.name
    described = {parameter.name: parameter for parameter in declared.describe_parameters()}

    def hint(mistyped: str) -> str:
        known = f"The parameters are: {', '.join(described)}." if described else "It has no parameters."
        return f"{did_you_mean(mistyped, list(described))} {known}".lstrip()

    for parameter in parameters:
        if parameter in ("name", "uuid"):
            raise NotAllowedError(f"Cannot update mandatory property '{parameter}' of '{name}' {declared.TYPE}.")
        if parameter not in described and parameter not in row.settings:
            raise NotAllowedError(
                f"You cannot update the {kind} `{name}` with property '{parameter}'.", hint(parameter)
            )
    for parameter in remove:
        if parameter in ("name", "uuid") or (parameter in described and described[parameter].required):
            raise NotAllowedError(f"Cannot remove mandatory attribute '{parameter}' of '{name}' {declared.TYPE}.")
        if parameter not in described and parameter not in row.settings:
            raise NotAllowedError(
                f"You cannot remove the attribute '{parameter}' of '{name}' {kind}.", hint(parameter)
            )

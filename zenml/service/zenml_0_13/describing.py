"""What the profile has, in the forms of ZenML 0.13."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from zenml.domain.missing import missing_component, missing_stack
from zenml.enums import StackComponentType
from zenml.flavors.machine_places import without_place_of_any_machine
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import components, stacks, stored_heads
from zenml.projections.components import ComponentRow
from zenml.projections.settings import display_value
from zenml.projections.stacks import StackRow
from zenml.service.served import ServedSnapshot
from zenml.service.zenml_0_13 import configurations
from zenml.service.zenml_0_13.shown import EarlierClient, Shown, stack_key
from zenml.service.zenml_0_13.stand_ins import stand_in
from zenml.service.zenml_0_13.wrappers import ComponentWrapper, StackWrapper
from zenml.snapshot.revealing import names_elsewhere, revealed_values, shredded_names


class Describing:
    """Describes what there is to one client, and notes what it was shown.

    Args:
        look: The profile.
        keyring: Opens secrets; None for a client that may not read them.
        client: Who is told.
        shown: Where it is noted.
    """

    def __init__(self, look: ServedSnapshot, keyring: Keyring | None, client: EarlierClient, shown: Shown) -> None:
        self._look, self._keyring = look, keyring
        self._client, self._shown = client, shown
        self._position = stored_heads.size(look.connection, look.ledger_id)

    def components(self, component_type: str) -> list[ComponentWrapper]:
        """Returns the components of a type, by name."""
        rows = components.components(self._look.connection, self._look.ledger_id, component_type)
        return [self._component(row) for row in rows]

    def component(self, component_type: str, name: str) -> ComponentWrapper:
        """Returns a component. Raises `StackComponentNotFoundError`."""
        database, ledger_id = self._look.connection, self._look.ledger_id
        row = components.component(database, ledger_id, component_type, name)
        if row is None:
            known = components.component_names(database, ledger_id, component_type)
            raise missing_component(component_type, name, known)
        return self._component(row)

    def stacks(self) -> list[StackWrapper]:
        """Returns the stacks, by name."""
        rows = {
            row.component_id: row for row in components.components(self._look.connection, self._look.ledger_id)
        }
        return [self._stack(stack, rows) for stack in stacks.stacks(self._look.connection, self._look.ledger_id)]

    def stack(self, name: str) -> StackWrapper:
        """Returns a stack. Raises `StackNotFoundError`."""
        database, ledger_id = self._look.connection, self._look.ledger_id
        stack = _stack_named(self._look, name)
        parts = [components.component_by_id(database, ledger_id, part) for part in stack.component_ids.values()]
        return self._stack(stack, {row.component_id: row for row in parts if row is not None})

    def _stack(self, stack: StackRow, rows: Mapping[str, ComponentRow]) -> StackWrapper:
        self._shown.note(self._client, stack_key(stack.name), self._position)
        parts = [self._component(rows[part]) for part in stack.component_ids.values() if part in rows]
        return StackWrapper(name=stack.name, components=parts)

    def _component(self, row: ComponentRow) -> ComponentWrapper:
        self._shown.note(self._client, row.component_id, self._position)
        values = without_place_of_any_machine(row.component_type, row.flavor, row.component_id, self._values(row))
        return ComponentWrapper(
            type=StackComponentType(row.component_type),
            flavor=row.flavor,
            name=row.name,
            uuid=UUID(row.component_id),
            config=configurations.written(row.name, row.component_id, values),
        )

    def _values(self, row: ComponentRow) -> dict[str, Any]:
        """Returns the values of a component's parameters; what stands for it where a secret may not be read."""
        settings = {name: json.loads(text) for name, text in row.settings.items()}
        secret = {name for name, setting in settings.items() if "key_id" in setting}
        destroyed = {name for name in secret if "v" not in settings[name]["ciphertext"]}
        destroyed |= shredded_names(self._look.connection, row)
        closed = secret - destroyed
        if self._keyring is not None and closed:
            database = self._look.connection
            closed = set(names_elsewhere(database, self._keyring, row))
            opened = revealed_values(database, self._keyring, row, secret - destroyed - closed)
        else:
            opened = {}
        values = {}
        for name, text in row.settings.items():
            if name in closed:
                values[name] = stand_in(text)
            elif name in opened:
                values[name] = opened[name]
            elif name not in secret and "v" in settings[name]:
                values[name] = display_value(text)
        return values


def _stack_named(look: ServedSnapshot, name: str) -> StackRow:
    stack = stacks.stack(look.connection, look.ledger_id, name)
    if stack is None:
        raise missing_stack(name, stacks.stack_names(look.connection, look.ledger_id))
    return stack

"""What clients of ZenML 0.13 do with components, within a change that is open.

They send a component whole. What they changed is what differs from what they were shown: a parameter that somebody
else set meanwhile is not theirs, and stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from zenml.domain import commands
from zenml.domain.component_types import display
from zenml.domain.errors import NotAllowedError, StackComponentExistsError
from zenml.domain.missing import missing_component
from zenml.flavors.build import ComponentParametersError, build
from zenml.flavors.lookup import SHIPPED, secret_names
from zenml.flavors.machine_places import without_places_anywhere
from zenml.projections import components
from zenml.projections.components import ComponentRow
from zenml.service.writing import carrying_out
from zenml.service.writing.member import MembersChange
from zenml.service.zenml_0_13 import configurations
from zenml.service.zenml_0_13.stand_ins import has_stand_in, not_meant, stands_for
from zenml.service.zenml_0_13.wrappers import ComponentWrapper
from zenml.snapshot.revealing import reveal, values_at_hand

ShownAt = Callable[[str], int | None]
"""Tells as of which position of the ledger a client was shown what has an id; None if that is not known."""


class Sent(NamedTuple):
    """A component as it was sent.

    Attributes:
        kind: Its type.
        values: Its parameters, without a place in some client's configuration folder.
    """

    kind: str
    flavor: str
    name: str
    component_id: str
    values: dict[str, Any]


def sent(wrapper: ComponentWrapper) -> Sent:
    """Returns what was sent. Raises `InvalidValueError`."""
    kind, component_id = wrapper.type.value, str(wrapper.uuid)
    values = configurations.read(wrapper.name, wrapper.config)
    values = without_places_anywhere(kind, wrapper.flavor, component_id, values)
    return Sent(kind, wrapper.flavor, wrapper.name, component_id, values)


def plaintexts(*several: Sent) -> frozenset[str]:
    """Returns what may be secret in what was sent."""
    secret = secret_names()
    return frozenset().union(*(carrying_out.hidden_texts(one.values, secret) for one in several))


def register(work: MembersChange, component: Sent, *, reads_secrets: bool) -> None:
    """Registers a component.

    Args:
        work: The open change.
        component: The component.
        reads_secrets: Whether whoever asks may read secrets, and so have copies of them.

    Raises:
        LedgerError: A rule forbids it.
    """
    if _row(work, component.component_id) is not None:
        raise StackComponentExistsError(
            f"The id of {display(component.kind)} '{component.name}' is that of another component.",
            component_type=component.kind,
            name=component.name,
        )
    values = {
        name: _copied(work, component, name, reads_secrets=reads_secrets) if has_stand_in(value) else value
        for name, value in component.values.items()
    }
    command = commands.RegisterComponent(
        component.component_id, component.kind, component.name, component.flavor, values
    )
    carrying_out.register(work, command, frozenset())


def _copied(work: MembersChange, component: Sent, parameter: str, *, reads_secrets: bool) -> Any:
    """Returns the secret that is meant: that of a component of the same flavor, in the same parameter."""
    look = work.reading()
    for row in components.components(look.connection, look.ledger_id, component.kind) if reads_secrets else ():
        meant = row.settings.get(parameter)
        if row.flavor == component.flavor and stands_for(component.values[parameter], meant):
            return reveal(look.connection, work.keyring, row, [parameter])[parameter]
    raise not_meant(component.name, parameter)


def update(work: MembersChange, kind: str, name: str, component: Sent, shown_at: ShownAt) -> None:
    """Makes of a component what was sent, name included.

    Args:
        work: The open change.
        kind: The type of the component.
        name: Its name.
        component: What it is to be.
        shown_at: Tells as of which position whoever asks was shown what has an id.

    Raises:
        LedgerError: A rule forbids it, or it is another component by now.
    """
    look = work.reading()
    row = components.component(look.connection, look.ledger_id, kind, name) or _row(work, component.component_id)
    if row is None or row.component_type != kind:
        raise missing_component(kind, name, components.component_names(look.connection, look.ledger_id, kind))
    what = f"{display(kind).capitalize()} '{name}'"
    if row.component_id != component.component_id:
        raise StackComponentExistsError(f"{what} is another component by now.", component_type=kind, name=name)
    if (row.component_type, row.flavor) != (component.kind, component.flavor):
        raise NotAllowedError(
            f"{what} has the flavor '{row.flavor}', and cannot be changed to the flavor '{component.flavor}'.",
            code="flavor_not_changeable",
            component_type=kind,
        )
    base = _as_of(work, row, shown_at(row.component_id))
    settings, removed = _differences(work, component, base, row)
    command = commands.UpdateComponent(kind, row.name, settings, tuple(removed))
    if settings or removed:
        carrying_out.update(work, command, frozenset())
    if component.name not in (base.name, row.name):
        work.execute(commands.RenameComponent(kind, row.name, component.name))


def same(work: MembersChange, row: ComponentRow, component: Sent, *, reads_secrets: bool) -> bool:
    """Tells whether a component has what was sent of another one of its name.

    Whoever may not read secrets is not told whether a value is one: only what stands for it is taken for it.
    """
    secret = {name for name, setting in row.settings.items() if "key_id" in json.loads(setting)}
    if not reads_secrets and any(not has_stand_in(component.values.get(name)) for name in secret):
        return False
    return row.flavor == component.flavor and _differences(work, component, row, row) == ({}, [])


def _differences(
    work: MembersChange, component: Sent, base: ComponentRow, row: ComponentRow
) -> tuple[dict[str, Any], list[str]]:
    """Returns what was changed in a component: parameters that were set, and those that were unset.

    Args:
        work: The open change.
        component: What was sent.
        base: The component as it was shown.
        row: The component as it is.

    Raises:
        InvalidValueError: The values are not those of the flavor, or stars stand for something else.
    """
    kind, flavor = component.kind, component.flavor
    before = values_at_hand(work.reading().connection, work.keyring, base)
    before = without_places_anywhere(kind, flavor, base.component_id, before)
    values = dict(component.values)
    for name in filter(lambda name: has_stand_in(values[name]), values):
        if not any(stands_for(values[name], of.settings.get(name)) for of in (base, row)):
            raise not_meant(component.name, name)
        values[name] = before.setdefault(name, values[name])  # it stays what it is
    gone = [name for name in before if name not in values and name in row.settings]
    if SHIPPED.shipped(kind, flavor) is not None:
        before, values = _typed(component, base, before, values)
    settings = {name: value for name, value in values.items() if _json(before.get(name)) != _json(value)}
    return settings, [name for name in gone if name not in values]  # one with a default has that again


def _typed(
    component: Sent, base: ComponentRow, before: dict[str, Any], values: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns values of before and those that were sent in the types of the flavor, defaults included.

    Raises:
        InvalidValueError: Those that were sent are not right, and those of before were.
    """

    def built(of: dict[str, Any]) -> dict[str, Any]:
        kind, flavor = component.kind, component.flavor
        return build(kind, flavor, component.name, component.component_id, of, kept=base.settings).parameters

    try:
        typed = built(before)
    except ComponentParametersError:  # it came from elsewhere, or a secret in it cannot be opened here
        with suppress(ComponentParametersError):
            return before, built(values)
        return before, values
    return typed, built(values)


def _json(value: Any) -> str:
    """Returns what tells a value from all others: for Python, ``True`` is ``1`` and ``1`` is ``1.0``."""
    return json.dumps(value, sort_keys=True)


def _as_of(work: MembersChange, row: ComponentRow, position: int | None) -> ComponentRow:
    look = work.reading()
    if position is None:
        return row
    return components.component_by_id(look.connection, look.ledger_id, row.component_id, position) or row


def _row(work: MembersChange, component_id: str) -> ComponentRow | None:
    look = work.reading()
    return components.component_by_id(look.connection, look.ledger_id, component_id)

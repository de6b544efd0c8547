"""What clients of ZenML 0.13 do with components, within a change that is open.

They send a component whole. What they changed is what differs from what they were shown: a parameter that somebody
else set meanwhile is not theirs, and stays.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from zenml.domain import commands
from zenml.domain.component_types import display
from zenml.domain.errors import NotAllowedError, StackComponentExistsError
from zenml.domain.events import ValueRedacted
from zenml.domain.missing import missing_component
from zenml.domain.values import is_blank, read_setting
from zenml.flavors.build import ComponentParametersError, build
from zenml.flavors.lookup import SHIPPED, secret_names
from zenml.flavors.machine_places import without_place_of_any_machine
from zenml.projections import components, stored_events
from zenml.projections.components import ComponentRow
from zenml.service.writing import carrying_out
from zenml.service.writing.member import MembersChange
from zenml.service.zenml_0_13 import configurations
from zenml.service.zenml_0_13.stand_ins import has_stand_in, not_meant, stands_for
from zenml.service.zenml_0_13.wrappers import ComponentWrapper
from zenml.snapshot.revealing import reveal, values_at_hand


class Sent(NamedTuple):
    """A component as it was sent.

    Attributes:
        kind: Its type.
        flavor: Its flavor.
        name: Its name.
        component_id: Its identity, which its client may have drawn.
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
    values = without_place_of_any_machine(kind, wrapper.flavor, component_id, values)
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


def update(work: MembersChange, kind: str, name: str, component: Sent, shown_at: int | None) -> None:
    """Makes of a component what was sent, name included.

    Args:
        work: The open change.
        kind: The type of the component.
        name: Its name.
        component: What it is to be.
        shown_at: The position as of which whoever asks was shown it; None if that is not known.

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
    shown = _as_of(work, row, shown_at)
    component = _without_redacted(work, component, shown, shown_at)
    settings, removed = _differences(work, component, shown, row)
    if settings or removed:
        command = commands.UpdateComponent(kind, row.name, settings, tuple(removed))
        carrying_out.update(work, command, frozenset())
    if component.name not in (shown.name, row.name):
        work.execute(commands.RenameComponent(kind, row.name, component.name))


def _without_redacted(work: MembersChange, component: Sent, shown: ComponentRow, shown_at: int | None) -> Sent:
    """Returns what was sent without values that were redacted after they were shown: they are not brought back."""
    look = work.reading()
    since = None if shown_at is None else shown_at + 1
    if since is None or not any(
        stored_events.events(look.connection, look.ledger_id, since, topics=(ValueRedacted.TOPIC,))
    ):
        return component
    blank = {name for name, setting in shown.settings.items() if is_blank(read_setting(setting))}
    return component._replace(values={name: v for name, v in component.values.items() if name not in blank})


def same(work: MembersChange, row: ComponentRow, component: Sent, *, reads_secrets: bool) -> bool:
    """Tells whether the component that has a name is just like the one of this name that was sent.

    Whoever may not read secrets is not told whether a value is one: only what stands for it is taken for it.
    """
    secret = {name for name, setting in row.settings.items() if "key_id" in json.loads(setting)}
    if not reads_secrets and any(not has_stand_in(component.values.get(name)) for name in secret):
        return False
    return row.flavor == component.flavor and _differences(work, component, row, row) == ({}, [])


def _differences(
    work: MembersChange, component: Sent, shown: ComponentRow, row: ComponentRow
) -> tuple[dict[str, Any], list[str]]:
    """Returns what was changed in a component: parameters that were set, and those that were unset.

    Args:
        work: The open change.
        component: What was sent.
        shown: The component as it was shown.
        row: The component as it is.

    Raises:
        InvalidValueError: The values are not those of the flavor, or stars stand for something else.
    """
    kind, flavor = component.kind, component.flavor
    before = values_at_hand(work.reading().connection, work.keyring, shown)
    before = without_place_of_any_machine(kind, flavor, shown.component_id, before)
    values, before = _with_secrets(component, before, shown, row)
    gone = [name for name in before if name not in values and name in row.settings]
    if SHIPPED.shipped(kind, flavor) is not None:
        before, values = _both_typed(component, shown, before, values)
    settings = {name: value for name, value in values.items() if _json(before.get(name)) != _json(value)}
    return settings, [name for name in gone if name not in values]  # one with a default has that again


def _with_secrets(
    component: Sent, before: dict[str, Any], shown: ComponentRow, row: ComponentRow
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the values that were sent and those of before, equal where a secret was sent as what stands for it.

    Raises:
        InvalidValueError: Stars stand for something else.
    """
    values, before = dict(component.values), dict(before)
    for name, value in component.values.items():
        if has_stand_in(value):
            if not any(stands_for(value, of.settings.get(name)) for of in (shown, row)):
                raise not_meant(component.name, name)
            before.setdefault(name, value)
            values[name] = before[name]
    return values, before


def _both_typed(
    component: Sent, shown: ComponentRow, before: dict[str, Any], values: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns values of before and those that were sent in the types of the flavor, defaults included.

    Raises:
        InvalidValueError: Those that were sent are not right, and those of before were.
    """
    try:
        before, were_right = _typed(component, shown, before), True
    except ComponentParametersError:  # it came from elsewhere, or a secret in it cannot be opened here
        were_right = False
    try:
        return before, _typed(component, shown, values)
    except ComponentParametersError:
        if were_right:
            raise
        return before, values


def _typed(component: Sent, shown: ComponentRow, values: dict[str, Any]) -> dict[str, Any]:
    kind, flavor = component.kind, component.flavor
    return build(kind, flavor, component.name, component.component_id, values, kept=shown.settings).parameters


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

"""Making things as they were: as if what happened since were undone, whatever the way it happened.

What is different is put into words as events that led from then to now, and each of them is taken back, under
the rules of any command and in an order in which these allow it: no more than what is different is changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

from zenml.domain import commands, events
from zenml.domain.catalog import Component, Flavor, Stack
from zenml.domain.changed import differing
from zenml.domain.events import DomainEvent
from zenml.ledger.catalog import as_component, as_stack
from zenml.ledger.change import ChangeInProgress
from zenml.projections import components, flavors, stacks


class Contents(NamedTuple):
    """What a profile has or had, by id."""

    components: dict[str, Component]
    stacks: dict[str, Stack]
    flavors: dict[str, Flavor]

    def of(self, ids: set[str]) -> Contents:
        """Returns some of it."""
        return Contents(
            {key: it for key, it in self.components.items() if key in ids},
            {key: it for key, it in self.stacks.items() if key in ids},
            {key: it for key, it in self.flavors.items() if key in ids},
        )


def contents(database: sqlite3.Connection, ledger_id: str, at: int | None = None) -> Contents:
    """Returns what a profile has, or had at a position of its ledger."""
    parts = map(as_component, components.components(database, ledger_id, at=at))
    combined = map(as_stack, stacks.stacks(database, ledger_id, at))
    own = (Flavor(*row) for row in flavors.flavors(database, ledger_id, at=at))
    return Contents(
        {it.component_id: it for it in parts if it},
        {it.stack_id: it for it in combined if it},
        {it.flavor_id: it for it in own},
    )


class Named(NamedTuple):
    """Things of one kind, by id: how they are told apart by name, and how they are renamed.

    Attributes:
        now: Type and name of each that there is; the type is empty where a kind has none.
        then: Type and name of each that there was.
        rename: Returns the event that renames one, of its id and its names.
    """

    now: dict[str, tuple[str, str]]
    then: dict[str, tuple[str, str]]
    rename: Callable[[str, str, str], DomainEvent]


def go_back(
    change: ChangeInProgress, now: Contents, then: Contents, activate: Callable[[], object] = lambda: None
) -> None:
    """Makes the contents of the profile that a change runs in as they were.

    Args:
        change: The change.
        now: What there is, as far as it is to become as it was.
        then: What there was likewise.
        activate: Called when everything that was there is there again, and nothing that came since is gone yet.

    Raises:
        LedgerError: A rule forbids it: something that is to go is still in use.
    """
    lasting = {it[1:] for it in now.flavors.values()} & {it[1:] for it in then.flavors.values()}
    for flavor in now.flavors.values():
        replaced = any(it[1:3] == flavor[1:3] for it in then.flavors.values())
        if flavor.flavor_id not in then.flavors and replaced and flavor[1:] not in lasting:
            _back(change, events.FlavorRegistered(**flavor._asdict()))
    for flavor in then.flavors.values():
        if flavor.flavor_id not in now.flavors and flavor[1:] not in lasting:
            _back(change, events.FlavorDeleted(**flavor._asdict()))
    names_back(change, _components(now, then))
    for it in then.components.values():
        _component_back(change, now.components.get(it.component_id), it)
    names_back(change, _stacks(now, then))
    for was in then.stacks.values():
        _stack_back(change, now.stacks.get(was.stack_id), was)
    activate()
    for stack_id in now.stacks:
        came = change.catalog.stack_by_id(stack_id)  # by the name it has by now
        if came and stack_id not in then.stacks:
            _back(change, events.StackRegistered(**came._asdict()))
    for component_id in now.components:
        new = change.catalog.component_by_id(component_id)
        if new and component_id not in then.components:
            _back(change, events.ComponentRegistered(**new._asdict()))
    for flavor in now.flavors.values():
        if flavor.flavor_id not in then.flavors and flavor[1:] not in lasting:
            _back(change, events.FlavorRegistered(**flavor._asdict()))


def _back(change: ChangeInProgress, event: DomainEvent) -> None:
    change.execute(commands.Revert(event))


def _components(now: Contents, then: Contents) -> Named:
    types = {key: it.component_type for found in (now, then) for key, it in found.components.items()}

    def rename(component_id: str, old: str, new: str) -> DomainEvent:
        return events.ComponentRenamed(
            component_id=component_id, component_type=types[component_id], old_name=old, new_name=new
        )

    return Named(
        {key: (it.component_type, it.name) for key, it in now.components.items()},
        {key: (it.component_type, it.name) for key, it in then.components.items()},
        rename,
    )


def _stacks(now: Contents, then: Contents) -> Named:
    return Named(
        {key: ("", it.name) for key, it in now.stacks.items()},
        {key: ("", it.name) for key, it in then.stacks.items()},
        lambda stack_id, old, new: events.StackRenamed(stack_id=stack_id, old_name=old, new_name=new),
    )


def names_back(change: ChangeInProgress, it: Named) -> None:
    """Gives things their names back; one whose name another one needs first steps aside."""
    named, wanted = dict(it.now), set(it.then.values())
    waiting = {key: name for key, name in it.then.items() if key in named and named[key] != name}

    def rename(key: str, name: tuple[str, str]) -> None:
        _back(change, it.rename(key, name[1], named[key][1]))  # taken back: from new to old
        named[key] = name

    for key in it.now:
        if key not in it.then and named[key] in wanted:  # it is going to go
            rename(key, _aside(key, named[key]))
    while waiting:
        free = [key for key, name in waiting.items() if name not in named.values()]
        for key in free:
            rename(key, waiting.pop(key))
        if not free:  # they have each other's names
            key = next(iter(waiting))
            rename(key, _aside(key, named[key]))


def _aside(key: str, name: tuple[str, str]) -> tuple[str, str]:
    return name[0], f"{name[1][:100].rstrip()}~{key[:8]}"


def _component_back(change: ChangeInProgress, now: Component | None, then: Component) -> None:
    if now is None:
        _back(change, events.ComponentDeleted(**then._asdict()))
        return
    label = {
        "component_id": then.component_id,
        "component_type": then.component_type,
        "component_name": then.name,
    }
    for parameter in differing(now.parameters, then.parameters, change.catalog):
        old, new = then.parameters.get(parameter), now.parameters.get(parameter)
        if new is not None:
            _back(change, events.ParameterSet(parameter=parameter, old=old, new=new, **label))
        elif old is not None:
            _back(change, events.ParameterRemoved(parameter=parameter, old=old, **label))


def _stack_back(change: ChangeInProgress, now: Stack | None, then: Stack) -> None:
    if now is None:
        _back(change, events.StackDeleted(**then._asdict()))
        return
    for event in _exchanges(now, then):
        _back(change, event)


def _exchanges(now: Stack, then: Stack) -> Iterator[DomainEvent]:
    label = {"stack_id": then.stack_id, "stack_name": then.name}
    for kind in sorted(now.components.keys() | then.components.keys()):
        old, new = then.components.get(kind), now.components.get(kind)
        if old == new:
            continue
        if new is not None:
            yield events.StackComponentSet(
                component_type=kind, old_component_id=old, new_component_id=new, **label
            )
        elif old is not None:
            yield events.StackComponentRemoved(component_type=kind, old_component_id=old, **label)

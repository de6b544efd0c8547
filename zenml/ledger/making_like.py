"""Makes a profile like a target, wherever that comes from: a document, another profile, or its own past."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from typing import Any

import orjson

from zenml.domain import commands
from zenml.domain.declarations import CAME, SETS, SETTING, WENT, Effect, Thing
from zenml.domain.events import TOPICS, DomainEvent
from zenml.domain.rules.changed import same_setting
from zenml.domain.things import MADE_AGAIN, belonging
from zenml.domain.values import is_blank, read_setting
from zenml.ledger.change import ChangeBuilder
from zenml.projections.contents import Contents, Name, Stored

Around = Callable[[str, str], AbstractContextManager[None]]
"""What a thing, given by kind and id, is made within."""


def make_like(
    change: ChangeBuilder,
    current: Contents,
    target: Contents,
    *,
    action: str = "",
    around: Around = lambda kind, thing_id: nullcontext(),
    when_there: Callable[[], object] = lambda: None,
) -> None:
    """Makes the profile that a change runs in have what a target has, and nothing else.

    What has the same id is the same thing, and gets what is different in it. What comes, comes with the ids, the
    salts and the secrets that the target has. Values that were redacted are left out.

    Args:
        change: The change.
        current: What the profile has, as far as it is to become like the target.
        target: What it is to have. Nothing in it may differ that no event changes, such as a component's flavor.
        action: What errors report as having been tried; the action of each event if empty.
        around: What is entered while a thing of the target is made.
        when_there: Is called when all of the target is there, and before what is not in it goes.

    Raises:
        LedgerError: A rule forbids a step: a name is taken, or what is to go is still in use.
    """
    making = _Making(change, current, action, around)
    for thing in MADE_AGAIN:
        making.give_names(thing, target[thing.kind])
        for thing_id, stored in target[thing.kind].items():
            with around(thing.kind, thing_id):
                making.make(thing, thing_id, stored)
    when_there()
    for thing in reversed(MADE_AGAIN):
        for thing_id in current[thing.kind]:
            if thing_id not in target[thing.kind]:
                making.remove(thing, thing_id)


class _Making:
    """One profile that is being made like a target."""

    def __init__(self, change: ChangeBuilder, current: Contents, action: str, around: Around) -> None:
        self._change, self._current, self._action, self._around = change, current, action, around
        self._names: dict[str, Name] = {}  # by id, as they are at the moment
        self._gone: set[str] = set()

    def give_names(self, thing: Thing, target: dict[str, Stored]) -> None:
        """Gives the things of a kind the names they are to have; what has no other name to take goes at once."""
        current = self._current[thing.kind]
        names = {thing_id: stored.place for thing_id, stored in current.items()}
        target_names = {thing_id: stored.place for thing_id, stored in target.items()}
        if any(effect.part == thing.name for effect in thing.effects):
            self._names |= rename(
                self._change, thing, names, target_names, action=self._action, around=self._around
            )
            return
        self._names |= names
        for thing_id, name in names.items():
            if thing_id not in target_names and name in target_names.values():
                self.remove(thing, thing_id)

    def make(self, thing: Thing, thing_id: str, target: Stored) -> None:
        """Makes a thing like the target has it."""
        present = self._current[thing.kind].get(thing_id)
        if present is None:
            self._do(_whole(thing, CAME, thing_id, target))
            self._names[thing_id] = target.place
            present = Stored({field.name: target.fields[field.name] for field in thing.fields}, target.items)
        for field in thing.fields:
            effect = next((effect for effect in thing.effects if effect.part == field.name), None)
            if effect is not None and field.name != thing.name:
                old, new = present.fields.get(field.name), target.fields.get(field.name)
                self._set(thing, thing, thing_id, field.form, old, new, effect)
        if thing.items:
            for key in dict.fromkeys((*target.items, *present.items)):
                form = thing.items.value.form
                self._set(thing, thing, thing_id, form, present.items.get(key), target.items.get(key), key=key)
        for part in belonging(thing):
            field = part.fields[-1]
            old, new = present.fields.get(field.name), target.fields.get(field.name)
            self._set(thing, part, thing_id, field.form, old, new)

    def remove(self, thing: Thing, thing_id: str) -> None:
        """Removes a thing, and first what belongs to it: each is recorded by its own event."""
        if thing_id in self._gone:
            return
        stored = self._current[thing.kind][thing_id]
        for part in belonging(thing):
            field = part.fields[-1]
            self._set(thing, part, thing_id, field.form, stored.fields.get(field.name), None)
        named = {**stored.fields, thing.name: self._names[thing_id][1]}
        self._do(_whole(thing, WENT, thing_id, stored._replace(fields=named)))
        self._gone.add(thing_id)

    def _set(
        self,
        thing: Thing,
        part: Thing,
        thing_id: str,
        form: str,
        old: str | None,
        new: str | None,
        effect: Effect | None = None,
        key: str = "",
    ) -> None:
        """Gives a field, an item, or what belongs to a thing, another value; None for no value."""
        if form == SETTING:
            before, after = (read_setting(cell) if cell is not None else None for cell in (old, new))
            if same_setting(before, after, self._change.catalog):
                return
            new = None if is_blank(after) else new
        if old == new:
            return
        if effect is None:
            effect = next(candidate for candidate in part.effects if _is_for(part, candidate, gone=new is None))
        component_type, name = self._names[thing_id]
        values = {
            thing.id: thing_id,
            "component_type": component_type,
            f"{thing.kind}_name": name,
            **({part.items.key: key} if part.items else {}),
            effect.old: _json(form, old),
            effect.new: _json(form, new),
        }
        self._do(_event(effect, values))

    def _do(self, event: DomainEvent) -> None:
        self._change.execute(commands.Make(event, self._action))


def rename(
    change: ChangeBuilder,
    thing: Thing,
    names: dict[str, Name],
    new_names: dict[str, Name],
    *,
    action: str = "",
    around: Around = lambda kind, thing_id: nullcontext(),
) -> dict[str, Name]:
    """Gives things other names; one whose name another one needs first steps aside.

    Args:
        change: The change.
        thing: What kind of things they are.
        names: The names of those that there are, by id.
        new_names: The names they are to have; those that are not in it are about to go.
        action: What errors report as having been tried.
        around: What is entered while a thing gets its name.

    Returns:
        The names they have by then.
    """
    names, needed = dict(names), set(new_names.values())
    effect = next(candidate for candidate in thing.effects if candidate.part == thing.name)

    def give(thing_id: str, name: Name) -> None:
        component_type, old = names[thing_id]
        values = {thing.id: thing_id, "component_type": component_type, effect.old: old, effect.new: name[1]}
        with around(thing.kind, thing_id):
            change.execute(commands.Make(_event(effect, values), action))
        names[thing_id] = name

    for thing_id, name in list(names.items()):
        if thing_id not in new_names and name in needed:
            give(thing_id, _aside(thing_id, name, {*needed, *names.values()}))
    waiting = {key: name for key, name in new_names.items() if key in names and names[key] != name}
    while waiting:
        free = [thing_id for thing_id, name in waiting.items() if name not in names.values()]
        for thing_id in free:
            give(thing_id, waiting.pop(thing_id))
        if not free:  # they have each other's names
            thing_id = next(iter(waiting))
            give(thing_id, _aside(thing_id, names[thing_id], {*needed, *names.values()}))
    return names


def _aside(thing_id: str, name: Name, taken: set[Name]) -> Name:
    """Returns a name that nothing has, for something that has to make room."""
    names = ((name[0], f"{name[1][:100].rstrip()}~{thing_id[:8]}{number or ''}") for number in count())
    return next(free for free in names if free not in taken)


def _is_for(part: Thing, effect: Effect, *, gone: bool) -> bool:
    """Tells whether an event gives an item a value, or takes it away; what belongs to a thing has one event."""
    if effect.does == SETS and part.items:
        return effect.part == part.items.name and bool(effect.new) != gone
    return not part.items and bool(part.of)


def _whole(thing: Thing, does: str, thing_id: str, stored: Stored) -> DomainEvent:
    """Returns the event that a thing came, or went, with all it is made of."""
    values: dict[str, Any] = {thing.id: thing_id}
    values |= {field.name: _json(field.form, stored.fields[field.name]) for field in thing.fields}
    if thing.items:
        form = thing.items.value.form
        items = {key: cell for key, cell in stored.items.items() if does == WENT or _is_readable(form, cell)}
        values[thing.items.name] = {key: _json(form, cell) for key, cell in items.items()}
    return _event(thing.whole(does), values)


def _is_readable(form: str, cell: str) -> bool:
    return form != SETTING or not is_blank(read_setting(cell))


def _json(form: str, cell: str | None) -> Any:
    return orjson.loads(cell) if form == SETTING and cell is not None else cell


def _event(effect: Effect, values: dict[str, Any]) -> DomainEvent:
    """Returns an event of those of its fields that are given."""
    fields = TOPICS[effect.topic].forms().keys()
    return TOPICS[effect.topic].from_fields({name: values[name] for name in fields})  # type: ignore[return-value]

"""What undoes an event: a function of the event alone."""

from __future__ import annotations

from typing import Any

from zenml.domain import events
from zenml.domain.component_types import display
from zenml.domain.declarations import CAME, SETS, WENT, Effect, Thing
from zenml.domain.events import TOPICS, DomainEvent
from zenml.domain.things import EFFECTS
from zenml.domain.values import is_blank


def inverse(event: DomainEvent) -> list[DomainEvent]:
    """Returns the events that bring back what was before, in the order in which they must happen.

    A value that was redacted comes back unset: a blank is never written. What cannot be unset stays as it is.
    """
    match event:
        case events.RecordExported() | events.LedgerCopied():
            return []  # what was handed out stays so, and so does what a profile was made from
        case events.SigningKeyChanged() | events.HistoryAccepted() | events.CheckpointWitnessed():
            return []  # others may rely on it
        case events.KeysNoted() | events.SecretsShredded() | events.ValueRedacted() | events.PlanApproved():
            return []  # what is gone is gone, and what was agreed to was agreed to
        case events.RunsLedgerBegan() | events.RunsLedgerClosed():
            return []  # what ran, ran
        case events.RepositoryChoiceObserved():
            return _invert_choices(event)
        case events.ProfileMoved():  # two fields at once; never reached by undo: see zenml/ledger/never_undone.py
            places = {"old_store_type": event.new_store_type, "new_store_type": event.old_store_type}
            return [event.replace(old=event.new, new=event.old, **places)]
    ((thing, effect),) = EFFECTS[event.TOPIC]
    if effect.does in (CAME, WENT):
        return [_invert_whole(thing, effect, dict(event))]
    return _invert_value(thing, effect, event)


def not_brought_back(event: DomainEvent) -> list[str]:
    """Returns a sentence for each value that the inverse of an event would bring back, and that was redacted."""
    match event:
        case events.ParameterSet() | events.ParameterRemoved() if is_blank(event.old):
            names, component = [event.parameter], event.component_name
        case events.ComponentDeleted():
            names, component = [name for name, value in event.parameters.items() if is_blank(value)], event.name
        case events.ProfileUrlSet() if is_blank(event.old):
            return [f"The URL that profile '{event.name}' had was redacted, so it keeps the one it has."]
        case _:
            return []
    what = display(event.component_type)
    return [f"'{name}' of {what} '{component}' was redacted, so it is unset." for name in names]


def _invert_whole(thing: Thing, effect: Effect, fields: dict[str, Any]) -> DomainEvent:
    if effect.does == CAME:
        return _event(thing.whole(WENT).topic, fields)
    if thing.items:
        items = fields[thing.items.name]
        fields[thing.items.name] = {key: value for key, value in items.items() if not is_blank(value)}
    return _event(thing.whole(CAME).topic, fields)


def _invert_value(thing: Thing, effect: Effect, event: DomainEvent) -> list[DomainEvent]:
    fields = dict(event)
    old, new = fields.pop(effect.old), fields.pop(effect.new, None)
    back = None if is_blank(old) else old
    returns = effect
    if thing.field(effect.part) is None:  # an item: one event sets its value, and another one removes it
        if back is None and new is None:
            return []
        returns = next(
            candidate
            for candidate in thing.effects
            if candidate.part == effect.part and bool(candidate.new) == (back is not None)
        )
    elif effect.does == SETS and is_blank(old):
        return []
    fields[returns.old] = new
    if returns.new:
        fields[returns.new] = back
    return [_event(returns.topic, fields)]


def _event(topic: str, fields: dict[str, Any]) -> DomainEvent:
    return TOPICS[topic](**fields)  # type: ignore[return-value]


def _invert_choices(event: events.RepositoryChoiceObserved) -> list[DomainEvent]:
    """Returns what chooses again what a repository's file said before somebody edited it."""
    repository_id, path = event.repository_id, event.path
    return [
        events.RepositoryProfileActivated(
            repository_id=repository_id, path=path, old=event.new_profile, new=event.old_profile
        ),
        events.RepositoryStackActivated(
            repository_id=repository_id, path=path, old=event.new_stack, new=event.old_stack
        ),
    ]

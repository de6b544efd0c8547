"""Whatever people do, taking it back last one first gives what was before."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.domain.facts import Facts
from tests.domain.memory import MemoryCatalog
from tests.domain.play import OWN, Recorded, go_somewhere, machine
from tests.domain.play import command as drawn
from tests.domain.samples import SAMPLES
from tests.domain.wording import check_wording
from tests.support.sizes import PLAYS
from zenml.domain.commands import Command, Revert
from zenml.domain.errors import LedgerError
from zenml.domain.events import (
    DomainEvent,
    EvidenceEvents,
    LedgerCopied,
    PlanApproved,
    RecordExported,
    RepositoryChoiceObserved,
    RepositoryProfileActivated,
    RepositoryStackActivated,
    RunsEvents,
)
from zenml.domain.inverses import inverse

Change = list[Recorded]
ONLY_NOTED = RecordExported | LedgerCopied | EvidenceEvents | PlanApproved | RunsEvents
DIRECT = [it for it in SAMPLES if not isinstance(it, RepositoryChoiceObserved | ONLY_NOTED)]


def dangles(facts: Facts) -> bool:
    """Tells whether something refers to a thing that is gone: no undo may bring that state back."""
    stacks = {stack_id for _, stack_id in facts.stacks}
    chosen = {*facts.active_stacks.values(), *(it.stack_id for it in facts.repositories.values())}
    profiles = {*facts.active_stacks, *(it.profile_id for it in facts.repositories.values())}
    flavors = {(key[0], it.component_type) for key, it in facts.flavors.items()}
    used = {(key[0], it.component_type) for key, it in facts.components.items() if it.flavor == OWN}
    return not (chosen - {None} <= stacks and profiles <= facts.profiles.keys() and used <= flavors)


def attempt(catalog: MemoryCatalog, command: Command) -> Change | None:
    """Executes a command; returns what it recorded, None if it was refused, which changes nothing."""
    before = catalog.snapshot()
    try:
        events = catalog.execute(command)
    except LedgerError as error:
        check_wording(error)
        assert catalog.facts == before
        return None
    assert events or catalog.facts == before
    return [Recorded(catalog.profile_id, catalog.repository_id, event) for event in events]


def play(data: st.DataObject, catalog: MemoryCatalog, count: int = 25) -> Iterable[tuple[Command, Change]]:
    """Yields commands that were executed and what they recorded."""
    past: Change = []
    for number in range(count):
        go_somewhere(data, catalog)
        command = drawn(data, catalog, number, past)
        note(command)
        before = catalog.snapshot()
        change = attempt(catalog, command)
        if dangles(catalog.facts):
            catalog.facts = before
        elif change:
            past += change
            yield command, change


def take_back(catalog: MemoryCatalog, change: Change) -> Change:
    recorded: Change = []
    for profile_id, repository_id, event in reversed(change):
        catalog.profile_id, catalog.repository_id = profile_id, repository_id
        recorded += attempt(catalog, Revert(event)) or []
    return recorded


@given(st.data())
@settings(max_examples=PLAYS)
def test_taking_everything_back_and_forth_passes_through_every_state_there_was(data: st.DataObject) -> None:
    catalog = machine()
    states, changes = [catalog.snapshot()], []
    for _, change in play(data, catalog):
        changes.append(change)
        states.append(catalog.snapshot())
    backs = []
    for number in range(len(changes), 0, -1):
        backs.append(take_back(catalog, changes[number - 1]))
        assert catalog.facts == states[number - 1]
    for number, back in enumerate(reversed(backs), start=1):
        take_back(catalog, back)
        assert catalog.facts == states[number]


@given(st.data())
@settings(max_examples=PLAYS)
def test_the_same_command_again_records_nothing(data: st.DataObject) -> None:
    catalog = machine()
    for command, _ in play(data, catalog, count=12):
        assert not attempt(catalog, command)


@given(st.data())
@settings(max_examples=PLAYS)
def test_any_change_can_be_taken_back_at_once_or_is_refused_with_a_reason(data: st.DataObject) -> None:
    """Out of order too: a rule may refuse it, but nothing else may go wrong, and names stay unique."""
    catalog = machine()
    changes = [change for _, change in play(data, catalog)]
    for change in data.draw(st.permutations(changes), label="order"):
        take_back(catalog, change)
        check_unique(catalog.facts)


def check_unique(facts: Facts) -> None:
    components = [(key[0], it.component_type, it.name) for key, it in facts.components.items()]
    stacks = [(key[0], it.name) for key, it in facts.stacks.items()]
    flavors = [(key[0], it.component_type, it.name) for key, it in facts.flavors.items()]
    profiles = [it.name for it in facts.profiles.values()]
    for names in (components, stacks, flavors, profiles):
        assert len(names) == len(set(names))
    for (profile_id, _), stack in facts.stacks.items():
        for component_type, component_id in stack.components.items():
            assert facts.components[profile_id, component_id].component_type == component_type


@pytest.mark.parametrize("event", DIRECT, ids=lambda event: type(event).__name__)
def test_the_inverse_of_the_inverse_is_the_event(event: DomainEvent) -> None:
    (back,) = inverse(event)
    assert inverse(back) == [event]


def test_what_somebody_else_chose_is_taken_back_as_two_choices() -> None:
    (event,) = (event for event in SAMPLES if isinstance(event, RepositoryChoiceObserved))
    again = [found for back in inverse(event) for found in inverse(back)]
    assert again == [
        RepositoryProfileActivated(
            repository_id=event.repository_id, path=event.path, old=event.old_profile, new=event.new_profile
        ),
        RepositoryStackActivated(
            repository_id=event.repository_id, path=event.path, old=event.old_stack, new=event.new_stack
        ),
    ]

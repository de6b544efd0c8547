"""The one way from a wish to facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from zenml.domain import choices, commands, components, events, flavors, labels, profiles, provisioning, stacks
from zenml.domain.catalog import Catalog
from zenml.domain.commands import Command
from zenml.domain.events import DomainEvent
from zenml.domain.inverses import inverse


def propose(command: Command, catalog: Catalog) -> list[DomainEvent]:
    """Returns the events that would fulfil a command. Each still has to be admitted.

    Raises:
        LedgerError: Something the command names is not there.
    """
    match command:
        case commands.Make():
            return [command.event]
        case commands.Revert():
            return inverse(command.event)
        case (
            commands.RegisterComponent()
            | commands.UpdateComponent()
            | commands.RenameComponent()
            | commands.DeleteComponent()
        ):
            return components.propose(command, catalog)
        case commands.RegisterStack() | commands.UpdateStack() | commands.RenameStack() | commands.DeleteStack():
            return stacks.propose(command, catalog)
        case commands.RegisterFlavor() | commands.DeleteFlavor():
            return flavors.propose(command, catalog)
        case commands.CreateProfile() | commands.RenameProfile() | commands.DeleteProfile():
            return profiles.propose(command, catalog)
        case commands.Label():
            return labels.propose(command, catalog)
        case commands.RecordProvisioning():
            return provisioning.propose(command, catalog)
        case commands.RecordExport():
            return [events.RecordExported(**command._asdict())]
        case _:
            return choices.propose(command, catalog)


def admit(event: DomainEvent, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect. The same rules for every origin.

    Its names and old values are those of this moment, whatever they were when it was proposed: the same
    value may have been written again with another salt, and things may have other names by now.

    Raises:
        ChangedSinceError: What the event would replace is no longer there.
        LedgerError: A rule forbids it.
    """
    match event:
        case (
            events.ComponentRegistered()
            | events.ComponentRenamed()
            | events.ParameterSet()
            | events.ParameterRemoved()
            | events.ComponentDeleted()
        ):
            return components.admit(event, catalog)
        case (
            events.StackRegistered()
            | events.StackRenamed()
            | events.StackComponentSet()
            | events.StackComponentRemoved()
            | events.StackDeleted()
        ):
            return stacks.admit(event, catalog)
        case events.FlavorRegistered() | events.FlavorDeleted():
            return flavors.admit(event, catalog)
        case (
            events.ProfileCreated() | events.ProfileRenamed() | events.ProfileDeleted() | events.ProfileActivated()
        ):
            return profiles.admit(event, catalog)
        case (
            events.StackActivated()
            | events.RepositoryInitialized()
            | events.RepositoryRemoved()
            | events.RepositoryProfileActivated()
            | events.RepositoryStackActivated()
            | events.RepositoryChoiceObserved()
        ):
            return choices.admit(event, catalog)
        case events.LabelChanged():
            return labels.admit(event, catalog)
        case events.ProvisioningChanged():
            return provisioning.admit(event, catalog)
        case events.RecordExported():
            return event  # no rule forbids to note what happened
        case _:
            assert_never(event)


def decide(command: Command, catalog: Catalog) -> Iterator[DomainEvent]:
    """Yields the events a command leads to; none if it changes nothing.

    Each event is admitted only when it is asked for: a writer that records one event before it asks
    for the next has every rule see the effect of all events before.

    Raises:
        LedgerError: A rule forbids it, or something it names is not there.
    """
    for event in propose(command, catalog):
        admitted = admit(event, catalog)
        if admitted is not None:
            yield admitted

"""The one way from a command to facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from zenml.domain import commands, events
from zenml.domain.catalog import Catalog
from zenml.domain.commands import Command
from zenml.domain.events import DomainEvent
from zenml.domain.inverses import inverse
from zenml.domain.rules import (
    activation,
    approvals,
    components,
    flavors,
    labels,
    profiles,
    provisioning,
    runs,
    stacks,
    tokens,
)

_Noted = events.RecordExported | events.LedgerCopied | events.EvidenceEvents


def propose(command: Command, catalog: Catalog) -> list[DomainEvent]:
    """Returns the events that would fulfil a command. Each still has to be admitted.

    Raises:
        LedgerError: Something the command names is not there.
    """
    if isinstance(command, commands.Make):
        return [command.event]
    if isinstance(command, commands.Revert):
        return inverse(command.event)
    if isinstance(command, components.Commands):
        return components.propose(command, catalog)
    if isinstance(command, stacks.Commands):
        return stacks.propose(command, catalog)
    if isinstance(command, flavors.Commands):
        return flavors.propose(command, catalog)
    if isinstance(command, profiles.Commands):
        return profiles.propose(command, catalog)
    if isinstance(command, activation.Commands):
        return activation.propose(command, catalog)
    if isinstance(command, commands.SetLabel):
        return labels.propose(command, catalog)
    if isinstance(command, commands.RecordProvisioning):
        return provisioning.propose(command, catalog)
    if isinstance(command, tokens.Commands):
        return tokens.propose(command, catalog)
    if isinstance(command, commands.RecordExport):
        return [events.RecordExported(**command.fields())]
    if isinstance(command, commands.RecordCopy):
        return [events.LedgerCopied(**command.fields())]
    if isinstance(command, commands.RecordKeyChange):
        return [events.SigningKeyChanged(**command.fields())]
    if isinstance(command, commands.RecordAcceptance):
        return [events.HistoryAccepted(**command.fields())]
    if isinstance(command, commands.RecordCosignature):
        return [events.CheckpointWitnessed(**command.fields())]
    if isinstance(command, commands.NoteKeys):
        return [events.KeysNoted(**command.fields())]
    if isinstance(command, commands.RecordShredding):
        return [events.SecretsShredded(**command.fields())]
    if isinstance(command, commands.RecordRedaction):
        return [events.ValueRedacted(**command.fields())]
    if isinstance(command, commands.BeginRunsLedger):
        return [events.RunsLedgerBegan(**command.fields())]
    if isinstance(command, commands.CloseRunsLedger):
        return [events.RunsLedgerClosed(**command.fields())]
    if isinstance(command, approvals.Commands):
        return approvals.propose(command, catalog)
    assert_never(command)


def admit(event: DomainEvent, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect. The same rules for every origin.

    Its names and old values are those of this moment, whatever they were when it was proposed: the same
    value may have been written again with another salt, and things may have other names by now.

    Raises:
        ChangedSinceError: What the event would replace is no longer there.
        LedgerError: A rule forbids it.
    """
    if isinstance(event, components.Events):
        return components.admit(event, catalog)
    if isinstance(event, stacks.Events):
        return stacks.admit(event, catalog)
    if isinstance(event, flavors.Events):
        return flavors.admit(event, catalog)
    if isinstance(event, profiles.Events):
        return profiles.admit(event, catalog)
    if isinstance(event, activation.Events):
        return activation.admit(event, catalog)
    if isinstance(event, events.LabelChanged):
        return labels.admit(event, catalog)
    if isinstance(event, events.ProvisioningChanged):
        return provisioning.admit(event, catalog)
    if isinstance(event, tokens.Events):
        return tokens.admit(event, catalog)
    if isinstance(event, runs.Events):
        return runs.admit(event, catalog)
    if isinstance(event, approvals.Events):
        return approvals.admit(event, catalog)
    if isinstance(event, _Noted):
        return event  # no rule forbids to note what happened
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

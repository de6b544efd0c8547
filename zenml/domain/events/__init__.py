"""Facts the ledger records, one module for each noun. No rule, no I/O.

Every class has a pinned topic: the class may move or be renamed, the stored word stays. What is replaced
or removed is carried along, so that each event can be undone from itself alone. Ids identify;
names are labels as they were at the time. A class whose shape must change gets a successor with a
topic of its own and an entry in `zenml.domain.upcasts`.
"""

from __future__ import annotations

from typing import get_args

from zenml.domain.events.activation import Choice, ProfileActivated, StackActivated
from zenml.domain.events.base import Event
from zenml.domain.events.changes import (
    UTC_PATTERN,
    Actor,
    ChangeBegan,
    Idempotency,
    Kind,
    Part,
    Utc,
)
from zenml.domain.events.components import (
    ComponentDeleted,
    ComponentRegistered,
    ComponentRenamed,
    Parameter,
    ParameterRemoved,
    ParameterSet,
)
from zenml.domain.events.exports import RecordExported
from zenml.domain.events.flavors import FlavorDeleted, FlavorRegistered
from zenml.domain.events.labels import LabelChanged
from zenml.domain.events.profiles import ProfileCreated, ProfileDeleted, ProfileRenamed, StoreType
from zenml.domain.events.provisioning import Provisioning, ProvisioningChanged
from zenml.domain.events.repositories import (
    RepositoryChoiceObserved,
    RepositoryInitialized,
    RepositoryProfileActivated,
    RepositoryRemoved,
    RepositoryStackActivated,
)
from zenml.domain.events.stacks import (
    StackComponentRemoved,
    StackComponentSet,
    StackDeleted,
    StackRegistered,
    StackRenamed,
)

__all__ = [
    "TOPICS",
    "UTC_PATTERN",
    "Actor",
    "ChangeBegan",
    "Choice",
    "ComponentDeleted",
    "ComponentRegistered",
    "ComponentRenamed",
    "DomainEvent",
    "Event",
    "FlavorDeleted",
    "FlavorRegistered",
    "Idempotency",
    "Kind",
    "LabelChanged",
    "Parameter",
    "ParameterRemoved",
    "ParameterSet",
    "Part",
    "ProfileActivated",
    "ProfileCreated",
    "ProfileDeleted",
    "ProfileRenamed",
    "Provisioning",
    "ProvisioningChanged",
    "RecordExported",
    "RepositoryChoiceObserved",
    "RepositoryInitialized",
    "RepositoryProfileActivated",
    "RepositoryRemoved",
    "RepositoryStackActivated",
    "StackActivated",
    "StackComponentRemoved",
    "StackComponentSet",
    "StackDeleted",
    "StackRegistered",
    "StackRenamed",
    "StoreType",
    "Utc",
]

DomainEvent = (
    ComponentRegistered
    | ComponentRenamed
    | ParameterSet
    | ParameterRemoved
    | ComponentDeleted
    | StackRegistered
    | StackRenamed
    | StackComponentSet
    | StackComponentRemoved
    | StackDeleted
    | FlavorRegistered
    | FlavorDeleted
    | ProfileCreated
    | ProfileRenamed
    | ProfileDeleted
    | ProfileActivated
    | StackActivated
    | RepositoryInitialized
    | RepositoryRemoved
    | RepositoryProfileActivated
    | RepositoryStackActivated
    | RepositoryChoiceObserved
    | ProvisioningChanged
    | LabelChanged
    | RecordExported
)
"""Every fact there is, except the beginning of a change."""

TOPICS: dict[str, type[Event]] = {event.TOPIC: event for event in (ChangeBegan, *get_args(DomainEvent))}
"""The closed set of topics: nothing else is ever read, whatever a database row names."""

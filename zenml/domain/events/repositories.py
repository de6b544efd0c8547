"""Facts about repositories: folders that choose a profile and a stack for themselves."""

from __future__ import annotations

from zenml.domain.events.activation import Choice
from zenml.domain.events.base import Event
from zenml.domain.values import Id, Value

__all__ = [
    "RepositoryChoiceObserved",
    "RepositoryEvents",
    "RepositoryInitialized",
    "RepositoryProfileActivated",
    "RepositoryRemoved",
    "RepositoryStackActivated",
]


class RepositoryInitialized(Event):
    """A folder became a repository with a choice of its own."""

    TOPIC = "zenml:RepositoryInitialized"
    LEDGER = "machine"
    repository_id: Id
    path: Value
    profile: Choice
    stack: Choice | None


class RepositoryRemoved(Event):
    """A folder is no longer a repository."""

    TOPIC = "zenml:RepositoryRemoved"
    LEDGER = "machine"
    repository_id: Id
    path: Value
    profile: Choice
    stack: Choice | None


class RepositoryProfileActivated(Event):
    """A repository chose another profile."""

    TOPIC = "zenml:RepositoryProfileActivated"
    LEDGER = "machine"
    repository_id: Id
    path: Value
    old: Choice
    new: Choice


class RepositoryStackActivated(Event):
    """A repository chose another stack."""

    TOPIC = "zenml:RepositoryStackActivated"
    LEDGER = "machine"
    repository_id: Id
    path: Value
    old: Choice | None
    new: Choice | None


class RepositoryChoiceObserved(Event):
    """Somebody edited a repository's file by hand; this is what it says now."""

    TOPIC = "zenml:RepositoryChoiceObserved"
    LEDGER = "machine"
    repository_id: Id
    path: Value
    old_profile: Choice
    new_profile: Choice
    old_stack: Choice | None
    new_stack: Choice | None


RepositoryEvents = (
    RepositoryInitialized
    | RepositoryRemoved
    | RepositoryProfileActivated
    | RepositoryStackActivated
    | RepositoryChoiceObserved
)

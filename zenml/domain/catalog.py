"""What a rule may ask. Answered from the views at the ledger's head; in tests from memory."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from zenml.domain.events import Provisioning, StoreType, TokenId, TokenRole
from zenml.domain.values import Id, Setting, Value


class Profile(NamedTuple):
    """A profile as it is."""

    profile_id: Id
    name: str
    store_type: StoreType
    url: Setting
    profile_ledger_id: Id


class Component(NamedTuple):
    """A component as it is."""

    component_id: Id
    component_type: str
    name: str
    flavor: str
    parameters: dict[str, Setting]


class Stack(NamedTuple):
    """A stack as it is; ``components`` maps types to component ids."""

    stack_id: Id
    name: str
    components: dict[str, Id]


class Flavor(NamedTuple):
    """A custom flavor."""

    flavor_id: Id
    component_type: str
    name: str
    source: str


class Label(NamedTuple):
    """A name for a change."""

    label_id: Id
    label: str
    change_id: Id


class ApprovalRule(NamedTuple):
    """What changes only with a plan that so many others approved; ``scope`` is ``stack`` or ``profile``.

    ``scope_id`` is the id of a stack or of the profile's ledger, and ``scope_name`` what that was called then.
    """

    scope_id: Id
    scope_name: str
    scope: str
    approvals: int


class RepositoryChoice(NamedTuple):
    """A known repository and what it chose."""

    repository_id: Id
    path: Value
    profile_id: Id
    stack_id: Id | None


class RecordedToken(NamedTuple):
    """A token of the service."""

    token_id: TokenId
    name: str
    role: TokenRole
    secrets: bool
    revoked: bool

    def fields(self) -> dict[str, Any]:
        """Returns what events say of it."""
        fields = self._asdict()
        del fields["revoked"]
        return fields


class YearOfRuns(NamedTuple):
    """The ledger of a year's runs; nothing is recorded any more in one that is closed."""

    runs_ledger_id: Id
    is_closed: bool


class Catalog(Protocol):
    """The present state, within the profile a command runs in.

    Look-ups of one thing return None where there is no such thing.
    """

    def component(self, component_type: str, name: str) -> Component | None:
        """Returns a component of the profile in use, by type and name."""
        ...

    def component_by_id(self, component_id: Id) -> Component | None:
        """Returns a component of the profile in use."""
        ...

    def component_names(self, component_type: str) -> list[str]:
        """Returns the names of the components of a type, sorted."""
        ...

    def stack(self, name: str) -> Stack | None:
        """Returns a stack of the profile in use, by name."""
        ...

    def stack_here(self, stack_id: Id) -> Stack | None:
        """Returns a stack of the profile in use."""
        ...

    def stack_by_id(self, stack_id: Id) -> Stack | None:
        """Returns a stack of any profile: what is active may be in another one."""
        ...

    def stack_names(self) -> list[str]:
        """Returns the names of the stacks, sorted."""
        ...

    def value(self, kind: str, thing_id: Id) -> Setting | None:
        """Returns the value that belongs to a thing of the profile in use, by the kind it is declared as."""
        ...

    def stacks_using(self, component_id: Id) -> list[str]:
        """Returns the names of the stacks that have this component, sorted."""
        ...

    def flavor(self, component_type: str, name: str) -> Flavor | None:
        """Returns a custom flavor in the profile in use, by type and name."""
        ...

    def components_of_flavor(self, component_type: str, flavor: str) -> list[str]:
        """Returns the names of the components of this flavor, sorted."""
        ...

    def label(self, name: str) -> Label | None:
        """Returns a label of the profile in use."""
        ...

    def labels(self) -> list[str]:
        """Returns the labels of the profile in use, sorted."""
        ...

    def approval_rules(self) -> list[ApprovalRule]:
        """Returns the approval rules of the profile in use."""
        ...

    def approval_rules_of(self, profile_ledger_id: Id) -> list[ApprovalRule]:
        """Returns the approval rules of a profile, by its ledger."""
        ...

    def size(self) -> int:
        """Returns the number of events that the profile in use had before this change."""
        ...

    def profile(self, name: str) -> Profile | None:
        """Returns a profile by name."""
        ...

    def profile_by_id(self, profile_id: Id) -> Profile | None:
        """Returns a profile."""
        ...

    def store_type(self, profile_ledger_id: Id) -> str | None:
        """Returns in what kind of store a ledger is, or was when a profile had it last; None if none had it."""
        ...

    def renamed_profile(self, name: str) -> Profile | None:
        """Returns the profile that was the last to have a name, if it has another name now."""
        ...

    def profile_names(self) -> list[str]:
        """Returns the names of the profiles, sorted."""
        ...

    def profile_in_use(self) -> Profile | None:
        """Returns the profile the command runs in."""
        ...

    def active_profile(self) -> Id | None:
        """Returns the machine's choice."""
        ...

    def active_stack(self, profile_id: Id) -> Id | None:
        """Returns the machine's choice for a profile."""
        ...

    def repository(self, repository_id: Id) -> RepositoryChoice | None:
        """Returns a known repository."""
        ...

    def repository_at(self, path: Value) -> RepositoryChoice | None:
        """Returns the known repository of a folder."""
        ...

    def repository_here(self) -> RepositoryChoice | None:
        """Returns the repository the command runs in."""
        ...

    def provisioning(self, component_id: Id) -> Provisioning | None:
        """Returns what a component has on this machine."""
        ...

    def token(self, name: str) -> RecordedToken | None:
        """Returns the token that has a name, or had it until it was revoked."""
        ...

    def runs_ledger(self, year: int) -> YearOfRuns | None:
        """Returns where the runs of a year are recorded in the profile in use."""
        ...

    def same_secret(self, key_id: Id, other_key_id: Id) -> bool:
        """Tells whether two secrets have the same value, as far as their keys still exist."""
        ...

"""Wishes, in the imperative. They carry everything a rule needs: ids and salts were drawn before."""

from __future__ import annotations

from dataclasses import dataclass, field

from zenml.domain.events import DomainEvent, StoreType
from zenml.domain.values import Id, Setting, Value


@dataclass(frozen=True, slots=True)
class RegisterComponent:
    """Add a component with checked parameters to the profile."""

    component_id: Id
    component_type: str
    name: str
    flavor: str
    parameters: dict[str, Setting]


@dataclass(frozen=True, slots=True)
class UpdateComponent:
    """Set some parameters of a component and unset others."""

    component_type: str
    name: str
    settings: dict[str, Setting] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameComponent:
    """Give a component another name."""

    component_type: str
    name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class DeleteComponent:
    """Remove a component that no stack uses."""

    component_type: str
    name: str


@dataclass(frozen=True, slots=True)
class RegisterStack:
    """Combine registered components, given by name, to a stack."""

    stack_id: Id
    name: str
    components: dict[str, str]


@dataclass(frozen=True, slots=True)
class UpdateStack:
    """Exchange or add components of a stack, given by name, and take others out."""

    name: str
    components: dict[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameStack:
    """Give a stack another name."""

    name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class DeleteStack:
    """Remove a stack that is not active."""

    name: str


@dataclass(frozen=True, slots=True)
class RegisterFlavor:
    """Make a class of one's own known as a flavor."""

    flavor_id: Id
    component_type: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class DeleteFlavor:
    """Forget a flavor of one's own that no component uses."""

    component_type: str
    name: str


@dataclass(frozen=True, slots=True)
class CreateProfile:
    """Make a profile whose contents are the ledger ``profile_ledger_id``."""

    profile_id: Id
    name: str
    store_type: StoreType
    url: Setting
    profile_ledger_id: Id


@dataclass(frozen=True, slots=True)
class DeleteProfile:
    """Remove the machine's reference to a profile that is not active."""

    name: str


@dataclass(frozen=True, slots=True)
class ActivateProfile:
    """Choose a profile: for the repository the command runs in, else for the machine."""

    name: str
    machine_wide: bool = False


@dataclass(frozen=True, slots=True)
class ActivateStack:
    """Choose a stack of the profile in use: for the repository the command runs in, else for the machine."""

    name: str
    machine_wide: bool = False


@dataclass(frozen=True, slots=True)
class InitializeRepository:
    """Make a folder a repository that starts with the given choice."""

    repository_id: Id
    path: Value
    profile_id: Id
    stack_id: Id | None


@dataclass(frozen=True, slots=True)
class ObserveRepository:
    """Take note of what a repository's file says, which nobody told the ledger."""

    repository_id: Id
    path: Value
    profile_id: Id
    stack_id: Id | None


@dataclass(frozen=True, slots=True)
class ForgetRepository:
    """Take note that a folder is no longer a repository."""

    repository_id: Id


@dataclass(frozen=True, slots=True)
class Revert:
    """Take one recorded event back."""

    event: DomainEvent


Command = (
    RegisterComponent
    | UpdateComponent
    | RenameComponent
    | DeleteComponent
    | RegisterStack
    | UpdateStack
    | RenameStack
    | DeleteStack
    | RegisterFlavor
    | DeleteFlavor
    | CreateProfile
    | DeleteProfile
    | ActivateProfile
    | ActivateStack
    | InitializeRepository
    | ObserveRepository
    | ForgetRepository
    | Revert
)

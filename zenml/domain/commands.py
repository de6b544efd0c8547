"""Commands, in the imperative. They carry everything a rule needs: ids and salts were drawn before."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from zenml.domain.events import (
    Actor,
    ChosenActor,
    DomainEvent,
    NotedKey,
    Provisioning,
    RedactedValue,
    StoreType,
    TokenId,
    TokenRole,
)
from zenml.domain.values import Id, Setting, Value

C = TypeVar("C", bound=type)

ABOUT: dict[type, tuple[str, str]] = {}
"""What a command does to what it names, and the kind of that: for the note of one that is refused."""


def about(action: str, kind: str) -> Callable[[C], C]:
    """Says what a command does to the thing that it names, and of which kind that is."""

    def register(command: C) -> C:
        ABOUT[command] = (action, kind)
        return command

    return register


@about("create", "component")
class RegisterComponent(NamedTuple):
    """Add a component with checked parameters to the profile."""

    component_id: Id
    component_type: str
    name: str
    flavor: str
    parameters: dict[str, Setting]


@about("update", "component")
class UpdateComponent(NamedTuple):
    """Set some parameters of a component and unset others."""

    component_type: str
    name: str
    settings: dict[str, Setting]
    removed: tuple[str, ...] = ()


@about("rename", "component")
class RenameComponent(NamedTuple):
    """Give a component another name."""

    component_type: str
    name: str
    new_name: str


@about("delete", "component")
class DeleteComponent(NamedTuple):
    """Remove a component that no stack uses."""

    component_type: str
    name: str


@about("create", "stack")
class RegisterStack(NamedTuple):
    """Combine registered components, given by name, to a stack."""

    stack_id: Id
    name: str
    components: dict[str, str]


@about("update", "stack")
class UpdateStack(NamedTuple):
    """Exchange or add components of a stack, given by name, and take others out."""

    name: str
    components: dict[str, str]
    removed: tuple[str, ...] = ()


@about("rename", "stack")
class RenameStack(NamedTuple):
    """Give a stack another name."""

    name: str
    new_name: str


@about("delete", "stack")
class DeleteStack(NamedTuple):
    """Remove a stack that is not active."""

    name: str


@about("create", "flavor")
class RegisterFlavor(NamedTuple):
    """Register a custom class as a flavor."""

    flavor_id: Id
    component_type: str
    name: str
    source: str


@about("delete", "flavor")
class DeleteFlavor(NamedTuple):
    """Forget a custom flavor that no component uses."""

    component_type: str
    name: str


@about("create", "profile")
class CreateProfile(NamedTuple):
    """Make a profile whose contents are the ledger ``profile_ledger_id``."""

    profile_id: Id
    name: str
    store_type: StoreType
    url: Setting
    profile_ledger_id: Id


@about("rename", "profile")
class RenameProfile(NamedTuple):
    """Give a profile another name."""

    name: str
    new_name: str


@about("update", "profile")
class SetProfileUrl(NamedTuple):
    """Reach the ledger of a shared profile by another URL."""

    name: str
    url: Setting


@about("update", "profile")
class MoveProfile(NamedTuple):
    """Take note that a profile's ledger is in another place now."""

    name: str
    store_type: StoreType
    url: Setting


@about("delete", "profile")
class DeleteProfile(NamedTuple):
    """Remove the machine's reference to a profile that is not active."""

    name: str


@about("activate", "profile")
class ActivateProfile(NamedTuple):
    """Choose a profile: for the repository the command runs in, else for the machine."""

    name: str
    machine_wide: bool = False


@about("activate", "stack")
class ActivateStack(NamedTuple):
    """Choose a stack of the profile in use: for the repository the command runs in, else for the machine.

    A repository that has another profile on record chooses the one in use too, if this is asked for.
    """

    name: str
    machine_wide: bool = False
    with_profile: bool = False


class InitializeRepository(NamedTuple):
    """Make a folder a repository that starts with the given choice."""

    repository_id: Id
    path: Value
    profile_id: Id
    stack_id: Id | None


class ObserveRepository(NamedTuple):
    """Take note of what a repository's file says, which no command recorded."""

    repository_id: Id
    path: Value
    profile_id: Id
    stack_id: Id | None


class ForgetRepository(NamedTuple):
    """Take note that a folder is no longer a repository."""

    repository_id: Id


class SetLabel(NamedTuple):
    """Give a change a name; None removes the name from whatever change has it.

    The id is for a label that is new; one that is there already keeps its own.
    """

    label_id: Id
    label: str
    change_id: Id | None


class RecordProvisioning(NamedTuple):
    """Take note of what was done on this machine for a component."""

    component_id: Id
    component_type: str
    name: str
    provisioning: Provisioning | None


class RecordExport(NamedTuple):
    """Take note of what is handed out of the record."""

    export_id: str
    format: str
    filter: Value
    destination: Value | None
    entries: int
    size: int
    digest: str


class RecordCopy(NamedTuple):
    """Take note of the ledger that a profile is copied from."""

    ledger_id: Id
    size: int
    root: str


class RecordKeyChange(NamedTuple):
    """Take note of another key that signs from now on."""

    old_vkey: str
    new_vkey: str


class RecordAcceptance(NamedTuple):
    """Take note that a ledger is accepted as it is, although it does not continue what was seen."""

    seen_size: int
    seen_root: str
    size: int
    root: str
    reason: Value | None


class RecordCosignature(NamedTuple):
    """Take note of what a witness signed."""

    ledger_id: Id
    size: int
    line: str


class NoteKeys(NamedTuple):
    """Take note of the rows that keep the data keys of secrets."""

    rows: tuple[NotedKey, ...]


class RecordShredding(NamedTuple):
    """Take note that the data keys of secrets are destroyed."""

    key_ids: tuple[Id, ...]


class RecordRedaction(NamedTuple):
    """Take note that values of earlier events are blanked."""

    values: tuple[RedactedValue, ...]
    reason: Value | None


class ApprovePlan(NamedTuple):
    """Agree to a plan."""

    plan_digest: str
    ledger_id: Id
    head_size: int
    author: Actor | ChosenActor


class RequireApprovals(NamedTuple):
    """Let a stack, or with None everything in the profile, change only with a plan that others approved.

    ``approvals`` is how many have to; None for nobody any more.
    """

    stack: str | None
    approvals: int | None


@about("create", "token")
class CreateToken(NamedTuple):
    """Let somebody ask the service; a reader never gets secrets."""

    token_id: TokenId
    name: str
    role: TokenRole
    secrets: bool


@about("revoke", "token")
class RevokeToken(NamedTuple):
    """Let nobody in any more who has a token."""

    name: str


class Make(NamedTuple):
    """Have happen what an event says; ``action`` is what that is called where it is refused, if not as usual."""

    event: DomainEvent
    action: str = ""


class Revert(NamedTuple):
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
    | RenameProfile
    | SetProfileUrl
    | MoveProfile
    | DeleteProfile
    | ActivateProfile
    | ActivateStack
    | InitializeRepository
    | ObserveRepository
    | ForgetRepository
    | SetLabel
    | RecordProvisioning
    | RecordExport
    | RecordCopy
    | RecordKeyChange
    | RecordAcceptance
    | RecordCosignature
    | NoteKeys
    | RecordShredding
    | RecordRedaction
    | ApprovePlan
    | RequireApprovals
    | CreateToken
    | RevokeToken
    | Make
    | Revert
)

"""Commands, in the imperative. They carry everything a rule needs: ids and salts were drawn before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

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

if TYPE_CHECKING:
    from typing import Self

C = TypeVar("C", bound=type)

ABOUT: dict[type, tuple[str, str]] = {}
"""What a command does to what it names, and the kind of that: for the note of one that is refused."""


@dataclass_transform(frozen_default=True)
class Instruction:
    """Base of commands: fields, given in order or by name. As many named tuples take a writer longer to make."""

    names = tuple[str, ...]()

    def __init_subclass__(cls) -> None:
        cls.names = tuple(cls.__annotations__)

    def __init__(self, *given: Any, **named: Any) -> None:
        fields = {**dict(zip(self.names, given, strict=False)), **named}
        for name in self.names:
            self.__dict__[name] = fields.pop(name) if name in fields else getattr(type(self), name)
        if fields or len(given) > len(self.names):
            raise TypeError(f"{type(self).__name__} has no other fields than {', '.join(self.names)}")

    def fields(self) -> dict[str, Any]:
        """Returns the fields by name, in the order in which they are declared."""
        return dict(self.__dict__)

    def replace(self, **changes: Any) -> Self:
        """Returns the same command with other values in some fields."""
        return type(self)(**{**self.__dict__, **changes})

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")


def about(action: str, kind: str) -> Callable[[C], C]:
    """Says what a command does to the thing that it names, and of which kind that is."""

    def register(command: C) -> C:
        ABOUT[command] = (action, kind)
        return command

    return register


@about("create", "component")
class RegisterComponent(Instruction):
    """Add a component with checked parameters to the profile."""

    component_id: Id
    component_type: str
    name: str
    flavor: str
    parameters: dict[str, Setting]


@about("update", "component")
class UpdateComponent(Instruction):
    """Set some parameters of a component and unset others."""

    component_type: str
    name: str
    settings: dict[str, Setting]
    removed: tuple[str, ...] = ()


@about("rename", "component")
class RenameComponent(Instruction):
    """Give a component another name."""

    component_type: str
    name: str
    new_name: str


@about("delete", "component")
class DeleteComponent(Instruction):
    """Remove a component that no stack uses."""

    component_type: str
    name: str


@about("create", "stack")
class RegisterStack(Instruction):
    """Combine registered components, given by name, to a stack."""

    stack_id: Id
    name: str
    components: dict[str, str]


@about("update", "stack")
class UpdateStack(Instruction):
    """Exchange or add components of a stack, given by name, and take others out."""

    name: str
    components: dict[str, str]
    removed: tuple[str, ...] = ()


@about("rename", "stack")
class RenameStack(Instruction):
    """Give a stack another name."""

    name: str
    new_name: str


@about("delete", "stack")
class DeleteStack(Instruction):
    """Remove a stack that is not active."""

    name: str


@about("create", "flavor")
class RegisterFlavor(Instruction):
    """Register a custom class as a flavor."""

    flavor_id: Id
    component_type: str
    name: str
    source: str


@about("delete", "flavor")
class DeleteFlavor(Instruction):
    """Forget a custom flavor that no component uses."""

    component_type: str
    name: str


@about("create", "profile")
class CreateProfile(Instruction):
    """Make a profile whose contents are the ledger ``profile_ledger_id``."""

    profile_id: Id
    name: str
    store_type: StoreType
    url: Setting
    profile_ledger_id: Id


@about("rename", "profile")
class RenameProfile(Instruction):
    """Give a profile another name."""

    name: str
    new_name: str


@about("update", "profile")
class SetProfileUrl(Instruction):
    """Reach the ledger of a shared profile by another URL."""

    name: str
    url: Setting


@about("update", "profile")
class MoveProfile(Instruction):
    """Take note that a profile's ledger is in another place now."""

    name: str
    store_type: StoreType
    url: Setting


@about("delete", "profile")
class DeleteProfile(Instruction):
    """Remove the machine's reference to a profile that is not active."""

    name: str


@about("activate", "profile")
class ActivateProfile(Instruction):
    """Choose a profile: for the repository the command runs in, else for the machine."""

    name: str
    machine_wide: bool = False


@about("activate", "stack")
class ActivateStack(Instruction):
    """Choose a stack of the profile in use: for the repository the command runs in, else for the machine.

    A repository that has another profile on record chooses the one in use too, if this is asked for.
    """

    name: str
    machine_wide: bool = False
    with_profile: bool = False


class InitializeRepository(Instruction):
    """Make a folder a repository that starts with the given choice."""

    repository_id: Id
    path: Value
    profile_id: Id
    stack_id: Id | None


class ObserveRepository(Instruction):
    """Take note of what a repository's file says, which no command recorded."""

    repository_id: Id
    path: Value
    profile_id: Id
    stack_id: Id | None


class ForgetRepository(Instruction):
    """Take note that a folder is no longer a repository."""

    repository_id: Id


class SetLabel(Instruction):
    """Give a change a name; None removes the name from whatever change has it.

    The id is for a label that is new; one that is there already keeps its own.
    """

    label_id: Id
    label: str
    change_id: Id | None


class RecordProvisioning(Instruction):
    """Take note of what was done on this machine for a component."""

    component_id: Id
    component_type: str
    name: str
    provisioning: Provisioning | None


class RecordExport(Instruction):
    """Take note of what is handed out of the record."""

    export_id: str
    format: str
    filter: Value
    destination: Value | None
    entries: int
    size: int
    digest: str


class RecordCopy(Instruction):
    """Take note of the ledger that a profile is copied from."""

    ledger_id: Id
    size: int
    root: str


class RecordKeyChange(Instruction):
    """Take note of another key that signs from now on."""

    old_vkey: str
    new_vkey: str


class RecordAcceptance(Instruction):
    """Take note that a ledger is accepted as it is, although it does not continue what was seen."""

    seen_size: int
    seen_root: str
    size: int
    root: str
    reason: Value | None


class RecordCosignature(Instruction):
    """Take note of what a witness signed."""

    ledger_id: Id
    size: int
    line: str


class NoteKeys(Instruction):
    """Take note of the rows that keep the data keys of secrets."""

    rows: tuple[NotedKey, ...]


class RecordShredding(Instruction):
    """Take note that the data keys of secrets are destroyed."""

    key_ids: tuple[Id, ...]


class BeginRunsLedger(Instruction):
    """Record the runs of a year in a ledger of their own from here on."""

    runs_ledger_id: Id
    year: int


class CloseRunsLedger(Instruction):
    """Take note of where the ledger of a year's runs ends for good."""

    runs_ledger_id: Id
    year: int
    size: int
    root: str


class RecordRedaction(Instruction):
    """Take note that values of earlier events are blanked."""

    values: tuple[RedactedValue, ...]
    reason: Value | None


class ApprovePlan(Instruction):
    """Agree to a plan."""

    plan_digest: str
    ledger_id: Id
    head_size: int
    author: Actor | ChosenActor


class RequireApprovals(Instruction):
    """Let a stack, or with None everything in the profile, change only with a plan that others approved.

    ``approvals`` is how many have to; None for nobody any more.
    """

    stack: str | None
    approvals: int | None


@about("create", "token")
class CreateToken(Instruction):
    """Let somebody ask the service; a reader never gets secrets."""

    token_id: TokenId
    name: str
    role: TokenRole
    secrets: bool


@about("revoke", "token")
class RevokeToken(Instruction):
    """Let nobody in any more who has a token."""

    name: str


class Make(Instruction):
    """Have happen what an event says; ``action`` is what that is called where it is refused, if not as usual."""

    event: DomainEvent
    action: str = ""


class Revert(Instruction):
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
    | BeginRunsLedger
    | CloseRunsLedger
    | ApprovePlan
    | RequireApprovals
    | CreateToken
    | RevokeToken
    | Make
    | Revert
)

"""Facts the ledger records. No rule, no I/O.

Every class has a pinned topic: the class may move or be renamed, the stored word stays. What is replaced
or removed is carried along, so that each event can be taken back from itself alone. Ids identify;
names are labels as they were at the time. A class whose shape must change gets a successor with a
topic of its own and an entry in `zenml.domain.upcasts`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from zenml.domain.facts import Fact, Pattern
from zenml.domain.values import Hex32, Id, Setting, Value

UTC_PATTERN = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
"""Of a time: always six decimals, for the text is hashed."""

Utc = Annotated[str, Pattern(UTC_PATTERN)]
Parameter = Annotated[str, Pattern(r"[A-Za-z_][A-Za-z0-9_]{0,127}")]
StoreType = Literal["local", "sql", "rest"]
Kind = Literal["init", "change", "undo", "redo", "restore", "import", "migrate", "outside", "export"]


class Event(Fact):
    """Base of all events."""

    TOPIC: ClassVar[str]
    LEDGER: ClassVar[Literal["machine", "profile", "any"]]


# --- what a change is ---------------------------------------------------------------------------


class Actor(Fact):
    """Who did it."""

    actor_id: Value
    kind: Literal["person", "automation", "external"]
    known_by: Literal["operating system user", "token", "file"]
    host: Value


class Idempotency(Fact):
    """The key an automation gave its command, and what the command was."""

    key: Value
    command_hash: Value


class Part(Fact):
    """A run of consecutive events in one ledger; the list of them is the order in which things happened."""

    ledger_id: Id
    count: int


class ChangeBegan(Event):
    """A change begins; the ``count`` events that follow in this ledger belong to it.

    ``parts`` lists the events of the whole change in the order they were decided, across ledgers.
    ``prior_root`` is the root of this ledger's tree before this event, ``targets`` are the changes
    that are undone or redone.
    ``causation_id`` is the only one of these, or the change that a restore goes back to.
    """

    TOPIC = "zenml:ChangeBegan"
    LEDGER = "any"
    change_id: Id
    kind: Kind
    count: int
    parts: tuple[Part, ...]
    correlation_id: Id
    causation_id: Id | None
    actor: Actor
    session: Value
    client_version: str
    command: Value | None
    repository_path: Value | None
    reason: Value | None
    idempotency: Idempotency | None
    time: Utc
    targets: tuple[Id, ...]
    prior_root: Hex32


# --- components ---------------------------------------------------------------------------------


class ComponentRegistered(Event):
    """A component was added to a profile."""

    TOPIC = "zenml:ComponentRegistered"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    name: str
    flavor: str
    parameters: dict[Parameter, Setting]


class ComponentRenamed(Event):
    """A component got another name."""

    TOPIC = "zenml:ComponentRenamed"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    old_name: str
    new_name: str


class ParameterSet(Event):
    """A parameter of a component got a value; ``old`` is None where it had none."""

    TOPIC = "zenml:ParameterSet"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    component_name: str
    parameter: Parameter
    old: Setting | None
    new: Setting


class ParameterRemoved(Event):
    """A parameter of a component was unset."""

    TOPIC = "zenml:ParameterRemoved"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    component_name: str
    parameter: Parameter
    old: Setting


class ComponentDeleted(Event):
    """A component was removed; all of it is kept here."""

    TOPIC = "zenml:ComponentDeleted"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    name: str
    flavor: str
    parameters: dict[Parameter, Setting]


# --- stacks -------------------------------------------------------------------------------------


class StackRegistered(Event):
    """A stack was added to a profile; ``components`` maps types to component ids."""

    TOPIC = "zenml:StackRegistered"
    LEDGER = "profile"
    stack_id: Id
    name: str
    components: dict[str, Id]


class StackRenamed(Event):
    """A stack got another name."""

    TOPIC = "zenml:StackRenamed"
    LEDGER = "profile"
    stack_id: Id
    old_name: str
    new_name: str


class StackComponentSet(Event):
    """A stack got a component of a type; ``old_component_id`` is None where it had none."""

    TOPIC = "zenml:StackComponentSet"
    LEDGER = "profile"
    stack_id: Id
    stack_name: str
    component_type: str
    old_component_id: Id | None
    new_component_id: Id


class StackComponentRemoved(Event):
    """A stack lost its component of a type."""

    TOPIC = "zenml:StackComponentRemoved"
    LEDGER = "profile"
    stack_id: Id
    stack_name: str
    component_type: str
    old_component_id: Id


class StackDeleted(Event):
    """A stack was removed; all of it is kept here."""

    TOPIC = "zenml:StackDeleted"
    LEDGER = "profile"
    stack_id: Id
    name: str
    components: dict[str, Id]


# --- flavors ------------------------------------------------------------------------------------


class FlavorRegistered(Event):
    """A custom flavor was added to a profile; ``source`` is ``module.Class``."""

    TOPIC = "zenml:FlavorRegistered"
    LEDGER = "profile"
    flavor_id: Id
    component_type: str
    name: str
    source: str


class FlavorDeleted(Event):
    """A custom flavor was removed."""

    TOPIC = "zenml:FlavorDeleted"
    LEDGER = "profile"
    flavor_id: Id
    component_type: str
    name: str
    source: str


# --- the machine: profiles, what is active, repositories ----------------------------------------


class ProfileCreated(Event):
    """The machine knows a profile; its contents are the ledger ``profile_ledger_id``."""

    TOPIC = "zenml:ProfileCreated"
    LEDGER = "machine"
    profile_id: Id
    name: str
    store_type: StoreType
    url: Setting
    profile_ledger_id: Id


class ProfileRenamed(Event):
    """A profile got another name; its folder and its ledger stay."""

    TOPIC = "zenml:ProfileRenamed"
    LEDGER = "machine"
    profile_id: Id
    old_name: str
    new_name: str


class ProfileDeleted(Event):
    """The machine no longer refers to a profile; its ledger stays."""

    TOPIC = "zenml:ProfileDeleted"
    LEDGER = "machine"
    profile_id: Id
    name: str
    store_type: StoreType
    url: Setting
    profile_ledger_id: Id


class Choice(Fact):
    """Something that was chosen, by id, and its name at the time."""

    chosen_id: Id
    name: str


class ProfileActivated(Event):
    """A profile became the machine's active one."""

    TOPIC = "zenml:ProfileActivated"
    LEDGER = "machine"
    old: Choice | None
    new: Choice | None


class StackActivated(Event):
    """A stack became the active one of a profile, for the whole machine."""

    TOPIC = "zenml:StackActivated"
    LEDGER = "machine"
    profile_id: Id
    profile_name: str
    old: Choice | None
    new: Choice | None


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


# --- a profile: labels ----------------------------------------------------------------------------


class LabelChanged(Event):
    """A label was put on a change, moved to another one, or removed; both are ids of changes."""

    TOPIC = "zenml:LabelChanged"
    LEDGER = "profile"
    label_id: Id
    label: str
    old_change_id: Id | None
    new_change_id: Id | None


# --- the machine: what components have outside of the ledger ------------------------------------


class Provisioning(Fact):
    """What a component has on this machine; ``made`` are the paths that were made for it."""

    state: Literal["running", "suspended"]
    made: tuple[Value, ...]


class ProvisioningChanged(Event):
    """What a component needs on this machine was prepared, suspended or removed."""

    TOPIC = "zenml:ProvisioningChanged"
    LEDGER = "machine"
    component_id: Id
    component_type: str
    component_name: str
    old: Provisioning | None
    new: Provisioning | None


# --- the machine: who took the record away ------------------------------------------------------


class RecordExported(Event):
    """The record, or a part of it, was written to be handed out.

    ``filter`` says in JSON which part. ``entries`` and ``size`` count its lines and bytes, and ``digest`` is the
    SHA-256 of the bytes: it tells whether a file is what was handed out. ``destination`` is the file, None for
    standard output.
    """

    TOPIC = "zenml:RecordExported"
    LEDGER = "machine"
    export_id: Id
    format: str
    filter: Value
    destination: Value | None
    entries: int
    size: int
    digest: Hex32


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

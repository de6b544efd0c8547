"""What there is, and what each event does to it: declared here once, as plain tables to be read aloud.

What follows from these declarations, and where, is the table in docs/architecture.md ("What there is"). The rules
are written by hand.
"""

from __future__ import annotations

from zenml.domain.declarations import (
    CHANGE,
    CHOICE,
    JSON,
    REFERENCE,
    SETTING,
    Effect,
    Field,
    Items,
    Thing,
    appears,
    came,
    sets,
    went,
)

TYPE = Field("component_type", shown=False)

COMPONENT = Thing(
    "component",
    id="component_id",
    table="components",
    fields=(TYPE, Field("name"), Field("flavor")),
    unique=("component_type", "name"),
    items=Items("parameters", "parameter", Field("setting", SETTING), "parameters", "parameter"),
    effects=(
        came("zenml:ComponentRegistered", "register {kind} '{name}'"),
        sets("zenml:ComponentRenamed", "name", "old_name", "new_name",
             "rename {kind} '{old_name}' to '{new_name}'", "rename"),
        sets("zenml:ParameterSet", "parameters", "old", "new", "set {parameter} of {kind} '{component_name}'"),
        sets("zenml:ParameterRemoved", "parameters", "old", "", "unset {parameter} of {kind} '{component_name}'"),
        went("zenml:ComponentDeleted", "delete {kind} '{name}'"),
    ),
)  # fmt: skip

STACK = Thing(
    "stack",
    id="stack_id",
    table="stacks",
    fields=(Field("name"),),
    unique=("name",),
    items=Items(
        "components",
        "component_type",
        Field("component_id", REFERENCE),
        "stack_components",
        "stack component",
    ),
    effects=(
        came("zenml:StackRegistered", "register stack '{name}'"),
        sets("zenml:StackRenamed", "name", "old_name", "new_name",
             "rename stack '{old_name}' to '{new_name}'", "rename"),
        sets("zenml:StackComponentSet", "components", "old_component_id", "new_component_id",
             "set {kind} of stack '{stack_name}'"),
        sets("zenml:StackComponentRemoved", "components", "old_component_id", "",
             "remove {kind} from stack '{stack_name}'"),
        went("zenml:StackDeleted", "delete stack '{name}'"),
    ),
)  # fmt: skip

FLAVOR = Thing(
    "flavor",
    id="flavor_id",
    table="flavors",
    fields=(TYPE, Field("name"), Field("source")),
    unique=("component_type", "name"),
    effects=(
        came("zenml:FlavorRegistered", "register {kind} flavor '{name}'"),
        went("zenml:FlavorDeleted", "delete {kind} flavor '{name}'"),
    ),
)

LABEL = Thing(
    "label",
    id="label_id",
    table="labels",
    fields=(Field("label"), Field("change", CHANGE, ("change_id",))),
    unique=("label",),
    effects=(appears("zenml:LabelChanged", "change", "old_change_id", "new_change_id", "", "move"),),
)

APPROVAL_RULE = Thing(
    "approval rule",
    id="scope_id",
    table="approval_rules",
    fields=(Field("scope_name"), Field("scope", shown=False), Field("approvals", JSON)),
    effects=(appears("zenml:ApprovalRuleChanged", "approvals", "old", "new", "", "update", since=6),),
)

PROFILE = Thing(
    "profile",
    id="profile_id",
    table="profiles",
    fields=(Field("name"), Field("store_type"), Field("url", SETTING), Field("profile_ledger_id", shown=False)),
    unique=("name",),
    effects=(
        came("zenml:ProfileCreated", "create profile '{name}'"),
        sets("zenml:ProfileRenamed", "name", "old_name", "new_name",
             "rename profile '{old_name}' to '{new_name}'", "rename", since=2),
        sets("zenml:ProfileUrlSet", "url", "old", "new", "set the URL of profile '{name}'", since=3),
        sets("zenml:ProfileMoved", "store_type", "old_store_type", "new_store_type",
             "", "move", since=3),
        sets("zenml:ProfileMoved", "url", "old", "new", "", since=3),
        went("zenml:ProfileDeleted", "delete profile '{name}'"),
    ),
)  # fmt: skip

ACTIVE_PROFILE = Thing(
    "active profile",
    id="machine",
    table="active_profile",
    fields=(Field("active_profile", CHOICE, ("profile_id",), refers="profile"),),
    effects=(
        appears("zenml:ProfileActivated", "active_profile", "old", "new", "activate profile {chosen}", "activate"),
    ),
    of="machine",
)

ACTIVE_STACK = Thing(
    "active stack",
    id="profile_id",
    table="active_stacks",
    fields=(Field("active_stack", CHOICE, ("stack_id",), refers="stack"),),
    effects=(
        appears("zenml:StackActivated", "active_stack", "old", "new",
                "activate stack {chosen} in profile '{profile_name}'", "activate"),
    ),
    of="profile",
)  # fmt: skip

REPOSITORY = Thing(
    "repository",
    id="repository_id",
    table="repositories",
    fields=(
        Field("path", SETTING),
        Field("profile", CHOICE, ("profile_id", "profile_name"), refers="profile"),
        Field("stack", CHOICE, ("stack_id", "stack_name"), refers="stack"),
    ),
    effects=(
        came("zenml:RepositoryInitialized", "init repository with profile '{profile[name]}'"),
        sets("zenml:RepositoryProfileActivated", "profile", "old", "new",
             "activate profile {chosen} in repository"),
        sets("zenml:RepositoryStackActivated", "stack", "old", "new", "activate stack {chosen} in repository"),
        sets("zenml:RepositoryChoiceObserved", "profile", "old_profile", "new_profile",
             "repository file edited to profile '{new_profile[name]}'"),
        sets("zenml:RepositoryChoiceObserved", "stack", "old_stack", "new_stack", ""),
        went("zenml:RepositoryRemoved", "remove repository"),
    ),
)  # fmt: skip

PROVISIONING = Thing(
    "provisioning",
    id="component_id",
    table="provisioning",
    fields=(Field("provisioning", JSON),),
    effects=(appears("zenml:ProvisioningChanged", "provisioning", "old", "new", "", ""),),
    of="component",
)

TOKEN = Thing(
    "token",
    id="token_id",
    table="tokens",
    fields=(Field("name"), Field("role"), Field("secrets", JSON)),
    unique=("name",),
    effects=(
        came("zenml:TokenCreated", "create {role} token '{name}'", since=4),
        went("zenml:TokenRevoked", "revoke token '{name}'", "revoke", since=4),
    ),
)

IN_A_PROFILE = (COMPONENT, STACK, FLAVOR, LABEL, APPROVAL_RULE)
"""What a profile's own ledger has."""

ON_THE_MACHINE = (PROFILE, ACTIVE_PROFILE, ACTIVE_STACK, REPOSITORY, PROVISIONING, TOKEN)
"""What the machine's ledger has."""

THINGS = (*IN_A_PROFILE, *ON_THE_MACHINE)

MADE_AGAIN = (FLAVOR, COMPONENT, STACK)
"""What a profile is made of where it is made like another one: each only refers to those before it.

Labels are compared and not made: they name points of the past, and to go back to one would take it away. Nor are
approval rules: whoever goes back to a time before them would do away with them.
"""

EFFECTS: dict[str, list[tuple[Thing, Effect]]] = {}
"""By topic: what an event does, and to which thing."""

for _thing in THINGS:
    for _effect in _thing.effects:
        EFFECTS.setdefault(_effect.topic, []).append((_thing, _effect))


def belonging(thing: Thing) -> tuple[Thing, ...]:
    """Returns what belongs to a thing of a profile, in the same ledger: each has one value, in its last field."""
    return tuple(part for part in IN_A_PROFILE if part.of == thing.kind)


def values_of(thing: Thing) -> tuple[Field, ...]:
    """Returns the fields of a thing of a profile, and of what belongs to it."""
    return tuple(field for part in (thing, *belonging(thing)) for field in part.fields)

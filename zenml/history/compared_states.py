"""States as they are compared: of a profile, now or at a point, and of a file."""

from __future__ import annotations

import json
from collections import namedtuple

from zenml.domain.change_ids import letters
from zenml.domain.component_types import flavor_reference, reference
from zenml.domain.declarations import CHANGE, REFERENCE, SETTING
from zenml.domain.things import IN_A_PROFILE, MADE_AGAIN, values_of
from zenml.projections import stored_keys
from zenml.projections.contents import contents
from zenml.projections.settings import display_value
from zenml.projections.shared import shared_ledgers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.documents.profile import ProfileDocument
    from zenml.domain import declarations
    from zenml.projections.contents import Contents, Stored
    from zenml.projections.database import Database
    from zenml.projections.stacks import StackRow

ACTIVE_STACK = "active_stack"
CHOOSING = ("profile", "repository")
"""The kinds of things that have chosen a stack: a state has one of them."""

NAMED = "named profile"
"""The kind of the thing that is a profile's name alone: that concerns points of one profile."""

_COMPARED = (*MADE_AGAIN, *(thing for thing in IN_A_PROFILE if thing not in MADE_AGAIN and not thing.of))
_SECRET = "secret "  # begins no JSON text
_ELSEWHERE = "elsewhere"


class ComparedValue(namedtuple("ComparedValue", "identity shown")):
    """A value: what tells it from others, and how it may be shown. Secrets are shown as stars."""

    __slots__ = ()
    identity: str
    shown: Any

    @property
    def is_secret(self) -> bool:
        """Whether it is stored encrypted."""
        return self.identity.startswith(_SECRET)

    @property
    def sealed_with(self) -> str | None:
        """Which key seals a secret: digests of different ones say nothing. None if it is elsewhere."""
        key = self.identity.split(" ")[1]
        return None if key == _ELSEWHERE else key


class ComparedThing(namedtuple("ComparedThing", "kind component_type name thing_id fields")):
    """A component, a stack, a custom flavor, a label, a profile's name or what it has chosen.

    Attributes:
        kind: ``component``, ``stack``, ``flavor``, ``label``, `NAMED`, or what chose the active stack:
            ``profile`` or ``repository``.
        component_type: Of a component or flavor; empty otherwise.
        name: Its name.
        thing_id: What it keeps while its name changes; None if that is not known.
        fields: Its flavor and parameters, its components by type, its source.
    """

    __slots__ = ()
    kind: str
    component_type: str
    name: str
    thing_id: str | None
    fields: dict[str, ComparedValue]

    @property
    def label(self) -> str:
        """How it is listed: ``artifact-store/s3``."""
        if self.kind == "flavor":
            return flavor_reference(self.component_type, self.name)
        if self.kind == "repository":
            return f"repository {self.name}"  # a path, which begins with a slash
        return reference("profile" if self.kind == NAMED else self.component_type or self.kind, self.name)

    @property
    def place(self) -> tuple[str, ...]:
        """What tells it from the other things of one state."""
        return (self.kind, self.component_type, self.name)


class State(namedtuple("State", "source things")):
    """All things of one state; ``source`` is the id of a ledger, None for a file."""

    __slots__ = ()
    source: str | None
    things: list[ComparedThing]

    def shares_ids(self, other: State) -> bool:
        """Tells whether an id is the same thing in both, and nothing else is: they are of one ledger."""
        return self.source is not None and self.source == other.source


def state_of(
    connection: Database,
    ledger_id: str,
    at: int | None,
    profile: str,
    active_stack: StackRow | None,
    repository: str | None = None,
) -> State:
    """Returns a profile's state, now or at a position of its ledger, and the stack that is active there.

    Args:
        connection: The views.
        ledger_id: The profile's ledger.
        at: The position; None for now.
        profile: The profile's name.
        active_stack: The stack that is active.
        repository: The folder of the repository that chose it; None if the profile's own choice counts.
    """
    by_kind, all_things = contents(connection, ledger_id, at), list[ComparedThing]()
    sealed_with = ledger_id if ledger_id in shared_ledgers(connection) else ""
    for declared in _COMPARED:
        things = [
            _thing(connection, sealed_with, by_kind, declared, thing_id, stored)
            for thing_id, stored in by_kind[declared.kind].items()
        ]
        all_things += sorted(things, key=lambda thing: (thing.component_type, thing.name))
    chosen = {ACTIVE_STACK: ComparedValue(active_stack.stack_id, active_stack.name)} if active_stack else {}
    kind, name = ("repository", repository) if repository else ("profile", profile)
    profile_name = ComparedThing(NAMED, "", profile, f"{NAMED} {ledger_id}", {})
    return State(ledger_id, [*all_things, profile_name, ComparedThing(kind, "", name, ledger_id, chosen)])


def _thing(
    connection: Database,
    sealed_with: str,
    by_kind: Contents,
    declared: declarations.Thing,
    thing_id: str,
    stored: Stored,
) -> ComparedThing:
    """Returns a stored thing as it is compared."""

    def value(form: str, cell: str) -> ComparedValue:
        if form == SETTING:
            return _setting(connection, sealed_with, cell)
        if form == REFERENCE:
            return ComparedValue(cell, by_kind["component"][cell].fields["name"])
        return ComparedValue(cell, letters(cell)[:8]) if form == CHANGE else _plain(cell)

    fields = {
        field.name: value(field.form, stored.fields[field.name])
        for field in _compared(declared)
        if field.name in stored.fields
    }
    if declared.items:
        fields |= {key: value(declared.items.value.form, cell) for key, cell in sorted(stored.items.items())}
    component_type = stored.fields.get("component_type", "")
    return ComparedThing(declared.kind, component_type, stored.fields[declared.name], thing_id, fields)


def _compared(declared: declarations.Thing) -> list[declarations.Field]:
    """Returns the fields of a thing that are compared one by one; its name is by itself."""
    return [field for field in values_of(declared) if field.shown and field.name != declared.name]


def state_in(document: ProfileDocument) -> State:
    """Returns the state that a file describes."""
    return State(
        None,
        [_listed(declared, item) for declared in MADE_AGAIN for item in getattr(document, f"{declared.kind}s")],
    )


def _listed(declared: declarations.Thing, item: Any) -> ComparedThing:
    """Returns a thing of a file as it is compared."""

    def value(form: str, name: str, given: Any) -> ComparedValue:
        if form == SETTING:
            return _typed(name, given)
        return ComparedValue("", given) if form == REFERENCE else _plain(given)

    fields = {
        field.name: value(field.form, field.name, given)
        for field in _compared(declared)
        if (given := getattr(item, field.name)) is not None
    }
    if declared.items:
        listed = sorted(getattr(item, declared.items.name).items())
        fields |= {key: value(declared.items.value.form, key, given) for key, given in listed if given is not None}
    return ComparedThing(declared.kind, item.type if declared.is_typed else "", item.name, item.id, fields)


def _plain(value: Any) -> ComparedValue:
    return ComparedValue(json.dumps(value, sort_keys=True), value)


def _typed(name: str, value: Any) -> ComparedValue:
    """Returns a value from a file, without the secrets in it."""
    from zenml.domain.secrecy import masked, means_secret  # here: few comparisons need it
    from zenml.flavors.lookup import secret_names

    return _plain(masked(value, secret=name in secret_names() or means_secret(name)))


def _setting(connection: Database, sealed_with: str, text: str) -> ComparedValue:
    """Returns a setting as a field; secrets of the same value that one key seals have the same digest."""
    key_id = json.loads(text).get("key_id")
    if key_id is None:
        return _plain(display_value(text))
    key = stored_keys.key(connection, key_id)
    identity = f"{sealed_with} {key.digest.hex()}" if key else f"{_ELSEWHERE} {key_id}"
    return ComparedValue(f"{_SECRET}{identity}", display_value(text))

"""The words in which `zenml.domain.things` says what there is, and what events do to it.

Nothing but named tuples: every command imports them.
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TEXT, SETTING, REFERENCE, CHOICE, CHANGE, JSON = "text", "setting", "reference", "choice", "change", "json"
"""How an event has a value: as plain text; as a setting or another salted value; as the id of a component; as the
id and the name of what was chosen; as the id of a change; as what JSON has for it. Its form says how it is kept
and shown, never how it looks: a stack may be called ``{"v": 1}``.
"""

CAME, WENT, SETS, APPEARS = "came", "went", "sets", "appears"
"""What an event does to a thing: it came or went as a whole; a part of it got a value, got another one or lost it;
or the thing is there for as long as its last field has a value.
"""


class Field(namedtuple("Field", "name form columns shown refers", defaults=(TEXT, (), True, ""))):
    """One value of a thing.

    Attributes:
        name: What events that have the whole thing call it, and people.
        form: How events have it.
        columns: Where it is kept; the column of its name if none are given. A choice in two keeps the name too.
        shown: Whether people see it by itself; else it belongs to how the thing is called, or is internal.
        refers: The kind of the thing that a choice refers to.
    """

    __slots__ = ()
    name: str
    form: str
    columns: tuple[str, ...]
    shown: bool
    refers: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The columns that it is kept in."""
        return self.columns or (self.name,)


class Items(namedtuple("Items", "name key value table record")):
    """Values of a thing by a key, such as the parameters of a component.

    Attributes:
        name: The field of events that have all of them; the part that other events set.
        key: The field of those other events that says which one, and its column.
        value: How one is kept.
        table: Their table.
        record: What one of them is called where the last writer is asked for.
    """

    __slots__ = ()
    name: str
    key: str
    value: Field
    table: str
    record: str


class Effect(
    namedtuple("Effect", "topic does part old new phrase action since", defaults=("", "", "", "", "", 1))
):
    """What one event does.

    Attributes:
        topic: The event's.
        does: See `CAME` and the others.
        part: The field, or the items, that it sets; for what appears, its last field.
        old: The event's field that has the value before; empty if it has none.
        new: The event's field that has the value after; empty if there is none then.
        phrase: What `zenml history` says, with fields of the event in braces: ``{kind}`` is the component type in
            words, ``{chosen}`` what was chosen. Empty for what `projections.timeline.subjects` says by itself.
        action: The word of the audit export; empty for what `audit.actions` says by itself.
        since: The format that a ledger needs to have the event.
    """

    __slots__ = ()
    topic: str
    does: str
    part: str
    old: str
    new: str
    phrase: str
    action: str
    since: int


class Thing(namedtuple("Thing", "kind id table fields unique items effects of", defaults=((), None, (), ""))):
    """A kind of things with an id, or what belongs to one: its active stack, what it has on a machine.

    Attributes:
        kind: What it is called; also where the last writer is asked for.
        id: The field of events with its id, and the column.
        table: Its table.
        fields: What it is made of. The name comes first, behind the component type if it has one.
        unique: Columns that no two of a ledger share.
        items: Its items; None if it has none.
        effects: What events do to it.
        of: The kind of the thing it belongs to and whose id it has; empty for a thing by itself.
    """

    __slots__ = ()
    kind: str
    id: str
    table: str
    fields: tuple[Field, ...]
    unique: tuple[str, ...]
    items: Items | None
    effects: tuple[Effect, ...]
    of: str

    @property
    def is_typed(self) -> bool:
        """Whether it has a component type, which belongs to how it is called."""
        return self.fields[0].name == "component_type"

    @property
    def name(self) -> str:
        """The field that says how it is called."""
        return self.fields[1 if self.is_typed else 0].name

    @property
    def shown(self) -> tuple[Field, ...]:
        """The fields that people see by themselves."""
        return tuple(field for field in self.fields if field.shown)

    def name_in(self, effect: Effect, event: dict[str, Any]) -> Any:
        """Returns what an event says the thing is called, after it."""
        if effect.part == self.name and effect.does == SETS:
            return event[effect.new]
        return event[self.name] if self.name in event else event[f"{self.of or self.kind}_name"]

    def field(self, name: str) -> Field | None:
        """Returns a field; None if the name is that of its items."""
        return next((field for field in self.fields if field.name == name), None)

    def part(self, effect: Effect, event: dict[str, Any]) -> tuple[Field, str]:
        """Returns the field that an event sets, and how people see it: an item under its key."""
        field = self.field(effect.part)
        if field is not None:
            return field, field.name
        assert self.items is not None  # a part is a field or the items
        return self.items.value, event[self.items.key]

    def whole(self, does: str) -> Effect:
        """Returns what the event does by which such a thing comes or goes."""
        return next(effect for effect in self.effects if effect.does == does)


def came(topic: str, phrase: str, action: str = "create", **more: int) -> Effect:
    """The thing came, with all it is made of."""
    return Effect(topic, CAME, phrase=phrase, action=action, **more)


def went(topic: str, phrase: str, action: str = "delete", **more: int) -> Effect:
    """The thing went; the event has all it was made of."""
    return Effect(topic, WENT, phrase=phrase, action=action, **more)


def sets(topic: str, part: str, old: str, new: str, phrase: str, action: str = "update", **more: int) -> Effect:
    """A field or an item got another value; without ``new`` the item went."""
    return Effect(topic, SETS, part, old, new, phrase, action, **more)


def appears(topic: str, part: str, old: str, new: str, phrase: str, action: str, **more: int) -> Effect:
    """The thing is there while the event's ``new`` has a value."""
    return Effect(topic, APPEARS, part, old, new, phrase, action, **more)

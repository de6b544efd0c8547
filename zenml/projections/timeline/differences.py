"""What events change, thing by thing and field by field: a description of the events alone.

The events need not be recorded, so that what would be done can be shown as what was done. Only the names
of components are looked up in the views, where the events themselves do not tell them.
"""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.change_ids import letters
from zenml.domain.component_types import flavor_reference, reference
from zenml.domain.declarations import CAME, CHANGE, CHOICE, REFERENCE, WENT
from zenml.domain.secrecy import STARS
from zenml.domain.things import EFFECTS
from zenml.projections.settings import REDACTED
from zenml.projections.timeline.subjects import without_notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from typing import Any

    from zenml.domain.declarations import Effect, Field, Thing

    Fields = dict[str, Any]


class Difference(namedtuple("Difference", "thing field old new hidden itself", defaults=(False, False))):
    """What became of one field of one thing.

    Attributes:
        thing: Its kind and the name it has in the end: ``stack/prod``.
        field: ``name``, ``flavor``, a parameter, a component type …
        old: The value before the first event; None where there was none.
        new: The value after the last event; None where there is none. Secrets are stars before and after.
        hidden: Whether one of them is a secret, or has one in it: they differ, whatever is shown of them.
        itself: Whether it is the component named by both that is different: the stack has it as before.
    """

    __slots__ = ()
    thing: str
    field: str
    old: Any
    new: Any
    hidden: bool
    itself: bool

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return self._asdict()


def changed_fields(
    topic: str, event: Fields, *, shown: Callable[[Fields], Any], called: Callable[[str], str | None]
) -> list[tuple[str, Any, Any]]:
    """Returns name, old and new value of each field that one event changes, as `difference` does of several.

    Args:
        topic: Its topic; nothing is known of what it changes if that is not known.
        event: Its fields.
        shown: Returns a setting as it may be shown.
        called: Returns what a component, given by its id, is called.
    """
    if topic in _BY_HAND:
        net = _Net(shown, called)
        _BY_HAND[topic](net, event)
        return [(item.field, item.old, item.new) for item in net.differences()]

    def as_shown(value: Any) -> Any:
        kind = type(value)
        if kind is dict:
            return shown(value)
        if kind is _Choice and value.name:
            return value.name
        return called(value.thing_id) or value.thing_id if kind is _Component or kind is _Choice else value

    return [
        (field, as_shown(old), as_shown(new))
        for thing, effect in EFFECTS.get(topic, ())
        for field, old, new in _changed(thing, effect, event)
        if _value(old) != _value(new)
    ]


def difference(
    database: sqlite3.Connection,
    events: Iterable[tuple[str, Fields]],
    *,
    shown: Callable[[Fields], Any] | None = None,
    called: Callable[[str], str | None] | None = None,
) -> list[Difference]:
    """Returns what events change taken together, in the order in which things and fields first change.

    Args:
        database: The views, for the names of components.
        events: Topic and fields of each event, in order. Topics that are not known are left out.
        shown: Returns a setting as it may be shown; stars for secrets if nothing is given.
        called: Returns what a component, given by its id, is called; the last name it had if nothing is given.
    """
    net = _Net(shown or _shown, called or (lambda component_id: _last_name(database, component_id)))
    for topic, fields in without_notes(list(events)):
        if topic in _BY_HAND:
            _BY_HAND[topic](net, fields)
            continue
        for thing, effect in EFFECTS.get(topic, ()):
            _add_declared(net, thing, effect, fields)
    return net.differences()


class _Net:
    """Adds up what events say."""

    def __init__(self, show: Callable[[Fields], Any], called: Callable[[str], str | None]) -> None:
        self._show = show
        self._called = called
        self._labels: dict[str, str] = {}  # by id of the thing: how it is called in the end
        self._fields: dict[str, dict[str, tuple[Any, Any]]] = {}  # likewise: the first and the last value
        self._names: dict[str, str] = {}  # of components

    def put(self, thing_id: str, label: str, field: str, old: Any, new: Any) -> None:
        """Adds that a field got another value."""
        self._labels[thing_id] = label
        fields = self._fields.setdefault(thing_id, {})
        fields[field] = fields.get(field, (old, None))[0], new

    def whole(self, thing_id: str, label: str, values: Fields) -> None:
        """Adds that a thing came with these values."""
        for field, value in values.items():
            self.put(thing_id, label, field, None, value)

    def name(self, component_id: str, name: str) -> None:
        """Notes what a component is called."""
        self._names[component_id] = name

    def differences(self) -> list[Difference]:
        """Returns what is different in the end, each side with the names that things had there."""
        return [
            Difference(label, field, self._shown(old, 0), self._shown(new, 1), _is_hidden(old) or _is_hidden(new))
            for thing_id, label in self._labels.items()
            for field, (old, new) in self._fields[thing_id].items()
            if _value(old) != _value(new)
        ]

    def _shown(self, value: Any, side: int) -> Any:
        kind = type(value)
        if kind is _Component or kind is _Choice:
            renamed = self._fields.get(value.thing_id, {}).get("name", (None, None))[side]
            name = value.name if kind is _Choice else None
            return renamed or name or self._component(value.thing_id)
        return self._show(value) if kind is dict else value

    def _component(self, component_id: str) -> str:
        """Returns the name of a component, the last one it had if it is gone."""
        if component_id not in self._names:
            self._names[component_id] = self._called(component_id) or component_id
        return self._names[component_id]


def _last_name(database: sqlite3.Connection, component_id: str) -> str | None:
    """Returns the name that a component has, or had in the end."""
    # what is over is looked up in the file: a rehearsal has a copy of what is present alone
    for rows in ("components WHERE until IS NULL", "main.components WHERE until IS NOT NULL"):
        where = "ledger IN (SELECT ledger FROM applied) AND component_id = ?"
        sql = f"SELECT name FROM {rows} AND {where} ORDER BY since DESC LIMIT 1"
        row = database.execute(sql, (component_id,)).fetchone()
        if row:
            return str(row[0])
    return None


class _Component(namedtuple("_Component", "thing_id")):
    """A reference to a component, by id."""

    __slots__ = ()
    thing_id: str


class _Choice(namedtuple("_Choice", "thing_id name")):
    """A profile or stack that was chosen, by id, and its name at the time."""

    __slots__ = ()
    thing_id: str
    name: str


def _value(value: Any) -> Any:
    """Returns what tells values apart: no salts, and of a secret its key, which each value has for itself."""
    if type(value) is _Choice:
        return value.thing_id
    if type(value) is not dict:
        return value
    content = value.get("key_id") or value.get("v") or value.get("c")
    return None if content == "null" else content


def _is_hidden(value: Any) -> bool:
    """Tells whether a value is a secret, or has one in it."""
    return type(value) is dict and "key_id" in value


def _shown(setting: Fields) -> Any:
    """Returns a value of an event as it may be shown."""
    if "key_id" in setting:
        if setting["masked"] is None:
            return STARS
        setting = setting["masked"]
    if "v" not in setting:
        return REDACTED
    import json

    return json.loads(setting["v"])


def _add_declared(net: _Net, thing: Thing, effect: Effect, event: Fields) -> None:
    """Adds what a declared event does to a thing."""
    is_machine = thing.of == "machine"
    name: Any = None if is_machine else thing.name_in(effect, event)
    thing_id = "machine" if is_machine else event[thing.id]
    label = _label(thing, event, name)
    if thing.kind == "component":
        net.name(thing_id, name)
    for field, old, new in _changed(thing, effect, event):
        net.put(thing_id, label, field, old, new)


def _changed(thing: Thing, effect: Effect, event: Fields) -> list[tuple[str, Any, Any]]:
    """Returns name, old and new value of each field that a declared event sets, both marked."""
    if effect.does in (CAME, WENT):
        values = {field.name: _marked(field, event[field.name]) for field in thing.shown}
        if thing.items:
            items = event[thing.items.name].items()
            values |= {key: _marked(thing.items.value, value) for key, value in items}
        if effect.does == CAME:
            return [(name, None, value) for name, value in values.items()]
        return [(name, value, None) for name, value in values.items()]
    field, shown_as = thing.part(effect, event)
    new = event[effect.new] if effect.new else None
    return [(shown_as, _marked(field, event[effect.old]), _marked(field, new))]


def _label(thing: Thing, event: Fields, name: Any) -> str:
    """Returns how a thing is listed."""
    kind = thing.of or thing.kind
    if kind == "machine":
        return "this machine"
    if kind == "repository":
        return f"repository {_shown(name)}"
    if kind == "flavor":
        return flavor_reference(event["component_type"], name)
    return reference(event["component_type"] if kind == "component" else kind, name)


def _marked(field: Field, value: Any) -> Any:
    """Returns a value of an event, marked as what it refers to."""
    if value is None:
        return None
    if field.form == REFERENCE:
        return _Component(value)
    if field.form == CHOICE:
        return _Choice(value["chosen_id"], value["name"])
    return letters(value) if field.form == CHANGE else value


def _provisioning(net: _Net, e: Fields) -> None:
    net.name(e["component_id"], e["component_name"])
    label = reference(e["component_type"], e["component_name"])
    old, new = ((provisioning or {"state": None, "made": []}) for provisioning in (e["old"], e["new"]))
    net.put(e["component_id"], label, "on this machine", old["state"], new["state"])
    made = [[_shown(path) for path in provisioning["made"]] or None for provisioning in (old, new)]
    net.put(e["component_id"], label, "made", *made)


def _exported(net: _Net, e: Fields) -> None:
    values = {field: e[field] for field in ("format", "filter", "destination", "entries", "size", "digest")}
    net.whole(e["export_id"], reference("export", e["export_id"]), values)


def _copied(net: _Net, e: Fields) -> None:
    values = {field: e[field] for field in ("size", "root")}
    net.whole(e["ledger_id"], reference("ledger", e["ledger_id"]), values)


def _key_changed(net: _Net, e: Fields) -> None:
    net.put("signing key", "this machine", "signing key", e["old_vkey"], e["new_vkey"])


def _accepted(net: _Net, e: Fields) -> None:
    for field in ("size", "root"):
        net.put(e["seen_root"], "what was seen of the ledger", field, e[f"seen_{field}"], e[field])
    if e["reason"] is not None:
        net.put(e["seen_root"], "what was seen of the ledger", "reason", None, e["reason"])


def _witnessed(net: _Net, e: Fields) -> None:
    values = {field: e[field] for field in ("size", "line")}
    net.whole(e["line"], reference("ledger", e["ledger_id"]), values)


def _keys_noted(net: _Net, e: Fields) -> None:
    for noted in e["rows"]:
        net.put(noted["key_id"], reference("key", noted["key_id"]), "row", None, noted["row"])


def _shredded(net: _Net, e: Fields) -> None:
    for key_id in e["key_ids"]:
        net.put(key_id, reference("key", key_id), "state", None, "destroyed")


def _runs_began(net: _Net, e: Fields) -> None:
    net.put(e["runs_ledger_id"], reference("runs", str(e["year"])), "state", None, "recorded")


def _runs_closed(net: _Net, e: Fields) -> None:
    values = {field: e[field] for field in ("size", "root")}
    net.whole(e["runs_ledger_id"], reference("runs", str(e["year"])), values)


def _redacted(net: _Net, e: Fields) -> None:
    for value in e["values"]:
        place = f"position {value['position']}"
        net.put(place, place, value["field"], None, REDACTED)


def _approved(net: _Net, e: Fields) -> None:
    values = {field: e[field] for field in ("plan_digest", "head_size")}
    values["author"] = _shown(e["author"]["actor_id"])
    net.whole(e["plan_digest"], reference("plan", e["plan_digest"][:8]), values)


_BY_HAND: dict[str, Callable[[_Net, Fields], None]] = {
    "zenml:CheckpointWitnessed": _witnessed,
    "zenml:HistoryAccepted": _accepted,
    "zenml:KeysNoted": _keys_noted,
    "zenml:LedgerCopied": _copied,
    "zenml:PlanApproved": _approved,
    "zenml:ProvisioningChanged": _provisioning,
    "zenml:RecordExported": _exported,
    "zenml:RunsLedgerBegan": _runs_began,
    "zenml:RunsLedgerClosed": _runs_closed,
    "zenml:SecretsShredded": _shredded,
    "zenml:SigningKeyChanged": _key_changed,
    "zenml:ValueRedacted": _redacted,
}

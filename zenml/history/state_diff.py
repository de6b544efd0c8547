"""What is different between two states: of a profile at two points, of two profiles, of a profile and a file."""

from __future__ import annotations

from zenml.domain.secrecy import STARS
from zenml.history.compared_states import CHOOSING, NAMED, ComparedThing, ComparedValue, State
from zenml.projections.timeline.differences import Difference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Pair = tuple["ComparedThing | None", "ComparedThing | None"]


_CHOICE = ("profile",)
UNKNOWN = f"{STARS} (cannot be compared: its key is not here)"
"""Shown for a secret that may be another one."""

SEALED_APART = f"{STARS} (cannot be compared: another key seals it)"
"""Shown for a secret of another profile, one of which machines share."""


def pairs(one: State, other: State) -> list[Pair]:
    """Returns what each thing was and is: None before it came, and after it went.

    Within one ledger an id tells what is the same thing. A file or another profile may have others, so there
    things that are left are the same if type and name are.
    """
    within = one.shares_ids(other)
    rest = {thing.thing_id or str(number): thing for number, thing in enumerate(other.things)}
    by_id = {thing.thing_id: rest.pop(thing.thing_id) for thing in one.things if thing.thing_id in rest}
    by_place = {} if within else {thing.place: key for key, thing in rest.items()}
    if not within:  # what a profile chose can be compared, whatever they are called
        by_place.update((_CHOICE, key) for key, thing in rest.items() if thing.kind in CHOOSING)
    # a label names a point in the past of its own profile, and no file has one
    without = (NAMED, *CHOOSING) if within else (NAMED, *CHOOSING, "label")
    matched: list[Pair] = []
    for thing in one.things:
        after = by_id.get(thing.thing_id) if thing.thing_id else None
        if after is None:
            key = by_place.pop(_CHOICE if thing.kind in CHOOSING else thing.place, None)
            after = rest.pop(key, None) if key else None
        if after is not None or thing.kind not in without:
            matched.append((thing, after))
    return [*matched, *((None, thing) for thing in rest.values() if thing.kind not in without)]


def differences(one: State, other: State) -> list[Difference]:
    """Returns what is different, thing by thing; a stack whose components are different names these."""
    within, compared = one.shares_ids(other), pairs(one, other)
    listed: list[Difference] = []
    changed: dict[tuple[str, str], bool] = {}  # by type and name of a component that is at both ends
    for before, after in compared:
        own = _fields(before, after, within=within)
        if before and after and after.kind == "component":
            changed[after.component_type, after.name] = bool(own)
        if before and after and after.kind == "stack":
            reported = {difference.field for difference in own}
            own += [
                Difference(after.label, kind, field.shown, field.shown, itself=True)
                for kind, field in after.fields.items()
                if kind not in reported and kind in before.fields and changed.get((kind, field.shown))
            ]
        listed += own
    return listed


def _fields(before: ComparedThing | None, after: ComparedThing | None, *, within: bool) -> list[Difference]:
    """Returns in which fields a thing is different; in all of them, if it came or went."""
    last = after or before
    assert last is not None
    old, new = (thing.fields if thing else {} for thing in (before, after))
    names = [thing.name if thing else None for thing in (before, after)]
    listed = []
    if names[0] != names[1] and last.kind not in CHOOSING:
        listed.append(Difference(last.label, "name", *names))
    for field in dict.fromkeys((*old, *new)):
        ends = old.get(field), new.get(field)
        if not _same(*ends, by_identity=within or last.kind not in ("stack", *CHOOSING)):
            old_shown, new_shown = (end.shown if end else None for end in ends)
            new_shown = _incomparable(*ends) or new_shown
            hidden = any(end is not None and end.is_secret for end in ends)
            listed.append(Difference(last.label, field, old_shown, new_shown, hidden))
    return listed


def _incomparable(before: ComparedValue | None, after: ComparedValue | None) -> str | None:
    """Returns what is shown of a secret that nobody here can tell from another one."""
    if before is None or after is None or not (before.is_secret and after.is_secret):
        return None
    keys = before.sealed_with, after.sealed_with
    if None in keys:
        return UNKNOWN
    return SEALED_APART if keys[0] != keys[1] else None


def _same(one: ComparedValue | None, other: ComparedValue | None, *, by_identity: bool) -> bool:
    if one is None or other is None:
        return one is other
    if not by_identity:
        return bool(one.shown == other.shown)
    if one.is_secret != other.is_secret:  # a file has it as it may be shown, whatever it is
        return bool(one.shown == other.shown)
    return bool(one.identity == other.identity)


def only(states: Iterable[State], selected: Iterable[tuple[str, str, str]]) -> list[State]:
    """Returns states with some things alone, and all components of their stacks.

    Args:
        states: The states.
        selected: Kind, type and name of each thing, as it is called in one of the states.
    """
    states, places = list(states), set(selected)
    ids = {
        thing.thing_id for state in states for thing in state.things if thing.place in places and thing.thing_id
    }
    held = {
        ("component", kind, field.shown)
        for state in states
        for thing in state.things
        if thing.kind == "stack" and (thing.place in places or thing.thing_id in ids)
        for kind, field in thing.fields.items()
    }
    return [
        state._replace(
            things=[thing for thing in state.things if thing.place in places | held or thing.thing_id in ids]
        )
        for state in states
    ]

"""What ``zenml diff`` compares: a profile at a point, another profile, or a file that was exported."""

from __future__ import annotations

import os
from collections import namedtuple

from zenml.domain.component_types import reference
from zenml.domain.errors import InvalidValueError
from zenml.domain.missing import missing_thing
from zenml.domain.suggestions import did_you_mean
from zenml.domain.typed_names import component_named, stack_named
from zenml.history.likely import likely, written
from zenml.history.state_diff import State, differences, state_in, state_of
from zenml.history.state_diff import only as alone
from zenml.projections import machine, stacks
from zenml.projections.timeline.points import newest
from zenml.snapshot.points import NOW, find_point, named_point, said
from zenml.snapshot.snapshot import Snapshot, profile_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from zenml.projections.machine import ProfileRow
    from zenml.projections.timeline.differences import Difference
    from zenml.snapshot.snapshot import Point

PROFILE, LABEL = "profile/", "label/"
"""What tells a profile and a label of the same name apart; the colon of earlier versions is read too."""

_FILES = (".yaml", ".yml")


class Side(namedtuple("Side", "state number understood")):
    """One of two things to compare.

    Attributes:
        state: What there is in it.
        number: The number of the last change it is made of, for the active profile at a point; None otherwise.
        understood: What it was understood as.
    """

    __slots__ = ()
    state: State
    number: int | None
    understood: str


class Comparison(namedtuple("Comparison", "one other")):
    """Two sides, and what is different between them."""

    __slots__ = ()
    one: Side
    other: Side

    @property
    def differences(self) -> list[Difference]:
        """What is different, thing by thing."""
        return differences(self.one.state, self.other.state)

    def patch(self) -> list[dict[str, Any]]:
        """Returns the JSON Patch (RFC 6902) that turns the document of one side into that of the other."""
        from zenml.history.json_patch import patch

        return patch(self.one.state, self.other.state)


def compare(
    snapshot: Snapshot, one: str | datetime, other: str | datetime, only: Sequence[str] = ()
) -> Comparison:
    """Returns what `LookingBack.diff` says."""
    sides = [find_side(snapshot, it) for it in (one, other)]
    if only:
        wanted = [place(it, snapshot) for it in only]
        known = {it.place for side in sides for it in side.state.things}
        for thing, found in zip(only, wanted, strict=True):
            if found not in known:
                raise missing_thing(f"{thing} does not exist at either end.", found, known)
        states = alone((side.state for side in sides), wanted)
        sides = [side._replace(state=state) for side, state in zip(sides, states, strict=True)]
    return Comparison(*sides)


def find_side(snapshot: Snapshot, what: str | datetime) -> Side:
    """Returns what is meant: a point of the active profile, a profile, or a file.

    Raises:
        NotFoundError: There is no such change, profile or file.
        InvalidValueError: It can be read as none of these, or as more than one.
    """
    if isinstance(what, str) and what.startswith(("profile:", "label:")):
        what = what.replace(":", "/", 1)
    if isinstance(what, str) and what.startswith(PROFILE) and not os.path.exists(what):
        return _profile(snapshot, what.removeprefix(PROFILE))
    if isinstance(what, str) and what.endswith(_FILES):
        return _file(what)
    snapshot.active.check_profile()
    profile = snapshot.active.profile
    assert profile is not None  # there is always one outside of the past
    if not isinstance(what, str):
        return _at(snapshot, profile, find_point(snapshot.connection, snapshot.ledger_id, what))
    if what == NOW:
        return Side(_state(snapshot, profile), newest(snapshot.connection), f"profile '{profile.name}' now")
    label = what.removeprefix(LABEL)
    point = named_point(snapshot.connection, snapshot.ledger_id, label)
    if what == label and any(it.name == what for it in machine.profiles(snapshot.connection, snapshot.machine_id)):
        if point is not None:
            raise InvalidValueError(
                f"'{what}' is both a profile and a label or change.",
                f"Write {PROFILE}{what} or {LABEL}{what}.",
            )
        return _profile(snapshot, what)
    if point is None and os.path.isfile(what):
        return _file(what)
    try:
        return _at(snapshot, profile, point or find_point(snapshot.connection, snapshot.ledger_id, what))
    except InvalidValueError as error:
        if machine.renamed(snapshot.connection, snapshot.machine_id, what):
            return _profile(snapshot, what)  # which says how it is called now
        things = likely(snapshot.connection, [snapshot.ledger_id], what)
        if things:
            raise InvalidValueError(
                f"'{what}' is not a change, label, time, profile or file.",
                code="thing_compared",
                things=[reference(*it) for it in things],
            ) from error
        profiles = [it.name for it in machine.profiles(snapshot.connection, snapshot.machine_id)]
        meant = "" if "Did you mean" in error.hint else did_you_mean(what, profiles)
        refused = InvalidValueError(f"'{what}' is not a change, label, time, profile or file.")
        refused.advise(error.code, f"{meant} {error.hint}".strip(), **error.values)
        raise refused from error


def _at(snapshot: Snapshot, profile: ProfileRow, point: Point) -> Side:
    then = Snapshot(snapshot.connection, snapshot.machine_id, snapshot.root, point=point)
    return Side(_state(then, profile), point.number, said(snapshot.connection, point))


def _file(path: str) -> Side:
    from zenml.documents.files import read_document

    return Side(state_in(read_document(path)), None, f"file '{path}'")


def _profile(snapshot: Snapshot, name: str) -> Side:
    found = profile_named(snapshot.connection, snapshot.machine_id, name)
    return Side(_state(snapshot, found), None, f"profile '{name}' now")


def _state(snapshot: Snapshot, profile: ProfileRow) -> State:
    ledger_id = profile.profile_ledger_id
    at = snapshot.at(ledger_id)
    here = snapshot.active.profile is not None and snapshot.active.profile.profile_id == profile.profile_id
    repository = snapshot.root if here and snapshot.active.stack_by == "repository" else None
    there = machine.profiles(snapshot.connection, snapshot.machine_id, snapshot.at(snapshot.machine_id))
    name = next((it.name for it in there if it.profile_id == profile.profile_id), profile.name)
    return state_of(snapshot.connection, ledger_id, at, name, chosen_stack(snapshot, profile), repository)


def chosen_stack(snapshot: Snapshot, profile: ProfileRow) -> stacks.StackRow | None:
    """Returns the stack of a profile that is active here, now or at a point, whether or not the profile is."""
    active = snapshot.active.profile
    if active is not None and active.profile_id == profile.profile_id:
        return snapshot.active.stack
    chosen = machine.active_stacks(snapshot.connection, snapshot.machine_id, snapshot.at(snapshot.machine_id))
    stack_id, ledger_id = chosen.get(profile.profile_id), profile.profile_ledger_id
    return (
        stacks.stack_by_id(snapshot.connection, ledger_id, stack_id, snapshot.at(ledger_id)) if stack_id else None
    )


def place(thing: str, snapshot: Snapshot) -> tuple[str, str, str]:
    """Returns kind, type and name of a thing given as ``stack:NAME`` (or ``stack/NAME``) or ``TYPE/NAME``.

    Raises:
        InvalidValueError: It is of neither form, or there is no such type. Things of that name are in the hint.
    """
    stack = stack_named(thing)
    if stack is not None:
        return "stack", "", stack
    if "/" in thing:
        return "component", *component_named(thing)
    raise InvalidValueError(
        f"'{thing}' is neither a stack nor a component.",
        written(likely(snapshot.connection, [snapshot.ledger_id], thing), "--only")
        or "Write stack/NAME, or a type and a name, as in orchestrator/NAME.",
    )

"""What ``zenml diff`` compares: a profile at a point, another profile, or a file that was exported."""

from __future__ import annotations

import os
from collections import namedtuple

from zenml.domain.component_types import reference
from zenml.domain.errors import InvalidValueError
from zenml.domain.missing import missing_thing
from zenml.domain.suggestions import did_you_mean
from zenml.domain.typed_names import component_named, stack_named
from zenml.history.candidates import find_candidates, format_candidates
from zenml.history.compared_states import State, state_in, state_of
from zenml.history.state_diff import differences
from zenml.history.state_diff import only as alone
from zenml.projections import machine, stacks
from zenml.projections.timeline.points import newest
from zenml.snapshot.points import NOW, describe_point, find_point, named_point
from zenml.snapshot.profiles import profile_named
from zenml.snapshot.snapshot import Snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from zenml.projections.machine import ProfileRow
    from zenml.projections.timeline.differences import Difference
    from zenml.snapshot.point import Point

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
    sides = [find_side(snapshot, target) for target in (one, other)]
    if only:
        keys = [place(text, snapshot) for text in only]
        known = {thing.place for side in sides for thing in side.state.things}
        for text, key in zip(only, keys, strict=True):
            if key not in known:
                raise missing_thing(f"{text} does not exist at either end.", key, known)
        states = alone((side.state for side in sides), keys)
        sides = [side._replace(state=state) for side, state in zip(sides, states, strict=True)]
    return Comparison(*sides)


def find_side(snapshot: Snapshot, target: str | datetime) -> Side:
    """Returns what is meant: a point of the active profile, a profile, or a file.

    Raises:
        NotFoundError: There is no such change, profile or file.
        InvalidValueError: It can be read as none of these, or as more than one.
    """
    if isinstance(target, str) and target.startswith(("profile:", "label:")):
        target = target.replace(":", "/", 1)
    if isinstance(target, str) and target.startswith(PROFILE) and not os.path.exists(target):
        return _profile(snapshot, target.removeprefix(PROFILE))
    if isinstance(target, str) and target.endswith(_FILES):
        return _file(target)
    snapshot.active.check_profile()
    profile = snapshot.active.profile
    assert profile is not None  # there is always one outside of the past
    if not isinstance(target, str):
        return _at(snapshot, profile, find_point(snapshot.connection, snapshot.ledger_id, target))
    if target == NOW:
        return Side(_state(snapshot, profile), newest(snapshot.connection), f"profile '{profile.name}' now")
    label = target.removeprefix(LABEL)
    point = named_point(snapshot.connection, snapshot.ledger_id, label)
    if target == label and any(
        row.name == target for row in machine.profiles(snapshot.connection, snapshot.machine_id)
    ):
        if point is not None:
            raise InvalidValueError(
                f"'{target}' is both a profile and a label or change.",
                f"Write {PROFILE}{target} or {LABEL}{target}.",
            )
        return _profile(snapshot, target)
    if point is None and os.path.isfile(target):
        return _file(target)
    try:
        return _at(snapshot, profile, point or find_point(snapshot.connection, snapshot.ledger_id, target))
    except InvalidValueError as error:
        if machine.renamed(snapshot.connection, snapshot.machine_id, target):
            return _profile(snapshot, target)  # which says how it is called now
        candidates = find_candidates(snapshot.connection, [snapshot.ledger_id], target)
        if candidates:
            raise InvalidValueError(
                f"'{target}' is not a change, label, time, profile or file.",
                code="thing_compared",
                things=[reference(*candidate) for candidate in candidates],
            ) from error
        profiles = [row.name for row in machine.profiles(snapshot.connection, snapshot.machine_id)]
        suggestion = "" if "Did you mean" in error.hint else did_you_mean(target, profiles)
        refusal = InvalidValueError(f"'{target}' is not a change, label, time, profile or file.")
        refusal.advise(error.code, f"{suggestion} {error.hint}".strip(), **error.values)
        raise refusal from error


def _at(snapshot: Snapshot, profile: ProfileRow, point: Point) -> Side:
    past = Snapshot(snapshot.connection, snapshot.machine_id, snapshot.root, point=point)
    return Side(_state(past, profile), point.number, describe_point(snapshot.connection, point))


def _file(path: str) -> Side:
    from zenml.documents.files import read_document

    return Side(state_in(read_document(path)), None, f"file '{path}'")


def _profile(snapshot: Snapshot, name: str) -> Side:
    profile = profile_named(snapshot.connection, snapshot.machine_id, name)
    return Side(_state(snapshot, profile), None, f"profile '{name}' now")


def _state(snapshot: Snapshot, profile: ProfileRow) -> State:
    ledger_id = profile.profile_ledger_id
    at = snapshot.at(ledger_id)
    is_active = snapshot.active.profile is not None and snapshot.active.profile.profile_id == profile.profile_id
    repository = snapshot.root if is_active and snapshot.active.stack_by == "repository" else None
    rows = machine.profiles(snapshot.connection, snapshot.machine_id, snapshot.at(snapshot.machine_id))
    name = next((row.name for row in rows if row.profile_id == profile.profile_id), profile.name)
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


def place(text: str, snapshot: Snapshot) -> tuple[str, str, str]:
    """Returns kind, type and name of a thing given as ``stack:NAME`` (or ``stack/NAME``) or ``TYPE/NAME``.

    Raises:
        InvalidValueError: It is of neither form, or there is no such type. Things of that name are in the hint.
    """
    stack = stack_named(text)
    if stack is not None:
        return "stack", "", stack
    if "/" in text:
        return "component", *component_named(text)
    raise InvalidValueError(
        f"'{text}' is neither a stack nor a component.",
        format_candidates(find_candidates(snapshot.connection, [snapshot.ledger_id], text), "--only")
        or "Write stack/NAME, or a type and a name, as in orchestrator/NAME.",
    )

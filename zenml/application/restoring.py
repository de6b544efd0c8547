"""Making a profile, a few things or everything as it was, within a change that is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zenml.domain import commands, events
from zenml.domain.errors import InvalidValueError, NotAllowedError, ProfileNotFoundError
from zenml.domain.events import Choice, DomainEvent
from zenml.domain.missing import missing_thing
from zenml.domain.rules.activation import existing_stack, stack_choice
from zenml.domain.rules.profiles import profile_choice
from zenml.domain.things import COMPONENT, FLAVOR, PROFILE, STACK
from zenml.history.compare_targets import place
from zenml.ledger.catalog import as_profile
from zenml.ledger.making_like import make_like, place_of, rename
from zenml.ledger.meant import Target, about
from zenml.projections import machine
from zenml.projections.contents import Contents, contents
from zenml.projections.vouching import check_past
from zenml.snapshot.points import find_point, said
from zenml.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from zenml.projections.machine import ProfileRow
    from zenml.unit_of_work.work import UnitOfWork

RESTORE = "restore"


def restore(writing: UnitOfWork, to: str | datetime, *, only: Sequence[str], everything: bool) -> None:
    """Makes things as they were.

    Args:
        writing: The open change.
        to: The point, as `LookingBack.at` takes it.
        only: These alone: ``stack/NAME``, with the components it had, or ``TYPE/NAME``; none for the profile.
        everything: All profiles, and what is active.

    Raises:
        InvalidValueError: The point or a thing cannot be understood, or ``only`` and ``everything`` are given.
        NotAllowedError: A thing that ``only`` names was made since.
        ChangeNotFoundError: There is no such change.
        ProfileNotFoundError: The profile did not exist then.
        DamagedLedgerError: What is shown of the past was edited.
        LedgerError: A rule forbids it.
    """
    if only and everything:
        raise InvalidValueError("Both single things and everything are given.", "Give one or the other.")
    snapshot = writing.reading()
    profile = snapshot.active.profile
    with about(_meant(snapshot, only, everything=everything)):
        _restore(writing, snapshot, profile, to, only, everything=everything)


def _meant(snapshot: Snapshot, only: Sequence[str], *, everything: bool) -> Target | None:
    """Returns what is to be as it was, if that is one thing."""
    profile = snapshot.active.profile
    if len(only) == 1:
        kind, component_type, name = place(only[0], snapshot)
        return Target(RESTORE, "stack" if kind == "stack" else component_type, name)
    if only or everything or profile is None:
        return None
    return Target(RESTORE, "profile", profile.name, profile.profile_id)


def _restore(
    writing: UnitOfWork,
    snapshot: Snapshot,
    profile: ProfileRow | None,
    to: str | datetime,
    only: Sequence[str],
    *,
    everything: bool,
) -> None:
    point = find_point(snapshot.connection, snapshot.ledger_id, to)
    then = Snapshot(snapshot.connection, snapshot.machine_id, snapshot.root, point=point)
    writing.point = point.change.change_id
    check_past(then.connection, then.machine_id, then.at(then.machine_id))
    if everything:
        _everything(writing, snapshot, then)
        return
    if profile is None or not then.at(profile.profile_ledger_id):
        raise ProfileNotFoundError(
            f"Profile '{profile.name if profile else ''}' did not exist at {said(snapshot.connection, point)}.",
            code="before_the_profile",
        )
    if only:
        _some(writing, then, profile, only)
    else:
        _name(writing, then, profile)
        _profile(writing, then, profile)


def _some(writing: UnitOfWork, then: Snapshot, profile: ProfileRow, only: Sequence[str]) -> None:
    _, change = writing.now
    is_now, was = _ends(then, profile)
    ids: set[str] = set()
    for thing in only:
        wanted = place(thing, then)
        found = {thing_id for state in (was, is_now) for thing_id in _ids(state, *wanted)}
        if found and not any(thing_id in was[wanted[0]] for thing_id in found):
            raise _made_since(then, thing)
        if not found:
            known = [where for state in (was, is_now) for where in _places(state)]
            raise missing_thing(f"{thing} does not exist, and did not exist then.", wanted, known)
        stacks = [was[STACK.kind][thing_id] for thing_id in found if thing_id in was[STACK.kind]]
        ids |= found.union(*(stack.items.values() for stack in stacks))
    make_like(change, _of(is_now, ids), _of(was, ids), action=RESTORE)


def _of(state: Contents, ids: set[str]) -> Contents:
    """Returns some of what there is in a state."""
    return {
        kind: {thing_id: stored for thing_id, stored in things.items() if thing_id in ids}
        for kind, things in state.items()
    }


def _made_since(then: Snapshot, thing: str) -> NotAllowedError:
    """Returns the error that something alone is to be as it was before it was there: deleting is said plainly."""
    kind, component_type, name = place(thing, then)
    assert then.point is not None
    return NotAllowedError(
        f"{thing} did not exist at {said(then.connection, then.point)}, so restoring it would delete it.",
        code="made_since",
        noun=component_type or kind,
        name=name,
    )


def _ids(state: Contents, kind: str, component_type: str, name: str) -> list[str]:
    wanted = (component_type, name)
    return [thing_id for thing_id, stored in state[kind].items() if place_of(stored) == wanted]


def _places(state: Contents) -> list[tuple[str, str, str]]:
    """Returns kind, type and name of all that can be restored by itself."""
    return [(kind, *place_of(stored)) for kind in (STACK.kind, COMPONENT.kind) for stored in state[kind].values()]


def _ends(then: Snapshot, profile: ProfileRow) -> tuple[Contents, Contents]:
    """Returns what a profile has, and what it is to have: a flavor that was registered again stays as it is."""
    ledger_id, at = profile.profile_ledger_id, then.at(profile.profile_ledger_id)
    check_past(then.connection, ledger_id, at)
    is_now, was = contents(then.connection, ledger_id), contents(then.connection, ledger_id, at)
    is_there = {tuple(stored.fields.values()): flavor_id for flavor_id, stored in is_now[FLAVOR.kind].items()}
    was[FLAVOR.kind] = {
        is_there.get(tuple(stored.fields.values()), flavor_id): stored
        for flavor_id, stored in was[FLAVOR.kind].items()
    }
    return is_now, was


def _name(writing: UnitOfWork, then: Snapshot, profile: ProfileRow) -> None:
    """Gives a profile the name it had, unless another one has it now: what it has comes back all the same."""
    there_was = machine.profiles(then.connection, then.machine_id, then.at(then.machine_id))
    was = next((it.name for it in there_was if it.profile_id == profile.profile_id), profile.name)
    if was == profile.name:
        return
    if writing.now[1].catalog.profile(was) is not None:
        writing.say(f"The profile keeps its name '{profile.name}': another one is called '{was}' now.")
        return
    event = events.ProfileRenamed(profile_id=profile.profile_id, old_name=profile.name, new_name=was)
    _make(writing, event)


def _profile(writing: UnitOfWork, then: Snapshot, profile: ProfileRow) -> None:
    """Makes a profile as it was: what it has, and which of its stacks is active."""
    _, change = writing.now
    before = change.catalog.profile_row
    change.go_on_in(profile)
    is_now, was = _ends(then, profile)
    make_like(change, is_now, was, action=RESTORE, when_there=lambda: _active_stack(writing, then, profile, was))
    change.go_on_in(before)


def _active_stack(writing: UnitOfWork, then: Snapshot, profile: ProfileRow, was: Contents) -> None:
    """Chooses the stack of a profile that was chosen, for the machine and for the repository one is in."""
    _, change = writing.now
    at, profile_id, catalog = then.at(then.machine_id), profile.profile_id, change.catalog
    chosen = machine.active_stacks(then.connection, then.machine_id, at).get(profile_id)
    if chosen in was[STACK.kind]:
        old, new = stack_choice(catalog.active_stack(profile_id), catalog), existing_stack(chosen, catalog)
        _make(
            writing,
            events.StackActivated(profile_id=profile_id, profile_name=profile.name, old=old, new=new),
        )
    here, known = catalog.repository_here(), then.active.repository
    if here and here.profile_id == profile_id:
        # where the repository had not chosen in this profile yet, the machine's choice counted
        its_own = known.stack_id if known and known.profile_id == profile_id else chosen
        old, new = stack_choice(here.stack_id, catalog), existing_stack(its_own, catalog)
        _make(
            writing,
            events.RepositoryStackActivated(old=old, new=new, repository_id=here.repository_id, path=here.path),
        )


def _everything(writing: UnitOfWork, snapshot: Snapshot, then: Snapshot) -> None:
    """Makes all profiles and what is active as they were; other repositories keep what their files say."""
    database, machine_id, at = snapshot.connection, snapshot.machine_id, then.at(snapshot.machine_id)
    there_is = {it.profile_id: it for it in machine.profiles(database, machine_id)}
    there_was = {it.profile_id: it for it in machine.profiles(database, machine_id, at)}
    gone = [row for key, row in there_was.items() if key not in there_is]
    _, change = writing.now
    names, wanted = ({key: ("", row.name) for key, row in rows.items()} for rows in (there_is, there_was))
    rename(change, PROFILE, names, wanted, action=RESTORE)
    for row in gone:
        _make(writing, events.ProfileCreated(**as_profile(row)._asdict()))
    _active_profile(writing, then, there_was)
    for key in there_is:
        new = change.catalog.profile_by_id(key)  # by the name it has by now
        if new is not None and key not in there_was:
            _make(writing, events.ProfileDeleted(**new._asdict()))
    for row in there_was.values():
        _profile(writing, then, row)
    change.go_on_in(writing.reading().active.profile)


def _active_profile(writing: UnitOfWork, then: Snapshot, there_was: dict[str, ProfileRow]) -> None:
    """Chooses the profile that was active, if it is there already."""
    _, change = writing.now

    def choice(profile_id: str | None) -> Choice | None:
        found = change.catalog.profile_by_id(profile_id) if profile_id else None
        return profile_choice(found) if found else None

    was = machine.active_profile(then.connection, then.machine_id, then.at(then.machine_id))
    old, new = choice(change.catalog.active_profile()), choice(was)
    if new is not None:
        _make(writing, events.ProfileActivated(old=old, new=new))
    here, known = change.catalog.repository_here(), then.active.repository
    if here and known and known.profile_id in there_was and here.profile_id != known.profile_id:
        before, after = choice(here.profile_id), choice(known.profile_id)
        if before is not None and after is not None:
            chosen = stack_choice(here.stack_id, change.catalog)
            _make(
                writing,
                events.RepositoryProfileActivated(
                    old=before, new=after, repository_id=here.repository_id, path=here.path
                ),
            )
            _make(
                writing,
                events.RepositoryStackActivated(
                    old=chosen, new=None, repository_id=here.repository_id, path=here.path
                ),
            )


def _make(writing: UnitOfWork, event: DomainEvent) -> None:
    writing.execute(commands.Make(event, RESTORE))

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
from zenml.ledger.making_like import make_like, rename
from zenml.ledger.meant import Target, about
from zenml.projections import machine
from zenml.projections.contents import Contents, contents
from zenml.projections.timeline.vouching import check_past
from zenml.snapshot.points import describe_point, find_point
from zenml.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from zenml.projections.machine import ProfileRow
    from zenml.unit_of_work.open_change import OpenChange

RESTORE = "restore"


def restore(work: OpenChange, to: str | datetime, *, only: Sequence[str], everything: bool) -> None:
    """Makes things as they were.

    Args:
        work: The open change.
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
    snapshot = work.reading()
    profile = snapshot.active.profile
    with about(_meant(snapshot, only, everything=everything)):
        _restore(work, snapshot, profile, to, only, everything=everything)


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
    work: OpenChange,
    snapshot: Snapshot,
    profile: ProfileRow | None,
    to: str | datetime,
    only: Sequence[str],
    *,
    everything: bool,
) -> None:
    point = find_point(snapshot.connection, snapshot.ledger_id, to)
    then = Snapshot(snapshot.connection, snapshot.machine_id, snapshot.root, point=point)
    work.point = point.change.change_id
    check_past(then.connection, then.machine_id, then.at(then.machine_id))
    if everything:
        _everything(work, snapshot, then)
        return
    if profile is None or not then.at(profile.profile_ledger_id):
        name, when = profile.name if profile else "", describe_point(snapshot.connection, point)
        raise ProfileNotFoundError(
            f"Profile '{name}' did not exist at {when}.",
            code="before_the_profile",
        )
    if only:
        _some(work, then, profile, only)
    else:
        _name(work, then, profile)
        _profile(work, then, profile)


def _some(work: OpenChange, then: Snapshot, profile: ProfileRow, only: Sequence[str]) -> None:
    _, change = work.now
    is_now, was = _ends(then, profile)
    ids: set[str] = set()
    for text in only:
        key = place(text, then)
        thing_ids = {thing_id for state in (was, is_now) for thing_id in _ids(state, *key)}
        if thing_ids and not any(thing_id in was[key[0]] for thing_id in thing_ids):
            raise _made_since(then, text)
        if not thing_ids:
            known = [where for state in (was, is_now) for where in _places(state)]
            raise missing_thing(f"{text} does not exist, and did not exist then.", key, known)
        stacks = [was[STACK.kind][thing_id] for thing_id in thing_ids if thing_id in was[STACK.kind]]
        ids |= thing_ids.union(*(stack.items.values() for stack in stacks))
    make_like(change, _of(is_now, ids), _of(was, ids), action=RESTORE)


def _of(state: Contents, ids: set[str]) -> Contents:
    """Returns a part of a state: the things with some ids."""
    return {
        kind: {thing_id: stored for thing_id, stored in things.items() if thing_id in ids}
        for kind, things in state.items()
    }


def _made_since(then: Snapshot, text: str) -> NotAllowedError:
    """Returns the error that a single thing is to be as it was before it existed, which would delete it."""
    kind, component_type, name = place(text, then)
    assert then.point is not None
    when = describe_point(then.connection, then.point)
    return NotAllowedError(
        f"{text} did not exist at {when}, so restoring it would delete it.",
        code="made_since",
        noun=component_type or kind,
        name=name,
    )


def _ids(state: Contents, kind: str, component_type: str, name: str) -> list[str]:
    key = (component_type, name)
    return [thing_id for thing_id, stored in state[kind].items() if stored.place == key]


def _places(state: Contents) -> list[tuple[str, str, str]]:
    """Returns kind, type and name of all that can be restored by itself."""
    return [(kind, *stored.place) for kind in (STACK.kind, COMPONENT.kind) for stored in state[kind].values()]


def _ends(then: Snapshot, profile: ProfileRow) -> tuple[Contents, Contents]:
    """Returns what a profile has, and what it is to have: a flavor that was registered again stays as it is."""
    ledger_id, at = profile.profile_ledger_id, then.at(profile.profile_ledger_id)
    check_past(then.connection, ledger_id, at)
    is_now, was = contents(then.connection, ledger_id), contents(then.connection, ledger_id, at)
    ids_by_fields = {tuple(stored.fields.values()): flavor_id for flavor_id, stored in is_now[FLAVOR.kind].items()}
    was[FLAVOR.kind] = {
        ids_by_fields.get(tuple(stored.fields.values()), flavor_id): stored
        for flavor_id, stored in was[FLAVOR.kind].items()
    }
    return is_now, was


def _name(work: OpenChange, then: Snapshot, profile: ProfileRow) -> None:
    """Gives a profile the name it had, unless another one has it now: what is in it is restored all the same."""
    rows = machine.profiles(then.connection, then.machine_id, then.at(then.machine_id))
    was = next((row.name for row in rows if row.profile_id == profile.profile_id), profile.name)
    if was == profile.name:
        return
    if work.now[1].catalog.profile(was) is not None:
        work.say(f"The profile keeps its name '{profile.name}': another one is called '{was}' now.")
        return
    event = events.ProfileRenamed(profile_id=profile.profile_id, old_name=profile.name, new_name=was)
    _make(work, event)


def _profile(work: OpenChange, then: Snapshot, profile: ProfileRow) -> None:
    """Makes a profile as it was: what it has, and which of its stacks is active."""
    _, change = work.now
    before = change.catalog.profile_row
    change.go_on_in(profile)
    is_now, was = _ends(then, profile)
    make_like(change, is_now, was, action=RESTORE, when_there=lambda: _active_stack(work, then, profile, was))
    change.go_on_in(before)


def _active_stack(work: OpenChange, then: Snapshot, profile: ProfileRow, was: Contents) -> None:
    """Chooses the stack of a profile that was chosen, for the machine and for the repository one is in."""
    _, change = work.now
    at, profile_id, catalog = then.at(then.machine_id), profile.profile_id, change.catalog
    chosen = machine.active_stacks(then.connection, then.machine_id, at).get(profile_id)
    if chosen in was[STACK.kind]:
        old, new = stack_choice(catalog.active_stack(profile_id), catalog), existing_stack(chosen, catalog)
        _make(
            work,
            events.StackActivated(profile_id=profile_id, profile_name=profile.name, old=old, new=new),
        )
    repository, repository_then = catalog.repository_here(), then.active.repository
    if repository and repository.profile_id == profile_id:
        # where the repository had not chosen in this profile yet, the machine's choice counted
        stack_id = (
            repository_then.stack_id if repository_then and repository_then.profile_id == profile_id else chosen
        )
        old, new = stack_choice(repository.stack_id, catalog), existing_stack(stack_id, catalog)
        _make(
            work,
            events.RepositoryStackActivated(
                old=old, new=new, repository_id=repository.repository_id, path=repository.path
            ),
        )


def _everything(work: OpenChange, snapshot: Snapshot, then: Snapshot) -> None:
    """Makes all profiles and what is active as they were; other repositories keep what their files say.

    A profile keeps its URL: where a ledger is now has nothing to do with what was in it.
    """
    database, machine_id, at = snapshot.connection, snapshot.machine_id, then.at(snapshot.machine_id)
    rows_now = {row.profile_id: row for row in machine.profiles(database, machine_id)}
    rows_then = {row.profile_id: row for row in machine.profiles(database, machine_id, at)}
    gone = [row for key, row in rows_then.items() if key not in rows_now]
    _, change = work.now
    names, names_then = ({key: ("", row.name) for key, row in rows.items()} for rows in (rows_now, rows_then))
    rename(change, PROFILE, names, names_then, action=RESTORE)
    for row in gone:
        url = machine.last_url(database, machine_id, row.profile_id)  # its ledger may have moved since
        _make(work, events.ProfileCreated(**as_profile(row._replace(url=url))._asdict()))
    _active_profile(work, then, rows_then)
    for key in rows_now:
        new = change.catalog.profile_by_id(key)  # by the name it has by now
        if new is not None and key not in rows_then:
            _make(work, events.ProfileDeleted(**new._asdict()))
    for row in rows_then.values():
        _profile(work, then, row)
    change.go_on_in(work.reading().active.profile)


def _active_profile(work: OpenChange, then: Snapshot, rows_then: dict[str, ProfileRow]) -> None:
    """Chooses the profile that was active, if it is there already."""
    _, change = work.now

    def choice(profile_id: str | None) -> Choice | None:
        profile = change.catalog.profile_by_id(profile_id) if profile_id else None
        return profile_choice(profile) if profile else None

    was = machine.active_profile(then.connection, then.machine_id, then.at(then.machine_id))
    old, new = choice(change.catalog.active_profile()), choice(was)
    if new is not None:
        _make(work, events.ProfileActivated(old=old, new=new))
    repository, repository_then = change.catalog.repository_here(), then.active.repository
    if (
        repository
        and repository_then
        and repository_then.profile_id in rows_then
        and repository.profile_id != repository_then.profile_id
    ):
        before, after = choice(repository.profile_id), choice(repository_then.profile_id)
        if before is not None and after is not None:
            chosen = stack_choice(repository.stack_id, change.catalog)
            _make(
                work,
                events.RepositoryProfileActivated(
                    old=before, new=after, repository_id=repository.repository_id, path=repository.path
                ),
            )
            _make(
                work,
                events.RepositoryStackActivated(
                    old=chosen, new=None, repository_id=repository.repository_id, path=repository.path
                ),
            )


def _make(work: OpenChange, event: DomainEvent) -> None:
    work.execute(commands.Make(event, RESTORE))

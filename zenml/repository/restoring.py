"""Making a profile, a few things or everything as it was, within a change that is open."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zenml.domain import commands, events
from zenml.domain.choices import existing_stack, stack_choice
from zenml.domain.errors import InvalidValueError, NotAllowedError, ProfileNotFoundError
from zenml.domain.events import Choice, DomainEvent
from zenml.domain.missing import missing_thing
from zenml.domain.profiles import profile_choice
from zenml.ledger.catalog import as_profile
from zenml.ledger.going_back import Contents, Named, contents, go_back, names_back
from zenml.ledger.meant import Target, about
from zenml.projections import machine
from zenml.projections.vouching import check_past
from zenml.repository.points import find_point, said
from zenml.repository.reading import Reading
from zenml.repository.sides import place

if TYPE_CHECKING:
    from datetime import datetime

    from zenml.projections.machine import ProfileRow
    from zenml.repository.open_change import OpenChange


def restore(writing: OpenChange, to: str | datetime, only: Sequence[str], *, everything: bool) -> None:
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
    now = writing.reading()
    profile = now.active.profile
    with about(_meant(now, only, everything=everything)):
        _restore(writing, now, profile, to, only, everything=everything)


def _meant(now: Reading, only: Sequence[str], *, everything: bool) -> Target | None:
    """Returns what is to be as it was, if that is one thing."""
    profile = now.active.profile
    if len(only) == 1:
        kind, component_type, name = place(only[0], now)
        return Target("restore", "stack" if kind == "stack" else component_type, name)
    if only or everything or profile is None:
        return None
    return Target("restore", "profile", profile.name, profile.profile_id)


def _restore(
    writing: OpenChange,
    now: Reading,
    profile: ProfileRow | None,
    to: str | datetime,
    only: Sequence[str],
    *,
    everything: bool,
) -> None:
    point = find_point(now.connection, now.ledger_id, to)
    then = Reading(now.connection, now.machine_id, now.root, point=point)
    writing.point = point.change.change_id
    check_past(then.connection, then.machine_id, then.at(then.machine_id))
    if everything:
        _everything(writing, now, then)
        return
    if profile is None or not then.at(profile.profile_ledger_id):
        raise ProfileNotFoundError(
            f"Profile '{profile.name if profile else ''}' did not exist at {said(now.connection, point)}.",
            'Run "zenml history --reverse" to see how it began.',
        )
    if only:
        _some(writing, then, profile, only)
    else:
        _name(writing, then, profile)
        _profile(writing, then, profile)


def _some(writing: OpenChange, then: Reading, profile: ProfileRow, only: Sequence[str]) -> None:
    _, change = writing.now
    is_now, was = _ends(then, profile)
    ids: set[str] = set()
    for thing in only:
        found = {key for it in (was, is_now) for key in _ids(it, *place(thing, then))}
        if found and not any(key in was.stacks or key in was.components for key in found):
            raise _made_since(then, thing)
        if not found:
            known = [it for side in (was, is_now) for it in _places(side)]
            raise missing_thing(f"{thing} does not exist, and did not exist then.", place(thing, then), known)
        held = {part for key in found & was.stacks.keys() for part in was.stacks[key].components.values()}
        ids |= found | held
    go_back(change, is_now.of(ids), was.of(ids))


def _made_since(then: Reading, thing: str) -> NotAllowedError:
    """Returns the error that something alone is to be as it was before it was there: deleting is said plainly."""
    kind, component_type, name = place(thing, then)
    command = "stack" if kind == "stack" else component_type.replace("_", "-")
    assert then.point is not None
    return NotAllowedError(
        f"{thing} did not exist at {said(then.connection, then.point)}, so restoring it would delete it.",
        f'Run "zenml {command} delete {shlex.quote(name)}" if that is what you want.',
    )


def _ids(it: Contents, kind: str, component_type: str, name: str) -> list[str]:
    if kind == "stack":
        return [key for key, stack in it.stacks.items() if stack.name == name]
    return [
        key for key, part in it.components.items() if (part.component_type, part.name) == (component_type, name)
    ]


def _places(it: Contents) -> list[tuple[str, str, str]]:
    """Returns kind, type and name of all there is."""
    parts = [("component", part.component_type, part.name) for part in it.components.values()]
    return [*(("stack", "", stack.name) for stack in it.stacks.values()), *parts]


def _ends(then: Reading, profile: ProfileRow) -> tuple[Contents, Contents]:
    """Returns what a profile has and what it had."""
    ledger_id = profile.profile_ledger_id
    check_past(then.connection, ledger_id, then.at(ledger_id))
    return contents(then.connection, ledger_id), contents(then.connection, ledger_id, then.at(ledger_id))


def _name(writing: OpenChange, then: Reading, profile: ProfileRow) -> None:
    """Gives a profile the name it had, unless another one has it now: what it has comes back all the same."""
    there_was = machine.profiles(then.connection, then.machine_id, then.at(then.machine_id))
    was = next((it.name for it in there_was if it.profile_id == profile.profile_id), profile.name)
    if was == profile.name:
        return
    if writing.now[1].catalog.profile(was) is not None:
        writing.say(f"The profile keeps its name '{profile.name}': another one is called '{was}' now.")
        return
    _back(writing, _renamed(profile.profile_id, was, profile.name))


def _renamed(profile_id: str, old: str, new: str) -> events.ProfileRenamed:
    return events.ProfileRenamed(profile_id=profile_id, old_name=old, new_name=new)


def _profile(writing: OpenChange, then: Reading, profile: ProfileRow) -> None:
    """Makes a profile as it was: what it has, and which of its stacks is active."""
    _, change = writing.now
    before = change.catalog.profile_row
    change.go_on_in(profile)
    is_now, was = _ends(then, profile)
    go_back(change, is_now, was, lambda: _active_stack(writing, then, profile, was))
    change.go_on_in(before)


def _active_stack(writing: OpenChange, then: Reading, profile: ProfileRow, was: Contents) -> None:
    """Chooses the stack of a profile that was chosen, for the machine and for the repository one is in."""
    _, change = writing.now
    at, profile_id, catalog = then.at(then.machine_id), profile.profile_id, change.catalog
    chosen = machine.active_stacks(then.connection, then.machine_id, at).get(profile_id)
    if chosen in was.stacks:
        old, new = existing_stack(chosen, catalog), stack_choice(catalog.active_stack(profile_id), catalog)
        _back(
            writing,
            events.StackActivated(profile_id=profile_id, profile_name=profile.name, old=old, new=new),
        )
    here, known = catalog.repository_here(), then.active.repository
    if here and here.profile_id == profile_id:
        # where the repository had not chosen in this profile yet, the machine's choice counted
        its_own = known.stack_id if known and known.profile_id == profile_id else chosen
        old, new = existing_stack(its_own, catalog), stack_choice(here.stack_id, catalog)
        _back(
            writing,
            events.RepositoryStackActivated(old=old, new=new, repository_id=here.repository_id, path=here.path),
        )


def _everything(writing: OpenChange, now: Reading, then: Reading) -> None:
    """Makes all profiles and what is active as they were; other repositories keep what their files say."""
    database, machine_id, at = now.connection, now.machine_id, then.at(now.machine_id)
    there_is = {it.profile_id: it for it in machine.profiles(database, machine_id)}
    there_was = {it.profile_id: it for it in machine.profiles(database, machine_id, at)}
    gone = [it for key, it in there_was.items() if key not in there_is]
    _, change = writing.now
    named = Named(
        {key: ("", it.name) for key, it in there_is.items()},
        {key: ("", it.name) for key, it in there_was.items()},
        _renamed,
    )
    names_back(change, named)
    for it in gone:
        _back(writing, events.ProfileDeleted(**as_profile(it)._asdict()))
    _active_profile(writing, then, there_was)
    for key in there_is:
        new = change.catalog.profile_by_id(key)  # by the name it has by now
        if new is not None and key not in there_was:
            _back(writing, events.ProfileCreated(**new._asdict()))
    for it in there_was.values():
        _profile(writing, then, it)
    change.go_on_in(writing.reading().active.profile)


def _active_profile(writing: OpenChange, then: Reading, there_was: dict[str, ProfileRow]) -> None:
    """Chooses the profile that was active, if it is there already."""
    _, change = writing.now

    def choice(profile_id: str | None) -> Choice | None:
        found = change.catalog.profile_by_id(profile_id) if profile_id else None
        return profile_choice(found) if found else None

    was = machine.active_profile(then.connection, then.machine_id, then.at(then.machine_id))
    old, new = choice(was), choice(change.catalog.active_profile())
    if old is not None:
        _back(writing, events.ProfileActivated(old=old, new=new))
    here, known = change.catalog.repository_here(), then.active.repository
    if here and known and known.profile_id in there_was and here.profile_id != known.profile_id:
        before, after = choice(known.profile_id), choice(here.profile_id)
        if before is not None and after is not None:
            chosen = stack_choice(here.stack_id, change.catalog)
            _back(
                writing,
                events.RepositoryProfileActivated(
                    old=before, new=after, repository_id=here.repository_id, path=here.path
                ),
            )
            _back(
                writing,
                events.RepositoryStackActivated(
                    old=None, new=chosen, repository_id=here.repository_id, path=here.path
                ),
            )


def _back(writing: OpenChange, event: DomainEvent) -> None:
    writing.execute(commands.Revert(event))

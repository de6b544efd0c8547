"""Taking changes back: the inverse of each event, last one first, under the rules of any command."""

from __future__ import annotations

from typing import cast

from zenml.domain.change_ids import is_prefix
from zenml.domain.commands import Revert
from zenml.domain.errors import (
    ChangeNotFoundError,
    ConflictError,
    LedgerError,
    NotAllowedError,
    ProfileNotFoundError,
)
from zenml.domain.events import ChangeBegan, DomainEvent, ProfileCreated
from zenml.ledger.change import ChangeInProgress
from zenml.ledger.ledger import LockedLedger
from zenml.projections import history, machine
from zenml.projections.history import ChangeRow, Context
from zenml.projections.machine import ProfileRow


def find_change(locked: LockedLedger, prefix: str) -> ChangeRow:
    """Returns the change whose id begins with these letters.

    Raises:
        ChangeNotFoundError: There is none, or more than one.
    """
    found = history.find(locked.transaction.database, prefix) if is_prefix(prefix) else []
    if len(found) == 1:
        return found[0]
    hint = 'Run "zenml history --all" to see the changes.'
    if not found:
        raise ChangeNotFoundError(f"There is no change '{prefix}'.", hint)
    raise ChangeNotFoundError(f"More than one change begins with '{prefix}'.", "Give more letters of it.")


def newest_mine(
    locked: LockedLedger, context: Context, actor: str, terminal: str, *, any_actor: bool = False
) -> ChangeRow | None:
    """Returns the change that plain undo takes back: my newest one that is in effect.

    Raises:
        NotAllowedError: It was made in another session; work of another terminal is not undone by accident.
    """
    database = locked.transaction.database
    found = history.newest_undoable(database, context, actor, any_actor=any_actor)
    if found is not None and found.session != terminal and not any_actor:
        name = history.short(database, found.letters)
        raise NotAllowedError(
            f"Your newest change {name} ({found.summary}) was made in another session.",
            f'Run "zenml undo {name}" to undo it all the same.',
        )
    return found


def take_back(locked: LockedLedger, change: ChangeInProgress, target: ChangeRow) -> None:
    """Executes what takes a change back.

    Raises:
        ConflictError: Something came later that it would destroy; nothing may be kept of the attempt.
        NotAllowedError: It is the first run, without which there would be no profile at all.
    """
    if target.kind == "init":
        name = history.short(locked.transaction.database, target.letters)
        raise NotAllowedError(
            f"Change {name} ({target.summary}) is the first run, which cannot be undone.",
            'Run "zenml history" to see the other changes.',
        )
    in_use = change.catalog.profile_row
    try:
        for ledger_id, event in reversed(_events(locked, target)):
            in_machine = ledger_id == locked.machine_id
            change.go_on_in(in_use if in_machine else _profile(locked, ledger_id))
            change.execute(Revert(event))
    except LedgerError as error:
        raise _conflict(locked, target, error) from error
    finally:
        change.go_on_in(in_use)


def _events(locked: LockedLedger, target: ChangeRow) -> list[tuple[str, DomainEvent]]:
    """Returns the events of a change in the order they were decided, each with its ledger.

    The contents of a profile that the change made are left out: they stay in their ledger, and only
    the machine's reference to it is taken back.
    """
    waiting: dict[str, list[DomainEvent]] = {}
    runs: list[tuple[str, int]] = []
    for ledger_id, position, count in history.parts(locked.transaction.database, target.change_id):
        began, *events = locked.transaction.events(ledger_id, position, position + count)
        waiting[ledger_id] = cast("list[DomainEvent]", events)
        runs = [(part.ledger_id, part.count) for part in cast("ChangeBegan", began).parts]
    made = {
        event.profile_ledger_id
        for events in waiting.values()
        for event in events
        if isinstance(event, ProfileCreated)
    }
    ordered: list[tuple[str, DomainEvent]] = []
    for ledger_id, count in runs:
        run, waiting[ledger_id] = waiting[ledger_id][:count], waiting[ledger_id][count:]
        if ledger_id not in made:
            ordered.extend((ledger_id, event) for event in run)
    return ordered


def _profile(locked: LockedLedger, ledger_id: str) -> ProfileRow:
    """Returns the profile that has a ledger now: it may have been deleted since, or come back just before."""
    for row in machine.profiles(locked.transaction.database, locked.machine_id):
        if row.profile_ledger_id == ledger_id:
            return row
    raise ProfileNotFoundError(
        "Its profile was deleted since.", 'Run "zenml history --all", and undo the deletion first.'
    )


def _conflict(locked: LockedLedger, target: ChangeRow, error: LedgerError) -> ConflictError:
    database = locked.transaction.database
    name = history.short(database, target.letters)
    later = history.later_writer(database, target)
    message = f"Change {name} ({target.summary}) cannot be undone: {error.message}"
    if later is None:
        return ConflictError(message, error.hint)
    other = history.short(database, later.letters)
    who = f" by {later.actor}" if later.actor else ""
    return ConflictError(
        f"{message} Change {other} ({later.summary}) came later{who}, at {later.time[:19]}Z.",
        f'Run "zenml undo {other}" first.',
    )

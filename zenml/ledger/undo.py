"""Undoing changes: the inverse of each event, last one first, under the rules of any command."""

from __future__ import annotations

from zenml.domain.commands import Revert
from zenml.domain.errors import (
    DamagedLedgerError,
    LedgerError,
    NewerFormatError,
    NotAllowedError,
    ProfileNotFoundError,
)
from zenml.domain.events import DomainEvent, ProfileCreated
from zenml.domain.records import Record
from zenml.ledger.change import ChangeBuilder
from zenml.ledger.conflicts import MetError, conflict, find_blocking, insert_before, newest_first
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.never_undone import never_undone
from zenml.ledger.reach import host_named
from zenml.ledger.recorded import recorded
from zenml.projections import machine
from zenml.projections.machine import ProfileRow
from zenml.projections.timeline import history, writers
from zenml.projections.timeline.history import ChangeRow
from zenml.projections.timeline.undoable import ActorFilter

_MOST = 1000
"""Changes that are undone together at the most, so that looking for what is in the way ends."""


class _LookedError(Exception):
    """Ends an attempt that was only made to see what would have to be undone too."""


def revert(
    locked: LockedLedger,
    change: ChangeBuilder,
    targets: list[ChangeRow],
    mine: ActorFilter,
    *,
    cascade: bool = False,
    redo: bool = False,
) -> list[ChangeRow]:
    """Executes what undoes changes, newest first, and returns those of which there was something to undo.

    What is in the way is looked for by trying: the change behind the first conflict is undone too, then
    the one behind the next, until nothing is in the way. With ``cascade`` that is what happens; without,
    it is what the conflict names. With ``redo`` that goes for the changes that undos are to bring back.

    Raises:
        UndoConflictError: Something came later that this would destroy; nothing of the attempt is kept.
        NotAllowedError: One is the first run, without which there would be no profile at all, an export or a move.
    """
    database, planned = locked.transaction.database, newest_first(targets)
    in_use = change.catalog.profile_row
    met: list[tuple[MetError, list[ChangeRow]]] = []
    reordered: list[ChangeRow] = []
    while True:
        try:
            with change.whole():
                taken = [row for row in planned if _revert_one(locked, change, row, in_use)]
                if len(planned) > len(targets) and not cascade:
                    raise _LookedError
            return taken
        except _LookedError:
            break
        except MetError as error:
            blocking = find_blocking(database, error)
            met.append((error, blocking))
            after = planned[planned.index(error.target) :]
            more = [row for row in blocking if row not in planned or (row in after and row not in reordered)]
            reordered += more
            if not more or len(planned) > _MOST:
                planned = targets  # no undo helps: what the rule itself advises is all there is to say
                break
            planned = insert_before(planned, error.target, more)
        finally:
            change.go_on_in(in_use)
    given = {row.change_id for row in targets}
    later = [row for row in planned if row.change_id not in given]
    raise conflict(database, *met[0], later, mine, redo=redo) from met[0][0]


def _revert_one(locked: LockedLedger, change: ChangeBuilder, target: ChangeRow, in_use: ProfileRow | None) -> bool:
    """Executes what undoes a change, and returns whether anything of it was still there to be undone."""
    database, before = locked.transaction.database, len(change.events)
    refused = never_undone(database, target)
    if refused is not None:
        raise refused
    events = _events(locked, change, target)
    try:
        for ledger_id, event in reversed(events):
            in_machine = ledger_id == locked.machine_id
            change.go_on_in(in_use if in_machine else _profile(locked, ledger_id))
            change.execute(Revert(event), within_whole=True)
    except (DamagedLedgerError, NewerFormatError):
        raise
    except LedgerError as error:
        raise MetError(target, error) from error
    return len(change.events) > before


def _events(locked: LockedLedger, change: ChangeBuilder, target: ChangeRow) -> list[tuple[str, DomainEvent]]:
    """Returns the events of a change without the contents of a profile that it made.

    They stay in their ledger: only the machine's reference to it is removed. A member elsewhere takes back what
    was done in the profile, and nothing that was done on this machine.

    Raises:
        NewerFormatError: Some of them are not shown, because a newer version wrote to their ledger.
        NotAllowedError: It made a shared profile on another machine, and nothing else is here.
    """
    stored = recorded(locked.transaction, target.change_id)
    for ledger_id in stored.not_shown:
        locked.transaction.head(ledger_id)
    created = [event for _, event in stored.events if isinstance(event, ProfileCreated)]
    made = stored.begun.union(event.profile_ledger_id for event in created)
    events = [(ledger_id, event) for ledger_id, event in stored.events if ledger_id not in made]
    away = bool(stored.elsewhere)
    if change.catalog.is_of_a_member:
        profile_ledger = change.catalog.profile_used.profile_ledger_id
        away = away or any(ledger_id != profile_ledger for ledger_id, _ in events)
        events = [(ledger_id, event) for ledger_id, event in events if ledger_id == profile_ledger]
    if stored.begun and away and not events:
        raise _begun_elsewhere(locked, target, min(stored.begun))
    return events


def _begun_elsewhere(locked: LockedLedger, target: ChangeRow, ledger_id: str) -> NotAllowedError:
    """Returns the error that another machine made a profile, which only that one can undo."""
    database = locked.transaction.database
    name = machine.profile_name(database, locked.machine_id, ledger_id)
    change = f"Change {history.short(database, target.letters)} ({history.describe(database, target)})"
    return NotAllowedError(
        f"{change} made this profile on {host_named(target.host)}, so it cannot be undone here.",
        code="begun_elsewhere" if name else "gone_since",
        profile=name or "",
    )


def _profile(locked: LockedLedger, ledger_id: str) -> ProfileRow:
    """Returns the profile that has a ledger now: it may have been deleted since, or come back just before."""
    database = locked.transaction.database
    profile = machine.profile_of_ledger(database, locked.machine_id, ledger_id)
    if profile is not None:
        return profile
    profile_id = writers.profile_of(database, ledger_id)
    records = (Record("profile", (profile_id,)),) if profile_id else ()
    raise ProfileNotFoundError("Its profile no longer exists.", records=records, code="gone_since")

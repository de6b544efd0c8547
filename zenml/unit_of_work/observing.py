"""What a repository's file says and no record has: recorded before the change, as done by somebody outside."""

from __future__ import annotations

from collections.abc import Callable

from zenml.active import Began, Observed, zen_file
from zenml.active.recorded import known_repository
from zenml.domain.commands import ObserveRepository
from zenml.domain.events import Kind
from zenml.ledger.change import ChangeHeader
from zenml.ledger.ids import new_id
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.origin import Origin
from zenml.snapshot.snapshot import Snapshot


def observe(
    locked: LockedLedger,
    snapshot: Snapshot,
    who: Origin,
    kind: Kind,
    *,
    chooses: bool,
    notify: Callable[[str], None],
) -> Began | None:
    """Records what is new in the file of the repository one is in.

    Args:
        locked: The ledger.
        snapshot: What there is under its lock.
        who: Who makes the change that is about to begin.
        kind: What kind of change that is.
        chooses: Whether it is made to choose what is active in the repository.
        notify: Called if the file was changed by hand.

    Returns:
        How the repository is recorded when the change begins; None if it is not, or one is in none.
    """
    root, before = snapshot.root, snapshot.active.repository
    if root is None:
        return None
    observed = _new_in_file(snapshot, kind, chooses=chooses)
    if observed is not None:
        repository_id = before.repository_id if before else new_id()
        is_recorded = _record(locked, observed, repository_id, root, who)
        if is_recorded and before is not None:
            notify(f"{zen_file.path(root)} was changed by hand; this is recorded.")
    row = known_repository(locked.transaction.database, locked.machine_id, root)
    return Began(row, snapshot.active.agrees or observed is not None) if row else None


def _new_in_file(snapshot: Snapshot, kind: Kind, *, chooses: bool) -> Observed | None:
    """Returns what is to be recorded of the repository's choice before the change; None if nothing is."""
    active = snapshot.active
    if active.observed is not None:
        return active.observed
    # what is undone or redone may be that this folder is a repository: then it is not made one before
    if active.repository is None and not active.legacy and kind not in ("undo", "redo"):
        profile = active.profile or snapshot.machine_profile
        if profile is not None:
            return Observed(profile.profile_id, None)  # a folder without a usable file
    return active.instead if chooses else None


def _record(locked: LockedLedger, observed: Observed, repository_id: str, root: str, who: Origin) -> bool:
    """Records it as a separate change. Returns whether there was something to record."""
    change = locked.begin(None, None)
    path = change.sealer.salted(root)
    change.execute(ObserveRepository(repository_id, path, observed.profile_id, observed.stack_id))
    outside = who._replace(
        actor="unknown",
        actor_kind="external",
        known_by="file",
        command=None,
        reason=None,
        system_user=None,
    )
    return locked.finish(change, ChangeHeader("outside", outside)) is not None

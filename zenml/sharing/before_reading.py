"""Following a shared profile for commands that read: they go on with what is here if its database is silent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from zenml.domain.errors import LedgerError
from zenml.domain.notices import Notice
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import stored_heads
from zenml.projections.database import open_still
from zenml.projections.machine import ProfileRow
from zenml.projections.stored_heads import HeadRow
from zenml.sharing import confirmations
from zenml.sharing.places import READING_PATIENCE, shared_ledger
from zenml.stores.rest.places import ServicePlace


def follow_before_reading(
    config_directory: str,
    ledger_path: str,
    profile: ProfileRow,
    keyring: Keyring,
    progress: Callable[[int, int], None] = lambda done, total: None,
    let_go: Callable[[], None] = lambda: None,
) -> bool:
    """Brings a shared profile up to date, if its database answers; else notes that it does not.

    Args:
        config_directory: The configuration folder.
        ledger_path: This machine's file.
        profile: The profile.
        keyring: Opens the profile's URL.
        progress: Called with the number of events that came, and of those there are.
        let_go: Called before anything is brought: who still looks at the file as it was keeps in its log what
            others took out.

    Returns:
        Whether something may be new here.
    """
    try:
        with open_still(ledger_path) as database:
            shared = shared_ledger(database, keyring, profile)
            head = stored_heads.head(database, profile.profile_ledger_id)
        if (
            isinstance(shared.place, ServicePlace)
            and head is not None
            and _has_nothing_new(shared.place, profile.profile_ledger_id, head)
        ):
            confirmations.confirm(config_directory, profile.profile_ledger_id)
            return False
        from zenml.sharing.following import follow  # most find nothing to follow

        let_go()
        opened = shared.open(config_directory, ledger_path, patience=READING_PATIENCE, progress=progress)
        with closing(opened) as store:
            follow(store, config_directory, profile.profile_ledger_id)
    except LedgerError as error:
        confirmations.fail(config_directory, profile.profile_ledger_id, error)
    return True


def _has_nothing_new(place: ServicePlace, ledger_id: str, head: HeadRow) -> bool:
    """Asks a service whether there is anything new, before what a store takes is imported: there seldom is."""
    from zenml.stores.rest.service import RestService

    if not (isinstance(head.size, int) and isinstance(head.frontier, bytes)):
        return False  # what is here is damaged, and is brought again
    with closing(RestService(place, READING_PATIENCE, ledger_id)) as service:
        return service.has_nothing_new(ledger_id, head.size, head.frontier)


def not_confirmed(config_directory: str, profile: ProfileRow, runs_ledger_id: str | None = None) -> Notice | None:
    """Returns the sentence that a shared profile is shown as it was; None if it is known to be up to date.

    Args:
        config_directory: The configuration folder.
        profile: The profile.
        runs_ledger_id: The ledger of its runs that is meant; None for its own.
    """
    known = confirmations.read(config_directory, runs_ledger_id or profile.profile_ledger_id)
    if not known.failed > known.confirmed:
        return None
    shown = "only what is on this machine is shown"
    if known.confirmed:
        time = datetime.fromtimestamp(known.confirmed, UTC).astimezone()
        shown = f"it is shown as of {time:%Y-%m-%d %H:%M:%S}"
    sentence = f"Profile '{profile.name}' may have changed since: {shown}. {known.problem}"
    return Notice(sentence, known.code, **{**(known.values or {}), "profile": profile.name})

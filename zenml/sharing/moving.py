"""Moving a profile: what it takes, as far as that is known before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from zenml import paths
from zenml.custody import remembered_heads
from zenml.domain.errors import NotAllowedError
from zenml.domain.events import ProfileMoved, StoreType
from zenml.domain.values import read_setting
from zenml.evidence.key_rows import LOCAL as LOCAL_KEY
from zenml.ledger.change import ChangeHeader
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.origin import Origin
from zenml.ledger.secrets.noting import notes_of
from zenml.ledger.secrets.rewrapping import rewrapped
from zenml.projections import machine, stored_events
from zenml.projections.database import machine_ledger
from zenml.projections.settings import display_value
from zenml.sharing.places import PATIENCE, shared_ledger
from zenml.snapshot import urls
from zenml.stores.mapping import to_event
from zenml.stores.rest.places import REST, ServicePlace
from zenml.stores.shared.moved import on_machine
from zenml.stores.shared.moving import Journey, LedgerMove
from zenml.stores.shared.pending import PendingParts
from zenml.stores.shared_database.places import SharedPlace, read_place

if TYPE_CHECKING:
    from zenml.ledger.secrets.keyring import Keyring
    from zenml.projections.database import Database
    from zenml.projections.machine import ProfileRow
    from zenml.stores.protocol import KeyRow, Store, StoreTransaction

LOCAL = "local"
"""Where a profile goes that becomes this machine's own, as people type it."""


class ProfileMove(NamedTuple):
    """A profile that is to be in another place.

    Attributes:
        profile: The profile as it is now.
        left: The shared database that it leaves; None if it is this machine's own.
        new: The shared database that it comes to; None if it becomes this machine's own.
        url: Its URL there.
        moved_to: What the row in the database that it leaves is to say.
        recorded: Whether it was this machine that moved it to where it is now.
    """

    profile: ProfileRow
    left: SharedPlace | None
    new: SharedPlace | None
    url: str
    moved_to: str
    recorded: bool

    @property
    def store_type(self) -> StoreType:
        """In what kind of store it is to be."""
        return "local" if self.new is None else "sql"

    @property
    def is_there(self) -> bool:
        """Whether it is said to be there already."""
        if self.left is None or self.new is None:
            return self.left is self.new
        return self.left.without_login == self.new.without_login

    def opened(
        self,
        config_directory: str,
        ledger_path: str,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> LedgerMove:
        """Opens the places. Nothing is asked yet.

        Raises:
            NotAllowedError: A change of the profile is still to be finished on this machine.
        """
        ledger_id, folder = self.profile.profile_ledger_id, paths.pending_folder(config_directory)
        if any(part.shared_ledger_id == ledger_id for part in PendingParts(folder).parts()):
            raise NotAllowedError(
                f"A change of profile '{self.profile.name}' is not finished on this machine yet.",
                code="not_finished",
            )
        return LedgerMove(
            Journey(ledger_path, ledger_id, self.left, self.new, self.moved_to, folder, PATIENCE, progress)
        )

    def prepare(self, move: LedgerMove, config_directory: str) -> None:
        """Brings everything to the new place that is not there yet. Raises as `LedgerMove.prepare`."""
        seen = remembered_heads.remembered(config_directory).get(self.profile.profile_ledger_id)
        move.prepare(seen.size if seen else 0)

    def store(self, move: LedgerMove, who: Origin, keyring: Keyring) -> Store:
        """Returns the store in which the change is made that records the move.

        The key of a ledger that is shared stays the same in another database: those who have it go on using it.
        """
        ledger_id = self.profile.profile_ledger_id
        if self.left is not None and self.new is not None:
            return move.store(None, None)

        def keys(database: Database) -> list[KeyRow]:
            if self.new is None:
                return rewrapped(database, ledger_id, keyring.profile_key(ledger_id), keyring.machine)
            return rewrapped(database, ledger_id, keyring.machine, keyring.make(ledger_id))

        def key_check() -> bytes:
            return keyring.make(ledger_id).check_value(ledger_id)

        def note(transaction: StoreTransaction, rows: list[KeyRow]) -> None:
            locked = LockedLedger(transaction, keyring, frozenset)
            change = locked.begin(None, None)
            for command in notes_of(ledger_id, LOCAL_KEY, rows):
                change.execute(command, ledger_id)
            locked.finish(change, ChangeHeader("evidence", who))

        # in a database it is noted once the ledger is in use there: a move that is cut short before leaves the
        # ledger in use here, and what it goes on with would not follow on a note that is there already
        return move.store(keys, None, note) if self.new is None else move.store(keys, key_check)


def profile_move(
    database: Database, keyring: Keyring, config_directory: str, profile: ProfileRow, to: str
) -> ProfileMove:
    """Returns what it takes to move a profile.

    Args:
        database: This machine's ledgers.
        keyring: Opens the URL of the profile.
        config_directory: The configuration folder.
        profile: The profile.
        to: The URL of the database that it comes to, or `LOCAL`.

    Raises:
        InvalidValueError: The URL cannot be read.
        NotAllowedError: A service keeps the profile, or is where it is to be; or it has another name here.
        LedgerError: The profile's present URL cannot be read.
    """
    if profile.store_type == REST:
        raise NotAllowedError(
            f"Profile '{profile.name}' is kept by a service, and is moved where that runs.",
            code="service_keeps_it",
            profile=profile.name,
        )
    if to.lower().startswith(("http://", "https://")):
        raise NotAllowedError(
            f"Profile '{profile.name}' is not moved to a service: it is served where it is.",
            code="moved_to_service",
            profile=profile.name,
        )
    machine_id = machine_ledger(database) or ""
    _check_one_name(machine.profiles(database, machine_id), profile)
    new = None if to == LOCAL else read_place(to)
    left = shared_ledger(database, keyring, profile).place if profile.is_shared else None
    assert not isinstance(left, ServicePlace)
    if new is None:
        others = [str(display_value(row.url) or "") for row in machine.profiles(database, machine_id)]
        url, moved_to = (
            urls.local_profile_url(config_directory, profile.name, None, others),
            on_machine(machine_id),
        )
    else:
        url, moved_to = new.url, new.without_login
    return ProfileMove(profile, left, new, url, moved_to, _was_moved_here(database, machine_id, profile))


def _check_one_name(profiles: list[ProfileRow], profile: ProfileRow) -> None:
    """Makes sure that no other profile of this machine has the same ledger: it would be left in a wrong place."""
    names = [row for row in profiles if row.profile_ledger_id == profile.profile_ledger_id]
    if len(names) > 1:
        first, *others = sorted(names, key=lambda row: row.is_second_name)
        raise NotAllowedError(
            f"Profile '{first.name}' is not moved while it has another name here: '{others[0].name}'.",
            code="two_names",
            profile=others[0].name,
        )


def cut_off(ledger_path: str, ledger_id: str, keyring: Keyring) -> Store:
    """Returns the store of a throw-away copy, in which a change is made that gives it a shared ledger for its own.

    The ledger is whole in the copy; the database that others use hears nothing of it.
    """

    def keys(database: Database) -> list[KeyRow]:
        key = keyring.profile_key(ledger_id)
        return rewrapped(database, ledger_id, key, keyring.machine) if key.is_there else []

    return LedgerMove(Journey(ledger_path, ledger_id, None, None, "", "", PATIENCE)).store(keys, None)


def _was_moved_here(database: Database, machine_id: str, profile: ProfileRow) -> bool:
    """Tells whether a profile's place is the one that this machine moved it to."""
    last = None
    for row in stored_events.events(database, machine_id, topics=(ProfileMoved.TOPIC,)):
        event = to_event(row.topic, row.text)
        if isinstance(event, ProfileMoved) and event.profile_id == profile.profile_id:
            last = event.new
    return last is not None and last == read_setting(profile.url)

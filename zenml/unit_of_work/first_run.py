"""The first run on a machine: it makes the profile ``default``, and takes in what an earlier program left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from zenml import paths
from zenml.domain.commands import ActivateProfile
from zenml.ledger.change import ChangeHeader
from zenml.ledger.origin import Origin, origin
from zenml.unit_of_work import notes
from zenml.unit_of_work.follow_up import follow_up
from zenml.unit_of_work.new_profiles import DEFAULT, make_profile

if TYPE_CHECKING:
    from zenml.documents.found_profiles import FoundContents
    from zenml.domain.errors import LedgerError
    from zenml.ledger.ledger import Ledger, LockedLedger
    from zenml.projections.machine import ProfileRow
    from zenml.unit_of_work.new_profiles import MakeLocalPath, Notify
    from zenml.unit_of_work.open_change import OpenChange


class FirstImport(Protocol):
    """What an earlier program left, for the first run."""

    def find(self, config_directory: str) -> FoundContents | LedgerError | None:
        """Returns what is there, before the ledger is locked; the error, if it cannot be read."""
        ...

    def migrate(
        self,
        work: OpenChange,
        left: FoundContents | LedgerError,
        locked: LockedLedger,
        who: Origin,
        profile: ProfileRow,
    ) -> None:
        """Records it, when the default profile is there."""
        ...


class FirstRun:
    """The first run, which begins before there is a file, and a lock that others wait for: it looks what was left.

    Args:
        work: The change that is about to be made.
        first_import: What an earlier program left; None if nothing is to be taken in.
    """

    def __init__(self, work: OpenChange, first_import: FirstImport | None) -> None:
        self._work = work
        self._first_import = first_import
        self._left = first_import.find(work.request.config_directory) if first_import else None

    def record(self, ledger: Ledger) -> None:
        """Makes the default profile as a separate change: it stays, whatever becomes of the command."""
        work, request = self._work, self._work.request
        with ledger.locked() as locked:
            notes.before(request, locked.transaction)
            who = origin(request.words, request.root, None)
            profile = make_default_profile(locked, who, request.config_directory, work.say, work.make_local_path)
            if profile is not None and self._left is not None and self._first_import is not None:
                self._first_import.migrate(work, self._left, locked, who, profile)
        if not request.dry_run:
            follow_up(request, locked.transaction.database, None)
        work.show_sentences()


def make_default_profile(
    locked: LockedLedger,
    who: Origin,
    config_directory: str,
    notify: Notify,
    make_local_path: MakeLocalPath,
) -> ProfileRow | None:
    """Makes and activates the profile ``default``; None if the machine's ledger has begun already."""
    if locked.transaction.ledger("machine") is not None:
        return None
    notify("Creating default profile...")
    change = locked.begin(None, None)
    url = f"file://{paths.profile_directory(config_directory, DEFAULT)}"
    profile = make_profile(change, DEFAULT, url, notify, make_local_path)
    change.execute(ActivateProfile(DEFAULT, machine_wide=True))
    locked.finish(change, ChangeHeader("init", who))
    notify("Created and activated default profile.")
    return profile

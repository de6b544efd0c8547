"""The files of repositories that a change has to write: prepared before it is committed, moved after."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import partial
from typing import Literal

from zenml.active import zen_file
from zenml.active.recorded import is_recorded, known_repository
from zenml.active.renamed import Names, Renamed
from zenml.domain import events
from zenml.domain.values import Salted
from zenml.ledger.change import Change
from zenml.ledger.ids import new_change_id
from zenml.projections import machine, stacks
from zenml.projections.database import Database
from zenml.projections.machine import ProfileRow, RepositoryRow
from zenml.projections.settings import display_value

Chosen = Literal["profile", "stack"]


_CONCERNING = (
    events.RepositoryInitialized,
    events.RepositoryProfileActivated,
    events.RepositoryStackActivated,
    events.RepositoryRemoved,
    events.ProfileRenamed,
    events.StackRenamed,
)
"""What a change has in it if files of repositories are to follow it."""


class RepositoryFiles:
    """What is to be done to files if a change is committed."""

    def __init__(self) -> None:
        self._drafts: list[str] = []
        self._removed: list[str] = []
        self._prepared: set[str] = set()

    def prepare(self, database: Database, machine_id: str, change: Change) -> None:
        """Prepares the files of all repositories a change is about.

        Raises:
            NotAllowedError: A folder cannot be written.
        """
        if not any(isinstance(event, _CONCERNING) for event in change.events):
            return
        rows = {row.repository_id: row for row in machine.repositories(database, machine_id)}
        profiles = {row.profile_id: row for row in machine.profiles(database, machine_id)}
        renamed, chosen = Renamed(database, machine_id, change), self._chosen(rows, change)
        for row in rows.values():
            names = _names(database, row, profiles) if row.repository_id in chosen else renamed.names(row)
            root = display_value(row.path)
            if names is None or not root or not os.path.isdir(root):
                continue  # the folder was moved or removed: its choice is only history
            # a change whose program was slow or died moves its file before this one, never after
            zen_file.finish(root, partial(is_recorded, database))
            self._drafts.append(zen_file.prepare(root, *names, change.change_id))
            self._prepared.add(root)

    def settle(self, database: Database, machine_id: str, root: str, chosen: set[Chosen]) -> str | None:
        """Prepares a repository's file that does not say what was chosen, where that was on record already.

        Returns:
            What it will say then, in a sentence; None if it says it, or will after the change.

        Raises:
            NotAllowedError: The folder cannot be written.
        """
        row = known_repository(database, machine_id, root)
        profiles = {profile.profile_id: profile for profile in machine.profiles(database, machine_id)}
        names = _names(database, row, profiles) if row and root not in self._prepared else None
        if names is None or _says(root, names, chosen, database):
            return None
        # should the program die before the file is moved, the draft is left and the choice is made again
        self._drafts.append(zen_file.prepare(root, *names, new_change_id()))
        profile, stack = names
        return f"{zen_file.path(root)} now names profile '{profile}'" + (
            f" and stack '{stack}'." if stack else "."
        )

    def _chosen(self, rows: dict[str, RepositoryRow], change: Change) -> set[str]:
        """Returns the repositories that a change made a choice for; notes which are no longer repositories."""
        repository_ids: set[str] = set()
        for event in change.events:
            match event:
                case events.RepositoryRemoved():
                    if event.repository_id not in rows and isinstance(event.path, Salted):
                        self._removed.append(str(event.path.value))
                case (
                    events.RepositoryInitialized()
                    | events.RepositoryProfileActivated()
                    | events.RepositoryStackActivated()
                ):
                    repository_ids.add(event.repository_id)
                case _:
                    pass
        kept = {display_value(row.path) for row in rows.values()}
        self._removed = [root for root in self._removed if root not in kept]
        return repository_ids

    def commit(self) -> None:
        """Moves the prepared files into place; what cannot be moved now, the next command moves."""
        for draft in self._drafts:
            with contextlib.suppress(OSError):
                zen_file.commit(draft)
        for root in self._removed:
            zen_file.remove(root)

    @contextlib.contextmanager
    def kept_if_committed(self) -> Iterator[None]:
        """Removes the prepared files after an error inside, that is before the commit.

        After an error at or beyond it nobody here knows whether the change is recorded: the next command
        looks, and moves the files or leaves them.
        """
        try:
            yield
        except BaseException:
            for draft in self._drafts:
                zen_file.discard(draft)
            raise


def _says(root: str, names: Names, chosen: set[Chosen], database: Database) -> bool:
    """Tells whether a repository's file says what was chosen."""
    file = zen_file.read(root, partial(is_recorded, database))
    if file is None or file.problem:
        return False
    profile, stack = names
    if "stack" in chosen and file.stack_name != stack:
        return False
    # who chose a stack alone may leave the profile to the machine
    return file.profile_name == profile or (file.profile_name is None and "profile" not in chosen)


def _names(database: Database, row: RepositoryRow, profiles: dict[str, ProfileRow]) -> Names | None:
    """Returns the names of what a repository chose; None if its profile is gone."""
    profile = profiles.get(row.profile_id)
    if profile is None:
        return None
    stack = stacks.stack_by_id(database, profile.profile_ledger_id, row.stack_id) if row.stack_id else None
    return profile.name, stack.name if stack else None

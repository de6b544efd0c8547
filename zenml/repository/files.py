"""The files of repositories that a change has to write: prepared before it is committed, moved after."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial

from zenml.domain import events
from zenml.ledger.change import Change
from zenml.projections import machine, stacks
from zenml.projections.machine import RepositoryRow
from zenml.projections.settings import shown
from zenml.repository import zen_file
from zenml.repository.active import is_recorded


class RepositoryFiles:
    """What is to be done to files if a change is committed."""

    def __init__(self) -> None:
        self._drafts: list[str] = []
        self._removed: list[str] = []

    def prepare(self, database: sqlite3.Connection, machine_id: str, change: Change) -> None:
        """Prepares the files of all repositories a change is about.

        Raises:
            NotAllowedError: A folder cannot be written.
        """
        rows = {row.repository_id: row for row in machine.repositories(database, machine_id)}
        profiles = {row.profile_id: row for row in machine.profiles(database, machine_id)}
        recorded = partial(is_recorded, database)
        for row in self._concerned(rows, change, recorded):
            root, profile = shown(row.path), profiles.get(row.profile_id)
            if not root or not os.path.isdir(root) or profile is None:
                continue  # the folder was moved or removed: its choice is only history
            # a change whose program was slow or died moves its file before this one, never after
            zen_file.finish(root, recorded)
            stack = stacks.stack_by_id(database, profile.profile_ledger_id, row.stack_id) if row.stack_id else None
            self._drafts.append(
                zen_file.prepare(root, profile.name, stack.name if stack else None, change.change_id)
            )

    def _concerned(
        self, rows: dict[str, RepositoryRow], change: Change, recorded: Callable[[str], bool]
    ) -> list[RepositoryRow]:
        found: dict[str, RepositoryRow] = {}
        for event in change.events:
            match event:
                case events.RepositoryRemoved():
                    if event.repository_id not in rows and "v" in event.path.model_dump():
                        self._removed.append(shown(event.path.model_dump_json()))
                case (
                    events.RepositoryInitialized()
                    | events.RepositoryProfileActivated()
                    | events.RepositoryStackActivated()
                ):
                    if event.repository_id in rows:
                        found[event.repository_id] = rows[event.repository_id]
                case events.StackRenamed():
                    found.update(
                        {
                            row.repository_id: row
                            for row in rows.values()
                            if row.stack_id == event.stack_id and _says(row, event.old_name, recorded)
                        }
                    )
                case _:
                    pass
        kept = {shown(row.path) for row in rows.values()}
        self._removed = [root for root in self._removed if root not in kept]
        return list(found.values())

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


def _says(row: RepositoryRow, stack_name: str, recorded: Callable[[str], bool]) -> bool:
    """Tells whether a repository's file names a stack, and can be rewritten."""
    root = shown(row.path)
    file = zen_file.read(root, recorded) if root else None
    return file is not None and file.stack_name == stack_name and os.access(zen_file.path(root), os.W_OK)

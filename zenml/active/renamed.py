"""What the files of repositories have to say after profiles and stacks got other names."""

from __future__ import annotations

from functools import partial

from zenml.active import zen_file
from zenml.active.recorded import is_recorded
from zenml.domain import events
from zenml.ledger.change import Change
from zenml.projections import machine, stacks
from zenml.projections.database import Database
from zenml.projections.machine import RepositoryRow
from zenml.projections.settings import display_value

Names = tuple[str, str | None]
"""Of the profile and the stack in a repository's file."""


class Renamed:
    """What a change gave other names.

    Args:
        database: The views, the change included.
        machine_id: The machine's ledger.
        change: The change.
    """

    def __init__(self, database: Database, machine_id: str, change: Change) -> None:
        self._database, self._machine_id = database, machine_id
        self._profiles: dict[str, str] = {}  # by id: the name before the change
        self._stacks: dict[str, str] = {}  # the same
        for event in change.events:
            match event:
                case events.ProfileRenamed():
                    self._profiles.setdefault(event.profile_id, event.old_name)
                case events.StackRenamed():
                    self._stacks.setdefault(event.stack_id, event.old_name)
                case _:
                    pass
        there = machine.profiles(database, machine_id) if self._profiles or self._stacks else []
        self._now = {row.profile_id: row for row in there}
        unchanged = {
            row.name: row.profile_id for row in self._now.values() if row.profile_id not in self._profiles
        }
        self._before = {**unchanged, **{name: key for key, name in self._profiles.items() if key in self._now}}

    def names(self, row: RepositoryRow) -> Names | None:
        """Returns the names that a repository's file is to have; None if they stay, or if it cannot be written.

        What the file says counts: it may have been edited since it was recorded.
        """
        root = display_value(row.path)
        if not root or not (self._profiles or row.stack_id in self._stacks):
            return None
        file = zen_file.read(root, partial(is_recorded, self._database))
        if file is None or file.problem or not zen_file.is_writable(root):
            return None
        profile_id = self._find_profile_id(row, file.profile_name)
        if profile_id is None:
            return None
        profile, stack = file.profile_name, file.stack_name
        if profile is not None and profile_id in self._profiles:
            profile = self._now[profile_id].name
        if profile_id == row.profile_id and stack is not None and stack == self._stacks.get(row.stack_id or ""):
            stack_row = stacks.stack_by_id(
                self._database, self._now[profile_id].profile_ledger_id, row.stack_id or ""
            )
            profile, stack = self._now[profile_id].name, stack_row.name if stack_row else stack
        unchanged = (profile, stack) == (file.profile_name, file.stack_name)
        return None if unchanged or profile is None else (profile, stack)

    def _find_profile_id(self, row: RepositoryRow, name: str | None) -> str | None:
        """Returns the id of the profile that a file means by a name; it may be a name of long ago."""
        if name is None:
            return row.profile_id if row.profile_id in self._now else None
        if name in self._before:
            return self._before[name]
        renamed = machine.renamed(self._database, self._machine_id, name)
        return renamed.profile_id if renamed else None

"""Making a folder a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml import paths
from zenml.active import zen_file
from zenml.domain import commands
from zenml.domain.errors import RepositoryExistsError
from zenml.ledger.ids import new_id
from zenml.projections import machine
from zenml.projections.settings import display_value

if TYPE_CHECKING:
    from zenml.unit_of_work.open_change import OpenChange


def initialize(work: OpenChange, folder: str) -> None:
    """Makes a folder a repository."""
    root, (locked, change) = paths.resolved_folder(folder), work.now
    if zen_file.exists(root):
        raise RepositoryExistsError(
            f"Found existing ZenML repository at path '{root}'.",
            f"To start again, remove {zen_file.path(root)} first.",
        )
    active = work.reading().active
    active.check_stack_is_there()
    database = locked.transaction.database
    for row in machine.repositories(database, locked.machine_id):
        if display_value(row.path) == root:  # its .zen folder was removed by hand
            work.execute(commands.ForgetRepository(row.repository_id))
    work.execute(
        commands.InitializeRepository(
            new_id(),
            change.sealer.salted(root),
            active.profile.profile_id if active.profile else "",
            active.stack.stack_id if active.stack else None,
        )
    )

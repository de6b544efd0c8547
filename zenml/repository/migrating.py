"""Brings a repository of before ZenML 0.7 over: its stacks and components become a profile of their own."""

from __future__ import annotations

import os
import secrets
import shutil
from typing import TYPE_CHECKING

from zenml.documents.legacy import read_legacy
from zenml.domain import commands
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.ledger.ids import new_id
from zenml.places import REPOSITORY_FOLDER
from zenml.projections import machine
from zenml.repository import zen_file
from zenml.repository.importing import import_profile

if TYPE_CHECKING:
    from zenml.repository.writing import Writing

KEPT = ".legacy"
"""What the name of the old file ends with, where it is kept beside the new one."""


def migrate(writing: Writing, root: str) -> None:
    """Makes a profile of a repository's stacks and has the repository choose it, as one change.

    What could not be read is named; if nothing can be done, that is said and all stays as it was.

    Args:
        writing: How it is recorded.
        root: The repository.
    """
    folder = os.path.join(root, REPOSITORY_FOLDER)
    name = f"legacy-repository-{secrets.token_hex(4)}"
    problems: list[str] = []
    try:
        if not zen_file.is_legacy(root):
            return
        found = read_legacy(folder, name, problems)  # here, and not while others wait for the ledger
        with writing.change(kind="migrate", command=["migrate", root]):
            if not zen_file.is_legacy(root):
                return  # somebody else was faster; the file they wrote was moved into place when the lock was ours
            for line in _announcement(folder, name):
                writing.say(line)
            import_profile(writing, found, checked=False)
            _choose(writing, root, name)
            for problem in problems:
                writing.say(problem)
            _keep(zen_file.path(root))
    except LedgerError as error:
        writing.notify(f"The legacy ZenML repository {root} was not migrated: {error.message}")


def _announcement(folder: str, name: str) -> tuple[str, ...]:
    return (
        f"A legacy ZenML repository with locally configured stacks was found at `{folder}`.\n"
        "The stacks configured in this repository will be automatically migrated to a newly created profile: "
        f"`{name}`.\n",
        "If you no longer need to use the stacks configured in this repository, please delete the profile using "
        "the following command:\n",
        f"`zenml profile delete {name}`\n",
        "This warning will not be shown again.",
    )


def _choose(writing: Writing, root: str, name: str) -> None:
    locked, change = writing.now
    database, profile = locked.transaction.database, writing.profile_row(name)
    active = machine.active_stacks(database, locked.machine_id).get(profile.profile_id)
    path = change.sealer.salted(root)
    writing.execute(commands.InitializeRepository(new_id(), path, profile.profile_id, active))


def _keep(path: str) -> None:
    """Keeps the old file beside the new one.

    Raises:
        NotAllowedError: The folder cannot be written.
    """
    try:
        shutil.copy2(path, path + KEPT)
    except OSError as error:
        raise NotAllowedError(f"{path} cannot be kept as {path}{KEPT}: {error.strerror}.") from error

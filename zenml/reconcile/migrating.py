"""Brings a repository of before ZenML 0.7 over: its stacks and components become a separate profile.

The profile is named after their contents. A file that is under version control comes back with each checkout, and
is in each clone: the same stacks are the same profile again, with what was changed in it since.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import shutil
from itertools import count
from typing import TYPE_CHECKING

from zenml.active import zen_file
from zenml.active.recorded import known_repository
from zenml.documents.legacy import read_legacy
from zenml.domain import commands
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.domain.notices import Notice
from zenml.domain.secrecy import masked, means_secret
from zenml.flavors.lookup import declared
from zenml.ledger.ids import new_id
from zenml.paths import REPOSITORY_FOLDER
from zenml.projections import machine, stacks
from zenml.reconcile.importing import import_profile
from zenml.unit_of_work import new_profiles

if TYPE_CHECKING:
    from zenml.documents.found_profiles import FoundProfile
    from zenml.unit_of_work.open_change import OpenChange
    from zenml.unit_of_work.work import UnitOfWork

_KIND = "legacy-repository"
KEPT = ".legacy"
"""What the name of the old file ends with, where it is kept beside the new one."""


def migrate(work: UnitOfWork, root: str) -> None:
    """Makes a profile of a repository's stacks, or finds it, and has the repository choose it, as one change.

    What could not be read is reported; if nothing can be done, that is reported and everything stays as it was.

    Args:
        work: How it is recorded.
        root: The repository.
    """
    folder = os.path.join(root, REPOSITORY_FOLDER)
    problems: list[str] = []
    try:
        if not zen_file.is_legacy(root):
            return
        legacy = read_legacy(folder, _KIND, problems)  # here, and not while others wait for the ledger
        name = f"{_KIND}-{_digest(legacy)}"
        profile = legacy._replace(name=name)
        with work.change(kind="migrate", command=["migrate", root]):
            if not zen_file.is_legacy(root):
                return  # another process was faster; its file was moved into place when this one had the lock
            catalog = work.now[1].catalog
            existing = catalog.profile(name) or catalog.renamed_profile(name)
            if existing is None:
                for line in _announcement(folder, name, _another(work)):
                    work.say(line)
                import_profile(work, profile, checked=False)
                for problem in problems:
                    work.say(problem.replace(f"Profile '{_KIND}'", f"Profile '{name}'", 1))
            else:
                profile = profile._replace(name=existing.name)
                work.say(_used_again(folder, existing.name))
            _choose(work, root, profile)
            _keep(zen_file.path(root))
    except LedgerError as error:
        if not zen_file.is_legacy(root):
            return  # another process was faster, while the files were read
        work.notify(f"The legacy ZenML repository {root} was not migrated: {error.message}")


def _digest(profile: FoundProfile) -> str:
    """Returns what tells the contents of such repositories apart; of secrets nothing goes into it."""
    content = profile.document.to_fields()
    del content["profile"]
    for component in content["components"]:
        secret, plain = declared(component["type"], component["flavor"])
        component["parameters"] = {
            name: masked(value, secret=name in secret or (name not in plain and means_secret(name)))
            for name, value in component["parameters"].items()
        }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]


def _another(work: OpenChange) -> str:
    """Returns the profile that the repository may choose instead: the one that the machine has active."""
    catalog = work.now[1].catalog
    active = catalog.profile_by_id(catalog.active_profile() or "")
    return active.name if active else new_profiles.DEFAULT


def _used_again(folder: str, name: str) -> str:
    return (
        f"The stacks of the legacy ZenML repository at `{folder}` were migrated before: "
        f"their profile `{name}` is used again."
    )


def _announcement(folder: str, name: str, another: str) -> tuple[str, ...]:
    return (
        f"A legacy ZenML repository with locally configured stacks was found at `{folder}`.\n"
        "The stacks configured in this repository will be automatically migrated to a newly created profile: "
        f"`{name}`.\n",
        Notice(
            "If you no longer need to use the stacks configured in this repository, please delete the profile.",
            "repository_migrated",
            profile=name,
        ),
        Notice(
            "Where it is active, as it is in this repository now, choose another profile first.",
            "migrated_profile_active",
            profile=name,
            another=another,
        ),
        "This warning will not be shown again.",
    )


def _choose(work: OpenChange, root: str, legacy: FoundProfile) -> None:
    """Has the repository choose the profile, and in it the stack that was active in the old file."""
    locked, change = work.now
    database, profile = locked.transaction.database, work.profile_row(legacy.name)
    stack = stacks.stack(database, profile.profile_ledger_id, legacy.active_stack) if legacy.active_stack else None
    usual_stack = machine.active_stacks(database, locked.machine_id).get(profile.profile_id)
    known = known_repository(database, locked.machine_id, root)
    if known is not None:  # the file was checked out again, or was put back by hand
        work.execute(commands.ForgetRepository(known.repository_id))
    path, active = change.sealer.salted(root), stack.stack_id if stack else usual_stack
    work.execute(commands.InitializeRepository(new_id(), path, profile.profile_id, active))


def _keep(path: str) -> None:
    """Keeps the old file beside the new one, and beside others that were kept before.

    Raises:
        NotAllowedError: The folder cannot be written.
    """
    kept = path + KEPT
    try:
        for number in count(1):
            if not os.path.lexists(kept):
                shutil.copy2(path, kept)
            elif not (os.path.isfile(kept) and filecmp.cmp(path, kept, shallow=False)):
                kept = f"{path}{KEPT}.{number}"
                continue
            return
    except OSError as error:
        raise NotAllowedError(f"{path} cannot be kept as {kept}: {error.strerror}.") from error

"""Which profile is meant: a file's, the one that is confirmed, or another than the active one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zenml.active.variables import PROFILE_VARIABLE, now_called
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.domain.rules.profiles import find_profile
from zenml.domain.suggestions import typed
from zenml.ledger.catalog import ViewCatalog


def check_target(
    catalog: ViewCatalog, named: str | None, to: str | None, say: Callable[[str], None] = lambda sentence: None
) -> None:
    """Checks that what a file says is meant for the active profile.

    Args:
        catalog: What profiles there are, and which is the active one.
        named: The profile that the file names, also by a name that it had; None if it names none.
        to: The profile that somebody said it is for, whatever the file names; None if nobody did.
        say: Receives a sentence about a file that names the profile by a name that it had.

    Raises:
        ProfileNotFoundError: There is no profile of the name that somebody said.
        NotAllowedError: The file, or whoever applies it, names another profile.
    """
    active, known = catalog.profile_used.name, catalog.profile_names()
    if to is not None:
        find_profile(to, catalog)
    if to is not None and to != active:
        raise NotAllowedError(f"The active profile is '{active}', not '{to}'.", f"{_way_to(to)}.")
    if named in (None, active) or to is not None:
        return
    assert named is not None
    renamed = catalog.renamed_profile(named) if named not in known else None
    if renamed is not None:
        say(now_called(named, "the file", renamed.name))
        named = renamed.name
    if named == active:
        return
    confirm = f"add --to {typed(active)} if '{active}' is meant."
    if named not in known:
        raise NotAllowedError(
            f"The file is for profile '{named}', which does not exist here; the active profile is '{active}'.",
            f'Run "zenml profile create {typed(named)}" to make it, or {confirm}',
        )
    raise NotAllowedError(
        f"The file is for profile '{named}', and the active profile is '{active}'.",
        f"{_way_to(named)}, or {confirm}",
    )


def _way_to(profile: str) -> str:
    """Returns what makes a profile the active one."""
    if os.environ.get(PROFILE_VARIABLE):
        return f'Run "export {PROFILE_VARIABLE}={typed(profile)}" first'
    return f'Run "zenml profile set {typed(profile)}" first'


@contextmanager
def hints_for(profile: str) -> Iterator[None]:
    """Has the commands in hints on what is refused inside run in a profile, which is not the active one."""
    try:
        yield
    except LedgerError as error:
        error.hint = error.hint.replace('"zenml ', f'"{PROFILE_VARIABLE}={typed(profile)} zenml ')
        raise

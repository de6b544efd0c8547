"""Which profile is meant: a file's, the one that is confirmed, or another than the active one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zenml.active.variables import PROFILE_VARIABLE, now_called
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.domain.rules.profiles import find_profile
from zenml.ledger.catalog import ViewCatalog


def check_target(
    catalog: ViewCatalog,
    profile: str | None,
    to: str | None,
    say: Callable[[str], None] = lambda sentence: None,
) -> None:
    """Checks that a file is meant for the active profile.

    Args:
        catalog: What profiles there are, and which is the active one.
        profile: The profile that the file names, also by a name that it had; None if it names none.
        to: The profile that was given as the target, whatever the file names; None if none was.
        say: Receives a sentence about a file that names the profile by a name that it had.

    Raises:
        ProfileNotFoundError: No profile has the name that was given.
        NotAllowedError: The file, or whoever applies it, names another profile.
    """
    active, names = catalog.profile_used.name, catalog.profile_names()
    if to is not None:
        find_profile(to, catalog)
    if to is not None and to != active:
        message = f"The active profile is '{active}', not '{to}'."
        raise NotAllowedError(message, code="not_the_active_profile", profile=to, chosen_by=_chosen_by())
    if profile in (None, active) or to is not None:
        return
    assert profile is not None
    renamed = catalog.renamed_profile(profile) if profile not in names else None
    if renamed is not None:
        say(now_called(profile, "the file", renamed.name))
        profile = renamed.name
    if profile == active:
        return
    if profile not in names:
        raise NotAllowedError(
            f"The file is for profile '{profile}', which does not exist here; the active profile is '{active}'.",
            code="file_for_unknown_profile",
            profile=profile,
            active=active,
        )
    raise NotAllowedError(
        f"The file is for profile '{profile}', and the active profile is '{active}'.",
        code="file_for_another_profile",
        profile=profile,
        active=active,
        chosen_by=_chosen_by(),
    )


def _chosen_by() -> str | None:
    """Returns the variable that decides which profile is active; None if no variable does."""
    return PROFILE_VARIABLE if os.environ.get(PROFILE_VARIABLE) else None


@contextmanager
def hints_for(profile: str) -> Iterator[None]:
    """Makes the hint of an error raised inside apply to a profile that is not the active one."""
    try:
        yield
    except LedgerError as error:
        error.values["in_profile"] = profile
        raise

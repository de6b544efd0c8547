"""The variables that choose for one terminal or job, and the errors where they name nothing."""

from __future__ import annotations

import os

from zenml.domain.errors import LedgerError, ProfileNotFoundError, StackNotFoundError

PROFILE_VARIABLE = "ZENML_ACTIVATED_PROFILE"
STACK_VARIABLE = "ZENML_ACTIVATED_STACK"

RUN_VARIABLE = "ZENML_RUN_ID"
"""The id of the run that a process belongs to."""

POINT_VARIABLE = "ZENML_RUN_POINT"
"""As of what it runs: ``ledger@position``."""


def profile_missing(known: list[str], at: str | None = None) -> ProfileNotFoundError | None:
    """Returns what refuses to use the active profile, if the variable names none of those that are known.

    Args:
        known: The names of the profiles there are.
        at: The change after which these were the ones; None for now.
    """
    override = os.environ.get(PROFILE_VARIABLE)
    if not override or override in known:
        return None
    from zenml.domain.missing import missing_profile

    missing = missing_profile(override, known, at)
    return ProfileNotFoundError(
        _named_by(PROFILE_VARIABLE, missing), missing.hint, name=override, at=at, named_by=PROFILE_VARIABLE
    )


def stack_missing(known: list[str]) -> StackNotFoundError | None:
    """Returns what refuses to use the active stack, if the variable names none of those that are known."""
    override = os.environ.get(STACK_VARIABLE)
    if not override or override in known:
        return None
    from zenml.domain.missing import missing_stack

    missing = missing_stack(override, known)
    return StackNotFoundError(
        _named_by(STACK_VARIABLE, missing), missing.hint, name=override, at=None, named_by=STACK_VARIABLE
    )


def overruled(variable: str, name: str) -> str | None:
    """Returns a sentence if a variable goes on deciding otherwise than somebody has just chosen; else None."""
    override = os.environ.get(variable)
    if not override or override == name:
        return None
    return f"{variable} still says '{override}' and takes precedence: run \"unset {variable}\" to use '{name}'."


def now_called(name: str, source: str, present: str) -> str:
    """Returns the sentence that a variable or a file names a profile by a name that it had."""
    return f"Profile '{name}', which {source} names, is called '{present}' now."


def _named_by(variable: str, missing: LedgerError) -> str:
    """Returns the message of the error that a name is missing, for one that a variable says."""
    name, quote, what = missing.message.rpartition("'")
    return f"{name}{quote}, which {variable} names,{what}"

"""The sentences a command begins with: where it runs and what is active there."""

from __future__ import annotations

import os
import sys

from zenml import paths
from zenml.domain.errors import NotAllowedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from zenml.api.looking_back import LookingBack
    from zenml.snapshot.snapshot import Snapshot


def notice(sentence: str, options: Sequence[str] = ()) -> None:
    """Prints a sentence that is not the answer, and what to do about it; after everything printed before it.

    Args:
        sentence: What happened.
        options: Those of an undo or a redo that another one is to have too, as they are typed.
    """
    from zenml.domain.visible import visible_lines

    if type(sentence) is not str:  # it has a next step, which few commands have to word
        from zenml.cli.mistakes import hints

        sentence = hints.sentence(sentence, options)
    sys.stdout.flush()
    print(visible_lines(sentence), file=sys.stderr, flush=True)


NOTHING, PROFILE, STACK = "nothing", "profile", "stack"
"""Which active thing a command works with; the stack belongs to the profile."""


def announce(
    repository: LookingBack, snapshot: Snapshot, *, stack: bool = False, uses: str = PROFILE, quiet: bool = False
) -> None:
    """Prints which point in the past is looked at, where the command runs, and what is active there.

    Args:
        repository: Where the command reads.
        snapshot: Its state.
        stack: Name the active stack too.
        uses: Which active thing the command works with.
        quiet: Print only what is wrong with the record, and which choices do not exist.

    Raises:
        ProfileNotFoundError: A variable names a profile that does not exist, and the command works with it.
        StackNotFoundError: Likewise of a stack.
    """
    if uses == STACK:
        snapshot.active.check_stack()
    elif uses == PROFILE:
        snapshot.active.check_profile()
    if repository.understood is not None:
        notice(f"As of {repository.understood}.")
    if quiet:
        warn(snapshot)
        for sentence in snapshot.active.notices:
            notice(sentence)
        return
    is_warned = os.environ.get("ZENML_ENABLE_REPO_INIT_WARNINGS", "true").lower() not in {
        "0",
        "false",
        "no",
        "off",
    }
    if snapshot.root is not None and sys.stderr.isatty():
        from zenml.cli.screen import shown_once  # nothing that a pipe pays for

        shown_once.forget(snapshot.root)
    if snapshot.root is None and is_warned:
        if _is_new():
            notice(_no_repository())
        notice("Running without an active repository root.")
    warn(snapshot)
    for sentence in snapshot.active.notices:
        notice(sentence)
    where = "global" if snapshot.root is None else "local"
    if snapshot.active.profile:
        notice(f"Running with active profile: '{snapshot.active.profile.name}' ({where})")
    if stack and snapshot.active.stack:
        notice(f"Running with active stack: '{snapshot.active.stack.name}'")


def warn(snapshot: Snapshot) -> None:
    """Prints what of the ledger cannot be shown."""
    for sentence in snapshot.newer:
        notice(sentence)


def _is_new() -> bool:
    """Tells whether to print that there is no repository here."""
    # a variable that names no repository is a mistake, which lasts until somebody corrects it
    if paths.named_repository() or not sys.stderr.isatty():
        return True
    from zenml.cli.screen import shown_once  # nothing that a pipe pays for

    return shown_once.is_new(_working_directory())


def _no_repository() -> str:
    named = paths.named_repository()
    if named:
        return (
            f"Unable to find ZenML repository at the path {named} that ZENML_REPOSITORY_PATH names. "
            "If you want to create a repository there, run zenml init --path."
        )
    return (
        f"Unable to find ZenML repository in your current working directory ({_working_directory()}) or any "
        "parent directories. If you want to use an existing repository which is in a different location, set "
        "the environment variable 'ZENML_REPOSITORY_PATH'. If you want to create a new repository, run zenml init."
    )


def _working_directory() -> str:
    try:
        return paths.working_directory()
    except NotAllowedError:
        return "which was removed"

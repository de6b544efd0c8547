"""What is active: a variable decides, else the repository, else the machine.

Where the choice of a repository or of the machine no longer exists, that is noticed and the next in line decides.
A variable was set on purpose for this very session: where it names nothing, nothing is active, and what would use
it is refused.
"""

from __future__ import annotations

import os
from collections import namedtuple
from functools import partial

from zenml.active import zen_file
from zenml.active.named import profile_named, stack_named, stack_of_run
from zenml.active.recorded import is_recorded, is_untouched, known_repository, machine_stack, present_profile
from zenml.active.variables import (
    PROFILE_VARIABLE,
    STACK_VARIABLE,
    now_called,
    profile_missing,
    stack_missing,
)
from zenml.projections import machine, stacks
from zenml.projections.machine import ProfileRow, RepositoryRow
from zenml.projections.stacks import StackRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.domain.errors import ProfileNotFoundError, StackNotFoundError
    from zenml.projections.database import Database


class Observed(namedtuple("Observed", "profile_id stack_id")):
    """What a repository's file says and the ledger does not know yet."""

    __slots__ = ()
    profile_id: str
    stack_id: str | None


class Began(namedtuple("Began", "repository agreed")):
    """What there was to know of a repository when a change began.

    Attributes:
        repository: How it was recorded; None once it has chosen, be it the same.
        agreed: Whether its file had the same. Then the record counts within the change: names may move.
    """

    __slots__ = ()
    repository: RepositoryRow | None
    agreed: bool


class Active(
    namedtuple(
        "Active",
        "profile stack repository observed profile_by stack_by notices"
        " legacy missing_profile missing_stack agrees instead stack_at",
        defaults=(False, None, None, False, None, None),
    )
):
    """What is active here and now.

    Attributes:
        profile: The profile; None where a variable names none, or where there is none at all.
        stack: Its stack; None likewise.
        repository: The repository, if the ledger knows it.
        observed: What its file says otherwise.
        profile_by: What decided about the profile: ``environment``, ``repository``, ``machine`` or ``default``.
        stack_by: What decided about the stack.
        notices: Sentences about choices that do not exist.
        legacy: Whether the repository is of a version before 0.7, and is still to be brought over.
        missing_profile: What refuses to use the profile, where the variable that names one names nothing.
        missing_stack: What refuses to use the active stack, where the variable that names one names nothing.
        agrees: Whether the repository's file says what is recorded.
        instead: What is in effect where its file was edited, broken or removed, and names nothing that exists.
            Nobody chose that: it is recorded only when somebody chooses now.
        stack_at: As of which position of the profile's ledger the stack is, where it was deleted since, and a run
            goes on with it; None for now.
    """

    __slots__ = ()
    profile: ProfileRow | None
    stack: StackRow | None
    repository: RepositoryRow | None
    observed: Observed | None
    profile_by: str
    stack_by: str
    notices: list[str]
    legacy: bool
    missing_profile: ProfileNotFoundError | None
    missing_stack: StackNotFoundError | None
    agrees: bool
    instead: Observed | None
    stack_at: int | None

    def check_profile(self) -> None:
        """Raises `ProfileNotFoundError` if a variable names a profile that does not exist."""
        if self.missing_profile is not None:
            raise self.missing_profile

    def check_stack(self) -> None:
        """Raises `ProfileNotFoundError` or `StackNotFoundError` if a variable names what does not exist."""
        self.check_profile()
        if self.missing_stack is not None:
            raise self.missing_stack

    def check_stack_is_there(self) -> None:
        """Raises as `check_stack` does, and `StackNotFoundError` if only a run still has the active stack."""
        self.check_stack()
        if self.stack is not None and self.stack_at is not None:
            from zenml.domain.errors import StackNotFoundError

            raise StackNotFoundError(
                f"Stack '{self.stack.name}' was deleted after this run began: it can only be read as it was.",
                code="deleted_in_run",
                name=self.stack.name,
            )


def resolve(database: Database, machine_id: str, root: str | None, began: Began | None = None) -> Active:
    """Returns what is active.

    Args:
        database: The views.
        machine_id: The machine's ledger.
        root: The repository one is in, as a resolved path; None outside of any.
        began: The repository when the present change began. If it is recorded otherwise by now, the change
            has chosen and the file will follow; without it, the file decides.
    """
    notices: list[str] = []
    named = partial(machine.profile, database, machine_id)
    fallback = present_profile(database, machine_id)
    known = known_repository(database, machine_id, root) if root else None
    file = None
    chosen = known is not None and began is not None and known != began.repository
    by_record = chosen or (began is not None and began.agreed)
    if known and chosen:
        file = zen_file.ZenFile(known.profile_name, known.stack_name)
    elif root:
        file = zen_file.read(root, lambda change: is_recorded(database, change))
    legacy = bool(file and file.legacy)
    if file and file.problem:
        ignored = f"{zen_file.path(root or '')} is ignored: {file.problem}."
        is_later = file.problem == zen_file.OF_LATER_ZENML
        notices.append(_notice(ignored, "file_of_later_zenml" if is_later else ""))
        file = None
    file_profile = named(file.profile_name) if file and file.profile_name else None
    if file and known and (by_record or file_profile is None):
        file_profile = _recorded_profile(database, machine_id, file, known, by_record=by_record) or file_profile
    if file and file.profile_name is not None and file_profile is None:
        file_profile = machine.renamed(database, machine_id, file.profile_name)
    if (
        file
        and file.profile_name is not None
        and file_profile is not None
        and file_profile.name != file.profile_name
    ):
        notices.append(now_called(file.profile_name, zen_file.path(root or ""), file_profile.name))
    if file and file.profile_name is not None and file_profile is None and fallback is not None:
        notices.append(
            _notice(
                f"Profile '{file.profile_name}' not found; this repository uses the global active profile "
                f"'{fallback.name}'.",
                "repository_profile_missing",
            )
        )
    override = os.environ.get(PROFILE_VARIABLE)
    in_variable = profile_named(database, machine_id, override) if override else None
    if override and in_variable and override not in (in_variable.name, in_variable.profile_id):
        notices.append(now_called(override, PROFILE_VARIABLE, in_variable.name))
    missing = None
    if override and in_variable is None:
        missing = profile_missing([row.name for row in machine.profiles(database, machine_id)])
    profile, profile_by = (in_variable, "environment") if override else _profile(file_profile, fallback)
    if missing is not None:
        notices.append(missing.message)
    elif profile is None:
        return Active(None, None, known, None, profile_by, "default", notices, legacy)
    machine_choice = machine_stack(database, machine_id, profile) if profile else None
    # a file that names no profile, or one that is gone, leaves that to the machine; its stack counts there
    repository_profile = file_profile or fallback
    local = (
        _named_stack(database, repository_profile, file, known, by_record=by_record)
        if file and repository_profile
        else None
    )
    file_choice = _file_choice(file, file_profile, fallback, local)
    recorded = known is not None and file_choice == (known.profile_id, known.stack_id)
    observed = file_choice if not recorded else None
    agrees = recorded and file_profile is not None
    instead = None
    if file_choice is None and known and repository_profile and not legacy:
        choice_now = Observed(repository_profile.profile_id, local.stack_id if local else None)
        recorded_now = choice_now == (known.profile_id, known.stack_id)
        instead = (
            None
            if recorded_now or is_untouched(database, machine_id, file, known, repository_profile)
            else choice_now
        )
    noticed = False
    if repository_profile != profile:
        local = None  # a variable put another profile in use, and a stack belongs to its profile
    elif file and file.stack_name is not None and local is None and machine_choice is not None:
        noticed = True
        notices.append(
            _notice(
                f"Stack '{file.stack_name}' not found; this repository uses '{machine_choice.name}'.",
                "repository_stack_missing",
            )
        )
    if profile is None:
        return Active(
            None, None, known, observed, profile_by, profile_by, notices, legacy, missing, None, agrees, instead
        )
    stack, stack_by, missing_stack, stack_at = _stack(database, profile, local, machine_choice)
    if missing_stack is not None:
        notices.append(missing_stack.message)
    elif stack_by == "machine" and not noticed and _may_be_deleted_elsewhere(database, machine_id, profile):
        from zenml.active.falling_back import fallen_back  # few profiles need it

        sentence = fallen_back(database, machine_id, profile, stack)
        notices += [sentence] if sentence else []
    return Active(
        profile,
        stack,
        known,
        observed,
        profile_by,
        stack_by,
        notices,
        legacy,
        None,
        missing_stack,
        agrees,
        instead,
        stack_at,
    )


def _notice(sentence: str, code: str) -> str:
    """Returns a sentence about a choice that does not exist, after which there is something to do."""
    from zenml.domain.notices import Notice  # most files say what there is

    return Notice(sentence, code)


def _recorded_profile(
    database: Database, machine_id: str, file: zen_file.ZenFile, known: RepositoryRow, *, by_record: bool
) -> ProfileRow | None:
    """Returns the profile that is recorded as the repository's choice, if that is what the file means."""
    if file.profile_name is None or not (by_record or file.profile_name == known.profile_name):
        return None
    return machine.profile_by_id(database, machine_id, known.profile_id)


def _may_be_deleted_elsewhere(database: Database, machine_id: str, profile: ProfileRow) -> bool:
    """Tells whether a stack may go that is active in a profile: on another machine, or by another name of it."""
    return profile.is_shared or machine.has_several_names(database, machine_id, profile.profile_ledger_id)


def _profile(repository: ProfileRow | None, fallback: ProfileRow | None) -> tuple[ProfileRow | None, str]:
    return (repository, "repository") if repository else (fallback, "machine")


def _named_stack(
    database: Database,
    profile: ProfileRow,
    file: zen_file.ZenFile,
    known: RepositoryRow | None,
    *,
    by_record: bool,
) -> StackRow | None:
    """Returns the stack the repository's file means; None if it names none, or one that is gone."""
    if file.stack_name is None:
        return None
    ledger_id = profile.profile_ledger_id
    # as long as the file says what was written to it, the recorded id counts: names may have moved on
    if known and known.stack_id and (by_record or file.stack_name == known.stack_name):
        stack = stacks.stack_by_id(database, ledger_id, known.stack_id)
        if stack is not None:
            return stack
    return stacks.stack(database, ledger_id, file.stack_name)


def _stack(
    database: Database, profile: ProfileRow, repository: StackRow | None, fallback: StackRow | None
) -> tuple[StackRow | None, str, StackNotFoundError | None, int | None]:
    override = os.environ.get(STACK_VARIABLE)
    if override:
        ledger_id, by = profile.profile_ledger_id, "environment"
        stack = stack_named(database, ledger_id, override)
        if stack is not None:
            return stack, by, None, None
        then = stack_of_run(database, ledger_id, override)
        if then is not None:
            return then[0], by, None, then[1]
        return None, by, stack_missing(stacks.stack_names(database, ledger_id)), None
    return (repository, "repository", None, None) if repository else (fallback, "machine", None, None)


def _file_choice(
    file: zen_file.ZenFile | None,
    named: ProfileRow | None,
    fallback: ProfileRow | None,
    stack: StackRow | None,
) -> Observed | None:
    """Returns what the file says; None if it says nothing, or names something that is gone."""
    profile = named or fallback
    if file is None or profile is None:
        return None
    if (file.profile_name is not None and named is None) or (file.stack_name is not None and stack is None):
        return None
    return Observed(profile.profile_id, stack.stack_id if stack else None)

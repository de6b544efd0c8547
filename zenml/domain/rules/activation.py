"""Rules of what is active: the machine's stack for a profile, and what a repository chose."""

from __future__ import annotations

from zenml.domain import commands, events
from zenml.domain.catalog import Catalog, RepositoryChoice
from zenml.domain.errors import NotFoundError, ProfileNotFoundError, RepositoryExistsError, StackNotFoundError
from zenml.domain.events import Choice, DomainEvent
from zenml.domain.records import Record
from zenml.domain.rules.changed import ChangedSinceError
from zenml.domain.rules.profiles import activation, deleted_profile, find_profile, present_choice, profile_choice
from zenml.domain.rules.stacks import find_stack
from zenml.domain.values import Salted, Value

Commands = (
    commands.ActivateProfile
    | commands.ActivateStack
    | commands.InitializeRepository
    | commands.ObserveRepository
    | commands.ForgetRepository
)
Events = (
    events.StackActivated
    | events.RepositoryInitialized
    | events.RepositoryRemoved
    | events.RepositoryProfileActivated
    | events.RepositoryStackActivated
    | events.RepositoryChoiceObserved
)


def propose(command: Commands, catalog: Catalog) -> list[DomainEvent]:
    """Returns the events that would fulfil a command; `admit` has the last word on each."""
    match command:
        case commands.ActivateProfile():
            return _activate_profile(command, catalog)
        case commands.ActivateStack():
            return _activate_stack(command, catalog)
        case commands.InitializeRepository():
            if catalog.profile_by_id(command.profile_id) is None:
                raise _no_profile()
            return [
                events.RepositoryInitialized(
                    repository_id=command.repository_id,
                    path=command.path,
                    profile=_profile(command.profile_id, catalog),
                    stack=stack_choice(command.stack_id, catalog),
                )
            ]
        case commands.ObserveRepository():
            return _observe(command, catalog)
        case commands.ForgetRepository():
            repository = catalog.repository(command.repository_id)
            return [_removal(repository, catalog)] if repository else []


def _activate_profile(command: commands.ActivateProfile, catalog: Catalog) -> list[DomainEvent]:
    profile = find_profile(command.name, catalog)
    here = catalog.repository_here()
    if command.machine_wide or here is None:
        return [activation(profile, catalog)]
    if here.profile_id == profile.profile_id:
        return []
    return [
        events.RepositoryProfileActivated(
            old=_profile(here.profile_id, catalog),
            new=profile_choice(profile),
            repository_id=here.repository_id,
            path=here.path,
        ),
        # a stack belongs to its profile: start with the one the machine chose for the new profile
        events.RepositoryStackActivated(
            old=stack_choice(here.stack_id, catalog),
            new=existing_stack(catalog.active_stack(profile.profile_id), catalog),
            repository_id=here.repository_id,
            path=here.path,
        ),
    ]


def _activate_stack(command: commands.ActivateStack, catalog: Catalog) -> list[DomainEvent]:
    profile = catalog.profile_in_use()
    if profile is None:
        raise _no_profile()
    stack = find_stack(command.name, catalog)
    new = Choice(chosen_id=stack.stack_id, name=stack.name)
    here = catalog.repository_here()
    # a variable may have put another profile in use than the repository's: then the choice is the machine's
    same = here is not None and here.profile_id == profile.profile_id
    if not command.machine_wide and here is not None and (same or command.with_profile):
        repository_id, path = here.repository_id, here.path
        old, chosen = _profile(here.profile_id, catalog), profile_choice(profile)
        profile_too = events.RepositoryProfileActivated(
            repository_id=repository_id, path=path, old=old, new=chosen
        )
        return [
            *([] if same else [profile_too]),
            events.RepositoryStackActivated(
                repository_id=repository_id, path=path, old=stack_choice(here.stack_id, catalog), new=new
            ),
        ]
    return [
        events.StackActivated(
            profile_id=profile.profile_id,
            profile_name=profile.name,
            old=stack_choice(catalog.active_stack(profile.profile_id), catalog),
            new=new,
        )
    ]


def _observe(command: commands.ObserveRepository, catalog: Catalog) -> list[DomainEvent]:
    profile, stack = _profile(command.profile_id, catalog), stack_choice(command.stack_id, catalog)
    known = catalog.repository(command.repository_id)
    if known is None:
        return [
            events.RepositoryInitialized(
                repository_id=command.repository_id, path=command.path, profile=profile, stack=stack
            )
        ]
    return [
        events.RepositoryChoiceObserved(
            repository_id=known.repository_id,
            path=known.path,
            old_profile=_profile(known.profile_id, catalog),
            new_profile=profile,
            old_stack=stack_choice(known.stack_id, catalog),
            new_stack=stack,
        )
    ]


def _removal(repository: RepositoryChoice, catalog: Catalog) -> DomainEvent:
    return events.RepositoryRemoved(
        repository_id=repository.repository_id,
        path=repository.path,
        profile=_profile(repository.profile_id, catalog),
        stack=stack_choice(repository.stack_id, catalog),
    )


def _profile(profile_id: str, catalog: Catalog) -> Choice:
    profile = catalog.profile_by_id(profile_id)
    return Choice(chosen_id=profile_id, name=profile.name if profile else "")


def stack_choice(stack_id: str | None, catalog: Catalog) -> Choice | None:
    """Returns a stack as a choice; one that is gone has no name."""
    if stack_id is None:
        return None
    stack = catalog.stack_by_id(stack_id)
    return Choice(chosen_id=stack_id, name=stack.name if stack else "")


def existing_stack(stack_id: str | None, catalog: Catalog) -> Choice | None:
    """Returns a stack as a choice; None for one that is gone: it cannot be chosen again."""
    choice = stack_choice(stack_id, catalog)
    return choice if choice and choice.name else None


def _no_profile() -> ProfileNotFoundError:
    return ProfileNotFoundError("No profile is active.", code="no_active_profile")


def _repository(path: Value) -> str:
    return f"repository '{path.value}'" if isinstance(path, Salted) else "the repository"


def admit(event: Events, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        LedgerError: A rule forbids it, or somebody changed the thing since.
    """
    if isinstance(event, events.StackActivated):
        current = catalog.active_stack(event.profile_id)
        if current != _id(event.new):
            _check_profile(event.profile_id, event.profile_name, catalog)
        profile = catalog.profile_by_id(event.profile_id)
        event = event.replace(profile_name=profile.name if profile else event.profile_name)
        what = f"The active stack of profile '{event.profile_name}'"
        return _admit_choice(event, current, catalog, what, Record("active stack", (event.profile_id,)))
    repository, where = catalog.repository(event.repository_id), _repository(event.path)
    record = Record("repository", (event.repository_id,))
    if isinstance(event, events.RepositoryInitialized):
        if repository is not None and _choice(repository) != (event.profile.chosen_id, _id(event.stack)):
            raise ChangedSinceError(f"What {where} has chosen", record)
        return _admit_initialization(event, catalog) if repository is None else None
    if isinstance(event, events.RepositoryRemoved) and repository is None:
        return None
    if repository is None:
        raise NotFoundError(f"What {where} has chosen is no longer known.", records=(record,), code="gone_since")
    match event:
        case events.RepositoryRemoved():
            if _choice(repository) != (event.profile.chosen_id, _id(event.stack)):
                raise ChangedSinceError(f"What {where} has chosen", record)
            return event.replace(path=repository.path, **_present(event, catalog))
        case events.RepositoryProfileActivated():
            if repository.profile_id == event.new.chosen_id:
                return None
            if repository.profile_id != event.old.chosen_id:
                raise ChangedSinceError(f"The profile of {where}", record)
            _check_profile(event.new.chosen_id, event.new.name, catalog, after=event.old.name)
            old, new = present_choice(event.old, catalog), present_choice(event.new, catalog)
            return event.replace(old=old, new=new)
        case events.RepositoryStackActivated():
            return _admit_choice(event, repository.stack_id, catalog, f"The stack of {where}", record)
        case events.RepositoryChoiceObserved():
            now = (event.new_profile.chosen_id, _id(event.new_stack))
            return None if _choice(repository) == now else event


def _admit_initialization(event: events.RepositoryInitialized, catalog: Catalog) -> DomainEvent:
    other = catalog.repository_at(event.path)
    if other is not None:  # two would disagree about what one folder chose
        records = (Record("repository", (other.repository_id,)),)
        what = _repository(event.path)
        raise RepositoryExistsError(
            f"{what[:1].upper()}{what[1:]} cannot come back: its folder was made a repository again.",
            records=records,
            code="made_again_since",
        )
    return event.replace(**_present(event, catalog))


def _admit_choice(
    event: events.StackActivated | events.RepositoryStackActivated,
    current: str | None,
    catalog: Catalog,
    what: str,
    record: Record,
) -> DomainEvent | None:
    if current == _id(event.new):
        return None
    if current != _id(event.old):
        raise ChangedSinceError(what, record)
    if event.new is not None and catalog.stack_by_id(event.new.chosen_id) is None:
        records = (Record("stack", (event.new.chosen_id,)),)
        # a choice of one that was gone already has no name: nobody could record it
        # what was gone already when another one was chosen has no name in the record
        after = event.old.name if event.old else ""
        what = f"Stack '{event.new.name}'" if event.new.name else f"The stack that was chosen before '{after}'"
        raise StackNotFoundError(f"{what} is no longer registered.", records=records, code="gone_since")
    return event.replace(old=_now(event.old, catalog), new=_now(event.new, catalog))


def _now(stack: Choice | None, catalog: Catalog) -> Choice | None:
    """Returns a chosen stack with the name it has now: it may have been renamed since."""
    present = catalog.stack_by_id(stack.chosen_id) if stack else None
    return Choice(chosen_id=present.stack_id, name=present.name) if present else stack


def _present(
    event: events.RepositoryInitialized | events.RepositoryRemoved, catalog: Catalog
) -> dict[str, Choice | None]:
    """Returns what a repository chose, with the names of now."""
    return {"profile": present_choice(event.profile, catalog), "stack": _now(event.stack, catalog)}


def _check_profile(profile_id: str, name: str, catalog: Catalog, after: str = "") -> None:
    if catalog.profile_by_id(profile_id) is None:
        raise deleted_profile(profile_id, name, after)


def _choice(repository: RepositoryChoice) -> tuple[str, str | None]:
    return repository.profile_id, repository.stack_id


def _id(choice: Choice | None) -> str | None:
    return choice.chosen_id if choice else None

"""Rules of profiles: which exist, and which is the machine's active one.

`ProfileActivated` is admitted here and not with the other choices: it sets what `_admit_deletion` reads, and needs
profiles alone. What a repository chose, and which stack is active, is in `zenml.domain.rules.activation`.
"""

from __future__ import annotations

from zenml.domain import commands, events
from zenml.domain.catalog import Catalog, Profile
from zenml.domain.errors import ActiveError, NotAllowedError, ProfileExistsError, ProfileNotFoundError
from zenml.domain.events import Choice, DomainEvent
from zenml.domain.missing import missing_profile
from zenml.domain.names import check_name
from zenml.domain.records import MACHINE_ACTIVE_PROFILE, Record
from zenml.domain.rules.approvals import check_keeps_name
from zenml.domain.rules.changed import ChangedSinceError, same_setting
from zenml.domain.values import Setting

Commands = (
    commands.CreateProfile
    | commands.RenameProfile
    | commands.SetProfileUrl
    | commands.MoveProfile
    | commands.DeleteProfile
)
Events = (
    events.ProfileCreated
    | events.ProfileRenamed
    | events.ProfileUrlSet
    | events.ProfileMoved
    | events.ProfileDeleted
    | events.ProfileActivated
)


def find_profile(name: str, catalog: Catalog) -> Profile:
    """Returns the profile of this name.

    Raises:
        ProfileNotFoundError: There is none.
    """
    profile = catalog.profile(name)
    if profile is None:
        renamed = catalog.renamed_profile(name)
        raise missing_profile(name, catalog.profile_names(), renamed=renamed.name if renamed else None)
    return profile


def deleted_profile(profile_id: str, name: str, after: str = "") -> ProfileNotFoundError:
    """Returns the error that a profile an event refers to was deleted since.

    Args:
        profile_id: The profile.
        name: Its name; empty if it was gone already when another one was chosen, so that nobody recorded it.
        after: The one that was chosen then.
    """
    records = (Record("profile", (profile_id,)),)
    what = f"Profile '{name}'" if name else f"The profile that was chosen before '{after}'"
    return ProfileNotFoundError(f"{what} no longer exists.", records=records, code="gone_since")


def profile_choice(profile: Profile) -> Choice:
    """Returns the profile as a choice."""
    return Choice(chosen_id=profile.profile_id, name=profile.name)


def present_choice(choice: Choice, catalog: Catalog) -> Choice:
    """Returns a chosen profile with the name it has now: it may have been renamed since."""
    profile = catalog.profile_by_id(choice.chosen_id)
    return profile_choice(profile) if profile else choice


def activation(profile: Profile, catalog: Catalog) -> events.ProfileActivated:
    """Returns the event that makes a profile the machine's active one."""
    current = catalog.profile_by_id(catalog.active_profile() or "")
    return events.ProfileActivated(old=profile_choice(current) if current else None, new=profile_choice(profile))


def propose(command: Commands, catalog: Catalog) -> list[DomainEvent]:
    """Returns the events that would fulfil a command; `admit` has the last word on each."""
    match command:
        case commands.CreateProfile():
            return [
                events.ProfileCreated(
                    profile_id=command.profile_id,
                    name=command.name,
                    store_type=command.store_type,
                    url=command.url,
                    profile_ledger_id=command.profile_ledger_id,
                )
            ]
        case commands.RenameProfile():
            profile = find_profile(command.name, catalog)
            return [
                events.ProfileRenamed(
                    profile_id=profile.profile_id, old_name=profile.name, new_name=command.new_name
                )
            ]
        case commands.SetProfileUrl():
            profile = find_profile(command.name, catalog)
            return [
                events.ProfileUrlSet(
                    profile_id=profile.profile_id, name=profile.name, old=profile.url, new=command.url
                )
            ]
        case commands.MoveProfile():
            profile = find_profile(command.name, catalog)
            return [
                events.ProfileMoved(
                    profile_id=profile.profile_id,
                    profile_name=profile.name,
                    old_store_type=profile.store_type,
                    new_store_type=command.store_type,
                    old=profile.url,
                    new=command.url,
                )
            ]
        case commands.DeleteProfile():
            return [events.ProfileDeleted(**find_profile(command.name, catalog)._asdict())]


def admit(event: Events, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        LedgerError: A rule forbids it, or somebody changed the thing since.
    """
    match event:
        case events.ProfileCreated():
            return _admit_creation(event, catalog)
        case events.ProfileRenamed():
            return _admit_renaming(event, catalog)
        case events.ProfileUrlSet():
            return _admit_url(event, catalog)
        case events.ProfileMoved():
            return _admit_move(event, catalog)
        case events.ProfileDeleted():
            return _admit_deletion(event, catalog)
        case events.ProfileActivated():
            current = catalog.active_profile()
            if current == (event.new.chosen_id if event.new else None):
                return None
            if current != (event.old.chosen_id if event.old else None):
                raise ChangedSinceError("The machine's active profile", MACHINE_ACTIVE_PROFILE)
            if event.new and catalog.profile_by_id(event.new.chosen_id) is None:
                raise deleted_profile(event.new.chosen_id, event.new.name)
            old, new = (present_choice(choice, catalog) if choice else None for choice in (event.old, event.new))
            return event.replace(old=old, new=new)


def _admit_creation(event: events.ProfileCreated, catalog: Catalog) -> DomainEvent | None:
    profile = catalog.profile_by_id(event.profile_id)
    if profile is not None and _same(profile, event, catalog):
        return None
    check_name("profile", event.name)
    _check_free(event.name, catalog)
    was = catalog.store_type(event.profile_ledger_id)
    if was is not None and "local" in (was, event.store_type) and was != event.store_type:
        raise NotAllowedError(
            f"The ledger of profile '{event.name}' has moved since, and is written in one place only.",
            code="moved_since",
        )
    if profile is not None:
        raise ProfileExistsError(
            f"Profile '{event.name}' already exists, as '{profile.name}'.",
            records=(Record("profile", (profile.profile_id,)),),
            code="profile_created_already",
            name=profile.name,
        )
    return event


def _admit_renaming(event: events.ProfileRenamed, catalog: Catalog) -> DomainEvent | None:
    profile = catalog.profile_by_id(event.profile_id)
    if profile is None:
        raise deleted_profile(event.profile_id, event.old_name)
    if profile.name == event.new_name:
        return None
    if profile.name != event.old_name:
        raise ChangedSinceError(
            f"The name of profile '{event.old_name}'", Record("profile", (profile.profile_id,))
        )
    check_name("profile", event.new_name)
    _check_free(event.new_name, catalog)
    if profile.store_type == "local":
        check_keeps_name(profile.profile_ledger_id, profile.name, "renamed", catalog)
    return event


def _admit_url(event: events.ProfileUrlSet, catalog: Catalog) -> DomainEvent | None:
    profile = catalog.profile_by_id(event.profile_id)
    if profile is None:
        raise deleted_profile(event.profile_id, event.name)
    check_url_can_change(profile.name, profile.store_type)
    if same_setting(profile.url, event.new, catalog):
        return None
    if not same_setting(profile.url, event.old, catalog):
        raise ChangedSinceError(f"The URL of profile '{profile.name}'", Record("profile", (profile.profile_id,)))
    return event.replace(name=profile.name, old=profile.url)


def check_url_can_change(name: str, store_type: str) -> None:
    """Makes sure that the URL of a profile is where others reach it too, and not its folder on this machine.

    Raises:
        NotAllowedError: It is a local profile.
    """
    if store_type == "local":
        raise NotAllowedError(
            f"The URL of profile '{name}' cannot be changed: it is a local profile, and the URL is its folder.",
            code="url_of_local_profile",
            profile=name,
        )


def _admit_move(event: events.ProfileMoved, catalog: Catalog) -> DomainEvent | None:
    profile = catalog.profile_by_id(event.profile_id)
    if profile is None:
        raise deleted_profile(event.profile_id, event.profile_name)
    place = (profile.store_type, profile.url)
    if _same_place(place, (event.new_store_type, event.new), catalog):
        return None
    if not _same_place(place, (event.old_store_type, event.old), catalog):
        raise ChangedSinceError(f"The place of profile '{profile.name}'", Record("profile", (profile.profile_id,)))
    return event.replace(profile_name=profile.name, old=profile.url)


def _same_place(one: tuple[str, Setting], other: tuple[str, Setting], catalog: Catalog) -> bool:
    return one[0] == other[0] and same_setting(one[1], other[1], catalog)


def _check_free(name: str, catalog: Catalog) -> None:
    taken = catalog.profile(name)
    if taken is not None:
        raise ProfileExistsError(
            f"Profile '{name}' already exists.",
            records=(Record("profile", (taken.profile_id,)),),
            name=name,
        )


def _admit_deletion(event: events.ProfileDeleted, catalog: Catalog) -> DomainEvent | None:
    profile = catalog.profile_by_id(event.profile_id)
    if profile is None:
        return None
    here = catalog.repository_here()
    if here is not None and here.profile_id == profile.profile_id:
        raise ActiveError(
            f"Profile '{profile.name}' cannot be deleted because it's locally active.",
            records=(Record("repository", (here.repository_id,)),),
            code="profile_locally_active",
            profile=profile.name,
        )
    if catalog.active_profile() == profile.profile_id:
        raise ActiveError(
            f"Profile '{profile.name}' cannot be deleted because it's globally active.",
            records=(MACHINE_ACTIVE_PROFILE,),
            code="profile_globally_active",
            profile=profile.name,
        )
    if not _same(profile, event, catalog):
        raise ChangedSinceError(f"Profile '{profile.name}'", Record("profile", (profile.profile_id,)))
    if profile.store_type == "local":
        check_keeps_name(profile.profile_ledger_id, profile.name, "deleted", catalog)
    return event.replace(url=profile.url)


def _same(profile: Profile, event: events.ProfileCreated | events.ProfileDeleted, catalog: Catalog) -> bool:
    place = (profile.name, profile.store_type, profile.profile_ledger_id)
    return place == (event.name, event.store_type, event.profile_ledger_id) and same_setting(
        profile.url, event.url, catalog
    )

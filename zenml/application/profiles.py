"""Profiles: making one or joining a shared one, renaming, moving, changing its URL, deleting and choosing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain import commands
from zenml.domain.errors import AlreadyExistsError, NotAllowedError
from zenml.domain.rules.profiles import check_url_can_change
from zenml.flavors.machine_places import machine_place
from zenml.ledger.ids import new_id
from zenml.projections import components, machine, stacks
from zenml.projections.settings import display_value
from zenml.snapshot import urls
from zenml.snapshot.profiles import check_first_name
from zenml.stores.rest.places import DEFAULT_URL, check_takes_token, is_exposed, read_service
from zenml.stores.shared.moved import check_open
from zenml.stores.shared_database.places import default_url, read_place
from zenml.unit_of_work import new_profiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from zenml.domain.events import StoreType
    from zenml.sharing.moving import ProfileMove
    from zenml.stores.protocol import SharedHead
    from zenml.stores.rest.places import ServicePlace
    from zenml.stores.shared.places import Place
    from zenml.stores.shared_database.places import SharedPlace
    from zenml.unit_of_work.open_change import OpenChange


def create_profile(
    work: OpenChange,
    name: str,
    store_type: str,
    url: str | None,
    token: str | None = None,
    served: str | None = None,
    *,
    activate: bool = False,
) -> None:
    """Makes a profile with a default stack, or joins a shared one; the change goes on in the active one.

    Args:
        work: The change.
        name: The profile's name.
        store_type: In what kind of store its ledger is.
        url: Where; None for the usual place.
        token: Lets one in where a service keeps the ledger, unless the URL has it.
        served: The ledger that is served at the URL, where the service is that of this configuration folder.
        activate: Whether it becomes the active profile.
    """
    _, change = work.now
    before = change.catalog.profile_row
    urls.check_new_profile(name, store_type)
    check_takes_token(store_type, token)
    if store_type == "sql":
        _share(work, name, read_place(url or default_url(work.request.config_directory, name)))
    elif served is not None:
        _name_again(work, name, read_service(url or DEFAULT_URL), served)
    elif store_type == "rest":
        _join(work, name, read_service(url or DEFAULT_URL, token))
    else:
        place = urls.local_profile_url(work.request.config_directory, name, url, work.profile_urls())
        new_profiles.make_profile(change, name, place, work.say, work.make_local_path)
    change.go_on_in(before or work.reading().active.profile)  # a variable may have named what is made only now
    if activate:
        activate_profile(work, name)


def shared_head(work: OpenChange, name: str, store_type: StoreType, place: Place) -> SharedHead:
    """Returns the head of the ledger in the place where a new profile is, to which the change writes.

    Raises:
        AlreadyExistsError: There is a profile of this name, or of this ledger.
        NotAllowedError: The ledger is elsewhere by now.
    """
    locked, change = work.now
    if change.catalog.profile(name) is not None:  # before anything is made anywhere
        shown = change.sealer.setting(place.shown)
        change.execute(commands.CreateProfile(new_id(), name, store_type, shown, new_id()))
    head = work.stores.head_at(place, locked.transaction)
    check_open(head)
    other = machine.profile_of_ledger(locked.transaction.database, locked.machine_id, head.ledger_id)
    if other is not None:
        raise AlreadyExistsError(f"Profile '{other.name}' is the one that is at {place.shown}.")
    return head


def _join(work: OpenChange, name: str, place: ServicePlace) -> None:
    """Makes a profile of the ledger that a service keeps."""
    _, change = work.now
    head = shared_head(work, name, "rest", place)
    url = work.stores.url_of(place)
    new_profiles.make_empty_profile(change, name, url, work.say, "rest", head.ledger_id)
    work.warn(f"Joined the profile that is served at {place.shown}, which has {head.size:,} events.")
    if is_exposed(place):
        work.warn(f"Nothing is encrypted on the way to {place.shown}: whoever is in between can read the token.")


def _name_again(work: OpenChange, name: str, place: ServicePlace, ledger_id: str) -> None:
    """Makes a profile that is another name of the one that the service of this configuration folder serves.

    Its ledger is in this very file: it is read and written here, and needs no service that runs.

    Raises:
        NotAllowedError: Other machines share that profile, so that it is not kept here; or it is gone.
    """
    locked, change = work.now
    database = locked.transaction.database
    first = machine.profile_of_ledger(database, locked.machine_id, ledger_id)
    if first is None:
        raise NotAllowedError(
            f"What is served at {place.shown} is not a profile of this machine any more.",
            code="service_of_nothing",
        )
    if first.is_shared:
        raise NotAllowedError(
            f"Profile '{first.name}' of this machine is what is served at {place.shown}.",
            code="served_here",
            profile=first.name,
        )
    stack_id = machine.active_stacks(database, locked.machine_id).get(first.profile_id)
    stack = stacks.stack_by_id(database, ledger_id, stack_id) if stack_id else None
    new_profiles.make_empty_profile(change, name, place.shown, work.say, ledger_id=ledger_id)
    if stack is not None:
        change.execute(commands.ActivateStack(stack.name, machine_wide=True))
    work.warn(
        f"Profile '{first.name}' of this machine is what is served there: '{name}' is another name of it, with "
        "the same stacks."
    )


def _share(work: OpenChange, name: str, place: SharedPlace) -> None:
    """Makes a profile of the ledger in a database, which begins with it if nobody has begun it."""
    locked, change = work.now
    head = shared_head(work, name, "sql", place)
    new_profiles.make_empty_profile(change, name, place.url, work.say, "sql", head.ledger_id)
    if head.size == 0:
        work.stores.begin_key(head.ledger_id, locked.transaction)
        new_profiles.fill_profile(change, lambda sentence: None, work.make_local_path)
    else:
        work.warn(f"Joined the shared ledger at {place.shown}, which has {head.size:,} events.")


def rename_profile(work: OpenChange, name: str, new_name: str) -> None:
    """Gives a profile another name."""
    work.execute(commands.RenameProfile(name, new_name))


def set_profile_url(
    work: OpenChange, name: str, url: str, check_same_ledger: Callable[[str, str, str], str]
) -> None:
    """Reaches the ledger of a shared profile by another URL.

    Args:
        work: The open change.
        name: The profile.
        url: The URL; what is secret in it is sealed.
        check_same_ledger: Takes the kind of store, a URL and the id of a ledger, and returns the URL as it is
            recorded; raises a `LedgerError` unless that ledger is there. Called while others wait for the lock.
    """
    locked, change = work.now
    profile = work.profile_row(name)
    check_first_name(locked.transaction.database, locked.machine_id, name)
    check_url_can_change(profile.name, profile.store_type)
    place = check_same_ledger(profile.store_type, url, profile.profile_ledger_id)
    work.execute(commands.SetProfileUrl(name, change.sealer.setting(place)))


def move_profile(work: OpenChange, move: ProfileMove) -> None:
    """Records that the ledger of a profile is in another place, within the store that brings it there."""
    _, change = work.now
    url = change.sealer.setting(move.url)
    if move.new is None:
        work.keyring.take_over(move.profile.profile_ledger_id)
    work.execute(commands.MoveProfile(move.profile.name, move.store_type, url))


def fit_places(work: OpenChange, name: str) -> None:
    """Has local components of a profile that was moved keep their data where they do in its new place.

    In a shared profile each machine finds a folder for itself; in a profile of one machine it is recorded.
    """
    locked, change = work.now
    profile, before = work.profile_row(name), change.catalog.profile_row
    change.go_on_in(profile)
    for row in components.components(locked.transaction.database, profile.profile_ledger_id):
        place = machine_place(row.component_type, row.flavor, row.component_id)
        if place is None:
            continue
        parameter, path = place
        present = display_value(row.settings[parameter]) if parameter in row.settings else None
        if profile.is_shared and present == path:
            work.execute(commands.UpdateComponent(row.component_type, row.name, {}, (parameter,)))
        elif not profile.is_shared and present is None:
            settings = {parameter: change.sealer.setting(path)}
            work.execute(commands.UpdateComponent(row.component_type, row.name, settings))
    change.go_on_in(before)


def delete_profile(work: OpenChange, name: str) -> None:
    """Removes a profile that is not active."""
    work.execute(commands.DeleteProfile(name))


def activate_profile(work: OpenChange, name: str, *, machine_wide: bool = False) -> None:
    """Chooses a profile; the change goes on in the one that is active then."""
    work.execute(commands.ActivateProfile(name, machine_wide))
    if not machine_wide:
        work.chosen_here("profile")
    _, change = work.now
    change.go_on_in(work.reading().active.profile)

"""Making, renaming, deleting and choosing profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain import commands
from zenml.snapshot import urls
from zenml.unit_of_work import first_run

if TYPE_CHECKING:
    from zenml.unit_of_work.work import UnitOfWork


def create_profile(
    work: UnitOfWork, name: str, store_type: str, url: str | None, *, activate: bool = False
) -> None:
    """Makes a profile with a default stack; the change goes on in the one that is active then."""
    _, change = work.now
    before = change.catalog.profile_row
    place = urls.local_profile_url(work.request.config_directory, name, store_type, url, work.profile_urls())
    first_run.make_profile(change, name, place, work.say, work.make_local_path)
    change.go_on_in(before or work.reading().active.profile)  # a variable may have named what is made only now
    if activate:
        activate_profile(work, name)


def rename_profile(work: UnitOfWork, name: str, new_name: str) -> None:
    """Gives a profile another name."""
    work.execute(commands.RenameProfile(name, new_name))


def delete_profile(work: UnitOfWork, name: str) -> None:
    """Removes a profile that is not active."""
    work.execute(commands.DeleteProfile(name))


def activate_profile(work: UnitOfWork, name: str, *, machine_wide: bool = False) -> None:
    """Chooses a profile; the change goes on in the one that is active then."""
    work.execute(commands.ActivateProfile(name, machine_wide))
    if not machine_wide:
        work.chosen_here("profile")
    _, change = work.now
    change.go_on_in(work.reading().active.profile)

"""The machine's configuration: its profiles, and which of them is active for the whole machine."""

from __future__ import annotations

from zenml.application.stacks import activate_stack_of
from zenml.config.profile_config import ProfileConfiguration
from zenml.domain.errors import InvalidValueError
from zenml.enums import StoreType
from zenml.projections import machine
from zenml.repository import Repository
from zenml.snapshot.snapshot import Snapshot


class GlobalConfiguration:
    """The profiles of this machine. Nothing is kept between calls, and every change is recorded.

    The choices of a repository are not included: see `zenml.repository.Repository`.
    """

    @property
    def config_directory(self) -> str:
        """The configuration folder."""
        return Repository().config_directory

    @property
    def profiles(self) -> dict[str, ProfileConfiguration]:
        """The profiles by name."""

        def read_profiles(snapshot: Snapshot) -> dict[str, ProfileConfiguration]:
            return {
                profile.name: ProfileConfiguration(
                    profile.name, profile.url, StoreType(profile.store_type), profile.active_stack or None
                )
                for profile in snapshot.profiles()
            }

        return Repository().ask(read_profiles)

    @property
    def activated_profile(self) -> str:
        """The name of the profile that is active for the machine."""

        def read_name(snapshot: Snapshot) -> str:
            active_id = machine.active_profile(snapshot.connection, snapshot.machine_id)
            names = {
                row.profile_id: row.name for row in machine.profiles(snapshot.connection, snapshot.machine_id)
            }
            return names.get(active_id or "", "")

        return Repository().ask(read_name)

    active_profile_name = activated_profile

    @property
    def active_stack_name(self) -> str | None:
        """The name of the stack that is active in that profile."""
        profile = self.get_profile(self.activated_profile)
        return profile.active_stack if profile else None

    def has_profile(self, name: str) -> bool:
        """Tells whether there is a profile of this name."""
        return name in self.profiles

    def get_profile(self, name: str) -> ProfileConfiguration | None:
        """Returns a profile; None if no profile has this name."""
        return self.profiles.get(name)

    def add_or_update_profile(self, profile: ProfileConfiguration) -> ProfileConfiguration:
        """Makes a profile with a default stack, unless there is one of its name; chooses its active stack.

        Raises:
            InvalidValueError: A profile of its name exists elsewhere or in another kind of store.
            StackNotFoundError: Its active stack is not one of its stacks; a `KeyError`.
        """
        known = self.get_profile(profile.name)
        repository = Repository()
        with repository.change() as work:
            if known is None:
                repository.create_profile(profile.name, store_type=profile.store_type, url=profile.store_url)
            elif (profile.store_url or known.store_url, profile.store_type) != (known.store_url, known.store_type):
                raise InvalidValueError(
                    f"Profile '{profile.name}' is at {known.store_url}, and cannot be moved.",
                    "Create another profile, and copy its stacks.",
                )
            if profile.active_stack is not None:
                activate_stack_of(work, profile.name, profile.active_stack)
        return self.profiles[profile.name]

    def activate_profile(self, name: str) -> None:
        """Makes a profile the machine's active one. Raises `ProfileNotFoundError`, which is a `KeyError`."""
        Repository().activate_profile(name, machine_wide=True)

    def activate_stack(self, name: str) -> None:
        """Makes a stack the active one of the machine's active profile. Raises `StackNotFoundError`."""
        with Repository().change() as work:
            activate_stack_of(work, self.activated_profile, name)

    def delete_profile(self, name: str) -> None:
        """Deletes a profile that is not active; its ledger stays, so that this can be undone.

        Raises:
            ProfileNotFoundError: No profile has this name; a `KeyError`.
            ActiveError: It is active; a `ValueError`.
        """
        Repository().delete_profile(name)

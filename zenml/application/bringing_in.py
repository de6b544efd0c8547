"""Every way to bring something in: from another profile, from files, from what ZenML left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zenml.domain.errors import LedgerError, NotAllowedError, ProfileExistsError
from zenml.domain.suggestions import typed
from zenml.ledger.meant import Target, about
from zenml.unit_of_work.open_change import OpenChange

if TYPE_CHECKING:
    from zenml.documents.found import Found
    from zenml.documents.profile import ProfileDocument
    from zenml.ledger.ledger import LockedLedger
    from zenml.ledger.origin import Origin
    from zenml.reconcile.plans.plan import Plan
    from zenml.projections.machine import ProfileRow
    from zenml.reconcile.transfers import Renames


class BringingIn(OpenChange):
    """What can be brought in within a change. What it takes is imported only then: few commands need it."""

    def copy_component(
        self, component_type: str, source: str, target: str, origin: str | None, destination: str | None
    ) -> None:
        """Registers a copy of a component."""
        from zenml.reconcile.transfers import copy_component

        copy_component(self, component_type, source, target, origin, destination)

    def copy_stack(
        self, source: str, target: str, origin: str | None, destination: str | None, renames: Renames
    ) -> None:
        """Registers a copy of a stack."""
        from zenml.reconcile.transfers import copy_stack

        copy_stack(self, source, target, origin, destination, renames)

    def import_stack(self, document: ProfileDocument, name: str | None, renames: Renames) -> None:
        """Registers a stack from a file."""
        from zenml.reconcile.transfers import import_stack

        import_stack(self, document, name, renames)

    def apply(self, document: ProfileDocument, prune: bool, to: str | None) -> None:
        """Makes the active profile what a document says; ``to`` confirms which that is."""
        from zenml.reconcile.reconciling import Rules, reconcile
        from zenml.reconcile.targets import check_target

        catalog = self.now[1].catalog
        with about(_updated(catalog.profile_row)):
            check_target(catalog, document.profile, to, self.say)
            reconcile(self, document, Rules(prune=prune, warn=self.say))

    def apply_plan(self, plan: Plan) -> None:
        """Does what was planned, if what it touches is as it was."""
        from zenml.reconcile.plans.carrying_out import carry_out

        with about(_updated(self.now[1].catalog.profile_row)):
            carry_out(self, plan)

    def import_profiles(self, path: str, found: Found, *, checked: bool) -> None:
        """Makes profiles of what a path led to, as `zenml.reconcile.importing.find_profiles` returns it."""
        from zenml.reconcile.importing import import_profile

        for it in found.profiles:
            free = self._free_name(path, it.name, alone=len(found.profiles) == 1)
            import_profile(self, it._replace(name=free), checked=checked)
        for problem in found.problems:
            self.warn(problem)

    def _free_name(self, path: str, name: str, *, alone: bool) -> str:
        """Returns what a profile from a file is called here: one of several gives way to one that is here already.

        Raises:
            ProfileExistsError: Its name is taken, and it is the only one: it can be given another.
        """
        _, change = self.now
        if change.catalog.profile(name) is None:
            return name
        other = f"{name}-imported"
        if alone or change.catalog.profile(other) is not None:
            folder = path if os.path.isdir(path) else os.path.dirname(path)
            one = path if alone else os.path.join(folder, "profiles", name)
            raise ProfileExistsError(
                f"Profile '{name}' already exists.",
                f'Run "zenml profile import {typed(one)} --name NAME" to give it another name.',
            )
        self.say(f"A profile '{name}' already exists here: the one from {path} is now called '{other}'.")
        return other

    def left_by_zenml(self) -> Found | LedgerError | None:
        """Returns what ZenML left in the configuration folder; the error, if it cannot be read."""
        folder = self.request.config_directory
        if not os.path.exists(os.path.join(folder, "config.yaml")):
            return None
        from zenml.documents.zenml_config import is_zenml_config, later_zenml, read_zenml_config

        if not is_zenml_config(folder):
            later = later_zenml(folder)
            return None if later is None else NotAllowedError(f"it is {later[0]}. {later[1]}")
        try:
            return read_zenml_config(folder)
        except LedgerError as error:
            return error

    def bring_over(
        self, left: Found | LedgerError, locked: LockedLedger, who: Origin, profile: ProfileRow
    ) -> None:
        """Records what ZenML left in the configuration folder as a change of its own, which can be undone."""
        from zenml.reconcile.importing import bring_over

        folder = self.request.config_directory
        try:
            if isinstance(left, LedgerError):
                raise left
            with self.step_back(), self.begun(locked, who, profile, "import") as recorded:
                bring_over(self, left)
        except LedgerError as error:
            self.say(f"ZenML's configuration in {folder} was not migrated: {error.message}")
            return
        for change in recorded:
            self.say(
                f"ZenML's configuration in {folder} was migrated; its files are unchanged. "
                f'Run "zenml undo {change.letters[:8]}" to undo that.'
            )


def _updated(profile: ProfileRow | None) -> Target | None:
    """Returns what a file that is applied is about, as long as no single thing in it is."""
    return Target("update", "profile", profile.name, profile.profile_id) if profile else None

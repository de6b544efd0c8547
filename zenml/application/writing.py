"""Every way to change something: each method turns names and values into commands and executes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml import places
from zenml.active import zen_file
from zenml.api.arguments import checked
from zenml.application.bringing_in import BringingIn
from zenml.domain import commands
from zenml.domain.component_types import MANDATORY, command, display
from zenml.domain.errors import NotAllowedError, RepositoryExistsError
from zenml.domain.events import Provisioning
from zenml.domain.typed_names import component_named
from zenml.ledger.ids import new_id
from zenml.projections import machine
from zenml.projections.settings import shown
from zenml.snapshot import urls
from zenml.unit_of_work import first_run

if TYPE_CHECKING:
    from datetime import datetime

    from zenml.application.provisioning import Having
    from zenml.flavors.base import StackComponent
    from zenml.stack import Stack


@checked
class Writing(BringingIn):
    """What can be done within a change."""

    # --- components -----------------------------------------------------------------------------

    def build_component(
        self,
        component_type: str,
        name: str,
        flavor: str,
        parameters: Mapping[str, Any],
        secrets: frozenset[str],
    ) -> None:
        """Registers a component, given as text."""
        from zenml.flavors.build import build  # here and below: flavors are costly, and few commands need them

        known = self.reading().flavors
        self.register_component(build(component_type, flavor, name, new_id(), parameters, known), secrets)

    def register_component(self, component: StackComponent, secrets: frozenset[str] = frozenset()) -> None:
        """Registers a component."""
        _, change = self.now
        settings = change.sealer.settings(
            component.parameters, component.secret_parameters() | secrets, component.plain_parameters()
        )
        self.execute(
            commands.RegisterComponent(
                str(component.uuid), component.TYPE, component.name, component.FLAVOR, settings
            )
        )
        self.make_local_path(component)
        self.say(first_run.registered_component(component.TYPE, component.name))

    def update_component(
        self,
        component_type: str,
        name: str,
        parameters: Mapping[str, Any],
        remove: Sequence[str],
        secrets: frozenset[str],
    ) -> None:
        """Sets some parameters of a component and unsets others."""
        from zenml.snapshot import objects

        now = self.reading()
        found = now.component(component_type, name)
        updated = objects.updated_object(
            now, self.master_key, component_type, found.component_id, parameters, remove
        )
        _, change = self.now
        secret = (
            updated.secret_parameters() | secrets | objects.kept_secret(now, component_type, found.component_id)
        )
        settings = change.sealer.settings(
            {key: value for key, value in updated.parameters.items() if key in parameters},
            secret,
            updated.plain_parameters(),
        )
        self.execute(commands.UpdateComponent(component_type, name, settings, tuple(remove)))
        self.make_local_path(updated)
        self.say(f"Updated stack component with type '{component_type}' and name '{name}'.")

    def update_component_object(self, name: str, component_type: str, component: StackComponent) -> None:
        """Gives a component the parameters of another one, and its name."""
        found = self.reading().component(component_type, name)
        if (component_type, found.flavor) != (component.TYPE, component.FLAVOR):
            raise NotAllowedError(
                f"{display(component_type).capitalize()} '{name}' has the flavor '{found.flavor}', and cannot "
                f"be changed to the flavor '{component.FLAVOR}'.",
                f'Run "zenml {command(component_type)} register" to make another one.',
            )
        gone = [parameter for parameter in found.parameters if parameter not in component.parameters]
        self.update_component(component_type, name, component.parameters, gone, frozenset())
        if component.name != name:
            self.rename_component(component_type, name, component.name)

    def rename_component(self, component_type: str, name: str, new_name: str) -> None:
        """Gives a component another name."""
        self.execute(commands.RenameComponent(component_type, name, new_name))

    def delete_component(self, component_type: str, name: str) -> None:
        """Removes a component that no stack uses."""
        self.execute(commands.DeleteComponent(component_type, name))
        self.say(f"Deregistered stack component (type: {component_type}) with name '{name}'.")

    # --- flavors --------------------------------------------------------------------------------

    def register_flavor(self, component_type: str, source: str) -> None:
        """Makes a class of one's own, ``module.Class``, known as a flavor."""
        from zenml.snapshot.flavors import check_flavor

        name = check_flavor(self.reading().flavors, component_type, source)
        self.execute(commands.RegisterFlavor(new_id(), component_type, name, source))

    def delete_flavor(self, component_type: str, name: str) -> None:
        """Deletes a custom flavor that no component uses."""
        self.execute(commands.DeleteFlavor(component_type, name))

    # --- stacks ---------------------------------------------------------------------------------

    def register_stack(self, name: str, components: Mapping[str, str]) -> None:
        """Registers a stack of components, given by type and name; no metadata store means the default one."""
        parts = first_run.with_metadata_store(name, components, self.now[1].catalog, self.say)
        self.execute(commands.RegisterStack(new_id(), name, parts))
        self.say(first_run.registered_stack(name))

    def register_stack_object(self, stack: Stack) -> None:
        """Registers a stack and those of its components that are not registered yet."""
        from zenml.snapshot import objects

        for component in objects.unregistered(self.reading(), stack):
            self.register_component(component)
        self.register_stack(stack.name, {kind: part.name for kind, part in stack.components.items()})

    def combine_stack(self, name: str, components: Mapping[str, str], *, activate: bool) -> None:
        """Registers a stack of components, and activates it if asked to."""
        self.register_stack(name, components)
        if activate:
            self.activate_stack(name)

    def update_stack(self, name: str, components: Mapping[str, str], remove: Sequence[str]) -> None:
        """Exchanges components of a stack and takes types out of it."""
        self.execute(commands.UpdateStack(name, dict(components), tuple(remove)))
        self.say(f"Updated stack with name '{name}'.")

    def update_stack_object(self, name: str, stack: Stack) -> None:
        """Makes a stack like another one, name included; components that are not registered yet are."""
        from zenml.snapshot import objects

        now = self.reading()
        held = now.stack(name).components
        for component in objects.unregistered(now, stack):
            self.register_component(component)
        parts = {kind: part.name for kind, part in stack.components.items()}
        gone = [kind for kind in held if kind not in parts and kind not in MANDATORY]
        self.update_stack(name, parts, gone)
        if stack.name != name:
            self.rename_stack(name, stack.name)

    def rename_stack(self, name: str, new_name: str) -> None:
        """Gives a stack another name."""
        self.execute(commands.RenameStack(name, new_name))
        self.say(f"Updated stack with name '{name}'.")

    def delete_stack(self, name: str) -> None:
        """Removes a stack that is not active."""
        self.execute(commands.DeleteStack(name))
        self.say(f"Deregistered stack with name '{name}'.")

    def activate_stack(self, name: str, *, machine_wide: bool = False) -> None:
        """Chooses a stack."""
        profile = self.now[1].catalog.profile_used  # which says why, if none is
        by_variable = self.reading().active.profile_by == "environment"
        self.execute(commands.ActivateStack(name, machine_wide, with_profile=not by_variable))
        here = self.reading().active.repository
        if not machine_wide and here is not None and here.profile_id == profile.profile_id:
            self.chosen_here("stack")

    def activate_stack_of(self, profile: str, name: str) -> None:
        """Chooses a stack of a profile for the machine; the change goes on in the profile it was in."""
        _, change = self.now
        before = change.catalog.profile_row
        change.go_on_in(self.profile_row(profile))
        self.activate_stack(name, machine_wide=True)
        change.go_on_in(before)

    # --- labels ---------------------------------------------------------------------------------

    def put_label(self, label: str, point: str | datetime) -> None:
        """Gives a change a name of its own."""
        from zenml.snapshot.points import change_meant, check_no_time

        check_no_time(label)
        change = change_meant(self.reading(), point)
        self.execute(commands.Label(new_id(), label, change.change_id))

    def delete_label(self, label: str) -> None:
        """Removes a label; the change it names stays."""
        self.execute(commands.Label(new_id(), label, None))

    # --- what components have on this machine ----------------------------------------------------

    def record_provisioning(self, recorded: Mapping[str, Having]) -> None:
        """Takes note of what components, given as ``type/name``, have on this machine."""
        now, (_, change) = self.reading(), self.now
        for thing, having in recorded.items():
            component_type, name = component_named(thing)
            made = tuple(change.sealer.salted(path) for path in having.made)
            provisioning = Provisioning(state=having.state, made=made) if having.state else None
            component_id = now.component(component_type, name).component_id
            self.execute(commands.RecordProvisioning(component_id, component_type, name, provisioning))

    # --- what was handed out of the record --------------------------------------------------------

    def record_export(
        self,
        export_id: str,
        format_name: str,
        asked: Mapping[str, Any],
        destination: str | None,
        entries: int,
        size: int,
        digest: str,
    ) -> None:
        """Takes note of an export."""
        _, change = self.now
        place = change.sealer.salted(destination) if destination is not None else None
        what = change.sealer.salted(dict(asked))
        self.execute(commands.RecordExport(export_id, format_name, what, place, entries, size, digest))

    # --- profiles and repositories --------------------------------------------------------------

    def create_profile(self, name: str, store_type: str, url: str | None, *, activate: bool = False) -> None:
        """Makes a profile with a default stack; the change goes on in the one that is active then."""
        _, change = self.now
        before = change.catalog.profile_row
        place = urls.local_profile_url(self.request.config_directory, name, store_type, url, self.profile_urls())
        first_run.make_profile(change, name, place, self.say, self.make_local_path)
        change.go_on_in(before or self.reading().active.profile)  # a variable may have named what is made only now
        if activate:
            self.activate_profile(name)

    def rename_profile(self, name: str, new_name: str) -> None:
        """Gives a profile another name."""
        self.execute(commands.RenameProfile(name, new_name))

    def delete_profile(self, name: str) -> None:
        """Removes a profile that is not active."""
        self.execute(commands.DeleteProfile(name))

    def activate_profile(self, name: str, *, machine_wide: bool = False) -> None:
        """Chooses a profile; the change goes on in the one that is active then."""
        self.execute(commands.ActivateProfile(name, machine_wide))
        if not machine_wide:
            self.chosen_here("profile")
        _, change = self.now
        change.go_on_in(self.reading().active.profile)

    def initialize(self, folder: str) -> None:
        """Makes a folder a repository."""
        root, (locked, change) = places.resolved_folder(folder), self.now
        if zen_file.exists(root):
            raise RepositoryExistsError(
                f"Found existing ZenML repository at path '{root}'.",
                f"To start again, remove {zen_file.path(root)} first.",
            )
        active = self.reading().active
        active.check_stack()
        database = locked.transaction.database
        for known in machine.repositories(database, locked.machine_id):
            if shown(known.path) == root:  # its .zen folder was removed by hand
                self.execute(commands.ForgetRepository(known.repository_id))
        self.execute(
            commands.InitializeRepository(
                new_id(),
                change.sealer.salted(root),
                active.profile.profile_id if active.profile else "",
                active.stack.stack_id if active.stack else None,
            )
        )

    def restore(self, to: str | datetime, *, only: Sequence[str], everything: bool) -> None:
        """Makes the active profile, or some things, or everything as it was."""
        from zenml.reconcile.restoring import restore

        restore(self, to, only, everything=everything)

    # --- undo -----------------------------------------------------------------------------------

    def undo(self, *names: str, count: int | None, cascade: bool, any_actor: bool) -> None:
        """Takes changes back; those that are named, else one's newest."""
        from zenml.application.undoing import take_back

        take_back(self, names, count=count, cascade=cascade, any_actor=any_actor, redo=False)

    def redo(self, *names: str, count: int | None, cascade: bool, any_actor: bool) -> None:
        """Takes undos back; those that are named, else one's newest."""
        from zenml.application.undoing import take_back

        take_back(self, names, count=count, cascade=cascade, any_actor=any_actor, redo=True)

"""The façade: what engineers import, and the one way in for the commands.

It is long on purpose: in one place, a line or two for each thing that can be done, with what it takes and raises.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from zenml import application, paths
from zenml.active.variables import PROFILE_VARIABLE, STACK_VARIABLE
from zenml.api.arguments import checked
from zenml.api.past import Past
from zenml.api.recording import Recording
from zenml.domain.errors import NotAllowedError
from zenml.ledger.meant import Target
from zenml.projections import database, kept
from zenml.snapshot.profiles import profile_named
from zenml.unit_of_work.request import no_progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path
    from typing import Any, BinaryIO, Unpack

    from zenml.anchors.configured import ConfiguredAnchor
    from zenml.api.anchoring import Anchored
    from zenml.api.bisecting import Culprit
    from zenml.api.evidence import Checkpoints
    from zenml.api.joining import WayIn
    from zenml.api.kept_secrets import Shredding
    from zenml.api.make_bundle import MadeBundle
    from zenml.api.record_export import Exported
    from zenml.api.redacting import Listed, Redacted
    from zenml.api.runs.closing import ClosableRuns
    from zenml.api.runs.commands import EndedRun
    from zenml.api.runs.exporting import ExportedRuns
    from zenml.api.runs.run_object import Run
    from zenml.api.secrets_key import SecretsKey
    from zenml.api.service_tokens import CreatedToken
    from zenml.api.signing_keys import SigningKeys
    from zenml.application.copies import Renames
    from zenml.application.provisioning import Loaded, Prepared
    from zenml.audit.importing import Imported
    from zenml.custody.checkpoints import SignedCheckpoint
    from zenml.custody.event_proofs import EventProof
    from zenml.custody.ledger_file import LedgerStatus
    from zenml.custody.remembered_heads import Accepted
    from zenml.documents.profile import ProfileDocument
    from zenml.flavors.base import StackComponent
    from zenml.flavors.removal import Fate
    from zenml.history.change_details import ChangeDetails
    from zenml.history.history_filter import Which
    from zenml.history.rehearsed_change import RehearsedChange
    from zenml.ledger.change import Change
    from zenml.ledger.verification import Verification
    from zenml.projections.timeline.differences import Difference
    from zenml.reconcile.plans.plan import Plan
    from zenml.runs.looking.finding_runs import RunFilterArguments
    from zenml.sharing.upgrading import Upgrade
    from zenml.snapshot.kept_secrets import KeptSecret
    from zenml.snapshot.service_tokens import TokenInfo
    from zenml.snapshot.snapshot import Snapshot
    from zenml.stack import Stack
    from zenml.stores.backup import Backup
    from zenml.unit_of_work.request import Progress
    from zenml.unit_of_work.work import UnitOfWork


@checked
class Repository(Recording):
    """The profiles, stacks and components one can see from a folder.

    Every method that changes something returns the change it recorded. It returns None if there was
    nothing to change, and within `change`, which is recorded as a whole at its end. Nothing is kept
    between calls: what another process did is seen at once.

    Args:
        root: A folder inside a repository; the working directory if None.
        notify: Called with what happens on the way, a sentence at a time; standard error by default.
        command: The words of a command line, to be recorded with what it does; None in Python.
        reason: The reason, which is recorded too.
        idempotency_key: Under which what is done is recorded once: the same method with the same arguments
            then gives the first result again, and another one is refused.
        dry_run: Decide everything as it would be, and write nothing.
    """

    @classmethod
    def get_instance(cls) -> Repository:
        """Returns the repository one is in."""
        return cls()

    def _at(self, point: str | datetime, *, same_profile: bool = False) -> Past:
        return Past(self, point, same_profile=same_profile)

    @staticmethod
    def find_repository(path: str | os.PathLike[str] | None = None) -> Path | None:
        """Returns the nearest repository at or above a path, or the working directory; None outside of any."""
        from pathlib import Path

        folder = paths.find_repository(os.fspath(path) if path is not None else None)
        return Path(folder) if folder else None

    @staticmethod
    def is_repository_directory(path: str | os.PathLike[str]) -> bool:
        """Tells whether a folder is a repository."""
        return paths.is_repository(os.fspath(path))

    def activate_root(self, root: str | os.PathLike[str] | None = None) -> None:
        """Looks from another folder on; from the working directory for None."""
        self._root = paths.find_repository(os.fspath(root) if root is not None else None)
        self._migrated = False

    def create_profile(
        self,
        name: str,
        *,
        store_type: str = "local",
        url: str | None = None,
        token: str | None = None,
        activate: bool = False,
    ) -> Change | None:
        """Makes a profile with a default stack, or joins one that is shared; chooses it if asked to.

        Args:
            name: The profile's name.
            store_type: ``local``; ``sql`` for a ledger in a database; ``rest`` for one that a service keeps.
            url: Where; None for the usual place.
            token: Lets one in at a service.
            activate: Whether it is chosen, as `activate_profile` does.

        Raises:
            ProfileExistsError: There is a profile of this name.
            InvalidValueError: The name, the store type or the URL is not valid.
            LedgerError: The database or the service cannot be used, or does not let one in.
        """
        meant = Target("create", "profile", name)
        with self._way_in(name, store_type, url, token) as way:

            def create_profile(
                work: UnitOfWork, name: str, store_type: str, url: str | None, *, activate: bool = False
            ) -> None:
                application.profiles.create_profile(
                    work, name, store_type, url, way.token, way.ledger_id, activate=activate
                )

            if not activate:
                return self._recorded(create_profile, meant=meant)(name, store_type, url)
            create = self._recorded(create_profile, meant=meant, chooses=True)
            change = create(name, store_type, url, activate=True)
        self._say_if_overruled(PROFILE_VARIABLE, name)
        return change

    @contextmanager
    def _way_in(self, name: str, store_type: str, url: str | None, token: str | None) -> Iterator[WayIn]:
        """Gives the way in at the service of a new profile; only what was given, where there is none to find."""
        from zenml.api.joining import WayIn, way_in

        if store_type != "rest" or any(profile.name == name for profile in self.profiles):
            yield WayIn(token)  # one that exists is refused, or was made before with this idempotency key
        else:
            with way_in(self, url, token, self._notify, self._in_folder) as way:
                yield way

    def _in_folder(self, config_directory: str) -> Repository:
        """Returns what one does in another configuration folder of the same user."""
        reason = "A profile of the same user is served to them."
        there = Repository(os.sep, notify=lambda sentence: None, reason=reason)
        there._config_directory = config_directory
        return there

    def service_wants_token(self, name: str, url: str | None = None) -> bool:
        """Tells whether a new profile needs a token that somebody has to give.

        Args:
            name: What the profile is to be called; if there is one of this name, nobody is to be asked.
            url: The service; None for the usual one.

        Raises:
            InvalidValueError: The URL cannot be read.
            LedgerError: The service does not answer.
        """
        from zenml.api.joining import needs_token

        return all(profile.name != name for profile in self.profiles) and needs_token(self, url)

    def rename_profile(self, name: str, new_name: str) -> Change | None:
        """Gives a profile another name; it stays active where it was.

        Its folder stays, too. The files of the repositories that chose it follow, as far as they can be written.

        Raises:
            ProfileNotFoundError: There is no profile of this name.
            ProfileExistsError: Another profile has the new name.
            InvalidValueError: The new name cannot be the name of a profile.
        """
        return self._recorded(application.profiles.rename_profile)(name, new_name)

    def update_profile(self, name: str, url: str | None = None, token: str | None = None) -> Change | None:
        """Reaches the ledger of a shared profile by another URL or with another token, if that ledger is there.

        Args:
            name: The profile.
            url: The URL; None for the present one.
            token: Lets one in at the service that keeps the profile; None for the present one.

        Raises:
            ProfileNotFoundError: There is no profile of this name.
            NotAllowedError: It is a local profile; or what is at the URL cannot be asked, or is something else.
        """
        from functools import cache

        from zenml.sharing.same_ledger import check_same_ledger, with_token
        from zenml.snapshot.profiles import check_first_name, shared_profile

        check = cache(check_same_ledger)
        if self._open is None:  # it is asked before there is a lock, so that nobody waits for a network with it
            with self.reading() as now:
                check_first_name(now.connection, now.machine_id, name)
                profile = shared_profile(now.connection, now.machine_id, name)
                url = with_token(now.connection, self._keyring(now), profile, url, token)
            if profile is not None:
                check(profile.store_type, url, profile.profile_ledger_id)

        def set_profile_url(work: UnitOfWork, name: str, url: str) -> None:
            application.profiles.set_profile_url(work, name, url, check)

        return self._recorded(set_profile_url, meant=Target("update", "profile", name))(name, url or "")

    def move_profile(self, name: str, to: str, progress: Progress = no_progress) -> Change | None:
        """Moves a profile to a shared database, or makes it this machine's own again: the same ledger, whole.

        It can be written in one place only, at any time: where it was is closed before it is opened where it comes
        to. If it is interrupted it goes on when it is called again.

        Args:
            name: The profile.
            to: The URL of the database, or ``local``.
            progress: Gives a function to be told how many events are copied, and how many there are.

        Returns:
            The change that records it; None if it is there already.

        Raises:
            ProfileNotFoundError: There is no profile of this name.
            InvalidValueError: The URL cannot be read.
            AlreadyExistsError: Another ledger is in the database.
            LedgerError: A database cannot be used, or a secret cannot be opened.
        """
        return self._moved(name, to, progress)

    def copy_profile(
        self, name: str, new_name: str, *, store_type: str = "local", url: str | None = None
    ) -> Change | None:
        """Makes a profile with what another one has now; its ledger is a new one, and names the other.

        History and labels stay behind; secrets are sealed anew.

        Raises:
            ProfileNotFoundError: There is no profile of this name.
            ProfileExistsError: There is one of the new name.
            AlreadyExistsError: There is a ledger in the database already.
            LedgerError: A secret cannot be opened, or the database cannot be used.
        """
        self._bring(name)
        copy = application.profile_copies.copy_profile
        meant = Target("create", "profile", new_name)
        return self._recorded(copy, kind="import", meant=meant)(name, new_name, store_type, url)

    def upgrade_outlook(self, name: str) -> Upgrade:
        """Returns what an upgrade of a shared profile would do, and whom it would leave behind; changes nothing.

        Raises:
            ProfileNotFoundError: There is no profile of this name.
            NotAllowedError: The profile is not shared.
            LedgerError: Its database cannot be used.
        """
        from zenml.sharing.upgrading import upgrade_outlook

        self._bring(name)
        with self.reading() as snapshot:
            profile = profile_named(snapshot.connection, snapshot.machine_id, name)
            return upgrade_outlook(snapshot.connection, self._keyring(snapshot), profile)

    def upgrade_profile(self, name: str) -> Upgrade:
        """Lets a shared profile have all that this version records; earlier versions only read it then.

        Returns:
            What was done. Raises as `upgrade_outlook` does.
        """
        from zenml.sharing.upgrading import upgrade

        outlook = self.upgrade_outlook(name)
        if outlook.is_needed and not self.dry_run:
            with self.reading() as snapshot:
                profile = profile_named(snapshot.connection, snapshot.machine_id, name)
                upgrade(snapshot.connection, self._keyring(snapshot), profile)
        return outlook

    def delete_profile(self, name: str) -> Change | None:
        """Removes a profile that is not active; its ledger stays, so that this can be undone."""
        return self._recorded(application.profiles.delete_profile)(name)

    def activate_profile(self, name: str, *, machine_wide: bool = False) -> Change | None:
        """Chooses a profile: for the repository one is in, else (or if asked to) for the machine."""
        activate = application.profiles.activate_profile
        change = self._recorded(activate, chooses=not machine_wide)(name, machine_wide=machine_wide)
        self._say_if_overruled(PROFILE_VARIABLE, name)
        return change

    def initialize(self, root: str | os.PathLike[str] | None = None) -> Change | None:
        """Makes a folder a repository that starts with what is active; the working directory for None.

        Raises:
            RepositoryExistsError: It is already one.
        """
        return self._recorded(application.repositories.initialize)(
            os.fspath(root) if root is not None else paths.working_directory()
        )

    def show(self, change: str | None = None, *, rehearse: bool = True) -> ChangeDetails:
        """Returns all there is to know of a change, given by its letters or a label; of the newest one for none.

        What its undo would meet is found out by rehearsing it, whoever made the change; nothing is written.

        Args:
            change: The change.
            rehearse: Whether that is found out at all, which takes longer than the rest.

        Raises:
            ChangeNotFoundError: No change, or more than one, begins with these letters.
        """
        from zenml.custody import remembered_heads
        from zenml.history.change_details import details
        from zenml.history.undo_preview import undo_preview

        # before the file is looked at: others go on meanwhile
        remembered = remembered_heads.remembered(self.config_directory)
        shown = self.ask(lambda snapshot: self._with_runs(snapshot, details(snapshot, change, remembered)))

        def rehearsal(notify: Callable[[str], None]) -> Change | None:
            reason = "to see what it would meet"
            trying = Repository(self.root, notify=notify, reason=reason, dry_run=True)
            return trying.undo(shown.info.letters, any_actor=True)

        if not rehearse:
            return shown
        return shown._replace(undo=undo_preview(rehearsal, stays=shown.place if shown.elsewhere else None))

    def undo(
        self,
        *changes: str,
        count: int | None = None,
        cascade: bool = False,
        any_actor: bool = False,
        expect: str | None = None,
    ) -> Change | None:
        """Undoes changes, as one change: those that are named, by default your newest that are in effect.

        Args:
            changes: Their letters, as far as they are unambiguous; ``one..other`` is both and those between.
            count: How many of your newest; one if neither is given.
            cascade: Also undo what depends on them.
            any_actor: Whoever made them; then the repository needs a reason.
            expect: The digest of the change that a rehearsal returned: exactly that is done, or nothing.

        Raises:
            UndoConflictError: Something came later that this would destroy; nothing was changed.
            OvertakenError: It would do something else by now than what is expected; nothing was changed.
            ChangeNotFoundError: There is no such change.
            NotAllowedError: One of them is never undone: the first run, an export of the record, a move.
            OtherActorError: One of them is somebody else's.
            OtherSessionError: Your newest was made in another repository, or in a session that is not one of
                your terminals on this machine.
        """
        undo = self._recorded(application.undoing.undo, kind="undo")
        if expect is None:  # an idempotency key remembers the arguments
            return undo(*changes, count=count, cascade=cascade, any_actor=any_actor)
        return undo(*changes, count=count, cascade=cascade, any_actor=any_actor, expect=expect)

    def redo(
        self,
        *changes: str,
        count: int | None = None,
        cascade: bool = False,
        any_actor: bool = False,
        expect: str | None = None,
    ) -> Change | None:
        """Redoes what was undone: what is named, by default what your newest undos in effect undid.

        Args:
            changes: Letters of undos, or of changes that are undone.
            count: How many of your newest undos; one if neither is given.
            cascade: Also undo what is in the way.
            any_actor: Whoever made the undos; then the repository needs a reason.
            expect: As for an undo.

        Raises:
            UndoConflictError: Something came later that this would destroy; nothing was changed.
            OvertakenError: It would do something else by now than what is expected; nothing was changed.
            ChangeNotFoundError: There is no such change.
            OtherActorError: One of them is somebody else's.
            OtherSessionError: Your newest was made in another repository, or in a session that is not one of
                your terminals on this machine.
        """
        redo = self._recorded(application.undoing.redo, kind="redo")
        if expect is None:  # an idempotency key remembers the arguments
            return redo(*changes, count=count, cascade=cascade, any_actor=any_actor)
        return redo(*changes, count=count, cascade=cascade, any_actor=any_actor, expect=expect)

    def restore(self, to: str | datetime, *, only: Sequence[str] = (), everything: bool = False) -> Change | None:
        """Returns the active profile to an earlier state: what it has, and which of its stacks is active.

        Args:
            to: The point in the past, as `at` takes it.
            only: Only these: ``stack/NAME``, with the components it had, or ``TYPE/NAME``.
            everything: All profiles, and which one is active, too.

        Raises:
            ChangeNotFoundError: There is no such change.
            ProfileNotFoundError: The profile did not exist then.
            NotAllowedError: A thing that ``only`` names was made since.
            ActiveError: Something that came since is active elsewhere.
            InUseError: Something that came since is used by what stays.
        """
        return self._recorded(application.restoring.restore, kind="restore")(
            to, only=tuple(only), everything=everything
        )

    def rehearsed(self, change: Change) -> RehearsedChange:
        """Returns what a change would do that was only tried out, by a repository with ``dry_run``."""
        from zenml.history.rehearsed_change import rehearsed_change

        return self.ask(lambda snapshot: rehearsed_change(snapshot, change))

    def bisect(
        self,
        good: str | datetime,
        bad: str | datetime,
        command: Sequence[str],
        *,
        progress: Callable[[str], None] = lambda sentence: None,
    ) -> Culprit:
        """Finds the first change after which a command fails.

        The command runs on throw-away copies of the configuration, as it was after each change that is tried.
        It exits with 0 if all is well, with 1 to 127 if not, and with 125 if that cannot be decided.

        Args:
            good: A point, as `at` takes it, at which the command succeeds.
            bad: A later one at which it fails.
            command: The program and its arguments.
            progress: Called with what is tried.

        Raises:
            InvalidValueError: The command does not succeed at ``good``, or does not fail at ``bad``.
            NotAllowedError: The command cannot be run, or was killed.
        """
        from zenml.api.bisecting import bisect

        return bisect(self, good, bad, command, progress)

    # --- what a profile has --------------------------------------------------------------------

    def register_stack_component(self, component: StackComponent) -> Change | None:
        """Registers a component."""
        return self._recorded(application.components.register_component)(component)

    def register_component(
        self,
        component_type: str,
        name: str,
        flavor: str,
        parameters: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Change | None:
        """Registers a component of a flavor; ``secrets`` names parameters to encrypt whatever the flavor says."""
        meant = Target("create", component_type, name)
        return self._recorded(application.components.build_component, meant=meant)(
            component_type, name, flavor, parameters, secrets
        )

    def update_component(
        self,
        component_type: str,
        name: str,
        parameters: Mapping[str, Any],
        remove: Sequence[str] = (),
        secrets: frozenset[str] = frozenset(),
    ) -> Change | None:
        """Sets some parameters of a component and unsets others."""
        meant = Target("update", component_type, name)
        return self._recorded(application.components.update_component, meant=meant)(
            component_type, name, parameters, remove, secrets
        )

    def update_stack_component(self, name: str, component_type: str, component: StackComponent) -> Change | None:
        """Gives a component the parameters of another one, and its name; its identity stays.

        Raises:
            StackComponentNotFoundError: There is none of this name; a `KeyError`.
            NotAllowedError: It is of another type or flavor.
            StackComponentExistsError: The other's name is taken.
        """
        meant = Target("update", component_type, name)
        return self._recorded(application.components.update_component_object, meant=meant)(
            name, component_type, component
        )

    def rename_component(self, component_type: str, name: str, new_name: str) -> Change | None:
        """Renames a component; the stacks that use it keep using it."""
        return self._recorded(application.components.rename_component)(component_type, name, new_name)

    def deregister_stack_component(self, component_type: str, name: str) -> Change | None:
        """Removes a component that no stack uses."""
        return self._recorded(application.components.delete_component)(component_type, name)

    def register_flavor(self, component_type: str, source: str) -> Change | None:
        """Registers a class, given as ``module.Class``, as a custom flavor of a type.

        Raises:
            FlavorImportError: It cannot be imported from the repository's root, or is not a flavor.
            AlreadyExistsError: There is a flavor of its name.
        """
        meant = Target("create", f"{component_type}_flavor", source)
        return self._recorded(application.flavors.register_flavor, meant=meant)(component_type, source)

    def delete_flavor(self, component_type: str, name: str) -> Change | None:
        """Deletes a custom flavor that no component uses."""
        return self._recorded(application.flavors.delete_flavor)(component_type, name)

    def register_stack(self, stack: Stack) -> Change | None:
        """Registers a stack, and those of its components that are not registered yet."""
        return self._recorded(
            application.stacks.register_stack_object, meant=Target("create", "stack", stack.name)
        )(stack)

    def combine_stack(self, name: str, components: Mapping[str, str], *, activate: bool = False) -> Change | None:
        """Registers a stack of registered components, given by name, and activates it if asked to."""
        change = self._recorded(application.stacks.combine_stack, chooses=activate)(
            name, components, activate=activate
        )
        if activate:
            self._say_if_overruled(STACK_VARIABLE, name)
        return change

    def update_stack(
        self, name: str, components: Mapping[str, str] | Stack, remove: Sequence[str] = ()
    ) -> Change | None:
        """Replaces components of a stack, given by type and name, and removes types from it.

        Args:
            name: The stack.
            components: The names of its new components, by type; or a `Stack` to become like, name included.
            remove: The types to take out.
        """
        from zenml.stack import Stack

        if isinstance(components, Stack):
            return self._recorded(application.stacks.update_stack_object, meant=Target("update", "stack", name))(
                name, components
            )
        return self._recorded(application.stacks.update_stack)(name, components, remove)

    def rename_stack(self, name: str, new_name: str) -> Change | None:
        """Renames a stack; it stays active where it was."""
        return self._recorded(application.stacks.rename_stack)(name, new_name)

    def deregister_stack(self, name: str) -> Change | None:
        """Removes a stack that is not active."""
        return self._recorded(application.stacks.delete_stack)(name)

    def activate_stack(self, name: str, *, machine_wide: bool = False) -> Change | None:
        """Chooses a stack: for the repository one is in, else (or if asked to) for the machine."""
        activate = application.stacks.activate_stack
        change = self._recorded(activate, chooses=not machine_wide)(name, machine_wide=machine_wide)
        self._say_if_overruled(STACK_VARIABLE, name)
        return change

    def put_label(self, label: str, point: str | datetime = "now") -> Change | None:
        """Gives a change a name, which `at`, `diff` and `restore` take; a label that exists moves.

        Args:
            label: The name.
            point: The change, as `at` takes it. A time and ``now`` mean the newest change until then that
                `history` lists here.

        Raises:
            InvalidValueError: It could be the id of a change, or a time.
            ChangeNotFoundError: There is no such change.
        """
        return self._recorded(application.labels.put_label, meant=Target("create", "label", label))(label, point)

    def delete_label(self, label: str) -> Change | None:
        """Removes a label; the change it names stays. Raises `LabelNotFoundError`, which is a `KeyError`."""
        return self._recorded(application.labels.delete_label, meant=Target("delete", "label", label))(label)

    # --- from one profile or machine to another ------------------------------------------------

    def copy_stack_component(
        self,
        component_type: str,
        source: str,
        target: str,
        *,
        from_profile: str | None = None,
        to_profile: str | None = None,
    ) -> Change | None:
        """Registers a copy of a component under another name, or in another profile; None for the active one."""
        meant = Target("create", component_type, target)
        return self._recorded(application.copies.copy_component, meant=meant)(
            component_type, source, target, from_profile, to_profile
        )

    def copy_stack(
        self,
        source: str,
        target: str,
        *,
        from_profile: str | None = None,
        to_profile: str | None = None,
        renames: Renames | None = None,
    ) -> Change | None:
        """Registers a copy of a stack; in another profile with its components.

        Args:
            source: The stack.
            target: The name of the copy.
            from_profile: Where it is; None for the active profile.
            to_profile: Where the copy goes; None for the active profile.
            renames: Other names for components that would clash, by ``type/name``.

        Raises:
            ComponentClashError: A component of the other profile has the same name and other parameters.
        """
        meant = Target("create", "stack", target)
        return self._recorded(application.copies.copy_stack, meant=meant)(
            source, target, from_profile, to_profile, renames or {}
        )

    def import_stack(
        self, document: ProfileDocument, name: str | None = None, *, renames: Renames | None = None
    ) -> Change | None:
        """Registers a stack from a file, as `zenml.documents.stack_exports` reads it. Raises as `copy_stack`."""
        meant = Target("create", "stack", name) if name else None
        return self._recorded(application.copies.import_stack, kind="import", meant=meant)(
            document, name, renames or {}
        )

    def apply(self, document: ProfileDocument, *, prune: bool = False, to: str | None = None) -> Change | None:
        """Makes the active profile match a document, as one change; None if it already does.

        Args:
            document: What `zenml.documents.files` reads.
            prune: Whether what it does not name goes.
            to: The active profile's name, to say that it is meant although the document names another.

        Raises:
            NotAllowedError: The document is for another profile than the active one.
        """
        if self._is_as_it_says(document, prune=prune, to=to):
            return None
        return self._recorded(application.documents.apply)(document, prune, to)

    def plan(self, document: ProfileDocument, *, prune: bool = False, to: str | None = None) -> Plan:
        """Returns what `apply` would do, to be done later with `apply_plan`; nothing is written.

        Takes and raises what `apply` does.
        """
        rehearsal = type(self)(self.root, notify=self._notify).for_plan()
        rehearsal.apply(document, prune=prune, to=to)
        return rehearsal.planned()

    def for_plan(self) -> Repository:
        """Returns one that only tries changes out, and needs no approvals for it: `planned` is their plan."""
        with self.reading():
            pass  # a plan is for a profile that there is
        rehearsal = type(self)(self.root, notify=self._notify, command=self._command, dry_run=True)
        rehearsal._planning = []
        return rehearsal

    def planned(self) -> Plan:
        """Returns the plan of the change that was tried out last, to be done later with `apply_plan`.

        Raises:
            NotAllowedError: None was; or it would change something of the machine.
        """
        from zenml.ledger.secrets.keyring import Keyring
        from zenml.reconcile.plans.making import make_plan

        if not self._planning:
            raise NotAllowedError("Nothing was tried out that could be planned.", code="not_plannable")
        rehearsed, keyring = self._planning[-1], Keyring(self.config_directory)
        with self.reading(ask=False) as snapshot:
            profile = snapshot.active.profile
            keyring.look_at(snapshot.connection, profile.profile_ledger_id if profile else None)
            return make_plan(snapshot, keyring.machine, rehearsed)

    def apply_plan(self, plan: Plan) -> Change | None:
        """Carries out a plan.

        Raises:
            BusyError: It is out of date, or was carried out already.
            NotAllowedError: It needs approvals that it does not have.
        """
        return self._recorded(application.documents.apply_plan, kind=plan.kind)(plan)

    def plan_differences(self, plan: Plan) -> list[Difference]:
        """Returns what a plan does, computed from its events."""
        from zenml.reconcile.plans.showing import differences

        return self.ask(lambda snapshot: differences(snapshot, plan))

    # --- who has to agree -----------------------------------------------------------------------

    def approve(self, plan: Plan) -> Change | None:
        """Agrees to a plan of somebody else. It can be carried out then, where approvals are required.

        Raises:
            NotAllowedError: It is one's own plan, or an automation asks.
            BusyError: It is out of date, or was carried out already.
            InvalidValueError: It is for another profile.
        """
        return self._recorded(application.approvals.approve_plan, kind="evidence")(plan)

    def require_approvals(self, approvals: int = 1, *, stack: str | None = None) -> Change | None:
        """Lets a stack, or everything in the profile, change only with a plan that so many others approved.

        Args:
            approvals: How many people have to approve it, besides who made it and who carries it out.
            stack: The stack; None for everything in the active profile.

        Raises:
            StackNotFoundError: There is no such stack.
            InvalidValueError: That is no number of approvals.
            NotAllowedError: There is a rule, and this was not approved.
        """
        return self._recorded(application.approvals.require_approvals)(stack, approvals)

    def lift_approvals(self, *, stack: str | None = None) -> Change | None:
        """Lets a stack, or everything in the profile, change without approval, if this was approved."""
        return self._recorded(application.approvals.lift_approvals)(stack)

    def import_profiles(self, path: str | os.PathLike[str], name: str | None = None) -> Change | None:
        """Makes profiles of a file or folder, ours or ZenML's; the active one stays.

        Args:
            path: What `zenml.reconcile.importing.find_profiles` takes.
            name: What to call the one profile that is found; None for the name it has.

        Raises:
            NotFoundError: There is nothing.
            ProfileExistsError: There is a profile of its name.
            InvalidValueError: It holds no profile, or one that cannot be.
        """
        from zenml.reconcile.importing import find_profiles

        path = paths.absolute(os.fspath(path))
        contents, is_checked = find_profiles(path, name)  # here, and not while others wait for the ledger
        return self._recorded(application.documents.import_profiles, kind="import")(
            path, contents, checked=is_checked
        )

    # --- what components need on this machine --------------------------------------------------

    def provision(self, components: Mapping[str, str]) -> tuple[list[Prepared], Change | None]:
        """Prepares what components, given by type and name, need on this machine, and records it.

        Done twice, it finds everything prepared and records nothing. Nothing is prepared in a dry run.

        Returns:
            What became of each, and the change that was recorded.
        """
        from zenml.application.provisioning import provision

        return self._prepared(components, provision)

    def suspend(self, components: Mapping[str, str]) -> tuple[list[Prepared], Change | None]:
        """Stops what runs for components on this machine, and records it. Returns as `provision` does."""
        from zenml.application.provisioning import suspend

        return self._prepared(components, suspend)

    def deprovision(self, components: Mapping[str, str]) -> tuple[list[Prepared], Change | None]:
        """Removes what was made for components on this machine, and records it.

        What somebody filled, or what another stack or component uses too, is kept.

        Returns:
            As `provision` does.
        """
        from zenml.application.provisioning import deprovision

        return self._prepared(components, deprovision)

    def made_for(self, components: Mapping[str, str]) -> list[str]:
        """Returns the paths that `provision` made for components, given by type and name."""
        from zenml.application.provisioning import having

        def made_paths(snapshot: Snapshot) -> list[str]:
            ids = [snapshot.component(kind, name).component_id for kind, name in components.items()]
            return [path for component_id in ids for path in having(snapshot, component_id).made]

        return self.ask(made_paths)

    def outlook_of_deprovision(self, components: Mapping[str, str]) -> list[tuple[Loaded, list[Fate]]]:
        """Returns what `deprovision` would do with each path that was made for each component."""
        from zenml.application.provisioning import fates_of, loaded

        there = self.ask(lambda snapshot: loaded(snapshot, self._keyring(snapshot), components))
        return [(component, fates_of(component)) for component in there]

    def _prepared(
        self, components: Mapping[str, str], do: Callable[[Loaded], Prepared]
    ) -> tuple[list[Prepared], Change | None]:
        from zenml.application.provisioning import loaded

        if self.dry_run:  # components are not made for it: that may run the code of a custom flavor
            self.ask(lambda snapshot: [snapshot.component(kind, name) for kind, name in components.items()])
            return [], None
        before = self.ask(lambda snapshot: loaded(snapshot, self._keyring(snapshot), components))
        done = [do(component) for component in before]
        changed = {}
        for outcome, component in zip(done, before, strict=False):
            if outcome.having != component.having:
                changed[f"{outcome.component_type}/{outcome.name}"] = outcome.having
        return done, self._recorded(application.recorded.record_provisioning, kind="outside")(
            changed
        ) if changed else None

    # --- the service ---------------------------------------------------------------------------

    def create_service_token(self, name: str, role: str, *, secrets: bool = True) -> CreatedToken:
        """Makes a token for the service of this machine. Its text is returned here alone, and kept nowhere.

        Args:
            name: What the record calls whoever uses it; no two tokens ever have the same.
            role: ``reader``, ``writer`` or ``admin``.
            secrets: Whether whoever has it may read secrets; a reader never may.

        Raises:
            AlreadyExistsError: A token has this name, or had it.
            InvalidValueError: There is no such role, or this can be no name.
            RepeatedKeyError: It was made before with the repository's idempotency key, and shown then.
            NotAllowedError: Its hash cannot be written.
        """
        from zenml.api.service_tokens import create

        return create(self, self._recorded, name, role, secrets=secrets)

    def service_tokens(self) -> list[TokenInfo]:
        """Returns all tokens there ever were, revoked ones too, in the order in which they were created."""
        from zenml.api.service_tokens import listed

        return listed(self)

    def revoke_service_token(self, name: str) -> Change | None:
        """Revokes a token: from now on it lets nobody in. No undo takes this back.

        Raises:
            NotFoundError: There never was a token of this name.
        """
        from zenml.api.service_tokens import forget

        change = self._recorded(application.tokens.revoke_token)(name)
        if change is None and self._open is None and not self.dry_run:
            forget(self, name)  # it was revoked before, and a kill may have left its hash
        return change

    # --- the record itself ---------------------------------------------------------------------

    @property
    def event_count(self) -> int:
        """The number of events recorded on this machine."""
        path = paths.ledger_file(self.config_directory)
        return database.event_count(path) if kept.is_kept(path) else 0

    def verify(
        self,
        progress: Callable[[int, int], None] = lambda done, total: None,
        *,
        against: Sequence[str | os.PathLike[str]] = (),
        anchors: bool = False,
        runs: Sequence[str | os.PathLike[str]] = (),
    ) -> Verification:
        """Reads the whole record again and returns whether it was altered. Never raises what it finds.

        Args:
            progress: Called now and then with the number of steps done, and of all.
            against: What the ledgers must continue from: files (signed checkpoints, proofs, bundles, exports with
                their manifest), ``SIZE:ROOT``, or roots alone, in hex or base64.
            anchors: Whether what anchors kept is compared, too.
            runs: Files of runs that were put away, each compared with what the ledger says of it.

        Raises:
            NotFoundError: There is no ledger yet.
            DamagedLedgerError: The file is not a ledger, or is gone.
            InvalidValueError: One of ``against`` is none of these.
        """
        from zenml.custody.ledger_file import verified
        from zenml.unit_of_work.profile_yaml import files_behind

        sources = [os.fspath(source) for source in against]
        archives = [os.path.abspath(path) for path in runs]
        verification = verified(self.config_directory, progress, self._ledger_in_use(), sources, archives)
        if verification.ok:
            behind = (
                f"{file} shows an earlier state of profile '{profile}', whose next change writes it again."
                for file, profile in files_behind(paths.ledger_file(self.config_directory))
            )
            verification = verification._replace(warnings=(*verification.warnings, *behind))
        if not anchors:
            return verification
        from zenml.api.anchoring import compared

        return verification._replace(against=(*verification.against, *compared(self.config_directory)))

    def checkpoint(
        self,
        profile: str | None = None,
        *,
        runs: int | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> SignedCheckpoint:
        """Signs how many events a profile's ledger has and the root over them, for whoever is to check it later.

        All events are hashed first, and compared with the last checkpoint that was signed here. The key is made
        for the first one.

        Args:
            profile: The profile; the active one for None.
            runs: The year of the profile's runs whose ledger is signed in its place; None for its own.
            progress: Called now and then with the number of events hashed, and of all.

        Raises:
            ProfileNotFoundError: There is no such profile.
            NotFoundError: There is no ledger yet, or no run of that year.
            DamagedLedgerError: The ledger was altered, or does not continue from that checkpoint.
            NotAllowedError: There is no usable key, or nothing can be kept.
        """
        from zenml.api.evidence import checkpoint

        return checkpoint(self, profile, progress, runs)

    def checkpoint_all(self, *, progress: Callable[[int, int], None] = lambda done, total: None) -> Checkpoints:
        """Signs the end of every ledger: the machine's, those of all profiles, deleted ones too, and their runs'.

        Args:
            progress: Called now and then with the number of events of a ledger that are hashed, and of all.

        Returns:
            The checkpoints, and why the other ledgers were not signed.
        """
        from zenml.api.evidence import checkpoint_all

        return checkpoint_all(self, progress)

    def proof(
        self,
        change: str,
        *,
        event: int | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[EventProof]:
        """Returns proofs that the events of a change are in the record, for whoever has no more than a checkpoint.

        They lead to the newest checkpoint; one that is older than the change is replaced as `checkpoint` does it.
        The ciphertexts of secrets are withheld.

        Args:
            change: The change, by its letters.
            event: Which one of its events, from 1: the first says who made the change, when and why; all for None.
            progress: Called now and then with the number of events hashed for a checkpoint, and of all.

        Raises:
            ChangeNotFoundError: There is no such change.
            InvalidValueError: It has no such event.
            LedgerError: As `checkpoint`.
        """
        from zenml.api.evidence import prove_change

        return prove_change(self, change, event, progress)

    def export_record(
        self,
        out: str | os.PathLike[str] | BinaryIO,
        format: str = "jsonl",
        *,
        overwrite: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
        since_export: str | None = None,
        **which: Unpack[Which],
    ) -> Exported:
        """Exports the record in a format that other programs read, and records that before anything is seen.

        Secrets are masked. What concerns this context is exported, as `history` has it, and all exports.

        Args:
            out: A file, which only its owner may read, or a stream.
            format: The name of a format: ``jsonl``, ``csv`` …, those of ``zenml audit export --format``.
            overwrite: Replace a file that is there.
            progress: Called now and then with the number of events read, and of all.
            since_export: What was recorded after an earlier export, by position: its file, or the letters of the
                change that recorded it.
            which: Conditions, as `history` takes them; ``everything`` for the whole record. A range of time is
                exported from the first change that is not too early to the last one that is not too late,
                with all between.

        Raises:
            InvalidValueError: There is no such format, or one of the conditions means nothing.
            NotFoundError: There is no ledger yet, or there never was a profile, stack or component of a name.
            AlreadyExistsError: The file already exists.
            NotAllowedError: It cannot be written; or it is asked for within a change.
        """
        from zenml.api.record_export import export

        place = os.fspath(out) if isinstance(out, str | os.PathLike) else out
        return export(
            self,
            place,
            format,
            overwrite=overwrite,
            progress=progress,
            since_export=since_export,
            which=which,
        )

    def export_runs(
        self,
        out: str | os.PathLike[str] | BinaryIO,
        format: str = "jsonl",
        *,
        overwrite: bool = False,
        **which: Unpack[RunFilterArguments],
    ) -> ExportedRuns:
        """Exports runs of the active profile, the oldest first, and records that before any of it can be seen.

        Args:
            out: The file to write, which only its owner may read; or something to write bytes to.
            format: A name of `zenml.audit.run_formats.RUN_FORMATS`.
            overwrite: Replace a file that is there.
            which: Conditions, as `runs` takes them.

        Raises:
            InvalidValueError: There is no such format, or one of the conditions means nothing.
            NotFoundError: There never was such a stack or component.
            AlreadyExistsError: The file already exists.
            NotAllowedError: It cannot be written; or it is asked for within a change.
        """
        from zenml.api.runs.exporting import export_runs

        place = os.fspath(out) if isinstance(out, str | os.PathLike) else out
        return export_runs(self, place, format, overwrite=overwrite, which=which)

    def add_anchor(self, kind: str, place: str, *, name: str | None = None, **settings: str) -> ConfiguredAnchor:
        """Adds a place outside of the ledger's folder that is handed checkpoints, so that it can vouch for them.

        Args:
            kind: ``git``, ``file``, ``command``, ``witness`` or ``tsa``.
            place: The repository's folder, the file, the command or the URL.
            name: What to call it; None for a name after its kind and place.
            settings: ``push``, the remote that a ``git`` repository is pushed to; ``vkey``, the key of a
                ``witness``; ``ca``, the file with the certificates of a ``tsa``.

        Raises:
            AlreadyExistsError: There is an anchor of this name, or of this kind at this place.
            InvalidValueError: There is no such kind, or something that it needs is missing or cannot be read.
            NotAllowedError: There is nothing at this place that could be handed a checkpoint.
            NotFoundError: There is no ledger yet.
        """
        from zenml.api.anchoring import add

        return add(self, kind, place, name, settings)

    def anchors(self) -> list[ConfiguredAnchor]:
        """Returns the anchors. Raises `NotAllowedError` if the file with them cannot be read."""
        from zenml.anchors.configured import configured

        return configured(self.config_directory)

    def remove_anchor(self, name: str) -> ConfiguredAnchor:
        """Removes an anchor, and returns it; what it keeps stays where it is.

        Raises:
            NotFoundError: There is no anchor of this name.
            NotAllowedError: The file with the anchors cannot be read or written.
        """
        from zenml.anchors.configured import remove

        return remove(self.config_directory, name)

    def anchor(
        self, *, record: bool = False, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Anchored:
        """Signs where every ledger ends, and hands that to all anchors. One that fails is in what is returned.

        Args:
            record: Also record the newest signature of a witness, at most once a day.
            progress: Called now and then with the number of checkpoints handed over, and of all.

        Raises:
            NotAllowedError: There is no anchor, or no usable key to sign with.
            NotFoundError: There is no ledger yet.
        """
        from zenml.api.anchoring import hand_over

        return hand_over(self, record=record, progress=progress)

    def make_bundle(
        self,
        out: str | os.PathLike[str],
        *,
        withhold: Sequence[str] = (),
        continues: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
        **which: Unpack[Which],
    ) -> MadeBundle:
        """Makes a file that proves what is in the record to whoever has only Python, and records that.

        It has the events that are asked for, checkpoints that are signed for it, and of every other event a form
        without its values. Secrets are never in it.

        Args:
            out: The file, a zip, which only its owner may read.
            withhold: What is kept back of each change: ``host``, ``command``, ``session``, ``repository``.
            continues: An earlier bundle, to leave out the events that it has.
            overwrite: Replace a file that is there.
            progress: Called now and then with the number of steps done, and of all.
            which: Conditions, as `export_record` takes them: ``profile``, ``stack``, ``own``, ``component``,
                ``kinds``, ``since``, ``until``, ``actor``, ``everything``. The others cannot be checked without
                the program, and are refused.

        Raises:
            DamagedLedgerError: A ledger was altered, or does not go on from what was signed or from the earlier
                bundle. Nothing is written.
            InvalidValueError: A condition cannot be checked or means nothing, or the earlier file is no bundle of
                this record.
            NotFoundError: There is no ledger yet, or there never was a profile, stack or component of a name.
            AlreadyExistsError: The file already exists.
            NotAllowedError: It cannot be written or signed; or it is asked for within a change, or as a dry run.
        """
        from zenml.api.make_bundle import make_bundle

        return make_bundle(
            self,
            os.fspath(out),
            withhold=withhold,
            continues=os.fspath(continues) if continues is not None else None,
            overwrite=overwrite,
            progress=progress,
            which=which,
        )

    def find_redaction(
        self,
        places: Sequence[tuple[int, str]] = (),
        text: str | None = None,
        *,
        profile: str | None = None,
        of_machine: bool = False,
        only: Collection[tuple[str, int, str]] = (),
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Listed:
        """Lists what a redaction takes out; writes nothing.

        It finds every value, in all ledgers of the file, that is equal to the text or contains it, however it is
        written there: as JSON, in the quotes of a shell, percent-encoded. Of a place it takes the value there.

        Args:
            places: Position and field (a JSON Pointer into the event) of values that are to go.
            text: A text that is to go, of at least four characters.
            profile: The profile that the positions are of; the active one for None.
            of_machine: Whether the positions are of the machine's ledger.
            only: The values to take of those that are found: what the id of the ledger begins with, position and
                field.
            progress: Called with the number of events done, and of all.

        Raises:
            NotFoundError: There is no ledger, or no value at one of the places.
            InvalidValueError: The text is too short.
            DamagedLedgerError: An event cannot be read.
        """
        from zenml.api.redacting import list_values

        return list_values(
            self, places, text, profile=profile, of_machine=of_machine, only=only, progress=progress
        )

    def redact(
        self, listed: Listed, *, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Redacted:
        """Blanks what was listed to its commitments, records that, and takes it out of the files of this program.

        Every proof, checkpoint and bundle from before still verifies. It cannot be undone. What was interrupted is
        finished by listing and redacting again.

        Args:
            listed: What `find_redaction` found.
            progress: As there.

        Raises:
            NotAllowedError: No reason is given, or it is a part of another change.
            InvalidValueError: The change that records it would have the value in it.
            LedgerError: A shared ledger cannot be written to: nothing of this machine's was blanked then.
        """
        from zenml.api.redacting import redact_listed

        return redact_listed(self, listed, self._reason, progress)

    def import_record(
        self, file: str | os.PathLike[str], progress: Callable[[int], None] = lambda count: None
    ) -> Imported:
        """Makes the ledger of a configuration folder that has none from an export of a whole record as ``jsonl``.

        Args:
            file: The export; ``-`` for standard input.
            progress: Called now and then with the number of events that are shown again.

        Raises:
            AlreadyExistsError: There is already a ledger.
            NotFoundError: There is no such file.
            InvalidValueError: It is not such an export.
            NotAllowedError: It is only a part of a record, or the folder cannot be written.
            DamagedLedgerError: It is not what was exported; nothing of it is kept.
        """
        from zenml.custody.record_import import lines_of, take_in

        with lines_of(os.fspath(file)) as lines:
            return take_in(self.config_directory, lines, progress)

    def ledger_status(self) -> LedgerStatus:
        """Returns what the ledger's file holds, without reading all of it. Raises as `verify` does."""
        from zenml.custody.ledger_file import status

        return status(self.config_directory, self._ledger_in_use())

    def key(self, profile: str | None = None) -> SecretsKey:
        """Returns the key that opens secrets: to look at it, to give it to another machine, or to replace it.

        Args:
            profile: The shared profile whose key it is; None for this machine's.
        """
        from zenml.api.secrets_key import SecretsKey

        return SecretsKey(self, profile)

    def secrets(self, profile: str | None = None, *, everything: bool = False) -> list[KeptSecret]:
        """Returns the secrets that a profile has or had, without their values; the oldest first.

        Args:
            profile: The profile; None for the active one.
            everything: Those of all profiles, and those in the URLs of profiles.

        Raises:
            ProfileNotFoundError: There is no such profile.
        """
        from zenml.api.kept_secrets import list_secrets

        return list_secrets(self, profile, everything=everything)

    def shredding(self, named: str, parameter: str, *, earlier: bool = False) -> Shredding:
        """Returns what `shred` destroys: every value that a parameter has and had. Changes nothing.

        Args:
            named: ``TYPE/NAME`` in the active profile, or ``profile/NAME``.
            parameter: The parameter; ``url`` of a profile.
            earlier: Whether the value that it has now stays.

        Raises:
            NotFoundError: It is no secret, and never was one.
            NotAllowedError: Nothing of it is left.
        """
        from zenml.api.kept_secrets import find_shredding

        return find_shredding(self, named, parameter, earlier=earlier)

    def shred(self, shredding: Shredding) -> Change | None:
        """Destroys secrets for good: their keys go, and that is recorded.

        Raises:
            NotAllowedError: The profile is shared with versions that do not know such a record.
            LedgerError: The ledger cannot be written.
        """
        from zenml.api.kept_secrets import shred

        return shred(self, shredding)

    def signing_key(self) -> SigningKeys:
        """Returns the key that signs checkpoints: to look at it, to choose another one, or to replace it."""
        from zenml.api.signing_keys import SigningKeys

        return SigningKeys(self)

    def ledger_origin(self, name: str | None = None) -> str:
        """Returns the name that checkpoints of the active profile's ledger are signed under; chooses one if given.

        Args:
            name: HOST/PATH; None to only look.

        Raises:
            InvalidValueError: It has another form.
            NotAllowedError: A checkpoint is signed already.
        """
        from zenml.api.signing_keys import ledger_origin

        return ledger_origin(self, name)

    def run(
        self,
        *,
        name: str | None = None,
        stack: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> AbstractContextManager[Run]:
        """Records what is done in a block: ``with Repository().run(name="nightly") as run:``.

        An exception makes it a run that failed, and goes on; an interrupt one that was killed.

        Args:
            name: What to call the run; several may have the same name.
            stack: The stack; the active one for None.
            parameters: What it is run with, besides the stack; values are those of JSON. What is known to be a
                secret is not recorded.
            reason: Why; that of the repository for None.

        Raises:
            StackNotFoundError: There is no such stack; a `KeyError`.
            InvalidValueError: The name cannot be one, or a parameter is no JSON.
            LedgerError: That it begins cannot be recorded.
        """
        from zenml.api.runs.blocks import around, run_block
        from zenml.api.runs.running import WantedRun

        because = reason or self._reason
        wanted = WantedRun(stack, name, parameters={**(parameters or {})}, reason=because, parent=around())
        return run_block(self, wanted)

    def run_command(
        self,
        command: Sequence[str],
        *,
        name: str | None = None,
        stack: str | None = None,
        reason: str | None = None,
        with_secrets: bool = False,
        redact: Sequence[str] = (),
    ) -> EndedRun:
        """Runs a command on a stack to its end, and records that it did.

        Args:
            command: The program and its arguments.
            name: What to call the run; several may have the same name.
            stack: The stack; the active one for None.
            reason: Why; that of the repository for None.
            with_secrets: Hand over the secrets of the stack too.
            redact: Texts in the place of which stars are recorded.

        Raises:
            StackNotFoundError: There is no such stack; a `KeyError`.
            InvalidValueError: The name cannot be one, or there is no command.
            LedgerError: That it begins cannot be recorded, and it was not run.
        """
        from zenml.api.runs.blocks import around, check_may_run
        from zenml.api.runs.commands import run_command
        from zenml.api.runs.running import BegunRun, PreparedRun, WantedRun

        def begins(prepared: PreparedRun, begun: BegunRun | None) -> None:
            for sentence in prepared.notices:
                self._notify(sentence)

        check_may_run(self)
        because, given = reason or self._reason, tuple(command)
        wanted = WantedRun(stack, name, given, {}, because, tuple(redact), with_secrets, parent=around())
        ended = run_command(self, wanted, begins)
        for sentence in (ended.ended.problem, ended.notice):
            if sentence is not None:
                self._notify(sentence)
        return ended

    def backup(
        self,
        file: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Backup:
        """Copies the ledger's file as it is at this moment; others may write meanwhile.

        The files of runs are copied to a folder beside it, which is called after it and ends in ``.runs``.

        Args:
            file: The copy, which only its owner may read.
            overwrite: Replace a file that is there.
            progress: Called now and then with the number of pages done, and of all.

        Raises:
            AlreadyExistsError: The file already exists.
            NotAllowedError: It cannot be written.
            NotFoundError: There is no ledger yet.
            DamagedLedgerError: The ledger cannot be copied.
        """
        from zenml.custody.ledger_file import backup

        return backup(self.config_directory, os.fspath(file), overwrite=overwrite, progress=progress)

    def closable_runs(self, year: int) -> ClosableRuns:
        """Returns what `close_runs` closes; changes nothing.

        Args:
            year: The year (UTC).

        Raises:
            NotFoundError: No runs of the active profile were recorded in that year.
            NotAllowedError: The year is not over, a run of it goes on, or a service keeps the profile.
            DamagedLedgerError: Its runs were altered.
        """
        from zenml.api.runs.closing import find_closable

        return find_closable(self, year)

    def close_runs(self, closable: ClosableRuns, *, delete: bool = False) -> Change | None:
        """Records where the runs of a year end, so that whoever has a copy of their file can compare it.

        Nothing is recorded among them any more. What is closed already is not closed again.

        Args:
            closable: What `closable_runs` returned.
            delete: Whether the events go, too, for good: the file, and what the database has of a shared profile.

        Raises:
            LedgerError: As `closable_runs`; or the ledger, or the file, cannot be written.
        """
        from zenml.api.runs.closing import close

        return close(self, closable, delete=delete)

    def rebuild(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Rebuilds all views from the events, those of the files of runs, too.

        Returns:
            The number of events of the ledger; those of runs are not counted.
        """
        from zenml.custody.runs.rebuilding import rebuild_runs

        count = self._writing().rebuild(progress)
        rebuild_runs(self.config_directory)
        return count

    def accept_ledger(self) -> Accepted:
        """Accepts the ledger as it is, whatever this machine saw before: a backup was restored on purpose.

        A ledger that does not continue what was seen of it, or signed, begins another era, which is recorded in
        it: its next checkpoints have another origin. Where the ledger's file is gone, what was made from it is
        kept under other names, and a new one may begin.

        Raises:
            NotAllowedError: What is remembered cannot be written, or what is left cannot be moved.
            NotFoundError: There is no ledger yet.
            DamagedLedgerError: The file is not a ledger.
            LedgerError: It is accepted, and that cannot be recorded.
        """
        from zenml.api.accepting import accept_ledgers

        return accept_ledgers(self, self._reason)

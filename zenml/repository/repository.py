"""The façade: what engineers import, and the one way in for the commands."""

from __future__ import annotations

import os
from contextlib import contextmanager

from zenml.domain.errors import RepeatedKeyError
from zenml.repository.queries import Queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from zenml.domain.events import Kind
    from zenml.flavors.base import StackComponent
    from zenml.ledger.change import Change
    from zenml.repository.changes import ChangeDetails
    from zenml.repository.known_heads import Accepted
    from zenml.repository.writing import Writing
    from zenml.stack import Stack


_KINDS: dict[str, Kind] = {"undo": "undo", "redo": "redo"}
"""What kind of change a method makes, if not a plain one."""


class Repository(Queries):
    """The profiles, stacks and components one can see from a folder.

    Every method that changes something returns the change it recorded. It returns None if there was
    nothing to change, and within `change`, which is recorded as a whole at its end. Nothing is kept
    between calls: what another process did is seen at once.

    Args:
        root: A folder inside a repository; the working directory if None.
        notify: Is told what happens on the way, a sentence at a time; standard error by default.
        command: The words of a command line, to be recorded with what it does; None in Python.
        reason: Why, to be recorded likewise.
        idempotency_key: Under which what is done is recorded once: the same method with the same arguments
            then gives the first result again, and another one is refused.
        dry_run: Decide everything as it would be, and write nothing.
    """

    @contextmanager
    def change(self, reason: str | None = None) -> Iterator[Writing]:
        """Makes everything done inside one change: recorded as a whole, or, after an error, not at all.

        Other writers wait while the block runs.

        Args:
            reason: Why, to be recorded with the change.

        Raises:
            RepeatedKeyError: The repository's idempotency key was used before: a block cannot be left out.
        """
        if self._open is not None:
            with self._open.step() as writing:
                yield writing
            return
        with self._writing().change(reason=reason, command="change") as writing:
            if writing.recorded is not None:
                raise RepeatedKeyError(
                    f"The idempotency key '{self._idempotency_key}' was used before.",
                    f'Run "zenml show {writing.recorded.letters}" to see what for, or take another key.',
                )
            self._open = writing
            try:
                yield writing
            finally:
                self._open = None

    def _record(self, verb: str, *args: Any, **named: Any) -> Change | None:
        """Makes a call of a method of `Writing` a change of its own, or a step of the one that is open."""
        if self._open is not None and verb not in _KINDS:
            with self._open.step() as writing:
                getattr(writing, verb)(*args, **named)
            return None
        # a command line names a repository too, which the words may not say
        command = [self._root, self._command or (verb, args, named)]
        with self._writing().change(kind=_KINDS.get(verb, "change"), command=command) as writing:
            if writing.recorded is None:
                getattr(writing, verb)(*args, **named)
        return writing.recorded

    def register_stack(self, stack: Stack) -> Change | None:
        """Registers a stack, and those of its components that are not registered yet."""
        return self._record("register_stack_object", stack)

    def register_stack_component(self, component: StackComponent) -> Change | None:
        """Registers a component."""
        return self._record("register_component", component)

    def register_component(
        self,
        component_type: str,
        name: str,
        flavor: str,
        parameters: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Change | None:
        """Registers a component of a flavor; ``secrets`` names parameters to encrypt whatever the flavor says."""
        return self._record("build_component", component_type, name, flavor, parameters, secrets)

    def update_component(
        self,
        component_type: str,
        name: str,
        parameters: Mapping[str, Any],
        remove: Sequence[str] = (),
        secrets: frozenset[str] = frozenset(),
    ) -> Change | None:
        """Sets some parameters of a component and unsets others."""
        return self._record("update_component", component_type, name, parameters, remove, secrets)

    def rename_component(self, component_type: str, name: str, new_name: str) -> Change | None:
        """Gives a component another name; the stacks that use it follow."""
        return self._record("rename_component", component_type, name, new_name)

    def deregister_stack_component(self, component_type: str, name: str) -> Change | None:
        """Removes a component that no stack uses."""
        return self._record("delete_component", component_type, name)

    def combine_stack(self, name: str, components: Mapping[str, str], *, activate: bool = False) -> Change | None:
        """Registers a stack of registered components, given by name, and activates it if asked to."""
        return self._record("combine_stack", name, components, activate=activate)

    def update_stack(self, name: str, components: Mapping[str, str], remove: Sequence[str] = ()) -> Change | None:
        """Exchanges components of a stack, given by type and name, and takes types out of it."""
        return self._record("update_stack", name, components, remove)

    def rename_stack(self, name: str, new_name: str) -> Change | None:
        """Gives a stack another name; it stays active where it was."""
        return self._record("rename_stack", name, new_name)

    def deregister_stack(self, name: str) -> Change | None:
        """Removes a stack that is not active."""
        return self._record("delete_stack", name)

    def activate_stack(self, name: str, *, machine_wide: bool = False) -> Change | None:
        """Chooses a stack: for the repository one is in, else (or if asked to) for the machine."""
        return self._record("activate_stack", name, machine_wide=machine_wide)

    def create_profile(self, name: str, *, store_type: str = "local", url: str | None = None) -> Change | None:
        """Makes a profile with a default stack."""
        return self._record("create_profile", name, store_type, url)

    def delete_profile(self, name: str) -> Change | None:
        """Removes a profile that is not active; its ledger stays, so that this can be undone."""
        return self._record("delete_profile", name)

    def activate_profile(self, name: str, *, machine_wide: bool = False) -> Change | None:
        """Chooses a profile: for the repository one is in, else (or if asked to) for the machine."""
        return self._record("activate_profile", name, machine_wide=machine_wide)

    def initialize(self, folder: str | os.PathLike[str]) -> Change | None:
        """Makes a folder a repository that starts with what is active. Raises `RepositoryExistsError`."""
        return self._record("initialize", os.fspath(folder))

    def show(self, change: str | None = None) -> ChangeDetails:
        """Returns all there is to know of a change, given by its letters; of the newest one here for none.

        What its undo would meet is found out by rehearsing it, whoever made the change; nothing is written.

        Raises:
            ChangeNotFoundError: No change, or more than one, begins with these letters.
        """
        from zenml.repository.changes import details
        from zenml.repository.outlook import outlook

        found = self.ask(lambda now: details(now, change))

        def rehearse(notify: Callable[[str], None]) -> Change | None:
            reason = "to see what it would meet"
            rehearsal = Repository(self.root, notify=notify, reason=reason, dry_run=True)
            return rehearsal.undo(found.info.letters, any_actor=True)

        return found._replace(undo=outlook(rehearse))

    def undo(
        self, *changes: str, count: int | None = None, cascade: bool = False, any_actor: bool = False
    ) -> Change | None:
        """Takes changes back, as one change: those that are named, else one's newest that are in effect.

        Args:
            changes: Their letters, as far as they are unambiguous; ``one..other`` is both and those between.
            count: How many of one's newest; one if neither is given.
            cascade: Take back too what stands on them.
            any_actor: Whoever made them; then the repository needs a reason.

        Raises:
            UndoConflictError: Something came later that this would destroy; nothing was changed.
            ChangeNotFoundError: There is no such change.
            OtherActorError: One of them is somebody else's.
            OtherSessionError: One's newest was made in another terminal or repository.
        """
        return self._record("undo", *changes, count=count, cascade=cascade, any_actor=any_actor)

    def redo(
        self, *changes: str, count: int | None = None, cascade: bool = False, any_actor: bool = False
    ) -> Change | None:
        """Brings back what was undone: what is named, else what one's newest undos in effect took back.

        Args:
            changes: Letters of undos, or of changes that are undone.
            count: How many of one's newest undos; one if neither is given.
            cascade: Take back too what stands in the way.
            any_actor: Whoever made the undos; then the repository needs a reason.

        Raises:
            UndoConflictError: Something came later that this would destroy; nothing was changed.
            ChangeNotFoundError: There is no such change.
            OtherActorError: One of them is somebody else's.
            OtherSessionError: One's newest was made in another terminal or repository.
        """
        return self._record("redo", *changes, count=count, cascade=cascade, any_actor=any_actor)

    def rebuild(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Makes all views anew from the events; returns the number of events."""
        return self._writing().rebuild(progress)

    def accept_ledger(self) -> Accepted:
        """Goes on from what is there, whatever this machine saw before: a backup was restored on purpose.

        Raises:
            NotAllowedError: What is remembered cannot be written.
            NotFoundError: There is no ledger yet.
            DamagedLedgerError: The file is no ledger, or is gone.
        """
        from zenml.repository.ledger_file import accept

        return accept(self.config_directory)

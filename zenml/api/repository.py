"""The façade: what engineers import, and the one way in for the commands."""

from __future__ import annotations

import os

from zenml import places
from zenml.active.variables import PROFILE_VARIABLE
from zenml.api.arguments import checked
from zenml.api.contents import Contents
from zenml.api.evidence import Evidence
from zenml.api.on_this_machine import OnThisMachine
from zenml.api.sharing import Sharing
from zenml.ledger.meant import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from zenml.application.bisecting import Found
    from zenml.history.changes import ChangeDetails
    from zenml.ledger.change import Change


@checked
class Repository(Contents, Sharing, OnThisMachine, Evidence):
    """The profiles, stacks and components one can see from a folder.

    Every method that changes something returns the change it recorded. It returns None if there was
    nothing to change, and within `change`, which is recorded as a whole at its end. Nothing is kept
    between calls: what another process did is seen at once.

    Args:
        root: A folder inside a repository; the working directory if None.
        notify: Is told what happens on the way, a sentence at a time; standard error by default.
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

    @staticmethod
    def find_repository(path: str | os.PathLike[str] | None = None) -> Path | None:
        """Returns the nearest repository at or above a path, or the working directory; None outside of any."""
        from pathlib import Path

        found = places.find_repository(os.fspath(path) if path is not None else None)
        return Path(found) if found else None

    @staticmethod
    def is_repository_directory(path: str | os.PathLike[str]) -> bool:
        """Tells whether a folder is a repository."""
        return places.is_repository(os.fspath(path))

    def activate_root(self, root: str | os.PathLike[str] | None = None) -> None:
        """Looks from another folder on; from the working directory for None."""
        self._root = places.find_repository(os.fspath(root) if root is not None else None)
        self._migrated = False

    def create_profile(
        self, name: str, *, store_type: str = "local", url: str | None = None, activate: bool = False
    ) -> Change | None:
        """Makes a profile with a default stack, and chooses it if asked to, as `activate_profile` does."""
        args, meant = (name, store_type, url), Target("create", "profile", name)
        if not activate:
            return self._record("create_profile", *args, meant=meant)
        return self._chosen("create_profile", PROFILE_VARIABLE, *args, activate=True, meant=meant)

    def rename_profile(self, name: str, new_name: str) -> Change | None:
        """Gives a profile another name; it stays active where it was.

        Its folder stays, too. The files of the repositories that chose it follow, as far as they can be written.

        Raises:
            ProfileNotFoundError: There is no profile of this name.
            ProfileExistsError: Another profile has the new name.
            InvalidValueError: The new name cannot be the name of a profile.
        """
        return self._record("rename_profile", name, new_name)

    def delete_profile(self, name: str) -> Change | None:
        """Removes a profile that is not active; its ledger stays, so that this can be undone."""
        return self._record("delete_profile", name)

    def activate_profile(self, name: str, *, machine_wide: bool = False) -> Change | None:
        """Chooses a profile: for the repository one is in, else (or if asked to) for the machine."""
        return self._chosen("activate_profile", PROFILE_VARIABLE, name, machine_wide=machine_wide)

    def initialize(self, root: str | os.PathLike[str] | None = None) -> Change | None:
        """Makes a folder a repository that starts with what is active; the working directory for None.

        Raises:
            RepositoryExistsError: It is already one.
        """
        return self._record("initialize", os.fspath(root) if root is not None else places.working_directory())

    def show(self, change: str | None = None) -> ChangeDetails:
        """Returns all there is to know of a change, given by its letters or a label; of the newest one for none.

        What its undo would meet is found out by rehearsing it, whoever made the change; nothing is written.

        Raises:
            ChangeNotFoundError: No change, or more than one, begins with these letters.
        """
        from zenml.history.changes import details
        from zenml.history.outlook import outlook

        found = self.ask(lambda now: details(now, change))

        def rehearse(notify: Callable[[str], None]) -> Change | None:
            reason = "to see what it would meet"
            rehearsal = Repository(self.root, notify=notify, reason=reason, dry_run=True)
            return rehearsal.undo(found.info.letters, any_actor=True)

        return found._replace(undo=outlook(rehearse))

    def undo(
        self, *changes: str, count: int | None = None, cascade: bool = False, any_actor: bool = False
    ) -> Change | None:
        """Undoes changes, as one change: those that are named, by default your newest that are in effect.

        Args:
            changes: Their letters, as far as they are unambiguous; ``one..other`` is both and those between.
            count: How many of your newest; one if neither is given.
            cascade: Also undo what depends on them.
            any_actor: Whoever made them; then the repository needs a reason.

        Raises:
            UndoConflictError: Something came later that this would destroy; nothing was changed.
            ChangeNotFoundError: There is no such change.
            OtherActorError: One of them is somebody else's.
            OtherSessionError: One's newest was made in another repository, or in a session that is not one of
                one's terminals on this machine.
        """
        return self._record("undo", *changes, count=count, cascade=cascade, any_actor=any_actor)

    def redo(
        self, *changes: str, count: int | None = None, cascade: bool = False, any_actor: bool = False
    ) -> Change | None:
        """Redoes what was undone: what is named, by default what your newest undos in effect undid.

        Args:
            changes: Letters of undos, or of changes that are undone.
            count: How many of your newest undos; one if neither is given.
            cascade: Also undo what is in the way.
            any_actor: Whoever made the undos; then the repository needs a reason.

        Raises:
            UndoConflictError: Something came later that this would destroy; nothing was changed.
            ChangeNotFoundError: There is no such change.
            OtherActorError: One of them is somebody else's.
            OtherSessionError: One's newest was made in another repository, or in a session that is not one of
                one's terminals on this machine.
        """
        return self._record("redo", *changes, count=count, cascade=cascade, any_actor=any_actor)

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
        return self._record("restore", to, only=tuple(only), everything=everything)

    def bisect(
        self,
        good: str | datetime,
        bad: str | datetime,
        command: Sequence[str],
        *,
        progress: Callable[[str], None] = lambda sentence: None,
    ) -> Found:
        """Finds the first change after which a command fails.

        The command runs on throw-away copies of the configuration, as it was after each change that is tried.
        It exits with 0 if all is well, with 1 to 127 if not, and with 125 if that cannot be decided.

        Args:
            good: A point, as `at` takes it, at which the command succeeds.
            bad: A later one at which it fails.
            command: The program and its arguments.
            progress: Is told what is tried.

        Raises:
            InvalidValueError: The points are not as they are said to be.
            NotAllowedError: The command cannot be run, or was killed.
        """
        from zenml.application.bisecting import bisect

        return bisect(self, good, bad, command, progress)

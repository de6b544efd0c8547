"""One consistent look at everything, which is brought up to date before; and what opens a change."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext

from zenml import paths
from zenml.custody import remembered_heads
from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.domain.visible import visible_lines
from zenml.projections import kept
from zenml.projections.database import StorageError
from zenml.snapshot.looks import look, look_at_copy
from zenml.snapshot.snapshot import Snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import TypeVar

    from zenml.ledger.rehearsed import Rehearsed
    from zenml.ledger.secrets.keyring import Keyring
    from zenml.projections.machine import ProfileRow
    from zenml.sharing.places import SharedLedger
    from zenml.stores.protocol import Store
    from zenml.unit_of_work.request import Progress
    from zenml.unit_of_work.work import UnitOfWork

    Answer = TypeVar("Answer")


def _to_stderr(sentence: str) -> None:
    print(visible_lines(sentence), file=sys.stderr, flush=True)


class Reading:
    """Where one is, and how one looks.

    Attributes:
        dry_run: Whether nothing is written.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        *,
        notify: Callable[[str], None] = _to_stderr,
        command: Sequence[str] | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._root = paths.find_repository(os.fspath(root) if root is not None else None)
        self._notify = notify
        self._command = command
        self._reason = reason
        self._idempotency_key = idempotency_key
        self.dry_run = dry_run
        self._progress = progress
        self._scratch: str | None = None
        self._config_directory: str | None = None
        self._open: UnitOfWork | None = None
        self._migrated = False
        self._shown: list[str] = []
        self._planning: list[Rehearsed] | None = None

    def _look_like(self, other: Reading) -> None:
        """Looks where another one does, from the same change if one is open."""
        self._root, self._notify, self._command = other._root, other._notify, other._command
        self._reason, self._idempotency_key, self.dry_run = other._reason, other._idempotency_key, other.dry_run
        self._scratch, self._open, self._migrated = other._scratch, other._open, other._migrated
        self._config_directory = other._config_directory
        self._progress = other._progress
        self._shown = other._shown
        self._planning = other._planning

    @property
    def root(self) -> Path | None:
        """The repository's folder; None outside of any."""
        from pathlib import Path

        return Path(self._root) if self._root is not None else None

    @property
    def config_directory(self) -> str:
        """The configuration folder."""
        return self._config_directory or paths.config_directory()

    @contextmanager
    def reading(self, *, ask: bool = True) -> Iterator[Snapshot]:
        """Gives one consistent look at everything; makes the default profile on the first run.

        Says so if a ledger went backwards, or was replaced, since this machine saw it.

        Args:
            ask: Whether the database of a shared profile is asked for what others did, if that is some seconds
                ago. Who is about to write asks it then.
        """
        if self._open is not None:
            yield self._open.reading()
            return
        path, behind = self._ledger_path(), None
        with look(path, self._root) as ready:
            if ready is not None and not self._is_to_migrate(ready):
                behind = self._behind(ready) if ask else None
                if behind is None or not self._follow(behind, ready.let_go):
                    self._compare_with_what_was_seen(ready)
                    yield ready
                    return
        if behind is not None:
            with look(path, self._root) as ready:
                if ready is not None:
                    self._compare_with_what_was_seen(ready)
                    yield ready
                    return
        if ready is None:
            with self._reading_after(lambda work: work.prepare()) as made:
                if not self._is_to_migrate(made):
                    yield made
                    return
        from zenml.reconcile.migrating import migrate

        self._migrated = True
        migrate(self._writing(), self._root or "")
        with self.reading() as migrated:
            yield migrated

    def _behind(self, snapshot: Snapshot) -> ProfileRow | None:
        """Returns the active profile if others may have changed it since, or something is left to finish."""
        profile = snapshot.active.profile
        if profile is None or not profile.is_shared or self._scratch is not None:
            return None
        from zenml.sharing.confirmations import read  # few profiles are shared

        known = read(self.config_directory, profile.profile_ledger_id)
        if not known.is_fresh or paths.has_pending(self.config_directory):
            return profile
        if known.failed > known.confirmed:
            self._say_not_confirmed(profile)
        return None

    def _follow(self, profile: ProfileRow, let_go: Callable[[], None] = lambda: None) -> bool:
        """Brings what others did in a shared profile, and says so if its database cannot be asked.

        Args:
            profile: The profile.
            let_go: Called before anything is brought.

        Returns:
            Whether something may be new here.
        """
        from zenml.ledger.secrets.keyring import Keyring
        from zenml.sharing.before_reading import follow_before_reading

        was_pending = paths.has_pending(self.config_directory)
        if was_pending:
            let_go()
            self._writing().stores.finish_pending()
        with nullcontext(lambda done, total: None) if self._progress is None else self._progress() as progress:
            is_new = follow_before_reading(
                self.config_directory,
                self._ledger_path(),
                profile,
                Keyring(self.config_directory),
                progress,
                let_go,
            )
        self._say_not_confirmed(profile)
        return is_new or was_pending

    def _with_runs_of_others(self, snapshot: Snapshot) -> Snapshot:
        """Returns a look, once what others recorded of the active profile's runs is here; says so if it is not."""
        profile = snapshot.active.profile
        if profile is not None and profile.is_shared and self._open is None and self._scratch is None:
            from zenml.projections.runs.ledgers import runs_ledgers  # few profiles are shared
            from zenml.runs.recording.following import follow_runs

            ledgers = runs_ledgers(snapshot.connection, profile.profile_ledger_id)
            self._say_once(follow_runs(self.config_directory, profile, ledgers))
        return snapshot

    def _say_not_confirmed(self, profile: ProfileRow) -> None:
        from zenml.sharing.before_reading import not_confirmed

        self._say_once(not_confirmed(self.config_directory, profile))

    def _say_once(self, sentence: str | None) -> None:
        if sentence is not None and sentence not in self._shown:
            self._shown.append(sentence)
            self._notify(sentence)

    def _compare_with_what_was_seen(self, snapshot: Snapshot) -> None:
        """Says, once, if a ledger does not go on from what this machine saw of it. A dry run is refused then."""
        sentence = (
            remembered_heads.notice(snapshot.connection, self.config_directory) if not self.dry_run else None
        )
        self._say_once(sentence)

    def _is_to_migrate(self, snapshot: Snapshot) -> bool:
        """Tells whether the repository is of before ZenML 0.7; it is brought over once, or not at all."""
        return snapshot.active.legacy and not self._migrated and not self.dry_run

    def ask(self, question: Callable[[Snapshot], Answer]) -> Answer:
        """Returns the answer to a question about one consistent look at everything.

        If the views turn out to be unusable, they are rebuilt and the question is asked once more.
        """
        try:
            with self.reading() as snapshot:
                return question(snapshot)
        except StorageError:
            if self._open is not None:
                raise
        with self._reading_after(lambda work: work.rebuild(lambda count: None)) as snapshot:
            return question(snapshot)

    @contextmanager
    def _reading_after(self, make: Callable[[UnitOfWork], object]) -> Iterator[Snapshot]:
        """Gives a look at views that are made first; in memory, where the file cannot be written."""
        path, look_again = self._ledger_path(), look
        try:
            make(self._writing())
        except NotAllowedError:
            if not kept.has_begun(path):
                raise
            look_again = look_at_copy
        with look_again(path, self._root) as ready:
            if ready is None:
                raise DamagedLedgerError(f"The ledger {path} cannot be read.", code="views_not_made")
            yield ready

    def _ledger_path(self) -> str:
        """Returns the ledger's file; for a dry run where there is none yet, one that is thrown away."""
        path = paths.ledger_file(self.config_directory)
        if not self.dry_run or (self._scratch is None and kept.has_begun(path)):
            return path
        if self._scratch is None:
            import weakref
            from contextlib import ExitStack

            from zenml.documents.throw_away import throw_away_folder

            cleanup = ExitStack()
            self._scratch = cleanup.enter_context(throw_away_folder("dryrun"))
            weakref.finalize(self, cleanup.close)
        return paths.ledger_file(self._scratch)

    def _writing(
        self, shared: SharedLedger | None = None, moving: Callable[[Keyring], Store] | None = None
    ) -> UnitOfWork:
        """Returns the change that is open, or what opens one."""
        from zenml.reconcile import left_by_zenml
        from zenml.unit_of_work.request import Request, no_progress
        from zenml.unit_of_work.work import UnitOfWork

        if self._open is not None:
            return self._open
        request = Request(
            self.config_directory,
            self._ledger_path(),
            self._root,
            self._notify,
            self._command,
            self._reason,
            self._idempotency_key,
            self.dry_run,
            self._progress or no_progress,
            self._planning,
        )
        return UnitOfWork(request, left_by_zenml, shared, moving)

"""Running a command on throw-away copies of the configuration, each as it was after some change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager, suppress
from functools import partial

from zenml import paths
from zenml.active.variables import PROFILE_VARIABLE, STACK_VARIABLE
from zenml.application.restoring import restore
from zenml.custody.ledger_file import backup
from zenml.domain import commands
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.files.started import end_in_order, started
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import machine
from zenml.projections.database import connect, machine_ledger
from zenml.sharing.moving import cut_off
from zenml.unit_of_work.request import Request
from zenml.unit_of_work.work import UnitOfWork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from zenml.api.looking_back import LookingBack
    from zenml.domain.events import Kind
    from zenml.stores.protocol import Store

SKIP = 125
"""The exit code that says that a change cannot be tried, as ``git bisect run`` has it."""

_ABORT = 128  # and above: it was killed, or could not run at all


class Copies:
    """Runs a command on copies of the configuration, each as it was after some change, and throws them away.

    Args:
        repository: What is copied.
        command: The command.
        folder: Where the copies are kept.
    """

    def __init__(self, repository: LookingBack, command: Sequence[str], folder: str) -> None:
        self._repository = repository
        self._command = list(command)
        self._folder = folder
        self._keyring = Keyring(repository.config_directory, lasting=False)
        backup(
            repository.config_directory,
            os.path.join(folder, "ledger"),
            overwrite=False,
            progress=lambda done, total: None,
        )

    def short(self, letters: str) -> str:
        """Returns the letters by which people call a change."""
        return self._repository.ask(lambda snapshot: snapshot.short(letters))

    def run(self, letters: str) -> int | None:
        """Runs the command on how things were after a change.

        Returns:
            Its exit code; None if a copy cannot be made so.

        Raises:
            NotAllowedError: It cannot be run, or was killed.
        """
        with self._copy() as config:
            if not self._go_to(config, letters):
                return None
            environment = {
                **os.environ,
                **self._opening_secrets(config),
                paths.CONFIG_VARIABLE: config,
                **self._chosen(letters),
            }
            code = self._ended(environment)
        if code < 0 or code >= _ABORT:
            raise NotAllowedError(
                f"The command ended with {code}, which means that it was killed or could not run.",
                f"Let it end with 1 to 127 for bad, and with {SKIP} for a change that cannot be tried.",
            )
        return code

    def _ended(self, environment: dict[str, str]) -> int:
        """Runs the command and returns its exit code; whatever ends this process ends the command first."""

        def start() -> subprocess.Popen[bytes]:
            # what it prints is not part of the answer
            return subprocess.Popen(self._command, env=environment, stdout=sys.stderr)

        try:
            with started(start, end_in_order) as process:
                return process.wait()
        except OSError as error:
            raise NotAllowedError(
                f"The command '{self._command[0]}' cannot be run: {error.strerror}.", "Write it after two dashes."
            ) from error

    def _opening_secrets(self, config: str) -> dict[str, str]:
        """Returns the variables with the keys of the secrets there are: no copy of a key's file is made."""
        with closing(connect(paths.ledger_file(config))) as database:
            self._keyring.look_at(database)
            return self._keyring.variables()

    @contextmanager
    def _copy(self) -> Iterator[str]:
        config = tempfile.mkdtemp(dir=self._folder)
        try:
            shutil.copyfile(os.path.join(self._folder, "ledger"), paths.ledger_file(config))
            yield config
        finally:
            shutil.rmtree(config, ignore_errors=True)
            note = paths.heads_file(config)  # what was noted of it outside of its folder
            if note is not None:
                with suppress(OSError):
                    os.remove(note)

    def _go_to(self, config: str, letters: str) -> bool:
        def ignore(sentence: str) -> None: ...

        request = Request(config, paths.ledger_file(config), None, ignore, None, "to try a command", None, False)
        try:
            self._cut_off(request)
            with self._changing(request, kind="restore") as work:
                restore(work, letters, only=(), everything=True)
            self._cut_off(request)  # a profile that was deleted since is back
        except LedgerError:
            return False  # what came since is in use elsewhere
        return True

    def _cut_off(self, request: Request) -> None:
        """Makes all profiles of a copy its own: what is done in it must not be done in a database of others."""
        with closing(connect(request.ledger_path)) as database:
            rows = machine.profiles(database, machine_ledger(database) or "")
        for profile in rows:
            if not profile.is_shared:
                continue
            url = f"file://{paths.profile_directory(request.config_directory, profile.profile_ledger_id)}"
            store = partial(cut_off, request.ledger_path, profile.profile_ledger_id)
            with self._changing(request, moving=store) as work:
                self._keyring.take_over(profile.profile_ledger_id)
                work.execute(commands.MoveProfile(profile.name, "local", work.now[1].sealer.setting(url)))

    @contextmanager
    def _changing(
        self, request: Request, *, kind: Kind = "change", moving: Callable[[Keyring], Store] | None = None
    ) -> Iterator[UnitOfWork]:
        copy = UnitOfWork(request, moving=moving, keyring=self._keyring)
        with copy.change(kind=kind) as work:
            yield work

    def _chosen(self, letters: str) -> dict[str, str]:
        """Returns the variables that choose the profile and stack of then; a repository's file is not a copy."""
        active = self._repository.at(letters).active
        return {
            PROFILE_VARIABLE: active.profile.name if active.profile else "",
            STACK_VARIABLE: active.stack.name if active.stack else "",
            paths.REPOSITORY_VARIABLE: self._folder,
            "ZENML_ENABLE_REPO_INIT_WARNINGS": "false",
        }

"""Finding the first change after which a command fails, by trying it on copies of the configuration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from contextlib import closing, contextmanager, suppress

from zenml import paths
from zenml.active.variables import PROFILE_VARIABLE, STACK_VARIABLE
from zenml.application.restoring import restore
from zenml.custody.ledger_file import backup
from zenml.documents.throw_away import throw_away_folder
from zenml.domain.errors import InvalidValueError, LedgerError, NotAllowedError
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections.database import connect
from zenml.snapshot.points import find_point
from zenml.unit_of_work.request import Request
from zenml.unit_of_work.work import UnitOfWork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from zenml.api.looking_back import LookingBack
    from zenml.history.changes import ChangeInfo
    from zenml.projections.timeline.history import ChangeRow

SKIP = 125
"""The exit code that says that a change cannot be tried, as ``git bisect run`` has it."""

_PATIENCE = 3  # seconds: more may be missing from those that a system shutting down allows

_ABORT = 128  # and above: it was killed, or could not run at all


class Trial(namedtuple("Trial", "change exit_code")):
    """One try: after which change, and how the command ended; None if the copy could not be made so."""

    __slots__ = ()
    change: str
    exit_code: int | None

    @property
    def verdict(self) -> str:
        """``good``, ``bad`` or ``skipped``."""
        return "good" if self.exit_code == 0 else "skipped" if self.exit_code in (None, SKIP) else "bad"


class Culprit(namedtuple("Culprit", "first steps suspects")):
    """What came out.

    Attributes:
        first: The first change after which the command fails; None if skipped ones are in between.
        steps: What was tried, in order.
        suspects: Those of which one must be it: only the first, if it is known.
    """

    __slots__ = ()
    first: ChangeInfo | None
    steps: list[Trial]
    suspects: list[ChangeInfo]


def bisect(
    repository: LookingBack,
    good: str | datetime,
    bad: str | datetime,
    command: Sequence[str],
    notify: Callable[[str], None],
) -> Culprit:
    """Returns what `Repository.bisect` says; ``notify`` is called with what is tried."""
    with repository.reading() as snapshot:
        ends = [find_point(snapshot.connection, snapshot.ledger_id, point).change for point in (good, bad)]
    if ends[0].number >= ends[1].number:
        raise InvalidValueError(
            "The good change is not older than the bad one.",
            code="good_not_older",
        )
    between = repository.at(ends[1].letters).history(after=ends[0].number, reverse=True)
    if not between:
        raise InvalidValueError("No change lies between the two.", code="nothing_between")
    with throw_away_folder("bisect") as folder:
        trial = _Trial(repository, command, folder)
        steps = [_expected(trial, ends[1], notify, good=False), _expected(trial, ends[0], notify, good=True)]
        low, high, skipped = -1, len(between) - 1, set[int]()
        while untried := [index for index in range(low + 1, high) if index not in skipped]:
            middle = min(untried, key=lambda index: abs(2 * index - low - high))
            change = between[middle]
            notify(f"{high - low} changes are left. Trying {change.change}: {change.told}")
            step = Trial(change.change, trial.run(change.letters))
            notify(f"Change {step.change} is {step.verdict}.")
            steps.append(step)
            if step.verdict == "skipped":
                skipped.add(middle)
            elif step.verdict == "good":
                low = middle
            else:
                high = middle
    suspects = between[low + 1 : high + 1]
    return Culprit(suspects[0] if len(suspects) == 1 else None, steps, suspects)


def _expected(trial: _Trial, change: ChangeRow, notify: Callable[[str], None], *, good: bool) -> Trial:
    """Tries one of the ends, which has to be as the caller says.

    Raises:
        InvalidValueError: It is not.
    """
    name = trial.short(change.letters)
    notify(f"Trying {name}, which should be {'good' if good else 'bad'}.")
    step = Trial(name, trial.run(change.letters))
    if step.verdict != ("good" if good else "bad"):
        ended = "could not be tried" if step.verdict == "skipped" else f"ended with {step.exit_code}"
        raise InvalidValueError(
            f"The command {ended} at change {name}, which should be {'good' if good else 'bad'}.",
            "Give another change, or check what the command printed above.",
        )
    return step


class _Trial:
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
        try:
            # what it prints is not part of the answer
            with subprocess.Popen(self._command, env=environment, stdout=sys.stderr) as process:
                try:
                    return process.wait()
                except BaseException:
                    _end(process)
                    raise
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
            copy = UnitOfWork(request)
            copy.keyring = self._keyring
            with copy.change(kind="restore") as work:
                restore(work, letters, only=(), everything=True)
        except LedgerError:
            return False  # what came since is in use elsewhere
        return True

    def _chosen(self, letters: str) -> dict[str, str]:
        """Returns the variables that choose the profile and stack of then; a repository's file is not a copy."""
        active = self._repository.at(letters).active
        return {
            PROFILE_VARIABLE: active.profile.name if active.profile else "",
            STACK_VARIABLE: active.stack.name if active.stack else "",
            paths.REPOSITORY_VARIABLE: self._folder,
            "ZENML_ENABLE_REPO_INIT_WARNINGS": "false",
        }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a command, which has a moment to tidy up."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)
    process.kill()

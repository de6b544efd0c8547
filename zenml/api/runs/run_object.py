"""A run as what runs in it knows it: the stack as it was at the beginning, and notes."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar

from zenml.active.named import run_point
from zenml.active.variables import RUN_VARIABLE, STACK_VARIABLE
from zenml.api.looking_back import LookingBack
from zenml.domain.change_ids import letters
from zenml.domain.errors import NotAllowedError, StackNotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from zenml.projections.machine import ProfileRow
    from zenml.runs.configuration import Configuration
    from zenml.runs.running.masking import Mask
    from zenml.runs.running.noting import Artifact
    from zenml.snapshot.snapshot import Snapshot
    from zenml.stack import Stack

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Run:
    """A run that goes on, or one that has ended.

    Args:
        asking: Where one is.
        run_id: Its id.
        profile_ledger_id: The ledger of its profile.
        position: The position of that ledger as of which it runs.
        began: The fields of its first event; None if that is not known here.
        redacted: Texts that are not to be recorded.

    Attributes:
        run_id: Its id, a UUIDv7.
    """

    def __init__(
        self,
        asking: LookingBack,
        run_id: str,
        profile_ledger_id: str,
        position: int,
        began: dict[str, Any] | None,
        redacted: tuple[str, ...] = (),
    ) -> None:
        self.run_id = run_id
        self._asking = asking
        self._profile_ledger_id = profile_ledger_id
        self._position = position
        self._began = began
        self._redacted = redacted
        self._known: Mask | None = None

    def __repr__(self) -> str:
        return f"<Run {letters(self.run_id)}>"

    @property
    def letters(self) -> str:
        """All letters of its id, as people type them."""
        return letters(self.run_id)

    @property
    def point(self) -> str:
        """As of what it runs: ``ledger@position``."""
        return f"{self._profile_ledger_id}@{self._position}"

    @property
    def stack(self) -> Stack:
        """The stack as it was when the run began, secrets included, whatever was done to it since.

        A secret that was shredded or redacted since is unset.

        Raises:
            LedgerError: It cannot be read, or a secret cannot be opened here.
        """
        from zenml.snapshot.objects import stack_object_then

        with self._asking.reading() as snapshot:
            of_profile = self._of_profile(snapshot)
            keyring = self._asking._keyring(of_profile)
            return stack_object_then(of_profile, keyring, self._stack_id(), self._position)

    def tags(self) -> dict[str, str]:
        """Returns what names the run and its configuration, flat, as trackers take it: ``mlflow.set_tags``."""
        from zenml.projections.timeline.at_positions import as_of

        began = self._began or {}
        with self._asking.reading() as snapshot:
            change = as_of(snapshot.connection, self._profile_ledger_id, self._position)
        code = began.get("code") or {}
        tags = {
            "zenml.run": self.letters,
            "zenml.run_id": self.run_id,
            "zenml.run_name": began.get("name"),
            "zenml.stack": began.get("stack_name"),
            "zenml.stack_id": self._stack_id(),
            "zenml.change": change.letters if change else "",
            "zenml.point": self.point,
            "zenml.root": began.get("root"),
            "zenml.code.commit": code.get("commit"),
            "zenml.code.dirty": str(code["dirty"]).lower() if code else None,
        }
        return {name: value for name, value in tags.items() if value}

    def variables(self) -> dict[str, str]:
        """Returns the variables by which a program that is started knows that it is a part of the run.

        Raises:
            LedgerError: The configuration cannot be read.
        """
        from zenml.runs.running.variables import variables

        with self._asking.reading() as snapshot:
            return variables(self.run_id, self._configuration(self._of_profile(snapshot)))

    def note_artifact(self, name: str, uri: str, digest: str | None = None) -> None:
        """Notes something that the run made or used.

        Args:
            name: What it is called.
            uri: Where it is.
            digest: Its SHA-256, as 64 hex digits; None if that is not known.

        Raises:
            InvalidValueError: The name cannot be one, or the digest is none.
            NotAllowedError: The run has 1,000 notes already.
            RunNotFoundError: The run is not recorded here.
        """
        from zenml.runs.running import noting

        with self._asking.reading() as snapshot:
            self._record(snapshot, noting.artifact(self._mask(snapshot), name, uri, digest))

    def note_link(self, engine: str, external_id: str | None = None, url: str | None = None) -> None:
        """Notes where else the run is shown.

        Args:
            engine: An engine or a tracker: ``airflow``, ``mlflow``.
            external_id: What the run is called there.
            url: Where it is shown.

        Raises:
            InvalidValueError: The engine's name cannot be one, or nothing is said of the run there.
            NotAllowedError: The run has 1,000 notes already.
            RunNotFoundError: The run is not recorded here.
        """
        from zenml.runs.running import noting

        with self._asking.reading() as snapshot:
            self._record(snapshot, noting.link(self._mask(snapshot), engine, external_id, url))

    def note_step(
        self,
        step: str,
        outcome: str = "succeeded",
        *,
        cache_key: str | None = None,
        inputs: Iterable[Artifact] = (),
        outputs: Iterable[Artifact] = (),
    ) -> None:
        """Notes that a step of the run ended.

        Args:
            step: What it is called.
            outcome: ``succeeded``, ``failed`` or ``cached``.
            cache_key: What the engine knows its result by.
            inputs: What it used: of each the name, the URI, and the SHA-256 or None.
            outputs: What it made, likewise.

        Raises:
            InvalidValueError: A name cannot be one, a digest is none, or no step ends so.
            NotAllowedError: The run has 1,000 notes already.
            RunNotFoundError: The run is not recorded here.
        """
        from zenml.runs.running import noting

        with self._asking.reading() as snapshot:
            mask = self._mask(snapshot)
            self._record(snapshot, noting.step(mask, step, outcome, cache_key, inputs, outputs))

    def _record(self, snapshot: Snapshot, note: Any) -> None:
        from zenml.runs.running.noting import record

        record(snapshot, self._asking.config_directory, self._profile_ledger_id, self.run_id, note)

    def _mask(self, snapshot: Snapshot) -> Mask:
        """Returns what knows the secrets of the run."""
        if self._known is None:
            from zenml.runs.running.masking import Mask
            from zenml.runs.running.secrets import opened_secrets

            of_profile = self._of_profile(snapshot)
            chosen = self._configuration(of_profile)
            opened = opened_secrets(of_profile.connection, self._asking.config_directory, chosen)
            self._known = Mask((value for _, _, value in opened.values), self._redacted)
        return self._known

    def _configuration(self, of_profile: Snapshot) -> Configuration:
        from zenml.runs.configuration import configuration_then

        root = self._began["root"] if self._began else ""
        chosen = configuration_then(of_profile, self._stack_id(), self._position, root)
        if chosen is None:
            raise StackNotFoundError("The stack of the run is not known here.", code="stack_of_run_unknown")
        return chosen

    def _stack_id(self) -> str:
        return str(self._began["stack_id"]) if self._began else os.environ.get(STACK_VARIABLE, "")

    def _of_profile(self, snapshot: Snapshot) -> Snapshot:
        """Returns a look at the profile of the run, whatever is active by now."""
        from zenml.projections import machine
        from zenml.projections.machine import ProfileRow
        from zenml.snapshot.snapshot import Snapshot

        database, ledger_id = snapshot.connection, self._profile_ledger_id
        row = machine.profile_of_ledger(database, snapshot.machine_id, ledger_id)
        gone = ProfileRow("", "", "local", "null", ledger_id)  # its ledger stays
        profile: ProfileRow = row or gone
        return Snapshot(database, snapshot.machine_id, snapshot.root, profile=profile)


CURRENT: ContextVar[Run | None] = ContextVar("CURRENT", default=None)
"""The run whose block of Python this is."""


def current_run() -> Run:
    """Returns the run that this process, or this block of Python, is a part of.

    Raises:
        NotAllowedError: It is a part of none, or of one that is not recorded.
    """
    run = CURRENT.get()
    if run is not None:
        return run
    run_id, point = os.environ.get(RUN_VARIABLE, ""), run_point()
    if point is not None and not run_id:
        raise NotAllowedError("This process was started by a run that is not recorded.", code="unrecorded_run")
    if point is None or not _ID.fullmatch(run_id):
        raise NotAllowedError("This process is a part of no run.", code="no_run")
    return run_of(LookingBack(), run_id, *point)


def run_of(asking: LookingBack, run_id: str, profile_ledger_id: str, position: int) -> Run:
    """Returns a run by its id; what is not recorded here is left out of it."""
    from zenml.runs.looking.files import RecordedRuns

    with RecordedRuns(asking.config_directory, profile_ledger_id) as recorded:
        row = recorded.by_id(run_id)
    return Run(asking, run_id, profile_ledger_id, position, row.began if row is not None else None)

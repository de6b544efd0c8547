"""Running something on a stack: what is recorded before it begins, and after it ended."""

from __future__ import annotations

import os
from collections import namedtuple
from contextlib import closing

from zenml import paths
from zenml.active.variables import RUN_VARIABLE
from zenml.api.runs.ledgers import ledger_of_this_year
from zenml.domain.change_ids import is_whole_id
from zenml.domain.errors import CommitUnknownError, InvalidValueError, LedgerError
from zenml.domain.names import check_name
from zenml.domain.notices import Notice
from zenml.domain.run_events import RunFinished
from zenml.domain.values import ID
from zenml.evidence import canonical
from zenml.ledger.ids import check_clock, utc_now
from zenml.ledger.origin import origin
from zenml.projections.runs import ledgers
from zenml.projections.runs.ledgers import RunsLedgerRow
from zenml.runs.configuration import configuration, configuration_then
from zenml.runs.looking.files import RecordedRuns
from zenml.runs.recording.lost import settle, unreadable
from zenml.runs.recording.opening import open_runs, open_runs_again
from zenml.runs.recording.spool import RunsPlace, SpooledEnd, make_room
from zenml.runs.running.child import NOT_BEGUN
from zenml.runs.running.code import FoundCode, SearchedCode
from zenml.runs.running.masking import Mask
from zenml.runs.running.secrets import opened_secrets
from zenml.runs.running.started import RunRequest, started

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from zenml.api.looking_back import LookingBack
    from zenml.domain.run_events import RunOutcome, RunStarted
    from zenml.projections.machine import ProfileRow
    from zenml.runs.configuration import Configuration
    from zenml.runs.running.secrets import OpenedSecrets
    from zenml.snapshot.snapshot import Snapshot
    from zenml.stores.runs.store import RunsStore


class WantedRun(
    namedtuple(
        "WantedRun",
        "stack name command parameters reason redacted with_secrets like parent",
        defaults=(None, None, None, {}, None, (), False, None, None),
    )
):
    """What somebody wants to be run.

    Attributes:
        stack: The stack; None for the active one, or for that of ``like``.
        name: What to call the run; None for nothing.
        command: The words of the command; None for a block of Python.
        parameters: What it is run with, besides the stack.
        reason: Why.
        redacted: Texts that are not to be recorded.
        with_secrets: Whether the command is handed the secrets of the stack.
        like: The fields of the first event of a run that this one is to be like; None for none.
        parent: The id of the run that it is a part of; None for that of this process, if there is one.
    """

    __slots__ = ()
    stack: str | None
    name: str | None
    command: tuple[str, ...] | None
    parameters: dict[str, Any]
    reason: str | None
    redacted: tuple[str, ...]
    with_secrets: bool
    like: dict[str, Any] | None
    parent: str | None


class PreparedRun(
    namedtuple("PreparedRun", "profile ledger configuration secrets mask found as_of config_directory folder")
):
    """What is known of a run before anything is recorded of it.

    Attributes:
        profile: The profile of its stack.
        ledger: Where the runs of this year are recorded; None if it is not to be recorded.
        configuration: What it runs with.
        secrets: Those of the configuration, opened as far as that is possible.
        mask: Knows all secrets.
        found: The code.
        as_of: The change as of which it runs: its short name, what it did, and when; None before the first one.
        folder: The working directory.
    """

    __slots__ = ()
    profile: ProfileRow
    ledger: RunsLedgerRow | None
    configuration: Configuration
    secrets: OpenedSecrets
    mask: Mask
    found: FoundCode
    as_of: tuple[str, str, str] | None
    config_directory: str
    folder: str

    @property
    def notices(self) -> tuple[str, ...]:
        """What could not be found out, a sentence each."""
        return (*self.secrets.notices, *filter(None, [self.found.notice]))


class BegunRun(namedtuple("BegunRun", "event prepared store place room")):
    """A run that was recorded to have begun.

    Attributes:
        event: Its first event.
        prepared: What was known before.
        store: Where it is recorded.
        place: Which ledger that is.
        room: Where its end is kept if it cannot be recorded.
    """

    __slots__ = ()
    event: RunStarted
    prepared: PreparedRun
    store: RunsStore
    place: RunsPlace
    room: SpooledEnd

    def end(self, outcome: RunOutcome, exit_code: int | None, signal: str | None = None) -> RunFinished:
        """Returns the last event of the run, which ends now."""
        run_id = self.event.run_id
        return RunFinished(run_id=run_id, outcome=outcome, exit_code=exit_code, signal=signal, time=utc_now())


def sees_nothing(snapshot: Snapshot) -> None:
    """Does nothing with a look at everything."""


def prepare(
    asking: LookingBack,
    wanted: WantedRun,
    looks: Callable[[Snapshot], None] = sees_nothing,
    *,
    recorded: bool = True,
) -> PreparedRun:
    """Returns what is known of a run before it begins. Begins the ledger of the year's runs if it is missing.

    What earlier runs could not record is recorded, as far as that is possible now.

    Args:
        asking: Where one is.
        wanted: What is to be run.
        looks: Called with the look at everything in which its configuration is found.
        recorded: Whether it is to be recorded.

    Raises:
        LedgerError: There is no such stack, the name or a parameter cannot be one, or the ledger cannot be used.
    """
    check_clock()
    _check(wanted)
    folder, now = paths.working_directory(), utc_now()
    year = int(now[:4])
    with SearchedCode(folder) as code:
        with asking.reading() as snapshot:
            code.go_on()
            looks(snapshot)
            prepared = _prepared(asking, snapshot, wanted, folder, year)
            code.go_on()
            if recorded:
                for sentence in settle(snapshot, asking.config_directory):
                    asking._notify(sentence)
        found = code.found()  # after the look: Git may take seconds
    if not recorded:
        return prepared._replace(found=found, ledger=None)
    if prepared.ledger is not None:
        return prepared._replace(found=found)
    row = ledger_of_this_year(asking, now)
    with asking.reading() as snapshot:
        return _prepared(asking, snapshot, wanted, folder, year)._replace(found=found, ledger=row)


def begin(asking: LookingBack, prepared: PreparedRun, wanted: WantedRun) -> BegunRun:
    """Records that a run begins.

    Raises:
        LedgerError: It cannot be recorded, and must not be run.
    """
    assert prepared.ledger is not None  # it is to be recorded
    parent = wanted.parent or os.environ.get(RUN_VARIABLE, "")
    request = RunRequest(
        name=wanted.name,
        command=wanted.command,
        parameters=wanted.parameters,
        secrets=prepared.secrets.names if wanted.with_secrets else (),
        like=wanted.like["run_id"] if wanted.like is not None else None,
        parent=parent if ID.fits(parent) else None,
        folder=prepared.folder,
    )
    asked_by = origin(None, None, wanted.reason)
    event = started(prepared.configuration, asked_by, request, prepared.found, prepared.mask)
    place = RunsPlace(prepared.profile.profile_ledger_id, prepared.ledger.runs_ledger_id, prepared.ledger.year)
    store = open_runs(prepared.config_directory, prepared.profile, prepared.ledger)
    begun = BegunRun(event, prepared, store, place, make_room(prepared.config_directory, event.run_id, place))
    try:
        store.append([event])
    except CommitUnknownError:
        begun.room.keep(place, begun.end("failed", NOT_BEGUN).to_fields())
        begun.room.close()
        raise
    except (LedgerError, OSError):
        begun.room.remove()
        raise
    except BaseException:  # a signal: perhaps it is recorded, and the next run says that this one was ended
        begun.room.keep(place, begun.end("killed", None).to_fields())
        begun.room.close()
        raise
    return begun


def finish(run: BegunRun, end: RunFinished) -> str | None:
    """Records how a run ended, now or as soon as somebody can; returns a sentence if that is not now.

    Whatever goes wrong, nothing is raised: what ran has ended as it did.
    """
    directory, place = run.prepared.config_directory, run.place
    try:
        with closing(run.store), closing(run.room):
            try:
                ledger = RunsLedgerRow(place.runs_ledger_id, place.year, None, None)
                with closing(open_runs_again(directory, place.profile_ledger_id, ledger)) as store:
                    store.append([end])
            except Exception as error:  # of the file, of what others wrote to it, or of this program
                reason = unreadable(directory, place, error)
                run.room.keep(place, end.to_fields())
                sentence = (
                    f"How the run ended is not recorded yet; it waits for a run that can record it: {reason}"
                )
                return Notice(sentence, "" if isinstance(error, LedgerError) else "runs_unreadable")
            run.room.remove()
    except Exception as error:
        sentence = f"How the run ended cannot be recorded: {unreadable(directory, place, error)}"
        return Notice(sentence, "runs_unreadable")
    return None


def _check(wanted: WantedRun) -> None:
    """Makes sure that a name and parameters can be recorded. Raises `InvalidValueError`."""
    if wanted.name is not None:
        check_name("run", wanted.name)
        if is_whole_id(wanted.name):
            raise InvalidValueError(
                f"A run cannot be called '{wanted.name}': it would be taken for the id of a run.",
                "Choose another one than a UUID, or 18 letters from k to z.",
            )
    for name, value in wanted.parameters.items():
        try:
            canonical.text(value)
        except canonical.CanonicalError as error:
            raise InvalidValueError(
                f"The parameter '{name}' of the run is not a value of JSON.",
                "Pass texts, numbers, True, False, None, and lists and mappings of these.",
            ) from error


def _prepared(asking: LookingBack, snapshot: Snapshot, wanted: WantedRun, folder: str, year: int) -> PreparedRun:
    config_directory = asking.config_directory
    chosen = _chosen(snapshot, config_directory, wanted)
    secrets = opened_secrets(snapshot.connection, config_directory, chosen)
    row = ledgers.of_year(snapshot.connection, snapshot.ledger_id, year)
    profile, as_of = snapshot.active.profile, _as_of(snapshot, chosen)
    assert profile is not None  # it has the ledger
    mask = Mask((value for _, _, value in secrets.values), wanted.redacted)
    return PreparedRun(profile, row, chosen, secrets, mask, FoundCode(), as_of, config_directory, folder)


def _chosen(snapshot: Snapshot, config_directory: str, wanted: WantedRun) -> Configuration:
    """Returns what it is to run with: of a run that it is to be like, the stack as it was then."""
    like = wanted.like
    if like is None and snapshot.active.stack_at is not None:
        with RecordedRuns(config_directory, snapshot.ledger_id) as recorded:
            parent = recorded.by_id(os.environ.get(RUN_VARIABLE, ""))
        like = parent.began if parent is not None else None
    if like is None or wanted.stack is not None:
        return configuration(snapshot, wanted.stack)
    then = configuration_then(snapshot, like["stack_id"], like["position"], like["root"])
    if then is None:
        raise LedgerError(
            f"Stack '{like['stack_name']}', on which the run ran, is not known as of then.",
            code="stack_of_run_unknown",
        )
    return then


def _as_of(snapshot: Snapshot, chosen: Configuration) -> tuple[str, str, str] | None:
    from zenml.projections.timeline.at_positions import as_of

    change = as_of(snapshot.connection, chosen.profile_ledger_id, chosen.position)
    if change is None:
        return None
    return snapshot.short(change.letters), snapshot.describe(change), change.time

"""The runs of the profile that is served, as they are recorded on the service's machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from threading import Lock
from typing import Literal, NamedTuple

from zenml.domain.errors import LedgerError
from zenml.domain.run_events import RUN_TOPICS, RunActor, RunEvent, RunStarted
from zenml.evidence.merkle import MerkleError
from zenml.projections.database import is_there, open_still
from zenml.projections.machine import ProfileRow
from zenml.projections.runs.ledgers import RunsLedgerRow, runs_ledgers
from zenml.projections.stored_events import EventRow
from zenml.projections.versions import format_of
from zenml.runs.recording.following import follow_runs
from zenml.runs.recording.opening import open_runs, runs_file
from zenml.runs.recording.redacted import values_redacted
from zenml.runs.running.started import salted
from zenml.service.models.runs import AskedRunEvent
from zenml.service.problems import RefusedError
from zenml.service.record import LedgerEnd, Page, ServedRecord, end_of, sent
from zenml.service.sent_runs import OwnRuns, check_said, check_stack
from zenml.service.served import served_profile
from zenml.service.tokens import Token
from zenml.service.writing.refusals import refusal
from zenml.service.writing.sent_events import malformed, read_sent
from zenml.stores.runs.file import RunsFile
from zenml.stores.runs.locked import KIND
from zenml.stores.runs.store import RunsStore
from zenml.stores.runs.stored import end_in, page_in


class _Ledger(NamedTuple):
    """A ledger of runs that is served.

    Attributes:
        profile: The profile whose runs they are.
        row: What the profile's own ledger says of it.
        format: The format of that.
        file: Where it is on this machine.
    """

    profile: ProfileRow
    row: RunsLedgerRow
    format: int
    file: RunsFile


class Why(NamedTuple):
    """Why something is redacted, and whether a job does it and no person."""

    reason: str
    automation: bool


class ServedRunEvents:
    """Reads and records the runs of the profile that is served. Everything here reads files.

    Args:
        record: The profile's own ledger.
    """

    def __init__(self, record: ServedRecord) -> None:
        self._record = record
        self._following, self._recording = Lock(), Lock()

    def page(self, year: int, after: int, limit: int, most_bytes: int) -> tuple[str, Page]:
        """Returns the ledger of a year's runs, and its events after a position.

        Args:
            year: The year.
            after: The position.
            limit: How many at most.
            most_bytes: How long their texts may be together; one is returned however long it is.

        Raises:
            RefusedError: There is no such ledger, or it has fewer events than that.
            LedgerError: It is damaged.
        """
        self._record.follow()
        ledger = self._ledger(year)
        if ledger.profile.is_shared:
            with self._following:  # whoever comes meanwhile needs not ask again
                follow_runs(self._record.served.config_directory, ledger.profile, [ledger.row])
        if ledger.row.size and not is_there(ledger.file.path):
            raise RefusedError(410, "runs_deleted", f"The runs of '{year}' were closed and deleted.", year=year)
        return ledger.row.runs_ledger_id, _page(ledger, after, limit, most_bytes)

    def record(
        self, year: int, token: Token, asked: Sequence[AskedRunEvent], after: int, limit: int, most_bytes: int
    ) -> tuple[str, Page]:
        """Records events of runs, once, under the name of the token; returns as `page` does.

        Raises:
            RefusedError: One of them is none, or is of a run or a profile that is not here, or of a run that
                another token began; or nothing can be recorded now. Nothing is recorded then.
        """
        events = [self._read(one, token) for one in asked]
        for event in events:
            check_said(event)
        with self._locked(year, after) as (ledger, store):
            _check_own(ledger.file, token, events)
            store.append(events)
        return ledger.row.runs_ledger_id, _page(ledger, after, limit, most_bytes)

    def redact(
        self,
        year: int,
        token: Token,
        values: Sequence[tuple[int, str]],
        why: Why,
        after: int,
        limit: int,
        most_bytes: int,
    ) -> tuple[str, Page, list[str]]:
        """Blanks values of a year's runs, and records which under the name of the token.

        Returns:
            As `page`, and what may still have them on the service's machine, a sentence each.

        Raises:
            RefusedError: No value is there, or nothing can be blanked now. Nothing is blanked then.
        """
        kind: Literal["person", "automation"] = "automation" if why.automation else "person"
        actor = RunActor(actor_id=salted(token.name), kind=kind, known_by="token")
        with self._locked(year, after) as (ledger, store):
            left = store.redact(values, partial(values_redacted, actor=actor, reason=why.reason))
        return ledger.row.runs_ledger_id, _page(ledger, after, limit, most_bytes), left

    @contextmanager
    def _locked(self, year: int, after: int) -> Iterator[tuple[_Ledger, RunsStore]]:
        """Opens the runs of a year to record in, for one at a time, who knows them up to a position.

        Raises as `record`.
        """
        ledger, directory = self._open_ledger(year), self._record.served.config_directory
        try:
            with self._recording:
                store = open_runs(directory, ledger.profile, ledger.row)
                if ledger.profile.is_shared:
                    store.catch_up()
                _check_after(after, end_in(ledger.file.path).size)
                yield ledger, store
        except LedgerError as error:
            raise refusal(error, directory) from error

    def _open_ledger(self, year: int) -> _Ledger:
        ledger = self._ledger(year)
        if ledger.row.size is not None:
            raise RefusedError(409, "runs_closed", f"The record of the runs of '{year}' is closed.", year=year)
        return ledger

    def _ledger(self, year: int) -> _Ledger:
        served = self._record.served
        with self._record.opened() as database:
            profile = served_profile(database, served.ledger_id)
            row = next((row for row in runs_ledgers(database, served.ledger_id) if row.year == year), None)
            format = format_of(database, served.ledger_id)
        if row is None:
            raise RefusedError(404, "runs_not_begun", "No runs are recorded of that year.")
        return _Ledger(profile, row, format, runs_file(served.config_directory, served.ledger_id, row))

    def _read(self, asked: AskedRunEvent, token: Token) -> RunEvent:
        kind = RUN_TOPICS.get(asked.topic)
        if kind is None:
            raise malformed("An event has a topic that no event of a run has.")
        event = read_sent(kind, asked.fields)
        return self._by_token(event, token) if isinstance(event, RunStarted) else event

    def _by_token(self, event: RunStarted, token: Token) -> RunStarted:
        """Returns the beginning of a run as it is recorded: by whom is for the token to say, and for nobody else.

        On which host it runs is as it was said: only that host can tell whether it still does.
        """
        self._check_point(event)
        said, name = event.actor, salted(token.name)
        if said.kind == "person":
            return event.replace(actor=RunActor(actor_id=name, kind="person", known_by="token"))
        return event.replace(actor=RunActor(actor_id=name, kind="automation", known_by="token"))

    def _check_point(self, event: RunStarted) -> None:
        """Makes sure that a run points to where the profile's ledger was. Raises `RefusedError`."""
        ledger_id = self._record.served.ledger_id
        if event.profile_ledger_id != ledger_id:
            raise RefusedError(422, "run_elsewhere", "The run is one of another profile.")
        with self._record.opened() as database:
            tree = end_of(database, ledger_id).tree
            if event.position != tree.size:
                try:
                    tree = self._record.tree(database).frontier(event.position)
                except MerkleError:
                    raise _beyond(event.position, tree.size) from None
            if tree.root().hex() != event.root:
                raise RefusedError(
                    409, "another_history", "The ledger was another one at that position.", position=event.position
                )
            check_stack(database, ledger_id, event)


def _check_own(file: RunsFile, token: Token, events: Sequence[RunEvent]) -> None:
    """Makes sure that events are of runs that whoever asks may add to. Raises `RefusedError`."""
    with open_still(file.path) if end_in(file.path).size else nullcontext() as database:
        own = OwnRuns(database, token)
        for event in events:
            own.check(event)


def _page(ledger: _Ledger, after: int, limit: int, most_bytes: int) -> Page:
    tree, events = page_in(ledger.file.path, after, limit)
    end = LedgerEnd(KIND, tree, ledger.format)
    _check_after(after, end.size)
    page = list[tuple[int, bytes]]()
    for event in events:
        text = sent(EventRow(ledger.row.runs_ledger_id, *event, rowid=event.position))
        most_bytes -= len(text) + 1
        if most_bytes < 0 and page:
            break
        page.append((event.position, text))
    return Page(end, page, page[-1][0] if page else after)


def _check_after(after: int, size: int) -> None:
    if after > size:
        raise _beyond(after, size)


def _beyond(after: int, size: int) -> RefusedError:
    return RefusedError(409, "beyond_the_end", "The ledger has fewer events.", after=after, size=size)

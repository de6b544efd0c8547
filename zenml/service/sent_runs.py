"""What a writer may say of runs: names that are names, times of now, a stack that is there, runs of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from zenml.domain.errors import InvalidValueError
from zenml.domain.names import check_name
from zenml.domain.run_events import RunArtifact, RunEvent, RunFinished, RunLink, RunNoted, RunStarted, RunStep
from zenml.evidence.pointed_values import is_blanked
from zenml.ledger.ids import utc_now
from zenml.projections import stacks
from zenml.projections.runs import queries
from zenml.runs.running.noting import MOST
from zenml.service.problems import RefusedError
from zenml.service.tokens import Role, Token
from zenml.service.writing.sent_events import malformed

if TYPE_CHECKING:
    from zenml.projections.database import Database

APART = timedelta(days=1)
"""How far a clock may be from that of the service."""

LONGEST = 1_000
"""Characters of a text that is no value: of a version, of the name of a secret or of a parameter."""


def check_said(event: RunEvent) -> None:
    """Makes sure that names are names, that texts have an end, and that a time is not of another age.

    Raises:
        RefusedError: Something is not.
    """
    try:
        for kind, name in _names(event):
            check_name(kind, name)
    except InvalidValueError as error:
        raise malformed(error.message) from None
    if any(len(text) > LONGEST or any(ord(letter) < 32 for letter in text) for text in _texts(event.to_fields())):
        raise malformed(f"A text in an event is longer than {LONGEST:,} characters, or has control characters.")
    now, time = _moment(utc_now()), _moment(event.time)
    is_early = isinstance(event, RunStarted) and (time < now - APART or not _is_of(event.run_id, now))
    if is_early or time > now + APART:
        _refuse("run_time", "The time of an event is more than a day from that of the service.", time=event.time)


def check_stack(database: Database, ledger_id: str, event: RunStarted) -> None:
    """Makes sure that the stack of a run was there, by that name. Raises `RefusedError`."""
    row = stacks.stack_by_id(database, ledger_id, event.stack_id, event.position)
    if row is None or row.name != event.stack_name:
        _refuse("run_stack", "There was no such stack at that position.", stack_id=event.stack_id)


class OwnRuns:
    """The runs of one request, as they are recorded or begin in it, and what may be added to them.

    Args:
        database: The file that has the runs; None before the first one.
        token: Who asks.
    """

    def __init__(self, database: Database | None, token: Token) -> None:
        self._database = database
        self._token = token
        self._begun: dict[str, str] = {}
        self._notes: dict[str, list[dict[str, Any]]] = {}

    def check(self, event: RunEvent) -> None:
        """Makes sure that an event is of a run that the token may add to.

        Raises:
            RefusedError: It is not, or the run has as many notes as it can have.
        """
        if isinstance(event, RunStarted):
            self._begun.setdefault(event.run_id, event.time)
            return
        run_id = getattr(event, "run_id", None)
        row = queries.run(self._database, run_id) if self._database is not None and run_id else None
        if row is None and run_id not in self._begun:
            raise RefusedError(404, "run_not_found", "There is no such run here.")
        if row is not None and not self._may_add(event, row.began["actor"]):
            raise RefusedError(
                403, "run_of_another", "Only the token that began a run may add to it, or an admin."
            )
        began = row.time if row is not None else self._begun[str(run_id)]
        if _moment(event.time) < _moment(began) - APART:
            _refuse("run_time", "The time of an event is before its run began.", time=event.time)
        if isinstance(event, RunNoted):
            self._count(event, row)

    def _may_add(self, event: RunEvent, actor: dict[str, Any]) -> bool:
        """Tells whether the token may add an event to a run that somebody began.

        Who began it may have been redacted while it goes on. Nobody can tell then whose it is, not even the token
        that began it; its end has to be recorded all the same, or it would go on for ever. So any writer may say
        that it ended, and no more than that: a note would be something that its own token never said.
        """
        if self._token.role is Role.ADMIN:
            return True
        if actor["known_by"] != "token":
            return False
        if is_blanked(actor["actor_id"]):
            return isinstance(event, RunFinished)
        return bool(queries.shown(actor["actor_id"]) == self._token.name)

    def _count(self, event: RunNoted, row: queries.RunRow | None) -> None:
        notes = self._notes.get(event.run_id)
        if notes is None:
            is_there = row is not None and self._database is not None
            notes = queries.notes(self._database, row.started) if is_there else []  # type: ignore[arg-type, union-attr]
            self._notes[event.run_id] = notes
        fields = event.to_fields()
        if fields in notes:
            return
        if len(notes) >= MOST:
            _refuse("too_many_notes", f"The run has {MOST:,} notes, and none can be added.", run=event.run_id)
        notes.append(fields)


def _names(event: RunEvent) -> Iterator[tuple[str, str]]:
    if isinstance(event, RunStarted) and event.name is not None:
        yield "run", event.name
    match event:
        case RunNoted(note=RunLink() as link):
            yield "engine", link.engine
        case RunNoted(note=RunArtifact() as artifact):
            yield "artifact", artifact.name
        case RunNoted(note=RunStep() as step):
            yield "step", step.step
            yield from (("artifact", one.name) for one in (*step.inputs, *step.outputs))


def _texts(fields: Any) -> Iterator[str]:
    """Yields the texts that are no values: how long those may be, the length of an event says."""
    match fields:
        case str():
            yield fields
        case list() | tuple():
            for one in fields:
                yield from _texts(one)
        case dict() if fields.keys() != {"s", "v"}:
            for name, one in fields.items():
                yield name
                yield from _texts(one)


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(time)


def _is_of(run_id: str, now: datetime) -> bool:
    """Tells whether an id is a UUIDv7 of about now: runs are looked for by the time in it."""
    passed = abs(int(run_id.replace("-", "")[:12], 16) / 1_000 - now.timestamp())
    return run_id[14] == "7" and passed <= APART.total_seconds()


def _refuse(code: str, message: str, **values: Any) -> NoReturn:
    raise RefusedError(422, code, message, **values)

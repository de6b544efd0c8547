"""What the page of a service is about: the profile that is served, and undoing in it as any member does."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from zenml.application.undoing import check_expected
from zenml.domain.errors import (
    BusyError,
    ChangeNotFoundError,
    CommitUnknownError,
    DamagedLedgerError,
    LedgerError,
    NotAllowedError,
    UndoConflictError,
)
from zenml.history.rehearsed_change import rehearsed_change
from zenml.ledger.change import Change
from zenml.ledger.verification import Verification
from zenml.page.visitors import UnknownVisitorError
from zenml.projections.timeline import history
from zenml.service.page.looking import OneLedger, ServedLooking
from zenml.service.page.turns import Turns
from zenml.service.problems import RefusedError, folder_unnamed, without_folder
from zenml.service.tokens import Role, Token
from zenml.service.writing import taking_back
from zenml.service.writing.asked import Asked, asked_by_hand
from zenml.service.writing.refusals import is_of_storage

if TYPE_CHECKING:
    from zenml.history.change_details import ChangeDetails
    from zenml.history.changes import ChangeInfo
    from zenml.history.rehearsed_change import RehearsedChange
    from zenml.ledger.verification import Problem, Verdict
    from zenml.page.source import Notify, Viewer
    from zenml.service.page.sessions import Sessions
    from zenml.service.record import ServedRecord
    from zenml.service.writer import Writer
    from zenml.service.writing.answers import Decided
    from zenml.service.writing.member import MembersChange

_logger = logging.getLogger(__name__)

_NOBODY = Token("", "", Role.READER, secrets=False)
"""Who rehearses an undo: with a reason, anybody may undo anything."""


class ServedSource:
    """The profile that is served.

    Args:
        record: Reads its ledger.
        ledger: Shows nothing else.
        writer: Makes changes.
        sessions: Who is signed in.
    """

    def __init__(self, record: ServedRecord, ledger: OneLedger, writer: Writer, sessions: Sessions) -> None:
        self._record = record
        self._ledger = ledger
        self._writer = writer
        self._sessions = sessions
        self._turns = Turns()

    def looking(self, notify: Notify) -> ServedLooking:
        """Returns what answers the questions of one request."""
        return ServedLooking(self._ledger, self._record.served.config_directory, notify)

    def find(self, change: str, notify: Notify) -> ChangeInfo:
        """Returns who made a change and what it did, and none of its details; it is given as for `show`."""
        return self.looking(notify).find(change)

    def show(self, change: str, notify: Notify) -> ChangeDetails:
        """Returns a change, given by its letters or a label, without rehearsing its undo."""
        return self.looking(notify).show(change)

    def verify(self, notify: Notify) -> Verification:
        """Reads the whole record again, and returns what was found out about this ledger and the file."""
        with folder_unnamed(self._record.served.config_directory):
            self._record.follow()
            try:
                return self._of_ledger(self._record.verified())
            except RefusedError as refused:
                raise BusyError(refused.problem.message) from refused

    def rehearse_undo(
        self, change: str, *, cascade: bool, viewer: Viewer, notify: Notify
    ) -> RehearsedChange | None:
        """Returns what an undo would do; None if nothing. Raises what is in its way."""
        token = self._token(viewer)
        asked = self._asked(_NOBODY, "to see what it would do", change, notify, cascade=cascade, expect=None)
        tried = self._decided(asked._replace(is_rehearsal=True), token, change, notify).change
        if tried is None:
            return None
        return self.looking(notify).ask(lambda snapshot: rehearsed_change(snapshot, tried))

    def undo(
        self, change: str, *, cascade: bool, expect: str, reason: str, viewer: Viewer, notify: Notify
    ) -> Change | None:
        """Undoes a change exactly as it was rehearsed. Raises `OvertakenError` if it would do something else."""
        token = self._token(viewer)
        if token.role is Role.READER:  # since the form was checked
            raise NotAllowedError("This takes the role writer.")
        asked = self._asked(token, reason, change, notify, cascade=cascade, expect=expect)
        return self._decided(asked, token, change, notify).change

    def _token(self, viewer: Viewer) -> Token:
        token = self._sessions.token(viewer.session)
        if token is None:
            raise UnknownVisitorError
        return token

    def _asked(
        self, token: Token, reason: str, change: str, notify: Notify, *, cascade: bool, expect: str | None
    ) -> Asked:
        change_id = self.find(change, notify).change_id
        carry_out = partial(_undo, change_id=change_id, cascade=cascade, expect=expect)
        return asked_by_hand(token, "undo", reason, carry_out)

    def _decided(self, asked: Asked, token: Token, change: str, notify: Notify) -> Decided:
        """Waits until it was decided. Raises what is in its way, as members may know it."""
        try:
            with self._turns.waiting(token.token_id):
                return self._writer.submit(asked).result()
        except RefusedError as refused:
            if refused.rule is not None and is_of_storage(refused.rule):
                _logger.warning("A change could not be undone: %s", refused.rule)  # it says where that is
                raise _of_storage(refused.rule) from refused
            if refused.rule is not None:
                raise self._as_members_know(refused.rule, change, notify) from refused
            if refused.status == 401:  # the token was revoked meanwhile
                raise UnknownVisitorError from refused
            kind = BusyError if refused.status == 503 else NotAllowedError
            raise kind(refused.problem.message) from refused

    def _as_members_know(self, error: LedgerError, change: str, notify: Notify) -> LedgerError:
        """Returns an error in whose sentence no change is told by what it did elsewhere too."""
        info = self.find(change, notify)
        if isinstance(error, UndoConflictError):
            return self._conflict(error, info, notify)
        directory = self._record.served.config_directory
        with folder_unnamed(directory), self._record.opened() as database:
            row = history.by_id(database, info.change_id)
            told = history.describe(database, row) if row else info.told
        error.message = without_folder(error.message.replace(told, info.told), directory)
        return error

    def _conflict(self, error: UndoConflictError, info: ChangeInfo, notify: Notify) -> UndoConflictError:
        because = error.because.message
        nearest = error.values.get("change") if not error.later else None
        if isinstance(nearest, str):
            with suppress(ChangeNotFoundError):
                first = self.find(nearest, notify)
                because = f"{because.rstrip('.')}, by change {first.change} ({first.told})."
        later = self.looking(notify).ask(
            lambda snapshot: tuple(each for each in error.later if history.find(snapshot.connection, each))
        )
        return UndoConflictError(
            f"Change {info.change} ({info.told}) cannot be undone: {because[:1].lower()}{because[1:]}",
            change=error.change,
            because=error.because,
            later=later,
        )

    def _of_ledger(self, verification: Verification) -> Verification:
        """Returns what was found out about the served ledger and the file: of others nothing is told."""
        ledger_id = self._record.served.ledger_id
        heads = tuple(head for head in verification.heads if head.ledger_id == ledger_id)
        verdicts = {name: self._verdict(verdict) for name, verdict in verification.verdicts.items()}
        values = tuple(value for value in verification.clear_values if value.ledger_id == ledger_id)
        return Verification("", sum(head.size for head in heads), verdicts, heads, clear_values=values)

    def _verdict(self, verdict: Verdict) -> Verdict:
        return verdict._replace(
            text="",  # it counts what is in other ledgers, too
            problems=tuple(
                self._problem(problem)
                for problem in verdict.problems
                if problem.ledger_id in (None, self._record.served.ledger_id)
            ),
        )

    def _problem(self, problem: Problem) -> Problem:
        return problem._replace(message=without_folder(problem.message, self._record.served.config_directory))


def _of_storage(error: LedgerError) -> LedgerError:
    """Returns the error that the ledger cannot be written, which does not say where it is."""
    match error:
        case CommitUnknownError():
            return CommitUnknownError("It is not known whether this was recorded. The timeline says so later.")
        case DamagedLedgerError():
            return DamagedLedgerError("The ledger is damaged, so nothing was changed.")
    return BusyError("The ledger cannot be written at the moment, so nothing was changed.")


def _undo(work: MembersChange, change_id: str, *, cascade: bool, expect: str | None) -> None:
    taking_back.carry_out(work, [change_id], redo=False, cascade=cascade, any_actor=True, may_be_elsewhere=False)
    check_expected(work, expect, "undo")

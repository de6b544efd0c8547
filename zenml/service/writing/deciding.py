"""Deciding what somebody asks for: under the rules of any change, in the profile that is served."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from zenml import paths
from zenml.domain.change_ids import letters
from zenml.domain.errors import AgainError, CommitUnknownError, ConflictError, LedgerError, NotAllowedError
from zenml.flavors.lookup import secret_names, unknown_names
from zenml.ledger import failed_attempts, idempotency
from zenml.ledger.change import Change, ChangeHeader
from zenml.ledger.ids import check_clock
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import stored_heads, tokens
from zenml.projections.database import open_still, whole
from zenml.projections.machine import ProfileRow
from zenml.projections.timeline import history
from zenml.projections.timeline.parts import ledgers_here
from zenml.service.problems import RefusedError, without_folder
from zenml.service.record import end_of
from zenml.service.served import Served
from zenml.service.writing.answers import Decided, answer, place
from zenml.service.writing.asked import Asked
from zenml.service.writing.left_over import repeated_on_machine
from zenml.service.writing.member import MembersChange, request
from zenml.service.writing.refusals import is_of_storage, refusal
from zenml.service.writing.store import MovedError, ServedStore
from zenml.sharing.places import PATIENCE
from zenml.unit_of_work import notes

_TOGETHER = 32  # requests that are recorded together: whoever comes meanwhile waits for all of them
_PAUSE = 0.05  # seconds before the second attempt at the most; then twice as many each time, up to one


class _RehearsedError(Exception):
    """Ends a rehearsal: what was decided is found out, and all of it goes."""

    def __init__(self, decided: Decided) -> None:
        super().__init__()
        self.decided = decided


class Deciding:
    """Decides one request after the other. One thread uses it.

    Args:
        served: What is served.
        notify: Called with what happens on the way.
    """

    def __init__(self, served: Served, notify: Callable[[str], None]) -> None:
        self._served = served
        self._ledger_id = served.ledger_id
        self._store = ServedStore(served, notify)
        self._request = request(served.config_directory, notify)

    @property
    def most(self) -> int:
        """How many requests are decided together at the most: those of a shared profile each for itself."""
        return _TOGETHER if self._store.is_local else 1

    def decided(self, several: Sequence[Asked]) -> list[Decided | Exception]:
        """Decides requests one after the other, and records together what came of them.

        Args:
            several: The requests, `most` of them at the most.

        Returns:
            What became of each, or why it is refused.
        """
        keyring = Keyring(self._served.config_directory)
        request = self._request._replace(notify=_nobody)
        works = [MembersChange(request, keyring, None, asked.who) for asked in several]
        try:
            check_clock()
            answers = self._patiently(several, works)
        except Exception as error:
            if not isinstance(error, RefusedError | LedgerError) or is_of_storage(error):
                self._store.close()
            answers = [error] * len(several)
        except BaseException:
            self._store.close()
            raise
        if any(asked.removes for asked in several):
            answers = self._emptied(several, answers)
        return [
            one if isinstance(one, Decided) else self._refused(asked, work, one)
            for asked, work, one in zip(several, works, answers, strict=True)
        ]

    def _emptied(self, several: Sequence[Asked], answers: list[Decided | Exception]) -> list[Decided | Exception]:
        """Takes what was removed out of the files beside the tables; answers say what that cannot reach."""
        try:
            left_over = self._store.checkpoint()
        except LedgerError as error:  # it is recorded, whatever becomes of the log
            left_over = [error.message]
        sentences = [without_folder(sentence, self._served.config_directory) for sentence in left_over]
        with open_still(paths.ledger_file(self._served.config_directory)) as database:
            return [
                one._replace(left_over=sentences + repeated_on_machine(database, self._ledger_id, one))
                if asked.removes and isinstance(one, Decided)
                else one
                for asked, one in zip(several, answers, strict=True)
            ]

    def _refused(self, asked: Asked, work: MembersChange, error: Exception) -> Exception:
        """Notes that a request was refused, and returns what is answered."""
        match error:
            case RefusedError():
                self._note(asked, work, _as_error(error))
            case LedgerError():
                if not isinstance(error, AgainError):
                    self._note(asked, work, error)
                return refusal(error, self._served.config_directory)
        return error

    def close(self) -> None:
        """Gives up what is open."""
        self._store.close()

    def _patiently(self, several: Sequence[Asked], works: list[MembersChange]) -> list[Decided | Exception]:
        """Decides them again while others are in the way, or when the profile has moved."""
        pause, until = _PAUSE, time.monotonic() + PATIENCE
        while True:
            try:
                return self._once(several, works)
            except (MovedError, AgainError) as error:
                self._store.close()
                if time.monotonic() > until:
                    if isinstance(error, AgainError):
                        raise
                    raise AgainError("The profile that is served is being moved.") from error
                time.sleep(random.uniform(0, pause))
                pause = min(1.0, 2 * pause)

    def _once(self, several: Sequence[Asked], works: list[MembersChange]) -> list[Decided | Exception]:
        answers: list[Decided | Exception] = []
        try:
            with self._store.locked(works[0].keyring) as (locked, profile):
                notes.before(self._request, locked.transaction)
                for asked, work in zip(several, works, strict=True):
                    work.stores.shared = self._store.shared
                    try:
                        with whole(locked.transaction.database):
                            answers.append(self._one(asked, work, locked, profile))
                    except _RehearsedError as over:
                        answers.append(over.decided)
                    except Exception as error:
                        if len(several) == 1 or is_of_storage(error):
                            raise
                        answers.append(error)
            return answers
        except CommitUnknownError as error:
            (work,) = works  # of a shared profile
            self._store.close()
            if work.recorded is None:
                raise
            work.stores.look_for(work.recorded, error)
            with open_still(paths.ledger_file(self._served.config_directory)) as database:
                decided = answer(database, self._ledger_id, work.recorded.change_id)
                return [decided._replace(change=work.recorded)]

    def _one(self, asked: Asked, work: MembersChange, locked: LockedLedger, profile: ProfileRow) -> Decided:
        """Decides a request under the lock."""
        database = locked.transaction.database
        earlier = self._check(asked, locked, work.keyring)
        if earlier is not None:
            return answer(database, self._ledger_id, earlier, repeated=True)
        work.begin(locked, profile, asked.change_id)
        asked.carry_out(work)
        if asked.is_rehearsal:
            tried = self._tried(asked, work)
            raise _RehearsedError(Decided(None, False, [], end_of(database, self._ledger_id), change=tried))
        work.recorded = self._finish(asked, work)
        decided = answer(database, self._ledger_id, work.recorded.change_id if work.recorded else None)
        return decided._replace(change=work.recorded)

    # --- before -----------------------------------------------------------------------------------

    def _check(self, asked: Asked, locked: LockedLedger, keyring: Keyring) -> str | None:
        """Returns the id of the change that was recorded for it before; None if it may be decided.

        Raises:
            RefusedError: It may not.
            LedgerError: Its idempotency key was used for another command.
        """
        database = locked.transaction.database
        token = tokens.token_by_id(database, locked.machine_id, asked.token.token_id)
        if token is not None and token.until is not None:  # while others were decided
            raise RefusedError(
                401, "wrong_token", "The token is wrong, or was revoked.", {"WWW-Authenticate": "Bearer"}
            )
        earlier = self._earlier(asked, locked, keyring)
        if earlier is not None:
            return earlier
        size = stored_heads.size(database, self._ledger_id)
        if asked.expect is not None and asked.expect != size:
            raise RefusedError(409, "changed_meanwhile", "The ledger has other events by now.", size=size)
        others = {part.ledger_id for part in asked.parts} - {self._ledger_id}
        if others & ledgers_here(database):
            raise RefusedError(
                422,
                "part_not_elsewhere",
                "A part of the change is said to be in a ledger that others cannot write.",
            )
        return None

    def _earlier(self, asked: Asked, locked: LockedLedger, keyring: Keyring) -> str | None:
        """Returns the id of the change that was recorded for this very request."""
        database = locked.transaction.database
        row = history.by_id(database, asked.change_id) if asked.change_id is not None else None
        if row is not None:
            is_own = (row.known_by, row.actor) == ("token", asked.token.name)
            if not is_own or place(database, self._ledger_id, row.change_id) is None:
                raise _taken()
            return row.change_id
        if asked.change_id is not None and history.find(database, letters(asked.change_id)):
            raise _taken()  # people could not tell the two apart
        if asked.idempotency_key is None:
            return None
        found = idempotency.earlier(
            locked.transaction,
            asked.idempotency_key,
            idempotency.command_text(asked.text),
            keyring.machine,
            given_hash=asked.command_hash,
            ledger_id=self._ledger_id,
        )
        return found.change_id if found else None

    # --- after ------------------------------------------------------------------------------------

    def _finish(self, asked: Asked, work: MembersChange) -> Change | None:
        locked, change = work.now
        keyed = None
        if asked.idempotency_key is not None:
            text, own = idempotency.command_text(asked.text), work.keyring.machine
            hashed = asked.command_hash or idempotency.command_hash(text, own, secret=bool(change.sealer.keys))
            keyed = asked.idempotency_key, hashed
        if change.sealer.keys:
            work.stores.check_key(locked.transaction)
        about = _header(asked, work)._replace(idempotency=keyed)
        return locked.finish(change, about)

    def _tried(self, asked: Asked, work: MembersChange) -> Change | None:
        """Returns what a rehearsal would record; None for nothing."""
        _, change = work.now
        if not change.events:
            return None
        change.check_approved(_header(asked, work))
        words, events = letters(change.change_id), tuple(change.events)
        return Change(change.change_id, words, asked.kind, "", events, work.targets)

    def _note(self, asked: Asked, work: MembersChange, error: LedgerError) -> None:
        """Notes a change that was not made, without the secrets in it; not one that was only tried out."""
        if asked.is_rehearsal:
            return
        names = secret_names() | unknown_names(asked.who.command or ())
        sealed = work.sealed
        failed_attempts.note(
            self._served.config_directory,
            asked.who,
            error,
            secret_names=names,
            plaintexts=asked.plaintexts | sealed,
        )


def _header(asked: Asked, work: MembersChange) -> ChangeHeader:
    """Returns what is recorded of a change besides what it did."""
    return ChangeHeader(
        asked.kind,
        asked.who,
        work.targets,
        point=asked.point,
        correlation_id=asked.correlation_id,
        parts=asked.parts,
    )


def _taken() -> RefusedError:
    return RefusedError(409, "change_id_taken", "Another change has this id.")


def _as_error(refused: RefusedError) -> LedgerError:
    """Returns an error that is noted as what it is: a request that was refused."""
    kind = ConflictError if refused.status == 409 else NotAllowedError
    return kind(refused.problem.message)


def _nobody(sentence: str) -> None:
    """Tells nobody: the answer says what was recorded."""

"""Deciding what somebody asks for: under the rules of any change, in the profile that is served."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import NamedTuple

from zenml import paths
from zenml.domain.change_ids import letters
from zenml.domain.errors import AgainError, CommitUnknownError, ConflictError, LedgerError, NotAllowedError
from zenml.flavors.lookup import secret_names, unknown_names
from zenml.ledger import failed_attempts, idempotency
from zenml.ledger.change import Change, ChangeHeader
from zenml.ledger.ids import check_clock
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import stored_events, stored_heads, tokens
from zenml.projections.database import Database, open_still
from zenml.projections.timeline import history
from zenml.projections.timeline.parts import ledgers_here
from zenml.service.problems import RefusedError
from zenml.service.record import LedgerEnd, end_of, sent
from zenml.service.served import Served
from zenml.service.writing.asked import Asked
from zenml.service.writing.member import MembersChange, request
from zenml.service.writing.refusals import is_of_storage, refusal
from zenml.service.writing.store import MovedError, ServedStore
from zenml.sharing.places import PATIENCE
from zenml.unit_of_work import notes

_PAUSE = 0.05  # seconds before the second attempt at the most; then twice as many each time, up to one


class Decided(NamedTuple):
    """What became of what was asked for.

    Attributes:
        change_id: The change; None if there was nothing to change.
        repeated: Whether it was recorded before.
        events: Its events in the served ledger, as they are sent.
        end: Where the ledger ends now.
    """

    change_id: str | None
    repeated: bool
    events: list[bytes]
    end: LedgerEnd


class _LeftError(Exception):
    """Leaves a transaction in which nothing is to be written."""

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

    def decided(self, asked: Asked) -> Decided:
        """Decides a request, and records what came of it.

        Raises:
            RefusedError: It is refused; nothing was written, unless it says that nobody knows.
        """
        keyring = Keyring(self._served.config_directory)
        work = MembersChange(self._request._replace(notify=_nobody), keyring, None, asked.who)
        try:
            check_clock()
            return self._patiently(asked, work)
        except RefusedError as refused:
            self._note(asked, work, _as_error(refused))
            raise
        except LedgerError as error:
            if is_of_storage(error):
                self._store.close()
            if not isinstance(error, AgainError):
                self._note(asked, work, error)
            raise refusal(error, self._served.config_directory) from error
        except BaseException:
            self._store.close()
            raise

    def close(self) -> None:
        """Gives up what is open."""
        self._store.close()

    def _patiently(self, asked: Asked, work: MembersChange) -> Decided:
        """Decides it again while others are in the way, or when the profile has moved."""
        pause, until = _PAUSE, time.monotonic() + PATIENCE
        while True:
            try:
                return self._once(asked, work)
            except (MovedError, AgainError) as error:
                self._store.close()
                if time.monotonic() > until:
                    if isinstance(error, AgainError):
                        raise
                    raise AgainError("The profile that is served is being moved.") from error
                time.sleep(random.uniform(0, pause))
                pause = min(1.0, 2 * pause)

    def _once(self, asked: Asked, work: MembersChange) -> Decided:
        recorded: Change | None = None
        try:
            with self._store.locked(work.keyring) as (locked, profile):
                work.stores.shared = self._store.shared
                notes.before(self._request, locked.transaction)
                self._check(asked, locked, work.keyring)
                change = work.begin(locked, profile, asked.change_id)
                asked.carry_out(work)
                recorded = self._finish(asked, work)
                if recorded is None:
                    raise _LeftError(self._answer(locked.transaction.database, None))
            return self._answer(locked.transaction.database, change.change_id)
        except _LeftError as left:
            return left.decided
        except CommitUnknownError as error:
            assert recorded is not None
            self._store.close()
            work.stores.look_for(recorded, error)
            with open_still(paths.ledger_file(self._served.config_directory)) as database:
                return self._answer(database, recorded.change_id)

    # --- before -----------------------------------------------------------------------------------

    def _check(self, asked: Asked, locked: LockedLedger, keyring: Keyring) -> None:
        """Looks whether it was recorded before, and whether it may be decided at all.

        Raises:
            _LeftError: It was recorded before.
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
            raise _LeftError(self._answer(database, earlier, repeated=True))
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

    def _earlier(self, asked: Asked, locked: LockedLedger, keyring: Keyring) -> str | None:
        """Returns the id of the change that was recorded for this very request."""
        database = locked.transaction.database
        row = history.by_id(database, asked.change_id) if asked.change_id is not None else None
        if row is not None:
            is_own = (row.known_by, row.actor) == ("token", asked.token.name)
            if not is_own or self._position(database, row.change_id) is None:
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
        about = ChangeHeader(
            asked.kind, asked.who, work.targets, keyed, asked.point, asked.correlation_id, asked.parts
        )
        return locked.finish(change, about)

    def _answer(self, database: Database, change_id: str | None, *, repeated: bool = False) -> Decided:
        """Returns what became of it, as the ledger has it."""
        events: list[bytes] = []
        part = self._position(database, change_id) if change_id is not None else None
        if part is not None:
            position, count = part
            events = [
                sent(event)
                for event in stored_events.events(database, self._ledger_id, position, position + count)
            ]
        return Decided(change_id, repeated, events, end_of(database, self._ledger_id))

    def _position(self, database: Database, change_id: str) -> tuple[int, int] | None:
        """Returns where a change begins in the served ledger, and how many events follow; None if nowhere."""
        parts = history.parts(database, change_id)
        return next(((at, count) for ledger_id, at, count in parts if ledger_id == self._ledger_id), None)

    def _note(self, asked: Asked, work: MembersChange, error: LedgerError) -> None:
        """Notes a change that was not made, without the secrets in it."""
        names = secret_names() | unknown_names(asked.who.command or ())
        sealed = work.sealed
        failed_attempts.note(
            self._served.config_directory,
            asked.who,
            error,
            secret_names=names,
            plaintexts=asked.plaintexts | sealed,
        )


def _taken() -> RefusedError:
    return RefusedError(409, "change_id_taken", "Another change has this id.")


def _as_error(refused: RefusedError) -> LedgerError:
    """Returns an error that is noted as what it is: a request that was refused."""
    kind = ConflictError if refused.status == 409 else NotAllowedError
    return kind(refused.problem.message)


def _nobody(sentence: str) -> None:
    """Tells nobody: the answer says what was recorded."""

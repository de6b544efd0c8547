"""What a database says, as an error for people. Its own words are shown only where no others fit."""

from __future__ import annotations

from zenml.domain.errors import (
    AgainError,
    BusyError,
    CommitUnknownError,
    DamagedLedgerError,
    LedgerError,
    NotAllowedError,
    UnreachableError,
)
from zenml.domain.secrecy import without_secrets
from zenml.domain.visible import visible
from zenml.stores.shared_database.dialects import DIALECTS
from zenml.stores.shared_database.places import SQLITE, SharedPlace
from zenml.stores.shared_database.sessions import DatabaseTrouble, Trouble

BROKEN = frozenset({Trouble.LOST, Trouble.IDLE, Trouble.SILENT, Trouble.FOREIGN})
"""After these a connection is good for nothing."""

NOT_KEPT = frozenset({Trouble.AGAIN, Trouble.BUSY, Trouble.IDLE, Trouble.FULL})
"""After these nothing of a transaction was kept, also where a commit was what failed."""

_NO_HOST = ("not known", "resolve", "getaddrinfo", "nodename", "no address")
_LONGEST = 200


def in_words(place: SharedPlace, error: DatabaseTrouble) -> LedgerError:
    """Returns the error that a database cannot be used, or does not do what it was asked for."""
    where = f"The shared database {place.named}"
    match error.trouble:
        case Trouble.NO_DRIVER:
            return _no_driver(place)
        case Trouble.LOGIN:
            user = f"the user '{visible(place.user)}'" if place.user else "its user"
            return UnreachableError(
                f"{where} does not let {user} in: the login was refused.", code="database_login"
            )
        case Trouble.MISSING:
            return UnreachableError(f"{where} does not exist.", code="database_missing")
        case Trouble.GRANT | Trouble.READ_ONLY:
            return _no_grant(place, error)
        case Trouble.FOREIGN:
            return _foreign(place)
        case Trouble.BUSY:
            return BusyError(f"{where} is locked by other writers.", "Try again; nothing was written.")
        case Trouble.AGAIN | Trouble.TAKEN:
            return AgainError(f"{where} was written to at the same time.", "Try again; nothing was written.")
        case Trouble.DAMAGED | Trouble.NO_TABLE:
            return DamagedLedgerError(
                f"{where} is damaged: {_said(place, error)}.", code="altered_shared_database"
            )
        case Trouble.ENCRYPTION:
            return UnreachableError(
                f"{where} cannot be reached: {_why(place, error)}.", code="database_encryption"
            )
        case _:
            return UnreachableError(
                f"{where} cannot be reached: {_why(place, error)}.", code="database_unreachable"
            )


def of_locked(place: SharedPlace, error: DatabaseTrouble) -> LedgerError:
    """Returns the same where a transaction was under way: whoever loses the connection loses the lock."""
    if error.trouble not in BROKEN - {Trouble.FOREIGN}:
        return in_words(place, error)
    return AgainError(
        f"The lock of the shared database {place.named} was lost: {_why(place, error)}.",
        code="shared_lock_lost",
    )


def of_commit(place: SharedPlace, error: DatabaseTrouble) -> LedgerError:
    """Returns the same where the transaction was to be committed: its end may be unknown."""
    if error.trouble in NOT_KEPT:
        return of_locked(place, error)
    return unknown(place, _why(place, error))


def unknown(place: SharedPlace, why: str) -> CommitUnknownError:
    """Returns the error that nobody knows whether a commit was done."""
    return CommitUnknownError(
        f"It is not known whether the shared database {place.named} recorded the change: {why}.",
        "The next command will say.",
    )


def gone(place: SharedPlace, ledger_id: str) -> DamagedLedgerError:
    """Returns the error that a ledger is not in a database."""
    return DamagedLedgerError(
        f"The shared database {place.named} does not have the ledger {ledger_id}.", code="altered_shared_database"
    )


def key_gone(place: SharedPlace) -> DamagedLedgerError:
    """Returns the error that the key of a secret is not in a database."""
    return DamagedLedgerError(
        f"The shared database {place.named} has lost the key of a secret.", code="altered_shared_database"
    )


def another_event(place: SharedPlace, position: int) -> DamagedLedgerError:
    """Returns the error that an event in a database is not the one that this machine has."""
    what = f"the event at position {position} is another one than was seen here"
    return DamagedLedgerError(f"In the shared database {place.named}, {what}.", code="altered_shared_database")


def not_a_redactor(place: SharedPlace, ledger_id: str) -> NotAllowedError:
    """Returns the error that a member may not remove what is recorded."""
    user = f"the user '{visible(place.user)}'" if place.user else "you"
    return NotAllowedError(
        f"The shared database {place.named} does not let {user} remove what is recorded; nothing was removed.",
        code="not_a_redactor",
        ledger=ledger_id,
        profile=None,
    )


def of_another_program(place: SharedPlace) -> UnreachableError:
    """Returns the error that a file holds the tables of another program, and none of ours."""
    return UnreachableError(
        f"The file {place.database} is a database of another program.", code="not_a_shared_database"
    )


def _no_driver(place: SharedPlace) -> UnreachableError:
    dialect = DIALECTS[place.kind]
    return UnreachableError(
        f"A profile in {dialect.title} needs the package {dialect.driver}, which is not installed.",
        code="driver_missing",
        extra=dialect.extra,
    )


def _no_grant(place: SharedPlace, error: DatabaseTrouble) -> UnreachableError:
    why = "it is read-only" if error.trouble is Trouble.READ_ONLY else _said(place, error) or "no grant"
    return UnreachableError(
        f"The shared database {place.named} does not allow this: {why}.", code="database_grant"
    )


def _foreign(place: SharedPlace) -> UnreachableError:
    title = DIALECTS[place.kind].title
    if place.kind == SQLITE:
        return UnreachableError(f"The file {place.database} is not a database.", code="not_a_shared_database")
    return UnreachableError(
        f"What answers at {place.named} does not speak as {title} does.", code="not_a_shared_database"
    )


def _why(place: SharedPlace, error: DatabaseTrouble) -> str:
    text = error.text.lower()
    match error.trouble:
        case Trouble.UNREACHABLE if "refused" in text:
            return "the connection was refused"
        case Trouble.UNREACHABLE if any(words in text for words in _NO_HOST):
            return "there is no such host"
        case Trouble.SILENT:
            return "it did not answer in time"
        case Trouble.IDLE:
            return "the server ended the session, which was idle for too long"
        case Trouble.LOST if place.kind != SQLITE:
            return "the connection broke"
        case Trouble.CROWDED:
            return "it has too many connections"
        case Trouble.FULL:
            return "it has no room left"
    return _said(place, error) or "it does not answer"


def _said(place: SharedPlace, error: DatabaseTrouble) -> str:
    """Returns what the database said, in one short line without the password."""
    text = visible(without_secrets(error.text, [place.password] if place.password else []))
    return text[:_LONGEST].rstrip(". ")

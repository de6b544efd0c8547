"""Looking after the ledger's file as a whole: what is in it, whether it is right, copies of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml import paths
from zenml.custody import remembered_heads
from zenml.custody.comparing import LedgerComparison
from zenml.custody.heads_file import KnownHead
from zenml.custody.key_info import KeyInfo, key_info
from zenml.custody.remembered_heads import Accepted
from zenml.custody.runs.accepting import accept_runs
from zenml.custody.runs.backup import back_up_runs
from zenml.custody.runs.clear_secrets import secrets_in_runs
from zenml.custody.runs.listed import listed_runs
from zenml.custody.runs.seen import seen_runs
from zenml.custody.runs.verdicts import RunsVerification
from zenml.domain.errors import DamagedLedgerError, NotAllowedError, NotFoundError
from zenml.flavors.lookup import declared
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.verification import Head, Problem, Verdict, Verification, stored_heads, verify
from zenml.ledger.verification.clear_values import ClearValue, clear_values, clear_values_now, in_words
from zenml.ledger.verification.replaying import Replay
from zenml.projections import inspection, machine, stored_events
from zenml.projections.database import (
    Database,
    StorageError,
    begun,
    connect,
    machine_ledger,
    open_still,
    read_through,
)
from zenml.projections.errors import from_sqlite
from zenml.projections.kept import check_not_lost, is_kept
from zenml.projections.lost import lost, set_aside
from zenml.projections.versions import up_to_date
from zenml.stores.backup import Backup, back_up

if TYPE_CHECKING:
    from zenml.custody.claims import Claim

Progress = Callable[[int, int], None]


class LedgerStatus(NamedTuple):
    """What there is to know about a ledger's file without reading all of it.

    Attributes:
        path: The file.
        size: Its length in bytes, with what waits in its log.
        heads: The end of each ledger, as its head row says; the root is empty where the row is damaged.
        profiles: The names of the profiles by ledger; those of deleted profiles are missing.
        changes: The number of changes; None if the views cannot tell.
        views_version: The version of the views; None if they cannot tell.
        views_up_to_date: Whether the next command can use the views as they are.
        key_file: The file of the master key.
        key_file_exists: Whether it is there.
        key_needed: Whether there are secrets that were encrypted with the key.
        key_in_environment: Whether a variable holds the key, so that the file is not used.
        key_state: ``right``, ``wrong``, ``missing``, ``unusable`` or ``not needed``.
        key_readable: Whether others than its owner may read the key's file.
        profile_keys: The key of each profile that machines share.
        remembered: The heads this machine saw last, by ledger.
        contradictions: Where the file contradicts them, a sentence each.
        clear_values: Which parameters components have in clear now; of views that are not up to date, what
            `verify` names.
    """

    path: str
    size: int
    heads: tuple[Head, ...]
    profiles: dict[str, str]
    changes: int | None
    views_version: int | None
    views_up_to_date: bool
    key_file: str
    key_file_exists: bool
    key_needed: bool
    key_in_environment: bool
    key_state: str
    key_readable: bool
    profile_keys: tuple[KeyInfo, ...]
    remembered: dict[str, KnownHead]
    contradictions: tuple[str, ...]
    clear_values: tuple[ClearValue, ...]

    @property
    def events(self) -> int:
        """The number of events in all ledgers."""
        return sum(head.size for head in self.heads)

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "ledger": self.path,
            "bytes": self.size,
            "events": self.events,
            "changes": self.changes,
            "heads": [{**head.document(), "profile": self.profiles.get(head.ledger_id)} for head in self.heads],
            "views": {"version": self.views_version, "up_to_date": self.views_up_to_date},
            "key": {
                "file": self.key_file,
                "exists": self.key_file_exists,
                "needed": self.key_needed,
                "in_environment": self.key_in_environment,
                "state": self.key_state,
                "readable_by_others": self.key_readable,
            },
            "profile_keys": [key.document() for key in self.profile_keys],
            "remembered": [
                {"ledger": ledger_id, "size": head.size, "root": head.root}
                for ledger_id, head in self.remembered.items()
            ],
            "contradictions": list(self.contradictions),
            "in_clear": [value.document() for value in self.clear_values],
        }


def verified(
    config_directory: str,
    progress: Progress,
    in_use: str | None,
    against: Sequence[str] = (),
    archives: Sequence[str] = (),
) -> Verification:
    """Returns all verdicts about the ledger's file.

    Args:
        config_directory: The configuration folder.
        progress: Called now and then with the number of steps done, and of all.
        in_use: The ledger of the profile in use.
        against: What is compared with it besides, as `claims_of` takes it.
        archives: Files of runs that were put away, which are compared with what the ledger says of them.

    Raises:
        InvalidValueError: One of these cannot be compared with anything.
    """
    claims = _claims(against)  # a typing mistake is reported at once
    known = remembered_heads.remembered(config_directory)  # before the file is looked at: others go on meanwhile
    known_runs = seen_runs(config_directory)
    with opened(config_directory) as database:
        read_through(database)
        compared = LedgerComparison(database, config_directory)
        runs = RunsVerification(database, compared.continued, config_directory, known_runs)
        of_runs, steps = runs.events(), 0

        def both(done: int, total: int) -> None:
            nonlocal steps
            steps = total
            progress(done, total + of_runs)

        verification = verified_as_read(database, config_directory, known, both, in_use)
        signatures = compared.signatures()
        about_runs = runs.verdicts(lambda done, total: progress(steps + done, steps + total))
        warnings = _secrets_in_runs(database, config_directory, in_use) if about_runs else []
        return verification._replace(
            verdicts={**verification.verdicts, "signatures": signatures, **about_runs},
            warnings=(*verification.warnings, *warnings),
            against=(
                *(compared.compared(source, what) for source, what in claims),
                *(compared.runs.archived(path) for path in archives),
            ),
        )


def _secrets_in_runs(database: Database, config_directory: str, in_use: str | None) -> list[str]:
    if not up_to_date(database):
        return []
    keyring = keyring_at(config_directory, database, in_use)
    return secrets_in_runs(database, keyring, listed_runs(database, config_directory))


def _claims(sources: Sequence[str]) -> list[tuple[str, list[Claim]]]:
    if not sources:
        return []
    from zenml.custody.claims import claims_of  # few compare with anything, and this reads what all of it may be

    return [(source, claims_of(source)) for source in sources]


def verified_as_read(
    database: Database,
    config_directory: str,
    known: dict[str, KnownHead],
    progress: Progress,
    in_use: str | None = None,
    replay: Replay | None = None,
) -> Verification:
    """Returns all verdicts about a ledger's file as a transaction sees it, compared with heads that were known."""
    keyring = keyring_at(config_directory, database, in_use)
    verification = verify(database, paths.ledger_file(config_directory), keyring, progress, known, replay)
    in_clear = tuple(clear_values(database, declared))
    return verification._replace(
        verdicts={**verification.verdicts, "completeness": _completeness(database, known)},
        warnings=(*verification.warnings, *in_words(in_clear)),
        clear_values=in_clear,
    )


def checked_as_read(
    database: Database, known: dict[str, KnownHead], progress: Progress, replay: Replay
) -> dict[str, Verdict]:
    """Returns the verdicts replay and completeness, for those who hash what a transaction sees themselves."""
    events = stored_events.count(database)
    replayed = replay.verdict(lambda applied: progress(applied, events))
    return {"replay": replayed, "completeness": _completeness(database, known)}


def status(config_directory: str, in_use: str | None) -> LedgerStatus:
    """Returns what the ledger's file holds; ``in_use`` is the ledger of the profile in use."""
    path = paths.ledger_file(config_directory)
    known = remembered_heads.remembered(config_directory)
    with opened(config_directory) as database:
        ready = up_to_date(database)
        keyring = keyring_at(config_directory, database, in_use)
        key = keyring.machine
        return LedgerStatus(
            path=path,
            size=sum(os.path.getsize(file) for file in (path, f"{path}-wal") if os.path.exists(file)),
            heads=stored_heads(database),
            profiles=profile_names(database),
            changes=inspection.count(database, "changes"),
            views_version=inspection.view_version(database),
            views_up_to_date=ready,
            key_file=key.file.path,
            key_file_exists=key.file.is_there,
            key_needed=key.state() != "not needed",
            key_in_environment=key.variable is not None,
            key_state=key.state(),
            key_readable=key.readable_by_others,
            profile_keys=tuple(map(key_info, keyring.all()[1:])),
            remembered=known,
            contradictions=tuple(problem.message for problem in _completeness(database, known).problems),
            clear_values=tuple((clear_values_now if ready else clear_values)(database, declared)),
        )


def keyring_at(config_directory: str, database: Database, in_use: str | None = None) -> Keyring:
    """Returns the keys of a configuration folder, for looking; ``in_use`` is the ledger of the profile in use."""
    keyring = Keyring(config_directory, lasting=False)
    keyring.look_at(database, in_use)
    return keyring


def backup(config_directory: str, target: str, *, overwrite: bool, progress: Progress) -> Backup:
    """Copies the ledger's file as it is now, and the files of runs before it: they name positions of it."""
    with opened(config_directory):
        pass
    runs = back_up_runs(config_directory, target, overwrite=overwrite)
    done = back_up(paths.ledger_file(config_directory), target, overwrite=overwrite, progress=progress)
    return done._replace(runs=runs)


def accept(config_directory: str) -> Accepted:
    """Accepts the file as it is, whatever this machine saw before; nothing, where the file is gone."""
    path = paths.ledger_file(config_directory)
    if lost(path) is not None:
        try:
            moved = set_aside(path)
        except OSError as error:
            raise NotAllowedError(
                f"{error.filename} cannot be moved: {error.strerror}.", "Make its folder writable, and try again."
            ) from error
        return Accepted(remembered_heads.retire(config_directory), {}, [], moved)
    with opened(config_directory, still=False) as database:
        accepted = remembered_heads.accept(database, config_directory)
        runs = accept_runs(database, config_directory)
        return accepted._replace(
            before={**accepted.before, **runs.before},
            after={**accepted.after, **runs.after},
            contradictions=[*accepted.contradictions, *runs.contradictions],
            strays=runs.strays,
        )


@contextmanager
def opened(config_directory: str, *, still: bool = True) -> Iterator[Database]:
    """Gives the file.

    Args:
        config_directory: The configuration folder.
        still: As it is at this moment; otherwise as it is whenever it is asked.

    Raises:
        NotFoundError: There is none yet.
        DamagedLedgerError: There is none any more, or it is not a ledger.
    """
    path = paths.ledger_file(config_directory)
    if is_kept(path):
        try:
            with open_still(path) if still else closing(connect(path)) as database:
                if begun(database, path):
                    yield database
                    return
        except StorageError as error:
            raise from_sqlite(error, path) from error
        check_not_lost(path)
    seen = sum(head.size for head in remembered_heads.remembered(config_directory).values())
    if seen:
        raise DamagedLedgerError(
            f"The ledger {path} is gone; {seen} events of it were seen here.",
            code="ledger_gone",
        )
    raise _no_ledger(path)


def check_begun(config_directory: str) -> None:
    """Makes sure that there is a ledger, where a question would begin one. Raises `NotFoundError`."""
    path = paths.ledger_file(config_directory)
    if not is_kept(path):
        raise _no_ledger(path)


def _no_ledger(path: str) -> NotFoundError:
    return NotFoundError(f"There is no ledger at {path} yet.", code="no_ledger")


def _completeness(database: Database, known: dict[str, KnownHead]) -> Verdict:
    """Compares the file with the heads this machine saw last."""
    seen = sum(head.size for head in known.values())
    if not seen:
        return Verdict("no head is remembered", compared=False)
    try:
        contradictions = remembered_heads.contradictions(database, known)
    except DamagedLedgerError as error:
        return Verdict("", (Problem(None, None, error.message),))
    problems = tuple(
        Problem(contradiction.ledger_id, contradiction.position, contradiction.sentence)
        for contradiction in contradictions
    )
    return Verdict(f"all {seen:,} events that were seen here before", problems)


def profile_names(database: Database) -> dict[str, str]:
    """Returns the names of the profiles by ledger, as far as the views can tell."""
    if not up_to_date(database):
        return {}
    machine_id = machine_ledger(database)
    rows = machine.profiles(database, machine_id) if machine_id else []
    return {row.profile_ledger_id: row.name for row in rows}

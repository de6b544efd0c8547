"""Checkpoints and proofs, as the Python API makes them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from zenml import paths
from zenml.custody import checkpoints
from zenml.custody.checkpoints import SignedCheckpoint
from zenml.custody.event_proofs import EventProof, events_of, prove
from zenml.custody.ledger_file import check_begun, opened, profile_names
from zenml.custody.ledger_tree import LedgerTree, open_tree
from zenml.custody.origins import origin
from zenml.custody.runs.checkpoints import RunsSigner
from zenml.custody.runs.listed import ListedRuns, listed_runs
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, LedgerError, NotFoundError
from zenml.evidence.verify import Malformed
from zenml.projections import stored_heads
from zenml.projections.timeline import history
from zenml.snapshot.profiles import profile_named

if TYPE_CHECKING:
    from zenml.api.queries import Queries
    from zenml.projections.database import Database

Progress = Callable[[int, int], None]


class Checkpoints(NamedTuple):
    """What signing the ends of several ledgers gave.

    Attributes:
        signed: The checkpoints.
        refused: Why the other ledgers were not signed.
    """

    signed: tuple[SignedCheckpoint, ...]
    refused: tuple[LedgerError, ...]


class KeptCheckpoint(NamedTuple):
    """The newest checkpoint of a ledger, as this machine keeps it: nothing of it was checked.

    Attributes:
        origin: The name under which it is signed.
        size: The number of events.
        root: The root over them, as 64 hex digits.
        note: The signed note.
        events: The number of events that the ledger has now.
    """

    origin: str
    size: int
    root: str
    note: str
    events: int


def newest_checkpoint(asking: Queries) -> KeptCheckpoint | None:
    """Returns the newest checkpoint of the active profile's ledger; None if nothing was signed.

    Raises:
        DamagedLedgerError: It is not a checkpoint.
        InvalidValueError: It cannot be read.
    """
    with asking.reading() as snapshot:
        ledger_id = snapshot.ledger_id
        head = stored_heads.head(snapshot.connection, ledger_id)
        # within the look: whoever gives it may have something to do with what goes wrong
        data = checkpoints.newest(asking.config_directory, ledger_id)
    if data is None:
        return None
    try:
        _, said = checkpoints.read_checkpoint(data)
    except Malformed as error:
        raise DamagedLedgerError("The newest checkpoint was altered, and cannot be read.") from error
    return KeptCheckpoint(said.origin, said.size, said.root.hex(), data.decode(), head.size if head else 0)


def checkpoint(
    asking: Queries, profile: str | None, progress: Progress, runs: int | None = None
) -> SignedCheckpoint:
    """Signs where the ledger of a profile ends, or that of its runs of a year; of the active one for None."""
    ledger_id, name = _ledger_of(asking, profile)
    with _signing(asking) as database:
        if runs is not None:
            return RunsSigner(database, asking.config_directory, progress).signed(
                _runs_of(asking, database, ledger_id, runs), name
            )
        return checkpoints.checkpoint(database, asking.config_directory, ledger_id, name, progress)


def checkpoint_all(asking: Queries, progress: Progress) -> Checkpoints:
    """Signs where every ledger of the file ends; one that is damaged keeps none of the others from it."""
    signed, refused = list[SignedCheckpoint](), list[LedgerError]()
    with _signing(asking) as database:
        names = profile_names(database)
        for head in stored_heads.heads(database):
            try:
                signed.append(
                    checkpoints.checkpoint(
                        database, asking.config_directory, head.ledger_id, names.get(head.ledger_id), progress
                    )
                )
            except LedgerError as error:
                refused.append(error)
        signer = RunsSigner(database, asking.config_directory, progress)
        for listed in listed_runs(database, asking.config_directory):
            try:
                if listed.is_here:
                    signed.append(signer.signed(listed, names.get(listed.profile_ledger_id)))
            except LedgerError as error:
                refused.append(error)
    return Checkpoints(tuple(signed), tuple(refused))


def prove_change(asking: Queries, change: str, event: int | None, progress: Progress) -> list[EventProof]:
    """Returns the proofs of a change's events against the newest checkpoints; makes those that are older."""
    check_begun(asking.config_directory)  # a question would begin one
    parts = asking.ask(
        lambda snapshot: history.parts(
            snapshot.connection, history.find_change(snapshot.connection, change).change_id
        )
    )
    proofs, folder, is_new = list[EventProof](), asking.config_directory, False
    with _signing(asking) as database:
        events = list(enumerate(events_of(database, parts), start=1))
        if event is not None and not 1 <= event <= len(events):
            raise InvalidValueError(f"Change {change} has the events 1 to {len(events)}, and not {event}.", "")
        wanted = events if event is None else [events[event - 1]]
        names = profile_names(database)
        for ledger_id in dict.fromkeys(row.ledger_id for _, row in wanted):
            tree = open_tree(database, ledger_id)
            of_ledger = [(number, row) for number, row in wanted if row.ledger_id == ledger_id]
            last = of_ledger[-1][1].position
            size, note, made = _leading_to(folder, database, ledger_id, last, tree, names, progress)
            is_new = is_new or (made is not None and made.is_new_key)
            new_key = made.key_line if is_new and made is not None else None
            proofs += [prove(row, number, tree, size, note)._replace(new_key=new_key) for number, row in of_ledger]
            tree.keep(paths.ledger_file(folder))
    return proofs


def _leading_to(
    folder: str,
    database: Database,
    ledger_id: str,
    position: int,
    tree: LedgerTree,
    names: dict[str, str],
    progress: Progress,
) -> tuple[int, str, SignedCheckpoint | None]:
    """Returns size and note of a checkpoint that has a position in it: the newest one, or one that is made."""
    kept = checkpoints.newest(folder, ledger_id)
    if kept is not None:
        with contextlib.suppress(Malformed):  # signing says what is wrong with it
            _, last = checkpoints.read_checkpoint(kept)
            is_current = last.origin == origin(folder, database, ledger_id)
            if is_current and position <= last.size <= tree.size and tree.frontier(last.size).root() == last.root:
                return last.size, kept.decode(), None
    made = checkpoints.checkpoint(database, folder, ledger_id, names.get(ledger_id), progress)
    return made.size, made.note, made


def _runs_of(asking: Queries, database: Database, ledger_id: str, year: int) -> ListedRuns:
    """Returns the ledger of a profile's runs of a year that is here."""
    for listed in listed_runs(database, asking.config_directory):
        if (listed.profile_ledger_id, listed.year) == (ledger_id, year) and listed.is_here:
            return listed
    raise NotFoundError(f"No runs of {year} are recorded here.", code="no_runs_of_year")


def _ledger_of(asking: Queries, profile: str | None) -> tuple[str, str]:
    """Returns the ledger of a profile, and the profile's name."""
    check_begun(asking.config_directory)
    with asking.reading() as snapshot:
        name = snapshot.profile(None).name if profile is None else profile
        return profile_named(snapshot.connection, snapshot.machine_id, name).profile_ledger_id, name


@contextlib.contextmanager
def _signing(asking: Queries) -> Iterator[Database]:
    """Gives the ledger's file as it is once nobody else on this machine signs. Raises as `opened` does."""
    check_begun(asking.config_directory)
    with checkpoints.locked(asking.config_directory, asking._notify), opened(asking.config_directory) as database:
        yield database

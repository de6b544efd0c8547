"""What this machine last saw of its ledgers, noted outside of their folder: one that goes backwards is noticed.

It is best effort: a note that cannot be read or written stops nobody.
"""

from __future__ import annotations

import contextlib
from collections import namedtuple

from zenml import paths
from zenml.custody import heads_file
from zenml.custody.heads_file import KnownHead
from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.domain.notices import Notice
from zenml.projections.database import connect, machine_ledger
from zenml.projections.stored_heads import ends, heads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from zenml.projections.database import Database

_ROUNDS = 10  # so often others may write an older note at the very same moment


class Contradiction(namedtuple("Contradiction", "ledger_id position sentence")):
    """A ledger that is not a continuation of what was seen.

    Attributes:
        ledger_id: The ledger.
        position: The first position that is missing, or known to be another; None for all of them.
        sentence: What was seen, and what the file has.
    """

    __slots__ = ()
    ledger_id: str
    position: int | None
    sentence: str


class Accepted(
    namedtuple(
        "Accepted", "before after contradictions set_aside fetched origins strays", defaults=((), (), (), ())
    )
):
    """What `accept` did.

    Attributes:
        before: The heads that were remembered, by ledger.
        after: The heads that were accepted.
        contradictions: Where they contradict each other; empty if there was nothing to accept.
        set_aside: What was left of a ledger that is gone: each file's name before, and its name now.
        fetched: The shared ledgers that were fetched again, each with the file that has what was here.
        origins: The ledgers of which this machine signed checkpoints, each with the origin that these have now.
        strays: The files of runs of which no profile knows any more: each one's name before, and its name now.
    """

    __slots__ = ()
    before: dict[str, KnownHead]
    after: dict[str, KnownHead]
    contradictions: list[Contradiction]
    set_aside: Sequence[tuple[str, str]]
    fetched: Sequence[tuple[str, str]]
    origins: Sequence[tuple[str, str]]
    strays: Sequence[tuple[str, str]]


def remembered(config_directory: str) -> dict[str, KnownHead]:
    """Returns the heads that were seen last, by ledger; none if nothing is noted."""
    return heads_file.read(paths.heads_file(config_directory))[0]


def notice(database: Database, config_directory: str) -> Notice | None:
    """Returns a sentence if a ledger is not a continuation of what was seen. Costs next to nothing.

    Where ledgers went on and nobody could note it, it is noted now: what is seen next has to go on from there.
    """
    known = remembered(config_directory)
    if not known:
        return None
    contradiction, behind = _first_contradiction(database, known)
    if contradiction is not None:
        # others may have gone on, and noted that, since this reader began to look: look again, after the note
        with contextlib.closing(connect(paths.ledger_file(config_directory))) as newest:
            contradiction, _ = _first_contradiction(newest, known)
    elif behind:
        remember(database, config_directory)
    return Notice(contradiction.sentence, "ledger_not_continued") if contradiction else None


def contradictions(database: Database, known: dict[str, KnownHead]) -> list[Contradiction]:
    """Returns every ledger that went backwards or was replaced since it was seen last.

    Args:
        database: The ledgers.
        known: What was `remembered` before they were looked at: afterwards it may be ahead of that look.

    Raises:
        DamagedLedgerError: A head row is not of its form.
    """
    return _find_contradictions(database, known, _present(database))


def check(database: Database, config_directory: str) -> str | None:
    """Makes sure that the ledgers continue what was seen. For writers: holding the lock, before they decide.

    Returns:
        A sentence to show if the ledgers that were seen are gone altogether, and new ones begin; else None.

    Raises:
        DamagedLedgerError: A ledger went backwards or was replaced, or there are events without a head.
    """
    if machine_ledger(database) is None:
        return _retire_gone(database, config_directory)
    check_present(database, config_directory)
    return None


def check_present(database: Database, config_directory: str) -> None:
    """Makes sure that the ledgers continue what was seen; writes nothing. Raises as `check` does."""
    known = remembered(config_directory)
    if _first_contradiction(database, known)[0] is None:
        return
    for problem in contradictions(database, known):  # once more, with all that can be wrong
        raise DamagedLedgerError(problem.sentence, code="ledger_went_back")


def remember(database: Database, config_directory: str) -> None:
    """Notes the heads as they are now, after a commit; never one that is shorter than what is noted."""
    path = paths.heads_file(config_directory)
    if path is None:
        return
    with contextlib.suppress(OSError, DamagedLedgerError):
        for _ in range(_ROUNDS):
            # after writing, look again: whoever wrote at the same moment may have seen less than we did.
            # What anybody noted was committed before, so the last one to look finds all of it in the ledger.
            known, earlier = heads_file.read(path)
            longer = {
                ledger_id: _head(ledger_id, size, frontier)
                for ledger_id, (size, frontier) in ends(database).items()
                if ledger_id not in known
                or size > known[ledger_id].size
                or (size == known[ledger_id].size and not known[ledger_id].frontier)
            }
            if not longer:
                return
            heads_file.write(path, config_directory, {**known, **longer}, earlier)


def accept(database: Database, config_directory: str) -> Accepted:
    """Notes the heads as they are now, whatever was noted; that stays in the file in separate lines.

    Args:
        database: The ledgers, outside of any transaction.
        config_directory: The configuration folder.

    Raises:
        NotAllowedError: The note cannot be written.
        DamagedLedgerError: A head row is not of its form.
    """
    path = paths.heads_file(config_directory)
    known, earlier = heads_file.read(path)
    present = _present(database)
    problems = _find_contradictions(database, known, present)
    if known != present and path is not None:
        try:
            heads_file.write(
                path, config_directory, present, [*earlier, *heads_file.retired(known)] if problems else earlier
            )
        except OSError as error:
            raise NotAllowedError(
                f"The file {path} cannot be written: {error.strerror}.", "Make it writable, or remove it."
            ) from error
    return Accepted(known, present, problems)


def _retire_gone(database: Database, config_directory: str) -> str | None:
    """Sets aside what was seen of ledgers that are gone altogether."""
    from zenml.projections import stored_events

    if next(stored_events.events(database), None) is not None:
        raise DamagedLedgerError(
            "There are events, but the machine's ledger has no head row.", code="ledger_went_back"
        )
    known = retire(config_directory)
    if not known:
        return None
    count = sum(head.size for head in known.values())
    return f"The ledger that was in {config_directory}, with {count} events, is gone; a new one begins."


def retire(config_directory: str) -> dict[str, KnownHead]:
    """Keeps what was seen of ledgers that are gone as lines about earlier; returns it."""
    path = paths.heads_file(config_directory)
    known, earlier = heads_file.read(path)
    if known and path is not None:
        with contextlib.suppress(OSError):
            heads_file.write(path, config_directory, {}, [*earlier, *heads_file.retired(known)])
    return known


def _first_contradiction(database: Database, known: dict[str, KnownHead]) -> tuple[Contradiction | None, bool]:
    """Returns the first ledger that is not a continuation, and whether the note is behind; hashes nothing."""
    behind = False
    present = ends(database)
    for ledger_id, seen in known.items():
        size, frontier = present.get(ledger_id, (None, b""))
        if size is None or size < seen.size:
            return _shorter(ledger_id, seen, size), False
        if size == seen.size and seen.frontier:
            goes_on = isinstance(frontier, bytes) and frontier.hex() == seen.frontier
        else:
            behind = True
            goes_on = (
                _goes_on(database, ledger_id, seen) if size > seen.size else _is_root(size, frontier, seen.root)
            )
        if not goes_on:
            return _replaced(ledger_id, seen), False
    return None, behind


def _find_contradictions(
    database: Database, known: dict[str, KnownHead], present: dict[str, KnownHead]
) -> list[Contradiction]:
    problems = []
    for ledger_id, seen in known.items():
        head = present.get(ledger_id)
        if head is None or head.size < seen.size:
            problems.append(_shorter(ledger_id, seen, head.size if head else None))
        elif not _continues(database, ledger_id, seen, head):
            problems.append(_replaced(ledger_id, seen))
    return problems


def _replaced(ledger_id: str, seen: KnownHead) -> Contradiction:
    sentence = f"The ledger {ledger_id} was replaced: its first {seen.size} events are not those seen here."
    return Contradiction(ledger_id, None, sentence)


def _shorter(ledger_id: str, seen: KnownHead, size: int | None) -> Contradiction:
    if size is None:
        sentence = f"The ledger {ledger_id}, of which {seen.size} events were seen here, is gone."
        return Contradiction(ledger_id, None, sentence)
    sentence = (
        f"The ledger {ledger_id} went backwards: {seen.size} events were seen here, but only {size} are there."
    )
    return Contradiction(ledger_id, size + 1, sentence)


def _continues(database: Database, ledger_id: str, seen: KnownHead, head: KnownHead) -> bool:
    """Tells whether a ledger ends where it was seen to end, or goes on from there."""
    return head.root == seen.root if head.size == seen.size else _goes_on(database, ledger_id, seen)


def _goes_on(database: Database, ledger_id: str, seen: KnownHead) -> bool:
    """Tells whether a ledger that is longer goes on from what was seen: the next change vouches for it."""
    from zenml.projections import stored_events  # most who read find the head where it was

    next_event = stored_events.event(database, ledger_id, seen.size + 1)
    if next_event is None or next_event.topic != stored_events.BEGAN:
        return False
    # within a string of JSON these quotes would be escaped: this is a key, and no parser is needed
    return f'"prior_root":"{seen.root}"'.encode() in next_event.text


def _present(database: Database) -> dict[str, KnownHead]:
    return {row.ledger_id: _head(row.ledger_id, row.size, row.frontier) for row in heads(database)}


def _is_root(size: int, frontier: bytes, root: str) -> bool:
    """Tells whether a root is that of a tree. For what earlier versions noted: once, it is noted with more."""
    from zenml.evidence.merkle import Frontier, MerkleError

    try:
        return Frontier.from_bytes(size, frontier).root().hex() == root
    except (MerkleError, TypeError):
        return False


def _head(ledger_id: str, size: int, frontier: bytes) -> KnownHead:
    from zenml.evidence.merkle import Frontier, MerkleError  # hashing is nothing for those who read

    try:
        return KnownHead(size, Frontier.from_bytes(size, frontier).root().hex(), frontier.hex())
    except MerkleError as error:
        raise DamagedLedgerError(
            f"The head of the ledger {ledger_id} is damaged: {error}.", code="ledger_went_back"
        ) from error

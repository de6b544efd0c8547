"""Whether the record is what was written, found by reading all of it again; nothing is ever changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext
from itertools import count

from zenml.evidence.merkle import Frontier, MerkleError
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.verification.approvals import approvals_verdict
from zenml.ledger.verification.ledger_check import LedgerCheck
from zenml.ledger.verification.reading import read_by_position, read_row_by_row
from zenml.ledger.verification.replaying import Replay, replay_beside
from zenml.ledger.verification.schema import schema_verdict
from zenml.ledger.verification.secrets import secrets_verdict
from zenml.ledger.verification.verdicts import Compared, Head, Problem, Verdict, Verification
from zenml.projections import stored_events
from zenml.projections.database import STORED, Database, StorageError
from zenml.projections.inspection import flaw
from zenml.projections.stored_heads import HeadRow
from zenml.projections.stored_heads import heads as head_rows
from zenml.projections.versions import newer_ledgers

__all__ = ["Compared", "Head", "Problem", "Verdict", "Verification", "stored_heads", "verify"]

Progress = Callable[[int, int], None]
_OFTEN = 1000  # events between two reports of progress


def verify(
    database: Database,
    path: str,
    keyring: Keyring,
    progress: Progress = lambda done, total: None,
    remembered: Collection[str] = (),
    replay: Replay | None = None,
) -> Verification:
    """Returns the verdicts about a ledger's file that need nothing else. Collects problems, raises none.

    Args:
        database: The file, in a transaction for reading, so that it does not change.
        path: Where it is.
        keyring: Opens its secrets, as far as the keys are at hand.
        progress: Called now and then with the number of steps done, and of all.
        remembered: The ledgers that were seen on this machine.
        replay: What has the views replayed; it is begun here if None.
    """
    with replay_beside(database) if replay is None else nullcontext(replay) as beside:
        return _verified(database, path, keyring, progress, remembered, beside)


def _verified(
    database: Database,
    path: str,
    keyring: Keyring,
    progress: Progress,
    remembered: Collection[str],
    replay: Replay,
) -> Verification:
    content: list[Problem] = []
    order = _flaws(database)
    rows = _heads(database, order)
    counts = _counts(database, rows, order)
    events = sum(counts.values())
    newer = newer_ledgers(database)

    def checks() -> list[LedgerCheck]:
        return [LedgerCheck(ledger_id, rows.get(ledger_id), newer=ledger_id in newer) for ledger_id in counts]

    def tick(done: Iterator[int]) -> Callable[[], None]:
        def step() -> None:
            number = next(done)
            if number % _OFTEN == 0:
                progress(number + replay.applied(), 2 * events)

        return step

    # what is damaged is read as far as it goes
    read = None if order else read_row_by_row(database, checks(), remembered, tick(count(1)))
    read = read or read_by_position(database, checks(), remembered, tick(count(1)))
    heads = []
    not_understood: dict[str, int] = {}
    for check in read.checks:
        ledger_id, tree = check.ledger_id, check.walk.tree
        not_understood[ledger_id] = check.not_understood
        content += check.content
        order += check.order
        kind = rows[ledger_id].kind if ledger_id in rows else ""
        heads.append(Head(ledger_id, kind, tree.size, tree.root().hex()))
    if not order:
        order = [*read.apart, *_miscounted(database)]
    # which of the parts of a change was altered they do not say themselves: the roots do, and come first
    several = read.parts
    content = [*_sorted(content, list(counts)), *several.problems]
    unknown = sum(not_understood.values())
    more = f", {unknown:,} of them from a newer version, which this version cannot check" if unknown else ""
    verdicts = {
        "content": Verdict(f"{events:,} events hashed again{more}", tuple(content)),
        **({"parts": several.verdict()} if several.elsewhere else {}),
        "order": Verdict(f"{len(heads)} ledgers without gaps", tuple(_sorted(order, list(counts)))),
        "clocks": read.clocks,
        "replay": replay.verdict(lambda applied: progress(events + applied, 2 * events)),
        "schema": schema_verdict(database, not_understood),
        "secrets": secrets_verdict(database, keyring),
        "approvals": approvals_verdict(database),
    }
    return Verification(path, events, verdicts, tuple(heads), tuple(_warnings(database, keyring)))


def _warnings(database: Database, keyring: Keyring) -> Iterator[str]:
    keyring.look_at(database)
    try:
        keys = keyring.all()
    except StorageError:  # what is wrong with the table is known
        keys = [keyring.machine]
    for key in keys:
        if key.readable_by_others:
            yield f"Others can read the key file {key.source}; run \"chmod 600 '{key.source}'\"."


def stored_heads(database: Database) -> tuple[Head, ...]:
    """Returns the end of each ledger as its head row says; without a root where that is damaged."""
    return tuple(
        Head(head.ledger_id, head.kind, head.size, _root(head.size, head.frontier)) for head in head_rows(database)
    )


def _root(size: int, frontier: bytes) -> str:
    try:
        return Frontier.from_bytes(size, frontier).root().hex()
    except (MerkleError, TypeError):
        return ""


def _sorted(problems: list[Problem], ledgers: list[str]) -> list[Problem]:
    """Returns what concerns the file, then the ledgers one after the other, each in the order of its positions."""
    rank: dict[str | None, int] = {ledger_id: number for number, ledger_id in enumerate(ledgers)}
    return sorted(problems, key=lambda problem: (rank.get(problem.ledger_id, -1), problem.position or 0))


def _flaws(database: Database) -> list[Problem]:
    """Returns what SQLite finds wrong with the tables that are no views."""
    problems = []
    for name in STORED:
        try:
            damage = flaw(database, name)
        except StorageError as error:
            damage = str(error)
        if damage:
            problems.append(Problem(None, None, f"The table '{name}' is damaged: {damage}."))
    return problems


def _heads(database: Database, problems: list[Problem]) -> dict[str, HeadRow]:
    """Returns the head row of every ledger, the machine's first."""
    try:
        heads = {head.ledger_id: head for head in head_rows(database)}
    except StorageError:
        return {}  # what is wrong with the table is known
    machines = [head.kind for head in heads.values()].count("machine")
    if machines != 1:
        problems.append(
            Problem(None, None, f"There are {machines} ledgers of the machine, and there must be exactly one.")
        )
    return heads


def _counts(database: Database, heads: dict[str, HeadRow], problems: list[Problem]) -> dict[str, int]:
    """Returns the number of events of every ledger there is a head or an event of."""
    counts = dict.fromkeys(heads, 0)
    try:
        for end in stored_events.ends(database):
            counts[end.ledger_id] = end.count
    except StorageError as error:
        problems.append(Problem(None, None, f"Not all events can be found: {error}."))
    return counts


def _miscounted(database: Database) -> list[Problem]:
    """Returns what is wrong with the numbers of rows: SQLite counts them, and uses none twice."""
    try:
        counted, first, last, number = stored_events.numbering(database)
    except StorageError:
        return []  # what is wrong with the table is known
    problems = []
    if counted != last:
        sentence = f"The counter of event rows is {counted!r}, but the last row is {last}."
        problems.append(Problem(None, None, sentence))
    if number and (first, last) != (1, number):
        sentence = f"There are {number} event rows, but they are numbered from {first} to {last}."
        problems.append(Problem(None, None, sentence))
    return problems

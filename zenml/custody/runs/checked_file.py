"""One file of runs, read from its first event to its last: what is wrong with it, and with its views."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import nullcontext
from functools import partial
from typing import NamedTuple

from zenml.custody.runs.listed import ListedRuns
from zenml.custody.runs.points import ProfilePoints
from zenml.domain.errors import LedgerError
from zenml.evidence.merkle import Frontier
from zenml.ledger.verification import Problem
from zenml.ledger.verification.runs_check import RunsCheck
from zenml.projections.database import Database, StorageError, check_made_by_us, open_still, read_through
from zenml.projections.inspection import flaw, same_rows, scratch
from zenml.projections.runs import stored, tables
from zenml.stores.runs.locked import STATEMENTS

_STORED = ("stored_events", "heads")
_MALFORMED = (ArithmeticError, LookupError, StorageError)  # what a tampered event may raise when it is applied


class CheckedFile(NamedTuple):
    """What was found.

    Attributes:
        problems: What is wrong with the events and the tables that hold them.
        false_views: What is wrong with the views alone.
        events: The number of events that were read.
        roots: The root at each of the sizes that were asked for, as far as the ledger gets there.
        tree: The tree over the events.
    """

    problems: tuple[Problem, ...]
    false_views: tuple[Problem, ...]
    events: int
    roots: dict[int, str]
    tree: Frontier


def checked_file(
    listed: ListedRuns,
    points: ProfilePoints,
    sizes: Collection[int],
    tick: Callable[[], None],
    snapshot: Database | None = None,
) -> CheckedFile:
    """Reads a file of runs that is there; collects what is wrong with it, and raises nothing.

    Args:
        listed: The ledger of runs.
        points: Says whether the points that runs name are right.
        sizes: The sizes at which the root is wanted.
        tick: Called after each event.
        snapshot: The file, in a transaction for reading; None for as it is now.
    """
    try:
        opened = open_still(listed.path) if snapshot is None else nullcontext(snapshot)
        with opened as database, scratch() as replayed:
            read_through(database)
            check_made_by_us(database, listed.path)
            return _checked(database, replayed, listed, points, sizes, tick)
    except StorageError as error:
        return _unreadable(listed, str(error))
    except LedgerError as error:
        return _unreadable(listed, error.message)


def _checked(
    database: Database,
    replayed: Database,
    listed: ListedRuns,
    points: ProfilePoints,
    sizes: Collection[int],
    tick: Callable[[], None],
) -> CheckedFile:
    for statement in STATEMENTS:
        replayed.execute(statement)
    is_current = tables.is_current(database)
    problems = [
        Problem(listed.ledger_id, None, f"The table '{name}' of {listed.path} is damaged: {damage}.")
        for name in _STORED
        if (damage := flaw(database, name))
    ]
    problems += _other_schema(database, replayed, listed, is_current=is_current)
    point_problem = partial(points.problem, listed.profile_ledger_id)
    head = stored.head(database)
    check = RunsCheck(listed.ledger_id, listed.profile_ledger_id, head, point_problem, sizes)
    false_views = list[Problem]()
    events = 0
    for event in stored.events(database):
        fields = check.add(event)
        if fields is not None and not false_views:
            try:
                tables.apply(replayed, event.position, event.topic, fields)
            except _MALFORMED as error:
                sentence = f"A replay cannot be completed: {type(error).__name__}: {error}."
                false_views.append(Problem(listed.ledger_id, event.position, sentence))
        events += 1
        tick()
    check.finish()
    if is_current and not false_views:
        false_views += _differences(database, replayed, listed)
    return CheckedFile((*problems, *check.problems), tuple(false_views), events, check.roots, check.tree)


def _other_schema(
    database: Database, replayed: Database, listed: ListedRuns, *, is_current: bool
) -> list[Problem]:
    """Returns which tables and indexes are not those that zenml makes; views of another version are made again."""
    expected, found = tables.schema(replayed), tables.schema(database)
    if not is_current:
        expected = {key: sql for key, sql in expected.items() if key[1] in _STORED}
        found = {key: sql for key, sql in found.items() if key[1] in _STORED}
    return [
        Problem(listed.ledger_id, None, f"The {kind} '{name}' of {listed.path} is not the one that zenml makes.")
        for kind, name in sorted(expected.keys() | found.keys())
        if expected.get((kind, name)) != found.get((kind, name))
    ]


def _differences(database: Database, replayed: Database, listed: ListedRuns) -> list[Problem]:
    problems = []
    for name in tables.NAMES:
        try:
            same = same_rows(database, replayed, name)
        except StorageError as error:
            problems.append(Problem(listed.ledger_id, None, f"The view '{name}' cannot be read: {error}."))
            continue
        if not same:
            sentence = f"The view '{name}' of {listed.path} is not what the events make of it."
            problems.append(Problem(listed.ledger_id, None, sentence))
    return problems


def _unreadable(listed: ListedRuns, why: str) -> CheckedFile:
    sentence = f"The file {listed.path} cannot be read: {why.removesuffix('.')}."
    return CheckedFile((Problem(listed.ledger_id, None, sentence),), (), 0, {}, Frontier())

"""The order of all changes: the machine's own and those of profiles that it shares, as one sequence.

The ledgers of this machine alone are one sequence, in the order in which their changes were recorded. Each
ledger of a shared profile is one too, by position: when its changes arrived here says nothing of when they were
made. A change with parts in two sequences belongs to both. What is known of the time of a change is the earliest
of what the clocks said of it and of all that came later in its sequences. By that time they are merged; at the
same time the machine's come first, and then those of one shared ledger after the other.

The number of a change is its place in this order. Without a shared profile that is the order of recording.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import pairwise

from zenml.projections.temporal import LEDGER_ID

INDEX = "CREATE INDEX profiles_shared ON profiles (profile_ledger_id) WHERE store_type != 'local'"
"""Of all profiles that there ever were, those that are or were shared: nearly always none."""

_NUMBERED = ("changes", "change_parts", "change_subjects")

_MACHINE = ""
"""The sequence of this machine's own ledgers; that of a shared ledger has the ledger's id."""


def settle(database: sqlite3.Connection, since: str = "") -> None:
    """Gives the changes the numbers of their places, if there is a shared profile.

    Args:
        database: The views.
        since: The earliest time that a clock gave a change that was not settled yet: what came before stays.
    """
    shared = _shared(database)
    if not shared:
        return
    settled, times = _unsettled(database, since)
    if len(times) < 2:
        return
    ordered = _merged(_sequences(database, shared, settled), times)
    _renumber(database, {number: settled + place for place, number in enumerate(ordered, start=1)})


def _renumber(database: sqlite3.Connection, places: dict[int, int]) -> None:
    """Numbers changes by their places. Below zero first: no two may have the same number in between."""
    moved = [(-place, number) for number, place in places.items() if place != number]
    for table in _NUMBERED if moved else ():
        database.executemany(f"UPDATE {table} SET number = ? WHERE number = ?", moved)
        database.execute(f"UPDATE {table} SET number = -number WHERE number < 0")


def are_apart(database: sqlite3.Connection, one: str, other: str) -> bool:
    """Tells whether two changes have no sequence in common: then times alone say which came first."""
    shared = _shared(database)
    sql = (
        f"SELECT {LEDGER_ID.format('change_parts')} FROM change_parts"
        " WHERE number = (SELECT number FROM changes WHERE change_id = ?)"
    )
    sequences = [
        {ledger_id if ledger_id in shared else _MACHINE for (ledger_id,) in database.execute(sql, (change_id,))}
        for change_id in (one, other)
    ]
    return sequences[0].isdisjoint(sequences[1])


def _shared(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers of all profiles that are or were shared."""
    # main: a rehearsal has a table of the same name before it, with what is present alone
    sql = "SELECT profile_ledger_id FROM main.profiles WHERE store_type != 'local'"
    return {ledger_id for (ledger_id,) in database.execute(sql)}


def _unsettled(database: sqlite3.Connection, since: str) -> tuple[int, dict[int, str]]:
    """Returns the number of the last change that stays where it is, and the times of those after it."""
    times: dict[int, str] = {}
    for number, time in database.execute("SELECT number, time FROM changes ORDER BY number DESC"):
        if time < since:
            return number, times
        times[number] = time
    return 0, times


def _sequences(database: sqlite3.Connection, shared: set[str], settled: int) -> dict[str, list[int]]:
    """Returns the numbers of the changes of each sequence after one, in the order of the sequence."""
    sequences: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    sql = (
        "SELECT ledger_id, p.position, p.number FROM change_parts p CROSS JOIN applied USING (ledger)"
        " WHERE p.number > ?"
    )
    for ledger_id, position, number in database.execute(sql, (settled,)):
        if ledger_id in shared:
            sequences[ledger_id].append((position, number))
        else:
            sequences[_MACHINE].append((number, number))
    # the change of two local ledgers is in their sequence once
    return {
        name: list(dict.fromkeys(number for _, number in sorted(sequences[name]))) for name in sorted(sequences)
    }


def _merged(sequences: dict[str, list[int]], times: dict[int, str]) -> list[int]:
    """Returns changes in the order in which they are merged."""
    in_turn = _in_turn(sequences, dict.fromkeys(times, ""))
    known = dict(times)
    following: defaultdict[int, list[int]] = defaultdict(list)
    for sequence in sequences.values():
        for number, later in pairwise(sequence):
            following[number].append(later)
    for number in reversed(in_turn):
        known[number] = min((known[number], *(known[later] for later in following[number])))
    return _in_turn(sequences, known)


def _in_turn(sequences: dict[str, list[int]], known: dict[int, str]) -> list[int]:
    """Returns changes so that each sequence keeps its order; of those whose turn it may be, the earliest is next.

    No two sequences have the same two changes in opposite orders: whoever records a change of both holds both.
    In a file that somebody altered they may; what is in no order then comes last, as it was numbered.
    """
    waiting: defaultdict[int, int] = defaultdict(int)  # in how many sequences it is not at the front yet
    member: defaultdict[int, list[str]] = defaultdict(list)
    for name, sequence in sequences.items():
        for number in sequence:
            member[number].append(name)
            waiting[number] += 1
    rest = {name: iter(sequence) for name, sequence in sequences.items()}
    ready: list[tuple[str, str, int]] = []
    ordered: list[int] = []

    def advance(names: Iterable[str]) -> None:
        for name in names:
            number = next(rest[name], None)
            if number is None:
                continue
            waiting[number] -= 1
            if not waiting[number]:
                heappush(ready, (known[number], member[number][0], number))

    advance(sequences)
    while ready:
        _, _, number = heappop(ready)
        ordered.append(number)
        advance(member[number])
    return [*ordered, *sorted(known.keys() - set(ordered))]

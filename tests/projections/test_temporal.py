"""The forks of a relational interval tree: each interval has one, and each position has few that can hold it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from zenml.projections.rows import BulkRows, LiveRows
from zenml.projections.temporal import TemporalTable, fork, forks_around, select
from zenml.projections.views import APPLIED

LARGEST = 2**32
intervals = (
    st.tuples(st.integers(1, LARGEST), st.integers(1, LARGEST)).map(sorted).filter(lambda it: it[0] < it[1])
)
TOYS = TemporalTable("toys", key=("toy",), columns=("name",))
NOTED = "CREATE TABLE views AS SELECT 0 AS digest"


def zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


@given(st.integers(1, 300), st.integers(1, 300))
def test_the_fork_is_the_number_with_the_most_trailing_zeros(since: int, length: int) -> None:
    inside = range(since, since + length)
    most = max(zeros(number) for number in inside)
    assert [number for number in inside if zeros(number) == most] == [fork(since, since + length)]


@given(intervals)
def test_the_fork_is_within_the_interval(interval: list[int]) -> None:
    since, until = interval
    assert since <= fork(since, until) < until


@given(intervals, st.integers(1, LARGEST))
def test_a_position_finds_the_forks_of_the_intervals_that_hold_it_and_no_others(
    interval: list[int], position: int
) -> None:
    since, until = interval
    left, right = forks_around(position)
    node = fork(since, until)
    found = (node in left and until > position) or (node in right and since <= position)
    assert found == (since <= position < until)


@given(st.integers(0, LARGEST))
def test_a_position_has_few_forks_on_its_left_and_right(position: int) -> None:
    left, right = forks_around(position)
    assert len(left) + len(right) <= 67
    assert all(0 < number <= position for number in left)
    assert all(number > position for number in right)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["begin", "end", "x", "y"])), max_size=40))
def test_row_by_row_and_in_bulk_give_the_same_table(steps: list[tuple[str, str]]) -> None:
    tables = []
    for kind in (LiveRows, BulkRows):
        with closing(sqlite3.connect(":memory:")) as database:
            for statement in (APPLIED.format(""), NOTED, TOYS.statement(), *TOYS.index_statements()):
                database.execute(statement)
            to = kind(database)
            present: dict[str, str] = {}
            history = [dict(present)]
            for position, (thing, step) in enumerate(steps, start=1):
                to.ledger_id, to.position = "one", position
                if step == "begin" and thing not in present:
                    present[thing] = "new"
                    to.begin(TOYS, (thing,), ("new",))
                elif step == "end":
                    assert to.end(TOYS, (thing,)) == ((present.pop(thing),) if thing in present else None)
                elif step in "xy":
                    if to.end(TOYS, (thing,)) is not None:
                        to.begin(TOYS, (thing,), (step,))
                    present.update({thing: step} if thing in present else {})
                history.append(dict(present))
            if isinstance(to, BulkRows):
                to.finish()
            for position, there in enumerate(history):
                found = database.execute(*select(TOYS, "one", position)).fetchall()
                assert {thing: name for thing, name, _ in found} == there
                assert not database.execute(*select(TOYS, "another", position)).fetchall()
            tables.append(sorted(database.execute("SELECT * FROM toys").fetchall(), key=repr))
    assert tables[0] == tables[1]

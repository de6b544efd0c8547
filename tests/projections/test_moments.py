"""Times are recorded as read. A clock that ran ahead does not spoil the look into the past for long."""

from __future__ import annotations

from random import Random

import pytest

from tests.ledger.machines import Machine
from zenml.domain import commands
from zenml.ledger.ids import new_id


def times(machine: Machine, seconds: list[int]) -> list[tuple[str, int]]:
    """Makes a change at each time; returns time and last position of each."""
    clock = iter(f"2040-01-01T00:00:{second:02}.000000Z" for second in seconds)
    made = []
    with machine.session(clock=lambda: next(clock)) as (session, record):
        for number in range(len(seconds)):
            record(commands.RegisterFlavor(new_id(), "orchestrator", f"f{number}", "a.B"))
            made.append(session.transaction.head(ledger(machine)).size)
    return [(f"2040-01-01T00:00:{second:02}.000000Z", at) for second, at in zip(seconds, made, strict=True)]


def ledger(machine: Machine) -> str:
    return machine.profile_ledger()


def kept(machine: Machine) -> list[tuple[str, int]]:
    sql = (
        "SELECT time, moments.position FROM moments JOIN applied USING (ledger) WHERE ledger_id = ?"
        " AND time > '2040' ORDER BY 2"
    )
    return machine.query(sql, ledger(machine))


def undercut_by_none(made: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [pair for number, pair in enumerate(made) if all(pair[0] < time for time, _ in made[number + 1 :])]


@pytest.mark.parametrize(
    ("seconds", "positions"),
    [
        ([1, 2, 3], [0, 1, 2]),
        ([9, 1, 2], [1, 2]),  # the first ran ahead
        ([1, 9, 2, 3], [0, 2, 3]),
        ([1, 1, 1], [2]),
        ([3, 2, 1], [2]),
    ],
)
def test_what_a_later_change_undercuts_is_no_moment(
    used: Machine, seconds: list[int], positions: list[int]
) -> None:
    made = times(used, seconds)
    assert kept(used) == [made[number] for number in positions] == undercut_by_none(made)


@pytest.mark.parametrize("seed", range(5))
def test_moments_are_the_same_live_and_rebuilt_with_any_clock(used: Machine, seed: int) -> None:
    random = Random(seed)
    made = times(used, [random.randrange(20) for _ in range(30)])
    before = kept(used)
    assert before == undercut_by_none(made)
    used.repository().rebuild()
    assert kept(used) == before


def test_each_ledger_has_its_own_moments(used: Machine) -> None:
    here = used.repository()
    here.create_profile("team")
    here.activate_profile("team")
    expected = {
        (row.ledger_id, row.fields["time"], row.position + row.fields["count"])
        for row in used.events()
        if row.topic == "zenml:ChangeBegan"
    }
    sql = "SELECT ledger_id, time, moments.position FROM moments JOIN applied USING (ledger)"
    assert set(used.query(sql)) == expected

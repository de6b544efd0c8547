"""A clock that says what no change can have as its time."""

from __future__ import annotations

import time

import pytest

from tests.ledger.machines import Machine
from zenml.domain.errors import NotAllowedError
from zenml.repository import Repository


def beyond() -> int:
    raise OverflowError("timestamp too large to convert to C _PyTime_t")


@pytest.mark.parametrize("clock", [beyond, lambda: -1, lambda: -(2**62)], ids=["2262", "1969", "1823"])
def test_nothing_is_changed_while_the_clock_is_before_1970_or_after_2262(
    used: Machine, clock: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time_ns", clock)
    ignore = lambda sentence: None  # noqa: E731
    for change in (
        lambda: used.repository().rename_stack("default", "main"),
        lambda: used.repository().undo(),
        lambda: used.repository().rebuild(),
        lambda: Repository(notify=ignore, dry_run=True).rename_stack("default", "main"),
    ):
        with pytest.raises(NotAllowedError, match="The clock of this computer is before 1970 or after 2262"):
            change()
    assert [stack.name for stack in used.repository().list_stacks()] == ["default"]


def test_the_first_second_of_1970_can_be_recorded(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert used.repository().rename_stack("default", "main") is not None

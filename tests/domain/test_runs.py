"""A profile's runs of a year are in one ledger, whoever begins it."""

from __future__ import annotations

from tests.domain.memory import given
from zenml.domain import commands, events
from zenml.domain.errors import NotAllowedError

ONE, OTHER = "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11", "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a12"
ROOT = "00" * 32
BEGAN = events.RunsLedgerBegan(runs_ledger_id=ONE, year=2025)
CLOSED = events.RunsLedgerClosed(runs_ledger_id=ONE, year=2025, size=4, root=ROOT)


def test_the_first_run_of_a_year_begins_its_ledger() -> None:
    given().when(commands.BeginRunsLedger(ONE, 2025)).then(BEGAN)


def test_whoever_comes_second_begins_none() -> None:
    given(BEGAN).when(commands.BeginRunsLedger(OTHER, 2025)).then_nothing_happened()


def test_each_year_has_a_ledger_of_its_own() -> None:
    began = events.RunsLedgerBegan(runs_ledger_id=OTHER, year=2026)
    given(BEGAN).when(commands.BeginRunsLedger(OTHER, 2026)).then(began)


def test_a_ledger_of_runs_is_closed_once() -> None:
    given(BEGAN).when(commands.CloseRunsLedger(ONE, 2025, 4, ROOT)).then(CLOSED)
    again = given(BEGAN, CLOSED).when(commands.CloseRunsLedger(ONE, 2025, 5, ROOT))
    again.then_raises(NotAllowedError, "The record of the runs of '2025' is closed.")


def test_only_the_ledger_of_that_year_can_be_closed() -> None:
    refused = given(BEGAN).when(commands.CloseRunsLedger(OTHER, 2025, 4, ROOT))
    refused.then_raises(NotAllowedError, "not in the ledger")
    given(BEGAN).when(commands.CloseRunsLedger(ONE, 2024, 4, ROOT)).then_raises(NotAllowedError)


def test_a_closed_year_is_not_begun_again() -> None:
    again = given(BEGAN, CLOSED).when(commands.BeginRunsLedger(OTHER, 2025))
    again.then_raises(NotAllowedError, "The record of the runs of '2025' is closed.")

"""Runs are filtered by the same things wherever they are listed: with a command, in Python and on the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from inspect import signature
from io import BytesIO
from typing import get_args

import pytest

from tests.ledger.machines import Machine
from zenml.api.looking_back import LookingBack
from zenml.api.runs.exporting import ExportedRuns
from zenml.cli.commands.runs.export import export
from zenml.cli.commands.runs.list import list_runs
from zenml.domain.errors import InvalidValueError
from zenml.domain.run_events import RunOutcome
from zenml.page.run_filters import RunFilters
from zenml.projections.runs.tables import RECORDED_OUTCOMES
from zenml.repository import Repository
from zenml.runs.looking.finding_runs import SHOWN_OUTCOMES

OF_THE_LIST = {"limit", "reverse"}
"""Arguments that choose how much of the list is shown, and in which order."""

FILTERS = signature(LookingBack.runs).parameters.keys() - {"self"} - OF_THE_LIST


@pytest.fixture
def here(machine: Machine) -> Repository:
    return machine.repository()


@pytest.mark.parametrize(
    ("command", "others"),
    [
        (list_runs, {*OF_THE_LIST, "output", "at"}),
        (export, {"format", "out", "overwrite", "reason", "dry_run"}),
    ],
)
def test_the_commands_have_an_option_for_each_filter(command: Callable[..., None], others: set[str]) -> None:
    options = signature(command).parameters.keys() - others
    assert {"uses" if name == "values" else name for name in options} == FILTERS


def test_the_page_has_each_filter_but_that_of_ones_own_runs() -> None:
    assert RunFilters().wanted().keys() == FILTERS - {"mine"}
    assert len(RunFilters.model_fields) == len(FILTERS) - 1


def test_an_export_takes_the_filters_of_the_list_and_no_others(here: Repository) -> None:
    everything = dict.fromkeys(FILTERS - {"mine"})
    assert here.export_runs(BytesIO(), mine=False, **everything).runs == 0  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match=r"export_runs\(\) has no argument 'kinds'") as refused:
        here.export_runs(BytesIO(), kinds=())  # type: ignore[call-arg]
    assert refused.value.hint == f"It has {', '.join(sorted(FILTERS | OF_THE_LIST))}."


def test_all_conditions_of_an_export_are_recorded_times_in_utc(here: Repository) -> None:
    until = datetime(2026, 11, 17, 15, tzinfo=timezone(timedelta(hours=1)))
    exported = here.export_runs(BytesIO(), since="2 hours ago", until=until, limit=0, mine=False, name=None)
    assert _recorded(exported) == {
        "runs_of": "default",
        "since": "2 hours ago",
        "until": "2026-11-17T14:00:00.000000Z",
        "limit": 0,
        "through": None,
    }


def _recorded(exported: ExportedRuns) -> object:
    assert exported.change is not None
    (event,) = exported.change.events
    return json.loads(event.to_fields()["filter"]["v"])


@pytest.mark.parametrize("limit", [None, 0, 1])
def test_an_outcome_that_is_none_is_refused_whatever_the_limit(here: Repository, limit: int | None) -> None:
    with pytest.raises(InvalidValueError, match="'late' is not one of running, succeeded"):
        here.runs(outcome="late", limit=limit)


def test_outcomes_are_those_that_are_recorded_and_running() -> None:
    assert get_args(RunOutcome) == RECORDED_OUTCOMES
    assert ("running", *RECORDED_OUTCOMES) == SHOWN_OUTCOMES

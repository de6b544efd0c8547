"""What ran: which runs there were, what one of them ran with, and what is different between two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from zenml.domain.errors import InvalidValueError, NotFoundError
from zenml.page import links
from zenml.page.looks import Look, Looking
from zenml.page.problems import status_of
from zenml.page.run_filters import OUTCOMES, RunFilters
from zenml.page.sizes import PAGE, PartOfPath, PartOfQuery

if TYPE_CHECKING:
    from zenml.runs.info import RunInfo

router = APIRouter(prefix="/runs")


@router.get("", response_class=HTMLResponse)
def runs(look: Looking, filters: Annotated[RunFilters, Query()]) -> HTMLResponse:
    """Shows the newest runs that the filters let through; filters that mean nothing can be mended there."""
    listed: list[RunInfo] = []
    status, problem = 200, ""
    try:
        listed = look.repository.runs(**filters.wanted(), limit=PAGE + 1)
    except (InvalidValueError, NotFoundError) as error:
        status, problem = status_of(error), error.message
    shown = listed[:PAGE]
    return look.page(
        "runs.html.j2",
        status=status,
        problem=problem,
        runs=shown,
        filters=filters,
        outcomes=OUTCOMES,
        older=links.runs(**{**filters.given, "before": shown[-1].letters}) if len(listed) > PAGE else None,
    )


@router.get("/compare", response_class=HTMLResponse)
def compare(look: Looking, one: PartOfQuery = "", other: PartOfQuery = "") -> HTMLResponse:
    """Asks for two runs; shows what is different between them once they are given."""
    one, other = one.strip(), other.strip()
    ends = tuple(look.repository.get_run(name) for name in (one, other)) if one and other else ()
    return look.page(
        "compare_runs.html.j2",
        one=one,
        other=other,
        ends=ends,
        comparison=look.repository.compare_runs(one, other) if ends else None,
    )


@router.get("/{run}", response_class=HTMLResponse)
def run(look: Looking, run: PartOfPath) -> HTMLResponse:
    """Shows a run, given by its letters or a name: what it ran with, what it noted, and how it ended."""
    details = look.repository.get_run(run)
    return look.page("run.html.j2", details=details, run=details.info, others=_others(look, details.info))


def _others(look: Look, run: RunInfo) -> dict[str, RunInfo]:
    """Returns the runs that one would compare it with, by what they are: of the same name, else on the same stack."""
    alike = {"name": run.name} if run.name else {"stack": run.stack}
    found = dict[str, RunInfo]()
    for word, outcome in (("the one before", None), ("the last one that succeeded", "succeeded")):
        before = look.repository.runs(**alike, outcome=outcome, before=run.letters, limit=1)
        if before and before[0] not in found.values():
            found[word] = before[0]
    return found

"""Two points compared: what is different, and which changes are between them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from zenml.history.compare_targets import LABEL
from zenml.page import links
from zenml.page.looks import Looking
from zenml.page.moments import Moment, find_moment
from zenml.page.sizes import PAGE, PartOfQuery
from zenml.snapshot.points import NOW

router = APIRouter(prefix="/compare")


@router.get("", response_class=HTMLResponse)
def compare(look: Looking, one: PartOfQuery = "", other: PartOfQuery = NOW) -> HTMLResponse:
    """Asks for two points; shows what is different between them once they are given."""
    one, other = one.strip(), other.strip() or NOW
    labels = look.repository.labels
    if not one:
        return look.page("compare.html.j2", one=one, other=other, labels=labels, ends=())
    ends = find_moment(look, one), find_moment(look, other)
    first, last = sorted(end.number for end in ends)
    between = look.repository.history(after=first, before=last + 1, limit=PAGE + 1)
    return look.page(
        "compare.html.j2",
        one=one,
        other=other,
        labels=labels,
        ends=ends,
        differences=look.repository.diff(*map(_target, ends)).differences,
        between=between[:PAGE],
        older=links.timeline(before=between[PAGE - 1].letters) if len(between) > PAGE else None,
    )


def _target(end: Moment) -> str:
    """Returns how a comparison is asked for a point, and not for the profile or file that is called so."""
    return NOW if end.is_now else f"{LABEL}{end.letters}"

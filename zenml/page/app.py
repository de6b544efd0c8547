"""A page as FastAPI sees it: what is answered, of what, and to whom."""

from __future__ import annotations

import asyncio
from threading import Lock

from fastapi import Depends, FastAPI

from zenml.page.guard import Gate
from zenml.page.problems import Unknown, show_problems, started_by_another
from zenml.page.routes import assets, blaming, changes, comparing, live, past, runs, timeline, undoing, verifying
from zenml.page.source import PageSource
from zenml.page.visitors import check_request
from zenml.page.visits import Visits

_PAGES = (timeline, live, changes, undoing, past, comparing, blaming, runs, verifying, assets)
ROUTERS = tuple(routes.router for routes in _PAGES)
"""What can be asked for."""

OPEN_PATHS = frozenset({f"{assets.router.prefix}/{{name}}"})
"""What anybody may ask for, as routes have it; whatever is not here is for those who are known."""


def create_page(
    source: PageSource,
    visits: Visits,
    title: str,
    unknown: Unknown = started_by_another,
    open_paths: frozenset[str] = frozenset(),
) -> FastAPI:
    """Returns what answers.

    Args:
        source: What the page is about.
        visits: What knows who may look.
        title: What is above all pages: the name of the profile.
        unknown: Answers those whom nobody knows.
        open_paths: What anybody may ask for besides.
    """
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(check_request)],  # of every route, whoever adds it
    )
    app.state.source, app.state.visits, app.state.title = source, visits, title
    app.state.open_paths = OPEN_PATHS | open_paths
    app.state.ending, app.state.verifying = asyncio.Event(), Lock()
    for router in ROUTERS:
        app.include_router(router)
    show_problems(app, unknown)
    app.add_middleware(Gate)
    return app

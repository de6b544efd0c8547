"""A page as FastAPI sees it: what is answered, of what, and to whom."""

from __future__ import annotations

import asyncio
from threading import Lock

from fastapi import FastAPI

from zenml.page.guard import Gate
from zenml.page.problems import show_problems
from zenml.page.routes import assets, blaming, changes, comparing, live, past, timeline, undoing, verifying
from zenml.page.source import PageSource
from zenml.page.visitors import Visits


def create_page(source: PageSource, visits: Visits, title: str) -> FastAPI:
    """Returns what answers.

    Args:
        source: What the page is about.
        visits: What knows who may look.
        title: What is above all pages: the name of the profile.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.source, app.state.visits, app.state.title = source, visits, title
    app.state.ending, app.state.verifying = asyncio.Event(), Lock()
    for routes in (timeline, live, changes, undoing, past, comparing, blaming, verifying, assets):
        app.include_router(routes.router)
    show_problems(app)
    app.add_middleware(Gate)
    return app

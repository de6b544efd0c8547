"""Every route that there is, one that somebody adds too: who is not known, or sends no proof, is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest import mock

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from tests.page.pages import HERE, ServedPage
from tests.service.running import bound
from tests.support.program import Home
from zenml.page.app import OPEN_PATHS, ROUTERS, create_page
from zenml.page.local_source import LocalSource
from zenml.page.running import listen, page_server
from zenml.page.visits import OneVisitor
from zenml.service.callers import OPEN, OPEN_FOLDER
from zenml.service.page import sign_in
from zenml.service.problems import BELOW_TOKEN
from zenml.service.routes import changes, ledgers, removals, secrets, tiles

added = APIRouter(prefix="/added")
"""Looks at nothing, and asks who it is of nobody."""


@added.get("")
@added.post("")
def tell() -> str:
    return "told"


ROUTES = [
    route for router in (*ROUTERS, sign_in.router, added) for route in router.routes if isinstance(route, APIRoute)
]
OPEN_ROUTES = OPEN_PATHS | {sign_in.SIGN_IN}


def closed(method: str) -> list[str]:
    """Returns an address of every route of a method that is not open to anybody."""
    paths = {route.path for route in ROUTES if method in (route.methods or ())} - OPEN_ROUTES
    return [path.format(name="good", kind="stack", point="now", run="good") for path in sorted(paths)]


@pytest.fixture
def page(used: Home) -> Iterator[ServedPage]:
    """A page that may undo, with the routes of a service and with one that was added."""
    with mock.patch.dict(os.environ, used.variables(), clear=True):
        listening, visitor = listen(0), OneVisitor(may_write=True)
        app = create_page(LocalSource(None, ["ui"]), visitor, "", open_paths=frozenset({sign_in.SIGN_IN}))
        app.include_router(sign_in.router)
        app.include_router(added)
        port = listening.getsockname()[1]
        with bound(page_server(app, visitor, port), listening):
            yield ServedPage(port, used, visitor.token, visitor.let_in(visitor.token) or "")


def test_who_is_not_known_is_refused(page: ServedPage) -> None:
    assert {"/", "/live", "/added", "/verify"} <= set(closed("GET"))
    for method in ("GET", "POST"):
        for path in closed(method):
            assert (method, path, page.ask(method, path, headers=HERE).status) == (method, path, 401)
    assert "told" in page.get("/added").text


def test_no_form_does_anything_without_its_proof(page: ServedPage) -> None:
    assert {"/changes/good/undo", "/added", "/verify", "/sign-out"} == set(closed("POST"))
    proof = page.get("/verify").form["proof"]
    for path in closed("POST"):
        for form in ({}, {"proof": "x"}, {"Proof": proof}):
            assert (path, page.post(path, form).status) == (path, 403)
        for site in ("cross-site", "same-site", "none"):
            assert (path, page.post(path, {"proof": proof}, {"Sec-Fetch-Site": site}).status) == (path, 403)
    assert "told" in page.post("/added", {"proof": proof}).text


def test_every_method_is_one_of_these() -> None:
    assert {method for route in ROUTES for method in route.methods or ()} == {"GET", "POST"}


def test_what_is_open_is_a_route() -> None:
    assert {"/page-files/{name}", "/sign-in"} == OPEN_ROUTES
    assert {route.path for route in ROUTES} >= OPEN_ROUTES


def test_the_services_own_paths_begin_otherwise() -> None:
    prefixes = [routes.router.prefix for routes in (changes, ledgers, removals, secrets, tiles)]
    own = {path.split("/")[1] for path in (*prefixes, *OPEN, OPEN_FOLDER, BELOW_TOKEN)}
    assert own == {"v1", "docs", "health", "t", "openapi.json", "static-offline-docs"}
    assert not own & {route.path.split("/")[1] for route in ROUTES}

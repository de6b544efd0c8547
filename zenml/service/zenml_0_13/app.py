"""What is answered below the token of a client of ZenML 0.13."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from zenml.service.record import ServedRecord
from zenml.service.writer import Writer
from zenml.service.zenml_0_13.problems import answer_problems
from zenml.service.zenml_0_13.routes import components, flavors, others, stacks
from zenml.service.zenml_0_13.serving import Serving
from zenml.service.zenml_0_13.wrappers import EarlierProblem

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": EarlierProblem, "description": "The body is not text"},
    401: {"model": EarlierProblem, "description": "No token, a wrong one, or one that was revoked"},
    403: {"model": EarlierProblem, "description": "The token's role may not"},
    404: {"model": EarlierProblem, "description": "There is no such thing"},
    409: {"model": EarlierProblem, "description": "A rule forbids it, or something is in the way"},
    413: {"model": EarlierProblem, "description": "The body is too large"},
    422: {"model": EarlierProblem, "description": "What was asked is not valid"},
    429: {"model": EarlierProblem, "description": "Too many wrong tokens came from this address"},
    503: {"model": EarlierProblem, "description": "Too much is asked at once; see `Retry-After`"},
}


def create_app(record: ServedRecord, writer: Writer) -> FastAPI:
    """Returns what answers clients of ZenML 0.13, below their token.

    Args:
        record: Reads the profile that is served.
        writer: Makes changes.
    """
    app = FastAPI(
        title="ZenML",
        version="0.13.2",
        docs_url=None,  # its page would load what a token does not stand before
        redoc_url=None,
        redirect_slashes=False,
        root_path_in_servers=False,  # the token is in it
        strict_content_type=False,  # these clients do not say that they send JSON
        responses=_REFUSALS,
    )
    app.state.serving = Serving(record, writer)
    routers = [module.router for module in (stacks, components, flavors, others)]
    for router in routers:
        app.include_router(router)
    routes = [route for router in routers for route in router.routes]
    answer_problems(app, routes, record.served.config_directory)
    return app

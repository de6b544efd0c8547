"""Errors as clients of ZenML 0.13 expect them: ``{detail: [class, sentence]}``, and the status that they know.

With another status, or a text in `detail`, they end with a traceback.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from zenml.domain.errors import (
    AlreadyExistsError,
    InvalidValueError,
    LedgerError,
    NotAllowedError,
    NotFoundError,
    StackComponentExistsError,
    StackExistsError,
    UnreachableError,
)
from zenml.projections.database import StorageError
from zenml.service.problems import RefusedError, refused_for


def answer_problems(app: FastAPI, routes: Sequence[BaseRoute], config_directory: str) -> None:
    """Has an app answer in this form whatever goes wrong; it hands on faults of its own.

    Args:
        app: The app.
        routes: Its routes.
        config_directory: The configuration folder, which no answer names.
    """

    async def refused(request: Request, error: Exception) -> Response:
        answer = _answer(refused_for(error, config_directory), request.scope["path"])
        if answer.status_code == 405:  # only the methods of the first route of this path are known so far
            answer.headers["Allow"] = ", ".join(sorted(_methods(routes, request.scope)))
        return answer

    async def failed(request: Request, error: Exception) -> Response:
        raise error  # whoever is outside of the app notes it before it is answered

    for kind in (RefusedError, LedgerError, StorageError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, refused)
    app.add_exception_handler(Exception, failed)


def _methods(routes: Iterable[BaseRoute], scope: Scope) -> set[str]:
    """Returns the methods with which what is asked for can be asked for."""
    path = scope["path"].removeprefix(scope["root_path"])
    found = (route for route in routes if isinstance(route, Route) and route.path_regex.match(path))
    return set[str]().union(*(route.methods or () for route in found))


def _answer(refused: RefusedError, path: str) -> Response:
    known = _known(refused.rule)
    if known is not None:
        status, name = known
        return _written(status, name, refused.problem.message)
    problems = refused.problem.values.get("problems", ())
    if problems:
        sentence = "; ".join(f"{problem['where']}: {problem['message']}" for problem in problems)
        return _written(refused.status, "ValueError", f"{refused.problem.message} {sentence}")
    return refused.answer(path)


def _known(rule: LedgerError | None) -> tuple[int, str] | None:
    """Returns the status of what a rule forbids, and what ZenML 0.13 raises for it."""
    match rule:
        case UnreachableError():  # it forbids nothing, and may be over soon
            return None
        case NotFoundError():
            return 404, "KeyError"
        case StackComponentExistsError():
            return 409, "StackComponentExistsError"
        case StackExistsError():
            return 409, "StackExistsError"
        case AlreadyExistsError():
            return 409, "EntityExistsError"
        case InvalidValueError():
            return 422, "ValueError"
        case NotAllowedError():
            return 409, "ValueError"
    return None


def _written(status: int, name: str, sentence: str) -> Response:
    return Response(orjson.dumps({"detail": [name, sentence]}), status, media_type="application/json")

"""What is answered when something cannot be answered: ``{code, message, values}``, whoever refuses it.

Nothing of what was asked is repeated, and no folder of this machine is named. Clients of ZenML 0.13, who ask below
`BELOW_TOKEN`, get ``{detail: [class of an error of theirs, sentence]}``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from zenml.domain.errors import BusyError, LedgerError, NotFoundError
from zenml.projections.database import StorageError

AGAIN = {"Retry-After": "5"}
"""The header of what may be answered a moment later."""

BELOW_TOKEN = "/t/"
"""What the paths that clients of ZenML 0.13 ask for begin with; their token follows."""

_MOST = 20  # problems of one request that are told
_NAMED_BY_OTHERS = ("components", "fields", "parameters", "secrets", "settings")

_EARLIER_ERRORS = {404: "KeyError", 409: "ValueError", 422: "ValueError"}
"""What ZenML 0.13 raises by status, where no rule says it better."""

_CODES = {
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This can be asked, but not with this method."),
    413: ("too_large", "The body is too large."),
}


class Refusal(BaseModel):
    """Why something is not answered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"code": "ledger_not_found", "message": "There is no such ledger here.", "values": {}}]
        }
    )

    code: str = Field(description="Which problem it is, for programs; it stays the same.")
    message: str = Field(description="One sentence for people.")
    values: dict[str, Any] = Field(description="What a program may want to know of it; often nothing.")


class RefusedError(Exception):
    """What was asked is refused.

    Attributes:
        status: The HTTP status.
        problem: Why.
        headers: What the answer has beside it.
        rule: The error that says why, where a rule does.
    """

    rule: LedgerError | None = None

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None, **values: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.problem = Refusal(code=code, message=message, values=values)
        self.headers = headers or {}

    def answer(self, path: str = "") -> Response:
        """Returns it as it is sent.

        Args:
            path: What is asked for.
        """
        body: dict[str, Any] = self.problem.model_dump()
        if path.startswith(BELOW_TOKEN):
            body = {"detail": [_EARLIER_ERRORS.get(self.status, "RuntimeError"), self.problem.message]}
        return Response(orjson.dumps(body), self.status, self.headers, media_type="application/json")


def answer_problems(app: FastAPI, config_directory: str) -> None:
    """Has an app answer in this form whatever goes wrong, apart from faults of its own.

    Args:
        app: The app.
        config_directory: The configuration folder, which no answer names.
    """

    async def refused(request: Request, error: Exception) -> Response:
        return refused_for(error, config_directory).answer(request.scope["path"])

    for kind in (RefusedError, LedgerError, StorageError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, refused)


def without_folder(sentence: str, config_directory: str) -> str:
    """Returns a sentence in which the files of the configuration folder have their names alone."""
    shortened = sentence.replace(os.path.join(config_directory, ""), "")
    return shortened.replace(config_directory, "the configuration folder")


@contextmanager
def folder_unnamed(config_directory: str) -> Iterator[None]:
    """Takes the configuration folder out of the sentences of errors that are raised within."""
    try:
        yield
    except LedgerError as error:
        error.message = without_folder(error.message, config_directory)
        raise


def refused_for(error: Exception, config_directory: str) -> RefusedError:
    """Returns the refusal that an error means; ``config_directory`` is what no answer names."""
    match error:
        case RefusedError():
            return error
        case LedgerError():
            status, headers = _status(error)
            refused = RefusedError(status, error.code, without_folder(error.message, config_directory), headers)
            refused.rule = error
            return refused
        case RequestValidationError():
            problems = [
                {"where": _where(problem), "message": _said(problem)} for problem in error.errors()[:_MOST]
            ]
            return RefusedError(422, "invalid", "What was asked is not valid.", problems=problems)
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            code, message = _CODES.get(error.status_code, (phrase.lower().replace(" ", "_"), f"{phrase}."))
            if error.status_code == 422:  # of our own
                code, message = "invalid", str(error.detail)
            return RefusedError(error.status_code, code, message, dict(error.headers or {}))
        case _:
            return RefusedError(503, "busy", "The ledger's file cannot be read at the moment.", AGAIN)


def _where(problem: dict[str, Any]) -> str:
    """Returns where a problem is, without names that whoever asks has given."""
    places = [str(place) for place in problem["loc"]]
    if problem["type"] == "extra_forbidden":
        del places[-1]
    given = next((at for at, place in enumerate(places) if place in _NAMED_BY_OTHERS), len(places))
    return ".".join(places[: given + 1])


def _said(problem: dict[str, Any]) -> str:
    """Returns what a problem is, without the value."""
    if problem["type"] == "union_tag_invalid":
        return f"Input should be one of {problem['ctx']['expected_tags']}"
    return str(problem["msg"])


def _status(error: LedgerError) -> tuple[int, dict[str, str]]:
    match error:
        case NotFoundError():
            return 404, {}
        case BusyError():
            return 503, AGAIN
        case _:
            return 500, {}

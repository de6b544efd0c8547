"""What is shown when something cannot be: one sentence, and a way on."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from zenml.domain.errors import BusyError, ConflictError, DamagedLedgerError, LedgerError, NotFoundError
from zenml.page.drawing import drawn
from zenml.page.source import Viewer
from zenml.page.visitors import ForeignFormError, ReadOnlyError, UnknownVisitorError, visitor
from zenml.projections.database import StorageError

_SENTENCES = {
    404: "There is no such page.",
    405: "This page can be looked at, and not be sent anything.",
}


Unknown = Callable[[Request], Response]
"""Answers somebody whom nobody knows."""


def started_by_another(request: Request) -> Response:
    """Answers those who do not have the address that ``zenml ui`` printed."""
    return drawn(request, "unknown.html.j2", None, status=401)


def show_problems(app: FastAPI, unknown: Unknown) -> None:
    """Makes an app answer what goes wrong with a page that says so; ``unknown`` answers those nobody knows."""
    app.state.unknown = unknown

    @app.exception_handler(LedgerError)
    def refused(request: Request, error: LedgerError) -> Response:
        return _problem(request, status_of(error), error.message)

    @app.exception_handler(StorageError)
    def unreadable(request: Request, error: StorageError) -> Response:
        return _problem(request, 500, "The ledger cannot be read.")

    @app.exception_handler(UnknownVisitorError)
    def nobody(request: Request, error: UnknownVisitorError) -> Response:
        return unknown(request)

    @app.exception_handler(ForeignFormError)
    def foreign(request: Request, error: ForeignFormError) -> Response:
        return _problem(request, 403, "This form did not come from a page of yours. Nothing was changed.")

    @app.exception_handler(ReadOnlyError)
    def read_only(request: Request, error: ReadOnlyError) -> Response:
        return _problem(request, 403, "You may look at this page, and change nothing here.")

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return _problem(request, 422, "A part of this address, or of what was sent, cannot be read.")

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> Response:
        return _problem(request, 500, "Something went wrong in the program itself. Where it runs, it says what.")

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> Response:
        answer = _problem(request, error.status_code, _SENTENCES.get(error.status_code, error.detail))
        answer.headers.update(error.headers or {})
        return answer


def status_of(error: LedgerError) -> int:
    """Returns the HTTP status of what cannot be."""
    match error:
        case NotFoundError():
            return HTTPStatus.NOT_FOUND
        case ConflictError():
            return HTTPStatus.CONFLICT
        case BusyError():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case DamagedLedgerError():
            return HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _problem(request: Request, status: int, sentence: str) -> Response:
    viewer = _viewer(request)
    if viewer is None:  # who is not known is told nothing
        unknown: Unknown = request.app.state.unknown
        return unknown(request)
    return drawn(request, "problem.html.j2", viewer, status=status, sentence=sentence)


def _viewer(request: Request) -> Viewer | None:
    try:
        return visitor(request)
    except UnknownVisitorError:
        return None

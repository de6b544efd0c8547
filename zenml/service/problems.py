"""What is answered when something cannot be answered: ``{code, message, values}``, whoever refuses it."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException


class RefusedError(Exception):
    """What was asked is refused.

    Attributes:
        status: The HTTP status.
        problem: Why.
        headers: What the answer has beside it.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None, **values: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.problem = {"code": code, "message": message, "values": values}
        self.headers = headers or {}

    def answer(self) -> Response:
        """Returns it as it is sent."""
        return Response(orjson.dumps(self.problem), self.status, self.headers, media_type="application/json")


def answer_problems(app: FastAPI, config_directory: str) -> None:
    """Has an app answer in this form whatever goes wrong, apart from faults of its own.

    Args:
        app: The app.
        config_directory: The configuration folder, which no answer names.
    """

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return RefusedError(status, "not_found" if status == 404 else "refused", "There is nothing here.").answer()

    app.add_exception_handler(HTTPException, refused)

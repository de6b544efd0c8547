"""Whether what a page needs is installed."""

from __future__ import annotations

from importlib.util import find_spec

from zenml.domain.errors import NotAllowedError

_NEEDED = {"fastapi": "fastapi", "python_multipart": "python-multipart", "uvicorn": "uvicorn"}


def check_installed() -> None:
    """Raises `NotAllowedError` if something is missing that the extra ``ui`` brings."""
    for module, package in _NEEDED.items():
        if find_spec(module) is None:
            raise NotAllowedError(
                f"The page needs the package {package}, which is not installed.", code="driver_missing", extra="ui"
            )

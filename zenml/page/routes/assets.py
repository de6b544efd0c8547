"""The page's own style and script: all that it loads."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from fastapi import APIRouter, Response

router = APIRouter(prefix="/page-files")


_KINDS = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}


@router.get("/{name}")
def file(name: Literal["page.css", "page.js", "icon.svg"]) -> Response:
    """Gives one of the files; without the script everything works too."""
    return Response(_text(name), media_type=_KINDS[name])


@cache
def _text(name: str) -> str:
    return files("zenml.page").joinpath("static", name).read_text(encoding="utf-8")

"""Kinds of values that parameters of several flavors have."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from zenml.domain.secrecy import is_secret_reference

Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port."""


def _web_address(text: str) -> str:
    if is_secret_reference(text):
        return text
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        usable = usable and not any(letter.isspace() for letter in text)  # urlsplit leaves some of it out
    except ValueError:  # a port that is none, or half an IPv6 address
        usable = False
    if not usable:
        raise ValueError("must be a URL that begins with https:// or http://")
    return text


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""The URL of a web server, or a reference to a secret that holds it."""

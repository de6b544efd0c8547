"""The token that lets somebody in at a service: typed, on standard input, in a variable, or asked for."""

from __future__ import annotations

import os
import sys

from zenml.cli.asking.terminal import given, read_line
from zenml.repository import Repository
from zenml.stores.rest.places import DEFAULT_URL, read_service

TOKEN_VARIABLE = "ZENML_SERVICE_TOKEN"


def token_for(opened: Repository, name: str, url: str | None, typed: str | None) -> str | None:
    """Returns the token with which a new profile is reached; None if the URL has it, or none is needed or there.

    Args:
        opened: Where the profile is made.
        name: The profile's name.
        url: The service; None for the usual one.
        typed: What ``--token`` says; None if nothing.

    Raises:
        NoAnswerError: Somebody at the terminal ended the input.
        LedgerError: The URL cannot be read, or nothing answers there.
    """
    question = question_of(name)
    if typed is not None:
        return given(typed, question)
    if read_service(url or DEFAULT_URL).token is not None:
        return None
    chosen = os.environ.get(TOKEN_VARIABLE)
    if chosen:
        return chosen
    if sys.stdin.isatty() and opened.service_wants_token(name, url):
        return read_line(question, hidden=True).strip()
    return None


def question_of(name: str) -> str:
    """Returns what is asked at a terminal."""
    return f"Token for profile '{name}'"

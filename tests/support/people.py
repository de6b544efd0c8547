"""Somebody else, on a machine of their own, as far as the record can tell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from zenml.ledger import sessions


@contextmanager
def being(user: str, host: str | None = None) -> Iterator[None]:
    """Makes who acts inside a person: the operating system's user of this name, on a machine named after them."""
    named = mock.patch("zenml.ledger.origin._user", return_value=user)
    automation = os.environ.pop("CI", None)  # where tests run by themselves, everybody is one
    try:
        with named, mock.patch.object(sessions, "host", return_value=host or f"{user}-laptop"):
            yield
    finally:
        if automation is not None:
            os.environ["CI"] = automation

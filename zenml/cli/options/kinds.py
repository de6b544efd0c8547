"""Arguments and options that name a thing of a kind: its name, or ``KIND/NAME`` as ``--output name`` prints it."""

from __future__ import annotations

from typing import Any, Optional

from zenml.cli.options import completions
from zenml.cli.options.declared import Argument, Option
from zenml.domain.typed_names import name_of

_OFFERED = {"stack": completions.stacks, "profile": completions.profiles, "label": completions.labels}
_Text = Optional[str]  # noqa: UP045 - it is read at run time


def argument(kind: str, metavar: str, help: str, *, exists: bool = True) -> Any:
    """Returns an argument that names a thing; the TAB key offers those that exist, unless it is a new name."""
    return Argument(metavar=metavar, help=help, **_of(kind, exists))


def option(kind: str, *names: str, metavar: str, help: str, exists: bool = True) -> Any:
    """Returns an option that names a thing, as `argument` does."""
    return Option(*names, metavar=metavar, help=help, **_of(kind, exists))


def _of(kind: str, exists: bool) -> dict[str, Any]:
    def bare(text: _Text) -> _Text:
        return None if text is None else name_of(kind, text)

    return {"callback": bare, "autocompletion": _OFFERED[kind] if exists else None}

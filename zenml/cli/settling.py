"""Asks, on a terminal, for what a file or a copy leaves open: other names, and secrets."""

from __future__ import annotations

import sys
from collections.abc import Callable

from zenml.cli.asking import read_line
from zenml.cli.notices import notice
from zenml.domain.component_types import reference
from zenml.domain.errors import ComponentClashError, UnknownSecretError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.documents.profile import ProfileDocument
    from zenml.ledger.change import Change

Renames = dict[str, str]


def with_other_names(do: Callable[[Renames], Change | None]) -> Change | None:
    """Does something; as often as the name of a component is taken, another one is asked for.

    Raises:
        ComponentClashError: A name is taken, and nobody is there to be asked.
    """
    renames: Renames = {}
    while True:
        try:
            return do(renames)
        except ComponentClashError as error:
            if not sys.stdin.isatty():
                raise
            notice(error.message)
            question = f"Another name for {reference(error.component_type, error.name)}"
            renames[f"{error.component_type}/{error.name}"] = read_line(question)


def with_secrets(document: ProfileDocument, do: Callable[[ProfileDocument], Change | None]) -> Change | None:
    """Does something with a document; secrets that stand as stars and are not known here are asked for.

    Raises:
        UnknownSecretError: One is not known, and nobody is there to be asked.
    """
    while True:
        try:
            return do(document)
        except UnknownSecretError as error:
            if not sys.stdin.isatty():
                raise
            question = f"{error.parameter} of {reference(error.component_type, error.name)}"
            document = _filled(document, error, read_line(question, hidden=True))


def _filled(document: ProfileDocument, error: UnknownSecretError, value: str) -> ProfileDocument:
    components = [
        it.model_copy(update={"parameters": {**it.parameters, error.parameter: value}})
        if (it.type, it.name) == (error.component_type, error.name)
        else it
        for it in document.components
    ]
    return document.model_copy(update={"components": components})

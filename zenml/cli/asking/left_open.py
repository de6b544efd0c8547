"""Asks, on a terminal, for what a file or a copy leaves open: other names, and secrets."""

from __future__ import annotations

import sys
from collections.abc import Callable

from zenml.cli.asking.terminal import read_line
from zenml.cli.screen.notices import notice
from zenml.domain.component_types import reference
from zenml.domain.errors import ComponentClashError, FlavorImportError, UnknownSecretError
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.cli.answers.write_command import WriteCommand
    from zenml.documents.profile import ProfileDocument
    from zenml.ledger.change import Change

Renames = dict[str, str]


def with_other_names(
    run: WriteCommand, opened: Repository, act: Callable[[Repository, Renames], Change | None]
) -> Change | None:
    """Does something; as often as the name of a component is taken, another one is asked for.

    Raises:
        ComponentClashError: A name is taken, and nobody is there to be asked.
        LedgerError: It would be refused whatever is answered; nothing was asked.
    """
    renames: Renames = {}
    while True:
        try:
            return act(opened, renames)
        except ComponentClashError as error:
            if not _may_ask(run, opened):
                raise
            if not renames:
                _check_with_free_names(run, act, error)
            notice(error.message)
            question = f"Another name for {reference(error.component_type, error.name)}"
            renames[_key(error)] = read_line(question)


def with_secrets(
    run: WriteCommand,
    opened: Repository,
    document: ProfileDocument,
    act: Callable[[Repository, ProfileDocument], Change | None],
) -> Change | None:
    """Does something with a document; secrets that stand as stars and are not known here are asked for.

    Raises:
        UnknownSecretError: One is not known, and nobody is there to be asked.
        LedgerError: It would be refused whatever is answered; nothing was asked.
    """
    is_checked = False
    while True:
        try:
            return act(opened, document)
        except UnknownSecretError as error:
            if not _may_ask(run, opened):
                raise
            if not is_checked:
                _check_with_some_secrets(run, document, act, error)
                is_checked = True
            question = f"{error.parameter} of {reference(error.component_type, error.name)}"
            document = _fill_in(document, error, read_line(question, hidden=True))


def _may_ask(run: WriteCommand, repository: Repository) -> bool:
    """Tells whether somebody is there to be asked, and this is no rehearsal before a question."""
    return sys.stdin.isatty() and repository.dry_run == run.dry_run


def _check_with_free_names(
    run: WriteCommand, act: Callable[[Repository, Renames], Change | None], first_clash: ComponentClashError
) -> None:
    def rehearse(rehearsal: Repository) -> None:
        from uuid import uuid4  # importing it takes long, and few are asked

        renames, clash = {}, first_clash
        while _key(clash) not in renames:
            renames[_key(clash)] = str(uuid4())
            try:
                act(rehearsal, renames)
            except ComponentClashError as error:
                clash = error

    run.check(rehearse)


def _check_with_some_secrets(
    run: WriteCommand,
    document: ProfileDocument,
    act: Callable[[Repository, ProfileDocument], Change | None],
    first_error: UnknownSecretError,
) -> None:
    from zenml.flavors.build import ComponentParametersError  # here: it needs what checks parameters

    def rehearse(rehearsal: Repository) -> None:
        filled, unknown = document, first_error
        tried: set[tuple[str, str, str]] = set()
        while (place := (unknown.component_type, unknown.name, unknown.parameter)) not in tried:
            tried.add(place)
            filled = _fill_in(filled, unknown, "a secret to try with")
            try:
                act(rehearsal, filled)
            except UnknownSecretError as error:
                unknown = error
            except (ComponentClashError, ComponentParametersError, FlavorImportError):
                return  # names can be asked for too; and this value says nothing of those to come

    run.check(rehearse)


def _key(clash: ComponentClashError) -> str:
    return f"{clash.component_type}/{clash.name}"


def _fill_in(document: ProfileDocument, error: UnknownSecretError, value: str) -> ProfileDocument:
    components = [
        component.replace(parameters={**component.parameters, error.parameter: value})
        if (component.type, component.name) == (error.component_type, error.name)
        else component
        for component in document.components
    ]
    return document.replace(components=components)

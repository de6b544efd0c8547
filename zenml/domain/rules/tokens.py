"""Rules of the service's tokens: a name is given once, and what was revoked stays revoked."""

from __future__ import annotations

import re

from zenml.domain import commands, events
from zenml.domain.catalog import Catalog
from zenml.domain.errors import AlreadyExistsError, InvalidValueError, NotFoundError
from zenml.domain.events import DomainEvent
from zenml.domain.names import check_name
from zenml.domain.records import Record
from zenml.domain.token_texts import TOKEN

Commands = commands.CreateToken | commands.RevokeToken
Events = events.TokenCreated | events.TokenRevoked


def propose(command: Commands, catalog: Catalog) -> list[DomainEvent]:
    """Returns the event that a command asks for; `admit` has the last word.

    Raises:
        NotFoundError: There never was a token of this name.
        InvalidValueError: It is the text of a token.
    """
    _check_no_text(command.name)
    match command:
        case commands.CreateToken():
            secrets = command.secrets and command.role != "reader"  # a reader never sees one
            return [events.TokenCreated(**{**command.fields(), "secrets": secrets})]
        case commands.RevokeToken():
            token = catalog.token(command.name)
            if token is None:
                raise NotFoundError(f"Token '{command.name}' does not exist.", code="token_not_found")
            return [events.TokenRevoked(**token.fields())]


def admit(event: Events, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        AlreadyExistsError: A token has the name, or had it: whoever reads it in the record must know whose it was.
        InvalidValueError: It can be no name, or is the text of a token, which is never recorded.
    """
    token = catalog.token(event.name)
    if isinstance(event, events.TokenRevoked):
        is_there = token is not None and not token.revoked and token.token_id == event.token_id
        return event if is_there else None
    if token is not None:
        why = "was revoked, and its name is never given again" if token.revoked else "already exists"
        records = (Record("token", (token.token_id,)),)
        raise AlreadyExistsError(f"Token '{event.name}' {why}.", records=records, code="token_exists")
    _check_no_text(event.name)
    check_name("token", event.name)
    return event


def _check_no_text(name: str) -> None:
    """Checks that a name is not the text of a token, which is repeated nowhere."""
    if re.search(TOKEN, name):
        raise InvalidValueError("'zt_…' is the text of a token, not a name.", code="token_text_given")

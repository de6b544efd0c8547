"""How this user gets in at a service, before there is a change: with a token, or because it is their own."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import NamedTuple, Protocol

from zenml.domain.errors import AlreadyExistsError, NotAllowedError
from zenml.ledger.origin import origin
from zenml.projections.machine import profile_of_ledger
from zenml.sharing import running_services
from zenml.stores.opening import nonce_at, wants_token
from zenml.stores.rest.places import DEFAULT_URL, read_service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zenml.api.reading import Reading
    from zenml.api.service_tokens import CreatedToken
    from zenml.stores.rest.places import ServicePlace

PATIENCE = 2.0
"""Seconds for the question whose service it is, which decides nothing alone."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NAMES = 100  # of tokens that are tried for one user


class WayIn(NamedTuple):
    """How somebody gets in at a service.

    Attributes:
        token: The token; None if the URL has it, or none is needed.
        ledger_id: The ledger that is served there, if it is one of this very configuration folder; otherwise None.
    """

    token: str | None = None
    ledger_id: str | None = None


class _Folder(Protocol):
    """Creates and revokes tokens in another configuration folder."""

    def create_service_token(self, name: str, role: str) -> CreatedToken: ...

    def revoke_service_token(self, name: str) -> object: ...


@contextmanager
def way_in(
    opened: Reading,
    url: str | None,
    token: str | None,
    notify: Callable[[str], None],
    there: Callable[[str], _Folder],
) -> Iterator[WayIn]:
    """Gives the way in which a new profile reaches a service.

    If the service is this user's own, in another configuration folder, a token is made there. It is revoked if the
    profile is not made after all.

    Args:
        opened: Where the profile is made.
        url: The service; None for the usual one.
        token: The token that was given.
        notify: Called if a token is made.
        there: Returns what creates and revokes tokens in another configuration folder.

    Raises:
        InvalidValueError: The URL or the token cannot be read.
        NotAllowedError: A token would have to be made, in a dry run.
        AlreadyExistsError: The profile is here already.
    """
    place = read_service(url or DEFAULT_URL, token)
    folder = _folder(place)
    if folder is not None and os.path.realpath(opened.config_directory) == folder:
        yield WayIn(ledger_id=str(running_services.noted(folder).get("ledger_id")))
    elif place.token is not None or folder is None or not _is_where_it_says(folder, place):
        yield WayIn(token)
    elif opened.dry_run:
        raise NotAllowedError(
            "A dry run makes no token, and nothing can be said of this service without one.",
            code="service_token_missing",
        )
    else:
        _check_not_here(opened, place, str(running_services.noted(folder).get("ledger_id")))
        other = there(folder)
        created = _made_token(other)
        notify(
            f"This is your own service, in {folder}: token '{created.info.name}' was made there for this profile."
        )
        try:
            yield WayIn(created.text)
        except BaseException:
            other.revoke_service_token(created.info.name)
            raise


def needs_token(opened: Reading, url: str | None) -> bool:
    """Tells whether somebody has to give a token: the service is not this user's own. Raises as `way_in`."""
    place = read_service(url or DEFAULT_URL)
    folder = _folder(place)
    is_own = folder is not None and (
        os.path.realpath(opened.config_directory) == folder or _is_where_it_says(folder, place)
    )
    return place.token is None and not is_own and wants_token(place, PATIENCE)


def _folder(place: ServicePlace) -> str | None:
    """Returns the configuration folder whose service answers there, if it is one of this user's."""
    nonce = nonce_at(place, PATIENCE)
    return None if nonce is None else running_services.folder_of(nonce)


def _is_where_it_says(folder: str, place: ServicePlace) -> bool:
    """Tells whether a token reaches the service alone: others may say at their ports what it says."""
    noted = read_service(str(running_services.noted(folder).get("url")))
    return place.port == noted.port and place.host in (*_LOOPBACK, noted.host)


def _check_not_here(opened: Reading, place: ServicePlace, ledger_id: str) -> None:
    """Makes sure that a token is made for something."""
    with opened.reading(ask=False) as snapshot:
        profile = profile_of_ledger(snapshot.connection, snapshot.machine_id, ledger_id)
    if profile is not None:
        raise AlreadyExistsError(f"Profile '{profile.name}' is the one that is at {place.shown}.")


def _made_token(there: _Folder) -> CreatedToken:
    """Makes a token for this user in the configuration folder of a service."""
    user = origin(None, None, None).actor
    for number in range(1, _NAMES):
        with suppress(AlreadyExistsError):
            return there.create_service_token(user if number == 1 else f"{user}-{number}", "writer")
    raise NotAllowedError(f"'{user}' has more tokens there than anybody needs.", code="token_text_given")

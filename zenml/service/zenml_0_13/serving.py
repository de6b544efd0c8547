"""What routes work with: who asks, what the profile has, and who makes changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Request

from zenml.ledger.secrets.keyring import Keyring
from zenml.service.callers import check_role
from zenml.service.record import ServedRecord
from zenml.service.served import ServedSnapshot
from zenml.service.tokens import Role, Token
from zenml.service.writer import Writer
from zenml.service.writing.member import MembersChange
from zenml.service.zenml_0_13.asking import asked
from zenml.service.zenml_0_13.describing import Describing
from zenml.service.zenml_0_13.shown import EarlierClient, RenamedStacks, Shown


class Serving:
    """What all requests of ZenML 0.13 share.

    Args:
        record: Reads the profile that is served.
        writer: Makes changes.

    Attributes:
        record: Reads the profile that is served.
        renamed: The names that stacks had a moment ago.
    """

    def __init__(self, record: ServedRecord, writer: Writer) -> None:
        self.record = record
        self.renamed = RenamedStacks()
        self._writer = writer
        self._shown = Shown()

    @contextmanager
    def looking(self) -> Iterator[ServedSnapshot]:
        """Gives one look at what there is. Reads files: never on the event loop."""
        self.record.follow()
        with self.record.looking() as look:
            yield look

    @contextmanager
    def describing(self, token: Token, client: EarlierClient) -> Iterator[Describing]:
        """Gives what describes what there is, to one client. Reads files, too."""
        with self.looking() as look:
            keyring = Keyring(self.record.served.config_directory) if token.secrets else None
            yield Describing(look, keyring, client, self._shown)

    def shown_at(self, client: EarlierClient, thing: str) -> int | None:
        """Returns as of which position a client was shown something; None if that is not known.

        To be asked when a request comes: the same client may be shown a newer state before it is decided.
        """
        return self._shown.position(client, thing)

    async def make(
        self,
        token: Token,
        what: str,
        carry_out: Callable[[MembersChange], None],
        plaintexts: frozenset[str] = frozenset(),
    ) -> None:
        """Has a change made; arguments as for `asked`.

        Raises:
            RefusedError: It is refused.
        """
        await self._writer.make(asked(token, what, carry_out, plaintexts))


async def _serving(request: Request) -> Serving:
    serving: Serving = request.app.state.serving
    return serving


async def _anybody(request: Request) -> Token:
    token: Token = request.state.caller
    return token


async def may_write(token: Annotated[Token, Depends(_anybody)]) -> Token:
    """Returns whose token it is; raises `RefusedError` if no changes may be made with it."""
    check_role(token, Role.WRITER)
    return token


async def _client(request: Request, token: Annotated[Token, Depends(_anybody)]) -> EarlierClient:
    return EarlierClient(token.token_id, request.client.host if request.client else "")


Here = Annotated[Serving, Depends(_serving)]
"""What all requests share."""

Anybody = Annotated[Token, Depends(_anybody)]
"""Whose token it is."""

MayWrite = Annotated[Token, Depends(may_write)]
"""Whose token it is, if changes may be made with it."""

WhichClient = Annotated[EarlierClient, Depends(_client)]
"""Which client asks."""

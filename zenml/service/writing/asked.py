"""What somebody asks the service to do, as it is decided: who, what, and how it is told from other requests."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import zenml
from zenml.domain.events import Part
from zenml.ledger import sessions
from zenml.ledger.origin import Origin
from zenml.service.models.changes import AskedToRecord
from zenml.service.problems import RefusedError
from zenml.service.tokens import Token

if TYPE_CHECKING:
    from zenml.domain.events import Kind
    from zenml.service.writing.member import MembersChange


class Asked(NamedTuple):
    """A change that somebody asks for.

    Attributes:
        token: Who asks.
        change_id: The id that it is to have; None to draw one.
        kind: What kind of change it is.
        who: Who makes it, as it is recorded.
        parts: The order of its events across ledgers; nothing for those of the served one alone.
        idempotency_key: Under which it is recorded once; None for no key.
        command_hash: The hash of the command, if whoever asks has computed it.
        text: What tells it from others with the same key.
        carry_out: Does what is asked for, within the open change.
        expect: The number of events that the ledger has to have; None for any.
        point: The change as of which it makes things again.
        correlation_id: What it belongs to.
        plaintexts: What may be secret in it, before anything is sealed.
        removes: Whether something that is recorded is to be removed.
        is_rehearsal: Whether it is only to be found out what it would do: nothing is recorded, nor noted.
    """

    token: Token
    change_id: str | None
    kind: Kind
    who: Origin
    parts: tuple[Part, ...]
    idempotency_key: str | None
    command_hash: str | None
    text: object
    carry_out: Callable[[MembersChange], None]
    expect: int | None = None
    point: str | None = None
    correlation_id: str | None = None
    plaintexts: frozenset[str] = frozenset()
    removes: bool = False
    is_rehearsal: bool = False


def asked_by(
    token: Token,
    sent: AskedToRecord,
    kind: Kind,
    text: object,
    carry_out: Callable[[MembersChange], None],
) -> Asked:
    """Returns a change as somebody asks for it.

    Args:
        token: Who asks.
        sent: What was sent.
        kind: What kind of change it is.
        text: What tells it from others with the same idempotency key.
        carry_out: Does what is asked for, within the open change.

    Raises:
        RefusedError: The command line that it is for is none.
    """
    return Asked(
        token=token,
        change_id=sent.change_id,
        kind=kind,
        who=_origin(token, sent),
        parts=tuple(Part(ledger_id=part.ledger_id, count=part.count) for part in sent.parts),
        idempotency_key=sent.idempotency_key,
        command_hash=sent.command_hash,
        text=text,
        carry_out=carry_out,
    )


def asked_by_hand(
    token: Token,
    kind: Kind,
    reason: str,
    carry_out: Callable[[MembersChange], None],
    plaintexts: frozenset[str] = frozenset(),
) -> Asked:
    """Returns a change that somebody asks for without a program of ours, who says nothing but that.

    Args:
        token: Who asks.
        kind: What kind of change it is.
        reason: Why, as it is recorded.
        carry_out: Does what is asked for, within the open change.
        plaintexts: What may be secret in it: whatever is refused, none of it is noted.
    """
    who = Origin(
        actor=token.name,
        actor_kind="person",
        known_by="token",
        host=sessions.host(),
        session=token.token_id,
        command=None,
        repository_path=None,
        reason=reason,
        client_version=zenml.__version__,  # of what wrote it
        token=token.name,
    )
    return Asked(
        token=token,
        change_id=None,
        kind=kind,
        who=who,
        parts=(),
        idempotency_key=None,
        command_hash=None,
        text=None,
        carry_out=carry_out,
        plaintexts=plaintexts,
    )


def _origin(token: Token, asked: AskedToRecord) -> Origin:
    """Returns who asks, as the change says it."""
    client = asked.client
    try:
        words = None if client.command is None else tuple(shlex.split(client.command)[1:])
    except ValueError:
        raise RefusedError(422, "invalid", "The command line of the client has a quotation mark alone.") from None
    return Origin(
        actor=token.name,
        actor_kind="automation" if client.automation else "person",
        known_by="token",
        host=sessions.host(),
        session=client.session or token.token_id,
        command=words,
        repository_path=client.repository_path,
        reason=asked.reason or None,
        client_version=client.version or zenml.__version__,
        token=token.name,
    )

"""What a change is: its beginning, and who made it, when and why."""

from __future__ import annotations

from zenml.domain.actors import Actor, ChosenActor
from zenml.domain.annotations import Literal
from zenml.domain.events.base import Event
from zenml.domain.facts import Fact
from zenml.domain.values import Hex32, Id, Utc, Value

__all__ = [
    "Actor",
    "ChangeBegan",
    "ChosenActor",
    "Idempotency",
    "Kind",
    "Part",
    "Utc",
]

Kind = Literal["init", "change", "undo", "redo", "restore", "import", "migrate", "outside", "export", "evidence"]


class Idempotency(Fact):
    """The key an automation gave its command, and what the command was."""

    key: Value
    command_hash: Value


class Part(Fact):
    """A run of consecutive events in one ledger; the list of them is the order in which things happened.

    Everywhere else a change's part is all that it has in a ledger; here a ledger may come more than once.
    """

    ledger_id: Id
    count: int


class ChangeBegan(Event):
    """A change begins; the ``count`` events that follow in this ledger belong to it.

    ``parts`` lists the events of the whole change in the order they were decided, across ledgers.
    ``prior_root`` is the root of this ledger's tree before this event, ``targets`` are the changes
    that are undone or redone.
    ``causation_id`` is the only one of these, or the change that a restore goes back to, or the newest approval of
    the plan that it carries out; that plan is its ``correlation_id``.
    """

    TOPIC = "zenml:ChangeBegan"
    LEDGER = "any"
    change_id: Id
    kind: Kind
    count: int
    parts: tuple[Part, ...]
    correlation_id: Id
    causation_id: Id | None
    actor: Actor | ChosenActor
    session: Value
    client_version: str
    command: Value | None
    repository_path: Value | None
    reason: Value | None
    idempotency: Idempotency | None
    time: Utc
    targets: tuple[Id, ...]
    prior_root: Hex32

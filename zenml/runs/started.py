"""What is recorded of a run when it begins."""

from __future__ import annotations

import json
from collections import namedtuple

from zenml.domain.change_ids import letters
from zenml.domain.events.changes import Actor, ChosenActor
from zenml.domain.run_events import RunCode, RunStarted
from zenml.domain.values import Salted
from zenml.evidence import canonical
from zenml.ledger.ids import new_change_id, new_salt, utc_now
from zenml.runs.process import this_process
from zenml.runs.software import software

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.ledger.origin import Origin
    from zenml.runs.configuration import Configuration


class RunRequest(
    namedtuple(
        "RunRequest",
        "name command parameters secrets like parent folder",
        defaults=(None, None, {}, (), None, None, ""),
    )
):
    """What is to be run.

    Attributes:
        name: What somebody calls it; None if nobody does.
        command: The words of the command, without secrets; None for a block of Python.
        parameters: What it is run with, besides the stack.
        secrets: The names of the secrets that it is handed, ``<component type>.<parameter>``.
        like: The id of the run that it repeats.
        parent: The id of the run that it is a part of.
        folder: The working directory.
    """

    __slots__ = ()
    name: str | None
    command: tuple[str, ...] | None
    parameters: dict[str, Any]
    secrets: tuple[str, ...]
    like: str | None
    parent: str | None
    folder: str


def started(configuration: Configuration, origin: Origin, request: RunRequest, code: RunCode | None) -> RunStarted:
    """Returns the first event of a run; the root before it is known only under the lock."""
    return RunStarted(
        run_id=new_change_id(),
        name=request.name,
        parent_run_id=request.parent,
        like_run_id=request.like,
        profile_ledger_id=configuration.profile_ledger_id,
        position=configuration.position,
        root=configuration.root,
        stack_id=configuration.stack.stack_id,
        stack_name=configuration.stack.name,
        stack_digest=configuration.digest(),
        command=salted(list(request.command)) if request.command is not None else None,
        parameters={name: salted(value) for name, value in request.parameters.items()},
        folder=salted(request.folder),
        code=code,
        software=software(),
        actor=_actor(origin),
        session=salted(origin.session),
        process=this_process(),
        secrets=request.secrets,
        reason=salted(origin.reason) if origin.reason is not None else None,
        time=utc_now(),
        prior_root="0" * 64,
    )


def salted(value: Any) -> Salted:
    """Returns a value with a new salt."""
    return Salted(s=new_salt(), v=canonical.text(value))


def shown(value: dict[str, Any] | None) -> Any:
    """Returns what may be shown of a salted value in an event's fields; None if it was redacted."""
    return json.loads(value["v"]) if value is not None and "v" in value else None


def run_letters(run_id: str) -> str:
    """Returns the id of a run as people see it, in full: letters, as for changes."""
    return letters(run_id)


def _actor(origin: Origin) -> Actor | ChosenActor:
    actor_id, host = salted(origin.actor), salted(origin.host)
    if origin.known_by != "chosen":
        return Actor(actor_id=actor_id, kind=origin.actor_kind, known_by=origin.known_by, host=host)
    assert origin.actor_kind != "external"  # who is not known chose nothing
    return ChosenActor(
        actor_id=actor_id,
        kind=origin.actor_kind,
        known_by="chosen",
        host=host,
        system_user=salted(origin.system_user),
    )

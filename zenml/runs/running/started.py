"""What is recorded of a run when it begins."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.run_events import RunActor, RunCode, RunStarted
from zenml.domain.values import Salted
from zenml.evidence import canonical
from zenml.ledger.ids import new_change_id, new_salt, utc_now
from zenml.runs.process import this_process
from zenml.runs.running.software import software

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.ledger.origin import Origin
    from zenml.runs.configuration import Configuration
    from zenml.runs.running.code import FoundCode
    from zenml.runs.running.masking import Mask


_USER_OF_URL = r"(?<=://)[^/?#\s]*@"
"""Whoever fetches from a URL needs a name of their own, and a token may be a name: ``https://TOKEN@host/``."""


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
        command: The words of the command; None for a block of Python.
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


def started(
    configuration: Configuration, origin: Origin, request: RunRequest, found: FoundCode, mask: Mask
) -> RunStarted:
    """Returns the first event of a run, without secrets; the root before it is known only under the lock.

    Args:
        configuration: What it runs with.
        origin: Who starts it, and where from.
        request: What is to be run.
        found: The code.
        mask: Knows the secrets.
    """
    return RunStarted(
        run_id=new_change_id(),
        name=mask.text(request.name) if request.name is not None else None,
        parent_run_id=request.parent,
        like_run_id=request.like,
        profile_ledger_id=configuration.profile_ledger_id,
        position=configuration.position,
        root=configuration.root,
        stack_id=configuration.stack.stack_id,
        stack_name=configuration.stack.name,
        stack_digest=configuration.digest(),
        command=salted(list(mask.words([*map(storable, request.command)])))
        if request.command is not None
        else None,
        parameters={
            mask.text(name): salted(mask.value(value, name)) for name, value in request.parameters.items()
        },
        origin=salted(_place(origin, request, found, mask)),
        code=_code(found),
        software=software(request.folder, found.top),
        actor=RunActor(actor_id=salted(origin.actor), kind=origin.actor_kind, known_by=origin.known_by),
        process=this_process(),
        secrets=request.secrets,
        reason=salted(mask.text(origin.reason)) if origin.reason is not None else None,
        time=utc_now(),
        prior_root="0" * 64,
    )


def storable(text: str) -> str:
    """Returns a text that can be stored: what the system gave as bytes that are no UTF-8 is escaped."""
    return text.encode(errors="backslashreplace").decode()


def salted(value: Any) -> Salted:
    """Returns a value with a new salt."""
    return Salted(s=new_salt(), v=canonical.text(value))


def without_user(remote: str, mask: Mask) -> str:
    """Returns the URL of a remote without user and password, which nobody else can use."""
    shown = mask.text(storable(remote))
    if "@" not in shown.partition("://")[2]:
        return shown
    import re  # here: most remotes name no user in that way

    return re.sub(_USER_OF_URL, "", shown)


def _code(found: FoundCode) -> RunCode | None:
    if found.code is None:
        return None
    commit, is_dirty, diff = found.code
    return RunCode(vcs="git", commit=commit, dirty=is_dirty, diff=salted(diff) if diff else None)


def _place(origin: Origin, request: RunRequest, found: FoundCode, mask: Mask) -> dict[str, str]:
    place = {
        "folder": mask.text(storable(request.folder)),
        "host": origin.host,
        "session": mask.text(origin.session),
    }
    if found.remote:
        place["remote"] = without_user(found.remote, mask)
    if origin.system_user is not None:
        place["system_user"] = origin.system_user
    return place

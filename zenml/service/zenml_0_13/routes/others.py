"""What else clients ask for: the service itself, users, runs, and what is not kept here."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID, uuid5

from fastapi import APIRouter

from zenml.domain.errors import AlreadyExistsError, NotFoundError
from zenml.projections import tokens
from zenml.service.tokens import Token
from zenml.service.zenml_0_13.serving import Anybody, Here, MayWrite, Serving
from zenml.service.zenml_0_13.wrappers import ProfileWrapper, UserAnswer

router = APIRouter(tags=["others"])

NOT_KEPT = ("teams", "projects", "roles", "role_assignments")
"""What ZenML 0.13 has names for, and nothing more."""

_UNKNOWN = "1970-01-01T00:00:00Z"  # clients want a time
_log = logging.getLogger(__name__)


@router.head("/health", include_in_schema=False)
@router.get("/health", operation_id="health")
async def health(reader: Anybody) -> str:
    """Tells that the service answers."""
    return "OK"


@router.get("/", operation_id="profile")
def profile(serving: Here, reader: Anybody) -> ProfileWrapper:
    """Gives the profile that is served. Which of its stacks is active is for each client to say."""
    return ProfileWrapper(name=serving.record.profile_name(), active_user=reader.name)


@router.get("/users", operation_id="users")
def users(serving: Here, reader: Anybody) -> list[UserAnswer]:
    """Gives the one user that there is for a client: whoever has its token."""
    return [_user(serving, reader)]


@router.get("/users/{name}", operation_id="user")
def user(name: str, serving: Here, reader: Anybody) -> UserAnswer:
    """Gives whoever has the token: what a client calls its user says nothing."""
    return _user(serving, reader)


async def none(reader: Anybody) -> list[Any]:
    """Gives nothing: these are not kept here."""
    return []


async def none_of_this_name(name: str, reader: Anybody) -> None:
    """Says that there is none."""
    raise NotFoundError(f"'{name}' does not exist: only stacks, components and flavors are kept here.")


async def keep_nothing(writer: MayWrite) -> None:
    """Refuses: only stacks, components and flavors are kept."""
    raise AlreadyExistsError("This is not kept here: users are those who have a token.")


for _kind in NOT_KEPT:
    router.get(f"/{_kind}", operation_id=_kind)(none)
    router.get(f"/{_kind}/{{name}}", operation_id=f"one_of_{_kind}")(none_of_this_name)
for _kind in ("users", *NOT_KEPT):
    router.post(f"/{_kind}", operation_id=f"keep_no_{_kind}")(keep_nothing)


@router.get("/pipeline_runs/{pipeline_name}", operation_id="runs")
async def runs(pipeline_name: str, reader: Anybody) -> list[Any]:
    """Gives nothing: runs are not kept here."""
    return []


@router.post("/pipeline_runs", operation_id="register_run")
async def register_run(run: dict[str, Any], reader: Anybody) -> None:
    """Lets a pipeline run. That it did is not kept here, and only noted in the log; the metadata store has it."""
    _log.info("'%s' runs a pipeline of ZenML 0.13, which is not recorded.", reader.name)


def _user(serving: Serving, token: Token) -> UserAnswer:
    with serving.looking() as look:
        row = tokens.token_by_id(look.connection, look.machine_id, token.token_id)
        created = tokens.times(look.connection, look.machine_id)[row.since] if row else _UNKNOWN
    identity = uuid5(UUID(serving.record.served.ledger_id), token.token_id)
    return UserAnswer.model_validate({"id": identity, "creation_date": created, "name": token.name})

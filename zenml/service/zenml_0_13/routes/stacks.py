"""Stacks."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from zenml.application import stacks as application
from zenml.projections import stacks as rows
from zenml.service.zenml_0_13.components import plaintexts
from zenml.service.zenml_0_13.serving import Anybody, Here, MayWrite, WhichClient
from zenml.service.zenml_0_13.shown import stack_key
from zenml.service.zenml_0_13.stacks import SentStack, register_stack, sent_stack, update_stack
from zenml.service.zenml_0_13.wrappers import StackWrapper, StoreAssociation

router = APIRouter(tags=["stacks"])


@router.get("/stacks-empty", operation_id="stacks_empty")
def stacks_empty(serving: Here, reader: Anybody) -> bool:
    """Tells whether there is no stack."""
    with serving.looking() as look:
        return not rows.stack_names(look.connection, look.ledger_id)


@router.get("/stack-configurations", operation_id="stack_configurations")
def stack_configurations(serving: Here, reader: Anybody) -> dict[str, dict[str, str]]:
    """Gives the names of the components of each stack, by type."""
    with serving.looking() as look:
        return {row.name: dict(row.component_names) for row in rows.stacks(look.connection, look.ledger_id)}


@router.get("/stack-configurations/{name}", operation_id="stack_configuration")
def stack_configuration(name: str, serving: Here, reader: Anybody) -> dict[str, str]:
    """Gives the names of the components of a stack, by type."""
    with serving.looking() as look:
        return look.stack(name).components


@router.get("/stacks", operation_id="stacks")
def stacks(serving: Here, reader: Anybody, client: WhichClient) -> list[StackWrapper]:
    """Gives the stacks, by name."""
    with serving.describing(reader, client) as describing:
        return describing.stacks()


@router.get("/stacks/{name}", operation_id="stack")
def stack(name: str, serving: Here, reader: Anybody, client: WhichClient) -> StackWrapper:
    """Gives a stack."""
    with serving.describing(reader, client) as describing:
        return describing.stack(name)


@router.post("/stacks", operation_id="register_stack")
async def register(wrapper: StackWrapper, serving: Here, writer: MayWrite) -> None:
    """Registers a stack, and those of its components that are not registered yet."""
    sent, hidden = await run_in_threadpool(_looked_through, wrapper)
    carry_out = partial(register_stack, stack=sent, reads_secrets=writer.secrets)
    await serving.make(writer, f"register stack '{sent.name}'", carry_out, hidden)
    serving.renamed.take(writer.token_id, sent.name)  # a stack that has the name again can be deleted


@router.put("/stacks/{name}", operation_id="update_stack")
async def update(name: str, wrapper: StackWrapper, serving: Here, writer: MayWrite, client: WhichClient) -> None:
    """Makes of a stack what is sent: what differs from what whoever asks was shown is one change."""
    sent, hidden = await run_in_threadpool(_looked_through, wrapper)
    shown_at = serving.shown_at(client, stack_key(name))
    carry_out = partial(update_stack, name=name, stack=sent, shown_at=shown_at, reads_secrets=writer.secrets)
    does = "update" if sent.name == name else "rename"
    await serving.make(writer, f"{does} stack '{name}'", carry_out, hidden)
    if sent.name != name:
        serving.renamed.note(writer.token_id, name)
        serving.renamed.take(writer.token_id, sent.name)


@router.delete("/stacks/{name}", operation_id="delete_stack")
async def delete(name: str, serving: Here, writer: MayWrite) -> None:
    """Deletes a stack. A client that has renamed one asks for this, too: there is nothing left to do then."""
    if not serving.renamed.take(writer.token_id, name):
        carry_out = partial(application.delete_stack, name=name)
        await serving.make(writer, f"delete stack '{name}'", carry_out)


@router.get("/store_associations", operation_id="store_associations")
async def store_associations(reader: Anybody) -> list[StoreAssociation]:
    """Gives nothing: here any artifact store can be used with any metadata store."""
    return []


@router.post("/store_associations", operation_id="associate_stores")
async def associate(association: StoreAssociation, writer: MayWrite) -> StoreAssociation:
    """Takes note of nothing, and gives back what was sent; clients ask for this before they register a stack."""
    return association


@router.delete("/store_associations/{artifact_store_uuid}/{metadata_store_uuid}", operation_id="decouple_stores")
async def decouple(artifact_store_uuid: UUID, metadata_store_uuid: UUID, writer: MayWrite) -> None:
    """Does nothing: no stores are tied to each other."""


def _looked_through(wrapper: StackWrapper) -> tuple[SentStack, frozenset[str]]:
    """Returns what was sent, and what may be secret in it; that takes a while, never on the event loop."""
    stack = sent_stack(wrapper)
    return stack, plaintexts(*stack.components.values())

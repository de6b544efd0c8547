"""Components."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from zenml.application import components as application
from zenml.domain.component_types import display
from zenml.enums import StackComponentType
from zenml.service.zenml_0_13.components import Sent, plaintexts, register, sent, update
from zenml.service.zenml_0_13.serving import Anybody, Here, MayWrite, WhichClient
from zenml.service.zenml_0_13.wrappers import ComponentWrapper

router = APIRouter(tags=["components"])


@router.get("/components/{component_type}", operation_id="components")
def components(
    component_type: StackComponentType, serving: Here, reader: Anybody, client: WhichClient
) -> list[ComponentWrapper]:
    """Gives the components of a type, by name."""
    with serving.describing(reader, client) as describing:
        return describing.components(component_type.value)


@router.get("/components/{component_type}/{name}", operation_id="component")
def component(
    component_type: StackComponentType, name: str, serving: Here, reader: Anybody, client: WhichClient
) -> ComponentWrapper:
    """Gives a component."""
    with serving.describing(reader, client) as describing:
        return describing.component(component_type.value, name)


@router.post("/components", operation_id="register_component")
async def register_component(wrapper: ComponentWrapper, serving: Here, writer: MayWrite) -> None:
    """Registers a component."""
    part, hidden = await run_in_threadpool(_looked_through, wrapper)
    carry_out = partial(register, component=part, reads_secrets=writer.secrets)
    await serving.make(writer, f"register {_named(part.kind, part.name)}", carry_out, hidden)


@router.put("/components/{component_type}/{name}", operation_id="update_component")
async def update_component(
    component_type: StackComponentType,
    name: str,
    wrapper: ComponentWrapper,
    serving: Here,
    writer: MayWrite,
    client: WhichClient,
) -> dict[str, str]:
    """Makes of a component what is sent: what differs from what whoever asks was shown is one change."""
    part, hidden = await run_in_threadpool(_looked_through, wrapper)
    shown_at = serving.shown_at(client, part.component_id)
    carry_out = partial(update, kind=component_type.value, name=name, component=part, shown_at=shown_at)
    does = "update" if part.name == name else "rename"
    await serving.make(writer, f"{does} {_named(component_type.value, name)}", carry_out, hidden)
    return {component_type.value: part.flavor}


@router.delete("/components/{component_type}/{name}", operation_id="delete_component")
async def delete_component(component_type: StackComponentType, name: str, serving: Here, writer: MayWrite) -> None:
    """Deletes a component that no stack uses."""
    carry_out = partial(application.delete_component, component_type=component_type.value, name=name)
    await serving.make(writer, f"delete {_named(component_type.value, name)}", carry_out)


def _looked_through(wrapper: ComponentWrapper) -> tuple[Sent, frozenset[str]]:
    """Returns what was sent, and what may be secret in it; that takes a while, never on the event loop."""
    part = sent(wrapper)
    return part, plaintexts(part)


def _named(component_type: str, name: str) -> str:
    return f"{display(component_type)} '{name}'"

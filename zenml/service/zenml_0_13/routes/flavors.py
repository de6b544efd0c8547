"""Custom flavors: clients have their own list of those that come with ZenML."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter

from zenml.domain import commands
from zenml.domain.component_types import display
from zenml.domain.errors import FlavorNotFoundError
from zenml.enums import StackComponentType
from zenml.ledger.ids import new_id
from zenml.projections.flavors import FlavorRow
from zenml.projections.flavors import flavors as rows
from zenml.service.served import ServedSnapshot
from zenml.service.writing import carrying_out
from zenml.service.writing.member import MembersChange
from zenml.service.zenml_0_13.serving import Anybody, Here, MayWrite
from zenml.service.zenml_0_13.wrappers import FlavorWrapper

router = APIRouter(tags=["flavors"])


@router.get("/flavors", operation_id="flavors")
def flavors(serving: Here, reader: Anybody) -> list[FlavorWrapper]:
    """Gives the custom flavors."""
    with serving.looking() as look:
        return _wrapped(look)


@router.get("/flavors/{component_type}", operation_id="flavors_of_type")
def flavors_of_type(component_type: StackComponentType, serving: Here, reader: Anybody) -> list[FlavorWrapper]:
    """Gives the custom flavors of a type."""
    with serving.looking() as look:
        return _wrapped(look, component_type.value)


@router.get("/flavors/{component_type}/{name}", operation_id="flavor")
def flavor(component_type: StackComponentType, name: str, serving: Here, reader: Anybody) -> FlavorWrapper:
    """Gives a custom flavor. Clients look among their own flavors when they are told that it is unknown."""
    with serving.looking() as look:
        for wrapper in _wrapped(look, component_type.value):
            if wrapper.name == name:
                return wrapper
    raise FlavorNotFoundError(
        f"There is no custom flavor '{name}' for the type {component_type.value}.",
        code="unknown_flavor",
        component_type=component_type.value,
    )


@router.post("/flavors", operation_id="register_flavor")
async def register_flavor(wrapper: FlavorWrapper, serving: Here, writer: MayWrite) -> FlavorWrapper:
    """Registers a custom flavor. Nothing of it is run here."""
    kind = wrapper.type.value
    command = commands.RegisterFlavor(new_id(), kind, wrapper.name, wrapper.source)
    await serving.make(
        writer, f"register {display(kind)} flavor '{wrapper.name}'", partial(_register, command=command)
    )
    return wrapper


def _register(work: MembersChange, command: commands.RegisterFlavor) -> None:
    carrying_out.check_no_name_of_ours(command)
    work.execute(command)


def _wrapped(look: ServedSnapshot, component_type: str | None = None) -> list[FlavorWrapper]:
    def wrapped(row: FlavorRow) -> FlavorWrapper:
        return FlavorWrapper(name=row.name, type=StackComponentType(row.component_type), source=row.source)

    return [wrapped(row) for row in rows(look.connection, look.ledger_id, component_type)]

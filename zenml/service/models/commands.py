"""What can be asked to be done in a profile, as ``/openapi.json`` describes it: made of the domain's commands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from zenml.domain import commands
from zenml.domain.values import Id, Setting

_COMMANDS: tuple[type[commands.Instruction], ...] = (
    commands.RegisterComponent,
    commands.UpdateComponent,
    commands.RenameComponent,
    commands.DeleteComponent,
    commands.RegisterStack,
    commands.UpdateStack,
    commands.RenameStack,
    commands.DeleteStack,
    commands.RegisterFlavor,
    commands.DeleteFlavor,
    commands.SetLabel,
    commands.BeginRunsLedger,
)
"""What can be asked to be done in a profile; another one needs a line here."""

MAKE = "make"
"""Has happen what an event says."""

ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
"""What an id has to match."""

IdText = Annotated[str, Field(pattern=ID)]
_MaybeId: Any = Optional[IdText]  # noqa: UP045 - an alias that is annotated has no |

_EXAMPLES: Mapping[str, Any] = {
    "change_id": "018f5c0e-7a1b-7c3d-9e4f-5a6b7c8d9e0f",
    "component_type": "experiment_tracker",
    "components": {"orchestrator": "default", "artifact_store": "default"},
    "flavor": "mlflow",
    "label": "release",
    "name": "tracker",
    "new_name": "tracking",
    "parameters": {"tracking_uri": "https://mlflow.example.com", "tracking_token": "hunter2"},
    "removed": ["tracking_username"],
    "secrets": ["tracking_token"],
    "settings": {"tracking_uri": "https://mlflow.example.com"},
    "year": 2025,
    "source": "flavors.tracking.OwnTracker",
}
"""Of the fields of commands, by name."""


class Asking(BaseModel):
    """Something to be done in the profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: Any

    if TYPE_CHECKING:  # of `Make`; what others have is for `zenml.domain.commands` to say
        topic: str
        fields: dict[str, Any]


def name_of(command: type) -> str:
    """Returns what a command is called in a request: ``register_stack``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()


COMMANDS: dict[str, Any] = {name_of(command): command for command in _COMMANDS}
"""The commands, by their names in a request."""


_SETTING: tuple[Any, ...] = (Setting, Optional[Setting])  # noqa: UP045 - what `get_type_hints` gives


def settings_of(command: Any) -> frozenset[str]:
    """Returns the fields of a command that are values, each sealed where it is carried out."""
    hints = get_type_hints(command, include_extras=True)
    return frozenset(field for field, hint in hints.items() if hint in _SETTING)


def model_of(name: str, command: Any) -> type[Asking]:
    """Returns the form of a command in a request: ids may be left out, and values are plain."""
    fields: dict[str, Any] = {"do": (Literal[name], Field(description="Which command it is."))}
    for field, hint in get_type_hints(command, include_extras=True).items():
        default = getattr(command, field, ...)
        if hint == Id:
            fields[field] = (_MaybeId, Field(None, description="Its id; null to draw one."))
        elif hint == Optional[Id]:  # noqa: UP045
            fields[field] = (_MaybeId, Field(default))
        elif hint in _SETTING:
            fields[field] = (Any, Field(default, description="Its value; null for none."))
        elif hint == dict[str, Setting]:
            fields[field] = (dict[str, Any], Field(description="Values, by the names of the parameters."))
            also = Field((), description="The names of those that are secret, whatever they are called.")
            fields["secrets"] = (tuple[str, ...], also)
        else:
            fields[field] = (hint, Field(default))
    example = {"do": name, **{field: _EXAMPLES[field] for field in fields if field in _EXAMPLES}}
    config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [example]})
    made = create_model(command.__name__, __base__=Asking, __doc__=command.__doc__, **fields)
    made.model_config = {**Asking.model_config, **config}
    made.model_rebuild(force=True)
    return made


class MakeEvent(Asking):
    """Have happen what an event says, with its fields as the ledger stores them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "do": MAKE,
                    "topic": "zenml:StackRenamed",
                    "fields": {
                        "stack_id": "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11",
                        "old_name": "dev",
                        "new_name": "prod",
                    },
                }
            ]
        }
    )

    do: Literal["make"] = Field(description="Which command it is.")
    topic: str = Field(description="The topic of the event.")
    fields: dict[str, Any] = Field(description="Its fields.")


_MODELS = [*(model_of(name, command) for name, command in COMMANDS.items()), MakeEvent]

if TYPE_CHECKING:
    AskedCommand = Asking
else:
    AskedCommand = Annotated[reduce(or_, _MODELS), Field(discriminator="do")]
    """Any of them, told apart by ``do``."""

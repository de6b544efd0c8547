"""Commands about components and flavors of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from tests.model.model import Draft
from tests.model.world import PARAMETER, Fields, Key, Make, RefusedError
from zenml.domain import commands
from zenml.flavors.base import StackComponent
from zenml.ledger.ids import new_id

if TYPE_CHECKING:
    from tests.model.actual import Actual
    from zenml.ledger.change import Change
    from zenml.repository import Repository

OWN = "mine"
NOT_A_NAME = "a/b"
PASSWORD_URL = "https://user:open-sesame@example.com"
HIDDEN = {"password"}
"""Parameters that are secret whoever sets them."""
FLAVORS = {
    "orchestrator": ("local_docker", {}),
    "container_registry": ("default", {"uri": "r.example.com"}),
    "metadata_store": ("mysql", {"host": "h", "database": "d"}),
}
"""By type: a flavor, and what must be given; for parameters to play with see `PARAMETERS`."""
PARAMETERS = {
    "orchestrator": "docker_parent_image",
    "container_registry": "authentication_secret",
    "metadata_store": "password",
}
ITS_FOLDER = "a place named after its id"
UNSAID: dict[tuple[str, str], dict[str, object]] = {
    ("artifact_store", "local"): {"path": ITS_FOLDER},
    ("metadata_store", "sqlite"): {"upgrade_migration_enabled": True, "uri": ITS_FOLDER},
    ("metadata_store", "mysql"): {"upgrade_migration_enabled": True, "port": 3306},
}
"""What components of a type and flavor have although nobody said so."""


def check_name(name: str) -> None:
    if name == NOT_A_NAME:
        raise RefusedError("invalid")


def value(given: object, *, secret: bool = False) -> tuple[object, str]:
    """Returns a value and how it is shown."""
    return given, "stars" if secret else "masked" if given == PASSWORD_URL else "plain"


def component(component_type: str, name: str, flavor: str, given: dict[str, object], secret: bool) -> Fields:
    every = {**UNSAID.get((component_type, flavor), {}), **given}
    parameters = {
        PARAMETER + key: value(it, secret=key in HIDDEN or (secret and key == PARAMETERS.get(component_type)))
        for key, it in every.items()
    }
    return {"type": component_type, "name": name, "flavor": flavor, **parameters}


def register(draft: Draft, component_id: str, fields: Fields) -> Key:
    key = ("component", draft.profile, component_id)
    if draft.world.get(key) != fields:
        check_name(fields["name"])
    draft.take(Make(key, fields))
    return key


@dataclass(frozen=True)
class RegisterComponent:
    component_type: str
    name: str
    given: str | None = None
    secret: bool = False

    @property
    def parameters(self) -> dict[str, object]:
        optional = {PARAMETERS[self.component_type]: self.given} if self.given is not None else {}
        return {**FLAVORS[self.component_type][1], **optional}

    def tell(self, draft: Draft) -> None:
        flavor = FLAVORS[self.component_type][0]
        fields = component(self.component_type, self.name, flavor, self.parameters, self.secret)
        register(draft, draft.new_id("component"), fields)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        flavor = FLAVORS[self.component_type][0]
        secrets = frozenset({PARAMETERS[self.component_type]} if self.secret and self.given is not None else ())
        return here.register_component(self.component_type, self.name, flavor, self.parameters, secrets)


@dataclass(frozen=True)
class RegisterObject:
    """A component object that a Python program keeps: registered again, it is the same component."""

    number: int

    def __post_init__(self) -> None:
        assert self.number in (1, 2)

    @property
    def name(self) -> str:
        return f"object {self.number}"

    @property
    def uuid(self) -> str:
        return str(UUID(int=self.number))

    def register(self, draft: Draft) -> str:
        fields = component("orchestrator", self.name, "local_docker", {"docker_parent_image": "x"}, False)
        register(draft, self.uuid, fields)
        return self.uuid

    def tell(self, draft: Draft) -> None:
        self.register(draft)

    def object(self) -> StackComponent:
        from zenml.flavors.orchestrators.local_docker import LocalDockerOrchestrator

        return LocalDockerOrchestrator(name=self.name, uuid=UUID(self.uuid), docker_parent_image="x")

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.register_stack_component(self.object())


@dataclass(frozen=True)
class UpdateComponent:
    component_type: str
    name: str
    given: str | None
    secret: bool = False
    unset: bool = False

    @property
    def parameter(self) -> str:
        return PARAMETERS[self.component_type]

    def tell(self, draft: Draft) -> None:
        key = draft.world.the("component", draft.profile, type=self.component_type, name=self.name)
        thing = draft.world[key]
        if thing["flavor"] == OWN:
            raise RefusedError("missing")  # nobody has its class
        if self.given is not None and self.unset:
            raise RefusedError("invalid")
        if (self.given is not None or self.unset) and thing["flavor"] not in ("local_docker", "default", "mysql"):
            raise RefusedError("invalid")
        field = PARAMETER + self.parameter
        if self.unset:
            draft.set(key, field, None)
        elif self.given is not None:
            stays = thing.get(field, (None, ""))[1] == "stars"
            secret = self.secret or stays or self.parameter in HIDDEN
            draft.set(key, field, value(self.given, secret=secret))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        parameters = {self.parameter: self.given} if self.given is not None else {}
        remove = [self.parameter] if self.unset else []
        secrets = frozenset({self.parameter} if self.secret and parameters else ())
        return here.update_component(self.component_type, self.name, parameters, remove, secrets)


@dataclass(frozen=True)
class RenameComponent:
    component_type: str
    name: str
    new_name: str

    def tell(self, draft: Draft) -> None:
        key = draft.world.the("component", draft.profile, type=self.component_type, name=self.name)
        if self.name != self.new_name:
            check_name(self.new_name)
            draft.set(key, "name", self.new_name)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.rename_component(self.component_type, self.name, self.new_name)


@dataclass(frozen=True)
class DeleteComponent:
    component_type: str
    name: str

    def tell(self, draft: Draft) -> None:
        draft.remove(draft.world.the("component", draft.profile, type=self.component_type, name=self.name))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.deregister_stack_component(self.component_type, self.name)


@dataclass(frozen=True)
class RegisterFlavor:
    """There is no method for it yet: the command itself is executed, in a change."""

    source: str

    def tell(self, draft: Draft) -> None:
        fields = {"type": "orchestrator", "name": OWN, "source": self.source}
        draft.take(Make(("flavor", draft.profile, draft.new_id("flavor")), fields))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        with here.change() as work:
            work.execute(commands.RegisterFlavor(new_id(), "orchestrator", OWN, self.source))
        return work.recorded


@dataclass(frozen=True)
class DeleteFlavor:
    def tell(self, draft: Draft) -> None:
        draft.remove(draft.world.the("flavor", draft.profile, type="orchestrator", name=OWN))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        with here.change() as work:
            work.execute(commands.DeleteFlavor("orchestrator", OWN))
        return work.recorded


@dataclass(frozen=True)
class RegisterOwn:
    """A component of a flavor of one's own, by its command: the program cannot load such classes yet."""

    name: str

    def tell(self, draft: Draft) -> None:
        draft.world.the("flavor", draft.profile, type="orchestrator", name=OWN)
        register(draft, draft.new_id("component"), component("orchestrator", self.name, OWN, {}, False))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        from zenml.domain.errors import FlavorNotFoundError
        from zenml.projections import flavors

        with here.change() as work:
            now = work.reading()
            if not flavors.flavors(now.connection, now.ledger_id, "orchestrator"):
                raise FlavorNotFoundError("There is no such flavor.")  # as whoever builds components says
            work.execute(commands.RegisterComponent(new_id(), "orchestrator", self.name, OWN, {}))
        return work.recorded

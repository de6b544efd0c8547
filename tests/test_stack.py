import dataclasses
import uuid

import pytest

from zenml.artifact_stores import LocalArtifactStore
from zenml.container_registries import DefaultContainerRegistry
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.enums import StackComponentType
from zenml.exceptions import StackValidationError
from zenml.flavors.base import StackComponent
from zenml.metadata_stores import MySQLMetadataStore, SQLiteMetadataStore
from zenml.orchestrators import LocalOrchestrator
from zenml.stack import Stack

ORCHESTRATOR = LocalOrchestrator(name="o")
ARTIFACTS = LocalArtifactStore(name="a", path="/data/artifacts")
METADATA = SQLiteMetadataStore(name="m", uri="/data/metadata.db")
REGISTRY = DefaultContainerRegistry(name="c", uri="localhost:5000")


def test_a_stack_holds_its_components_by_type() -> None:
    stack = Stack(
        "prod",
        orchestrator=ORCHESTRATOR,
        artifact_store=ARTIFACTS,
        metadata_store=METADATA,
        container_registry=REGISTRY,
    )
    assert stack.name == "prod"
    assert stack.uuid is None
    assert stack.orchestrator is ORCHESTRATOR
    assert stack.container_registry is REGISTRY
    assert stack.alerter is None
    assert list(stack.components.items()) == [
        ("artifact_store", ARTIFACTS),
        ("metadata_store", METADATA),
        ("orchestrator", ORCHESTRATOR),
        ("container_registry", REGISTRY),
    ]


def test_a_stack_may_leave_its_metadata_store_to_the_profile() -> None:
    stack = Stack(name="local", orchestrator=ORCHESTRATOR, artifact_store=ARTIFACTS)
    assert stack.metadata_store is None
    assert "metadata_store" not in stack.components


def test_a_stack_has_a_place_for_every_component_type() -> None:
    fields = {field.name for field in dataclasses.fields(Stack)}
    assert fields == {*COMPONENT_TYPES, "name", "uuid"}


def test_a_stack_is_a_frozen_value() -> None:
    stack = Stack("s", orchestrator=ORCHESTRATOR, artifact_store=ARTIFACTS)
    assert stack == Stack("s", orchestrator=ORCHESTRATOR, artifact_store=ARTIFACTS)
    assert stack != Stack("t", orchestrator=ORCHESTRATOR, artifact_store=ARTIFACTS)
    with pytest.raises(dataclasses.FrozenInstanceError):
        stack.name = "t"  # type: ignore[misc]


def test_components_are_given_by_keyword() -> None:
    with pytest.raises(TypeError):
        Stack("s", ORCHESTRATOR, ARTIFACTS)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="artifact_store"):
        Stack("s", orchestrator=ORCHESTRATOR)  # type: ignore[call-arg]


@pytest.mark.parametrize("key", [str, StackComponentType])
def test_a_stack_is_made_of_components_by_type(key: type[str]) -> None:
    identity = uuid.uuid4()
    components: dict[str, StackComponent] = {
        key("orchestrator"): ORCHESTRATOR,
        key("artifact_store"): ARTIFACTS,
        key("container_registry"): REGISTRY,
    }
    stack = Stack.from_components("s", components, uuid=identity)
    assert stack.components == components
    assert stack.uuid == identity
    assert all(type(name) is str for name in stack.components)


@pytest.mark.parametrize("missing", ["orchestrator", "artifact_store"])
def test_a_mandatory_component_must_be_there(missing: str) -> None:
    components = {"orchestrator": ORCHESTRATOR, "artifact_store": ARTIFACTS, "metadata_store": METADATA}
    del components[missing]
    kind = missing.replace("_", " ")
    with pytest.raises(StackValidationError, match=f"Stack 's' has no {kind}."):
        Stack.from_components("s", components)


def test_a_component_of_another_type_is_refused() -> None:
    with pytest.raises(
        StackValidationError, match="The orchestrator of stack 's' is of the class LocalArtifactStore"
    ):
        Stack("s", orchestrator=ARTIFACTS, artifact_store=ARTIFACTS)
    with pytest.raises(StackValidationError, match="The artifact store of stack 's' is of the class str"):
        Stack("s", orchestrator=ORCHESTRATOR, artifact_store="a")  # type: ignore[arg-type]


def test_a_key_that_is_no_component_type_is_refused() -> None:
    components = {"orchestrator": ORCHESTRATOR, "artifact_store": ARTIFACTS, "uuid": METADATA}
    with pytest.raises(StackValidationError, match="'uuid' is not a component type"):
        Stack.from_components("s", components)


def test_the_text_of_a_stack_hides_secrets() -> None:
    metadata = MySQLMetadataStore(name="m", host="h", database="d", username="u", password="canary-7f3a")
    stack = Stack("s", orchestrator=ORCHESTRATOR, artifact_store=ARTIFACTS, metadata_store=metadata)
    assert "password=***" in repr(stack)
    assert "canary-7f3a" not in repr(stack)

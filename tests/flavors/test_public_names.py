import importlib

import pytest

from zenml import enums, exceptions
from zenml.domain import errors
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.flavors.lookup import FLAVORS, flavor_class


@pytest.mark.parametrize(
    ("component_type", "module"),
    [
        ("artifact_store", "zenml.artifact_stores"),
        ("container_registry", "zenml.container_registries"),
        ("metadata_store", "zenml.metadata_stores"),
        ("orchestrator", "zenml.orchestrators"),
        ("secrets_manager", "zenml.secrets_managers"),
    ],
)
def test_every_built_in_flavor_has_its_public_name(component_type: str, module: str) -> None:
    public = importlib.import_module(module)
    classes = [flavor_class(component_type, f.name) for f in FLAVORS[component_type] if f.integration is None]
    assert classes
    for built_in in classes:
        assert getattr(public, built_in.__name__) is built_in
        assert built_in.__name__ in public.__all__


def test_the_enumeration_has_every_component_type() -> None:
    assert {str(member) for member in enums.StackComponentType} == set(COMPONENT_TYPES)
    assert all(member.name == member.value.upper() for member in enums.StackComponentType)


def test_every_error_is_public() -> None:
    defined = {name for name, thing in vars(errors).items() if isinstance(thing, type)}
    assert defined <= set(exceptions.__all__)
    assert all(getattr(exceptions, name) is getattr(errors, name) for name in defined)

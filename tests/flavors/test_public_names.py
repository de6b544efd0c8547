import importlib

import pytest

from zenml import enums, exceptions
from zenml.domain import errors
from zenml.domain.component_types import COMPONENT_TYPES, display, plural
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED


@pytest.mark.parametrize("component_type", COMPONENT_TYPES)
def test_every_flavor_has_its_public_name(component_type: str) -> None:
    public = importlib.import_module(f"zenml.{plural(component_type).replace(' ', '_')}")
    classes = [SHIPPED.load(component_type, info.name) for info in FLAVORS[component_type]]
    base = getattr(public, f"Base{display(component_type).title().replace(' ', '')}")
    assert classes
    for flavor in classes:
        assert getattr(public, flavor.__name__) is flavor
        assert issubclass(flavor, base)
    assert {flavor.__name__ for flavor in (*classes, base)} <= set(public.__all__)
    assert component_type == base.TYPE


def test_the_enumeration_has_every_component_type() -> None:
    assert {str(member) for member in enums.StackComponentType} == set(COMPONENT_TYPES)
    assert all(member.name == member.value.upper() for member in enums.StackComponentType)


def test_every_error_is_public() -> None:
    defined = {name for name, thing in vars(errors).items() if isinstance(thing, type)}
    assert defined <= set(exceptions.__all__)
    assert all(getattr(exceptions, name) is getattr(errors, name) for name in defined)

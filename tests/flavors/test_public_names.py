"""What other code imports has the name that ZenML gives it."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from zenml import enums, exceptions
from zenml.domain import errors
from zenml.domain.component_types import COMPONENT_TYPES, display, plural
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED


def public(component_type: str) -> ModuleType:
    return importlib.import_module(f"zenml.{plural(component_type).replace(' ', '_')}")


@pytest.mark.parametrize("component_type", COMPONENT_TYPES)
def test_every_flavor_has_its_public_name(component_type: str) -> None:
    module = public(component_type)
    classes = [SHIPPED.load(component_type, info.name) for info in FLAVORS[component_type]]
    base_name = f"Base{display(component_type).title().replace(' ', '')}"
    base = getattr(module, base_name)
    assert classes
    for flavor in classes:
        assert getattr(module, flavor.__name__, None) is flavor, f"import it in {module.__name__}"
        assert issubclass(flavor, base)
    unlisted = {base_name, *(flavor.__name__ for flavor in classes)} - set(module.__all__)
    assert not unlisted, f"add it to __all__ in {module.__name__}"
    assert (component_type, "FLAVOR" in vars(base)) == (base.TYPE, False)


@pytest.mark.parametrize("component_type", COMPONENT_TYPES)
def test_public_names_are_listed_once_and_in_order(component_type: str) -> None:
    module = public(component_type)
    assert module.__doc__
    assert module.__all__ == sorted(set(module.__all__))


def test_the_enumeration_has_every_component_type() -> None:
    assert {str(member) for member in enums.StackComponentType} == set(COMPONENT_TYPES)
    assert all(member.name == member.value.upper() for member in enums.StackComponentType)


def test_every_error_is_public() -> None:
    defined = {name for name, thing in vars(errors).items() if isinstance(thing, type)}
    assert defined <= set(exceptions.__all__)
    assert all(getattr(exceptions, name) is getattr(errors, name) for name in defined)

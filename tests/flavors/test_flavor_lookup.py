import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.errors import FlavorNotFoundError
from zenml.flavors.base import StackComponent
from zenml.flavors.lookup import FLAVORS, FlavorInfo, flavor_class, flavors, secret_names

EACH = [(component_type, info) for component_type, known in FLAVORS.items() for info in known]


@pytest.mark.parametrize(("component_type", "info"), EACH)
def test_what_the_table_says_is_what_the_class_says(component_type: str, info: FlavorInfo) -> None:
    loaded = flavor_class(component_type, info.name)
    assert issubclass(loaded, StackComponent)
    assert f"{loaded.__module__}.{loaded.__qualname__}" == info.source
    assert (component_type, info.name) == (loaded.TYPE, loaded.FLAVOR)
    assert (info.integration, info.package) == (loaded.INTEGRATION, loaded.PACKAGE)
    assert set(info.parameters) == {parameter.name for parameter in loaded.describe_parameters()}
    assert set(info.secrets) == loaded.secret_parameters()


def test_the_table_knows_component_types_alone_and_lists_flavors_by_name() -> None:
    assert set(FLAVORS) <= set(COMPONENT_TYPES)
    for component_type in COMPONENT_TYPES:
        names = [info.name for info in flavors(component_type)]
        assert names == sorted(set(names))


def test_secret_names_are_those_of_all_flavors() -> None:
    assert secret_names() == {
        name
        for component_type, info in EACH
        for name in flavor_class(component_type, info.name).secret_parameters()
    }
    assert "password" in secret_names()


def test_a_mistyped_flavor_is_not_found_but_guessed() -> None:
    with pytest.raises(FlavorNotFoundError) as caught:
        flavor_class("metadata_store", "sqlit")
    assert str(caught.value) == "There is no flavor 'sqlit' for the type metadata_store."
    assert caught.value.hint == "Did you mean 'sqlite'?"


@pytest.mark.parametrize(
    ("component_type", "flavor"), [("artifact_store", "xyzzy"), ("container_registry", ""), ("nonsense", "a")]
)
def test_a_flavor_that_is_like_no_other_is_answered_with_the_list(component_type: str, flavor: str) -> None:
    with pytest.raises(FlavorNotFoundError) as caught:
        flavor_class(component_type, flavor)
    command = component_type.replace("_", "-")
    assert caught.value.hint == f'Run "zenml {command} flavor list" to see the flavors.'


def test_a_flavor_is_ready_when_its_package_is_installed() -> None:
    assert FlavorInfo("a", "x.A").ready
    assert FlavorInfo("a", "x.A", package="pytest").ready
    assert not FlavorInfo("a", "x.A", package="no_such_package.inner").ready


def loaded_after(code: str) -> set[str]:
    code += "\nimport sys; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    )


def test_one_flavor_is_loaded_without_the_others() -> None:
    modules = loaded_after(
        "from zenml.flavors.lookup import flavor_class; flavor_class('metadata_store', 'sqlite')"
    )
    sources = {info.source.rpartition(".")[0] for _, info in EACH}
    assert sources & modules == {"zenml.flavors.metadata_stores.sqlite"}


def test_flavors_are_listed_without_loading_any() -> None:
    modules = loaded_after(
        "from zenml.flavors.lookup import flavors, secret_names\n"
        "assert secret_names() and [info.ready for info in flavors('orchestrator')]"
    )
    assert "zenml.flavors.lookup" in modules
    assert not {"pydantic", "zenml.flavors.base"} & modules
    assert not {info.source.rpartition(".")[0] for _, info in EACH} & modules


def test_every_declaration_is_in_the_table() -> None:
    root = Path(import_module("zenml.flavors.lookup").__file__ or "").parent
    listed = {info.source for known in FLAVORS.values() for info in known}
    for path in root.glob("*/*.py"):
        module = import_module(f"zenml.flavors.{path.parent.name}.{path.stem}")
        for name, found in vars(module).items():
            declared_here = isinstance(found, type) and found.__module__ == module.__name__
            if declared_here and issubclass(found, StackComponent) and "FLAVOR" in vars(found):
                assert f"{module.__name__}.{name}" in listed

"""Flavors that ship with the program are found by name, from an index that needs none of their classes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.flavors.samples import ID, MINIMAL
from tests.support.hints import hint_of
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.errors import FlavorNotFoundError
from zenml.flavors.__main__ import INDEX, declared, text
from zenml.flavors.base import StackComponent
from zenml.flavors.build import build
from zenml.flavors.defaults import with_defaults
from zenml.flavors.index import FLAVORS
from zenml.flavors.info import FlavorInfo
from zenml.flavors.lookup import SHIPPED, secret_names, unknown_names

EACH = [(component_type, info) for component_type, known in FLAVORS.items() for info in known]


@pytest.mark.parametrize(("component_type", "info"), EACH)
def test_what_the_table_says_is_what_the_class_says(component_type: str, info: FlavorInfo) -> None:
    loaded = SHIPPED.load(component_type, info.name)
    assert issubclass(loaded, StackComponent)
    assert f"{loaded.__module__}.{loaded.__qualname__}" == info.source
    assert (component_type, info.name) == (loaded.TYPE, loaded.FLAVOR)
    assert SHIPPED.find(component_type, info.name) == SHIPPED.shipped(component_type, info.name) == info
    assert (info.custom, info.origin) == (False, loaded.INTEGRATION or "built-in")
    assert (info.integration, info.package) == (loaded.INTEGRATION, loaded.PACKAGE)
    assert set(info.parameters) == {parameter.name for parameter in loaded.describe_parameters()}
    assert set(info.secrets) == loaded.secret_parameters()


@pytest.mark.parametrize(("component_type", "info"), EACH)
def test_defaults_are_those_that_the_class_has(component_type: str, info: FlavorInfo) -> None:
    given = MINIMAL[component_type, info.name]
    component = build(component_type, info.name, "a", ID, given)
    assert with_defaults(component_type, info, str(ID), {"nothing": None, **given}) == component.parameters


def test_the_table_knows_component_types_alone_and_lists_flavors_by_name() -> None:
    assert set(FLAVORS) <= set(COMPONENT_TYPES)
    for component_type in COMPONENT_TYPES:
        names = [info.name for info in SHIPPED.of(component_type)]
        assert names == sorted(set(names))


def test_secret_names_are_those_of_all_flavors() -> None:
    assert secret_names() == {
        name
        for component_type, info in EACH
        for name in SHIPPED.load(component_type, info.name).secret_parameters()
    }
    assert "password" in secret_names()


@pytest.mark.parametrize(
    ("words", "unknown"),
    [
        ("artifact-store register a --flavor=s3 --pth=s3://b --secert=x", {"pth", "secert"}),
        ("metadata-store update m --pass-word=x --upgrade-migration-enabled=no", {"pass_word"}),
        ("artifact-store register a --flavor=s3 --path=s3://b --output=json --dry-run", set()),
        ("artifact-store list --pth=x", set()),
        ("stack register s --orchestrater=o", set()),
        ("profile register p --nothing=x", {"nothing"}),
        ("register --nothing=x", set()),
        ("register", set()),
        ("", set()),
    ],
)
def test_parameters_that_no_flavor_has_are_noticed(words: str, unknown: set[str]) -> None:
    assert unknown_names(words.split()) == unknown


def test_a_mistyped_flavor_is_not_found_but_guessed() -> None:
    with pytest.raises(FlavorNotFoundError) as caught:
        SHIPPED.load("metadata_store", "sqlit")
    assert str(caught.value) == "There is no flavor 'sqlit' for the type metadata_store."
    assert hint_of(caught.value) == "Did you mean 'sqlite'?"


@pytest.mark.parametrize(
    ("component_type", "flavor"), [("artifact_store", "xyzzy"), ("container_registry", ""), ("nonsense", "a")]
)
def test_a_flavor_that_is_like_no_other_is_answered_with_the_list(component_type: str, flavor: str) -> None:
    with pytest.raises(FlavorNotFoundError) as caught:
        SHIPPED.load(component_type, flavor)
    command = component_type.replace("_", "-")
    assert hint_of(caught.value) == f'Run "zenml {command} flavor list" to see the flavors.'


def test_a_flavor_is_ready_when_its_package_is_installed() -> None:
    assert SHIPPED.ready(FlavorInfo("a", "x.A"))
    assert SHIPPED.ready(FlavorInfo("a", "x.A", package="pytest"))
    for package in ("no_such_package", "no_such_package.inner", "pytest.no_such_module", "json.decoder.inner"):
        assert not SHIPPED.ready(FlavorInfo("a", "x.A", package=package))


def loaded_after(code: str) -> set[str]:
    code += "\nimport sys; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    )


def test_one_flavor_is_loaded_without_the_others() -> None:
    modules = loaded_after("from zenml.flavors.lookup import SHIPPED; SHIPPED.load('metadata_store', 'sqlite')")
    sources = {info.source.rpartition(".")[0] for _, info in EACH}
    assert sources & modules == {"zenml.flavors.metadata_stores.sqlite"}


def test_flavors_are_listed_without_loading_any() -> None:
    modules = loaded_after(
        "from zenml.flavors.lookup import SHIPPED, secret_names\n"
        "assert secret_names() and [SHIPPED.ready(info) for info in SHIPPED.of('orchestrator')]"
    )
    assert "zenml.flavors.lookup" in modules
    assert not {"pydantic", "zenml.flavors.base"} & modules
    assert not {info.source.rpartition(".")[0] for _, info in EACH} & modules


def test_the_index_is_what_the_classes_make_of_it() -> None:
    assert len(list(declared())) == len(EACH)
    assert INDEX.read_text("utf-8") == text(), "write it anew with: python -m zenml.flavors"

"""Which flavors there are. Nothing here imports a flavor before it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.component_types import command
from zenml.domain.errors import FlavorNotFoundError
from zenml.domain.suggestions import did_you_mean

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent


class FlavorInfo(NamedTuple):
    """What is known of a flavor without importing it.

    Attributes:
        name: The flavor's name, unique within its component type.
        source: Its class, as ``package.module.Class``.
        secrets: The names of its secret parameters.
        integration: The integration it belongs to; None for a built-in one.
        package: The package that must be importable for it to work, if any.
    """

    name: str
    source: str
    secrets: tuple[str, ...] = ()
    integration: str | None = None
    package: str | None = None

    @property
    def ready(self) -> bool:
        """Whether the package it needs is installed. Looks for it and does not import it."""
        if self.package is None:
            return True
        from importlib.util import find_spec

        return find_spec(self.package.partition(".")[0]) is not None


_HERE = "zenml.flavors"

FLAVORS: dict[str, tuple[FlavorInfo, ...]] = {
    "artifact_store": (FlavorInfo("local", f"{_HERE}.artifact_stores.local.LocalArtifactStore"),),
    "container_registry": (
        FlavorInfo("azure", f"{_HERE}.container_registries.azure.AzureContainerRegistry"),
        FlavorInfo("default", f"{_HERE}.container_registries.default.DefaultContainerRegistry"),
        FlavorInfo("dockerhub", f"{_HERE}.container_registries.dockerhub.DockerHubContainerRegistry"),
        FlavorInfo("gcp", f"{_HERE}.container_registries.gcp.GCPContainerRegistry"),
        FlavorInfo("github", f"{_HERE}.container_registries.github.GitHubContainerRegistry"),
    ),
    "metadata_store": (
        FlavorInfo(
            "mysql", f"{_HERE}.metadata_stores.mysql.MySQLMetadataStore", secrets=("password", "username")
        ),
        FlavorInfo("sqlite", f"{_HERE}.metadata_stores.sqlite.SQLiteMetadataStore"),
    ),
    "orchestrator": (
        FlavorInfo("local", f"{_HERE}.orchestrators.local.LocalOrchestrator"),
        FlavorInfo("local_docker", f"{_HERE}.orchestrators.local_docker.LocalDockerOrchestrator"),
    ),
    "secrets_manager": (FlavorInfo("local", f"{_HERE}.secrets_managers.local.LocalSecretsManager"),),
}
"""The flavors that ship with the program, by component type; a type that is absent has none."""


def flavors(component_type: str) -> tuple[FlavorInfo, ...]:
    """Returns the flavors of a component type, by name."""
    return FLAVORS.get(component_type, ())


def flavor_class(component_type: str, flavor: str) -> type[StackComponent]:
    """Returns the class of a flavor, importing its module and no other flavor's.

    Raises:
        FlavorNotFoundError: There is no such flavor.
    """
    for info in flavors(component_type):
        if info.name == flavor:
            return _load(info.source)
    raise FlavorNotFoundError(
        f"There is no flavor '{flavor}' for the type {component_type}.",
        did_you_mean(flavor, [info.name for info in flavors(component_type)])
        or f'Run "zenml {command(component_type)} flavor list" to see the flavors.',
    )


def secret_names() -> frozenset[str]:
    """Returns the names of all parameters that are secret in some flavor. Imports none of them."""
    return frozenset(name for listed in FLAVORS.values() for info in listed for name in info.secrets)


def _load(source: str) -> type[StackComponent]:
    from importlib import import_module

    module, _, name = source.rpartition(".")
    loaded: type[StackComponent] = getattr(import_module(module), name)
    return loaded

"""Which flavors there are. Nothing here imports a flavor before it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.component_types import command
from zenml.domain.errors import FlavorNotFoundError
from zenml.domain.suggestions import did_you_mean

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent

_OPTIONS = frozenset({"dry_run", "flavor", "idempotency_key", "output", "reason", "secret", "type"})
"""What the commands take beside the parameters of a flavor."""


class FlavorInfo(NamedTuple):
    """What is known of a flavor without importing it.

    Attributes:
        name: The flavor's name, unique within its component type.
        source: Its class, as ``package.module.Class``.
        declared: The names of its parameters, those of secret ones with an exclamation mark.
        integration: The integration it belongs to; None for a built-in one.
        package: The package that must be importable for it to work, if any.
    """

    name: str
    source: str
    declared: str = ""
    integration: str | None = None
    package: str | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        return tuple(word.rstrip("!") for word in self.declared.split())

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of its secret parameters."""
        return tuple(word[:-1] for word in self.declared.split() if word.endswith("!"))

    @property
    def ready(self) -> bool:
        """Whether the package it needs is installed. Looks for it and does not import it."""
        if self.package is None:
            return True
        from importlib.util import find_spec

        return find_spec(self.package.partition(".")[0]) is not None


_HERE = "zenml.flavors"

FLAVORS: dict[str, tuple[FlavorInfo, ...]] = {
    "artifact_store": (FlavorInfo("local", f"{_HERE}.artifact_stores.local.LocalArtifactStore", "path"),),
    "container_registry": (
        FlavorInfo(
            "azure", f"{_HERE}.container_registries.azure.AzureContainerRegistry", "uri authentication_secret"
        ),
        FlavorInfo(
            "default",
            f"{_HERE}.container_registries.default.DefaultContainerRegistry",
            "uri authentication_secret",
        ),
        FlavorInfo(
            "dockerhub",
            f"{_HERE}.container_registries.dockerhub.DockerHubContainerRegistry",
            "uri authentication_secret",
        ),
        FlavorInfo("gcp", f"{_HERE}.container_registries.gcp.GCPContainerRegistry", "uri authentication_secret"),
        FlavorInfo(
            "github",
            f"{_HERE}.container_registries.github.GitHubContainerRegistry",
            "uri authentication_secret automatic_token_authentication",
        ),
    ),
    "metadata_store": (
        FlavorInfo(
            "mysql",
            f"{_HERE}.metadata_stores.mysql.MySQLMetadataStore",
            "host database port username! password! secret upgrade_migration_enabled",
        ),
        FlavorInfo(
            "sqlite", f"{_HERE}.metadata_stores.sqlite.SQLiteMetadataStore", "uri upgrade_migration_enabled"
        ),
    ),
    "orchestrator": (
        FlavorInfo("local", f"{_HERE}.orchestrators.local.LocalOrchestrator"),
        FlavorInfo(
            "local_docker", f"{_HERE}.orchestrators.local_docker.LocalDockerOrchestrator", "docker_parent_image"
        ),
    ),
    "secrets_manager": (
        FlavorInfo("local", f"{_HERE}.secrets_managers.local.LocalSecretsManager", "scope namespace secrets_file"),
    ),
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


def unknown_names(words: Sequence[str]) -> frozenset[str]:
    """Returns the parameters of a command line that no flavor has: a secret may have been misspelt."""
    if len(words) < 2 or words[0] == "stack" or words[1] not in ("register", "update"):
        return frozenset()
    known = {name for listed in FLAVORS.values() for info in listed for name in info.parameters} | _OPTIONS
    named = (word[2:].partition("=")[0].replace("-", "_") for word in words if word.startswith("--"))
    return frozenset(name for name in named if name not in known)


def _load(source: str) -> type[StackComponent]:
    from importlib import import_module

    module, _, name = source.rpartition(".")
    loaded: type[StackComponent] = getattr(import_module(module), name)
    return loaded

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from zenml.flavors.bases import BaseSecretsManager


class SecretsManagerScope(StrEnum):
    """Which secrets managers of one back end see each other's secrets."""

    NONE = "none"
    GLOBAL = "global"
    COMPONENT = "component"
    NAMESPACE = "namespace"


class ScopedSecretsManager(BaseSecretsManager):
    """Base of the secrets managers.

    Attributes:
        scope: Who shares the secrets: ``global`` all, ``component`` nobody, ``namespace`` those with the same
            namespace; ``none`` where the back end knows no scopes.
        namespace: The namespace; given with that scope, and with no other.
    """

    scope: SecretsManagerScope = SecretsManagerScope.COMPONENT
    namespace: str | None = None

    @model_validator(mode="after")
    def _check_namespace(self) -> Self:
        if self.scope is SecretsManagerScope.NAMESPACE and not self.namespace:
            raise ValueError("namespace: required with the scope 'namespace'")
        if self.scope is not SecretsManagerScope.NAMESPACE and self.namespace is not None:
            raise ValueError("namespace: only allowed with the scope 'namespace'")
        return self

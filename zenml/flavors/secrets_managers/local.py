from __future__ import annotations

import os
from typing import ClassVar

from pydantic import ValidationInfo, field_validator

from zenml.enums import SecretsManagerScope
from zenml.flavors.bases import BaseSecretsManager
from zenml.flavors.local_data import local_place
from zenml.flavors.provisioning import Provisioned, make_file


class LocalSecretsManager(BaseSecretsManager):
    """Keeps secrets in a YAML file of this machine. One file knows no scopes.

    Attributes:
        scope: Always ``none``.
        secrets_file: The file, as an absolute path. If empty, ``secrets.yaml`` in the manager's own folder.
    """

    FLAVOR: ClassVar[str] = "local"

    scope: SecretsManagerScope = SecretsManagerScope.NONE
    secrets_file: str = ""

    @field_validator("scope")
    @classmethod
    def _check_scope(cls, scope: SecretsManagerScope) -> SecretsManagerScope:
        if scope is not SecretsManagerScope.NONE:
            raise ValueError("must be none: the local secrets manager does not have scopes")
        return scope

    @field_validator("secrets_file")
    @classmethod
    def _make_absolute(cls, secrets_file: str, info: ValidationInfo) -> str:
        return local_place(secrets_file, info, "secrets.yaml")

    @property
    def local_path(self) -> str:
        """The folder of the file."""
        return os.path.dirname(self.secrets_file)

    def provision(self) -> Provisioned:
        """Makes the file, readable to its owner alone, unless it is there."""
        return Provisioned(f"{self.secrets_file} can be written", make_file(self.secrets_file, private=True))

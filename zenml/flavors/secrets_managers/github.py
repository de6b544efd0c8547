from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseSecretsManager


class GitHubSecretsManager(BaseSecretsManager):
    """Keeps secrets with a repository on GitHub.

    Attributes:
        owner: Who owns the repository.
        repository: Name of the repository.
    """

    FLAVOR: ClassVar[str] = "github"
    INTEGRATION: ClassVar[str | None] = "github"
    PACKAGE: ClassVar[str | None] = "github"

    owner: str
    repository: str

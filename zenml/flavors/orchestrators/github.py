from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseOrchestrator


class GitHubActionsOrchestrator(BaseOrchestrator):
    """Runs pipelines as workflows of GitHub Actions.

    Attributes:
        push: Whether a workflow is committed and pushed when a pipeline is run.
        skip_dirty_repository_check: Whether a working tree with uncommitted changes is accepted.
        skip_github_repository_check: Whether a repository that is not on GitHub is accepted.
        docker_parent_image: The image that the steps' images are built on.
        custom_docker_base_image_name: The image to build on, an older name of the parameter before.
    """

    FLAVOR: ClassVar[str] = "github"
    INTEGRATION: ClassVar[str | None] = "github"
    PACKAGE: ClassVar[str | None] = "github"

    push: bool = False
    skip_dirty_repository_check: bool = False
    skip_github_repository_check: bool = False
    docker_parent_image: str | None = None
    custom_docker_base_image_name: str | None = None

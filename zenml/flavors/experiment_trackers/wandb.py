from __future__ import annotations

from typing import Annotated, ClassVar

from zenml.domain.secrecy import SECRET
from zenml.flavors.bases import BaseExperimentTracker


class WandbExperimentTracker(BaseExperimentTracker):
    """Records experiments with Weights & Biases.

    Attributes:
        api_key: Key of the account.
        entity: The user or team that the runs belong to.
        project_name: The project they are sent to.
    """

    FLAVOR: ClassVar[str] = "wandb"
    INTEGRATION: ClassVar[str | None] = "wandb"
    PACKAGE: ClassVar[str | None] = "wandb"

    api_key: Annotated[str, SECRET]
    entity: str | None = None
    project_name: str | None = None

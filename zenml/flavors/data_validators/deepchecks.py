from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseDataValidator


class DeepchecksDataValidator(BaseDataValidator):
    """Checks data and models with Deepchecks."""

    FLAVOR: ClassVar[str] = "deepchecks"
    INTEGRATION: ClassVar[str | None] = "deepchecks"
    PACKAGE: ClassVar[str | None] = "deepchecks"

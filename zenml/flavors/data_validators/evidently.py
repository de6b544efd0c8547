from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseDataValidator


class EvidentlyDataValidator(BaseDataValidator):
    """Looks for drift in data with Evidently."""

    FLAVOR: ClassVar[str] = "evidently"
    INTEGRATION: ClassVar[str | None] = "evidently"
    PACKAGE: ClassVar[str | None] = "evidently"

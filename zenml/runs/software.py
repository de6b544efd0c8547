"""What zenml itself runs with."""

from __future__ import annotations

import os
import sys

import zenml
from zenml.domain.run_events import RunSoftware


def software() -> RunSoftware:
    """Returns the versions of what this process is made of."""
    python = ".".join(map(str, sys.version_info[:3]))
    machine = os.uname().machine if sys.platform != "win32" else os.environ.get("PROCESSOR_ARCHITECTURE", "")
    return RunSoftware(python=python, platform=f"{sys.platform} {machine}", zenml=zenml.__version__, lock=None)

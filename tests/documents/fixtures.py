"""What ZenML left, unpacked."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("fixtures")


def unpacked(name: str, target: Path) -> Path:
    """Returns the folder that one of the archives is unpacked into."""
    with tarfile.open(FOLDER / f"{name}.tar.gz") as archive:
        archive.extractall(target, filter="data")
    return target


def expected(name: str) -> dict[str, Any]:
    """Returns what ZenML's own Python API says of a configuration folder."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found

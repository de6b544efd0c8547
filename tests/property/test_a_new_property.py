"""A property that is declared, and nothing else, works everywhere: see `stack_notes` and `played`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.sizes import NEW_PROPERTIES


def test_what_follows_from_a_declaration_follows_for_a_new_one(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.property.played", str(tmp_path), str(NEW_PROPERTIES), "25"]
    done = subprocess.run(words, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]

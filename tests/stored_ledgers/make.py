"""Writes the ledger that this version leaves to all later ones.

    python -m tests.stored_ledgers.make

To be run once per release, before it. What a release wrote is never written again: see README.md.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import zenml
from tests.ledger.histories import everything
from tests.ledger.machines import Machine
from tests.stored_ledgers.reading import HERE, checked, contents
from zenml.ledger import origin, sessions


def make(name: str) -> None:
    """Writes the file, its key, and what it says.

    Args:
        name: Of the three files, without their endings.
    """
    folder = Path(tempfile.gettempdir()) / "zenml-stored-ledger"  # its path is in the ledger for ever: a plain one
    folder.mkdir()
    try:
        machine = Machine(folder.resolve())
        os.environ["ZENML_CONFIG_PATH"] = str(machine.config)
        os.environ.update(ZENML_SESSION="stored ledger")
        os.chdir(folder)
        with patch.object(origin, "_user", lambda: "stefan"), patch.object(sessions, "host", lambda: "aspyre2"):
            everything(machine)
        with closing(sqlite3.connect(machine.file)) as database:
            database.execute("PRAGMA journal_mode = DELETE")  # no log beside the file
            database.execute("PRAGMA page_size = 1024")  # a hundred tables and indexes take a page each at least
            database.execute("VACUUM")
        says = {"contents": contents(machine), "ledgers": checked(machine)}
        shutil.copyfile(machine.file, HERE / f"{name}.db")
        shutil.copyfile(machine.key, HERE / f"{name}.key")
    finally:
        shutil.rmtree(folder)
    text = json.dumps(says, indent=1, ensure_ascii=False, sort_keys=True)
    (HERE / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    make(f"v{zenml.__version__.replace('.', '_')}")

"""A machine with a profile that nobody else has yet, and what its tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import moves, shared
from tests.support.program import Home

PASSWORD = "hunter2-of-the-team"


@pytest.fixture
def owner(tmp_path: Path) -> Home:
    """A machine with the profile `team`, which has the stack `prod` with a secret, and the label `release`."""
    home = shared.machine(tmp_path / "one", "one")
    settings = {"host": "h", "database": "d", "username": "u", "password": PASSWORD}
    with moves.on(home) as repository:
        repository.create_profile("team")
        repository.activate_profile("team", machine_wide=True)
        repository.register_component("metadata_store", "db", "mysql", settings)
        repository.update_stack("default", {"metadata_store": "db"})
        repository.rename_stack("default", "prod")
        repository.put_label("release")
    return home


def password(home: Home) -> str:
    """Returns the secret of the active profile."""
    with moves.on(home) as repository:
        return str(repository.get_stack_component("metadata_store", "db").parameters["password"])

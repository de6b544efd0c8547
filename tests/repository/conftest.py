"""Where repositories begin."""

from __future__ import annotations

from tests.ledger.machines import machine, used
from tests.repository.owners import owner
from tests.repository.remembering import known
from tests.repository.repositories import here, project
from tests.repository.zen_files import root

__all__ = ["here", "known", "machine", "owner", "project", "root", "used"]

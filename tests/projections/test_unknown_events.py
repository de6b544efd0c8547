from __future__ import annotations

import sqlite3

import pytest

from zenml.domain.errors import DamagedLedgerError
from zenml.projections import views
from zenml.projections.rows import LiveRows


def test_an_event_of_a_newer_version_is_named_and_not_left_out() -> None:

    rows = LiveRows(sqlite3.connect(":memory:"))
    with pytest.raises(DamagedLedgerError, match="zenml:StackTeleported") as refused:
        views.apply(rows, "ledger", 1, "zenml:StackTeleported", {})
    assert "newer version" in refused.value.hint

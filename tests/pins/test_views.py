"""The rows of every view after a history that has every event."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.histories import everything
from tests.ledger.machines import Machine
from tests.pins.pinned import check
from tests.pins.plainly import Plainly, same_people
from tests.support.views import views
from zenml.domain.events import TOPICS
from zenml.projections.inspection import rows


def test_the_rows_of_every_view(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    same_people(monkeypatch)
    everything(machine)
    assert {row.topic for row in machine.events()} == TOPICS.keys(), (
        "an event is missing in tests/ledger/histories.py"
    )
    plainly = Plainly(machine)
    with machine.reading() as database:
        found: dict[str, list[Any]] = {
            name: sorted(([plainly(cell) for cell in row] for row in rows(database, name).cells), key=repr)
            for name in views(machine.file)
        }
    check("views", dict(sorted(found.items())), depth=2)

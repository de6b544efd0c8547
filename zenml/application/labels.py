"""Giving changes names, and taking these away."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from zenml.domain import commands
from zenml.ledger.ids import new_id

if TYPE_CHECKING:
    from zenml.unit_of_work.open_change import OpenChange


def put_label(work: OpenChange, label: str, point: str | datetime) -> None:
    """Gives a change a name."""
    from zenml.snapshot.points import change_meant, check_no_time

    check_no_time(label)
    change = change_meant(work.reading(), point)
    work.execute(commands.SetLabel(new_id(), label, change.change_id))


def delete_label(work: OpenChange, label: str) -> None:
    """Removes a label; the change it names stays."""
    work.execute(commands.SetLabel(new_id(), label, None))

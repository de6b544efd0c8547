"""The past as the Python API gives it: everything one can ask, as it would have been answered then."""

from __future__ import annotations

from contextlib import contextmanager

from zenml.api.arguments import checked
from zenml.api.looking_back import LookingBack
from zenml.domain.errors import LedgerError
from zenml.snapshot.points import find_point, said
from zenml.snapshot.reading import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import Any

    from zenml.application.writing import Writing
    from zenml.snapshot.points import Point


@checked
class Past(LookingBack):
    """What a repository was like at a point in the past. It can only be read.

    Attributes:
        point: The point.
        understood: What it was understood as: ``Mon 16 Nov 2026 17:00 CET, change qpvu``.
    """

    def __init__(self, now: LookingBack, what: str | datetime) -> None:
        self.__dict__.update(now.__dict__)  # where that one looks, this one does
        with now.reading() as reading:
            # labels are the active profile's: where a variable names none, there are changes and times alone
            ledger_id = reading.active.profile.profile_ledger_id if reading.active.profile else ""
            try:
                self.point: Point = find_point(reading.connection, ledger_id, what)
            except LedgerError:
                reading.active.check_profile()  # a label of that profile may be meant
                raise
            self.understood: str | None = said(reading.connection, self.point)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Gives one consistent look at everything as it was."""
        with super().reading() as now:
            yield now if now.point else self._then(now)

    def point_document(self) -> dict[str, Any] | None:
        """Returns as JSON has it which point this is a view of."""
        change = self.point.change
        return {"change": change.letters, "time": change.time, "understood": self.understood}

    @contextmanager
    def _anew(self, make: Callable[[Writing], object]) -> Iterator[Reading]:
        with super()._anew(make) as now:
            yield self._then(now)

    def _then(self, now: Reading) -> Reading:
        return Reading(now.connection, now.machine_id, now.root, point=self.point)

"""The ledger in which this year's runs of the active profile are recorded, begun by whoever comes first."""

from __future__ import annotations

import sys

from zenml.ledger.ids import utc_now
from zenml.projections.runs import ledgers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.looking_back import LookingBack
    from zenml.projections.runs.ledgers import RunsLedgerRow


def ledger_of_this_year(asking: LookingBack, now: str | None = None) -> RunsLedgerRow:
    """Returns the ledger of this year's runs (UTC); begins it, as a change, where nobody has.

    Args:
        asking: Where one is.
        now: What time it is, in UTC; None to ask the clock.

    Raises:
        LedgerError: It cannot be begun, or was closed.
    """
    year = int((now or utc_now())[:4])
    row = _begun(asking, year)
    if row is None:
        _begin(asking, year)
        row = _begun(asking, year)
    if row is None:  # a service had it begun for somebody else at the same moment: what that did is brought now
        with asking.reading() as snapshot:
            profile = snapshot.active.profile
        if profile is not None:
            asking._follow(profile)
        row = _begun(asking, year)
    assert row is not None
    return row


def _begun(asking: LookingBack, year: int) -> RunsLedgerRow | None:
    with asking.reading() as snapshot:
        return ledgers.of_year(snapshot.connection, snapshot.ledger_id, year)


def _begin(asking: LookingBack, year: int) -> None:
    from zenml import application  # once a year
    from zenml.api.recording import Recording

    recording = Recording()
    recording._look_like(asking)
    recording._recorded(application.runs.begin_runs_ledger, kind="evidence")(year)
    left = sys.modules.get("zenml.files.afterwards")
    if left is not None:
        left.finish()  # what follows may take days

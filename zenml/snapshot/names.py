"""The names of what there is now, as far as they begin with what somebody typed."""

from __future__ import annotations

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import beginning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.snapshot.snapshot import Snapshot


def names(snapshot: Snapshot, kind: str, begun: str) -> list[str]:
    """Returns the names of the stacks, the profiles, the labels, or the components of a type, in order.

    Args:
        snapshot: The present.
        kind: ``stack``, ``profile``, ``label`` or a component type.
        begun: What the names begin with.
    """
    if kind in ("stack", "profile", "label"):
        ledger_id = snapshot.machine_id if kind == "profile" else snapshot.ledger_id
        query = beginning(RECORDS[kind], ledger_id, begun)
    else:
        query = beginning(RECORDS["component"], snapshot.ledger_id, begun, component_type=kind)
    return [row[0] for row in snapshot.connection.execute(*query)]

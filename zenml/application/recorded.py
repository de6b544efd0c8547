"""Taking note of what was done outside of the ledger: on this machine, and with the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml.domain import commands
from zenml.domain.events import Provisioning
from zenml.domain.typed_names import component_named

if TYPE_CHECKING:
    from zenml.application.provisioning import Having
    from zenml.unit_of_work.open_change import OpenChange


def record_provisioning(work: OpenChange, recorded: Mapping[str, Having]) -> None:
    """Takes note of what components, given as ``type/name``, have on this machine."""
    now, (_, change) = work.reading(), work.now
    for typed_name, having in recorded.items():
        component_type, name = component_named(typed_name)
        made = tuple(change.sealer.salted(path) for path in having.made)
        provisioning = Provisioning(state=having.state, made=made) if having.state else None
        component_id = now.component(component_type, name).component_id
        work.execute(commands.RecordProvisioning(component_id, component_type, name, provisioning))


def record_export(
    work: OpenChange,
    export_id: str,
    format_name: str,
    asked: Mapping[str, Any],
    destination: str | None,
    entries: int,
    size: int,
    digest: str,
) -> None:
    """Takes note of an export."""
    _, change = work.now
    place = change.sealer.salted(destination) if destination is not None else None
    what = change.sealer.salted(dict(asked))
    work.execute(commands.RecordExport(export_id, format_name, what, place, entries, size, digest))


def record_cosignature(work: OpenChange, ledger_id: str, size: int, line: str) -> None:
    """Takes note of what a witness signed."""
    work.execute(commands.RecordCosignature(ledger_id, size, line))

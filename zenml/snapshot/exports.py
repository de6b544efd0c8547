"""What is given out as files: a stack as ZenML exports it, a profile as ``zenml apply`` takes it."""

from __future__ import annotations

from zenml import __version__
from zenml.files.plain_yaml import dump
from zenml.projections import machine
from zenml.projections.settings import display_value
from zenml.projections.temporal import LAST
from zenml.projections.timeline.at_positions import at_position
from zenml.snapshot.profile_documents import document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.snapshot.snapshot import Snapshot


def stack_export(snapshot: Snapshot, name: str | None) -> str:
    """Returns a stack with its components as the YAML that ``zenml stack import`` takes; secrets are starred out.

    Raises:
        StackNotFoundError: There is none of this name.
    """
    stack = snapshot.stack(name)
    parts = {}
    for kind, component_name in sorted(stack.components.items()):
        row = snapshot.component_row(kind, snapshot.component(kind, component_name).component_id)
        values = {parameter: display_value(setting) for parameter, setting in sorted(row.settings.items())}
        given = {parameter: value for parameter, value in values.items() if value is not None}
        parts[kind] = {"flavor": row.flavor, "name": row.name, **given}
    return dump(
        {
            "change": _newest(snapshot, snapshot.ledger_id),
            "components": parts,
            "stack_name": stack.name,
            "zenml_version": __version__,
        }
    )


def profile_export(snapshot: Snapshot, name: str | None = None) -> str:
    """Returns a profile, the active one for no name, as ``zenml apply`` and ``zenml profile import`` take it.

    Raises:
        ProfileNotFoundError: There is none of this name.
    """
    profile_id = snapshot.profile(name).profile_id
    profiles = machine.profiles(snapshot.connection, snapshot.machine_id, snapshot.at(snapshot.machine_id))
    profile = next(row for row in profiles if row.profile_id == profile_id)
    content = document(snapshot.connection, profile, snapshot.at(profile.profile_ledger_id))
    newest = _newest(snapshot, profile.profile_ledger_id)
    return f"# Profile {profile.name!r} at change {newest}.\n{dump(content)}"


def _newest(snapshot: Snapshot, ledger_id: str) -> str:
    """Returns the letters of the newest change of a profile."""
    at = snapshot.at(ledger_id)
    row = at_position(snapshot.connection, ledger_id, LAST if at is None else at)
    return row.letters if row else ""

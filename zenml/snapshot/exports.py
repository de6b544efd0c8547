"""What is given out as files: a stack as ZenML exports it, a profile as ``zenml apply`` takes it."""

from __future__ import annotations

from zenml import __version__
from zenml.files.plain_yaml import dump
from zenml.projections import machine
from zenml.projections.settings import shown
from zenml.projections.temporal import LAST
from zenml.projections.timeline.undoable import at_position
from zenml.snapshot.profile_documents import document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.snapshot.reading import Reading


def stack_export(now: Reading, name: str | None) -> str:
    """Returns a stack with its components as the YAML that ``zenml stack import`` takes; secrets are starred out.

    Raises:
        StackNotFoundError: There is none of this name.
    """
    stack = now.stack(name)
    parts = {}
    for kind, held in sorted(stack.components.items()):
        row = now.component_row(kind, now.component(kind, held).component_id)
        values = {parameter: shown(setting) for parameter, setting in sorted(row.settings.items())}
        given = {parameter: value for parameter, value in values.items() if value is not None}
        parts[kind] = {"flavor": row.flavor, "name": row.name, **given}
    return dump(
        {
            "change": _newest(now, now.ledger_id),
            "components": parts,
            "stack_name": stack.name,
            "zenml_version": __version__,
        }
    )


def profile_export(now: Reading, name: str | None = None) -> str:
    """Returns a profile, the active one for no name, as ``zenml apply`` and ``zenml profile import`` take it.

    Raises:
        ProfileNotFoundError: There is none of this name.
    """
    wanted = now.profile(name).profile_id
    profiles = machine.profiles(now.connection, now.machine_id, now.at(now.machine_id))
    profile = next(row for row in profiles if row.profile_id == wanted)
    content = document(now.connection, profile, now.at(profile.profile_ledger_id))
    newest = _newest(now, profile.profile_ledger_id)
    return f"# Profile {profile.name!r} at change {newest}.\n{dump(content)}"


def _newest(now: Reading, ledger_id: str) -> str:
    """Returns the letters of the newest change of a profile."""
    at = now.at(ledger_id)
    row = at_position(now.connection, ledger_id, LAST if at is None else at)
    return row.letters if row else ""

"""What is given out as files: a stack as ZenML exports it, a profile as ``zenml apply`` takes it."""

from __future__ import annotations

from zenml import __version__
from zenml.projections.settings import shown
from zenml.projections.temporal import LAST
from zenml.projections.undoable import at_position
from zenml.repository.plain_yaml import dump
from zenml.repository.profile_yaml import contents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.repository.reading import Reading


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
        {"change": _newest(now), "components": parts, "stack_name": stack.name, "zenml_version": __version__}
    )


def profile_export(now: Reading) -> str:
    """Returns the active profile as the YAML that ``zenml apply`` and ``zenml profile import`` take."""
    now.active.check_profile()
    profile = now.active.profile
    if profile is None:
        return ""
    content = contents(now.connection, profile, now.at(profile.profile_ledger_id))
    return f"# Profile {profile.name!r} at change {_newest(now)}.\n{dump(content)}"


def _newest(now: Reading) -> str:
    """Returns the letters of the newest change of the profile."""
    at = now.at(now.ledger_id)
    row = at_position(now.connection, now.ledger_id, LAST if at is None else at)
    return row.letters if row else ""

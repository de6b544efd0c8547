"""Which profile a file is for, and whether that is the one it would be applied to."""

from __future__ import annotations

from zenml.domain.errors import NotAllowedError
from zenml.domain.suggestions import typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.machine import ProfileRow


def check_target(active: ProfileRow, named: str | None, to: str | None) -> None:
    """Checks that what a file says is meant for the active profile.

    Args:
        active: The active profile.
        named: The profile that the file names; None if it names none.
        to: The profile that somebody said it is for, whatever the file names; None if nobody did.

    Raises:
        NotAllowedError: The file, or whoever applies it, names another profile.
    """
    here = active.name
    if to is not None and to != here:
        raise NotAllowedError(
            f"The active profile is '{here}', not '{to}'.", f'Run "zenml profile set {typed(to)}" first.'
        )
    if named in (None, here) or to is not None:
        return
    raise NotAllowedError(
        f"The file is for profile '{named}', and the active profile is '{here}'.",
        f'Run "zenml profile set {typed(named or "")}" first (or set ZENML_ACTIVATED_PROFILE), '
        f"or add --to {typed(here)} if '{here}' is meant.",
    )

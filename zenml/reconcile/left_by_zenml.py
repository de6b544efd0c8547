"""What ZenML left in the configuration folder: found and migrated on the first run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.domain.notices import Notice

if TYPE_CHECKING:
    from zenml.documents.found_profiles import FoundContents
    from zenml.ledger.ledger import LockedLedger
    from zenml.ledger.origin import Origin
    from zenml.projections.machine import ProfileRow
    from zenml.unit_of_work.open_change import OpenChange


def find(config_directory: str) -> FoundContents | LedgerError | None:
    """Returns what ZenML left in the configuration folder; the error, if it cannot be read."""
    if not os.path.exists(os.path.join(config_directory, "config.yaml")):
        return None
    from zenml.documents.zenml_config import is_zenml_config, later_zenml, read_zenml_config

    if not is_zenml_config(config_directory):
        later = later_zenml(config_directory)
        return (
            None if later is None else NotAllowedError(f"it is {later[0]}.", code="later_zenml", folders=later[1])
        )
    try:
        return read_zenml_config(config_directory)
    except LedgerError as error:
        return error


def migrate(
    work: OpenChange, left: FoundContents | LedgerError, locked: LockedLedger, who: Origin, profile: ProfileRow
) -> None:
    """Records what ZenML left in the configuration folder as a separate change, which can be undone."""
    from zenml.reconcile.importing import bring_over  # only the first run needs it

    folder = work.request.config_directory
    try:
        if isinstance(left, LedgerError):
            raise left
        with work.step_back(), work.separate_change(locked, who, profile, "import") as recorded:
            bring_over(work, left)
    except LedgerError as error:
        code = error.code if error.code == "later_zenml" else ""  # only that problem has a workaround
        work.say(
            Notice(f"ZenML's configuration in {folder} was not migrated: {error.message}", code, **error.values)
        )
        return
    for change in recorded:
        work.say(
            Notice(
                f"ZenML's configuration in {folder} was migrated; its files are unchanged.",
                "zenml_migrated",
                change=change.letters[:8],
            )
        )

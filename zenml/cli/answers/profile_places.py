"""What ``zenml profile move`` prints. Knows no parser."""

from __future__ import annotations

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.screen.notices import NOTHING, notice
from zenml.cli.screen.progress import progress
from zenml.domain.notices import Notice
from zenml.domain.secrecy import without_passwords
from zenml.sharing.moving import LOCAL


def move(run: WriteCommand, name: str, to: str) -> None:
    """Moves a profile, and says where it is now and how others get to it."""
    opened = run.repository(uses=NOTHING)
    change = opened.move_profile(name, to, lambda: progress(f"Moving profile '{name}'", "events"))
    shown = "this machine" if to == LOCAL else without_passwords(to, whole=True)
    run.finish(
        opened, change, f"Profile '{name}' moved to {shown}.", unchanged=f"Profile '{name}' is already there."
    )
    if change is not None and to != LOCAL and run.for_people:
        notice(
            Notice(
                "Whoever is to read its secrets on another machine needs its key.", "profile_shared", profile=name
            )
        )

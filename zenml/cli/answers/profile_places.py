"""What ``zenml profile move`` and ``upgrade`` print. Knows no parser."""

from __future__ import annotations

import sys

from zenml.cli.answers.open_at import catching_up
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.asking.terminal import ask_yes_or_no
from zenml.cli.screen.notices import NOTHING, notice
from zenml.cli.screen.progress import progress
from zenml.domain.notices import Notice
from zenml.domain.visible import visible
from zenml.repository import Repository
from zenml.sharing.moving import LOCAL
from zenml.sharing.upgrading import DAYS, Upgrade


def move(run: WriteCommand, name: str, to: str) -> None:
    """Moves a profile, and says where it is now and how others get to it."""
    opened = run.repository(uses=NOTHING)
    change = opened.move_profile(name, to, lambda: progress(f"Moving profile '{name}'", "events"))
    urls = [profile.url for profile in opened.profiles if profile.name == name]
    shown = "this machine" if to == LOCAL or not urls else urls[0]
    run.finish(
        opened, change, f"Profile '{name}' moved to {shown}.", unchanged=f"Profile '{name}' is already there."
    )
    if change is not None and to != LOCAL and run.for_people:
        notice(
            Notice(
                "Whoever is to read its secrets on another machine needs its key.", "profile_shared", profile=name
            )
        )


def upgrade(name: str, *, yes: bool, dry_run: bool) -> None:
    """Says whom an upgrade leaves behind, asks, and does it."""
    opened = Repository(notify=notice, command=sys.argv[1:], dry_run=dry_run, progress=catching_up)
    outlook = opened.upgrade_outlook(name)
    if not outlook.is_needed:
        print(visible(f"Profile '{name}' is up to date: its ledger has format {outlook.before}."))
        return
    for sentence in _left_behind(outlook):
        notice(sentence)
    formats = f"from format {outlook.before} to {outlook.after}"
    if dry_run:
        print(visible(f"The ledger of profile '{name}' would be upgraded {formats}."))
        notice("Dry run: nothing was written.")
        return
    question = f"This will upgrade the ledger of profile '{name}' {formats}, for good.\nDo you want to proceed?"
    if not (yes or ask_yes_or_no(question, err=False)):
        print("Upgrade canceled.")
        return
    opened.upgrade_profile(name)
    print(visible(f"Upgraded the ledger of profile '{name}' {formats}."))


def _left_behind(outlook: Upgrade) -> list[str]:
    """Returns what those are told who can only read from then on, as far as they are known."""
    if not outlook.left_behind:
        return [f"Nobody who changed it in the last {DAYS} days has an earlier version."]
    persons = ", ".join(f"{one.person} ({one.version})" for one in outlook.left_behind)
    return [f"These could only read it afterwards, until they install a newer version: {persons}."]
